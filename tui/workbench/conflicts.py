"""Whether somebody else changed what a request is about to change; pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from tui.model.action import Request
from tui.model.errors import Refused
from tui.model.execution import Record
from tui.model.field import Value
from tui.model.message import Message
from tui.model.status import Status


def conflict(request: Request, record: Record) -> dict[str, Message]:
    """Per field: what the server has now, where that is neither what the person began with nor what they want."""
    found: dict[str, Message] = {}
    for key, mine in request.values.items():
        answer = record.answers.get(key)
        theirs = answer.value if answer is not None else None
        if not same_value(theirs, request.base.get(key)) and not same_value(theirs, mine):
            found[key] = Message(
                "{field}: somebody wrote {theirs} meanwhile, you wrote {mine}.",
                {
                    "field": _label(record, key),
                    "theirs": (answer.text if answer is not None else "") or _shown(theirs),
                    "mine": _shown(mine),
                },
            )
    for key, note in request.notes.items():
        answer = record.answers.get(key)
        theirs_note = answer.note if answer is not None else ""
        if key not in found and theirs_note not in (request.base_notes.get(key, ""), note):
            found[key] = Message(
                "{field}: somebody noted {theirs} meanwhile, you noted {mine}.",
                {"field": _label(record, key), "theirs": theirs_note or "–", "mine": note or "–"},
            )
    return found


def same_value(one: Value, other: Value) -> bool:
    """Equal to a person: ``"4.50"`` and 4.5, ``[]`` and nothing, the same choices in another order."""
    if one == other or (_nothing(one) and _nothing(other)):
        return True
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    if isinstance(one, (list, dict, bool)) or isinstance(other, (list, dict, bool)):
        return False
    if _nothing(one) or _nothing(other):
        return False
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return str(one) == str(other)


class ChangedMeanwhile(Refused):
    """Somebody changed the status between the look and the key press; nothing was sent."""

    help = Message("Look at it as it is now, then decide again.")

    def __init__(self, now: Status, seen: str) -> None:
        super().__init__()
        self.what = Message("This changed meanwhile: it is {now} now.", {"now": now.word})
        self.now = now
        self.seen = seen


class StillWaiting(Refused):
    """Earlier entries of the same execution are not sent yet; nothing was sent."""

    what = Message("Earlier entries for this one are still waiting to be sent.")
    help = Message("Try again when they are sent, or take them back in the outbox.")


def _nothing(value: Value) -> bool:
    return value is None or value == "" or value == []


def _label(record: Record, key: str) -> str:
    return next((field.label for field in record.fields if field.key == key), key)


def _shown(value: Value) -> str:
    if _nothing(value):
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
