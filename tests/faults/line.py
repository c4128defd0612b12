"""The line of one terminal: what lies between its HTTP client and the server, and what can go wrong there.

A fault is a function that gets an ``Exchange`` and answers it, or raises what a socket would raise. Faults are
composed of small pieces; nothing here knows anything of the code above HTTP.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import httpx

from tests.faults.server import Server

READ_TIMEOUT = 15.0
"""Seconds after which the client's own timeout ends a silence (``tui.api.http.Timeouts``)."""

CONNECT_TIMEOUT = 5.0

FRESH = 1.0
"""A write that leaves within so many seconds of reading its execution was made with a look right before."""

_EXECUTION = re.compile(r"^(/api/tasks-2/executions/[^/]+)/.*")


class Exchange:
    """One request on its way."""

    def __init__(self, line: Line, request: httpx.Request) -> None:
        self.line = line
        self.request = request
        at, known = line.read_at.get(_EXECUTION.sub(r"\1", request.url.path), (0.0, 0))
        self.known = known if line.server.loop.time() - at < FRESH else len(line.server.effects)

    @property
    def writes(self) -> bool:
        """Whether it is meant to change something."""
        return self.request.method != "GET"

    async def deliver(self) -> httpx.Response:
        """Bring it to the server. What has left the terminal arrives, even if nobody waits any more."""
        work = self.line.server.take(self.line.name, self.request, self.known)
        return await asyncio.shield(self.line.begin(work))

    def deliver_later(self, seconds: float) -> None:
        """It arrives after ``seconds``, and its answer reaches nobody."""

        async def late() -> None:
            await asyncio.sleep(seconds)
            await self.line.server.take(self.line.name, self.request, self.known)

        self.line.begin(late())


Fault = Callable[[Exchange], Awaitable[httpx.Response]]


class Rule(NamedTuple):
    """``fault`` for the next ``times`` requests that match ``method path`` (a regular expression)."""

    pattern: re.Pattern[str]
    fault: Fault
    times: int


class Line(httpx.AsyncBaseTransport):
    """An httpx transport that ends in the server, with faults in between.

    ``plan``: rules that hold before ``chance``, a function that may name a fault for any request. ``cut``: nothing
    goes through and nothing comes back, as for a process that was killed.
    """

    def __init__(self, server: Server, name: str, chance: random.Random) -> None:
        self.server = server
        self.name = name
        self.random = chance
        self.up = True
        self.latency = 0.0
        self.chance: Callable[[Exchange], Fault | None] | None = None
        self.plan: list[Rule] = []
        self.met = 0
        """How many requests met a planned fault."""
        self.asked: list[tuple[float, str]] = []
        self.read_at: dict[str, tuple[float, int]] = {}
        """Per path: when a good answer of a GET was given to the terminal, and how many effects it could know."""
        self._under_way: set[asyncio.Task[Any]] = set()
        self._cut = asyncio.Event()

    def begin(self, work: Any) -> asyncio.Task[Any]:
        """Run ``work`` to its end, whoever stops waiting."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    def next(self, pattern: str, fault: Fault, times: int = 1) -> None:
        """``fault`` for the next ``times`` requests of ``pattern``."""
        self.plan.append(Rule(re.compile(pattern), fault, times))

    def cut(self) -> None:
        """From now on nothing comes back; what is on the way may still arrive."""
        self._cut.set()

    async def ended(self) -> None:
        """Everything that is on the way has arrived."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """httpx's hook."""
        await request.aread()
        exchange = Exchange(self, request)
        if self._cut.is_set():
            await asyncio.Event().wait()
        self.asked.append((self.server.loop.time(), f"{request.method} {request.url.path}"))
        if self.latency:
            await asyncio.sleep(self.random.uniform(0, self.latency))
        fault = self._fault(exchange)
        response = await fault(exchange)
        known = len(self.server.effects)
        if self.latency:
            await asyncio.sleep(self.random.uniform(0, self.latency))
        if self._cut.is_set():
            await asyncio.Event().wait()
        if request.method == "GET" and response.status_code == 200:
            self.read_at[request.url.path] = (self.server.loop.time(), known)
        return response

    def _fault(self, exchange: Exchange) -> Fault:
        text = f"{exchange.request.method} {exchange.request.url.path}"
        if not self.up:
            return refused
        for place, rule in enumerate(self.plan):
            if rule.pattern.search(text):
                self.met += 1
                left = rule.times - 1
                self.plan[place : place + 1] = [rule._replace(times=left)] if left else []
                return rule.fault
        return (self.chance(exchange) if self.chance is not None else None) or fine


# -- pieces -----------------------------------------------------------------------------------------------


