"""/flows: what can be run, and how each version of it is defined (contract sections 3.6 and 3.7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from tui.embedded.superai import records, schema, states
from tui.embedded.superai.definitions import plan_of
from tui.embedded.superai.errors import Failure, not_found
from tui.embedded.superai.records import Row
from tui.embedded.superai.server import Call

_flow, _version, _run = schema.flows.c, schema.flow_versions.c, schema.flow_executions.c
MOST_OF_A_PAGE = 100


def find(call: Call, flow_id: str) -> Row:
    """A flow of the caller's organization. 403 for a foreign one, 404 for none."""
    row = call.tx.execute(select(schema.flows).where(_flow.id == flow_id)).mappings().first()
    if row is None or row["deleted"]:
        raise not_found("Flow")
    if row["organization_id"] != call.account.organization_id:
        raise Failure(403, "Flow belongs to another organization")
    return dict(row)


def latest(call: Call, flow_id: str) -> Row:
    """A flow's newest version."""
    query = select(schema.flow_versions).where(_version.flow_id == flow_id).order_by(_version.version.desc())
    return dict(call.tx.execute(query.limit(1)).mappings().one())


def listed(call: Call) -> Any:
    """GET /flows: a bare array; with paging or a search the second generation's page."""
    query = (
        select(schema.flows)
        .where(_flow.organization_id == call.account.organization_id, _flow.deleted.is_(False))
        .order_by(_flow.display_name, _flow.id)
    )
    search = (call.asked("search") or "").casefold()
    rows = [dict(row) for row in call.tx.execute(query).mappings()]
    rows = [row for row in rows if search in row["display_name"].casefold()]
    if not any(call.asked(name) is not None for name in ("page", "page_size", "search")):
        return [_show(call, row, latest(call, row["id"])) for row in rows]
    page, size = _bounded(call.asked("page"), 1, 10_000), _bounded(call.asked("page_size"), 20, MOST_OF_A_PAGE)
    shown = [_show(call, row, latest(call, row["id"])) for row in rows[(page - 1) * size : page * size]]
    return {"flows": shown, "total": len(rows), "page": page, "page_size": size}


def one(call: Call) -> Row:
    """GET /flows/{id}: the latest version."""
    row = find(call, call.id("flow"))
    return _show(call, row, latest(call, row["id"]))


def version(call: Call) -> Row:
    """GET /flows/{id}/versions/{n}."""
    row = find(call, call.id("flow"))
    return _show(call, row, _pinned(call, row))


def summary(call: Call) -> list[Row]:
    """GET /flows/{id}/versions/{n}/summary: the latest attempt of each task of each run, without its output."""
    row = find(call, call.id("flow"))
    pinned = _pinned(call, row)
    runs = select(_run.id).where(
        _run.flow_id == row["id"], _run.flow_version == pinned["version"], _run.deleted.is_(False)
    )
    found: list[Row] = []
    for run_id in call.tx.execute(runs.order_by(_run.created_at.desc(), _run.id)).scalars():
        for one_attempt in records.latest_of(records.attempts_of(call, run_id)).values():
            found.append(_summed(one_attempt, pinned["version"]))
    return found


def _summed(row: Row, number: int) -> Row:
    names = ("id", "flow_execution_id", "task_name", "organization_id", "created_at", "updated_at", "modified_by")
    error = row["error"]
    return {
        **{name: row[name] for name in names},
        "status": states.shown(row["processing_status"], row["stale_status"]),
        "processing_status": row["processing_status"],
        "edited_status": "not_edited" if row["edited_status"] == "not_edited" else "edited",
        "stale_status": row["stale_status"],
        "summary": None,
        "tags": [],
        "error": {"message": error.get("message")} if isinstance(error, dict) else None,
        "flow_version": number,
    }


def _pinned(call: Call, row: Row) -> Row:
    number = int(call.request.params["version"])
    query = select(schema.flow_versions).where(
        _version.flow_id == row["id"], _version.version == min(number, 2**31)
    )
    found = call.tx.execute(query).mappings().first()
    if found is None:
        raise not_found("Flow version")
    return dict(found)


def _show(call: Call, row: Row, chosen: Row) -> Row:
    newest = call.tx.execute(select(func.max(_version.version)).where(_version.flow_id == row["id"])).scalar_one()
    runs = select(func.count()).where(_run.flow_id == row["id"], _run.deleted.is_(False))
    shown = {
        "id": row["id"], "display_name": row["display_name"], "description": row["description"],
        "version": chosen["version"], "status": chosen["status"], "is_latest": chosen["version"] == newest,
        "organization_id": row["organization_id"], "definition": chosen["definition"],
        "settings": row["settings"], "flow_executions_count": call.tx.execute(runs).scalar_one(),
        "tags": [], "deleted": False, "created_at": chosen["created_at"], "updated_at": chosen["updated_at"],
        "modified_by": chosen["modified_by"],
    }  # fmt: skip
    if call.flag("include_ordered_task_names"):
        shown["task_names"] = list(plan_of(chosen["definition"]).names)
    if call.flag("include_validation_errors"):
        shown["validation_errors"] = []
    if call.flag("include_output_schemas"):
        shown["output_schemas"] = chosen["output_schemas"] or {}
    return shown


def _bounded(text: str | None, preset: int, most: int) -> int:
    if text is None:
        return preset
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise Failure(422, "Request validation failed", details=[f"Input should be a number from 1 to {most}"])
    return int(text)
