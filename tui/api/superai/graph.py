"""A flow's definition as a graph of tasks. Three shapes occur, and all of them are read (contract section 3.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tui.api.lenient import as_object, as_objects, as_text
from tui.api.superai.wire import Flow

_REFERENCE = re.compile(r"\{\{\s*([^{}.\s]{1,200})")
MOST_TASKS = 2_000
"""Further tasks of a definition are not drawn."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One task as it is defined. ``after``: the names of those whose results it needs."""

    name: str
    title: str
    executor: str
    parameters: Any
    schema: Any
    after: tuple[str, ...]


class Graph(msgspec.Struct, frozen=True):
    """The tasks in topological order: parents first, otherwise as they are defined."""

    tasks: tuple[Task, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names in this order."""
        return tuple(task.name for task in self.tasks)

    def task(self, name: str) -> Task | None:
        """The task of that name; ``None`` for one that the definition does not have."""
        return next((task for task in self.tasks if task.name == name), None)

    def title(self, name: str) -> str:
        """What people call it."""
        task = self.task(name)
        return task.title if task is not None else name

    def children(self, name: str) -> tuple[Task, ...]:
        """The tasks that need this one directly."""
        return tuple(task for task in self.tasks if name in task.after)


def graph_of(flow: Flow | None) -> Graph:
    """The graph of a flow; empty where there is no definition to read."""
    if flow is None:
        return Graph()
    definition = as_object(flow.definition)
    nodes, edges = _parts(definition)
    named = {as_text(node.get("name")): node for node in nodes[:MOST_TASKS] if as_text(node.get("name"))}
    after = {name: _parents(name, node, named, edges) for name, node in named.items()}
    wanted = [name for name in flow.names if name in named]
    order = _ordered([*wanted, *(name for name in named if name not in set(wanted))], after)
    return Graph(tuple(_task(name, named[name], after[name], flow) for name in order))


def _parts(definition: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    configs = as_objects(definition.get("flow_configs"))
    config = as_object(configs[0].get("config")) if configs else definition
    drawn = as_objects(config.get("edges")) + as_objects(config.get("connections"))
    edges = [
        (as_text(edge.get("source") or edge.get("from")), as_text(edge.get("target") or edge.get("to")))
        for edge in drawn
    ]
    return as_objects(config.get("tasks")), edges


def _task(name: str, node: Mapping[str, Any], after: tuple[str, ...], flow: Flow) -> Task:
    return Task(
        name=name,
        title=as_text(node.get("task_title")) or as_text(node.get("title")) or name,
        executor=as_text(node.get("task_executor_name")),
        parameters=node.get("parameters"),
        schema=flow.schemas.get(name) or node.get("output_schema"),
        after=after,
    )


def _parents(
    name: str, node: Mapping[str, Any], known: Mapping[str, Any], edges: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    drawn = [source for source, target in edges if target == name]
    written = [found for text in _texts(node.get("parameters")) for found in _REFERENCE.findall(text)]
    named = {*drawn, *written} - {name}
    return tuple(one for one in known if one in named)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, however deep."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)


def _ordered(names: Sequence[str], after: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Parents first; should there be a cycle, its first task breaks it."""
    place = {name: at for at, name in enumerate(names)}
    missing = {name: len(after[name]) for name in names}
    children: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for parent in after[name]:
            children[parent].append(name)
    left, order = sorted(names, key=place.__getitem__), []
    while left:
        name = next((one for one in left if missing[one] <= 0), left[0])
        left.remove(name)
        order.append(name)
        for child in children[name]:
            missing[child] -= 1
    return order
