"""One method per documented route, with exactly the documented verb and path (contract section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.api.http import Answer, Params, Transport, segment
from tui.api.secret import Secret
from tui.model.system import Sink

_RUNS, _TASKS, _TAGS, _FLOWS = "/api/flow-executions", "/api/task-executions", "/api/task-tags", "/api/flows"


class Routes:
    """The routes of one platform."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    async def flows(self, page: int = 0, validator: str | None = None) -> Answer:
        """GET: an array (first generation), or with ``page`` (from 1) ``{flows, total, page, page_size}``."""
        params: Params = (("page", str(page)), ("page_size", "100")) if page else ()
        return await self.transport.get(_FLOWS, params, validator)

    async def flow(self, flow: str, version: int, validator: str | None = None) -> Answer:
        """GET: one version, with the order of its tasks and the models of their outputs."""
        params = (("include_ordered_task_names", "true"), ("include_output_schemas", "true"))
        return await self.transport.get(f"{_FLOWS}/{segment(flow)}/versions/{version}", params, validator)

    async def runs(self, params: Params, validator: str | None = None) -> Answer:
        """GET: the runs of one flow, a bare array without a total."""
        return await self.transport.get(_RUNS, params, validator)

    async def run(self, run: str) -> Answer:
        """GET: one run, a bare object."""
        return await self.transport.get(_run(run), (("include_run_number", "true"),))

    async def start_run(self, body: Mapping[str, Any], key: str) -> Answer:
        """POST: a new run; each request starts one."""
        return await self.transport.send("POST", _RUNS, json=body, idempotency_key=key)

    async def execute_run(self, run: str, only_stale: bool, key: str) -> Answer:
        """POST, without a body: again, in place."""
        params = (("only_stale", "true" if only_stale else "false"),)
        return await self.transport.send("POST", f"{_run(run)}/execute", params, idempotency_key=key)

    async def cancel_run(self, run: str, key: str) -> Answer:
        """POST, without a body; the first generation lacks it."""
        return await self.transport.send("POST", f"{_run(run)}/cancel", idempotency_key=key)

    async def delete_run(self, run: str, key: str) -> Answer:
        """DELETE."""
        return await self.transport.send("DELETE", _run(run), idempotency_key=key)

    async def tasks(self, run: str, validator: str | None = None) -> Answer:
        """GET: all attempts of a run, newest first."""
        return await self.transport.get(_TASKS, (("flow_execution_id", run),), validator)

    async def task(self, task: str) -> Answer:
        """GET: one attempt, a bare object."""
        return await self.transport.get(f"{_TASKS}/{segment(task)}")

    async def replace_task(self, body: Mapping[str, Any], execute_flow: bool, key: str) -> Answer:
        """PUT: the whole record, its ID in the body; with ``execute_flow`` what depends on it runs again."""
        params = (("execute_flow", "true" if execute_flow else "false"),)
        return await self.transport.send("PUT", _TASKS, params, json=body, idempotency_key=key)

    async def tags(self, run: str, validator: str | None = None) -> Answer:
        """GET: the active tags of a run, a bare array."""
        return await self.transport.get(_TAGS, (("flow_execution_id", run),), validator)

    async def change_tags(self, items: list[dict[str, Any]], key: str) -> Answer:
        """PATCH: all of the items or none."""
        return await self.transport.send("PATCH", _TAGS, json={"tags": items}, idempotency_key=key)

    async def me(self) -> Answer:
        """GET: who asks, a bare object."""
        return await self.transport.get("/api/profile/me")

    async def download_link(self, uri: str) -> Answer:
        """GET: ``{download_url, ...}``; the link is a secret."""
        return await self.transport.get("/api/files/download", (("uri", uri),))

    async def fetch(self, link: Secret, sink: Sink) -> int:
        """The bytes behind a link; returns how many."""
        return await self.transport.fetch(link, sink)


def _run(run: str) -> str:
    return f"{_RUNS}/{segment(run)}"
