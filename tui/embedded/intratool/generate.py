"""Executions made from the assignments' recurrence rules, when a period is asked for (contract 6.3, gap 22).

Every generated execution has an ``origin`` (assignment, moment, target, template) that the database keeps
unique, so that two processes that generate at once make it once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from tui.embedded.clock import SiteClock, wall_text
from tui.embedded.database import Database
from tui.embedded.intratool import points, schema
from tui.embedded.intratool.answers import answer_text
from tui.embedded.intratool.entities import ENTITIES, Row, fetch
from tui.embedded.intratool.policy import Assignment
from tui.embedded.intratool.validation import answerable
from tui.embedded.intratool.view import Account, View, read_assignments

MAX_DAYS = 400
"""Neither a longer span nor a day further from today is filled."""
_CHUNK_DAYS = 14
_SYSTEM = Account(id=0, username="", name="", role="admin")


class Draft:
    """An execution before it is stored; ``answers`` maps field IDs to (value, note)."""

    __slots__ = ("answers", "assignment", "children", "fields", "row")

    def __init__(self, row: Row, assignment: Assignment, fields: list[Row]) -> None:
        self.row = row
        self.assignment = assignment
        self.fields = fields
        self.answers: dict[int, tuple[Any, str | None]] = {}
        self.children: list[Draft] = []


class Storyteller(Protocol):
    """Gives a new sample execution the history that its moment lets expect."""

    def tell(self, drafts: list[Draft], tx: Connection, now: int) -> None:
        """Changes ``drafts`` in place."""
        ...


class Generator:
    """Fills days with executions, each day once in the life of this object."""

    def __init__(self, database: Database, clock: SiteClock, storyteller: Storyteller | None) -> None:
        self._database = database
        self._clock = clock
        self._storyteller = storyteller
        self._filled: set[date] = set()
        self._lock = threading.Lock()

    def fill(self, first: date, last: date) -> None:
        """Makes sure that all executions due on the days ``first`` to ``last`` exist."""
        today = self._clock.today()
        start = max(first, today - timedelta(days=MAX_DAYS))
        end = min(last, today + timedelta(days=MAX_DAYS), start + timedelta(days=MAX_DAYS - 1))
        with self._lock:
            wanted = [day for day in _days(start, end) if day not in self._filled]
            for chunk in _runs(wanted):
                self._fill_days(chunk)
                self._filled.update(chunk)

    def _fill_days(self, days: list[date]) -> None:
        for attempt in range(3):
            try:
                with self._database.read() as tx:
                    missing = self._missing(tx, days)
                if missing:
                    with self._database.write() as tx:
                        self._store(tx, self._missing(tx, days))
                return
            except IntegrityError:
                # Another process made the same executions between the look and the insert: look again.
                if attempt == 2:
                    raise

    def _missing(self, tx: Connection, days: list[date]) -> list[Draft]:
        first, last = f"{days[0]} 00:00:00", f"{days[-1]} 23:59:59"
        due = schema.tasks.c.for_execution_date
        known = set(tx.execute(select(schema.tasks.c.origin).where(due.between(first, last))).scalars())
        templates = _Templates(tx, self._clock)
        drafts = []
        for assignment in read_assignments(tx).values():
            for moment in moments(assignment, days[0], days[-1], self._clock):
                for draft in templates.drafts(assignment, moment):
                    if draft.row["origin"] not in known:
                        drafts.append(draft)
        return drafts

    def _store(self, tx: Connection, drafts: list[Draft]) -> None:
        if not drafts:
            return
        if self._storyteller is not None:
            self._storyteller.tell(drafts, tx, self._clock.now())
        ids = _insert(tx, drafts)
        children = []
        for draft in drafts:
            for child in draft.children:
                child.row["parent_id"] = ids[draft.row["origin"]]
                children.append(child)
        ids |= _insert(tx, children)
        _insert_answers(View(tx, _SYSTEM, self._clock), [*drafts, *children], ids)


class _Templates:
    """Makes drafts; holds the fields and children of every template that is used."""

    def __init__(self, tx: Connection, clock: SiteClock) -> None:
        self._view = View(tx, _SYSTEM, clock)
        self._fields: dict[int, list[Row]] = {}
        self._children: dict[int, list[int]] = {}
        table = schema.task_templates.c
        pairs = select(table.parent_id, table.id).where(table.parent_id.is_not(None), table.deleted_at.is_(None))
        for parent, child in tx.execute(pairs.order_by(table.sort_number, table.id)):
            self._children.setdefault(parent, []).append(child)
        form = schema.form_fields.c
        for field in fetch(
            self._view, ENTITIES["formField"], form.form_type == "taskTemplate", order=[form.sort_number, form.id]
        ):
            self._fields.setdefault(field["form_id"], []).append(field)

    def drafts(self, assignment: Assignment, moment: str) -> Iterator[Draft]:
        """One draft per target, each with a child per child template."""
        for name, user_id, department_id in targets(assignment):
            origin = f"{assignment.id}|{moment}|{name}"
            target = {"user_id": user_id, "department_id": department_id}
            draft = self._draft(assignment, assignment.task_template_id, moment, origin, target)
            for child in self._children.get(assignment.task_template_id, ()):
                draft.children.append(self._draft(assignment, child, moment, f"{origin}|{child}", target))
            yield draft

    def _draft(
        self, assignment: Assignment, template_id: int, moment: str, origin: str, target: dict[str, int | None]
    ) -> Draft:
        fields = self._fields.get(template_id, [])
        row = blank_row(assignment.id, template_id, moment, fields, self._view.wall)
        return Draft({**row, **target, "origin": origin}, assignment, fields)


def blank_row(assignment_id: int, template_id: int, due: str | None, fields: list[Row], wall: str) -> Row:
    """The columns of a new open execution."""
    return {
        "user_id": None, "department_id": None, "last_activity_user_id": None, "parent_id": None,
        "task_assignment_id": assignment_id, "task_template_id": template_id, "task_status_id": "open",
        "for_execution_date": due, "started_at": None, "ended_at": None, "achieved_points": 0.0,
        "max_points": points.best(answerable(fields)), "deny_reason": None, "delayed_reason": None,
        "created_at": wall, "updated_at": wall, "deleted_at": None, "reopened_at": None, "origin": None,
    }  # fmt: skip


def targets(assignment: Assignment) -> list[tuple[str, int | None, int | None]]:
    """(name, user, department) of each execution at one moment: per target in mode ``all``, else one shared."""
    if assignment.personal:
        departments = [(f"d{key}", None, key) for key in sorted(assignment.department_ids)]
        return [*departments, *((f"u{key}", key, None) for key in sorted(assignment.user_ids))]
    only = assignment.department_ids if len(assignment.department_ids) == 1 and not assignment.user_ids else ()
    return [("*", None, next(iter(only), None))]


def moments(assignment: Assignment, first: date, last: date, clock: SiteClock) -> list[str]:
    """The due wall times of ``first`` to ``last``. One inside the hour that the clocks skip moves behind it."""
    if not assignment.active or assignment.start_date is None:
        return []
    start = datetime.fromisoformat(f"{assignment.start_date} {assignment.start_time or '00:00:00'}")
    if assignment.interval_end:
        last = min(last, date.fromisoformat(assignment.interval_end))
    since, until = datetime.combine(first, time()), datetime.combine(last, time(23, 59, 59))
    if until < since or until < start:
        return []
    if not assignment.interval:
        found: Iterable[datetime] = [start] if since <= start <= until else []
    else:
        found = _occurrences(assignment.interval, start, since, until)
    return sorted({clock.existing(wall_text(moment)) for moment in found})


def _occurrences(rule: str, start: datetime, since: datetime, until: datetime) -> list[datetime]:
    from dateutil.rrule import rrulestr

    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").upper().split(";") if "=" in part)
    # A plain daily or weekly rule may be begun later: the recurrence is the same, without years of counting.
    plain = parts.get("FREQ") == "DAILY" or (parts.get("FREQ") == "WEEKLY" and "BYDAY" in parts)
    if plain and "COUNT" not in parts and parts.get("INTERVAL", "1") == "1":
        start = max(start, datetime.combine(since.date() - timedelta(days=1), start.time()))
    parts["UNTIL"] = parts.get("UNTIL", "").removesuffix("Z")
    text = ";".join(f"{name}={value}" for name, value in parts.items() if value)
    found = rrulestr(text, dtstart=start).between(since, until, inc=True)
    return [moment for moment in found if isinstance(moment, datetime)]


def _insert(tx: Connection, drafts: list[Draft]) -> dict[str, int]:
    if not drafts:
        return {}
    tx.execute(insert(schema.tasks), [draft.row for draft in drafts])
    origins = [draft.row["origin"] for draft in drafts]
    ids: dict[str, int] = {}
    for start in range(0, len(origins), 900):
        found = select(schema.tasks.c.origin, schema.tasks.c.id).where(
            schema.tasks.c.origin.in_(origins[start : start + 900])
        )
        ids.update((origin, key) for origin, key in tx.execute(found))
    return ids


def _insert_answers(view: View, drafts: list[Draft], ids: dict[str, int]) -> None:
    rows = []
    for draft in drafts:
        stamp = draft.row["updated_at"]
        by_id = {field["id"]: field for field in draft.fields}
        for field_id, (value, note) in draft.answers.items():
            rows.append({
                "task_id": ids[draft.row["origin"]], "form_field_id": field_id,
                "value": answer_text(view, by_id[field_id], value), "request_value": value,
                "additional_information": note, "created_at": stamp, "updated_at": stamp, "deleted_at": None,
            })  # fmt: skip
    if rows:
        view.tx.execute(insert(schema.task_progress_fields), rows)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _runs(days: list[date]) -> Iterator[list[date]]:
    """Unbroken stretches of days, each short enough for one transaction."""
    run: list[date] = []
    for day in days:
        if run and (day - run[-1] != timedelta(days=1) or len(run) >= _CHUNK_DAYS):
            yield run
            run = []
        run.append(day)
    if run:
        yield run
