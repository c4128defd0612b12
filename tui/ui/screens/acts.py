"""Doing things with executions: save, finish, deny, reset, status, create, each through the workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tui.form.state import Changed, FieldEdit, FormState
from tui.i18n import _, say
from tui.model.action import Action, Receipt, Slot
from tui.model.errors import Refused, TaskError
from tui.model.execution import Key, Record
from tui.model.field import Field, Value
from tui.model.message import Message
from tui.ui.actions import LIST
from tui.ui.text import clean
from tui.ui.workers import start
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.ui.screens.main import MainScreen
    from tui.ui.screens.review import Reviewed


class Acts:
    """Asks what an action needs, builds the request, and hands it to the workbench, which keeps it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._begun: dict[tuple[Key | None, str], dict[str, FieldEdit]] = {}
        """What was typed into dialogs that were cancelled."""

    # -- save and finish: the form's own answers --------------------------------------------------------------

    def save(self) -> None:
        """F2: send what has changed; the task stays in progress."""
        screen = self._screen
        record = screen.detail.record
        action = record.in_slot(Slot.SAVE) if record is not None else None
        if record is None or action is None or screen.commands.refuse(action):
            return
        state = screen.detail.form.state
        if state is None:
            return
        changed, kept_back = state.changed(), state.held_back()
        if changed:
            self._submit(record, action, {}, changed)
        elif not kept_back:
            screen.announce(Message("Nothing new to save."))
        if kept_back:
            names = ", ".join(clean(label) for label in kept_back)
            screen.announce(_("Kept here, not sent: {fields}. F10 shows what is wrong.", fields=names), bad=True)

    def review(self) -> None:
        """F10: every answer once more; sending is one atomic request."""
        from tui.ui.screens.review import ReviewDialog

        screen = self._screen
        record = screen.detail.record
        action = record.in_slot(Slot.FINISH) if record is not None else None
        state = screen.detail.form.state
        if record is None or action is None or state is None or screen.detail.previous:
            return
        if screen.commands.refuse(action):
            return
        inputs = self._inputs(action.inputs)
        title = clean(record.execution.title)
        dialog = ReviewDialog(title, state, inputs, recent=self._recent(action))
        dialog.open(screen.app, lambda result: self._reviewed(record, action, state, result))

    def _reviewed(self, record: Record, action: Action, answers: FormState, result: Reviewed | None) -> None:
        screen = self._screen
        if result is None:
            return
        if result.jump_to is not None:
            screen.detail.form.show_missing()
            screen.detail.form.focus_field(result.jump_to)
            return
        self._submit(record, action, result.inputs, answers.changed())
        self._go_on(record)

    def _go_on(self, record: Record) -> None:
        """This task is done with: the cursor goes to the next one that is open."""
        rows, done = self._screen.list, record.execution.key
        keys = rows.shown_keys
        place = keys.index(done) if done in keys else -1
        for key in keys[place + 1 :] + keys[: max(0, place)]:
            row = rows.execution(key)
            if row is not None and not row.status.phase.closed:
                rows.select(key)
                break
        self._screen.enter_pane(LIST)

    # -- deny, reset, status, create: a dialog each ---------------------------------------------------------

    def ask(self, slot: Slot) -> None:
        """Open the dialog of the record's action in ``slot``."""
        self._screen.commands.with_record(lambda record: self._ask(record, slot))

    def _ask(self, record: Record, slot: Slot) -> None:
        action = record.in_slot(slot)
        if action is None:
            self._screen.announce(Message("This task has no such action."), bad=True)
        elif not self._screen.commands.refuse(action):
            status = record.execution.status
            number = _("Number {id}", id=record.execution.key.id)
            about = [
                clean(record.execution.title),
                f"{number} · {say(status.word)} · {clean(record.execution.place)}",
            ]
            self._dialog(record, action, about)

    def create(self) -> None:
        """n: begin a task that is not planned."""
        screen = self._screen

        async def declare() -> None:
            try:
                action = await self._bench.new_action(None)
                if action is None:
                    return
                action = await self._with_choices(action)
            except TaskError as error:
                screen.announce(f"{say(error.reason)} {say(error.help)}", bad=True)
                return
            if not screen.commands.refuse(action):
                self._pick_first(action)

        screen.commands.before_dialog(declare)

    def _pick_first(self, action: Action) -> None:
        """What is to be done is found in a list of its own; the dialog then asks for the rest."""
        from tui.ui.screens.pick import FindDialog, Option

        asked = next(
            (field for field in action.inputs if field.source and field.choices and not field.hidden), None
        )
        if asked is None:
            self._dialog(None, action, [])
            return
        labels = {choice.value: choice.label for choice in asked.choices}

        def chosen(value: str | None) -> None:
            if value is None:
                return
            fixed = msgspec.structs.replace(asked, hidden=True, default=value)
            inputs = tuple(fixed if field is asked else field for field in action.inputs)
            self._dialog(None, msgspec.structs.replace(action, inputs=inputs), [clean(labels[value])])

        options = [Option(value, label) for value, label in labels.items()]
        FindDialog(say(action.label), options).open(self._screen.app, chosen)

    async def _with_choices(self, action: Action) -> Action:
        """Read the pickers' options before the dialog opens, so that digits and letters work in it at once."""
        inputs: list[Field] = []
        for field in action.inputs:
            if field.source and not field.choices and not field.hidden:
                page = await self._bench.choices(field.source, "")
                field = msgspec.structs.replace(field, kind="choice", choices=page.choices)  # noqa: PLW2901
            inputs.append(field)
        return msgspec.structs.replace(action, inputs=tuple(inputs))

    def _dialog(self, record: Record | None, action: Action, about: list[str]) -> None:
        from tui.ui.screens.action import ActionDialog, proof_for

        proof = proof_for(action, record.execution.key.id) if record is not None else ""
        place = (record.execution.key if record is not None else None, action.id)
        state = self._inputs(action.inputs, self._begun.get(place))
        dialog = ActionDialog(action, about, state, recent=self._recent(action), proof=proof)

        def done(inputs: dict[str, Value] | None) -> None:
            if inputs is None:
                # Cancelled, perhaps by one Enter too many: what was typed is there the next time.
                self._begun[place] = state.edits()
                return
            self._begun.pop(place, None)
            for field in action.inputs:
                if field.hidden and field.default is not None:
                    inputs.setdefault(field.key, field.default)
            self._submit(record, action, inputs)
            if action.slot is Slot.DENY and record is not None:
                self._go_on(record)

        dialog.open(self._screen.app, done)

    def _inputs(self, fields: tuple[Field, ...], begun: dict[str, FieldEdit] | None = None) -> FormState:
        shown = tuple(_in_words(field) for field in fields if not field.hidden)
        return FormState.from_record(shown, {}, begun, ctx=self._screen.opener.context())

    def _recent(self, action: Action) -> dict[str, list[str]]:
        return self._bench.outbox.recent_inputs(action.id)

    # -- handing over ------------------------------------------------------------------------------------------

    def _submit(
        self,
        record: Record | None,
        action: Action,
        inputs: dict[str, Value],
        changed: Changed | None = None,
    ) -> None:
        screen = self._screen
        request = self._bench.make_request(
            record,
            action,
            title=_title(record, action, inputs),
            inputs=inputs,
            **(changed._asdict() if changed is not None else {}),
        )
        title = clean(request.title) or say(action.label)

        async def send() -> None:
            try:
                result = await self._bench.submit(request)
            except TaskError as error:
                self._failed(title, error)
                return
            except JournalError as error:
                screen.announce(
                    _("{title}: NOT kept and not sent. {why}", title=title, why=say(error.message)), bad=True
                )
                return
            if isinstance(result, Receipt):
                # That it was accepted is told by the outbox, which knows it too.
                if record is not None:
                    screen.opener.read_again(record.execution.key)
                self._bench.live.refresh()
            else:
                words = _("kept here, on its way to the server")
                if record is not None and screen.detail.key == record.execution.key:
                    screen.detail.say_saved(words)
                screen.follower.say_status()

        # The app owns the worker: a pane that goes away must never take a save with it.
        start(screen.app, send, group=f"submit-{request.idempotency_key}", exclusive=False)

    def _failed(self, title: str, error: TaskError) -> None:
        words = " ".join(" ".join(said) for said in error.fields.values()) if isinstance(error, Refused) else ""
        text = f"{title}: {say(error.reason)} {words} {say(error.help)}"
        self._screen.announce(" ".join(text.split()), bad=True)


def _in_words(field: Field) -> Field:
    """An action's own input, with its label in the person's language; options of a picker are the server's."""
    choices = field.choices
    if field.source is None:
        choices = tuple(msgspec.structs.replace(choice, label=say(Message(choice.label))) for choice in choices)
    return msgspec.structs.replace(field, label=say(Message(field.label)), choices=choices)


def _title(record: Record | None, action: Action, inputs: dict[str, Value]) -> str:
    """What the request is about; a creation is named after what was picked first."""
    if record is not None:
        return record.execution.title
    labels = {choice.value: choice.label for field in action.inputs for choice in field.choices}
    return next((labels[value] for value in inputs.values() if isinstance(value, str) and value in labels), "")
