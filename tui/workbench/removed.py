"""Answers to questions that a form does not ask any more: a server takes them, says yes, and keeps nothing.

So they do not travel, and stay here as a draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tui.form.edit import FieldEdit
from tui.model.action import Request
from tui.model.execution import Record
from tui.model.field import no_answer
from tui.model.message import Message
from tui.workbench.entry import Entry
from tui.workbench.jobs import Db
from tui.workbench.packing import seal, stamp


def removed(request: Request, record: Record) -> list[str]:
    """The keys of answers and notes to questions that the record has no more.

    None where the record does not bring its questions along itself: those of a cached copy prove nothing.
    """
    if not record.fields or record.fields_from is not None:
        return []
    known = {field.key for field in record.fields}
    changed = dict.fromkeys((*_said(request), *_emptied(request)))
    return [key for key in changed if key not in known]


def not_kept(request: Request, record: Record) -> list[str]:
    """The same right after the server took ``request``: what it shows of it tells what it did not keep, too."""
    if record.fields_from is None:
        return removed(request, record)
    said = _said(request)
    lost = [key for key in said if key not in record.answers]
    # Where none of them is there, they may be hidden, or somebody was faster with a reset.
    return lost if len(lost) < len(said) else []


def apart(request: Request, keys: Sequence[str]) -> tuple[Request, Request]:
    """``request`` without the answers and notes of ``keys``, and with these alone."""

    def some(*, wanted: bool) -> Request:
        values = {key: value for key, value in request.values.items() if (key in keys) is wanted}
        notes = {key: note for key, note in request.notes.items() if (key in keys) is wanted}
        return msgspec.structs.replace(request, values=values, notes=notes)

    return some(wanted=False), some(wanted=True)


def held_for(request: Request, keys: Sequence[str]) -> Message:
    """Why nothing of an entry was sent yet."""
    return Message(
        "This form was changed meanwhile: it does not ask for {fields} any more. Your entries are kept here. Send"
        " again to send the others.",
        {"fields": _names(request, keys)},
    )


def left_out(request: Request, keys: Sequence[str]) -> Message:
    """Why these stayed here when the others were sent."""
    return Message(
        "This form was changed meanwhile: it does not ask for {fields} any more. These entries were not sent; they"
        " are kept here.",
        {"fields": _names(request, keys)},
    )


def not_taken(request: Request, keys: Sequence[str]) -> Message:
    """What the server said yes to and did not keep."""
    return Message(
        "This form was changed meanwhile: it does not ask for {fields} any more. The server did not keep these"
        " entries; they are kept here.",
        {"fields": _names(request, keys)},
    )


def keep_as_draft(db: Db, owner: str, entry: Entry, keys: Sequence[str], now: datetime) -> None:
    """Inside of a write: what ``entry`` brought along for ``keys`` is a draft, where nothing newer is one."""
    request = entry.request
    for key in keys:
        edit = entry.edits.get(key) or FieldEdit(
            value=request.values.get(key, request.base.get(key)),
            note=request.notes.get(key, request.base_notes.get(key, "")),
            base=request.base.get(key),
            base_note=request.base_notes.get(key, ""),
        )
        db.execute(
            "INSERT OR IGNORE INTO drafts (owner, profile, system, id, field, edit, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (owner, *entry.key, key, seal(edit), stamp(now)),
        )


def _names(request: Request, keys: Sequence[str]) -> str:
    """As a person knows them: by what stood beside them."""
    return ", ".join(request.labels.get(key) or key for key in keys)


def _said(request: Request) -> list[str]:
    """The keys of what is no mere emptying."""
    keys = dict.fromkeys((*request.values, *request.notes))
    return [key for key in keys if request.notes.get(key) or not no_answer(request.values.get(key))]


def _emptied(request: Request) -> list[str]:
    """The keys of what was there and is taken back: a question that only has another key keeps it."""
    values = [key for key, value in request.values.items() if no_answer(value)]
    notes = [key for key, note in request.notes.items() if not note]
    return [key for key in values if not no_answer(request.base.get(key))] + [
        key for key in notes if request.base_notes.get(key)
    ]
