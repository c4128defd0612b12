"""Locks beside a journal file, each a small file of its own: a lock goes with its process, however that ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tui.workbench import trouble
from tui.workbench.trouble import JournalError, code_of, words_for


class Handle(Protocol):
    """A connection to a lock's file."""

    def execute(self, sql: str, /) -> Any: ...

    def close(self) -> None: ...


class Locks:
    """Of the journal at ``path``. ``connect`` opens a file, and waits so many seconds where it is locked."""

    def __init__(self, path: Path, connect: Callable[[Path, float], Handle]) -> None:
        self._path = path
        self._connect = connect

    def open(self, name: str, seconds: float) -> Handle:
        """A handle on the lock of that name; it holds nothing yet."""
        return self._connect(self._file(name), seconds)

    def claim(self, name: str, seconds: float) -> Callable[[], None]:
        """Hold a lock that others may share, until what is returned is called or this process ends. Raises
        :class:`JournalError`.
        """
        lock: Handle | None = None
        try:
            lock = self.open(name, seconds)
            # An open reading transaction is a lock that others may share.
            lock.execute("BEGIN")
            lock.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except Exception as error:
            if lock is not None:
                lock.close()
            if not code_of(error):
                raise
            raise JournalError(words_for(code_of(error), str(error))) from error
        return lock.close

    def claimed(self, name: str) -> bool:
        """Whether somebody holds it now. It asks for the lock that nobody else may share, and lets go."""
        if not self._file(name).exists():
            return False
        try:
            with contextlib.closing(self.open(name, 0.0)) as lock:
                lock.execute("BEGIN EXCLUSIVE")
        except Exception as error:
            if not code_of(error):
                raise
            return code_of(error) in trouble.BUSY
        return False

    def _file(self, name: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{name}")
