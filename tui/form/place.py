"""What is open under the cursor of a form, and how it stays open while answers, presets and choices come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tui.form import noting
from tui.form.codec import Suggestion
from tui.form.editor import LineEditor
from tui.form.entry import BY_VALUE, Entry, Found
from tui.form.picking import Picker
from tui.form.question import Question
from tui.form.state import FormState
from tui.form.writing import RowStarts, Writer
from tui.model.field import Field, Value
from tui.model.message import Message


class Place:
    """``writer`` edits the focused text field, ``picker`` the focused choice, ``note`` and ``jump`` when open.

    ``question``: the cursor came to a field that somebody else changed too; 1 keeps mine, 2 takes theirs, any
    other key edits mine. It begins only when a person goes there and sees it (:meth:`seen`), so that neither a
    refresh nor typing ahead changes what a key means.
    ``reviewed``: what is answered here is reviewed at the end, which the last Enter says.
    ``row_starts`` may be set by a screen that wraps long texts, so that Up and Down follow what is seen.
    """

    def __init__(
        self,
        state: FormState,
        *,
        auto_advance: bool = True,
        reviewed: bool = False,
        recent: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.state = state
        self.auto_advance = auto_advance
        self.reviewed = reviewed
        self.recent = dict(recent or {})
        self._order: tuple[list[Entry], list[str]] = ([], [])
        self.writer: Writer | None = None
        self.picker: Picker | None = None
        self.note: noting.NoteLine | None = None
        self.jump: LineEditor | None = None
        self.said: Message | None = None
        self.question = Question()
        self.row_starts: RowStarts | None = None
        self._after_return = False
        self._arrived = ""
        self._found: Found | None = None
        self._presets: dict[str, Value] = {}
        if self.current is not None:
            self._arrive(resumed=state.resumed)

    @property
    def current(self) -> Entry | None:
        """The field with the cursor; ``None`` in a form that cannot be answered."""
        key = self.state.position
        return None if key is None or self.state.read_only else self.state.entries.get(key)

    @property
    def order(self) -> list[str]:
        """The fields that take the cursor, in order."""
        if self._order[0] is not self.state.shown:
            self._order = self.state.shown, self.state.answerable_keys()
        return self._order[1]

    @property
    def key(self) -> str:
        """The key of the current field ("" without one)."""
        return self.state.position or ""

    @property
    def line(self) -> LineEditor | None:
        """The text that is edited in the current field, if it is a field of text."""
        return self.writer.line if self.writer is not None else None

    @property
    def asking(self) -> bool:
        """Whether 1 and 2 are offered: keep mine, take theirs."""
        return self.question.asking

    def seen(self) -> None:
        """The screen has painted what is asked at the current field, or said about it."""
        self.question.seen(self.current)

    def suggestions(self) -> tuple[Suggestion, ...]:
        """How the line with the cursor may go on; Right takes the first."""
        prompted = self.note is not None or self.jump is not None
        return () if self.writer is None or prompted else self.writer.suggestions()

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Around changes that come from elsewhere: what the person has open under the cursor stays as it is.

        Only where the answer, preset or choices of the current field became others are they shown anew.
        """
        entry = self.current
        before = _look(entry)
        note = entry.note if entry is not None else ""
        yield
        self.question.refreshed(self.current)
        if entry is None or entry is not self.current:
            return
        if self.note is not None and entry.note != note:
            self.note = self.note.renewed(entry)
        if _look(entry) != before:
            self._show_anew()

    def go_on(self, before: Place) -> None:
        """Take over what ``before`` had open under the cursor: this is the same record, asked anew under it."""
        entry, old = self.current, before.current
        if entry is None or old is None or entry.key != old.key:
            return
        self.jump, self.said, self._after_return = before.jump, before.said, before._after_return
        if self.picker is not None and before.picker is not None:
            self.picker.look_like(before.picker)
        if self.writer is not None and before.writer is not None:
            self.writer.look_like(before.writer)
        if before.note is not None and entry.field.allows_note:
            self.note = before.note if entry.note == old.note else before.note.renewed(entry)
        if entry.field.kind != old.field.kind:
            return
        self._found = before._found
        self.question = before.question
        self.question.refreshed(entry)
        preset = entry.field.default
        if entry.offer_as(old):
            self._presets = {entry.key: preset}
            self._show_anew()

    def _show_anew(self) -> None:
        writer, picker, note, question = self.writer, self.picker, self.note, self.question
        self.question = Question()
        self._arrive()
        self.note, self.question = note, question
        if self.picker is not None and picker is not None:
            self.picker.look_like(picker)
        if self.writer is not None and writer is not None:
            self.writer.look_like(writer)

    def renew_defaults(self, fields: Sequence[Field]) -> list[str]:
        """Bring in newer presets; what the cursor stands on is offered as it was seen until the cursor leaves.

        The keys of the fields in which another preset is offered now.
        """
        here = self.key if self.current is not None else ""
        self._presets |= {field.key: field.default for field in fields if field.key == here}
        return self.state.renew_defaults([field for field in fields if field.key != here])

    def relist(self, key: str) -> None:
        """Choices came in for a field; what is typed and pointed at in it stays."""
        if self.picker is not None and key == self.key:
            self.picker.relist()
            self.picker.look_again()

    def _arrive(self, *, resumed: bool = False) -> None:
        entry = self.current
        self.writer = self.picker = self.note = None
        self.question.arrive(entry, stays=self._arrived == self.key)
        self._arrived = self.key
        if entry is None:
            return
        self._found = entry.found()
        if entry.codec.control in BY_VALUE:
            self.picker = Picker(entry, resumed=resumed)
        else:
            self.writer = Writer(entry, recent=self.recent.get(entry.key, ()), resumed=resumed)


def _look(entry: Entry | None) -> tuple[object, ...]:
    return () if entry is None else (entry.text, entry.value, entry.offer, entry.field)
