"""Waiting: growing pauses with jitter, and a sleep that can be ended early. Sleep and chance are handed in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

Sleep = Callable[[float], Awaitable[None]]
"""Pauses for so many seconds (``asyncio.sleep`` outside of tests)."""

Jitter = Callable[[float], float]
"""Turns the longest pause of an attempt into the pause to take."""

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
SHORTEST_PAUSE = 0.5
LONGEST_SPREAD = 15.0

LONGEST_WAIT = 15 * 60.0
"""Nothing waits for a moment further away than this; one that is comes from a clock that jumped."""


def full_jitter(longest: float) -> float:
    """A pause anywhere below ``longest``, so that many terminals do not come back in one moment."""
    return max(SHORTEST_PAUSE, random.uniform(0, longest))


def longest_pause(attempt: int, ceiling: float = LONGEST_PAUSE) -> float:
    """2, 4, 8 ... ``ceiling`` seconds for attempt 1, 2, 3 ..."""
    return min(ceiling, FIRST_PAUSE * 2.0 ** min(max(attempt - 1, 0), 16))


def pause_after(attempt: int, jitter: Jitter, ceiling: float = LONGEST_PAUSE) -> float:
    """Seconds to wait after so many failures in a row: one half for certain, so that no run of small chances
    hammers a server that is not there, and the other half by chance."""
    half = longest_pause(attempt, ceiling) / 2
    return half + jitter(half)


def asked_to_wait(seconds: float, jitter: Jitter) -> float:
    """The pause after a server has asked for ``seconds``: never less, and not the same at all terminals.

    At most ``LONGEST_WAIT``: whoever names years has a wrong clock, or means "for ever", and is asked again.
    """
    spread = min(LONGEST_SPREAD, max(seconds / 4, FIRST_PAUSE))
    return min(max(seconds, 1.0) + jitter(spread), LONGEST_WAIT)


class Backoff:
    """Counts failures in a row and names the next pause."""

    def __init__(self, jitter: Jitter = full_jitter, ceiling: float = LONGEST_PAUSE) -> None:
        self._jitter = jitter
        self._ceiling = ceiling
        self.failures = 0

    def next(self) -> float:
        """Count one failure more; seconds to wait."""
        self.failures += 1
        return pause_after(self.failures, self._jitter, self._ceiling)

    def reset(self) -> None:
        """Something worked."""
        self.failures = 0


class Waker:
    """A pause that ``wake`` ends early; a wake during work ends the next pause at once."""

    def __init__(self, sleep: Sleep) -> None:
        self._sleep = sleep
        self._event = asyncio.Event()

    def wake(self) -> None:
        """End the present or the next pause."""
        self._event.set()

    async def pause(self, seconds: float | None) -> bool:
        """Wait ``seconds`` (``None``: until woken). ``True`` when somebody woke us."""
        if not self._event.is_set():
            await self._wait(seconds)
        woken = self._event.is_set()
        self._event.clear()
        return woken

    async def _wait(self, seconds: float | None) -> None:
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(self._event.wait())]
        if seconds is not None:
            waits.append(asyncio.ensure_future(self._sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
