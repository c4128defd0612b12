"""The grouped view: what a task consists of, and its neighbours of the same kind (contract section 10).

There is no parent and child in this system: the tree is derived, and is called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tui.api.spaaza.blocks import blocks_of
from tui.api.spaaza.listing import Rows
from tui.api.spaaza.records import Task
from tui.model.execution import Block, Key, Record
from tui.model.message import Message, verbatim
from tui.model.node import Node
from tui.model.status import Status

TITLE = Message("Grouped view")
GROUP, TASK = "group", "task"
_MOST = 50
_SHOWN = {
    "schedule": Message("when it runs"),
    "audience": Message("for whom it is"),
    "state": Message("how far it is"),
    "log": Message("what the server has written"),
}
"""The blocks that are shown, with what each is about."""


def nodes_of(
    task: Task, logs: Sequence[object], neighbours: Sequence[Task], rows: Rows, now: datetime, zone: ZoneInfo
) -> list[Node]:
    """The whole tree of a task: its blocks with their lines, then its group with the other tasks."""
    ident = task.ident or ""
    blocks = {block.id: block for block in blocks_of(task, logs, now, zone)}
    found: list[Node] = []
    for name in _SHOWN:
        if name in blocks:
            found += _of_block(ident, blocks[name], task.state.status if name == "state" else None)
    label = Message("Chain {chain}", {"chain": task.chain})
    group = Node(id=f"{GROUP}:{ident}", root=ident, level=1, kind=GROUP, label=label, title=task.kind)
    others = [other for other in neighbours if other.group == task.group and other.ident not in (None, ident)]
    return [*found, group, *(_of_task(other, ident, group.id, rows) for other in others[:_MOST])]


def record_of(node: Node, blocks: Sequence[Block], above: Record) -> Record:
    """What is known of a node that is no task: its block of the task that it belongs to."""
    name = node.id.partition(":")[0]
    shown = tuple(block for block in blocks if block.id == name)
    return Record(execution=above.execution, blocks=shown or above.blocks, raw=above.raw)


def _of_block(ident: str, block: Block, status: Status | None) -> list[Node]:
    head = Node(
        id=f"{block.id}:{ident}", root=ident, level=1, kind=block.id, label=block.title, status=status,
        target_id=ident, marks=(_SHOWN[block.id],),
    )  # fmt: skip
    leaves = [
        Node(
            id=f"{block.id}:{ident}:{place}",
            root=ident,
            level=2,
            kind=f"{block.id} line",
            # What is asked stands above its answer; a sentence above what it belongs to.
            label=line.label or line.text,
            marks=(line.text if line.label is not None else block.title,),
            tone=line.tone,
            parent=head.id,
            target_id=ident,
        )
        for place, line in enumerate(block.lines[:_MOST])
    ]
    return [head, *leaves]


def _of_task(task: Task, root: str, parent: str, rows: Rows) -> Node:
    execution = rows.row(task)
    return Node(
        id=f"{TASK}:{root}:{task.ident}",
        root=root,
        level=2,
        kind=TASK,
        label=verbatim(task.kind),
        target=Key(*execution.key),
        target_kind=TASK,
        target_id=task.ident or "",
        title=execution.title,
        status=execution.status,
        parent=parent,
    )
