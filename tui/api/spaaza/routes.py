"""One method per documented endpoint (contract section 3); none takes part in what the answers mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.api.http import Answer, Transport, segment
from tui.api.secret import Secret
from tui.model.system import Sink


class Routes:
    """The five endpoints of one Services host."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    async def list_tasks(
        self, limit: int, offset: int, filters: Mapping[str, str], validator: str | None = None
    ) -> Answer:
        """GET /tasks: a bare array; ``filters`` are status, action and campaign_id."""
        params = [*filters.items(), ("limit", str(limit)), ("offset", str(offset))]
        return await self.transport.get("/tasks", params, validator)

    async def show_task(self, task: str, log_limit: int, offset: int = 0) -> Answer:
        """GET /tasks/{id}: the task with lines of its log, from ``offset``."""
        params = (("log_limit", str(log_limit)), ("offset", str(offset)))
        return await self.transport.get(_one(task), params)

    async def create_task(self, body: Mapping[str, Any]) -> Answer:
        """POST /tasks."""
        return await self.transport.send("POST", "/tasks", json=body)

    async def execute_task(self, task: str, patience: float) -> Answer:
        """POST /tasks/{id}/execute, without a body: answers when the run has ended, which may take minutes."""
        return await self.transport.send("POST", f"{_one(task)}/execute", patience=patience)

    async def download_url(self, task: str) -> Answer:
        """GET /tasks/{id}/download_url: ``{"url"}``, a link that is a secret in itself."""
        return await self.transport.get(f"{_one(task)}/download_url")

    async def fetch(self, link: Secret, sink: Sink) -> int:
        """What stands behind such a link; it gets no credentials of ours. Returns how many bytes."""
        return await self.transport.fetch(link, sink)


def _one(task: str) -> str:
    return f"/tasks/{segment(task)}"
