"""Where the questions of a checklist come from: the record itself, the administration, or this machine.

Not every user may see field definitions (contract gaps 19, 20), so they are looked for in that order, and a
person is told which it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from tui.api import FieldCache
from tui.api.faults import NobodyThere
from tui.api.http import Answer
from tui.api.intratool.catalogue import FRESH, REFUSALS
from tui.api.intratool.records import FormField, TaskExecution
from tui.api.intratool.routes import Routes
from tui.api.lenient import as_objects
from tui.api.read import read_array
from tui.model.clock import Clock
from tui.model.message import Message

FROM_ADMINISTRATION = Message("Questions as the administration holds them now.")
FROM_FORMS = Message("Questions as the list of all forms holds them now.")
FROM_CACHE = Message("Questions as last seen on this computer; the server does not show them to you.")
FROM_ANSWERS = Message("Only the questions that have an answer; the server does not show you the others.")
NOWHERE = Message("The server does not show you the questions of this checklist.")

Found = tuple[list[FormField], Message | None]


class Definitions:
    """Finds the questions of a record's template, and keeps them for when the server does not show them."""

    def __init__(self, routes: Routes, cache: FieldCache | None, clock: Clock) -> None:
        self._routes = routes
        self._cache = cache
        self._clock = clock
        self._kept: dict[str, bytes] = {}
        self._last: dict[str, Sequence[FormField]] = {}
        self._session: dict[str, tuple[datetime, Found]] = {}
        self._refused: dict[str, datetime] = {}

    async def of(self, record: TaskExecution) -> Found:
        """The questions, and a sentence on their origin unless they came with the record."""
        included = record.task_template.form_fields if record.task_template is not None else None
        template = record.task_template_id or (record.task_template and record.task_template.id)
        if included is not None:
            if template:
                self._keep(template, included, presets=False)
            return included, None
        if not template:
            return [], NOWHERE
        asked = await self._asked(template)
        if asked is not None:
            self._keep(template, asked[0], presets=True)
            return asked
        cached = self._cached(template)
        if cached is not None:
            return cached, FROM_CACHE
        answered = [one.form_field for one in record.task_progress_fields or () if one.form_field is not None]
        return (answered, FROM_ANSWERS) if answered else ([], NOWHERE)

    async def _asked(self, template: str) -> Found | None:
        known = self._session.get(template)
        if known is not None and self._fresh(known[0]):
            return known[1]
        ways: tuple[tuple[str, Callable[[], Awaitable[Answer]], Message], ...] = (
            ("template", lambda: self._routes.template_fields(template), FROM_ADMINISTRATION),
            ("templates", self._routes.all_template_fields, FROM_ADMINISTRATION),
            ("forms", self._routes.form_fields, FROM_FORMS),
        )
        for name, ask, origin in ways:
            if self._fresh(self._refused.get(name)):
                continue
            try:
                rows = [FormField.model_validate(row) for row in read_array(await ask())]
            except NobodyThere:
                break
            except REFUSALS:
                self._refused[name] = self._clock()
                continue
            mine = rows if name == "template" else _of_template(rows, template)
            if mine or name == "template":
                found: Found = (mine, origin)
                self._session[template] = (self._clock(), found)
                return found
        return None

    def _fresh(self, moment: datetime | None) -> bool:
        return moment is not None and self._clock() - moment < FRESH

    def _keep(self, template: str, fields: Sequence[FormField], *, presets: bool) -> None:
        """``presets``: defaults are everybody's, and are kept; those of a record were worked out for it alone."""
        if self._cache is None or self._last.get(template) is fields:
            return
        self._last[template] = fields
        left_out = None if presets else {"default_value"}
        bundle = msgspec.json.encode([field.model_dump(exclude=left_out) for field in fields])
        if self._kept.get(template) != bundle:
            self._cache.put(template, bundle)
            self._kept[template] = bundle

    def _cached(self, template: str) -> list[FormField] | None:
        bundle = self._cache.get(template) if self._cache is not None else None
        if bundle is None:
            return None
        try:
            return [FormField.model_validate(row) for row in as_objects(msgspec.json.decode(bundle))]
        except (ValueError, RecursionError):
            return None


def _of_template(rows: Sequence[FormField], template: str) -> list[FormField]:
    kinds = ("taskTemplate", "task_template", "task")
    return [row for row in rows if row.form_id == template and (row.form_type in kinds or not row.form_type)]
