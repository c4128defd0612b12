"""The small web layer under every embedded server: JSON in and out, work in threads, ``Date`` from the clock.

A piece of work is a plain function ``Incoming -> Outgoing``. It runs in a thread, so that its SQL never stops
the loop that may also draw the screen.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from tui.embedded.clock import SiteClock
from tui.embedded.door import Door

BODY_LIMIT = 40 * 1024 * 1024
"""Bytes of a whole request: several files of the largest size (contract gap 26)."""

_log = logging.getLogger("shiftdeck.server")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Incoming(msgspec.Struct, frozen=True):
    """One request, read whole. ``headers`` have lower-case names; ``query`` keeps the order of the address."""

    method: str
    path: str
    params: dict[str, Any]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes = b""

    def asked(self, name: str) -> str | None:
        """The last value of a query parameter, or ``None``."""
        return next((value for key, value in reversed(self.query) if key == name), None)


class Outgoing(msgspec.Struct, frozen=True):
    """One answer."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = {}
    media_type: str = "application/json"


class ApiError(Exception):
    """An answer that is not a success, in Laravel's form. ``errors`` maps a request key to its sentences."""

    def __init__(self, status: int, message: str, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors

    def answer(self) -> Outgoing:
        """``{"message"}`` and, for refused input, ``{"errors": {key: [sentence]}}``."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        return Outgoing(msgspec.json.encode(body), self.status)


Work = Callable[[Incoming], Outgoing]
Refusal = Callable[[int, str], ApiError]
"""Makes an error of a status and a sentence, in the form that the system writes errors in."""

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The ID of the request that is being answered, for systems that repeat it in the body."""

TICK_SECONDS = 1.0
"""Between two calls of a server's own ``background`` work."""


def json_answer(value: Any, status: int = 200) -> Outgoing:
    """``value`` as JSON."""
    return Outgoing(msgspec.json.encode(value), status)


def conditional(request: Incoming, answer: Outgoing) -> Outgoing:
    """``answer`` with its ``ETag``; a 304 without a body when the client already holds these bytes."""
    tag = f'"{blake2b(answer.body, digest_size=16).hexdigest()}"'
    headers = {**answer.headers, "ETag": tag, "Cache-Control": "private, no-cache"}
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Outgoing(b"", 304, headers)
    return Outgoing(answer.body, answer.status, headers, answer.media_type)


def application(
    routes: Sequence[tuple[str, str, Work]],
    clock: SiteClock,
    *,
    refusal: Refusal = ApiError,
    background: Callable[[], None] | None = None,
) -> ASGIApp:
    """The ASGI application for ``routes`` of (method, path, work); a trailing slash is accepted everywhere.

    ``background`` is called again and again in a thread while the application is served on a port.
    """
    door = Door()
    starlette = Starlette(
        routes=[Route(path, _endpoint(work, refusal, door), methods=[method]) for method, path, work in routes],
        exception_handlers={HTTPException: _http_error(refusal)},
        lifespan=_ticking(background) if background is not None else None,
    )
    return _edge(starlette, clock)


def _ticking(work: Callable[[], None]) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async def tick() -> None:
            while True:
                try:
                    await run_in_threadpool(work)
                except Exception:
                    _log.exception("the work in the background failed")
                await asyncio.sleep(TICK_SECONDS)

        task = asyncio.create_task(tick())
        yield
        task.cancel()

    return lifespan


def _endpoint(work: Work, refusal: Refusal, door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            incoming = await _read(request, refusal)
            async with door.passed():
                outgoing = await run_in_threadpool(work, incoming)
        except ApiError as error:
            outgoing = error.answer()
        except ClientDisconnect:  # a line that broke in the middle of a request: nobody is there to hear an answer
            outgoing = refusal(400, "The request broke off.").answer()
        except Exception:
            _log.exception("unexpected error in %s %s", request.method, request.url.path)
            outgoing = refusal(500, "Server Error").answer()
        media_type = None if outgoing.status == 304 else outgoing.media_type
        return Response(outgoing.body, outgoing.status, outgoing.headers, media_type)

    return answer


async def _read(request: Request, refusal: Refusal) -> Incoming:
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > BODY_LIMIT:
            raise refusal(413, "The request is larger than 40 MB.")
    return Incoming(
        request.method,
        request.url.path,
        dict(request.path_params),
        parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True),
        dict(request.headers.items()),
        bytes(chunks),
    )


def _http_error(refusal: Refusal) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = {404: "Not Found.", 405: "This method is not supported for this route."}
        outgoing = refusal(status, words.get(status, str(error))).answer()
        headers = error.headers if isinstance(error, HTTPException) else None
        return Response(outgoing.body, status, headers, outgoing.media_type)

    return answer


def _edge(app: Starlette, clock: SiteClock) -> ASGIApp:
    """Takes off a trailing slash, and adds ``Date`` and a request ID to every answer."""

    async def edge(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        request_id = uuid4().hex
        REQUEST_ID.set(request_id)
        added = [(b"date", clock.http_date().encode()), (b"x-request-id", request_id.encode())]

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        await app({**scope, "path": path, "raw_path": path.encode()}, receive, sending)

    return edge
