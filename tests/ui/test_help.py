"""F1, wherever it is pressed: what has the focus, and the keys that work there and then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tui.model.status import Phase
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.dialog import DialogHelp, TextDialog
from tui.ui.screens.help import HelpDialog
from tui.ui.screens.pick import PickDialog
from tui.ui.screens.review import ReviewDialog

FLOWS = '[profiles.flows]\nsystem = "superai"\n'
SHOP = '[profiles.shop]\nsystem = "spaaza"\n'
WIDE = (120, 44)


async def whole(seat: Seat) -> str:
    """All that a text says, wherever it is scrolled to."""
    dialog = seat.app.screen
    assert isinstance(dialog, TextDialog), seat.text
    return " ".join(dialog._shown.plain.split())


@pytest.mark.parametrize("size", [(40, 20), (80, 24)])
async def test_every_dialog_says_what_its_keys_do(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size) as seat:
        for opened, said in (
            ("accounts", ["Leave Shiftdeck", "1 … 9 pick the numbered row at once", "F3 back"]),
            ("outbox", ["Nothing waits. Everything is accepted by the server.", "↑ ↓ other rows"]),
            ("menu", ["A … Z type a part of the name"]),
            ("period", ["First day", "A date. Day and month are enough.", "F10 show"]),
            ("find_id", ["Enter go on", "F3 cancel"]),
        ):
            seat.main.commands.run(opened)
            await seat.pilot.pause()
            below = seat.app.screen
            await seat.press("f1")
            assert isinstance(seat.app.screen, DialogHelp), f"{opened}:\n{seat.text}"
            text = await whole(seat)
            assert all(part in text for part in said), text
            await seat.press("f1")
            assert isinstance(seat.app.screen, DialogHelp), "there is no help about help"
            await seat.press("f3")
            assert seat.app.screen is below
            await seat.press("f3")
            assert seat.app.screen is seat.main


async def test_help_in_a_list_knows_the_deeds_of_this_system_only(tmp_path: Path) -> None:
    async with seated(tmp_path, config=FLOWS) as seat:
        seat.main.bench.records.cached = lambda key: None  # type: ignore[method-assign]
        await seat.press("f1")
        assert isinstance(seat.app.screen, HelpDialog)
        text = await whole(seat)
        assert "another status" not in text
        assert "R All tasks run once more, or only what is outdated or unfinished." in text
        assert "F6 Only a note: the output is wrong, and why." in text
        assert "◌ Waiting: it goes on when somebody has decided." in text
        assert "Missed" not in text, "no row is in such a state"
        assert "Open a finished or denied task again." not in text
        await seat.press("f3")
        bar = {hint.command: hint.label for hint in seat.main.keybar.hints}
        assert bar["deny"] == "Reject", "also of a row that was not read yet"
    async with seated(tmp_path, config=SHOP) as seat:
        await seat.press("f1")
        text = await whole(seat)
        assert not any(deed in text for deed in ("another status", "cannot be done", "denied task again"))
        assert "n Begin a task that is not planned." in text


async def test_the_deeds_of_a_row_are_seen_in_the_menu_and_found_by_their_name(tmp_path: Path) -> None:
    async with seated(tmp_path, config=FLOWS) as seat:
        await seat.press("f4")
        await seat.until("Cancel the run")
        menu = seat.app.screen
        assert isinstance(menu, PickDialog)
        assert [option.label for option in menu.options[:2]] == ["Reject", "Run again"]
        await seat.type("cancel")
        assert [option.label for option in menu.options] == ["Cancel the run"]
        await seat.press("enter")
        await seat.until("there is nothing to cancel")


@pytest.mark.parametrize("size", [(40, 20), (80, 24)])
async def test_both_ways_to_run_again_can_be_read(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size, config=FLOWS) as seat:
        await seat.press("home", "R")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        assert "1 Outdated or unfinished" in seat.text
        assert "2 Everything anew" in seat.text


async def test_json_that_cannot_be_read_is_marked_in_the_form_too(tmp_path: Path) -> None:
    async with seated(tmp_path, config=FLOWS) as seat:
        await seat.press("home", "enter")
        await seat.until(lambda: seat.opened is not None)
        await seat.type('{"order": 12')
        await seat.press("f10")
        assert isinstance(seat.app.screen, ReviewDialog)
        await seat.press("enter")
        assert not seat.app.screen.is_modal
        assert "▌! 1 Output" in seat.text
        assert "! This is no JSON: look at line 1," in seat.text
        assert "▌      column 13." in seat.text, "all of it is in sight"


async def test_what_is_done_is_not_completed_but_corrected(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        rows = seat.main.list
        done = next(key for key in rows.shown_keys if rows.execution(key).status.phase is Phase.DONE)  # type: ignore[union-attr]
        rows.select(done)
        await seat.press("w")
        await seat.until(lambda: seat.main.tree_pane.selected is not None)
        await seat.press("home", "enter")
        await seat.until(lambda: seat.main.pane == "form" and seat.main.detail.record is not None)
        assert "F10 Correct the output" in seat.text


async def test_a_message_moves_to_the_dialog_and_back(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        seat.main.announce("The oven is cold.")
        await seat.until("The oven is cold.")
        await seat.press("f9")
        await seat.until("The oven is cold.")
        await seat.pilot.pause()
        assert seat.text.count("The oven is cold.") == 1
        await seat.press("f3")
        await seat.until("The oven is cold.")
        assert seat.text.count("The oven is cold.") == 1
