"""Profiles written back: every other key kept, all or nothing, for the owner's eyes only."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import msgspec
import pytest

from tui.config import (
    ConfigError,
    Overrides,
    Profile,
    Settings,
    load_settings,
    remove_profile,
    sample_profile,
    save_profile,
)

ACME = Profile(name="acme", base_url="https://acme.intratool.de", token_env="ACME_TOKEN", timezone="Europe/Vienna")


def settings_for(tmp_path: Path, text: str | None = None) -> Settings:
    path = tmp_path / "conf" / "config.toml"
    if text is not None:
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    env = {"SHIFTDECK_CONFIG": str(path), "SHIFTDECK_DATA_DIR": str(tmp_path)}
    return load_settings(Overrides(), env)


def again(settings: Settings) -> Settings:
    return load_settings(Overrides(config=settings.config_path, data_dir=settings.data_dir), {})


def test_the_first_profile_is_written_beside_the_sample_site(tmp_path: Path) -> None:
    settings = save_profile(settings_for(tmp_path), ACME)
    assert list(settings.profiles) == ["sample", "acme"]
    assert settings.profile == "sample"
    read = again(settings)
    assert read.profiles == {"sample": sample_profile(), "acme": ACME}
    assert read.profile == "sample"
    assert stat.S_IMODE(settings.config_path.stat().st_mode) == 0o600
    assert [path.name for path in settings.config_path.parent.iterdir()] == ["config.toml"]


def test_other_keys_survive_and_a_commented_file_is_kept(tmp_path: Path) -> None:
    text = '# mine\nlanguage = "de"\n[keys]\nfinish = "f10"\n[profiles.bar]\n'
    settings = save_profile(settings_for(tmp_path, text), ACME, make_default=True)
    values = tomllib.loads(settings.config_path.read_text(encoding="utf-8"))
    assert values["language"] == "de"
    assert values["keys"] == {"finish": "f10"}
    assert values["default_profile"] == "acme"
    assert list(values["profiles"]) == ["bar", "acme"]
    backup = settings.config_path.with_name("config.toml.bak")
    assert backup.read_text(encoding="utf-8") == text
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert again(settings).profile == "acme"


def test_what_another_process_wrote_meanwhile_is_kept(tmp_path: Path) -> None:
    first = settings_for(tmp_path, "[profiles.bar]\n")
    second = again(first)
    save_profile(first, ACME)
    settings = save_profile(second, Profile(name="office", token_command=("pass", "show", "x")))
    assert set(settings.profiles) == {"bar", "acme", "office"}
    assert again(settings).profiles["office"].token_command == ("pass", "show", "x")


def test_removing_the_default_leaves_a_usable_file(tmp_path: Path) -> None:
    settings = save_profile(settings_for(tmp_path, "[profiles.bar]\n"), ACME, make_default=True)
    settings = remove_profile(settings, "acme")
    assert again(settings).profile == "bar"
    settings = remove_profile(settings, "bar")
    assert list(again(settings).profiles) == ["sample"]


def test_a_profile_that_the_file_would_refuse_is_not_written(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "[profiles.bar]\n")
    before = settings.config_path.read_bytes()
    for wrong in (
        Profile(name="a/b"),
        Profile(name="x", base_url="acme"),
        Profile(name="x", timezone="Mars/Base"),
    ):
        with pytest.raises(ConfigError):
            save_profile(settings, wrong)
    assert settings.config_path.read_bytes() == before


def test_a_broken_file_is_never_overwritten(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "[profiles.bar]\n")
    settings.config_path.write_text("profiles = [\n")
    with pytest.raises(ConfigError):
        save_profile(settings, ACME)
    assert settings.config_path.read_text() == "profiles = [\n"


def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text("[profiles.bar]\n")
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    settings = load_settings(Overrides(config=link, data_dir=tmp_path), {})
    save_profile(settings, ACME)
    assert link.is_symlink()
    assert "acme" in real.read_text()


@pytest.mark.parametrize(
    "command",
    [
        ("pass", "show", "acme kitchen"),
        ("sh", "-c", "echo \"$TOKEN\" | tr -d '\\n'"),
        ("C:\\Program Files\\pass.exe", "", "a\nb\t'c'", "küche ☃", "#no comment", "]"),
    ],
)
def test_a_command_survives_word_for_word(tmp_path: Path, command: tuple[str, ...]) -> None:
    settings = save_profile(settings_for(tmp_path), Profile(name="office", token_command=command))
    assert settings.profiles["office"].token_command == command
    assert again(settings).profiles["office"].token_command == command
    values = tomllib.loads(settings.config_path.read_text(encoding="utf-8"))
    assert values["profiles"]["office"]["token_command"] == list(command)
    assert save_profile(again(settings), ACME).profiles["office"].token_command == command


def test_a_title_is_written_and_survives_a_dialog_that_does_not_know_it(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, '[profiles.acme]\ntitle = "Küche Nord"\n')
    settings = save_profile(settings, ACME)
    assert (again(settings).profiles["acme"].title, again(settings).profiles["acme"].token_env) == (
        "Küche Nord",
        "ACME_TOKEN",
    )
    settings = save_profile(settings, Profile(name="acme", title="Küche Süd"))
    assert again(settings).profiles["acme"].title == "Küche Süd"


def test_options_are_written_and_stay_when_no_dialog_asked_for_them(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    settings = load_settings(Overrides(config=None, data_dir=tmp_path), {"SHIFTDECK_CONFIG": str(path)})
    shop = Profile(name="shop", system="spaaza", base_url="https://s.example.org", options={"chain": "42"})
    save_profile(settings, shop)
    save_profile(settings, msgspec.structs.replace(shop, options={}, timezone="Europe/Vienna"))
    assert settings.profiles["shop"].options == {"chain": "42"}
    assert settings.profiles["shop"].timezone == "Europe/Vienna"
    save_profile(settings, msgspec.structs.replace(shop, system="superai", options={}))
    assert settings.profiles["shop"].options == {}
