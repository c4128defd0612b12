"""Workflow nodes: what came before an assignment, level by level (contract section 7).

The path names the **assignment**. A link says what an assignment follows: another assignment (its node is that
one's execution finished last) or a form message that started it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tui.embedded.intratool import result_control, schema
from tui.embedded.intratool.entities import ENTITIES, Row, fetch
from tui.embedded.intratool.executions import record, require_assignment
from tui.embedded.intratool.server import Call
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused

FIRST_NODE = 9000
"""Node IDs are this plus the link's ID."""


def previous(call: Call) -> list[Row]:
    """GET /workflow-nodes/previous: nearest first; ``levels=0`` means all."""
    levels = result_control.whole_number("levels", call.request.asked("levels") or "0")
    chain = _chain(call.view, _root(call))
    return chain[:levels] if levels else chain


def previous_level(call: Call) -> Row:
    """GET /workflow-nodes/previous/{level}. 404 when the chain is shorter."""
    level = call.id("level")
    chain = _chain(call.view, _root(call))
    if not 1 <= level <= len(chain):
        raise Refused(404, "not_found")
    return chain[level - 1]


def dispatchable(call: Call) -> Row:
    """GET .../dispatchable: the entity behind a node. Whoever sees the assignment sees what led to it."""
    node = previous_level(call)
    control = result_control.read(call.request)
    if node["dispatchable_type"] == "taskExecution":
        rows = [record(call.view, node["dispatchable_id"])]
    else:
        rows = fetch(call.view, ENTITIES["formMessage"], schema.form_messages.c.id == node["dispatchable_id"])
    return result_control.apply(call.view, node["dispatchable_type"], rows, control)[0]


def _root(call: Call) -> int:
    return require_assignment(call.view, call.id("assignment")).id


def _chain(view: View, root: int) -> list[Row]:
    links = {row.task_assignment_id: row for row in view.tx.execute(select(schema.workflow_links))}
    chain: list[Row] = []
    seen: set[int] = set()
    at: int | None = root
    while at is not None and at not in seen and at in links:
        seen.add(at)
        link = links[at]
        if link.form_message_id is not None:
            chain.append(_node(link, len(chain) + 1, "formMessage", link.form_message_id))
            break
        finished = _last_finished(view, link.previous_assignment_id)
        if finished is None:
            break
        chain.append(_node(link, len(chain) + 1, "taskExecution", finished))
        at = link.previous_assignment_id
    return chain


def _node(link: Any, level: int, kind: str, dispatchable_id: int) -> Row:
    return {
        "id": FIRST_NODE + link.id,
        "type": link.type,
        "level": level,
        "dispatchable_id": dispatchable_id,
        "dispatchable_type": kind,
    }


def _last_finished(view: View, assignment_id: int) -> int | None:
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
        .limit(1)
    ).scalar()
    return int(found) if found is not None else None
