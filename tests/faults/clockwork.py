"""A loop in which waiting costs nothing: when nobody works, its time jumps to whatever is waited for next.

Time goes on only while every journal is written, every thread is done and no request is inside of the server, so
the same seed gives (nearly) the same course of events.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

_PATIENCE = 30.0
"""Real seconds after which a thread that does not come back is a defect."""


class NothingWillHappen(RuntimeError):
    """Everybody waits for ever."""


class _Threads(ThreadPoolExecutor):
    """One thread for ``asyncio.to_thread``, which tells whether it has work."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self.given = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        self.given = True
        return super().submit(fn, *args, **kwargs)

    def finish(self) -> None:
        """Wait until all that was given is done and reported."""
        if self.given:
            super().submit(int).result(_PATIENCE)
            self.given = False


class _Selector(selectors.DefaultSelector):
    """Waits for threads in real time, and for moments by moving the loop's time."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self.loop.finish_threads() and (found := super().select(0)):
            return found
        if self.loop.visitors:
            found = super().select(_PATIENCE)
            if not found:
                raise NothingWillHappen("a request stays inside of the server")
            return found
        if timeout is None:
            found = super().select(0)
            if not found:
                raise NothingWillHappen("nobody works and nobody waits for a moment")
            return found
        self.loop.seconds += timeout + 1e-6
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose ``time`` jumps. ``visitors``: requests that threads are working on."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.visitors = 0
        self._writers: list[Callable[[], bool]] = []
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)
        self._threads = _Threads()
        self.set_default_executor(self._threads)

    def time(self) -> float:
        """Virtual seconds."""
        return self.seconds

    def attend(self, finish: Callable[[], bool]) -> None:
        """``finish`` waits for a thread of its own, and tells whether it had anything to do."""
        self._writers.append(finish)

    def leave(self, finish: Callable[[], bool]) -> None:
        """That thread is gone."""
        self._writers.remove(finish)

    def finish_threads(self) -> bool:
        """Wait until no thread has anything left to report; whether any had."""
        worked = self._threads.given
        self._threads.finish()
        for finish in tuple(self._writers):
            worked = finish() or worked
        return worked


class Time:
    """The true time of a run: begins at ``start`` and goes with the loop."""

    def __init__(self, loop: VirtualLoop, start: datetime) -> None:
        self._loop = loop
        self._start = start
        self._zero = loop.seconds

    def __call__(self) -> datetime:
        return (self._start + timedelta(seconds=self._loop.seconds - self._zero)).astimezone(UTC)

    def set(self, now: datetime) -> None:
        """Another moment from here on, for a run that begins again."""
        self._start, self._zero = now, self._loop.seconds


class WrongClock:
    """A terminal's own clock: the true time and an error that jumps."""

    def __init__(self, time: Callable[[], datetime]) -> None:
        self._time = time
        self.wrong_by = timedelta(0)

    def __call__(self) -> datetime:
        return self._time() + self.wrong_by
