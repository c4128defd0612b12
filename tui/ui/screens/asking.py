"""Deny, reset, status, create: each asks in a dialog for what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from tui.form.state import FieldEdit, FormState
from tui.i18n import _, say
from tui.model.action import WHY, Action, Request, Slot
from tui.model.errors import TaskError
from tui.model.execution import Key, Record
from tui.model.field import Choice, Field, Value
from tui.model.message import Message
from tui.model.system import Page
from tui.ui.actions import FORM, LIST
from tui.ui.moments import moment_text
from tui.ui.screens.outgoing import Outgoing
from tui.ui.text import clean
from tui.workbench.bulk import MANY, outcome_of
from tui.workbench.entry import Entry

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew, Place, Sends
    from tui.ui.widgets.execution_list import ExecutionList


class Asking:
    """Opens the dialogs of one main screen; ``acts`` hands over what comes of them."""

    def __init__(self, screen: Crew, acts: Sends) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._acts = acts

    def ask(self, slot: Slot) -> None:
        """Open the dialog of the record's action in ``slot``; of chosen rows one dialog for all."""
        self.ask_about(slot, self.chosen(slot), self._screen.list)

    def ask_about(self, slot: Slot, keys: Sequence[Key], rows: ExecutionList) -> None:
        """The same for ``keys`` that were chosen in ``rows``; without any for the record that the person means."""
        if len(keys) > 1:
            from tui.ui.screens.bulk import Many

            Many(self._screen, self._acts, rows).ask(slot, keys)
            return
        only = keys[0] if keys else None
        self._screen.commands.with_record(lambda record: self._ask(record, slot), only)

    def chosen(self, slot: Slot | None) -> tuple[Key, ...]:
        """The chosen rows, where they are what an action in ``slot`` would be done to."""
        return self._screen.list.chosen if self._screen.pane == LIST and slot in MANY else ()

    def ask_own(self, action_id: str) -> None:
        """Open the dialog of the record's action of that name."""
        self._screen.commands.with_record(lambda record: self._ask_for(record, record.action(action_id)))

    def _ask(self, record: Record, slot: Slot) -> None:
        self._ask_for(record, record.in_slot(slot))

    def _ask_for(self, record: Record, action: Action | None) -> None:
        if action is None:
            self._screen.announce(Message("This task has no such action."), bad=True)
            return
        outgoing = Outgoing(self._bench, record.execution.key)
        if (action.slow and self._acts.runs_already(record)) or (
            action.slot is Slot.DENY and self._acts.done_already(outgoing)
        ):
            return
        if not self._screen.commands.refuse(action):
            execution, now = record.execution, self._bench.clock()
            due = execution.due
            facts = [
                say(execution.status.word),
                _("due {moment}", moment=moment_text(due, now, self._screen.zone)) if due is not None else "",
                clean(execution.place),
            ]
            self._dialog(record, action, [clean(execution.title), " · ".join(filter(None, facts))])

    def create_part(self) -> None:
        """Begin a task that belongs to the one that is meant."""
        screen = self._screen
        key = screen.detail.key if screen.pane == FORM else screen.list.selected_key
        if key is None:
            screen.announce(Message("Select a task first."))
        else:
            self.create(key)

    def create(self, above: Key | None = None, again: Entry | None = None) -> None:
        """n: begin a task that is not planned; ``above`` names one that it belongs to.

        ``again``: one that waits or was not accepted is asked for once more, with what was answered.
        """
        screen = self._screen

        async def declare() -> None:
            try:
                parent = await self._bench.records.load(above) if above is not None else None
                action = await self._bench.new_action(parent)
                if action is None:
                    return
                if again is not None:
                    action = as_answered(action, again.request)
                action, long = await self._with_choices(action)
            except TaskError as error:
                screen.announce(f"{say(error.reason)} {say(error.help)}", bad=True)
                return
            if screen.commands.refuse(action):
                return
            if again is not None:
                self._dialog(None, action, [], long, again)
            else:
                self._pick_first(action, long, parent)

        screen.commands.before_dialog(declare)

    def _pick_first(self, action: Action, long: Mapping[str, Page], parent: Record | None) -> None:
        """What is to be done is found in a list of its own; the dialog then asks for the rest.

        A part of another task is done where that is done: then the dialog asks for everything.
        """
        from tui.ui.screens.find import FindDialog
        from tui.ui.screens.pick import Option

        asked = next((field for field in action.inputs if field.source and not field.hidden), None)
        page = long.get(asked.key) if asked is not None else None
        choices = page.choices if page is not None else asked.choices if asked is not None else ()
        if asked is None or not choices or parent is not None:
            about = [_("Belongs to: {title}", title=clean(parent.execution.title))] if parent is not None else []
            self._dialog(None, action, about, long)
            return
        source = asked.source or ""

        def chosen(value: str | None) -> None:
            if value is None:
                return
            label = dialog.label_of(value)
            only = (Choice(value, label),)
            fixed = msgspec.structs.replace(asked, hidden=True, default=value, choices=only)
            inputs = tuple(fixed if field is asked else field for field in action.inputs)
            self._dialog(None, msgspec.structs.replace(action, inputs=inputs), [clean(label)], long)

        dialog = FindDialog(
            say(action.label),
            [Option(choice.value, choice.label) for choice in choices],
            ask=None if page is None else lambda query: self._bench.choices(source, query),
            ahead=self._screen.ahead,
        )
        dialog.open(self._screen.app, chosen)

    def _turn(self, old: Message, action: Action, state: FormState) -> list[str]:
        """From which state it goes to which, as far as that is known by now."""
        from tui.ui.screens.action import turn

        new = outcome_of(action, state.values())
        return [turn(old, new, ascii_only=self._screen.shop.settings.ascii)] if new is not None else []

    async def _with_choices(self, action: Action) -> tuple[Action, dict[str, Page]]:
        """Read the pickers' options before the dialog opens, so that digits and letters work in it at once.

        With them the lists that are too long to be given whole, by the key of their field.
        """
        inputs: list[Field] = []
        long: dict[str, Page] = {}
        for field in action.inputs:
            if field.source and not field.choices and not field.hidden:
                page = await self._bench.choices(field.source, "")
                if page.complete:
                    field = msgspec.structs.replace(field, kind="choice", choices=page.choices)  # noqa: PLW2901
                else:
                    long[field.key] = page
            inputs.append(field)
        return msgspec.structs.replace(action, inputs=tuple(inputs)), long

    def _dialog(
        self,
        record: Record | None,
        action: Action,
        about: list[str],
        long: Mapping[str, Page] | None = None,
        again: Entry | None = None,
    ) -> None:
        from tui.ui.screens.action import ActionDialog, Proof, fields_of

        place = place_of(record, action, again)
        begun = self._acts.begun.get(place)
        if begun is None and record is not None:
            begun = Outgoing(self._bench, record.execution.key).inputs_of(action.id)
        if begun and record is None:
            about = [*about, _("As it was left: nothing of it was sent.")]
        elif again is not None and again.request.why:
            begun = {WHY: FieldEdit(text=again.request.why, value=again.request.why)}
        state = self._acts.inputs(fields_of(action), begun)
        for key, page in (long or {}).items():
            if key in state.entries:
                state.give_choices(key, page.choices, complete=False)
        if again is not None:
            about = [*about, *refusal_at(state, again)]
        old = record.execution.status.word if record is not None else Message("new")
        dialog = ActionDialog(
            action,
            about,
            state,
            self._bench,
            recent=self._acts.recent(action),
            proof=Proof.of(action, record.execution) if record is not None else None,
            tells=lambda: self._turn(old, action, state),
        )

        def done(inputs: dict[str, Value] | None) -> None:
            self._keep(place, state, confirmed=inputs is not None)
            if inputs is None:
                self._screen.announce(Message("Nothing was sent."))
                return
            self._acts.submit(record, action, inputs, instead=again)
            if action.slot is Slot.DENY and action.becomes is not None and record is not None:
                self._acts.go_on(record)

        dialog.open(self._screen.app, done)

    def _keep(self, place: Place, state: FormState, *, confirmed: bool) -> None:
        """For the next time, if the dialog was left by one key too many or the deed is not taken.

        What was confirmed, and what was answered of a new task. A choice that was given up is not: it would be
        chosen before anybody looks. Nor is a new task that was handed over, for the next one is another, or a
        preset of it, which has another moment then.
        """
        begun, new = self._acts.begun, place[0] is None
        if confirmed and new:
            begun.pop(place, None)
        elif confirmed:
            begun[place] = state.sound_edits()
        else:
            begun[place] = state.own_edits() if new else state.typed_edits()


