"""Records: everything about one execution, as last read, with or without a line to the server."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from tui.model.execution import Key, Record
from tui.workbench.journal import Db, Journal, JournalError
from tui.workbench.packing import pack, revive, unpack
from tui.workbench.wire import Wire

KEPT = 500
"""Records kept on disk for one owner; the ones read longest ago go first."""

IN_MEMORY = 50


class Records:
    """The records of one owner."""

    def __init__(self, journal: Journal, owner: str, wire: Wire) -> None:
        self._journal = journal
        self._owner = owner
        self._wire = wire
        self._memory: OrderedDict[Key, Record] = OrderedDict()

    def cached(self, key: Key) -> Record | None:
        """The record as last read by this owner; ``None`` when it never was."""
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key]
        try:
            found = self._journal.read(
                "SELECT record FROM records WHERE owner = ? AND profile = ? AND system = ? AND id = ?",
                (self._owner, *key),
            )
            if not found:
                return None
            record = unpack(found[0][0], Record)
        except (JournalError, msgspec.MsgspecError):
            # Only a copy of what the server has, in another version's shape perhaps: the server has it.
            return None
        revive(record)
        self._remember(key, record)
        return record

    async def load(self, key: Key) -> Record:
        """Ask the server; raises ``TaskError``. What it says is kept for the next time without a line."""
        record = await self._wire.system.show(key)
        self._remember(key, record)
        self._store(key, record)
        return record

    def _remember(self, key: Key, record: Record) -> None:
        self._memory[key] = record
        self._memory.move_to_end(key)
        while len(self._memory) > IN_MEMORY:
            self._memory.popitem(last=False)

    def _store(self, key: Key, record: Record) -> None:
        owner = self._owner

        def work(db: Db) -> None:
            db.execute(
                "INSERT OR REPLACE INTO records (owner, profile, system, id, record) VALUES (?, ?, ?, ?, ?)",
                (owner, *key, pack(record)),
            )
            db.execute(
                "DELETE FROM records WHERE owner = ? AND number <= (SELECT number FROM records WHERE owner = ?"
                " ORDER BY number DESC LIMIT 1 OFFSET ?)",
                (owner, owner, KEPT),
            )

        self._journal.write(work, merge=("record", owner, key))
