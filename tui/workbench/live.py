"""Live: the list of a period, first as last known, then as the server has it, kept up to date by asking again."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from time import monotonic
from zoneinfo import ZoneInfo

import msgspec

from tui.model.clock import Clock
from tui.model.errors import Forbidden, TaskError, Throttled, Unauthorised
from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.model.system import Filters, Listing
from tui.workbench.changes import Changes, Difference, after, as_fresh, by_key, compare
from tui.workbench.journal import JournalError
from tui.workbench.known import Known, cached, with_other
from tui.workbench.link import LinkState
from tui.workbench.lists import PAGE, ListHead, Lists
from tui.workbench.live_watch import LiveWatch as LiveWatch
from tui.workbench.pace import Pace
from tui.workbench.timing import Backoff, Jitter, Sleep, Waker, asked_to_wait, full_jitter
from tui.workbench.wire import Wire, as_task_error

LONGEST_PAUSE = 15.0
"""Between tries while there is no line, so that the outbox is drained soon after it is back."""

AT_HAND = 8
"""Lists of other periods that stay in memory."""

REFUSED_PAUSE = 60.0
"""While the server does not accept the token."""

SAVE_EVERY = 10.0
"""Seconds between two savings of a list that changes all the time; more for a list longer than ``SAVE_ROWS``."""

SAVE_ROWS = 5_000

_log = logging.getLogger(__name__)


class Live:
    """The list of one workbench. ``refresh_seconds`` is the time between two questions to the server."""

    def __init__(
        self,
        lists: Lists,
        wire: Wire,
        *,
        zone: ZoneInfo,
        refresh_seconds: float,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        jitter: Jitter = full_jitter,
    ) -> None:
        self.refresh_seconds = refresh_seconds
        self.paused = False
        """Whether only a person's refresh asks the server; see :meth:`pause`."""
        self.on_answer: Callable[[bool], None] = _unheard
        """Called with every good answer, and whether it is the first one after the server did not answer well."""
        self.on_refresh: Callable[[], None] = _nobody
        """Called when a person asks for a refresh."""
        self._lists = lists
        self._known = Known(lists)
        self._wire = wire
        self._zone = zone
        self._clock = clock
        self._waker = Waker(sleep)
        self._jitter = jitter
        self._backoff = Backoff(jitter, LONGEST_PAUSE)
        self._pace = Pace(refresh_seconds)
        self._watches: weakref.WeakSet[LiveWatch] = weakref.WeakSet()
        self._now: Changes | None = None
        self._cold: tuple[ListHead, Changes | None] | None = None
        self._validator: str | None = None
        self._left: dict[tuple[Period, str | None], tuple[Changes, str | None]] = {}
        self._poll = 0
        self._asking = asyncio.Lock()
        self._applied: dict[Key, int] = {}
        self._unsaved = False
        self._saved_at: datetime | None = None

    # -- for the screen ---------------------------------------------------------------------------------

    @property
    def now(self) -> Changes:
        """The list as it stands; without a chosen period, that of today in the site's zone."""
        if self._now is None:
            self._open(Period.of_day(self._clock().astimezone(self._zone).date(), self._zone), Filters())
        assert self._now is not None  # noqa: S101 - set by _open
        return self._now

    @property
    def rows(self) -> Mapping[Key, Execution]:
        """All executions, the carried over ones among them."""
        return self.now.rows

    @property
    def last_good(self) -> datetime | None:
        """When the server last told this list, also by "nothing changed"; ``None`` while it never did."""
        return self.now.as_of

    @property
    def asking(self) -> bool:
        """Whether the server is being asked for the list."""
        return self._asking.locked()

    def get(self, key: Key) -> Execution | None:
        """The row of ``key``, where the list has it."""
        return self.now.rows.get(key)

    def watch(self) -> LiveWatch:
        """The list now (at once, from the journal when nothing else is known), then every change of it."""
        watch = LiveWatch(as_fresh(self.now))
        self._watches.add(watch)
        return watch

    def set_period(self, period: Period, filters: Filters | None = None) -> None:
        """Show another period (without its look-back, which is added here). The watchers get it at once."""
        filters = filters or Filters()
        if self._now is not None and (self._now.period, self._now.filters) == (period, filters):
            return
        self._leave()
        self._open(period, filters)
        self._publish(self.now)
        self._waker.wake()

    def refresh(self) -> None:
        """Ask the server now; without a connection, try to make one now."""
        self.on_refresh()
        self._waker.wake()

    def pause(self) -> None:
        """Leave the list as it is. A refresh, another period or a new connection still asks once."""
        self.paused = True

    def resume(self) -> None:
        """Ask again, and go on asking."""
        self.paused = False
        self._waker.wake()

    def wake(self) -> None:
        """There is a connection."""
        self._backoff.reset()
        self._waker.wake()

    def apply(self, execution: Execution) -> None:
        """Take the server's own record after a write; a list that was asked for before that cannot undo it."""
        now = self.now
        key = execution.key
        old = now.rows.get(key)
        if old is None and not self._belongs(execution):
            return
        self._applied[key] = self._poll
        # Our list is no longer what the validator stands for.
        self._validator = None
        if old == execution:
            return
        moved = frozenset({key})
        item = msgspec.structs.replace(
            now,
            rows={**now.rows, key: execution},
            added=moved if old is None else frozenset(),
            changed=moved if old is not None else frozenset(),
            removed=frozenset(),
            fresh=False,
        )
        self._unsaved = True
        self._publish(item)

    # -- for the workbench ------------------------------------------------------------------------------

    def glimpse(self, period: Period | None = None, filters: Filters | None = None) -> Changes | None:
        """The last known list of ``period`` (without one: the one used last); ``None`` when there is none."""
        return self._known.glimpse(period, filters)

    async def run(self) -> None:
        """Ask again and again until cancelled. Nothing that happens here ends it but that."""
        pause: float | None = 0.0
        while True:
            if pause != 0.0:
                # A token that is good again must be noticed all the same: entries wait for that.
                woken = await self._waker.pause(None if self._quiet else pause)
                if self._quiet and not woken:
                    continue  # it was paused while we waited: nobody is asked once more
            await self._warm()
            if not self._wire.connected:
                pause = None
                continue
            began = monotonic()
            try:
                await self.load()
                pause = max(self._pace.pause(monotonic() - began), self._wire.link.rest)
            except Throttled as error:
                self._pace.throttled()
                pause = asked_to_wait(error.seconds, self._jitter)
                self._wire.link.told_to_wait(pause)
            except (Unauthorised, Forbidden):
                pause = REFUSED_PAUSE
            except TaskError:
                pause = self._backoff.next()
            except Exception as error:
                _log.exception("the list cannot be kept up to date")
                self._wire.link.failed(as_task_error(error))
                pause = self._backoff.next()

    @property
    def _quiet(self) -> bool:
        return self.paused and self._wire.link.now.state is not LinkState.REFUSED

    async def load(self) -> Changes:
        """Ask the server once; raises ``TaskError``. The watchers get what is new."""
        async with self._asking:
            await self._warm()
            asked = self.now
            self._poll += 1
            poll = self._poll
            listing = await self._ask(asked)
            if (self.now.period, self.now.filters) == (asked.period, asked.filters):
                await self._take(listing, poll)
            else:
                self._waker.wake()
        return self.now

    async def read_ahead(self, period: Period) -> Mapping[Key, Execution]:
        """Read the list of another ``period`` and keep it on disk; raises ``TaskError``."""
        asked = period.with_look_back()
        head = self._known.head(period, Filters())
        async with self._asking:
            try:
                listing = await self._wire.system.list(asked, Filters(), head.validator if head else None)
            except Exception as error:
                raise as_task_error(error) from error
        if listing.rows is None:
            self._lists.confirm(asked, Filters(), self._clock())
            return self._known.rows(head) if head is not None else {}
        rows = by_key(listing.rows)
        self._lists.save(asked, Filters(), tuple(rows.values()), listing.validator, self._clock())
        return rows

    def save(self) -> Future[None] | None:
        """Keep the list now if it is not kept; the future is done when the disk has it."""
        return self._save()

    def close(self) -> None:
        """End every watch."""
        for watch in tuple(self._watches):
            watch.end()

    # -- inside -----------------------------------------------------------------------------------------

    def _leave(self) -> None:
        """Keep the list on disk, and at hand for whoever comes right back."""
        self._save()
        now = self._now
        if now is not None and (now.rows or not now.loading):
            self._left[now.period, now.filters.assignment] = (now, self._validator)
            while len(self._left) > AT_HAND:
                del self._left[next(iter(self._left))]

    def _open(self, period: Period, filters: Filters) -> None:
        self._validator, self._cold = None, None
        self._applied.clear()
        self._unsaved = False
        left, validator = self._left.pop((period, filters.assignment), (None, None))
        head = self._known.head(period, filters)
        if left is not None and head is not None and (left.as_of is None or left.as_of < head.as_of):
            left = None  # it was read ahead since, or by another process
        told = left.as_of if left is not None else head.as_of if head is not None else None
        beside = self._known.beside(period, filters, told, self._now)
        if left is not None:
            self._show(msgspec.structs.replace(as_fresh(left), cached=True), validator, beside)
            return
        self._show(Changes(rows={}, period=period, filters=filters, fresh=True), None, beside)
        if head is not None and head.rows > PAGE:
            self._cold = head, beside
        elif head is not None:
            self._adopt(head, self._known.rows(head), beside)

    def _adopt(self, head: ListHead, rows: Mapping[Key, Execution], beside: Changes | None) -> None:
        if len(rows) == head.rows:
            # With all rows at hand, "nothing changed" is an answer that can be used.
            self._show(cached(head, rows), head.validator, beside)

    def _show(self, item: Changes, validator: str | None, beside: Changes | None) -> None:
        """``item`` is the list now, with what is known from ``beside``: for that no validator stands."""
        self._now = with_other(item, beside)
        self._validator = validator if self._now is item else None

    async def _warm(self) -> None:
        """Read a long kept list page by page, so that keys are served in between."""
        # Asked for first: it opens the list, where nobody looked at it before.
        asked = self.now
        cold, self._cold = self._cold, None
        if cold is None:
            return
        head, beside = cold
        rows: dict[Key, Execution] = {}
        try:
            for page in self._lists.pages(head):
                rows.update(by_key(page))
                await asyncio.sleep(0)
        except JournalError:
            return
        if self._now is asked:
            self._adopt(head, rows, beside)
            self._publish(self.now)

    async def _ask(self, asked: Changes) -> Listing:
        wire = self._wire
        try:
            listing = await wire.system.list(asked.period.with_look_back(), asked.filters, self._validator)
        except Exception as error:
            known = as_task_error(error)
            if known is not error:
                _log.exception("reading the list failed")
            if wire.connected:
                wire.link.failed(known)
            raise known from error
        self._backoff.reset()
        was_online = wire.link.now.state is LinkState.ONLINE
        wire.worked()
        # By our own clock, which follows the server's: the age of the list is told by it.
        listing = msgspec.structs.replace(listing, as_of=self._clock())
        self.on_answer(not was_online)
        return listing

    async def _take(self, listing: Listing, poll: int) -> None:
        difference: Difference | None = None
        while True:
            before = self.now
            if listing.rows is None:
                break
            newer = (key for key, known in self._applied.items() if known >= poll and key in before.rows)
            difference = await compare(before.rows, listing.rows, {key: before.rows[key] for key in newer})
            if self._now is before:
                break
            # Somebody wrote while we compared, or looks at another period.
            if (self.now.period, self.now.filters) != (before.period, before.filters):
                return
        self._settle_applied(listing, poll)
        news = difference is not None and not difference.empty and not (before.cached or before.loading)
        self._pace.answered(changed=news)
        item = after(before, difference, listing.as_of, listing.notice)
        # What was shown until now was another day's: what comes is no change of it.
        self._publish(as_fresh(item) if before.loading else item)
        if difference is not None and (not difference.empty or before.cached or before.loading):
            self._unsaved = True
        elif before.cached:
            self._lists.confirm(before.period.with_look_back(), before.filters, listing.as_of)
        pause = SAVE_EVERY * max(1.0, len(before.rows) / SAVE_ROWS)
        if self._unsaved and (self._saved_at is None or (self._clock() - self._saved_at).total_seconds() >= pause):
            self._save()

    def _settle_applied(self, listing: Listing, poll: int) -> None:
        newer = {key: known for key, known in self._applied.items() if known >= poll}
        # A row of ours was kept against this answer: an "unchanged" next time would make that final.
        self._validator = None if newer else listing.validator
        self._applied = newer

    def _publish(self, item: Changes) -> None:
        self._now = item
        for watch in tuple(self._watches):
            watch.push(item)

    def _save(self) -> Future[None] | None:
        now = self._now
        if now is None or now.as_of is None:
            return None
        if not self._unsaved:
            if now.cached or (self._saved_at is not None and self._saved_at >= now.as_of):
                return None
            # The same rows, but heard of later: whoever reads them next knows how old they are.
            return self._lists.confirm(now.period.with_look_back(), now.filters, now.as_of)
        self._unsaved = False
        self._saved_at = self._clock()
        rows = tuple(now.rows.values())
        return self._lists.save(now.period.with_look_back(), now.filters, rows, self._validator, now.as_of)

    def _belongs(self, execution: Execution) -> bool:
        now = self.now
        wanted = now.filters.assignment
        return now.period.with_look_back().holds(execution.due) and wanted in (None, execution.assignment)


def _nobody() -> None:
    """Nobody waits for the line."""


def _unheard(_again: bool) -> None:
    """Nobody waits for answers."""
