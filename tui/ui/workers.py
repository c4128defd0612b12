"""Work beside the keys: always in a named group, always with a decision about overlap, never fatal."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import App
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def start(app: App[Any], work: Work, *, group: str, exclusive: bool) -> Worker[None]:
    """Run ``work`` for the application, not for a pane, which may go away while a save is under way.

    ``exclusive`` cancels what still runs in ``group``. A failure is said in words by the
    application's one handler.
    """
    worker: Worker[None] = app.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)
    return worker
