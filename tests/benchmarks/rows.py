"""Executions as a busy tenant has them, the same in every run."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.ui.widgets.execution_rows import age_of, due_of, points_of, word_of

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 11, 10, 12, 30, tzinfo=UTC)
PERIOD = Period.of_day(date(2026, 5, 11), ZONE)
_STATUSES = (
    Status("open", Phase.OPEN),
    Status("in_progress", Phase.ACTIVE),
    Status("in_progress_delayed", Phase.ACTIVE, True),
    Status("done", Phase.DONE),
    Status("missed", Phase.MISSED),
)
_TITLES = ("Fridge temperatures", "Kühlschrank-Runde", "Kitchen closing", "Machine check", "Stock count")


def executions(
    count: int, now: datetime = NOW, profile: str = "sample", within: tuple[int, int] = (-600, 700)
) -> dict[Key, Execution]:
    """``count`` rows, due within so many minutes around ``now``, in no order."""
    chance = random.Random(7)
    rows: dict[Key, Execution] = {}
    for number in range(count):
        key = Key(profile, "intratool", str(100_000 + number))
        status = chance.choice(_STATUSES)
        due = now + timedelta(minutes=chance.randrange(*within))
        rows[key] = Execution(
            key=key,
            status=status,
            title=f"{chance.choice(_TITLES)} {number}",
            place=f"Kitchen {number % 40}, ground floor",
            due=due,
            touched=due + timedelta(minutes=7) if status.phase.closed else None,
            points=float(chance.randrange(10)),
            max_points=20.0,
            actor="Maria Lindner",
        )
    return rows


COLUMNS = (("State", 20), ("Due", 9), ("Age", 8), ("Title", 26), ("Place", 22), ("Points", 7), ("Who", 14))
"""The columns of our list at 120 columns, for the table that shows the same."""


def cells(row: Execution) -> tuple[str, ...]:
    """What :data:`COLUMNS` say about ``row``."""
    return (
        f"{row.status.shape} {word_of(row.status)}",
        due_of(row, NOW, ZONE),
        age_of(row, NOW, ZONE),
        row.title,
        row.place,
        points_of(row),
        row.actor or "",
    )
