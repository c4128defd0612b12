"""Which executions stand in the list and in what order. Pure: no Textual, and no clock of its own.

Order: overdue oldest first, due and later by their moment, closed newest first.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import compress
from operator import attrgetter
from typing import NamedTuple

from tui.i18n import say
from tui.model.execution import DUE_WITHIN_SECONDS, Execution, Group, Key
from tui.model.status import Phase

# A tuple is asked by identity first; a set would run Enum's Python-level hash for every row.
_CLOSED = tuple(phase for phase in Phase if phase.closed)
_SOON = timedelta(seconds=DUE_WITHIN_SECONDS)
_GRAIN = timedelta(microseconds=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
_by_title = attrgetter("title")
_by_touched = attrgetter("touched")
MOST_BY_TITLE = 1_000
"""Rows of a group up to which those of one moment are put in order by their titles."""

Groups = tuple[list[Key], ...]
"""The keys of each group, indexed by :class:`Group`."""


class Order(NamedTuple):
    """``groups`` as shown; after ``until`` time alone moves a row to another group."""

    groups: Groups
    until: datetime | None


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
    # Asked for identity before anything else: comparing the words of phases would cost more than the rest.
    soon, open_phase, active = now + _SOON, Phase.OPEN, Phase.ACTIVE
    for row in rows:
        phase, moment = row.status.phase, row.due
        if phase is not open_phase and phase is not active and phase in _CLOSED:
            closed.append(row)
        elif moment is None:
            undated.append(row)
        elif moment < now:
            overdue.append(row)
        elif moment <= soon or phase is not open_phase:
            due.append(row)
        else:
            later.append(row)
    if begins is not None:
        closed = [row for row in closed if row.due is None or row.due >= begins or row.key in kept]
    overdue, due, later = _by_moment(overdue), _by_moment(due), _by_moment(later)
    undated.sort(key=_by_title)
    _newest_first(closed)
    moments = [row.due for row in due[:1] if row.due] + [row.due - _SOON - _GRAIN for row in later[:1] if row.due]
    if begins is not None and begins > now:
        due = [row for row in due if row.due is None or row.due >= begins or row.key in kept]
        later = [row for row in later if row.due is None or row.due >= begins or row.key in kept]
    groups = (overdue, due + undated, later, closed)
    return Order(tuple([row.key for row in group] for group in groups), min(moments, default=None))


def _newest_first(rows: list[Execution]) -> None:
    """Closed work: the one touched last stands first."""
    try:
        # Mostly every row has been touched, and then no Python code runs for each of them.
        rows.sort(key=_by_touched, reverse=True)
    except TypeError:
        rows.sort(key=closed_at, reverse=True)


def _by_moment(rows: list[Execution]) -> list[Execution]:
    """Sorted by moment, then title. Lists have far fewer moments than rows, so only the moments are sorted.

    Where there are thousands, nobody reads the rows of one moment by their titles: they stay as they came.
    """
    titled = len(rows) <= MOST_BY_TITLE
    at: dict[datetime | None, list[Execution]] = {}
    for row in rows:
        due = row.due
        if due in at:
            at[due].append(row)
        else:
            at[due] = [row]
    ordered: list[Execution] = []
    for due in sorted(at):  # type: ignore[type-var]  # no row here is without a moment
        group = at[due]
        if titled and len(group) > 1:
            group.sort(key=_by_title)
        ordered += group
    return ordered


def standing(execution: Execution) -> tuple[object, ...]:
    """What decides an execution's place; while it stays equal, its line may be redrawn where it is."""
    if is_closed(execution):
        return (True, closed_at(execution), execution.due)
    return (False, execution.due, execution.title, execution.status.phase is Phase.OPEN)


