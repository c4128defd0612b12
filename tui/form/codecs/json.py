"""JSON as text of several lines: it travels as it was typed, and what cannot be read is named by its place."""

from __future__ import annotations

import re
from typing import Any

from tui.form.codec import NOTHING, Codec, Context, Control, Parsed, register
from tui.form.problem import Problem
from tui.model.field import Field, Value
from tui.model.message import Message

LARGEST = 1_000_000
"""Characters that are read as JSON; nobody types more."""

_HALF = re.compile("[\ud800-\udfff]")


class JsonCodec(Codec):
    """The value is the text itself, so that no digit, blank or order of names is lost on the way."""

    kinds = ("json",)
    control = Control.LONG

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """The text without blanks around it, if it is JSON; else the problem with line and column."""
        typed = text.strip()
        if not typed:
            return NOTHING
        problem = _read(typed)[1]
        if problem is None:
            return Parsed(typed)
        # Line and column are those of the text that the person sees.
        return Parsed(None, _read(text)[1] or problem)

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """Missing, or no JSON."""
        problem = super().validate(field, value, ctx)
        return problem if problem is not None or not isinstance(value, str) else _read(value)[1]

    def same(self, field: Field, one: Value, other: Value) -> bool:
        """The same JSON, however it is laid out."""
        if not isinstance(one, str) or not isinstance(other, str) or one == other:
            return super().same(field, one, other)
        (left, bad), (right, worse) = _read(one), _read(other)
        return bad is None and worse is None and _written(left) == _written(right)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """What is expected."""
        return Message("JSON: texts in quotes, lists in [ ], names and values in {braces}", {"braces": "{ }"})


def _written(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _read(text: str) -> tuple[Any, Problem | None]:
    import json  # late: few forms have such a field

    if len(text) > LARGEST:
        return None, _problem(Message("This is longer than anything that is read here."))
    seen: list[str] = []
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, seen),
            parse_float=_finite,
            parse_constant=_refuse,
        )
        half = _HALF.search(text) or _HALF.search(_written(value))
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        return None, _problem(Message("This is no JSON: look at line {line}, column {column}.", place))
    except (ValueError, RecursionError):
        return None, _problem(
            Message("This is no JSON that can be sent: a number or its depth is beyond all bounds.")
        )
    if seen:
        return None, _problem(
            Message("“{name}” stands here twice: one of the two would be lost.", {"name": seen[0]})
        )
    if half:
        return None, _problem(Message("This has half a character in it, which cannot be sent."))
    return value, None


def _object(pairs: list[tuple[str, Any]], seen: list[str]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        seen.append(next(name for place, name in enumerate(names) if name in names[:place]))
    return found


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _problem(message: Message) -> Problem:
    return Problem(message, "unreadable")


register(JsonCodec())
