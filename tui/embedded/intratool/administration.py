"""The administration routes that the client reads, and default value sources (contract 1.2 to 1.5, 5)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from tui.embedded.intratool import result_control, schema
from tui.embedded.intratool.answers import as_id
from tui.embedded.intratool.entities import ENTITIES, Row, fetch
from tui.embedded.intratool.server import Call
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused, invalid

_form = schema.form_fields.c
_source = schema.default_value_sources.c
SOURCE_TYPES = ("formFieldValue", "systemVariable")


def templates(call: Call) -> list[Row]:
    """GET templates."""
    return _listed(call, "taskTemplate", order=[schema.task_templates.c.sort_number, schema.task_templates.c.id])


def template(call: Call) -> Row:
    """GET templates/{id}."""
    return _single(call, "taskTemplate", schema.task_templates.c.id == call.id("template"))


def all_fields(call: Call) -> list[Row]:
    """GET templates/fields."""
    return _listed(call, "formField", _form.form_type == "taskTemplate", order=_field_order())


def template_fields(call: Call) -> list[Row]:
    """GET templates/{formEntity}/fields. 404 for a template that does not exist."""
    _require(call.view, "taskTemplate", schema.task_templates.c.id == call.id("template"))
    condition = _form.form_id == call.id("template")
    return _listed(call, "formField", _form.form_type == "taskTemplate", condition, order=_field_order())


def assignments(call: Call) -> list[Row]:
    """GET assignments."""
    return _listed(
        call, "taskAssignment", order=[schema.task_assignments.c.sort_number, schema.task_assignments.c.id]
    )


def assignment(call: Call) -> Row:
    """GET assignments/{taskAssignment}."""
    return _single(call, "taskAssignment", schema.task_assignments.c.id == call.id("assignment"))


def create_source(call: Call) -> Row:
    """POST templates/fields/default-value-sources."""
    values = _source_values(call, {})
    field = values["form_field_id"]
    last = select(func.max(_source.sort_number)).where(_source.form_field_id == field)
    if values["sort_number"] is None:
        values["sort_number"] = (call.view.tx.execute(last).scalar() or 0) + 1
    stamps = {"created_at": call.view.wall, "updated_at": call.view.wall}
    added = insert(schema.default_value_sources).values({**values, **stamps}).returning(_source.id)
    key = call.view.tx.execute(added).scalar_one()
    return _require(call.view, "taskFieldDefaultValueSource", _source.id == key)


def update_source(call: Call) -> Row:
    """PUT templates/fields/default-value-sources/{defaultValueSource}: the sent keys alone change."""
    condition = _source.id == call.id("source")
    old = _require(call.view, "taskFieldDefaultValueSource", condition)
    values = {**_source_values(call, old), "updated_at": call.view.wall}
    call.view.tx.execute(update(schema.default_value_sources).where(condition).values(values))
    return _require(call.view, "taskFieldDefaultValueSource", condition)


def delete_source(call: Call) -> Row:
    """DELETE templates/fields/default-value-sources/{defaultValueSource}: answers what was deleted."""
    condition = _source.id == call.id("source")
    old = _require(call.view, "taskFieldDefaultValueSource", condition)
    call.view.tx.execute(delete(schema.default_value_sources).where(condition))
    return old


def _source_values(call: Call, old: Row) -> Row:
    names = ("source_type", "form_field_id", "config", "source_entity_type", "source_entity_id", "sort_number")
    values: dict[str, Any] = {name: call.body.get(name, old.get(name)) for name in names}
    for name in ("source_type", "form_field_id"):
        if values[name] is None:
            raise invalid(name, "required")
    if values["source_type"] not in SOURCE_TYPES:
        raise invalid("source_type", "choice")
    values["config"] = {} if values["config"] is None else values["config"]
    if not isinstance(values["config"], dict):
        raise invalid("config", "choice")
    if (values["source_entity_type"] is None) != (values["source_entity_id"] is None):
        empty = "source_entity_id" if values["source_entity_id"] is None else "source_entity_type"
        raise invalid(empty, "required")
    for name in ("form_field_id", "source_entity_id", "sort_number"):
        if values[name] is not None and as_id(values[name]) is None:
            raise invalid(name, "integer")
        values[name] = as_id(values[name])
    if not fetch(call.view, ENTITIES["formField"], _form.id == values["form_field_id"]):
        raise invalid("form_field_id", "choice")
    return values


def _listed(
    call: Call, entity: str, *conditions: ColumnElement[bool], order: list[Any] | None = None
) -> list[Row]:
    control = result_control.read(call.request)
    return result_control.apply(
        call.view, entity, fetch(call.view, ENTITIES[entity], *conditions, order=order), control
    )


def _single(call: Call, entity: str, condition: ColumnElement[bool]) -> Row:
    control = result_control.read(call.request)
    return result_control.apply(call.view, entity, [_require(call.view, entity, condition)], control)[0]


def _require(view: View, entity: str, condition: ColumnElement[bool]) -> Row:
    found = fetch(view, ENTITIES[entity], condition)
    if not found:
        raise Refused(404, "not_found")
    return found[0]


def _field_order() -> list[Any]:
    return [_form.form_id, _form.sort_number, _form.id]
