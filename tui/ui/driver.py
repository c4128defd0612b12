"""The terminal's input, read so that no byte can end the application.

An old handheld sends ``ü`` as the single byte 0xFC, and a bad line sends anything. Textual decodes strictly and
dies of it; here a byte that is not UTF-8 is read as Latin-1.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

from textual.drivers import linux_driver

FALLBACK = "shiftdeck-latin-1"


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(FALLBACK, _as_latin_1)


def tolerant(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """Like ``codecs.getincrementaldecoder``, for a decoder that never raises."""
    return lambda: codecs.getincrementaldecoder(encoding)(FALLBACK)


class TolerantDriver(linux_driver.LinuxDriver):
    """Textual's own driver with another decoder, which it takes from its module by name."""

    def run_input_thread(self) -> None:
        """Read keys until the end."""
        linux_driver.getincrementaldecoder = tolerant  # type: ignore[attr-defined,assignment]
        super().run_input_thread()
