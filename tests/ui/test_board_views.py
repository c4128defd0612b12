"""The board says which of its parts has the keys, and which list it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat
from tests.ui.test_board import ASCII, at_board, board_of


def bars(seat: Seat, bar: str) -> tuple[int, int]:
    """How many lines of the overdue list and of the strips begin with the cursor's bar."""
    board = board_of(seat)
    lines = seat.text.splitlines()
    found = []
    for part in (board.list, board.strips):
        at = part.region
        found.append(sum(line[at.x : at.x + 1] == bar for line in lines[at.y : at.bottom]))
    return found[0], found[1]


@pytest.mark.parametrize(("bar", "config"), [("▌", ""), (">", ASCII)])
async def test_one_part_has_a_cursor_bar_in_the_frame_in_which_it_gets_the_keys(
    tmp_path: Path, bar: str, config: str
) -> None:
    async with at_board(tmp_path, config=config) as seat:
        board = board_of(seat)
        place = board.list.selected_key
        assert bars(seat, bar) == (1, 0)
        board.enter(board.strips)
        assert not board.strips.has_focus, "Textual tells the widget later"
        assert [line[0][0][:1] for line in board.strips._shown].count(bar) == 1
        await seat.pilot.pause()
        assert bars(seat, bar) == (0, 1)
        await seat.press("tab")
        assert bars(seat, bar) == (1, 0)
        assert board.list.selected_key == place


@pytest.mark.parametrize("tabs", [2, 3, 4, 5])
async def test_several_tabs_at_once_end_in_the_part_in_which_single_ones_would(tmp_path: Path, tabs: int) -> None:
    async with at_board(tmp_path) as seat:
        board = board_of(seat)
        await seat.send(b"\t" * tabs)
        await seat.pilot.pause()
        assert board.focused is (board.strips if tabs % 2 else board.list)
        assert bars(seat, "▌") == ((0, 1) if tabs % 2 else (1, 0))


async def test_a_click_gives_the_bar_to_the_part_that_was_clicked(tmp_path: Path) -> None:
    async with at_board(tmp_path) as seat:
        board = board_of(seat)
        await seat.pilot.click(board.strips, offset=(4, 2))
        await seat.pilot.pause()
        assert board.focused is board.strips
        assert bars(seat, "▌") == (0, 1)
        await seat.pilot.click(board.list, offset=(20, 3))
        await seat.pilot.pause()
        assert seat.app.focused is board.list
        assert bars(seat, "▌") == (1, 0)


@pytest.mark.parametrize(
    ("lang", "late", "shelved", "again", "back"),
    [
        ("en", " Overdue  7", " Shelved  1", "z Show again", "Z overdue"),
        ("de", " Überfällig  7", " Zurückgestellt  1", "z Wieder zeigen", "Z überfällig"),
    ],
)
async def test_the_list_of_shelved_tasks_has_its_own_name_and_keys(
    tmp_path: Path, lang: str, late: str, shelved: str, again: str, back: str
) -> None:
    async with at_board(tmp_path, lang=lang) as seat:
        key = board_of(seat).list.selected_key
        assert late in [line.rstrip() for line in seat.text.splitlines()]
        await seat.press("z", "1", "f10")
        await seat.press("Z")
        lines = [line.rstrip() for line in seat.text.splitlines()]
        assert shelved in lines, seat.text
        assert not any(line.startswith(late[:-1]) for line in lines), seat.text
        assert again in lines[-1]
        assert back in lines[-1]
        await seat.press("f4")
        assert again[2:] in seat.text, "the menu says the same"
        await seat.press("f3", "z", "Z")
        lines = [line.rstrip() for line in seat.text.splitlines()]
        assert late in lines, seat.text
        assert again not in lines[-1]
        assert key in board_of(seat).list.shown_keys
