"""Loading of included relations: one query per relation and level, however many rows there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, select

from tui.embedded.intratool.entities import ENTITIES, Entity, Relation, Row, fetch
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused

MAX_DEPTH = 5
"""Longest path of relations (an execution down to its layout's elements): each level may multiply the answer."""
CHUNK = 900
"""Values in one ``IN`` list; databases limit the parameters of a statement."""


class Include(msgspec.Struct):
    """One wanted relation: the columns to keep (``None``: all) and what to include below it."""

    columns: list[str] | None = None
    children: dict[str, Include] = {}


def parse_include(text: str) -> dict[str, Include]:
    """``taskTemplate:id,title|taskTemplate.formFields`` as a tree by relation name."""
    tree: dict[str, Include] = {}
    for part in filter(None, (part.strip() for part in text.split("|"))):
        path, _, columns = part.partition(":")
        wanted = [name.strip() for name in columns.split(",") if name.strip()]
        add_path(tree, path.split("."), wanted or None)
    return tree


def add_path(tree: dict[str, Include], path: list[str], columns: list[str] | None = None) -> None:
    """Adds one dotted path to ``tree``. 422 when it is too long."""
    if len(path) > MAX_DEPTH:
        raise Refused(422, "too_deep", depth=MAX_DEPTH)
    for place, name in enumerate(path):
        node = tree.setdefault(name, Include())
        if place == len(path) - 1 and columns is not None:
            node.columns = columns
        tree = node.children


def snake(name: str) -> str:
    """``taskTemplate`` as ``task_template``: relations come back in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def include(view: View, entity_name: str, rows: list[Row], tree: dict[str, Include]) -> None:
    """Attaches every relation of ``tree`` to ``rows``. 422 for a relation or column that does not exist."""
    entity = ENTITIES[entity_name]
    for name, wanted in tree.items():
        relation = entity.relations.get(name)
        if relation is None:
            raise Refused(422, "unknown_relation", name=name)
        if rows:
            _attach(view, rows, name, relation, wanted)


def cut(rows: Iterable[Row], columns: list[str], keep: Iterable[str]) -> list[Row]:
    """Only ``columns`` and what was added on request. 422 for a column that does not exist."""
    wanted = [*columns, *(name for name in keep if name not in columns)]
    cut_rows = []
    for row in rows:
        missing = next((name for name in columns if name not in row), None)
        if missing is not None:
            raise Refused(422, "unknown_column", name=missing)
        cut_rows.append({name: row[name] for name in wanted if name in row})
    return cut_rows


def _attach(view: View, rows: list[Row], name: str, relation: Relation, wanted: Include) -> None:
    links = _pivot_links(view, rows, relation.pivot) if relation.pivot else None
    keys = {right for _, right in links} if links is not None else {row[relation.local] for row in rows}
    found = _targets(view, ENTITIES[relation.target], relation, keys - {None})
    include(view, relation.target, found, wanted.children)
    remote = [row[relation.remote] for row in found]
    if wanted.columns is not None:
        # A default is worked out for an execution later: by then it must be known whose it is.
        whose = ["id"] if relation.target == "formField" and "default_value" in wanted.columns else []
        found = cut(found, wanted.columns, [*whose, *(snake(child) for child in wanted.children)])
    label = snake(name)
    if not relation.many:
        single = dict(zip(remote, found, strict=True))
        for row in rows:
            row[label] = single.get(row[relation.local])
        return
    grouped: dict[Any, list[Row]] = {}
    for key, row in zip(remote, found, strict=True):
        grouped.setdefault(key, []).append(row)
    if links is None:
        for row in rows:
            row[label] = grouped.get(row[relation.local], [])
        return
    for row in rows:
        row[label] = [one for left, right in links if left == row["id"] for one in grouped.get(right, [])]


def _targets(view: View, entity: Entity, relation: Relation, keys: set[Any]) -> list[Row]:
    if entity.table is None:
        return [row for row in fetch(view, entity) if row.get(relation.remote) in keys]
    found: list[Row] = []
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        conditions: list[ColumnElement[bool]] = [
            entity.table.c[relation.remote].in_(ordered[start : start + CHUNK])
        ]
        if relation.where is not None:
            conditions.append(entity.table.c[relation.where[0]] == relation.where[1])
        order = [entity.table.c.sort_number] if "sort_number" in entity.table.c and relation.many else []
        found += fetch(view, entity, *conditions, order=[*order, entity.table.c.id])
    return found


def _pivot_links(view: View, rows: list[Row], pivot: tuple[Table, str, str]) -> list[tuple[Any, Any]]:
    table, left, right = pivot
    ids = [row["id"] for row in rows]
    order = [table.c.sort_number, table.c[right]] if "sort_number" in table.c else [table.c[right]]
    links = view.tx.execute(select(table.c[left], table.c[right]).where(table.c[left].in_(ids)).order_by(*order))
    return [(link[0], link[1]) for link in links]
