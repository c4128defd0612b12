"""/task-tags: labels on (run, task); batches are all-or-nothing (contract section 4)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from tui.embedded.superai import records, schema
from tui.embedded.superai.errors import Failure, Unfit
from tui.embedded.superai.records import Row
from tui.embedded.superai.server import Call, new_id, uuid_of

MOST = 100
_tag = schema.task_tags.c


def listed(call: Call) -> list[Row]:
    """GET: the active tags of a run, perhaps of one task; an unknown task has none."""
    asked = call.asked("flow_execution_id")
    if asked is None:
        raise Unfit((("query", "flow_execution_id"), "Field required", "missing"))
    run = records.own_run(call, uuid_of(asked, ("query", "flow_execution_id")))
    found = tags_of(call, {run["id"]})
    name = call.asked("task_name")
    return [tag for (_, task), tags in found.items() for tag in tags if name is None or task == name]


def batch(call: Call) -> dict[str, list[dict[str, str]]]:
    """PATCH: each item is added or removed in one transaction; the results are in the same order."""
    items = call.body().get("tags")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST:
        raise Unfit((("body", "tags"), f"List should have 1 to {MOST} items", "too_short"))
    return {"tags": [{"status": _apply(call, place, item)} for place, item in enumerate(items)]}


def tags_of(call: Call, runs: Collection[str]) -> dict[tuple[str, str], list[Row]]:
    """The active tags of ``runs``, by run and task."""
    query = (
        select(schema.task_tags)
        .where(_tag.flow_execution_id.in_(runs), _tag.status == "active")
        .order_by(_tag.task_name, _tag.created_at, _tag.id)
    )
    found: dict[tuple[str, str], list[Row]] = {}
    for row in call.tx.execute(query).mappings() if runs else ():
        shown = {name: value for name, value in row.items() if name != "metadata_text"}
        found.setdefault((row["flow_execution_id"], row["task_name"]), []).append(shown)
    return found


def _apply(call: Call, place: int, item: Any) -> str:
    where = ("body", "tags", place)
    if not isinstance(item, dict):
        raise Unfit((where, "Input should be a valid dictionary", "model_attributes_type"))
    for name, longest in (("operation", 10), ("task_name", 200), ("tag", 200), ("tag_type", 100)):
        value = item.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            kind = "missing" if name not in item else "string_type"
            raise Unfit(((*where, name), f"String should have 1 to {longest} characters", kind))
    run_id = uuid_of(item.get("flow_execution_id"), (*where, "flow_execution_id"))
    if item["operation"] not in ("add", "remove"):
        raise Failure(400, f"Invalid operation: {item['operation']!r}")
    run = records.own_run(call, run_id)
    if item["task_name"] not in records.plan_for(call, run).names:
        raise Failure(400, f"Task '{item['task_name']}' is not defined in the flow")
    return (_add if item["operation"] == "add" else _remove)(call, run, item)


def _add(call: Call, run: Row, item: Row) -> str:
    text = _text(item.get("tag_metadata"))
    if call.tx.execute(select(_tag.id).where(_like(run, item), _tag.metadata_text == text)).first() is not None:
        return "already_exists"
    moment = call.stamp()
    row = {
        "id": new_id(), "flow_execution_id": run["id"], "task_name": item["task_name"], "tag": item["tag"],
        "tag_type": item["tag_type"], "organization_id": run["organization_id"],
        "tag_metadata": item.get("tag_metadata"), "metadata_text": text, "status": "active",
        "created_at": moment, "updated_at": moment, "modified_by": call.account.id,
    }  # fmt: skip
    call.tx.execute(insert(schema.task_tags).values(**row))
    records.change_run(call, run, status=run["status"], modified_by=call.account.id)
    return "added"


def _remove(call: Call, run: Row, item: Row) -> str:
    """Without metadata every tag of that name goes, whatever its metadata."""
    condition = _like(run, item)
    if item.get("tag_metadata") is not None:
        condition &= _tag.metadata_text == _text(item["tag_metadata"])
    found = list(call.tx.execute(select(_tag.id).where(condition)).scalars())
    if not found:
        return "not_found"
    changes = {"status": "deleted", "updated_at": call.stamp(), "modified_by": call.account.id}
    call.tx.execute(update(schema.task_tags).where(_tag.id.in_(found)).values(**changes))
    records.change_run(call, run, status=run["status"], modified_by=call.account.id)
    return "removed"


def _like(run: Row, item: Row) -> Any:
    return (
        (_tag.flow_execution_id == run["id"])
        & (_tag.task_name == item["task_name"])
        & (_tag.tag == item["tag"])
        & (_tag.tag_type == item["tag_type"])
        & (_tag.status == "active")
    )


def _text(metadata: Any) -> str:
    return msgspec.json.encode(metadata, order="sorted").decode()
