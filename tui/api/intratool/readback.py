"""After a lost answer: what really happened, found out by reading only.

The rules (plan of record, "Writing"): progress, finish and deny are compared value by value; a create is looked
for by its assignment, template and exact second, and is never called "not done" by its absence alone. A file is
compared by its hash where the server's link holds one, else by its name; it is read for that, so that a comparison
with files belongs into a thread.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import msgspec

from tui.api.intratool.states import family
from tui.api.intratool.writes import name_to_send, uploads_of, wanted_status
from tui.api.lenient import as_text, is_number
from tui.model.action import Receipt, Reconciled, Request, Verdict
from tui.model.errors import Refused
from tui.model.execution import Answer, Execution, Record
from tui.model.field import Value, no_answer, same_value
from tui.model.message import Message
from tui.model.upload import became, called_like, file_name, is_upload

CLOSED = ("done", "denied", "missed")
_OTHERS_CHANGED = Message("Somebody else has changed the same answers meanwhile.")
_OTHERS_CLOSED = {
    "done": Message("Somebody else has finished it meanwhile."),
    "denied": Message("Somebody else has denied it meanwhile."),
    "missed": Message("Its time has passed meanwhile; it counts as missed."),
}
_OPENED_AGAIN = Message("It may have arrived, and somebody opened it again since. Look before you send it again.")
_OTHERS_MOVED = Message("Somebody else has changed its status meanwhile.")
_FILE_LOST = Message("The server answered, but did not keep the file {name}.")
_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{32,128}(?![0-9a-f])")
_MADE_NAME = re.compile(r"[0-9]+|[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{16,}|(?=.*[0-9])[a-z0-9]{20,}", re.IGNORECASE)
"""Names that servers give by themselves: numbers, UUIDs, hashes, random letters and digits."""
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


def verified(request: Request, receipt: Receipt, record: Record) -> Receipt:
    """``receipt`` with what the server holds now for each file of ``request``.

    A server may answer "success" to a form and store no file (contract gap 3): raises ``Refused`` then. One that
    shows no answers to this user is believed.
    """
    if record.raw.get("task_progress_fields") is None:
        return receipt
    lost = {
        key: Message(_FILE_LOST.id, {"name": file_name(request.values[key])})
        for key, path in uploads_of(request).items()
        if is_kept(path, record.answers.get(key, Answer()), request.base.get(key)) is False
    }
    if lost:
        refusal = Refused(fields={key: [said.english()] for key, said in lost.items()})
        refusal.what = next(iter(lost.values()))
        raise refusal
    return msgspec.structs.replace(receipt, held=_held(request, record))


def is_kept(path: str, theirs: Answer, base: Value) -> bool | None:
    """Whether ``theirs`` is the file at ``path`` that a server said it took; ``None`` where that cannot be told.

    ``base`` is what the server held before. Where nothing stood before, whatever stands there now, the server has
    made it of this file, unless a hash says no.
    """
    found = _is_ours(path, theirs, base)
    return True if found is None and no_answer(base) and not _hashes(theirs) else found


def _is_ours(path: str, theirs: Answer, base: Value) -> bool | None:
    """The same where no success was heard: a file of a strange name may be a colleague's."""
    if no_answer(theirs.value):
        return False
    hashes = _hashes(theirs)
    digests = _digests(path, {len(one) for one in hashes}) if hashes else set()
    if not hashes.isdisjoint(digests):
        return True
    names = {file_name(theirs.value), file_name(theirs.text)}
    named = any(
        called_like(name, ours) for name in names for ours in (file_name({"path": path}), name_to_send(path))
    )
    if not became(base, theirs.value):
        kept = named or any(_MADE_NAME.fullmatch(name.partition(".")[0]) for name in names)
        if kept and digests:
            # Of other content than ours: another's file of that name, or ours, made smaller by the server.
            return None
        return None if not kept and no_answer(base) and not hashes else kept
    return None if named and not hashes else False


def _hashes(theirs: Answer) -> set[str]:
    return set(_HASH.findall(f"{theirs.value} {theirs.text}".lower()))


def _digests(path: str, lengths: set[int]) -> set[str]:
    """The file's usual hashes in hexadecimal, cut to ``lengths``; none for a file that cannot be read."""
    found = [hashlib.sha256(), hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False)]
    try:
        with open(path, "rb") as file:
            while chunk := file.read(1 << 18):
                for one in found:
                    one.update(chunk)
    except (OSError, ValueError):
        return set()
    return {one.hexdigest()[:length] for one in found for length in lengths}


def _held(request: Request, record: Record) -> dict[str, Value]:
    answers = {key: record.answers[key].value for key in uploads_of(request) if key in record.answers}
    return {key: value for key, value in answers.items() if not no_answer(value)}


