"""The rules of an audience as questions: a rule is asked for step by step, so that none can be left half.

First which field, then the comparisons that suit it, then what they compare with (contract section 4.5). The next
rule is asked for as soon as one is begun.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tui.api.lenient import as_json, as_number, as_object, as_text
from tui.api.spaaza.moments import moment_of
from tui.api.spaaza.records import whole
from tui.model.field import Choice, Field, Only, Value
from tui.model.message import Message

RULES = 5
OTHER = "another field"
"""The choice behind which the name of a field is typed: only a few of them are documented."""

WORDS, DATES, ANY = "operator", "when", "compare"
"""The inputs that ask for the comparison: of a word, of a date, of a field that nobody knows."""

FIELDS = {
    "country": (Message("Country (customers)"), WORDS),
    "created_date": (Message("Created on (customers)"), DATES),
    "timestamp": (Message("Moment (transactions, wallet entries)"), DATES),
    "date_time_redeemed": (Message("Redeemed on (vouchers)"), DATES),
    "category": (Message("Category (products)"), WORDS),
}
"""The fields that their documentation shows, by name: in words, and what asks for their comparison."""

OPERATORS = {
    "is": Message("is"),
    "is_not": Message("is not"),
    "contains": Message("contains"),
    "does_not_contain": Message("does not contain"),
    "is_date": Message("is on the day"),
    "is_after_date": Message("is after"),
    "is_before_date": Message("is before"),
    "is_between_date": Message("is between the days"),
    "relative_less_than": Message("is less than … ago"),
    "is_between_number": Message("is between the numbers"),
}
_COMPARED = {WORDS: tuple(OPERATORS)[:4], DATES: tuple(OPERATORS)[4:9], ANY: tuple(OPERATORS)}

SHAPES: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("is", "is_not", "contains", "does_not_contain"), (("value", "value"),)),
    "is_date": (("value", "day"),),
    "is_after_date": (("start_date", "day"),),
    "is_before_date": (("end_date", "day"),),
    "is_between_date": (("start_date", "first"), ("end_date", "last")),
    "is_between_number": (("min", "min"), ("max", "max")),
    "relative_less_than": (("time_amount", "amount"), ("time_factor", "unit")),
}
"""By operator the keys of its rule, each with the input that asks for it."""

_UNITS = {
    "minute": Message("minutes"),
    "hour": Message("hours"),
    "day": Message("days"),
    "week": Message("weeks"),
    "month": Message("months"),
    "year": Message("years"),
}
_VALUES = (
    ("value", Message("Which value"), "text"),
    ("day", Message("Which day"), "date"),
    ("first", Message("From which day"), "date"),
    ("last", Message("To which day"), "date"),
    ("min", Message("From which number"), "number"),
    ("max", Message("To which number"), "number"),
    ("amount", Message("How long ago at most"), "number"),
    ("unit", Message("In which unit"), "choice"),
)
INPUTS = ("field", "name", WORDS, DATES, ANY, *(key for key, _label, _kind in _VALUES))
"""What is asked for one rule, behind ``rule1_``."""

_WHICH = (
    Message("Rule 1: which field"),
    Message("Rule 2: which field"),
    Message("Rule 3: which field"),
    Message("Rule 4: which field"),
    Message("Rule 5: which field"),
)
_SIMPLE = frozenset({"field_name", "field_type", "operator"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def asks_comparison(field: str) -> str:
    """The input that asks for the comparison of ``field``."""
    return FIELDS[field][1] if field in FIELDS else ANY


def rule_fields(number: int, given: dict[str, Value], first: Only, *, needed: bool) -> tuple[Field, ...]:
    """The questions of rule ``number``; ``first`` is when the first one is asked, which is ``needed`` or not."""
    place = f"rule{number}_"
    names = [Choice(name, label.english()) for name, (label, _asks) in FIELDS.items()]
    field = Field(
        key=f"{place}field",
        label=_WHICH[number - 1].english(),
        kind="choice",
        choices=(*names, Choice(OTHER, Message("Another field").english())),
        required=needed,
        default=given.get(f"{place}field"),
        only=(first,) if number == 1 else (Only(f"rule{number - 1}_field"),),
    )
    name = Field(
        key=f"{place}name",
        label=Message("Name of the field").english(),
        kind="text",
        required=True,
        default=given.get(f"{place}name"),
        only=(Only(field.key, (OTHER,)),),
    )
    return (
        field,
        name,
        *(_comparison(place, key, given) for key in _COMPARED),
        *(_value(place, key, label, kind, given) for key, label, kind in _VALUES),
        Field(key=f"{place}type", label="", kind="hidden", hidden=True, default=given.get(f"{place}type")),
    )


def _comparison(place: str, key: str, given: dict[str, Value]) -> Field:
    fields = tuple(name for name in (*FIELDS, OTHER) if asks_comparison(name) == key)
    return Field(
        key=place + key,
        label=Message("How it is compared").english(),
        kind="choice",
        choices=tuple(Choice(operator, OPERATORS[operator].english()) for operator in _COMPARED[key]),
        required=True,
        default=given.get(place + key),
        only=(Only(f"{place}field", fields),),
    )


def _value(place: str, key: str, label: Message, kind: str, given: dict[str, Value]) -> Field:
    operators = tuple(operator for operator, shape in SHAPES.items() if key in dict(shape).values())
    return Field(
        key=place + key,
        label=label.english(),
        kind=kind,
        choices=tuple(Choice(unit, word.english()) for unit, word in _UNITS.items()) if kind == "choice" else (),
        required=True,
        integer=key == "amount",
        default=given.get(place + key),
        only=tuple(Only(place + asked, operators) for asked in _COMPARED),
    )


def rules_given(rules: Sequence[Any]) -> tuple[dict[str, Value], list[Any]]:
    """What the rules of an existing task fill in, and those of them that no question can show."""
    given: dict[str, Value] = {}
    strange = []
    number = 0
    for rule in rules:
        if number < RULES and _shows(rule):
            number += 1
            given.update(_given(f"rule{number}_", as_object(rule)))
        else:
            strange.append(rule)
    return given, strange


def _shows(rule: Any) -> bool:
    """Whether the questions can hold the whole of a rule."""
    raw = as_object(rule)
    shape = SHAPES.get(as_text(raw.get("operator")))
    if shape is None or not as_text(raw.get("field_name")):
        return False
    fits = all(read(asked, as_text(raw.get(key))) == raw.get(key) for key, asked in shape)
    return fits and raw.keys() <= _SIMPLE | {key for key, _asked in shape}


def _given(place: str, rule: dict[str, Any]) -> dict[str, Value]:
    name, operator = as_text(rule["field_name"]), as_text(rule["operator"])
    asked = asks_comparison(name)
    known = name in FIELDS and operator in _COMPARED[asked]
    found: dict[str, Value] = {
        f"{place}field": name if known else OTHER,
        place + (asked if known else ANY): operator,
        # It belongs to this field: with another one it does not travel along.
        f"{place}type": as_json({name: rule.get("field_type")}),
    }
    if not known:
        found[f"{place}name"] = name
    return found | {place + key: as_text(rule[wire]) for wire, key in SHAPES[operator]}


def read(key: str, text: str) -> Any:
    """What was answered to the question ``key`` as it travels; ``None`` for what cannot be read."""
    if key in ("day", "first", "last"):
        return text if _DAY.fullmatch(text) and moment_of(text) is not None else None
    if key in ("min", "max"):
        number = as_number(text)
        return int(number) if number is not None and number.is_integer() else number
    if key == "amount":
        return whole(text)
    return (text if text in _UNITS else None) if key == "unit" else (text or None)


def kind_of(operator: str) -> str:
    """The type of a field about which only the comparison is known."""
    if operator == "is_between_number":
        return "number"
    return "date" if "date" in operator or operator.startswith("relative") else "keyword"
