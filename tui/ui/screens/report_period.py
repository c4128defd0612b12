"""Which stretch of time a report is about: a shift, a day, or from one moment to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from tui.form.codec import Context
from tui.form.state import FormState
from tui.i18n import _, language
from tui.model.execution import Answer
from tui.model.field import Field
from tui.model.period import Period
from tui.ui.moments import day_text, moment_text
from tui.ui.screens.form_dialog import ShowDialog
from tui.ui.screens.period import LONGEST
from tui.ui.screens.pick import Option
from tui.workbench.shifts import shift_at, shift_before

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

SPAN = "span"
_STAMP = "%Y-%m-%d %H:%M:%S"


class Spans:
    """The stretches that can be picked at this moment, by name."""

    def __init__(self, bench: Workbench, starts: Sequence[str], listed: Period) -> None:
        zone = bench.desk.zone
        now = bench.clock()
        begins = [time.fromisoformat(start) for start in starts]
        shift = shift_at(now, zone, begins)
        today = now.astimezone(zone).date()
        day = Period.of_day(today, zone)
        self._now, self._zone, self._today = now, zone, today
        self.periods = {
            "shift": shift,
            "before": shift_before(shift, zone, begins),
            "today": day,
            "yesterday": Period.of_day(today - timedelta(days=1), zone),
        }
        if listed not in self.periods.values():
            self.periods["listed"] = listed

    def options(self) -> list[Option]:
        """Rows to pick from; the last one asks for two moments."""
        words = {
            **self._shifts(),
            "today": _("Today"),
            "yesterday": _("Yesterday"),
            "listed": _("The days of the list"),
        }
        rows = [Option(name, words[name], self.words(period)) for name, period in self.periods.items()]
        return [*rows, Option(SPAN, _("From … to …"), _("two moments"))]

    def _shifts(self) -> dict[str, str]:
        return {"shift": _("This shift"), "before": _("The shift before")}

    def words(self, period: Period, *, named: bool = False) -> str:
        """The period as people say it; ``named``: with the name of a shift."""
        if named:
            name = next((word for key, word in self._shifts().items() if self.periods[key] == period), "")
            return f"{name}, {self.words(period)}" if name else self.words(period)
        first, last = period.days(self._zone)
        if period == Period.of_days(first, last, self._zone):
            names = [day_text(day, self._today) for day in dict.fromkeys((first, last))]
            return " – ".join(names)
        # a shift that ends at 14:00 ends a second before
        end = period.end + timedelta(seconds=1) if period.end.second == 59 else period.end
        return f"{moment_text(period.start, self._now, self._zone)} – {moment_text(end, self._now, self._zone)}"


class SpanDialog(ShowDialog[Period | None]):
    """First and last moment; F10 shows the report."""

    def __init__(self, period: Period, bench: Workbench) -> None:
        zone = bench.desk.zone
        shape = "Y-m-d H:i:s"
        fields = (
            Field(key="first", label=_("From"), kind="datetime", format=shape, required=True),
            Field(key="last", label=_("To"), kind="datetime", format=shape, required=True),
        )
        moments = {"first": period.start, "last": period.end}
        shown = {name: Answer(value=moment.astimezone(zone).strftime(_STAMP)) for name, moment in moments.items()}
        self._zone = zone
        context = Context(lang=language(), zone=zone, clock=bench.clock)
        super().__init__(
            _("From when to when?"), FormState.from_record(fields, shown, ctx=context), "span-form", self._conclude
        )

    def draw(self) -> None:
        """How moments may be typed."""
        self.put(Content(_("For example 11.5 6:00, or -1 22:00 for yesterday at ten in the evening.")))

    def _conclude(self) -> None:
        values = self.state.values()
        first, last = (self._moment(str(values[name])) for name in ("first", "last"))
        if last <= first:
            self.complain(_("The end is before the beginning."))
        elif last - first > LONGEST:
            self.complain(_("At most {n} days at once.", n=LONGEST.days))
        else:
            self.close(Period(first, last))

    def _moment(self, text: str) -> datetime:
        return datetime.strptime(text, _STAMP).replace(tzinfo=self._zone).astimezone(UTC)
