"""What a report needs from the server: the list of its period, and the record of everything that was worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tui.form.codec import Context
from tui.model.errors import Forbidden, NotFound, NotTheServer, Refused, ServerFault, Unauthorised
from tui.model.execution import Execution, Key, Record
from tui.model.period import LOOK_BACK, Period
from tui.model.status import Phase, Status
from tui.model.system import Filters
from tui.workbench.changes import Changes, by_key
from tui.workbench.entry import OPEN_STATES
from tui.workbench.link import LinkState
from tui.workbench.reading import WORTH_RETRYING
from tui.workbench.report import Report, compose, has_answers, matters
from tui.workbench.side_by_side import for_each

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

Progress = Callable[[int, int], None]
"""Told how many records of how many are read."""

_UNSEEN = Status("", Phase.UNKNOWN)
"""Of what the trail names and no list holds: its record tells how it stands."""

_NOT_FOR_US = (NotFound, Forbidden, Refused, ServerFault, NotTheServer)
"""What is wrong with one record alone: the report goes on, and says that it could not be read."""


async def list_for(bench: Workbench, period: Period) -> Changes:
    """The rows for a report on ``period``: those on the screen where it is a part of what is shown there, else the
    server's. Without a line what is kept of it here. Raises ``TaskError``."""
    now = bench.live.now
    if _holds(now, period.start, period.end):
        return msgspec.structs.replace(now, period=period)
    try:
        listing = await bench.list_of(period.with_look_back())
    except WORTH_RETRYING:
        if _holds(now, period.start + LOOK_BACK, period.end):
            # only what was carried over from long before may be missing
            return msgspec.structs.replace(now, period=period)
        known = bench.live.glimpse(period)
        if known is None:
            raise
        return known
    return Changes(rows=by_key(listing.rows or ()), as_of=bench.clock(), period=period)


def _holds(now: Changes, start: datetime, end: datetime) -> bool:
    shown = now.period
    return not now.loading and now.filters == Filters() and shown.start <= start and end <= shown.end


async def make_report(
    bench: Workbench, changes: Changes, *, lang: str, progress: Progress | None = None
) -> Report:
    """The report of the list ``changes``. Raises ``TaskError`` when the line or the token fails on the way, and
    ``JournalError``. Without a line from the beginning it is made from what is kept here."""
    now = bench.clock()
    worked = await asyncio.to_thread(bench.history.worked_on, changes.period)
    known = _known(bench, changes)
    rows = [row for row in known.values() if has_answers(row) and matters(row, changes.period, now, worked)]
    unlisted = [Execution(key=key, status=_UNSEEN) for key in worked - known.keys()]
    records = await read_records(bench, sorted(rows + unlisted, key=lambda row: row.key), progress)
    known |= {row.key: records[row.key].execution for row in unlisted if row.key in records}
    entries = bench.outbox.entries(*OPEN_STATES)
    context = Context(lang=lang, zone=bench.desk.zone, clock=bench.clock)
    desk = bench.desk
    return await asyncio.to_thread(
        compose,
        msgspec.structs.replace(changes, rows=known),
        records,
        entries,
        profile=desk.profile,
        system=desk.system,
        title=desk.title,
        context=context,
        worked=worked,
    )


def _known(bench: Workbench, changes: Changes) -> dict[Key, Execution]:
    """The rows of the report's list, and of the list on the screen what is due at another time than was asked for:
    it may have been done within the period all the same."""
    asked = changes.period.with_look_back()
    others = {} if changes.rows is bench.live.rows else bench.live.rows
    return {key: row for key, row in others.items() if not asked.holds(row.due)} | dict(changes.rows)


async def read_records(
    bench: Workbench, rows: Sequence[Execution], progress: Progress | None = None
) -> dict[Key, Record]:
    """The records of ``rows``: what is kept and still right as it is, the others from the server."""
    found: dict[Key, Record] = {}
    done = 0
    offline = bench.link_state.state is LinkState.OFFLINE
    kept = bench.records.revisions()

    async def read(row: Execution) -> None:
        nonlocal done
        record = await _record(bench, row, kept.get(row.key), offline=offline)
        if record is not None:
            found[row.key] = record
        done += 1
        if progress is not None:
            progress(done, len(rows))

    await for_each(rows, read)
    return found


async def _record(bench: Workbench, row: Execution, kept: str | None, *, offline: bool) -> Record | None:
    if kept is not None and (offline or (row.revision and kept == row.revision)):
        record = bench.records.cached(row.key)
        if record is not None and record.execution.key == row.key:
            return record
    if offline:
        return None
    try:
        return await bench.records.read(row.key)
    except Unauthorised:
        raise
    except _NOT_FOR_US:
        return None
