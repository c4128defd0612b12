"""One field of an open form: what the server holds, what the person did, and what is doubtful about it."""

from __future__ import annotations

from tui.form.codec import Codec, Context, Control, codec_for, is_empty
from tui.form.edit import FieldEdit
from tui.form.problem import Problem
from tui.model.execution import Answer
from tui.model.field import Field, Value

BY_VALUE = frozenset({Control.CHOICE, Control.MULTI, Control.PICKER})
"""Controls that are answered by picking; their text follows from the value."""

_UNUSABLE = frozenset({"unreadable", "ambiguous"})


class Entry:
    """``base*``: the server's side. ``text``, ``value``, ``note``: the person's. ``theirs``: a conflict.

    ``offer`` is a preset that the person has not accepted: shown, but no answer yet. ``settled``: the field
    was left once, so its problem may be shown.
    """

    def __init__(self, field: Field, answer: Answer, ctx: Context) -> None:
        self.field = field
        self.ctx = ctx
        self.codec: Codec = codec_for(field)
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
        self._take(answer)
        self.offer: Value = None if is_empty(field.default) or not is_empty(self.base) else field.default

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
    def value_dirty(self) -> bool:
        """Whether the answer differs from the server's."""
        if self.problem is not None and self.problem.kind in _UNUSABLE and self.text != self.base_text:
            return True
        return not self.codec.same(self.field, self.value, self.base)

    @property
    def dirty(self) -> bool:
        """Whether answer or note differ from the server's."""
        return self.note != self.base_note or self.value_dirty

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
        if self.problem is not None and self.problem.kind in _UNUSABLE and self.text:
            return self.text
        if self.server_text and self.codec.control is Control.BLOCK:
            return self.server_text
        return self.codec.show(self.field, self.value, self.ctx)

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────────

    def type(self, text: str) -> None:
        """Take ``text`` as typed so far."""
        self.offer, self.server_problem, self.text = None, None, text
        if text == self.base_text:
            self.value = self.base
            self.problem = self.codec.validate(self.field, self.value, self.ctx)
            return
        parsed = self.codec.parse(self.field, text, self.ctx)
        self.value = parsed.value
        self.problem = parsed.problem or self.codec.validate(self.field, parsed.value, self.ctx)

    def pick(self, value: Value) -> None:
        """Take ``value`` as the answer."""
        self.offer, self.server_problem = None, None
        self.value, self.text = value, self.codec.format(self.field, value, self.ctx)
        self.problem = self.codec.validate(self.field, value, self.ctx)

    def pick_with_rest(self, value: Value, rest: str, problem: Problem | None) -> None:
        """Take ``value`` although ``rest`` was typed behind it and means nothing (yet)."""
        self.pick(value)
        if rest.strip():
            self.text = f"{self.text}, {rest}" if self.text else rest
            self.problem = problem or self.problem

    def put_back(self, text: str) -> None:
        """Undo: the text that was found when the cursor came."""
        if text == self.base_text:
            self.pick(self.base)
            self.text = text
        else:
            self.type(text)

    def settle(self) -> None:
        """The person leaves the field: show its problem, and write short exact answers as they were read."""
        self.settled = True
        readable = self.problem is None or self.problem.kind not in _UNUSABLE
        if (
            (self.codec.keypad or self.codec.control in BY_VALUE)
            and readable
            and not is_empty(self.value)
            and self.text != self.base_text
        ):
            self.text = self.codec.format(self.field, self.value, self.ctx)

    def accept_offer(self) -> bool:
        """Make the preset the answer; ``False`` where there is none."""
        if is_empty(self.offer):
            return False
        self.pick(self.offer)
        return True

    def restore(self, edit: FieldEdit) -> None:
        """Take over a piece of a draft; the server's present answer is brought in by :meth:`rebase`."""
        current = Answer(value=self.base, text=self.server_text, note=self.base_note)
        self._take(Answer(value=edit.base, note=edit.base_note))
        self.note = edit.note
        read = self.codec.parse(self.field, edit.text, self.ctx)
        if self.codec.control in BY_VALUE and read.problem is None:
            self.pick(edit.value)
        else:
            self.type(edit.text)
            if read.problem is None and not self.codec.same(self.field, read.value, edit.value):
                # "+1" meant a day when it was typed: the day stays although the text means another one now.
                self.pick(edit.value)
        self.settled = True
        self.rebase(current)

    def rebase(self, answer: Answer) -> bool:
        """Bring in the server's newer answer, three ways; whether anything visible changed."""
        before = (self.text, self.value, self.note, self.base, self.base_note, self.theirs)
        moved = not self.codec.same(self.field, answer.value, self.base)
        if not self.value_dirty:
            if moved:
                self._take_value(answer)
        elif self.codec.same(self.field, answer.value, self.value) and self.sendable:
            self.base, self.base_text = answer.value, self.codec.format(self.field, answer.value, self.ctx)
            self.theirs = None
        elif moved:
            self.theirs = answer
        if answer.note != self.base_note:
            if self.note in (self.base_note, answer.note):
                self.note = self.base_note = answer.note
            else:
                self.theirs = answer
        self.server_text = answer.text
        return before != (self.text, self.value, self.note, self.base, self.base_note, self.theirs)

    def resolve(self, *, mine: bool) -> None:
        """End a conflict: keep mine (over theirs, knowingly) or take theirs."""
        if self.theirs is None:
            return
        theirs, self.theirs = self.theirs, None
        if not mine:
            self._take(theirs)
            return
        self.base, self.base_note = theirs.value, theirs.note
        self.base_text = self.codec.format(self.field, theirs.value, self.ctx)

    def _take(self, answer: Answer) -> None:
        self._take_value(answer)
        self.note = self.base_note = answer.note

    def _take_value(self, answer: Answer) -> None:
        self.server_text = answer.text
        self.base = self.value = answer.value
        self.base_text = self.text = self.codec.format(self.field, answer.value, self.ctx)
        self.problem = self.codec.validate(self.field, answer.value, self.ctx)
        self.server_problem = None
        if not is_empty(answer.value):
            self.offer = None
