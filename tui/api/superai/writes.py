"""From a request to a checked receipt (contract sections 1, 4 and 6)."""

from __future__ import annotations

import json
from typing import Any

from tui.api.lenient import as_id, as_object, as_text
from tui.api.read import read_object
from tui.api.superai.actions import AGAIN, APPROVE, CANCEL, COMPLETE, CREATE, DELETE, REEXECUTE, REJECT, STALE
from tui.api.superai.fields import merged
from tui.api.superai.routes import Routes
from tui.api.superai.states import ACTIVE, RUNS
from tui.api.superai.verdicts import APPROVED, REJECTED, REVIEW
from tui.api.superai.wire import TASK, Attempt, Run, attempt_of, run_of
from tui.model.action import Receipt, Request
from tui.model.errors import NotFound, NotTheServer, Refused, TaskError, Unreachable
from tui.model.message import Message

VERDICTS = {APPROVE: APPROVED, REJECT: REJECTED}
_CHANGED = frozenset({"added", "already_exists"})
_NO_OUTPUT = Message("An output is needed; nothing was sent.")
_LEFT = Message("The server took it, but left the task as: {status}.")


class Writes:
    """Sends requests, each once, and believes only an answer for this very run or task."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self.cancels = True
        """Whether the server can cancel runs, as far as is known."""

    async def perform(self, request: Request, who: str) -> Receipt:
        """Send ``request``; ``who`` is noted beside a verdict."""
        action = request.action.partition(":")[0]
        if action == COMPLETE:
            return await self._complete(request)
        if action in VERDICTS:
            return await self._judge(request, action, who)
        if action == CREATE:
            return await self._start(request)
        if action == REEXECUTE:
            only_stale = request.inputs.get("scope") == STALE
            await self._routes.execute_run(request.key_id, only_stale, request.idempotency_key)
            return await self._run_now(request)
        if action == CANCEL:
            return await self._cancel(request)
        if action == DELETE:
            return await self._delete(request)
        raise unsent(Message("SuperAI has no such action."))

    # -- a task ------------------------------------------------------------------------------------------------

    async def _complete(self, request: Request) -> Receipt:
        """The record is read right before, so that only what was changed here is changed there."""
        task = await self.task_of(request)
        if task.status in RUNS:
            raise unsent(Message("It is being worked on; wait until it has ended."))
        if task.status == "completed" and not request.values:
            raise unsent(Message("Somebody else has completed it meanwhile."))
        output = merged(task.output, task.id, request.values)
        if output is None or output == "":
            raise unsent(_NO_OUTPUT)
        body = completed_body(task, output)
        again = request.inputs.get("afterwards") == AGAIN
        raw = read_object(await self._routes.replace_task(body, again, request.idempotency_key), task.id)
        found = attempt_of(raw)
        if not found.status:
            raise NotTheServer()
        if found.status != "completed":
            refusal = Refused()
            refusal.what = Message(_LEFT.id, {"status": found.status})
            raise refusal
        return Receipt(key_id=request.key_id, status_raw=found.status, data=raw)

    async def task_of(self, request: Request) -> Attempt:
        """The attempt that a request means, as it is now; only one of the run that the request is about."""
        ident = request.action.partition(":")[2]
        if not ident:
            raise unsent(Message("It is not known which task is meant. Open it again."))
        task = attempt_of(read_object(await self._routes.task(ident), ident))
        if request.key_id not in (task.run, TASK + task.id):
            raise unsent(Message("This answer belongs to another task; nothing was sent."))
        return task

    async def _judge(self, request: Request, action: str, who: str) -> Receipt:
        """Our tag, and not the opposite one beside it: both in one transaction. Of the state it says nothing."""
        items = tag_items(request, action, who)
        answer = as_object(read_object(await self._routes.change_tags(items, request.idempotency_key)))
        results = answer.get("tags")
        words = [as_text(as_object(one).get("status")) for one in results] if isinstance(results, list) else []
        if len(words) != len(items) or words[-1] not in _CHANGED:
            raise NotTheServer()
        return Receipt(key_id=request.key_id, status_raw="", data=answer)

    # -- a run -------------------------------------------------------------------------------------------------

    async def _start(self, request: Request) -> Receipt:
        flow = as_id(request.inputs.get("flow_id"))
        if flow is None:
            raise unsent(Message("Choose a flow from the list."), "flow_id")
        body = {"flow_id": flow, "input": given_input(request)}
        raw = read_object(await self._routes.start_run(body, request.idempotency_key))
        run = run_of(raw)
        if as_id(raw.get("id")) is None or run.flow != flow:
            raise NotTheServer()
        return Receipt(key_id=run.id, status_raw=run.status, data=raw)

    async def _cancel(self, request: Request) -> Receipt:
        try:
            await self._routes.cancel_run(request.key_id, request.idempotency_key)
        except NotFound as error:
            refusal: TaskError = error
        else:
            return await self._run_now(request)
        # No such run, or no such route?
        run = await self.run(request.key_id)
        if run.status in ACTIVE:
            self.cancels = False
            refusal = unsent(Message("This server cannot cancel a run."))
        raise refusal

    async def _delete(self, request: Request) -> Receipt:
        await self._routes.delete_run(request.key_id, request.idempotency_key)
        try:
            receipt = await self._run_now(request)
        except NotFound:
            return Receipt(key_id=request.key_id, status_raw="deleted")
        if receipt.status_raw == "deleted":
            return receipt
        refusal = Refused()
        refusal.what = Message("The server took it, but the run is still there.")
        raise refusal

    async def run(self, ident: str) -> Run:
        """A run as it is now."""
        return run_of(read_object(await self._routes.run(ident), ident))

    async def _run_now(self, request: Request) -> Receipt:
        """An empty answer says nothing about which run it is for: reading it says that."""
        try:
            run = await self.run(request.key_id)
        except NotFound:
            raise
        except TaskError as error:
            unseen = Unreachable(error.said, what=error.what, maybe_done=True)
        else:
            return Receipt(key_id=request.key_id, status_raw=run.status, data=run.raw)
        raise unseen


def completed_body(task: Attempt, output: Any) -> dict[str, Any]:
    """The whole record to put, with the first generation's status word, and the second's where it has one."""
    body = {**task.raw, "output": output, "error": None, "status": "completed"}
    if "processing_status" in body:
        body["processing_status"] = "completed"
    return body


def tag_items(request: Request, action: str, who: str) -> list[dict[str, Any]]:
    """The batch for a verdict: take the others back, add ours."""
    run, task = as_id(request.inputs.get("flow_execution_id")), as_text(request.inputs.get("task_name"))
    if run is None or not task or (not request.key_id.startswith(TASK) and run != request.key_id):
        raise unsent(Message("It is not known which task is meant. Open it again."))
    named = {"flow_execution_id": run, "task_name": task, "tag_type": REVIEW}
    others = [word for word in (*VERDICTS.values(), "pending") if word != VERDICTS[action]]
    taken_back = [{"operation": "remove", **named, "tag": word} for word in others]
    return [
        *taken_back,
        {"operation": "add", **named, "tag": VERDICTS[action], "tag_metadata": verdict(request, who)},
    ]


def verdict(request: Request, who: str) -> dict[str, str]:
    """What is noted beside a verdict: the reason, and who gave it."""
    said = {"reason": as_text(request.inputs.get("reason")).strip(), "by": who}
    return {name: text for name, text in said.items() if text}


def given_input(request: Request) -> dict[str, Any]:
    """The input of a run to be started, an object. Raises ``Refused``."""
    value = request.inputs.get("input")
    text = value if isinstance(value, str) else ""
    try:
        found = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise unsent(Message("The input must be a JSON object: names and values in braces."), "input")
    return found


def unsent(why: Message, field: str = "") -> Refused:
    """Nothing was sent, because the server could only refuse it."""
    refusal = Refused(fields={field: [why.english()]} if field else {})
    refusal.what = why
    return refusal
