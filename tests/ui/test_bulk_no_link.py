"""Deeds while the server is gone: what may wait is kept, of everything else it is said that it does not."""

from __future__ import annotations

from pathlib import Path

from tests.support.site import seated
from tests.ui.test_bulk import ask, over, rows_in, words
from tests.ui.traffic import Traffic
from tui.model.errors import Unreachable
from tui.model.execution import Key, Record
from tui.model.status import Phase
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.bulk import BulkDialog
from tui.workbench.link import LinkState


async def test_without_a_line_denials_are_kept_and_go_out_later(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        work = rows_in(seat, Phase.OPEN)[:2]
        for key in work:
            await seat.main.bench.records.load(key)
        traffic.instead = lambda sent: (503, {"message": "later"})
        seat.main.bench.live.refresh()
        await seat.until("server fault since")
        await ask(seat, "f6", work)
        await seat.type("No power")
        await seat.press("f10")
        await over(seat)
        await seat.until("0 of 2 done, 2 wait to be sent")
        assert "kept here, waits for the line" in words(seat)
        traffic.instead = None
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until("2 of 2 done")


async def test_without_a_line_a_status_is_not_sent_and_all_of_it_can_be_repeated(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        work = rows_in(seat, Phase.OPEN)[:2]
        await ask(seat, "s", work)
        await seat.press("2")
        await seat.type("Begun on paper")
        traffic.instead = lambda sent: (503, "<html>no</html>")
        system = seat.main.bench._wire.system
        show = system.show

        async def gone(key: Key) -> Record:
            raise Unreachable()

        system.show = gone  # type: ignore[method-assign]
        await seat.press("f10")
        await over(seat)
        await seat.until("0 of 2 done, 2 not sent")
        assert "Not sent: The server cannot be reached. Nothing of this waits; it stays chosen" in words(seat)
        assert "not accepted" not in seat.text
        events = [row.event for row in seat.main.bench.history.entries()]
        assert [(event.outcome, event.why) for event in events] == [("unsent", "Begun on paper")] * 2
        await seat.press("f3")
        await seat.until("2 tasks were not done and stay chosen.")
        assert set(seat.main.list.chosen) == set(work)
        seat.main.bench.live.refresh()
        await seat.until(lambda: seat.main.bench.link_state.state is LinkState.OFFLINE)
        await seat.press("s")
        await seat.until("There is no link now, and what it allows was never read here.")
        await seat.press("f3")
        system.show, traffic.instead = show, None  # type: ignore[method-assign]
        seat.clock.forward(minutes=5)
        seat.main.bench.live.refresh()
        await seat.until(lambda: seat.main.bench.link_state.state is LinkState.ONLINE)
        await seat.press("s")
        await seat.until(lambda: isinstance(seat.app.screen, BulkDialog))
        assert "Begun on paper" in seat.text
        await seat.press("f10")
        await over(seat)
        await seat.until("2 of 2 done")
        await seat.press("f3")
        assert not seat.main.list.chosen
        assert not seat.main.acts.begun


async def test_without_a_line_a_single_status_says_that_it_does_not_wait(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(200, 40)) as seat:
        key = rows_in(seat, Phase.OPEN)[0]
        seat.main.list.select(key)
        await seat.press("s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        system = seat.main.bench._wire.system

        async def gone(key: Key) -> Record:
            raise Unreachable()

        system.show = gone  # type: ignore[method-assign]
        await seat.press("2", "f10")
        await seat.until("not sent. The server cannot be reached. It does not wait:")
        (row,) = seat.main.bench.history.entries()
        assert (row.event.key, row.event.outcome) == (key, "unsent")
