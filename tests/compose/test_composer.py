"""Profiles become workbenches: whose they are, how they connect, and what a test of a connection tells."""

from __future__ import annotations

import os
import sys
import types
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.traceback import Traceback

from tui.compose import Composer
from tui.compose.owners import server_place
from tui.compose.serve import Serving
from tui.config import SYSTEMS, ConfigError, Overrides, Profile, load_settings, sample_profile
from tui.config.secrets import Token, fingerprint
from tui.i18n import say
from tui.model.errors import Unauthorised
from tui.model.signing import SignedIn

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
    assert (acme.profile, acme.user, acme.title, say(acme.detail)) == (
        "acme",
        "",
        "acme",
        "Intratool Tasks 2.0, 127.0.0.1:9",
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"token_env": "ACME"}, "until Shiftdeck is left; then the token comes from ACME again."),
        ({"token_command": ("pass", "show")}, "until Shiftdeck is left; then the token comes from “pass” again."),
        ({}, "until Shiftdeck is left: there is no keyring"),
    ],
)
async def test_a_token_that_somebody_signed_in_with_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, object], said: str
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    shop = composer(tmp_path, {"ACME": "old-token", "SHIFTDECK_TOKEN": "other-token"})
    profile = Profile(name="acme", base_url="http://127.0.0.1:9", **more)  # type: ignore[arg-type]
    assert said in say(await shop.keep(profile, SignedIn(token="new-token")))
    shop.settings.profiles["acme"] = profile
    bench = shop.workbench("acme")
    await bench.close()
    assert bench.desk.owner.endswith(fingerprint("new-token"))
    assert shop.scrubber().text("Bearer x new-token") == "Bearer [secret] [secret]"


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
    owners = []
    for environ in ({"ACME": "secret-one"}, {"ACME": "secret-two"}, {}, {"ACME": "secret-one"}):
        shop = composer(tmp_path, environ)
        bench = shop.workbench("acme")
        owners.append(bench.desk.owner)
        await bench.close()
    place = server_place(Profile(name="acme", base_url="http://127.0.0.1:9"))
    one, two = (f"{place}:{fingerprint(token)}" for token in ("secret-one", "secret-two"))
    # without a token the last owner's drafts are shown rather than hidden
    assert owners == [one, two, two, one]
    for path in (tmp_path / "data").iterdir():
        assert b"secret-" not in path.read_bytes()


def test_the_same_server_is_known_however_its_address_is_written() -> None:
    def place(address: str) -> str:
        return server_place(Profile(name="acme", base_url=address))

    same = {place(f"https://{end}") for end in ("acme.de", "ACME.de", "acme.de/", "acme.de:443", "acme.de:443/")}
    assert len(same) == 1
    others = {
        place(a) for a in ("http://acme.de", "https://b.acme.de", "https://acme.de:8443", "https://acme.de/b")
    }
    assert len(others | same) == 5


async def test_the_same_token_at_another_server_is_another_owner(tmp_path: Path) -> None:
    """What waits for one tenant never goes to the next one, and the forms of one are not those of the other."""
    shop = composer(tmp_path, {"ACME": "secret-one"})
    first = shop.workbench("acme")
    shop.settings.profiles["acme"] = Profile(name="acme", base_url="http://127.0.0.1:10", token_env="ACME")
    second = shop.workbench("acme")
    assert first.desk.owner != second.desk.owner
    assert first.desk.owner.rpartition(":")[2] == second.desk.owner.rpartition(":")[2]
    assert first.desk.place != second.desk.place
    for bench in (first, second):
        await bench.close()


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


