"""What a new task must be like (contract sections 4.3 to 4.5). 400 names the part that cannot be taken."""

from __future__ import annotations

from typing import Any

from tui.embedded.spaaza.audience import FACTORS, NEEDS, OPERATORS
from tui.embedded.spaaza.words import EXPORT, FORMATS, INDEXES, REPEATS, REWARDS, forbidden, invalid, read_moment

_DATES = ("start_date", "end_date")


def check(body: dict[str, Any], chain: int) -> None:
    """Refuse a body that is no task of ``chain``."""
    if not _whole(body.get("chain")):
        raise invalid("chain", "an integer is needed")
    if body["chain"] != chain:
        raise forbidden()
    _text(body.get("desc"), "desc", needed=True)
    _text(body.get("debug", ""), "debug")
    _target(_object(body.get("target"), "target"))
    _trigger(_object(body.get("trigger"), "trigger"), chain)


def _target(target: dict[str, Any]) -> None:
    _word(target.get("action"), (EXPORT, REWARDS), "target.action")
    if target["action"] == EXPORT:
        _word(target.get("export_index"), tuple(INDEXES), "target.export_index")
        _word(target.get("export_format"), tuple(FORMATS), "target.export_format")
    elif not _whole(target.get("campaign")):
        raise invalid("target.campaign", "an integer is needed")


def _trigger(trigger: dict[str, Any], chain: int) -> None:
    if read_moment(trigger.get("once")) is None:
        raise invalid("trigger.once", "a date and time in ISO 8601 is needed")
    if trigger.get("repeat") is not None:
        _word(trigger["repeat"], REPEATS, "trigger.repeat")
    given = [name for name in ("segment_id", "user_list", "segment") if trigger.get(name)]
    if len(given) > 1:
        raise invalid(f"trigger.{given[1]}", f"only one of {', '.join(given)} can be given")
    for name in ("segment_id", "user_list"):
        _text(trigger.get(name) or "", f"trigger.{name}")
    if trigger.get("segment"):
        _segment(_object(trigger["segment"], "trigger.segment"), chain)


def _segment(segment: dict[str, Any], chain: int) -> None:
    place = "trigger.segment"
    _word(segment.get("entity"), ("people",), f"{place}.entity")
    _word(segment.get("index"), tuple(INDEXES), f"{place}.index")
    _word(segment.get("join"), ("all", "any"), f"{place}.join")
    if segment.get("chain_id") != chain:
        raise forbidden()
    rules = segment.get("rules")
    if not isinstance(rules, list) or not rules:
        raise invalid(f"{place}.rules", "at least one rule is needed")
    for number, rule in enumerate(rules):
        _rule(_object(rule, f"{place}.rules.{number}"), f"{place}.rules.{number}")


def _rule(rule: dict[str, Any], place: str) -> None:
    for name in ("field_name", "field_type"):
        _text(rule.get(name), f"{place}.{name}", needed=True)
    _word(rule.get("operator"), OPERATORS, f"{place}.operator")
    for name in NEEDS[rule["operator"]]:
        value = rule.get(name)
        if value is None or value == "":
            raise invalid(f"{place}.{name}", "is needed")
        if name in _DATES and read_moment(value) is None:
            raise invalid(f"{place}.{name}", "a date in ISO 8601 is needed")
        if name == "time_factor":
            _word(value, tuple(FACTORS), f"{place}.{name}")
        if name == "time_amount" and not _whole(value):
            raise invalid(f"{place}.{name}", "an integer is needed")
        if name in ("min", "max") and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise invalid(f"{place}.{name}", "a number is needed")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(place, "an object is needed")
    return value


def _text(value: Any, place: str, *, needed: bool = False) -> None:
    if not isinstance(value, str) or (needed and not value.strip()):
        raise invalid(place, "a text is needed")
    if "\0" in value:
        raise invalid(place, "a text without NUL is needed")
    if len(value) > 10_000:
        raise invalid(place, "the text is too long")


def _word(value: Any, known: tuple[str, ...], place: str) -> None:
    if value not in known:
        raise invalid(place, f"must be one of {', '.join(known)}")
