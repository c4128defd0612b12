"""F4, Waiting items: what waits and why, and what can be done about each."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.support.site import Seat, seated
from tests.ui.traffic import Sent, Traffic
from tui.form.edit import FieldEdit
from tui.model.action import WHY
from tui.model.execution import Key
from tui.ui.app import _waits
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.dialog import TextDialog
from tui.ui.screens.find import FindDialog
from tui.ui.screens.outbox import OutboxDialog
from tui.ui.screens.pick import PickDialog
from tui.workbench.entry import EntryState

ROUND = "Kühlschrank-Runde"


def refuse(sent: Sent) -> tuple[int, object] | None:
    words = {"message": "Zu warm.", "errors": {"cell-1": ["Zu warm für Zelle 1."]}}
    return (422, words) if sent.method == "PUT" else None


def later(sent: Sent) -> tuple[int, object] | None:
    return (503, {"message": "later"}) if sent.method == "PUT" else None


def words(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


async def saved(seat: Seat) -> None:
    await seat.open_titled(ROUND)
    await seat.type("9\n")
    await seat.press("f2")


async def choose(seat: Seat, *digits: str) -> None:
    seat.main.commands.run("outbox")
    await seat.pilot.pause()
    assert isinstance(seat.app.screen, OutboxDialog)
    await seat.press("1")
    assert isinstance(seat.app.screen, PickDialog)
    await seat.press(*digits)


async def test_each_item_says_state_age_and_reason(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = refuse
    async with seated(tmp_path, size=(120, 40)) as seat:
        await saved(seat)
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        seat.clock.forward(minutes=7)
        seat.main.commands.run("outbox")
        await seat.until("Waiting items")
        assert f"{ROUND}: Save" in seat.text
        assert "not accepted · 7 min" in words(seat)
        await seat.press("1")
        assert "Zu warm für Zelle 1." in seat.text
        for choice in ("1 Send again", "2 Edit", "3 Export", "4 Take back"):
            assert choice in words(seat)


@pytest.mark.parametrize(
    ("message", "sentence", "told"),
    [
        ("Artikel No. 5 ist gesperrt.", "No.", True),
        ("No. 5 ist gesperrt.", "No.", True),
        ("Das war falsch.", "falsch.", True),
        ("Zu warm.", "Zu warm.", False),
        ("Zu warm. (und 1 weiterer Fehler)", "Zu warm.", False),
        ("Nicht gespeichert: cell-1: zu warm; cell-2: zu kalt", "zu warm", False),
        ("Bitte prüfen. Zu warm. Ist die Tür zu?", "Zu warm. Ist die Tür zu?", False),
        ("Bitte prüfen.\nZu warm", "Zu warm", False),
    ],
)
async def test_a_sentence_about_a_field_is_left_out_only_where_the_reason_has_all_of_it(
    tmp_path: Path, traffic: Traffic, message: str, sentence: str, told: bool
) -> None:
    said = {"message": message, "errors": {"cell-1": [sentence]}}
    traffic.instead = lambda sent: (422, said) if sent.method == "PUT" else None
    async with seated(tmp_path, size=(120, 40)) as seat:
        await saved(seat)
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        await choose(seat)
        title = str(seat.app.screen.query_one("#dialog-title", Static).content)
        assert title.partition(" · 0 s · ")[2] == (f"{message}\n{sentence}" if told else message)


async def drafted(seat: Seat) -> list[Key]:
    """Three tasks hold answers that were not sent; in the order of the rows."""
    drafts, keys = seat.main.bench.drafts, sorted(seat.main.list.shown_keys[:3])
    for key in keys:
        drafts.put(key, "cell-1", FieldEdit(value="9", text="9")).result(5)
    return keys


@pytest.mark.parametrize("looked_at", [False, True])
async def test_the_cursor_stays_on_its_draft_when_one_above_it_is_gone(tmp_path: Path, looked_at: bool) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        above, meant, _ = await drafted(seat)
        seat.main.commands.run("outbox")
        await seat.until("Waiting items")
        await seat.press("down")
        if looked_at:
            await seat.press("enter")
        seat.main.bench.drafts.drop(above).result(5)
        if looked_at:
            await seat.press("f3")
        dialog = seat.app.screen
        assert isinstance(dialog, OutboxDialog)
        dialog.look()
        assert len(dialog.options) == 2
        await seat.press("enter", "enter")
        await seat.until(lambda: seat.opened == meant)


async def test_the_open_screen_follows_what_becomes_of_the_items(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = later
    async with seated(tmp_path, size=(120, 40)) as seat:
        await saved(seat)
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
        seat.main.commands.run("outbox")
        await seat.until("Waiting items")
        assert "waits · 0 s" in words(seat)
        seat.clock.forward(minutes=7)
        await seat.until("waits · 7 min")
        traffic.instead = refuse
        # Beyond the pause of an attempt that was made meanwhile.
        seat.clock.forward(minutes=20)
        seat.main.bench.sender.wake()
        await seat.until("not accepted · 27 min")


async def test_an_item_that_is_edited_opens_with_what_was_entered(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = refuse
    async with seated(tmp_path, size=(120, 40)) as seat:
        await saved(seat)
        key = seat.main.detail.key
        assert key is not None
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        await seat.press("f3", "down")
        await seat.until(lambda: seat.main.detail.record is None)
        seat.main.bench.drafts.drop(key).result(5)
        await choose(seat, "2")
        await seat.until(lambda: seat.opened == key)
        state = seat.main.detail.form.state
        assert state is not None
        assert state.entries["cell-1"].text == "9"
        assert "Zu warm für Zelle 1." in seat.text


async def test_a_new_task_that_was_refused_is_asked_for_again(tmp_path: Path, traffic: Traffic) -> None:
    moment = {"for_execution_date": ["Zu früh."]}
    words_ = {"message": "Zu früh.", "errors": moment}
    traffic.instead = lambda sent: (422, words_) if sent.method == "POST" else None
    async with seated(tmp_path, size=(120, 40)) as seat:
        outbox, before = seat.main.bench.outbox, set(seat.main.list.shown_keys)
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, FindDialog))
        await seat.type("störung")
        await seat.press("enter")
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        dialog.form.focus_field(WHY)
        await seat.type("Ofen aus")
        await seat.press("f10")
        await seat.until(lambda: outbox.attention() == 1)
        traffic.instead = None
        await choose(seat, "2")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        again = seat.app.screen
        assert isinstance(again, ActionDialog)
        assert "Zu früh." in seat.text
        (entry,) = outbox.entries()
        shown = {key: one.value or one.offer for key, one in again.state.entries.items()}
        assert shown["task_assignment_id"] == entry.request.inputs["task_assignment_id"]
        assert shown["for_execution_date"] == entry.request.inputs["for_execution_date"]
        assert shown[WHY] == "Ofen aus"
        await seat.press("f10")
        await seat.until(lambda: len(set(seat.main.list.shown_keys) - before) == 1)
        assert [each.state for each in outbox.entries()] == [EntryState.DISCARDED, EntryState.SENT]


async def test_a_new_task_that_nobody_knows_of_may_be_put_right_too(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = lambda sent: (504, {}) if sent.method == "POST" else None
    async with seated(tmp_path, size=(120, 40)) as seat:
        outbox = seat.main.bench.outbox
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, FindDialog))
        await seat.type("störung")
        await seat.press("enter")
        await seat.press("f10")
        await seat.until(lambda: bool(outbox.entries()))

        def held() -> bool:
            if not outbox.attention() and not seat.main.bench.sender.sending:
                seat.clock.forward(minutes=5)
                seat.main.bench.sender.wake()
            return outbox.attention() == 1

        await seat.until(held)
        (entry,) = outbox.entries()
        assert (entry.state, entry.unsure) == (EntryState.ATTENTION, True)
        seat.main.commands.run("outbox")
        await seat.until("Störung: New task")
        await seat.press("1")
        await seat.until("only if the server has not made it: look first")
        await seat.press("2")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))


async def test_an_item_is_exported_to_a_private_file_whose_place_is_told(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = refuse
    async with seated(tmp_path, size=(120, 40)) as seat:
        await saved(seat)
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        await choose(seat, "3")
        (file,) = (tmp_path / "exports").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        dialog = seat.app.screen
        assert isinstance(dialog, TextDialog)
        within = dialog.text.region  # a long path goes over the line
        lines = seat.text.splitlines()[within.y : within.bottom]
        assert file.name in "".join(line[within.x : within.right].strip() for line in lines)
        told = json.loads(file.read_text("utf-8"))
        assert told["values"] == {"cell-1": "9"}
        assert told["questions"] == {"cell-1": "Kühlzelle 1 (°C)"}
        assert told["about_fields"] == {"cell-1": ["Zu warm für Zelle 1."]}
        assert told["reason"]
        await seat.press("enter")
        await choose(seat, "3")
        assert len(list((tmp_path / "exports").iterdir())) == 2


async def test_an_item_is_taken_back_only_after_a_second_look(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = refuse
    async with seated(tmp_path, size=(120, 40)) as seat:
        await saved(seat)
        key, outbox = seat.main.detail.key, seat.main.bench.outbox
        assert key is not None
        await seat.until(lambda: outbox.attention() == 1)
        await choose(seat, "4", "enter")
        assert outbox.attention() == 1
        await choose(seat, "4", "2")
        await seat.until(lambda: outbox.attention() == 0)
        assert [entry.state for entry in outbox.entries()] == [EntryState.DISCARDED]
        draft = seat.main.bench.drafts.load(key)
        assert draft is not None
        assert draft.fields["cell-1"].text == "9"


async def test_without_a_line_the_status_says_what_waits(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        traffic.instead = lambda sent: (503, {"message": "later"})
        await seat.type("9\n")
        await seat.press("f2")
        seat.main.bench.live.refresh()
        await seat.until(lambda: seat.main.bench.link_state.state == "offline")
        await seat.until("server fault since 05:56, 1 waiting, work on")
        marked = [line.partition("│")[0] for line in seat.text.splitlines() if "✎" in line]
        assert any("Kühlschrank" in line for line in marked), "the list says that it holds something unsent"


@pytest.mark.parametrize("served", [True, False])
async def test_leaving_says_who_sends_what_waits(
    tmp_path: Path, traffic: Traffic, monkeypatch: pytest.MonkeyPatch, served: bool
) -> None:
    traffic.instead = later
    async with seated(tmp_path, size=(120, 40)) as seat:
        monkeypatch.setattr(seat.main.bench, "service_running", lambda: served)
        await saved(seat)
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
    assert (seat.app.waiting, seat.app.served) == (1, served)
    assert _waits(2, served=True) == "2 items wait; the service sends them."
    assert _waits(2, served=False) == "2 items wait; they go out at the next start."


async def test_an_answer_of_an_item_taken_back_is_forgotten_when_it_is_the_servers_again(
    tmp_path: Path, traffic: Traffic
) -> None:
    traffic.instead = later
    async with seated(tmp_path, size=(120, 40)) as seat:
        await saved(seat)
        key, outbox = seat.main.detail.key, seat.main.bench.outbox
        assert key is not None
        await seat.until(lambda: bool(outbox.entries(EntryState.WAITING)))
        await seat.press("f7", "ctrl+u", "tab")
        seat.clock.forward(seconds=1)
        await choose(seat, "4", "2")
        await seat.until(lambda: outbox.waiting() == 0)
        assert seat.main.bench.drafts.count(key) == 1
        seat.main.opener.read_again(key)
        await seat.until(lambda: not seat.main.bench.drafts.count(key))
