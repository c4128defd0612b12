"""What came before an assignment: nodes, and the entities behind them (contract section 7)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from tui.api.intratool.plain import plain_text
from tui.api.intratool.records import WorkflowNode
from tui.api.intratool.routes import Routes
from tui.api.intratool.wire import SYSTEM
from tui.api.lenient import as_id, as_json, as_text
from tui.api.read import read_array, read_object
from tui.api.times import WallTime
from tui.model.clock import Clock
from tui.model.errors import NotFound, ServerFault, TaskError
from tui.model.execution import Execution, Key, Record
from tui.model.message import Message, verbatim
from tui.model.node import Node
from tui.model.status import Phase, Status

EXECUTION = "taskExecution"
MOVED = Message("This step is not where it was; open the workflow again.")
_LABELS = {
    "taskExecutionFinished": Message("Task finished"),
    "formMessageSent": Message("Form sent"),
}
_LONGEST_WALK = 50
_LOOKED_AT = 12
_AT_A_TIME = 4
Look = Callable[[Node], Awaitable[Execution]]
"""Reads the execution behind a node; may raise ``TaskError``."""

_UNTOLD = ("id", "hash", "created_at", "updated_at", "deleted_at", "subject", "body")


class Workflow:
    """Reads the nodes before an assignment."""

    def __init__(self, routes: Routes, profile: str, wall: WallTime, clock: Clock) -> None:
        self._routes = routes
        self._profile = profile
        self._wall = wall
        self._clock = clock

    async def nodes(self, assignment: str, depth: int, known: dict[str, Execution]) -> list[Node]:
        """Up to ``depth`` levels (0: all), nearest first. ``known`` are the executions of the list."""
        try:
            rows = read_array(await self._routes.previous_nodes(assignment, depth))
        except NotFound:
            return []
        except ServerFault:
            rows = await self._walk(assignment, depth)
        found = [self._node(WorkflowNode.model_validate(row), assignment, known) for row in rows]
        return sorted((node for node in found if depth == 0 or node.level <= depth), key=lambda node: node.level)

    async def find(self, node: Node) -> Node:
        """The same node at the level where it stands now. Raises ``NotFound`` where it is gone."""
        row = read_object(await self._routes.previous_node(node.root, node.level))
        there = self._node(WorkflowNode.model_validate(row), node.root, {})
        if (there.target_id, there.target_kind) == (node.target_id, node.target_kind):
            return there
        for other in await self.nodes(node.root, 0, {}):
            if other.id == node.id and other.target_id == node.target_id:
                return other
        raise NotFound(what=MOVED)

    async def told(self, nodes: Sequence[Node], look: Look) -> Sequence[Node]:
        """``nodes`` with title, state and moment of the executions that no list has shown.

        The route of the nodes gives none of it. Only the nearest are looked at; what cannot be read stays.
        """
        blank = [node for node in nodes if node.target is not None and node.status is None][:_LOOKED_AT]
        turns = asyncio.Semaphore(_AT_A_TIME)

        async def one(node: Node) -> tuple[Node, Node]:
            async with turns:
                try:
                    row = await look(node)
                except TaskError:
                    return node, node
            return node, (self._with(node, row) if row.key == node.target else node)

        found = {old.id: new for old, new in await asyncio.gather(*map(one, blank))}
        return tuple(found.get(node.id, node) for node in nodes)

    def _with(self, node: Node, row: Execution | None) -> Node:
        if row is None:
            return node
        when = () if row.due is None else (verbatim(self._wall.to_read(row.due, self._clock())),)
        return msgspec.structs.replace(node, title=row.title, status=row.status, due=row.due, marks=when)

    async def _walk(self, assignment: str, depth: int) -> list[dict[str, Any]]:
        """Level by level, for a server that cannot list them at once."""
        rows: list[dict[str, Any]] = []
        for level in range(1, (depth or _LONGEST_WALK) + 1):
            try:
                rows.append(read_object(await self._routes.previous_node(assignment, level)))
            except NotFound:
                break
        return rows

    def _node(self, theirs: WorkflowNode, assignment: str, known: dict[str, Execution]) -> Node:
        target_id = theirs.dispatchable_id or ""
        is_execution = theirs.dispatchable_type == EXECUTION and bool(target_id)
        seen = known.get(target_id) if is_execution else None
        node = Node(
            id=theirs.id or f"{theirs.dispatchable_type}:{target_id}",
            root=assignment,
            level=int(theirs.level) if theirs.level is not None and theirs.level >= 1 else 1,
            kind=theirs.type,
            label=_LABELS.get(theirs.type) or verbatim(theirs.type or "?"),
            target=Key(self._profile, SYSTEM, target_id) if is_execution else None,
            target_kind=theirs.dispatchable_type,
            target_id=target_id,
        )
        return self._with(node, seen)


def foreign_record(node: Node, raw: dict[str, Any], profile: str) -> Record:
    """A record for what is no execution (a sent form): its title, its text and whatever else it says."""
    ident = f"{node.target_kind}:{as_id(raw.get('id')) or node.target_id}"
    title = next((as_text(raw[name]) for name in ("subject", "title", "name") if as_text(raw.get(name))), "")
    facts = [
        (verbatim(name.replace("_", " ")), _told(value)) for name, value in raw.items() if name not in _UNTOLD
    ]
    return Record(
        execution=Execution(
            key=Key(profile, SYSTEM, ident),
            status=Status(node.kind, Phase.DONE if raw.get("sent_at") else Phase.UNKNOWN),
            title=title or node.label.english(),
        ),
        description=plain_text(as_text(raw.get("body"))),
        facts=tuple((label, text) for label, text in facts if text),
        raw=raw,
    )


def _told(value: Any) -> str:
    return as_json(value) if isinstance(value, list | dict) else as_text(value)
