"""The screen of a running application as plain text, a line a row, through Textual's own export."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from rich.console import Console
from textual.app import App


def screen_lines(app: App[Any]) -> list[str]:
    """What is on the screen now. Wide characters take two columns, as on a terminal."""
    # Textual's export ends in a picture, which takes six times as long to make and to read as the text in it.
    with patch.object(Console, "export_svg", _as_text):
        text = app.export_screenshot()
    return [line.replace("\xa0", " ").rstrip() for line in text.split("\n")[: app.size.height]]


def screen_text(app: App[Any]) -> str:
    """All lines in one string."""
    return "\n".join(screen_lines(app))


def _as_text(console: Console, **_: Any) -> str:
    return console.export_text()
