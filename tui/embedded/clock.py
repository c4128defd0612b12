"""The site's clock: moments are whole seconds since 1970 (UTC), wall times are texts without a zone."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from tui.model.clock import Clock

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


class SiteClock:
    """Turns moments into the site's wall time and back. An hour that occurs twice means its first pass."""

    def __init__(self, clock: Clock, zone: str) -> None:
        self._clock = clock
        self.zone = zone

    def now(self) -> int:
        """The present moment in whole seconds since 1970."""
        return int(self._clock().timestamp())

    def today(self) -> date:
        """The site's calendar day."""
        return date.fromisoformat(self.wall(self.now())[:10])

    def wall(self, moment: int) -> str:
        """``moment`` as ``2026-05-11 09:00:00`` in the site's zone."""
        return _wall(moment, self.zone)

    def moment(self, wall: str) -> int:
        """The moment of a wall time; one that the clocks skip is moved forward by the gap."""
        return _moment(wall, self.zone)

    def existing(self, wall: str) -> str:
        """The same wall time, or the one after the gap when the clocks skip it."""
        return self.wall(self.moment(wall))

    def shifted(self, wall: str, duration: str, sign: int) -> int:
        """The moment ``duration`` (ISO 8601) after (``1``) or before (``-1``) ``wall``; days by the wall clock."""
        return _shifted(wall, duration, sign, self.zone)

    def http_date(self) -> str:
        """The present moment in the form of the ``Date`` header."""
        return format_datetime(datetime.fromtimestamp(self.now(), UTC), usegmt=True)


def wall_text(moment: datetime) -> str:
    """``2026-05-11 09:00:00``: the wall time of ``moment``, without its zone."""
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")


@lru_cache(maxsize=65536)
def _wall(moment: int, zone: str) -> str:
    return wall_text(datetime.fromtimestamp(moment, ZoneInfo(zone)))


@lru_cache(maxsize=65536)
def _moment(wall: str, zone: str) -> int:
    return int(datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).timestamp())


@lru_cache(maxsize=65536)
def _shifted(wall: str, duration: str, sign: int, zone: str) -> int:
    months, days, seconds = parse_duration(duration)
    start = datetime.fromisoformat(wall)
    if months:
        year, month = divmod(start.year * 12 + start.month - 1 + sign * months, 12)
        start = start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
    start += timedelta(days=sign * days)
    return _moment(wall_text(start), zone) + sign * seconds


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> tuple[int, int, int]:
    """ISO 8601 duration to (months, days, seconds). Raises ``ValueError`` when it is none."""
    match = _DURATION.fullmatch(text)
    if match is None or text in ("P", "PT"):
        raise ValueError(f"not an ISO 8601 duration: {text!r}")
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    seconds = part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"]
    return part["years"] * 12 + part["months"], part["weeks"] * 7 + part["days"], seconds


def read_wall(text: str, *, end_of_day: bool = False) -> str | None:
    """A date or datetime from a request as ``Y-m-d H:i:s``; ``None`` when it is neither.

    A bare date means midnight, or the last second of that day with ``end_of_day``.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if len(text.strip()) <= 10 and end_of_day:
        moment += timedelta(days=1, seconds=-1)
    return wall_text(moment)
