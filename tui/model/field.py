"""Fields: the questions of a checklist, as the server defines them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import msgspec

Value: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None
"""A JSON value as it travels. Numbers that a person typed are strings with a point (``"4.5"``)."""


class Choice(msgspec.Struct, frozen=True):
    """One option: ``value`` travels, ``label`` is read, ``points`` is what the server gives for it.

    ``number`` is typed for it wherever it is offered, whatever else is ("": its place in the list).
    """

    value: str
    label: str
    points: float | None = None
    number: str = ""


class Rule(msgspec.Struct, frozen=True):
    """One documented validation (``required``, ``email``, ``number``, ``minmax`` ...) with its configuration."""

    kind: str
    config: dict[str, Any] = {}


class Only(msgspec.Struct, frozen=True):
    """When a field is asked: where ``key``, a field before it that is asked, holds one of ``values``.

    Without ``values`` any answer will do. A preset that is offered counts as the answer.
    """

    key: str
    values: tuple[str, ...] = ()


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question. ``kind`` is an open word; the form's registry decides how it is asked.

    Known kinds: text, long_text, number, email, phone, url, choice, multi_choice, date, time, datetime,
    description, file, entity, entities (a list of IDs), json (a text that is JSON), hidden. Any other is shown
    read-only with its raw value and goes back untouched.
    ``minimum`` and ``maximum`` are the hard limits as text with a point. ``format`` is the wire format of a
    date or time in PHP letters (``Y-m-d H:i:s``). ``source`` names a picker's list for ``TaskSystem.choices``.
    ``raw_kind`` is the server's own word for the kind. ``only``: it is asked where one of these holds, and else
    neither shown nor sent; without any, always.
    """

    key: str
    label: str
    kind: str
    help: str = ""
    placeholder: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    source: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    integer: bool = False
    unit: str = ""
    format: str = ""
    default: Value = None
    read_only: bool = False
    hidden: bool = False
    allows_note: bool = False
    order: int = 0
    rules: tuple[Rule, ...] = ()
    raw_kind: str = ""
    only: tuple[Only, ...] = ()

    @property
    def limits(self) -> tuple[str | None, str | None]:
        """The hard limits, lowest and highest, as text with a point; ``None`` where there is none."""
        return self.minimum, self.maximum


def no_answer(value: Value) -> bool:
    """Whether ``value`` is one of the spellings of "no answer". ``False`` and ``0`` are answers."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return not _parts(value)
    return value is None or value == {}


def same_value(one: Value, other: Value, *, number: bool = False) -> bool:
    """Whether two values are the same answer; pure and symmetric.

    All spellings of "no answer" are one. Lists are the same with the same texts in any order. Everything else
    is compared as text without blanks at its ends (a server may trim): 1 and ``"1"`` are the same, ``"4.50"``
    and ``"4.5"`` are not. Where one side is a JSON number, or ``number`` says that the field's kind is one,
    what can be read as numbers is compared as numbers.
    """
    if no_answer(one) or no_answer(other):
        return no_answer(one) and no_answer(other)
    if isinstance(one, list) and isinstance(other, list):
        return _parts(one) == _parts(other)
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return type(one) is type(other) and one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return _switch(one) == _switch(other)
    left, right = _text(one), _text(other)
    if left == right:
        return True
    if number or not (isinstance(one, str) and isinstance(other, str)):
        numbers = _decimal(left), _decimal(right)
        return None not in numbers and numbers[0] == numbers[1]
    return False


def _parts(values: list[Any]) -> frozenset[str]:
    return frozenset(text for part in values if part is not None and (text := _text(part)))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, bool):
        return _switch(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    try:
        return str(value)
    except (ValueError, RecursionError):  # an integer with more digits than Python writes, or a very deep list
        return f"{type(value).__name__} {id(value)}"


def _switch(value: Value) -> str:
    text = ("false", "true")[value] if isinstance(value, bool) else _text(value)
    return {"false": "0", "true": "1"}.get(text, text)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
