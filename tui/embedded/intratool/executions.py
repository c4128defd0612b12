"""The routes that read executions, and the one that creates one (contract 1.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, true

from tui.embedded.asgi import Incoming
from tui.embedded.clock import read_wall
from tui.embedded.intratool import result_control, schema
from tui.embedded.intratool.answers import as_id
from tui.embedded.intratool.entities import ENTITIES, Row, fetch, present_execution
from tui.embedded.intratool.generate import blank_row
from tui.embedded.intratool.policy import UNFINISHED, Assignment
from tui.embedded.intratool.server import Call, Server
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused, invalid

_task = schema.tasks.c


def fill_period(server: Server, request: Incoming) -> None:
    """Generates the executions of the asked period, when it has both ends."""
    start, end = _period(request)
    if start is not None and end is not None:
        server.generator.fill(date.fromisoformat(start[:10]), date.fromisoformat(end[:10]))


def fill_today(server: Server, _request: Incoming) -> None:
    """Generates today's executions."""
    today = server.clock.today()
    server.generator.fill(today, today)


def list_executions(call: Call) -> list[Row]:
    """GET /executions: due in the period, both ends included; an execution without a date is in every period."""
    return _listed(call, true())


def list_of_assignment(call: Call) -> list[Row]:
    """GET /assignments/{taskAssignment}/executions."""
    assignment = require_assignment(call.view, call.id("assignment"))
    return _listed(call, _task.task_assignment_id == assignment.id)


def count(call: Call) -> dict[str, int]:
    """GET /executions/count: unfinished ones that are shown by now to the workers they are for."""
    view = call.view
    conditions: list[ColumnElement[bool]] = [_task.task_status_id.in_(UNFINISHED), _task.deleted_at.is_(None)]
    scope = view.executions_scope
    if scope is not None:
        conditions.append(scope)
    columns = [_task.task_status_id, _task.for_execution_date, _task.task_assignment_id, _task.reopened_at]
    # One row per kind of execution and moment: the windows are worked out once for all of them.
    grouped = select(*columns, func.count()).where(*conditions).group_by(*columns)
    names = [column.name for column in columns]
    total = 0
    for found in view.tx.execute(grouped):
        row = dict(zip(names, found, strict=False))
        number = found[-1]
        windows = view.windows(row)
        visible_from = windows.visible_from
        closes = None if row["reopened_at"] else windows.closes
        if (visible_from is None or visible_from <= view.now) and (closes is None or view.now <= closes):
            total += number
    return {"count": total}


def show(call: Call) -> Row:
    """GET /executions/{taskExecution}."""
    control = result_control.read(call.request)
    row = shown(call.view, call.id("execution"))
    return result_control.apply(call.view, "taskExecution", [row], control)[0]


def create(call: Call) -> Row:
    """POST /executions: one more execution of an assignment (gaps 24, 30)."""
    view, body = call.view, call.body
    assignment = require_assignment(view, _required_id(body, "task_assignment_id"), key="task_assignment_id")
    template_id = _required_id(body, "task_template_id")
    if template_id not in _templates_of(view, assignment):
        raise invalid("task_template_id", "choice")
    status = body.get("task_status_id") or "open"
    if status not in ("open", "in_progress"):
        raise invalid("task_status_id", "choice")
    due = _due(view, body.get("for_execution_date"))
    parent_id = body.get("parent_id")
    if parent_id is not None:
        try:
            parent_id = shown(view, as_id(parent_id) or 0)["id"]
        except Refused:
            raise invalid("parent_id", "choice") from None
    fields = fetch(
        view, ENTITIES["formField"], schema.form_fields.c.form_type == "taskTemplate",
        schema.form_fields.c.form_id == template_id,
    )  # fmt: skip
    row = blank_row(assignment.id, template_id, due, fields, view.wall)
    row |= _target(view, assignment)
    row["parent_id"] = parent_id
    row["task_status_id"] = status
    if status == "in_progress":
        row["started_at"] = view.wall
    row["last_activity_user_id"] = view.account.id
    return record(view, view.tx.execute(insert(schema.tasks).values(row).returning(_task.id)).scalar_one())


def record(view: View, execution_id: int) -> Row:
    """An execution as it is now, whoever asks (the answer of a write)."""
    found = view.tx.execute(select(schema.tasks).where(_task.id == execution_id)).mappings().one()
    return present_execution(view, dict(found))


def shown(view: View, execution_id: int) -> Row:
    """An execution that this user sees. 404 for any other."""
    found = fetch(view, ENTITIES["taskExecution"], _task.id == execution_id)
    if not found:
        raise Refused(404, "not_found")
    return found[0]


def require_assignment(view: View, assignment_id: int, key: str | None = None) -> Assignment:
    """An assignment of this user. 404 for any other, or a 422 about the request's ``key``."""
    found = view.own_assignments.get(assignment_id)
    if found is None:
        raise Refused(404, "not_found") if key is None else invalid(key, "choice")
    return found


def _listed(call: Call, condition: ColumnElement[bool]) -> list[Row]:
    start, end = _period(call.request)
    conditions = [condition]
    due = _task.for_execution_date
    if start is not None:
        conditions.append(due.is_(None) | (due >= start))
    if end is not None:
        conditions.append(due.is_(None) | (due <= end))
    control = result_control.read(call.request)
    rows = fetch(call.view, ENTITIES["taskExecution"], *conditions, order=[due, _task.id])
    return result_control.apply(call.view, "taskExecution", rows, control)


def _period(request: Incoming) -> tuple[str | None, str | None]:
    bounds = []
    for name in ("period_start", "period_end"):
        text = request.asked(name)
        wall = read_wall(text, end_of_day=name == "period_end") if text else None
        if text and wall is None:
            raise invalid(name, "datetime", format="Y-m-d H:i:s")
        bounds.append(wall)
    return bounds[0], bounds[1]


def _due(view: View, text: Any) -> str | None:
    if text is None:
        return None
    wall = read_wall(text) if isinstance(text, str) else None
    # Far outside, the windows around a date could not be worked out any more.
    if wall is None or not "1970" <= wall[:4] <= "2200":
        raise invalid("for_execution_date", "datetime", format="Y-m-d H:i:s")
    return view.clock.existing(wall)


def _required_id(body: dict[str, Any], key: str) -> int:
    value = body.get(key)
    if value is None:
        raise invalid(key, "required")
    number = as_id(value)
    if number is None:
        raise invalid(key, "integer")
    return number


def _templates_of(view: View, assignment: Assignment) -> set[int]:
    """The template of the assignment and its children."""
    template = schema.task_templates.c
    children = select(template.id).where(template.parent_id == assignment.task_template_id)
    return {assignment.task_template_id, *view.tx.execute(children).scalars()}


def _target(view: View, assignment: Assignment) -> dict[str, int | None]:
    """Whose it is: a personal one belongs to the creator where they are a target, else to the first target."""
    account = view.account
    if not assignment.personal:
        single = len(assignment.department_ids) == 1 and not assignment.user_ids
        return {"user_id": None, "department_id": next(iter(assignment.department_ids)) if single else None}
    if account.id in assignment.user_ids:
        return {"user_id": account.id, "department_id": None}
    departments = sorted(assignment.department_ids & account.department_ids) or sorted(assignment.department_ids)
    if departments:
        return {"user_id": None, "department_id": departments[0]}
    return {"user_id": min(assignment.user_ids, default=account.id), "department_id": None}
