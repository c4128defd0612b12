"""Shifts: stretches of the day that begin at the same wall times every day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tui.model.period import Period

_SECOND = timedelta(seconds=1)


def shift_at(moment: datetime, zone: ZoneInfo, starts: Sequence[time]) -> Period:
    """The shift that holds ``moment`` (aware). ``starts`` are the wall times in ``zone``, at least one; each shift
    lasts until the next one begins, also over midnight and on days when the clocks change."""
    day = moment.astimezone(zone).date()
    days = (day + timedelta(days=n) for n in (-1, 0, 1, 2))
    begins = sorted({datetime.combine(one, start, zone).astimezone(UTC) for one in days for start in starts})
    place = max(place for place, begin in enumerate(begins[:-1]) if begin <= moment)
    return Period(begins[place], begins[place + 1] - _SECOND)


def shift_before(shift: Period, zone: ZoneInfo, starts: Sequence[time]) -> Period:
    """The one that ended when ``shift`` began."""
    return shift_at(shift.start - _SECOND, zone, starts)
