"""Files that are to be sent: copied into the data folder before their entry is on disk, gone when none needs them.

``<data>/files/<hash>/<name>`` is one copy for all entries that send this file. A copy is put there, and taken
away, inside of a write of the journal: only one process at a time does that, and it sees every entry. What is
copied and not yet put there lies in ``incoming-*``.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import stat
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import msgspec

from tui.model.action import Request
from tui.model.errors import Refused
from tui.model.field import Value
from tui.model.message import Message
from tui.model.plain import clean
from tui.model.upload import file_name, is_upload, open_unhurried, stamp_of, upload
from tui.workbench.entry_rows import OPEN
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import opened
from tui.workbench.rescue import damaged

if TYPE_CHECKING:
    import hashlib

INCOMING = "incoming-"
STALE_SECONDS = 3600
"""A copy that was being made longer ago than this is of a process that was killed."""

_HASH_LENGTH = 32
_log = logging.getLogger(__name__)
_CHUNK = 1 << 18


class FileRefused(Refused):
    """A file could not be kept for sending; nothing was queued. ``field`` is the key of its question."""

    help = Message("Nothing was sent, and your entries are kept. Choose the file again, then send.")

    def __init__(self, field: str, what: Message, help: Message | None = None) -> None:
        super().__init__()
        self.what = what
        self.field = field
        if help is not None:
            self.help = help


class _Copy(NamedTuple):
    """``staged`` becomes ``place``; ``field`` is the first that wants it."""

    field: str
    staged: Path
    place: Path
    size: int


class Kept(NamedTuple):
    """``request`` as it is put on disk, and the copies that it refers to. ``chosen``: the files as given."""

    request: Request
    chosen: dict[str, Value] = {}  # noqa: RUF012 - never changed
    copies: tuple[_Copy, ...] = ()

    def put(self) -> None:
        """Put the copies where the request says, inside of a write; may run twice. Raises :class:`FileRefused`."""
        for copy in self.copies:
            try:
                _put(copy)
            except OSError as error:
                raise _not_kept(copy.field, copy.place.name, error) from error

    def tidy(self) -> None:
        """The write is over: what was not put anywhere is not needed."""
        for copy in self.copies:
            _remove(copy.staged.parent)


class Files:
    """The copies beside one journal."""

    def __init__(self, journal: Journal) -> None:
        self.folder = Path(os.path.abspath(journal.path.parent / "files"))
        self._journal = journal
        self._known: dict[str, dict[str, Value]] = {}

    async def keep(self, request: Request) -> Kept:
        """Copy the files of ``request``, to the disk. Raises :class:`FileRefused`."""
        chosen = {key: value for key, value in request.values.items() if is_upload(value)}
        if not chosen:
            return Kept(request)
        copies: dict[tuple[str, str], _Copy] = {}
        try:
            for key, value in chosen.items():
                if _which(value) not in copies:
                    copies[_which(value)] = await asyncio.to_thread(self._copy, key, *_which(value))
        except BaseException:
            Kept(request, {}, tuple(copies.values())).tidy()
            raise
        placed: dict[str, Value] = {key: upload(str(copies[_which(value)].place)) for key, value in chosen.items()}
        kept = msgspec.structs.replace(request, values=request.values | placed)
        return Kept(kept, dict(chosen), tuple(copies.values()))

    async def let_go(self, *requests: Request) -> None:
        """These are settled: remove their copies, where no other entry of anybody needs them."""
        paths = frozenset(path for request in requests for path in self._ours(request.values))
        if not paths:
            return
        try:
            await asyncio.wrap_future(self._journal.write(lambda db: self._sweep(db, paths)))
        except JournalError as error:
            _log.warning("copies of files stay until the next start: %s", error)

    async def tidy(self) -> None:
        """Remove what a killed process left behind: copies half made, or made for an entry that never was.

        As long as a damaged journal is kept, the files of its entries are kept too.
        """
        if not self._journal.writable or not self.folder.exists():
            return
        await asyncio.to_thread(self._forget_incoming)
        if not damaged(self._journal.path):
            await asyncio.wrap_future(self._journal.write(self._sweep))

    def described(self, values: dict[str, Value]) -> dict[str, Value]:
        """``values`` as the trail may hold them: of a file its name, size in bytes and SHA-256."""
        return {
            key: self._described(value["path"]) if is_upload(value) else value for key, value in values.items()
        }

    # -- inside -----------------------------------------------------------------------------------------

    def _sweep(self, db: Db, only: Iterable[Path] | None = None) -> int:
        """Inside of a write: remove the copies (or just these) that no entry needs any more. How many."""
        try:
            needed = self._needed(db)
        except msgspec.MsgspecError as error:
            # An entry that cannot be read may need any of them.
            _log.warning("copies of files stay: an entry cannot be read: %s", error)
            return 0
        gone = 0
        for path in list(self._copies() if only is None else only):
            if path in needed:
                continue
            with contextlib.suppress(OSError):
                path.unlink()
                gone += 1
            self._known.pop(str(path), None)
            with contextlib.suppress(OSError):
                path.parent.rmdir()
        return gone

    def _forget_incoming(self) -> None:
        before = time.time() - STALE_SECONDS
        for folder in self._folders():
            with contextlib.suppress(OSError):
                if folder.name.startswith(INCOMING) and folder.stat().st_mtime < before:
                    _remove(folder)

    def _described(self, path: str) -> dict[str, Value]:
        if path in self._known:
            return self._known[path]
        told: dict[str, Value] = {"name": os.path.basename(path)}
        if Path(path).parent.parent != self.folder:
            return told
        with contextlib.suppress(OSError, ValueError), open(path, "rb") as file:
            digest, size = _sha256(), 0
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
            told |= {"size": size, "sha256": digest.hexdigest()}
        return told

    def _copy(self, field: str, path: str, stamp: str) -> _Copy:
        name = file_name(upload(path))
        try:
            source = open(path, "rb", opener=open_unhurried)  # noqa: SIM115 - closed below
        except (OSError, ValueError) as error:
            raise _unreadable(field, name, error) from error
        with source:
            before = os.fstat(source.fileno())
            if not stat.S_ISREG(before.st_mode) or not before.st_size:
                raise _unreadable(field, name, None)
            if stamp and stamp_of(before) != stamp:
                # What was checked when it was chosen (its size, its type) may not be so any more.
                raise FileRefused(
                    field, Message("The file {name} has changed since you chose it.", {"name": clean(name)})
                )
            try:
                staged, size, digest = self._stage(field, name, source)
            except OSError as error:
                raise _not_kept(field, name, error) from error
            after = os.fstat(source.fileno())
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or size != after.st_size:
            _remove(staged.parent)
            what = Message("The file {name} was still being written.", {"name": clean(name)})
            raise FileRefused(field, what, Message("Nothing was sent, and your entries are kept. Send it again."))
        place = self.folder / digest[:_HASH_LENGTH] / staged.name
        self._known[str(place)] = {"name": name, "size": size, "sha256": digest}
        return _Copy(field, staged, place, size)

    def _stage(self, field: str, name: str, source: IO[bytes]) -> tuple[Path, int, str]:
        """Copy, to the disk; the copy, its size and SHA-256. An ``OSError`` means the side that is written."""
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _to_disk(self.folder.parent)
        folder = self.folder / f"{INCOMING}{uuid.uuid4().hex}"
        folder.mkdir(mode=0o700)
        digest, size = _sha256(), 0
        try:
            staged, target = _create(folder, name)
            with target:
                while chunk := _read(field, name, source):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
        except BaseException:
            _remove(folder)
            raise
        return staged, size, digest.hexdigest()

    def _ours(self, values: dict[str, Value]) -> Iterator[Path]:
        for value in values.values():
            if is_upload(value) and (path := Path(value["path"])).parent.parent == self.folder:
                yield path

    def _needed(self, db: Db) -> frozenset[Path]:
        requests = db.execute(f"SELECT request FROM outbox WHERE {OPEN}")  # noqa: S608 - our own text
        return frozenset(path for (blob,) in requests for path in self._ours(_values.decode(opened(blob)).values))

    def _copies(self) -> Iterator[Path]:
        for folder in self._folders():
            if not folder.name.startswith(INCOMING):
                with contextlib.suppress(OSError):
                    yield from list(folder.iterdir())

    def _folders(self) -> list[Path]:
        try:
            return [folder for folder in self.folder.iterdir() if folder.is_dir()]
        except OSError:
            return []


def _which(value: dict[str, str]) -> tuple[str, str]:
    """The file, and the state of it that was accepted ("" where that is not known)."""
    return value["path"], value.get("stamp", "")


class _Values(msgspec.Struct, frozen=True):
    values: dict[str, Value] = {}


_values = msgspec.msgpack.Decoder(_Values)


def _sha256() -> hashlib._Hash:
    import hashlib  # late: the first frame does not need it

    return hashlib.sha256()


def _remove(folder: Path) -> None:
    """Remove a folder of one file."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def _create(folder: Path, name: str) -> tuple[Path, IO[bytes]]:
    """A new file of that name; of a plain one where the disk or the journal cannot hold the name."""
    suffix = Path(name).suffix[:16]
    plain = "file" + (suffix if suffix.isascii() else "")
    try:
        name.encode()
        return _new(folder / name)
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) in _FULL:
            raise
    return _new(folder / plain)


