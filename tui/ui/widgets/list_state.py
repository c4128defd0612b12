"""The state behind the list: rows, selection by key, filter, marks, and changes that are held back.

Pure: no Textual, no clock. ``now`` is aware UTC; ``tick`` is any clock in seconds that only runs forward.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from tui.model.execution import Execution, Group, Key
from tui.model.period import Period
from tui.ui.widgets.list_choice import Choice
from tui.ui.widgets.list_find import Finder, Groups, tokens_of
from tui.ui.widgets.list_lines import Lines
from tui.ui.widgets.list_order import Order, arrange, group_in, is_closed, leaves_at, standing
from tui.ui.widgets.list_view import Put, Sections, View, place_in, put

HOLD_SECONDS = 5.0
"""Nothing moves for this long after a key so that a row is still there when the hand arrives."""
FLASH_SECONDS = 2.0
"""An added or changed row stands out for this long; the mark of the unseen stays."""

_place_of = attrgetter("status", "due", "title", "touched", "parent")
_USUAL = View()


class Counts(NamedTuple):
    """How many rows there are. ``shown`` is what the filter leaves; the other figures know no filter."""

    groups: dict[Group, int]
    shown: int

    @property
    def total(self) -> int:
        """In all groups."""
        return sum(self.groups.values())


class ListState:
    """See the module. ``cursor`` counts shown rows; the record under it is ``selected``."""

    def __init__(self) -> None:
        self._rows: Mapping[Key, Execution] = {}
        self._lent = False
        self.lines = Lines()
        self.cursor: int | None = None
        self.gone: set[Key] = set()
        """Rows that leave the list when nobody needs their line any more."""
        self.lost: set[Key] = set()
        """Those of them that the server no longer has; the others are only shown elsewhere."""
        self._let_go: set[Key] = set()
        """Rows that the person sent away: they do not stay under the cursor when they are gone."""
        self.held: set[Key] = set()
        self.unseen: set[Key] = set()
        self.flash: dict[Key, float] = {}
        self.unsent: frozenset[Key] = frozenset()
        self.waiting: frozenset[Key] = frozenset()
        self.noted: frozenset[Key] = frozenset()
        self.busy: Mapping[Key, str] = {}
        self.choice = Choice()
        self.view = View()
        self.text = ""
        self._tokens: tuple[str, ...] = ()
        self._order = Order()
        self._put = Put(([], [], [], []), tuple(Group), {})
        self._renewed = False
        self._hits: Groups = self._put.groups
        self._finder = Finder()
        self._kept: set[Key] = set()
        self._begins: datetime | None = None
        self._selected: Key | None = None
        self._touched = float("-inf")
        self._counts: Counts | None = None
        self._counted: tuple[dict[Group, int], datetime | None] | None = None
        """How many rows there were, and until when, if time went on while they may not move; else as shown."""
        self._counted_at: datetime | None = None
        self._drift: Counter[Group] = Counter()
        """By how much that has changed since, which is right until ``_drift_until``."""
        self._drift_until: datetime | None = None
        self._now: datetime | None = None

    @property
    def rows(self) -> Mapping[Key, Execution]:
        """Every row there is, shown or not."""
        return self._rows

    def _own_rows(self) -> dict[Key, Execution]:
        """Rows to be changed: of those that were handed over, and belong to somebody else, a copy."""
        if self._lent:
            self._rows, self._lent = dict(self._rows), False
        return self._rows  # type: ignore[return-value]  # a dict of our own

    @property
    def selected(self) -> Key | None:
        """The key under the cursor; ``None`` when the cursor stands on no shown row."""
        return self._selected if self.cursor is not None else None

    def touch(self, tick: float) -> None:
        """Somebody is at the keys: nothing moves for a while."""
        self._touched = tick

    def busy_for(self, tick: float) -> float:
        """The seconds for which changes are still held; 0 when they may be applied."""
        return max(0.0, self._touched + HOLD_SECONDS - tick)

    def load(self, rows: Mapping[Key, Execution], period: Period, now: datetime) -> None:
        """Begin anew with ``rows``: no marks, nothing held; the selection stays if its record is still there."""
        self._rows, self._lent = rows, True
        self._begins = period.start
        for marks in (self.gone, self.lost, self.held, self.unseen, self._kept, self._let_go):
            marks.clear()
        # Not as a difference of sets: that would look at every row, and few are chosen.
        self.choice.drop([key for key in self.choice.keys if key not in rows])
        self.flash.clear()
        self._finder.forget()
        self._arrange(now, pin=False)
        if self.cursor is None:
            self.select_row(0)

    def apply(
        self,
        rows: Mapping[Key, Execution],
        added: Collection[Key],
        changed: Collection[Key],
        removed: Collection[Key],
        now: datetime,
        tick: float,
    ) -> bool:
        """Take over what changed. True: lines moved. False: only the rows named may look different."""
        if not self._rows:
            return self._begin(rows, now)
        gone = {key for key in removed if key in self._rows}
        moved = set(gone)
        seen = self._renew(rows, (*added, *changed), moved)
        if seen:
            self.flash |= dict.fromkeys(seen, tick + FLASH_SECONDS)
            self.unseen.update(seen)
            if self.selected is not None:
                self.unseen.discard(self.selected)
            self._finder.forget(seen)
        for key in gone - self.gone:
            self._drifts(self._rows[key], -1)
        self.gone |= gone
        self.lost = (self.lost | {key for key in gone if key not in rows}) & self.gone
        self._counts, self._now = None, now
        if not moved:
            return False
        self.held |= moved
        return self.settle(now, tick)

    def _begin(self, rows: Mapping[Key, Execution], now: datetime) -> bool:
        """The first rows there are: nothing is shown that could move away under the cursor."""
        self._rows, self._lent = rows, True
        self._finder.forget()
        self._arrange(now, pin=False)
        if self.cursor is None and not self.text:
            self.select_row(0)
        return bool(rows)

    def _renew(self, rows: Mapping[Key, Execution], keys: Collection[Key], moved: set[Key]) -> list[Key]:
        """Take over ``rows``; returns those of ``keys`` that are new or changed, of which ``moved`` gets some."""
        known, fresh, gone = self._rows.get, rows.get, self.gone
        usual = self.view == _USUAL and not self._tokens
        seen: list[Key] = []
        for key in keys:
            new, old = fresh(key), known(key)
            if new is None:
                continue
            known_as = old if key not in gone else None
            if new == known_as:
                continue  # a new watcher is told everything, also what was known
            if old is None or (not (usual and _place_of(old) == _place_of(new)) and self._moves(old, new)):
                moved.add(key)
            if known_as is not None and key in moved:
                self._drifts(known_as, -1)
            if old is not None and new.status is not old.status and is_closed(new) and not is_closed(old):
                self._kept.add(key)
            if known_as is None or key in moved:
                self._drifts(new, 1)
            seen.append(key)
        gone.difference_update(seen)
        staying = {key: row for key in (*moved, *gone) if key not in rows and (row := known(key)) is not None}
        if staying:
            self._rows, self._lent = {**rows, **staying}, False
        else:
            self._rows, self._lent = rows, True
        self._renewed = self._renewed or bool(seen)
        return seen

    def release(self) -> None:
        """What comes next was asked for by the person: it is not held."""
        self._touched = float("-inf")

    def let_go(self, keys: Iterable[Key]) -> None:
        """The person sent these away: when they are gone the cursor does not hold them."""
        self._let_go.update(keys)
        self.held |= self._let_go & self.gone

    @property
    def stays(self) -> bool:
        """Whether the row under the cursor is gone, and stands there only because the cursor does."""
        return self.selected in self.gone

    def settle(self, now: datetime, tick: float) -> bool:
        """Apply what was held, and what time alone has moved, unless somebody is at the keys."""
        due = self._order.until is not None and now > self._order.until
        if not (self.held or due) or self.busy_for(tick) > 0:
            return False
        before, stood = (self.lines.keys, self.lines.sections), self.cursor
        self._arrange(now, pin=self.cursor is not None)
        if self.cursor is None and self._selected not in self.rows and (not self.text or stood is not None):
            self.select_row(stood or 0)
        return before != (self.lines.keys, self.lines.sections)

    def fade(self, tick: float) -> set[Key]:
        """Forget the marks that are over; returns whose."""
        over = {key for key, until in self.flash.items() if until <= tick}
        for key in over:
            del self.flash[key]
        return over

    def find(self, text: str) -> None:
        """Show only the rows that match ``text``; a text that grew searches what was found before."""
        before = self._tokens
        grown = bool(before) and text.startswith(self.text) and '"' not in text
        self.text, self._tokens = text, tokens_of(text)
        if self._tokens == before:
            return
        if grown:
            self._hits = self._finder.refine(self.rows, self._tokens)
        else:
            self._hits = self._finder.search(self._put.groups, self.rows, self._tokens)
        row = self.rows.get(self._selected) if self._selected is not None else None
        self._lay_out(self.lines.height, hidden=row is not None and not self._finder.match(row, self._tokens))

    @property
    def loose(self) -> bool:
        """Whether what is shown was found by the order of its letters only."""
        return bool(self._tokens) and self._finder.loose

    def preparing(self, rows_at_once: int) -> Iterator[None]:
        """Make ready for the first search, so many rows between two stops."""
        return self._finder.prepare(self._put.groups, self.rows, rows_at_once)

    def put(self, view: View, now: datetime) -> None:
        """Another order or other sections; what was held is let in, for the person moves the rows now."""
        self.view = view
        if self.held or self.gone or self._renewed:
            self._arrange(now, pin=False)
        else:
            self._view()

    def set_height(self, height: int) -> bool:
        """Rows take ``height`` lines from now on; returns whether that is new."""
        if height == self.lines.height:
            return False
        self._lay_out(height)
        return True

    def row_of(self, key: Key) -> int | None:
        """Which shown row ``key`` is; ``None`` where it is not shown."""
        keys = self.lines.keys
        if self.cursor is not None and self.cursor < len(keys) and keys[self.cursor] == key:
            return self.cursor
        try:
            return keys.index(key)
        except ValueError:
            return None

    def select_row(self, row: int) -> None:
        """Put the cursor on the ``row``-th shown row, or the nearest that there is."""
        keys = self.lines.keys
        if not keys:
            self.cursor = None
            return
        left = self.selected
        self.cursor = max(0, min(row, len(keys) - 1))
        self._selected = keys[self.cursor]
        self.unseen.discard(self._selected)
        if left is not None and left != self._selected and left in self.gone:
            self.held.add(left)  # its line goes when nobody is at the keys

    def counts(self) -> Counts:
        """The figures of now, also while changes are held."""
        if self._counts is None:
            self._counts = Counts(self._sizes(), len(self.lines.keys))
        return self._counts

    def _sizes(self) -> dict[Group, int]:
        counted, until = self._counted or (self._lengths(self._order), self._order.until)
        until = min(filter(None, (until, self._drift_until)), default=None)
        if until is not None and self._now is not None and self._now > until:
            # Time has moved rows that may not move on the screen yet.
            alive = [row for key, row in self._rows.items() if key not in self.gone]
            order = arrange(alive, self._now, begins=self._begins, kept=self._kept)
            counted = self._lengths(order)
            self._count_from(self._now, (counted, order.until))
        return {group: counted[group] + self._drift[group] for group in Group}

    @staticmethod
    def _lengths(order: Order) -> dict[Group, int]:
        return {group: len(order.rows[group]) for group in Group}

    def _count_from(self, now: datetime, counted: tuple[dict[Group, int], datetime | None] | None) -> None:
        self._counted, self._counted_at = counted, now
        self._drift.clear()
        self._drift_until = None

    def _drifts(self, row: Execution, by: int) -> None:
        """One row more, or less, than were counted, in the group of ``row``."""
        if self._counted_at is None:
            return
        group = group_in(row, self._counted_at, self._begins, self._kept)
        if group is None:
            return
        self._drift[group] += by
        until = leaves_at(row, group) if by > 0 else None
        if until is not None and (self._drift_until is None or until < self._drift_until):
            self._drift_until = until

    def _moves(self, old: Execution, new: Execution) -> bool:
        if standing(old) != standing(new) or place_in(self.view, old) != place_in(self.view, new):
            return True
        if not self._tokens:
            return False
        fresh = Finder()
        fresh.loose = self._finder.loose
        return self._finder.match(old, self._tokens) != fresh.match(new, self._tokens)

    def _arrange(self, now: datetime, *, pin: bool) -> None:
        over = self.gone - ({self._selected} - self._let_go)
        for key in over:
            self._own_rows().pop(key, None)
        self._forget(over)
        self.held.clear()
        self.gone &= self.rows.keys()
        self.lost &= self.gone
        self._now = now
        self._order = arrange(self.rows.values(), now, begins=self._begins, kept=self._kept)
        self._renewed = False
        self._count_from(now, None)
        for key in self.gone:  # at most the one under the cursor
            self._drifts(self._rows[key], -1)
        self._view(pin=pin)

    def _forget(self, keys: Collection[Key]) -> None:
        """Nothing may grow with the records that come and go in a week."""
        self.unseen.difference_update(keys)
        self._kept.difference_update(keys)
        self._let_go.difference_update(keys)
        self.choice.drop(keys)
        if keys:
            self._finder.forget(keys)

    def _view(self, *, pin: bool = False) -> None:
        self._put = put(self._order.rows, self.view, related=self._order.related)
        self._hits = self._finder.search(self._put.groups, self.rows, self._tokens)
        if pin and self._tokens:
            self._pin()
        self._lay_out(self.lines.height)

    def _pin(self) -> None:
        """A refresh never takes the row under the cursor away, even when it no longer matches the filter."""
        wanted = self._selected
        for n, (group, hits) in enumerate(zip(self._put.groups, self._hits, strict=True)):
            if wanted in group and wanted not in hits:
                chosen = {*hits, wanted}
                kept = [key for key in group if key in chosen]
                self._hits = (*self._hits[:n], kept, *self._hits[n + 1 :])

    def _lay_out(self, height: int, *, hidden: bool = False) -> None:
        """``hidden``: the filter leaves the selected row out, so that nobody needs to look for it."""
        self._counts = None
        headings = self.view.sections is not Sections.NONE
        self.lines = Lines(self._hits, height, self._put.names, headings=headings)
        self.cursor = self.row_of(self._selected) if self._selected is not None and not hidden else None

    def depth(self, key: Key) -> int:
        """How many parents stand above ``key`` in its section."""
        return self._put.depths.get(key, 0)
