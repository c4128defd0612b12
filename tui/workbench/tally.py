"""Counting executions one by one, forwards and backwards, so that a change costs only the rows that changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.workbench.figures import STANDINGS, Count
from tui.workbench.slots import Slots, seconds_between

Rows = Mapping[Key, Execution]

_NEVER = datetime.min.replace(tzinfo=UTC)
_SIDES = (Phase.OPEN, Phase.ACTIVE, Phase.DONE)
"""Where late and not late are told apart."""

MOST_STANDINGS = 30
OTHERS = Status("?", Phase.UNKNOWN)
_KNOWN = 1_000


class Standings:
    """Numbers for the states, the documented ones first and always the same; shared by all tallies of a board."""

    def __init__(self) -> None:
        self.shown: list[Status] = list(STANDINGS)
        self.closed: list[bool] = [status.phase.closed for status in STANDINGS]
        self._numbers: dict[int, tuple[int, Status]] = {}

    def of(self, status: Status) -> int:
        """The number of ``status``."""
        # By identity: hashing a status costs more than all the rest, and a system has few of them. Each is kept,
        # so that its identity stays its own.
        known = self._numbers.get(id(status))
        return known[0] if known is not None else self._learn(status)

    def _learn(self, status: Status) -> int:
        raw = status.raw if status.phase is Phase.UNKNOWN else ""
        shown = Status(raw, status.phase, status.late and status.phase in _SIDES)
        if shown not in self.shown:
            # a server that makes up words without end must not make a board without end
            shown = shown if len(self.shown) < MOST_STANDINGS else OTHERS
        if shown not in self.shown:
            self.shown.append(shown)
            self.closed.append(shown.phase.closed)
        number = self.shown.index(shown)
        if len(self._numbers) < _KNOWN:
            self._numbers[id(status)] = (number, status)
        return number


class Moments:
    """Unfinished work by the minute (since ``start``) in which it is due. What is gone is told by ``alive``."""

    def __init__(self, start: datetime, alive: Callable[[Execution], bool]) -> None:
        self._start = start
        self._alive = alive
        self._rows: dict[int, list[Execution]] = {}
        self._counts: dict[int, int] = {}
        self._order: list[int] = []

    def count(self, row: Execution, minute: int, step: int) -> None:
        """One more (``step`` 1), or one less (-1) that is not alive any more."""
        rows = self._rows.get(minute)
        if rows is None:
            rows = self._rows[minute] = []
            self._counts[minute] = 0
            self._order = []
        number = self._counts[minute] = self._counts[minute] + step
        if step > 0:
            rows.append(row)
        elif len(rows) > 2 * number + 8:
            self._rows[minute] = list(self._living(minute))

    def before(self, now: datetime) -> int:
        """How many were due before ``now``."""
        minutes, present = self._minutes(), self._minute(now)
        end = bisect_left(minutes, present)
        count = sum(map(self._counts.__getitem__, minutes[:end]))
        return count + sum(1 for _ in self._past(present, now))

    def oldest(self, now: datetime, begin: datetime | None = None) -> Iterator[Execution]:
        """Those due before ``now`` (and in the minute of ``begin`` or later), oldest first."""
        minutes, present = self._minutes(), self._minute(now)
        start = 0 if begin is None else bisect_left(minutes, self._minute(begin))
        for minute in minutes[start : bisect_left(minutes, present)]:
            if self._counts[minute]:
                yield from sorted(self._living(minute), key=_by_moment)
        yield from sorted(self._past(present, now), key=_by_moment)

    def next(self, now: datetime) -> datetime | None:
        """The next moment at which something is due, at ``now`` or later."""
        minutes = self._minutes()
        for minute in minutes[bisect_left(minutes, self._minute(now)) :]:
            later = [row.due for row in self._living(minute) if row.due is not None and row.due >= now]
            if later:
                return min(later)
        return None

    def _minute(self, moment: datetime) -> int:
        return seconds_between(self._start, moment) // 60

    def _minutes(self) -> list[int]:
        if not self._order:
            self._order = sorted(self._rows)
        return self._order

    def _living(self, minute: int) -> Iterator[Execution]:
        seen: set[int] = set()
        for row in self._rows[minute]:
            if self._alive(row) and id(row) not in seen:
                seen.add(id(row))
                yield row

    def _past(self, present: int, now: datetime) -> Iterator[Execution]:
        """Those of the present minute that are late already."""
        if present in self._rows:
            yield from (row for row in self._living(present) if row.due is not None and row.due < now)


def _as_it_is(moment: datetime) -> datetime:
    return moment


def _by_moment(row: Execution) -> tuple[datetime, str, str]:
    return row.due or _NEVER, row.title, row.key.id


class Tally:
    """One period: how many stand how, what is due and done by slot, points. Steps of 1 and -1 are exact inverses.

    ``carried`` work was due before the period; it is counted apart.
    """

    def __init__(
        self, period: Period, zone: ZoneInfo, standings: Standings, alive: Callable[[Execution], bool]
    ) -> None:
        self.period = period
        self.slots = Slots(period, zone)
        self.moments = Moments(period.start, alive)
        self.standings = standings
        self.counts = [0] * (MOST_STANDINGS + 1)
        self.carried = [0] * (MOST_STANDINGS + 1)
        self.expected = [0] * len(self.slots)
        self.done = [0] * len(self.slots)
        self.points = 0.0
        self.max_points = 0.0
        self.walls: list[Callable[[datetime], datetime]] = [_as_it_is]
        """How moments are told: the first as they are, then those of profiles with a wall time of their own."""
        self.hung: dict[str, int] = {}

    def wall_of(self, row: Execution) -> int:
        """The number of the wall time of ``row``."""
        return self.hung.get(row.key.profile, 0)

    def hang(self, profile: str, wall: Callable[[datetime], datetime]) -> int:
        """The wall time of a profile; its number."""
        self.hung[profile] = len(self.walls)
        self.walls.append(wall)
        return self.hung[profile]

    def slot_of(self, row: Execution, wall: int) -> int:
        """Where ``row`` stands by the wall time ``wall``: -1 before the period, and without a moment."""
        if row.due is None:
            return -1
        return self.slots.at(seconds_between(self.period.start, self.walls[wall](row.due)))

    def count(self, row: Execution, kind: int, seconds: int | None, step: int) -> int:
        """A row due so many seconds after the period's beginning more (``step`` 1) or less (-1); its slot."""
        # what has no moment may be done until the end; what another wall time puts into this period stays in it
        slot = -1 if seconds is None else max(0, self.slots.at(seconds))
        self.counts[kind] += step
        self.expected[slot] += step
        if row.points is not None:
            self.points += step * row.points
        if row.max_points is not None:
            self.max_points += step * row.max_points
        if self.standings.closed[kind]:
            if row.status.phase is Phase.DONE:
                self.done[self._done_slot(row.touched, slot)] += step
        elif seconds is not None:
            self.moments.count(row, seconds // 60, step)
        return slot

    def carry(self, row: Execution, kind: int, seconds: int, step: int) -> None:
        """Unfinished work from before the period more or less."""
        self.carried[kind] += step
        self.moments.count(row, seconds // 60, step)

    def present(self, now: datetime, wall: int = 0) -> int:
        """The slot that holds ``now``: -1 before the period, the number of slots after it."""
        now = self.walls[wall](now)
        if now > self.period.end:
            return len(self.slots)
        return self.slots.at(seconds_between(self.period.start, now))

    def carried_now(self, now: datetime) -> list[int]:
        """The carried work that counts at ``now``: into a period that has not begun only what is late by now."""
        if all(self.period.start <= wall(now) for wall in self.walls):
            return self.carried
        counts = [0] * len(self.carried)
        for row in self.moments.oldest(now):
            counts[self.standings.of(row.status)] += 1
        return counts

    def shown(self, carried: list[int]) -> tuple[Count, ...]:
        """The counts in their order; beyond the documented ones only those that there are."""
        numbers = [own + more for own, more in zip(self.counts, carried, strict=True)]
        return tuple(
            Count(status, numbers[kind])
            for kind, status in enumerate(self.standings.shown)
            if kind < len(STANDINGS) or numbers[kind]
        )

    def _done_slot(self, touched: datetime | None, slot: int) -> int:
        """When it was finished, as far as is known: the last touch of something finished is its end."""
        return slot if touched is None else max(0, self.slots.at(seconds_between(self.period.start, touched)))
