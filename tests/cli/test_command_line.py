"""What is said before anything runs: help, version, mistakes, and a config that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui import __version__
from tui.__main__ import main
from tui.i18n import set_language


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "SHIFTDECK_LANG", "SHIFTDECK_PROFILE", "SHIFTDECK_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHIFTDECK_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("SHIFTDECK_DATA_DIR", str(tmp_path / "data"))
    set_language("en", {})


def ended(*words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(words))
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--version") == 0
    assert capsys.readouterr().out == f"shiftdeck {__version__}\n"


def test_help_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--help") == 0
    english = capsys.readouterr().out
    assert english.startswith("usage: shiftdeck")
    assert ended("--lang=de", "--help") == 0
    german = capsys.readouterr().out
    assert german.startswith("Aufruf: shiftdeck")
    for command in ("serve", "list", "watch", "report", "sync", "doctor", "history"):
        assert f"    {command} " in english
        assert f"    {command} " in german
    for word in ("options:", "usage", "show this"):
        assert word not in german


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lst"], "there is no “lst”"),
        (["--lang", "fr"], "there is no “fr”"),
        (["--lang"], "--lang needs a value."),
        (["list", "--jsn"], "Nothing here understands “--jsn”."),
        (["list", "--json", "--csv"], "do not go together"),
        (["list", "--from", "11.5."], "a day like 2026-05-11 is needed"),
        (["serve", "--port", "70000"], "a number from 0 to 65535 is needed"),
        (["history", "verfy"], "there is no “verfy”"),
        (["history", "--last", "0"], "a number from 1 to 1000000 is needed"),
        (["sync", "--watch", "--dry-run"], "do not go together"),
    ],
)
def test_a_mistake_is_one_calm_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(*words) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert said in first
    assert second.endswith("--help shows what there is.")
    assert ended("--lang=de", *words) == 2
    assert said not in capsys.readouterr().err


def test_a_broken_config_is_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("[profiles.a]\nrefresh_second = 3\n")
    assert main(["list"]) == 2
    said = capsys.readouterr().err
    assert "config.toml, line 2: " in said
    assert "Is “refresh_seconds” meant?" in said
    assert len(said.splitlines()) == 1
    assert main(["--lang", "de", "doctor"]) == 2
    assert "config.toml, Zeile 2: " in capsys.readouterr().err
    assert main(["--config", str(tmp_path / "nope.toml"), "list"]) == 2
    assert "There is no such file." in capsys.readouterr().err


def test_the_application_needs_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("/dev/null") as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        assert main([]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_a_system_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "intratol"]) == 2
    assert "Is “intratool” meant?" in capsys.readouterr().err


def test_a_data_folder_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("mine")
    assert main(["history", "verify"]) in (1, 2)
    assert str(tmp_path / "data") in capsys.readouterr().err
    assert (tmp_path / "data").read_text() == "mine"
