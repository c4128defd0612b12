"""How old a board's data is, as a state; and when its bell may ring. The clock is handed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

STALE_AFTER = 2
DEAD_AFTER = 5
"""Missed intervals."""

GRACE = timedelta(seconds=1)
"""An answer may take so long without having missed its interval."""

SHORTEST_SILENCE = timedelta(seconds=10)
"""Between two rings of the bell."""


class Freshness(StrEnum):
    """FRESH; STALE: two answers in a row did not come; DEAD: five, nothing here may be relied on."""

    FRESH = "fresh"
    STALE = "stale"
    DEAD = "dead"


def freshness(interval: float, last_good: datetime | None, now: datetime) -> Freshness:
    """By the age of the server's last good answer in intervals of so many seconds; ``None``: none ever came."""
    if last_good is None or now >= _limit(interval, last_good, DEAD_AFTER):
        return Freshness.DEAD
    return Freshness.STALE if now >= _limit(interval, last_good, STALE_AFTER) else Freshness.FRESH


def turns_at(interval: float, last_good: datetime | None, now: datetime) -> datetime | None:
    """When it becomes worse without an answer; ``None`` when it cannot."""
    if last_good is None:
        return None
    limits = (_limit(interval, last_good, count) for count in (STALE_AFTER, DEAD_AFTER))
    return next((limit for limit in limits if limit > now), None)


def silent_since(bench: Workbench) -> datetime:
    """The moment of a break, the same for every screen and for as long as it lasts: the last good answer.

    Of the list, so that it agrees with the age of what is shown; where nobody asks for the list, of anything. Of a
    server that never answered: when that was noticed.
    """
    link, listed = bench.link_state, bench.live.last_good
    known = [moment for moment in (listed, link.as_of) if moment is not None]
    if listed is not None and not bench.live.paused:
        return listed
    return max(known, default=link.since)


def _limit(interval: float, last_good: datetime, missed: int) -> datetime:
    return last_good + timedelta(seconds=interval * missed) + GRACE


class Bell:
    """Rings for news, at most once in ten seconds; what came in between rings at the next occasion."""

    def __init__(self) -> None:
        self._rang: datetime | None = None
        self._waiting = False

    def rings(self, now: datetime, new: int, *, muted: bool = False) -> bool:
        """Whether to ring now, with so many new things to tell."""
        self._waiting = (self._waiting or new > 0) and not muted
        if not self._waiting or (self._rang is not None and now - self._rang < SHORTEST_SILENCE):
            return False
        self._rang, self._waiting = now, False
        return True
