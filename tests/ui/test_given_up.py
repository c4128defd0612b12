"""Somebody else's answer is taken in place of one's own that was not accepted: then nothing of it is left open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.support.site import Seat, seated
from tests.ui.traffic import Sent, Traffic
from tui.form.state import FormState
from tui.model.execution import Key
from tui.ui.screens.outbox import OutboxDialog
from tui.ui.screens.pick import PickDialog
from tui.workbench.entry import EntryState

ROUND = "Kühlschrank-Runde"
COLLEAGUE = "dora"
DISCARDED, SENT = EntryState.DISCARDED, EntryState.SENT


def form(seat: Seat) -> FormState:
    state = seat.main.detail.form.state
    assert state is not None
    return state


def states(seat: Seat) -> list[EntryState]:
    return [entry.state for entry in seat.main.bench.outbox.entries()]


def opened(seat: Seat) -> Key:
    assert seat.opened is not None
    return seat.opened


def words(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


async def saves(data: Path, typed: str) -> None:
    """The colleague opens the same task and saves."""
    async with seated(data, size=(120, 40), user=COLLEAGUE) as other:
        await other.open_titled(ROUND)
        await other.type(typed)
        await other.press("f2")
        await other.until("accepted by the server")


@asynccontextmanager
async def refused(data: Path, traffic: Traffic, mine: str, theirs: str, more: str = "") -> AsyncIterator[Seat]:
    """``mine`` was typed and saved while the server had no time for it, and ``more`` after it; the colleague saved
    ``theirs``."""
    held = True

    def later(sent: Sent) -> tuple[int, object] | None:
        waits = isinstance(sent.body, dict) and sent.body.get("cell-1") == "9"
        return (429, {"message": "later"}) if sent.method == "PUT" and waits and held else None

    async with seated(data, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        traffic.instead = later
        await seat.type(mine)
        await seat.press("f2")
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
        if more:
            await seat.type(more)
            await seat.press("f2")
            await seat.until(lambda: seat.main.bench.outbox.waiting() == 2)
        await saves(data, theirs)
        held = False
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        await seat.until(lambda: bool(form(seat).conflicts()))
        yield seat


async def take_theirs(seat: Seat, field: str) -> None:
    await seat.press("f8", field, "enter")
    await seat.until("2 take theirs")
    await seat.press("2")


async def edit_first(seat: Seat, key: Key) -> None:
    """Waiting items, the first one, and what Enter does there."""
    await waiting_items(seat)
    await seat.press("enter")
    assert isinstance(seat.app.screen, PickDialog)
    await seat.press("enter")
    await seat.until(lambda: seat.opened == key)


async def waiting_items(seat: Seat) -> None:
    seat.main.commands.run("outbox")
    await seat.pilot.pause()
    assert isinstance(seat.app.screen, OutboxDialog)


async def test_an_item_of_which_nothing_is_wanted_any_more_ends_with_the_save(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with refused(tmp_path, traffic, "9\n", "7\n") as seat:
        bench = seat.main.bench
        await take_theirs(seat, "1")
        await seat.press("f2")
        await seat.until(lambda: not bench.outbox.attention())
        await seat.until(lambda: "what you had entered is in the history" in words(seat))
        assert states(seat) == [DISCARDED]
        assert not bench.drafts.keys()
        assert "NOT accepted" not in words(seat)
        assert "needs attention" not in words(seat)
        assert all("✎" not in line for line in seat.text.splitlines())
        assert form(seat).entries["cell-1"].text == "7"
        last = bench.history.entries()[0].event
        assert (last.outcome, last.new) == ("discarded", {"cell-1": "9"})
        await seat.press("f2")
        await seat.until(lambda: "Nothing new to save." in words(seat))


async def test_what_cannot_be_sent_yet_is_left_and_nobody_says_that_nothing_is(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with refused(tmp_path, traffic, "9\n", "7\n") as seat:
        await take_theirs(seat, "1")
        await seat.press("f8", "2", "enter")
        await seat.type("12x")
        await seat.press("f2")
        await seat.until(lambda: states(seat) == [DISCARDED])
        await seat.until("draft of 06:01:00 kept here")
        assert "Kept here, not sent:" in words(seat)
        assert "Nothing of yours is left" not in words(seat)


async def test_another_save_that_waits_is_left_and_nobody_says_that_nothing_is(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with refused(tmp_path, traffic, "9\n", "7\n") as seat:
        traffic.instead = lambda sent: (429, {"message": "later"}) if sent.method == "PUT" else None
        await seat.press("f8", "2", "enter")
        await seat.type("8\n")
        await seat.press("f2")
        await seat.until(lambda: states(seat) == [EntryState.ATTENTION, EntryState.WAITING])
        await take_theirs(seat, "1")
        await seat.press("f2")
        await seat.until(lambda: states(seat) == [DISCARDED, EntryState.WAITING])
        await seat.until("Saved here 06:01, waits for the server to accept it.")
        assert "Nothing of yours is left" not in words(seat)


async def test_what_stood_behind_the_item_that_ended_goes_out_at_once(
    tmp_path: Path, traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.workbench.sender.IDLE_LOOK", 600.0)
    async with refused(tmp_path, traffic, "9\n", "7\n", "8\n") as seat:
        assert states(seat) == [EntryState.ATTENTION, EntryState.WAITING]
        await take_theirs(seat, "1")
        await seat.press("f2")
        await seat.until(lambda: states(seat) == [DISCARDED, SENT])
        assert traffic.bodies("/progress")[-1] == {"cell-2": "8"}


async def test_what_of_it_is_still_mine_goes_out_and_the_item_ends(tmp_path: Path, traffic: Traffic) -> None:
    async with refused(tmp_path, traffic, "9\n8\n", "7\n6\n") as seat:
        await take_theirs(seat, "1")
        await seat.press("f2")
        assert states(seat) == [EntryState.ATTENTION], "the other answer is not decided yet"
        await seat.press("f8", "3", "enter")
        await seat.type("5\n")
        await seat.press("f2")
        await seat.until("1 answer not sent · accepted by the server")
        await seat.press("f8", "2", "enter")
        await seat.until("2 take theirs")
        await seat.press("1", "f2")
        await seat.until(lambda: states(seat) == [DISCARDED, SENT, SENT])
        assert traffic.bodies("/progress")[-1] == {"cell-2": "8"}
        await seat.until(lambda: not seat.main.bench.drafts.keys())
        assert [form(seat).entries[name].text for name in ("cell-1", "cell-2")] == ["7", "8"]
        assert seat.main.bench.outbox.attention() == 0
        assert "answer not sent" not in words(seat)


async def test_what_a_save_left_out_is_said_as_long_as_that_holds_and_to_finish_ends_the_item(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with refused(tmp_path, traffic, "9\n", "7\n8\n4\n") as seat:
        await seat.press("f8", "4", "enter")
        await seat.type("1")
        await seat.press("f2")
        await seat.until("1 answer not sent · accepted by the server")
        await take_theirs(seat, "1")
        await seat.until(lambda: "answer not sent" not in words(seat))
        assert "accepted by the server" in words(seat)
        await seat.press("f10")
        await seat.until("Nothing is missing.")
        await seat.press("enter")
        await seat.until(lambda: states(seat) == [DISCARDED, SENT, SENT])


async def test_waiting_items_lead_to_the_task_and_back_and_say_a_conflict_once(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with refused(tmp_path, traffic, "9\n", "7\n") as seat:
        key, rows, detail = opened(seat), seat.main.list, seat.main.detail
        await seat.press("f3", "home")
        await seat.until(lambda: rows.selected_key != key and detail.record is None)
        await waiting_items(seat)
        await seat.press("1")
        title = str(seat.app.screen.query_one("#dialog-title", Static).content)
        assert title.count("somebody wrote 7 meanwhile") == 1
        assert "1 Edit" in words(seat), "sent again as it is, it is only refused once more"
        assert "2 Send again" in words(seat)
        await seat.press("4")
        assert "do not send it; answers stay as draft" in words(seat)
        await seat.press("f3")
        assert "2 Send again" in words(seat)
        await seat.press("f3")
        assert isinstance(seat.app.screen, OutboxDialog), "one step back, not two"
        await seat.press("f3")
        assert "Waiting items" not in words(seat)
        await edit_first(seat, key)
        assert rows.selected_key == key, "both halves of the screen are about one task"
        await seat.press("f3")
        assert detail.key == key
        await seat.press("f8")
        await seat.type("Stock\n")
        await seat.until(lambda: rows.selected_key not in (None, key) and seat.main.at_rest)
        other = rows.selected_key
        await edit_first(seat, key)
        await seat.press("f3")
        assert detail.headed is not None
        assert (rows.selected_key, detail.headed.key) == (other, other), "the list does not show the other one"
        assert "Enter opens this task." in seat.text
