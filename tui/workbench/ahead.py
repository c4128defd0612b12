"""Reading ahead: what is due in this shift is read before anybody opens it, so that it opens without a line too.

A shift that ends tomorrow has a part of its tasks in tomorrow's list, which is read before midnight for that.

Gently: one at a time, never faster than one in a second, and never while a person, the list or the sender asks the
server for something.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tui.model.clock import Clock
from tui.model.errors import NotFound, TaskError, Throttled
from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.workbench.changes import Changes
from tui.workbench.link import LinkState
from tui.workbench.lists import PAGE
from tui.workbench.live import Live
from tui.workbench.records import Records
from tui.workbench.sender import Sender
from tui.workbench.timing import Sleep
from tui.workbench.wire import Wire

MOST = 150
"""Records read ahead for one period."""

APART = 1.0
REST = 60.0
"""After an error. The line or the server has more important things to do than this."""

AGAIN = timedelta(minutes=10)
"""Time goes on, and tasks come into the shift: so often a list that does not change is looked through, and
tomorrow's is read."""

CHUNK = 2_000

_log = logging.getLogger(__name__)


class Ahead:
    """Reads the unfinished executions of the list that are due within ``hours`` or overdue, nearest first."""

    def __init__(
        self,
        hours: float,
        live: Live,
        records: Records,
        sender: Sender,
        wire: Wire,
        *,
        zone: ZoneInfo,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._hours = timedelta(hours=hours)
        self._live = live
        self._records = records
        self._sender = sender
        self._wire = wire
        self._zone = zone
        self._clock = clock
        self._sleep = sleep
        self._period: Period | None = None
        self._read = 0
        self._looked: datetime | None = None
        self._rest_until: datetime | None = None
        self._tried: dict[Key, str] = {}
        self._tomorrow: Mapping[Key, Execution] = {}
        self._tomorrow_read: datetime | None = None

    async def run(self) -> None:
        """Go on until cancelled or the list ends; what a server does never ends it."""
        if not self._hours:
            return
        async for item in self._live.watch():
            if self._allowed(item) and self._ends_tomorrow(item):
                await self._read_tomorrow()
            if self._allowed(item) and self._worth_while(item):
                await self._look(item)

    def _allowed(self, item: Changes) -> bool:
        now = self._clock()
        return not item.cached and not item.loading and self._online and (self._rest_until or now) <= now

    def _ends_tomorrow(self, item: Changes) -> bool:
        """Whether the shift goes on after the list that is shown, and tomorrow's was not read for a while.

        A long list is somebody's who looks after many sites, not one of a shift.
        """
        now, read = self._clock(), self._tomorrow_read
        due = read is None or abs(now - read) >= AGAIN
        goes_on = item.period.holds(now) and now + self._hours > item.period.end
        has = self._wire.system.capabilities
        return due and goes_on and len(item.rows) <= PAGE and has.due and not has.repeats

    async def _read_tomorrow(self) -> None:
        now = self._tomorrow_read = self._clock()
        day = now.astimezone(self._zone).date() + timedelta(days=1)
        try:
            self._tomorrow = await self._live.read_ahead(Period.of_day(day, self._zone))
        except TaskError as error:
            # Not again right after the rest: what is due today comes first.
            self._rest(error)

    def _worth_while(self, item: Changes) -> bool:
        now = self._clock()
        if item.period != self._period:
            self._period, self._read, self._looked = item.period, 0, None
        if self._read >= MOST:
            return False
        moved = item.fresh or item.added or item.changed
        return bool(moved) or self._looked is None or abs(now - self._looked) >= AGAIN

    async def _look(self, item: Changes) -> None:
        self._looked = self._clock()
        for key in await self._wanted():
            await self._sleep(APART)
            while self._live.asking or self._sender.sending or self._records.asking:
                await self._sleep(APART)
            row = self._live.get(key) or self._tomorrow.get(key)
            if self._live.now.period != item.period or not self._online or self._read >= MOST:
                return
            if row is None or row.status.phase.closed or self._records.revisions().get(key) == row.revision:
                # Finished meanwhile, or a person has read it.
                continue
            self._read += 1
            if not await self._fetch(row):
                # The rest of it is looked for again after a while.
                self._looked = None
                return

    async def _wanted(self) -> list[Key]:
        now, known = self._clock(), self._records.revisions()
        end = now + self._hours
        found: list[tuple[timedelta, Key]] = []
        for number, row in enumerate({**self._tomorrow, **self._live.rows}.values()):
            if number % CHUNK == CHUNK - 1:
                # A long list must not hold up a key.
                await asyncio.sleep(0)
            if row.due is None or row.due > end or row.status.phase.closed:
                continue
            if known.get(row.key) != row.revision and self._tried.get(row.key) != row.revision:
                found.append((abs(row.due - now), row.key))
        return [key for _, key in sorted(found)[: MOST - self._read]]

    async def _fetch(self, row: Execution) -> bool:
        """``False``: this is no time to go on."""
        # Once for each revision: this very record may be what the server stumbles over.
        self._tried[row.key] = row.revision
        try:
            await self._records.load_ahead(row.key)
        except NotFound:
            _log.info("%s is gone", row.key.id)
        except TaskError as error:
            self._rest(error)
            return False
        return True

    def _rest(self, error: TaskError) -> None:
        seconds = max(error.seconds, REST) if isinstance(error, Throttled) else REST
        self._rest_until = self._clock() + timedelta(seconds=seconds)
        _log.info("reading ahead rests: %s", error)

    @property
    def _online(self) -> bool:
        return self._wire.connected and self._wire.link.now.state is LinkState.ONLINE
