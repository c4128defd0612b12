"""Their dates are wall time without a zone (``2026-05-11 09:00:00``); ours are aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?", re.ASCII
)
_CACHE_LIMIT = 50_000


class WallTime:
    """Turns the site's wall time into UTC and back; remembers what it has turned, because lists repeat moments."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._known: dict[str, datetime | None] = {}

    def to_utc(self, text: str | None) -> datetime | None:
        """``Y-m-d H:i:s`` (or any ISO 8601 moment) as aware UTC; ``None`` for anything else.

        The hour that a clock change skips counts as if it had not, the doubled one as its first pass.
        """
        if not text:
            return None
        try:
            return self._known[text]
        except KeyError:
            pass
        if len(self._known) >= _CACHE_LIMIT:
            self._known.clear()
        moment = self._known[text] = self._read(text)
        return moment

    def _read(self, text: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(text.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def to_wire(self, moment: datetime) -> str:
        """An aware moment as ``Y-m-d H:i:s`` of the site."""
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def to_read(self, moment: datetime, now: datetime) -> str:
        """For a sentence: the time of day, with the date where it is not today."""
        local = moment.astimezone(self.zone)
        same_day = local.date() == now.astimezone(self.zone).date()
        return local.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M")

    def moved(self, moment: datetime, duration: str | None, sign: int) -> datetime | None:
        """``moment`` plus (1) or minus (-1) an ISO 8601 duration; ``None`` where that is none.

        Years to days move the wall clock, hours to seconds real time.
        """
        found = _DURATION.fullmatch(duration.strip()) if duration else None
        if found is None or not any(found.groups()):
            return None
        years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        try:
            local = _months_later(local, sign * (years * 12 + months)) + sign * timedelta(days=7 * weeks + days)
            step = timedelta(hours=hours, minutes=minutes, seconds=seconds)
            return local.replace(tzinfo=self.zone).astimezone(UTC) + sign * step
        except (ValueError, OverflowError):
            return None


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day))
