"""A feed: everybody who watches sees every item from the moment of subscription on."""

from __future__ import annotations

import asyncio
import weakref
from typing import Generic, TypeVar

T = TypeVar("T")


class Watch(Generic[T]):
    """One subscription; an async iterator that ends when its feed is closed."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[tuple[T] | None] = asyncio.Queue()
        self._over = False

    def __aiter__(self) -> Watch[T]:
        return self

    async def __anext__(self) -> T:
        if self._over and self._items.empty():
            raise StopAsyncIteration
        item = await self._items.get()
        if item is None:
            self._over = True
            raise StopAsyncIteration
        return item[0]

    def _push(self, item: tuple[T] | None) -> None:
        self._items.put_nowait(item)


class Feed(Generic[T]):
    """Publishes items to every watcher. Belongs to one event loop; ``publish`` never waits."""

    def __init__(self) -> None:
        # Weak: a screen that stops iterating and is dropped must not pile up items for ever.
        self._watches: weakref.WeakSet[Watch[T]] = weakref.WeakSet()
        self._closed = False

    def publish(self, item: T) -> None:
        """Hand ``item`` to all who watch now."""
        for watch in tuple(self._watches):
            watch._push((item,))

    def watch(self) -> Watch[T]:
        """Subscribe; the subscription begins with this call, not with the first iteration."""
        watch: Watch[T] = Watch()
        if self._closed:
            watch._push(None)
        else:
            self._watches.add(watch)
        return watch

    def close(self) -> None:
        """End every iteration."""
        self._closed = True
        for watch in tuple(self._watches):
            watch._push(None)
