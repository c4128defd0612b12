"""Opening the journal once more in a process that has it open already."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path

from tui.workbench.journal import Journal

_lock = threading.Lock()
_held: Counter[tuple[int, int]] = Counter()


class SharedJournal(Journal):
    """A journal of which one process may hold several (people, profiles, the doctor beside them).

    POSIX drops every lock that a process holds on a file as soon as it closes any handle on it. So a file that
    is open here already is not looked at again by hand: SQLite would go on without its locks, and the next
    process that closes the journal would take the log with the newest changes away.
    """

    def __init__(self, path: Path) -> None:
        self._file: tuple[int, int] | None = None
        with _lock:
            super().__init__(path)
            self._file = _identity(path)
            if self._file is not None:
                _held[self._file] += 1

    def close(self) -> None:
        """Write what waits, then give the file back. May be called twice."""
        super().close()
        with _lock:
            file, self._file = self._file, None
            if file is not None:
                _held[file] -= 1

    def _make_file(self) -> None:
        if not _held[_identity(self.path) or (0, 0)]:
            super()._make_file()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
