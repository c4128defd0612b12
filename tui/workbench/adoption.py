"""What one person made with an earlier token, taken over by the present one.

A token stands for a person only as far as the server says who it belongs to. Where it gives both tokens the same
ID, the newer one takes over everything: drafts, positions, waiting entries, what is known, what was read. It goes
one way only, from the token seen earlier to the one seen later, so that two that are both in use do not take each
other's things to and fro.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from tui.form.edit import FieldEdit
from tui.model.execution import Key
from tui.model.message import Message
from tui.model.system import Who
from tui.workbench import entry_rows as rows
from tui.workbench import history
from tui.workbench.drafts import given_way, same_text
from tui.workbench.facts import SINCE, STAYS, WHO
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import stamp, unpack

# Packed moments compare like the moments: the same first byte, then the number, highest byte first.
_EARLIER = """
SELECT facts.owner, facts.fact FROM facts
LEFT JOIN facts AS theirs ON theirs.owner = facts.owner AND theirs.name = :since
LEFT JOIN facts AS mine ON mine.owner = :owner AND mine.name = :since
WHERE facts.name = :who AND facts.owner <> :owner AND substr(facts.owner, 1, length(:place)) = :place
AND coalesce(theirs.fact, x'') < mine.fact
AND (EXISTS (SELECT 1 FROM drafts WHERE owner = facts.owner)
    OR EXISTS (SELECT 1 FROM outbox WHERE owner = facts.owner)
    OR EXISTS (SELECT 1 FROM positions WHERE owner = facts.owner)
    OR EXISTS (SELECT 1 FROM records WHERE owner = facts.owner))
"""


class Heir(NamedTuple):
    """Whoever takes over: the present ``owner``, the ``place`` where it may look, the person, the trail's key."""

    owner: str
    place: str
    who: Who
    key: Key


class Adopted(msgspec.Struct, kw_only=True):
    """What came over: whose, how many draft fields and unsettled entries. ``left``: somebody is being sent for
    just now and has to be asked for again later.
    """

    owners: list[str] = []
    fields: int = 0
    entries: int = 0
    left: bool = False


def earlier(journal: Journal, heir: Heir) -> list[str]:
    """The owners from whom something is to be taken over."""
    if not heir.place or not heir.who.id:
        return []
    names = {"owner": heir.owner, "place": f"{heir.place}:", "who": WHO, "since": SINCE}
    try:
        return [owner for owner, fact in journal.read(_EARLIER, names) if _id_in(fact) == heir.who.id]
    except JournalError as error:
        journal.unreadable(error)
        return []


def adopt(db: Db, heir: Heir, owners: Sequence[str], now: datetime, machine: datetime, lease: float) -> Adopted:
    """Take over from ``owners``, oldest first, in the transaction of ``db``. ``lease``: the seconds of a lease;
    one that ends later is of a machine that was started again since.
    """
    done = Adopted()
    sending = "SELECT 1 FROM outbox WHERE owner = ? AND state = 'sending' AND lease_until BETWEEN ? AND ?"
    for old in owners:
        if db.execute(sending, (old, stamp(machine), stamp(machine) + lease)).fetchone():
            done.left = True
            continue
        fields = _drafts(db, heir, old, now)
        entries = _entries(db, heir.owner, old)
        for table in ("positions", "records", "lists"):
            db.execute(f"UPDATE OR IGNORE {table} SET owner = ? WHERE owner = ?", (heir.owner, old))  # noqa: S608
        db.execute("DELETE FROM list_pages WHERE list IN (SELECT number FROM lists WHERE owner = ?)", (old,))
        for table in ("positions", "records", "lists"):
            db.execute(f"DELETE FROM {table} WHERE owner = ?", (old,))  # noqa: S608 - our own table names
        kept = ", ".join("?" * len(STAYS))
        moved = f"owner = ? AND name NOT IN ({kept})"
        db.execute(f"UPDATE OR IGNORE facts SET owner = ? WHERE {moved}", (heir.owner, old, *STAYS))  # noqa: S608
        db.execute(f"DELETE FROM facts WHERE {moved}", (old, *STAYS))  # noqa: S608 - our own text
        done.owners.append(old)
        done.fields += fields
        done.entries += entries
    if done.fields or done.entries:
        history.append(db, _event(heir, done, now))
    return done


def said(done: Adopted) -> Message:
    """What the person should know of it."""
    return Message(
        "What was made with an earlier token of yours is here again: {fields} fields, {entries} waiting entries.",
        {"fields": done.fields, "entries": done.entries},
    )


def _drafts(db: Db, heir: Heir, old: str, now: datetime) -> int:
    """Of a field that both have, the newer text stays; the other one goes to the trail."""
    both = db.execute(
        "SELECT theirs.profile, theirs.system, theirs.id, theirs.field, theirs.edit, theirs.at, mine.edit, mine.at"
        " FROM drafts AS theirs JOIN drafts AS mine ON mine.owner = ? AND mine.profile = theirs.profile"
        " AND mine.system = theirs.system AND mine.id = theirs.id AND mine.field = theirs.field"
        " WHERE theirs.owner = ?",
        (heir.owner, old),
    ).fetchall()
    for profile, system, key_id, field, theirs, their_at, mine, my_at in both:
        place = (profile, system, key_id, field)
        if their_at > my_at:
            gone, stays = mine, theirs
            db.execute(
                "DELETE FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ? AND field = ?",
                (heir.owner, *place),
            )
        else:
            gone, stays = theirs, mine
        _keep_in_trail(db, heir, Key(profile, system, key_id), field, (gone, stays), now)
    (count,) = db.execute("SELECT count(*) FROM drafts WHERE owner = ?", (old,)).fetchone()
    db.execute("UPDATE OR IGNORE drafts SET owner = ? WHERE owner = ?", (heir.owner, old))
    db.execute("DELETE FROM drafts WHERE owner = ?", (old,))
    return int(count)


def _keep_in_trail(db: Db, heir: Heir, key: Key, field: str, blobs: tuple[bytes, bytes], now: datetime) -> None:
    try:
        gone, stays = (unpack(blob, FieldEdit) for blob in blobs)
    except msgspec.MsgspecError:
        # One of them says nothing to anybody any more.
        return
    if not same_text(gone, stays):
        given_way(db, (heir.owner, heir.who.name, now), key, {field: (gone, stays)})


def _entries(db: Db, owner: str, old: str) -> int:
    """Settled ones come too. What the server did not accept from the old token is tried with the new one."""
    for entry in rows.select(db, "owner = ? AND state = 'paused'", old):
        rows.change(db, entry, {"state": "waiting", "next_try": 0, "reason": None})
    (count,) = db.execute(f"SELECT count(*) FROM outbox WHERE owner = ? AND {rows.OPEN}", (old,)).fetchone()  # noqa: S608
    db.execute("UPDATE outbox SET owner = ? WHERE owner = ?", (owner, old))
    return int(count)


def _event(heir: Heir, done: Adopted, now: datetime) -> history.Event:
    return history.Event(
        at=now,
        owner=heir.owner,
        who=heir.who.name,
        what="adopt",
        outcome="adopted",
        key=heir.key,
        answer=said(done),
    )


def _id_in(fact: bytes) -> str:
    try:
        return unpack(fact, Who).id
    except msgspec.MsgspecError:
        return ""
