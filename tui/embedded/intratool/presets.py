"""Default values, worked out for an execution and the person who looks at it (contract section 5).

Routes of the user side show in a form field's ``default_value`` what its sources give: in ascending
``sort_number`` the first that has a value, else the static default (whose ``{{placeholders}}`` are filled in).
Administration routes show the static default as it was written. A value that the field could not take as an answer
(another kind, an unknown option, out of limits) counts as none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tui.embedded.intratool import php_dates
from tui.embedded.intratool.answers import as_id, check_entities, entity_of
from tui.embedded.intratool.earlier import Earlier, Given
from tui.embedded.intratool.entities import ENTITIES, Row
from tui.embedded.intratool.relations import Include, snake
from tui.embedded.intratool.validation import PICKERS, Field, check, format_of, rules
from tui.embedded.intratool.variables import Variables
from tui.embedded.intratool.view import View

_NEEDED = frozenset({"name", "form_field_type_id", "config", "field_validations", "default_value_sources"})
_CONTEXT = frozenset({"id", "parent_id", "task_assignment_id", "task_template_id"})
_BREAK = re.compile(r"\r\n|\r|\n")
_READABLE = (php_dates.DATETIME, "Y-m-d H:i", php_dates.DATE, php_dates.TIME, "H:i")


def work_out(view: View, rows: list[Row], tree: Mapping[str, Include]) -> None:
    """Puts into ``rows`` (executions with the included ``tree``) the default values that hold for each."""
    if not _leads_to_fields("taskExecution", tree):
        return
    presets = Presets(view)
    for row in rows:
        row.update(presets.resolved("taskExecution", row, tree, row))


def _leads_to_fields(entity: str, tree: Mapping[str, Include]) -> bool:
    for name, wanted in tree.items():
        target = ENTITIES[entity].relations[name].target
        if target == "formField" or _leads_to_fields(target, wanted.children):
            return True
    return False


class Presets:
    """The default values of one request."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._earlier = Earlier(view)
        self._variables = Variables(view, self._earlier)

    def resolved(self, entity: str, row: Row, tree: Mapping[str, Include], task: Row | None) -> Row:
        """A copy of ``row`` with what lies below it; rows are shared between executions, defaults are not."""
        changed: Row = {}
        for name, wanted in tree.items():
            target = ENTITIES[entity].relations[name].target
            if target != "formField" and not _leads_to_fields(target, wanted.children):
                continue
            below = row[snake(name)]
            if isinstance(below, list):
                changed[snake(name)] = [self._one(target, one, wanted, task) for one in below]
            elif below is not None:
                changed[snake(name)] = self._one(target, below, wanted, task)
        return {**row, **changed}

    def _one(self, entity: str, row: Row, wanted: Include, task: Row | None) -> Row:
        if entity == "taskExecution":
            task = row if row.keys() >= _CONTEXT else None
        row = self.resolved(entity, row, wanted.children, task)
        if entity == "formField" and "default_value" in row:
            row["default_value"] = self._default(row, task)
        return row

    def _default(self, row: Row, task: Row | None) -> Any:
        field = row if row.keys() >= _NEEDED else self._earlier.field(row["id"])
        return None if field is None else self.value({**field, "default_value": row["default_value"]}, task)

    def value(self, field: Field, task: Row | None) -> Any:
        """The default value of ``field`` for ``task``, as an answer to it; ``None`` where there is none."""
        for source in field["default_value_sources"]:
            given = self._of_source(source, task)
            found = fitted(self._view, field, given) if given is not None else None
            if found is not None:
                return found
        return self._static(field, task)

    def _of_source(self, source: Row, task: Row | None) -> Given | None:
        if source["source_type"] == "systemVariable":
            key = source["config"].get("variable_key")
            if not isinstance(key, str):
                return None
            return self._variables.filled(key if "{{" in key else "{{" + key + "}}", task)
        if source["source_type"] == "formFieldValue" and source["source_entity_type"] == "formField" and task:
            return self._earlier.answer(task, source["source_entity_id"])
        return None

    def _static(self, field: Field, task: Row | None) -> Any:
        value = field["default_value"]
        if value in (None, "", []):
            return None
        if isinstance(value, str) and "{{" in value:
            given = self._variables.filled(value, task)
        else:
            given = Given(value, value if isinstance(value, str) else "")
        return fitted(self._view, field, given) if given is not None else None


def fitted(view: View, field: Field, given: Given) -> Any:
    """``given`` as an answer that ``field`` takes; ``None`` where it can be none."""
    kind = field["form_field_type_id"]
    if kind in PICKERS:
        value = _ids(field, given)
        return None if value is None or check_entities(view, field, value) else value
    if kind in _SHAPES:
        value = _SHAPES[kind](field, given)
        return None if value is None or check(field, value) else value
    return None if kind in ("description", "file-upload") else given.value


def _text(field: Field, given: Given) -> Any:
    wanted = next((config for kind, config in rules(field) if kind == "datetime"), None)
    if wanted is not None:
        return _written(given, str(wanted.get("format") or php_dates.DATETIME))
    if isinstance(given.value, int | float) and not given.entity:
        return given.value
    if field["form_field_type_id"] == "text":
        # One line, whatever it was where it comes from.
        return " ".join(line.strip(" \t") for line in _BREAK.split(given.words) if line.strip()) or None
    return given.words or None


def _moment(field: Field, given: Given) -> str | None:
    return _written(given, format_of(field))


def _written(given: Given, wanted: str) -> str | None:
    """The moment in the format ``wanted``; ``None`` where it says less than that format asks for."""
    if not isinstance(given.value, str):
        return None
    for php in (given.php or wanted, wanted, *_READABLE):
        moment = php_dates.parse(given.value, php)
        if moment is not None:
            (day, clock), (needs_day, needs_clock) = php_dates.names(php), php_dates.names(wanted)
            enough = (day or not needs_day) and (clock or not needs_clock)
            return php_dates.write(moment, wanted) if enough else None
    return None


def _option(field: Field, given: Given) -> str | None:
    options = field["config"].get("options")
    if not isinstance(options, dict):
        return None
    if isinstance(given.value, str | int) and str(given.value) in options:
        return str(given.value)
    same_words = [key for key, label in options.items() if label == given.words]
    return same_words[0] if given.words and len(same_words) == 1 else None


def _options(field: Field, given: Given) -> list[str] | None:
    parts = given.value if isinstance(given.value, list) else [given.value]
    words = given.words if len(parts) == 1 else ""
    found = (_option(field, Given(part, words or str(part))) for part in parts)
    return [key for key in found if key is not None] or None


def _ids(field: Field, given: Given) -> Any:
    if given.entity not in ("", entity_of(field)):
        return None
    ids = [as_id(part) for part in (given.value if isinstance(given.value, list) else [given.value])]
    if None in ids or not ids:
        return None
    if field["config"].get("multiple"):
        return ids
    return ids[0] if len(ids) == 1 else None


_SHAPES: dict[str, Callable[[Field, Given], Any]] = {
    "text": _text,
    "rich-text": _text,
    "radio": _option,
    "select": _option,
    "checkbox": _options,
    "datetime": _moment,
}
