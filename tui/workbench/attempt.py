"""One attempt to bring one entry to the server, and what becomes of the entry after it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import Enum
from zoneinfo import ZoneInfo

from tui.model.action import Delivery, Receipt, Slot, Verdict
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
from tui.model.execution import Key, Record
from tui.model.message import Message, verbatim
from tui.model.period import Period
from tui.model.system import Filters
from tui.workbench.conflicts import begun_after, conflict, in_one_sentence, last_change
from tui.workbench.entry import Entry
from tui.workbench.journal import JournalError
from tui.workbench.outbox import LEASE_SECONDS, Outbox
from tui.workbench.removed import held_for, left_out, not_kept, not_taken, removed
from tui.workbench.round import Round
from tui.workbench.timing import Jitter, Sleep, asked_to_wait, pause_after
from tui.workbench.wire import Wire, as_task_error

NOT_DONE = Message("The server did not do this. Do it again if it is still wanted.")
UNCLEAR = Message("It is not clear whether the server did this. Look at it, then take this entry back.")
"""Of a write that a person waited for, and that is never repeated."""

LONGEST_TELLING = 5.0
"""Seconds that reading a record again may hold up the entries behind it."""

OnSettled = Callable[[Key], Awaitable[Record | None]]

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
        self,
        outbox: Outbox,
        wire: Wire,
        *,
        zone: ZoneInfo,
        clock: Clock,
        on_settled: OnSettled,
        sleep: Sleep,
        jitter: Jitter,
    ) -> None:
        self._zone = zone
        self._outbox = outbox
        self._wire = wire
        self._clock = clock
        self._on_settled = on_settled
        self._sleep = sleep
        self._jitter = jitter
        self._looked: dict[str, str] = {}
        """By entry: the revision of the record at the last look before sending."""

    async def run(self, entry: Entry, this: Round) -> Outcome:
        """Bring ``entry`` as far as it goes in this round. SETTLED: the server has it, and that is noted.

        Trouble ends the round before it is noted, so that nobody takes up in it what then may be sent again.
        Raises ``JournalError``.
        """
        sent = False
        async with self.leased(entry):
            try:
                receipt = None
                if entry.unsure:
                    receipt, outcome = await self._look_back(entry)
                    if outcome is not None:
                        return outcome
                if receipt is None:
                    looked_at = await self._look_at(entry)
                    if looked_at is None:
                        return Outcome.HELD
                    entry, sent = looked_at, True
                    receipt = await self._wire.system.perform(entry.request)
            except JournalError:
                raise
            except TaskError as error:
                return await self._failed(entry, error, sent, this)
            except Exception as error:
                _log.exception("sending failed")
                await self._outbox.hold(entry, as_task_error(error).reason, unsure=sent or entry.unsure)
                return Outcome.HELD
            this.open()
            await self._settle(entry, receipt)
        return Outcome.SETTLED

    async def _settle(self, entry: Entry, receipt: Receipt) -> None:
        self._looked.pop(entry.id, None)
        entry, seen, lacks = await self._look_after(entry)
        settled = await self._outbox.settle(entry, receipt, seen=seen, lacks=lacks)
        if not entry.key.id:
            await self.tell(entry.key._replace(id=receipt.key_id))
        self._outbox.publish(settled)

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

    async def tell(self, key: Key) -> Record | None:
        """Have the execution read again; what fails there does not concern the entry."""
        if not key.id:
            return None
        try:
            async with asyncio.timeout(LONGEST_TELLING):
                return await self._on_settled(key)
        except TimeoutError:
            _log.info("reading %s again takes long; the next list will show it", key.id)
        return None

    async def _renew(self, entry: Entry) -> None:
        while True:
            await self._sleep(LEASE_SECONDS / 3)
            try:
                await self._outbox.renew(entry)
            except JournalError as error:
                _log.warning("a lease could not be renewed: %s", error)

    async def _look_back(self, entry: Entry) -> tuple[Receipt | None, Outcome | None]:
        """The receipt if it was done; an outcome if this ends the attempt; neither: send it (again)."""
        ours = self._outbox.sent_before(entry, self._clock())
        found = await self._wire.system.reconcile(begun_after(entry.request, ours))
        delivery = entry.request.delivery
        if found.verdict is Verdict.APPLIED:
            return found.receipt or Receipt(key_id=entry.request.key_id, status_raw=""), None
        if delivery is Delivery.ONLINE:
            reason = found.reason or (NOT_DONE if found.verdict is Verdict.NOT_APPLIED else UNCLEAR)
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

    async def _look_at(self, entry: Entry) -> Entry | None:
        """Read once more right before the write; the entry as it may be sent now, or ``None``: it is held, for
        somebody else wrote the same fields, or the form does not ask for them any more.

        What counts is how old the answers are that the person saw, which nothing here knows: so every write
        that carries answers pays for one reading.
        """
        request = entry.request
        if not request.key_id or not (request.values or request.notes):
            return entry
        record = await self._wire.system.show(entry.key)
        if gone := removed(request, record):
            if not entry.confirmed:
                reason = held_for(request, gone)
                await self._hold(entry, reason, {key: [reason] for key in gone})
                return None
            entry = await self._outbox.leave_out(entry, gone, left_out(request, gone))
            request = entry.request
            if request.slot is Slot.SAVE and not (request.values or request.notes):
                await self._outbox.withdraw(entry, left_out(request, gone))
                await self.tell(entry.key)
                return None
        back = entry.unsure and not entry.confirmed and self._changed_since(entry, record)
        self._looked[entry.id] = record.execution.revision
        if not back and not conflict(request, record):
            return entry
        ours = self._outbox.sent_before(entry, self._clock())
        whence = last_change(record, self._zone, self._outbox.who, self._outbox.last_sent(entry.key))
        found = conflict(request, record, ours, whence=whence, afresh=back)
        if not found:
            return entry
        await self._hold(entry, in_one_sentence(found), {key: [said] for key, said in found.items()})
        return None

    def _changed_since(self, entry: Entry, record: Record) -> bool:
        """Whether somebody else was there since ``entry`` may have arrived: what it wrote may be changed back."""
        execution = record.execution
        if self._outbox.who and execution.actor == self._outbox.who:
            return False
        if entry.id in self._looked:
            return self._looked[entry.id] != execution.revision
        return execution.touched is None or execution.touched >= entry.created

    async def _look_after(self, entry: Entry) -> tuple[Entry, bool, Message | None]:
        """The server has it: the entry without what it did not keep, for the form changed after the look before;
        whether its record could be read, where answers are concerned; and what it lacks, in words.

        Read before it is settled, so that a kill in between cannot take away what is kept nowhere else; and before
        it is published, so that whoever hears "sent" finds the record as the server has it now.
        """
        self._wire.worked()
        record = await self.tell(entry.key)
        request = entry.request
        if record is None:
            return entry, not (request.key_id and (request.values or request.notes)), None
        gone = not_kept(request, record)
        if not gone:
            return entry, True, None
        lacks = not_taken(request, gone)
        return await self._outbox.leave_out(entry, gone, lacks), True, lacks

    async def _hold(self, entry: Entry, reason: Message, fields: dict[str, list[Message]]) -> None:
        await self._outbox.hold(entry, reason, fields)
        await self.tell(entry.key)

    async def _failed(self, entry: Entry, error: TaskError, sent: bool, this: Round) -> Outcome:
        unsure = entry.unsure or (sent and maybe_done(error))
        link = self._wire.link
        pause = pause_after(entry.attempts, self._jitter)
        match error:
            case Unreachable():
                this.end()
                link.failed(error)
                await self._outbox.wait(entry, error.reason, unsure=unsure)
                return Outcome.LINK
            case NotTheServer():
                # It gets a time of its own: should only this entry be answered like that, others go first.
                this.end()
                link.failed(error)
                await self._outbox.wait(entry, error.reason, pause, unsure=unsure)
                return Outcome.LINK
            case Throttled():
                seconds = asked_to_wait(error.seconds, self._jitter)
                this.end()
                link.failed(error)
                link.told_to_wait(seconds)
                await self._outbox.wait(entry, error.reason, seconds, unsure=unsure)
                return Outcome.THROTTLED
            case ServerFault():
                await self._outbox.wait(entry, error.reason, pause, unsure=unsure)
                return Outcome.FAULT
            case Refused(busy=True):
                await self._outbox.wait(entry, error.reason, pause, unsure=unsure)
                return Outcome.WAITS
            case Unauthorised() | Forbidden():
                return await self._forbidden(entry, error, unsure, this)
        fields = error.fields if isinstance(error, Refused) else {}
        told = {key: [verbatim(text) for text in texts] for key, texts in fields.items()}
        # A refusal of the request settles the question; one of the reading before it leaves it open.
        known = sent and type(error) is not TaskError
        await self._outbox.hold(entry, error.reason, told, unsure=unsure and not known)
        await self.tell(entry.key)
        return Outcome.HELD

    async def _forbidden(self, entry: Entry, error: TaskError, unsure: bool, this: Round) -> Outcome:
        """A bad token and a thing that is not allowed may look alike: a harmless question tells them apart."""
        try:
            if await self._wire.system.count() is None:
                now = self._clock()
                await self._wire.system.list(Period(now, now), Filters())
        except (Unauthorised, Forbidden):
            this.end()
            self._wire.link.refused(error)
            await self._outbox.pause(entry, error.reason, unsure=unsure)
            return Outcome.PAUSED
        except TaskError as other:
            this.end()
            self._wire.link.failed(other)
            await self._outbox.wait(entry, error.reason, unsure=unsure)
            return Outcome.LINK
        await self._outbox.hold(entry, error.reason, unsure=unsure)
        return Outcome.HELD
