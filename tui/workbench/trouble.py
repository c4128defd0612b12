"""What can go wrong with the journal's file, in words. The numbers are SQLite's primary result codes."""

from __future__ import annotations

from tui.model.message import Message

CORRUPT = 11
ERROR = 1
"""A statement that SQLite cannot make sense of. Ours never change: it is the file that is not as it should be."""
DAMAGED = frozenset({CORRUPT, 26})  # and NOTADB
UNWRITABLE = frozenset({3, 8, 14, 23})  # PERM, READONLY, CANTOPEN, AUTH
BUSY = frozenset({5, 6})  # BUSY, LOCKED
FULL = 13
IOERR = 10
GENERAL = frozenset({FULL, IOERR}) | DAMAGED | UNWRITABLE | BUSY
"""Errors of the file itself: they would hit every write alike."""


ILLEGIBLE = Message("Something kept here cannot be read any more. It stays in the file; all else goes on.")


class JournalError(Exception):
    """The journal could not keep or find something. ``message`` says what and what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.english())


def code_of(error: Exception) -> int:
    """SQLite's primary result code of ``error``; 0 for errors of the Python module itself.

    Text that is no text is damage: Python meets it in a row, or in SQLite's own words about a damaged schema.
    """
    if isinstance(error, UnicodeDecodeError) or "decode to UTF-8" in str(error):
        return CORRUPT
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def words_for(code: int, said: str) -> Message:
    """A sentence for the result ``code``; ``said`` are SQLite's own words."""
    if code == FULL:
        return Message("The disk is full: what you type is not saved. Make room, then go on.")
    if code in UNWRITABLE:
        return Message("The data folder cannot be written: what you type is not saved.")
    if code in BUSY:
        return Message("Another program holds the saved data. Close it, then go on.")
    if code in DAMAGED or code == ERROR:
        return Message(
            "The saved data is damaged. Start Shiftdeck again: it keeps the file and saves what it can."
        )
    return Message("The disk did not take it: what you type is not saved ({reason}).", {"reason": said})


def newer(path: str) -> Message:
    """The file belongs to a version that does not exist yet for us."""
    return Message(
        "The data in {path} was written by a newer Shiftdeck. It was left as it is:"
        " update Shiftdeck, or choose another folder with --data-dir.",
        {"path": path},
    )


def unwritable(folder: str, reason: str) -> Message:
    """Nothing can be kept in ``folder``."""
    return Message(
        "The data folder {path} cannot be written ({reason}): nothing is saved. Make room or choose another"
        " folder with --data-dir.",
        {"path": folder, "reason": reason},
    )


def rescued(entries: int, name: str) -> Message:
    """The damaged file was set aside as ``name``; ``entries`` came over."""
    return Message(
        "The saved data was damaged. {n} entries could be read and are here; the damaged file is kept as {name}.",
        {"n": entries, "name": name},
    )
