"""One terminal: the real workbench over the real client, on a data folder that outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tests.faults.clockwork import VirtualLoop
from tests.faults.ground import TOKENS, ZONE
from tests.faults.line import Line
from tests.faults.server import Server
from tests.faults.trace import Holding, Promise, Trace
from tui.api.http import Transport
from tui.api.intratool.adapter import IntratoolSystem
from tui.api.intratool.routes import Routes
from tui.model.clock import CorrectedClock
from tui.model.execution import Key
from tui.model.message import Message
from tui.model.period import Period
from tui.model.system import TaskSystem
from tui.workbench.desk import Desk
from tui.workbench.entry import Entry, EntryState
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError
from tui.workbench.workbench import Workbench

T = TypeVar("T")
SITE = ZoneInfo(ZONE)
JOURNAL = "journal.sqlite"


class WatchedJournal(Journal):
    """The real journal, which tells the loop when its writer is at work, and which a kill can silence."""

    def __init__(self, path: Path, loop: VirtualLoop) -> None:
        self._loop = loop
        self._given = False
        self._dead = False
        super().__init__(path, busy_seconds=2.0)
        loop.attend(self.finish)

    def write(self, work: Callable[[Db], T], *, merge: Any = None) -> Future[T]:
        if self._dead:
            never: Future[T] = Future()
            never.set_exception(JournalError(Message("This process is dead.")))
            return never
        self._given = True
        return super().write(work, merge=merge)

    def finish(self) -> bool:
        """Wait for the writer; whether it had anything to do."""
        given, self._given = self._given, False
        if given:
            with contextlib.suppress(JournalError):
                super().write(lambda _: None).result(30)
        return given

    def die(self) -> None:
        """Nothing more is written by this process."""
        self._dead = True

    def close(self) -> None:
        super().close()
        with contextlib.suppress(ValueError):
            self._loop.leave(self.finish)


class Terminal:
    """A place where somebody works. ``author`` names its data folder and owner in the trace."""

    def __init__(
        self,
        name: str,
        user: str,
        folder: Path,
        server: Server,
        trace: Trace,
        clock: Callable[[], datetime],
        chance: random.Random,
        *,
        empty_journal: Path | None = None,
        refresh_seconds: float = 120.0,
    ) -> None:
        self.name = name
        self.user = user
        self.token = TOKENS[user]
        self.folder = folder
        self.server = server
        self.trace = trace
        self.clock = clock
        self.random = chance
        self.owner = f"site:{user}"
        self.author = f"{folder.name}/{user}"
        self.profile = "site"
        self.refresh_seconds = refresh_seconds
        self.line = Line(server, name, chance)
        self.notices: list[Message] = []
        self.on_settled: Callable[[Entry], None] | None = None
        self._bench: Workbench | None = None
        self._journal: WatchedJournal | None = None
        self._watching: list[asyncio.Task[None]] = []
        folder.mkdir(parents=True, exist_ok=True)
        if empty_journal is not None and not (folder / JOURNAL).exists():
            shutil.copyfile(empty_journal, folder / JOURNAL)

    @property
    def bench(self) -> Workbench:
        """The workbench of the running application."""
        assert self._bench is not None, f"{self.name} is off"
        return self._bench

    @property
    def on(self) -> bool:
        """Whether the application runs."""
        return self._bench is not None

    def key(self, task: str) -> Key:
        """The key of an execution as this terminal has it."""
        return Key(self.profile, "intratool", task)

    # -- on and off -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the application on the data folder, with a line like the last one."""
        old = self.line
        self.line = Line(self.server, self.name, self.random)
        self.line.up, self.line.latency, self.line.chance = old.up, old.latency, old.chance
        self.line.plan, self.line.asked, self.line.met = old.plan, old.asked, old.met
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self._journal = WatchedJournal(self.folder / JOURNAL, loop)
        desk = Desk(
            profile=self.profile,
            system="intratool",
            title="Site",
            zone=SITE,
            user=self.user,
            owner=self.owner,
            refresh_seconds=self.refresh_seconds,
        )
        bench = Workbench(
            desk,
            self._journal,
            self._connect,
            CorrectedClock(self.clock),
            machine=lambda: datetime.fromtimestamp(loop.time(), UTC),  # no change of a clock reaches it
            jitter=self._jitter,
        )
        self._bench = bench
        self._watching = [asyncio.ensure_future(self._watch(bench))]
        bench.start()

    async def stop(self) -> None:
        """Quit in order."""
        bench, self._bench = self.bench, None
        watching, self._watching = self._watching, []
        await bench.close()
        await _ended(watching)

    def kill(self) -> asyncio.Task[None]:
        """kill -9: nothing more is written or told; what has left may arrive. The task only cleans up."""
        bench, self._bench = self.bench, None
        assert self._journal is not None
        self._journal.die()
        self.line.cut()
        watching, self._watching = self._watching, []
        for task in watching:
            task.cancel()

        async def bury() -> None:
            await bench.close()
            await _ended(watching)

        return asyncio.ensure_future(bury())

    async def _connect(self) -> TaskSystem:
        await asyncio.sleep(0.1)
        transport = Transport(
            "http://site", self.token, transport=self.line, clock=self.clock, jitter=self.random.random
        )
        return IntratoolSystem(Routes(transport), profile=self.profile, zone=SITE, cache=None, clock=self.clock)

    def _jitter(self, longest: float) -> float:
        return max(0.5, self.random.uniform(0, longest))

    # -- what is told -----------------------------------------------------------------------------------

    async def _watch(self, bench: Workbench) -> None:
        async for entry in bench.outbox.changes.watch():
            self._told(entry)
            if self.on_settled is not None:
                self.on_settled(entry)

    def _told(self, entry: Entry) -> None:
        promise = self.trace.promises.get(entry.id)
        if promise is None and not entry.legible:
            return  # its name may be what is damaged, and the person is told that it cannot be read
        if promise is None:
            self.trace.wrong.append(f"{self.name}: an entry that nobody asked for: {entry.request}")
        elif entry.state is EntryState.SENT:
            promise.accepted_after = promise.accepted_after or len(self.server.effects)
            promise.receipt = entry.receipt
            # What was left out of it was not called accepted; the oracle looks for it among the drafts.
            promise.accepted = entry.request
        elif entry.state is EntryState.ATTENTION:
            promise.held = True

    def promise(self, promise: Promise) -> None:
        """Somebody handed over a request here."""
        self.trace.promises[promise.request.idempotency_key] = promise

    def holding(self) -> Holding:
        """What the data folder holds for this owner."""
        drafts = {
            (key.id, field): edit
            for key in self.bench.drafts.keys()  # noqa: SIM118 - its own method
            if (draft := self.bench.drafts.load(key)) is not None
            for field, edit in draft.fields.items()
        }
        return Holding(self.author, drafts, self.bench.outbox.entries())

    def today(self) -> Period:
        """The day at the site by this terminal's clock."""
        return self.bench.today()


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
