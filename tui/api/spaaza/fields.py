"""What a new task is asked for (contract section 10): only what the answers so far call for.

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
from tui.api.spaaza.rules import RULES, rule_fields, rules_given
from tui.model.field import Choice, Field, Only, Value
from tui.model.message import Message

_INDEXES = {
    "users": Message("Customers"),
    "transactions": Message("Transactions"),
    "vouchers": Message("Vouchers"),
    "wallet-ledger": Message("Wallet entries"),
    "products": Message("Products"),
    "product-variants": Message("Product variants"),
}
INDEXES = tuple(_INDEXES)
FORMATS = ("csv", "json")
ALL, SEGMENT, LIST, RULES_MODE = "all", "segment", "list", "rules"
KEPT = ("kept_target", "kept_trigger", "kept_segment", "kept_rules", "known_newest")
_PLACES = {"kept_segment": "trigger.segment.", "kept_trigger": "trigger.", "kept_target": "target."}
"""Where what is kept stands in a task; the longer place first."""


def builder(task: Task | None, newest: int, now: datetime, zone: ZoneInfo) -> tuple[Field, ...]:
    """The inputs of a new task; those of ``task`` are their defaults. ``newest`` is the highest ID known."""
    given, kept = _given(task, zone) if task is not None else ({}, {})
    start = now.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    once = start.strftime("%Y-%m-%d %H:%M:%S")
    export = Only("action", (EXPORT,))
    # A copy of a task whose action nobody knows is asked like rewards.
    others = tuple({REWARDS, as_text(given.get("action")) or REWARDS} - {EXPORT})
    other, strange = Only("action", others), len(others) > 1
    plain = (
        _field("desc", Message("What it is called"), "text", given, required=True),
        _choice("action", Message("What it does"), _ACTIONS, given, EXPORT),
        _choice("export_index", Message("Which data"), _DATA, given, INDEXES[0], export),
        _choice("export_format", Message("As which file"), _FILES, given, FORMATS[0], export),
        _field(
            "campaign", Message("Number of the campaign"), "number", given, (other,), integer=True,
            required=not strange,
        ),
        _field("once", Message("First run"), "datetime", given, required=True, default=once, format="Y-m-d H:i:s"),
        _field("repeat", Message("Repeated"), "choice", given, choices=_REPEATS),
    )  # fmt: skip
    hidden = {**kept, "known_newest": str(newest)}
    return (
        *plain,
        *_audience(given, export, other, any_rule="kept_rules" in kept),
        *(Field(key=key, label="", kind="hidden", hidden=True, default=hidden.get(key)) for key in KEPT),
    )


def _audience(given: dict[str, Value], export: Only, other: Only, *, any_rule: bool) -> tuple[Field, ...]:
    """For whom it is: only exports take rules. ``any_rule``: there are some already that nobody is asked for."""
    asked = ("audience", "recipients")
    rules = Only("audience", (RULES_MODE,))
    return (
        _choice("audience", Message("For whom"), _AUDIENCES, given, ALL, export),
        _choice("recipients", Message("For whom"), _AUDIENCES[:-1], given, ALL, other),
        _words("everything", Message("Everything is exported; the file may be large."), Only("audience", (ALL,))),
        _words("everybody", Message("It goes to ALL CUSTOMERS."), Only("recipients", (ALL,))),
        _field(
            "segment_id", Message("ID of the saved segment"), "text", given,
            tuple(Only(key, (SEGMENT,)) for key in asked), required=True,
        ),
        _field(
            "user_list", Message("Reference of the uploaded list"), "text", given,
            tuple(Only(key, (LIST,)) for key in asked), required=True,
        ),
        *(
            field
            for number in range(1, RULES + 1)
            for field in rule_fields(number, given, rules, needed=number == 1 and not any_rule)
        ),
        _choice(
            "join", Message("Which of the rules have to hold"), _JOINS, given, "all",
            rules if any_rule else Only("rule2_field"),
        ),
    )  # fmt: skip


_ACTIONS = (
    Choice(EXPORT, Message("Export").english()),
    Choice(REWARDS, Message("Issue rewards to many customers").english()),
)
_DATA = tuple(Choice(index, word.english()) for index, word in _INDEXES.items())
_FILES = tuple(Choice(word, word.upper()) for word in FORMATS)
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


def _field(
    key: str, label: Message, kind: str, given: dict[str, Value], only: tuple[Only, ...] = (), **more: Any
) -> Field:
    if key in given:
        more["default"] = given[key]
    return Field(key=key, label=label.english(), kind=kind, only=only, **more)


def _choice(
    key: str, label: Message, choices: tuple[Choice, ...], given: dict[str, Value], default: str, *only: Only
) -> Field:
    return _field(key, label, "choice", given, only, choices=choices, required=True, default=default)


def _words(key: str, words: Message, only: Only) -> Field:
    return Field(key=key, label=words.english(), kind="description", only=(only,))


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
    mode = next((mode for mode, there in modes if there), ALL)
    given["audience" if task.action == EXPORT else "recipients"] = mode
    rules, strange = rules_given(task.rules)
    kept: dict[str, str] = {}
    left = dict(task.other) | _unasked(task)
    for name, place in _PLACES.items():
        rest = {key.removeprefix(place): left.pop(key) for key in tuple(left) if key.startswith(place)}
        if rest:
            kept[name] = as_json(rest)
    if strange:
        kept["kept_rules"] = as_json(strange)
    return given | rules, kept


def _unasked(task: Task) -> dict[str, Any]:
    """What its target holds and tasks of its kind are not asked for."""
    target = as_object(task.raw.get("target"))
    keys = ("campaign",) if task.action == EXPORT else ("export_index", "export_format")
    return {f"target.{key}": target[key] for key in keys if key in target}


def unpacked(text: object) -> Any:
    """What was kept, as JSON; ``None`` for anything else."""
    try:
        return json.loads(text) if isinstance(text, str) and text else None
    except (ValueError, RecursionError):
        return None
