"""A workbench with everything injected, and small helpers to look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.workbench.site import BERLIN, PROFILE, SYSTEM, ManualTime, MemorySystem, Site
from tui.model.clock import CorrectedClock
from tui.model.system import TaskSystem
from tui.workbench.desk import Desk
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import Journal
from tui.workbench.workbench import Workbench


class Bench:
    """One workbench on ``path``. ``connect_errors`` are raised, one by one, before a connection is made."""

    def __init__(
        self,
        path: Path,
        site: Site,
        time: ManualTime,
        owner: str,
        *,
        connected: bool,
        user: str = "anna",
        place: str = "",
        ahead_hours: float = 0.0,
    ) -> None:
        self.site = site
        self.time = time
        self.connect_errors: list[Exception] = []
        self.connects = 0
        self.pauses: list[float] = []
        self.systems: list[MemorySystem] = []
        desk = Desk(
            profile=PROFILE,
            system=SYSTEM,
            title="Kitchen",
            zone=BERLIN,
            user=user,
            owner=owner,
            place=place,
            ahead_hours=ahead_hours,
        )
        self.journal = Journal(path)
        self.workbench = Workbench(
            desk,
            self.journal,
            self._connect,
            CorrectedClock(time),
            machine=time,
            sleep=time.sleep,
            jitter=self._jitter,
        )
        if connected:
            self.workbench._wire.attach(MemorySystem(site))

    async def _connect(self) -> TaskSystem:
        self.connects += 1
        if self.connect_errors:
            raise self.connect_errors.pop(0)
        self.systems.append(MemorySystem(self.site))
        return self.systems[-1]

    def _jitter(self, longest: float) -> float:
        """The whole of it, so that a test can tell what was meant."""
        self.pauses.append(longest)
        return longest

    def states(self) -> list[EntryState]:
        return [entry.state for entry in self.workbench.outbox.entries()]

    def entry(self, entry_id: str) -> Entry:
        entry = self.workbench.outbox.get(entry_id)
        assert entry is not None
        return entry

    async def close(self) -> None:
        await self.workbench.close()


async def eventually(condition: Callable[[], bool]) -> None:
    """Give other tasks and the writer thread their turn until ``condition`` holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the writer thread has no event of this loop
            await asyncio.sleep(0.001)


async def seconds(time: ManualTime, count: int) -> None:
    """Let so many seconds pass, one after the other, with a turn for everybody in between."""
    for _ in range(count):
        for _ in range(20):
            await asyncio.sleep(0.0005)
        time.pass_(1)
    for _ in range(20):
        await asyncio.sleep(0.0005)


def kept(bench: Bench) -> None:
    """Wait until what was read is on the disk: nobody who reads ahead waits for that."""
    bench.journal.write(lambda db: None).result(20)
