"""A worker of the sample: it moves runs as the executors of the platform would, a step at a time.

``POST /api/sample/worker`` with ``{"flow_execution_id"?, "steps"?}`` asks it to; that is no route of the platform.
By itself it works at the pace of :mod:`tui.embedded.superai.life`.
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
    chosen = [records.find_run(call, uuid_of(asked, ("body", "flow_execution_id")))] if asked else going_on(call)
    moved: list[dict[str, Any]] = []
    for row in chosen:
        while len(moved) < steps and (step := take_step(call, row)) is not None:
            moved.append(_moved(step))
            row = records.find_run(call, row["id"])  # noqa: PLW2901
    return {"moved": moved}


def going_on(call: Call) -> list[Row]:
    """The caller's runs that need nobody to go on, oldest first."""
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


def take_step(call: Call, row: Row, *, fails: bool = False) -> Row | None:
    """What runs is finished first, then what waits is begun, then what was not reached yet; the attempt as it is
    then, ``None`` where nothing can be done. ``fails``: what the sample wants to fail does."""
    moved = _step(call, row, fails=fails)
    if moved is not None:
        records.settle_run(call, row)
    return moved


def _step(call: Call, row: Row, *, fails: bool) -> Row | None:
    plan = records.plan_for(call, row)
    latest = records.latest_of(records.attempts_of(call, row["id"]))
    for name in plan.names:
        found = latest.get(name)
        if found is not None and found["processing_status"] == "running":
            failure = plan.nodes[name].get("sample_failure") if fails else None
            if failure and found["task_execution_idx"] == 0 and row["run_number"] % failure["every"] == 0:
                return _fail(call, row, found, failure)
            output = plan.nodes[name].get("sample_output")
            return records.change_attempt(
                call, found, processing_status="completed", output=output, error=None,
                completed_at=call.stamp(found["started_at"]),
            )  # fmt: skip
    for name in plan.names:
        found = latest.get(name)
        ready = all(_good(latest.get(need)) for need in plan.needs[name])
        if ready and (found is None or found["processing_status"] == "queued"):
            return _begin(call, row, plan, name, found)
    return None


def _fail(call: Call, row: Row, found: Row, failure: Row) -> Row:
    """A first attempt that fails; of what is tried again by itself the next one waits for its turn."""
    ended = call.stamp(found["started_at"])
    failed = records.change_attempt(
        call, found, processing_status="failed", error=failure["error"], completed_at=ended
    )
    if failure["again"]:
        records.add_attempt(call, row, found["task_name"], 1, "queued", input=found["input"])
    return failed


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
