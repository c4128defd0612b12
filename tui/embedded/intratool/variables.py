"""System variables and ``{{placeholders}}`` (contract section 5, the page "System Variables").

Known here: ``system.date`` (this minute; in texts the day), ``system.user`` (whose token it is),
``taskAssignment``, ``taskExecution`` (the execution that is looked at), ``form`` (its template), and
``field.{key}`` with ``.value``, ``.request_value`` or ``.resolved_value`` (the answer in this execution, else in
what was finished before it). Dots lead on to attributes and single relations: ``system.user.role.name``.
``system.temporaryUser`` is nobody, because this server has no group accounts. ``variable_filter`` is not
documented and is not looked at.
"""

from __future__ import annotations

import re
from typing import Any

from tui.embedded.intratool import php_dates, schema
from tui.embedded.intratool.earlier import Earlier, Given
from tui.embedded.intratool.entities import ENTITIES, Row, fetch, table_of
from tui.embedded.intratool.relations import snake
from tui.embedded.intratool.view import View

_PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
_LONGEST_PATH = 16
"""Attributes and relations that one variable may lead through; relations may go in circles."""
_MOST_PLACEHOLDERS = 100
"""Different ones in one text; each may cost a query."""
_ROOTS = ("system.user", "taskExecution", "taskAssignment", "form")
_NAMES = ("full_name", "name", "title", "id")
"""What a whole record is called in a text: the first of these that it has."""


class Variables:
    """The variables of one request."""

    def __init__(self, view: View, earlier: Earlier) -> None:
        self._view = view
        self._earlier = earlier

    def filled(self, text: str, task: Row | None) -> Given | None:
        """``text`` with its placeholders filled in; ``None`` where one of them has no value.

        A text that is one placeholder alone keeps what kind of value it is (an ID, a moment).
        """
        alone = _PLACEHOLDER.fullmatch(text.strip())
        if alone is not None:
            return self.value(alone[1].strip(), task)
        words: dict[str, str] = {}
        keys = dict.fromkeys(_PLACEHOLDER.findall(text))
        if len(keys) > _MOST_PLACEHOLDERS:
            return None
        for key in keys:
            given = self.value(key.strip(), task)
            if given is None:
                return None
            words[key] = given.words
        whole = _PLACEHOLDER.sub(lambda found: words[found[1]], text)
        return Given(whole, whole)

    def value(self, key: str, task: Row | None) -> Given | None:
        """The value of the variable ``key`` for ``task``; ``None`` where it has none."""
        if key == "system.date":
            minute = f"{self._view.wall[:16]}:00"
            return Given(minute, minute[:10], php_dates.DATETIME)
        if key.startswith("field."):
            return self._field(key.removeprefix("field."), task) if task is not None else None
        for root in _ROOTS:
            if key == root or key.startswith(f"{root}."):
                found = self._root(root, task)
                path = [part for part in key.removeprefix(root).split(".") if part]
                return self._reached(*found, path) if found is not None and len(path) <= _LONGEST_PATH else None
        return None

    def _root(self, root: str, task: Row | None) -> tuple[str, Row] | None:
        if root == "system.user":
            return self._single("user", schema.users.c.id == self._view.account.id)
        if task is None:
            return None
        if root == "taskExecution":
            return root, task
        if root == "taskAssignment":
            return self._single(root, schema.task_assignments.c.id == task["task_assignment_id"])
        return self._single("taskTemplate", schema.task_templates.c.id == task["task_template_id"])

    def _single(self, entity: str, condition: Any) -> tuple[str, Row] | None:
        found = fetch(self._view, ENTITIES[entity], condition)
        return (entity, found[0]) if found else None

    def _field(self, rest: str, task: Row) -> Given | None:
        # A key may hold dots itself, also one that looks like the name of a view.
        found = self._earlier.answer_by_key(task, rest)
        key, dot, view = rest.rpartition(".")
        if found is None and dot and view in ("value", "request_value", "resolved_value"):
            found = self._earlier.answer_by_key(task, key)
            if found is not None and view == "value":
                return Given(found.words, found.words)
        return found

    def _reached(self, entity: str, row: Row, path: list[str]) -> Given | None:
        if not path:
            words = next((str(row[name]) for name in _NAMES if row.get(name) is not None), "")
            return Given(row["id"], words, entity=entity)
        name, rest = path[0], path[1:]
        value = row.get(name)
        if not rest and value is not None and not isinstance(value, dict | list):
            return Given(value, str(value))
        for relation_name, relation in ENTITIES[entity].relations.items():
            target = ENTITIES[relation.target]
            if name in (relation_name, snake(relation_name)) and not relation.many and target.table is not None:
                found = self._single(relation.target, table_of(target).c[relation.remote] == row[relation.local])
                return self._reached(*found, rest) if found is not None else None
        return None
