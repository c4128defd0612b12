"""Keys and pastes in dialogs: what is typed goes where it belongs, and what has no place is said."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.support.site import Seat, seated
from tests.ui.traffic import Traffic
from tui.form.state import FormState
from tui.model.action import Action, Slot
from tui.model.field import Field
from tui.model.message import Message
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.review import ReviewDialog

ROUND = "Kühlschrank-Runde"
NO_PLACE = "There is no text line here: nothing was pasted."


def words(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").split())


def form(seat: Seat) -> FormState:
    state = seat.main.detail.form.state
    assert state is not None
    return state


async def paste(seat: Seat, text: str) -> None:
    await seat.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")


@pytest.mark.parametrize("keys", [("f1",), ("f10",), ("f3",), ("f3", "f9")])
async def test_a_paste_that_has_no_place_is_said(tmp_path: Path, keys: tuple[str, ...]) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.press(*keys)
        await paste(seat, "LOST")
        await seat.until(lambda: NO_PLACE in words(seat))


async def test_what_comes_on_the_buttons_goes_on_in_the_reason(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f6")
        await paste(seat, "broken")
        await seat.press("enter")
        await seat.type(" in two")
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        assert dialog.state.values() == {"deny_reason": "brokenin two"}, "a blank begins nothing on a button"
        await seat.press("enter")
        await paste(seat, " parts")
        assert dialog.state.values() == {"deny_reason": "brokenin two parts"}


async def test_down_in_a_text_of_several_lines_moves_in_it_first(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        action = Action(
            id="deny",
            label=Message("Deny"),
            slot=Slot.DENY,
            inputs=(Field(key="why", label="Why", kind="long_text"),),
        )
        dialog = ActionDialog(action, [], seat.main.acts.inputs(action.inputs), seat.main.bench)
        dialog.open(seat.app)
        await seat.pilot.pause()
        await paste(seat, "one\ntwo")
        await seat.press("up", "down", "down")
        await seat.type("three")
        assert dialog.state.entries["why"].text == "one\ntwo\nthree"
        await seat.press("f3")


async def test_a_preset_that_the_review_shows_is_what_is_sent(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n5\n6\n1")
        record = seat.main.detail.record
        assert record is not None
        actions = tuple(
            msgspec.structs.replace(
                action,
                inputs=tuple(msgspec.structs.replace(field, default="as always") for field in action.inputs),
            )
            if action.slot is Slot.FINISH
            else action
            for action in record.actions
        )
        seat.main.detail.record = msgspec.structs.replace(record, actions=actions)
        await seat.press("f10")
        dialog = seat.app.screen
        assert isinstance(dialog, ReviewDialog)
        asked = [entry.key for entry in dialog.inputs.shown]
        assert asked
        assert "as always" in seat.text
        await seat.press("enter")
        await seat.until(lambda: bool(seat.main.bench.outbox.entries()))
        assert seat.main.bench.outbox.entries()[-1].request.inputs == dict.fromkeys(asked, "as always")


async def test_an_open_note_stays_open_when_the_questions_change(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4")
        await seat.press("f5")
        await seat.type("door ")
        record = seat.main.detail.record
        assert record is not None
        fields = tuple(msgspec.structs.replace(field, help=field.help + "!") for field in record.fields)
        seat.main.opener._take(msgspec.structs.replace(record, fields=fields))
        await seat.type("2 open\n")
        entry = form(seat).entries["cell-1"]
        assert (entry.text, entry.note) == ("4", "door 2 open")


async def test_what_confirms_and_what_fits_nothing_is_forgotten_when_the_dialog_is_left(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f3", "s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.type("fa42")
        assert "Nothing fits" in seat.text or "None of the choices fits" in seat.text
        await seat.press("tab")
        await seat.type("kaputt")
        await seat.press("f3", "s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        assert "fa42" not in seat.text
        assert list(dialog.state.values().values()) == ["kaputt"]


async def test_a_reason_that_is_typed_after_an_early_enter_travels(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        key = seat.main.detail.key
        assert key is not None
        await seat.press("f3", "s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.type("5\nPower cut")
        await seat.press("f10")
        await seat.until(lambda: bool(seat.main.bench.history.entries(1, key)))
        (noted,) = seat.main.bench.history.entries(1, key)
        assert noted.event.why == "Power cut"
