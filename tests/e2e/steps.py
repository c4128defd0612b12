"""What several end-to-end tests do: start the real command, find a task that is open at any time of day."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.terminal import SHIFTDECK, Terminal

ROUND = "Kühlschrank-Runde"


def start(home: Path, *options: str, columns: int = 120, lines: int = 40, **environ: str) -> Terminal:
    """The application on ``home``, with its list."""
    terminal = Terminal([*SHIFTDECK, *options], home=home, columns=columns, lines=lines, environ=environ)
    terminal.wait("connected")
    terminal.wait("▌")
    return terminal


def go_to_tomorrow(terminal: Terminal) -> None:
    """Tomorrow has open tasks of every kind at every time of day."""
    terminal.press("]")
    terminal.wait("tomorrow")
    terminal.settle()
    terminal.wait("Later")


def open_tomorrow(terminal: Terminal, title: str, field: str) -> None:
    """Open the first task of that title; ``field`` is a label of its form."""
    go_to_tomorrow(terminal)
    terminal.press("/", f"{title} open", "enter")
    terminal.wait("Filter")
    terminal.press("enter")
    terminal.wait(field)


def open_round(terminal: Terminal) -> None:
    """Open a round of the fridges."""
    open_tomorrow(terminal, ROUND, "Kühlzelle 1")


def make_task(terminal: Terminal, typed: str, title: str) -> None:
    """A task of now, which may be done at any time of day; the cursor is on it, in the list."""
    terminal.press("n")
    terminal.wait("New task")
    terminal.press(typed, "enter", "enter", "f10")
    terminal.wait("accepted by the server")
    terminal.wait(re.compile(f"(?m)^▌[^│]*{title}").search)
