"""Mail that nobody carries: it lands in a file beside the database, for whoever runs the site to read."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from sqlalchemy import make_url

from tui.embedded.spaaza.words import iso

_log = logging.getLogger("shiftdeck.server")


def outbox_of(database_url: str) -> Path | None:
    """The file for a site on disk; ``None`` where its database is none."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database)).with_suffix(".mail.txt")


class Mail:
    """Delivers to ``outbox``, readable by its owner alone; without one, to the server's log."""

    def __init__(self, outbox: Path | None) -> None:
        self._outbox = outbox

    def deliver(self, moment: int, recipient: str, text: str) -> None:
        """Add one message."""
        line = f"{iso(moment)} to {recipient}: {text}\n"
        if self._outbox is None:
            _log.warning("mail %s", line.rstrip())
            return
        handle = os.open(self._outbox, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line)
