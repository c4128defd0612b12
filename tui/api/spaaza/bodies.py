"""From the inputs of a new task to the body that is sent; what could only be refused is refused here, by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tui.api.lenient import as_number, as_object, as_text
from tui.api.spaaza.fields import ALL, FORMATS, INDEXES, LIST, RULES, RULES_MODE, SEGMENT, SHAPES, unpacked
from tui.api.spaaza.moments import moment_of, written
from tui.api.spaaza.records import EXPORT, REWARDS, whole
from tui.api.times import WallTime
from tui.model.action import Request
from tui.model.errors import Refused
from tui.model.field import Value
from tui.model.message import Message

MARK = "shiftdeck "
"""Begins the diagnostic text of a task that was made here; the request's own key follows, and finds it again."""

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_FACTORS = ("minute", "hour", "day", "week", "month", "year")
_DATES = frozenset({"start_date", "end_date"})

_NEEDED = Message("An answer is needed.")
_NO_NUMBER = Message("This is no whole number.")
_NO_DATE = Message("This is no date; write it as 2026-05-11.")
_INPUTS = {
    "desc": "desc", "target.action": "action", "target.export_index": "export_index",
    "target.export_format": "export_format", "target.campaign": "campaign", "trigger.once": "once",
    "trigger.repeat": "repeat", "trigger.segment_id": "segment_id", "trigger.user_list": "user_list",
    "trigger.segment.join": "join",
}  # fmt: skip
_RULE = re.compile(r"trigger\.segment\.rules\.(\d+)\.(\w+)", re.ASCII)

Problems = dict[str, list[str]]


def body_of(request: Request, chain: int | None, wall: WallTime) -> dict[str, Any]:
    """The body of "Create". Raises ``Refused`` with the fields that are not right; nothing was sent then."""
    inputs, problems = request.inputs, Problems()
    if chain is None:
        refusal = Refused()
        refusal.what = Message("The number of the chain is not known: set “chain” in the profile.")
        raise refusal
    desc = as_text(inputs.get("desc")).strip()
    if not desc:
        _add(problems, "desc", _NEEDED)
    target = _target(inputs, problems)
    trigger = _trigger(inputs, problems, wall)
    trigger.update(_audience(inputs, problems, chain))
    if problems:
        refusal = Refused(fields=problems)
        refusal.what = Message("Some answers cannot be sent like this.")
        raise refusal
    return {
        "chain": chain, "desc": desc, "target": target, "trigger": trigger,
        "debug": MARK + request.idempotency_key,
    }  # fmt: skip


def placed(refusal: Refused) -> Refused:
    """The server's words about a body, at the inputs that it came from."""
    moved: Problems = {}
    for path, sentences in refusal.fields.items():
        rule = _RULE.match(path)
        key = _INPUTS.get(path, path)
        if rule is not None:
            second = rule.group(2) in ("end_date", "max", "time_factor")
            word = {"field_name": "field", "operator": "operator"}.get(
                rule.group(2), "second" if second else "value"
            )
            key = f"rule{int(rule.group(1)) + 1}_{word}"
        moved.setdefault(key, []).extend(sentences)
    refusal.fields = moved
    return refusal


def _add(problems: Problems, key: str, said: Message) -> None:
    problems.setdefault(key, []).append(said.english())


def _target(inputs: Mapping[str, Value], problems: Problems) -> dict[str, Any]:
    action = as_text(inputs.get("action"))
    target: dict[str, Any] = {**as_object(unpacked(inputs.get("kept_target"))), "action": action}
    if not action:
        _add(problems, "action", _NEEDED)
    if action == EXPORT:
        for key, known in (("export_index", INDEXES), ("export_format", FORMATS)):
            target[key] = as_text(inputs.get(key)) or known[0]
    campaign = as_text(inputs.get("campaign")).strip()
    if campaign or action == REWARDS:
        number = whole(campaign)
        if number is None:
            _add(problems, "campaign", _NO_NUMBER if campaign else _NEEDED)
        target["campaign"] = number
    return target


