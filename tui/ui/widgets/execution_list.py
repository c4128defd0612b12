"""The list of executions: one widget that draws its own lines, so that 100,000 rows cost no more than fifty.

It is told what there is (``set_rows``, ``apply``) and says what a person wants (``Opened``, ``Highlighted``,
``Held``). Where the cursor is, what is marked and what is held back is :class:`ListState`; what a row says is
``execution_rows``. Texts are cleaned there and drawn as plain segments, so nothing is ever read as markup.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from textual.message import Message as Event
from textual.timer import Timer

from tui.model.execution import Execution, Group, Key
from tui.model.period import Period
from tui.ui.widgets.execution_rows import Look
from tui.ui.widgets.list_hands import ListHands
from tui.ui.widgets.list_state import Counts
from tui.ui.widgets.list_view import Column

READY_SECONDS = 0.4
"""After the list was filled: then it gets ready for the first search, a slice at a time."""
_SLICE, _SLICE_SECONDS, _READY_AT_ONCE = 1_000, 0.01, 500


class ExecutionList(ListHands):
    """See the module. ``monotonic`` gives seconds that only run forward; the server's time comes with each call.

    The owner calls :meth:`tick` every few seconds; this widget has no heartbeat of its own.
    """

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
        super().__init__(ascii_only=ascii_only, monotonic=monotonic, id=id, classes=classes)
        self._heard_at = 0.0
        self._told_held = 0
        self._ready: Iterator[None] = iter(())
        self._ready_timer: Timer | None = None
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
        self._get_ready()

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

    def set_unsent(self, keys: Iterable[Key], waiting: Iterable[Key] = ()) -> None:
        """These records hold something unsent and get the mark ✎; those ``waiting``, done here, get ↑."""
        state, now, waits = self._state, frozenset(keys), frozenset(waiting)
        changed = (now ^ state.unsent) | (waits ^ state.waiting)
        state.unsent, state.waiting = now, waits
        self._refresh_rows(changed)

    def set_busy(self, signs: Mapping[Key, str]) -> None:
        """The server is at work on these records; each wears its sign."""
        before, self._state.busy = self._state.busy, dict(signs)
        self._refresh_rows(before.keys() | signs.keys())

    def set_columns(
        self, *, due: bool = True, points: bool = True, progress: bool = False, cancels: bool = False
    ) -> None:
        """Leave out what this system does not have."""
        self._look(self._paint.look._replace(due=due, points=points, progress=progress, cancels=cancels))

    def name_sections(self, names: Mapping[Group, str]) -> None:
        """What these groups are called here, where the usual word would say something else."""
        if names != self._paint.names:
            self._paint.names.clear()
            self._paint.names.update(names.items())
            self.refresh()

    def choose_columns(self, names: Iterable[str]) -> None:
        """What a row shows and in which order, by the names of :class:`Column`; none: what is usual."""
        self._look(self._paint.look._replace(columns=tuple(Column(name) for name in names)))

    def empty(self, message_lines: list[str]) -> None:
        """What to say where no row is shown: nothing here, filtered out, loading and failed each in own words."""
        if message_lines != self._message:
            self._message = list(message_lines)
            if not self._state.lines.total:
                self.refresh()

    def release(self) -> None:
        """The person's own deed was accepted: show at once where it leads."""
        self._state.release()
        self.tick()

    def let_go(self, keys: Iterable[Key]) -> None:
        """The person sent these away: once they are gone the cursor does not hold them."""
        self._state.let_go(keys)

    @property
    def stays(self) -> bool:
        """Whether the row under the cursor is gone, and stands there only because the cursor does."""
        return self._state.stays

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
    def shown_keys(self) -> list[Key]:
        """The keys of all rows that the filter leaves, from top to bottom."""
        return list(self._state.lines.keys)

    def execution(self, key: Key) -> Execution | None:
        """The row as it is shown now."""
        return self._state.rows.get(key)

    def counts(self) -> Counts:
        """Rows per group and per status."""
        return self._state.counts()

    def select(self, key: Key) -> bool:
        """Put the cursor on ``key`` and bring it into view; false where it is not shown."""
        row = self._state.row_of(key)
        if row is not None:
            self._go(row)
        return row is not None

    def _look(self, look: Look) -> None:
        if look != self._paint.look:
            self._paint.look = look
            self._paint.forget()
            self.refresh()

    # -- getting ready for a search -------------------------------------------------------------------------

    def _get_ready(self) -> None:
        """Make the texts that a filter looks at when nobody waits for anything."""
        if self._ready_timer is not None:
            self._ready_timer.stop()
            self._ready_timer = None
        if len(self._state.rows) > _READY_AT_ONCE and self.is_attached:
            self._ready = self._state.preparing(_SLICE)
            self._ready_timer = self.set_timer(READY_SECONDS, self._ready_on)

    def _ready_on(self) -> None:
        more = next(self._ready, self) is not self
        self._ready_timer = self.set_timer(_SLICE_SECONDS, self._ready_on) if more else None

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
