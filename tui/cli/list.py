"""``shiftdeck list``: the same rows as on the screen, for scripts and for reading."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tui.cli.days import wanted_period, wrong_days
from tui.cli.exits import DONE, USAGE
from tui.cli.output import escaped, tell, tell_data
from tui.cli.session import run_with
from tui.i18n import _, say
from tui.model.clock import stamp
from tui.model.execution import Execution
from tui.model.period import Period
from tui.model.plain import by_number, clean
from tui.workbench.figures import belongs
from tui.workbench.tables import table

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.workbench import Workbench

COLUMNS = (
    "id",
    "title",
    "place",
    "status",
    "phase",
    "late",
    "due",
    "points",
    "max_points",
    "actor",
    "touched",
    "department",
    "carried",
    "steps_done",
    "steps",
    "projected",
)
"""The keys of a row in ``--json`` and ``watch``, and the columns of ``--csv``, in this order. Part of the public
interface. ``carried``: unfinished work that was due before the period. ``steps_done`` of ``steps``, where it has
any. ``projected``: its moment is reckoned from a repetition, and no server has said it."""


def run(shop: Shop, arguments: Namespace) -> int:
    """Print the executions of the period and what is carried over into it, earliest first; 0, or the code of what
    went wrong."""
    if wrong_days(arguments.first, arguments.last):
        return USAGE

    async def work(bench: Workbench) -> int:
        period = wanted_period(bench, arguments.first, arguments.last)
        bench.live.set_period(period)
        changes = await bench.live.load()
        now = bench.clock()
        rows = [row for row in changes.rows.values() if belongs(row, period, now)]
        rows.sort(
            key=lambda row: (row.due is None, row.due or period.start, by_number(row.title), by_number(row.key.id))
        )
        make, write = _FORMS[arguments.form]
        write(make(bench, period, rows, changes.as_of))
        return DONE

    return run_with(shop, work)


def as_json(bench: Workbench, period: Period, rows: Sequence[Execution], as_of: datetime | None) -> str:
    """One object: profile, system, from, to, as_of and rows; times in ISO 8601 with the site's offset.

    What could steer a terminal is written as ``\\uXXXX``: the data stays true, and can be looked at.
    """
    zone = bench.desk.zone
    whole = {
        "profile": bench.desk.profile,
        "system": bench.desk.system,
        "from": stamp(period.start, zone),
        "to": stamp(period.end, zone),
        "as_of": stamp(as_of, zone),
        "rows": [row_data(row, period, zone) for row in rows],
    }
    return escaped(json.dumps(whole, ensure_ascii=False, indent=1), sys.stdout.encoding or "utf-8") + "\n"


def as_csv(bench: Workbench, period: Period, rows: Sequence[Execution], as_of: datetime | None) -> str:
    """A line of column names, then one for each row, for spreadsheets; what is not known is empty."""
    return table(COLUMNS, (row_data(row, period, bench.desk.zone) for row in rows))


def as_text(bench: Workbench, period: Period, rows: Sequence[Execution], as_of: datetime | None) -> str:
    """Lines to read, in the language of the user; a server's text cannot steer the terminal."""
    if not rows:
        return _("No tasks in this period.")
    zone, several = bench.desk.zone, len(set(period.days(bench.desk.zone))) > 1
    width = 12 if several or any(carried(row, period) for row in rows) else 5
    lines = []
    for row in rows:
        dated = several or carried(row, period)
        due = row.due.astimezone(zone).strftime("%d.%m. %H:%M" if dated else "%H:%M") if row.due else ""
        place = f" · {clean(row.place)}" if row.place else ""
        word = f"{clean(row.status.code)} {clean(say(row.status.word)):<15}"
        said = (row.verdict.text,) if row.verdict is not None else ()
        worn = "".join(f" · {clean(say(mark))}" for mark in (*said, *row.marks))
        lines.append(f"{due:>{width}}  {word}  {clean(row.title)}{worn}{place}")
    return "\n".join(lines)


_FORMS = {"json": (as_json, tell_data), "csv": (as_csv, tell_data), "text": (as_text, tell)}


def row_data(row: Execution, period: Period, zone: ZoneInfo) -> dict[str, Any]:
    """A row under the names of :data:`COLUMNS`."""
    return {
        "id": row.key.id,
        "title": row.title,
        "place": row.place,
        "status": row.status.raw,
        "phase": str(row.status.phase),
        "late": row.status.late,
        "due": stamp(row.due, zone),
        "points": row.points,
        "max_points": row.max_points,
        "actor": row.actor,
        "touched": stamp(row.touched, zone),
        "department": row.department,
        "carried": carried(row, period),
        "steps_done": row.progress[0] if row.progress is not None else None,
        "steps": row.progress[1] if row.progress is not None else None,
        "projected": row.projected,
    }


def carried(row: Execution, period: Period) -> bool:
    """Whether it was due before the period, and is not finished."""
    return row.due is not None and row.due < period.start
