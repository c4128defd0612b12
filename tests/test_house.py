"""The rules of the house: small files, small functions, no private doors, and an example config that works."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tui.config import Overrides, load_settings
from tui.config.checks import OPTIONS, PROFILE, TABLES, TOP

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "tui").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
WRITTEN = [*SOURCES, *TESTS, *sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("*.toml")), ROOT / ".ci" / "run"]

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES_OF_A_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno + 1 <= MOST_LINES_OF_A_FUNCTION, node.name


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_private_of_textual_and_nothing_unfinished(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) textual(\.\w+)*\._|^\s*from textual\S* import _", text, re.MULTILINE)
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text)
    assert not re.search(r"except( Exception| BaseException)?:\s*(pass|\.\.\.)\s*$", text, re.MULTILINE)


def test_nothing_of_one_machine_is_written_down() -> None:
    places = re.compile("|".join(f"/{place}/" for place in ("work", "root", "tmp/iface", "opt/pypi")))
    assert [name(path) for path in WRITTEN if path.exists() and places.search(path.read_text("utf-8"))] == []


def test_the_example_config_loads_and_means_the_defaults(tmp_path: Path) -> None:
    example = load_settings(Overrides(config=ROOT / "config.example.toml", data_dir=tmp_path), {})
    plain = load_settings(Overrides(data_dir=tmp_path), {"SHIFTDECK_CONFIG": str(tmp_path / "none.toml")})
    assert example.profiles == plain.profiles
    for one in ("profile", "theme", "ascii", "auto_advance", "keys", "language"):
        assert getattr(example, one) == getattr(plain, one), one


def test_the_example_config_shows_every_key_and_what_it_shows_is_valid(tmp_path: Path) -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    shown = re.sub(r"^# (?=[a-z_]+ = |\[profiles\.)", "", text, flags=re.MULTILINE)
    values = tomllib.loads(shown)
    assert set(values) == {*TOP, *TABLES}
    assert {key for one in values["profiles"].values() for key in one} == set(PROFILE)
    shown_options = {one["system"]: set(one.get("options", ())) for one in values["profiles"].values()}
    assert shown_options == {system: set(known) for system, known in OPTIONS.items()}
    full = tmp_path / "config.toml"
    full.write_text(shown, encoding="utf-8")
    settings = load_settings(Overrides(config=full), {})
    assert settings.data_dir == tmp_path / "data"
    assert settings.keys == {"refresh": "r", "filter": "f8,/"}


def test_the_changelog_and_the_license_are_there() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
