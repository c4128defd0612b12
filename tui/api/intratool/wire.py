"""Lists, straight from the bytes: unchanged rows are the same objects, rows that do not fit are read alone."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import msgspec

from tui.api.http import Answer, read_json
from tui.api.intratool.records import TaskExecution
from tui.api.intratool.states import STATES, status_of
from tui.api.lenient import as_json, as_object
from tui.api.sheet import UNFIT, Sheet
from tui.api.times import WallTime
from tui.model.errors import NotTheServer
from tui.model.execution import Execution, Key
from tui.model.message import Message

SYSTEM = "intratool"


class _Titled(msgspec.Struct, gc=False):
    title: str | None = None


class _Named(msgspec.Struct, gc=False):
    first_name: str | None = None
    last_name: str | None = None


class _Row(msgspec.Struct, gc=False):
    """The documented attributes with their documented types; anything else goes the tolerant way."""

    id: int
    task_status_id: str
    task_assignment_id: int | None = None
    task_template_id: int | None = None
    for_execution_date: str | None = None
    achieved_points: float | None = None
    max_points: float | None = None
    parent_id: int | None = None
    department_id: int | None = None
    last_activity_user_id: int | None = None
    updated_at: str | None = None
    task_template: _Titled | None = None
    task_assignment: _Titled | None = None
    last_activity_user: _Named | None = None


_row = msgspec.json.Decoder(_Row).decode


class Names:
    """Titles and people by ID, for lists whose includes the server refuses. ``version`` changes with them."""

    def __init__(self) -> None:
        self.version = 0
        self.templates: dict[str, str] = {}
        self.assignments: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self.departments: dict[str, str] = {}

    def learn(self, table: dict[str, str], news: dict[str, str]) -> None:
        """Add ``news`` to one of the tables."""
        before = len(table)
        changed = any(table.get(key) != name for key, name in news.items())
        table.update(news)
        if changed or len(table) != before:
            self.version += 1


class Rows:
    """Reads list answers and remembers the last one."""

    def __init__(self, profile: str, wall: WallTime, names: Names) -> None:
        self._profile = profile
        self._wall = wall
        self._names = names
        self._sheet: Sheet[Execution] = Sheet(self.one, _ident)
        self._version = 0
        self.nameless = False
        """Whether a row named a department of which only the number is known."""

    async def read(self, body: bytes) -> list[Execution]:
        """All rows of a bare array. Raises ``NotTheServer`` when the body is none."""
        if self._version != self._names.version:
            self._sheet.forget()
        self._version = self._names.version
        try:
            return await self._sheet.read(body)
        except UNFIT:
            self._sheet.forget()
        return self._slowly(body)

    def one(self, data: bytes) -> Execution:
        """One row, whatever its JSON is like."""
        try:
            row = _row(data)
        except UNFIT:
            return self._tolerant(data)
        template, assignment, parent = row.task_template_id, row.task_assignment_id, row.parent_id
        titled, placed, person = row.task_template, row.task_assignment, row.last_activity_user
        word, updated, utc = row.task_status_id, row.updated_at, self._wall.to_utc
        actor = f"{person.first_name or ''} {person.last_name or ''}".strip() if person is not None else None
        return Execution(
            key=Key(self._profile, SYSTEM, str(row.id)),
            status=STATES.get(word) or status_of(word),
            title=(titled is not None and titled.title) or self._title(template),
            place=(placed is not None and placed.title) or self._place(assignment),
            due=utc(row.for_execution_date),
            points=row.achieved_points,
            max_points=row.max_points,
            parent=None if parent is None else str(parent),
            assignment=None if assignment is None else str(assignment),
            template=None if template is None else str(template),
            department=self._department(row.department_id),
            actor=actor or self._actor(row.last_activity_user_id),
            touched=utc(updated),
            revision=f"{updated}|{word}" if updated else revision(row),
        )

    def of_record(self, record: TaskExecution, raw: Any) -> Execution:
        """The row of a record; one without an ID gets a key of its own that names no execution of the server."""
        person = record.last_activity_user
        template, assignment = record.task_template_id, record.task_assignment_id
        title = (record.task_template and record.task_template.title) or self._title(template)
        return Execution(
            key=Key(self._profile, SYSTEM, record.id if record.id is not None else _stand_in(raw)),
            status=status_of(record.task_status_id),
            title=title if record.id is not None else title or _unreadable(raw),
            place=(record.task_assignment and record.task_assignment.title) or self._place(assignment),
            due=self._wall.to_utc(record.for_execution_date),
            points=record.achieved_points,
            max_points=record.max_points,
            parent=record.parent_id,
            assignment=assignment,
            template=template,
            department=self._department(record.department_id),
            actor=(person and person.name) or self._actor(record.last_activity_user_id),
            touched=self._wall.to_utc(record.updated_at),
            revision=revision(record),
        )

    def _tolerant(self, data: bytes) -> Execution:
        try:
            value = read_json(Answer(200, {}, data))
        except NotTheServer:
            value = data.decode("utf-8", "replace")
        return self._of_value(value)

    def _of_value(self, value: Any) -> Execution:
        return self.of_record(TaskExecution.model_validate(as_object(value)), value)

    def _slowly(self, body: bytes) -> list[Execution]:
        value = read_json(Answer(200, {}, body))
        if not isinstance(value, list):
            raise NotTheServer()
        return [self._of_value(row) for row in value]

    def _title(self, template: str | int | None) -> str:
        if template is None:
            return ""
        return self._names.templates.get(str(template)) or Message("Task {number}", {"number": template}).english()

    def _place(self, assignment: str | int | None) -> str:
        return self._names.assignments.get(str(assignment), "") if assignment is not None else ""

    def _department(self, department: str | int | None) -> str:
        """No relation leads to it (contract 2.1), so its name comes from a list of its own."""
        if department is None:
            return ""
        name = self._names.departments.get(str(department))
        if name is None:
            self.nameless = True
            return Message("Department {number}", {"number": department}).english()
        return name

    def _actor(self, user: str | int | None) -> str | None:
        return self._names.people.get(str(user)) if user is not None else None


def _ident(row: Execution) -> str:
    return row.key.id


def revision(row: _Row | TaskExecution) -> str:
    """A stamp that is equal in list and record, and changes when the record does."""
    if row.updated_at:
        return f"{row.updated_at}|{row.task_status_id}"
    return f"{row.task_status_id}|{row.achieved_points}|{row.max_points}|{row.last_activity_user_id}"


def digest(body: bytes) -> str:
    """A validator of our own, for servers that send no ETag."""
    return LOCAL + blake2b(body, digest_size=16).hexdigest()


LOCAL = "local:"

NO_ID = "?"
"""Begins the key of a row that came without an ID."""


def _stand_in(raw: Any) -> str:
    return NO_ID + blake2b(as_json(raw).encode("utf-8", "replace"), digest_size=6).hexdigest()


def _unreadable(raw: Any) -> str:
    start = as_json(raw)[:60]
    return Message("Entry without an ID: {start}", {"start": start}).english()
