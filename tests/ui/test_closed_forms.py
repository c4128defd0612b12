"""Forms that can only be read say why, and name the key that helps; letters work where no field takes them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.support.site import Seat, seated
from tests.ui.traffic import Traffic
from tui.model.action import Action, Risk, Slot
from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.model.status import Phase, Status
from tui.ui.screens.action import ActionDialog, Proof
from tui.ui.screens.dialog import TextDialog
from tui.ui.screens.help import HelpDialog


def words(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


async def open_closed(seat: Seat, phase: Phase) -> Key:
    rows = seat.main.list
    if phase is not Phase.DONE:
        await seat.press("[")
        await seat.until("yesterday")
        await seat.until(lambda: not seat.main.bench.live.now.loading)
    found = [key for key in rows.shown_keys if (row := rows.execution(key)) and row.status.phase is phase]
    rows.select(found[0])
    await seat.press("enter")
    await seat.until(lambda: seat.opened == found[0])
    await seat.until(lambda: seat.main.pane == "form")
    return found[0]


@pytest.mark.parametrize(
    ("phase", "why"),
    [
        (Phase.DONE, "It is finished; only a reset opens it again. R resets it."),
        (Phase.DENIED, "It was denied; only a reset opens it again. R resets it."),
        (Phase.MISSED, "It was missed; the time to do it has passed. R resets it."),
    ],
    ids=str,
)
async def test_why_it_is_closed_and_which_key_helps(tmp_path: Path, phase: Phase, why: str) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        key = await open_closed(seat, phase)
        assert why in words(seat)
        assert "F10 Finish" not in seat.text, "what cannot be done is not offered"
        await seat.press("R")
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        assert f"To confirm, type {key.id[-3:]}:" in words(seat)
        assert f"{key.id} is its number." in words(seat)
        await seat.type("xyz\n")
        assert f"xyz is not it. Nothing was done; type {key.id[-3:]}." in words(seat)
        await seat.press("f10")
        assert f"Type {key.id[-3:]} first, so that this does not happen by accident." in words(seat)
        await seat.type(f"{key.id[-3:]}9\n")
        assert f"{key.id[-3:]}9 is not it." in words(seat), "a longer one is another one"


@pytest.mark.parametrize(
    ("title", "ident", "named", "text", "meaning"),
    [
        ("#5 · Complaint triage", "c0ffee-9cf5", "", "5", "5 is its number in the list."),
        ("#c531b1b2 · Find", "c531b1b2-4ae6-4bb0-8a3f-0fda802636b1", "", "6b1",
         "6b1 is the end of its number, …0fda802636b1."),
        ("Rewards", "90210", "90210", "90210", "90210 is its number."),
        ("Fridge round", "40131", "", "131", "131 is the end of its number, 40131."),
    ],
)  # fmt: skip
def test_what_is_typed_is_said_in_words(title: str, ident: str, named: str, text: str, meaning: str) -> None:
    execution = Execution(key=Key("p", "s", ident), status=Status("done", Phase.DONE), title=title)
    action = Action(id="x", slot=Slot.RESET, label=Message("Reset"), risk=Risk.TYPED, proof=named)
    assert Proof.of(action, execution) == (text, meaning)
    assert Proof.of(msgspec.structs.replace(action, risk=Risk.CONFIRM), execution) is None


async def test_a_typed_confirmation_moves_to_the_button_and_enter_then_does_it(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        key = await open_closed(seat, Phase.DONE)
        await seat.press("R", "enter", "tab", "enter", "enter")
        assert seat.app.screen is seat.main, "without it Enter meets Back"
        await seat.press("R")
        await seat.type(key.id[-3:])
        assert f"▌ To confirm, type {key.id[-3:]}: {key.id[-3:]}" in seat.text, "in sight however small it is"
        assert "Enter go on" in seat.text
        await seat.press("enter", "enter")
        assert ">[ Reset ]" in seat.text
        await seat.press("enter")
        await seat.until(lambda: seat.main.bench.live.rows[key].status.phase is Phase.ACTIVE)


async def test_letters_are_typed_where_a_field_takes_them(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        await seat.open_titled("Stock count")
        await seat.type("R")
        assert seat.app.screen is seat.main


async def test_an_earlier_step_is_only_read_and_says_so(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled("Kühlschrank-Runde")
        record = seat.main.detail.record
        assert record is not None
        seat.main.opener.show(record, previous=True)
        await seat.pilot.pause()
        assert "An earlier step, only to be read. F3 goes back." in words(seat)
        await seat.press("R")
        assert seat.app.screen is seat.main


async def test_help_in_a_form_begins_with_the_field(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled("Kühlschrank-Runde")
        await seat.type("99")
        await seat.press("f1")
        assert isinstance(seat.app.screen, HelpDialog)
        text = words(seat)
        for part in (
            "Help Kühlzelle 1 (°C) A number. Comma and point both work: 4,5 is the same as 4.5.",
            "Allowed: -5 to 15",
            "An answer is needed.",
            "F5 writes a note to it.",
            "Now: Out of limits (-5 to 15)",
        ):
            assert part in text
        await seat.press("enter")
        assert not isinstance(seat.app.screen, HelpDialog)


async def test_help_is_in_the_persons_language(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24), lang="de") as seat:
        await seat.open_titled("Kühlschrank-Runde")
        await seat.press("f1")
        text = words(seat)
        assert "Hilfe Kühlzelle 1 (°C)" in text
        assert "A number" not in text
        assert "needed" not in text


async def test_help_in_a_dialog_tells_about_its_field_and_the_way_out(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled("Kühlschrank-Runde")
        await seat.press("f6", "f1")
        assert isinstance(seat.app.screen, TextDialog)
        assert "F10 does it. F3 leaves everything as it is" in words(seat)
        await seat.press("f3")
        assert isinstance(seat.app.screen, ActionDialog)


async def test_the_keys_that_matter_in_a_form_fit_into_40_columns(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        await seat.open_titled("Kühlschrank-Runde")
        last = seat.text.splitlines()[-1]
        assert [part for part in ("F3 Back", "F8 Jump", "F5 Note", "F1 Help") if part not in last] == []


async def test_deny_says_that_a_reason_is_needed_and_shows_what_is_typed(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        await seat.open_titled("Kühlschrank-Runde")
        await seat.press("f6")
        assert "Why can it not be done? (needed)" in words(seat)
        await seat.press("f10")
        assert "An answer is needed." in seat.text
        assert "F10 Deny" in seat.text, "the key bar stays in sight"


async def test_a_refused_denial_keeps_its_reason_and_one_on_its_way_is_not_asked_for_again(
    tmp_path: Path, traffic: Traffic
) -> None:
    traffic.instead = lambda sent: (422, {"message": "Nicht erlaubt."}) if sent.path.endswith("/deny") else None
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled("Kühlschrank-Runde")
        await seat.press("f6")
        await seat.type("Kein Zugang")
        await seat.press("f10")
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        await seat.open_titled("Kühlschrank-Runde")
        assert "NOT accepted: Nicht erlaubt." in words(seat)
        await seat.press("f6")
        assert "Kein Zugang" in seat.text
        traffic.instead = lambda sent: (503, {"message": "later"}) if sent.path.endswith("/deny") else None
        await seat.press("f10")
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
        await seat.press("down")
        await seat.until(lambda: seat.main.detail.record is None)
        await seat.open_titled("Kühlschrank-Runde")
        assert "Denied here 05:56, waits for the server to accept it." in words(seat)
        for key in ("f2", "f6", "f10"):
            await seat.press(key)
            assert seat.app.screen is seat.main
        assert "This is done here already" in words(seat)


async def test_a_form_that_was_hidden_while_its_record_was_read_has_the_keys_and_shows_it(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        await seat.press("down", "enter")
        await seat.until(lambda: seat.opened is not None)
        await seat.press("f3", "3")
        form = seat.main.detail.form
        await seat.until(lambda: form.display and seat.opened == seat.main.list.shown_keys[2])
        await seat.until(lambda: form.has_focus)
        await seat.until("▌· 1 ")
