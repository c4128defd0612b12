"""Records: everything about one execution, as last read, with or without a line to the server."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from tui.model.clock import Clock
from tui.model.execution import Execution, Key, Record
from tui.model.message import Message
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError
from tui.workbench.link import LinkState
from tui.workbench.packing import moment, pack, revive, stamp, unpack
from tui.workbench.wire import Wire

KEPT = 500
"""Records kept on disk for one owner; the ones read longest ago go first."""

IN_MEMORY = 50

MODELS = 12
"""So many kept records of one kind are looked at for the actions that belong to a status."""


class Records:
    """The records of one owner. ``row_of`` gives the list's row of an execution; ``zone`` is the site's."""

    def __init__(
        self,
        journal: Journal,
        owner: str,
        wire: Wire,
        *,
        clock: Clock,
        zone: ZoneInfo,
        row_of: Callable[[Key], Execution | None],
    ) -> None:
        self.asking = 0
        """How many questions of a person are on their way to the server."""
        self._journal = journal
        self._owner = owner
        self._wire = wire
        self._clock = clock
        self._zone = zone
        self._row_of = row_of
        self._memory: OrderedDict[Key, Record] = OrderedDict()

    def cached(self, key: Key) -> Record | None:
        """The record as last read by this owner. One that never was, while there is no line: as a :meth:`model`.
        ``None`` where neither can be had.
        """
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key]
        kept = self._kept("profile = ? AND system = ? AND id = ?", key, 1)
        if kept:
            record = kept[0][0]
            self._remember(key, record)
            return record
        row = self._row_of(key) if self._wire.link.now.state is LinkState.OFFLINE else None
        return self.model(row) if row is not None else None

    async def load(self, key: Key) -> Record:
        """Ask the server; raises ``TaskError``. What it says is kept for the next time without a line."""
        self.asking += 1
        try:
            record = await self._wire.system.show(key)
        finally:
            self.asking -= 1
        self._remember(key, record)
        self._store(key, record)
        return record

    async def read(self, key: Key) -> Record:
        """Ask the server; raises ``TaskError``. Nothing is kept: it would push out what is read before a shift."""
        return await self._wire.system.show(key)

    async def load_ahead(self, key: Key) -> None:
        """Ask the server before anybody opens it; raises ``TaskError``. What it says is kept on disk alone."""
        record = await self._wire.system.show(key)
        if key in self._memory:
            self._memory[key] = record
        self._store(key, record)

    def revisions(self) -> dict[Key, str]:
        """The revisions of the kept records; of none while the journal cannot be read."""
        sql = "SELECT profile, system, id, revision FROM records WHERE owner = ?"
        try:
            return {Key(*row[:3]): row[3] for row in self._journal.read(sql, (self._owner,))}
        except JournalError as error:
            self._journal.unreadable(error)
            return {}

    def model(self, row: Execution) -> Record | None:
        """``row`` with the fields of another execution that is made from the same; ``None`` where none is known.

        It says so, and holds no answers: nothing is known of them. An action is only there where another execution
        in the same status had it. What is sent from it is compared with the server's answers like everything.
        """
        kind = _kind(row)
        found = self._kept("kind = ?", (kind,), MODELS) if kind and not row.status.phase.closed else []
        if not found:
            return None
        newest, read_at = found[0]
        alike = next((other for other, _ in found if other.execution.status.raw == row.status.raw), None)
        same_rules = newest.execution.assignment == row.assignment
        when = moment(read_at).astimezone(self._zone).strftime("%d.%m. %H:%M")
        return Record(
            execution=row,
            fields=newest.fields,
            actions=alike.actions if alike is not None else (),
            policies=newest.policies if same_rules else (),
            fields_from=Message(
                "This task was never read here, and there is no link now. Its fields are those of another task of"
                " the same kind, as of {when}. What was answered in it already is not known.",
                {"when": when},
            ),
        )

    def _kept(self, condition: str, params: tuple[str, ...], most: int) -> list[tuple[Record, float]]:
        """The kept records that can be read, with the moment when they were (seconds since 1970), newest first."""
        sql = f"SELECT record, read_at FROM records WHERE owner = ? AND {condition} ORDER BY number DESC LIMIT ?"  # noqa: S608
        records: list[tuple[Record, float]] = []
        try:
            for blob, read_at in self._journal.read(sql, (self._owner, *params, most)):
                records.append((unpack(blob, Record), read_at))
        except (JournalError, msgspec.MsgspecError):
            # Only a copy of what the server has, in another version's shape perhaps: the server has it.
            return records
        for record, _ in records:
            revive(record)
        return records

    def _remember(self, key: Key, record: Record) -> None:
        self._memory[key] = record
        self._memory.move_to_end(key)
        while len(self._memory) > IN_MEMORY:
            self._memory.popitem(last=False)

    def _store(self, key: Key, record: Record) -> None:
        owner, now = self._owner, stamp(self._clock())
        # Without a kind it is nobody's model.
        head = ("" if record.own_fields else _kind(record.execution), record.execution.revision, now)

        def work(db: Db) -> None:
            db.execute(
                "INSERT OR REPLACE INTO records (owner, profile, system, id, kind, revision, read_at, record)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (owner, *key, *head, pack(record)),
            )
            db.execute(
                "DELETE FROM records WHERE owner = ? AND number <= (SELECT number FROM records WHERE owner = ?"
                " ORDER BY number DESC LIMIT 1 OFFSET ?)",
                (owner, owner, KEPT),
            )

        self._journal.write(work, merge=("record", owner, key))


def _kind(execution: Execution) -> str:
    """What it is made from: executions of one kind have the same fields. "" where that is not known."""
    if execution.template is not None:
        return f"template {execution.template}"
    return f"assignment {execution.assignment}" if execution.assignment is not None else ""
