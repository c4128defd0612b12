"""What lies in the folders that a path is typed through: read once, not with every key."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from unicodedata import normalize

MOST_ENTRIES = 2_000
"""Entries of one folder that are looked at."""

SECONDS = 3.0
"""So long a folder is taken to be as it was."""

_MOST_LINKS = 10
_MOST_FOLDERS = 16


class Folder:
    """``entries``: the names, and whether each is a folder (``None``: a link, to be followed). ``whole``: all."""

    def __init__(self, read: float, entries: dict[str, bool | None], *, whole: bool) -> None:
        self.read = read
        self.entries = entries
        self.whole = whole
        self.folded = frozenset(map(folded, entries))

    def is_folder(self, name: str) -> bool:
        """Whether a folder, or a link to one that was followed, has this name."""
        return bool(self.entries[name])

    def follow_links(self, path: str, names: Iterable[str]) -> None:
        """Find out about a few of the links: each may lead to a disk that does not answer."""
        for name in [name for name in names if self.entries[name] is None][:_MOST_LINKS]:
            self.entries[name] = os.path.isdir(os.path.join(path, name))


_FOLDERS: dict[str, Folder] = {}


def listing(path: str, now: float) -> Folder | None:
    """What lies in the folder ``path`` at ``now`` (seconds); ``None`` for one that may not be read."""
    known = _FOLDERS.get(path)
    if known is None or not 0 <= now - known.read < SECONDS:
        known = _read(path, now)
        if len(_FOLDERS) >= _MOST_FOLDERS:
            _FOLDERS.clear()
        if known is not None:
            _FOLDERS[path] = known
    return known


def forget() -> None:
    """Read every folder anew: somebody says that it is complete now."""
    _FOLDERS.clear()


def folded(name: str) -> str:
    """``name`` for comparing: no case, accents written with their letter."""
    return name.casefold() if name.isascii() else normalize("NFC", name).casefold()


def _read(path: str, now: float) -> Folder | None:
    try:
        with os.scandir(path) as found:
            entries = {entry.name: _kind(entry) for entry in islice(found, MOST_ENTRIES)}
    except (FileNotFoundError, NotADirectoryError):
        entries = {}
    except (OSError, ValueError):
        return None
    return Folder(now, entries, whole=len(entries) < MOST_ENTRIES)


def _kind(entry: os.DirEntry[str]) -> bool | None:
    try:
        return None if entry.is_symlink() else entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