async def test_a_desk_has_the_title_of_its_profile(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    shop.settings.profiles |= {"sample": sample_profile(), "bar": Profile(name="bar", title="Bar am Fluss")}
    for name, title in (("sample", "Sample site"), ("bar", "Bar am Fluss"), ("site", "site"), ("acme", "acme")):
        bench = shop.workbench(name)
        assert (bench.desk.title, bench.desk.profile) == (title, name)
        await bench.close()


def crash_report(error: BaseException) -> str:
    """What a crash in the application prints: every frame below the test's own with its locals, nothing cut."""
    assert error.__traceback__ is not None
    report = Traceback.from_exception(
        type(error),
        error,
        error.__traceback__.tb_next,
        show_locals=True,
        locals_max_length=1000,
        locals_max_string=10_000,
        max_frames=0,
        extra_lines=0,
    )
    console = Console(width=300, file=StringIO(), force_terminal=False)
    console.print(report)
    printed = console.file
    assert isinstance(printed, StringIO)
    return printed.getvalue()


@pytest.mark.parametrize("source", ["variable", "ours", "command", "keyring"])
def test_a_crash_report_with_locals_shows_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    name = {"variable": "ACME", "ours": "SHIFTDECK_TOKEN"}.get(source, "OTHER_SECRET")
    shop = composer(tmp_path, {name: "secret-one", "PATH": os.environ["PATH"], "OTHER": "secret-two"})
    code = "import base64; print(base64.b64decode('c2VjcmV0LW9uZQ==').decode())"
    profile = {
        "command": Profile(name="acme", base_url="http://127.0.0.1:9", token_command=(sys.executable, "-c", code)),
        "keyring": Profile(name="acme", base_url="http://127.0.0.1:9"),
    }.get(source, shop.settings.profiles["acme"])
    shop.settings.profiles["acme"] = profile
    shop.settings.profile = "acme"
    ring = types.ModuleType("keyring")
    ring.get_password = lambda *_names: "secret-one"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert shop._token(profile).reveal() == "secret-one"  # type: ignore[union-attr]

    def fails(_token: Token) -> bool:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(Token, "sound", property(fails))
    with pytest.raises(RuntimeError) as caught:
        shop.workbench("acme")
    report = crash_report(caught.value)
    for frame in ("in workbench", "in _token", "in token_for", "in _sound"):
        assert frame in report
    assert "Token(...)" in report
    assert "secret-" not in report


async def test_a_crash_report_of_a_connection_test_shows_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = composer(tmp_path, {"ACME": "secret-one"})

    def fails(_profile: Profile) -> None:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(shop, "_to_server", lambda profile, _token, _zone: fails(profile))
    for token in ("", "secret-two"):
        with pytest.raises(RuntimeError) as caught:
            await shop.probe(shop.settings.profiles["acme"], token)
        report = crash_report(caught.value)
        assert "in probe" in report
        assert "secret-" not in report


def test_a_crash_report_of_the_server_shows_no_token(tmp_path: Path) -> None:
    shop = composer(tmp_path, {"SHIFTDECK_SERVE_TOKEN": "secret-one"})
    told: list[Serving] = []

    def fails(serving: Serving) -> None:
        told.append(serving)
        raise RuntimeError("a fault of our own")

    with pytest.raises(RuntimeError) as caught:
        shop.serve(
            "intratool", host="127.0.0.1", port=0, database=f"sqlite:///{tmp_path / 'a.sqlite'}", started=fails
        )
    assert told[0].made_token is None
    assert "secret-one" not in crash_report(caught.value)
    shop = composer(tmp_path)
    with pytest.raises(RuntimeError) as caught:
        shop.serve(
            "intratool", host="127.0.0.1", port=0, database=f"sqlite:///{tmp_path / 'b.sqlite'}", started=fails
        )
    made = told[1].made_token
    assert made is not None
    assert made.reveal() not in crash_report(caught.value) + repr(told[1])


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


@pytest.mark.parametrize("system", SYSTEMS)
async def test_the_sample_site_of_every_system_opens(tmp_path: Path, system: str) -> None:
    (tmp_path / "config.toml").write_text(f'[profiles.here]\nsystem = "{system}"\n')
    settings = load_settings(Overrides(config=tmp_path / "config.toml", data_dir=tmp_path / "data"), {})
    shop = Composer(settings, {})
    bench = shop.workbench("here")
    try:
        await bench.open()
        assert (await bench.live.load()).rows
        assert (await shop.probe(settings.chosen)).ok
    finally:
        await bench.close()
        shop.close()


async def test_the_options_of_a_profile_reach_its_client(tmp_path: Path) -> None:
    profile = Profile(name="here", system="spaaza", options={"date_basis": "never"})
    shop = composer(tmp_path)
    try:
        result = await shop.probe(profile)
    finally:
        shop.close()
    assert not result.ok
    assert "“never” cannot be the “date_basis”" in say(result.message)
