"""Templates, assignments, people and departments, for pickers and names: read where the server lets this user.

A table is asked for again after ``FRESH``; one that the server refuses is empty for as long.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from tui.api.http import Answer
from tui.api.intratool.records import Assignment, Department, Person, Template
from tui.api.intratool.routes import Routes
from tui.api.intratool.wire import Names
from tui.api.read import read_array, read_object
from tui.model.clock import Clock
from tui.model.errors import Forbidden, NotFound, NotTheServer, Refused, ServerFault

FRESH = timedelta(minutes=5)
REFUSALS = (Forbidden, NotFound, Refused, ServerFault, NotTheServer)
"""What "not for you" looks like on a route that is optional for us."""

_T = TypeVar("_T", Template, Assignment, Person, Department)


class Catalogue:
    """The tables of one server, as this user may see them."""

    def __init__(self, routes: Routes, names: Names, clock: Clock) -> None:
        self._routes = routes
        self._names = names
        self._clock = clock
        self._tables: dict[str, tuple[datetime, object]] = {}
        self._single: dict[str, tuple[datetime, Assignment | None]] = {}

    async def templates(self) -> list[Template] | None:
        """All templates; ``None`` where the server refuses."""
        found = await self._table("templates", self._routes.templates, Template)
        if found:
            self._names.learn(self._names.templates, {one.id: one.title for one in found if one.id and one.title})
        return found

    async def assignments(self) -> list[Assignment] | None:
        """All assignments; ``None`` where the server refuses."""
        found = await self._table("assignments", self._routes.assignments, Assignment)
        if found:
            self._names.learn(
                self._names.assignments, {one.id: one.title for one in found if one.id and one.title}
            )
        return found

    async def people(self) -> list[Person] | None:
        """All users; ``None`` where the server refuses."""
        found = await self._table("users", self._routes.users, Person)
        if found:
            self._names.learn(self._names.people, {one.id: one.name for one in found if one.id and one.name})
        return found

    async def departments(self) -> list[Department] | None:
        """All departments; ``None`` where the server refuses."""
        found = await self._table("departments", self._routes.departments, Department)
        if found:
            self._names.learn(self._names.departments, {one.id: one.name for one in found if one.id and one.name})
        return found

    async def assignment(self, assignment: str) -> Assignment | None:
        """One assignment with its rules; ``None`` where the server refuses."""
        known = self._single.get(assignment)
        if known is not None and self._clock() - known[0] < FRESH:
            return known[1]
        found: Assignment | None = None
        try:
            answer = await self._routes.assignment(assignment)
            found = Assignment.model_validate(read_object(answer, assignment))
        except REFUSALS:
            found = None
        self._single[assignment] = (self._clock(), found)
        return found

    async def _table(self, name: str, ask: Callable[[], Awaitable[Answer]], shape: type[_T]) -> list[_T] | None:
        known = self._tables.get(name)
        if known is not None and self._clock() - known[0] < FRESH:
            return known[1]  # type: ignore[return-value]  # kept under the name of its shape
        found: list[_T] | None = None
        try:
            found = [shape.model_validate(row) for row in read_array(await ask())]
        except REFUSALS:
            found = None
        self._tables[name] = (self._clock(), found)
        return found
