"""Which executions stand in the list and in what order. Pure: no Textual, and no clock of its own.

Order: overdue oldest first, due and later by their moment, closed newest first. Of work without a moment what
failed stands first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from tui.model.execution import DUE_WITHIN_SECONDS, Execution, Key
from tui.model.status import Phase
from tui.ui.widgets.list_find import Groups

# A tuple is asked by identity first; a set would run Enum's Python-level hash for every row.
_CLOSED = tuple(phase for phase in Phase if phase.closed)
_SOON = timedelta(seconds=DUE_WITHIN_SECONDS)
_GRAIN = timedelta(microseconds=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
_by_title = attrgetter("title")
MOST_BY_TITLE = 1_000
"""Rows of a group up to which those of one moment are put in order by their titles."""


class Order(NamedTuple):
    """``rows`` indexed by ``model.execution.Group``; after ``until`` time alone moves a row to another group."""

    rows: tuple[list[Execution], ...]
    until: datetime | None

    @property
    def groups(self) -> Groups:
        """The keys of ``rows``."""
        return tuple([row.key for row in group] for group in self.rows)


def is_closed(execution: Execution) -> bool:
    """Whether nobody needs to do anything here any more."""
    return execution.status.phase in _CLOSED


def closed_at(execution: Execution) -> datetime:
    """The moment by which closed work is ordered: when it was last touched, else when it was due."""
    return execution.touched or execution.due or _NEVER


def arrange(
    rows: Iterable[Execution], now: datetime, *, begins: datetime | None = None, kept: Container[Key] = ()
) -> Order:
    """Put ``rows`` in groups, as ``model.execution.group_of`` would one by one.

    Of the look-back, what was due before ``begins``, only unfinished work is carried over, and to a day that has
    not come only what is overdue by now. A key in ``kept`` stays whatever it is.
    """
    at: dict[datetime, list[Execution]] = {}
    undated: list[Execution] = []
    closed: list[Execution] = []
    # Asked for identity before anything else: comparing the words of phases would cost more than the rest.
    open_phase, active, known = Phase.OPEN, Phase.ACTIVE, at.get
    for row in rows:
        phase, moment = row.status.phase, row.due
        if phase is not open_phase and phase is not active and phase in _CLOSED:
            closed.append(row)
        elif moment is None:
            undated.append(row)
        elif (same := known(moment)) is not None:
            same.append(row)
        else:
            at[moment] = [row]
    if begins is not None:
        closed = [row for row in closed if row.due is None or row.due >= begins or row.key in kept]
    overdue, due, later = _by_moment(at, now)
    undated.sort(key=_undated)
    moments = [row.due for row in due[:1] if row.due] + [row.due - _SOON - _GRAIN for row in later[:1] if row.due]
    if begins is not None and begins > now:
        due = [row for row in due if row.due is None or row.due >= begins or row.key in kept]
        later = [row for row in later if row.due is None or row.due >= begins or row.key in kept]
    return Order((overdue, due + undated, later, _newest_first(closed)), min(moments, default=None))


def _undated(row: Execution) -> tuple[bool, str]:
    return row.status.phase is not Phase.BROKEN, row.title


def _newest_first(rows: list[Execution]) -> list[Execution]:
    """Closed work: the one touched last stands first; those of one moment stay as they came."""
    at: dict[datetime, list[Execution]] = {}
    known = at.get
    for row in rows:
        moment = row.touched or row.due or _NEVER
        same = known(moment)
        if same is None:
            at[moment] = [row]
        else:
            same.append(row)
    ordered: list[Execution] = []
    for moment in sorted(at, reverse=True):
        ordered += at[moment]
    return ordered


def _by_moment(
    at: dict[datetime, list[Execution]], now: datetime
) -> tuple[list[Execution], list[Execution], list[Execution]]:
    """Overdue, due and later, each by moment, then title. There are far fewer moments than rows to be sorted.

    Where a group has thousands of rows, nobody reads those of one moment by their titles: they stay as they came.
    """
    moments = sorted(at)
    first, soon = bisect_left(moments, now), bisect_right(moments, now + _SOON)
    overdue = [at[moment] for moment in moments[:first]]
    due = [at[moment] for moment in moments[first:soon]]
    later: list[list[Execution]] = []
    for moment in moments[soon:]:
        rows = at[moment]
        begun = [row for row in rows if row.status.phase is not Phase.OPEN]
        if begun:
            due.append(begun)
            rows = [row for row in rows if row.status.phase is Phase.OPEN]
        later.append(rows)
    return _flat(overdue), _flat(due), _flat(later)


def _flat(buckets: list[list[Execution]]) -> list[Execution]:
    if sum(map(len, buckets)) <= MOST_BY_TITLE:
        for rows in buckets:
            if len(rows) > 1:
                rows.sort(key=_by_title)
    return list(chain.from_iterable(buckets))


def standing(execution: Execution) -> tuple[object, ...]:
    """What decides an execution's place; while it stays equal, its line may be redrawn where it is."""
    if is_closed(execution):
        return (True, closed_at(execution), execution.due)
    phase = execution.status.phase
    return (False, execution.due, execution.title, phase is Phase.OPEN, phase is Phase.BROKEN)
