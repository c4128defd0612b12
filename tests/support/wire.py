"""Bytes into an application without a terminal: the same keyboard and parser that the terminal's driver uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import App
from textual.message import Message

from tui.ui.driver import keyboard


class Wire:
    """Time passes only when told to."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self.seconds = 0.0
        self.keyboard = keyboard(lambda: self.seconds)

    def send(self, *pieces: bytes, gap: float = 0.0) -> int:
        """Send bytes, ``gap`` seconds after each piece; how many events they made."""
        return sum(self._post(self.keyboard.feed(piece)) + self.wait(gap) for piece in pieces)

    def wait(self, seconds: float) -> int:
        """Let time pass; how many events came of what waited for a rest."""
        self.seconds += seconds
        return self._post(self.keyboard.tick())

    def _post(self, messages: Iterable[Message]) -> int:
        return sum(self._app.post_message(message) for message in messages)
