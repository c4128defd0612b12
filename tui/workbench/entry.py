"""An entry of the outbox: one write on its way, and everything known about how it goes."""

from __future__ import annotations

import contextlib
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from tui.form.edit import FieldEdit
from tui.model.action import Delivery, Receipt, Request, Slot
from tui.model.execution import Key
from tui.model.message import Message
from tui.model.upload import is_upload
from tui.workbench.packing import message_or_none, moment, moment_or_none, revive, unpack


class EntryState(StrEnum):
    """Where an entry stands.

    WAITING: kept, is sent by itself. SENDING: a process is at it. PAUSED: the server does not accept the token.
    ATTENTION: a person must decide. SENT: the server's answer was checked. DISCARDED: a person, or a later
    entry with the same answers, took it back.
    """

    WAITING = "waiting"
    SENDING = "sending"
    PAUSED = "paused"
    ATTENTION = "attention"
    SENT = "sent"
    DISCARDED = "discarded"

    @property
    def settled(self) -> bool:
        """Nothing more will happen to it."""
        return self in (EntryState.SENT, EntryState.DISCARDED)


OPEN_STATES = (EntryState.WAITING, EntryState.SENDING, EntryState.PAUSED, EntryState.ATTENTION)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One write. Moments are aware UTC; ``reason`` is the last thing that kept it from being sent.

    ``fields`` are sentences about single fields: the server's, or who wrote what meanwhile. ``next_try`` is
    set when this very entry must wait; a lost link holds all entries and is told by ``Link``. ``settled`` is also
    the moment when it began to need attention. ``unsure``: the server may have it already, which is found out
    by reading; of a sent one: its record could not be read since.
    """

    id: str
    request: Request
    state: EntryState
    attempts: int = 0
    next_try: datetime | None = None
    reason: Message | None = None
    fields: dict[str, list[Message]] = {}
    created: datetime
    settled: datetime | None = None
    receipt: Receipt | None = None
    unsure: bool = False
    confirmed: bool = False
    """A person asked to send it again after looking."""
    edits: dict[str, FieldEdit] = {}
    """The draft fields that it carries, as they were when it was made."""
    seq: int = 0
    legible: bool = True
    """``False``: the row is there, and nobody can read what it asked for."""

    @property
    def key(self) -> Key:
        """The execution that it is about; the ID is "" for one that is to be created."""
        return Key(self.request.profile, self.request.system, self.request.key_id)


def as_chosen(entry: Entry) -> Entry:
    """``entry`` with the files that the person chose in place of what stands for them since."""
    chosen = {
        key: edit.value
        for key, edit in entry.edits.items()
        if is_upload(edit.value) and key in entry.request.values
    }
    if not chosen:
        return entry
    request = msgspec.structs.replace(entry.request, values=entry.request.values | chosen)
    return msgspec.structs.replace(entry, request=request)


COLUMNS = (
    "seq, id, line, state, request, edits, attempts, next_try, unsure, confirmed, reason, fields, created,"
    " settled, receipt"
)
_NAMES = COLUMNS.split(", ")

SPOILT = (msgspec.MsgspecError, ValueError, TypeError, OverflowError, OSError)
"""What a row raises whose bytes or numbers are not what was written."""


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry in a row of ``COLUMNS``. Raises one of ``SPOILT``."""
    (
        seq,
        name,
        _line,
        state,
        request,
        edits,
        attempts,
        next_try,
        unsure,
        confirmed,
        reason,
        fields,
        created,
        settled,
        receipt,
    ) = row
    asked = unpack(request, Request)
    if asked.idempotency_key != name:
        raise ValueError("the name of an entry and its key are not the same")
    return Entry(
        seq=seq,
        id=name,
        state=EntryState(state),
        request=asked,
        edits=unpack(edits, dict[str, FieldEdit]),
        attempts=attempts,
        next_try=moment_or_none(next_try),
        unsure=bool(unsure),
        confirmed=bool(confirmed),
        reason=message_or_none(reason),
        fields=_sentences(fields),
        created=moment(created),
        settled=moment_or_none(settled),
        receipt=unpack(receipt, Receipt) if receipt is not None else None,
    )


ILLEGIBLE = Message("This item cannot be read any more. It stays in the file of the saved data, and is not sent.")


def whatever_is_left(row: tuple[Any, ...]) -> Entry:
    """The entry in a row of ``COLUMNS``; of one that cannot be read its name and place, never to be sent.

    What only explains an entry (reason, sentences, receipt) may be illegible without any harm to it.
    """
    told = dict(zip(_NAMES, row, strict=True))
    for name in ("reason", "fields", "receipt"):
        with contextlib.suppress(*SPOILT):
            return entry_of(tuple(told.values()))
        told[name] = None
    with contextlib.suppress(*SPOILT):
        return entry_of(tuple(told.values()))
    system, _, key_id = str(told["line"]).rpartition(" ")
    request = Request(
        profile="",
        system=system,
        key_id=key_id if system != "new" else "",
        action="",
        slot=Slot.OTHER,
        delivery=Delivery.ONLINE,
        idempotency_key=str(told["id"]),
    )
    state = told["state"] if told["state"] in [*EntryState] else EntryState.ATTENTION
    return Entry(
        seq=told["seq"],
        id=str(told["id"]),
        request=request,
        state=EntryState(state),
        reason=ILLEGIBLE,
        created=moment(told["created"]) if isinstance(told["created"], float) else moment(0),
        legible=False,
    )


def _sentences(data: bytes | None) -> dict[str, list[Message]]:
    if data is None:
        return {}
    sentences = unpack(data, dict[str, list[Message]])
    revive(sentences)
    return sentences
