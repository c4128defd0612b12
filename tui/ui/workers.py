"""Work beside the keys: always in a named group, always with a decision about overlap, never fatal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import App
from textual.worker import Worker

from tui.i18n import _
from tui.ui.text import clean

Work = Callable[[], Coroutine[Any, Any, None]]


def start(app: App[Any], work: Work, *, group: str, exclusive: bool) -> Worker[None]:
    """Run ``work``, which only reads, for the application, not for a pane, which may go away meanwhile.

    ``exclusive`` cancels what still runs in ``group``; another account and leaving cancel every group. A failure
    is said in words by the application's one handler. What a person sent is not run here: see :class:`Writes`.
    """
    worker: Worker[None] = app.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)
    return worker


def say_fault(app: App[Any], error: BaseException) -> None:
    """A fault of our own, in words that calm; the details go to the log."""
    app.log.error(error)
    words = clean(f"{type(error).__name__}: {error}")
    text = _("Something went wrong inside Shiftdeck ({words}). Your entries are kept.", words=words)
    app.notify(text, severity="error", markup=False)


class Writes:
    """What a person sent through one workbench. It comes to its end, whoever goes on and whatever is closed.

    Textual cancels its workers when the application ends, also those that have not begun: these are none of them.
    """

    def __init__(self) -> None:
        self._running: dict[asyncio.Task[None], bool] = {}

    def begin(self, app: App[Any], work: Work, *, online: bool = False) -> None:
        """Run ``work`` to its end. ``online``: most of it is waiting for the server's answer."""

        async def guarded() -> None:
            try:
                await work()
            except Exception as error:
                say_fault(app, error)

        task = asyncio.ensure_future(guarded())
        self._running[task] = online
        task.add_done_callback(lambda done: self._running.pop(done, None))

    async def ended(self, seconds: float | None = None, *, online: bool = True) -> bool:
        """Wait until all has come to its end, at most so long; whether it has. What has not goes on.

        ``online``: wait for the server's answers too.
        """
        tasks = [task for task, asks in self._running.items() if online or not asks]
        if not tasks:
            return True
        _done, pending = await asyncio.wait(tasks, timeout=seconds)
        return not pending
