"""What the outbox knows about the open task: answers that are on their way, and what the server refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tui.form.state import Changed, FieldEdit, FormState
from tui.i18n import _, say
from tui.model.action import Slot
from tui.model.execution import Key
from tui.model.field import Value
from tui.model.message import Message
from tui.ui.text import clean
from tui.workbench.entry import Entry, EntryState, as_chosen
from tui.workbench.entry_rows import CLOSING
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

_ANSWERS = frozenset({Slot.SAVE, Slot.FINISH})


class Refusal(NamedTuple):
    """The server's words about one try: ``fields`` by field key where the answer is still the one it refused,
    ``top`` for everything else."""

    fields: dict[str, str]
    top: tuple[str, ...]


class Outgoing:
    """The unsettled entries of one execution, as they are now."""

    def __init__(self, bench: Workbench, key: Key) -> None:
        self._bench = bench
        try:
            self._entries = bench.outbox.of(key)
        except JournalError:
            # What cannot be read is told by the workbench's own notice; the form opens all the same.
            self._entries = []

    def __bool__(self) -> bool:
        return bool(self._entries)

    @property
    def refused(self) -> Entry | None:
        """The last try to send answers, if a person has to look at it."""
        return next((e for e in reversed(self._entries) if self._held(e) and e.request.slot in _ANSWERS), None)

    @staticmethod
    def _held(entry: Entry) -> bool:
        return entry.state is EntryState.ATTENTION

    def inputs_of(self, action: str) -> dict[str, FieldEdit] | None:
        """What was given to ``action`` when it was refused, so that nobody types it twice."""
        held = [entry for entry in self._entries if self._held(entry) and entry.request.action == action]
        if not held:
            return None
        texts = {key: value for key, value in held[-1].request.inputs.items() if isinstance(value, str)}
        return {key: FieldEdit(text=value, value=value) for key, value in texts.items()}

    def standing(self) -> str:
        """That the last try was not accepted, and why; "" where nothing waits for a person."""
        held = next((entry for entry in reversed(self._entries) if self._held(entry)), None)
        if held is None:
            return ""
        return _("NOT accepted: {why}", why=clean(say(held.reason)) if held.reason is not None else "")

    @property
    def waiting(self) -> Entry | None:
        """What goes out by itself: what ends the work, where there is such an entry, else the last."""
        waiting = [entry for entry in self._entries if not self._held(entry)]
        ending = [entry for entry in waiting if entry.request.slot in CLOSING]
        return next(reversed(ending or waiting), None)

    @property
    def closing(self) -> bool:
        """Whether the task was finished or denied here and the server has not answered yet."""
        return self.waiting is not None and self.waiting.request.slot in CLOSING

    def given_up(self, state: FormState, changed: Changed, slot: Slot) -> list[Entry]:
        """The refused entries that ``changed``, sent in ``slot``, leaves nothing to do for: each of their answers
        goes out with it, or was given up in the form, for somebody else's or for what stood there before.

        An answer that never was a draft was not given up: the form could not show it.
        """
        ended = _ANSWERS if slot is Slot.FINISH else {slot}
        kept = state.kept_back()

        def done_with(entry: Entry, key: str) -> bool:
            mine, request = state.entries.get(key), entry.request
            if mine is None or key in kept or key not in entry.edits:
                return False
            value = key not in request.values or key in changed.values or not mine.value_dirty
            note = key not in request.notes or key in changed.notes or mine.note == mine.base_note
            return value and note and mine.conflict is None

        return [
            entry
            for entry in self._entries
            if self._held(entry)
            and entry.request.slot in ended
            and all(done_with(entry, key) for key in (*entry.request.values, *entry.request.notes))
        ]

    def only_new(self, state: FormState, changed: Changed, *, whole: bool = False) -> Changed:
        """``changed`` without what is on its way already; an answer changed back since then goes out again.

        ``whole``: with what is on its way too.
        """
        new = Changed(dict(changed.values), dict(changed.notes), dict(changed.base), dict(changed.base_notes))
        values, notes = self._on_the_way()
        for key, sent in values.items():
            mine = state.entries.get(key)
            if mine is None or not mine.sendable or mine.value_conflict:
                continue
            if mine.codec.same(mine.field, mine.value, sent):
                if not whole:
                    new.values.pop(key, None)
                    new.base.pop(key, None)
            else:
                new.values[key], new.base[key] = mine.value, sent
        for key, note in notes.items():
            mine = state.entries.get(key)
            if mine is None or mine.note_conflict:
                continue
            if mine.note == note:
                if not whole:
                    new.notes.pop(key, None)
                    new.base_notes.pop(key, None)
            else:
                new.notes[key], new.base_notes[key] = mine.note, note
        return new

    def unsent(self, state: FormState) -> set[str]:
        """The questions of which the server does not have the answer, nor gets it by itself."""
        new = self.only_new(state, state.changed())
        held_back = {key for key, entry in state.entries.items() if entry.held_back}
        return held_back | new.values.keys() | new.notes.keys()

    def taken_back(self, state: FormState | None, field: str) -> FieldEdit | None:
        """The answer to ``field`` as the server has it, where an entry on its way carries another one.

        Its base is what the entry carries: whoever reads it later finds it changed, be the entry accepted by then
        or not. ``None``: nothing is on its way for this field.
        """
        mine = state.entries.get(field) if state is not None else None
        if mine is None or not self.carries(field):
            return None
        values, notes = self._on_the_way()
        edit = mine.edit()
        base, base_note = values.get(field, edit.base), notes.get(field, edit.base_note)
        return msgspec.structs.replace(edit, base=base, base_note=base_note)

    def carries(self, field: str) -> bool:
        """Whether an answer or a note to ``field`` is on its way."""
        return any(field in sent for sent in self._on_the_way())

    def _on_the_way(self) -> tuple[dict[str, Value], dict[str, str]]:
        values: dict[str, Value] = {}
        notes: dict[str, str] = {}
        for entry in self._entries:
            if not self._held(entry):
                values |= as_chosen(entry).request.values
                notes |= entry.request.notes
        return values, notes

    def refusal(self, answers: FormState, inputs: FormState | None = None) -> Refusal:
        """What the server said about the last try, as far as the answers are still those that it refused."""
        entry = self.refused
        return Refusal({}, ()) if entry is None else refusal_of(entry, answers, inputs)


def refusal_of(entry: Entry, answers: FormState, inputs: FormState | None = None) -> Refusal:
    """Sort the words of one refused ``entry``: onto fields, or on top."""
    fields: dict[str, str] = {}
    top: list[str] = []
    if entry.reason is not None:
        top.append(clean(say(entry.reason)))
    for key, messages in entry.fields.items():
        words = " ".join(_verbatim(messages))
        if not words:
            continue  # our own sentence about somebody else's change: the field shows both sides itself
        if inputs is not None and key in inputs.entries:
            form, sent = inputs, entry.request.inputs
        else:
            form, sent = answers, entry.request.values
        field = form.entries.get(key)
        if field is None or field.hidden:
            top.append(clean(words))
        elif field.codec.same(field.field, field.value, sent[key]) if key in sent else not field.value_dirty:
            fields[key] = words
    # Laravel's message is the first sentence of a field once more, and how many there are.
    top = [words for words in top if not any(words.startswith(clean(said)) for said in fields.values())]
    return Refusal(fields, tuple(dict.fromkeys(top)))


def _verbatim(messages: Sequence[Message]) -> list[str]:
    return [say(message) for message in messages if message.server]