def _new(path: Path) -> tuple[Path, IO[bytes]]:
    return path, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _put(copy: _Copy) -> None:
    copy.place.parent.mkdir(mode=0o700, exist_ok=True)
    if not copy.place.exists() or copy.place.stat().st_size != copy.size:
        os.replace(copy.staged, copy.place)
        with contextlib.suppress(OSError):
            copy.staged.parent.rmdir()
    for folder in (copy.place.parent, copy.place.parent.parent):
        _to_disk(folder)


def _to_disk(folder: Path) -> None:
    """The names in ``folder``, too, survive a power cut; where folders cannot be opened they need no help."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _read(field: str, name: str, source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise _unreadable(field, name, error) from error


_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


def _unreadable(field: str, name: str, error: Exception | None) -> FileRefused:
    named = {"name": clean(name)}
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FileRefused(field, Message("The file {name} is not there any more.", named))
    return FileRefused(field, Message("The file {name} cannot be read.", named))


def _not_kept(field: str, name: str, error: OSError) -> FileRefused:
    named = {"name": clean(name)}
    if error.errno in _FULL:
        return FileRefused(
            field,
            Message("There is no room on this device to keep the file {name}.", named),
            Message("Nothing was sent, and your entries are kept. Make room, then send again."),
        )
    reason = {"reason": error.strerror or type(error).__name__}
    return FileRefused(field, Message("The file {name} could not be kept for sending ({reason}).", named | reason))


__all__ = ["FileRefused", "Files", "Kept"]
