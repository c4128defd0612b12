"""Values of answers: the shape that a kind of field holds, and whether two of them are the same answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from tui.api.intratool.lenient import as_json, as_text
from tui.model.field import Choice, Value

NOTHING = "--"
"""How the server writes "not answered" for reading."""


def shaped(value: Any, kind: str, choices: Sequence[Choice] = ()) -> Value:
    """A value as the field's kind holds it: several choices are a list, one choice is the option's key."""
    if value in (None, "", NOTHING):
        return None
    if kind == "multi_choice":
        return [as_text(part) for part in _several(value, choices)]
    if kind in ("choice", "entity"):
        return as_text(value) or value
    if kind in ("number", "text", "long_text") and isinstance(value, int | float) and not isinstance(value, bool):
        return as_text(value)
    kept: Value = value
    return kept


def _several(value: Any, choices: Sequence[Choice]) -> Sequence[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value.values())
    text = as_text(value)
    if text.startswith("["):
        try:
            parts = json.loads(text)
        except (ValueError, RecursionError):
            parts = None
        if isinstance(parts, list):
            return parts
    known = {choice.value for choice in choices}
    parts = [part.strip() for part in text.split(",")]
    return parts if text not in known and all(part in known for part in parts) else [text]


def same(one: Value, other: Value) -> bool:
    """Whether two values are one answer: 4.5 and "4.50", "" and null, the same options in another order."""
    left, right = _canonical(one), _canonical(other)
    if left == right:
        return True
    numbers = _decimal(left), _decimal(right)
    return None not in numbers and numbers[0] == numbers[1]


def _canonical(value: Value) -> str:
    if value in (None, "", [], {}, NOTHING):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return as_json(sorted(_canonical(part) for part in value))
    if isinstance(value, dict):
        return as_json(value)
    return as_text(value).replace("\r\n", "\n").strip()


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
