"""What the screen says to somebody new: what was not sent, what is still open, what never is possible."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.support.site import Seat, seated
from tests.ui.traffic import Traffic
from tui.model.action import Slot
from tui.model.message import Message
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.find import FindDialog
from tui.ui.screens.help import HelpDialog
from tui.ui.screens.review import ReviewDialog
from tui.ui.widgets.one_line import Hint

ROUND = "Kühlschrank-Runde"
SIZE = (120, 40)


def words(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


def labels(hints: tuple[Hint, ...]) -> list[str]:
    return [f"{hint.key} {hint.label}" for hint in hints]


def declare(seat: Seat, slot: Slot, why: str, *, never: bool) -> None:
    record = seat.main.detail.record
    assert record is not None
    actions = tuple(
        msgspec.structs.replace(one, why_not=Message(why), never=never) if one.slot is slot else one
        for one in record.actions
    )
    seat.main.detail.record = msgspec.structs.replace(record, actions=actions)
    seat.main.offer_keys()


async def test_a_denial_that_is_cancelled_says_so_and_keeps_its_reason(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f6")
        await seat.type("kaputt\n\n")
        assert "Nothing was sent." in words(seat)
        assert traffic.sent == []
        await seat.press("f6")
        assert "kaputt" in seat.text


async def test_enter_after_the_last_input_of_a_new_task_creates_it_and_cancel_keeps_nothing(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        for last in ("f3", "enter"):
            await seat.press("n")
            await seat.until(lambda: seat.app.screen is not seat.main)
            await seat.press("1")
            dialog = seat.app.screen
            assert isinstance(dialog, ActionDialog)
            assert dialog.state.entries["for_execution_date"].text == "", "only offered, not kept from before"
            await seat.press("enter", "enter")
            await seat.press(last)
        await seat.until(lambda: len([sent for sent in traffic.sent if sent.method == "POST"]) == 1)


async def reviewed(seat: Seat) -> ReviewDialog:
    await seat.open_titled(ROUND)
    await seat.type("4\n5\n\n1")
    await seat.press("f10")
    assert isinstance(seat.app.screen, ReviewDialog)
    assert seat.app.screen.asks
    return seat.app.screen


def reason(dialog: ReviewDialog) -> str:
    (entry,) = dialog.inputs.shown
    return entry.text


async def test_digits_before_a_reason_lead_to_a_field_and_letters_make_them_the_reason(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        dialog = await reviewed(seat)
        assert "F8 field" in labels(dialog.bar.hints)
        await seat.type("2")
        assert "Enter field 2: Kühlzelle 2 (°C)" in words(seat)
        assert reason(dialog) == ""
        await seat.type(" Lieferungen")
        assert reason(dialog) == "2 Lieferungen"
        await seat.press("ctrl+u")
        await seat.type("77\n")
        assert seat.app.screen is dialog, "no such field: it is said, and nothing is sent"
        assert reason(dialog) == "77"
        assert traffic.sent == []
        await seat.press("ctrl+u")
        await seat.type("2\n")
        assert seat.main.is_current
        state = seat.main.detail.form.state
        assert state is not None
        assert state.position == "cell-2"
        assert reason(dialog) == ""


async def test_digits_after_a_picked_reason_are_no_part_of_it(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await reviewed(seat)
        await seat.type("Strom weg\n")
        await seat.until("accepted by the server")
        await seat.open_titled(ROUND, phase="done")
        await seat.press("R")
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        key = seat.opened
        assert key is not None
        await seat.type(f"{key.id[-3:]}\n\n\n")
        await seat.until(lambda: not seat.main.detail.reading)
        await seat.press("f10")
        again = seat.app.screen
        assert isinstance(again, ReviewDialog)
        await seat.type("12")
        assert reason(again) == "Strom weg"
        await seat.press("f3")
        await seat.type("1\n")
        state = seat.main.detail.form.state
        assert state is not None
        assert state.position == "cell-1"
        assert len(traffic.bodies("/finish")) == 1
        await seat.press("f10")
        await seat.type("1")
        assert reason(dialog=seat.app.screen) == "Strom weg", "a reason of before is not retyped by a digit"  # type: ignore[arg-type]


async def test_drafts_are_told_before_leaving(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.press("f9")
        assert "All is sent." in seat.text
        await seat.press("f3")
        await seat.open_titled(ROUND)
        await seat.type("4")
        await seat.until("saved here")
        await seat.press("f9")
        assert "1 draft is only on this device." in seat.text
        assert "All is sent." not in seat.text


async def test_the_head_says_accepted_until_the_next_edit(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4\n")
        await seat.until("saved here")
        await seat.press("f2")
        await seat.until("accepted by the server")
        await seat.until(lambda: not seat.main.bench.drafts.keys())
        assert "saved here" not in seat.text
        await seat.type("5")
        await seat.until("saved here")


async def test_what_is_never_allowed_is_not_offered_but_says_why(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        assert "F6 Deny" in labels(seat.main.commands.action_hints())
        declare(seat, Slot.DENY, "This task may not be denied.", never=True)
        assert "F6 Deny" not in labels(seat.main.commands.action_hints())
        await seat.press("f6")
        assert "This task may not be denied." in words(seat)


async def test_a_task_that_may_not_be_sent_yet_can_be_reviewed(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4\n5\n6\n1")
        declare(seat, Slot.FINISH, "It may be started from 09:00 on.", never=False)
        await seat.press("f10")
        dialog = seat.app.screen
        assert isinstance(dialog, ReviewDialog)
        assert "Cannot be sent now: It may be started from 09:00 on." in words(seat)
        assert "Enter send" not in labels(dialog.bar.hints)
        await seat.press("enter")
        assert seat.app.screen is dialog
        assert traffic.sent == []


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_a_long_list_says_how_much_is_below(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size) as seat:
        await seat.press("n")
        await seat.until(lambda: seat.app.screen is not seat.main)
        await seat.pilot.pause()
        assert "more" in next(line for line in seat.text.splitlines() if "↓" in line)


async def test_no_dialog_speaks_of_a_number(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f6")
        assert isinstance(seat.app.screen, ActionDialog)
        assert "Number" not in seat.text
        assert "Open · due 04:00 · " in words(seat)


async def test_the_palette_finds_commands_by_name_and_says_in_german_that_there_is_none(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE, lang="de") as seat:
        await seat.press("ctrl+p")
        await seat.type("zzz")
        assert "Nichts heißt so." in words(seat)
        await seat.press("ctrl+u")
        await seat.type("Hilfe")
        await seat.press("enter")
        assert isinstance(seat.app.screen, HelpDialog)
        await seat.press("f3", "f8")
        await seat.type("abc")
        await seat.press("ctrl+p")
        assert isinstance(seat.app.screen, FindDialog), "from the filter line too"


async def test_a_theme_is_chosen_by_its_name(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        seat.main.commands.run("theme")
        await seat.pilot.pause()
        await seat.type("nord")
        await seat.press("enter")
        assert seat.app.theme == "nord"


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 40)])
async def test_a_sentence_that_goes_by_itself_covers_no_field(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size) as seat:
        await seat.open_titled(ROUND)
        for number in range(3):
            seat.main.announce(f"{number} " + "A long sentence about something that went wrong. " * 8, bad=True)
        seat.main.announce("And a good one.")
        await seat.until("And a good one.")
        await seat.until(lambda: len(seat.main.query("Toast")) == 2)
        form = seat.main.detail.form.region
        for toast in seat.main.query("Toast"):
            assert not toast.region.overlaps(form), (toast.region, form)
        assert "2 A long sentence" in seat.text, "of the bad ones the newest"


async def test_points_are_only_possible_until_there_are_any(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled(ROUND)
        assert "max. 1 point · " in words(seat)
        await seat.type("4\n5\n\n1")
        await seat.press("f10")
        assert "points so far" not in seat.text
        await seat.press("enter")
        await seat.until("accepted by the server")
        await seat.open_titled(ROUND, phase="done")
        assert "1 of 1 points" in words(seat)


async def test_the_same_sentence_stands_once_in_the_pane(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 40)) as seat:
        rows = seat.main.list
        found = [
            key for key in rows.shown_keys if (row := rows.execution(key)) and row.title == "Schicht-Checkliste"
        ]
        rows.select(found[1])
        await seat.press("enter")
        await seat.until("It may be started from")
        assert words(seat).count("may be started from") == 1


async def test_what_was_accepted_is_named(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f6")
        await seat.type("kaputt")
        await seat.press("f10")
        await seat.until("accepted by the server")
        assert f"{ROUND}: Deny" in words(seat)


async def test_save_and_finish_are_offered_only_where_there_are_answers(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:

        def offered() -> set[str]:
            return {command.id for command in seat.main.commands.palette()} & {"save", "finish"}

        assert offered() == set(), "in the list they would do nothing"
        await seat.open_titled(ROUND)
        assert offered() == {"save", "finish"}
