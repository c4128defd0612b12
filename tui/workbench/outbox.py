"""The outbox: every write is on disk, with its idempotency key, before anything is sent.

The order of one execution's entries is kept; entries of different executions do not wait for each other. Several
processes may share one outbox: whoever sends an entry holds a lease on it, which ends by itself after a kill.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tui.model.action import Delivery, Receipt, Request
from tui.model.clock import Clock, running_clock, system_clock
from tui.model.message import Message, verbatim
from tui.workbench import entry_rows as rows
from tui.workbench import facts, history
from tui.workbench.drafts import carried, edits_of, settle_edits
from tui.workbench.entry import ILLEGIBLE, Entry, EntryState, as_chosen
from tui.workbench.feed import Feed
from tui.workbench.files import Files, Kept
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal
from tui.workbench.outbox_reading import OutboxReading
from tui.workbench.packing import pack, seal, stamp
from tui.workbench.removed import apart, keep_as_draft
from tui.workbench.timing import LONGEST_WAIT

LEASE_SECONDS = 8.0
"""Below the 10 s within which a killed process's entries are taken over; renewed every third of it."""

KEPT_AFTER = timedelta(days=30)


class Outbox(OutboxReading):
    """The entries of one owner. ``who`` is the name that the trail shows; ``machine`` times the leases: a clock
    that nobody sets, for a lease that ends too soon is an entry sent twice.

    ``changes`` publishes every entry that became different. One that this process brought to the server is
    published as SENT only after its record was read again (or that reading failed or took longer than
    ``attempt.LONGEST_TELLING``), with ``request.values``, ``request.notes`` and the receipt. Files among the
    values are published as the person chose them; on disk they are copies, and what the server holds once sent.
    """

    def __init__(
        self,
        journal: Journal,
        owner: str,
        clock: Clock = system_clock,
        *,
        who: str = "",
        machine: Clock = running_clock,
    ) -> None:
        super().__init__(journal, owner)
        self.files = Files(journal)
        self.changes: Feed[Entry] = Feed()
        self.who = who
        self.on_ready: Callable[[], None] = lambda: None
        """Called when there is something to send."""
        self._clock = clock
        self._machine = machine
        self._me = f"{os.getpid()}-{uuid.uuid4().hex}"
        self._known: dict[str, tuple[str, int]] = {}

    # -- a person's side --------------------------------------------------------------------------------

    async def add(self, request: Request, *, sending: bool = False) -> Entry:
        """Put ``request`` on disk; it is there when this returns. Adding the same request twice adds one entry.

        Its files are copied before that, and the entry refers to the copies. Raises ``FileRefused`` where one
        cannot be: then nothing was added.

        A refused entry of the same execution whose answers all travel again is replaced by this one. What the
        last entry of the execution asks for already, and is on its way, is not added again: that entry is
        returned. Raises ``AlreadyOnItsWay`` for a finish or deny behind another one that is on its way.
        ``sending``: it is being sent by the caller, now.
        """
        # A folder that cannot be written is told by the journal, in words for all of it.
        kept = await self.files.keep(request) if self._journal.writable else Kept(request)
        future = self._journal.write(lambda db: self._insert(db, kept, sending))
        # Whoever stops waiting does not stop the write.
        future.add_done_callback(lambda _: kept.tidy())
        entries = await asyncio.wrap_future(future)
        for entry in entries:
            self.publish(entry)
        await self.files.let_go(*(entry.request for entry in entries[:-1]))
        if not sending:
            self.on_ready()
        return entries[-1]

    async def retry(self, entry_id: str) -> Entry | None:
        """A person wants it sent now, or after all. ONLINE entries are never repeated and stay as they are."""
        entry = await self._change(lambda db: self._retry(db, entry_id))
        self.on_ready()
        return entry

    async def discard(self, entry_id: str) -> Entry | None:
        """Take it back; the draft stays. An entry that is being sent cannot be taken back and stays as it is."""
        entry = await self._change(lambda db: self._discard(db, entry_id))
        if entry is not None and entry.state.settled:
            await self.files.let_go(entry.request)
        return entry

    async def resume(self) -> int:
        """The token is accepted again, or there is a new connection: what was paused waits. How many."""
        if not self.paused():
            return 0

        def work(db: Db) -> list[Entry]:
            paused = rows.select(db, "owner = ? AND state = 'paused'", self._owner)
            for entry in paused:
                rows.change(db, entry, {"state": "waiting", "next_try": 0, "reason": None})
            return [e for entry in paused if (e := rows.load(db, entry.id))]

        entries = await asyncio.wrap_future(self._journal.write(work))
        for entry in entries:
            self.publish(entry)
        self.on_ready()
        return len(entries)

    # -- the sender's side ------------------------------------------------------------------------------

    async def claim(self) -> Entry | None:
        """Lease the next entry that may be sent now. ``unsure`` in it tells to read back first."""
        if not self._journal.read(rows.READY, self._moments()):
            return None
        return await self._change(self._take)

    async def renew(self, entry: Entry) -> None:
        """Hold the lease for a while longer."""
        sql = "UPDATE outbox SET lease_until = ? WHERE id = ? AND lease_by = ? AND state = 'sending'"
        params = (stamp(self._machine()) + LEASE_SECONDS, entry.id, self._me)
        await asyncio.wrap_future(self._journal.write(lambda db: db.execute(sql, params).rowcount))

    def release(self, entry: Entry) -> None:
        """Give up the lease without knowing the outcome: the next sender reads back first."""
        sql = "UPDATE outbox SET lease_until = 0 WHERE id = ? AND lease_by = ? AND state = 'sending'"
        self._journal.write(lambda db: db.execute(sql, (entry.id, self._me)).rowcount)

    async def settle(
        self, entry: Entry, receipt: Receipt, *, seen: bool = True, lacks: Message | None = None
    ) -> Entry:
        """The server has it: in one transaction it is SENT, what it carried leaves the draft, the trail grows.

        Not published: the sender does that when it has read the record again; ``seen``: it could. ``lacks``: what
        the server did not keep.
        """
        now = self._clock()
        # The copies of files are not needed any more: from now on the request says how the server names them.
        held = {key: value for key, value in receipt.held.items() if key in entry.request.values}

        def work(db: Db) -> Entry | None:
            columns = {
                "receipt": pack(receipt),
                "settled": stamp(now),
                "unsure": int(not seen),
                "reason": pack(lacks) if lacks is not None else None,
                "fields": None,
                "request": seal(msgspec.structs.replace(entry.request, values=entry.request.values | held)),
            }
            if rows.change(db, entry, {"state": "sent", **columns}):
                behind = rows.select(
                    db, f"owner = ? AND line = ? AND {rows.OPEN}", self._owner, rows.line_of(entry.request)
                )
                awaited = {key for each in behind for key in (*each.request.values, *each.request.notes)}
                settle_edits(db, self._owner, entry.request, entry.edits, held, awaited)
                facts.drop(db, self._owner, facts.REFUSED)
                event = self._event(entry.request, "sent", verbatim(receipt.status_raw), now)
                key = event.key if event.key.id else event.key._replace(id=receipt.key_id)
                history.append(db, msgspec.structs.replace(event, key=key, failed=receipt.failed or Message("")))
            return rows.load(db, entry.id)

        settled = await asyncio.wrap_future(self._journal.write(work)) or entry
        await self.files.let_go(entry.request)
        return settled

    async def wait(self, entry: Entry, reason: Message, seconds: float = 0.0, *, unsure: bool) -> None:
        """Not now: it waits ``seconds`` (0: only for the link)."""
        next_try = stamp(self._clock()) + min(seconds, LONGEST_WAIT) if seconds else 0.0

        def work(db: Db) -> Entry | None:
            columns = {"next_try": next_try, "reason": pack(reason), "unsure": int(unsure)}
            rows.change(db, entry, {"state": "waiting", **columns}, self._me)
            return rows.load(db, entry.id)

        await self._change(work)

    async def hold(
        self,
        entry: Entry,
        reason: Message,
        fields: dict[str, list[Message]] | None = None,
        *,
        unsure: bool = False,
    ) -> None:
        """A person must look at it. ``fields``: what is wrong with single fields."""
        columns = {"fields": pack(fields) if fields else None, "unsure": int(unsure), "confirmed": 0}
        await self._refuse(entry, "attention", reason, columns)

    async def leave_out(self, entry: Entry, keys: Sequence[str], reason: Message | None) -> Entry:
        """These answers do not belong to it any more: they stay as a draft, and the trail says so.

        One that is sent was seen by that, also without ``keys`` and ``reason``. Not published.
        """
        now = self._clock()
        rest, gone = apart(entry.request, keys)

        def work(db: Db) -> Entry | None:
            if (found := rows.load(db, entry.id)) is None or found.request != entry.request:
                return found  # another process was faster
            if reason is not None:
                keep_as_draft(db, self._owner, entry, keys, now)
                history.append(db, self._event(gone, "refused", reason, now))
            sent = "reason = CASE state WHEN 'sent' THEN ? ELSE reason END, unsure = unsure AND state <> 'sent'"
            sql = f"UPDATE outbox SET request = ?, {sent} WHERE id = ?"  # noqa: S608 - our own text
            db.execute(sql, (seal(rest), pack(reason) if reason is not None else None, entry.id))
            return rows.load(db, entry.id)

        left = await asyncio.wrap_future(self._journal.write(work)) or entry
        await self.files.let_go(gone)
        return left

    async def withdraw(self, entry: Entry, reason: Message, outcome: str = "refused") -> None:
        """It was refused, or never arrived, while the person waited for the answer: nothing is left to do."""
        await self._refuse(entry, "discarded", reason, {"unsure": 0}, outcome)
        await self.files.let_go(entry.request)

    async def note_unsent(self, request: Request, reason: Message) -> None:
        """The trail is told of a write that did not become an entry: it was not sent, and does not wait."""
        event = self._event(request, "unsent", reason, self._clock())
        await asyncio.wrap_future(self._journal.write(lambda db: history.append(db, event)))

    async def pause(self, entry: Entry, reason: Message, *, unsure: bool) -> None:
        """The server does not accept the token: hold everything of this owner. The trail is told once of it, until
        the server accepts something again or gives another reason."""
        now = self._clock()

        def work(db: Db) -> list[Entry]:
            held = rows.change(db, entry, {"state": "waiting", "unsure": int(unsure)}, self._me)
            if held and facts.change(db, self._owner, facts.REFUSED, reason):
                history.append(db, self._event(entry.request, "paused", reason, now))
            waiting = rows.select(db, "owner = ? AND state = 'waiting'", self._owner)
            for each in waiting:
                rows.change(db, each, {"state": "paused", "reason": pack(reason)})
            return [e for each in waiting if (e := rows.load(db, each.id))]

        for paused in await asyncio.wrap_future(self._journal.write(work)):
            self.publish(paused)

    def due_in(self) -> float | None:
        """Seconds until the next entry may become ready by time alone; ``None`` when none will."""
        now, machine = stamp(self._clock()), stamp(self._machine())
        ((tries, leases),) = self._journal.read(rows.NEXT, (self._owner,))
        waits = [max(0.0, tries - now)] if tries is not None else []
        if leases is not None:
            waits.append(max(0.0, leases - machine))
        return min(waits, default=None)

    def observe(self) -> None:
        """Publish what other processes did to our entries since the last look."""
        found = {
            name: (state, attempts)
            for name, state, attempts in self._journal.read(
                f"SELECT id, state, attempts FROM outbox WHERE owner = ? AND {rows.OPEN}",  # noqa: S608 - our own text
                (self._owner,),
            )
        }
        changed = [name for name, seen in found.items() if self._known.get(name) != seen]
        for name in changed + [name for name in self._known if name not in found]:
            entry = self.get(name)
            if entry is not None:
                self.publish(entry)
            else:
                self._known.pop(name, None)

    async def purge(self) -> int:
        """Forget what was settled more than 30 days ago. How many."""
        condition = "owner = ? AND settled < ? AND state IN ('sent', 'discarded')"
        params = (self._owner, stamp(self._clock() - KEPT_AFTER))
        if not self._journal.read(f"SELECT 1 FROM outbox WHERE {condition} LIMIT 1", params):  # noqa: S608
            return 0
        sql = f"DELETE FROM outbox WHERE {condition}"  # noqa: S608 - our own text
        return await asyncio.wrap_future(self._journal.write(lambda db: db.execute(sql, params).rowcount))

    # -- inside of a write ------------------------------------------------------------------------------

    def _insert(self, db: Db, kept: Kept, sending: bool) -> list[Entry]:
        request = kept.request
        known = rows.load(db, request.idempotency_key)
        if known is not None:
            return [known]
        now, line = self._clock(), rows.line_of(request)
        if not sending and (twin := rows.twin(db, self._owner, request)) is not None:
            return [twin]
        held = rows.select(db, "owner = ? AND line = ? AND state = 'attention'", self._owner, line)
        replaced = [entry for entry in held if rows.replaces(request, entry.request)]
        reason = Message("Replaced by a later entry.")
        for entry in replaced:
            rows.change(db, entry, {"state": "discarded", "reason": pack(reason), "settled": stamp(now)})
            history.append(db, self._event(entry.request, "discarded", reason, now))
        past = max((entry.seq for entry in held if entry not in replaced), default=0)
        paused = db.execute("SELECT 1 FROM outbox WHERE owner = ? AND state = 'paused' LIMIT 1", (self._owner,))
        state = "sending" if sending else "paused" if paused.fetchone() else "waiting"
        lease = (self._me, stamp(self._machine()) + LEASE_SECONDS) if sending else ("", 0.0)
        edits = carried(edits_of(db, self._owner, request), kept.chosen)
        kept.put()
        values = (request.idempotency_key, self._owner, line, past, state, seal(request), seal(edits), stamp(now))
        db.execute(
            "INSERT INTO outbox (id, owner, line, past, state, request, edits, created, lease_by, lease_until,"
            " attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, *lease, int(sending)),
        )
        names = [entry.id for entry in replaced] + [request.idempotency_key]
        return [found for name in names if (found := rows.load(db, name))]

    def _take(self, db: Db) -> Entry | None:
        while (found := db.execute(rows.READY, self._moments()).fetchone()) is not None:
            # Found in state "sending": its sender is gone, and nobody knows how far it came.
            db.execute(
                "UPDATE outbox SET unsure = unsure OR state = 'sending', state = 'sending', next_try = 0,"
                " attempts = attempts + 1, lease_by = ?, lease_until = ? WHERE seq = ?",
                (self._me, stamp(self._machine()) + LEASE_SECONDS, found[0]),
            )
            (entry,) = rows.select(db, "seq = ?", found[0])
            if entry.legible:
                return entry
            # A person must look at it; the others do not wait for that.
            told = {"state": "attention", "reason": pack(ILLEGIBLE), "settled": stamp(self._clock())}
            rows.change(db, entry, told)
        return None

    def _retry(self, db: Db, entry_id: str) -> Entry | None:
        entry = rows.load(db, entry_id)
        if entry is None or entry.request.delivery is Delivery.ONLINE:
            return entry
        if entry.state is EntryState.WAITING:
            rows.change(db, entry, {"next_try": 0})
        elif entry.state is EntryState.ATTENTION:
            fresh = {"reason": None, "fields": None, "settled": None, "confirmed": 1, "attempts": 0, "next_try": 0}
            rows.change(db, entry, {"state": "waiting", **fresh})
            history.append(db, self._event(entry.request, "retried", entry.reason or Message(""), self._clock()))
        return rows.load(db, entry_id)

    def _discard(self, db: Db, entry_id: str) -> Entry | None:
        entry = rows.load(db, entry_id)
        if entry is None or entry.state is EntryState.SENDING or entry.state.settled:
            return entry
        now = self._clock()
        if rows.change(db, entry, {"state": "discarded", "settled": stamp(now)}):
            history.append(db, self._event(entry.request, "discarded", entry.reason or Message(""), now))
        return rows.load(db, entry_id)

    async def _refuse(
        self, entry: Entry, state: str, reason: Message, columns: dict[str, Any], outcome: str = "refused"
    ) -> None:
        now = self._clock()

        def work(db: Db) -> Entry | None:
            told = {"state": state, "reason": pack(reason), "settled": stamp(now), **columns}
            if rows.change(db, entry, told, self._me):
                history.append(db, self._event(entry.request, outcome, reason, now))
            return rows.load(db, entry.id)

        await self._change(work)

    # -- small parts ------------------------------------------------------------------------------------

    async def _change(self, work: Callable[[Db], Entry | None]) -> Entry | None:
        entry = await asyncio.wrap_future(self._journal.write(work))
        if entry is not None:
            self.publish(entry)
        return entry

    def publish(self, entry: Entry) -> None:
        """Tell who watches."""
        if entry.state.settled:
            self._known.pop(entry.id, None)
        else:
            self._known[entry.id] = (entry.state.value, entry.attempts)
        self.changes.publish(as_chosen(entry) if entry.state is EntryState.SENT else entry)

    def _moments(self) -> dict[str, Any]:
        return {
            "owner": self._owner,
            "now": stamp(self._clock()),
            "machine": stamp(self._machine()),
            "longest": LONGEST_WAIT,
            "lease": LEASE_SECONDS,
        }

    def _event(self, request: Request, outcome: str, answer: Message, at: datetime) -> history.Event:
        return history.event_of(
            request, outcome, answer, at=at, owner=self._owner, who=self.who, described=self.files.described
        )
