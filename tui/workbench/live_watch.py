"""One watcher of the list."""

from __future__ import annotations

import asyncio

from tui.workbench.changes import Changes, merge


class LiveWatch:
    """One watcher of the list. What it has not fetched yet is merged into one item, so it never falls behind."""

    def __init__(self, first: Changes) -> None:
        self._next: Changes | None = first
        self._there = asyncio.Event()
        self._there.set()
        self._over = False

    def __aiter__(self) -> LiveWatch:
        return self

    async def __anext__(self) -> Changes:
        await self._there.wait()
        item, self._next = self._next, None
        if item is None:
            raise StopAsyncIteration
        if not self._over:
            self._there.clear()
        return item

    def push(self, item: Changes) -> None:
        """Hand over ``item``."""
        self._next = item if self._next is None else merge(self._next, item)
        self._there.set()

    def end(self) -> None:
        """No more items after the one that waits."""
        self._over = True
        self._there.set()
