"""Their progress fields become answers; and whether two values are the same answer (contract section 2.4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from tui.api.intratool.fields import field_of, key_of
from tui.api.intratool.lenient import as_json, as_text
from tui.api.intratool.records import FormField, ProgressField
from tui.model.execution import Answer
from tui.model.field import Field, Value

_NOTHING = "--"


def answers_of(
    progress: Iterable[ProgressField], theirs: Iterable[FormField], fields: Mapping[str, Field]
) -> tuple[dict[str, Answer], tuple[Field, ...]]:
    """The answers by field key, and read-only fields for those whose question is not known here."""
    keys = {field.id: key_of(field) for field in theirs if field.id is not None}
    answers: dict[str, Answer] = {}
    strangers: list[Field] = []
    for one in progress:
        key = keys.get(one.form_field_id) or (key_of(one.form_field) if one.form_field is not None else None)
        if key is None:
            key = f"field-{one.form_field_id or ''}"
        field = fields.get(key)
        if field is None:
            field = _stranger(one, key, len(fields) + len(strangers))
            if not any(known.key == key for known in strangers):
                strangers.append(field)
        answers[key] = _answer(one, field)
    return answers, tuple(strangers)


def _stranger(one: ProgressField, key: str, place: int) -> Field:
    known = one.form_field
    if known is not None:
        return field_of(known, place)
    return Field(key=key, label=key, kind="unknown", read_only=True, order=place)


def _answer(one: ProgressField, field: Field) -> Answer:
    sent = one.request_value if "request_value" in one.model_fields_set else one.value
    if sent is None and one.value not in (None, _NOTHING):
        sent = one.value
    readable = one.value if isinstance(one.value, str | int | float) and one.value != _NOTHING else None
    return Answer(value=_shaped(sent, field), text=as_text(readable), note=one.additional_information)


def _shaped(value: Any, field: Field) -> Value:
    """A value as the field's kind holds it: several choices are a list, one choice is the option's key."""
    if value in (None, "", _NOTHING):
        return None
    if field.kind == "multi_choice":
        return [as_text(part) for part in _several(value, field)]
    if field.kind in ("choice", "entity"):
        return as_text(value) or value
    if field.kind in ("number", "text", "long_text") and isinstance(value, int | float) and not isinstance(value, bool):
        return as_text(value)
    return value


def _several(value: Any, field: Field) -> Sequence[Any]:
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
    known = {choice.value for choice in field.choices}
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
    if value in (None, "", [], {}, _NOTHING):
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
