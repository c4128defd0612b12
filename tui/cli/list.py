"""``shiftdeck list``: the same rows as on the screen, for scripts and for reading."""

from __future__ import annotations

import csv
import io
import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tui.cli.exits import DONE, USAGE
from tui.cli.output import cell, complain, escaped, tell, tell_data
from tui.cli.session import run_with
from tui.cli.words import stamp
from tui.i18n import _, say
from tui.model.execution import Execution
from tui.model.period import Period
from tui.model.plain import clean

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
)
"""The keys of a row in ``--json``, and the columns of ``--csv``, in this order. Part of the public interface."""


def run(shop: Shop, arguments: Namespace) -> int:
    """Print the executions of the period, earliest first; 0, or the code of what went wrong."""
    first, last = arguments.first, arguments.last
    if first and last and last < first:
        complain(_("The last day is before the first."))
        return USAGE

    async def work(bench: Workbench) -> int:
        today = bench.today()
        period = today
        if first or last:
            day = today.days(bench.desk.zone)[0]
            period = Period.of_days(
                first or min(day, last or day), last or max(day, first or day), bench.desk.zone
            )
        bench.live.set_period(period)
        changes = await bench.live.load()
        rows = [row for row in changes.rows.values() if period.holds(row.due)]
        rows.sort(key=lambda row: (row.due is None, row.due or period.start, row.title, row.key.id))
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
        "rows": [_row(row, zone) for row in rows],
    }
    return escaped(json.dumps(whole, ensure_ascii=False, indent=1), sys.stdout.encoding or "utf-8") + "\n"


def as_csv(bench: Workbench, period: Period, rows: Sequence[Execution], as_of: datetime | None) -> str:
    """A line of column names, then one for each row, for spreadsheets; what is not known is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: cell(value) for name, value in _row(row, bench.desk.zone).items()})
    return out.getvalue()


def as_text(bench: Workbench, period: Period, rows: Sequence[Execution], as_of: datetime | None) -> str:
    """Lines to read, in the language of the user; a server's text cannot steer the terminal."""
    if not rows:
        return _("No tasks in this period.")
    zone, several = bench.desk.zone, len(set(period.days(bench.desk.zone))) > 1
    lines = []
    for row in rows:
        due = row.due.astimezone(zone).strftime("%d.%m. %H:%M" if several else "%H:%M") if row.due else ""
        place = f" · {clean(row.place)}" if row.place else ""
        word = f"{clean(row.status.code)} {clean(say(row.status.word)):<20}"
        lines.append(f"{due:>{12 if several else 5}}  {word}  {clean(row.title)}{place}")
    return "\n".join(lines)


_FORMS = {"json": (as_json, tell_data), "csv": (as_csv, tell_data), "text": (as_text, tell)}


def _row(row: Execution, zone: ZoneInfo) -> dict[str, Any]:
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
    }
