"""After a lost answer: what really happened, found out by reading only.

A completion is compared value by value; a verdict is a tag that is there or not; a re-execution moves the run's
stamp; a started run is looked for among the newest of its flow. What would run twice if it were sent twice is
never called "not done" by its absence: a slow server may still be at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tui.api.lenient import as_object, as_text
from tui.api.superai.actions import AGAIN, seen_of
from tui.api.superai.fields import now_at
from tui.api.superai.states import ACTIVE
from tui.api.superai.verdicts import REVIEW
from tui.api.superai.wire import Attempt, Run, Tag
from tui.api.superai.writes import VERDICTS, verdict
from tui.model.action import Receipt, Reconciled, Request, Verdict
from tui.model.field import same_value
from tui.model.message import Message

_OTHERS_CHANGED = Message("Somebody else has changed the same answers meanwhile.")
_OTHERS_COMPLETED = Message("Somebody else has completed it meanwhile.")
_NOT_YET = Message("There is no trace of it yet; the server may still be at it. Look before you do it again.")
_MOVED = Message("The run changed meanwhile; whether by this is not known. Look before you do it again.")


def of_completion(request: Request, task: Attempt) -> Reconciled:
    """What became of a completion: ``task`` as it is now."""
    mine = before = True
    for key, value in request.values.items():
        theirs = now_at(task.output, key)
        number = key.partition("/")[2].startswith("number/")
        if not same_value(theirs, value, number=number):
            mine = False
            before = before and same_value(theirs, request.base.get(key), number=number)
    if task.status == "completed":
        if mine:
            return applied(request, task.status, task)
        # A correction of what was completed before: the values tell.
        return _not_yet(request) if before and request.values else _conflict(_OTHERS_COMPLETED)
    if not before and not mine:
        return _conflict(_OTHERS_CHANGED)
    return _not_yet(request)


def of_verdict(request: Request, action: str, tags: Sequence[Tag], who: str) -> Reconciled:
    """What became of an approval or rejection."""
    task, wanted = as_text(request.inputs.get("task_name")), verdict(request, who)
    for tag in tags:
        if tag.active and (tag.task, tag.tag, tag.kind) == (task, VERDICTS[action], REVIEW):
            said = as_object(tag.metadata)
            if as_text(said.get("reason")) == wanted.get("reason", ""):
                receipt = Receipt(key_id=request.key_id, status_raw="")
                return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)
    return _not_applied()


def of_execution(request: Request, run: Run, attempts: int) -> Reconciled:
    """What became of "run again"."""
    seen = as_text(request.inputs.get("seen"))
    updated, _, rest = seen.partition("|")
    version, _, tried = rest.partition("|")
    if seen == seen_of(run, attempts):
        return Reconciled(verdict=Verdict.UNKNOWN, reason=_NOT_YET)
    grown = tried.isdigit() and attempts > int(tried)
    raised = version.isdigit() and run.version > int(version)
    begun = run.status in ACTIVE and request.expected not in ACTIVE
    if updated != run.updated and (grown or raised or begun):
        return applied_to_run(request, run)
    return Reconciled(verdict=Verdict.UNKNOWN, reason=_MOVED)


def of_cancel(request: Request, run: Run) -> Reconciled:
    """What became of a cancellation."""
    if run.status in ("cancelled", "cancel_requested"):
        return applied_to_run(request, run)
    if run.status in ACTIVE:
        return _not_applied()
    return _conflict(Message("It has ended by itself meanwhile."))


def of_start(request: Request, runs: Sequence[Run], sent_at: datetime | None, given: object) -> Reconciled:
    """What became of a start. Only a run that began since it was sent from here, with this input, is ours."""
    alike = [run for run in runs if as_object(run.raw.get("input")) == given]
    ours = [run for run in alike if sent_at is not None and run.created is not None and run.created >= sent_at]
    if len(ours) == 1:
        return applied_to_run(request, ours[0], ours[0].id)
    if alike:
        reason = Message("Runs with this input: {n}. Look whether yours is among them.", {"n": len(alike)})
    else:
        reason = Message("The server shows no run with this input; look before you start it again.")
    return Reconciled(verdict=Verdict.UNKNOWN, reason=reason)


def applied(request: Request, status: str, task: Attempt) -> Reconciled:
    """It was done."""
    receipt = Receipt(key_id=request.key_id, status_raw=status, data=task.raw)
    return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)


def applied_to_run(request: Request, run: Run, key_id: str = "") -> Reconciled:
    """It was done to a run."""
    receipt = Receipt(key_id=key_id or request.key_id, status_raw=run.status, data=run.raw)
    return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)


def _not_yet(request: Request) -> Reconciled:
    """A completion may be sent again, unless others would then run twice."""
    if request.inputs.get("afterwards") == AGAIN:
        return Reconciled(verdict=Verdict.UNKNOWN, reason=_NOT_YET)
    return _not_applied()


def _not_applied() -> Reconciled:
    return Reconciled(verdict=Verdict.NOT_APPLIED)


def _conflict(reason: Message) -> Reconciled:
    return Reconciled(verdict=Verdict.CONFLICT, reason=reason)