class Finder:
    """Finds executions whose ID, title, place or status word holds every token of a text.

    The folded text of a row is made once, at the first search, and again only after :meth:`forget`.
    """

    def __init__(self) -> None:
        self._texts: dict[Key, str] = {}
        self._words: dict[tuple[str, bool, int], str] = {}
        self._found: list[tuple[list[str], list[Key]]] = []

    def forget(self, keys: Iterable[Key] | None = None) -> None:
        """The rows of ``keys`` (all: ``None``) have changed."""
        if keys is None:
            self._texts.clear()
            self._words.clear()
            return
        for key in keys:
            self._texts.pop(key, None)

    def match(self, execution: Execution, tokens: Sequence[str]) -> bool:
        """Whether every token of ``tokens`` (folded) occurs in ``execution``."""
        text = self._text(execution)
        return all(token in text for token in tokens)

    def search(self, groups: Groups, rows: Mapping[Key, Execution], tokens: Sequence[str]) -> Groups:
        """``groups`` without the rows that do not match."""
        if not tokens:
            return groups
        known = self._texts.get
        self._found = [([known(key) or self._text(rows[key]) for key in group], group) for group in groups]
        return self.refine(tokens)

    def refine(self, tokens: Sequence[str]) -> Groups:
        """Only what the last search found and what matches ``tokens`` too; one token after the other."""
        for token in tokens:
            for n, (texts, keys) in enumerate(self._found):
                hits = [token in text for text in texts]
                self._found[n] = list(compress(texts, hits)), list(compress(keys, hits))
        return tuple(keys for _texts, keys in self._found)

    def _text(self, execution: Execution) -> str:
        text = self._texts.get(execution.key)
        if text is None:
            status = execution.status
            kind = (status.raw, status.late, id(status.phase))  # hashing the enum itself would run Python code
            word = self._words.get(kind)
            if word is None:
                word = self._words[kind] = say(status.word)
            text = f"{execution.key.id}\n{execution.title}\n{execution.place}\n{word}".casefold()
            self._texts[execution.key] = text
        return text


def tokens_of(text: str) -> tuple[str, ...]:
    """The words of a filter text, folded as the rows are."""
    return tuple(text.casefold().split())


class Section(NamedTuple):
    """One group on the screen: its heading stands on line ``y``, then come ``size`` rows from row ``first`` on."""

    group: Group
    first: int
    size: int
    y: int


class Place(NamedTuple):
    """What a line holds: the heading of ``section`` (``row`` is ``None``), or line ``part`` of a row."""

    section: Section
    row: int | None
    part: int = 0


class Lines:
    """Where headings and rows stand when every row takes ``height`` lines. Empty groups have no heading."""

    def __init__(self, groups: Groups = ((), (), (), ()), height: int = 1) -> None:  # type: ignore[assignment]
        self.height = height
        self.sections: list[Section] = []
        self.keys: list[Key] = []
        y = 0
        for group in Group:
            members = groups[group]
            if members:
                self.sections.append(Section(group, len(self.keys), len(members), y))
                self.keys.extend(members)
                y += 1 + len(members) * height
        self.total = y

    def at(self, y: int) -> Place | None:
        """What stands on line ``y``; ``None`` outside."""
        if not 0 <= y < self.total:
            return None
        section = next(section for section in reversed(self.sections) if section.y <= y)
        if y == section.y:
            return Place(section, None)
        row, part = divmod(y - section.y - 1, self.height)
        return Place(section, section.first + row, part)

    def y_of(self, row: int) -> int:
        """The first line of ``row``."""
        section = next(section for section in reversed(self.sections) if section.first <= row)
        return section.y + 1 + (row - section.first) * self.height

    def between(self, top: int, bottom: int) -> range:
        """The rows whose first line lies in ``top <= y < bottom``."""
        first = self.first_from(top)
        return range(first, max(first, self.first_from(bottom)))

    def first_from(self, y: int) -> int:
        """The first row that begins on line ``y`` or below."""
        for section in self.sections:
            if y <= section.y + 1 + (section.size - 1) * self.height:
                return section.first + max(0, -(-(y - section.y - 1) // self.height))
        return len(self.keys)
