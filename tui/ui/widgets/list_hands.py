"""What hands do with the list: move the cursor, open, filter, sort, choose several, copy. Keys and mouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from textual import events
from textual.message import Message as Event

from tui.i18n import _, plural
from tui.model.execution import Key
from tui.ui.text import clean, content
from tui.ui.widgets.execution_rows import due_of, title_of, word_of
from tui.ui.widgets.list_view import Column, Sections, View
from tui.ui.widgets.list_window import ListWindow

_DIGITS = frozenset("123456789")
_STEPS = {
    "down": (1, False),
    "up": (-1, False),
    "pagedown": (1, True),
    "pageup": (-1, True),
    "home": (-(10**9), False),
    "end": (10**9, False),
}


class ListHands(ListWindow):
    """The list as far as a person moves it. ``monotonic`` gives seconds that only run forward."""

    class Opened(Event, namespace="execution_list"):
        """Somebody wants to work on this execution."""

        def __init__(self, key: Key) -> None:
            super().__init__()
            self.key = key

    def __init__(
        self, *, ascii_only: bool, monotonic: Callable[[], float], id: str | None, classes: str | None
    ) -> None:
        super().__init__(ascii_only=ascii_only, id=id, classes=classes)
        self.opener: Callable[[Key], None] | None = None
        """If set, called at once with the record to open, so that the next key meets its result."""
        self._monotonic = monotonic
        self._opened_by_click = False

    def _after_change(self) -> None:
        """Something moved or was let in: whoever keeps the time looks again."""

    def touch(self) -> None:
        """Somebody is at the keys, also when another widget takes them: hold what would move lines."""
        self._state.touch(self._monotonic())

    # -- which rows, in which order -------------------------------------------------------------------------

    def filter(self, text: str) -> None:
        """Show only rows that ``list_find`` finds by ``text`` (ID, title, place, department, person, status)."""
        anchor = self._anchor()
        self._state.find(text)
        self._relaid(anchor if self._state.selected is not None else [])
        self._head()

    def sort_by(self, column: Column | None) -> None:
        """By ``column``, the same once more the other way round; ``None``: by urgency, as usual."""
        self._put(self._state.view.sorted_by(column))

    def section_by_assignment(self, on: bool | None = None) -> None:
        """A section for each assignment, or as usual; without ``on`` the other of the two."""
        now = self._state.view.sections is Sections.ASSIGNMENT
        self._put(self._state.view.sectioned(not now if on is None else on))

    @property
    def filter_text(self) -> str:
        """What the list is narrowed by."""
        return self._state.text

    @property
    def loosely(self) -> bool:
        """Whether no row has the words of the filter, and what is shown has their letters only."""
        return self._state.loose

    @property
    def view(self) -> View:
        """How the list is put."""
        return self._state.view

    @property
    def chosen(self) -> tuple[Key, ...]:
        """The records chosen for one deed on many, in their order; only those shown, for these are meant."""
        chosen, gone = self._state.choice.keys, self._state.gone
        return tuple(key for key in self._state.lines.keys if key in chosen and key not in gone) if chosen else ()

    @property
    def chosen_count(self) -> int:
        """How many that are; without a filter at no cost, however long the list is."""
        if self._state.text:
            return len(self.chosen)
        gone = self._state.gone
        return sum(key not in gone for key in self._state.choice.keys)

    def first_match(self) -> Key | None:
        """Put the cursor on the uppermost shown row; returns its key, ``None`` where there is no row."""
        if self._state.lines.keys:
            self._go(0)
        return self._state.selected

    def find_id(self, text: str) -> Key | None:
        """The shown record with this ID, else the next one from the cursor on that wears the number in its title,
        else the first whose ID ends so; ``None`` where there is none."""
        wanted = text.strip().lstrip("#").casefold()
        if not wanted:
            return None
        keys, rows = self._state.lines.keys, self._state.rows
        ends = [key for key in keys if key.id.casefold().endswith(wanted)]
        if whole := next((key for key in ends if key.id.casefold() == wanted), None):
            return whole
        worn = re.compile(rf"#{re.escape(wanted)}(?!\w)", re.IGNORECASE)
        below = (self._state.cursor or 0) + 1
        around = (keys[(below + place) % len(keys)] for place in range(len(keys)))
        return next((key for key in around if worn.search(rows[key].title)), ends[0] if ends else None)

    def copy_text(self) -> str:
        """The chosen rows, else the one under the cursor: ID, state, due, title, place, person, tabs between."""
        keys = self.chosen or ((self._state.selected,) if self._state.selected is not None else ())
        lines = []
        for key in keys:
            row = self._state.rows[key]
            due = due_of(row, self._now, self._zone_of(key))
            cells = (key.id, word_of(row.status), due, title_of(row), row.place, row.actor or "")
            lines.append("\t".join(clean(cell) for cell in cells))
        return "\n".join(lines)

    def _put(self, view: View) -> None:
        """The person moves the rows: the one under the cursor stays in sight, where it now stands."""
        anchor = self._anchor()
        self._state.put(view, self._now)
        self._relaid(anchor[:1] if self._state.selected is not None else [])
        self._scroll_to_cursor()
        self._head()
        self._after_change()

    def _head(self) -> None:
        """Say above the rows how they are put and how many are chosen; nothing where that is as usual."""
        look, view, chosen = self._paint.look, self._state.view, len(self._state.choice)
        parts = [view.words(ascii_only=look.ascii)]
        if self.loosely:
            parts.append(_("by letters"))
        if chosen:
            parts.append(plural("{n} chosen", "{n} chosen", chosen))
            hidden = chosen - len(self.chosen) if self._state.text else 0
            if hidden:
                parts.append(plural("{n} of them hidden", "{n} of them hidden", hidden))
        text = (", " if look.ascii else " · ").join(part for part in parts if part)
        self.border_title = content(text)
        self.set_class(bool(text), "-headed")

    # -- choosing several -----------------------------------------------------------------------------------

    def choose(self) -> None:
        """Choose the row under the cursor, or no longer, and go on to the next."""
        self.touch()
        key, row = self._state.selected, self._state.cursor
        if key is None or row is None:
            return
        self._state.choice.toggle(key)
        self._refresh_rows({key})
        self._head()
        self._step(1)

    def choose_range(self) -> None:
        """Choose every row from the one chosen last to the cursor."""
        self.touch()
        if self._state.cursor is not None:
            self._refresh_rows(set(self._state.choice.extend(self._state.lines.keys, self._state.cursor)))
            self._head()

    def choose_all(self) -> None:
        """Choose every shown row; where they all are, none."""
        self.touch()
        self._state.choice.all_or_none(self._state.lines.keys)
        self._head()
        self.refresh()

    def choose_only(self, keys: Collection[Key]) -> None:
        """Choose these of the records of the list, and no others."""
        self._state.choice.only(self._state.rows.keys() & set(keys))
        self._head()
        self.refresh()

    def choose_none(self) -> bool:
        """Choose nothing; whether anything was chosen."""
        had = self._state.choice.clear()
        if had:
            self._head()
            self.refresh()
        return had

    # -- keys and mouse -------------------------------------------------------------------------------------

    def press(self, key: str, char: str | None) -> bool:
        """Arrows, page keys, Enter and digits, done when this returns; ``False`` for every other key."""
        self.touch()
        if key == "enter":
            self._open_selected()
        elif char is not None and char in _DIGITS:
            self._pick(int(char))
        elif key in _STEPS:
            step, pages = _STEPS[key]
            self._step(step * self._rows_per_page() if pages else step)
        else:
            return False
        return True

    def on_key(self, event: events.Key) -> None:
        """For owners that do not hand the keys over themselves."""
        if self.press(event.key, event.character):
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """A click selects; a click on the selected row, or a double click, opens."""
        event.stop()
        self.touch()
        place = self._state.lines.at(event.y - self.gutter.top + self.scroll_offset.y)
        if place is None or place.row is None:
            return
        if event.ctrl:
            self._go(place.row)
            self.choose()
            return
        if place.row == self._state.cursor:
            if event.chain < 2 or not self._opened_by_click:
                self._open_selected()
            self._opened_by_click = True
        else:
            self._opened_by_click = False
            self._go(place.row)

    def _open_selected(self) -> None:
        key = self._state.selected
        if key is None or key in self._state.gone:
            return
        if self.opener is not None:
            self.opener(key)
        else:
            self.post_message(self.Opened(key))

    def _pick(self, digit: int) -> None:
        row = self._visible().start + digit - 1
        if row in self._visible():
            self._go(row)
            self._open_selected()

    def _step(self, rows: int) -> None:
        if not self._state.lines.keys:
            return
        self._go((self._state.cursor if self._state.cursor is not None else -1) + rows)

    def _rows_per_page(self) -> int:
        return max(1, self._height() // self._paint.look.height - 1)

    def _go(self, row: int) -> None:
        """Move the cursor; two rows are drawn again, or the whole window when it scrolls.

        Going down or up row by row the window moves by a third of itself, so that most keys draw two rows only:
        that is calmer to the eye, and on a slow line it is quicker.
        """
        before = self._state.cursor
        self._state.select_row(row)
        if self._state.cursor == before:
            self._scroll_to_cursor()
            return
        self._refresh_lines_of(before, self._state.cursor)
        single = before is not None and abs(row - before) == 1
        self._scroll_to_cursor(ahead=self._height() // 3 if single else 0)
        self._tell()
        self._after_change()
