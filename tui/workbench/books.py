"""The journal seen from outside of a workbench: whose entries wait, the trail, and whether the file is sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from tui.model.message import Message
from tui.workbench.desk import service_of
from tui.workbench.entry import COLUMNS, SPOILT, Entry, EntryState, entry_of
from tui.workbench.entry_rows import OPEN
from tui.workbench.glossary import Glossary, glossary_in
from tui.workbench.held import identity
from tui.workbench.history import History, HistoryRow
from tui.workbench.journal import Journal
from tui.workbench.packing import moment
from tui.workbench.schema import MIGRATIONS

ON_THE_WAY = (EntryState.WAITING, EntryState.SENDING, EntryState.PAUSED)


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose entries they are. ``user`` is a sample person's name, "" at a real server, where a token stands for
    the person. ``place`` is the ID without the token (see ``Desk``). ``known``: the profile stands in the config
    file; ``here``: with the address that they were made for.
    """

    id: str
    profile: str
    place: str = ""
    user: str = ""
    known: bool = True
    here: bool = True


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """The unsettled entries of one owner: how many in each state, and when the oldest in it was made (UTC)."""

    owner: Owner
    counts: dict[EntryState, int]
    oldest: dict[EntryState, datetime]

    @property
    def on_the_way(self) -> int:
        """How many go out by themselves once they can."""
        return sum(self.counts.get(state, 0) for state in ON_THE_WAY)

    @property
    def attention(self) -> int:
        """How many need a person."""
        return self.counts.get(EntryState.ATTENTION, 0)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Entries, oldest first, each with its owner; ``unreadable`` are the IDs of those that no version reads."""

    entries: list[tuple[Owner, Entry]]
    unreadable: list[str]


def queues_in(journal: Journal, owner_of: Callable[[str], Owner]) -> list[Queue]:
    """Everybody with unsettled entries, in the order of their first; raises ``JournalError``."""
    found = journal.read(
        f"SELECT owner, state, count(*), min(created) FROM outbox WHERE {OPEN}"  # noqa: S608 - our own text
        " GROUP BY owner, state ORDER BY min(seq)"
    )
    queues: dict[str, Queue] = {}
    for owner, state, count, created in found:
        queue = queues.setdefault(owner, Queue(owner=owner_of(owner), counts={}, oldest={}))
        queue.counts[EntryState(state)] = count
        queue.oldest[EntryState(state)] = moment(created)
    return list(queues.values())


class Books:
    """Reads one journal for all of its owners. ``owner_of`` tells who stands behind an owner's ID.

    Every method may raise ``JournalError``. ``close`` it at the end.
    """

    def __init__(self, path: Path, owner_of: Callable[[str], Owner]) -> None:
        self.journal = Journal(path)
        self._owner_of = owner_of
        self._file = identity(path)

    @property
    def notice(self) -> Message | None:
        """What a person should be told about the file: it was damaged, or cannot be written."""
        return self.journal.notice

    @property
    def writable(self) -> bool:
        """Whether the journal can keep anything."""
        return self.journal.writable

    def current(self) -> bool:
        """Whether the file is still the one that was opened: a damaged one is set aside, a folder taken away."""
        return identity(self.journal.path) == self._file

    def claim(self, place: str = "") -> Callable[[], None]:
        """Tell every workbench on this file that what waits at ``place`` ("": everywhere) is being sent, until the
        returned function is called or this process ends."""
        return self.journal.claim(service_of(place))

    def queues(self) -> list[Queue]:
        """Everybody with unsettled entries, in the order of their first."""
        return queues_in(self.journal, self._owner_of)

    def entries(self, *, settled: int = 0) -> Kept:
        """All unsettled entries, and before them the last ``settled`` of the others."""
        last = f"SELECT seq FROM outbox WHERE NOT {OPEN} ORDER BY seq DESC LIMIT ?"  # noqa: S608
        sql = f"SELECT owner, {COLUMNS} FROM outbox WHERE {OPEN} OR seq IN ({last}) ORDER BY seq"  # noqa: S608
        kept = Kept(entries=[], unreadable=[])
        for owner, *row in self.journal.read(sql, (settled,)):
            try:
                kept.entries.append((self._owner_of(owner), entry_of(tuple(row))))
            except SPOILT:
                kept.unreadable.append(str(row[1]))
        return kept

    def trail(self, limit: int, owner: str = "") -> list[HistoryRow]:
        """The latest events of ``owner`` ("": of everybody), newest first."""
        return History(self.journal, owner).entries(limit)

    def glossary(self, owner: str = "") -> Glossary:
        """What the words of the servers are called on the screen; where it matters, for ``owner``."""
        return glossary_in(self.journal, owner)

    def trail_length(self) -> int:
        """How many events there are."""
        return int(self.journal.read("SELECT count(*) FROM history")[0][0])

    def trail_broken(self) -> int | None:
        """The number of the first event that does not hold; ``None`` when all do."""
        return History(self.journal).verify()

    def version(self) -> tuple[int, int]:
        """The schema version of the file, and the one that this program writes."""
        return int(self.journal.read("PRAGMA user_version")[0][0]), len(MIGRATIONS)

    def schema(self) -> list[str]:
        """The tables and indexes, as SQL."""
        rows = self.journal.read("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rootpage")
        return [str(sql) for (sql,) in rows]

    def faults(self) -> list[str]:
        """What SQLite finds when it reads every page and every index; nothing when the file is sound."""
        found = [str(row[0]) for row in self.journal.read("PRAGMA integrity_check(20)")]
        if found == ["ok"]:
            return []
        # So the next start looks at every page, and puts right what it can.
        self.journal.suspect()
        return found

    def close(self) -> None:
        """Give the file back."""
        self.journal.close()
