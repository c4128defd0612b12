"""The clock that is handed in, so that no rule ever asks the machine for the time behind a test's back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""


def system_clock() -> datetime:
    """The machine's own time."""
    return datetime.fromtimestamp(time.time(), UTC)


def running_clock() -> datetime:
    """A moment that only runs forward, the same for all processes of this machine until it starts again.

    It says nothing of the time of day; nobody can set it, so that it tells how long something is held.
    """
    return datetime.fromtimestamp(time.monotonic(), UTC)


def stamp(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """ISO 8601 with the offset of ``zone``, to the second; ``None`` stays."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


class CorrectedClock:
    """The machine's time plus the offset to the server's ``Date`` header."""

    def __init__(self, base: Clock = system_clock) -> None:
        self._base = base
        self.offset = timedelta(0)

    def __call__(self) -> datetime:
        return self._base() + self.offset

    def learn(self, server_time: datetime) -> None:
        """Take the server's time as the truth; jumps of under two seconds are the header's own grain."""
        offset = server_time - self._base()
        if abs(offset - self.offset) >= timedelta(seconds=2):
            self.offset = offset if abs(offset) >= timedelta(seconds=2) else timedelta(0)
