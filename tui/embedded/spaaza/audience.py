"""Who and what a task is about: saved segments, lists of customers, and rules (contract section 4.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from tui.embedded.spaaza import schema
from tui.embedded.spaaza.words import read_moment

Document = dict[str, Any]
FACTORS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_629_800, "year": 31_557_600}


class RunFailed(Exception):
    """The run cannot go on; the text is for the task's log."""


def documents_of(tx: Connection, chain: int, index: str) -> Iterator[Document]:
    """Everything that an index holds, oldest first."""
    table = schema.documents.c
    found = select(table.document).where(table.chain == chain, table.index_name == index).order_by(table.id)
    yield from tx.execute(found).scalars()


def selected(tx: Connection, chain: int, index: str, trigger: dict[str, Any], now: int) -> list[Document]:
    """The documents of ``index`` that the trigger's audience leaves. Raises ``RunFailed``."""
    segment = trigger.get("segment")
    if segment:
        if segment.get("index") != index:
            raise RunFailed(f"The segment is one of {segment.get('index')}, not of {index}.")
        return [one for one in documents_of(tx, chain, index) if in_segment(segment, one, now)]
    people = _people(tx, chain, trigger, now)
    rows = documents_of(tx, chain, index)
    return list(rows) if people is None else [one for one in rows if one.get("user_id") in people]


def _people(tx: Connection, chain: int, trigger: dict[str, Any], now: int) -> set[int] | None:
    """The IDs of the customers that are meant; ``None``: all of them."""
    if trigger.get("segment_id"):
        table = schema.segments.c
        saved = tx.execute(
            select(table.segment).where(table.chain == chain, table.id == trigger["segment_id"])
        ).scalar_one_or_none()
        if saved is None:
            raise RunFailed(f"Segment {trigger['segment_id']} does not exist.")
        return {one["user_id"] for one in documents_of(tx, chain, "users") if in_segment(saved, one, now)}
    if trigger.get("user_list"):
        lists = schema.user_lists.c
        found = tx.execute(
            select(lists.user_ids).where(lists.chain == chain, lists.ref == trigger["user_list"])
        ).scalar_one_or_none()
        if found is None:
            raise RunFailed(f"The customer list {trigger['user_list']} cannot be read.")
        return set(found)
    return None


def in_segment(segment: dict[str, Any], document: Document, now: int) -> bool:
    """Whether the rules hold: all of them, or any."""
    rules = segment.get("rules") or []
    found = (holds(rule, document, now) for rule in rules)
    return not rules or (any(found) if segment.get("join") == "any" else all(found))


def holds(rule: dict[str, Any], document: Document, now: int) -> bool:
    """Whether one rule holds. Raises ``RunFailed`` for an operator that nobody knows."""
    operator = str(rule.get("operator"))
    test = _OPERATORS.get(operator)
    if test is None:
        raise RunFailed(f"Operator {operator} is not known.")
    found = any(test(rule, one, now) for one in _values(rule, document))
    return not found if operator in ("is_not", "does_not_contain") else found


def _values(rule: dict[str, Any], document: Document) -> Iterator[Any]:
    name = str(rule.get("field_name"))
    if not rule.get("nested"):
        yield document.get(name)
        return
    path = str(rule.get("nesting_path") or "")
    parts = document.get(path)
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict):
            yield part.get(name.removeprefix(f"{path}."))


def _is(rule: dict[str, Any], value: Any, _now: int) -> bool:
    return str(value).casefold() == str(rule.get("value")).casefold()


def _contains(rule: dict[str, Any], value: Any, _now: int) -> bool:
    return value is not None and str(rule.get("value")).casefold() in str(value).casefold()


def _is_date(rule: dict[str, Any], value: Any, _now: int) -> bool:
    return isinstance(value, str) and value[:10] == str(rule.get("value"))[:10]


def _between_dates(rule: dict[str, Any], value: Any, _now: int) -> bool:
    moment = read_moment(value)
    start, end = read_moment(rule.get("start_date")), read_moment(rule.get("end_date"), end_of_day=True)
    if moment is None or (start is None and end is None):
        return False
    return (start is None or moment >= start) and (end is None or moment <= end)


def _after(rule: dict[str, Any], value: Any, _now: int) -> bool:
    moment, start = read_moment(value), read_moment(rule.get("start_date"), end_of_day=True)
    return moment is not None and start is not None and moment > start


def _before(rule: dict[str, Any], value: Any, _now: int) -> bool:
    moment, end = read_moment(value), read_moment(rule.get("end_date"))
    return moment is not None and end is not None and moment < end


def _between_numbers(rule: dict[str, Any], value: Any, _now: int) -> bool:
    try:
        return float(rule["min"]) <= float(value) <= float(rule["max"])
    except (KeyError, TypeError, ValueError):
        return False


def _age(rule: dict[str, Any], value: Any, now: int) -> tuple[int, int] | None:
    moment, factor = read_moment(value), FACTORS.get(str(rule.get("time_factor")))
    if moment is None or factor is None:
        return None
    return now - moment, factor * int(rule.get("time_amount") or 0)


def _younger(rule: dict[str, Any], value: Any, now: int) -> bool:
    found = _age(rule, value, now)
    return found is not None and 0 <= found[0] < found[1]


def _older(rule: dict[str, Any], value: Any, now: int) -> bool:
    found = _age(rule, value, now)
    return found is not None and found[0] > found[1]


_OPERATORS: dict[str, Callable[[dict[str, Any], Any, int], bool]] = {
    "is": _is,
    "is_not": _is,
    "contains": _contains,
    "does_not_contain": _contains,
    "is_date": _is_date,
    "is_after_date": _after,
    "is_before_date": _before,
    "is_between_date": _between_dates,
    "is_between_number": _between_numbers,
    "relative_less_than": _younger,
    "relative_more_than": _older,
}
OPERATORS = tuple(_OPERATORS)
NEEDS = {
    **dict.fromkeys(("is", "is_not", "contains", "does_not_contain", "is_date"), ("value",)),
    "is_after_date": ("start_date",),
    "is_before_date": ("end_date",),
    "is_between_date": ("start_date", "end_date"),
    "is_between_number": ("min", "max"),
    **dict.fromkeys(("relative_less_than", "relative_more_than"), ("time_factor", "time_amount")),
}
"""What each operator needs beside the field's name."""
