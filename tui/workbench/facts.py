"""Small things worth knowing before the next answer: capabilities, whose token this is, the options of pickers."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TypeVar

import msgspec

from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import pack, revive, unpack

T = TypeVar("T")

WHO, SINCE, REFUSED = "who", "since", "refused"
STAYS = (WHO, SINCE, REFUSED)
"""What is true of one token only: whose it is, when it was first seen, the refusal that the trail has."""


class Facts:
    """Named values of one owner."""

    def __init__(self, journal: Journal, owner: str) -> None:
        self._journal = journal
        self._owner = owner

    def get(self, name: str, kind: type[T]) -> T | None:
        """The last value kept under ``name``; ``None`` when there is none or it cannot be read as ``kind``."""
        try:
            found = self._journal.read("SELECT fact FROM facts WHERE owner = ? AND name = ?", (self._owner, name))
            if not found:
                return None
            value = unpack(found[0][0], kind)
        except (JournalError, msgspec.MsgspecError):
            # A hint that is lost is asked for again; the journal's own notice tells of a damaged file.
            return None
        revive(value)
        return value

    def put(self, name: str, value: object) -> Future[None]:
        """Keep ``value`` under ``name``."""
        owner, blob = self._owner, pack(value)

        def work(db: Db) -> None:
            db.execute("INSERT OR REPLACE INTO facts (owner, name, fact) VALUES (?, ?, ?)", (owner, name, blob))

        return self._journal.write(work, merge=("fact", owner, name))

    def put_once(self, name: str, value: object) -> Future[None]:
        """Keep ``value`` under ``name``, where there is none yet."""
        owner, blob = self._owner, pack(value)

        def work(db: Db) -> None:
            db.execute("INSERT OR IGNORE INTO facts (owner, name, fact) VALUES (?, ?, ?)", (owner, name, blob))

        return self._journal.write(work)


def change(db: Db, owner: str, name: str, value: object) -> bool:
    """Keep ``value``, inside of a write; whether it is another one than before."""
    blob = pack(value)
    known = db.execute("SELECT fact FROM facts WHERE owner = ? AND name = ?", (owner, name)).fetchone()
    db.execute("INSERT OR REPLACE INTO facts (owner, name, fact) VALUES (?, ?, ?)", (owner, name, blob))
    return known is None or known[0] != blob


def drop(db: Db, owner: str, name: str) -> None:
    """Forget it, inside of a write."""
    db.execute("DELETE FROM facts WHERE owner = ? AND name = ?", (owner, name))
