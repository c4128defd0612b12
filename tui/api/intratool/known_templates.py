"""Templates that come again: hundreds of executions are of a few templates, each with all its questions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from tui.api.intratool.fields import fields_of
from tui.api.intratool.layouts import order_of
from tui.api.intratool.records import FormField, TaskExecution, Template
from tui.api.lenient import as_id
from tui.model.field import Field

MOST = 50
"""Templates that are remembered."""


class KnownTemplates:
    """Reads executions. A template that the server sends as it sent it before is not read once more."""

    def __init__(self) -> None:
        self._read: OrderedDict[str, tuple[dict[str, Any], Template]] = OrderedDict()
        self._fields: dict[str, tuple[Template, tuple[Field, ...]]] = {}

    def execution(self, raw: dict[str, Any]) -> TaskExecution:
        """``raw`` as a record; two with an equal template share it."""
        theirs = raw.get("task_template")
        if not isinstance(theirs, dict):
            return TaskExecution.model_validate(raw)
        ident = as_id(theirs.get("id")) or ""
        known = self._read.get(ident)
        if known is not None and known[0] == theirs:
            return TaskExecution.model_validate({**raw, "task_template": known[1]})
        record = TaskExecution.model_validate(raw)
        if record.task_template is not None:
            self._remember(ident, theirs, record.task_template)
        return record

    def fields(self, record: TaskExecution, questions: Sequence[FormField]) -> tuple[Field, ...]:
        """The questions of ``record`` as ours, in the order in which they are asked."""
        template = record.task_template
        if template is None or questions is not template.form_fields:
            return fields_of(questions, order_of(template.layouts if template is not None else None))
        kept = self._fields.get(template.id or "")
        if kept is None or kept[0] is not template:
            kept = template, fields_of(questions, order_of(template.layouts))
            self._fields[template.id or ""] = kept
        return kept[1]

    def _remember(self, ident: str, theirs: dict[str, Any], template: Template) -> None:
        self._read[ident] = theirs, template
        self._read.move_to_end(ident)
        if len(self._read) > MOST:
            oldest, _ = self._read.popitem(last=False)
            self._fields.pop(oldest, None)
