"""Asking for relations: what a server refuses is dropped for the session, and the rest still works.

What it only has a fault with is asked for again after ``FRESH``: a fault passes, a refusal stays.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from tui.api.faults import NobodyThere
from tui.api.http import Answer
from tui.api.intratool.catalogue import FRESH
from tui.model.clock import Clock
from tui.model.errors import Forbidden, NotFound, Refused, ServerFault, TaskError

Fetch = Callable[[Sequence[str]], Awaitable[Answer]]

LIST = ("taskTemplate:id,title", "taskAssignment:id,title", "lastActivityUser:id,first_name,last_name")
SHOW = (
    "taskTemplate.formFields",
    "taskTemplate.layouts.layoutRows.layoutColumns.layoutableElements",
    "taskAssignment",
    "taskProgressFields.formField",
    "children",
    "parent",
    "lastActivityUser",
)
SIMPLER = {
    "taskTemplate.formFields": "taskTemplate",
    "taskTemplate.layouts.layoutRows.layoutColumns.layoutableElements": "taskTemplate.layouts",
    "taskProgressFields.formField": "taskProgressFields",
}
"""What is asked for instead of a nested include that was refused."""

ANSWERS = "taskProgressFields"
"""Without these a record would look empty, and a write would see nothing of what others answered: a fault of the
server is no reason to do without them, only a refusal is."""

_refusals = (NotFound, Refused, ServerFault, Forbidden)


class Includes:
    """Knows which relations this server refuses, by scope ("list", "show", "node")."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._refused: set[tuple[str, str]] = set()
        self._faulty: dict[tuple[str, str], datetime] = {}

    def wanted(self, scope: str, relations: Sequence[str]) -> list[str]:
        """``relations`` without the refused ones; a refused nested one is replaced by its plain relation."""
        found: list[str] = []
        for relation in relations:
            plain = SIMPLER.get(relation)
            if not self._is_out(scope, relation):
                found.append(relation)
            elif plain is not None and not self._is_out(scope, plain):
                found.append(plain)
        return found

    def _is_out(self, scope: str, relation: str) -> bool:
        failed = self._faulty.get((scope, relation))
        return (scope, relation) in self._refused or (
            failed is not None and timedelta(0) <= self._clock() - failed < FRESH
        )

    async def fetch(
        self, scope: str, relations: Sequence[str], fetch: Fetch, probe: Fetch | None = None
    ) -> Answer:
        """The answer with as many of ``relations`` as the server grants.

        ``probe`` asks the same with a smaller answer, to find which relation is to blame. An error that comes
        without any relation too is the record's own, and is raised; so is that of a server which is not there,
        or which has a fault with the answers.
        """
        wanted = self.wanted(scope, relations)
        try:
            return await fetch(wanted)
        except _refusals as error:
            if not wanted or isinstance(error, NobodyThere):
                raise
        bare = await fetch(())
        for relation in wanted:
            await self._try(scope, relation, probe or fetch)
        granted = self.wanted(scope, relations)
        if not granted:
            return bare
        try:
            return await fetch(granted)
        except _refusals as error:
            if isinstance(error, ServerFault) and any(relation.startswith(ANSWERS) for relation in granted):
                raise
            return bare

    async def _try(self, scope: str, relation: str, probe: Fetch) -> None:
        try:
            await probe((relation,))
        except NobodyThere:
            return
        except _refusals as error:
            if relation == ANSWERS and isinstance(error, ServerFault):
                raise
            if isinstance(error, ServerFault):
                self._faulty[scope, relation] = self._clock()
            else:
                self._refused.add((scope, relation))
        except TaskError:
            return
        plain = SIMPLER.get(relation)
        if plain is not None and self._is_out(scope, relation):
            await self._try(scope, plain, probe)
