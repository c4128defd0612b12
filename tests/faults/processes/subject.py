"""The real application, which kills itself at its own step of a given number: ``subject N``.

A step lies before a transaction, inside of it (all is written, nothing is committed), behind it (committed, nobody
was told), before a request leaves, and behind its answer. Reading requests count like writing ones.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from tui import __main__ as shiftdeck
from tui.workbench import jobs, journal

_left = 0


def step() -> None:
    """One step further; the last one ends it all."""
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def _transact(db: Any, group: list[jobs.Job]) -> list[Any]:
    step()
    inside = jobs.Job(lambda _: step(), group[0].future, None)
    results = _real(db, [*group, inside])[:-1]
    step()
    return results


_real = jobs.transact


def _watch_requests() -> None:
    """Every request of the client is two steps. It is imported late, so it is patched when it is made."""
    import httpx

    send = httpx.AsyncClient.send

    async def watched(self: httpx.AsyncClient, *given: Any, **more: Any) -> httpx.Response:
        step()
        answer = await send(self, *given, **more)
        step()
        return answer

    httpx.AsyncClient.send = watched  # type: ignore[method-assign]


if __name__ == "__main__":
    _left = int(sys.argv[1])
    journal.transact = _transact  # type: ignore[attr-defined]
    _watch_requests()
    sys.exit(shiftdeck.main([]))
