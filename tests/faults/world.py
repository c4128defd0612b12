"""One run: a server, terminals, people, and the trace that the oracle judges in the end."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.faults.clockwork import Time, VirtualLoop
from tests.faults.line import Line
from tests.faults.oracle import judge
from tests.faults.person import Person
from tests.faults.server import Server
from tests.faults.terminal import Terminal
from tests.faults.trace import Tally, Trace
from tui.workbench.entry import OPEN_STATES, Entry, EntryState
from tui.workbench.unseen import WORTH_READING

LONGEST_DRAIN = 3600.0
"""Seconds of good weather after which what still waits will wait for ever."""


class World:
    """Made for each run by a ``Stage``. ``random`` belongs to the scenario, every terminal has its own."""

    def __init__(
        self, seed: int, folder: Path, loop: VirtualLoop, time: Time, server: Server, empty_journal: Path
    ) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.folder = folder
        self.loop = loop
        self.time = time
        self.server = server
        self.trace = Trace()
        self.terminals: list[Terminal] = []
        self._buried: list[asyncio.Task[None]] = []
        self._old_lines: list[Line] = []
        self._empty_journal = empty_journal

    # -- setting up -------------------------------------------------------------------------------------

    def terminal(
        self,
        user: str = "ana",
        *,
        home: str = "",
        clock: Callable[[], datetime] | None = None,
        refresh_seconds: float = 120.0,
        on: bool = True,
    ) -> Terminal:
        """One more terminal of ``user``; with ``home`` on the data folder of that name."""
        name = f"t{len(self.terminals) + 1}"
        made = Terminal(
            name,
            user,
            self.folder / (home or name),
            self.server,
            self.trace,
            clock or self.time,
            random.Random(f"{self.seed} {name}"),
            empty_journal=self._empty_journal,
            refresh_seconds=refresh_seconds,
        )
        self.terminals.append(made)
        if on:
            made.start()
        return made

    def person(self, user: str = "ana", *, home: str = "") -> Person:
        """Somebody at a terminal of their own."""
        return Person(self.terminal(user, home=home))

    def kill(self, terminal: Terminal) -> None:
        """kill -9."""
        self._old_lines.append(terminal.line)
        self._buried.append(terminal.kill())

    async def restore(self, backup: Path) -> None:
        """The server goes back to an older backup."""
        await self.server.restore(backup)
        self.trace.wiped = self.server.wiped

    def expect(self, condition: object, words: str) -> None:
        """What must hold beside the oracle's own questions."""
        if not condition:
            self.trace.wrong.append(words)

    # -- the end ----------------------------------------------------------------------------------------

    async def good_weather(self) -> None:
        """Every line and clock as it should be, every terminal on."""
        for terminal in self.terminals:
            terminal.line.up, terminal.line.latency = True, 0.0
            terminal.line.chance, terminal.line.plan = None, []
            if not terminal.on:
                terminal.start()
            terminal.bench.live.refresh()

    async def drained(self, longest: float = LONGEST_DRAIN) -> float:
        """Wait until nothing is on its way; how long it took."""
        began, step = self.loop.time(), 1.0
        while self.loop.time() - began < longest:
            await asyncio.sleep(step)
            if not any(on_its_way(terminal) for terminal in self.terminals):
                return self.loop.time() - began
            step = min(20.0, step * 1.5)
        for terminal in self.terminals:
            for entry in on_its_way(terminal):
                words = f"{entry.state}, tried {entry.attempts} times, {entry.reason}, next {entry.next_try}"
                self.expect(False, f"{entry.request.slot} of {entry.request.key_id} is stuck: {words}")
        return longest

    async def settle(self) -> None:
        """Good weather, everything sent, everything read."""
        await self.good_weather()
        await self.drained()
        for terminal in self.terminals:
            await terminal.line.ended()

    async def lists_agree(self) -> None:
        """Every terminal's list shows what the server has."""
        for terminal in self.terminals:
            await terminal.bench.live.load()
            for key, row in terminal.bench.live.rows.items():
                stored = self.server.status(key.id)
                self.expect(
                    row.status.raw.removesuffix("_delayed") == stored.removesuffix("_delayed"),
                    f"{terminal.name} shows {key.id} as {row.status.raw}, the server has {stored}",
                )

    async def end(self) -> Tally:
        """Quit everywhere, and judge."""
        trace = self.trace
        for line in self._old_lines:
            await line.ended()
        for terminal in self.terminals:
            if not terminal.on:
                terminal.start()
            trace.holdings.append(terminal.holding())
            broken = terminal.bench.history.verify()
            self.expect(broken is None, f"{terminal.name}: the trail is broken at {broken}")
            await terminal.stop()
        if self._buried:
            await asyncio.wait(self._buried)
        trace.effects, trace.deliveries = self.server.effects, self.server.deliveries
        trace.answers = {task: self.server.answers(task) for task in {one.task for one in trace.saved}}
        return judge(trace)


def on_its_way(terminal: Terminal) -> list[Entry]:
    """The entries that should go out by themselves: those behind one that needs a person wait for that person. And
    those that were sent, but nobody could look yet what the server kept of them."""
    unseen = terminal.bench.outbox.unseen(terminal.bench.clock() - WORTH_READING)
    if not terminal.bench.outbox.waiting():
        return unseen
    held: set[str] = set()
    found = unseen
    for entry in terminal.bench.outbox.entries(*OPEN_STATES):
        if entry.state is EntryState.ATTENTION:
            held.add(entry.request.key_id)
        elif entry.request.key_id not in held:
            found.append(entry)
    return found


@contextmanager
def heard(crashes: list[str]) -> Iterator[None]:
    """Whatever is logged as an error by the application, or left in the loop, is a crash."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            crashes.append(f"{record.name}: {record.getMessage()} {error!r}")

    ear = Ear(logging.ERROR)
    names = ("tui", "shiftdeck", "asyncio")
    before = [(logging.getLogger(name), logging.getLogger(name).propagate) for name in names]
    for logger, _ in before:
        logger.addHandler(ear)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, propagate in before:
            logger.removeHandler(ear)
            logger.propagate = propagate
