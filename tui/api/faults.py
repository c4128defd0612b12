"""What a bad answer, or none at all, means: HTTP and socket failures become ``model.errors``.

Sources: the error bodies of the systems (:class:`_Words`), RFC 9110 (``Retry-After``), the Idempotency-Key draft.
"""

from __future__ import annotations

import errno
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import httpx

from tui.model.clock import Clock
from tui.model.errors import (
    Forbidden,
    NotFound,
    NotTheServer,
    Refused,
    ServerFault,
    TaskError,
    Throttled,
    Unauthorised,
    Unreachable,
)
from tui.model.message import Message

SAID_LIMIT = 500
"""A server's words are shown up to this many characters."""

_DEFAULT_WAIT = 5.0
_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_GATEWAY = frozenset({502, 503, 504})


class NobodyThere(ServerFault):
    """502, 503 or 504: the server as a whole is not well; whatever was asked is not to blame."""


class Fault(NamedTuple):
    """An error, and whether a read may simply be tried again."""

    error: TaskError
    repeatable: bool = False


def from_exception(failure: Exception, *, write: bool) -> Fault:
    """No answer came. After the connection was made a write may have arrived: ``maybe_done``."""
    if isinstance(failure, httpx.DecodingError):
        return Fault(NotTheServer())
    maybe_done = write and not isinstance(failure, _NOTHING_SENT)
    repeatable = not isinstance(failure, httpx.TimeoutException | httpx.UnsupportedProtocol)
    return Fault(Unreachable(what=_why(failure), maybe_done=maybe_done), repeatable)


