"""The small web layer under every embedded server: JSON in and out, work in threads, ``Date`` from the clock.

A piece of work is a plain function ``Incoming -> Outgoing``. It runs in a thread, so that its SQL never stops
the loop that may also draw the screen.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.embedded.clock import SiteClock

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


def application(routes: Sequence[tuple[str, str, Work]], clock: SiteClock) -> ASGIApp:
    """The ASGI application for ``routes`` of (method, path, work); a trailing slash is accepted everywhere."""
    starlette = Starlette(
        routes=[Route(path, _endpoint(work), methods=[method]) for method, path, work in routes],
        exception_handlers={HTTPException: _http_error},
    )
    return _edge(starlette, clock)


def _endpoint(work: Work) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            incoming = await _read(request)
            outgoing = await run_in_threadpool(work, incoming)
        except ApiError as error:
            outgoing = error.answer()
        except Exception:
            _log.exception("unexpected error in %s %s", request.method, request.url.path)
            outgoing = ApiError(500, "Server Error").answer()
        media_type = None if outgoing.status == 304 else outgoing.media_type
        return Response(outgoing.body, outgoing.status, outgoing.headers, media_type)

    return answer


async def _read(request: Request) -> Incoming:
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > BODY_LIMIT:
            raise ApiError(413, "The request is larger than 40 MB.")
    return Incoming(
        request.method,
        request.url.path,
        dict(request.path_params),
        parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True),
        dict(request.headers.items()),
        bytes(chunks),
    )


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "Not Found.", 405: "This method is not supported for this route."}
    answer = ApiError(status, words.get(status, str(error))).answer()
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(answer.body, status, headers, answer.media_type)


def _edge(app: Starlette, clock: SiteClock) -> ASGIApp:
    """Takes off a trailing slash, and adds ``Date`` and a request ID to every answer."""

    async def edge(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        added = [(b"date", clock.http_date().encode()), (b"x-request-id", uuid4().hex.encode())]

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        await app({**scope, "path": path, "raw_path": path.encode()}, receive, sending)

    return edge
