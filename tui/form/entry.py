"""One field of an open form: how a person answers it, beside what the server holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from tui.form.choosing import exact
from tui.form.codec import Context, Control, is_empty
from tui.form.codecs.choice import doubt
from tui.form.codecs.multi_choice import chosen, ordered
from tui.form.edit import FieldEdit
from tui.form.editor import without_blank_lines
from tui.form.listing import BEHIND, BETWEEN, LOOKING_UP, Listing, labels, names_of, split_names, with_names
from tui.form.problem import Problem
from tui.form.sides import Sides
from tui.model.execution import Answer
from tui.model.field import Field, Value
from tui.model.upload import is_upload

BY_VALUE = frozenset({Control.CHOICE, Control.MULTI, Control.PICKER})
"""Controls that are answered by picking; their text follows from the value."""


class Found(NamedTuple):
    """How a field was found when the cursor came to it; what Ctrl+Z brings back."""

    text: str
    value: Value
    problem: Problem | None
    offer: Value
    rest: str


class Entry(Sides):
    """``offer`` is a preset that the person has not accepted: shown, but no answer yet.

    ``rest``: what was typed in a choice and names none (yet). ``listing``: what was read of the server's list,
    where the choices are one; what was picked keeps its name although a later list does not hold it.
    """

    def __init__(self, field: Field, answer: Answer, ctx: Context) -> None:
        super().__init__(field, ctx)
        self.rest = ""
        self.offer: Value = None if field.default is None or is_empty(field.default) else field.default
        self.listing = Listing(field.choices) if field.source and field.choices else None
        self._names: dict[str, str] = {}
        if answer.value is None and not answer.note and not answer.text:
            # Most fields of a form that opens: as good as nothing is to be taken over.
            self.problem = self.if_empty
        else:
            self._take(answer)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def whole(self) -> bool:
        """Whether all choices are here: then they are numbered, and typing narrows them without the server."""
        return self.field.source is None or (self.listing is not None and self.listing.whole)

    def searching(self, text: str) -> bool:
        """Whether the server has yet to say which choices ``text`` may mean."""
        return not self.whole and (self.listing is None or self.listing.query != text.strip())

    def found(self) -> Found:
        """The present answer, for :meth:`put_back`."""
        return Found(self.text, self.value, self.problem, self.offer, self.rest)

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────────

    def type(self, text: str) -> None:
        """Take ``text`` as typed so far."""
        self._touch()
        self.text = text
        # A blank more or less makes no path of a name that the server gave to a file.
        if text == self.base_text or (self.codec.rewritten and text.strip() == self.base_text.strip()):
            self.value = self.base
            self.problem = self.codec.validate(self.field, self.value, self.ctx)
            return
        parsed = self.codec.parse(self.field, text, self.ctx)
        if parsed.problem is not None and self.codec.control in BY_VALUE:
            self.hold(text, parsed.problem)
            return
        self.value = parsed.value
        self.problem = parsed.problem or self.codec.validate(self.field, parsed.value, self.ctx)

    def pick(self, value: Value, text: str | None = None) -> None:
        """Take ``value`` as the answer; ``text`` is what was typed for it, where that is still open."""
        self._touch()
        if self.field.source is not None:
            self._names.update(labels(self.field, value))
        self.value, self.text = value, self.codec.format(self.field, value, self.ctx) if text is None else text
        self.problem = self.codec.validate(self.field, value, self.ctx)

    def hold(self, rest: str, problem: Problem, value: Value = None) -> None:
        """Keep ``rest``, which names no choice (yet), as typed; the ``value`` that was picked before it stays."""
        self.pick(value)
        between = BETWEEN if self.codec.control is Control.MULTI else BEHIND
        self.text = f"{self.text}{between}{rest}" if self.text else rest
        self.rest, self.problem = rest, problem

    def without_rest(self) -> Found:
        """As it would be found if nothing were typed behind the answer."""
        text = self.codec.format(self.field, self.value, self.ctx)
        return Found(text, self.value, self.codec.validate(self.field, self.value, self.ctx), None, "")

    def put_back(self, found: Found) -> None:
        """Undo: as it was when the cursor came."""
        self._touch()
        self.text, self.value, self.problem, self.offer, self.rest = found

    def _touch(self) -> None:
        self.offer, self.server_problem, self.touched, self.rest = None, None, True, ""

    def settle(self) -> None:
        """The person leaves the field: show its problem, and write short exact answers as they were read."""
        self.settled = True
        if is_empty(self.value):
            self.read_again()
        if self.theirs is not None:
            # What was typed since may be what both sides hold, or no change of mine any more.
            self.rebase(self.theirs)
        if self.codec.control is Control.LONG and self.text != self.base_text:
            text = without_blank_lines(self.text)
            if text != self.text:
                self.type(text)
        written = self.codec.control in (Control.LINE, Control.LONG) and not self.codec.keypad
        if written and not self.codec.rewritten and not self.unread and not self.value_dirty:
            # Blanks more or less are no other answer: what stands here is what the server has.
            self.text, self.value = self.base_text, self.base
        exact_ = self.codec.keypad or self.codec.rewritten or self.codec.control in BY_VALUE
        if exact_ and not self.unread and not is_empty(self.value) and self.text != self.base_text:
            self.text = self.codec.format(self.field, self.value, self.ctx)

    def read_again(self) -> None:
        """Read what was typed once more, where something else than the text (a disk) decides what it means."""
        if self.codec.rewritten and self.unread:
            self.codec.read_anew()
            self.type(self.text)

    def recheck(self) -> bool:
        """Look at a file that is to be sent once more; whether it may not travel as it is now."""
        if not is_upload(self.value) or not self.value_dirty:
            return False
        self.problem = self.codec.validate(self.field, self.value, self.ctx)
        self.settled = True
        return not self.sendable

    @property
    def is_preset(self) -> bool:
        """Whether the answer is the one that was offered."""
        default = self.field.default
        return not is_empty(default) and self.codec.same(self.field, self.value, default)

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
        self.note, self.noted = edit.note, edit.note != edit.base_note
        if edit.text or not is_empty(edit.value) or not is_empty(edit.base):
            restore = self._restore_choice if self.codec.control in BY_VALUE else self._restore_text
            restore(edit)
        self.settled, self.touched = True, self.value_dirty
        self.rebase(current)
        self.awaited = (edit.base,) if self.touched and not self.value_dirty else None

    def _restore_text(self, edit: FieldEdit) -> None:
        self.type(edit.text)
        if not self.unread and not self.codec.same(self.field, self.value, edit.value):
            # "+1" meant a day when it was typed: the day stays although the text means another one now.
            self.pick(edit.value)

    def _restore_choice(self, edit: FieldEdit) -> None:
        """The picked values count; what stands behind them in the text was typed and named none."""
        values = chosen(edit.value)
        if self.codec.control is not Control.MULTI:
            name, _, rest = edit.text.rpartition(BEHIND) if BEHIND in edit.text else (edit.text, "", "")
            names, rest = ({values[0]: name}, rest) if values else ({}, edit.text)
        else:
            names, rest = split_names(edit.text, values, self.codec.format(self.field, edit.value, self.ctx))
        if self.field.source is not None:
            self._names |= names
            self._name_choices()
        self.pick(edit.value)
        if rest.strip():
            self.reread(rest)

    # ── lists of the server, presets, notes ──────────────────────────────────────────────────────────────────

    def give(self, listing: Listing) -> None:
        """Take a list that was read meanwhile: the answer stays, and what named nothing so far is read again."""
        self.listing = listing
        self._name_choices()
        self.base_text = self.codec.format(self.field, self.base, self.ctx)
        if self.rest:
            self.reread(self.rest)
        elif self.sendable:
            self.text = self.codec.format(self.field, self.value, self.ctx)

    def reread(self, rest: str) -> None:
        """Look for ``rest`` among the choices. Only its full name makes a choice the answer: none was shown."""
        touched, offer = self.touched, self.offer
        many = self.codec.control is Control.MULTI
        picked: Sequence[str] = chosen(self.value) if many else ()
        held: Value = [*picked] or None if many else self.value
        index = self.named_in_full(rest, numbered=self.codec.numbered)
        if index is None:
            self.hold(rest, self.doubt_about(rest, numbered=self.codec.numbered), held)
        else:
            value = self.field.choices[index].value
            self.pick(ordered(self.field, [*picked, value]) if many else value)
        self.touched, self.offer = touched, offer

    def named_in_full(self, rest: str, *, numbered: bool) -> int | None:
        """The place of the choice that ``rest`` is the full name of, once the server has said which there are."""
        if self.searching(rest):
            return None
        # The values of a server's list are IDs that nobody sees, so nobody means them.
        return exact(self.field.choices, rest, numbered=numbered, by_value=self.field.source is None)

    def doubt_about(self, rest: str, *, numbered: bool) -> Problem:
        """Why ``rest`` is no answer."""
        if self.searching(rest):
            return LOOKING_UP
        return doubt(self.field.choices, rest, numbered=numbered, by_value=self.field.source is None)

    def _name_choices(self) -> None:
        listed = self.listing.choices if self.listing is not None else ()
        self.field = msgspec.structs.replace(self.field, choices=with_names(listed, self._names))

    def renew_default(self, default: Value) -> bool:
        """Take over a newer preset; whether an untouched offer changed with it."""
        if default == self.field.default:
            return False
        self.field = msgspec.structs.replace(self.field, default=default)
        if not (is_empty(self.base) and self.empty) or (self.touched and is_empty(self.offer)):
            return False
        self.offer = None if is_empty(default) else default
        return True

    def offer_as(self, before: Entry) -> bool:
        """Go on offering what ``before``, of the same field, offers; whether that is another preset."""
        if (
            before.offer == self.offer
            or not is_empty(self.base)
            or not self.empty
            or self.touched
            or before.touched
        ):
            return False
        self.field = msgspec.structs.replace(self.field, default=before.field.default)
        self.offer = before.offer
        return True

    @property
    def beyond_limits(self) -> bool:
        """Whether what was typed is readable and lies outside the hard limits; a file is no matter for a note."""
        return self.problem is not None and self.problem.kind == "limit" and not isinstance(self.value, dict)

    def note_with_answer(self) -> str:
        """The note with the typed answer and its unit behind what stands there."""
        answer = f"{self.codec.format(self.field, self.value, self.ctx)} {self.field.unit}".strip()
        return f"{self.note.rstrip()}; {answer}" if self.note.strip() else answer

    def keep_as_note(self, note: str) -> None:
        """The answer that may not stand goes into the note, and the field is empty."""
        self.annotate(note)
        self.type("")

    def _learn_names(self, answer: Answer) -> None:
        if self.field.source is not None and answer.text:
            self._names |= names_of(answer)
            self._name_choices()

    def _take_value(self, answer: Answer) -> None:
        super()._take_value(answer)
        self.rest = ""
        if not is_empty(answer.value):
            self.offer = None
