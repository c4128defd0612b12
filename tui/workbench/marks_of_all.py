"""What people noted about the records of several profiles: each note stays with the owner of its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tui.model.execution import Execution, Key
from tui.workbench.combined import Member
from tui.workbench.marks import Mark, Marks
from tui.workbench.workbench import Workbench


class MarksOfAll:
    """The marks of several owners: each record is noted where its own profile's board sees it too."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._marks: dict[str, tuple[Workbench, Marks]] = {}

    def active(self, now: datetime) -> Mapping[Key, Mark]:
        """All that hold."""
        return {key: mark for marks in self._all().values() for key, mark in marks.active(now).items()}

    def acknowledge(self, keys: Iterable[Key], who: str) -> None:
        """Somebody knows of these."""
        for marks, own in self._sorted(keys):
            marks.acknowledge(own, who)

    def shelve(self, keys: Iterable[Key], who: str, until: datetime, reason: str = "") -> None:
        """Do not show these before ``until``."""
        for marks, own in self._sorted(keys):
            marks.shelve(own, who, until, reason)

    def clear(self, keys: Iterable[Key]) -> None:
        """Forget what was noted about these."""
        for marks, own in self._sorted(keys):
            marks.clear(own)

    def settle(self, rows: Mapping[Key, Execution]) -> None:
        """Forget what is over."""
        for marks in self._all().values():
            marks.settle(rows)

    def _sorted(self, keys: Iterable[Key]) -> list[tuple[Marks, list[Key]]]:
        found: dict[str, list[Key]] = {}
        for key in keys:
            found.setdefault(key.profile, []).append(key)
        marks = self._all()
        return [(marks[name], own) for name, own in found.items() if name in marks]

    def _all(self) -> dict[str, Marks]:
        for one in self._members:
            bench = one.bench
            if bench is not None and (one.name not in self._marks or self._marks[one.name][0] is not bench):
                self._marks[one.name] = bench, Marks(bench.journal, bench.desk.owner, bench.clock)
        return {name: marks for name, (_bench, marks) in self._marks.items()}
