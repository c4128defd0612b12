"""What a person at this data directory noted about late work: acknowledged, or shelved until a moment.

Local: no server knows of it, and no other data directory. Kept in the journal, one entry for each execution, so
that two windows do not undo each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from enum import StrEnum

import msgspec

from tui.model.clock import Clock
from tui.model.execution import Execution, Key
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import pack, unpack

_PREFIX = "mark "


class MarkKind(StrEnum):
    """ACKNOWLEDGED: somebody knows of it. SHELVED: not to be shown before ``until``."""

    ACKNOWLEDGED = "acknowledged"
    SHELVED = "shelved"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """``who`` is the name that the person gave; ``at`` and ``until`` are aware UTC."""

    key: Key
    kind: MarkKind
    who: str
    at: datetime
    until: datetime | None = None
    reason: str = ""


class Marks:
    """The marks of one owner. Changes are seen at once and written behind; the futures are done when on disk."""

    def __init__(self, journal: Journal, owner: str, clock: Clock) -> None:
        self._journal = journal
        self._owner = owner
        self._clock = clock
        self._marks: dict[Key, Mark] = {}
        self.refresh()

    def active(self, now: datetime) -> Mapping[Key, Mark]:
        """All that hold: a shelved one comes back by itself when its end has come."""
        return {key: mark for key, mark in self._marks.items() if mark.until is None or now < mark.until}

    def acknowledge(self, keys: Iterable[Key], who: str) -> Future[None]:
        """Somebody knows of these."""
        return self._put([Mark(key=key, kind=MarkKind.ACKNOWLEDGED, who=who, at=self._clock()) for key in keys])

    def shelve(self, keys: Iterable[Key], who: str, until: datetime, reason: str = "") -> Future[None]:
        """Do not show these before ``until``."""
        now = self._clock()
        return self._put(
            [
                Mark(key=key, kind=MarkKind.SHELVED, who=who, at=now, until=until, reason=reason.strip())
                for key in keys
            ]
        )

    def clear(self, keys: Iterable[Key]) -> Future[None]:
        """Forget what was noted about these."""
        gone = [key for key in keys if self._marks.pop(key, None) is not None]
        names = [(self._owner, _name(key)) for key in gone]
        return self._journal.write(lambda db: _delete(db, names))

    def settle(self, rows: Mapping[Key, Execution]) -> None:
        """Forget the marks of work that is closed by now, and shelved ones whose end has come."""
        now = self._clock()
        over = [
            key
            for key, mark in self._marks.items()
            if (mark.until is not None and mark.until <= now)
            or ((row := rows.get(key)) is not None and row.status.phase.closed)
        ]
        if over:
            self.clear(over)

    def refresh(self) -> None:
        """Read what is on disk, for what another window noted. A journal that cannot be read changes nothing."""
        sql = "SELECT fact FROM facts WHERE owner = ? AND name >= ? AND name < ?"
        try:
            found = self._journal.read(sql, (self._owner, _PREFIX, _PREFIX + "\U0010ffff"))
        except JournalError:
            # the journal's own notice tells
            return
        marks: dict[Key, Mark] = {}
        for (blob,) in found:
            try:
                mark = unpack(blob, Mark)
            except msgspec.MsgspecError:
                # of another version: a note that cannot be read is none
                continue
            marks[mark.key] = mark
        self._marks = marks

    def _put(self, marks: list[Mark]) -> Future[None]:
        self._marks |= {mark.key: mark for mark in marks}
        rows = [(self._owner, _name(mark.key), pack(mark)) for mark in marks]
        return self._journal.write(lambda db: _insert(db, rows))


def _insert(db: Db, rows: list[tuple[str, str, bytes]]) -> None:
    db.executemany("INSERT OR REPLACE INTO facts (owner, name, fact) VALUES (?, ?, ?)", rows)


def _delete(db: Db, names: list[tuple[str, str]]) -> None:
    db.executemany("DELETE FROM facts WHERE owner = ? AND name = ?", names)


def _name(key: Key) -> str:
    return _PREFIX + msgspec.json.encode(key).decode()
