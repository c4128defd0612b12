"""Writes the sample site into an empty database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from tui.embedded.intratool import schema
from tui.embedded.samples.assignments import ASSIGNMENTS
from tui.embedded.samples.build import AssignmentSpec, FieldSpec
from tui.embedded.samples.people import DEPARTMENTS, LEVELS, PEOPLE
from tui.embedded.samples.templates import TEMPLATES

FIRST_TEMPLATE, FIRST_ASSIGNMENT, FIRST_FIELD, FIRST_MESSAGE = 201, 501, 1001, 301
Row = dict[str, Any]


class _Seeder:
    def __init__(self, tx: Connection, wall: str) -> None:
        self._tx = tx
        self._stamps = {"created_at": wall, "updated_at": wall}
        # A year of past days can be looked at, whenever the site was made.
        self._start = str(date.fromisoformat(wall[:10]).replace(day=1) - timedelta(days=366))
        self._people = {person.username: place for place, person in enumerate(PEOPLE, 1)}
        self._templates = {spec.key: FIRST_TEMPLATE + place for place, spec in enumerate(TEMPLATES)}
        self._assignments = {spec.title: FIRST_ASSIGNMENT + place for place, spec in enumerate(ASSIGNMENTS)}
        self._fields = {
            f"{spec.key}.{field.key}": FIRST_FIELD + 20 * place + at
            for place, spec in enumerate(TEMPLATES)
            for at, field in enumerate(spec.fields)
        }

    def _add(self, table: Any, rows: list[Row]) -> None:
        if rows:
            self._tx.execute(insert(table), rows)

    def people(self) -> None:
        self._add(
            schema.departments,
            [{"id": key, "name": name, "user_id": None, **self._stamps} for key, name in DEPARTMENTS.items()],
        )
        levels = list(LEVELS)
        self._add(
            schema.roles,
            [
                {"id": place, "name": LEVELS[level], "level": level, "department_id": None}
                for place, level in enumerate(levels, 1)
            ],
        )
        self._add(
            schema.users,
            [
                {
                    "id": self._people[one.username], "username": one.username, "first_name": one.first_name,
                    "last_name": one.last_name, "active": True, "group_account": False,
                    "role_id": levels.index(one.level) + 1, **self._stamps,
                }
                for one in PEOPLE
            ],
        )  # fmt: skip
        self._add(
            schema.department_user,
            [
                {"department_id": key, "user_id": self._people[one.username]}
                for one in PEOPLE
                for key in one.departments
            ],
        )

    def templates(self) -> None:
        owner = self._people["admin"]
        # Parents first: their children point at them.
        for wants_parent in (False, True):
            self._add(
                schema.task_templates,
                [
                    {
                        "id": self._templates[spec.key], "title": spec.title,
                        "description": spec.description or None,
                        "parent_id": self._templates[spec.parent] if spec.parent else None, "sort_number": place,
                        "user_id": owner, "grade_scale": spec.grade_scale, "tour_enabled": False, **self._stamps,
                    }
                    for place, spec in enumerate(TEMPLATES, 1)
                    if bool(spec.parent) is wants_parent
                ],
            )  # fmt: skip
        self._add(
            schema.form_fields,
            [
                self._field(spec.key, spec.lang, field, place)
                for spec in TEMPLATES
                for place, field in enumerate(spec.fields, 1)
            ],
        )
        self._rules()
        self._layouts()

    def _layouts(self) -> None:
        layouts: list[Row] = []
        rows: list[Row] = []
        columns: list[Row] = []
        elements: list[Row] = []
        for spec in TEMPLATES:
            if not spec.layout:
                continue
            layouts.append({
                "id": len(layouts) + 1, "title": None, "layoutable_type": "taskTemplate",
                "layoutable_id": self._templates[spec.key], "type": "default", "sort_number": 1, **self._stamps,
            })  # fmt: skip
            for row_place, row in enumerate(spec.layout, 1):
                rows.append({"id": len(rows) + 1, "title": None, "layout_id": len(layouts), "separator": False,
                             "sort_number": row_place, **self._stamps})  # fmt: skip
                for column_place, keys in enumerate(row, 1):
                    columns.append({"id": len(columns) + 1, "title": None, "layout_row_id": len(rows),
                                    "width": 12 // len(row), "sort_number": column_place,
                                    **self._stamps})  # fmt: skip
                    elements += [
                        {"layout_column_id": len(columns), "layout_element_type": "formField",
                         "layout_element_id": self._fields[f"{spec.key}.{key}"], "sort_number": place,
                         **self._stamps}
                        for place, key in enumerate(keys, 1)
                    ]  # fmt: skip
        for table, found in (
            (schema.layouts, layouts),
            (schema.layout_rows, rows),
            (schema.layout_columns, columns),
            (schema.layout_elements, elements),
        ):
            self._add(table, found)

    def _field(self, template: str, lang: str, field: FieldSpec, place: int) -> Row:
        return {
            "id": self._fields[f"{template}.{field.key}"], "form_type": "taskTemplate",
            "form_id": self._templates[template], "form_field_type_id": field.kind, "lang_id": lang,
            "name": field.name, "slug": field.key, "key": field.key, "default_value": field.default,
            "placeholder": field.placeholder, "description": field.help, "hidden": field.hidden,
            "disabled": field.disabled, "config": field.config, "sort_number": place, **self._stamps,
        }  # fmt: skip

    def _rules(self) -> None:
        validations: list[Row] = []
        sources: list[Row] = []
        for spec in TEMPLATES:
            for field in spec.fields:
                key = {"form_field_id": self._fields[f"{spec.key}.{field.key}"], **self._stamps}
                for kind, config in field.rules:
                    validations.append({"form_field_validation_type_id": kind, "config": config, **key})
                for place, (kind, detail) in enumerate(field.sources, 1):
                    named = kind == "formFieldValue"
                    sources.append({
                        "source_type": kind, "config": {} if named else detail, "sort_number": place,
                        "source_entity_type": "formField" if named else None,
                        "source_entity_id": self._fields[detail] if named else None, **key,
                    })  # fmt: skip
        self._add(schema.form_field_validations, validations)
        self._add(schema.default_value_sources, sources)

    def assignments(self) -> None:
        self._add(schema.task_assignments, [self._assignment(spec, at) for at, spec in enumerate(ASSIGNMENTS, 1)])
        self._add(
            schema.assignment_department,
            [
                {"task_assignment_id": self._assignments[spec.title], "department_id": key}
                for spec in ASSIGNMENTS
                for key in spec.departments
            ],
        )
        self._add(
            schema.assignment_user,
            [
                {"task_assignment_id": self._assignments[spec.title], "user_id": self._people[name]}
                for spec in ASSIGNMENTS
                for name in spec.users
            ],
        )

    def _assignment(self, spec: AssignmentSpec, place: int) -> Row:
        rule = spec.rule
        if rule and spec.hours:
            hours = ",".join(str(hour) for hour in spec.hours)
            rule = f"{rule};BYHOUR={hours};BYMINUTE={int(spec.at[3:])};BYSECOND=0"
        return {
            "id": self._assignments[spec.title], "title": spec.title, "description": None,
            "task_template_id": self._templates[spec.template], "user_id": self._people["admin"],
            "assign_mode": spec.mode, "start_date": self._start if rule else None,
            "start_time": f"{spec.at}:00" if rule else None, "show_before_interval": spec.show,
            "executable_before_interval": spec.before, "executable_after_interval": spec.after, "interval": rule,
            "interval_end": None, "active": True, "always_executable": spec.always,
            "user_confirmation_required": False, "delayed_reason_required": spec.delayed_reason,
            "deny_allowed": spec.deny_allowed, "deny_reason_required": spec.deny_reason, "sort_number": place,
            **self._stamps,
        }  # fmt: skip

    def workflow(self) -> None:
        links: list[Row] = []
        messages: list[Row] = []
        for spec in ASSIGNMENTS:
            if spec.follows is None and spec.message is None:
                continue
            link: Row = {
                "task_assignment_id": self._assignments[spec.title], "type": "taskExecutionFinished",
                "previous_assignment_id": self._assignments[spec.follows] if spec.follows else None,
                "form_message_id": None,
            }  # fmt: skip
            if spec.message is not None:
                link |= {"type": "formMessageSent", "form_message_id": FIRST_MESSAGE + len(messages)}
                messages.append({
                    "id": link["form_message_id"], "user_id": self._people["maria"],
                    "department_id": 2, "form_id": 1,
                    "recipient": "Lager Nord", "subject": spec.message[0], "body": spec.message[1],
                    "sent_at": self._stamps["created_at"], "hash": "8f14e45f", **self._stamps,
                })  # fmt: skip
            links.append(link)
        self._add(schema.form_messages, messages)
        self._add(schema.workflow_links, links)


def seed(tx: Connection, wall: str) -> None:
    """People, templates, assignments and workflow links, made at the wall time ``wall``."""
    seeder = _Seeder(tx, wall)
    seeder.people()
    seeder.templates()
    seeder.assignments()
    seeder.workflow()
