"""The only door of the commands to the terminal: whoever wrote a text, it cannot steer what shows it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tui.model.plain import clean
from tui.model.plain import escaped as escaped


def tell(text: str) -> None:
    """``text`` and a line feed to standard output, its lines as they are, without control and bidi characters."""
    sys.stdout.write("\n".join(clean(line, lines=True, limit=None) for line in text.split("\n")) + "\n")
    sys.stdout.flush()


def tell_data(text: str) -> None:
    """JSON or CSV to standard output, every sign kept: whoever made the text has taken care of what is in it."""
    sys.stdout.write(text)
    sys.stdout.flush()


def complain(text: str) -> None:
    """One sentence to standard error."""
    print(clean(text), file=sys.stderr)


@contextmanager
def calm_log() -> Iterator[None]:
    """Meanwhile a warning of our own rooms is one line on standard error, without any traceback."""
    import logging

    class Calm(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            complain(record.getMessage() + (f" ({type(error).__name__})" if error is not None else ""))

    logger, handler = logging.getLogger("tui"), Calm(logging.WARNING)
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
