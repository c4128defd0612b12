"""Where headings and rows stand on the lines of the list. Pure: no Textual."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tui.model.execution import Group, Key
from tui.ui.widgets.list_find import Groups
from tui.ui.widgets.list_lazy import Joined

Name = Group | str
"""A section is called by its urgency, or as the server calls what its rows have in common."""


class Section(NamedTuple):
    """One part of the list: its heading stands on line ``y``, then come ``size`` rows from row ``first`` on."""

    name: Name
    first: int
    size: int
    y: int


class Place(NamedTuple):
    """What a line holds: the heading of ``section`` (``row`` is ``None``), or line ``part`` of a row."""

    section: Section
    row: int | None
    part: int = 0


class Lines:
    """Headings and rows when every row takes ``height`` lines. An empty section has no heading."""

    def __init__(
        self, groups: Groups = (), height: int = 1, names: Sequence[Name] = tuple(Group), *, headings: bool = True
    ) -> None:
        self.height = height
        self.sections: list[Section] = []
        self.keys: Sequence[Key] = Joined(groups)
        self._head = int(headings)
        first = y = 0
        for name, members in zip(names, groups, strict=False):
            if members:
                self.sections.append(Section(name, first, len(members), y))
                first += len(members)
                y += self._head + len(members) * height
        self._tops = [section.y for section in self.sections]
        self._firsts = [section.first for section in self.sections]
        self.total = y

    def at(self, y: int) -> Place | None:
        """What stands on line ``y``; ``None`` outside."""
        if not 0 <= y < self.total:
            return None
        section = self.sections[bisect_right(self._tops, y) - 1]
        if self._head and y == section.y:
            return Place(section, None)
        row, part = divmod(y - section.y - self._head, self.height)
        return Place(section, section.first + row, part)

    def y_of(self, row: int) -> int:
        """The first line of ``row``."""
        section = self.sections[bisect_right(self._firsts, row) - 1]
        return section.y + self._head + (row - section.first) * self.height

    def leads(self, row: int) -> bool:
        """Whether ``row`` stands right under a heading."""
        return bool(self._head) and self._firsts[bisect_right(self._firsts, row) - 1] == row

    def between(self, top: int, bottom: int) -> range:
        """The rows whose first line lies in ``top <= y < bottom``."""
        first = self.first_from(top)
        return range(first, max(first, self.first_from(bottom)))

    def first_from(self, y: int) -> int:
        """The first row that begins on line ``y`` or below."""
        place = bisect_right(self._tops, y) - 1
        if place < 0:
            return 0
        section = self.sections[place]
        return section.first + min(section.size, max(0, -(-(y - section.y - self._head) // self.height)))
