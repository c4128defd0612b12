"""One method per documented route, with exactly the documented verb and path.

Sources: the TaskExecutions page (13 routes), the administration pages of templates, fields and assignments, the
pages of forms, users, departments and files; ``contracts`` section 1. All moments are wall time, ``Y-m-d H:i:s``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tui.api.http import Answer, Multipart, Params, Transport, segment
from tui.model.errors import Forbidden, TaskError, Unauthorised
from tui.model.system import Sink

_EXECUTIONS = "/api/tasks-2/executions"
_ADMINISTRATION = "/api/administration/tasks-2"


class Routes:
    """The routes of one Intratool server. A 403 is told apart: bad token (as documented) or not allowed."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    # The 13 documented routes of executions

    async def list_executions(
        self, start: str, end: str, include: Sequence[str] = (), validator: str | None = None, limit: int = 0
    ) -> Answer:
        """GET: the executions of a period, a bare array."""
        return await self._list(_EXECUTIONS, start, end, include, validator, limit)

    async def list_assignment_executions(
        self,
        assignment: str,
        start: str,
        end: str,
        include: Sequence[str] = (),
        validator: str | None = None,
        limit: int = 0,
    ) -> Answer:
        """GET: the executions of one assignment and period, a bare array."""
        path = f"/api/tasks-2/assignments/{segment(assignment)}/executions"
        return await self._list(path, start, end, include, validator, limit)

    async def count_executions(self) -> Answer:
        """GET: ``{"count": 12}``. A 403 here means that the token is bad."""
        try:
            return await self.transport.get(f"{_EXECUTIONS}/count")
        except Forbidden as error:
            refusal = Unauthorised(error.said, request_id=error.request_id)
        raise refusal

    async def show_execution(self, execution: str, include: Sequence[str] = ()) -> Answer:
        """GET: one execution, a bare object."""
        return await self._read(_execution(execution), _included(include))

    async def create_execution(self, body: Mapping[str, Any], key: str) -> Answer:
        """POST: a new execution."""
        return await self._write("POST", _EXECUTIONS, body, key)

    async def save_progress(self, execution: str, body: Mapping[str, Any], key: str) -> Answer:
        """PUT: answers, flat by field key."""
        return await self._write("PUT", f"{_execution(execution)}/progress", body, key)

    async def save_progress_with_files(self, execution: str, form: Multipart, key: str) -> Answer:
        """The same route with files: a POST that names PUT, since PHP does not read multipart bodies of a PUT."""
        parts = {"_method": "PUT", **form.parts}
        return await self._write_form(f"{_execution(execution)}/progress", Multipart(parts, form.files), key)

    async def finish_execution(self, execution: str, body: Mapping[str, Any], key: str) -> Answer:
        """POST: answers, and done."""
        return await self._write("POST", f"{_execution(execution)}/progress/finish", body, key)

    async def finish_execution_with_files(self, execution: str, form: Multipart, key: str) -> Answer:
        """The same route with files."""
        return await self._write_form(f"{_execution(execution)}/progress/finish", form, key)

    async def deny_execution(self, execution: str, body: Mapping[str, Any], key: str) -> Answer:
        """POST: denied, with a reason."""
        return await self._write("POST", f"{_execution(execution)}/deny", body, key)

    async def reset_execution(self, execution: str, key: str) -> Answer:
        """POST, without a body: back in progress."""
        return await self._write("POST", f"{_execution(execution)}/reset", None, key)

    async def set_status(self, execution: str, body: Mapping[str, Any], key: str) -> Answer:
        """PUT: a new state."""
        return await self._write("PUT", f"{_execution(execution)}/status", body, key)

    async def previous_nodes(self, assignment: str, levels: int) -> Answer:
        """GET: the workflow nodes before an assignment, nearest first; ``levels`` 0 means all."""
        return await self._read(_previous(assignment), (("levels", str(levels)),))

    async def previous_node(self, assignment: str, level: int) -> Answer:
        """GET: the node of one level."""
        return await self._read(f"{_previous(assignment)}/{level}", ())

    async def previous_node_dispatchable(
        self, assignment: str, level: int, include: Sequence[str] = (), appends: Sequence[str] = ()
    ) -> Answer:
        """GET: the entity behind a node."""
        params = [*_included(include), *((("appends", ",".join(appends)),) if appends else ())]
        return await self._read(f"{_previous(assignment)}/{level}/dispatchable", params)

    # Administration and neighbours: read where the server lets this user

    async def templates(self) -> Answer:
        """GET: all templates, a bare array."""
        return await self._look(f"{_ADMINISTRATION}/templates")

    async def template_fields(self, template: str) -> Answer:
        """GET: the fields of one template, a bare array."""
        return await self._look(f"{_ADMINISTRATION}/templates/{segment(template)}/fields")

    async def all_template_fields(self) -> Answer:
        """GET: the fields of all templates, a bare array."""
        return await self._look(f"{_ADMINISTRATION}/templates/fields")

    async def form_fields(self) -> Answer:
        """GET: the fields of everything that has a form, a bare array."""
        return await self._look("/api/forms/fields")

    async def assignments(self) -> Answer:
        """GET: all assignments, a bare array."""
        return await self._look(f"{_ADMINISTRATION}/assignments")

    async def assignment(self, assignment: str) -> Answer:
        """GET: one assignment, a bare object."""
        return await self._look(f"{_ADMINISTRATION}/assignments/{segment(assignment)}")

    async def users(self) -> Answer:
        """GET: all users that this one may see, a bare array."""
        return await self._look("/api/users")

    async def user(self, user: str, include: Sequence[str] = ()) -> Answer:
        """GET: one user, a bare object."""
        return await self.transport.get(f"/api/users/{segment(user)}", _included(include))

    async def departments(self) -> Answer:
        """GET: all departments that this user may see, a bare array."""
        return await self._look("/api/departments")

    async def file(self, ref: str, sink: Sink) -> int:
        """GET: a file's bytes (not under ``/api``); ``ref`` is its ID or "hash/name". Returns how many bytes."""
        path = "/".join(segment(part) for part in ref.split("/") if part.strip("."))
        return await self.transport.download(f"/files/{path}", sink)

    # How they are sent

    async def _list(
        self, path: str, start: str, end: str, include: Sequence[str], validator: str | None, limit: int
    ) -> Answer:
        params = [("period_start", start), ("period_end", end), *_included(include)]
        if limit:
            params.append(("limit", str(limit)))
        try:
            return await self.transport.get(path, params, validator)
        except Forbidden as error:
            refusal = Unauthorised(error.said, request_id=error.request_id)
        raise refusal

    async def _look(self, path: str) -> Answer:
        """A read that is expected to be refused to many users: a 403 needs no second opinion."""
        return await self.transport.get(path)

    async def _read(self, path: str, params: Params) -> Answer:
        try:
            return await self.transport.get(path, params)
        except Forbidden as error:
            refusal = error
        raise await self._told_apart(refusal)

    async def _write(self, method: str, path: str, body: Mapping[str, Any] | None, key: str) -> Answer:
        try:
            return await self.transport.send(method, path, json=body, idempotency_key=key)
        except Forbidden as error:
            refusal = error
        raise await self._told_apart(refusal)

    async def _write_form(self, path: str, form: Multipart, key: str) -> Answer:
        try:
            return await self.transport.send("POST", path, multipart=form, idempotency_key=key)
        except Forbidden as error:
            refusal = error
        raise await self._told_apart(refusal)

    async def _told_apart(self, refusal: Forbidden) -> TaskError:
        """Intratool answers 403 to a bad token too: a harmless read tells which it is."""
        try:
            await self.count_executions()
        except Unauthorised as error:
            return error
        except TaskError:
            return refusal
        return refusal


def _execution(execution: str) -> str:
    return f"{_EXECUTIONS}/{segment(execution)}"


def _previous(assignment: str) -> str:
    return f"{_EXECUTIONS}/{segment(assignment)}/workflow-nodes/previous"


def _included(include: Sequence[str]) -> Params:
    return (("include", "|".join(include)),) if include else ()
