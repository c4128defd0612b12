"""The days that a command is about: those that are named, else the site's own today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tui.cli.output import complain
from tui.i18n import _
from tui.model.period import Period

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench


def wrong_days(first: date | None, last: date | None) -> bool:
    """Whether the days cannot be meant; says so."""
    if first and last and last < first:
        complain(_("The last day is before the first."))
        return True
    return False


def wanted_period(bench: Workbench, first: date | None, last: date | None) -> Period:
    """From ``first`` to ``last``; one of them alone reaches to today, or is the only day on today's other side."""
    today = bench.today()
    if not first and not last:
        return today
    day = today.days(bench.desk.zone)[0]
    return Period.of_days(first or min(day, last or day), last or max(day, first or day), bench.desk.zone)
