"""Their progress fields become answers (contract section 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.api.intratool.fields import field_of, key_of
from tui.api.intratool.records import FormField, ProgressField
from tui.api.intratool.rich_text import is_formatted, plain
from tui.api.intratool.values import NOTHING, shaped
from tui.api.lenient import as_text
from tui.model.execution import Answer
from tui.model.field import Field


def answers_of(
    progress: Iterable[ProgressField], theirs: Iterable[FormField], fields: Mapping[str, Field]
) -> tuple[dict[str, Answer], tuple[Field, ...]]:
    """The answers by field key, and read-only fields for those whose question is not known here."""
    keys = _keys(theirs)
    answers: dict[str, Answer] = {}
    strangers: list[Field] = []
    for one in progress:
        key = _key(one, keys)
        field = fields.get(key)
        if field is None:
            field = _stranger(one, key, len(fields) + len(strangers))
            if not any(known.key == key for known in strangers):
                strangers.append(field)
        answers[key] = _answer(one, field)
    return answers, tuple(strangers)


def formatted(
    progress: Iterable[ProgressField], theirs: Iterable[FormField], fields: Mapping[str, Field]
) -> tuple[Field, ...]:
    """The questions whose answer was formatted in a web editor: a change made here keeps its text alone."""
    keys = _keys(theirs)
    asked = ((fields.get(_key(one, keys)), one) for one in progress)
    return tuple(
        field
        for field, one in asked
        if field is not None
        and field.kind == "long_text"
        and not field.read_only
        and is_formatted(one.request_value if one.request_value is not None else one.value)
    )


def _keys(theirs: Iterable[FormField]) -> dict[str, str]:
    return {field.id: key_of(field) for field in theirs if field.id is not None}


def _key(one: ProgressField, keys: Mapping[str, str]) -> str:
    known = keys.get(one.form_field_id or "") or (key_of(one.form_field) if one.form_field is not None else None)
    return f"field-{one.form_field_id or ''}" if known is None else known


def _stranger(one: ProgressField, key: str, place: int) -> Field:
    known = one.form_field
    if known is not None:
        return field_of(known, place)
    return Field(key=key, label=key, kind="unknown", read_only=True, order=place)


def _answer(one: ProgressField, field: Field) -> Answer:
    if field.kind == "file":
        # Of a file, the readable value is its address and the sent one its name.
        kept = shaped(one.value, field.kind)
        named = as_text(one.request_value)
        return Answer(value=kept or named or None, text=named or as_text(kept), note=one.additional_information)
    sent = one.request_value if "request_value" in one.model_fields_set else one.value
    if sent is None and one.value not in (None, NOTHING):
        sent = one.value
    readable = as_text(one.value if isinstance(one.value, str | int | float) and one.value != NOTHING else None)
    return Answer(
        value=shaped(sent, field.kind, field.choices),
        text=plain(readable) if field.kind == "long_text" else readable,
        note=one.additional_information,
    )
