"""The models of the interface: their tables, relations (contract section 2), and how a row becomes JSON.

Keys of the registry are the morph aliases where the contract names one (``taskExecution``, ``formField`` ...).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, select

from tui.embedded.intratool import schema
from tui.embedded.intratool.policy import STATUSES, derive
from tui.embedded.intratool.validation import validation_string
from tui.embedded.intratool.view import View

Row = dict[str, Any]


class Relation(NamedTuple):
    """``local`` of this row equals ``remote`` of the target; a pivot holds both in its own columns."""

    target: str
    local: str
    remote: str
    many: bool = False
    where: tuple[str, str] | None = None
    pivot: tuple[Table, str, str] | None = None


class Entity(NamedTuple):
    """A model: rows of a table, or fixed ``rows``; ``present`` completes, ``scope`` limits them to the user's."""

    table: Table | None
    relations: dict[str, Relation]
    present: Callable[[View, list[Row]], list[Row]] = lambda _view, rows: rows
    scope: Callable[[View], ColumnElement[bool] | None] = lambda _view: None
    rows: tuple[Row, ...] = ()


def table_of(entity: Entity) -> Table:
    """The table of an entity that has one."""
    if entity.table is None:
        raise LookupError("this model has fixed rows")
    return entity.table


def fetch(view: View, entity: Entity, *conditions: ColumnElement[bool], order: Any = None) -> list[Row]:
    """The user's rows of ``entity`` under all ``conditions``, as the interface shows them."""
    if entity.table is None:
        return [dict(row) for row in entity.rows]
    query = select(entity.table).where(*conditions)
    if "deleted_at" in entity.table.c:
        query = query.where(entity.table.c.deleted_at.is_(None))
    scope = entity.scope(view)
    if scope is not None:
        query = query.where(scope)
    result = view.tx.execute(query.order_by(*(order if order is not None else (entity.table.c.id,))))
    names = list(result.keys())
    return entity.present(view, [dict(zip(names, row, strict=True)) for row in result])


def _executions(view: View, rows: list[Row]) -> list[Row]:
    shown = rows if view.account.sees_early else [row for row in rows if view.shows(row)]
    return [present_execution(view, row) for row in shown]


def present_execution(view: View, row: Row) -> Row:
    """A row of ``tasks`` as the interface shows it: status at this moment, points as the examples have them."""
    row["task_status_id"] = derive(row, view.windows(row), view.now)
    row["achieved_points"] = _number(row["achieved_points"])
    row["max_points"] = _number(row["max_points"])
    del row["reopened_at"], row["origin"]
    return row


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _configured(_view: View, rows: list[Row]) -> list[Row]:
    """A configuration is an object, whatever an import has left there (PHP writes an empty one as ``[]``)."""
    for row in rows:
        row["config"] = row["config"] if isinstance(row["config"], dict) else {}
    return rows


def _fields(view: View, rows: list[Row]) -> list[Row]:
    rows = _configured(view, rows)
    ids = [row["id"] for row in rows]
    validations = _grouped(view, "formFieldValidation", ids)
    sources = _grouped(view, "taskFieldDefaultValueSource", ids)
    for row in rows:
        row["field_validations"] = validations.get(row["id"], [])
        strings = (one["validation_string"] for one in row["field_validations"])
        row["field_validation_string"] = "|".join(filter(None, strings))
        row["default_value_sources"] = sources.get(row["id"], [])
    return rows


def _grouped(view: View, name: str, field_ids: list[int]) -> dict[int, list[Row]]:
    entity = ENTITIES[name]
    table = table_of(entity)
    order = [table.c.form_field_id, table.c.id]
    if "sort_number" in table.c:
        order.insert(1, table.c.sort_number)
    grouped: dict[int, list[Row]] = {}
    for row in fetch(view, entity, table.c.form_field_id.in_(field_ids), order=order):
        grouped.setdefault(row["form_field_id"], []).append(row)
    return grouped


