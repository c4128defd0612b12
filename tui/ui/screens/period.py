"""Choosing the days that the list shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from tui.form.codec import Context
from tui.form.state import FormState
from tui.i18n import _, language
from tui.model.execution import Answer
from tui.model.field import Field
from tui.model.period import Period
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

LONGEST = timedelta(days=92)
EARLIEST, LATEST = 1970, 2200


class PeriodDialog(Dialog[Period | None]):
    """First and last day; F10 shows them. Enter after the last one does the same, for nothing can be lost."""

    def __init__(self, period: Period, bench: Workbench) -> None:
        super().__init__(_("Which days?"))
        zone = bench.desk.zone
        first, last = period.days(zone)
        fields = (
            Field(key="first", label=_("First day"), kind="date", format="Y-m-d", required=True),
            Field(key="last", label=_("Last day"), kind="date", format="Y-m-d", required=True),
        )
        self._zone = zone
        shown = {"first": Answer(value=first.isoformat()), "last": Answer(value=last.isoformat())}
        self.state = FormState.from_record(
            fields, shown, ctx=Context(lang=language(), zone=zone, clock=bench.clock)
        )
        self.form: FormView = FormView(id="period-form")
        self.form.open(self.state)

    def body(self) -> list[Widget]:
        """A sentence and two dates."""
        return [self.scroll, self.form]

    def on_mount(self) -> None:
        """The first date has the focus."""
        super().on_mount()
        self.set_focus(self.form, scroll_visible=False)

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("F10", _("show"), "f10"), Hint("F3", _("back"), "f3"))

    def draw(self) -> None:
        """How dates may be typed."""
        self.put(Content(_("For example 11.5, 110526, t for today, -1 for yesterday.")))

    def key(self, key: str, char: str | None) -> bool:
        """Dates, then show."""
        if key == "f10" or (key == "enter" and self.form.at_last_field):
            self.form.feed("enter", None) if key == "enter" else None
            self._show()
            return True
        return self.form.feed(key, char)

    def paste(self, text: str) -> None:
        """Into the date."""
        self.form.take_paste(text)

    def _show(self) -> None:
        if self.stopped_by(self.state, self.form):
            return
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
