"""The sender: brings the entries of the outbox to the server, each exactly once, and never gives one up by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from tui.model.action import Delivery, Receipt, Reconciled, Request, Verdict
from tui.model.clock import Clock
from tui.model.errors import (
    Forbidden,
    NotTheServer,
    Refused,
    ServerFault,
    TaskError,
    Throttled,
    Unauthorised,
    Unreachable,
)
from tui.model.execution import Key
from tui.model.message import Message
from tui.model.period import Period
from tui.model.system import Filters
from tui.workbench.conflicts import ChangedMeanwhile, StillWaiting, conflict
from tui.workbench.entry import Entry
from tui.workbench.journal import JournalError
from tui.workbench.outbox import LEASE_SECONDS, LONGEST_WAIT, Outbox
from tui.workbench.timing import Backoff, Jitter, Sleep, Waker, full_jitter, longest_pause
from tui.workbench.wire import Wire, as_task_error

IDLE_LOOK = 5.0
"""Seconds between two looks for entries that another process left behind."""

STALE_SECONDS = 30.0
"""An entry older than this is compared with the server's answers before it is sent."""

FAULTS_END_ROUND = 2
"""So many 5xx answers in a row, for different entries, mean that the server as a whole is at fault."""

_log = logging.getLogger(__name__)

OnSettled = Callable[[Key], Awaitable[None]]


class _RoundOver(Exception):  # noqa: N818 - not an error: a signal
    """What happened would happen to every entry: stop, and wait so many seconds."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds


class Sender:
    """Sends the entries of one outbox. ``on_settled`` is awaited with the key of an execution that changed."""

    def __init__(
        self,
        outbox: Outbox,
        wire: Wire,
        *,
        clock: Clock,
        on_settled: OnSettled,
        sleep: Sleep = asyncio.sleep,
        jitter: Jitter = full_jitter,
    ) -> None:
        self._outbox = outbox
        self._wire = wire
        self._clock = clock
        self._on_settled = on_settled
        self._sleep = sleep
        self._jitter = jitter
        self._waker = Waker(sleep)
        self._backoff = Backoff(jitter)
        self._not_before: datetime | None = None
        self._busy = asyncio.Lock()
        outbox.on_ready = self.wake

    def wake(self) -> None:
        """There is something to send, or the line is back: look now. A server that asked to wait is left alone."""
        self._waker.wake()

    async def run(self) -> None:
        """Send what waits, again and again until cancelled."""
        while True:
            await self._waker.pause(await self.round())

    async def round(self) -> float:
        """Send everything that may be sent now. Seconds until the next look is worth while."""
        try:
            self._outbox.observe()
            if not self._wire.connected:
                return IDLE_LOOK
            if (rest := self._throttled()) > 0:
                return rest
            async with self._busy:
                await self._drain()
        except _RoundOver as over:
            return self._backoff.next() if over.seconds is None else over.seconds
        except JournalError as error:
            # Nothing is lost: what was sent and could not be noted is found by reading back.
            _log.warning("the outbox cannot go on: %s", error)
            return self._backoff.next()
        except Exception as error:
            _log.exception("the sender failed")
            self._wire.link.failed(as_task_error(error))
            return self._backoff.next()
        due = self._outbox.due_in()
        return IDLE_LOOK if due is None else min(IDLE_LOOK, max(due, 0.05))

    async def perform_now(self, request: Request) -> Receipt:
        """Send an ONLINE request while the person waits; raises ``TaskError``. It is never repeated by itself."""
        system = self._wire.system
        key = Key(request.profile, request.system, request.key_id)
        if self._outbox.of(key):
            raise StillWaiting()
        if request.expected:
            record = await system.show(key)
            if record.execution.status.raw != request.expected:
                await self._on_settled(key)
                raise ChangedMeanwhile(record.execution.status, request.expected)
        entry = await self._outbox.add(request, sending=True)
        try:
            async with self._leased(entry):
                receipt = await self._once(entry)
        except TaskError as error:
            await self._outbox.withdraw(entry, error.reason)
            raise
        await self._outbox.settle(entry, receipt)
        self._wire.link.worked()
        await self._tell(entry, receipt)
        return receipt

    # -- one round --------------------------------------------------------------------------------------

    async def _drain(self) -> None:
        faults = 0
        while (entry := await self._outbox.claim()) is not None:
            fault = await self._handle(entry)
            faults = faults + 1 if fault else 0
            if faults >= FAULTS_END_ROUND:
                raise _RoundOver(None)

    async def _handle(self, entry: Entry) -> bool:
        """Bring one entry as far as it goes now; ``True`` when the server had a fault with it."""
        sent = False
        try:
            async with self._leased(entry):
                receipt = None
                if entry.unsure:
                    receipt = await self._look_back(entry)
                    if receipt is None:
                        return False
                elif self._is_stale(entry) and await self._has_conflict(entry):
                    return False
                if receipt is None or not receipt.key_id:
                    sent = True
                    receipt = await self._wire.system.perform(entry.request)
        except TaskError as error:
            return await self._failed(entry, error, sent)
        except JournalError:
            raise
        except Exception as error:
            _log.exception("sending failed")
            await self._outbox.hold(entry, as_task_error(error).reason, unsure=sent or entry.unsure)
            return False
        settled = await self._outbox.settle(entry, receipt)
        self._backoff.reset()
        self._wire.link.worked()
        await self._tell(settled, receipt)
        return False
