"""The five endpoints of tasks (contract section 3), and the file behind a download link."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Connection, Row, insert, select

from tui.embedded.asgi import Incoming, Outgoing
from tui.embedded.spaaza import schema
from tui.embedded.spaaza.checks import check
from tui.embedded.spaaza.server import Call, Server
from tui.embedded.spaaza.words import (
    CODES,
    DONE,
    ERROR,
    EXPORT,
    READY,
    SpaazaError,
    invalid,
    iso,
    read_moment,
    task_not_found,
)

LIMIT, MOST = 50, 500
LOG_LIMIT = 10
LINK_SECONDS = 3600

_task = schema.tasks.c


def create(call: Call) -> dict[str, Any]:
    """``POST /tasks``."""
    body = call.body()
    check(body, call.caller.chain)
    target, trigger, now = body["target"], body["trigger"], call.server.clock.now()
    row = {
        "chain": call.caller.chain, "desc": body["desc"], "code": READY, "modified": now, "created": now,
        "trigger": trigger, "target": target, "action": target["action"], "campaign": target.get("campaign"),
        "debug": body.get("debug", ""), "seconds": call.server.settings.seconds, "version": 1, "run": 0,
        "next_run": read_moment(trigger["once"]),
    }  # fmt: skip
    with call.server.database.write() as tx:
        number = tx.execute(insert(schema.tasks).values(**row).returning(_task.id)).scalar_one()
        return _shown(tx, _find(tx, call.caller.chain, number))


def list_tasks(call: Call) -> list[dict[str, Any]]:
    """``GET /tasks``: the newest first."""
    request = call.request
    limit, offset = _number(request, "limit", LIMIT, MOST), _number(request, "offset", 0)
    query = select(schema.tasks).where(_task.chain == call.caller.chain)
    if status := request.asked("status"):
        if status not in CODES:
            raise invalid("status", f"must be one of {', '.join(CODES)}")
        query = query.where(_task.code == status)
    if action := request.asked("action"):
        query = query.where(_task.action == action)
    if request.asked("campaign_id"):
        query = query.where(_task.campaign == _number(request, "campaign_id", 0))
    with call.server.database.read() as tx:
        rows = tx.execute(query.order_by(_task.id.desc()).limit(limit).offset(offset)).all()
        return [_shown(tx, row, with_logs=False) for row in rows]


def show(call: Call) -> dict[str, Any]:
    """``GET /tasks/{id}``: ``log_limit`` and ``offset`` page its log, newest line first."""
    limit, offset = _number(call.request, "log_limit", LOG_LIMIT, MOST), _number(call.request, "offset", 0)
    with call.server.database.read() as tx:
        return _shown(tx, _find(tx, call.caller.chain, call.id()), limit, offset)


def execute(call: Call) -> dict[str, Any]:
    """``POST /tasks/{id}/execute``: answers when the run has ended, with the task's state alone."""
    task = call.server.scheduler.execute(call.caller.chain, call.id())
    if task.code == ERROR and call.server.settings.fault_status != 200:
        said = "The task encountered an error during execution."
        raise SpaazaError(call.server.settings.fault_status, "task_execution_failed", said)
    return _state(task)


def download_url(call: Call) -> dict[str, Any]:
    """``GET /tasks/{id}/download_url``: a link that is good for an hour, for whoever has it."""
    with call.server.database.read() as tx:
        task = _find(tx, call.caller.chain, call.id())
        if task.action != EXPORT or task.code != DONE:
            raise SpaazaError(400, "no_result_file", "Only an export that is DONE has a file to download.")
        name = tx.execute(select(schema.results.c.name).where(schema.results.c.task == task.id)).scalar_one()
    expires = call.server.clock.now() + LINK_SECONDS
    signature = call.server.signature(f"{task.id}|{task.run}|{expires}")
    proof = urlencode({"task": task.id, "run": task.run, "expires": expires, "signature": signature})
    headers = call.request.headers
    origin = f"{headers.get('x-forwarded-proto', 'http')}://{headers.get('host', 'localhost')}"
    return {"url": f"{origin}/files/{quote(name)}?{proof}"}


def file(server: Server, request: Incoming) -> Outgoing:
    """``GET /files/{name}``: the file itself; the link is all that it needs."""
    task, run, expires = (request.asked(name) or "" for name in ("task", "run", "expires"))
    right = server.signature(f"{task}|{run}|{expires}")
    if not hmac.compare_digest(right, request.asked("signature") or "") or int(expires) < server.clock.now():
        raise SpaazaError(403, "link_expired", "The link is not valid any more.")
    table = schema.results
    with server.database.read() as tx:
        found = tx.execute(select(table).where(table.c.task == int(task), table.c.run == int(run))).one_or_none()
    if found is None:
        raise SpaazaError(404, "not_found", "The file is gone: the task was run again.")
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"', "Cache-Control": "private"}
    return Outgoing(found.body, 200, headers, found.media_type)


def _find(tx: Connection, chain: int, number: int) -> Row[Any]:
    found = tx.execute(select(schema.tasks).where(_task.id == number, _task.chain == chain)).one_or_none()
    if found is None:
        raise task_not_found()
    return found


def _shown(
    tx: Connection, task: Row[Any], limit: int = LOG_LIMIT, offset: int = 0, *, with_logs: bool = True
) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    if with_logs:
        log = schema.logs.c
        query = select(schema.logs).where(log.task == task.id).order_by(log.id.desc()).limit(limit).offset(offset)
        lines = [
            {"date": iso(line.moment), "level": line.level, "message": line.message} for line in tx.execute(query)
        ]
    return {
        "id": task.id, "chain": task.chain, "desc": task.desc, "state": _state(task), "trigger": task.trigger,
        "target": task.target, "logs": lines, "debug": task.debug, "version": task.version,
    }  # fmt: skip


def _state(task: Row[Any]) -> dict[str, Any]:
    return {
        "code": task.code,
        "last_run_date": iso(task.last_run),
        "last_modified": iso(task.modified),
        "created_date": iso(task.created),
    }


def _number(request: Incoming, name: str, default: int, most: int = 2**31 - 1) -> int:
    text = request.asked(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        raise invalid(name, "a whole number is needed")
    return min(int(text), most)
