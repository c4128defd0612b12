"""Workflow nodes: what came before an assignment, level by level (contract section 7).

The path names the **assignment**.
"""

from __future__ import annotations

from tui.embedded.intratool import chain, result_control, schema
from tui.embedded.intratool.entities import ENTITIES, Row, fetch
from tui.embedded.intratool.executions import record, require_assignment
from tui.embedded.intratool.server import Call
from tui.embedded.intratool.words import Refused


def previous(call: Call) -> list[Row]:
    """GET /workflow-nodes/previous: nearest first; ``levels=0`` means all."""
    levels = result_control.whole_number("levels", call.request.asked("levels") or "0")
    found = chain.nodes(call.view, _root(call))
    return found[:levels] if levels else found


def previous_level(call: Call) -> Row:
    """GET /workflow-nodes/previous/{level}. 404 when the chain is shorter."""
    level = call.id("level")
    found = chain.nodes(call.view, _root(call))
    if not 1 <= level <= len(found):
        raise Refused(404, "not_found")
    return found[level - 1]


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
