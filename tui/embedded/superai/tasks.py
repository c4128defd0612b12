"""/task-executions: the upsert of a worker, the list, one of them, and the correction by a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tui.embedded.superai import records, schema, states
from tui.embedded.superai.errors import Failure, Unfit, not_found
from tui.embedded.superai.records import Row, attempt
from tui.embedded.superai.schemas import misfit
from tui.embedded.superai.server import Call, uuid_of
from tui.embedded.superai.tags import tags_of

LONGEST_NAME = 200
_FREE = ("input", "output", "error")
_MOMENTS = ("started_at", "completed_at")


def report(call: Call) -> Row:
    """POST: makes the attempt, or changes the one with the same run, task and index; it keeps its ID.

    What the body leaves out stays as it is; ``null`` clears it.
    """
    body = call.body()
    named = _named(body)
    status = _status(body, states.CREATE)
    run = records.own_run(call, named["flow_execution_id"])
    if named["task_name"] not in records.plan_for(call, run).names:
        raise Failure(400, f"Task '{named['task_name']}' is not defined in the flow")
    changes = {name: body[name] for name in _FREE if name in body}
    changes |= {name: _moment(body[name], name) for name in _MOMENTS if name in body}
    found = _same(call, named)
    moment = call.stamp()
    if status == "running" and (found is None or found["started_at"] is None):
        changes.setdefault("started_at", moment)
    if status in states.ENDED:
        changes.setdefault("completed_at", moment)
    if found is None:
        made = records.add_attempt(call, run, named["task_name"], named["task_execution_idx"], status, **changes)
    else:
        made = records.change_attempt(call, found, processing_status=status, stale_status="consistent", **changes)
    records.settle_run(call, run)
    return records.show_attempt(made)


def listed(call: Call) -> dict[str, list[Row]]:
    """GET: newest first, with tags; what was deleted is left out."""
    conditions = [
        attempt.organization_id == call.account.organization_id,
        attempt.processing_status != "deleted",
    ]
    if (run_id := call.asked("flow_execution_id")) is not None:
        conditions.append(attempt.flow_execution_id == uuid_of(run_id, ("query", "flow_execution_id")))
    if (name := call.asked("task_name")) is not None:
        _name(name, ("query", "task_name"))
        conditions.append(attempt.task_name == name)
    if (index := call.asked("task_execution_idx")) is not None:
        if not (index.isascii() and index.isdigit() and len(index) < 10):
            raise Unfit((("query", "task_execution_idx"), "Input should be a valid integer", "int_parsing"))
        conditions.append(attempt.task_execution_idx == int(index))
    query = (
        select(schema.task_executions)
        .where(*conditions)
        .order_by(attempt.created_at.desc(), attempt.task_execution_idx.desc(), attempt.id)
    )
    rows = [dict(row) for row in call.tx.execute(query).mappings()]
    tags = tags_of(call, {row["flow_execution_id"] for row in rows})
    return {
        "task_executions": [
            records.show_attempt(row) | {"tags": tags.get((row["flow_execution_id"], row["task_name"]), [])}
            for row in rows
        ]
    }


def one(call: Call) -> Row:
    """GET by ID; one of another organization is not there."""
    return records.show_attempt(_find(call, call.id("task")))


def replace(call: Call) -> Row:
    """PUT: the whole record. Then what came of it is stale and, with ``execute_flow``, runs again."""
    rerun = call.flag("execute_flow")
    body = call.body()
    if "id" not in body:
        raise Unfit((("body", "id"), "Field required", "missing"))
    named = _named(body)
    status = _status(body, (*states.PROCESSING, "stale"))
    found = _find(call, uuid_of(body["id"], ("body", "id")))
    key = ("flow_execution_id", "task_name", "task_execution_idx")
    if any(named[name] != found[name] for name in key):
        raise Failure(400, "Task execution does not match its flow execution, task name and index")
    run = records.own_run(call, found["flow_execution_id"])
    output = body.get("output")
    if status == "completed" and (problem := _misfit(call, run, found["task_name"], output)):
        raise Failure(400, "Output does not match the task's output model", details=[problem])
    changed = _corrected(call, found, body, "completed" if status == "stale" else status)
    stale = records.outdate_below(call, run, found["task_name"])
    if rerun and stale:
        records.queue_again(call, run, stale)
        changed = records.change_attempt(
            call, changed, edited_status="edited_reexecuted", modified_by=call.account.id
        )
    records.settle_run(call, run, by=call.account.id)
    return records.show_attempt(changed)


def _corrected(call: Call, found: Row, body: Row, status: str) -> Row:
    moment = call.stamp() if status in states.ENDED and found["completed_at"] is None else found["completed_at"]
    return records.change_attempt(
        call,
        found,
        **{name: body.get(name) for name in _FREE},
        processing_status=status,
        edited_status="edited_not_reexecuted",
        stale_status="consistent",
        completed_at=moment,
        modified_by=call.account.id,
    )


def _find(call: Call, task_id: str) -> Row:
    query = select(schema.task_executions).where(
        attempt.id == task_id, attempt.organization_id == call.account.organization_id
    )
    found = call.tx.execute(query).mappings().first()
    if found is None:
        raise not_found("Task execution")
    return dict(found)


def _same(call: Call, named: Row) -> Row | None:
    query = select(schema.task_executions).where(
        attempt.flow_execution_id == named["flow_execution_id"],
        attempt.task_name == named["task_name"],
        attempt.task_execution_idx == named["task_execution_idx"],
    )
    found = call.tx.execute(query).mappings().first()
    return dict(found) if found is not None else None


def _named(body: Row) -> Row:
    """Run, task and index of a body. 422 with every one that is missing or does not fit."""
    problems = [
        (("body", name), "Field required", "missing")
        for name in ("flow_execution_id", "task_name", "task_execution_idx")
        if name not in body
    ]
    if "status" not in body and "processing_status" not in body:
        problems.append((("body", "status"), "Field required", "missing"))
    if problems:
        raise Unfit(*problems)
    index = body["task_execution_idx"]
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < 2**31:
        loc = ("body", "task_execution_idx")
        raise Unfit((loc, "Input should be greater than or equal to 0", "greater_than_equal"))
    _name(body["task_name"], ("body", "task_name"))
    run_id = uuid_of(body["flow_execution_id"], ("body", "flow_execution_id"))
    return {"flow_execution_id": run_id, "task_name": body["task_name"], "task_execution_idx": index}


def _name(name: Any, loc: tuple[str, str]) -> None:
    if not isinstance(name, str):
        raise Unfit((loc, "Input should be a valid string", "string_type"))
    if not name or len(name) > LONGEST_NAME:
        kind = "string_too_short" if not name else "string_too_long"
        raise Unfit((loc, f"String should have 1 to {LONGEST_NAME} characters", kind))


def _moment(value: Any, name: str) -> str | None:
    try:
        return None if value is None else datetime.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Unfit((("body", name), "Input should be a valid datetime", "datetime_parsing")) from None


def _status(body: Row, words: tuple[str, ...]) -> str:
    """The status to write: of the first generation, unless only the second's is given. 400 for another word."""
    status = body.get("status", body.get("processing_status"))
    known = words if "status" in body else states.PROCESSING
    # A record that is sent back as it was read has words of both generations.
    if not isinstance(status, str) or status not in known:
        raise Failure(400, f"Invalid status: {status!r}", details=[f"Valid values: {', '.join(known)}"])
    return status


def _misfit(call: Call, run: Row, task_name: str, output: Any) -> str:
    version = schema.flow_versions.c
    query = select(version.output_schemas).where(
        version.flow_id == run["flow_id"], version.version == run["flow_version"]
    )
    schemas = call.tx.execute(query).scalar_one() or {}
    return misfit(schemas.get(task_name), output)
