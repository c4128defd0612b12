"""The board over a list: fed with its changes, asked for figures. No screen, no clock of its own.

A change costs what changed; a new list of any length is counted in slices, so that keys are served in between.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import accumulate, islice
from zoneinfo import ZoneInfo

from tui.model.execution import DUE_WITHIN_SECONDS, Execution, Key
from tui.model.period import LOOK_BACK, Period
from tui.model.plain import by_number
from tui.model.status import Phase
from tui.model.turns import Turns
from tui.workbench.changes import Changes
from tui.workbench.figures import STANDINGS, Count, Figures, Grouping, Overdue, Strip
from tui.workbench.heat import CARRIED, SLOTS, UNDATED, Strips
from tui.workbench.marks import Mark, MarkKind
from tui.workbench.slots import seconds_between
from tui.workbench.tally import Rows, Standings, Tally
from tui.workbench.wall_time import WallTime

AT_ONCE = 2_000
"""Changed rows that are counted in one go; of more, everything is counted anew, in parts."""

PART = 100

_SOON = timedelta(seconds=DUE_WITHIN_SECONDS)
_STANDS_STILL = (Phase.BROKEN, Phase.WAITING)
_NO_MARKS: Mapping[Key, Mark] = {}

WallTimes = Callable[[str], WallTime | None]
"""The wall time of a profile; ``None``: that of the board."""


def _as_here(_profile: str) -> None:
    """One zone for all."""


class _Books:
    """Everything counted over one list: the period, the one before it, and the strips."""

    def __init__(self, board: Board, period: Period, by: Grouping) -> None:
        self.standings = board.standings
        self.period = period
        self.tally = Tally(period, board.zone, self.standings, board.alive)
        earlier = previous_period(period, board.zone)
        held = period.start - LOOK_BACK <= earlier.start
        self.earlier = Tally(earlier, board.zone, self.standings, board.alive) if held else None
        self.strips = Strips(self.tally, by)
        self.profiles = Strips(self.tally, Grouping.PROFILE) if board.several else None
        self._several = board.several
        self._wall_time = board.wall_time
        self._walls: dict[str, int] = {}
        """Which wall time a profile has, by its number in the tally; 0: that of the board."""
        self.needing: dict[Key, Execution] = {}
        """Work without a moment that stands still until somebody looks at it."""

    def count(self, row: Execution, step: int) -> None:
        """One row more (``step`` 1) or less (-1). What is due after the period does not belong here."""
        period, kind, due = self.period, self.standings.of(row.status), row.due
        if self._several and due is not None and (wall := self._wall_of(row.key.profile)):
            self._count_elsewhere(row, due, kind, wall, step)
            return
        if due is None:
            self.tally.count(row, kind, None, step)
            if row.status.phase in _STANDS_STILL:
                if step > 0:
                    self.needing[row.key] = row
                elif self.needing.get(row.key) is row:
                    del self.needing[row.key]
            self._strip(row, kind, UNDATED, step)
            return
        seconds = seconds_between(period.start, due)
        if seconds >= 0:
            if due <= period.end:
                slot = self.tally.count(row, kind, seconds, step)
                self._strip(row, kind, slot + SLOTS, step)
            return
        if not self.standings.closed[kind]:
            self.tally.carry(row, kind, seconds, step)
            self._strip(row, kind, CARRIED, step)
        earlier = self.earlier
        if earlier is not None and earlier.period.start <= due <= earlier.period.end:
            earlier.count(row, kind, seconds_between(earlier.period.start, due), step)

    def _count_elsewhere(self, row: Execution, due: datetime, kind: int, wall: int, step: int) -> None:
        """A row of a profile with a wall time of its own: that tells its day, and its hour on the strip.

        How late it is, and when it was done, is the same moment everywhere.
        """
        period, tally, earlier = self.period, self.tally, self.earlier
        told = tally.walls[wall](due)
        seconds = seconds_between(period.start, due)
        if told >= period.start:
            if told <= period.end:
                tally.count(row, kind, seconds, step)
                slot = tally.slots.at(seconds_between(period.start, told))
                self._strip(row, kind, slot + SLOTS, step, wall)
            return
        if not self.standings.closed[kind]:
            tally.carry(row, kind, seconds, step)
            self._strip(row, kind, CARRIED, step, wall)
        if earlier is not None and earlier.period.start <= told <= earlier.period.end:
            earlier.count(row, kind, seconds_between(earlier.period.start, due), step)

    def _wall_of(self, profile: str) -> int:
        number = self._walls.get(profile)
        if number is None:
            wall = self._wall_time(profile)
            number = self._walls[profile] = 0 if wall is None else self.tally.hang(profile, wall)
        return number

    def _strip(self, row: Execution, kind: int, column: int, step: int, wall: int = 0) -> None:
        self.strips.count(row, kind, column, step, wall)
        if self.profiles is not None:
            self.profiles.count(row, kind, column, step, wall)


class Board:
    """Counts one list after another. One task feeds it; figures may be asked for at any time between.

    ``several``: the rows are those of several profiles, and each of them is counted by itself too. ``wall_time``
    says how the moments of a profile are told, where that is not as in ``zone``; asked anew with each new list.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        by: Grouping = Grouping.ASSIGNMENT,
        *,
        several: bool = False,
        wall_time: WallTimes = _as_here,
    ) -> None:
        self.zone = zone
        self.wall_time = wall_time
        self.by = by
        self.several = several
        self.standings = Standings()
        self._rows: Rows = {}
        self._books: _Books | None = None
        self._told: datetime | None = None
        self._returned: dict[Key, Execution] = {}

    @property
    def ready(self) -> bool:
        """Whether a list was counted to its end."""
        return self._books is not None

    @property
    def groups(self) -> int:
        """How many strips there are."""
        return len(self._books.strips) if self._books is not None else 0

    def alive(self, row: Execution) -> bool:
        """Whether ``row`` is the present state of its execution."""
        return self._rows.get(row.key) is row

    async def take(self, changes: Changes) -> None:
        """Count what ``changes`` says; every item of a watch must be handed in, in order."""
        books = self._books
        touched = len(changes.added) + len(changes.changed) + len(changes.removed)
        if books is None or changes.fresh or changes.period != books.period or touched > AT_ONCE:
            fresh = books is None or changes.fresh or changes.period != books.period
            made = await self._count_all(changes.rows, changes.period)
            if not fresh:
                self._note_returned(changes)
            else:
                self._told = None
                self._returned.clear()
            self._rows, self._books = changes.rows, made
            return
        if not touched:
            return
        self._note_returned(changes)
        before, self._rows = self._rows, changes.rows
        for key in (*changes.removed, *changes.changed):
            if (old := before.get(key)) is not None:
                books.count(old, -1)
        for key in (*changes.added, *changes.changed):
            if (new := changes.rows.get(key)) is not None:
                books.count(new, 1)

    async def group_by(self, by: Grouping) -> None:
        """Strips of another kind."""
        self.by = by
        while self._books is not None and self._books.strips.by is not by:
            rows = self._rows
            made = await self._count_all(rows, self._books.period)
            if rows is self._rows:
                self._books = made

    def figures(self, now: datetime, *, marks: Mapping[Key, Mark] = _NO_MARKS, most: int = 100) -> Figures:
        """The board at ``now``, with at most ``most`` overdue rows named. Needs ``ready``."""
        books = self._ready()
        return self._figures(books.tally, now, marks, most, books.needing.values())

    def before(self, now: datetime) -> Figures | None:
        """The period before as it ended; ``None`` where the list's look-back does not hold it."""
        earlier = self._ready().earlier
        return None if earlier is None else self._figures(earlier, min(now, earlier.period.end), _NO_MARKS, 0)

    def strips(
        self, now: datetime, *, first: int = 0, most: int | None = None, worst_first: bool = False
    ) -> list[Strip]:
        """Strips from ``first`` on, in the order of their names; only those asked for are made."""
        return self._ready().strips.strips(now, first, most, worst_first=worst_first)

    def profiles(self, now: datetime) -> dict[str, Strip]:
        """Each profile that has rows, by name; nothing unless there are ``several``."""
        found = self._books.profiles if self._books is not None else None
        return (
            {} if found is None else {strip.name: strip for strip in found.strips(now, 0, None, worst_first=False)}
        )

    def newly_overdue(self, now: datetime) -> tuple[Execution, ...]:
        """What became late since the last call: by time, or by being opened again. Nothing at the first call."""
        moments = self._ready().tally.moments
        told, self._told = self._told, now
        returned = [row for row in self._returned.values() if self.alive(row)]
        if told is None:
            self._returned.clear()
            return ()
        self._returned = {row.key: row for row in returned if row.due is not None and row.due >= now}
        late = [row for row in returned if row.due is not None and row.due < min(now, told)]
        late += [row for row in moments.oldest(now, told) if row.due is not None and row.due >= told]
        return tuple(late)

    def next_moment(self, now: datetime) -> datetime | None:
        """When the figures change without a change of the list: the next moment at which something is due."""
        return self._ready().tally.moments.next(now)

    # -- inside -----------------------------------------------------------------------------------------

    def _ready(self) -> _Books:
        if self._books is None:
            raise RuntimeError("no list was counted yet")
        return self._books

    async def _count_all(self, rows: Rows, period: Period) -> _Books:
        while True:
            books = _Books(self, period, self.by)
            waiting, turns = iter(rows.values()), Turns()
            while part := list(islice(waiting, PART)):
                for row in part:
                    books.count(row, 1)
                if turns.due:
                    await turns.give()
            if books.strips.by is self.by:
                return books

    def _note_returned(self, changes: Changes) -> None:
        """Unfinished work that was not on the list, or was closed: a bell that only hears time would miss it."""
        for key in (*changes.added, *changes.changed):
            row, old = changes.rows.get(key), self._rows.get(key)
            if row is None or row.due is None or row.status.phase.closed:
                continue
            if old is None or old.status.phase.closed or old.due is None or old.due > row.due:
                self._returned[key] = row

    def _figures(
        self,
        tally: Tally,
        now: datetime,
        marks: Mapping[Key, Mark],
        most: int,
        still: Collection[Execution] = (),
    ) -> Figures:
        carried = tally.carried_now(now)
        counts = _in_place(tally.shown(carried))
        moments = tally.moments
        late = moments.before(now)
        overdue, shelved = _listed(moments.oldest(now), now, marks, most)
        first = nsmallest(most + len(marks), still, key=_worst_first)
        needing, put_off = _listed(first, now, marks, most)
        return Figures(
            period=tally.period,
            now=now,
            counts=counts,
            total=sum(count.number for count in counts),
            closed=sum(count.number for count in counts if count.status.phase.closed),
            carried=sum(carried),
            due_soon=moments.before(now + _SOON) - late,
            overdue_count=late,
            overdue=overdue,
            needing_count=len(still),
            needing=needing,
            shelved=(*shelved, *put_off)[:most],
            points=round(tally.points, 6),
            max_points=round(tally.max_points, 6),
            slots=tally.slots.starts,
            present=tally.present(now),
            done=tuple(accumulate(tally.done)),
            expected=tuple(accumulate(tally.expected)),
        )


