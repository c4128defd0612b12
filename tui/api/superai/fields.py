"""A task's output as questions, and answers as an output again (contract section 12, "Inputs").

No fields for people are defined anywhere: each name of the output becomes one, by its value and, where the flow
has one, by the model of the output; what is no scalar is edited as JSON. A field's key says all that is needed to
send its answer, so that a request is complete in itself: ``{attempt}/{type}/{name}``, "" for a whole output.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tui.api.lenient import as_json, as_number, as_object, as_text, number_text
from tui.api.superai.wire import Attempt
from tui.model.errors import Refused
from tui.model.execution import Answer
from tui.model.field import Choice, Field, Value
from tui.model.message import Message

MOST_FIELDS = 300
"""An output with more names than this is one field of JSON."""

_LONG = 80
_KINDS = {"text": "text", "number": "number", "flag": "choice", "json": "json"}
_MODEL = {"string": "text", "number": "number", "integer": "number", "boolean": "flag"}
_FORMATS = {"email": "email", "uri": "url"}
_YES_NO = (Choice("true", Message("Yes").english()), Choice("false", Message("No").english()))
_BEYOND = Message("This number has more digits than the platform keeps.")
_NO_NUMBER = Message("This is no number.")
_NO_JSON = Message("This is no JSON.")


class Form(msgspec.Struct, frozen=True):
    """The questions of one attempt with its present answers."""

    fields: tuple[Field, ...] = ()
    answers: dict[str, Answer] = {}


def form_of(attempt: Attempt, schema: Any) -> Form:
    """The output of ``attempt`` as a form; ``schema`` is the model of the output, if there is one."""
    model = as_object(schema)
    parts = as_object(model.get("properties"))
    required = model.get("required")
    needed = {as_text(name) for name in required} if isinstance(required, list) else set()
    output = attempt.output
    names = list(dict.fromkeys([*parts, *output])) if isinstance(output, dict) else [*parts]
    whole = not isinstance(output, dict | None) or not names or "" in names or len(names) > MOST_FIELDS
    if whole:
        return _form([_one(attempt, "", output, model, True)])  # without it nothing would be handed on
    there = as_object(output)
    return _form(
        [_one(attempt, name, there.get(name), as_object(parts.get(name)), name in needed) for name in names]
    )


def _form(found: list[tuple[Field, Answer]]) -> Form:
    fields = [msgspec.structs.replace(field, order=place) for place, (field, _) in enumerate(found)]
    return Form(tuple(fields), {field.key: answer for field, answer in found})


def _one(attempt: Attempt, name: str, value: Any, model: Mapping[str, Any], needed: bool) -> tuple[Field, Answer]:
    kind = _type_of(value, model)
    whole_number = isinstance(value, int) if value is not None else model.get("type") == "integer"
    integer = kind == "number" and whole_number and model.get("type") in ("integer", None)
    field = Field(
        key=f"{attempt.id}/{kind}/{name}",
        label=as_text(model.get("title")) or name or Message("Output").english(),
        kind=_shown_as(kind, value, model),
        help=as_text(model.get("description")),
        required=needed,
        choices=_choices(kind, value, model),
        minimum=_limit(model.get("minimum")),
        maximum=_limit(model.get("maximum")),
        integer=integer,
        raw_kind=as_text(model.get("type")) or kind,
    )
    return field, Answer(value=held(kind, value))


def _type_of(value: Any, model: Mapping[str, Any]) -> str:
    """text, number, flag or json: by the value that is there, else by the model."""
    if value is None:
        return _MODEL.get(as_text(model.get("type")), "json")
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "json"


def _shown_as(kind: str, value: Any, model: Mapping[str, Any]) -> str:
    if kind == "text":
        if isinstance(model.get("enum"), list) and model["enum"]:
            return "choice"
        text = as_text(value)
        if "\n" in text or len(text) > _LONG:
            return "long_text"
        return _FORMATS.get(as_text(model.get("format")), "text")
    return _KINDS[kind]


def _choices(kind: str, value: Any, model: Mapping[str, Any]) -> tuple[Choice, ...]:
    if kind == "flag":
        return _YES_NO
    words = model.get("enum")
    if kind != "text" or not isinstance(words, list):
        return ()
    return tuple(Choice(as_text(word), as_text(word)) for word in words if as_text(word))


def _limit(value: Any) -> str | None:
    number = as_number(value)
    return None if number is None else number_text(number)


def held(kind: str, value: Any) -> Value:
    """A value of an output as the form holds it: JSON and switches as text."""
    if value is None:
        return None
    if kind == "flag":
        return "true" if value is True else "false"
    if kind == "json":
        return written(value)
    return as_text(value) if kind == "text" else value


def written(value: Any) -> str:
    """JSON to be read and edited."""
    try:
        return json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", "replace").decode()
    except (ValueError, TypeError, RecursionError):
        return as_json(value)


# -- back ----------------------------------------------------------------------------------------------------


class Place(msgspec.Struct, frozen=True):
    """What a field's key says: whose output, of which type, which name of it."""

    attempt: str
    kind: str
    name: str


def place_of(key: str) -> Place | None:
    """The place that ``key`` names; ``None`` for a key that is none of ours."""
    attempt, _, rest = key.partition("/")
    kind, slash, name = rest.partition("/")
    return Place(attempt, kind, name) if slash and kind in _KINDS else None


def merged(output: Any, attempt: str, values: Mapping[str, Value]) -> Any:
    """``output`` with the answers put in. Raises ``Refused`` for one that cannot be sent, at its field."""
    found = dict(output) if isinstance(output, dict) else output
    for key, value in values.items():
        place = place_of(key)
        if place is None or place.attempt != attempt:
            raise _unsent(Message("This answer belongs to another task; nothing was sent."), key)
        sent = _sent(place.kind, value, key)
        found = {**as_object(found), place.name: sent} if place.name else sent
    return found


def now_at(output: Any, key: str) -> Value:
    """What ``output`` holds for the field of ``key``, as the form would hold it."""
    place = place_of(key)
    if place is None:
        return None
    value = output if not place.name else as_object(output).get(place.name)
    if value is None or place.kind in ("json", _type_of(value, {})):
        return held(place.kind, value)
    return written(value)


def _sent(kind: str, value: Value, key: str) -> Any:
    if value is None or value == "":
        # An emptied text is a text still: the model of an output hardly ever takes null in its place.
        return "" if kind == "text" else None
    if kind == "flag":
        return value in (True, "true", 1)
    if kind == "json":
        return _parsed(value, key)
    return _number(value, key) if kind == "number" else as_text(value)


def _parsed(value: Value, key: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    raise _unsent(_NO_JSON, key)


def _number(value: Value, key: str) -> int | float:
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise _unsent(_NO_NUMBER, key)
    if exact == exact.to_integral_value() and exact.as_tuple().exponent == 0:
        return int(exact)
    if Decimal(repr(float(exact))) != exact:
        raise _unsent(_BEYOND, key)
    return float(exact)


def _unsent(why: Message, key: str) -> Refused:
    """Nothing was sent, because the server could only refuse it."""
    refusal = Refused(fields={key: [why.english()]})
    refusal.what = why
    return refusal
