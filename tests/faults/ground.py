"""A small site with everything that the faults need, made once and copied for each run.

The database keeps a book of its own: triggers write down every answer, status, execution and file, so that what
the server did is known without asking the code under test.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, create_engine, insert

from tui.embedded.app import build
from tui.embedded.intratool import schema
from tui.embedded.intratool.auth import make_token, token_hash
from tui.embedded.samples.build import FieldSpec, choice, number, text, yes_no

START = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)
"""A Monday, 06:00 at the site."""

ZONE = "Europe/Berlin"
STAMP = "2026-05-11 06:00:00"

PEOPLE = {1: ("maria", "supervisor"), 2: ("ana", "worker"), 3: ("ben", "worker"), 4: ("cem", "worker")}
LEVELS = ("worker", "supervisor", "admin")
TOKENS = {name: make_token("faults", ident, int(START.timestamp())) for ident, (name, _) in PEOPLE.items()}

ROUND, DELIVERY = 201, 202
ALWAYS, WINDOWED, UPLOADS, AD_HOC = 501, 502, 503, 504

FIELDS: dict[int, tuple[FieldSpec, ...]] = {
    ROUND: (
        number("fridge", "Fridge (°C)", -5, 15),
        number("portions", "Portions", 0, None, whole=True, required=False),
        yes_no("clean", "Clean", "en"),
        choice("parts", "Parts", {"a": "Hob", "b": "Sink", "c": "Floor"}, kind="checkbox", required=False),
        text("batch", "Batch"),
        text("remark", "Remark", kind="rich-text"),
    ),
    DELIVERY: (
        text("supplier", "Supplier"),
        FieldSpec(key="photo", name="Photo", kind="file-upload", config={"path": "/goods", "attach": False}),
    ),
}
ASSIGNMENTS: dict[int, tuple[int, str, dict[str, Any]]] = {
    ALWAYS: (ROUND, "Kitchen", {"always_executable": True}),
    WINDOWED: (ROUND, "Store", {"executable_before_interval": "P30D", "executable_after_interval": "P30D"}),
    UPLOADS: (DELIVERY, "Ramp", {"always_executable": True}),
    AD_HOC: (ROUND, "Anywhere", {"always_executable": True}),
}
EXECUTIONS = {
    1: (ALWAYS, "2026-05-11 07:00:00"),
    2: (ALWAYS, "2026-05-11 08:00:00"),
    3: (WINDOWED, "2026-05-11 06:10:00"),
    4: (UPLOADS, "2026-05-11 09:00:00"),
}


class Repeated(NamedTuple):
    """An assignment with a rule of its own, for runs about the calendar."""

    ident: int
    title: str
    rule: str
    first_day: str
    at: str


BOOK = """
CREATE TABLE book (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, task INTEGER NOT NULL, field TEXT,
    old TEXT, new TEXT, old_note TEXT, new_note TEXT, who INTEGER
);
CREATE TRIGGER book_answer AFTER INSERT ON task_progress_fields BEGIN
    INSERT INTO book (kind, task, field, new, new_note) VALUES ('answer', NEW.task_id,
        (SELECT key FROM form_fields WHERE id = NEW.form_field_id), NEW.request_value, NEW.additional_information);
END;
CREATE TRIGGER book_changed AFTER UPDATE ON task_progress_fields BEGIN
    INSERT INTO book (kind, task, field, old, new, old_note, new_note) VALUES ('answer', NEW.task_id,
        (SELECT key FROM form_fields WHERE id = NEW.form_field_id), OLD.request_value, NEW.request_value,
        OLD.additional_information, NEW.additional_information);
END;
CREATE TRIGGER book_status AFTER UPDATE OF task_status_id ON tasks BEGIN
    INSERT INTO book (kind, task, old, new, who, new_note) VALUES ('status', NEW.id, OLD.task_status_id,
        NEW.task_status_id, NEW.last_activity_user_id, coalesce(NEW.deny_reason, NEW.delayed_reason));
END;
CREATE TRIGGER book_created AFTER INSERT ON tasks BEGIN
    INSERT INTO book (kind, task, new, new_note) VALUES ('created', NEW.id, NEW.task_assignment_id,
        NEW.for_execution_date);
