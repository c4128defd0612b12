"""Answers given earlier in a workflow, for default values (contract section 5)."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select

from tui.embedded.intratool import chain, schema
from tui.embedded.intratool.answers import entity_of
from tui.embedded.intratool.entities import ENTITIES, Row, fetch
from tui.embedded.intratool.validation import PICKERS, format_of, rules
from tui.embedded.intratool.view import View

_task, _progress, _form = schema.tasks.c, schema.task_progress_fields.c, schema.form_fields.c


class Given(NamedTuple):
    """A value on its way into a field: as it is kept and as it is read.

    ``php`` is the format in which a text names a moment, ``entity`` what an ID is the ID of; "" where that is not
    known.
    """

    value: Any
    words: str
    php: str = ""
    entity: str = ""


class Earlier:
    """Finds answers in what came before an execution.

    That is, the nearest first: the executions of its workflow chain, and the one of its own assignment that was
    finished last; each with its children.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._before: dict[int, list[int]] = {}
        self._fields: dict[int, Row] = {}

    def answer(self, task: Row, field_id: int) -> Given | None:
        """What was answered to the field ``field_id`` before ``task``; ``None`` where nothing was."""
        return self._found(_form.id == field_id, self._candidates(task))

    def answer_by_key(self, task: Row, key: str) -> Given | None:
        """What was answered to a field of that key in ``task`` itself, or else before it."""
        return self._found(_form.key == key, [task["id"], *self._candidates(task)])

    def field(self, field_id: int) -> Row | None:
        """A field with its configuration, validations and sources; read once per form."""
        if field_id not in self._fields:
            form = select(_form.form_type, _form.form_id).where(_form.id == field_id)
            found = self._view.tx.execute(form).first()
            if found is not None:
                same_form = (_form.form_type == found.form_type) & (_form.form_id == found.form_id)
                for row in fetch(self._view, ENTITIES["formField"], same_form):
                    self._fields[row["id"]] = row
        return self._fields.get(field_id)

    def _candidates(self, task: Row) -> list[int]:
        assignment = task["task_assignment_id"]
        if assignment not in self._before:
            nodes = chain.nodes(self._view, assignment)
            before = [node["dispatchable_id"] for node in nodes if node["dispatchable_type"] == "taskExecution"]
            # Two of them: the execution that asks may be one.
            self._before[assignment] = [*before, *chain.finished(self._view, assignment, limit=2)]
        own = {task["id"], task["parent_id"]}
        return [key for key in self._before[assignment] if key not in own]

    def _found(self, which: ColumnElement[bool], candidates: list[int]) -> Given | None:
        if not candidates:
            return None
        query = (
            select(_task.id, _task.parent_id, _progress.form_field_id, _progress.request_value, _progress.value)
            .join(schema.tasks, _task.id == _progress.task_id)
            .join(schema.form_fields, _form.id == _progress.form_field_id)
            .where(which, or_(_task.id.in_(candidates), _task.parent_id.in_(candidates)))
            .order_by(_task.id)
        )
        place = {key: at for at, key in enumerate(candidates)}
        rows = [row for row in self._view.tx.execute(query) if row.request_value not in (None, "", [])]
        rows.sort(key=lambda row: place.get(row.id, place.get(row.parent_id, len(place))))
        return self._given(rows[0].form_field_id, rows[0].request_value, rows[0].value) if rows else None

    def _given(self, field_id: int, value: Any, readable: str | None) -> Given:
        source, words = self.field(field_id), readable or ""
        if source is None:
            return Given(value, words)
        kind = source["form_field_type_id"]
        dated = kind == "datetime" or any(rule == "datetime" for rule, _ in rules(source))
        entity = entity_of(source) if kind in PICKERS else ""
        return Given(value, words, format_of(source) if dated else "", entity)
