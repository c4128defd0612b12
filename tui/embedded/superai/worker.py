"""A worker that works only when asked to: it moves runs as the executors of the platform would.

``POST /api/sample/worker`` with ``{"flow_execution_id"?, "steps"?}`` is no route of the platform. Nothing else
here moves a run by itself.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tui.embedded.superai import records, schema, states
from tui.embedded.superai.definitions import Plan
from tui.embedded.superai.errors import Failure, Unfit
from tui.embedded.superai.records import Row, run
from tui.embedded.superai.server import Call, uuid_of

MOST_STEPS = 100
REVIEW = "human_review"
"""Tasks of this executor wait for a person."""


def work(call: Call) -> dict[str, list[dict[str, Any]]]:
    """POST: take ``steps`` steps (1) in one run, or in the oldest that can go on; what was moved."""
    body = call.body() if call.request.body.strip() else {}
    steps = body.get("steps", 1)
    if not isinstance(steps, int) or isinstance(steps, bool) or not 1 <= steps <= MOST_STEPS:
        raise Unfit((("body", "steps"), f"Input should be a number from 1 to {MOST_STEPS}", "int_parsing"))
    asked = body.get("flow_execution_id")
    chosen = [records.find_run(call, uuid_of(asked, ("body", "flow_execution_id")))] if asked else _waiting(call)
    moved: list[dict[str, Any]] = []
    for row in chosen:
        while len(moved) < steps and (step := _step(call, row)) is not None:
            moved.append(step)
            row = records.settle_run(call, row)  # noqa: PLW2901
    return {"moved": moved}


def _waiting(call: Call) -> list[Row]:
    query = (
        select(schema.flow_executions)
        .where(
            run.organization_id == call.account.organization_id,
            run.deleted.is_(False),
            run.status.in_(("queued", "running", "in_progress")),
        )
        .order_by(run.created_at, run.id)
    )
    return [dict(row) for row in call.tx.execute(query).mappings()]


def _step(call: Call, row: Row) -> dict[str, Any] | None:
    """What runs is finished first, then what waits is begun, then what was not reached yet."""
    plan = records.plan_for(call, row)
    latest = records.latest_of(records.attempts_of(call, row["id"]))
    for name in plan.names:
        found = latest.get(name)
        if found is not None and found["processing_status"] == "running":
            output = plan.nodes[name].get("sample_output")
            done = records.change_attempt(
                call, found, processing_status="completed", output=output, error=None,
                completed_at=call.stamp(found["started_at"]),
            )  # fmt: skip
            return _moved(done)
    for name in plan.names:
        found = latest.get(name)
        ready = all(_good(latest.get(need)) for need in plan.needs[name])
        if ready and (found is None or found["processing_status"] == "queued"):
            return _moved(_begin(call, row, plan, name, found))
    return None


def _good(found: Row | None) -> bool:
    return found is not None and found["processing_status"] == "completed"


def _begin(call: Call, row: Row, plan: Plan, name: str, found: Row | None) -> Row:
    node = plan.nodes[name]
    status = "awaiting_input" if node.get("task_executor_name") == REVIEW else "running"
    fields: dict[str, Any] = {"input": node.get("parameters"), "started_at": call.stamp()}
    if status == "awaiting_input":
        fields["output"] = node.get("sample_output")
    if found is None:
        return records.add_attempt(call, row, name, 0, status, **fields)
    return records.change_attempt(call, found, processing_status=status, **fields)


def _moved(row: Row) -> dict[str, Any]:
    if row["processing_status"] not in states.PROCESSING:
        raise Failure(500, "The sample worker wrote a status that nobody knows")
    return {
        name: row[name] for name in ("flow_execution_id", "task_name", "task_execution_idx", "processing_status")
    }
