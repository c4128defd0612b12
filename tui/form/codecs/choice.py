"""One of several choices: by digit, by label or by value. The value travels, the label is read."""

from __future__ import annotations

from collections.abc import Sequence

from tui.form.choosing import exact, find, place, resolve
from tui.form.codec import NOTHING, Codec, Context, Control, Parsed, register
from tui.form.problem import Problem
from tui.model.field import Choice, Field, Value
from tui.model.message import Message

UNKNOWN = Problem(Message("None of the choices fits this."), "unreadable")
SEVERAL = Problem(Message("Several choices fit this: type more, or pick one."), "ambiguous")


def not_chosen(choice: Choice) -> Problem:
    """Half a name points at a choice, and only Enter makes it the answer."""
    return Problem(Message("Not chosen yet: Enter here takes “{choice}”.", {"choice": choice.label}), "ambiguous")


def doubt(choices: Sequence[Choice], text: str, *, numbered: bool = True, by_value: bool = True) -> Problem:
    """Why ``text`` names none of the choices in full."""
    index = resolve(choices, text, numbered=numbered, by_value=by_value)
    if index is not None:
        return not_chosen(choices[index])
    return SEVERAL if find(choices, text, numbered=numbered, by_value=by_value) else UNKNOWN


class ChoiceCodec(Codec):
    """A choice that the server holds but no longer offers stays as it is until another one is picked."""

    kinds = ("choice",)
    control = Control.CHOICE

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """The choice that ``text`` names in full; half a name is asked about."""
        if not text.strip():
            return NOTHING
        # A value wins over a digit here, because format() writes values where labels are not unique.
        index = next((i for i, choice in enumerate(field.choices) if choice.value == text), None)
        if index is None or (self.numbered and self._label_of_another(field, text, index)):
            index = exact(field.choices, text, numbered=self.numbered)
        if index is not None:
            return Parsed(field.choices[index].value)
        return Parsed(None, doubt(field.choices, text, numbered=self.numbered))

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """The label where it names this choice alone, else the value."""
        index = place(field.choices, value)
        if index is None:
            return super().format(field, value, ctx)
        choice = field.choices[index]
        for text in (choice.label, choice.value, str(index + 1)):
            if self.parse(field, text, ctx).value == choice.value:
                return text
        return choice.value

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """The label."""
        index = place(field.choices, value)
        return super().format(field, value, ctx) if index is None else field.choices[index].label

    @staticmethod
    def _label_of_another(field: Field, text: str, index: int) -> bool:
        return any(choice.label == text and i != index for i, choice in enumerate(field.choices))


register(ChoiceCodec())