def _trigger(inputs: Mapping[str, Value], problems: Problems, wall: WallTime) -> dict[str, Any]:
    trigger = dict(as_object(unpacked(inputs.get("kept_trigger"))))
    once = wall.to_utc(as_text(inputs.get("once")))
    if once is None:
        _add(problems, "once", _NEEDED)
    else:
        trigger["once"] = written(once)
    if repeat := as_text(inputs.get("repeat")):
        trigger["repeat"] = repeat
    return trigger


def _audience(inputs: Mapping[str, Value], problems: Problems, chain: int) -> dict[str, Any]:
    mode = as_text(inputs.get("audience")) or ALL
    if mode in (SEGMENT, LIST):
        key = "segment_id" if mode == SEGMENT else "user_list"
        text = as_text(inputs.get(key)).strip()
        if not text:
            _add(problems, key, _NEEDED)
        return {key: text}
    if mode != RULES_MODE:
        return {}
    if as_text(inputs.get("action")) != EXPORT:
        _add(problems, "audience", Message("Rules are for exports; rewards need a saved segment or a list."))
        return {}
    rules = [rule for number in range(1, RULES + 1) if (rule := _rule(inputs, number, problems)) is not None]
    kept = unpacked(inputs.get("kept_rules"))
    rules += kept if isinstance(kept, list) else []
    if not rules:
        _add(problems, "rule1_field", _NEEDED)
    segment = {
        **as_object(unpacked(inputs.get("kept_segment"))),
        "entity": "people",
        "index": as_text(inputs.get("export_index")) or INDEXES[0],
        "join": as_text(inputs.get("join")) or "all",
        "chain_id": chain,
        "rules": rules,
    }
    return {"segment": segment}


def _rule(inputs: Mapping[str, Value], number: int, problems: Problems) -> dict[str, Any] | None:
    """One rule; ``None`` where its fields are empty."""
    place = f"rule{number}_"
    name, operator, first, second = (
        as_text(inputs.get(place + key)).strip() for key in ("field", "operator", "value", "second")
    )
    if not (name or operator or first or second):
        return None
    shape = SHAPES.get(operator, ("value",))
    given = ((f"{place}field", name), (f"{place}operator", operator), (f"{place}value", first))
    for key, text in (*given, *(((f"{place}second", second),) if len(shape) > 1 else ())):
        if not text:
            _add(problems, key, _NEEDED)
    values = {
        key: _value(key, text, where, problems)
        for key, text, where in zip(shape, (first, second), (f"{place}value", f"{place}second"), strict=False)
        if text
    }
    if operator == "is_date" and "value" in values:
        values["value"] = _value("start_date", first, f"{place}value", problems)
    kind = as_text(inputs.get(f"{place}type")) or _kind_of(operator)
    return {"field_name": name, "field_type": kind, "operator": operator, **values}


def _kind_of(operator: str) -> str:
    if operator == "is_between_number":
        return "number"
    return "date" if "date" in operator or operator.startswith("relative") else "keyword"


def _value(key: str, text: str, where: str, problems: Problems) -> Any:
    """A value in the type that its key has; a problem at ``where`` for what cannot be read."""
    if key in _DATES:
        found = _date(text)
        if found is None:
            _add(problems, where, _NO_DATE)
        return found
    if key in ("min", "max"):
        number = as_number(text)
        if number is None:
            _add(problems, where, Message("This is no number."))
        return int(number) if number is not None and number.is_integer() else number
    if key == "time_amount":
        amount = whole(text)
        if amount is None:
            _add(problems, where, _NO_NUMBER)
        return amount
    if key == "time_factor":
        factor = text.lower().removesuffix("s")
        if factor not in _FACTORS:
            _add(problems, where, Message("This is no unit: minute, hour, day, week, month or year."))
        return factor
    return text


def _date(text: str) -> str | None:
    """A day as ``2026-05-11``, or a moment as it was written."""
    german = _DAY.fullmatch(text)
    if german is not None:
        day, month, year = (int(part) for part in german.groups())
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return None
    return text if moment_of(text) is not None else None
