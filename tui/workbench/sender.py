"""The sender: when and in which order the entries of the outbox go out. An ``Attempt`` brings one of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from zoneinfo import ZoneInfo

from tui.model.action import Receipt, Reconciled, Request, Verdict
from tui.model.clock import Clock
from tui.model.errors import NotTheServer, ServerFault, TaskError, Throttled, Unreachable
from tui.model.execution import Key
from tui.model.message import Message
from tui.workbench.attempt import UNCLEAR, Attempt, OnSettled, Outcome, maybe_done
from tui.workbench.conflicts import AnswersChanged, ChangedMeanwhile, StillWaiting, conflict, last_change
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import JournalError
from tui.workbench.outbox import Outbox
from tui.workbench.round import Round
from tui.workbench.side_by_side import together
from tui.workbench.timing import Backoff, Jitter, Sleep, Waker, full_jitter
from tui.workbench.unseen import Unseen
from tui.workbench.wire import Wire, as_task_error

LOOK_AGAIN = 2.0
"""Seconds until the first look what became of a write that a person waited for, when the line was lost."""

LOOKS_LATER = Message("The line was lost before the answer came: Shiftdeck looks what became of it.")

IDLE_LOOK = 5.0
"""Seconds between two looks for entries that another process left behind."""

SOONEST = 0.05

UNANSWERED = (Unreachable, NotTheServer, Throttled)
"""What says nothing about the request itself: that was not sent, or nobody has looked at it."""

LANES = 2
"""Executions whose entries are sent side by side, while the server works on one another is read; those of one
execution go one after the other."""

_log = logging.getLogger(__name__)


class Sender:
    """Sends the entries of one outbox. ``on_settled`` is awaited with the key of an execution that changed;
    ``zone`` is the site's.
    """

    def __init__(
        self,
        outbox: Outbox,
        wire: Wire,
        *,
        zone: ZoneInfo,
        clock: Clock,
        on_settled: OnSettled,
        sleep: Sleep = asyncio.sleep,
        jitter: Jitter = full_jitter,
    ) -> None:
        self._outbox = outbox
        self._wire = wire
        self._clock = clock
        self._zone = zone
        self._attempt = Attempt(
            outbox, wire, zone=zone, clock=clock, on_settled=on_settled, sleep=sleep, jitter=jitter
        )
        self.unseen = Unseen(outbox, wire, clock=clock, on_settled=on_settled, sleep=sleep, jitter=jitter)
        self._waker = Waker(sleep)
        self._backoff = Backoff(jitter)
        self._one_round = asyncio.Lock()
        self._stopping = False
        self.on_paused: Callable[[], None] = _nobody
        """Called when the server did not accept the token."""
        outbox.on_ready = self.wake

    @property
    def sending(self) -> bool:
        """Whether something is on its way."""
        return self._one_round.locked()

    def wake(self) -> None:
        """There is something to send, or the line is back: look now. A server that asked to wait is left alone."""
        self._waker.wake()

    async def run(self) -> None:
        """Send what waits, again and again until cancelled, and look at what was sent and not seen since."""
        looking = asyncio.ensure_future(self.unseen.run())
        try:
            while True:
                await self._waker.pause(await self.round())
        finally:
            looking.cancel()

    async def stop(self, seconds: float) -> None:
        """Begin nothing more; give the entry that is on its way ``seconds`` to arrive."""
        self._stopping = True
        try:
            async with asyncio.timeout(seconds), self._one_round:
                return
        except TimeoutError:
            _log.info("an entry is still on its way; the next start looks what became of it")

    async def round(self) -> float:
        """Send everything that may be sent now; never raises. Seconds until the next look is worth while."""
        try:
            self._outbox.observe()
            if not self._wire.connected:
                return IDLE_LOOK
            if (rest := self._wire.link.rest) > 0:
                return rest
            async with self._one_round:
                pause = await self._drain()
                if pause is not None:
                    return pause
            due = self._outbox.due_in()
        except JournalError as error:
            # Nothing is lost: what was sent and could not be noted is found by reading back.
            _log.warning("the outbox cannot go on: %s", error)
            return self._backoff.next()
        except Exception as error:
            _log.exception("the sender failed")
            self._wire.link.failed(as_task_error(error))
            return self._backoff.next()
        return IDLE_LOOK if due is None else min(IDLE_LOOK, max(due, SOONEST))

    async def perform_now(self, request: Request) -> Receipt:
        """Send an ONLINE request while the person waits; raises ``TaskError``. It is never repeated by itself."""
        key = Key(request.profile, request.system, request.key_id)
        try:
            system = self._wire.system
            await self._look_before(request, key)
        except TaskError as error:
            await self.tell_unsent(request, error.reason)
            raise
        entry = await self._outbox.add(request, sending=True)
        async with self._attempt.leased(entry):
            try:
                receipt = await system.perform(entry.request)
            except Exception as error:
                receipt = await self._after_failure(entry, as_task_error(error))
        self._wire.worked()
        try:
            entry = await self._outbox.settle(entry, receipt)
        except JournalError as error:
            # It is done, and that is what counts for the person; reading back will find it.
            _log.warning("a sent entry could not be noted: %s", error)
        await self._attempt.tell(key if key.id else key._replace(id=receipt.key_id))
        self._outbox.publish(entry)
        return receipt

    async def tell_unsent(self, request: Request, reason: Message) -> None:
        """The trail is told what was asked for and never sent; never raises."""
        try:
            await self._outbox.note_unsent(request, reason)
        except JournalError as error:
            _log.warning("what was not sent could not be noted: %s", error)

    async def _look_before(self, request: Request, key: Key) -> None:
        """Whether it is still as the person saw it; raises ``TaskError``."""
        if any(entry.state is not EntryState.ATTENTION for entry in self._outbox.of(key)):
            raise StillWaiting()
        if not request.key_id or not (request.expected or request.values or request.notes):
            return
        record = await self._wire.system.show(key)
        if request.expected and record.execution.status.raw != request.expected:
            await self._attempt.tell(key)
            raise ChangedMeanwhile(record.execution.status, request.expected)
        whence = last_change(record, self._zone, self._outbox.who, self._outbox.last_sent(key))
        if found := conflict(request, record, whence=whence):
            await self._attempt.tell(key)
            raise AnswersChanged(found)

    async def _after_failure(self, entry: Entry, error: TaskError) -> Receipt:
        """The receipt when reading back shows that it was done; else the error, and the entry is closed, held for
        the person, or waits for a line on which to look what became of it: it is never sent again."""
        if not maybe_done(error):
            await self._outbox.withdraw(entry, error.reason, self._outcome(error))
            raise error
        try:
            found = await self._wire.system.reconcile(entry.request)
        except (Unreachable, NotTheServer, Throttled, ServerFault) as second:
            self._wire.link.failed(second)
            await self._outbox.wait(entry, LOOKS_LATER, LOOK_AGAIN, unsure=True)
            raise error from None
        except TaskError:
            found = Reconciled(verdict=Verdict.UNKNOWN)
        if found.verdict is Verdict.APPLIED:
            return found.receipt or Receipt(key_id=entry.request.key_id, status_raw="")
        if found.verdict is Verdict.NOT_APPLIED:
            await self._outbox.withdraw(entry, error.reason, self._outcome(error))
        else:
            await self._outbox.hold(entry, found.reason or UNCLEAR, unsure=True)
        raise error

    @staticmethod
    def _outcome(error: TaskError) -> str:
        return "unsent" if isinstance(error, UNANSWERED) else "refused"

    async def _drain(self) -> float | None:
        """Send everything. Seconds to stay away when what happened would happen to every entry."""
        this = Round()
        ends = await together(self._lane(this, place) for place in range(LANES))
        if Outcome.PAUSED in ends:
            self.on_paused()
            return IDLE_LOOK
        if Outcome.THROTTLED in ends:
            return self._wire.link.rest
        return self._backoff.next() if Outcome.LINK in ends else None

    async def _lane(self, this: Round, place: int) -> Outcome | None:
        """Send one after the other; what ended the round, if it ended here."""
        if place:
            await this.opened()
        try:
            while not (self._stopping or this.over):
                entry = await self._outbox.claim()
                if entry is None:
                    return None
                outcome = await self._attempt.run(entry, this)
                if outcome is Outcome.SETTLED:
                    self._backoff.reset()
                if this.fault_ends(outcome is Outcome.FAULT):
                    return Outcome.LINK
                if outcome in (Outcome.PAUSED, Outcome.THROTTLED, Outcome.LINK):
                    return outcome
            return None
        finally:
            this.open()


def _nobody() -> None:
    """Nobody waits for the token."""
