"""Doing things with executions through the workbench: save and finish; what asks first is in ``asking``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from tui.form.rules import is_required
from tui.form.state import Changed, FieldEdit, FormState
from tui.i18n import _, say
from tui.model.action import WHY, Action, Delivery, Receipt, Request, Slot
from tui.model.errors import Refused, TaskError
from tui.model.execution import Key, Record
from tui.model.field import Field, Value
from tui.model.message import Message
from tui.ui.actions import LIST
from tui.ui.screens.asking import Asking
from tui.ui.screens.outgoing import Outgoing
from tui.ui.screens.running import Running
from tui.ui.screens.standing import kept_here
from tui.ui.text import clean
from tui.workbench.entry import Entry, EntryState
from tui.workbench.files import FileRefused
from tui.workbench.journal import JournalError
from tui.workbench.sender import UNANSWERED

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew, Place
    from tui.ui.screens.review import Reviewed

NAMED = 3
"""So many fields are named in a sentence; of the others it says how many."""


class Acts:
    """Builds requests and hands them to the workbench, which keeps them. ``dialogs`` asks for what they need."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen
        self._bench = screen.bench
        self.dialogs = Asking(screen, self)
        self.begun: dict[Place, dict[str, FieldEdit]] = {}
        """What was typed into dialogs and is not handed over yet."""
        self.running = Running(screen)

    # -- save and finish: the form's own answers --------------------------------------------------------------

    def save(self) -> None:
        """F2: send what has changed; that does not finish the task."""
        screen = self._screen
        record = screen.detail.record
        action = record.in_slot(Slot.SAVE) if record is not None else None
        if record is None or action is None or screen.commands.refuse(action):
            return
        state = screen.detail.form.state
        if state is None:
            return
        outgoing = Outgoing(self._bench, record.execution.key)
        if self.done_already(outgoing):
            return
        screen.detail.form.recheck()
        changed, kept_back = outgoing.only_new(state, state.changed()), state.held_back()
        given_up = outgoing.given_up(state, changed, Slot.SAVE)
        if changed:
            self.submit(record, action, {}, changed, over=given_up)
        elif given_up:
            screen.writes.begin(screen.app, partial(self._end, given_up))
        elif not kept_back:
            on_its_way = bool(outgoing) and outgoing.refused is None
            screen.announce(
                Message("All is on its way already.") if on_its_way else Message("Nothing new to save.")
            )
        if kept_back:
            words = _("Kept here, not sent: {fields}. F10 shows what is wrong.", fields=_few(kept_back))
            screen.announce(words, bad=True)

    def review(self) -> None:
        """F10: every answer once more; sending is one atomic request."""
        from tui.ui.screens.review import ReviewDialog

        screen = self._screen
        record = screen.detail.record
        action = record.in_slot(Slot.FINISH) if record is not None else None
        state = screen.detail.form.state
        if record is not None and action is None and not screen.detail.previous:
            screen.announce(Message("There is nothing to finish here. F4 shows what can be done."))
        if record is None or action is None or state is None or screen.detail.previous:
            return
        closed = record.execution.status.phase.closed
        if closed and screen.commands.refuse(action):
            return
        outgoing = Outgoing(self._bench, record.execution.key)
        if self.done_already(outgoing):
            return
        screen.detail.form.recheck()
        begun = self.begun.get((record.execution.key, action.id))
        inputs = self.inputs(action.inputs, begun or outgoing.inputs_of(action.id))
        refusal = outgoing.refusal(state, inputs)
        inputs.place_server_words(screen.detail.form.show_problems(refusal.fields))
        dialog = ReviewDialog(
            clean(record.execution.title),
            state,
            inputs,
            recent=self.recent(action),
            said=[_("Not accepted: {why}", why=words) for words in refusal.top],
            points=_points(record),
            marks=screen.detail.form.marks,
            barred=say(action.why_not) if action.why_not is not None else "",
            does=say(action.does) if action.does is not None else "",
        )

        def reviewed(result: Reviewed | None) -> None:
            self.begun[record.execution.key, action.id] = inputs.edits()
            self._reviewed(record, action, state, result)

        dialog.open(screen.app, reviewed)
        if action.why_not is not None:
            # It may be allowed by now: the next review meets what the server says then.
            screen.opener.read_again(record.execution.key)

    def done_already(self, outgoing: Outgoing) -> bool:
        """Say that the task is finished or denied here and only waits for the server; ``True`` if so."""
        if outgoing.closing:
            self._screen.announce(Message("This is done here already; the server has not answered yet."))
        return outgoing.closing

    def _reviewed(self, record: Record, action: Action, answers: FormState, result: Reviewed | None) -> None:
        screen = self._screen
        if result is None:
            return
        if screen.detail.form.state is not answers:
            screen.announce(Message("The task was read anew meanwhile. Look at it again."), bad=True)
        elif result.jump_to is not None:
            screen.detail.form.show_missing()
            screen.detail.form.focus_field(result.jump_to)
        else:
            outgoing = Outgoing(self._bench, record.execution.key)
            changed = outgoing.only_new(answers, answers.changed(), whole=True)
            over = outgoing.given_up(answers, changed, Slot.FINISH)
            self.submit(record, action, result.inputs, changed, over=over)
            if result.left_out:
                kept = _few(result.left_out)
                screen.announce(_("Sent without these, which are kept here: {fields}", fields=kept), bad=True)
            self.go_on(record)

    def go_on(self, record: Record) -> None:
        """This task is done with: the cursor goes to the next one that is open."""
        rows, done = self._screen.list, record.execution.key
        keys = rows.shown_keys
        if self._screen.opener.tree.leads_back:
            self._screen.opener.leave()
            return
        place = keys.index(done) if done in keys else -1
        for key in keys[place + 1 :] + keys[: max(0, place)]:
            row = rows.execution(key)
            if row is not None and not row.status.phase.closed:
                rows.select(key)
                break
        self._screen.enter_pane(LIST)

    # -- what actions ask for ----------------------------------------------------------------------------------

    def inputs(self, fields: tuple[Field, ...], begun: dict[str, FieldEdit] | None = None) -> FormState:
        """A form of an action's own ``fields``, filled with what was ``begun``."""
        shown = tuple(_in_words(field) for field in fields if not field.hidden)
        state = FormState.from_record(shown, {}, begun, ctx=self._screen.opener.context())
        if len(shown) == 1:
            state.numbers.clear()  # a number would only be taken for that of a field in the task
        return state

    def recent(self, action: Action) -> dict[str, list[str]]:
        """The last texts given to each input of an action, newest first."""
        return self._bench.outbox.recent_inputs(action.id)

    # -- handing over ------------------------------------------------------------------------------------------

    def submit(
        self,
        record: Record | None,
        action: Action,
        inputs: dict[str, Value],
        changed: Changed | None = None,
        *,
        instead: Entry | None = None,
        over: Sequence[Entry] = (),
    ) -> None:
        """Hand over; what became of it is told by the outbox, a failure here and now in words.

        ``instead``: the entry that is taken back for it. ``over``: those that are over once it is kept.
        """
        screen = self._screen
        inputs = with_hidden(action, inputs)
        why = inputs.pop(WHY, "")
        place = record.execution.key if record is not None else None, action.id
        answers = changed._asdict() if changed is not None else {}
        request = self._bench.make_request(record, action, inputs=inputs, **answers)
        request = msgspec.structs.replace(request, why=str(why or ""))
        title = clean(request.title) or say(action.label)
        slow = record.execution.key if record is not None and action.slow else None
        self.running.begin(slow, action)

        async def send() -> None:
            try:
                if instead is not None and not await self._taken_back(instead):
                    return
                result = await self._hand_over(request, slow)
            except TaskError as error:
                self._failed(request, title, error)
                if isinstance(error, FileRefused) and record is not None:
                    self._show_file(record.execution.key, error)
                return
            except JournalError as error:
                words = _("{title}: NOT kept and not sent. {why}", title=title, why=say(error.message))
                screen.announce(words, bad=True)
                return
            self.begun.pop(place, None)
            await self._end(over, told=False)
            if isinstance(result, Receipt):
                # That it was accepted is told by the outbox, which knows it too.
                if record is not None:
                    screen.opener.read_again(record.execution.key)
                self._bench.live.refresh()
            else:
                self._say_kept(request, title)

        screen.writes.begin(screen.app, send, online=request.delivery is Delivery.ONLINE)

    async def _end(self, entries: Sequence[Entry], *, told: bool = True) -> None:
        """Take back what nothing is left of; what was entered stays in the history."""
        if not entries:
            return
        screen, outbox, key = self._screen, self._bench.outbox, entries[-1].key
        try:
            ended = [await outbox.discard(entry.id) for entry in entries]
            left = bool(outbox.of(key)) or self._bench.drafts.count(key) > 0
        except JournalError as error:
            screen.announce(error.message, bad=True)
            return
        self._bench.sender.wake()  # what stood behind them goes out now
        if told:
            screen.opener.say_standing(key)
            if not left and all(now is not None and now.state is EntryState.DISCARDED for now in ended):
                screen.announce(
                    Message("Nothing of yours is left to send: what you had entered is in the history.")
                )

    async def _taken_back(self, entry: Entry) -> bool:
        """Whether ``entry`` will not be sent any more; where it is on its way, that is said."""
        now = await self._bench.outbox.discard(entry.id)
        gone = now is not None and now.state is EntryState.DISCARDED
        if not gone:
            self._screen.announce(Message("It was sent meanwhile as it was; nothing new was sent."), bad=True)
        return gone

    def _say_kept(self, request: Request, title: str) -> None:
        """At the task that it is about, if that is on the screen; a new one has no place there yet."""
        screen, words = self._screen, kept_here(self._bench)
        if not request.key_id:
            screen.announce(f"{title}: {words}")
        elif screen.detail.key is not None and screen.detail.key.id == request.key_id:
            screen.detail.say_saved(words)
        screen.follower.say_status()

    async def _hand_over(self, request: Request, slow: Key | None) -> Entry | Receipt:
        try:
            return await self._bench.submit(request)
        finally:
            self.running.end(slow)

    def runs_already(self, record: Record) -> bool:
        """Say that the server is still at work on something slow; ``True`` if so."""
        words = self.running.words(record.execution.key)
        if words:
            self._screen.announce(words)
        return bool(words)

    def _show_file(self, key: Key, error: FileRefused) -> None:
        """Say at its field, if it is on the screen, which file could not be taken."""
        detail = self._screen.detail
        if detail.key == key and detail.record is not None and not detail.previous:
            detail.form.show_problems({error.field: say(error.what)})

    def _failed(self, request: Request, title: str, error: TaskError) -> None:
        if request.delivery is Delivery.ONLINE and isinstance(error, UNANSWERED):
            self._screen.announce(f"{title}: {self._unsent(request, error)}", bad=True)
            return
        words = " ".join(" ".join(said) for said in error.fields.values()) if isinstance(error, Refused) else ""
        text = f"{title}: {say(error.reason)} {words} {say(error.help)}"
        self._screen.announce(" ".join(text.split()), bad=True)

    def _unsent(self, request: Request, error: TaskError) -> str:
        """Of what never waits: that it was not sent, or that nobody knows yet."""
        try:
            entry = self._bench.outbox.get(request.idempotency_key)
        except JournalError:
            entry = None
        if entry is not None and entry.reason is not None and not entry.state.settled:
            return say(entry.reason)
        return _("not sent. {why} It does not wait: do it again later.", why=say(error.reason))


def with_hidden(action: Action, inputs: dict[str, Value]) -> dict[str, Value]:
    """``inputs`` with what travels along and nobody is asked for."""
    return {**action.along, **inputs}


def _in_words(field: Field) -> Field:
    """An action's own input in the person's language, with a word on whether it must be answered.

    Options of a picker are the server's.
    """
    choices = field.choices
    if field.source is None:
        choices = tuple(msgspec.structs.replace(choice, label=say(Message(choice.label))) for choice in choices)
    label = say(Message(field.label))
    if is_required(field):
        label = _("{question} (needed)", question=label)
    elif field.kind != "description":
        label = _("{question} (may stay empty)", question=label)
    return msgspec.structs.replace(field, label=label, choices=choices)


def _few(labels: Sequence[str]) -> str:
    """A few by name, and how many more there are."""
    more = f" (+{len(labels) - NAMED})" if len(labels) > NAMED else ""
    return ", ".join(clean(label) for label in labels[:NAMED]) + more


def _points(record: Record) -> str:
    """What the server has counted so far; nothing before it has counted anything, which is after sending."""
    execution = record.execution
    if not execution.max_points or not execution.points:
        return ""
    return _("{got:g} of {all:g} points so far", got=execution.points, all=execution.max_points)
