"""What lists have shown, as tables: for users whose server shows them no administration."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from tui.model.execution import Execution

_AT_ONCE = 10_000


class Seen(msgspec.Struct):
    """Executions by ID; for each assignment its template and title; for each template its title."""

    rows: Sequence[Execution] = ()
    by_id: dict[str, Execution] = {}
    templates: dict[str, str] = {}
    places: dict[str, str] = {}
    titles: dict[str, str] = {}


class Sights:
    """Makes the tables of a list when they are first needed."""

    def __init__(self) -> None:
        self._seen = Seen()

    async def of(self, rows: Sequence[Execution]) -> Seen:
        """The tables of ``rows``; made once for each list, a part at a time."""
        if self._seen.rows is rows:
            return self._seen
        seen = Seen(rows)
        for start in range(0, len(rows), _AT_ONCE):
            for row in rows[start : start + _AT_ONCE]:
                _note(seen, row)
            await asyncio.sleep(0)
        self._seen = seen
        return seen


def _note(seen: Seen, row: Execution) -> None:
    seen.by_id[row.key.id] = row
    if row.template is not None:
        seen.titles[row.template] = row.title
    if row.assignment is not None:
        seen.places[row.assignment] = row.place
        if row.template is not None and (row.parent is None or row.assignment not in seen.templates):
            seen.templates[row.assignment] = row.template
