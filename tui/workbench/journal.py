"""The journal: one SQLite file that holds everything typed, waiting and last seen.

Writes are jobs for one writer thread. It runs all that wait in one transaction and answers each job's future
only after the commit, which with WAL and ``synchronous=FULL`` means: after the disk has it. Reads use their own
connection. Several processes may use one file.
"""

from __future__ import annotations

import atexit
import contextlib
import queue
import sqlite3
import threading
import weakref
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from tui.model.message import Message
from tui.workbench import held, trouble
from tui.workbench.jobs import Db, Job, gather, transact
from tui.workbench.locks import Locks
from tui.workbench.rescue import free_name, move_aside, salvage
from tui.workbench.schema import MIGRATIONS, configure, version_in
from tui.workbench.trouble import JournalError as JournalError
from tui.workbench.trouble import code_of, words_for

T = TypeVar("T")

BUSY_SECONDS = 10.0

_MOST_AHEAD = 1_000
"""No newer version is so much newer: that is a damaged header."""

BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises through Python; the second in place of its words about a damaged schema."""


class Journal:
    """Opens (or makes) the journal at ``path``; raises :class:`JournalError` when it cannot be used at all.

    A folder that cannot be written gives a journal that reads what is there, or nothing, and refuses every write.
    """

    def __init__(
        self, path: Path, *, migrations: Sequence[str] = MIGRATIONS, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self.path = path
        self.on_notice: Callable[[Message], None] = _nobody
        """Called with every new ``notice``, in whichever thread met the trouble."""
        self._notice: Message | None = None
        self._migrations = migrations
        self._busy_seconds = busy_seconds
        self._locks = Locks(path, _open_lock)
        self._refusal: Message | None = None
        self._closed = False
        self._is_alone = False
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._thread_lock = threading.Lock()
        self._read_lock = threading.Lock()
        with held.opening:
            self._reader = self._open()
            self._held = held.hold(path)

    @property
    def notice(self) -> Message | None:
        """What a person should be told about the file, if anything."""
        return self._notice

    @property
    def writable(self) -> bool:
        """Whether writes can be kept at all."""
        return self._refusal is None

    def write(self, work: Callable[[Db], T], *, merge: Hashable | None = None) -> Future[T]:
        """Run ``work`` in the writer thread; the future is done only after the commit.

        Of neighbours in the queue with the same ``merge``, only the last is run; all are acknowledged.
        The future raises :class:`JournalError` when the disk did not take it, or what ``work`` raised.
        """
        future: Future[T] = Future()
        # Running from the start: whoever stops waiting for the answer must not thereby undo the write.
        future.set_running_or_notify_cancel()
        if self._refusal is not None:
            future.set_exception(JournalError(self._refusal))
            return future
        with self._thread_lock:
            if self._closed:
                future.set_exception(JournalError(Message("The journal is closed.")))
                return future
            if self._thread is None:
                self._start_writer()
            self._jobs.put(Job(work, future, merge))
        return future

    def read(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, at once, from what is committed."""
        with self._read_lock:
            if self._closed:
                raise JournalError(Message("The journal is closed."))
            try:
                return self._reader.execute(sql, params).fetchall()
            except BROKEN as error:
                raise self._error(error) from error

    def read_together(self, *queries: tuple[str, Sequence[Any]]) -> list[list[tuple[Any, ...]]]:
        """All rows of each query, as they stood in one and the same moment."""
        with self._read_lock:
            if self._closed:
                raise JournalError(Message("The journal is closed."))
            try:
                self._reader.execute("BEGIN")
                try:
                    return [self._reader.execute(sql, params).fetchall() for sql, params in queries]
                finally:
                    self._reader.execute("ROLLBACK")
            except BROKEN as error:
                raise self._error(error) from error

    def unreadable(self, error: Exception) -> None:
        """A reader goes on without what it asked for; a row that does not decode is told."""
        if not isinstance(error, JournalError):
            self.suspect()
            # What is wrong with the file as a whole says more.
            self._tell(self._notice or trouble.ILLEGIBLE)

    def suspect(self) -> None:
        """Have the next start look at every page."""
        with contextlib.suppress(OSError):
            self._suspect.touch()

    def close(self) -> None:
        """Write what waits, then give the file back. May be called twice."""
        with self._thread_lock:
            if self._closed:
                return
            self._closed = True
            thread = self._thread
            if thread is not None:
                self._jobs.put(None)
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        with self._read_lock:
            self._reader.close()
        if thread is not threading.current_thread():
            # Otherwise the writer still has it open, and for this process the file stays one that is in use.
            held.let_go(self._held)

    # -- opening ----------------------------------------------------------------------------------------

    def _open(self) -> Db:
        try:
            self._make_file()
            return self._prepare()
        except BROKEN as error:
            code = code_of(error)
            if code in trouble.DAMAGED:
                return self._replace()
            if code in (*trouble.UNWRITABLE, trouble.FULL, trouble.IOERR):
                return self._open_read_only(str(error))
            raise self._error(error) from error
        except OSError as error:
            return self._open_read_only(error.strerror or str(error))

    def _make_file(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        held.make_private(self.path)
        # Read by hand where that is safe: a file of a newer version is not touched in any way.
        self._check_version(held.version_of(self.path))

    def _prepare(self) -> Db:
        db = self._connect()
        try:
            _read_schema(db)
            self._check_version(version := version_in(db))
            if version < len(self._migrations):
                self._migrate(db)
            if self._suspect.exists() and not self._sound(db):
                raise _damage()
            configure(db)
        except BaseException:
            db.close()
            raise
        self._suspect.unlink(missing_ok=True)
        return db

    def _connect(self) -> Db:
        seconds = self._busy_seconds
        return sqlite3.connect(
            self.path, seconds, isolation_level=None, check_same_thread=False, cached_statements=256
        )

    def _check_version(self, version: int) -> None:
        if version > len(self._migrations) + _MOST_AHEAD:
            raise _damage()
        if version > len(self._migrations):
            raise JournalError(trouble.newer(str(self.path)))

    def _migrate(self, db: Db) -> None:
        with self._alone():
            version = version_in(db)
            configure(db)
            if 0 < version < len(self._migrations):
                self._back_up(db, version)
            for number in range(version, len(self._migrations)):
                step = (
                    f"BEGIN IMMEDIATE;\n{self._migrations[number]}\nPRAGMA user_version = {number + 1};\nCOMMIT;"
                )
                try:
                    db.executescript(step)
                except sqlite3.Error as error:
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    # The file's own word for its version is as wrong as the rest of its header.
                    raise (_damage() if "already exists" in str(error) else error) from error

    def _back_up(self, db: Db, version: int) -> None:
        target = free_name(self.path, f"v{version}-backup")
        held.make_private(target)
        with contextlib.closing(sqlite3.connect(target)) as copy:
            db.backup(copy)

    def claim(self, name: str) -> Callable[[], None]:
        """Tell every process on this file that ``name`` is alive; see :meth:`Locks.claim`."""
        return self._locks.claim(name, self._busy_seconds)

    def claimed(self, name: str) -> bool:
        """Whether somebody claims ``name`` now."""
        return self._locks.claimed(name)

    def check(self) -> None:
        """Look at every page, on a connection of its own: damage that no search runs into is told too."""
        if self.writable and not self._closed:
            try:
                with contextlib.closing(self._connect()) as db:
                    sound = self._sound(db)
            except BROKEN as error:
                sound = code_of(error) not in (*trouble.DAMAGED, trouble.ERROR)
            if not sound:
                self._error(_damage())

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time (re-entrant); the lock goes with the process, however it ends."""
        if self._is_alone:
            return (yield)
        lock = self._locks.open("lock", self._busy_seconds)
        try:
            lock.execute("BEGIN EXCLUSIVE")
            self._is_alone = True
            yield
        finally:
            self._is_alone = False
            lock.close()

    def _replace(self) -> Db:
        with self._alone():
            try:
                # Another process may have put it right while we waited.
                return self._prepare()
            except BROKEN as error:
                if code_of(error) not in trouble.DAMAGED:
                    raise self._error(error) from error
            aside = move_aside(self.path)
            self._suspect.unlink(missing_ok=True)
            self._make_file()
            db = self._prepare()
            saved = salvage(lambda: sqlite3.connect(aside, isolation_level=None), db, BROKEN)
        self._tell(trouble.rescued(saved, aside.name))
        return db

    def _open_read_only(self, why: str) -> Db:
        self._refusal = trouble.unwritable(str(self.path.parent), why)
        self._tell(self._refusal)
        # An immutable file is opened without locks: its handle would take those of another one away.
        for options in ("mode=ro",) if held.is_open(self.path) else ("mode=ro", "mode=ro&immutable=1"):
            with contextlib.suppress(*BROKEN, OSError):
                db = sqlite3.connect(
                    f"{self.path.absolute().as_uri()}?{options}", uri=True, check_same_thread=False
                )
                if version_in(db) == len(self._migrations):
                    return db
                db.close()
        return self._blank()

    def _blank(self) -> Db:
        """An empty journal that is kept nowhere."""
        db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        db.executescript("\n".join(self._migrations))
        return db

    def _sound(self, db: Db) -> bool:
        """Whether every page can be read, and everything is there that should be."""
        if db.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            return False
        with contextlib.closing(self._blank()) as blank:
            return _read_schema(blank) <= _read_schema(db)

    @property
    def _suspect(self) -> Path:
        """Exists when damage was met while running: then the next start looks at every page."""
        return self.path.with_name(self.path.name + ".suspect")

    def _error(self, error: Exception) -> JournalError:
        if (code := code_of(error)) in (*trouble.DAMAGED, trouble.ERROR):
            self.suspect()
        message = words_for(code, str(error))
        if code not in trouble.BUSY:
            self._tell(message)
        return JournalError(message)

    def _tell(self, message: Message) -> None:
        if message != self._notice:
            self._notice = message
            self.on_notice(message)

    # -- writing ----------------------------------------------------------------------------------------

    def _start_writer(self) -> None:
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()
        atexit.register(_close, weakref.ref(self))

    def _run(self) -> None:
        db: Db | None = None
        try:
            while (job := self._jobs.get()) is not None:
                group, over = gather(job, self._jobs)
                try:
                    if db is None:
                        db = self._connect()
                        configure(db)
                    self._commit(db, group)
                except BROKEN as error:
                    failure = self._error(error)
                    for each in group:
                        each.future.set_exception(failure)
                    if db is not None:
                        db.close()
                        db = None
                if over:
                    return
        finally:
            if db is not None:
                db.close()

    def _commit(self, db: Db, group: list[Job]) -> None:
        try:
            results = transact(db, group)
        except Exception as error:
            if isinstance(error, BROKEN) and code_of(error) in trouble.GENERAL - trouble.DAMAGED:
                raise
            if len(group) == 1:
                failed = self._error(error) if isinstance(error, BROKEN) else error
                group[0].future.set_exception(failed)
                return
            # One of them is at fault; alone, each gets its own answer.
            for job in group:
                self._commit(db, [job])
            return
        for job, result in zip(group, results, strict=True):
            job.future.set_result(result)


def _nobody(_: Message) -> None:
    """Nobody is told."""


def _close(journal: weakref.ref[Journal]) -> None:
    alive = journal()
    if alive is not None:
        alive.close()


def _read_schema(db: Db) -> set[tuple[str, str, str]]:
    """The tables and indexes, with how they were made: of a column whose name is damaged every page is sound. The
    first page may be fine while the schema is not; this reads all of it."""
    try:
        rows = db.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    except sqlite3.OperationalError as error:
        raise (_damage() if code_of(error) == trouble.ERROR else error) from error
    return {(kind, name, " ".join((sql or "").split())) for kind, name, sql in rows}


def _open_lock(path: Path, seconds: float) -> Db:
    return sqlite3.connect(path, timeout=seconds, isolation_level=None, check_same_thread=False)


def _damage() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
