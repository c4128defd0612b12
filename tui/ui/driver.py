"""The terminal: its input read so that no byte, and no moment at which it comes, can do harm (see ``keyboard``),
and its output written so that one that does not read stops nobody (see ``printer``)."""

from __future__ import annotations

import contextlib
import os
import selectors
import threading
import time
from collections.abc import Callable
from typing import Any

from textual import constants
from textual.drivers import linux_driver
from textual.message import Message

from tui.ui.keyboard import PATIENCE, Keyboard
from tui.ui.printer import Printer

LAST_WORDS_SECONDS = 2.0
"""For what is still to be written when the application ends."""
LAST_KEYS_SECONDS = 0.05
"""So long after the last byte, the line has nothing more of what was pressed before we were told to end."""


class LastKeyRead(Message):
    """Everything that was pressed has been handed on, and there will be no more."""


def keyboard(clock: Callable[[], float] = time.monotonic) -> Keyboard:
    """A keyboard for this terminal. A person's own ``ESCDELAY`` (milliseconds) is kept to."""
    patience = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else PATIENCE
    return Keyboard(linux_driver.XTermParser, clock, patience=patience)  # type: ignore[attr-defined]


class Alarm(threading.Event):
    """An event that can be waited for together with a terminal, by its file number, for as long as it takes.

    ``wake`` ends such a wait without setting it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heard, self._rung = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self._rung, False)

    def fileno(self) -> int:
        """Can be read once it rang."""
        return self._heard

    def wake(self) -> None:
        """Ring."""
        with contextlib.suppress(BlockingIOError):  # it rings already
            os.write(self._rung, b"!")

    def set(self) -> None:
        """Set, and ring."""
        super().set()
        self.wake()

    def hush(self) -> None:
        """It was heard."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._heard, 1 << 10)


class TolerantDriver(linux_driver.LinuxDriver):
    """Textual's own driver, with our keyboard in front of its parser and our printer in place of its writer."""

    _printer: Printer | None = None

    def __init__(self, *words: Any, **settings: Any) -> None:
        super().__init__(*words, **settings)
        self.exit_event = self._alarm = Alarm()
        self._app.wake_driver = self._alarm.wake  # type: ignore[attr-defined]

    def write(self, data: str) -> None:
        """Hand over to the printer, never waiting for the terminal."""
        file = self._file
        if file is None:
            return
        if self._printer is None:
            self._printer = Printer(file.fileno(), self._paint_all)
            self._printer.start()
        self._printer.write(data.encode(file.encoding, "replace"))

    def close(self) -> None:
        """The last words, as far as the terminal takes them."""
        super().close()
        if self._printer is not None:
            self._printer.stop(LAST_WORDS_SECONDS)
            self._printer = None

    def _paint_all(self) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended meanwhile
            self._loop.call_soon_threadsafe(lambda: self._app.refresh(layout=True))

    def run_input_thread(self) -> None:
        """Read until the application ends or the line is gone; once told to end, what was pressed until then."""
        keys = keyboard()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._alarm, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                last = bool(getattr(self._app, "told_to_end", False))
                wait = keys.wait
                if last:
                    wait = LAST_KEYS_SECONDS if wait is None else min(LAST_KEYS_SECONDS, wait)
                ready = [key.fd for key, _events in selector.select(wait)]
                if self._alarm.fileno() in ready:
                    self._alarm.hush()
                if self.fileno in ready:
                    data = self._read()
                    if not data:
                        # Behind the keys that were read before: it takes the same way.
                        self.send_message(LastKeyRead())
                        return
                    for message in keys.feed(data):
                        self.process_message(message)
                elif last and not ready:
                    self.send_message(LastKeyRead())
                    return
                for message in keys.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        """What has come; nothing when there is no terminal any more."""
        try:
            return os.read(self.fileno, 1 << 16)
        except OSError:
            return b""
