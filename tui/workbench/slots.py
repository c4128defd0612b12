"""The slots of a period: stretches of equal wall time, few enough to stand beside each other."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tui.model.period import Period

MOST = 48
"""Slots of one period."""

_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)


class Slots:
    """``starts`` are aware UTC. An hour each, or so many hours or days that there are at most ``MOST``.

    Slots of an hour are real hours: a day on which the clocks change has 23 or 25 of them. Longer ones begin at
    round wall times, and the one in which the clocks change is an hour shorter or longer.
    """

    def __init__(self, period: Period, zone: ZoneInfo) -> None:
        hours = (period.end - period.start) / timedelta(hours=1)
        width = next((hour for hour in _HOURS if hours / hour <= MOST), 24 * (int(hours / 24 / MOST) + 1))
        self.starts = _hourly(period) if width == 1 else _wall(period, zone, width)
        self._hourly = width == 1
        self._seconds = [seconds_between(period.start, start) for start in self.starts]

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, seconds: int) -> int:
        """The slot so many seconds after the period's beginning: -1 before the first; the last one has no end."""
        if self._hourly:
            return max(-1, min(seconds // 3600, len(self._seconds) - 1))
        return bisect_right(self._seconds, seconds) - 1


def seconds_between(start: datetime, moment: datetime) -> int:
    """Whole seconds, rounded down."""
    span = moment - start
    return span.days * 86400 + span.seconds


def _hourly(period: Period) -> tuple[datetime, ...]:
    count = max(1, -(-int((period.end - period.start).total_seconds() + 1) // 3600))
    return tuple(period.start + timedelta(hours=number) for number in range(count))


def _wall(period: Period, zone: ZoneInfo, hours: int) -> tuple[datetime, ...]:
    wall = period.start.astimezone(zone).replace(tzinfo=None)
    starts = [period.start]
    while (moment := wall.replace(tzinfo=zone).astimezone(UTC)) <= period.end:
        starts.append(moment)
        wall += timedelta(hours=hours)
    return (starts[0], *(later for earlier, later in pairwise(starts) if later > earlier))