def created(matches: Iterable[Execution], me: str = "") -> Reconciled:
    """The verdict on a create: the one match is adopted; none, several or a strange ID are a person's.

    ``me`` is the name of whoever asks, where it is known: what somebody else touched last may be theirs, made for
    the same moment, and is a person's too.
    """
    found = list(matches)
    ours = not found or not me or found[0].actor in (None, "", me)
    if len(found) == 1 and ours and is_number(found[0].key.id):
        receipt = Receipt(key_id=found[0].key.id, status_raw=found[0].status.raw)
        return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)
    if len(found) == 1 and not ours:
        reason = Message(
            "{who} has made one of that moment, or changed yours. Look before you create it again.",
            {"who": found[0].actor},
        )
    elif found:
        reason = Message("There are {n} executions of that moment; look which is yours.", {"n": len(found)})
    else:
        reason = Message("The server shows no execution of that moment; look before you create it again.")
    return Reconciled(verdict=Verdict.UNKNOWN, reason=reason)


def _progress(request: Request, record: Record, now: str, answers_shown: bool) -> Reconciled:
    verdict = _values(request, record)
    if not answers_shown and (request.values or request.notes):
        return Reconciled(verdict=Verdict.UNKNOWN, reason=_NOT_SHOWN)
    if verdict is Verdict.APPLIED:
        return _applied(request, record)
    if now in CLOSED:
        return _closed(record)
    reason = _OTHERS_CHANGED if verdict is Verdict.CONFLICT else None
    return Reconciled(verdict=verdict, reason=reason)


def _finish(request: Request, record: Record, now: str, answers_shown: bool) -> Reconciled:
    values = _values(request, record)
    if now == "done":
        if values is Verdict.APPLIED:
            return _applied(request, record)
        if not answers_shown:
            return Reconciled(verdict=Verdict.UNKNOWN, reason=_NOT_SHOWN)
        return _closed(record)
    if now in CLOSED:
        return _closed(record)
    if values is Verdict.CONFLICT and answers_shown:
        return Reconciled(verdict=Verdict.CONFLICT, reason=_OTHERS_CHANGED)
    if answers_shown and (request.values or request.notes):
        return _opened_again() if values is Verdict.APPLIED else Reconciled(verdict=Verdict.NOT_APPLIED)
    return _opened_again() if _moved(request, now) else Reconciled(verdict=Verdict.NOT_APPLIED)


def _deny(request: Request, record: Record, now: str) -> Reconciled:
    theirs = as_text(record.raw.get("deny_reason"))
    mine = as_text(request.inputs.get("deny_reason"))
    if now == "denied":
        shown = "deny_reason" in record.raw
        return _applied(request, record) if not shown or same_value(theirs, mine) else _closed(record)
    if now in CLOSED:
        return _closed(record)
    if _moved(request, now) or (mine and same_value(theirs, mine)):
        return _opened_again()
    return Reconciled(verdict=Verdict.NOT_APPLIED)


def _moved(request: Request, now: str) -> bool:
    """Whether the status is another one than the person saw."""
    return bool(request.expected) and now != family(request.expected)


def _opened_again() -> Reconciled:
    """A finish or denial left its traces and yet is not there: repeating it would undo what somebody did since."""
    return Reconciled(verdict=Verdict.CONFLICT, reason=_OPENED_AGAIN)


def _state(request: Request, record: Record, now: str, wanted: tuple[str, ...]) -> Reconciled:
    if now in wanted:
        return _applied(request, record)
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
        base = request.base.get(key)
        if is_upload(mine):
            before = became(base, theirs.value)
            # Where one name stands for the old and the new file, it is sent again: twice is better than never.
            done = _is_ours(mine["path"], theirs, base) is True
        else:
            before = same_value(theirs.value, base, number=key in numbers)
            done = same_value(theirs.value, mine, number=key in numbers)
        if not done:
            verdict = _worse(verdict, before)
    for key, note in request.notes.items():
        theirs = answers.get(key, nothing)
        if not same_value(theirs.note, note):
            verdict = _worse(verdict, same_value(theirs.note, request.base_notes.get(key, "")))
    return verdict


def _worse(verdict: Verdict, as_before: bool) -> Verdict:
    return Verdict.NOT_APPLIED if as_before and verdict is not Verdict.CONFLICT else Verdict.CONFLICT


def _applied(request: Request, record: Record) -> Reconciled:
    execution = record.execution
    receipt = Receipt(
        key_id=execution.key.id, status_raw=execution.status.raw, data=record.raw, held=_held(request, record)
    )
    return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)


def _closed(record: Record) -> Reconciled:
    reason = _OTHERS_CLOSED.get(family(record.execution.status.raw), _OTHERS_MOVED)
    return Reconciled(verdict=Verdict.CONFLICT, reason=reason)
