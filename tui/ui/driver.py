"""The terminal's input, read so that no byte, and no moment at which it comes, can do harm: see ``keyboard``."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable

from textual import constants
from textual.drivers import linux_driver

from tui.ui.keyboard import PATIENCE, Keyboard

POLL_SECONDS = 0.1
"""How often the thread looks whether the application has ended."""


def keyboard(clock: Callable[[], float] = time.monotonic) -> Keyboard:
    """A keyboard for this terminal. A person's own ``ESCDELAY`` (milliseconds) is kept to."""
    patience = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else PATIENCE
    return Keyboard(linux_driver.XTermParser, clock, patience=patience)  # type: ignore[attr-defined]


class TolerantDriver(linux_driver.LinuxDriver):
    """Textual's own driver, with our keyboard in front of its parser."""

    def run_input_thread(self) -> None:
        """Read until the application ends, or the line is gone."""
        keys = keyboard()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                wait = keys.wait
                if selector.select(POLL_SECONDS if wait is None else min(POLL_SECONDS, wait)):
                    data = self._read()
                    if not data:
                        self._loop.call_soon_threadsafe(self._app.exit, 0)
                        return
                    for message in keys.feed(data):
                        self.process_message(message)
                for message in keys.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        """What has come; nothing when there is no terminal any more."""
        try:
            return os.read(self.fileno, 1 << 16)
        except OSError:
            return b""
