"""Whether somebody else changed what a request is about to change; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tui.model.action import Request
from tui.model.errors import Refused
from tui.model.execution import Record
from tui.model.field import Field, Value, no_answer, same_value
from tui.model.message import Message
from tui.model.status import Status
from tui.model.upload import became, file_name, is_upload

AT_ONCE = timedelta(seconds=2)
"""A server tells its time in whole seconds, and so far its clock and ours may be apart."""


def conflict(
    request: Request, record: Record, ours: Sequence[Request] = (), *, whence: str = "", afresh: bool = False
) -> dict[str, Message]:
    """Per field: what the server has now, where that is neither what the person began with nor what they want.

    ``ours`` are our own earlier writes to the same execution, oldest first: what they wrote is no conflict for a
    request that was begun before or between them. A field for which ``record`` holds no answer at all (not shown
    to this user, or gone with a reset) has nothing that could be overwritten. ``whence`` says who was there last,
    and when (:func:`last_change`). ``afresh``: the request may have been there, and be changed back, so that
    an answer that the person had seen before it is somebody's again.
    """
    found: dict[str, Message] = {}
    for key, mine in request.values.items():
        field, answer = _field(record, key), record.answers.get(key)
        if answer is None:
            continue
        writes = [(each.base.get(key), each.values[key]) for each in ours if key in each.values]
        number = field is not None and field.kind == "number"
        known = _known(answer.value, request.base.get(key), mine, writes, number=number)
        if not known or (afresh and _again(answer.value, mine, number=number)):
            theirs = answer.text or _shown(answer.value, field)
            said = {"field": _label(field, key), "theirs": theirs, "mine": _shown(mine, field)}
            found[key] = Message("{field}: somebody wrote {theirs} meanwhile, you wrote {mine}.", said)
            if whence:
                said |= {"whence": whence}
                found[key] = Message(
                    "{field}: somebody wrote {theirs} meanwhile ({whence}), you wrote {mine}.", said
                )
    for key, note in request.notes.items():
        field, answer = _field(record, key), record.answers.get(key)
        if answer is None or key in found:
            continue
        noted = [(each.base_notes.get(key, ""), each.notes[key]) for each in ours if key in each.notes]
        known = _known(answer.note, request.base_notes.get(key, ""), note, noted)
        if not known or (afresh and _again(answer.note, note)):
            said = {"field": _label(field, key), "theirs": answer.note or "–", "mine": note or "–"}
            found[key] = Message("{field}: somebody noted {theirs} meanwhile, you noted {mine}.", said)
            if whence:
                said |= {"whence": whence}
                found[key] = Message(
                    "{field}: somebody noted {theirs} meanwhile ({whence}), you noted {mine}.", said
                )
    return found


def is_conflict(message: Message) -> bool:
    """Whether it is one of :func:`conflict`."""
    return not message.server and {"theirs", "mine"} <= message.params.keys()


def begun_after(request: Request, ours: Sequence[Request]) -> Request:
    """``request`` as if it had been begun on what ``ours`` wrote, where it was begun before or between them."""
    base, base_notes = dict(request.base), dict(request.base_notes)
    for key in request.values:
        writes = [(each.base.get(key), each.values[key]) for each in ours if key in each.values]
        if any(same_value(base.get(key), seen) for write in writes for seen in write):
            base[key] = writes[-1][1]
    for key in request.notes:
        noted = [(each.base_notes.get(key, ""), each.notes[key]) for each in ours if key in each.notes]
        if any(same_value(base_notes.get(key, ""), seen) for write in noted for seen in write):
            base_notes[key] = noted[-1][1]
    return msgspec.structs.replace(request, base=base, base_notes=base_notes)


def last_change(record: Record, zone: ZoneInfo, me: str, ours: datetime | None = None) -> str:
    """Who changed the execution last, and when, as far as the server says; "" where that was ``me``.

    A server that names nobody for a single answer names the last one for all of them. ``ours``: when our own last
    write to it was settled; what is no later than that was ourselves where a name does not tell.
    """
    execution = record.execution
    if me and execution.actor == me:
        return ""
    unknown = not (me and execution.actor)
    if unknown and ours is not None and execution.touched is not None and execution.touched <= ours + AT_ONCE:
        return ""
    when = execution.touched.astimezone(zone).strftime("%d.%m. %H:%M") if execution.touched is not None else ""
    return ", ".join(part for part in (execution.actor, when) if part)


def in_one_sentence(found: dict[str, Message]) -> Message:
    """The reason to give for the conflicts that were ``found``."""
    if len(found) == 1:
        return next(iter(found.values()))
    return Message(
        "Somebody changed {n} of these answers meanwhile. Open it, choose, and send again.", {"n": len(found)}
    )


def _known(
    theirs: Value, base: Value, mine: Value, writes: Sequence[tuple[Value, Value]], *, number: bool = False
) -> bool:
    """Whether ``theirs`` is what the person began with, what they want, or what we wrote ourselves since then.

    ``writes`` are (base, value) of our own earlier writes, oldest first.
    """
    if same_value(theirs, base, number=number) or same_value(theirs, mine, number=number):
        return True
    if is_upload(base) and became(base, theirs):
        # Begun on a file of ours that the server had taken: it names that its own way.
        return True
    if not writes or not same_value(theirs, writes[-1][1], number=number):
        return False
    # Begun on something that none of our writes knew: then ours was changed, seen, and changed back.
    return any(same_value(base, seen, number=number) for write in writes for seen in write)


def _again(theirs: Value, mine: Value, *, number: bool = False) -> bool:
    """Whether what stands there may be what somebody put back. Of a file nobody can tell by its name."""
    return not no_answer(theirs) and not is_upload(mine) and not same_value(theirs, mine, number=number)


class AnswersChanged(Refused):
    """Somebody changed the same answers meanwhile; nothing was sent. ``found`` says which, per field."""

    help = Message("Look at it as it is now, then decide again.")

    def __init__(self, found: dict[str, Message]) -> None:
        super().__init__()
        self.what = in_one_sentence(found)
        self.found = found


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


class AlreadyOnItsWay(Refused):
    """An earlier finish or deny of the same execution is not answered yet; this one was not added."""

    what = Message("This task is already on its way to the server.")
    help = Message("Wait for the answer, or take it back in the outbox.")


def _field(record: Record, key: str) -> Field | None:
    return next((field for field in record.fields if field.key == key), None)


def _label(field: Field | None, key: str) -> str:
    return (field.label if field is not None else "") or key


def _shown(value: Value, field: Field | None) -> str:
    """``value`` in words: labels of options instead of their keys."""
    if no_answer(value):
        return "–"
    labels = {choice.value: choice.label for choice in field.choices} if field is not None else {}
    if is_upload(value):
        return file_name(value)
    parts = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(part), str(part)) for part in parts)
