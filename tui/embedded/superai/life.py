"""The sample's own life: runs go on and new ones begin, at a pace that a person can follow.

Everything is decided by the site's clock, from the moment when it began, and by what the database holds: with a
clock that stands still nothing moves, and several processes over one database take turns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, func, select

from tui.embedded.asgi import Incoming
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.superai import runs, worker
from tui.embedded.superai.auth import Account
from tui.embedded.superai.records import Row, run
from tui.embedded.superai.server import Call, stamp

STEP_SECONDS, STEP_SPREAD = 4, 5
"""A run takes its next step so many seconds after the last one: 4 to 8, each run at a pace of its own."""

BEGIN_SECONDS = 45
"""Seconds without a new run after which one begins, where fewer than ``AT_WORK`` go on."""

AT_WORK = 2
MOST_A_DAY = 80

NextRun = Callable[[int, int], tuple[str, dict[str, Any]]]
"""Flow and input of the next run, by how many there are and how many wait for a person."""


class Life:
    """The worker of one organization."""

    def __init__(self, database: Database, clock: SiteClock, organization: str, next_run: NextRun) -> None:
        self._database = database
        self._clock = clock
        self._next_run = next_run
        self._since = clock.now()
        self._account = Account(
            id="system", organization_id=organization, name="", email="", role="integration", status="active"
        )

    def tick(self) -> None:
        """Take the one step that has waited longest, or begin a run, if it is time."""
        with self._database.read() as tx:
            call = self._call(tx)
            idle = not self._due(call) and not self._quiet(call)
        if idle:
            return
        with self._database.write() as tx:
            call = self._call(tx)
            if any(worker.take_step(call, row, fails=True) is not None for row in self._due(call)):
                return
            if self._quiet(call):
                runs.begin(call, *self._next_run(self._count(call), self._count(call, "awaiting_input")))

    def _call(self, tx: Connection) -> Call:
        return Call(tx, self._account, Incoming("POST", "", {}, [], {}), self._clock)

    def _due(self, call: Call) -> list[Row]:
        """The runs whose next step is due, the one that has waited longest first."""
        lasted = self._clock.now() - self._since
        rows = [row for row in worker.going_on(call) if _pace(row["id"]) <= lasted and self._rested(row)]
        return sorted(rows, key=lambda row: str(row["updated_at"]))

    def _rested(self, row: Row) -> bool:
        return str(row["updated_at"]) <= stamp(self._clock.now() - _pace(row["id"]))

    def _quiet(self, call: Call) -> bool:
        if self._clock.now() - self._since < BEGIN_SECONDS:
            return False
        if len(worker.going_on(call)) >= AT_WORK:
            return False
        newest = call.tx.execute(select(func.max(run.created_at)).where(*self._own())).scalar_one()
        if newest is not None and newest > stamp(self._clock.now() - BEGIN_SECONDS):
            return False
        begun = stamp(self._clock.moment(f"{self._clock.today()} 00:00:00"))
        today = select(func.count()).where(*self._own(), run.created_at >= begun)
        return int(call.tx.execute(today).scalar_one()) < MOST_A_DAY

    def _count(self, call: Call, status: str = "") -> int:
        named = (run.status == status,) if status else ()
        query = select(func.count()).where(*self._own(), run.deleted.is_(False), *named)
        return int(call.tx.execute(query).scalar_one())

    def _own(self) -> tuple[Any, ...]:
        return (run.organization_id == self._account.organization_id,)


def _pace(run_id: str) -> int:
    return STEP_SECONDS + int(run_id[:2], 16) % STEP_SPREAD
