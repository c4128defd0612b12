"""Several of several choices. The value is the list of the chosen values, in the order of the choices."""

from __future__ import annotations

import re

import msgspec

from tui.form.choosing import exact, place
from tui.form.codec import NOTHING, Codec, Context, Control, Parsed, register
from tui.form.codecs.choice import doubt
from tui.form.rules import as_json
from tui.model.field import Field, Value, same_value

_BETWEEN = re.compile(r"[,;+\n]")


def chosen(value: Value) -> list[str]:
    """The chosen values, however the server writes them."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return [item if isinstance(item, str) else as_json(item) for item in value]
    if isinstance(value, dict):
        return [key for key, on in value.items() if on]
    return [value if isinstance(value, str) else as_json(value)]


def ordered(field: Field, values: list[str]) -> list[Value]:
    """Each once, in the order of the choices; those that are no longer offered behind."""
    known = [choice.value for choice in field.choices if choice.value in values]
    return [*dict.fromkeys(known), *dict.fromkeys(value for value in values if value not in known)]


class MultiChoiceCodec(Codec):
    """Digits, labels or values, with a comma, semicolon or plus between; JSON where labels are not unique."""

    kinds = ("multi_choice",)
    control = Control.MULTI

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """What can be read is in the value even when another part cannot."""
        if not text.strip():
            return NOTHING
        if text.startswith("["):
            try:
                return Parsed(ordered(field, msgspec.json.decode(text, type=list[str])))
            except (msgspec.DecodeError, ValueError, RecursionError):
                pass
        values: list[str] = []
        problem = None
        for part in _BETWEEN.split(text):
            index = exact(field.choices, part, numbered=self.numbered)
            if index is not None:
                values.append(field.choices[index].value)
            elif part.strip():
                problem = doubt(field.choices, part, numbered=self.numbered)
        return Parsed(ordered(field, values) or None, problem)

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """Labels with commas if they say it without doubt, else JSON."""
        values = chosen(value)
        if not values:
            return ""
        text = ", ".join(self._label(field, item) for item in values)
        read = self.parse(field, text, ctx)
        return text if read.problem is None and read.value == values else as_json([*values])

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """The labels."""
        return ", ".join(self._label(field, item) for item in chosen(value))

    def same(self, field: Field, one: Value, other: Value) -> bool:
        """The same set of choices."""
        return same_value([*chosen(one)], [*chosen(other)])

    @staticmethod
    def _label(field: Field, value: str) -> str:
        index = place(field.choices, value)
        return value if index is None else field.choices[index].label


register(MultiChoiceCodec())
