"""The outbox: every write is on disk, with its idempotency key, before anything is sent.

The order of one execution's entries is kept; entries of different executions do not wait for each other. Several
processes may share one outbox: whoever sends an entry holds a lease on it, which ends by itself after a kill.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tui.model.action import Delivery, Receipt, Request, Slot
from tui.model.clock import Clock, system_clock
from tui.model.execution import Key
from tui.model.message import Message
from tui.workbench import history
from tui.workbench.drafts import edits_of, settle_edits
from tui.workbench.entry import COLUMNS, OPEN_STATES, Entry, EntryState, entry_of
from tui.workbench.feed import Feed
from tui.workbench.journal import Db, Journal
from tui.workbench.packing import pack, stamp

LEASE_SECONDS = 8.0
"""Below the 10 s within which a killed process's entries are taken over; renewed every third of it."""

LONGEST_WAIT = 15 * 60.0
"""No ``next_try`` is further away than this; one that is comes from a clock that jumped."""

KEPT_AFTER = timedelta(days=30)

_OPEN = "state IN ('waiting', 'sending', 'paused', 'attention')"

# Ready: it is due (or its moment lies impossibly far ahead), or its sender is gone; and nothing before it in its
# line is on the way or held. An entry that needs a person holds only those made before the person could know.
_READY = f"""
SELECT seq FROM outbox AS mine WHERE owner = :owner AND {_OPEN} AND (
    (state = 'waiting' AND (next_try <= :now OR next_try > :now + :longest))
    OR (state = 'sending' AND (lease_until <= :machine OR lease_until > :machine + :lease))
) AND NOT EXISTS (
    SELECT 1 FROM outbox AS before WHERE before.owner = mine.owner AND before.line = mine.line
    AND before.seq < mine.seq AND before.{_OPEN}
    AND (before.state <> 'attention' OR before.seq > mine.past)
) ORDER BY attempts, seq LIMIT 1
"""  # noqa: S608 - our own text


