"""New tasks: sent once, believed only by what comes back, found again by the mark that they carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tui.api.lenient import as_id, as_object, as_text
from tui.api.read import read_object
from tui.api.spaaza.bodies import MARK, placed
from tui.api.spaaza.moments import moment_of
from tui.api.spaaza.records import Task, read_task, whole
from tui.api.spaaza.routes import Routes
from tui.model.action import Receipt, Reconciled, Request, Verdict
from tui.model.errors import NotTheServer, Refused
from tui.model.message import Message


async def create(routes: Routes, body: dict[str, Any]) -> Receipt:
    """Send ``body`` and check that the task which comes back is this one."""
    try:
        answer = await routes.create_task(body)
    except Refused as refusal:
        raise placed(refusal, body) from None
    task = read_task(read_object(answer))
    if task.ident is None or not _is(task, body):
        raise NotTheServer()
    return Receipt(key_id=task.ident, status_raw=task.state.code, data=task.raw)


def found_again(request: Request, body: dict[str, Any], tasks: Iterable[Task]) -> Reconciled:
    """The verdict on a creation whose answer was lost. Its absence alone never means that it was not made."""
    known = list(tasks)
    marked = [task for task in known if task.debug == MARK + request.idempotency_key]
    newest = whole(request.inputs.get("known_newest")) or 0
    # A server that keeps no diagnostic text: the one that looks like it and was not there before.
    matches = marked or [
        task for task in known if not task.debug and _is(task, body) and int(task.ident or 0) > newest
    ]
    if len(matches) == 1 and matches[0].ident is not None:
        task = matches[0]
        receipt = Receipt(key_id=task.ident or "", status_raw=task.state.code, data=task.raw)
        return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)
    if matches:
        reason = Message("There are {n} tasks like this one; look which is yours.", {"n": len(matches)})
    else:
        reason = Message("The server shows no such task; look before you create it again.")
    return Reconciled(verdict=Verdict.UNKNOWN, reason=reason)


def _is(task: Task, body: dict[str, Any]) -> bool:
    """Whether a task is the one that a body describes."""
    target, trigger = body["target"], body["trigger"]
    return (
        task.desc.strip() == body["desc"]
        and task.action == target["action"]
        and task.index == as_text(target.get("export_index"))
        and task.campaign == (as_id(target.get("campaign")) or "")
        and task.once == moment_of(trigger["once"])
        and task.repeat == as_text(trigger.get("repeat"))
        and task.segment_id == as_text(trigger.get("segment_id"))
        and task.user_list == as_text(trigger.get("user_list"))
        and len(task.rules) == len(as_object(trigger.get("segment")).get("rules") or ())
    )
