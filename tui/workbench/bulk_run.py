"""Doing one deed on many executions, one after the other: each its own request, its own result, its own line in
the history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from tui.model.action import WHY, Delivery, Receipt, Request
from tui.model.errors import Refused, ServerFault, TaskError, Unauthorised
from tui.model.execution import Key
from tui.model.field import Value
from tui.model.message import Message
from tui.workbench.attempt import NOT_DONE
from tui.workbench.bulk import Partaker
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import JournalError
from tui.workbench.sender import UNANSWERED

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

FAULTS_END = 2
"""So many 5xx answers in a row mean that the server as a whole is at fault."""

_ENDS = (*UNANSWERED, Unauthorised)
"""What would happen to every further item too."""

STOPPED = Message("It was stopped before.")


class Standing(StrEnum):
    """DONE: the server's answer was checked. KEPT: on disk, sent by itself. UNCLEAR: sent, and the answer was
    lost; it is looked what became of it. FAILED: the server did not take it. UNSENT: it never got there, and does
    not wait."""

    DONE = "done"
    KEPT = "kept"
    UNCLEAR = "unclear"
    FAILED = "failed"
    UNSENT = "unsent"

    @property
    def open(self) -> bool:
        """Whether it is worth another try."""
        return self in (Standing.FAILED, Standing.UNSENT)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one item. ``why`` in our words, ``said`` the server's own sentences. ``entry`` names the
    entry of the outbox that carries it, "" for none."""

    partaker: Partaker
    standing: Standing
    why: Message | None = None
    said: tuple[str, ...] = ()
    entry: str = ""


class Run:
    """``told`` is called after everything that changes; ``results`` has one for every item that had its turn, and
    at the end one for every item."""

    def __init__(
        self,
        bench: Workbench,
        partakers: Sequence[Partaker],
        inputs: Mapping[str, Value],
        told: Callable[[], None] | None = None,
    ) -> None:
        self.partakers = tuple(partakers)
        self.results: list[Result] = []
        self.at: Partaker | None = None
        """Whose turn it is."""
        self.over = False
        self.stopping = False
        self.told = told
        self._bench = bench
        self._inputs = {key: value for key, value in inputs.items() if key != WHY}
        self._why = str(inputs.get(WHY) or "")
        self._places: dict[str, int] = {}

    def stop(self) -> None:
        """Begin no further item; the one that is on its way comes to its end."""
        self.stopping = True
        self._tell()

    @property
    def unfinished(self) -> tuple[Key, ...]:
        """The items that are worth another try, in their order."""
        return tuple(result.partaker.key for result in self.results if result.standing.open)

    def count(self, standing: Standing) -> int:
        """How many stand so."""
        return sum(result.standing is standing for result in self.results)

    async def go(self) -> None:
        """Do it. Never raises for what goes wrong with an item; what would go wrong with every one ends it."""
        faults = 0
        end: Message | None = None
        for partaker in self.partakers:
            if self.stopping:
                end = STOPPED
                break
            self.at = partaker
            self._tell()
            result, error = await self._one(partaker)
            self._add(result)
            faults = faults + 1 if isinstance(error, ServerFault) else 0
            if error is not None and (isinstance(error, (*_ENDS, JournalError)) or faults >= FAULTS_END):
                end = error.message if isinstance(error, JournalError) else error.what
                break
        await self._leave(self.partakers[len(self.results) :], end or STOPPED)
        self.at, self.over = None, True
        self._tell()

    def note(self, entry: Entry) -> None:
        """The outbox has news; they may be about one of the items that were kept."""
        place = self._places.get(entry.id)
        if place is None:
            return
        old = self.results[place]
        new = _of_entry(old.partaker, entry)
        if new != old:
            self.results[place] = new
            self._tell()

    async def _leave(self, partakers: Sequence[Partaker], why: Message) -> None:
        """Whose turn does not come; all lines of the history in one write."""
        tell = self._bench.sender.tell_unsent
        await asyncio.gather(*(tell(self._request(partaker), why) for partaker in partakers))
        for partaker in partakers:
            self._add(Result(partaker=partaker, standing=Standing.UNSENT, why=why))

    def _request(self, partaker: Partaker) -> Request:
        action = partaker.action
        asked = {field.key for field in action.inputs}
        inputs = action.along | {key: value for key, value in self._inputs.items() if key in asked}
        request = self._bench.make_request(partaker.record, action, inputs=inputs)
        return msgspec.structs.replace(request, why=self._why)

    async def _one(self, partaker: Partaker) -> tuple[Result, TaskError | JournalError | None]:
        request = self._request(partaker)
        try:
            result = await self._bench.submit(request)
        except JournalError as error:
            return Result(partaker=partaker, standing=Standing.UNSENT, why=error.message), error
        except TaskError as error:
            if request.delivery is not Delivery.ONLINE:  # of the others the sender tells
                await self._bench.sender.tell_unsent(request, error.reason)
            return _failed(partaker, error, self._latest(request.idempotency_key)), error
        if isinstance(result, Receipt):
            return Result(partaker=partaker, standing=Standing.DONE), None
        return _of_entry(partaker, result), None

    def _add(self, result: Result) -> None:
        if result.entry:
            self._places[result.entry] = len(self.results)
        self.results.append(result)
        if result.entry and (entry := self._latest(result.entry)) is not None:
            self.note(entry)
        self._tell()

    def _latest(self, entry_id: str) -> Entry | None:
        """It may have been sent between the moment it was kept and now."""
        try:
            return self._bench.outbox.get(entry_id)
        except JournalError:
            return None

    def _tell(self) -> None:
        if self.told is not None:
            self.told()


def _failed(partaker: Partaker, error: TaskError, entry: Entry | None) -> Result:
    """``entry``: what was made of it, if it came so far."""
    if entry is not None and not entry.state.settled:
        return _of_entry(partaker, entry)
    said = [error.said] if error.said else []
    if isinstance(error, Refused):
        said += [words for sentences in error.fields.values() for words in sentences]
    return Result(
        partaker=partaker,
        standing=Standing.UNSENT if isinstance(error, UNANSWERED) else Standing.FAILED,
        why=error.what,
        said=tuple(dict.fromkeys(words for words in said if words != error.what.english())),
    )


def _of_entry(partaker: Partaker, entry: Entry) -> Result:
    online = entry.request.delivery is Delivery.ONLINE
    if online and not entry.state.settled and entry.reason != NOT_DONE:
        return Result(partaker=partaker, standing=Standing.UNCLEAR, why=entry.reason, entry=entry.id)
    match entry.state:
        case EntryState.SENT:
            return Result(partaker=partaker, standing=Standing.DONE, entry=entry.id)
        case EntryState.ATTENTION | EntryState.DISCARDED:
            told = [message for said in entry.fields.values() for message in said]
            reason = entry.reason
            ours = reason if reason is not None and not reason.server else Message("The server refused this.")
            said = [message.id for message in (reason, *told) if message is not None and message.server]
            return Result(
                partaker=partaker,
                standing=Standing.FAILED,
                why=ours,
                said=tuple(dict.fromkeys(said)),
                entry=entry.id,
            )
    return Result(partaker=partaker, standing=Standing.KEPT, why=entry.reason, entry=entry.id)
