"""config.toml, environment and flags: precedence, and one calm sentence for everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.config import ConfigError, Overrides, Settings, Source, load_settings
from tui.i18n import set_language
from tui.model.message import Message

KITCHEN = """\
default_profile = "kitchen"

[profiles.kitchen]
base_url = "https://acme.intratool.de/"
token_env = "ACME_TOKEN"
refresh_seconds = 15

[profiles.bar]
base_url = "embedded:"
"""


def load(tmp_path: Path, text: str | None, environ: dict[str, str] | None = None, **flags: str) -> Settings:
    if text is not None:
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    env = {"SHIFTDECK_CONFIG": str(tmp_path / "config.toml"), "SHIFTDECK_DATA_DIR": str(tmp_path / "data")}
    lang, profile = flags.get("lang"), flags.get("profile")
    return load_settings(Overrides(lang=lang, profile=profile), env | (environ or {}))


def refused(tmp_path: Path, text: str, environ: dict[str, str] | None = None, **flags: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, environ, **flags)
    return caught.value


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en", {})
    yield
    set_language("en", {})


def test_without_a_file_there_is_the_sample_site(tmp_path: Path) -> None:
    settings = load(tmp_path, None)
    assert settings.config_exists is False
    assert list(settings.profiles) == ["sample"]
    assert settings.chosen.embedded
    assert settings.chosen.refresh_seconds == 2
    assert settings.sources["profile"] is Source.DEFAULT


def test_a_profile_is_read_whole(tmp_path: Path) -> None:
    settings = load(tmp_path, KITCHEN)
    kitchen = settings.chosen
    assert (kitchen.name, kitchen.base_url, kitchen.token_env) == (
        "kitchen",
        "https://acme.intratool.de",
        "ACME_TOKEN",
    )
    assert kitchen.refresh_seconds == 15
    assert settings.profiles["bar"].refresh_seconds == 2
    assert settings.sources["profile"] is Source.FILE


def test_flag_beats_environment_beats_file(tmp_path: Path) -> None:
    text = 'language = "en"\n' + KITCHEN
    assert load(tmp_path, text).language == "en"
    assert load(tmp_path, text, {"SHIFTDECK_LANG": "de_AT.UTF-8"}).language == "de"
    settings = load(tmp_path, text, {"SHIFTDECK_LANG": "de", "SHIFTDECK_PROFILE": "bar"}, lang="en")
    assert (settings.language, settings.sources["language"]) == ("en", Source.FLAG)
    assert (settings.profile, settings.sources["profile"]) == ("bar", Source.ENVIRONMENT)
    assert load(tmp_path, text, {"SHIFTDECK_PROFILE": "bar"}, profile="kitchen").profile == "kitchen"


def test_data_dir_of_the_file_is_meant_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('data_dir = "here"\n')
    settings = load_settings(Overrides(config=tmp_path / "c.toml"), {})
    assert settings.data_dir == tmp_path / "here"
    assert settings.sources["data_dir"] is Source.FILE
    assert settings.sources["config"] is Source.FLAG


def test_default_places_follow_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    settings = load_settings(Overrides(), {})
    assert settings.config_path == tmp_path / "c" / "shiftdeck" / "config.toml"
    assert settings.data_dir == tmp_path / "d" / "shiftdeck"


def test_a_place_is_shown_by_its_title_else_its_name_and_the_sample_site_in_words(tmp_path: Path) -> None:
    assert load(tmp_path, None).chosen.shown == "Sample site"
    profiles = load(tmp_path, KITCHEN + 'title = "Bar am Fluss"\n[profiles.sample]\n').profiles
    shown = {"kitchen": "kitchen", "bar": "Bar am Fluss", "sample": "Sample site"}
    assert {name: profile.shown for name, profile in profiles.items()} == shown
    set_language("de", {})
    assert profiles["sample"].shown == "Beispielbetrieb"
    real = load(tmp_path, '[profiles.sample]\nbase_url = "https://acme.intratool.de"\n')
    assert real.chosen.shown == "sample"


WRONG = [
    ("[profiles.a]\nrefersh_seconds = 3\n", 2, "profiles.a.refersh_seconds", "refresh_seconds"),
    ('[profiles.a]\ntitle = ""\n', 2, "profiles.a.title", None),
    ('[profiles.a]\ntoken_command = ["", "x"]\n', 2, "profiles.a.token_command", None),
    ('[profiles.a]\ntoken_command = ["a\\u0000b"]\n', 2, "profiles.a.token_command", None),
    ("[profiles.a]\nrefresh_seconds = 0\n", 2, "profiles.a.refresh_seconds", None),
    ("[profiles.a]\nrefresh_seconds = true\n", 2, "profiles.a.refresh_seconds", None),
    ('[profiles.a]\n\ntimezone = "Europe/Berln"\n', 3, "profiles.a.timezone", "Europe/Berlin"),
    ('[profiles.a]\nsystem = "intratol"\n', 2, "profiles.a.system", "intratool"),
    ("[profiles.a]\noptions = 3\n", 2, "profiles.a.options", None),
    ("[profiles.a]\noptions = { chain = 3 }\n", 2, "profiles.a.options.chain", None),
    ('[profiles.a]\nsystem = "spaaza"\n[profiles.a.options]\nchian = 3\n', 4, "profiles.a.options.chian", "chain"),
    ('[profiles.a]\nsystem = "spaaza"\noptions.chain = 0\n', 3, "profiles.a.options.chain", None),
    ('[profiles.a]\nsystem = "spaaza"\noptions.auth = "sesion"\n', 3, "profiles.a.options.auth", "session"),
    ('[profiles.a]\nsystem = "spaaza"\noptions.api_version = "x"\n', 3, "profiles.a.options.api_version", None),
    ('[profiles.a]\nsystem = "spaaza"\noptions.token = "x"\n', 3, "profiles.a.options.token", None),
    ('[profiles.a]\nsystem = "superai"\noptions.auth_url = "core"\n', 3, "profiles.a.options.auth_url", None),
    ('[profiles.a]\nbase_url = "acme.intratool.de"\n', 2, "profiles.a.base_url", None),
    ('[profiles.a]\nbase_url = "https://me:pw@acme.de"\n', 2, "profiles.a.base_url", None),
    ('[profiles.a]\nbase_url = "https://acme.de:99999"\n', 2, "profiles.a.base_url", None),
    ('[profiles.a]\ntoken_command = "pass show acme"\n', 2, "profiles.a.token_command", None),
    ('[profiles.a]\ntoken_env = "12|ab cd"\n', 2, "profiles.a.token_env", None),
    ('default_profil = "a"\n', 1, "default_profil", "default_profile"),
    ('default_profile = "kitchn"\n[profiles.kitchen]\n', 1, "default_profile", "kitchen"),
    ('\nlanguage = "fr"\n', 2, "language", None),
    ('ascii = "yes"\n', 1, "ascii", None),
    ('[profiles.a]\nbase_url = "https://acme.de"\nuser = "ben"\n', 3, "profiles.a.user", None),
    ("profiles = 3\n", 1, "profiles", None),
    ("[profiles]\nkitchen = 3\n", 2, "profiles.kitchen", None),
    ('[profiles."a/b"]\n', 1, "profiles.a/b", None),
    ("[keys]\nfinish = 3\n", 2, "keys.finish", None),
    ('x = """\n[profiles.a]\n"""\n[profiles.b]\ncolour = 1\n', 1, "x", None),
    ('[profiles.b]\ntoken_command = [\n  "pass", # ]\n  "show",\n]\ncolour = 1\n', 6, "profiles.b.colour", None),
    ("profiles = { b = { colour = 1 } }\n", 1, "profiles.b.colour", None),
]


def test_the_options_of_a_system_are_the_text_that_its_client_reads(tmp_path: Path) -> None:
    text = """
