"""What a board shows: counts, overdue work, heat strips, completion. Values only; ``board.py`` makes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

import msgspec

from tui.model.execution import Execution
from tui.model.message import Message
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.workbench.marks import Mark


class Grouping(StrEnum):
    """What a heat strip stands for."""

    ASSIGNMENT = "assignment"
    DEPARTMENT = "department"
    TEMPLATE = "template"
    PROFILE = "profile"


def belongs(row: Execution, period: Period, now: datetime) -> bool:
    """Whether ``row`` is a matter of ``period``: what is due in it or has no moment, and open work from before.

    Into a period that has not begun only what is late by now is carried.
    """
    if row.due is None or row.due >= period.start:
        return row.due is None or row.due <= period.end
    return not row.status.phase.closed and (period.start <= now or row.due < now)


def group_name(row: Execution, by: Grouping) -> str:
    """The strip that ``row`` belongs to; "" where the system names none."""
    return NAMES[by](row)


def _assignment(row: Execution) -> str:
    return row.series or row.place or row.assignment or ""


def _department(row: Execution) -> str:
    return row.department


def _template(row: Execution) -> str:
    return row.series or row.title or row.template or ""


def _profile(row: Execution) -> str:
    return row.key.profile


NAMES: dict[Grouping, Callable[[Execution], str]] = {
    Grouping.ASSIGNMENT: _assignment,
    Grouping.DEPARTMENT: _department,
    Grouping.TEMPLATE: _template,
    Grouping.PROFILE: _profile,
}


class Heat(IntEnum):
    """How it stands in one slot of a strip; of several the greatest, which is the worst, is shown."""

    NONE = 0
    CANCELLED = 1
    DONE = 2
    LATER = 3
    DUE = 4
    DONE_LATE = 5
    UNKNOWN = 6
    DENIED = 7
    FAILED = 8
    MISSED = 9
    OVERDUE = 10

    @property
    def word(self) -> Message:
        """What a person reads."""
        return _WORDS[self]

    @property
    def shape(self) -> str:
        """One cell that tells it without colour."""
        return _SHAPES[self]

    @property
    def ascii(self) -> str:
        """The same for terminals that have nothing but ASCII."""
        return _ASCII[self]


_WORDS = (
    Message("Nothing planned"),
    Message("Cancelled"),
    Message("Done"),
    Message("Later"),
    Message("Due"),
    Message("Done, late"),
    Message("Unknown"),
    Message("Denied"),
    Message("Failed"),
    Message("Missed"),
    Message("Overdue"),
)
_SHAPES = " ◇·○◐●?⊘✖✕█"
_ASCII = " -.oOt?xfm#"

STANDINGS: tuple[Status, ...] = (
    Status("", Phase.OPEN),
    Status("", Phase.ACTIVE),
    Status("", Phase.ACTIVE, late=True),
    Status("", Phase.DONE),
    Status("", Phase.DONE, late=True),
    Status("", Phase.DENIED),
    Status("", Phase.MISSED),
)
"""The counts that always stand in the same place."""


class Count(msgspec.Struct, frozen=True):
    """How many stand so. Of ``status`` only the word, code and shape mean something."""

    status: Status
    number: int


class Overdue(msgspec.Struct, frozen=True):
    """One execution that needs a person and how long it has been late (nought without a moment).

    ``mark`` is what somebody here noted about it.
    """

    row: Execution
    age: timedelta
    mark: Mark | None = None


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """One group over the slots of the period. ``before``: unfinished work carried over from earlier."""

    name: str
    cells: tuple[Heat, ...]
    before: Heat
    total: int
    closed: int
    overdue: int

    @property
    def worst(self) -> Heat:
        """The worst of all slots."""
        return max(self.before, max(self.cells, default=Heat.NONE))


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """A board at the moment ``now``.

    ``counts`` begins with the documented states in a fixed order; others follow when there are any. ``carried``:
    unfinished work of the look-back; part of ``total``, not of the points and not of the two curves.
    ``overdue_count`` holds the shelved ones too, ``overdue`` does not; both lists are oldest first and cut.
    ``needing`` is work without a moment that goes on only when somebody looks at it: what failed, then what waits;
    ``needing_count`` holds the shelved ones of it too.

    ``slots`` are the beginnings (UTC) of stretches of equal wall time; ``present`` is the index of the one that
    holds ``now`` (-1 before them, ``len(slots)`` after). ``done`` and ``expected`` count from the beginning of the
    period to the end of each slot: finished by then (wherever in the period it was due), and due by then.
    """

    period: Period
    now: datetime
    counts: tuple[Count, ...]
    total: int
    closed: int
    carried: int
    due_soon: int
    overdue_count: int
    overdue: tuple[Overdue, ...]
    needing_count: int
    needing: tuple[Overdue, ...]
    shelved: tuple[Overdue, ...]
    points: float
    max_points: float
    slots: tuple[datetime, ...]
    present: int
    done: tuple[int, ...]
    expected: tuple[int, ...]

    @property
    def unfinished(self) -> int:
        """What somebody still has to do."""
        return self.total - self.closed
