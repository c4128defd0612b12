"""Which executions stand in the list and in what order. Pure: no Textual, and no clock of its own.

Order: overdue oldest first, due and later by their moment, closed newest first. Of work without a moment what
failed stands first, then titles as people count.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import attrgetter

from tui.model.execution import DUE_WITHIN_SECONDS, Execution, Group, Key, group_of
from tui.model.plain import by_number
from tui.model.status import Phase
from tui.ui.widgets.list_find import Groups
from tui.ui.widgets.list_lazy import Ordered

# A tuple is asked by identity first; a set would run Enum's Python-level hash for every row.
_CLOSED = tuple(phase for phase in Phase if phase.closed)
_SOON = timedelta(seconds=DUE_WITHIN_SECONDS)
_GRAIN = timedelta(microseconds=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
_due_of = attrgetter("due")


class Order:
    """``rows`` indexed by ``model.execution.Group``; ``dated`` are all that are due and all that come later.

    ``related``: some row may have a parent.
    """

    def __init__(
        self,
        rows: tuple[Sequence[Execution], ...] = ((), (), (), ()),
        dated: tuple[list[Execution], list[Execution]] = ([], []),
        *,
        related: bool = False,
    ) -> None:
        self.rows = rows
        self.related = related
        self._dated = dated

    @cached_property
    def until(self) -> datetime | None:
        """After that moment time alone moves a row to another group; ``None``: never."""
        due, later = (min(map(_due_of, rows), default=None) for rows in self._dated)
        self._dated = [], []
        moments = [due] if due is not None else []
        if later is not None:
            moments.append(later - _SOON - _GRAIN)
        return min(moments, default=None)

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
    overdue: list[Execution] = []
    due: list[Execution] = []
    later: list[Execution] = []
    undated: list[Execution] = []
    closed: list[Execution] = []
    related = False
    # Asked for identity before anything else: comparing the words of phases would cost more than the rest.
    open_phase, active, soon = Phase.OPEN, Phase.ACTIVE, now + _SOON
    for row in rows:
        phase, moment = row.status.phase, row.due
        if row.parent:
            related = True
        if phase is not open_phase and phase is not active and phase in _CLOSED:
            if begins is None or moment is None or moment >= begins or row.key in kept:
                closed.append(row)
        elif moment is None:
            undated.append(row)
        elif moment < now:
            overdue.append(row)
        elif moment <= soon or phase is not open_phase:
            due.append(row)
        else:
            later.append(row)
    undated.sort(key=_undated)
    dated = due, later
    if begins is not None and begins > now:
        due, later = _carried(due, begins, kept), _carried(later, begins, kept)
    groups = _by_due(overdue), _by_due(due, undated), _by_due(later), _newest_first(closed)
    return Order(groups, dated, related=related)


def group_in(row: Execution, now: datetime, begins: datetime | None, kept: Container[Key]) -> Group | None:
    """Where :func:`arrange` would put ``row``; ``None``: it would leave it out."""
    early = begins is not None and row.due is not None and row.due < begins and row.key not in kept
    group = group_of(row, now)
    if early and (group is Group.CLOSED or (group is not Group.OVERDUE and begins is not None and begins > now)):
        return None
    return group


def leaves_at(row: Execution, group: Group) -> datetime | None:
    """After that moment time alone moves ``row`` out of ``group``; ``None``: never."""
    if row.due is None or group not in (Group.DUE, Group.LATER):
        return None
    # What has begun is due before its time, and leaves only when that has come.
    return row.due - _SOON - _GRAIN if group is Group.LATER else row.due


def _undated(row: Execution) -> tuple[bool, str]:
    return row.status.phase is not Phase.BROKEN, by_number(row.title)


def _carried(rows: list[Execution], begins: datetime, kept: Container[Key]) -> list[Execution]:
    return [row for row in rows if row.due is None or row.due >= begins or row.key in kept]


def _by_due(rows: list[Execution], undated: list[Execution] | None = None) -> Ordered:
    """By moment, then title; those without a moment at the end."""
    return Ordered(rows, _moments_due, titled=True, behind=undated)


def _moments_due(rows: list[Execution]) -> list[datetime]:
    return list(map(_due_of, rows))


def _newest_first(rows: list[Execution]) -> Ordered:
    """Closed work: the one touched last stands first; those of one moment stay as they came."""
    return Ordered(rows, _moments_closed, newest=True)


def _moments_closed(rows: list[Execution]) -> list[datetime]:
    return [row.touched or row.due or _NEVER for row in rows]


def standing(execution: Execution) -> tuple[object, ...]:
    """What decides an execution's place; while it stays equal, its line may be redrawn where it is."""
    if is_closed(execution):
        return (True, closed_at(execution), execution.due)
    phase = execution.status.phase
    return (False, execution.due, execution.title, phase is Phase.OPEN, phase is Phase.BROKEN)