[profiles.shop]
system = "spaaza"
options = { chain = 42, auth = "session", api_version = "1.6.3", execute_timeout = "600", date_basis = "ran" }
[profiles.flows]
system = "superai"
options.auth_url = "https://core.example.org/"
options.flow_ids = ["f1", "f2"]
"""
    profiles = load(tmp_path, text).profiles
    shop, flows = profiles["shop"].options, profiles["flows"].options
    assert shop == {
        "chain": "42",
        "auth": "session",
        "api_version": "1.6.3",
        "execute_timeout": "600",
        "date_basis": "ran",
    }
    assert flows == {"auth_url": "https://core.example.org", "flow_ids": "f1,f2"}


@pytest.mark.parametrize(("text", "line", "key", "meant"), WRONG)
def test_a_wrong_key_names_file_line_key_and_the_nearest(
    tmp_path: Path, text: str, line: int, key: str, meant: str | None
) -> None:
    error = refused(tmp_path, text)
    assert (error.line, error.key, error.nearest) == (line, key, meant)
    assert str(error).startswith(f"{tmp_path / 'config.toml'}, line {line}: ")
    assert key.split(".")[-1] in str(error)
    if meant:
        assert f"“{meant}”" in str(error)
    set_language("de", {})
    assert f"Zeile {line}: " in str(error)
    assert "Message(" not in str(error)


@pytest.mark.parametrize("name", ["token", "Password", "api-key", "bearer"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    error = refused(tmp_path, f'[profiles.a]\n{name} = "42|s3cr3t"\n')
    assert error.line == 2
    for word in ("token_env", "token_command", "keyring"):
        assert word in str(error)
    assert "s3cr3t" not in str(error)


def test_a_token_put_where_its_variable_belongs_is_not_repeated(tmp_path: Path) -> None:
    assert "s3cr3t" not in str(refused(tmp_path, '[profiles.a]\ntoken_env = "42|s3cr3t"\n'))


@pytest.mark.parametrize(
    ("raw", "line"),
    [(b"a = 1\nb = [1,\n", 2), (b"a = 1\nb\n", 2), (b'\n\nx = "\xfc"\n', 3), (b"a = 1\na = 2\n", 2)],
)
def test_a_broken_file_names_its_line(tmp_path: Path, raw: bytes, line: int) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load_settings(Overrides(config=path), {"SHIFTDECK_DATA_DIR": str(tmp_path)})
    assert caught.value.file == path
    assert caught.value.line == line


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbfascii = true\n")
    assert load_settings(Overrides(config=path, data_dir=tmp_path), {}).ascii is True


def test_a_file_named_by_a_flag_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_settings(Overrides(config=tmp_path / "nope.toml"), {"SHIFTDECK_DATA_DIR": str(tmp_path)})
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(Overrides(config=tmp_path), {"SHIFTDECK_DATA_DIR": str(tmp_path)})


def test_wrong_words_of_flag_and_environment_blame_no_file(tmp_path: Path) -> None:
    for error in (
        refused(tmp_path, KITCHEN, {"SHIFTDECK_LANG": "fr"}),
        refused(tmp_path, KITCHEN, {"SHIFTDECK_PROFILE": "kitchn"}),
    ):
        assert error.file is None
        assert str(error).startswith("SHIFTDECK_")
    error = refused(tmp_path, KITCHEN, profile="kitchn")
    assert error.nearest == "kitchen"
    assert "kitchen, bar" in str(error)


def test_keys_become_comma_lists(tmp_path: Path) -> None:
    settings = load(tmp_path, '[keys]\nfinish = "f10"\nrefresh = ["r", "f5"]\n')
    assert settings.keys == {"finish": "f10", "refresh": "r,f5"}


def test_another_room_can_blame_a_line(tmp_path: Path) -> None:
    settings = load(tmp_path, 'ascii = true\n[keys]\n"fnish" = "f10"\n')
    what = Message("There is no such action.")
    error = ConfigError(what, file=settings.config_path, key="keys.fnish", nearest="finish")
    assert (error.line, error.key) == (3, "keys.fnish")
    assert str(error).endswith("line 3: There is no such action. Is “finish” meant?")
