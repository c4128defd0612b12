"""How a person wants the list put: by a column, in sections of their own, children under their parents.

Pure: no Textual. Everything here starts from the usual order (``list_order.arrange``), in which rows that are
equal in the chosen column stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from tui.i18n import _, say
from tui.model.execution import Execution, Group, Key
from tui.model.message import Message
from tui.model.plain import by_number
from tui.model.status import Phase
from tui.ui.widgets.list_find import Groups
from tui.ui.widgets.list_lazy import Keys
from tui.ui.widgets.list_lines import Name

Rows = tuple[Sequence[Execution], ...]
"""The rows of each section."""


class Column(StrEnum):
    """What a row can say, and what the list can be sorted by."""

    STATE = "state"
    DUE = "due"
    AGE = "age"
    TITLE = "title"
    PLACE = "place"
    PROGRESS = "progress"
    POINTS = "points"
    WHO = "who"
    TOUCHED = "touched"
    ID = "id"

    @property
    def word(self) -> str:
        """Its name in the current language."""
        return say(_WORDS[self])


_WORDS = {
    Column.STATE: Message("State"),
    Column.DUE: Message("Due"),
    Column.AGE: Message("Age"),
    Column.TITLE: Message("Title"),
    Column.PLACE: Message("Place"),
    Column.PROGRESS: Message("Steps done"),
    Column.POINTS: Message("Points"),
    Column.WHO: Message("Person"),
    Column.TOUCHED: Message("Last change"),
    Column.ID: Message("Number"),
}

SORTABLE = tuple(column for column in Column if column is not Column.AGE)
"""The age of a row is its moment seen from now: sorting by it would be sorting by the moment."""


class Sections(StrEnum):
    """What the rows of one section have in common."""

    URGENCY = "urgency"
    ASSIGNMENT = "assignment"
    NONE = "none"


class View(NamedTuple):
    """``column`` is ``None`` in the usual order: overdue oldest first, then by moment, closed newest first."""

    column: Column | None = None
    descending: bool = False
    sections: Sections = Sections.URGENCY

    def sorted_by(self, column: Column | None) -> View:
        """By ``column``; the same column once more turns the direction round."""
        turned = column is not None and column is self.column and not self.descending
        sections = self.sections
        if sections is not Sections.ASSIGNMENT:
            # Sections of urgency are an order of their own.
            sections = Sections.URGENCY if column is None else Sections.NONE
        return View(column, turned, sections)

    def sectioned(self, by_assignment: bool) -> View:
        """In sections by assignment, or as the order itself wants it."""
        usual = Sections.URGENCY if self.column is None else Sections.NONE
        return self._replace(sections=Sections.ASSIGNMENT if by_assignment else usual)

    def words(self, *, ascii_only: bool = False) -> str:
        """What differs from the usual order; "" where nothing does."""
        parts = []
        if self.column is not None:
            arrow = ("v" if self.descending else "^") if ascii_only else ("▼" if self.descending else "▲")
            parts.append(_("by {column} {arrow}", column=self.column.word, arrow=arrow))
        if self.sections is Sections.ASSIGNMENT:
            parts.append(_("grouped by assignment"))
        return (", " if ascii_only else " · ").join(parts)


class Put(NamedTuple):
    """The keys of each section, the sections' names, and how deep the rows stand that are under a parent."""

    groups: Groups
    names: tuple[Name, ...]
    depths: Mapping[Key, int]


_WORST_FIRST = {
    (phase, late): rank
    for rank, (phase, late) in enumerate(
        [
            (Phase.BROKEN, False),
            (Phase.ACTIVE, True),
            (Phase.OPEN, True),
            (Phase.OPEN, False),
            (Phase.ACTIVE, False),
            (Phase.WAITING, False),
            (Phase.UNKNOWN, False),
            (Phase.MISSED, False),
            (Phase.FAILED, False),
            (Phase.DENIED, False),
            (Phase.DONE, True),
            (Phase.DONE, False),
            (Phase.CANCELLED, False),
        ]
    )
}


_key_of, _title_of = attrgetter("key"), attrgetter("title")


def _rank(row: Execution) -> int:
    status = row.status
    return _WORST_FIRST.get((status.phase, status.late), _WORST_FIRST.get((status.phase, False), 6))


def _number(row: Execution) -> tuple[int, str]:
    """IDs that are numbers in the order of numbers: the shorter is the smaller."""
    return len(row.key.id), row.key.id


_RAW: dict[Column, Callable[[Execution], Any]] = {
    Column.STATE: attrgetter("status.raw", "status.late"),
    Column.PLACE: attrgetter("place"),
    Column.WHO: attrgetter("actor"),
}
"""What rows that stand together have in common, asked without any Python code."""

_COMPARED: dict[Column, Callable[[Execution], Any]] = {
    Column.DUE: attrgetter("due"),
    Column.AGE: attrgetter("due"),
    Column.PROGRESS: attrgetter("progress"),
    Column.POINTS: attrgetter("points"),
    Column.TOUCHED: attrgetter("touched"),
}
"""Moments and numbers, which are compared as they are."""

