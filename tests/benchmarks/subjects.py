"""The applications that are measured, each started as ``python -m tests.benchmarks.subjects NAME ROWS``.

``minimal``: one Static. ``static``: one line that changes with each key. ``list``: our list alone in an
application; in it ``n`` paints everything again, ``p`` the same with one row in a hundred changed. ``rows``: only
the rows, in no application. ``table``: a DataTable as its documentation shows it, with text cells and columns as
wide as their contents. ``careful``: a DataTable with ready ``Text`` cells and fixed columns. In the lists ``f``
fills with rows and ``c`` empties. ``input``: a stock Input alone. ``widgets``: that many stock widgets, six in ten
an Input, two a Select, two a Checkbox, with the focus in the first. ``unkept``: the whole application, whose form
keeps nothing of what is typed. ``refreshed``: the whole application, which notes when it read the list.
"""

from __future__ import annotations

import sys
from collections.abc import Callable


def minimal() -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Minimal(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("A minimal application")

    Minimal().run()


def static() -> None:
    from textual import events
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class OneLine(App[None]):
        count = 0

        def compose(self) -> ComposeResult:
            yield Static("0 keys", id="line", markup=False)

        def on_key(self, event: events.Key) -> None:
            self.count += 1
            self.query_one("#line", Static).update(f"{self.count} keys")

    OneLine().run()


def list_of(count: int) -> None:
    from itertools import cycle
    from random import Random

    import msgspec
    from textual import events
    from textual.app import App, ComposeResult
    from textual.screen import Screen

    from tests.benchmarks.rows import NOW, PERIOD, ZONE, executions
    from tui.ui.memory import calm_collector
    from tui.ui.theme import DARK
    from tui.ui.widgets.execution_list import ExecutionList

    rows = executions(count)
    shown = ExecutionList()
    some = Random(3).sample(list(rows), max(1, count // 100))
    better = [{key: msgspec.structs.replace(rows[key], points=points) for key in some} for points in (98.0, 99.0)]
    answers = cycle([(rows | changed, changed) for changed in better])

    class Whole(Screen[None]):
        BLANK = True  # as the application's: the list covers it

        def compose(self) -> ComposeResult:
            yield shown

    class Ours(App[None]):
        def get_default_screen(self) -> Screen[None]:
            return Whole()

        def on_mount(self) -> None:
            shown.focus()

        def on_ready(self) -> None:
            calm_collector()  # as the application does

        def on_key(self, event: events.Key) -> None:
            if event.key in ("f", "c"):
                filled = rows if event.key == "f" else {}
                shown.set_rows(filled, period=PERIOD, now=NOW, zone=ZONE)
            elif event.key in ("n", "p"):
                if event.key == "p":
                    whole, changed = next(answers)
                    shown.apply(whole, (), changed, (), NOW)
                shown.refresh()

    app = Ours()
    app.register_theme(DARK)
    app.theme = DARK.name
    app.run()


def table_of(count: int, *, careful: bool) -> None:
    from rich.text import Text
    from textual import events
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    from tests.benchmarks.rows import COLUMNS, cells, executions

    rows = executions(count)

    class Theirs(App[None]):
        def compose(self) -> ComposeResult:
            yield DataTable[object](cursor_type="row")

        def on_mount(self) -> None:
            table = self.query_one(DataTable)
            for title, width in COLUMNS:
                table.add_column(title, width=width if careful else None)
            table.focus()

        def on_key(self, event: events.Key) -> None:
            table = self.query_one(DataTable)
            if event.key == "c":
                table.clear()
            elif event.key == "f":
                for key, row in rows.items():
                    texts: tuple[object, ...] = cells(row)
                    if careful:
                        texts = tuple(Text(str(text)) for text in texts)
                    table.add_row(*texts, key=key.id)

    Theirs().run()


def widgets(count: int) -> None:
    from textual.app import App, ComposeResult
    from textual.containers import VerticalScroll
    from textual.widgets import Checkbox, Input, Select

    class Stock(App[None]):
        def compose(self) -> ComposeResult:
            with VerticalScroll(can_focus=False):
                for place in range(count):
                    if place % 10 < 6:
                        yield Input(placeholder=f"Field {place + 1}")
                    elif place % 10 < 8:
                        yield Select([(name, name) for name in ("one", "two", "three")])
                    else:
                        yield Checkbox(f"Field {place + 1}")

        def on_mount(self) -> None:
            self.query(Input).first().focus()

    Stock().run()


def rows_only(count: int) -> None:
    """The executions as they were decoded, and nothing else; a line says when they are there."""
    import textual.app  # noqa: F401 - the application that would show them

    from tests.benchmarks.rows import executions

    rows = executions(count)
    print(len(rows), flush=True)
    sys.stdin.readline()


def alone() -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import Input

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield Input(placeholder="Field 1")

    Alone().run()


def unkept() -> None:
    import os

    from textual import events

    from tui.compose import Composer
    from tui.config import Overrides, load_settings
    from tui.ui.app import ShiftdeckApp
    from tui.ui.keymap import keymap_from
    from tui.ui.screens.main import MainScreen

    class Unkept(ShiftdeckApp):
        async def on_event(self, event: events.Event) -> None:
            if isinstance(event, events.Key) and isinstance(self.screen, MainScreen):
                self.screen.detail.form.keeper = lambda field, edit: None
            await super().on_event(event)

    composer = Composer(load_settings(Overrides(), os.environ), os.environ)
    Unkept(composer, keymap_from({}), composer.workbench(composer.settings.profile)).run()


def refreshed(notes: str) -> None:
    from time import perf_counter

    from tui.__main__ import main
    from tui.workbench.changes import Changes
    from tui.workbench.live import Live

    load = Live.load
    file = open(notes, "a", buffering=1, encoding="ascii")  # noqa: SIM115 - until the application ends

    async def noted(live: Live) -> Changes:
        begun = perf_counter()
        try:
            return await load(live)
        finally:
            file.write(f"{begun} {perf_counter()}\n")

    Live.load = noted  # type: ignore[method-assign, assignment]
    sys.exit(main([]))


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    subjects: dict[str, Callable[[], None]] = {
        "minimal": minimal,
        "static": static,
        "input": alone,
        "unkept": unkept,
        "refreshed": lambda: refreshed(rest[0]),
        "widgets": lambda: widgets(int(rest[0])),
        "list": lambda: list_of(int(rest[0])),
        "rows": lambda: rows_only(int(rest[0])),
        "table": lambda: table_of(int(rest[0]), careful=False),
        "careful": lambda: table_of(int(rest[0]), careful=True),
    }
    subjects[name]()
