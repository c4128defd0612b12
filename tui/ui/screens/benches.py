"""The workbenches of one window: the one that is shown, those that a board reads, and those that still send."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tui.i18n import plural
from tui.ui.text import clean
from tui.ui.workers import Writes

if TYPE_CHECKING:
    from textual.app import App

    from tui.ui.ports import Shop
    from tui.ui.screens.seat import Seat
    from tui.workbench.workbench import Workbench

LASTING = "all-"
"""Work in groups whose names begin so goes on when another workbench is shown."""


class Benches:
    """Opens workbenches and closes them when nobody needs them: not shown, not held, nothing left to send.

    One that is left while something waits in it goes on sending, and reads nothing but what that takes.
    """

    def __init__(self, app: App[int], shop: Shop, bench: Workbench) -> None:
        self.current = bench
        self._app = app
        self._shop = shop
        self._open = [bench]
        self._held: list[Workbench] = []
        self._at_work: list[Workbench] = []
        """Those that were left while something sent through them is on its way; once for each time."""
        self._parting = Writes()
        self._sending: set[asyncio.Task[None]] = set()

    def of(self, profile: str) -> list[Workbench]:
        """The open ones of a profile, the latest first."""
        return [bench for bench in reversed(self._open) if bench.desk.profile == profile]

    async def make(self, profile: str, user: str = "", *, anew: bool = False) -> Workbench:
        """The workbench of somebody: one that is open already, unless it is to be made ``anew``.

        A token may come from a program or the keyring, which takes its time. Raises ``ConfigError``.
        """
        bench = await asyncio.to_thread(self._shop.workbench, profile, user)
        known = next((one for one in self._open if one.desk.owner == bench.desk.owner), None)
        if known is not None and not anew:
            await bench.close()
            return known
        self._open.append(bench)
        return bench

    def enter(self, screen: Seat, bench: Workbench, *, instead: bool = False) -> None:
        """Show ``bench`` on ``screen``. What was typed is on disk, what was sent comes to its end.

        ``instead``: the one before has a token that is no good any more; it sends nothing from now on.
        """
        if bench is self.current:
            return
        old, writes = self.current, screen.writes
        for worker in tuple(self._app.workers):
            if not worker.group.startswith(LASTING):
                worker.cancel()
        self.current = bench
        if bench.live.paused and bench not in self._held:
            bench.live.resume()
        waiting = 0 if instead else old.outbox.waiting()
        screen.change_bench(bench)
        if waiting:
            words = plural(
                "{n} item of {profile} still waits; it is sent while you work here.",
                "{n} items of {profile} still wait; they are sent while you work here.",
                waiting,
                profile=clean(old.desk.title),
            )
            screen.announce(words)
        # A file may take its time to be copied: nobody waits for that.
        self._parting.begin(self._app, partial(self._part, old, writes, at_once=instead))

    def hold(self, bench: Workbench) -> None:
        """A board reads it: it stays open."""
        if bench not in self._held:
            self._held.append(bench)

    def let_go(self, bench: Workbench, *, at_once: bool = False) -> None:
        """The board reads it no more; ``at_once``: nothing is sent with its token any more."""
        if bench in self._held:
            self._held.remove(bench)
        if bench is not self.current:
            self._parting.begin(self._app, partial(self._part, bench, Writes(), at_once=at_once))

    def waiting(self) -> tuple[int, bool]:
        """How many entries wait in all of them, and whether services run that send them."""
        owners = {bench.desk.owner: bench for bench in self._open}
        waits = [(bench.outbox.waiting(), bench) for bench in owners.values()]
        served = all(bench.service_running() for waiting, bench in waits if waiting)
        return sum(waiting for waiting, _bench in waits), served

    async def settled(self, seconds: float) -> None:
        """Wait until all that was sent through those that were left is kept, at most so long."""
        await self._parting.ended(seconds)

    async def close(self) -> None:
        """Close all of them."""
        for task in tuple(self._sending):
            task.cancel()
        await asyncio.gather(*(bench.close() for bench in self._open))
        self._open.clear()

    def _needed(self, bench: Workbench) -> bool:
        return bench is self.current or bench in self._held or bench in self._at_work

    async def _part(self, bench: Workbench, writes: Writes, *, at_once: bool = False) -> None:
        self._at_work.append(bench)
        await writes.ended()
        self._at_work.remove(bench)
        if self._needed(bench) or bench not in self._open:
            return
        if bench.outbox.waiting() and not at_once:
            bench.live.pause()
            task = asyncio.ensure_future(self._send_on(bench))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            return
        self._open.remove(bench)
        await bench.close()

    async def _send_on(self, bench: Workbench) -> None:
        """Until nothing waits in it, or somebody needs it."""
        changes = bench.outbox.changes.watch()
        while bench.outbox.waiting():
            await anext(changes, None)
            if self._needed(bench):
                return
        if bench in self._open:
            self._open.remove(bench)
            await bench.close()
