"""The heat strips of a board: one for each assignment, department or template, one cell for each slot."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from tui.model.execution import DUE_WITHIN_SECONDS, Execution
from tui.model.status import Phase, Status
from tui.workbench.figures import NAMES, Grouping, Heat, Strip
from tui.workbench.tally import Tally

_SHIFT, _WALL = 6, 16
_KIND, _COLUMN = (1 << _SHIFT) - 1, (1 << _WALL - _SHIFT) - 1
_SOON = timedelta(seconds=DUE_WITHIN_SECONDS)
CARRIED, UNDATED, SLOTS = 0, 1, 2
"""Columns: what comes from before the period, what has no moment, then the slots."""

_CLOSED = {
    Phase.DONE: Heat.DONE,
    Phase.DENIED: Heat.DENIED,
    Phase.FAILED: Heat.FAILED,
    Phase.MISSED: Heat.MISSED,
    Phase.CANCELLED: Heat.CANCELLED,
}


class Strips:
    """The groups of one tally by ``by``; each holds how many stand how in which column."""

    def __init__(self, tally: Tally, by: Grouping) -> None:
        self.by = by
        self._name = NAMES[by]
        self._tally = tally
        self._groups: dict[str, dict[int, int]] = {}
        self._names: list[str] = []

    def __len__(self) -> int:
        return len(self._groups)

    def count(self, row: Execution, kind: int, column: int, step: int, wall: int = 0) -> None:
        """One row more (``step`` 1) or less (-1) in ``column``, which is that of the wall time ``wall``."""
        name = self._name(row)
        cells = self._groups.get(name)
        if cells is None:
            cells = self._groups[name] = {}
            self._names = []
        code = wall << _WALL | column << _SHIFT | kind
        number = cells.get(code, 0) + step
        if number:
            cells[code] = number
            return
        cells.pop(code, None)
        if not cells:
            del self._groups[name]
            self._names = []

    def strips(self, now: datetime, first: int, most: int | None, *, worst_first: bool) -> list[Strip]:
        """The strips from ``first`` on, by name, or the worst first."""
        if not self._names:
            self._names = sorted(self._groups, key=lambda name: (name == "", name.casefold(), name))
        walls = range(len(self._tally.walls))
        present = [self._tally.present(now, wall) for wall in walls]
        late = self._late(present, now)
        end = None if most is None else first + most
        names = self._names if worst_first else self._names[first:end]
        found = [self._strip(name, present, now, [late[name, wall] for wall in walls]) for name in names]
        if worst_first:
            found.sort(key=lambda strip: (-strip.worst, -strip.overdue))
            return found[first:end]
        return found

    def _late(self, presents: list[int], now: datetime) -> Counter[tuple[str, int]]:
        """The late ones that cannot be told by their slot: of the present one, or of all before the period.

        By name and wall time.
        """
        tally, starts = self._tally, self._tally.slots.starts
        here = [present < len(starts) for present in presents]
        if not any(here):
            return Counter()
        # How long ago the present slot began, by the wall time in which that was the longest.
        ago = [
            wall(now) - starts[present]
            for wall, present in zip(tally.walls, presents, strict=True)
            if 0 <= present < len(starts)
        ]
        begin = now - max(ago) if ago and min(presents) >= 0 else None
        late: Counter[tuple[str, int]] = Counter()
        for row in tally.moments.oldest(now, begin):
            wall = tally.wall_of(row)
            if here[wall] and (not wall or tally.slot_of(row, wall) == presents[wall]):
                late[self._name(row), wall] += 1
        return late

    def _strip(self, name: str, presents: list[int], now: datetime, lates: list[int]) -> Strip:
        starts, standings = self._tally.slots.starts, self._tally.standings
        heats = [Heat.NONE] * (len(starts) + SLOTS)
        total, closed, overdue = 0, 0, sum(lates)
        soon_until = [wall(now) + _SOON for wall in self._tally.walls]
        for code, number in self._groups[name].items():
            wall, column, kind = code >> _WALL, code >> _SHIFT & _COLUMN, code & _KIND
            slot, present, late = column - SLOTS, presents[wall], lates[wall]
            if standings.closed[kind]:
                closed += number
                heat = _closed_heat(standings.shown[kind])
            elif column == CARRIED:
                if present < 0:
                    # only what is late already is carried into a period that has not begun
                    continue
                overdue += number
                heat = Heat.OVERDUE
            elif column >= SLOTS and slot < present:
                overdue += number
                heat = Heat.OVERDUE
            elif slot == present and late:
                heat = Heat.OVERDUE
            else:
                soon = column == UNDATED or starts[slot] <= soon_until[wall]
                heat = _open_heat(standings.shown[kind].phase, soon=soon)
            total += number
            heats[column] = max(heats[column], heat)
        for present, late in zip(presents, lates, strict=True):
            if present < 0 and late:
                total += late
                heats[CARRIED] = Heat.OVERDUE
        return Strip(
            name=name,
            cells=tuple(heats[SLOTS:]),
            before=max(heats[:SLOTS]),
            total=total,
            closed=closed,
            overdue=overdue,
        )


def _closed_heat(status: Status) -> Heat:
    return Heat.DONE_LATE if status.phase is Phase.DONE and status.late else _CLOSED[status.phase]


def _open_heat(phase: Phase, *, soon: bool) -> Heat:
    if phase is Phase.UNKNOWN:
        return Heat.UNKNOWN
    if phase is Phase.BROKEN:
        return Heat.FAILED
    return Heat.DUE if soon or phase is Phase.ACTIVE else Heat.LATER
