"""The two sides of one answer: what the server holds, what the person has, and what is to be decided between."""

from __future__ import annotations

import msgspec

from tui.form.choosing import place
from tui.form.codec import Codec, Context, Control, codec_for, is_empty
from tui.form.codecs.multi_choice import chosen
from tui.form.edit import FieldEdit
from tui.form.problem import Problem
from tui.model.execution import Answer
from tui.model.field import Field, Value
from tui.model.message import Message

UNUSABLE = frozenset({"unreadable", "ambiguous"})
"""Kinds of problems of a text from which no value came."""

_NO_WORDS = "–"


class Sides:
    """``base*``: the server's side. ``text``, ``value``, ``note``: the person's. ``theirs``: a conflict.

    ``if_empty``: what is wrong where nothing is answered. ``settled``: the field was left once, so its problem may
    be shown. ``touched``, ``noted``: the person answered or wrote here, be it what the server held already.
    """

    def __init__(self, field: Field, ctx: Context) -> None:
        self.field = field
        self.ctx = ctx
        self.codec: Codec = codec_for(field)
        # Nobody can fill a field that is only read, so nothing is wrong with it here: the server has its say.
        self.if_empty = None if field.read_only else self.codec.validate(field, None, ctx)
        self.server_text = ""
        self.base: Value = None
        self.base_note = ""
        self.base_text = ""
        self.text = ""
        self.value: Value = None
        self.note = ""
        self.problem: Problem | None = None
        self.server_problem: Problem | None = None
        self.theirs: Answer | None = None
        self.settled = False
        self.touched = False
        self.awaited: tuple[Value] | None = None
        """What is on its way to the server from here, where the answer was changed back to the server's since."""
        self.noted = False

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def key(self) -> str:
        """The field's key."""
        return self.field.key

    @property
    def hidden(self) -> bool:
        """Whether it is kept out of sight."""
        return self.field.hidden or self.field.kind == "hidden"

    @property
    def empty(self) -> bool:
        """Whether nothing was answered or typed."""
        return is_empty(self.value) and not self.text.strip()

    @property
    def unread(self) -> bool:
        """Whether no value could be made of what was typed (or of a part of it)."""
        return self.problem is not None and self.problem.kind in UNUSABLE

    @property
    def value_dirty(self) -> bool:
        """Whether the answer differs from the server's."""
        if self.unread and self.text != self.base_text:
            return True
        return not self.codec.same(self.field, self.value, self.base)

    @property
    def dirty(self) -> bool:
        """Whether answer or note differ from the server's."""
        return self.note != self.base_note or self.value_dirty

    @property
    def value_conflict(self) -> bool:
        """Whether somebody else gave another answer than the one that the person began with, and than mine."""
        theirs = self.theirs
        if theirs is None or not self.value_dirty or self.codec.became(self.field, self.base, theirs.value):
            return False
        return not (self.sendable and self.codec.same(self.field, theirs.value, self.value))

    @property
    def note_conflict(self) -> bool:
        """Whether somebody else wrote another note meanwhile."""
        theirs = self.theirs
        return (
            theirs is not None and theirs.note != self.base_note and self.note not in (self.base_note, theirs.note)
        )

    @property
    def conflict(self) -> Problem | None:
        """What is to be decided, with both sides; ``None`` where nobody else changed what I changed."""
        theirs = self.theirs
        if theirs is None:
            return None
        said: list[Message] = []
        if self.value_conflict:
            other = self.codec.show(self.field, theirs.value, self.ctx) or theirs.text or _NO_WORDS
            mine = self.shown() or _NO_WORDS
            said.append(Message("Somebody else: {theirs} · mine: {mine}", {"theirs": other, "mine": mine}))
        if self.note_conflict:
            notes = {"theirs": theirs.note or _NO_WORDS, "mine": self.note or _NO_WORDS}
            said.append(Message("Note of somebody else: {theirs} · mine: {mine}", notes))
        if not said:
            return None
        both = Message("{answer} · {note}", {"answer": said[0], "note": said[-1]})
        return Problem(said[0] if len(said) == 1 else both, "conflict")

    @property
    def held_back(self) -> bool:
        """Whether something was answered or written here that cannot be sent as it stands."""
        return (self.value_dirty and not self.sendable) or self.conflict is not None

    @property
    def doubt(self) -> Problem | None:
        """What is wrong with what was typed; a missing answer is not a doubt."""
        if self.server_problem is not None:
            return self.server_problem
        return self.problem if self.problem is not None and self.problem.kind != "missing" else None

    @property
    def sendable(self) -> bool:
        """Whether the value may travel: it could be read and lies inside the limits."""
        return self.problem is None or self.problem.kind in ("missing", "server")

    def edit(self) -> FieldEdit:
        """The piece of a draft for this field."""
        return FieldEdit(
            text=self.text, value=self.value, note=self.note, base=self.base, base_note=self.base_note
        )

    def shown(self) -> str:
        """The answer for reading; what could not be read as it was typed."""
        if self.unread and self.text:
            return self.text
        if self.server_text and (self.codec.control is Control.BLOCK or self._unnamed):
            return self.server_text
        return self.codec.show(self.field, self.value, self.ctx)

    @property
    def _unnamed(self) -> bool:
        """Whether the server's answer is IDs that we have no names for, while it may have words for them."""
        if not self.codec.finder or self.value_dirty:
            return False
        return any(place(self.field.choices, value) is None for value in chosen(self.value))

    # ── what comes from elsewhere ────────────────────────────────────────────────────────────────────────────

    def annotate(self, note: str) -> None:
        """Take ``note`` as written so far."""
        self.note, self.noted = note, True

    def rebase(self, answer: Answer) -> bool:
        """Bring in the server's newer answer, three ways; whether anything visible changed."""
        before = self._look()
        self._learn_names(answer)
        self.theirs = answer
        if not self.value_conflict and not self.codec.same(self.field, answer.value, self.base):
            awaited = self.awaited if self.touched else None
            changed_back = awaited is not None and self.codec.same(self.field, answer.value, awaited[0])
            if self.value_dirty or changed_back:
                self._set_base(answer.value)
            else:
                self._take_value(answer)
        if not self.note_conflict and answer.note != self.base_note:
            self.note = self.base_note = answer.note
        self.server_text = answer.text
        self._drop_decided()
        return before != self._look()

    def accepted_value(self, value: Value) -> None:
        """The server has taken ``value`` from us. What was answered since stays mine."""
        mine = self.touched or self.value_dirty
        # A file that was sent and cannot be read here any more is still the one that stands here.
        sent = self.unread and self.text == self.codec.format(self.field, value, self.ctx)
        self.server_problem = None
        if mine and not sent:
            self._set_base(value)
        else:
            self._take_value(Answer(value=value))
        if self.theirs is not None:
            self.theirs = msgspec.structs.replace(self.theirs, value=value)
            self._drop_decided()

    def accepted_note(self, note: str) -> None:
        """The server has taken ``note`` from us. What was written since stays mine."""
        if not self.noted and self.note == self.base_note:
            self.note = note
        self.base_note = note
        if self.theirs is not None:
            self.theirs = msgspec.structs.replace(self.theirs, note=note)
            self._drop_decided()

    def resolve(self, *, mine: bool) -> None:
        """End a conflict: keep mine (over theirs, knowingly: they become the base) or take theirs."""
        theirs, of_value, of_note = self.theirs, self.value_conflict, self.note_conflict
        self.theirs = None
        if theirs is None:
            return
        if of_value and mine:
            self._set_base(theirs.value)
        elif of_value:
            self._take_value(theirs)
        if of_note:
            self.base_note = theirs.note
            self.note = self.note if mine else theirs.note

    def _look(self) -> tuple[object, ...]:
        return self.text, self.value, self.note, self.base, self.base_note, self.theirs

    def _drop_decided(self) -> None:
        if not (self.value_conflict or self.note_conflict):
            self.theirs = None

    def _set_base(self, value: Value) -> None:
        self.base, self.base_text = value, self.codec.format(self.field, value, self.ctx)

    def _take(self, answer: Answer) -> None:
        self._take_value(answer)
        self.note = self.base_note = answer.note
        self.noted = False

    def _learn_names(self, answer: Answer) -> None:
        """What the server calls the values of its answer; only lists of the server have names to learn."""

    def _take_value(self, answer: Answer) -> None:
        self._learn_names(answer)
        self.server_text = answer.text
        self.base = self.value = answer.value
        if answer.value is None:
            self.base_text = self.text = ""
            self.problem = self.if_empty
        else:
            self.base_text = self.text = self.codec.format(self.field, answer.value, self.ctx)
            read_only = self.field.read_only
            self.problem = None if read_only else self.codec.validate(self.field, answer.value, self.ctx)
        self.server_problem, self.touched = None, False
