"""A client over a line that a test can cut: an embedded site or a stub behind it, and waits that take no time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.embedded.spaaza.world import ADMIN, World
from tui.api import Asgi
from tui.api.http import Repeats, Transport
from tui.api.spaaza.adapter import SpaazaSystem
from tui.api.spaaza.credentials import KeyPair
from tui.api.spaaza.faults import judge
from tui.api.spaaza.routes import Routes
from tui.api.spaaza.settings import Settings
from tui.model.action import Action, Request
from tui.model.clock import Clock
from tui.model.execution import Key, Record
from tui.model.field import Value

BERLIN = ZoneInfo("Europe/Berlin")

Cut = Callable[[httpx.Request, Callable[[], Awaitable[httpx.Response]]], Awaitable[httpx.Response]]
"""Gets a request and the way to send it on; answers, or raises as a line would."""


class Line(httpx.AsyncBaseTransport):
    """Hands requests to an application in process, through ``cut`` where there is one; writes down the lines."""

    def __init__(self, app: Asgi) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.cut: Cut | None = None
        self.asked: list[httpx.Request] = []

    @property
    def executed(self) -> int:
        """How many execute calls went out."""
        return sum(request.url.path.endswith("/execute") for request in self.asked)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)

        async def on() -> httpx.Response:
            return await self._inner.handle_async_request(request)

        return await (self.cut(request, on) if self.cut is not None else on())


class Naps:
    """A sleep that takes no time; ``then`` is called after each, and ``after`` awaited."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.then: Callable[[float], None] | None = None
        self.after: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if self.then is not None:
            self.then(seconds)
        if self.after is not None:
            await self.after()


class Desk:
    """A client of ``app``, and how a person's requests are made."""

    def __init__(self, app: Asgi, clock: Clock, *, token: str = ADMIN, settings: Settings | None = None) -> None:
        self.line = Line(app)
        self.naps = Naps()
        transport = Transport(
            "http://services",
            KeyPair(token),
            transport=self.line,
            clock=clock,
            judge=judge,
            repeats=Repeats(attempts=1),
        )
        self.client = SpaazaSystem(
            Routes(transport),
            profile="p",
            zone=BERLIN,
            settings=settings or Settings(),
            clock=clock,
            who="root",
            sleep=self.naps,
        )

    @classmethod
    def at(cls, world: World, **more: Any) -> Desk:
        return cls(world.site.app, world.watch, **more)

    async def show(self, task: int | str) -> Record:
        return await self.client.show(Key("p", "spaaza", str(task)))

    async def request(self, task: int | str, action: str = "execute", key: str = "k1") -> Request:
        record = await self.show(task)
        declared = record.action(action)
        assert declared is not None
        return made(declared, str(task), key, expected=record.execution.status.raw)


def made(
    action: Action, task: str = "", key: str = "k1", inputs: dict[str, Value] | None = None, expected: str = ""
) -> Request:
    """A request with the presets of the action's inputs, as the screen makes it."""
    presets = {field.key: field.default for field in action.inputs if field.default is not None}
    return Request(
        profile="p",
        system="spaaza",
        key_id=task,
        action=action.id,
        slot=action.slot,
        delivery=action.delivery,
        idempotency_key=key,
        inputs={**presets, **(inputs or {})},
        expected=expected,
    )
