"""What the outbox holds: for the screen, which must go on when the journal cannot be read, and for the sender."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tui.model.action import WHY, Request, Slot
from tui.model.execution import Key
from tui.workbench import entry_rows as rows
from tui.workbench.entry import COLUMNS, SPOILT, Entry, EntryState, whatever_is_left
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import moment_or_none, stamp

STILL_OURS = timedelta(minutes=1)
"""An own write settled longer than this before an entry was made was seen by whoever made it, where its record was
read after it: every window of this device hears of it at once. What stands there later and is the same may be
somebody else's."""


class Kept(NamedTuple):
    """The executions with an unsettled entry. ``done``: what was done with them goes out by itself, whole."""

    keys: frozenset[Key] = frozenset()
    done: frozenset[Key] = frozenset()


class OutboxReading:
    """The reading half. Figures and keys are the last known ones while the journal cannot be read."""

    def __init__(self, journal: Journal, owner: str) -> None:
        self._journal = journal
        self._owner = owner
        self._last_counts: dict[str, int] = {}
        self._last_kept = Kept()

    def entries(self, *states: EntryState) -> list[Entry]:
        """The entries in these states (none named: all), oldest first. Raises ``JournalError``."""
        return self._select(f"state IN ({', '.join('?' * len(states))})" if states else "1", *states)

    def of(self, key: Key) -> list[Entry]:
        """The unsettled entries about ``key``, in the order in which they are sent. Raises ``JournalError``."""
        return self._select(f"{rows.OPEN} AND line = ?", rows.line(key.system, key.id))

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that ID. Raises ``JournalError``."""
        return next(iter(self._select("id = ?", entry_id)), None)

    def sent_before(self, entry: Entry, now: datetime) -> list[Request]:
        """What we wrote to the same execution before ``entry`` went out and perhaps unseen by it, oldest first."""
        # An entry from the future was made while the clock was wrong.
        since = stamp(min(entry.created, now) - STILL_OURS)
        line = rows.line_of(entry.request)
        condition = "line = ? AND seq < ? AND state = 'sent' AND (settled >= ? OR unsure)"
        return [sent.request for sent in self._select(condition, line, entry.seq, since)]

    def last_sent(self, key: Key) -> datetime | None:
        """When the last own write to ``key`` was settled. Raises ``JournalError``."""
        sql = "SELECT max(settled) FROM outbox WHERE owner = ? AND line = ? AND state = 'sent'"
        ((settled,),) = self._journal.read(sql, (self._owner, rows.line(key.system, key.id)))
        return moment_or_none(settled)

    def unseen(self, since: datetime) -> list[Entry]:
        """What was sent after ``since`` and whose record was not read after that. Raises ``JournalError``."""
        return self._select("state = 'sent' AND unsure AND settled >= ?", stamp(since))

    def kept(self) -> Kept:
        """What the rows of a list show of it; cheap enough to ask after every change.

        Of an item that only saves, needs a person or a sign-in, nobody may think that all is done.
        """
        sql = f"SELECT request, line, state IN ('waiting', 'sending') FROM outbox WHERE owner = ? AND {rows.OPEN}"  # noqa: S608
        keys: set[Key] = set()
        deeds: set[Key] = set()
        stuck: set[Key] = set()
        try:
            for request, line, goes in self._journal.read(sql, (self._owner,)):
                for key, slot in self._about(request, line):
                    keys.add(key)
                    if not goes or slot is None:
                        stuck.add(key)
                    elif slot is not Slot.SAVE:
                        deeds.add(key)
            self._last_kept = Kept(frozenset(keys), frozenset(deeds - stuck))
        except JournalError as error:
            self._journal.unreadable(error)
        return self._last_kept

    def _about(self, request: bytes, line: str) -> Iterable[tuple[Key, Slot | None]]:
        """The execution, and what is wanted of it; where a spoilt item was last known, nothing of it is sure."""
        try:
            return (rows.about(request),)
        except SPOILT as error:
            self._journal.unreadable(error)
            return [(key, None) for key in self._last_kept.keys if rows.line(key.system, key.id) == line]

    def waiting(self) -> int:
        """How many are on their way: waiting, being sent, or paused."""
        return self._count("state IN ('waiting', 'sending', 'paused')")

    def attention(self) -> int:
        """How many need a person."""
        return self._count("state = 'attention'")

    def paused(self) -> int:
        """How many are held because the server does not accept the token."""
        return self._count("state = 'paused'")

    def recent_inputs(self, action: str, limit: int = 9) -> dict[str, list[str]]:
        """The last different texts given to each input of ``action``, newest first; nothing if unreadable.

        The reasons for the history alone are under ``WHY``.
        """
        recent: dict[str, list[str]] = {}
        try:
            entries = self._select("seq > (SELECT coalesce(max(seq), 0) FROM outbox) - 300")
        except JournalError as error:
            self._journal.unreadable(error)
            return recent
        for entry in reversed(entries):
            if entry.request.action != action:
                continue
            why = {WHY: entry.request.why} if entry.request.why else {}
            for name, value in {**entry.request.inputs, **why}.items():
                texts = recent.setdefault(name, [])
                if isinstance(value, str) and value and value not in texts and len(texts) < limit:
                    texts.append(value)
        return recent

    def _select(self, condition: str, *params: Any) -> list[Entry]:
        sql = f"SELECT {COLUMNS} FROM outbox WHERE owner = ? AND {condition} ORDER BY seq"  # noqa: S608 - our own text
        entries = [whatever_is_left(row) for row in self._journal.read(sql, (self._owner, *params))]
        if not all(entry.legible for entry in entries):
            self._journal.unreadable(ValueError("an entry"))
        return entries

    def _count(self, condition: str) -> int:
        sql = f"SELECT count(*) FROM outbox WHERE owner = ? AND {rows.OPEN} AND {condition}"  # noqa: S608
        try:
            self._last_counts[condition] = int(self._journal.read(sql, (self._owner,))[0][0])
        except JournalError as error:
            self._journal.unreadable(error)
        return self._last_counts.get(condition, 0)
