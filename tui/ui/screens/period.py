"""Choosing the days that the list shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from tui.form.codec import Context
from tui.form.state import FormState
from tui.i18n import _, language
from tui.model.execution import Answer
from tui.model.field import Field
from tui.model.period import Period
from tui.ui.screens.form_dialog import ShowDialog

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

LONGEST = timedelta(days=92)
EARLIEST, LATEST = 1970, 2200


class PeriodDialog(ShowDialog[Period | None]):
    """First and last day; F10 shows them."""

    def __init__(self, period: Period, bench: Workbench) -> None:
        zone = bench.desk.zone
        first, last = period.days(zone)
        fields = (
            Field(key="first", label=_("First day"), kind="date", format="Y-m-d", required=True),
            Field(key="last", label=_("Last day"), kind="date", format="Y-m-d", required=True),
        )
        self._zone = zone
        shown = {"first": Answer(value=first.isoformat()), "last": Answer(value=last.isoformat())}
        context = Context(lang=language(), zone=zone, clock=bench.clock)
        super().__init__(
            _("Which days?"), FormState.from_record(fields, shown, ctx=context), "period-form", self._conclude
        )

    def draw(self) -> None:
        """How dates may be typed."""
        self.put(Content(_("For example 11.5, 110526, t for today, -1 for yesterday.")))

    def _conclude(self) -> None:
        values = self.state.values()
        first, last = (date.fromisoformat(str(values[name])) for name in ("first", "last"))
        if not EARLIEST <= first.year <= last.year <= LATEST:
            self.complain(_("Only the years {first} to {last} can be shown.", first=EARLIEST, last=LATEST))
        elif last < first:
            self.complain(_("The last day is before the first."))
        elif last - first > LONGEST:
            self.complain(_("At most {n} days at once.", n=LONGEST.days))
        else:
            self.close(Period.of_days(first, last, self._zone))
