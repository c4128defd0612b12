"""What is written to the terminal, by a thread of its own, so that a terminal that does not read stops nobody.

A line that stalls (XOFF, SSH over a bad network) takes nothing for minutes. Keys, journal and sender must go on
meanwhile, so whoever writes here never waits. When the terminal is behind, old frames are of no use to anybody:
they are left out, and the whole screen is painted once when it reads again.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable

MOST = 60
"""Writes that wait at most; a frame is about three."""
STALL_SECONDS = 1.0
"""Without a step forward for so long, a terminal is behind."""
SHORT = 40
"""Bytes of what sets a mode of the terminal and is never left out; a frame is longer."""
PIECE = 4096
"""Bytes that are handed over at once, so that a slow line is told from one that stands."""


class Printer(threading.Thread):
    """Writes to the file of that number. ``repaint`` is called, in this thread, when frames were left out and the
    terminal reads again."""

    def __init__(
        self, fileno: int, repaint: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(name="printer", daemon=True)
        self._fileno = fileno
        self._repaint = repaint
        self._clock = clock
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._moved = clock()
        """When the terminal took something, or had nothing to take."""
        self._behind = False
        self._ending = False

    def write(self, data: bytes) -> None:
        """Hand over, and go on at once."""
        with self._changed:
            if self._waiting and (len(self._waiting) >= MOST or self._clock() - self._moved > STALL_SECONDS):
                self._behind = True
                self._waiting = deque(each for each in self._waiting if len(each) <= SHORT)
            if self._behind and len(data) > SHORT:
                return
            if not self._waiting:
                self._moved = self._clock()
            self._waiting.append(data)
            self._changed.notify()

    def stop(self, seconds: float) -> None:
        """Write what waits, at most for so long: a terminal that stands would keep the application for ever."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self.join(seconds)

    def run(self) -> None:
        """Write until stopped, or until the terminal is gone."""
        while (data := self._next()) is not None:
            try:
                for place in range(0, len(data), PIECE):
                    self._put(data[place : place + PIECE])
            except OSError:
                return

    def _next(self) -> bytes | None:
        with self._changed:
            while not self._waiting:
                if self._behind:
                    self._behind = False
                    self._repaint()
                if self._ending:
                    return None
                self._changed.wait()
            return self._waiting.popleft()

    def _put(self, piece: bytes) -> None:
        while piece:
            piece = piece[os.write(self._fileno, piece) :]
            self._moved = self._clock()