def _why(failure: Exception) -> Message:
    causes = list(_causes(failure))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Message(
            "The server's certificate is not accepted; the address or this machine's clock may be wrong."
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Message("A secure connection to the server could not be made.")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Message("The name of the server was not found.")
    if isinstance(failure, httpx.ConnectTimeout):
        return Message("The server does not answer.")
    if isinstance(failure, httpx.PoolTimeout):
        return Message("Too many requests are waiting for an answer.")
    if isinstance(failure, httpx.TimeoutException):
        return Message("The server took too long to answer.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Message("The server does not run at the moment.")
    if any(_has_no_network(cause) for cause in causes):
        return Message("This machine has no network connection to the server.")
    if isinstance(failure, httpx.ProxyError):
        return Message("The proxy does not let the connection through.")
    if isinstance(failure, httpx.UnsupportedProtocol):
        return NO_ADDRESS
    if isinstance(failure, httpx.ConnectError):
        return Message("The server cannot be reached.")
    return Message("The connection broke off.")


_TOO_LARGE = Message("This is more than the server takes at once: choose a smaller file.")
NO_ADDRESS = Message("The address in the profile is not a web address.")


def _has_no_network(cause: BaseException) -> bool:
    return isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)


def _causes(failure: BaseException, depth: int = 8) -> Iterator[BaseException]:
    yield failure
    if depth == 0:
        return
    if isinstance(failure, BaseExceptionGroup):
        for part in failure.exceptions:
            yield from _causes(part, depth - 1)
    for deeper in (failure.__cause__, failure.__context__):
        if deeper is not None:
            yield from _causes(deeper, depth - 1)


def from_answer(status: int, headers: Mapping[str, str], content: bytes, clock: Clock) -> Fault | None:
    """What an answer's status and outer shape mean; ``None`` for one whose content may be read."""
    request_id = next((headers[name] for name in ("x-request-id", "request-id") if name in headers), None)
    html = _is_html(headers, content)
    if 200 <= status < 300:
        foreign = status != 204 and (html or not content.strip())
        return Fault(NotTheServer(request_id=request_id)) if foreign else None
    words = _Words.read(content)
    return _refusal(status, headers, words, html, request_id or words.request_id, clock)


def _refusal(
    status: int, headers: Mapping[str, str], words: _Words, html: bool, request_id: str | None, clock: Clock
) -> Fault:
    if status == 401:
        return Fault(Unauthorised(words.said, request_id=request_id))
    if status == 403:
        return Fault(Forbidden(words.said, request_id=request_id))
    if status == 429 or (status == 503 and "retry-after" in headers):
        return Fault(Throttled(words.said, seconds=retry_after(headers, clock)), True)
    if status in _GATEWAY:
        return Fault(NobodyThere(words.said, request_id=request_id), True)
    if status >= 500:
        return Fault(ServerFault(words.said, request_id=request_id))
    if status == 413:
        refusal = Refused(words.said, fields=words.fields, request_id=request_id)
        refusal.what = _TOO_LARGE
        return Fault(refusal)
    if status < 400 or html or status == 419:
        return Fault(NotTheServer(request_id=request_id))
    if status in (404, 410):
        return Fault(NotFound(words.said, request_id=request_id))
    # Intratool documents no 409; the Idempotency-Key draft gives it to a repeat while the first is still running.
    # A server that names its refusals by a code means the thing itself.
    busy = status == 409 and not words.fields and not words.code
    return Fault(Refused(words.said, fields=words.fields, busy=busy, request_id=request_id))


def _is_html(headers: Mapping[str, str], content: bytes) -> bool:
    return "html" in headers.get("content-type", "").lower() or content.lstrip()[:1] == b"<"


def retry_after(headers: Mapping[str, str], clock: Clock) -> float:
    """Seconds until the server wants to be asked again, from its number or its HTTP date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    moment = http_date(text)
    if moment is None:
        return _DEFAULT_WAIT
    return max(0.0, (moment - (http_date(headers.get("date", "")) or clock())).total_seconds())


def http_date(text: str) -> datetime | None:
    """An HTTP date as aware UTC; ``None`` for anything else."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class _Words(NamedTuple):
    """The server's own words in an error body, as far as there are any.

    Four shapes are read: ``{message, errors: {key: [sentence]}}`` (Laravel), ``{error: {message, code, details},
    request_id}`` (SuperAI), ``{detail: [{loc, msg, type}]}`` (FastAPI) and ``{error: {code, name, description}}``
    (Spaaza).
    """

    said: str = ""
    fields: dict[str, list[str]] = {}  # noqa: RUF012  (never changed)
    code: str = ""
    request_id: str | None = None

    @classmethod
    def read(cls, content: bytes) -> _Words:
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            return cls()
        if not isinstance(body, dict):
            return cls()
        inner = body["error"] if isinstance(body.get("error"), dict) else {}
        said = _first_text(inner, "message", "description", "name") or _first_text(body, *_WORDS)
        errors = body.get("errors")
        fields = {str(key): _sentences(value) for key, value in errors.items()} if isinstance(errors, dict) else {}
        told = [*_told_by_detail(inner.get("details"), fields), *_told_by_detail(body.get("detail"), fields)]
        if told and said not in told:
            said = ": ".join(part for part in (said, "; ".join(told)) if part)
        code = inner.get("code")
        request_id = _first_text(body, "request_id") or None
        return cls(said[:SAID_LIMIT], fields, "" if code is None else str(code)[:100], request_id)


_WORDS = ("message", "error_description", "msg", "detail", "error", "title")
_PLACES = frozenset({"body", "query", "path", "header"})


def _first_text(body: Mapping[str, Any], *names: str) -> str:
    return next((body[name] for name in names if _is_text(body.get(name))), "")


def _told_by_detail(detail: Any, fields: dict[str, list[str]]) -> list[str]:
    """The sentences of a list of details; one that names its place goes to that field as well."""
    told: list[str] = []
    if isinstance(detail, dict):
        # {credits_used, allocation, credits_remaining}: what is missing, in the server's own names.
        plain = [(str(name), part) for name, part in detail.items() if isinstance(part, str | int | float)]
        return [f"{name.replace('_', ' ')}: {part}"[:SAID_LIMIT] for name, part in plain[:10]]
    for part in detail[:20] if isinstance(detail, list) else []:
        if _is_text(part):
            told.append(part[:SAID_LIMIT])
        elif isinstance(part, dict) and (words := _first_text(part, "msg", "message", "description")):
            loc = part.get("loc") or part.get("field")
            names = [str(name) for name in (loc if isinstance(loc, list) else [loc]) if name is not None]
            place = ".".join(name for name in names if name not in _PLACES)
            if place:
                fields.setdefault(place, []).append(words[:SAID_LIMIT])
            told.append(f"{place}: {words}"[:SAID_LIMIT] if place else words[:SAID_LIMIT])
    return told


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _sentences(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    return [str(part)[:SAID_LIMIT] for part in parts if part is not None][:20]
