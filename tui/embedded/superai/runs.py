"""/flow-executions: list, read, start, run again, cancel and delete the runs of a flow (contract 1 and 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, insert, or_, select

from tui.embedded.asgi import Outgoing
from tui.embedded.superai import flows, records, schema, states
from tui.embedded.superai.errors import Failure, Unfit
from tui.embedded.superai.records import Row, attempt, run
from tui.embedded.superai.server import NO_CONTENT, Call, new_id, uuid_of

UNSTOPPABLE = frozenset({"send_email"})
"""Executors whose work cannot be taken back once it began: a mail that is being sent."""

_tag = schema.task_tags.c
_BOUNDS = {
    "created_after": (run.created_at, ">="), "created_before": (run.created_at, "<="),
    "updated_after": (run.updated_at, ">="), "updated_before": (run.updated_at, "<="),
}  # fmt: skip


def listed(call: Call) -> list[Row]:
    """GET: the runs of one flow, a bare array without a total."""
    asked = call.asked("flow_id")
    if asked is None:
        raise Failure(422, "flow_id: Field required", details=["flow_id: Field required"])
    flow = flows.find(call, _uuid(asked, "flow_id"))
    conditions = [run.flow_id == flow["id"], run.deleted.is_(False), *_filters(call)]
    column = (
        run.updated_at
        if _word(call, "sort_field", ("created_at", "updated_at")) == "updated_at"
        else run.created_at
    )
    down = _word(call, "sort_direction", ("desc", "asc")) == "desc"
    page, size = _number(call, "page", 1, 10_000), _number(call, "page_size", 10, 1_000)
    query = select(schema.flow_executions).where(*conditions)
    # Of one moment the one that was started later counts as the newer.
    order = (column, run.run_number, run.id)
    query = query.order_by(*(part.desc() for part in order) if down else order)
    rows = [dict(row) for row in call.tx.execute(query).mappings()]
    if (after := call.asked("start_from_execution_id")) is not None:
        places = [place for place, row in enumerate(rows) if row["id"] == _uuid(after, "start_from_execution_id")]
        rows = rows[places[0] + 1 :] if places else []
    numbered = call.flag("include_run_number")
    return [records.show_run(row, number=numbered) for row in rows[(page - 1) * size : page * size]]


def one(call: Call) -> Row:
    """GET by ID."""
    return records.show_run(records.find_run(call, call.id("run")), number=call.flag("include_run_number"))


def start(call: Call) -> Row:
    """POST: a run of the flow's latest version. Not repeatable: each request starts one."""
    body = call.body()
    if "flow_id" not in body:
        raise Unfit((("body", "flow_id"), "Field required", "missing"))
    given = body.get("input")
    if given is not None and not isinstance(given, dict):
        raise Unfit((("body", "input"), "Input should be a valid dictionary", "dict_type"))
    return records.show_run(begin(call, uuid_of(body["flow_id"], ("body", "flow_id")), given or {}))


def begin(call: Call, flow_id: str, given: Row) -> Row:
    """A queued run of the flow's latest version. 400 where that is a draft, 403 and 404 as for any flow."""
    flow = flows.find(call, flow_id)
    version = flows.latest(call, flow["id"])
    if version["status"] != "published":
        raise Failure(400, "Only a published flow can be started")
    number = select(func.coalesce(func.max(run.run_number), 0)).where(run.flow_id == flow["id"])
    moment = call.stamp()
    row = {
        "id": new_id(), "flow_id": flow["id"], "flow_version": version["version"],
        "organization_id": flow["organization_id"], "status": "queued", "input": given,
        "run_number": call.tx.execute(number).scalar_one() + 1, "deleted": False, "created_at": moment,
        "updated_at": moment, "modified_by": call.account.id,
    }  # fmt: skip
    call.tx.execute(insert(schema.flow_executions).values(**row))
    return row