def place_of(record: Record | None, action: Action, again: Entry | None) -> Place:
    """What the dialog of ``action`` is about; that of a new task by what was picked for it before."""
    if record is not None:
        return record.execution.key, action.id
    picked = map(str, action.along.values())
    return None, " ".join([action.id, again.id if again is not None else "", *picked])


def as_answered(action: Action, request: Request) -> Action:
    """The declaration ``action`` with the answers of ``request`` as its presets, and what travelled along."""
    given = request.inputs
    fields = tuple(msgspec.structs.replace(field, default=given.get(field.key)) for field in action.inputs)
    known = {field.key for field in fields}
    along = tuple(
        Field(key=key, label="", kind="hidden", hidden=True, default=value)
        for key, value in given.items()
        if key not in known
    )
    label = Message(request.called) if request.called else action.label
    return msgspec.structs.replace(action, id=request.action, label=label, inputs=(*fields, *along))


def refusal_at(state: FormState, entry: Entry) -> list[str]:
    """Put what kept ``entry`` from being sent to its fields; the sentences that belong to none of them."""
    words = {key: " ".join(clean(say(one)) for one in said) for key, said in entry.fields.items()}
    left = state.place_server_words(words)
    return [*([clean(say(entry.reason))] if entry.reason is not None else []), *left.values()]
