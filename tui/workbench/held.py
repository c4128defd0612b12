"""The journal files that this process has open, so that nobody here touches one of them by hand.

POSIX drops every lock that a process has on a file as soon as the process closes any handle on it. SQLite keeps
count of its own handles; a handle of ours would take its locks away, and the next process that closes the journal
would then take the log with the newest changes away. So a journal's file is opened by hand only to make it, and
to look at its header while nothing in this process has it open.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path

Identity = tuple[int, int]

opening = threading.Lock()
"""Held from the first look at a file until SQLite has it open, and until it is noted here."""

_open: Counter[Identity] = Counter()
_HEADER = 100
_MAGIC = b"SQLite format 3\0"


def identity(path: Path) -> Identity | None:
    """Which file ``path`` names now, whatever it is called; ``None`` when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_open(path: Path) -> bool:
    """Whether a journal of this process has it open."""
    found = identity(path)
    return found is not None and _open[found] > 0


def make_private(path: Path) -> None:
    """Make an empty file that nobody else may read. One that is there stays as it is, and is not opened."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        return
    os.close(handle)


def version_of(path: Path) -> int:
    """The schema version in the file's header; 0 when it is no database, or is open in this process already."""
    if is_open(path):
        return 0
    with path.open("rb") as file:
        header = file.read(_HEADER)
    return int.from_bytes(header[60:64], "big") if header.startswith(_MAGIC) else 0


def hold(path: Path) -> Identity | None:
    """Note that this process has the file open; give what it returns to :func:`let_go`."""
    found = identity(path)
    if found is not None:
        _open[found] += 1
    return found


def let_go(held: Identity | None) -> None:
    """Its last handle of one journal is closed."""
    with opening:
        if held is not None:
            _open[held] -= 1
            if not _open[held]:
                del _open[held]
