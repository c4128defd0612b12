"""Reading the lists behind pickers: the first page when a form opens, and what fits as a person types."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.i18n import _, say
from tui.model.errors import TaskError
from tui.ui.text import clean
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.widgets.form_view import FormView
    from tui.workbench.workbench import Workbench

PAUSE_SECONDS = 0.15
"""So long nothing is typed before the server is asked."""


class ChoiceSearch:
    """Serves one form. An answer is taken only by the very form that was asked for, the newest question wins.

    ``tell`` gets a sentence when a list cannot be read, and "" when it can be again.
    """

    def __init__(self, bench: Workbench, form: FormView, tell: Callable[[str], None]) -> None:
        self._bench = bench
        self._form = form
        self._tell = tell
        self._pauses: dict[str, Timer] = {}
        self._failed: dict[str, tuple[str, str]] = {}

    def first(self) -> None:
        """Read the lists that the open form needs before it can be answered."""
        state = self._form.state
        for key, source in (state.sources() if state is not None else {}).items():
            self._ask(key, source, "")

    def forget(self) -> None:
        """Another form is open: what was asked for the last one is no longer wanted."""
        for pause in self._pauses.values():
            pause.stop()
        self._pauses.clear()
        self._failed.clear()
        self._tell("")

    def again(self) -> None:
        """The line is back: ask once more for what failed."""
        for key, (source, query) in list(self._failed.items()):
            self._ask(key, source, query)

    def search(self, key: str, source: str, query: str) -> None:
        """``FormView.searcher``: what was typed in the picker ``key`` changed and its list is not complete."""
        if key in self._pauses:
            self._pauses[key].stop()
        self._pauses[key] = self._form.set_timer(PAUSE_SECONDS, partial(self._ask, key, source, query))

    def _ask(self, key: str, source: str, query: str) -> None:
        self._pauses.pop(key, None)
        state = self._form.state
        if state is None or key not in state.entries:
            return

        async def read() -> None:
            try:
                page = await self._bench.choices(source, query)
            except TaskError as error:
                if self._form.state is state:
                    self._failed[key] = (source, query)
                    label = clean(state.entries[key].field.label or key)
                    why = clean(f"{say(error.reason)} {say(error.help)}")
                    self._tell(_("{field}: the list cannot be read. {why}", field=label, why=why))
                return
            if self._form.state is state:
                if self._failed.pop(key, None) is not None and not self._failed:
                    self._tell("")
                self._form.give_choices(key, page.choices, query=query, complete=page.complete)

        start(self._form.app, read, group=f"choices {self._form.id} {key}", exclusive=True)
