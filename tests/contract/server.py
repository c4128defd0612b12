"""The sample site behind one of two transports: the ASGI application itself, or uvicorn on a socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn

from tests.embedded.world import EXECUTIONS, ZONE, Hands
from tui.embedded.app import SampleUser, Site, build

DAY = "2026-05-11"
PERIOD = {"period_start": f"{DAY} 00:00:00", "period_end": f"{DAY} 23:59:59"}


class Running:
    """The site of the whole session, at 10:30 on a Monday. ``address`` is ``None`` in process."""

    def __init__(self, site: Site, hands: Hands, address: str | None) -> None:
        self.site = site
        self.hands = hands
        self.address = address
        self.users: dict[str, SampleUser] = {user.username: user for user in site.users()}

    def client(self) -> httpx.AsyncClient:
        if self.address is None:
            transport = httpx.ASGITransport(self.site.app)
            return httpx.AsyncClient(transport=transport, base_url="http://site", verify=False)
        return httpx.AsyncClient(base_url=self.address, verify=False)


class Api:
    """One user's requests. Every helper asserts success and returns the JSON."""

    def __init__(self, running: Running, client: httpx.AsyncClient) -> None:
        self.running = running
        self.client = client

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.running.users[who].token}", "Accept": "application/json"}

    async def ask(self, method: str, path: str, who: str = "maria", **more: Any) -> httpx.Response:
        headers = {**self.headers(who), **more.pop("headers", {})}
        # httpx would drop a query that already stands in the path.
        if params := more.pop("params", None):
            path += ("&" if "?" in path else "?") + urlencode(params)
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, who: str = "maria", **params: Any) -> Any:
        answer = await self.ask("GET", path, who, params=params)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    async def day(self, who: str = "maria", **params: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = await self.get(EXECUTIONS, who, **PERIOD, **params)
        return rows

    async def new(self, template: str = "Störung melden", **body: Any) -> dict[str, Any]:
        """A fresh execution of the assignment that may be done at any time (or of another one's template)."""
        assignments = await self.get("/api/administration/tasks-2/assignments", include="taskTemplate:title")
        chosen = next(one for one in assignments if one["task_template"]["title"] == template)
        body = {"task_assignment_id": chosen["id"], "task_template_id": chosen["task_template_id"], **body}
        answer = await self.ask("POST", EXECUTIONS, json=body)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data


@contextmanager
def running(transport: str, folder: Path) -> Iterator[Running]:
    hands = Hands()
    site = build("intratool", f"sqlite:///{folder / 'site.sqlite3'}", clock=hands, zone=ZONE)
    try:
        if transport == "in process":
            yield Running(site, hands, None)
        else:
            with serving(site) as address:
                yield Running(site, hands, address)
    finally:
        site.close()


@contextmanager
def serving(site: Site, port: int = 0) -> Iterator[str]:
    """A site on a socket; its address. ``port`` 0: any."""
    # The site sends Date by its own clock; a keep-alive longer than the client's avoids a race when it closes.
    config = uvicorn.Config(
        site.app,
        "127.0.0.1",
        port,
        log_level="warning",
        date_header=False,
        server_header=False,
        timeout_keep_alive=30,
    )
    server = uvicorn.Server(config)
    ready = threading.Event()
    startup = server.startup

    async def announced(*args: Any, **more: Any) -> None:
        await startup(*args, **more)
        ready.set()

    server.startup = announced  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