VALUES: dict[Column, Callable[[Execution], Any]] = {
    Column.STATE: _rank,
    Column.DUE: lambda row: row.due,
    Column.AGE: lambda row: row.due,
    Column.TITLE: lambda row: by_number(row.title.casefold()) or None,
    Column.PLACE: lambda row: row.place.casefold() or None,
    Column.PROGRESS: lambda row: row.progress,
    Column.POINTS: lambda row: row.points,
    Column.WHO: lambda row: row.actor.casefold() if row.actor else None,
    Column.TOUCHED: lambda row: row.touched,
    Column.ID: _number,
}
"""By what a column sorts; ``None`` stands last in both directions."""


def place_in(view: View, row: Execution) -> tuple[object, ...]:
    """What decides, beside the usual order, where ``row`` stands."""
    by = VALUES[view.column](row) if view.column is not None else None
    named = (row.assignment, row.place) if view.sections is Sections.ASSIGNMENT else None
    return by, named, row.parent


def put(usual: Rows, view: View, *, related: bool = True) -> Put:
    """The usual order as ``view`` wants it. ``related``: some row may have a parent."""
    groups, names = usual, tuple[Name, ...](Group)
    if view.column is not None or view.sections is not Sections.URGENCY:
        flat = list(chain.from_iterable(usual))
        if view.column is not None:
            flat = _sorted(flat, view.column, descending=view.descending)
        if view.sections is Sections.ASSIGNMENT:
            groups, names = _by_assignment(flat)
        else:
            groups, names = (flat,), ("",)
    if not related:
        return Put(tuple(map(Keys, groups)), names, {})
    depths: dict[Key, int] = {}
    return Put(tuple(_nest(group, depths) for group in groups), names, depths)


def _sorted(rows: list[Execution], column: Column, *, descending: bool) -> list[Execution]:
    """Stable, so that equal rows keep the usual order in both directions.

    Where many rows have the same value, only the values are sorted: a shift has few moments, states and people.
    """
    if column in _COMPARED:
        of = _COMPARED[column]
        last = [row for row in rows if of(row) is None]
        if last:
            rows = [row for row in rows if of(row) is not None]
        return sorted(rows, key=of, reverse=descending) + last
    if column in (Column.TITLE, Column.ID):
        return _by_name(rows, column, descending=descending)
    value_of = VALUES[column]
    same = _together(rows, _RAW[column])
    values = [value_of(members[0]) for members in same]
    if len(set(values)) < len(values):
        # Written differently, but the same to a person.
        same = _together(rows, value_of)
        values = [value_of(members[0]) for members in same]
    pairs = [pair for pair in zip(values, same, strict=True) if pair[0] is not None]
    pairs.sort(key=itemgetter(0), reverse=descending)
    unnamed = [members for value, members in zip(values, same, strict=True) if value is None]
    return list(chain.from_iterable([*(members for _value, members in pairs), *unnamed]))


def _together(rows: list[Execution], value_of: Callable[[Execution], Any]) -> list[list[Execution]]:
    """Rows of one value beside each other."""
    same: dict[Any, list[Execution]] = {}
    known = same.get
    for value, row in zip(map(value_of, rows), rows, strict=True):
        found = known(value)
        if found is None:
            same[value] = [row]
        else:
            found.append(row)
    return list(same.values())


def _by_name(rows: list[Execution], column: Column, *, descending: bool) -> list[Execution]:
    """By what differs from row to row: titles, those without one last, or IDs, as numbers where all are such."""
    if column is Column.TITLE:
        named, last = rows, list[Execution]()
        if not all(map(_title_of, rows)):
            named, last = [row for row in rows if row.title], [row for row in rows if not row.title]
        return sorted(named, key=lambda row: by_number(row.title.casefold()), reverse=descending) + last
    ids = [row.key.id for row in rows]
    if all(map(str.isdecimal, ids)) and all(map(str.isascii, ids)):
        return sorted(rows, key=lambda row: int(row.key.id), reverse=descending)
    return sorted(rows, key=VALUES[Column.ID], reverse=descending)


def _by_assignment(rows: list[Execution]) -> tuple[Rows, tuple[Name, ...]]:
    """One section for each assignment, in the order of their names, rows of none at the end."""
    sections: dict[str | None, list[Execution]] = {}
    for row in rows:
        sections.setdefault(row.assignment, []).append(row)
    last = sections.pop(None, [])
    named = [(members[0].place or f"#{name}", members) for name, members in sections.items()]
    named.sort(key=lambda pair: pair[0].casefold())
    if last:
        named.append((_("No assignment"), last))
    return tuple(members for _name, members in named), tuple(name for name, _members in named)


def _nest(rows: Sequence[Execution], depths: dict[Key, int]) -> list[Key]:
    """Children right under their parent, where both stand in the same section."""
    keys = list(map(_key_of, rows))
    here = set(keys)
    children: dict[Key, list[Key]] = {}
    for row in rows:
        above = row.key._replace(id=row.parent) if row.parent else None
        if above is not None and above != row.key and above in here:
            children.setdefault(above, []).append(row.key)
    if not children:
        return keys
    under = {child for members in children.values() for child in members}
    ordered: list[Key] = []
    waiting = [(key, 0) for key in reversed(keys) if key not in under]
    while waiting:
        key, depth = waiting.pop()
        ordered.append(key)
        if depth:
            depths[key] = depth
        waiting += [(child, depth + 1) for child in reversed(children.get(key, ()))]
    if len(ordered) < len(keys):
        # Somebody is their own ancestor: shown as they came, so that none is missing.
        seen = set(ordered)
        ordered += [key for key in keys if key not in seen]
    return ordered
