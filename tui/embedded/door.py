"""In which order an embedded server works: short requests one after the other, long ones beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

PATIENCE = 0.03
"""Seconds that one request may hold up the next."""


class Door:
    """Threads of one interpreter that compute side by side take half as long again in all as one after the other.

    So the next begins when the one before it is done; or waits no longer for it, when it is a long one.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        # One application may be called in several loops.
        self._inside: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Wait for one's turn, in the order of coming."""
        loop = asyncio.get_running_loop()
        seat = self._inside.setdefault(loop, asyncio.Semaphore())
        await seat.acquire()
        held = True

        def let_in() -> None:
            nonlocal held
            if held:
                held = False
                seat.release()

        over = loop.call_later(self._patience, let_in)
        try:
            yield
        finally:
            over.cancel()
            let_in()
