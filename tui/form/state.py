"""An open form: its fields in order, the server's answers, the person's, and where the person is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from tui.form.codec import Context, Control, Problem, is_empty
from tui.form.edit import FieldEdit
from tui.form.entry import BY_VALUE, Entry
from tui.form.kept import Leftover, leftover
from tui.form.listing import Listing
from tui.form.rules import is_required
from tui.model.execution import Answer
from tui.model.field import Choice, Field, Only, Value
from tui.model.message import verbatim

__all__ = ["Changed", "FieldEdit", "FormState", "SummaryRow"]

_NO_ANSWER = Answer()


class Changed(NamedTuple):
    """What differs from the server, and what the server had when the person began: for a request."""

    values: dict[str, Value]
    notes: dict[str, str]
    base: dict[str, Value]
    base_notes: dict[str, str]

    def __bool__(self) -> bool:
        return bool(self.values or self.notes)


class SummaryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the review. ``number`` is what F8 jumps to; texts are not cleaned for the screen yet."""

    key: str
    number: int
    label: str
    text: str
    note: str = ""
    unit: str = ""
    required: bool = False
    answered: bool = False
    dirty: bool = False
    conflict: bool = False
    problem: Problem | None = None


class FormState:
    """All fields of one record. ``entries`` holds every field, ``shown`` those that are asked: not the hidden
    ones, nor those that the answers so far do not call for."""

    def __init__(
        self,
        fields: Sequence[Field],
        answers: Mapping[str, Answer],
        ctx: Context,
        *,
        read_only: bool = False,
    ) -> None:
        self.ctx = ctx
        self.read_only = read_only
        self.position: str | None = None
        self.asked = False
        """Whether the person was asked about missing answers: from then on they are marked."""
        self.resumed = False
        """Whether the field at the position comes half-typed from a draft: it is gone on with, not replaced."""
        self._kept: dict[str, FieldEdit] = {}
        unique = {field.key: field for field in reversed(fields)}
        ordered = [field for field in fields if unique.get(field.key) is field]
        self.entries: dict[str, Entry] = {
            field.key: Entry(field, answers.get(field.key, _NO_ANSWER), ctx) for field in ordered
        }
        self._askable = [entry for entry in self.entries.values() if not entry.hidden]
        self._depends = any(entry.field.only for entry in self._askable)
        self._unasked: frozenset[str] = frozenset()
        self.shown: list[Entry] = self._askable
        self.numbers: dict[str, int] = self._numbered()
        self.reshape()

    @classmethod
    def from_record(
        cls,
        fields: Sequence[Field],
        answers: Mapping[str, Answer],
        edits: Mapping[str, FieldEdit] | None = None,
        position: str | None = None,
        *,
        ctx: Context | None = None,
        read_only: bool = False,
    ) -> FormState:
        """The form as the person left it: ``edits`` and ``position`` come from the draft."""
        state = cls(fields, answers, ctx or Context(), read_only=read_only)
        for key, edit in (edits or {}).items():
            entry = state.entries.get(key)
            if entry is not None and state.answerable(entry):
                entry.restore(edit)
            else:
                state._kept[key] = edit
        state.reshape()
        wanted = state.entries.get(position) if position else None
        if wanted is not None and state.answerable(wanted):
            state.position, state.resumed = wanted.key, wanted.dirty
        else:
            state.position = state.first_unanswered() or next(iter(state.answerable_keys()), None)
        return state

    def reshape(self) -> bool:
        """Ask what the answers so far call for; whether other fields are shown now than before."""
        if not self._depends:
            return False
        unasked: set[str] = set()
        for entry in self._askable:
            only = entry.field.only
            if only and not any(one.key not in unasked and self._holds(one) for one in only):
                unasked.add(entry.key)
        if unasked == self._unasked:
            return False
        self._unasked = frozenset(unasked)
        self.shown = [entry for entry in self._askable if entry.key not in unasked]
        self.numbers = self._numbered()
        return True

    def _holds(self, only: Only) -> bool:
        entry = self.entries.get(only.key)
        if entry is None:
            return False
        held = entry.offer if entry.empty else entry.value
        return held in only.values if only.values else not is_empty(held)

    def _numbered(self) -> dict[str, int]:
        questions = (entry.key for entry in self.shown if entry.field.kind != "description")
        return {key: number for number, key in enumerate(questions, start=1)}

    def answerable(self, entry: Entry) -> bool:
        """Whether a person can answer it here and now."""
        return not self.read_only and not entry.hidden and entry.codec.answerable(entry.field)

    def answerable_keys(self) -> list[str]:
        """The fields that take the cursor, in order."""
        if self.read_only:
            return []
        return [entry.key for entry in self.shown if entry.codec.answerable(entry.field)]

    def first_unanswered(self) -> str | None:
        """The first field that holds neither an answer nor typed text."""
        return next((key for key in self.answerable_keys() if self.entries[key].empty), None)

    # ── what is wrong ────────────────────────────────────────────────────────────────────────────────────────

    def missing(self) -> list[str]:
        """Required fields without an answer, in order; not those that are only read, for nobody can fill them."""
        return [
            entry.key
            for entry in self.shown
            if entry.empty and entry.problem is not None and entry.problem.kind == "missing"
        ]

    def doubtful(self) -> list[str]:
        """Fields whose answer cannot be read, has two meanings, is out of limits or was refused."""
        return [
            entry.key for entry in self.shown if entry.doubt is not None and (entry.dirty or entry.server_problem)
        ]

    def ask(self) -> None:
        """The review asked about what is missing or doubtful: from now on the form says it, too."""
        self.asked = True
        for key in self.doubtful():
            self.entries[key].settled = True

    def conflicts(self) -> dict[str, Answer]:
        """Fields that somebody else changed meanwhile, with their answer."""
        return {key: entry.theirs for key, entry in self.entries.items() if entry.theirs and entry.conflict}

    def problems(self) -> dict[str, Problem]:
        """Every problem, undecided conflicts and missing answers included."""
        found = ((entry.key, entry.conflict or entry.doubt or entry.problem) for entry in self.shown)
        return {key: problem for key, problem in found if problem is not None}

    def recheck(self) -> list[str]:
        """Look at the files that are to be sent once more, before they travel; the keys of those that may not."""
        return [key for key, entry in self.entries.items() if entry.recheck()]

    def held_back(self) -> list[str]:
        """The labels of what was changed and cannot be sent: unread, ambiguous, out of limits, undecided."""
        return [entry.field.label or entry.key for entry in self.entries.values() if entry.held_back]

    def kept_back(self) -> dict[str, FieldEdit]:
        """The draft's answers that no field here can take and the server does not hold, by field key."""
        entries = self.entries
        return {key: edit for key, edit in self._kept.items() if key not in entries or self.leftover(key)}

    def leftover(self, key: str) -> Leftover:
        """What stands beside the server's answer of a field that can no longer be answered."""
        edit = self._kept.get(key)
        return Leftover() if edit is None else leftover(self.entries[key], edit)

    def place_server_words(self, words: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
        """Put the server's sentences onto their fields; answers those that belong to no field here."""
        left: dict[str, str] = {}
        for key, said in words.items():
            text = said if isinstance(said, str) else " ".join(said)
            entry = self.entries.get(key)
            if entry is None or entry.hidden or key in self._unasked:
                left[key] = text
            else:
                entry.server_problem, entry.settled = Problem(verbatim(text), "server"), True
        return left

    # ── what goes out, what comes in ─────────────────────────────────────────────────────────────────────────

    def changed(self) -> Changed:
        """What to send: answers that differ from the server's and can travel, and changed notes.

        What somebody else changed too is left out until it is decided (:meth:`Entry.resolve`).
        """
        out = Changed({}, {}, {}, {})
        for key, entry in self.entries.items():
            if entry.value_dirty and entry.sendable and not entry.value_conflict:
                out.values[key], out.base[key] = entry.value, entry.base
            if entry.note != entry.base_note and not entry.note_conflict:
                out.notes[key], out.base_notes[key] = entry.note, entry.base_note
        return out

    def values(self) -> dict[str, Value]:
        """Every readable answer, for an action's own inputs (reason, status, new execution)."""
        return {
            entry.key: entry.value
            for entry in self.shown
            if entry.sendable and not is_empty(entry.value) and entry.field.kind != "description"
        }

    def edits(self) -> dict[str, FieldEdit]:
        """The draft: one piece per field that differs from the server."""
        return {key: entry.edit() for key, entry in self.entries.items() if entry.dirty}

    def sound_edits(self) -> dict[str, FieldEdit]:
        """The pieces that could be read: what fits no choice, or means nothing, is not worth keeping."""
        return {key: edit for key, edit in self.edits().items() if not self.entries[key].unread}

    def typed_edits(self) -> dict[str, FieldEdit]:
        """Those of them that are text, which takes long to type once more; a choice is made again."""
        texts = (Control.LINE, Control.LONG)
        return {key: edit for key, edit in self.sound_edits().items() if self.entries[key].codec.control in texts}

    def own_edits(self) -> dict[str, FieldEdit]:
        """Those of them that are no preset which was only taken over: a preset may be another the next time."""
        entries = self.entries
        return {key: edit for key, edit in self.sound_edits().items() if not entries[key].is_preset}

    def rebase(self, answers: Mapping[str, Answer]) -> list[str]:
        """Bring in newer answers of the server; the keys of the fields that look different now."""
        return [key for key, entry in self.entries.items() if entry.rebase(answers.get(key, _NO_ANSWER))]

    def accepted(self, values: Mapping[str, Value], notes: Mapping[str, str]) -> list[str]:
        """The server has taken exactly these of us: they are the base now, and no change of somebody else.

        What was answered since stays mine. The keys of the fields that this form has among them.
        """
        for key in values.keys() & self.entries.keys():
            self.entries[key].accepted_value(values[key])
        for key in notes.keys() & self.entries.keys():
            self.entries[key].accepted_note(notes[key])
        return [key for key in self.entries if key in values or key in notes]

    def renew_defaults(self, fields: Sequence[Field]) -> list[str]:
        """Take over newer presets; the keys of the fields in which an untouched offer changed with them."""
        return [
            field.key
            for field in fields
            if field.key in self.entries and self.entries[field.key].renew_default(field.default)
        ]

    def sources(self) -> dict[str, str]:
        """The fields that wait for their choices, with the name of the list to read."""
        return {
            entry.key: entry.field.source
            for entry in ([] if self.read_only else self.shown)
            if entry.field.source
            and (entry.listing is None or (entry.listing.whole and not entry.listing.choices))
            and not entry.field.read_only
            and entry.codec.control in BY_VALUE
        }

    def give_choices(self, key: str, choices: Sequence[Choice], *, query: str = "", complete: bool = True) -> None:
        """Hand over choices that were read meanwhile for ``query``; ``complete`` if there are no more for it.

        The answer stays and keeps its name, even where these choices do not hold it.
        """
        self.entries[key].give(Listing(tuple(choices), query.strip(), complete))

    def to_search(self, key: str) -> str | None:
        """What is to be asked of the server's list next for this field; ``None`` where nothing is open."""
        entry = self.entries[key]
        return entry.rest.strip() if entry.rest and entry.searching(entry.rest) else None

    def summary(self) -> list[SummaryRow]:
        """The review's rows: every question that is shown, in order."""
        return [
            SummaryRow(
                key=entry.key,
                number=self.numbers[entry.key],
                label=entry.field.label or entry.key,
                text=entry.shown(),
                note=entry.note,
                unit=entry.field.unit,
                required=is_required(entry.field),
                answered=not entry.empty,
                dirty=entry.dirty,
                conflict=entry.conflict is not None,
                problem=entry.conflict or entry.doubt or entry.problem,
            )
            for entry in self.shown
            if entry.key in self.numbers
        ]
