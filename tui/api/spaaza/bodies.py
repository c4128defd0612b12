"""From the inputs of a new task to the body that is sent; what could only be refused is refused here, by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tui.api.lenient import as_object, as_text
from tui.api.spaaza.fields import ALL, FORMATS, INDEXES, LIST, RULES_MODE, SEGMENT, unpacked
from tui.api.spaaza.moments import written
from tui.api.spaaza.records import EXPORT, REWARDS, whole
from tui.api.spaaza.rules import INPUTS, OTHER, RULES, SHAPES, asks_comparison, kind_of, read
from tui.api.times import WallTime
from tui.model.action import Request
from tui.model.errors import Refused
from tui.model.field import Value
from tui.model.message import Message

MARK = "shiftdeck "
"""Begins the diagnostic text of a task that was made here; the request's own key follows, and finds it again."""

_NEEDED = Message("An answer is needed.")
_NO_NUMBER = Message("This is no whole number.")
_NO_DATE = Message("This is no date; write it as 2026-05-11.")
_UNREAD = {
    "min": Message("This is no number."),
    "max": Message("This is no number."),
    "amount": _NO_NUMBER,
    "unit": Message("This is no unit: minute, hour, day, week, month or year."),
}
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


def placed(refusal: Refused, body: Mapping[str, Any]) -> Refused:
    """The server's words about ``body``, at the inputs that it came from."""
    rules = as_object(as_object(body.get("trigger")).get("segment")).get("rules") or []
    moved: Problems = {}
    for path, sentences in refusal.fields.items():
        rule = _RULE.match(path)
        key = _INPUTS.get(path, path)
        if rule is not None:
            number, wire = int(rule.group(1)), rule.group(2)
            sent = as_object(rules[number]) if number < len(rules) else {}
            key = f"rule{number + 1}_{_asked(wire, sent)}"
        moved.setdefault(key, []).extend(sentences)
    refusal.fields = moved
    return refusal


def _asked(wire: str, rule: Mapping[str, Any]) -> str:
    """The question from which the key ``wire`` of a rule came."""
    asked = asks_comparison(as_text(rule.get("field_name")))
    names = {"field_name": "field", "operator": asked}
    return names.get(wire) or dict(SHAPES.get(as_text(rule.get("operator")), ())).get(wire, "field")


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
        return target
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
    export = as_text(inputs.get("action")) == EXPORT
    mode = as_text(inputs.get("audience" if export else "recipients")) or ALL
    if mode in (SEGMENT, LIST):
        key = "segment_id" if mode == SEGMENT else "user_list"
        text = as_text(inputs.get(key)).strip()
        if not text:
            _add(problems, key, _NEEDED)
        return {key: text}
    if mode != RULES_MODE:
        return {}
    if not export:
        _add(problems, "recipients", Message("Rules are for exports; rewards need a saved segment or a list."))
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
    """One rule; ``None`` where nothing of it is answered."""
    place = f"rule{number}_"
    given = {key: as_text(inputs.get(place + key)).strip() for key in INPUTS}
    if not any(given.values()):
        return None
    asked = asks_comparison(given["field"])
    named = "name" if given["field"] == OTHER else "field"
    name, operator = given[named], given[asked]
    shape = SHAPES.get(operator, ())
    for key in (named, asked if shape or not operator else "", *(key for _wire, key in shape)):
        if key and not given[key]:
            _add(problems, place + key, _NEEDED)
    if operator and not shape:
        _add(problems, place + asked, Message("This comparison is not known."))
    values = {wire: read(key, given[key]) for wire, key in shape}
    for wire, key in shape:
        if values[wire] is None and given[key]:
            _add(problems, place + key, _UNREAD.get(key, _NO_DATE))
    types = as_object(unpacked(inputs.get(f"{place}type")))
    kind = as_text(types.get(name)) or kind_of(operator)
    return {"field_name": name, "field_type": kind, "operator": operator, **values}
