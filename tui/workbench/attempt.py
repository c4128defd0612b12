"""One attempt to bring one entry to the server, and what becomes of the entry after it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import Enum

from tui.model.action import Delivery, Receipt, Verdict
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
from tui.model.message import Message, verbatim
from tui.model.period import Period
from tui.model.system import Filters
from tui.workbench.conflicts import conflict, in_one_sentence, questions_removed, removed
from tui.workbench.entry import Entry
from tui.workbench.journal import JournalError
from tui.workbench.outbox import LEASE_SECONDS, Outbox
from tui.workbench.timing import Jitter, Sleep, longest_pause
from tui.workbench.wire import Wire, as_task_error

LONGEST_TELLING = 5.0
"""Seconds that reading a record again may hold up the entries behind it."""

OnSettled = Callable[[Key], Awaitable[None]]

_log = logging.getLogger(__name__)


class Outcome(Enum):
    """SETTLED: done. HELD: for a person. WAITS: this entry only. FAULT: a 5xx. The others end the round."""

    SETTLED = "settled"
    HELD = "held"
    WAITS = "waits"
    FAULT = "fault"
    LINK = "link"
    THROTTLED = "throttled"
    PAUSED = "paused"


def maybe_done(error: TaskError) -> bool:
    """Whether the server may have done what was asked although ``error`` came back."""
    if isinstance(error, Unreachable):
        return error.maybe_done
    if isinstance(error, Refused):
        return error.busy
    # An error of no class is one of our own, met at an unknown moment.
    return isinstance(error, (ServerFault, NotTheServer)) or type(error) is TaskError


class Attempt:
    """Tries entries. The rules are those of ``Delivery`` and of the error classes."""

    def __init__(
        self, outbox: Outbox, wire: Wire, *, clock: Clock, on_settled: OnSettled, sleep: Sleep, jitter: Jitter
    ) -> None:
        self.throttled_seconds = 0.0
        self._outbox = outbox
        self._wire = wire
        self._clock = clock
        self._on_settled = on_settled
        self._sleep = sleep
        self._jitter = jitter

    async def run(self, entry: Entry) -> Outcome:
        """Bring ``entry`` as far as it goes now."""
        sent = False
        try:
            async with self.leased(entry):
                receipt = None
                if entry.unsure:
                    receipt, outcome = await self._look_back(entry)
                    if outcome is not None:
                        return outcome
                if receipt is None and await self._conflicts(entry):
                    return Outcome.HELD
                if receipt is None:
                    sent = True
                    receipt = await self._wire.system.perform(entry.request)
        except JournalError:
            raise
        except TaskError as error:
            return await self._failed(entry, error, sent)
        except Exception as error:
            _log.exception("sending failed")
            await self._outbox.hold(entry, as_task_error(error).reason, unsure=sent or entry.unsure)
            return Outcome.HELD
        settled = await self._outbox.settle(entry, receipt)
        self._wire.link.worked()
        key = entry.key if entry.key.id else entry.key._replace(id=receipt.key_id)
        # Told before it is published: whoever hears "sent" finds the record as the server has it now.
        await self.tell(key)
        self._outbox.publish(settled)
        return Outcome.SETTLED

    @contextlib.asynccontextmanager
    async def leased(self, entry: Entry) -> AsyncIterator[None]:
        """Keep other processes away meanwhile. When cancelled, the outcome is unknown and the lease ends."""
        renewal = asyncio.ensure_future(self._renew(entry))
        try:
            yield
        except asyncio.CancelledError:
            self._outbox.release(entry)
            raise
        finally:
            renewal.cancel()

    async def tell(self, key: Key) -> None:
        """Have the execution read again; what fails there does not concern the entry."""
        if not key.id:
            return
        try:
            async with asyncio.timeout(LONGEST_TELLING):
                await self._on_settled(key)
        except TimeoutError:
            _log.info("reading %s again takes long; the next list will show it", key.id)

    async def _renew(self, entry: Entry) -> None:
        while True:
            await self._sleep(LEASE_SECONDS / 3)
            try:
                await self._outbox.renew(entry)
            except JournalError as error:
                _log.warning("a lease could not be renewed: %s", error)

    async def _look_back(self, entry: Entry) -> tuple[Receipt | None, Outcome | None]:
        """The receipt if it was done; an outcome if this ends the attempt; neither: send it (again)."""
        found = await self._wire.system.reconcile(entry.request)
        delivery = entry.request.delivery
        if found.verdict is Verdict.APPLIED:
            return found.receipt or Receipt(key_id=entry.request.key_id, status_raw=""), None
        if delivery is Delivery.ONLINE:
            reason = Message("This was not finished when Shiftdeck ended. Do it again if it is still wanted.")
        elif found.verdict is Verdict.CONFLICT:
            reason = found.reason or Message("Somebody changed this meanwhile. Look at it, then decide.")
        elif entry.confirmed or (found.verdict is Verdict.NOT_APPLIED and delivery is Delivery.QUEUED):
            return None, None
        else:
            reason = found.reason or Message(
                "It is not clear whether the server did this. Look in the list: if it is not there, send it again."
            )
        await self._outbox.hold(entry, reason, unsure=True)
        await self.tell(entry.key)
        return None, Outcome.HELD

    async def _conflicts(self, entry: Entry) -> bool:
        """Read once more right before the write; when somebody else wrote the same fields, hold the entry.

        What counts is how old the answers are that the person saw, which nothing here knows: so every write
        that carries answers pays for one reading.
        """
        request = entry.request
        if not request.key_id or not (request.values or request.notes):
            return False
        record = await self._wire.system.show(entry.key)
        gone = removed(request, record) if not entry.confirmed else []
        if gone:
            reason = questions_removed(gone)
            await self._outbox.hold(entry, reason, {key: [reason] for key in gone})
            await self.tell(entry.key)
            return True
        if not conflict(request, record):
            return False
        found = conflict(request, record, self._outbox.sent_before(entry, self._clock()))
        if not found:
            return False
        reason = in_one_sentence(found)
        await self._outbox.hold(entry, reason, {key: [message] for key, message in found.items()})
        await self.tell(entry.key)
        return True

    async def _failed(self, entry: Entry, error: TaskError, sent: bool) -> Outcome:
        unsure = entry.unsure or (sent and maybe_done(error))
        link = self._wire.link
        pause = self._jitter(longest_pause(entry.attempts))
        match error:
            case Unreachable():
                link.failed(error)
                await self._outbox.wait(entry, error.reason, unsure=unsure)
                return Outcome.LINK
            case NotTheServer():
                # It gets a time of its own: should only this entry be answered like that, others go first.
                link.failed(error)
                await self._outbox.wait(entry, error.reason, pause, unsure=unsure)
                return Outcome.LINK
            case Throttled():
                self.throttled_seconds = max(error.seconds, 1.0)
                link.failed(error)
                await self._outbox.wait(entry, error.reason, self.throttled_seconds, unsure=unsure)
                return Outcome.THROTTLED
            case ServerFault():
                await self._outbox.wait(entry, error.reason, pause, unsure=unsure)
                return Outcome.FAULT
            case Refused(busy=True):
                await self._outbox.wait(entry, error.reason, pause, unsure=unsure)
                return Outcome.WAITS
            case Unauthorised() | Forbidden():
                return await self._forbidden(entry, error, unsure)
        fields = error.fields if isinstance(error, Refused) else {}
        told = {key: [verbatim(text) for text in texts] for key, texts in fields.items()}
        # A refusal of the request settles the question; one of the reading before it leaves it open.
        known = sent and type(error) is not TaskError
        await self._outbox.hold(entry, error.reason, told, unsure=unsure and not known)
        await self.tell(entry.key)
        return Outcome.HELD

    async def _forbidden(self, entry: Entry, error: TaskError, unsure: bool) -> Outcome:
        """A bad token and a thing that is not allowed may look alike: a harmless question tells them apart."""
        try:
            if await self._wire.system.count() is None:
                now = self._clock()
                await self._wire.system.list(Period(now, now), Filters())
        except (Unauthorised, Forbidden):
            self._wire.link.refused(error)
            await self._outbox.pause(entry, error.reason, unsure=unsure)
            return Outcome.PAUSED
        except TaskError as other:
            self._wire.link.failed(other)
            await self._outbox.wait(entry, error.reason, unsure=unsure)
            return Outcome.LINK
        await self._outbox.hold(entry, error.reason, unsure=unsure)
        return Outcome.HELD
