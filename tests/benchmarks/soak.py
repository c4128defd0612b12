"""A week in minutes: thousands of polls through the real list and board, and what they leave behind in memory."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tests.benchmarks.result import Result
from tests.benchmarks.rows import NOW, PERIOD, ZONE, executions
from tui.model.execution import Execution, Key
from tui.model.status import Phase, Status
from tui.workbench.board import Board
from tui.workbench.changes import Changes

POLLS, WARM, ROWS = 4_000, 2_000, 2_000
_DONE, _OPEN = Status("done", Phase.DONE), Status("open", Phase.OPEN)


class Site:
    """Rows that come, change and go with every poll; as many as before."""

    def __init__(self) -> None:
        self._chance = random.Random(11)
        self._spare = iter(range(10**6, 10**9))
        self.rows: Mapping[Key, Execution] = executions(ROWS, within=(-400, 600))
        self.now = NOW

    def poll(self) -> Changes:
        """One answer, five seconds later: 20 rows changed, 4 new, 4 gone."""
        self.now += timedelta(seconds=5)
        rows = dict(self.rows)
        touched = self._chance.sample(list(rows), 24)
        removed, changed = frozenset(touched[:4]), frozenset(touched[4:])
        for key in removed:
            del rows[key]
        for key in changed:
            row = rows[key]
            status = _OPEN if row.status.phase.closed else _DONE
            rows[key] = msgspec.structs.replace(row, status=status, touched=self.now)
        added = {self._new(self.now) for _ in range(4)}
        rows |= {row.key: row for row in added}
        self.rows = rows
        keys = frozenset(row.key for row in added)
        return Changes(rows=rows, added=keys, changed=changed, removed=removed, as_of=self.now, period=PERIOD)

    def _new(self, now: datetime) -> Execution:
        number = next(self._spare)
        due = now + timedelta(minutes=self._chance.randrange(-30, 400))
        key = Key("sample", "intratool", str(number))
        return Execution(key=key, status=_OPEN, title=f"Round {number}", place=f"Kitchen {number % 40}", due=due)


async def soak() -> Result:
    """The memory after 4,000 polls against that after the first half, when every row has been seen to change."""
    from tests.ui.list_app import ListApp

    app, site, board = ListApp(), Site(), Board(ZONE)
    async with app.run_test(size=(120, 40)) as pilot:
        app.list.set_rows(site.rows, period=PERIOD, now=site.now, zone=ZONE)
        first = Changes(rows=site.rows, added=frozenset(site.rows), fresh=True, period=PERIOD, as_of=site.now)
        await board.take(first)
        warm = 0.0
        tracemalloc.start()
        for poll in range(POLLS):
            changes = site.poll()
            await board.take(changes)
            app.seconds += 6
            app.list.apply(changes.rows, changes.added, changes.changed, changes.removed, site.now)
            board.figures(site.now)
            board.newly_overdue(site.now)
            if poll % 100 == 0:
                app.list.filter("kitchen" if poll % 200 else "")
                app.list.choose_all()
                await pilot.pause()
            if poll == WARM:
                warm = _megabytes()
        left = _megabytes()
        tracemalloc.stop()
    return Result("soak of 4,000 polls, in MB", left, warm, left / warm, 1.05, against="after 2,000 polls")


def _megabytes() -> float:
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / 1e6
