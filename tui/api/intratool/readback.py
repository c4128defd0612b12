"""After a lost answer: what really happened, found out by reading only.

The rules (plan of record, "Writing"): progress, finish and deny are compared value by value; a create is looked
for by its assignment, template and exact second, and is never called "not done" by its absence alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.api.intratool.lenient import as_text
from tui.api.intratool.states import family
from tui.api.intratool.writes import is_upload, wanted_status
from tui.model.action import Receipt, Reconciled, Request, Verdict
from tui.model.execution import Answer, Execution, Record
from tui.model.field import same_value
from tui.model.message import Message

CLOSED = ("done", "denied", "missed")
_OTHERS_CHANGED = Message("Somebody else has changed the same answers meanwhile.")
_OTHERS_CLOSED = {
    "done": Message("Somebody else has finished it meanwhile."),
    "denied": Message("Somebody else has denied it meanwhile."),
    "missed": Message("Its time has passed meanwhile; it counts as missed."),
}
_OTHERS_MOVED = Message("Somebody else has changed its status meanwhile.")
_NOT_SHOWN = Message("The server does not show the answers; whether yours arrived is not known.")


def compare(request: Request, record: Record, answers_shown: bool) -> Reconciled:
    """What became of a request, from the record as it is now."""
    now = family(record.execution.status.raw)
    if request.action == "progress":
        return _progress(request, record, now, answers_shown)
    if request.action == "finish":
        return _finish(request, record, now, answers_shown)
    if request.action == "deny":
        return _deny(request, record, now)
    if request.action == "reset":
        return _state(request, record, now, ("in_progress", "open"))
    if request.action == "status":
        return _state(request, record, now, (wanted_status(request),))
    return Reconciled(verdict=Verdict.UNKNOWN)


def created(matches: Iterable[Execution]) -> Reconciled:
    """The verdict on a create: the one match is adopted; none or several are for a person to judge."""
    found = list(matches)
    if len(found) == 1:
        receipt = Receipt(key_id=found[0].key.id, status_raw=found[0].status.raw)
        return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)
    if found:
        reason = Message("There are {n} executions of that moment; look which is yours.", {"n": len(found)})
    else:
        reason = Message("The server shows no execution of that moment; look before you create it again.")
    return Reconciled(verdict=Verdict.UNKNOWN, reason=reason)


def _progress(request: Request, record: Record, now: str, answers_shown: bool) -> Reconciled:
    verdict = _values(request, record)
    if not answers_shown and (request.values or request.notes):
        return Reconciled(verdict=Verdict.UNKNOWN, reason=_NOT_SHOWN)
    if verdict is Verdict.APPLIED:
        return _applied(record)
    if now in CLOSED:
        return _closed(record)
    reason = _OTHERS_CHANGED if verdict is Verdict.CONFLICT else None
    return Reconciled(verdict=verdict, reason=reason)


def _finish(request: Request, record: Record, now: str, answers_shown: bool) -> Reconciled:
    values = _values(request, record)
    if now == "done":
        if values is Verdict.APPLIED:
            return _applied(record)
        if not answers_shown:
            return Reconciled(verdict=Verdict.UNKNOWN, reason=_NOT_SHOWN)
        return _closed(record)
    if now in CLOSED:
        return _closed(record)
    if values is Verdict.CONFLICT and answers_shown:
        return Reconciled(verdict=Verdict.CONFLICT, reason=_OTHERS_CHANGED)
    return Reconciled(verdict=Verdict.NOT_APPLIED)


def _deny(request: Request, record: Record, now: str) -> Reconciled:
    if now == "denied":
        theirs = as_text(record.raw.get("deny_reason"))
        mine = as_text(request.inputs.get("deny_reason"))
        shown = "deny_reason" in record.raw
        return _applied(record) if not shown or same_value(theirs, mine) else _closed(record)
    if now in CLOSED:
        return _closed(record)
    return Reconciled(verdict=Verdict.NOT_APPLIED)


def _state(request: Request, record: Record, now: str, wanted: tuple[str, ...]) -> Reconciled:
    if now in wanted:
        return _applied(record)
    if now == family(request.expected):
        return Reconciled(verdict=Verdict.NOT_APPLIED)
    return _closed(record)


def _values(request: Request, record: Record) -> Verdict:
    """APPLIED: all are mine. NOT_APPLIED: each is mine or as it was. CONFLICT: one is neither."""
    nothing, answers = Answer(), record.answers
    numbers = {field.key for field in record.fields if field.kind == "number"}
    verdict = Verdict.APPLIED
    for key, mine in request.values.items():
        theirs = answers.get(key, nothing)
        before = same_value(theirs.value, request.base.get(key), number=key in numbers)
        # A file is there when there is an answer that was not there before.
        done = not before if is_upload(mine) else same_value(theirs.value, mine, number=key in numbers)
        if not done:
            verdict = _worse(verdict, before)
    for key, note in request.notes.items():
        theirs = answers.get(key, nothing)
        if not same_value(theirs.note, note):
            verdict = _worse(verdict, same_value(theirs.note, request.base_notes.get(key, "")))
    return verdict


def _worse(verdict: Verdict, as_before: bool) -> Verdict:
    return Verdict.NOT_APPLIED if as_before and verdict is not Verdict.CONFLICT else Verdict.CONFLICT


def _applied(record: Record) -> Reconciled:
    receipt = Receipt(key_id=record.execution.key.id, status_raw=record.execution.status.raw, data=record.raw)
    return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)


def _closed(record: Record) -> Reconciled:
    reason = _OTHERS_CLOSED.get(family(record.execution.status.raw), _OTHERS_MOVED)
    return Reconciled(verdict=Verdict.CONFLICT, reason=reason)