class Outbox:
    """The entries of one owner. ``who`` is the name that the trail shows; ``machine`` times the leases."""

    def __init__(
        self,
        journal: Journal,
        owner: str,
        clock: Clock = system_clock,
        *,
        who: str = "",
        machine: Clock = system_clock,
    ) -> None:
        self.changes: Feed[Entry] = Feed()
        self.who = who
        self._journal = journal
        self._owner = owner
        self._clock = clock
        self._machine = machine
        self._me = f"{os.getpid()}-{uuid.uuid4().hex}"
        self._known: dict[str, tuple[str, int]] = {}

    # -- reading ----------------------------------------------------------------------------------------

    def entries(self, *states: EntryState) -> list[Entry]:
        """The entries in these states (none named: all), oldest first."""
        return self._select("" if not states else f" AND state IN ({', '.join('?' * len(states))})", *states)

    def of(self, key: Key) -> list[Entry]:
        """The unsettled entries about ``key``, in the order in which they are sent."""
        return self._select(f" AND {_OPEN} AND line = ?", _line_of(key.system, key.id))

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that ID."""
        found = self._select(" AND id = ?", entry_id)
        return found[0] if found else None

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
        """The last different texts given to each input of ``action``, newest first."""
        recent: dict[str, list[str]] = {}
        for (blob,) in self._journal.read(
            "SELECT request FROM outbox WHERE owner = ? ORDER BY seq DESC LIMIT 300", (self._owner,)
        ):
            request = msgspec.msgpack.decode(blob, type=Request)
            for name, value in request.inputs.items() if request.action == action else ():
                texts = recent.setdefault(name, [])
                if isinstance(value, str) and value and value not in texts and len(texts) < limit:
                    texts.append(value)
        return recent

    # -- a person's side --------------------------------------------------------------------------------

    async def add(self, request: Request, *, sending: bool = False) -> Entry:
        """Put ``request`` on disk; it is there when this returns. Adding the same request twice adds one entry.

        A refused entry of the same execution whose answers all travel again is replaced by this one.
        ``sending``: it is being sent by the caller, now.
        """
        entries = await asyncio.wrap_future(self._journal.write(lambda db: self._insert(db, request, sending)))
        for entry in entries:
            self._publish(entry)
        return entries[-1]

    async def retry(self, entry_id: str) -> Entry | None:
        """A person wants it sent after all: it waits again. ONLINE entries are never repeated."""
        return await self._decide(entry_id, EntryState.WAITING, "retried", (EntryState.ATTENTION, EntryState.WAITING))

    async def discard(self, entry_id: str) -> Entry | None:
        """Take it back; the draft stays. An entry that is being sent cannot be taken back and stays as it is."""
        states = (EntryState.ATTENTION, EntryState.WAITING, EntryState.PAUSED)
        return await self._decide(entry_id, EntryState.DISCARDED, "discarded", states)

    # -- the sender's side ------------------------------------------------------------------------------

    async def claim(self) -> Entry | None:
        """Lease the next entry that may be sent now. ``unsure`` in it tells to read back first."""
        if not self._journal.read(_READY, self._moments()):
            return None
        entry = await asyncio.wrap_future(self._journal.write(self._take))
        if entry is not None:
            self._publish(entry)
        return entry

    async def renew(self, entry: Entry) -> None:
        """Hold the lease for a while longer."""
        until = stamp(self._machine()) + LEASE_SECONDS
        sql = "UPDATE outbox SET lease_until = ? WHERE id = ? AND lease_by = ? AND state = 'sending'"
        await self._execute(sql, (until, entry.id, self._me))

    def release(self, entry: Entry) -> None:
        """Give up the lease without knowing the outcome: the next sender reads back first."""
        sql = "UPDATE outbox SET lease_until = 0 WHERE id = ? AND lease_by = ? AND state = 'sending'"
        self._journal.write(lambda db: db.execute(sql, (entry.id, self._me)).rowcount)

    async def settle(self, entry: Entry, receipt: Receipt) -> Entry:
        """The server has it: in one transaction the entry is SENT, what it carried leaves the draft, the trail grows."""
        now = self._clock()

        def work(db: Db) -> Entry:
            _set(db, entry, state="sent", receipt=pack(receipt), settled=stamp(now), unsure=0, reason=None, fields=None)
            settle_edits(db, self._owner, entry.request, entry.edits)
            answer = Message(receipt.status_raw, {}, server=True)
            history.append(db, self._event(entry, "sent", answer, now, receipt.key_id))
            return _load(db, entry.id)

        return await self._write(work)

    async def wait(self, entry: Entry, reason: Message, seconds: float = 0.0, *, unsure: bool) -> Entry:
        """Not now: it waits ``seconds`` (0: only for the link)."""
        next_try = stamp(self._clock()) + min(seconds, LONGEST_WAIT) if seconds else 0.0

        def work(db: Db) -> Entry:
            _set(db, entry, state="waiting", next_try=next_try, reason=pack(reason), unsure=int(unsure))
            return _load(db, entry.id)

        return await self._write(work)

    async def hold(
        self, entry: Entry, reason: Message, fields: dict[str, list[str]] | None = None, *, unsure: bool = False
    ) -> Entry:
        """A person must look at it."""
        now = self._clock()
        told = pack(fields) if fields else None

        def work(db: Db) -> Entry:
            _set(
                db, entry, state="attention", reason=pack(reason), fields=told, settled=stamp(now),
                unsure=int(unsure), confirmed=0,
            )  # fmt: skip
            history.append(db, self._event(entry, "refused", reason, now))
            return _load(db, entry.id)

        return await self._write(work)

    async def withdraw(self, entry: Entry, reason: Message) -> Entry:
        """It was refused while the person waited for the answer: nothing is left to do."""
        now = self._clock()

        def work(db: Db) -> Entry:
            _set(db, entry, state="discarded", reason=pack(reason), settled=stamp(now), unsure=0)
            history.append(db, self._event(entry, "refused", reason, now))
            return _load(db, entry.id)

        return await self._write(work)

    async def pause(self, entry: Entry, reason: Message, *, unsure: bool) -> None:
        """The server does not accept the token: hold everything of this owner."""
        now = self._clock()

        def work(db: Db) -> list[Entry]:
            _set(db, entry, state="paused", unsure=int(unsure))
            history.append(db, self._event(entry, "paused", reason, now))
            db.execute(
                "UPDATE outbox SET state = 'paused', reason = ? WHERE owner = ? AND state IN ('waiting', 'paused')",
                (pack(reason), self._owner),
            )
            return _all(db, "owner = ? AND state = 'paused'", self._owner)

        for paused in await asyncio.wrap_future(self._journal.write(work)):
            self._publish(paused)

    async def resume(self) -> int:
        """The token is accepted again, or there is a new connection: what was held waits. How many."""
        if not self.paused():
            return 0

        def work(db: Db) -> list[Entry]:
            found = _all(db, "owner = ? AND state = 'paused'", self._owner)
            db.execute(
                "UPDATE outbox SET state = 'waiting', next_try = 0, reason = NULL WHERE owner = ? AND state = 'paused'",
                (self._owner,),
            )
            return [msgspec.structs.replace(each, state=EntryState.WAITING, next_try=None, reason=None) for each in found]

        entries = await asyncio.wrap_future(self._journal.write(work))
        for entry in entries:
            self._publish(entry)
        return len(entries)

    def due_in(self) -> float | None:
        """Seconds until the next entry may become ready by time alone; ``None`` when none will."""
        now, machine = stamp(self._clock()), stamp(self._machine())
        ((tries, leases),) = self._journal.read(
            "SELECT min(CASE WHEN state = 'waiting' AND next_try > 0 THEN next_try END),"
            " min(CASE WHEN state = 'sending' THEN lease_until END)"
            f" FROM outbox WHERE owner = ? AND {_OPEN}",  # noqa: S608 - our own text
            (self._owner,),
        )
        waits = [max(0.0, tries - now)] if tries is not None else []
        if leases is not None:
            waits.append(max(0.0, leases - machine))
        return min(waits, default=None)

    def observe(self) -> None:
        """Publish what other processes did to our entries since the last look."""
        found = {
            name: (state, attempts)
            for name, state, attempts in self._journal.read(
                f"SELECT id, state, attempts FROM outbox WHERE owner = ? AND {_OPEN}",  # noqa: S608 - our own text
                (self._owner,),
            )
        }
        changed = [name for name, seen in found.items() if self._known.get(name) != seen]
        for name in changed + [name for name in self._known if name not in found]:
            entry = self.get(name)
            if entry is not None:
                self._publish(entry)
            else:
                self._known.pop(name, None)

    async def purge(self) -> int:
        """Forget what was settled more than 30 days ago. How many."""
        limit = stamp(self._clock() - KEPT_AFTER)
        sql = "DELETE FROM outbox WHERE owner = ? AND settled < ? AND state IN ('sent', 'discarded')"
        old = "SELECT 1 FROM outbox WHERE owner = ? AND settled < ? AND state IN ('sent', 'discarded') LIMIT 1"
        if not self._journal.read(old, (self._owner, limit)):
            return 0
        return await self._execute(sql, (self._owner, limit))
