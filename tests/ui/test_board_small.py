"""The board where there is little room: what is shown is whole, and the help says what the numbers mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat
from tests.ui.test_all_profiles import at_all
from tests.ui.test_all_profiles import board_of as all_of
from tests.ui.test_board import at_board, board_of
from tui.ui.screens.dialog import KEY_WIDTH, KeysDialog


def rows_between(seat: Seat, first: str, last: str) -> list[str]:
    """The lines between the one that begins with ``first`` and the one that begins with ``last``."""
    lines = seat.text.splitlines()
    start = next(place for place, line in enumerate(lines) if line.strip().startswith(first))
    return lines[start + 1 : next(place for place, line in enumerate(lines) if line.strip().startswith(last))]


@pytest.mark.parametrize("height", [20, 22, 24, 25])
async def test_no_row_of_two_lines_is_cut(tmp_path: Path, height: int) -> None:
    async with at_board(tmp_path, (40, height)) as seat:
        shown = rows_between(seat, "Overdue", "By assignment")
        assert len(shown) >= 6
        assert len(shown) % 2 == 0, seat.text
        words = [line.split()[0 if line[1] == " " else 1] for line in shown[1::2]]
        assert set(words) == {"Open", "Started,"}, seat.text
        assert "Mon 11 May" in seat.text.splitlines()[0], "the date is whole"


@pytest.mark.parametrize("height", [20, 22, 23])
async def test_where_both_have_no_room_tab_leads_from_the_list_to_the_strips(tmp_path: Path, height: int) -> None:
    async with at_all(tmp_path, (40, height)) as seat:
        board = all_of(seat)
        shown = [
            line for line in rows_between(seat, "Overdue", "Stock count · Putzmittel · kitchen") if line.strip()
        ]
        assert len(shown) >= 6
        assert len(shown) % 2 == 0, seat.text
        assert "By profile" not in seat.text
        assert "kitchen  live · 7 overdue" in seat.text, "what is late has room beside each profile"
        await seat.press("tab", "down")
        await seat.pilot.pause()
        assert "By profile" in seat.text
        assert "Overdue  8" not in seat.text
        assert all(f"{name} " in seat.text for name in ("flows", "kitchen", "shop"))
        assert board.focused is board.strips
        assert seat.text.splitlines()[-2].endswith("…"), "a sentence that is cut says so"
        await seat.press("tab")
        await seat.pilot.pause()
        assert "Overdue  8" in seat.text
        assert seat.app.screen.focused is board.list


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
async def test_the_help_explains_the_numbers_and_hangs_its_lines(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_board(tmp_path, size) as seat:
        await seat.press("f1")
        dialog = seat.app.screen
        assert isinstance(dialog, KeysDialog)
        lines = dialog._shown.plain.splitlines()
        keys = lines[: lines.index("")]
        assert all(len(line) <= dialog.width for line in lines)
        assert any(line.startswith(" " * KEY_WIDTH) for line in keys)
        assert all(line.startswith(" " * KEY_WIDTH) or line[KEY_WIDTH - 1] == " " for line in keys)
        words = " ".join(" ".join(lines).split())
        for said in (
            "only move the cursor to the numbered task",
            "“Started, late” (◑!) is a state: begun, and not finished in time",
            "“Unfinished” is counted here",
            "The server's number is its own",
            "It is asked without days",
            "Both can be right",
        ):
            assert said in words
        await seat.press("f3")
        await seat.press("h", "f1")
        report = seat.app.screen
        assert isinstance(report, KeysDialog), "the keys of the report too"
        await seat.press("f3", "f3")
        board_of(seat)


async def test_the_help_of_all_profiles_says_where_things_are_done(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        await seat.until(lambda: bool(all_of(seat).desk.server_counts))
        await seat.press("f1")
        dialog = seat.app.screen
        assert isinstance(dialog, KeysDialog)
        words = " ".join(dialog._shown.plain.split())
        assert "done in its own profile" in words
        assert "The server's number is its own" in words
        assert "▾" not in words, "all have the same zone"
