"""The README says what the program does: its keys, its commands, its profiles, its pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools.screenshots_draw import CELL_WIDTH
from tests.tools.screenshots_scenes import SCENES
from tui.cli.parser import build
from tui.config import Overrides, Profile, load_settings
from tui.ui.actions import BOARD, COMMANDS
from tui.ui.keymap import Keymap, written

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEY = re.compile(r"`([^`]+)`|\b(F\d+|Enter|Escape|Space|Shift\+Tab|Ctrl\+[A-Z])(?!\w)")


def section(title: str) -> str:
    return re.split(r"^## ", README.split(f"\n## {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def keys_of(title: str) -> list[str]:
    """The keys in the first column of the table of keys in a section."""
    table = section(title).split("| key | meaning |")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    return [plain or word for cell in cells for plain, word in KEY.findall(cell)]


def test_every_key_of_the_program_is_in_the_tables_and_no_other() -> None:
    keymap = Keymap()
    known = {written(key) for command in COMMANDS for key in keymap.keys(command.id)}
    shown = [*keys_of("Keys"), *keys_of("The board")]
    assert set(shown) - {written("f10")} - known == set()
    assert known - set(shown) == set()


def test_the_keys_of_the_board_work_on_the_board() -> None:
    keymap = Keymap()
    there = {written(key) for one in COMMANDS if BOARD in one.scopes for key in keymap.keys(one.id)}
    assert set(keys_of("The board")) <= there
    its_own = {written(key) for one in COMMANDS if one.scopes == {BOARD} for key in keymap.keys(one.id)}
    assert its_own <= set(keys_of("The board"))


@pytest.mark.parametrize("line", re.findall(r"^shiftdeck(?: .*)?$", README, re.MULTILINE))
def test_every_command_line_is_understood(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = re.split(r"  +", line)[0].replace("[SYSTEM]", "superai").replace("[--last N]", "--last 3")
    for words in re.split(r" \| (?=--)", command.removeprefix("shiftdeck")):
        if words.strip() in ("--version", "--help"):
            with pytest.raises(SystemExit) as ended:
                build().parse_args(words.split())
            assert ended.value.code == 0
        else:
            build().parse_args(words.split())
    capsys.readouterr()


def test_every_profile_is_a_profile(tmp_path: Path) -> None:
    systems: dict[str, Profile] = {}
    for text in re.findall(r"```toml\n(.*?)```", README, re.DOTALL):
        file = tmp_path / "config.toml"
        file.write_text(text, encoding="utf-8")
        systems |= {one.system: one for one in load_settings(Overrides(config=file), {}).profiles.values()}
    assert set(systems) == {"intratool", "superai", "spaaza"}
    assert systems["spaaza"].options == {"chain": "42"}


def test_every_picture_is_made_by_a_scene_and_every_link_leads_somewhere() -> None:
    made = {f"{scene.name}.{kind}" for scene in SCENES for kind in ("svg", "png")}
    assert {path.name for path in (ROOT / "screenshots").iterdir()} == made
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if target.startswith("#"):
            names = [
                re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-")
                for head in re.findall(r"^#+ (.*)$", README, re.MULTILINE)
            ]
            assert target[1:] in names, target
        elif not target.startswith("http"):
            assert (ROOT / target).is_file(), target


def test_nothing_secret_and_nothing_of_one_machine_is_in_a_picture() -> None:
    for scene in SCENES:
        drawn = (ROOT / "screenshots" / f"{scene.name}.svg").read_text("utf-8")
        places = re.findall(r'<text x="(\d+)" y="(\d+)"[^>]*>([^<]+)</text>', drawn)
        lines: dict[str, str] = {}
        for x, y, letter in places:
            lines[y] = lines.get(y, "").ljust(int(x) // CELL_WIDTH) + letter
        text = "\n".join(lines.values())
        assert places
        assert not re.search(r"/(home|tmp|usr|var)/|Bearer|saf_|[0-9a-f]{16}", text), scene.name
