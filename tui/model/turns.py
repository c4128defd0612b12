"""Long work in small parts, on the loop that also serves the keys."""

from __future__ import annotations

import asyncio
from time import perf_counter

TURN = 0.001
"""Seconds of work between two looks at what others have to do."""

NAP = 0.0002
"""Seconds of real rest at each of them."""

QUIET = 0.0001
"""A turn of the loop in less than so many seconds: nobody else had anything to do."""

MOST = 40
"""Turns that others may have in a row, so that long work comes to its end beside others that never rest."""


class Turns:
    """``if turns.due: await turns.give()`` in a loop of small steps.

    A key goes through many turns of the loop before it is on the screen. Were a part of long work done between any
    two of them, their waits would add up; so whoever has work in one turn is left alone until a turn is quiet.
    """

    def __init__(self) -> None:
        self._since = perf_counter()

    @property
    def due(self) -> bool:
        """Whether somebody else should have the loop now."""
        return perf_counter() - self._since > TURN

    async def give(self) -> None:
        """Let the others run."""
        # The thread that reads the keyboard needs the interpreter first: only a loop that sleeps gives it away.
        await asyncio.sleep(NAP)
        now = perf_counter()
        for _ in range(MOST):
            before = now
            await asyncio.sleep(0)
            now = perf_counter()
            if now - before < QUIET:
                break
        self._since = now
