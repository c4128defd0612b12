"""Drafts: what was typed and not yet accepted by the remote system, per execution and field."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime

import msgspec

from tui.form.edit import FieldEdit
from tui.model.action import Request
from tui.model.clock import Clock, system_clock
from tui.model.execution import Key
from tui.model.field import Value
from tui.model.upload import is_upload
from tui.workbench.journal import Db, Journal, JournalError
from tui.workbench.packing import moment, pack, stamp, unpack


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept of one execution: edits by field key, the field that had the focus, the scroll line."""

    key: Key
    fields: dict[str, FieldEdit] = {}
    position: str = ""
    scroll: int = 0
    touched: datetime | None = None


class Drafts:
    """The drafts of one owner. Reads see what was put, even before the disk has it."""

    def __init__(self, journal: Journal, owner: str, clock: Clock = system_clock) -> None:
        self._journal = journal
        self._owner = owner
        self._clock = clock
        self._lock = threading.Lock()
        # None stands for a field that is being dropped.
        self._pending: dict[tuple[Key, str], FieldEdit | None] = {}
        self._last_keys: frozenset[Key] = frozenset()

    def load(self, key: Key) -> Draft | None:
        """The draft of ``key``, or ``None`` where nothing was typed and no position is kept.

        Of a journal that cannot be read it holds what can be, and what is not on disk yet.
        """
        with self._lock:
            pending = {field: edit for (owner, field), edit in self._pending.items() if owner == key}
        fields, touched = self._read_fields(key)
        for field, edit in pending.items():
            if edit is None:
                fields.pop(field, None)
            else:
                fields[field] = edit
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
        row = (self._owner, *key, field_key, pack(edit), stamp(self._clock()))

        def work(db: Db) -> None:
            db.execute(
                "INSERT OR REPLACE INTO drafts (owner, profile, system, id, field, edit, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )

        with self._lock:
            self._pending[key, field_key] = edit
        future = self._journal.write(work, merge=("draft", self._owner, key, field_key))
        future.add_done_callback(lambda _: self._done(key, field_key, edit))
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
        owner = self._owner
        if fields is None:
            draft = self.load(key)
            names = tuple(draft.fields) if draft is not None else ()
        else:
            names = tuple(fields)
        whole = fields is None
        place = (owner, *key)

        def work(db: Db) -> None:
            if whole:
                db.execute("DELETE FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ?", place)
                db.execute(
                    "DELETE FROM positions WHERE owner = ? AND profile = ? AND system = ? AND id = ?", place
                )
            else:
                _delete(db, place, names)

        with self._lock:
            for name in names:
                self._pending[key, name] = None
        future = self._journal.write(work)

        def done(_: Future[None]) -> None:
            for name in names:
                self._done(key, name, None)

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
        draft = self.load(key)
        return len(draft.fields) if draft is not None else 0

    def _read_fields(self, key: Key) -> tuple[dict[str, FieldEdit], float]:
        """The fields on disk that can be read, and when the last of them was typed (seconds since 1970)."""
        fields: dict[str, FieldEdit] = {}
        touched = 0.0
        try:
            rows = self._journal.read(
                "SELECT field, edit, at FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ?",
                (self._owner, *key),
            )
        except JournalError as error:
            self._journal.unreadable(error)
            return fields, touched
        for field, blob, at in rows:
            try:
                fields[field] = unpack(blob, FieldEdit)
            except msgspec.MsgspecError as error:
                self._journal.unreadable(error)
                continue
            touched = max(touched, at)
        return fields, touched

    def _done(self, key: Key, field_key: str, edit: FieldEdit | None) -> None:
        with self._lock:
            if (key, field_key) in self._pending and self._pending[key, field_key] is edit:
                del self._pending[key, field_key]


def edits_of(db: Db, owner: str, request: Request) -> dict[str, FieldEdit]:
    """The draft fields that ``request`` carries, as they stand in the journal now."""
    names = request.values.keys() | request.notes.keys()
    found = db.execute(
        "SELECT field, edit FROM drafts WHERE owner = ? AND profile = ? AND system = ? AND id = ?",
        (owner, request.profile, request.system, request.key_id),
    )
    return {field: unpack(blob, FieldEdit) for field, blob in found if field in names}


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
) -> None:
    """Forget what ``request`` brought to the server, and keep what was typed after it.

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
        if _same(edit, request, field, sent.get(field)):
            dropped.append(field)
            continue
        rebased = msgspec.structs.replace(
            edit,
            base=bases.get(field, edit.base),
            base_note=request.notes.get(field, edit.base_note),
        )
        db.execute(
            "UPDATE drafts SET edit = ? WHERE owner = ? AND profile = ? AND system = ? AND id = ? AND field = ?",
            (pack(rebased), *place, field),
        )
    _delete(db, place, dropped)


def _same(edit: FieldEdit, request: Request, field: str, sent: FieldEdit | None) -> bool:
    if sent is not None and (edit.text, edit.value, edit.note) != (sent.text, sent.value, sent.note):
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
