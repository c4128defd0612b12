"""The list of executions: one widget that draws its own lines, so that 100,000 rows cost no more than fifty.

It is told what there is (``set_rows``, ``apply``) and says what a person wants (``Opened``, ``Highlighted``,
``Held``). Where the cursor is, what is marked and what is held back is :class:`ListState`; what a row says is
``execution_rows``. Texts are cleaned there and drawn as plain segments, so nothing is ever read as markup.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from textual import events
from textual.message import Message as Event
from textual.timer import Timer

from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.ui.widgets.list_state import Counts
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


class ExecutionList(ListWindow):
    """See the module. ``monotonic`` gives seconds that only run forward; the server's time comes with each call.

    The owner calls :meth:`tick` every few seconds; this widget has no heartbeat of its own.
    """

    class Opened(Event):
        """Somebody wants to work on this execution."""

        def __init__(self, key: Key) -> None:
            super().__init__()
            self.key = key

    class Held(Event):
        """So many changes wait until nobody has pressed a key for five seconds."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def __init__(
        self,
        *,
        ascii_only: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(ascii_only=ascii_only, id=id, classes=classes)
        self.opener: Callable[[Key], None] | None = None
        """If set, called at once with the record to open, so that the next key meets its result."""
        self._monotonic = monotonic
        self._heard_at = 0.0
        self._told_held = 0
        self._opened_by_click = False
        self._fade_timer: Timer | None = None
        self._hold_timer: Timer | None = None

    # -- what it is told ------------------------------------------------------------------------------------

    def set_rows(self, rows: Mapping[Key, Execution], *, period: Period, now: datetime, zone: ZoneInfo) -> None:
        """Show ``rows`` from scratch. The selection stays where its record is still there, else the first row."""
        before, anchor = self._state.selected, self._anchor()
        self._zone = zone
        self._hear(now)
        self._paint.forget()
        self._state.load(rows, period, now)
        kept = before is not None and before == self._state.selected
        self._relaid(anchor if kept else [])

    def apply(
        self,
        rows: Mapping[Key, Execution],
        added: Collection[Key],
        changed: Collection[Key],
        removed: Collection[Key],
        now: datetime,
    ) -> None:
        """Take over one refresh, by key. Cursor, scroll and filter stay; lines move only when nobody types."""
        anchor = self._anchor()
        self._hear(now)
        moved = self._state.apply(rows, added, changed, removed, now, self._monotonic())
        if moved:
            self._relaid(anchor)
        else:
            self._refresh_rows({*added, *changed, *removed})
        self._after_change()

    def filter(self, text: str) -> None:
        """Show only rows in which every word of ``text`` occurs (ID, title, place, status word)."""
        anchor = self._anchor()
        self._state.find(text)
        self._relaid(anchor if self._state.selected is not None else [])

    def set_unsent(self, keys: Iterable[Key]) -> None:
        """These records have drafts or waiting entries; they get the mark ✎."""
        now = frozenset(keys)
        changed = now ^ self._state.unsent
        self._state.unsent = now
        self._refresh_rows(changed)

    def set_columns(self, *, due: bool = True, points: bool = True) -> None:
        """Leave out what this system does not have."""
        self._paint.look = self._paint.look._replace(due=due, points=points)
        self.refresh()

    def empty(self, message_lines: list[str]) -> None:
        """What to say where no row is shown: nothing here, filtered out, loading and failed each in own words."""
        if message_lines != self._message:
            self._message = list(message_lines)
            if not self._state.lines.total:
                self.refresh()

    def touch(self) -> None:
        """Somebody is at the keys, also when another widget takes them: hold what would move lines."""
        self._state.touch(self._monotonic())

    def release(self) -> None:
        """The person's own deed was accepted: show at once where it leads."""
        self._state.release()
        self.tick()

    def tick(self, now: datetime | None = None) -> None:
        """What time brings: marks fade, held changes are let in, ages grow. Repaints only what looks different."""
        anchor = self._anchor()
        tick = self._monotonic()
        self._hear(now if now is not None else self._now + timedelta(seconds=tick - self._heard_at))
        faded = self._state.fade(tick)
        if self._state.settle(self._now, tick):
            self._relaid(anchor)
        else:
            self._refresh_rows(faded | self._aged())
        self._after_change()

    # -- what it can be asked -------------------------------------------------------------------------------

    @property
    def selected_key(self) -> Key | None:
        """The record under the cursor; ``None`` when no row is shown or the filter hides it."""
        return self._state.selected

    @property
    def held(self) -> int:
        """How many changes wait for a quiet moment."""
        return len(self._state.held)

    @property
    def filter_text(self) -> str:
        """What the list is narrowed by."""
        return self._state.text

    @property
    def shown_keys(self) -> list[Key]:
        """The keys of all rows that the filter leaves, from top to bottom."""
        return list(self._state.lines.keys)

    def execution(self, key: Key) -> Execution | None:
        """The row as it is shown now."""
        return self._state.rows.get(key)

    def first_match(self) -> Key | None:
        """Put the cursor on the uppermost shown row; returns its key, ``None`` where there is no row."""
        if self._state.lines.keys:
            self._go(0)
        return self._state.selected

    def counts(self) -> Counts:
        """Rows per group and per status."""
        return self._state.counts()

    def select(self, key: Key) -> bool:
        """Put the cursor on ``key`` and bring it into view; false where it is not shown."""
        row = self._state.row_of(key)
        if row is not None:
            self._go(row)
        return row is not None

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
        place = self._state.lines.at(event.y + self.scroll_offset.y)
        if place is None or place.row is None:
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
        """Move the cursor; two rows are drawn again, or the whole window when it scrolls."""
        before = self._state.cursor
        self._state.select_row(row)
        if self._state.cursor == before:
            self._scroll_to_cursor()
            return
        self._refresh_lines_of(before, self._state.cursor)
        self._scroll_to_cursor()
        self._tell()
        self._after_change()

    # -- time -----------------------------------------------------------------------------------------------

    def _hear(self, now: datetime) -> None:
        self._heard_at = self._monotonic()
        self._set_now(now)

    def _after_change(self) -> None:
        """Tell what is held, and see to it that time is asked again when a mark fades or the hold ends."""
        if self.held != self._told_held:
            self._told_held = self.held
            self.post_message(self.Held(self.held))
        if not self.is_attached:
            return
        if self._state.flash and self._fade_timer is None:
            wait = min(self._state.flash.values()) - self._monotonic()
            self._fade_timer = self.set_timer(max(0.0, wait) + 0.05, self._fade_due)
        if self._state.held and self._hold_timer is None:
            wait = self._state.busy_for(self._monotonic())
            self._hold_timer = self.set_timer(wait + 0.05, self._hold_due)

    def _fade_due(self) -> None:
        self._fade_timer = None
        self.tick()

    def _hold_due(self) -> None:
        self._hold_timer = None
        self.tick()
