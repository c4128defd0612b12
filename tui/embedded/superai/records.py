"""Runs and attempts: finding them, showing them, and what a change of one does to the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, update

from tui.embedded.superai import schema, states
from tui.embedded.superai.definitions import Plan, plan_of
from tui.embedded.superai.errors import Failure, not_found
from tui.embedded.superai.server import Call, new_id

Row = dict[str, Any]
run, attempt = schema.flow_executions.c, schema.task_executions.c
_version = schema.flow_versions.c


def find_run(call: Call, run_id: str) -> Row:
    """A run of the caller's organization that is not deleted. 403 for a foreign one, 404 for none."""
    found = call.tx.execute(select(schema.flow_executions).where(run.id == run_id)).mappings().first()
    if found is None or found["deleted"]:
        raise not_found("Flow execution")
    if found["organization_id"] != call.account.organization_id:
        raise Failure(403, "Flow execution belongs to another organization")
    return dict(found)


def own_run(call: Call, run_id: str) -> Row:
    """The same where a foreign one is hidden: 404. A deleted one is still there for its tasks."""
    found = call.tx.execute(
        select(schema.flow_executions).where(
            run.id == run_id, run.organization_id == call.account.organization_id
        )
    ).mappings().first()  # fmt: skip
    if found is None:
        raise not_found("Flow execution")
    return dict(found)


def plan_for(call: Call, row: Row) -> Plan:
    """The plan of the version with which the run goes."""
    query = select(_version.definition).where(
        _version.flow_id == row["flow_id"], _version.version == row["flow_version"]
    )
    return plan_of(call.tx.execute(query).scalar_one())


def attempts_of(call: Call, run_id: str) -> list[Row]:
    """All attempts of a run that are not deleted, each task's in their order."""
    query = (
        select(schema.task_executions)
        .where(attempt.flow_execution_id == run_id, attempt.processing_status != "deleted")
        .order_by(attempt.task_name, attempt.task_execution_idx)
    )
    return [dict(row) for row in call.tx.execute(query).mappings()]


def latest_of(rows: Iterable[Row]) -> dict[str, Row]:
    """The attempt that counts of each task: the one with the highest index."""
    return {row["task_name"]: row for row in sorted(rows, key=lambda row: int(row["task_execution_idx"]))}


def show_run(row: Row, *, number: bool = False) -> Row:
    """A run as it is answered; ``number``: with its ``run_number``."""
    names = (
        "id", "flow_id", "flow_version", "status", "input", "organization_id", "modified_by", "created_at",
        "updated_at",
    )  # fmt: skip
    shown = {name: row[name] for name in names}
    shown["input"] = shown["input"] if shown["input"] is not None else {}
    if number:
        shown["run_number"] = row["run_number"]
    return shown


def show_attempt(row: Row) -> Row:
    """An attempt with the status words of both generations."""
    names = (
        "id", "flow_execution_id", "task_name", "task_execution_idx", "organization_id", "processing_status",
        "edited_status", "stale_status", "input", "output", "error", "modified_by", "created_at", "updated_at",
        "started_at", "completed_at",
    )  # fmt: skip
    shown = {name: row[name] for name in names}
    shown["status"] = states.shown(row["processing_status"], row["stale_status"])
    return shown


def change_attempt(call: Call, row: Row, **changes: Any) -> Row:
    """Writes ``changes`` into an attempt; the row as it is then."""
    changes = {"modified_by": "system", **changes, "updated_at": call.stamp(row["updated_at"])}
    call.tx.execute(update(schema.task_executions).where(attempt.id == row["id"]).values(**changes))
    return row | changes


def add_attempt(call: Call, run_row: Row, task_name: str, index: int, processing: str, **more: Any) -> Row:
    """A new attempt."""
    moment = call.stamp()
    row = {
        "id": new_id(), "flow_execution_id": run_row["id"], "task_name": task_name, "task_execution_idx": index,
        "organization_id": run_row["organization_id"], "processing_status": processing,
        "edited_status": "not_edited", "stale_status": "consistent", "input": None, "output": None, "error": None,
        "modified_by": "system", "created_at": moment, "updated_at": moment, "started_at": None,
        "completed_at": None, **more,
    }  # fmt: skip
    call.tx.execute(insert(schema.task_executions).values(**row))
    return row


def change_run(call: Call, row: Row, **changes: Any) -> Row:
    """Writes ``changes`` into a run; the row as it is then."""
    changes = {"modified_by": "system", **changes, "updated_at": call.stamp(row["updated_at"])}
    call.tx.execute(update(schema.flow_executions).where(run.id == row["id"]).values(**changes))
    return row | changes


def settle_run(call: Call, row: Row, *, by: str = "system") -> Row:
    """The run's status as it follows from its tasks."""
    latest = latest_of(attempts_of(call, row["id"]))
    words = [one["processing_status"] for one in latest.values()]
    return change_run(call, row, status=states.of_run(words, len(plan_for(call, row).names)), modified_by=by)


def outdate_below(call: Call, row: Row, task_name: str) -> list[Row]:
    """Marks what came of ``task_name`` as stale; the attempts that are now."""
    plan = plan_for(call, row)
    latest = latest_of(attempts_of(call, row["id"]))
    below = plan.below(task_name)
    stale: list[Row] = []
    for name in plan.names:
        one = latest.get(name)
        if name in below and one is not None and one["processing_status"] in ("completed", "failed"):
            stale.append(change_attempt(call, one, stale_status="stale"))
    return stale


def queue_again(call: Call, row: Row, rows: Iterable[Row]) -> None:
    """A new attempt, queued, after each of ``rows``; what still runs of them is stopped."""
    for one in rows:
        if one["processing_status"] in states.ACTIVE:
            change_attempt(call, one, processing_status="cancelled", completed_at=call.stamp())
        add_attempt(call, row, one["task_name"], one["task_execution_idx"] + 1, "queued", input=one["input"])
