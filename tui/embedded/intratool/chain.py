"""The chain of what came before an assignment (contract section 7).

A link says what an assignment follows: another assignment (its node is that one's execution finished last) or a
form message that started it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tui.embedded.intratool import schema
from tui.embedded.intratool.view import View

FIRST_NODE = 9000
"""Node IDs are this plus the link's ID."""

Node = dict[str, Any]


def nodes(view: View, root: int) -> list[Node]:
    """The nodes before assignment ``root``, nearest first; a circle is walked once."""
    links = {row.task_assignment_id: row for row in view.tx.execute(select(schema.workflow_links))}
    chain: list[Node] = []
    seen: set[int] = set()
    at: int | None = root
    while at is not None and at not in seen and at in links:
        seen.add(at)
        link = links[at]
        if link.form_message_id is not None:
            chain.append(_node(link, len(chain) + 1, "formMessage", link.form_message_id))
            break
        done = finished(view, link.previous_assignment_id, limit=1)
        if not done:
            break
        chain.append(_node(link, len(chain) + 1, "taskExecution", done[0]))
        at = link.previous_assignment_id
    return chain


def _node(link: Any, level: int, kind: str, dispatchable_id: int) -> Node:
    return {
        "id": FIRST_NODE + link.id,
        "type": link.type,
        "level": level,
        "dispatchable_id": dispatchable_id,
        "dispatchable_type": kind,
    }


def finished(view: View, assignment_id: int, *, limit: int) -> list[int]:
    """The executions of an assignment that were finished last, the latest first."""
    task = schema.tasks.c
    found = view.tx.execute(
        select(task.id)
        .where(
            task.task_assignment_id == assignment_id,
            task.task_status_id.in_(("done", "done_delayed")),
            task.parent_id.is_(None),
            task.deleted_at.is_(None),
        )
        .order_by(task.ended_at.desc(), task.id.desc())
        .limit(limit)
    )
    return [int(key) for key in found.scalars()]
