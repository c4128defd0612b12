"""Asking for many things at once, but for no more than a server bears."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_A_TIME = 4
"""What is asked for side by side: a list of many must not be what makes a server slow."""


async def for_each(items: Sequence[Item], work: Callable[[Item], Awaitable[None]]) -> None:
    """``work`` for each of ``items``, begun in their order. What it raises ends it all, and is raised here."""
    left = list(reversed(items))

    async def go_on() -> None:
        while left:
            await work(left.pop())
            # what is kept here comes without any waiting
            await asyncio.sleep(0)

    await together(go_on() for _ in range(min(AT_A_TIME, len(items))))


async def together(works: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """What ``works`` say, in their order. What one raises is raised here; then, as when this is cancelled, the
    others are, too, and have ended when it returns."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
