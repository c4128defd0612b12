"""Entries in the journal's table, for use inside of a write."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.model.action import Request, Slot
from tui.model.execution import Key
from tui.workbench.conflicts import AlreadyOnItsWay
from tui.workbench.entry import COLUMNS, Entry, EntryState, whatever_is_left
from tui.workbench.jobs import Db
from tui.workbench.packing import opened

OPEN = "state IN ('waiting', 'sending', 'paused', 'attention')"

# Ready: it is due (or its moment lies impossibly far ahead), or its sender is gone; and nothing before it in its
# line is on the way or held. An entry that needs a person holds only those made before the person could know.
READY = f"""
SELECT seq FROM outbox AS mine WHERE owner = :owner AND {OPEN} AND (
    (state = 'waiting' AND (next_try <= :now OR next_try > :now + :longest))
    OR (state = 'sending' AND (lease_until <= :machine OR lease_until > :machine + :lease))
) AND NOT EXISTS (
    SELECT 1 FROM outbox AS before WHERE before.owner = mine.owner AND before.line = mine.line
    AND before.seq < mine.seq AND before.{OPEN}
    AND (before.state <> 'attention' OR before.seq > mine.past)
) ORDER BY attempts, seq LIMIT 1
"""  # noqa: S608 - our own text

NEXT = f"""
SELECT min(CASE WHEN state = 'waiting' AND next_try > 0 THEN next_try END),
    min(CASE WHEN state = 'sending' THEN lease_until END)
FROM outbox WHERE owner = ? AND {OPEN}
"""  # noqa: S608 - our own text


def line_of(request: Request) -> str:
    """What keeps an order: an execution; every creation is a line of its own."""
    return line(request.system, request.key_id) if request.key_id else f"new {request.idempotency_key}"


def line(system: str, key_id: str) -> str:
    """The line of an execution."""
    return f"{system} {key_id}"


class _About(msgspec.Struct, frozen=True):
    profile: str
    system: str
    key_id: str
    slot: Slot


_about = msgspec.msgpack.Decoder(_About)


def about(request: bytes) -> tuple[Key, Slot]:
    """The execution that a packed request is about, and what it wants of it, without unpacking its answers."""
    found = _about.decode(opened(request))
    return Key(found.profile, found.system, found.key_id), found.slot


def replaces(new: Request, old: Request) -> bool:
    """Whether all that ``old`` wanted is wanted by ``new`` too."""
    same = new.action == old.action or (old.slot is Slot.SAVE and new.slot is Slot.FINISH)
    return same and old.values.keys() <= new.values.keys() and old.notes.keys() <= new.notes.keys()


CLOSING = frozenset({Slot.FINISH, Slot.DENY})
"""What ends the work on an execution; it happens once."""


def equal(one: Request, other: Request) -> bool:
    """Whether both ask for the same, begun on the same answers (another base is another decision)."""
    return (one.action, one.values, one.notes, one.inputs, one.base, one.base_notes) == (
        other.action,
        other.values,
        other.notes,
        other.inputs,
        other.base,
        other.base_notes,
    )


def twin(db: Db, owner: str, request: Request) -> Entry | None:
    """The entry that makes ``request`` needless: a held key asks for the same many times a second.

    Raises ``AlreadyOnItsWay`` for a finish or deny behind another one that is on its way.
    """
    entries = select(db, f"owner = ? AND line = ? AND {OPEN}", owner, line_of(request))
    # Only the last: what was changed and changed back in between has to be sent again.
    if entries and entries[-1].state is not EntryState.ATTENTION and equal(request, entries[-1].request):
        return entries[-1]
    if request.slot in CLOSING and any(
        entry.request.slot in CLOSING and entry.state is not EntryState.ATTENTION for entry in entries
    ):
        raise AlreadyOnItsWay()
    return None


def select(db: Db, condition: str, *params: Any) -> list[Entry]:
    """The entries that meet ``condition``, oldest first."""
    sql = f"SELECT {COLUMNS} FROM outbox WHERE {condition} ORDER BY seq"  # noqa: S608 - our own text
    return [whatever_is_left(row) for row in db.execute(sql, params)]


def load(db: Db, entry_id: str) -> Entry | None:
    """The entry of that ID."""
    return next(iter(select(db, "id = ?", entry_id)), None)


def change(db: Db, entry: Entry, columns: dict[str, Any], lease_by: str | None = None) -> bool:
    """Set ``columns`` and end the lease. ``False``: it is settled, or (with ``lease_by``) not leased by them.

    No moment of settling lies before the last list of the server: this machine's clock may be wrong until the
    server tells the time, and what was settled too long ago is forgotten.
    """
    columns = columns | {"lease_by": "", "lease_until": 0}
    if columns.get("settled") is not None:
        ((last,),) = db.execute("SELECT coalesce(max(as_of), 0) FROM lists").fetchall()
        columns["settled"] = max(columns["settled"], last)
    sets = ", ".join(f"{name} = ?" for name in columns)
    sql = f"UPDATE outbox SET {sets} WHERE id = ? AND {OPEN}"  # noqa: S608 - our own text
    params = [*columns.values(), entry.id]
    if lease_by is not None:
        sql += " AND lease_by = ?"
        params.append(lease_by)
    return db.execute(sql, params).rowcount == 1
