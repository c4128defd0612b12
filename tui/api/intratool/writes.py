"""From a request to a checked receipt: flat bodies out, envelopes in (contract sections 1.1, 3 and 6.2)."""

from __future__ import annotations

import asyncio
import os
import stat
import unicodedata
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import ExitStack
from typing import Any

from pydantic import ValidationError

from tui.api.http import Answer, Multipart, Upload
from tui.api.intratool.catalogue import Catalogue
from tui.api.intratool.fields import NOTE_SUFFIX
from tui.api.intratool.read import read_success
from tui.api.intratool.records import CreateBody
from tui.api.intratool.routes import Routes
from tui.api.intratool.states import family
from tui.api.lenient import as_id, as_json, as_text, is_number
from tui.model.action import Receipt, Request
from tui.model.errors import NotTheServer, Refused
from tui.model.execution import Record
from tui.model.field import Value
from tui.model.message import Message
from tui.model.plain import clean
from tui.model.upload import HEAD_BYTES, file_name, is_upload, media_type, open_unhurried

_EXPECTED = {
    "progress": ("in_progress",),
    "finish": ("done",),
    "deny": ("denied",),
    "reset": ("in_progress", "open"),
}

TemplateOf = Callable[[str, str], Awaitable[str | None]]
"""Finds the template of an assignment near a wall time where the administration does not show it."""


class Writes:
    """Sends requests, each once, and believes only an answer for this very execution."""

    def __init__(self, routes: Routes, catalogue: Catalogue) -> None:
        self._routes = routes
        self._catalogue = catalogue

    async def perform(self, request: Request, template_of: TemplateOf) -> Receipt:
        """Send ``request``."""
        if request.action == "create":
            return await self._create(request, template_of)
        answer = await self._sent(request)
        data = read_success(answer, request.key_id)
        return _checked(request, data)

    async def _sent(self, request: Request) -> Answer:
        ident, key, routes = request.key_id, request.idempotency_key, self._routes
        if request.action in ("progress", "finish"):
            return await self._answers(request)
        if request.action == "deny":
            reason = as_text(request.inputs.get("deny_reason")) or None
            return await routes.deny_execution(ident, {"deny_reason": reason}, key)
        if request.action == "reset":
            return await routes.reset_execution(ident, key)
        if request.action == "status":
            return await routes.set_status(ident, {"task_status_id": wanted_status(request)}, key)
        raise _unsent(Message("Intratool has no such action."), "")

    async def _answers(self, request: Request) -> Answer:
        body = flat_body(request)
        uploads = uploads_of(request)
        finish = request.action == "finish"
        routes, ident, key = self._routes, request.key_id, request.idempotency_key
        if uploads:
            send = routes.finish_execution_with_files if finish else routes.save_progress_with_files
            with ExitStack() as opened:
                files = await asyncio.to_thread(_open_all, uploads, opened)
                return await send(ident, Multipart(form_parts(body), files), key)
        return await (routes.finish_execution if finish else routes.save_progress)(ident, body, key)

    async def _create(self, request: Request, template_of: TemplateOf) -> Receipt:
        body = create_body(request, await self._template_for(request, template_of))
        data = read_success(await self._routes.create_execution(body, request.idempotency_key))
        named = ("task_assignment_id", "task_template_id")
        if not is_number(as_id(data.get("id"))) or any(
            as_id(data.get(name)) != as_id(body[name]) for name in named
        ):
            raise NotTheServer()
        return receipt_of(data)

    async def _template_for(self, request: Request, template_of: TemplateOf) -> str:
        """The template of a create: as chosen, else the assignment's. Raises ``Refused`` where it is unknown."""
        chosen = as_id(request.inputs.get("task_template_id"))
        assignment = as_id(request.inputs.get("task_assignment_id")) or ""
        if chosen is None and assignment:
            found = await self._catalogue.assignment(assignment)
            chosen = found.task_template_id if found is not None else None
            chosen = chosen or await template_of(assignment, as_text(request.inputs.get("for_execution_date")))
        if chosen is None:
            raise _unsent(Message("The checklist of this assignment is not known."), "task_assignment_id")
        return chosen


