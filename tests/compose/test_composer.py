"""Profiles become workbenches: whose they are, how they connect, and what a test of a connection tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.compose import Composer
from tui.config import ConfigError, Overrides, Profile, load_settings
from tui.config.secrets import fingerprint
from tui.i18n import say
from tui.model.errors import Unauthorised

CONFIG = """\
[profiles.site]
[profiles.night]
user = "ben"
[profiles.acme]
base_url = "http://127.0.0.1:9"
token_env = "ACME"
"""


def composer(tmp_path: Path, environ: dict[str, str] | None = None) -> Composer:
    (tmp_path / "config.toml").write_text(CONFIG)
    settings = load_settings(Overrides(config=tmp_path / "config.toml", data_dir=tmp_path / "data"), {})
    return Composer(settings, environ or {})


def test_accounts_are_profiles_and_the_people_of_a_sample_site(tmp_path: Path) -> None:
    accounts = composer(tmp_path).accounts()
    site = [account for account in accounts if account.profile == "site"]
    assert len({account.user for account in site}) == len(site) > 3
    assert any(say(account.detail).startswith("Supervisor") for account in site)
    assert [account.user for account in accounts if account.profile == "night"] == ["ben"]
    acme = accounts[-1]
    assert (acme.profile, acme.user, acme.title, say(acme.detail)) == ("acme", "", "acme", "127.0.0.1:9")
    assert not (tmp_path / "data").exists()


async def test_a_sample_workbench_connects_as_its_person(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    bench = shop.workbench("site")
    try:
        assert bench.desk.owner == "site:maria"
        assert bench.desk.refresh_seconds == 2
        await bench.open()
        who = await bench.whoami()
        assert who.name == bench.desk.user
        supervisors = await bench.live.load()
    finally:
        await bench.close()
    worker = shop.workbench("site", "ben")
    try:
        assert worker.desk.owner == "site:ben"
        await worker.open()
        assert 0 < len((await worker.live.load()).rows) < len(supervisors.rows)
    finally:
        await worker.close()
        shop.close()


async def test_drafts_of_a_remote_profile_belong_to_its_token(tmp_path: Path) -> None:
    mark = fingerprint("secret-one")
    owners = []
    for environ in ({"ACME": "secret-one"}, {"ACME": "secret-two"}, {}, {"ACME": "secret-one"}):
        shop = composer(tmp_path, environ)
        bench = shop.workbench("acme")
        owners.append(bench.desk.owner)
        await bench.close()
    two = f"acme:{fingerprint('secret-two')}"
    # without a token the last owner's drafts are shown rather than hidden
    assert owners == [f"acme:{mark}", two, two, f"acme:{mark}"]
    for path in (tmp_path / "data").iterdir():
        assert b"secret-" not in path.read_bytes()


async def test_a_missing_token_is_said_by_the_link_and_ends_nothing(tmp_path: Path) -> None:
    bench = composer(tmp_path).workbench("acme")
    try:
        with pytest.raises(Unauthorised) as caught:
            await bench.open()
        assert "ACME" in say(caught.value.what)
        assert bench.link_state.state == "refused"
    finally:
        await bench.close()


def test_no_token_stands_in_any_repr(tmp_path: Path) -> None:
    shop = composer(tmp_path, {"ACME": "secret-one"})
    token = shop._token(shop.settings.profiles["acme"])
    assert "secret-one" not in repr(token) + repr(shop) + str(token)


async def test_probe_tells_how_it_went_and_never_raises(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    good = await shop.probe(Profile(name="x"))
    assert good.ok
    assert good.who.name
    assert good.count is not None
    assert good.offset is not None
    assert abs(good.offset) < 60
    shop.close()
    for wrong in (
        Profile(name="x", base_url="http://127.0.0.1:9"),
        Profile(name="x", base_url="http://127.0.0.1:9", token_env="NONE"),
        Profile(name="x", timezone="Mars/Base"),
        Profile(name="x", base_url="no address"),
    ):
        result = await shop.probe(wrong, "" if wrong.token_env else "a-token")
        assert not result.ok
        assert say(result.message)
        assert "a-token" not in say(result.message)


async def test_a_sample_site_that_cannot_be_built_is_said(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "intratool.sqlite").write_bytes(b"this is no database" * 100)
    result = await shop.probe(Profile(name="x"))
    assert not result.ok
    assert "cannot be started" in say(result.message)
    shop.close()


def test_a_sample_user_that_nobody_is_names_the_line_and_the_nearest(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    (tmp_path / "config.toml").write_text('[profiles.site]\nuser = "marie"\n')
    shop.settings.profiles["site"] = Profile(name="site", user="marie")
    with pytest.raises(ConfigError) as caught:
        shop.workbench("site")
    assert (caught.value.line, caught.value.key, caught.value.nearest) == (2, "profiles.site.user", "maria")
    assert not (tmp_path / "data").exists()
