"""What a new task is asked for: the rule builder as plain fields, driven by the table of operators (section 10).

There is nothing that an existing task could be asked: no endpoint changes one.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tui.api.lenient import as_json, as_object, as_text
from tui.api.spaaza.moments import REPEATS
from tui.api.spaaza.records import EXPORT, REWARDS, Task
from tui.model.field import Choice, Field, Value
from tui.model.message import Message

INDEXES = ("users", "transactions", "vouchers", "wallet-ledger", "products", "product-variants")
FORMATS = ("csv", "json")
OPERATORS = {
    "is": Message("is"),
    "is_not": Message("is not"),
    "contains": Message("contains"),
    "does_not_contain": Message("does not contain"),
    "is_date": Message("is on the day"),
    "is_after_date": Message("is after"),
    "is_before_date": Message("is before"),
    "is_between_date": Message("is between the days"),
    "is_between_number": Message("is between the numbers"),
    "relative_less_than": Message("is less than … ago"),
}
SHAPES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("is", "is_not", "contains", "does_not_contain", "is_date"), ("value",)),
    "is_after_date": ("start_date",),
    "is_before_date": ("end_date",),
    "is_between_date": ("start_date", "end_date"),
    "is_between_number": ("min", "max"),
    "relative_less_than": ("time_amount", "time_factor"),
}
"""The keys of a rule that its first and second value fill, by operator."""

RULES = 5
ALL, SEGMENT, LIST, RULES_MODE = "all", "segment", "list", "rules"
KEPT = ("kept_target", "kept_trigger", "kept_segment", "kept_rules", "known_newest")
_PLACES = {"kept_segment": "trigger.segment.", "kept_trigger": "trigger.", "kept_target": "target."}
"""Where what is kept stands in a task; the longer place first."""

_HEADINGS = (Message("Rule 1"), Message("Rule 2"), Message("Rule 3"), Message("Rule 4"), Message("Rule 5"))
_SIMPLE = frozenset({"field_name", "field_type", "operator"})


def builder(task: Task | None, newest: int, now: datetime, zone: ZoneInfo) -> tuple[Field, ...]:
    """The inputs of a new task; those of ``task`` are their defaults. ``newest`` is the highest ID known."""
    given, kept = _given(task, zone) if task is not None else ({}, {})
    start = now.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    once = start.strftime("%Y-%m-%d %H:%M:%S")
    plain = (
        _field("desc", Message("What it is called"), "text", given, required=True),
        _choice("action", Message("What it does"), _ACTIONS, given, EXPORT),
        _choice("export_index", Message("Which data (exports)"), _raw(INDEXES), given, INDEXES[0]),
        _choice("export_format", Message("As which file (exports)"), _raw(FORMATS), given, FORMATS[0]),
        _field("campaign", Message("Number of the campaign (rewards)"), "number", given, integer=True),
        _field("once", Message("First run"), "datetime", given, required=True, default=once, format="Y-m-d H:i:s"),
        _field("repeat", Message("Repeated"), "choice", given, choices=_REPEATS),
        _choice("audience", Message("For whom"), _AUDIENCES, given, ALL),
        _field("segment_id", Message("ID of the saved segment"), "text", given),
        _field("user_list", Message("Reference of the uploaded list"), "text", given),
        _choice("join", Message("Which of the rules have to hold"), _JOINS, given, "all"),
    )
    rules = tuple(field for number in range(1, RULES + 1) for field in _rule_fields(number, given))
    hidden = {**kept, "known_newest": str(newest)}
    return (
        *plain,
        *rules,
        *(Field(key=key, label="", kind="hidden", hidden=True, default=hidden.get(key)) for key in KEPT),
    )


_ACTIONS = (
    Choice(EXPORT, Message("Export").english()),
    Choice(REWARDS, Message("Issue rewards to many customers").english()),
)
_AUDIENCES = (
    Choice(ALL, Message("All customers").english()),
    Choice(SEGMENT, Message("A saved segment").english()),
    Choice(LIST, Message("An uploaded list").english()),
    Choice(RULES_MODE, Message("The rules below").english()),
)
_JOINS = (Choice("all", Message("All of them").english()), Choice("any", Message("Any of them").english()))
_WORDS = {
    "daily": Message("every day"),
    "weekly": Message("every week"),
    "monthly": Message("every month"),
}
_REPEATS = tuple(Choice(word, _WORDS[word].english()) for word in REPEATS)
_OPERATORS = tuple(Choice(word, label.english()) for word, label in OPERATORS.items())


def _raw(words: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(word, word) for word in words)


def _field(key: str, label: Message, kind: str, given: dict[str, Value], **more: Any) -> Field:
    if key in given:
        more["default"] = given[key]
    return Field(key=key, label=label.english(), kind=kind, **more)


def _choice(key: str, label: Message, choices: tuple[Choice, ...], given: dict[str, Value], default: str) -> Field:
    return _field(key, label, "choice", given, choices=choices, required=True, default=default)


def _rule_fields(number: int, given: dict[str, Value]) -> tuple[Field, ...]:
    known = Message("For example country, created_date, timestamp, category.").english()
    second = Message("The end, or for … ago the unit: day.").english()
    place = f"rule{number}_"
    return (
        Field(key=f"{place}heading", label=_HEADINGS[number - 1].english(), kind="description"),
        _field(f"{place}field", Message("Which field"), "text", given, help=known),
        _field(f"{place}operator", Message("How it is compared"), "choice", given, choices=_OPERATORS),
        _field(f"{place}value", Message("With what"), "text", given),
        _field(f"{place}second", Message("And what"), "text", given, help=second),
        Field(key=f"{place}type", label="", kind="hidden", hidden=True, default=given.get(f"{place}type")),
    )


def _given(task: Task, zone: ZoneInfo) -> tuple[dict[str, Value], dict[str, str]]:
    """What an existing task fills in, and what of it no field can show, which travels along as it is."""
    given: dict[str, Value] = {"desc": task.desc, "action": task.action}
    for key, text in (
        ("export_index", task.index),
        ("export_format", task.format),
        ("campaign", task.campaign),
        ("repeat", task.repeat),
        ("segment_id", task.segment_id),
        ("user_list", task.user_list),
        ("join", as_text(task.segment.get("join"))),
    ):
        if text:
            given[key] = text
    modes = ((SEGMENT, task.segment_id), (LIST, task.user_list), (RULES_MODE, task.rules))
    given["audience"] = next((mode for mode, there in modes if there), ALL)
    strange = []
    number = 0
    for rule in task.rules:
        if number < RULES and _shows(rule):
            number += 1
            given.update(_rule_given(number, as_object(rule)))
        else:
            strange.append(rule)
    kept: dict[str, str] = {}
    left = dict(task.other)
    for name, place in _PLACES.items():
        rest = {key.removeprefix(place): left.pop(key) for key in tuple(left) if key.startswith(place)}
        if rest:
            kept[name] = as_json(rest)
    if strange:
        kept["kept_rules"] = as_json(strange)
    return given, kept


def _shows(rule: Any) -> bool:
    """Whether the fields can hold the whole of a rule."""
    raw = as_object(rule)
    shape = SHAPES.get(as_text(raw.get("operator")))
    if shape is None or not as_text(raw.get("field_name")):
        return False
    return raw.keys() <= _SIMPLE | set(shape) and all(as_text(raw.get(key)) for key in shape)


def _rule_given(number: int, rule: dict[str, Any]) -> dict[str, Value]:
    place, shape = f"rule{number}_", SHAPES[as_text(rule["operator"])]
    found: dict[str, Value] = {
        f"{place}field": as_text(rule["field_name"]),
        f"{place}operator": as_text(rule["operator"]),
        f"{place}value": as_text(rule[shape[0]]),
        f"{place}type": as_text(rule.get("field_type")),
    }
    if len(shape) > 1:
        found[f"{place}second"] = as_text(rule[shape[1]])
    return found


def unpacked(text: object) -> Any:
    """What was kept, as JSON; ``None`` for anything else."""
    try:
        return json.loads(text) if isinstance(text, str) and text else None
    except (ValueError, RecursionError):
        return None
