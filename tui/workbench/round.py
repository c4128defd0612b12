"""One round of sending: what those who send side by side tell each other."""

from __future__ import annotations

import asyncio

FAULTS_END = 2
"""So many 5xx answers in a row, for different entries, mean that the server as a whole is at fault."""


class Round:
    """It begins with one alone; when the server has taken something, or that one has nothing more to send, it is
    open for the others. Trouble that would meet every entry ends it for all."""

    def __init__(self) -> None:
        self.over = False
        self._faults = 0
        self._open = asyncio.Event()

    def open(self) -> None:
        """Others may send, too."""
        self._open.set()

    async def opened(self) -> None:
        """Wait until others may send."""
        await self._open.wait()

    def end(self) -> None:
        """Nothing more is begun."""
        self.over = True

    def fault_ends(self, fault: bool) -> bool:
        """Whether an attempt that ended now, with a 5xx or not, ends it."""
        self._faults = self._faults + 1 if fault else 0
        if self._faults >= FAULTS_END:
            self.end()
            return True
        return False