END;
CREATE TRIGGER book_file AFTER INSERT ON files BEGIN
    INSERT INTO book (kind, task, field, new) VALUES ('file', NEW.task_id, NEW.hash, NEW.name);
END;
"""


def make(path: Path, repeated: tuple[Repeated, ...] = ()) -> Path:
    """The template database at ``path``; with ``repeated`` its executions come from those rules instead."""
    url = f"sqlite:///{path}"
    build("intratool", url, clock=lambda: START, zone=ZONE, sample=False).close()
    engine = create_engine(url)
    with engine.begin() as tx:
        _people(tx)
        _forms(tx)
        _work(tx, repeated)
    engine.dispose()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(BOOK)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _add(tx: Connection, table: Table, *rows: dict[str, Any]) -> None:
    # The database that was built has an admin of its own: ours come in its place or beside it.
    for row in rows:
        tx.execute(insert(table).prefix_with("OR REPLACE"), row)


def _people(tx: Connection) -> None:
    stamps = {"created_at": STAMP, "updated_at": STAMP}
    _add(tx, schema.departments, {"id": 1, "name": "Kitchen", **stamps})
    for number_, level in enumerate(LEVELS, 11):
        _add(tx, schema.roles, {"id": number_, "name": level, "level": level})
    for ident, (name, level) in PEOPLE.items():
        role = 11 + LEVELS.index(level)
        user = {"username": name, "first_name": name.title(), "last_name": "Muster", "role_id": role}
        _add(tx, schema.users, {"id": ident, "active": True, "group_account": False, **user, **stamps})
        _add(tx, schema.department_user, {"department_id": 1, "user_id": ident})
        _add(tx, schema.tokens, {"token_hash": token_hash(TOKENS[name]), "user_id": ident, "created_at": STAMP})


def _forms(tx: Connection) -> None:
    stamps = {"created_at": STAMP, "updated_at": STAMP}
    for template, specs in FIELDS.items():
        title = "Round" if template == ROUND else "Delivery"
        _add(tx, schema.task_templates, {"id": template, "title": title, "sort_number": 1, **stamps})
        for place, spec in enumerate(specs, 1):
            ident = template * 100 + place
            shown = {"name": spec.name, "slug": spec.key, "key": spec.key, "config": spec.config}
            of = {"form_type": "taskTemplate", "form_id": template, "form_field_type_id": spec.kind}
            _add(
                tx,
                schema.form_fields,
                {"id": ident, "lang_id": "en", "sort_number": place, **shown, **of, **stamps},
            )
            for order, (kind, config) in enumerate(spec.rules):
                rule = {"form_field_id": ident, "form_field_validation_type_id": kind, "config": config}
                _add(tx, schema.form_field_validations, {"id": ident * 10 + order, **rule})


def _work(tx: Connection, repeated: tuple[Repeated, ...]) -> None:
    stamps = {"created_at": STAMP, "updated_at": STAMP}
    for ident, (template, title, rules) in ASSIGNMENTS.items():
        row = {"id": ident, "title": title, "task_template_id": template, "assign_mode": "any_of", **stamps}
        _add(tx, schema.task_assignments, {**row, "deny_reason_required": True, **rules})
        _add(tx, schema.assignment_department, {"task_assignment_id": ident, "department_id": 1})
    for one in repeated:
        row = {"id": one.ident, "title": one.title, "task_template_id": ROUND, "assign_mode": "any_of", **stamps}
        when = {"start_date": one.first_day, "start_time": one.at, "interval": one.rule}
        _add(tx, schema.task_assignments, {**row, **when, "always_executable": True})
        _add(tx, schema.assignment_department, {"task_assignment_id": one.ident, "department_id": 1})
    for ident, (assignment, due) in {} if repeated else EXECUTIONS.items():
        row = {"task_assignment_id": assignment, "task_template_id": ASSIGNMENTS[assignment][0]}
        moment = {"for_execution_date": due, "task_status_id": "open", "department_id": 1}
        _add(tx, schema.tasks, {"id": ident, "achieved_points": 0, "max_points": 1, **row, **moment, **stamps})