def execute(call: Call) -> Outgoing:
    """POST .../execute: again in place, on the latest version; ``only_stale``: what is outdated or unfinished."""
    only_stale = call.flag("only_stale")
    row = records.find_run(call, call.id("run"))
    plan = records.plan_for(call, row)
    latest = records.latest_of(records.attempts_of(call, row["id"]))
    for one_attempt in latest.values():
        executor = plan.nodes.get(one_attempt["task_name"], {}).get("task_executor_name")
        if one_attempt["processing_status"] == "running" and executor in UNSTOPPABLE:
            raise Failure(409, "Flow execution is running and could not be stopped")
    chosen = [
        latest[name]
        for name in plan.names
        if name in latest
        and (
            not only_stale
            or latest[name]["stale_status"] == "stale"
            or latest[name]["processing_status"] != "completed"
        )
    ]
    records.queue_again(call, row, chosen)
    version = flows.latest(call, row["flow_id"])["version"]
    status = "queued" if chosen or not only_stale else row["status"]
    records.change_run(call, row, status=status, flow_version=version, modified_by=call.account.id)
    return NO_CONTENT


def cancel(call: Call) -> Outgoing:
    """POST .../cancel: what is not finished ends; a finished run stays as it is."""
    row = records.find_run(call, call.id("run"))
    if row["status"] in (*states.ACTIVE, "in_progress", "stale"):
        for one_attempt in records.latest_of(records.attempts_of(call, row["id"])).values():
            if one_attempt["processing_status"] in states.ACTIVE:
                records.change_attempt(
                    call, one_attempt, processing_status="cancelled", completed_at=call.stamp(),
                    modified_by=call.account.id,
                )  # fmt: skip
        records.change_run(call, row, status="cancelled", modified_by=call.account.id)
    return NO_CONTENT


def remove(call: Call) -> Outgoing:
    """DELETE: the run is gone for readers, its tasks stay; to delete it again changes nothing."""
    if call.account.role == "app_user":
        raise Failure(403, "Your role may not delete flow executions")
    query = select(schema.flow_executions).where(run.id == call.id("run"))
    row = call.tx.execute(query).mappings().first()
    if row is None or not row["deleted"]:
        found = records.find_run(call, call.id("run"))
        records.change_run(call, found, status="deleted", deleted=True, modified_by=call.account.id)
    elif row["organization_id"] != call.account.organization_id:
        raise Failure(403, "Flow execution belongs to another organization")
    return NO_CONTENT


def _filters(call: Call) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if words := _all(call, "status"):
        # The first generation means runs that contain a task in that status, the second the run's own.
        inside = select(attempt.flow_execution_id).where(attempt.processing_status.in_(words))
        found.append(or_(run.status.in_(words), run.id.in_(inside)))
    if words := _all(call, "status_exclude"):
        found.append(run.status.not_in(words))
    if tags := _all(call, "tags"):
        pairs = [tag.partition(":") for tag in tags]
        wanted = or_(*((_tag.tag_type == kind) & (_tag.tag == name) for kind, _, name in pairs))
        found.append(run.id.in_(select(_tag.flow_execution_id).where(wanted, _tag.status == "active")))
    for name, (column, sign) in _BOUNDS.items():
        if (text := call.asked(name)) is not None:
            bound = _moment(text, name)
            found.append(column >= bound if sign == ">=" else column <= bound)
    return found


def _all(call: Call, name: str) -> Sequence[str]:
    return [value for key, value in call.request.query if key == name]


def _uuid(text: str, name: str) -> str:
    try:
        return uuid_of(text, ("query", name))
    except Unfit:
        raise _invalid(name, "Input should be a valid UUID") from None


def _moment(text: str, name: str) -> str:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise _invalid(name, "Input should be a valid datetime") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _word(call: Call, name: str, words: tuple[str, ...]) -> str:
    word = call.asked(name) or words[0]
    if word not in words:
        raise _invalid(name, f"Input should be {' or '.join(words)}")
    return word


def _number(call: Call, name: str, preset: int, most: int) -> int:
    text = call.asked(name)
    if text is None:
        return preset
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise _invalid(name, f"Input should be a number from 1 to {most}")
    return int(text)


def _invalid(name: str, words: str) -> Failure:
    """This route answers 422 in the platform's own envelope (contract section 9)."""
    return Failure(422, "Request validation failed", details=[{"field": name, "message": words}])
