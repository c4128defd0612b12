"""Drafts: what was typed and not yet accepted by the remote system, per execution and field."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import TypeAlias

import msgspec

from tui.form.edit import FieldEdit
from tui.model.action import Request
from tui.model.clock import Clock, system_clock
from tui.model.execution import Key
from tui.model.field import Value
from tui.model.message import Message
from tui.model.upload import is_upload
from tui.workbench import history
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import moment, seal, stamp, unpack


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept of one execution: edits by field key, the field that had the focus, the scroll line."""

    key: Key
    fields: dict[str, FieldEdit] = {}
    position: str = ""
    scroll: int = 0
    touched: datetime | None = None


_OF = "FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ?"
_EDITS = f"SELECT field, edit {_OF}"
_EDIT = f"{_EDITS} AND field = ?"
_EDITS_AND_TIMES = f"SELECT field, edit, at {_OF}"

Replaced: TypeAlias = dict[str, tuple[FieldEdit, FieldEdit | None]]
"""By field key: the text that gave way, and the one that took its place (``None``: none)."""


class Drafts:
    """The drafts of one owner. Reads see what was put, even before the disk has it.

    Another process may fill in the same field of the same execution for the same owner. The last one that writes
    wins; a text that it replaces and has never seen goes to the trail, and ``on_replaced`` is called with it, in
    any thread, once for each field.
    """

    def __init__(self, journal: Journal, owner: str, clock: Clock = system_clock) -> None:
        self._journal = journal
        self._owner = owner
        self._clock = clock
        self._lock = threading.Lock()
        # None stands for a field that is being dropped.
        self._pending: dict[tuple[Key, str], FieldEdit | None] = {}
        self._last_keys: frozenset[Key] = frozenset()
        # What may stand on disk by our own doing or was read from there, oldest first.
        self._ours: dict[tuple[Key, str], list[bytes]] = {}
        self._told: set[tuple[Key, str]] = set()
        self.who = ""
        """The name that the trail shows."""
        self.on_replaced: Callable[[Key, str, FieldEdit], None] = _nobody

    def load(self, key: Key) -> Draft | None:
        """The draft of ``key``, or ``None`` where nothing was typed and no position is kept.

        Of a journal that cannot be read it holds what can be, and what is not on disk yet.
        """
        fields, touched = self._fields(key, seen=True)
        try:
            position = self._journal.read(
                "SELECT field, scroll FROM positions WHERE owner = ? AND profile = ? AND system = ? AND id = ?",
                (self._owner, *key),
            )
        except JournalError as error:
            self._journal.unreadable(error)
            position = []
        if not fields and not position:
            return None
        field, scroll = position[0] if position else ("", 0)
        last = moment(touched) if touched else (self._clock() if fields else None)
        return Draft(key=key, fields=fields, position=field, scroll=scroll, touched=last)

    def put(self, key: Key, field_key: str, edit: FieldEdit) -> Future[None]:
        """Keep ``edit``; the future is done when the disk has it."""
        blob, now = seal(edit), self._clock()
        place = (self._owner, *key, field_key)
        others: Replaced = {}

        def work(db: Db) -> None:
            found = db.execute(_EDIT, place).fetchall()
            self._give_way(db, key, found, {field_key: edit}, others, now)
            db.execute(
                "INSERT OR REPLACE INTO drafts (owner, profile, system, id, field, edit, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*place, blob, stamp(now)),
            )

        def done(future: Future[None]) -> None:
            with self._lock:
                ours = self._ours.setdefault((key, field_key), [])
                if future.exception() is None:
                    # Whatever stood there before does not any more.
                    ours[:] = [blob, *ours[ours.index(blob) + 1 :]] if blob in ours else [blob, *ours]
                elif blob in ours:
                    ours.remove(blob)
            self._done(key, {field_key: edit})
            self._tell(key, others)

        with self._lock:
            self._pending[key, field_key] = edit
            self._ours.setdefault((key, field_key), []).append(blob)
        future = self._journal.write(work, merge=("draft", self._owner, key, field_key))
        future.add_done_callback(done)
        return future

    def put_position(self, key: Key, field_key: str, scroll: int = 0) -> Future[None]:
        """Keep where the person was: the field with the focus and the first line shown."""
        row = (self._owner, *key, field_key, scroll)

        def work(db: Db) -> None:
            db.execute(
                "INSERT OR REPLACE INTO positions (owner, profile, system, id, field, scroll)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )

        return self._journal.write(work, merge=("position", self._owner, key))

    def drop(self, key: Key, fields: Iterable[str] | None = None) -> Future[None]:
        """Forget these fields; ``None``: the whole draft with its position."""
        whole = fields is None
        names = tuple(self._fields(key)[0]) if fields is None else tuple(fields)
        place, now = (self._owner, *key), self._clock()
        others: Replaced = {}

        def work(db: Db) -> None:
            found = db.execute(_EDITS, place).fetchall()
            gone = [(name, blob) for name, blob in found if whole or name in names]
            self._give_way(db, key, gone, {}, others, now)
            _delete(db, place, [name for name, _ in gone])

        with self._lock:
            before = {name: list(self._ours.get((key, name), ())) for name in names}
            for name in names:
                self._pending[key, name] = None
        future = self._journal.write(work)

        def done(future: Future[None]) -> None:
            with self._lock:
                for name, blobs in before.items() if future.exception() is None else ():
                    ours = self._ours.get((key, name), [])
                    ours[:] = [blob for blob in ours if blob not in blobs]
            self._done(key, dict.fromkeys(names))
            self._tell(key, others)

        future.add_done_callback(done)
        return future

    def keys(self) -> frozenset[Key]:
        """The executions with at least one field typed; the last known ones while the journal cannot be read."""
        try:
            found = self._journal.read(
                "SELECT DISTINCT profile, system, id FROM drafts WHERE owner = ?", (self._owner,)
            )
            self._last_keys = frozenset(Key(*row) for row in found)
        except JournalError as error:
            self._journal.unreadable(error)
        keys = set(self._last_keys)
        with self._lock:
            keys.update(key for (key, _), edit in self._pending.items() if edit is not None)
        return frozenset(keys)

    def count(self, key: Key) -> int:
        """How many fields of ``key`` are typed and not sent."""
        return len(self._fields(key)[0])

    def _fields(self, key: Key, *, seen: bool = False) -> tuple[dict[str, FieldEdit], float]:
        """The fields that can be read, and when the last of those on disk was typed (seconds since 1970).
        ``seen``: a person is shown them now, so that they may be replaced.
        """
        with self._lock:
            pending = {field: edit for (owner, field), edit in self._pending.items() if owner == key}
        fields: dict[str, FieldEdit] = {}
        touched = 0.0
        rows: list[tuple[str, bytes, float]] = []
        try:
            rows = self._journal.read(_EDITS_AND_TIMES, (self._owner, *key))
        except JournalError as error:
            self._journal.unreadable(error)
        for field, blob, at in rows:
            try:
                fields[field] = unpack(blob, FieldEdit)
            except msgspec.MsgspecError as error:
                self._journal.unreadable(error)
                continue
            touched = max(touched, at)
            if seen and field not in pending:
                with self._lock:
                    self._ours.setdefault((key, field), []).insert(0, blob)
        for field, edit in pending.items():
            if edit is None:
                fields.pop(field, None)
            else:
                fields[field] = edit
        return fields, touched

    def _give_way(
        self,
        db: Db,
        key: Key,
        found: list[tuple[str, bytes]],
        new: dict[str, FieldEdit],
        others: Replaced,
        now: datetime,
    ) -> None:
        """Put what is on disk and not ours into ``others`` and into the trail, before it is replaced."""
        others.clear()
        for field, blob in found:
            with self._lock:
                ours = tuple(self._ours.get((key, field), ()))
            if blob in ours:
                continue
            try:
                theirs = unpack(blob, FieldEdit)
            except msgspec.MsgspecError:
                continue
            # A sender changes the base below a text; that is no other text.
            if not any(same_text(theirs, edit) for edit in (*_readable(ours), *filter(None, [new.get(field)]))):
                others[field] = (theirs, new.get(field))
        if others:
            given_way(db, (self._owner, self.who, now), key, others)

    def _tell(self, key: Key, others: Replaced) -> None:
        for field, (theirs, _) in others.items():
            if (key, field) not in self._told:
                self._told.add((key, field))
                self.on_replaced(key, field, theirs)

    def _done(self, key: Key, edits: Mapping[str, FieldEdit | None]) -> None:
        with self._lock:
            for field, edit in edits.items():
                if (key, field) in self._pending and self._pending[key, field] is edit:
                    del self._pending[key, field]


def same_text(one: FieldEdit, other: FieldEdit) -> bool:
    """Whether a person typed the same, whatever it is compared with."""
    return (one.text, one.value, one.note) == (other.text, other.value, other.note)


def given_way(db: Db, by: tuple[str, str, datetime], key: Key, replaced: Replaced) -> None:
    """Note in the trail which texts gave way; ``by``: the owner, the person's name, the moment."""
    owner, who, now = by
    history.append(
        db,
        history.Event(
            at=now,
            owner=owner,
            who=who,
            what="draft",
            outcome="replaced",
            key=key,
            old={field: _said(theirs) for field, (theirs, _) in replaced.items()},
            new={field: _said(mine) for field, (_, mine) in replaced.items()},
            notes={field: theirs.note for field, (theirs, _) in replaced.items() if theirs.note},
        ),
    )


def elsewhere(title: str, label: str, edit: FieldEdit) -> Message:
    """What a person is told whose text takes the place of ``edit``, which was typed in another window."""
    return Message(
        "“{title}” is also being filled in in another window. There, {field} was “{text}”. Your text takes its"
        " place; the other one is kept in the history.",
        {"title": title, "field": label, "text": edit.text or edit.note},
    )


def _said(edit: FieldEdit | None) -> Value:
    if edit is None:
        return None
    return edit.text if edit.value is None else edit.value


def _readable(blobs: Iterable[bytes]) -> Iterator[FieldEdit]:
    for blob in blobs:
        with contextlib.suppress(msgspec.MsgspecError):
            yield unpack(blob, FieldEdit)


def _nobody(_key: Key, _field: str, _edit: FieldEdit) -> None:
    """Nobody is told."""


def edits_of(db: Db, owner: str, request: Request) -> dict[str, FieldEdit]:
    """The draft fields that ``request`` carries, as they stand in the journal now."""
    names = request.values.keys() | request.notes.keys()
    found = db.execute(
        "SELECT field, edit FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ?",
        (owner, request.profile, request.system, request.key_id),
    )
    edits: dict[str, FieldEdit] = {}
    for field, blob in found:
        # One that cannot be read stays where it is.
        with contextlib.suppress(msgspec.MsgspecError):
            if field in names:
                edits[field] = unpack(blob, FieldEdit)
    return edits


def carried(edits: dict[str, FieldEdit], chosen: dict[str, Value]) -> dict[str, FieldEdit]:
    """Those of ``edits`` that travel: of a field that sends a file only the one that ``chosen`` has for it."""
    return {
        field: edit
        for field, edit in edits.items()
        if (edit.value == chosen[field] if field in chosen else not is_upload(edit.value))
    }


def settle_edits(
    db: Db,
    owner: str,
    request: Request,
    sent: dict[str, FieldEdit],
    held: dict[str, Value] | None = None,
    awaited: Collection[str] = (),
) -> None:
    """Forget what ``request`` brought to the server, and keep what was typed after it.

    ``awaited`` fields are about to be written again by entries behind it: what is typed there stays too, even
    where it is what the server has now.

    ``sent`` are the edits as they were when the request was made. A field that changed since stays, with what
    was sent as its new base: the server has that now, and it must not look like somebody else's change. ``held``
    is that in the server's words, where it has other ones.
    """
    bases = {
        field: sent[field].value for field, value in request.values.items() if is_upload(value) and field in sent
    }
    bases = request.values | bases | (held or {})
    place = (owner, request.profile, request.system, request.key_id)
    dropped: list[str] = []
    for field, edit in edits_of(db, owner, request).items():
        if field not in awaited and _same(edit, request, field, sent.get(field)):
            dropped.append(field)
            continue
        rebased = msgspec.structs.replace(
            edit,
            base=bases.get(field, edit.base),
            base_note=request.notes.get(field, edit.base_note),
        )
        db.execute(
            "UPDATE drafts SET edit = ? WHERE owner = ? AND profile = ? AND system = ? AND id = ? AND field = ?",
            (seal(rebased), *place, field),
        )
    _delete(db, place, dropped)


def _same(edit: FieldEdit, request: Request, field: str, sent: FieldEdit | None) -> bool:
    if sent is not None and not same_text(edit, sent):
        return False
    if field not in request.values and edit.text and edit.value is None:
        # Typed, but not yet readable as a value, so it did not travel.
        return False
    mine = request.values.get(field, edit.base)
    # What travels is a copy of the file that the draft names.
    same = sent is not None if is_upload(mine) and field in request.values else edit.value == mine
    return bool(same and edit.note == request.notes.get(field, edit.base_note))


def _delete(db: Db, place: tuple[str, ...], fields: Iterable[str]) -> None:
    db.executemany(
        "DELETE FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ? AND field = ?",
        [(*place, field) for field in fields],
    )
    if not db.execute(
        "SELECT 1 FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ? LIMIT 1", place
    ).fetchone():
        db.execute("DELETE FROM positions WHERE owner = ? AND profile = ? AND system = ? AND id = ?", place)
