"""The wall time of one zone told in that of another: so one board judges each profile by its own day and hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class WallTime:
    """Moments of ``own`` as a board in ``shown`` counts them: 08:00 stays 08:00, the day is ``days`` later."""

    def __init__(self, own: ZoneInfo, shown: ZoneInfo, days: int = 0) -> None:
        self.own = own
        self._shown = shown
        self._step = timedelta(days=days)

    def __call__(self, moment: datetime) -> datetime:
        """Aware UTC, as is ``moment``."""
        wall = moment.astimezone(self.own).replace(tzinfo=None, fold=0) + self._step
        return wall.replace(tzinfo=self._shown).astimezone(UTC)