def flat_body(request: Request) -> dict[str, Any]:
    """``{key}`` and ``{key}_additional_information``, as documented; an emptied answer or note is ``null``."""
    body: dict[str, Any] = {
        key: _sent_value(value) for key, value in request.values.items() if not is_upload(value)
    }
    body.update({key + NOTE_SUFFIX: note or None for key, note in request.notes.items()})
    if request.action == "finish":
        reason = as_text(request.inputs.get("delayed_reason"))
        if reason:
            body["delayed_reason"] = reason
    return body


def create_body(request: Request, template: str) -> dict[str, Any]:
    """The documented keys; those that are not set are left to the server's defaults."""
    try:
        body = CreateBody(
            task_assignment_id=_number(request.inputs.get("task_assignment_id")),
            task_template_id=_number(template),
            parent_id=_number(parent) if (parent := as_id(request.inputs.get("parent_id"))) else None,
            for_execution_date=as_text(request.inputs.get("for_execution_date")) or None,
        )
    except (ValueError, ValidationError):
        body = None
    if body is None:
        raise _unsent(Message("Choose an assignment from the list."), "task_assignment_id")
    return body.model_dump(exclude_defaults=True)


def wanted_status(request: Request) -> str:
    """The state to send: never ``*_delayed``, which is the server's decision."""
    return family(as_text(request.inputs.get("task_status_id")))


def uploads_of(request: Request) -> dict[str, str]:
    """The paths of the files that ``request`` sends, by field key."""
    return {key: value["path"] for key, value in request.values.items() if is_upload(value)}


def file_questions(record: Record) -> frozenset[str]:
    """The keys of the questions that ask for a file."""
    return frozenset(field.key for field in record.fields if field.kind == "file")


def refuse_strange_files(request: Request, questions: Collection[str]) -> None:
    """A file goes out only to a question that asks for one, and only if a person chose it. Raises ``Refused``."""
    for key in uploads_of(request):
        if key not in questions or request.values[key] == request.base.get(key):
            raise _unsent(Message("This question takes no file; nothing was sent."), key)


def receipt_of(data: dict[str, Any]) -> Receipt:
    """The receipt of a checked answer."""
    return Receipt(key_id=as_id(data.get("id")) or "", status_raw=as_text(data.get("task_status_id")), data=data)


def _checked(request: Request, data: dict[str, Any]) -> Receipt:
    receipt = receipt_of(data)
    expected = _EXPECTED.get(request.action) or (wanted_status(request),)
    if not receipt.status_raw:
        raise NotTheServer()
    if family(receipt.status_raw) not in expected:
        refusal = Refused()
        refusal.what = Message(
            "The server took it, but left the task as: {status}.", {"status": receipt.status_raw}
        )
        raise refusal
    return receipt


def _sent_value(value: Value) -> Value:
    return None if value in ("", []) else value


def _number(value: object) -> int:
    text = as_id(value) or ""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("no ID")
    return int(text)


def _unsent(why: Message, field: str) -> Refused:
    """Nothing was sent, because the server could only refuse it."""
    refusal = Refused(fields={field: [why.english()]} if field else {})
    refusal.what = why
    return refusal


def form_parts(body: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """A body as a form (contract gap 3): a list becomes ``key[]`` parts, ``null`` an empty part, as PHP reads."""
    parts: dict[str, str | list[str]] = {}
    for key, value in body.items():
        if isinstance(value, list):
            parts[f"{key}[]"] = [as_text(part) for part in value]
        else:
            parts[key] = as_json(value) if isinstance(value, dict) else as_text(value)
    return parts


def name_to_send(path: str) -> str:
    """The file's name on one line, without the signs that a form's header cannot carry through every server."""
    name = unicodedata.normalize("NFC", clean(file_name({"path": path}))).strip()
    return name.replace('"', "'").replace("\\", "_") or "file"


def _open_all(uploads: Mapping[str, str], opened: ExitStack) -> dict[str, Upload]:
    return {key: _opened(key, path, opened) for key, path in uploads.items()}


def _opened(key: str, path: str, opened: ExitStack) -> Upload:
    """The file, open to be read while it is sent. Raises ``Refused``."""
    try:
        file = opened.enter_context(open(path, "rb", opener=open_unhurried))  # noqa: SIM115 - the stack closes it
        head = file.read(HEAD_BYTES) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except (OSError, ValueError):
        head = b""
    if not head:
        raise _unsent(Message("The file {name} cannot be read.", {"name": clean(file_name({"path": path}))}), key)
    file.seek(0)
    return Upload(name_to_send(path), file, media_type(head, file_name({"path": path})))
