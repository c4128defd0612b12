"""The local trail: who did what, when, and what the server answered. Only ever added to, and hash-chained."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from tui.model.action import Action, Request
from tui.model.execution import Key, Record
from tui.model.field import Value
from tui.model.message import Message
from tui.model.period import Period
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal
from tui.workbench.packing import revive

_log = logging.getLogger(__name__)
_ROOT = bytes(32)
_HEAD = "history head"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. ``what`` is the action's ID; ``old`` and ``new`` map field keys to values.

    ``outcome`` is one of sent, refused, unsent (it never reached the server, and does not wait), paused,
    discarded, retried; ``answer`` the status that the server named, or its words. ``failed``: the server did it,
    and it ended badly; why. ``request`` is the idempotency key. ``was`` is the status before, as the person saw
    it, and ``why`` the reason that was given for the history alone. ``called`` and ``labels``: what the action and
    the fields were called then; events of older versions have none.
    """

    at: datetime
    owner: str
    who: str
    what: str
    outcome: str
    key: Key
    title: str = ""
    old: dict[str, Value] = {}
    new: dict[str, Value] = {}
    notes: dict[str, str] = {}
    answer: Message = Message("")
    request: str = ""
    was: str = ""
    why: str = ""
    called: str = ""
    labels: dict[str, str] = {}
    failed: Message = Message("")


class _Trace(msgspec.Struct, frozen=True):
    """As much of an event as tells that something was done."""

    at: datetime
    outcome: str
    key: Key


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its place in the chain. ``hash`` is SHA-256 in hex."""

    seq: int
    event: Event
    hash: str


class History:
    """Reads the trail of one journal; :func:`append` adds to it inside of another write."""

    def __init__(self, journal: Journal, owner: str = "") -> None:
        self._journal = journal
        self._owner = owner

    def entries(self, limit: int = 1_000, key: Key | None = None) -> list[HistoryRow]:
        """The latest events of this owner (all owners when it is empty), newest first.

        An event that cannot be read any more is left out here; :meth:`verify` names it.
        """
        rows: list[HistoryRow] = []
        for seq, body, digest in self._journal.read(
            "SELECT seq, body, hash FROM history WHERE (? = '' OR owner = ?) ORDER BY seq DESC", (self._owner,) * 2
        ):
            try:
                event = msgspec.json.decode(body, type=Event)
            except (msgspec.MsgspecError, ValueError, TypeError) as error:
                _log.warning("event %s of the trail cannot be read: %s", seq, error)
                continue
            if key is not None and event.key != key:
                continue
            revive(event)
            rows.append(HistoryRow(seq=seq, event=event, hash=_digest_in(digest).hex()))
            if len(rows) == limit:
                break
        return rows

    def worked_on(self, period: Period) -> frozenset[Key]:
        """What the server took a write for within ``period``, sent from here. What cannot be read is left out."""
        found = set()
        for (body,) in self._journal.read(
            "SELECT body FROM history WHERE (? = '' OR owner = ?)", (self._owner,) * 2
        ):
            try:
                trace = msgspec.json.decode(body, type=_Trace)
            except (msgspec.MsgspecError, ValueError, TypeError):
                continue
            if trace.outcome == "sent" and trace.key.id and period.holds(trace.at):
                found.add(trace.key)
        return frozenset(found)

    def verify(self) -> int | None:
        """The number of the first event that was changed, removed or put in; ``None`` when the chain holds."""
        # Of one moment: other processes go on while this is read.
        rows, head = self._journal.read_together(
            ("SELECT seq, body, hash FROM history ORDER BY seq", ()),
            ("SELECT fact FROM facts WHERE owner = '' AND name = ?", (_HEAD,)),
        )
        last, expected = _ROOT, 1
        for seq, body, digest in rows:
            if seq != expected or not isinstance(body, bytes) or digest != _hash(last, body):
                return expected
            last, expected = bytes(digest), expected + 1
        try:
            known = msgspec.json.decode(head[0][0]) if head else [0, _ROOT.hex()]
        except (msgspec.MsgspecError, ValueError, TypeError):
            return expected
        # Rows cut off at the end leave a chain that holds: only the noted head tells.
        return None if known == [expected - 1, last.hex()] else expected


def labels_of(record: Record | None, action: Action, values: dict[str, Value]) -> dict[str, str]:
    """What a person sees beside the inputs and the answers that travel along; nothing of what is hidden."""
    answered = [field for field in record.fields if field.key in values] if record is not None else []
    return {field.key: field.label for field in (*answered, *action.inputs) if not field.hidden}


def event_of(
    request: Request,
    outcome: str,
    answer: Message,
    *,
    at: datetime,
    owner: str,
    who: str,
    described: Callable[[dict[str, Value]], dict[str, Value]],
) -> Event:
    """What became of ``request``. ``described`` puts words in the place of files."""
    return Event(
        at=at,
        owner=owner,
        who=who,
        what=request.action,
        outcome=outcome,
        key=Key(request.profile, request.system, request.key_id),
        title=request.title,
        old=described(request.base),
        new=described(request.values | request.inputs),
        notes=request.notes,
        answer=answer,
        request=request.idempotency_key,
        was=request.expected,
        why=request.why,
        called=request.called,
        labels=request.labels,
    )


def append(db: Db, event: Event) -> None:
    """Add ``event`` at the end of the chain, in the transaction of ``db``."""
    found = db.execute("SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1").fetchone()
    # A damaged end is no reason to stop: :meth:`History.verify` tells of it.
    seq, last = (found[0] + 1, _digest_in(found[1])) if found else (1, _ROOT)
    body = _canonical(event)
    digest = _hash(last, body)
    db.execute(
        "INSERT INTO history (seq, owner, body, hash) VALUES (?, ?, ?, ?)", (seq, event.owner, body, digest)
    )
    head = msgspec.json.encode([seq, digest.hex()])
    db.execute("INSERT OR REPLACE INTO facts (owner, name, fact) VALUES ('', ?, ?)", (_HEAD, head))


def _digest_in(column: object) -> bytes:
    return column if isinstance(column, bytes) else _ROOT


def _canonical(event: Event) -> bytes:
    return msgspec.json.encode(event, enc_hook=_text, order="deterministic")


def _text(value: Any) -> str:
    return str(value)


def _hash(last: bytes, body: bytes) -> bytes:
    import hashlib  # late: the first frame does not need it

    return hashlib.sha256(last + body).digest()
