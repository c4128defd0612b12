"""``include``, ``select``, ``appends``, ``filter``, ``sort`` and ``limit`` (contract section 8).

They work on the rows as the interface shows them, so that the derived states can be filtered and sorted too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tui.embedded.asgi import Incoming
from tui.embedded.intratool.entities import Row
from tui.embedded.intratool.presets import work_out
from tui.embedded.intratool.relations import Include, add_path, cut, include, parse_include, snake
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused, invalid

_FILTER = re.compile(r"filter((?:\[[^\[\]]*\])+)")
_CONSTRAINTS = ("has", "doesnt_have")


class Filter(msgspec.Struct, frozen=True):
    """One condition: relations on the way, the column ("" = the relation itself), operator, wanted text."""

    relations: tuple[str, ...]
    column: str
    operator: str
    wanted: str
    negated: bool = False


class Control(msgspec.Struct, frozen=True):
    """Everything that a request asks about the shape of its answer."""

    tree: dict[str, Include]
    filters: list[Filter]
    select: list[str] | None
    sort: list[str]
    limit: int | None
    appends: list[str]


def read(request: Incoming) -> Control:
    """The result control of a request. 422 for what cannot be read."""
    limit = request.asked("limit")
    return Control(
        parse_include(request.asked("include") or ""),
        [_filter(match[1], value) for key, value in request.query if (match := _FILTER.fullmatch(key))],
        _names(request.asked("select")) or None,
        _names(request.asked("sort")),
        whole_number("limit", limit) if limit is not None else None,
        _names(request.asked("appends")),
    )


def whole_number(key: str, text: str) -> int:
    """A number of a query parameter. 422 when it is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise invalid(key, "integer")
    return int(text)


def apply(view: View, entity: str, rows: list[Row], control: Control) -> list[Row]:
    """``rows`` filtered, sorted, limited, completed and cut as asked."""
    filter_tree: dict[str, Include] = {}
    for one in control.filters:
        if one.relations:
            add_path(filter_tree, list(one.relations))
    include(view, entity, rows, filter_tree)
    rows = [row for row in rows if all(_holds(one, row) for one in control.filters)]
    for name in reversed(control.sort):
        column = name.removeprefix("-")
        _require_column(rows, column)
        rows.sort(key=lambda row: _sortable(row[column]), reverse=name.startswith("-"))
    if control.limit is not None:
        rows = rows[: control.limit]
    include(view, entity, rows, control.tree)
    if entity == "taskExecution":
        work_out(view, rows, {**filter_tree, **control.tree})
    _append(view, entity, rows, control.appends)
    if control.select is not None:
        added = [snake(name) for name in (*filter_tree, *control.tree)]
        rows = cut(rows, control.select, [*added, *control.appends])
    return rows


def _append(view: View, entity: str, rows: list[Row], names: list[str]) -> None:
    known = _APPENDS.get(entity, {})
    for name in names:
        if name not in known:
            raise Refused(422, "unknown_append", name=name)
        for row in rows:
            row[name] = known[name](view, row)


def _visibility_start_time(view: View, row: Row) -> str | None:
    visible_from = view.windows(row).visible_from
    return row["for_execution_date"] if visible_from is None else view.clock.wall(visible_from)


_APPENDS: dict[str, dict[str, Callable[[View, Row], Any]]] = {
    "taskExecution": {"visibility_start_time": _visibility_start_time},
    "user": {"full_name": lambda _view, row: row["full_name"]},
}


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in re.split(r"[,|]", text or "") if name.strip()]


def _filter(brackets: str, wanted: str) -> Filter:
    parts = re.findall(r"\[([^\[\]]*)\]", brackets)
    constraint = parts.pop(0) if len(parts) > 1 and parts[0] in _CONSTRAINTS else None
    if not parts or len(parts) > 2:
        raise Refused(422, "unknown_filter", name=brackets)
    operator = parts[1] if len(parts) == 2 else "value"
    if operator not in _OPERATORS:
        raise Refused(422, "unknown_filter", name=operator)
    path = parts[0].split(".")
    if constraint is not None and len(parts) == 1:
        return Filter(tuple(path), "", "value", wanted, negated=constraint == "doesnt_have")
    return Filter(tuple(path[:-1]), path[-1], operator, wanted, negated=constraint == "doesnt_have")


def _holds(condition: Filter, row: Row) -> bool:
    reached = [row]
    for name in condition.relations:
        label = snake(name)
        step = (one[label] for one in reached)
        reached = [one for below in step for one in (below if isinstance(below, list) else [below]) if one]
    if not condition.column:
        return bool(reached) != condition.negated
    _require_column(reached, condition.column)
    compare = _OPERATORS[condition.operator]
    return any(compare(one[condition.column], condition.wanted) for one in reached) != condition.negated


def _require_column(rows: list[Row], column: str) -> None:
    if rows and column not in rows[0]:
        raise Refused(422, "unknown_column", name=column)


def _sortable(value: Any) -> tuple[int, float, str]:
    if value is None:
        return 0, 0.0, ""
    return (1, float(value), "") if isinstance(value, int | float) else (2, 0.0, str(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def _compared(value: Any, wanted: str) -> int:
    """Below, equal or above zero: as numbers where both are, else as texts."""
    try:
        left, right = Decimal(_text(value)), Decimal(wanted)
    except InvalidOperation:
        return (_text(value) > wanted) - (_text(value) < wanted)
    return (left > right) - (left < right)


def _truth(wanted: str) -> bool:
    return wanted not in ("0", "false", "")


_OPERATORS: dict[str, Callable[[Any, str], bool]] = {
    "value": lambda value, wanted: wanted.lower() in _text(value).lower(),
    "is": lambda value, wanted: _text(value) == wanted,
    "not": lambda value, wanted: _text(value) != wanted,
    "gt": lambda value, wanted: value is not None and _compared(value, wanted) > 0,
    "gte": lambda value, wanted: value is not None and _compared(value, wanted) >= 0,
    "lt": lambda value, wanted: value is not None and _compared(value, wanted) < 0,
    "lte": lambda value, wanted: value is not None and _compared(value, wanted) <= 0,
    "null": lambda value, wanted: (value is None) == _truth(wanted),
    "not_null": lambda value, wanted: (value is not None) == _truth(wanted),
    "in": lambda value, wanted: _text(value) in wanted.split(","),
    "not_in": lambda value, wanted: _text(value) not in wanted.split(","),
}
