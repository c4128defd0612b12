"""The database of an embedded server: one SQLite file that several processes share.

Everything above speaks portable SQL through SQLAlchemy Core; what SQLite needs is here alone.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect, make_url

BUSY_MILLISECONDS = 10_000
_WRITE = "shiftdeck_write"
_making = threading.Lock()


class Database:
    """An engine with short read and write transactions. ``write`` holds the file's write lock from its start."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._scratch: TemporaryDirectory[str] | None = None
        self._sqlite = parsed.get_backend_name() == "sqlite"
        if self._sqlite and parsed.database in (None, "", ":memory:"):
            self._scratch = TemporaryDirectory(prefix="shiftdeck-")
            parsed = parsed.set(database=str(Path(self._scratch.name) / "site.sqlite3"))
        if self._sqlite and parsed.database is not None:
            _make_private(Path(parsed.database))
        self.engine: Engine = create_engine(
            parsed,
            pool_size=8,
            max_overflow=40,
            json_serializer=lambda value: msgspec.json.encode(value).decode(),
            json_deserializer=msgspec.json.decode,
        )
        if self._sqlite:
            event.listen(self.engine, "connect", _on_connect)
            event.listen(self.engine, "begin", _on_begin)
            self._use_write_ahead_log()

    def _use_write_ahead_log(self) -> None:
        # Changing the journal mode does not wait for other processes by itself: ask until it is done.
        deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
        while True:
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except Exception as problem:
                if "locked" not in str(problem) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            finally:
                raw.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the data."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at its end, or undone when it raises."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITE: True})
            with connection.begin():
                yield connection

    def create(self, metadata: MetaData, begin: Callable[[Connection], None]) -> None:
        """Makes the tables that are missing, as one step; ``begin`` fills a database that had none at all."""
        wanted = set(metadata.tables)
        with self.read() as connection:
            if wanted <= set(inspect(connection).get_table_names()):
                return
        with self.write() as connection:
            # Another process may have made them meanwhile.
            known = wanted & set(inspect(connection).get_table_names())
            metadata.create_all(connection)
            if not known:
                begin(connection)

    def close(self) -> None:
        """Give back all connections (and the scratch file, if it was one)."""
        self.engine.dispose()
        if self._scratch is not None:
            self._scratch.cleanup()


def _make_private(path: Path) -> None:
    """Make the file for the owner alone. One that is there is not opened: to close a handle of our own would take
    away the locks (POSIX) that another engine of this process has on it, and with them its newest changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _making:
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except FileExistsError:
            return
        os.close(handle)


def _on_connect(raw: Any, _record: Any) -> None:
    # Transactions are begun by _on_begin; the driver must not begin its own.
    raw.isolation_level = None
    cursor = raw.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    # An accepted answer must survive a power cut: the client drops its draft after it.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
