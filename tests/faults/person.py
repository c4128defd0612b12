"""A person at a terminal: opens, types, sends, decides; does what the screens do with what the bench says."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.faults.terminal import Terminal
from tests.faults.trace import Promise, Saved, Seen
from tui.form.codec import Context
from tui.form.edit import FieldEdit
from tui.form.entry import Entry as FormEntry
from tui.form.state import FormState
from tui.model.action import Action, Request
from tui.model.errors import TaskError
from tui.model.execution import Key, Record
from tui.model.field import Value
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import JournalError


class Person:
    """Sits at ``terminal`` with at most one form open."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.record: Record | None = None
        self.state: FormState | None = None
        self.unsaved: list[str] = []
        """What the person was told could not be kept."""
        self._errands: set[asyncio.Task[Any]] = set()
        terminal.on_settled = self._settled

    # -- reading ----------------------------------------------------------------------------------------

    async def open(self, task: str) -> bool:
        """Open an execution, from the server or as last known; whether there was anything to open."""
        bench, key = self.terminal.bench, self.terminal.key(task)
        try:
            record = await bench.records.load(key)
        except TaskError:
            cached = bench.records.cached(key)
            if cached is None:
                return False
            record = cached
        if self.terminal.on:
            self.show(record)
        return self.state is not None

    def show(self, record: Record) -> None:
        """The record with its draft on the screen."""
        bench = self.terminal.bench
        draft = bench.drafts.load(record.execution.key)
        self.record = record
        self.state = FormState.from_record(
            record.fields,
            record.answers,
            draft.fields if draft is not None else {},
            draft.position if draft is not None else None,
            ctx=Context(zone=bench.desk.zone, clock=bench.clock),
            read_only=record.execution.status.phase.closed,
        )
        self._look()

    def leave(self) -> None:
        """Back to the list, or the terminal is off."""
        self.record = self.state = None

    @property
    def task(self) -> str:
        """The ID of the open execution."""
        return self.record.execution.key.id if self.record is not None else ""

    def _look(self) -> None:
        assert self.state is not None
        terminal, after = self.terminal, len(self.terminal.server.effects)
        for key, entry in self.state.entries.items():
            theirs = entry.theirs
            value, note = (entry.base, entry.base_note) if theirs is None else (theirs.value, theirs.note)
            terminal.trace.seen.append(Seen(terminal.author, self.task, key, value, note, after))

    # -- typing -----------------------------------------------------------------------------------------

    async def type(self, field: str, text: str) -> None:
        """Type into a field and leave it; the draft is kept (or it is said that it is not)."""
        entry = self._entry(field)
        entry.type(text)
        entry.settle()
        await self._keep(field)

    def begin_to_type(self, field: str, text: str) -> None:
        """Type, and not wait until it is kept: something happens to the terminal before that."""
        self._entry(field).type(text)
        errand = asyncio.ensure_future(self._keep(field))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def pick(self, field: str, value: Value) -> None:
        """Choose."""
        self._entry(field).pick(value)
        await self._keep(field)

    async def note(self, field: str, text: str) -> None:
        """Write a note."""
        self._entry(field).annotate(text)
        await self._keep(field)

    async def decide(self, *, mine: bool) -> None:
        """End every conflict of the open form."""
        assert self.state is not None
        for field in list(self.state.conflicts()):
            self._entry(field).resolve(mine=mine)
            await self._keep(field)

    def _entry(self, field: str) -> FormEntry:
        assert self.state is not None
        return self.state.entries[field]

    async def _keep(self, field: str) -> None:
        entry, record = self._entry(field), self.record
        assert record is not None
        await self._store(record.execution.key, field, entry.edit() if entry.dirty else None)

    async def _store(self, key: Key, field: str, edit: FieldEdit | None) -> None:
        terminal = self.terminal
        if not terminal.on:
            return
        bench = terminal.bench
        try:
            if edit is None and bench.outbox.of(key):
                return
            future = bench.drafts.drop(key, [field]) if edit is None else bench.drafts.put(key, field, edit)
            terminal.trace.saved.append(Saved(terminal.author, key.id, field, edit, told=False))
            await asyncio.wrap_future(future)
        except JournalError as error:
            self.unsaved.append(str(error))
            return
        if terminal.on and terminal.bench is bench:
            terminal.trace.saved.append(Saved(terminal.author, key.id, field, edit, told=True))

    # -- sending ----------------------------------------------------------------------------------------

    async def save(self) -> None:
        """F2: what has changed, as far as it can travel."""
        assert self.state is not None
        changed = self.state.changed()
        if changed:
            await self._act("progress", **changed._asdict())

    async def finish(self, **inputs: Value) -> None:
        """F10 and Enter, where the review would let it pass."""
        assert self.state is not None
        if not self.state.problems():
            await self._act("finish", inputs=inputs, **self.state.changed()._asdict())

    async def deny(self, reason: str) -> None:
        """F6."""
        await self._act("deny", inputs={"deny_reason": reason})

    async def reset(self) -> None:
        """R, typed out."""
        await self._act("reset")

    async def set_status(self, status: str) -> None:
        """s."""
        await self._act("status", inputs={"task_status_id": status})

    async def create(self, moment: str, assignment: str = "") -> None:
        """n: one more execution, of ``assignment`` or of something that is offered."""
        bench = self.terminal.bench
        try:
            action = await bench.new_action(None)
            page = await bench.choices("assignments")
        except TaskError:
            return
        if action is None or not action.enabled or not page.choices or not self.terminal.on:
            return
        chosen = assignment or self.terminal.random.choice(page.choices).value
        inputs: dict[str, Value] = {"task_assignment_id": chosen, "for_execution_date": moment}
        await self._submit(bench.make_request(None, action, inputs=inputs))

    async def _act(self, action: str, **content: Any) -> None:
        record = self.record
        assert record is not None
        declared: Action | None = record.action(action) if self.terminal.on else None
        if declared is not None and declared.enabled:
            await self._submit(self.terminal.bench.make_request(record, declared, **content))

    async def _submit(self, request: Request) -> None:
        terminal = self.terminal
        uploads = sum(isinstance(value, dict) for value in request.values.values())
        promise = Promise(terminal.author, request, uploads)
        terminal.promise(promise)
        try:
            result = await terminal.bench.submit(request)
        except (TaskError, JournalError):
            promise.failed_after = len(terminal.server.effects)
            return
        if isinstance(result, Entry):
            promise.kept = True
            if result.id != request.idempotency_key:
                # The same was on its way already: what counts is that one.
                del terminal.trace.promises[request.idempotency_key]
            return
        promise.accepted_after, promise.receipt = len(terminal.server.effects), result

    # -- what comes back --------------------------------------------------------------------------------

    def _settled(self, entry: Entry) -> None:
        if self.record is None or self.state is None or self.record.execution.key != entry.key:
            return
        if entry.state is not EntryState.SENT:
            return
        errand = asyncio.ensure_future(self._accepted(entry))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _accepted(self, entry: Entry) -> None:
        state = self.state
        assert state is not None
        for field in state.accepted(entry.request.values, entry.request.notes):
            form = state.entries[field]
            await self._store(entry.key, field, form.edit() if form.dirty else None)
        # The bench has read it right before it said so.
        record = self.terminal.bench.records.cached(entry.key) if self.terminal.on else None
        if record is not None:
            await self.renew(record)

    async def renew(self, record: Record) -> None:
        """The server's newer record of what is open; nothing that was typed is touched."""
        shown, state = self.record, self.state
        if shown is None or state is None or shown.execution.key != record.execution.key:
            return
        closed = shown.execution.status.phase.closed, record.execution.status.phase.closed
        if shown.fields != record.fields or closed[0] != closed[1]:
            self.show(record)
            return
        self.record = record
        dirty = state.edits()
        state.rebase(record.answers)
        self._look()
        for field in dirty:
            if not state.entries[field].dirty:
                await self._store(record.execution.key, field, None)

    async def rest(self) -> None:
        """Wait until nothing of what came back is still being looked at."""
        while self._errands:
            await asyncio.wait(self._errands)

    # -- what needs a person ----------------------------------------------------------------------------

    def attention(self) -> list[Entry]:
        """The entries that wait for a decision."""
        return self.terminal.bench.outbox.entries(EntryState.ATTENTION)

    async def take_back(self, entry: Entry) -> None:
        """Do not send it; answers stay as draft."""
        await self.terminal.bench.outbox.discard(entry.id)

    async def send_again(self, entry: Entry) -> None:
        """Ask the server once more."""
        await self.terminal.bench.outbox.retry(entry.id)

    async def look_and_send(self, entry: Entry) -> None:
        """Open it, see both sides, keep the own answers, and hand them over anew."""
        if not entry.key.id or not await self.open(entry.key.id):
            return
        await self.decide(mine=self.terminal.random.random() < 0.7)
        if self.state is not None and not self.state.read_only:
            await self.save()
