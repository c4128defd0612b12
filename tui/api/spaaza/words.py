"""Rules, audiences and log lines in words (contract sections 4.3, 4.5 and 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from tui.api.lenient import as_json, as_object, as_text
from tui.api.spaaza.moments import local, moment_of
from tui.api.spaaza.records import Task
from tui.model.execution import Line, Tone
from tui.model.message import Message, verbatim

_SENTENCES = {
    "is": Message("{field} is {value}"),
    "is_not": Message("{field} is not {value}"),
    "contains": Message("{field} contains {value}"),
    "does_not_contain": Message("{field} does not contain {value}"),
    "is_date": Message("{field} is on {value}"),
    "is_after_date": Message("{field} is after {start_date}"),
    "is_before_date": Message("{field} is before {end_date}"),
    "is_between_date": Message("{field} is between {start_date} and {end_date}"),
    "is_between_number": Message("{field} is between {min} and {max}"),
    "relative_less_than": Message("{field} is less than {time_amount} × {time_factor} ago"),
    "relative_more_than": Message("{field} is more than {time_amount} × {time_factor} ago"),
}
_STRANGE = Message("{field}: {operator} {rest}")
_SHAPE = frozenset({"field_name", "field_type", "operator", "nested", "nesting_path"})

_LEVELS = {
    "debug": Tone.PLAIN, "trace": Tone.PLAIN, "info": Tone.PLAIN, "notice": Tone.PLAIN, "done": Tone.GOOD,
    "ok": Tone.GOOD, "success": Tone.GOOD, "warn": Tone.WARNING, "warning": Tone.WARNING, "error": Tone.BAD,
    "err": Tone.BAD, "fatal": Tone.BAD, "critical": Tone.BAD, "failure": Tone.BAD, "failed": Tone.BAD,
}  # fmt: skip
_TEXTS = ("message", "msg", "text", "description", "log")
_LONGEST = 2_000


def sentence(rule: Any) -> Message:
    """One rule as a sentence; what nobody knows is shown as it is."""
    raw = as_object(rule)
    field, operator = _told(raw.get("field_name")) or "?", as_text(raw.get("operator"))
    known = _SENTENCES.get(operator)
    if known is None or not raw:
        rest = {key: value for key, value in raw.items() if key not in _SHAPE} if raw else rule
        words = {"field": field, "operator": operator.replace("_", " "), "rest": as_json(rest)[:_LONGEST]}
        return Message(_STRANGE.id, words)
    values = {key: _told(value) for key, value in raw.items() if key not in _SHAPE}
    return Message(known.id, {**values, "field": field})


def audience(task: Task) -> Message:
    """The audience in a few words."""
    if task.segment_id:
        return Message("saved segment {id}", {"id": task.segment_id})
    if task.user_list:
        return Message("customer list {ref}", {"ref": task.user_list})
    rules = task.rules
    if len(rules) == 1:
        return sentence(rules[0])
    if rules and as_text(task.segment.get("join")) == "any":
        return Message("any of {n} rules", {"n": len(rules)})
    if rules:
        return Message("all of {n} rules", {"n": len(rules)})
    return Message("ALL CUSTOMERS")


def audience_lines(task: Task) -> tuple[Line, ...]:
    """The audience in full: how its rules are joined, then each of them."""
    rules = task.rules
    if not rules or task.segment_id or task.user_list:
        tone = Tone.WARNING if task.everybody else Tone.PLAIN
        return (Line(text=audience(task), tone=tone),)
    any_of = as_text(task.segment.get("join")) == "any"
    joined = Message("Any of these has to hold:") if any_of else Message("All of these have to hold:")
    return (Line(text=joined), *(Line(text=sentence(rule)) for rule in rules))


def log_line(entry: Any, zone: ZoneInfo) -> Line:
    """A line of a log, whose shape is not documented: a date, a level and the rest, or a plain text. A moment is
    told in the wall time of ``zone``."""
    date, level, text = _parts(entry)
    moment = moment_of(date) if "T" in date or ":" in date else None
    when = local(moment, zone) if moment is not None else date
    words = " ".join(part for part in (when, level, text) if part)
    return Line(text=verbatim(words[:_LONGEST]), tone=_tone(entry, level))


def failure(logs: Sequence[Any]) -> str:
    """What went wrong in the last run, from its log (newest line first): the earliest of the last errors, which
    the later ones come of; "" where no line says so."""
    found = ""
    for entry in logs:
        _date, level, text = _parts(entry)
        if _tone(entry, level) is Tone.BAD:
            found = text or found
        elif found:
            break
    return found[:_LONGEST]


def _tone(entry: Any, level: str) -> Tone:
    return _tone_of(entry.partition(" ")[0] if isinstance(entry, str) else level)


def _parts(entry: Any) -> tuple[str, str, str]:
    """Date, level and the rest of a line; "" for what it has not."""
    raw = as_object(entry)
    if not raw:
        return "", "", entry if isinstance(entry, str) else as_json(entry)
    left = dict(raw)
    date = next((left.pop(key) for key, value in raw.items() if moment_of(value) is not None), None)
    level_key = next((key for key, value in left.items() if as_text(value).strip().lower() in _LEVELS), None)
    level = as_text(left.pop(level_key)) if level_key is not None else ""
    text = next((as_text(left.pop(key)) for key in _TEXTS if as_text(left.get(key))), "")
    rest = as_json(left) if left else ""
    return as_text(date), level, " ".join(part for part in (text, rest) if part)


def _tone_of(level: str) -> Tone:
    return _LEVELS.get(level.strip(" :[]").lower(), Tone.PLAIN)


def _told(value: Any) -> str:
    return (as_json(value) if isinstance(value, list | dict) else as_text(value))[:200]