def _validations(view: View, rows: list[Row]) -> list[Row]:
    for row in _configured(view, rows):
        kind = row["form_field_validation_type_id"]
        row["validation_string"] = validation_string(kind, row["config"])
        row["form_field_validation_type"] = _VALIDATION_TYPES.get(kind)
    return rows


def _users(_view: View, rows: list[Row]) -> list[Row]:
    for row in rows:
        row["full_name"] = f"{row['first_name']} {row['last_name']}"
    return rows


def _roles(_view: View, rows: list[Row]) -> list[Row]:
    for row in rows:
        del row["level"]
    return rows


def _own_assignments(view: View) -> ColumnElement[bool] | None:
    if view.account.sees_all:
        return None
    return schema.task_assignments.c.id.in_(view.own_assignments)


def _assignments(view: View, rows: list[Row]) -> list[Row]:
    for row in rows:
        known = view.assignments.get(row["id"])
        row["creator_user_id"] = row["user_id"]
        row["department_ids"] = sorted(known.department_ids) if known else []
        row["user_ids"] = sorted(known.user_ids) if known else []
    return rows


def _types(*names: tuple[str, str, dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        {"id": key, "icon_id": None, "name": name, "default_config": config, "unique": False,
         "relevant": key != "description", "sort_number": place, "created_at": None, "updated_at": None}
        for place, (key, name, config) in enumerate(names, 1)
    )  # fmt: skip


_OPTIONS = {"options": {"option-1": "Option 1"}, "inline": False}
_FIELD_TYPES = _types(
    ("text", "Eingabefeld", {}),
    ("rich-text", "Freitext", {}),
    ("checkbox", "Mehrfachauswahl", _OPTIONS),
    ("radio", "Auswahl", _OPTIONS),
    ("select", "Ausklappmenü", {"options": {"option-1": "Option 1"}}),
    ("description", "Beschreibung", {}),
    ("datetime", "Datum und Zeit", {"type": "datetime", "format": "Y-m-d H:i:s"}),
    ("file-upload", "Datei", {"path": "", "attach": False}),
    ("entity_select", "Personen und Abteilungen", {"entity_type": "user", "multiple": False}),
    ("recipient-select", "Empfänger", {"entity_type": "user", "multiple": False}),
)
_VALIDATION_TYPES: dict[str, Row] = {
    key: {"id": key, "default_config": config, "sort_number": place}
    for place, (key, config) in enumerate(
        {
            "required": {},
            "email": {},
            "phone": {"fixed_line": True, "mobile": True, "country_codes": None, "default_country_code": "DE"},
            "url": {},
            "number": {"type": "numeric"},
            "minmax": {"min": 0},
            "datetime": {"format": "Y-m-d H:i:s"},
            "mimetypes": {"allowed": ["image/gif", "image/jpeg", "image/png", "image/tiff"]},
        }.items(),
        1,
    )
}
_STATUS_NAMES = ("Open", "In progress", "In progress (late)", "Done", "Done (late)", "Denied", "Missed")

ENTITIES: dict[str, Entity] = {
    "taskExecution": Entity(
        schema.tasks,
        {
            "taskProgressFields": Relation("taskProgressField", "id", "task_id", many=True),
            "taskAssignment": Relation("taskAssignment", "task_assignment_id", "id"),
            "taskTemplate": Relation("taskTemplate", "task_template_id", "id"),
            "taskStatus": Relation("taskStatus", "task_status_id", "id"),
            "lastActivityUser": Relation("user", "last_activity_user_id", "id"),
            "parent": Relation("taskExecution", "parent_id", "id"),
            "children": Relation("taskExecution", "id", "parent_id", many=True),
        },
        _executions,
        lambda view: view.executions_scope,
    ),
    "taskTemplate": Entity(
        schema.task_templates,
        {
            "parent": Relation("taskTemplate", "parent_id", "id"),
            "children": Relation("taskTemplate", "id", "parent_id", many=True),
            "taskAssignments": Relation("taskAssignment", "id", "task_template_id", many=True),
            "tasks": Relation("taskExecution", "id", "task_template_id", many=True),
            "formFields": Relation("formField", "id", "form_id", many=True, where=("form_type", "taskTemplate")),
            "user": Relation("user", "user_id", "id"),
            "layouts": Relation(
                "layout", "id", "layoutable_id", many=True, where=("layoutable_type", "taskTemplate")
            ),
        },
    ),
    "taskAssignment": Entity(
        schema.task_assignments,
        {
            "taskTemplate": Relation("taskTemplate", "task_template_id", "id"),
            "departments": Relation(
                "department", "id", "id", many=True,
                pivot=(schema.assignment_department, "task_assignment_id", "department_id"),
            ),
            "users": Relation(
                "user", "id", "id", many=True, pivot=(schema.assignment_user, "task_assignment_id", "user_id")
            ),
            "creator": Relation("user", "user_id", "id"),
            "tasks": Relation("taskExecution", "id", "task_assignment_id", many=True),
        },
        _assignments,
        _own_assignments,
    ),
    "formField": Entity(
        schema.form_fields,
        {
            "form": Relation("taskTemplate", "form_id", "id"),
            "fieldType": Relation("formFieldType", "form_field_type_id", "id"),
            "fieldValidations": Relation("formFieldValidation", "id", "form_field_id", many=True),
            "validations": Relation("formFieldValidation", "id", "form_field_id", many=True),
            "defaultValueSources": Relation("taskFieldDefaultValueSource", "id", "form_field_id", many=True),
            "layoutColumns": Relation(
                "layoutColumn", "id", "id", many=True,
                pivot=(schema.layout_elements, "layout_element_id", "layout_column_id"),
            ),
        },
        _fields,
    ),
    "taskProgressField": Entity(
        schema.task_progress_fields,
        {
            "formField": Relation("formField", "form_field_id", "id"),
            "task": Relation("taskExecution", "task_id", "id"),
        },
    ),
    "taskFieldDefaultValueSource": Entity(
        schema.default_value_sources, {"formField": Relation("formField", "form_field_id", "id")}, _configured
    ),
    "formFieldValidation": Entity(schema.form_field_validations, {}, _validations),
    "user": Entity(schema.users, {"role": Relation("role", "role_id", "id")}, _users),
    "role": Entity(schema.roles, {"department": Relation("department", "department_id", "id")}, _roles),
    "department": Entity(schema.departments, {"roles": Relation("role", "id", "department_id", many=True)}),
    "formMessage": Entity(
        schema.form_messages,
        {"user": Relation("user", "user_id", "id"), "department": Relation("department", "department_id", "id")},
    ),
    "taskStatus": Entity(
        None,
        {},
        rows=tuple(
            {"id": key, "name": name, "sort_number": place}
            for place, (key, name) in enumerate(zip(STATUSES, _STATUS_NAMES, strict=True), 1)
        ),
    ),
    "formFieldType": Entity(None, {}, rows=_FIELD_TYPES),
    "formFieldValidationType": Entity(None, {}, rows=tuple(_VALIDATION_TYPES.values())),
    "layout": Entity(
        schema.layouts,
        {
            "layoutable": Relation("taskTemplate", "layoutable_id", "id"),
            "layoutRows": Relation("layoutRow", "id", "layout_id", many=True),
        },
    ),
    "layoutRow": Entity(
        schema.layout_rows,
        {
            "layout": Relation("layout", "layout_id", "id"),
            "layoutColumns": Relation("layoutColumn", "id", "layout_row_id", many=True),
        },
    ),
    "layoutColumn": Entity(
        schema.layout_columns,
        {
            "layoutRow": Relation("layoutRow", "layout_row_id", "id"),
            "layoutableElements": Relation("layoutColumnLayoutElement", "id", "layout_column_id", many=True),
            "formFields": Relation(
                "formField", "id", "id", many=True,
                pivot=(schema.layout_elements, "layout_column_id", "layout_element_id"),
            ),
        },
    ),
    "layoutColumnLayoutElement": Entity(
        schema.layout_elements,
        {
            "layoutColumn": Relation("layoutColumn", "layout_column_id", "id"),
            "layoutElement": Relation("formField", "layout_element_id", "id"),
        },
    ),
}  # fmt: skip
