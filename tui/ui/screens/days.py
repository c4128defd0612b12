"""Which days the list shows: chosen, moved, named as people say them, and rolled on at midnight."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tui.model.message import Message
from tui.model.period import Period
from tui.ui.moments import day_text

if TYPE_CHECKING:
    from tui.ui.screens.seat import Seat
    from tui.workbench.combined import Combined


class Days:
    """The period of one main screen. ``follows_today``: it is today and goes on to the next day by itself."""

    def __init__(self, screen: Seat) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._zone = screen.bench.desk.zone
        self.period = Period.of_day(self.today, self._zone)
        self.follows_today = True

    @property
    def today(self) -> date:
        """The calendar day at the site."""
        return self._bench.clock().astimezone(self._zone).date()

    def choose(self, period: Period) -> None:
        """Show other days. The filter stays; today follows the calendar."""
        self.period = period
        self.follows_today = period == Period.of_day(self.today, self._zone)
        self._chosen(period)

    def _chosen(self, period: Period) -> None:
        self._bench.live.set_period(period)
        self._screen.follower.period_changed()

    def show_today(self) -> None:
        """Back to the day that it is."""
        self.choose(Period.of_day(self.today, self._zone))

    def shift(self, days: int) -> None:
        """Move by whole days."""
        try:
            period = self.period.shifted(days, self._zone)
        except OverflowError:
            self._screen.announce(Message("The calendar ends here."))
            return
        self.choose(period)

    def words(self, *, named: bool = True) -> str:
        """The period as people say it; not ``named``: without words such as "today"."""
        days = dict.fromkeys(self.period.days(self._zone))
        return " – ".join(day_text(day, self.today if named else None) for day in days)

    def roll(self) -> None:
        """At midnight the list goes on to the new day, if it was showing today."""
        if self.follows_today and self.period.days(self._zone)[1] < self.today:
            self.show_today()


class BoardDays(Days):
    """The period of a board over several profiles, named in the wall time of the one from which it was opened."""

    def __init__(self, screen: Seat, source: Combined) -> None:
        super().__init__(screen)
        self.period = source.period
        self.follows_today = self.period == Period.of_day(self.today, self._zone)
        self._source = source

    def _chosen(self, period: Period) -> None:
        self._source.set_period(period, today=self.follows_today)

    def roll(self) -> None:
        """Midnight comes to each profile at its own time."""
        super().roll()
        self._source.roll()