def _worst_first(row: Execution) -> tuple[bool, str, str]:
    return row.status.phase is not Phase.BROKEN, by_number(row.title), row.key.id


def _in_place(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    """The documented states first, as they come; then the others, always in the same order."""
    phases = list(Phase)
    others = sorted(counts[len(STANDINGS) :], key=lambda one: (phases.index(one.status.phase), one.status.raw))
    return (*counts[: len(STANDINGS)], *others)


def _listed(
    rows: Iterable[Execution], now: datetime, marks: Mapping[Key, Mark], most: int
) -> tuple[tuple[Overdue, ...], tuple[Overdue, ...]]:
    """The first ``most`` of the late ones, and of those that are shelved."""
    shown: list[Overdue] = []
    shelved: list[Overdue] = []
    missing = sum(mark.kind is MarkKind.SHELVED for mark in marks.values())
    for row in rows:
        if len(shown) >= most and not missing:
            break
        mark = marks.get(row.key)
        item = Overdue(row, now - (row.due or now), mark)
        if mark is not None and mark.kind is MarkKind.SHELVED:
            missing -= 1
            if len(shelved) < most:
                shelved.append(item)
        elif len(shown) < most:
            shown.append(item)
    return tuple(shown), tuple(shelved)


def previous_period(period: Period, zone: ZoneInfo) -> Period:
    """As many calendar days, right before: what the figures are compared with."""
    first, last = period.days(zone)
    return period.shifted(-((last - first).days + 1), zone)


async def board_of(rows: Rows, period: Period, zone: ZoneInfo, by: Grouping = Grouping.ASSIGNMENT) -> Board:
    """A board over rows that do not change, as for a report."""
    board = Board(zone, by)
    await board.take(Changes(rows=rows, added=frozenset(rows), fresh=True, period=period))
    return board
