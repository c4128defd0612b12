"""Several of several choices. The value is the list of the chosen values, in the order of the choices."""

from __future__ import annotations

import re

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


def written_list(text: str) -> tuple[list[str], str] | None:
    """A list of texts in JSON at the beginning of ``text``, and what stands behind it; ``None`` without one."""
    if not text.startswith("["):
        return None
    import json  # late: hardly any list is written so

    try:
        found, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return (found, text[end:]) if all(isinstance(item, str) for item in found) else None


def _value_of(field: Field, text: str) -> str:
    """The value itself, or the one that is called so."""
    if place(field.choices, text) is not None:
        return text
    named = [choice.value for choice in field.choices if choice.label == text]
    return named[0] if len(named) == 1 else text


class MultiChoiceCodec(Codec):
    """Digits, labels or values, with a comma, semicolon or plus between; JSON where labels are not unique."""

    kinds = ("multi_choice",)
    control = Control.MULTI

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """What can be read is in the value even when another part cannot."""
        if not text.strip():
            return NOTHING
        listed = written_list(text)
        if listed is not None and not listed[1]:
            return Parsed(ordered(field, [_value_of(field, part) for part in listed[0]]) or None)
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
        if read.problem is None and read.value == values:
            return text
        # Labels with commas in them; where they are not unique either, the values say it.
        text = as_json([self._label(field, item) for item in values])
        return text if self.parse(field, text, ctx).value == values else as_json([*values])

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