async def fine(exchange: Exchange) -> httpx.Response:
    """Nothing goes wrong."""
    return await exchange.deliver()


def _connection(cause: Exception) -> Fault:
    async def fault(exchange: Exchange) -> httpx.Response:
        raise httpx.ConnectError(str(cause), request=exchange.request) from cause

    return fault


refused = _connection(ConnectionRefusedError(111, "Connection refused"))
no_name = _connection(socket.gaierror(-2, "Name or service not known"))
no_route = _connection(OSError(101, "Network is unreachable"))
bad_certificate = _connection(ssl.SSLCertVerificationError(1, "certificate verify failed"))


async def no_connection(exchange: Exchange) -> httpx.Response:
    """The connection is never made."""
    await asyncio.sleep(CONNECT_TIMEOUT)
    raise httpx.ConnectTimeout("timed out", request=exchange.request)


async def lost_before(exchange: Exchange) -> httpx.Response:
    """It left, and never arrived."""
    raise httpx.ReadError("connection reset", request=exchange.request)


async def silence_before(exchange: Exchange) -> httpx.Response:
    """It left, never arrived, and nobody says so."""
    await asyncio.sleep(READ_TIMEOUT)
    raise httpx.ReadTimeout("timed out", request=exchange.request)


async def lost_after(exchange: Exchange) -> httpx.Response:
    """The server did it; the answer is lost with the connection."""
    await exchange.deliver()
    raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=exchange.request)


async def silence_after(exchange: Exchange) -> httpx.Response:
    """The server did it; the answer never comes."""
    await exchange.deliver()
    await asyncio.sleep(READ_TIMEOUT)
    raise httpx.ReadTimeout("timed out", request=exchange.request)


def late(seconds: float) -> Fault:
    """The client gives up; ``seconds`` after that the request arrives all the same."""

    async def fault(exchange: Exchange) -> httpx.Response:
        exchange.deliver_later(READ_TIMEOUT + seconds)
        await asyncio.sleep(READ_TIMEOUT)
        raise httpx.ReadTimeout("timed out", request=exchange.request)

    return fault


def twice(*, second: bool) -> Fault:
    """The request arrives two times; the first or the second answer is given."""

    async def fault(exchange: Exchange) -> httpx.Response:
        one = await exchange.deliver()
        other = await exchange.deliver()
        return other if second else one

    return fault


async def twice_at_once(exchange: Exchange) -> httpx.Response:
    """The request arrives two times in one moment."""
    server, name = exchange.line.server, exchange.line.name
    both = [exchange.line.begin(server.take_at_once(name, exchange.request, exchange.known)) for _ in range(2)]
    answers: list[httpx.Response] = await asyncio.gather(*both)
    return answers[exchange.line.random.randrange(2)]


def answered(
    status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None, *, done: bool = False
) -> Fault:
    """Somebody else answers, or the server with a fault of its own; ``done``: after it was done."""

    async def fault(exchange: Exchange) -> httpx.Response:
        if done:
            await exchange.deliver()
        content = body.encode() if isinstance(body, str) else body
        given = {"content-type": "application/json", **(headers or {})}
        return httpx.Response(status, headers=given, content=content, request=exchange.request)

    return fault


LOGIN_PAGE = "<!doctype html><html><title>Wi-Fi</title><form action=/login><input name=user></form></html>"


def login_page(*, done: bool = False) -> Fault:
    """A 200 of the Wi-Fi's login page."""
    return answered(200, LOGIN_PAGE, {"content-type": "text/html"}, done=done)


def cut_json(keep: float = 0.6) -> Fault:
    """The server did it; of its answer only the first part comes."""

    async def fault(exchange: Exchange) -> httpx.Response:
        good = await exchange.deliver()
        content = good.content[: int(len(good.content) * keep)]
        return httpx.Response(good.status_code, headers=_plain(good), content=content, request=exchange.request)

    return fault


def twisted(change: Callable[[Any], Any]) -> Fault:
    """The server did it; its JSON comes changed."""

    async def fault(exchange: Exchange) -> httpx.Response:
        good = await exchange.deliver()
        if good.status_code != 200:
            return good
        content = json.dumps(change(json.loads(good.content))).encode()
        return httpx.Response(good.status_code, headers=_plain(good), content=content, request=exchange.request)

    return fault


def other_id(value: Any) -> Any:
    """An answer about another execution, of another assignment."""
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("data"), dict):
        return {**value, "data": other_id(value["data"])}
    return {**value, "id": 999, "task_assignment_id": 998}


def _plain(response: httpx.Response) -> dict[str, str]:
    kept = {"content-type", "date", "x-request-id"}
    return {name: text for name, text in response.headers.items() if name in kept}
