"""Periods: the stretch of time that a list shows, in wall time of the site, held in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

LOOK_BACK = timedelta(hours=48)


class Period(msgspec.Struct, frozen=True):
    """``start`` and ``end`` are aware UTC and both inclusive, to the second."""

    start: datetime
    end: datetime

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> Period:
        """The calendar day from 00:00:00 to 23:59:59 in ``zone``; 23 or 25 hours long when clocks change."""
        return cls.of_days(day, day, zone)

    @classmethod
    def of_days(cls, first: date, last: date, zone: ZoneInfo) -> Period:
        """All calendar days from ``first`` to ``last``, both included."""
        start = datetime.combine(first, time(), zone)
        end = datetime.combine(last, time(23, 59, 59), zone)
        return cls(start.astimezone(UTC), end.astimezone(UTC))

    def shifted(self, days: int, zone: ZoneInfo) -> Period:
        """The same calendar days, ``days`` later (or earlier), by wall time."""
        first, last = self.days(zone)
        step = timedelta(days=days)
        return Period.of_days(first + step, last + step, zone)

    def days(self, zone: ZoneInfo) -> tuple[date, date]:
        """First and last calendar day in ``zone``."""
        return self.start.astimezone(zone).date(), self.end.astimezone(zone).date()

    def with_look_back(self) -> Period:
        """The same end, begun 48 hours earlier, so that carried-over work is seen."""
        return Period(self.start - LOOK_BACK, self.end)

    def holds(self, moment: datetime | None) -> bool:
        """Whether ``moment`` lies inside; a row without a date belongs to every period."""
        return moment is None or self.start <= moment <= self.end
