"""What pickers and forms need beside Tasks 2.0: people, departments, form catalogues, files (contract 1.6)."""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy import ColumnElement, select

from tui.embedded.asgi import Outgoing
from tui.embedded.intratool import result_control, schema
from tui.embedded.intratool.entities import ENTITIES, Row, fetch, table_of
from tui.embedded.intratool.executions import shown
from tui.embedded.intratool.server import Call, Handler
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused


def users(call: Call) -> list[Row]:
    """GET /api/users: the people of one's own departments; an admin sees everybody."""
    order = [schema.users.c.last_name, schema.users.c.first_name]
    rows = fetch(call.view, ENTITIES["user"], *_own_users(call.view), order=order)
    return result_control.apply(call.view, "user", rows, result_control.read(call.request))


def user(call: Call) -> Row:
    """GET /api/users/{id}."""
    rows = fetch(call.view, ENTITIES["user"], schema.users.c.id == call.id("user"), *_own_users(call.view))
    return _one(call, "user", rows)


def departments(call: Call) -> list[Row]:
    """GET /api/departments: one's own; an admin sees all."""
    rows = fetch(
        call.view, ENTITIES["department"], *_own_departments(call.view), order=[schema.departments.c.name]
    )
    return result_control.apply(call.view, "department", rows, result_control.read(call.request))


def department(call: Call) -> Row:
    """GET /api/departments/{id}."""
    condition = schema.departments.c.id == call.id("department")
    return _one(
        call, "department", fetch(call.view, ENTITIES["department"], condition, *_own_departments(call.view))
    )


def form_fields(call: Call) -> list[Row]:
    """GET /api/forms/fields: narrowed by ``filter[form_type]`` and ``filter[form_id]`` (gap 20)."""
    order = [schema.form_fields.c.form_id, schema.form_fields.c.sort_number, schema.form_fields.c.id]
    rows = fetch(call.view, ENTITIES["formField"], order=order)
    return result_control.apply(call.view, "formField", rows, result_control.read(call.request))


def field_types(call: Call) -> list[Row]:
    """GET /api/forms/field-types."""
    rows = fetch(call.view, ENTITIES["formFieldType"])
    return result_control.apply(call.view, "formFieldType", rows, result_control.read(call.request))


def validation_types(call: Call) -> list[Row]:
    """GET /api/forms/field-validation-types."""
    rows = fetch(call.view, ENTITIES["formFieldValidationType"])
    return result_control.apply(call.view, "formFieldValidationType", rows, result_control.read(call.request))


def arranged(entity: str) -> Handler:
    """GET /api/layouts, /rows and /columns: how forms are arranged; ``entity`` says which of the three."""

    def listed(call: Call) -> list[Row]:
        table = table_of(ENTITIES[entity])
        rows = fetch(call.view, ENTITIES[entity], order=[table.c.sort_number, table.c.id])
        return result_control.apply(call.view, entity, rows, result_control.read(call.request))

    return listed


def arrangement(entity: str) -> Handler:
    """GET /api/layouts/{id}, /rows/{id} and /columns/{id}."""

    def shown_one(call: Call) -> Row:
        condition = table_of(ENTITIES[entity]).c.id == call.id("layout")
        return _one(call, entity, fetch(call.view, ENTITIES[entity], condition))

    return shown_one


def file_by_id(call: Call) -> Outgoing:
    """GET /files/{id}: the raw content."""
    return _file(call, schema.files.c.id == call.id("file"))


def file_by_hash(call: Call) -> Outgoing:
    """GET /files/{hash}/{name}: the raw content."""
    return _file(call, schema.files.c.hash == str(call.request.params["hash"]))


def _file(call: Call, condition: ColumnElement[bool]) -> Outgoing:
    found = call.view.tx.execute(
        select(schema.files).where(condition, schema.files.c.deleted_at.is_(None)).order_by(schema.files.c.id)
    ).all()
    for row in found:
        try:
            shown(call.view, row.task_id)
        except Refused:
            continue
        disposition = f"attachment; filename*=UTF-8''{quote(row.name)}"
        return Outgoing(row.content, 200, {"Content-Disposition": disposition}, row.mime_type)
    raise Refused(404, "not_found")


def _own_users(view: View) -> list[ColumnElement[bool]]:
    return [] if view.account.sees_all else [schema.users.c.id.in_(view.colleagues)]


def _own_departments(view: View) -> list[ColumnElement[bool]]:
    return [] if view.account.sees_all else [schema.departments.c.id.in_(view.account.department_ids)]


def _one(call: Call, entity: str, rows: list[Row]) -> Row:
    if not rows:
        raise Refused(404, "not_found")
    return result_control.apply(call.view, entity, rows, result_control.read(call.request))[0]
