"""What a person sent, typed or took back is kept, whatever happens at the same moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.kept import desk
from tests.support.site import Seat, seated
from tests.ui.traffic import Traffic
from tui.form.state import FormState
from tui.model.action import Request
from tui.model.execution import Key
from tui.ui.actions import FORM
from tui.ui.screens import type_ahead
from tui.workbench.files import Files, Kept

ROUND = "Kühlschrank-Runde"


class SlowCard:
    """Copying takes until ``done`` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done = asyncio.Event()
        self.begun = False
        keep = Files.keep

        async def slow(files: Files, request: Request) -> Kept:
            self.begun = True
            await self.done.wait()
            return await keep(files, request)

        monkeypatch.setattr(Files, "keep", slow)


def form(seat: Seat) -> FormState:
    state = seat.main.detail.form.state
    assert state is not None
    return state


def sent(data: Path) -> list[Request]:
    with desk(data) as bench:
        requests = [entry.request for entry in bench.outbox.entries()]
        bench.journal.close()
    return requests


async def test_another_account_right_behind_a_save_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = SlowCard(monkeypatch)
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        await seat.press("f2")
        await seat.until(lambda: card.begun)
        old = seat.main.bench
        other = next(a for a in seat.app.shop.accounts() if a.user and a.title not in seat.text)
        seat.main.change_account(other.profile, other.user)
        await seat.until(lambda: seat.main.bench is not old)
        card.done.set()
    assert [request.values for request in sent(tmp_path)] == [{"cell-1": "4.5"}]


@pytest.mark.parametrize("early", [False, True])
async def test_leaving_right_behind_a_save_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, early: bool
) -> None:
    card = SlowCard(monkeypatch)
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        if early:
            seat.main.press("f2", None)
        else:
            await seat.press("f2")
            await seat.until(lambda: card.begun)
        seat.app.exit(0)
        asyncio.get_running_loop().call_later(0.2, card.done.set)
    assert [request.values for request in sent(tmp_path)] == [{"cell-1": "4.5"}]


async def test_an_answer_taken_back_while_it_is_on_its_way_is_kept(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = lambda sent: (503, {"message": "later"}) if sent.method == "PUT" else None
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        key = seat.main.detail.key
        assert key is not None
        await seat.type("4,5\n")
        await seat.press("f2")
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
        await seat.press("f7", "ctrl+u", "tab")
        await seat.until("saved here")
    async with seated(tmp_path, size=(120, 40)) as seat:
        await again(seat, key)
        assert (form(seat).entries["cell-1"].text, form(seat).entries["cell-1"].value) == ("", None)
        traffic.instead = None
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until(lambda: not seat.main.bench.outbox.waiting())
        await seat.until(lambda: bool(form(seat).changed()))
        assert form(seat).changed().values == {"cell-1": None}
        await seat.press("f2")
        await seat.until(lambda: traffic.bodies("/progress")[-1:] == [{"cell-1": None}])
        await seat.until(lambda: not seat.main.bench.drafts.count(key))


async def test_an_answer_taken_back_is_kept_when_the_service_sent_the_old_one_meanwhile(
    tmp_path: Path, traffic: Traffic
) -> None:
    traffic.instead = lambda sent: (503, {"message": "later"}) if sent.method == "PUT" else None
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        key = seat.main.detail.key
        assert key is not None
        await seat.type("4,5\n")
        await seat.press("f2")
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
        await seat.press("f7", "ctrl+u", "tab")
        await seat.until("saved here")
        await seat.press("f3")
        traffic.instead = None
        seat.main.detail.clear()
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until(lambda: not seat.main.bench.outbox.waiting())
        await again(seat, key)
        entry = form(seat).entries["cell-1"]
        assert (entry.text, entry.value, entry.base) == ("", None, "4.5")
        assert form(seat).conflicts() == {}


async def again(seat: Seat, key: Key) -> None:
    seat.main.opener.open(key)
    await seat.until(lambda: seat.opened == key)


async def test_a_finish_carries_what_was_taken_back(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = lambda sent: (503, {"message": "later"}) if sent.method == "PUT" else None
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5")
        await seat.press("f5")
        await seat.type("wrong\n")
        await seat.type("\n5\n6\n1")
        await seat.press("f2")
        outbox = seat.main.bench.outbox
        await seat.until(lambda: outbox.waiting() == 1)
        assert seat.main.detail.form.focus_field("cell-1")
        await seat.press("f5", "ctrl+u", "enter", "f10", "enter")
        await seat.until(lambda: outbox.waiting() == 2)
        request = outbox.entries()[-1].request
        assert request.slot == "finish"
        assert request.notes == {"cell-1": ""}
        assert request.values["cell-1"] == "4.5"


# -- what comes late ------------------------------------------------------------------------------------------


async def test_a_node_that_comes_late_does_not_take_the_place_of_the_form(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(170, 40)) as seat:
        await seat.open_titled(ROUND)
        record, come = seat.main.detail.record, asyncio.Event()

        async def slow(_node: object) -> object:
            await come.wait()
            return record

        seat.main.bench.node_record = slow  # type: ignore[assignment, method-assign]
        seat.main.opener.tree.open_node(object())  # type: ignore[arg-type]
        await seat.type("4")
        come.set()
        await seat.until("The earlier step came")
        await seat.type(",5\n")
        assert not seat.main.detail.previous
        assert form(seat).entries["cell-1"].value == "4.5"
        seat.main.opener.tree.open_node(object())  # type: ignore[arg-type]
        await seat.until(lambda: seat.main.detail.previous)
        assert seat.main.pane == FORM


async def test_one_key_that_goes_wrong_takes_none_of_those_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        main, press = seat.main, seat.main.press

        def bad(key: str, char: str | None) -> bool:
            if key == "f1":
                raise RuntimeError("this key")
            return press(key, char)

        monkeypatch.setattr(main, "press", bad)
        ticket = main.ahead.begin(None)
        for key in ("4", "f1", "2", "enter"):
            main.ahead.key(key, key if len(key) == 1 else None)
        main.ahead.replay(ticket)
        await seat.until("this key")
        assert form(seat).entries["cell-1"].text == "42"


async def test_more_keys_than_can_be_held_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "MOST", 3)
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        ahead = seat.main.ahead
        ticket = ahead.begin(None)
        for char in "4,55":
            ahead.key(char, char)
        ahead.paste("77")
        ahead.replay(ticket)
        await seat.until("2 keys were not taken.")
        assert form(seat).entries["cell-1"].text == "4,5"
