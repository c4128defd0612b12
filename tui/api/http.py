"""One transport for all task systems: who we are, how long we wait, what is repeated, what is never shown."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any, NamedTuple
from urllib.parse import quote, quote_plus

import httpx
import msgspec

from tui.api import Asgi
from tui.api.credentials import Credentials, Token
from tui.api.faults import NO_ADDRESS, Fault, NobodyThere, from_answer, from_exception, http_date
from tui.api.quiet import quiet_links
from tui.api.secret import Secret
from tui.model.clock import Clock, system_clock
from tui.model.errors import NotTheServer, Refused, TaskError, Throttled, Unauthorised, Unreachable
from tui.model.system import Sink, SizedSink

Params = Sequence[tuple[str, str]]
"""Query parameters, in order."""

Judge = Callable[[int, Mapping[str, str], bytes, Clock], Fault | None]
"""What an answer means by its status, headers and content; ``None`` for one whose content may be read."""


_ANY = {"Accept": "*/*"}


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds for each step of one exchange.

    A form with files waits longer, by its length at ``slowest`` bytes a second: the machine takes a file from us
    long before a slow line has carried it, and a server answers only when it has all of it.
    """

    connect: float = 5.0
    read: float = 15.0
    write: float = 15.0
    pool: float = 5.0
    slowest: float = 24_000.0

    def of(self, length: int = 0) -> httpx.Timeout:
        """The same as the client takes them, for a form of ``length`` bytes."""
        more = length / self.slowest
        return httpx.Timeout(connect=self.connect, read=self.read + more, write=self.write + more, pool=self.pool)


class Repeats(msgspec.Struct, frozen=True):
    """How reads are repeated: at most ``attempts`` in all, waits of ``base`` * 2**n seconds with full jitter.

    A server that asks for a longer wait than ``longest`` seconds gets no repeat; the caller learns the seconds.
    """

    attempts: int = 3
    base: float = 0.25
    longest: float = 5.0


class Answer(NamedTuple):
    """A good answer. ``validator`` is its ETag; ``not_modified``: as it was at the validator that was sent."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    validator: str | None = None
    not_modified: bool = False


class Upload(NamedTuple):
    """One file of a multipart form: its bytes, or an open file that is read as it is sent."""

    name: str
    content: bytes | IO[bytes]
    media_type: str = "application/octet-stream"


class Multipart(NamedTuple):
    """A form with files, by field name; ``parts`` are its text parts."""

    parts: Mapping[str, str | list[str]]
    files: Mapping[str, Upload]


class Transport:
    """Sends requests to one server as one user. Raises only ``model.errors.TaskError``.

    ``token`` is a bearer token, or whatever else says who asks. Reads are repeated within ``repeats``; writes
    never. ``language`` ("de") is the one in which the server may refuse. ``judge`` reads the errors of a system
    that has a form of its own for them. ``sleep`` and ``jitter`` (0 to 1) are handed in by tests.
    """

    def __init__(
        self,
        base_url: str,
        token: str | Credentials,
        *,
        app: Asgi | None = None,
        language: str = "",
        clock: Clock = system_clock,
        timeouts: Timeouts | None = None,
        repeats: Repeats | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        transport: httpx.AsyncBaseTransport | None = None,
        judge: Judge = from_answer,
    ) -> None:
        self._credentials = token if isinstance(token, Credentials) else Token(token)
        del token
        self._base = _base_of(base_url) if app is None else "http://embedded"
        self._clock = clock
        self._repeats = repeats or Repeats()
        self._sleep = sleep
        self._jitter = jitter
        self.server_time: datetime | None = None
        """The server's own clock at its last answer, aware UTC, to the second."""
        self.embedded = app is not None
        self._timeouts = timeouts or Timeouts()
        self._judge = judge
        if app is not None:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(
            auth=self._credentials,
            headers={
                "Accept": "application/json",
                "User-Agent": "shiftdeck",
                **({"Accept-Language": language} if language else {}),
            },
            follow_redirects=False,
            transport=transport,
            timeout=self._timeouts.of(),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=60.0),
        )

    def __repr__(self) -> str:
        return f"Transport({self._base!r})"

    def token_claims(self) -> dict[str, Any]:
        """The public part of the token where it is a JWT, else empty. It is not verified."""
        return self._credentials.claims()

    async def get(self, path: str, params: Params = (), validator: str | None = None) -> Answer:
        """Read. With ``validator`` (an ETag) the answer may be ``not_modified`` and empty.

        Errors are raised outside of the handlers that saw them, so that no traceback carries the request.
        """
        headers = (
            {"If-None-Match": validator} if validator and validator.isascii() and validator.isprintable() else {}
        )
        attempt = 1
        while True:
            result = await self._exchange("GET", path, params, headers)
            if isinstance(result, Answer):
                return result
            wait = self._wait(result, attempt)
            if wait is None:
                raise result.error
            await self._sleep(wait)
            attempt += 1

    async def send(
        self,
        method: str,
        path: str,
        params: Params = (),
        *,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        multipart: Multipart | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str = "",
        patience: float | None = None,
    ) -> Answer:
        """Write, once. ``Unreachable.maybe_done`` tells whether the server may have it.

        ``patience``: seconds to wait for this one answer, where it is known to take long.
        """
        named = {**(headers or {}), **({"Idempotency-Key": idempotency_key} if idempotency_key else {})}
        body = _body(json, multipart, form)
        result = await self._exchange(method, path, params, named, body=body, patience=patience)
        if isinstance(result, Fault):
            raise result.error
        return result

    async def download(self, path: str, sink: Sink) -> int:
        """Write a file's bytes into ``sink`` as they come; returns how many. Not repeated."""
        return await self._pour(Secret(self._base + path), path, sink, self._credentials)

    async def fetch(self, link: Secret, sink: Sink) -> int:
        """The same for a link that is a secret in itself: it gets no other, and stands in no log and no error."""
        if not _may_follow(link.reveal(), self._base):
            raise NotTheServer()
        quiet_links()
        return await self._pour(link, "", sink, None)

    async def _pour(self, url: Secret, path: str, sink: Sink, auth: Credentials | None) -> int:
        fault: Fault | None = None
        size = 0
        try:
            async with self._client.stream("GET", url.reveal(), headers=_ANY, auth=auth) as response:
                if response.status_code != 200 or _is_login_page(response, path):
                    content = await response.aread() or (b"<" if response.is_success else b"")
                    fault = self._judge(response.status_code, response.headers, content, self._clock)
                    fault = fault or Fault(NotTheServer())
                    del content  # a storage may repeat the whole link in it
                else:
                    if isinstance(sink, SizedSink):
                        sink.expect(_length_of(response))
                    async for chunk in response.aiter_bytes():
                        sink.write(chunk)
                        size += len(chunk)
        except httpx.HTTPError as failure:
            fault = from_exception(failure, write=False)
        if fault is not None:
            raise self._redacted(fault).error
        return size

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()

    async def _exchange(
        self,
        method: str,
        path: str,
        params: Params,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        patience: float | None = None,
    ) -> Answer | Fault:
        try:
            request = self._client.build_request(
                method, self._base + path + query(params), headers=dict(headers), **(body or {})
            )
            if body and "files" in body:
                length = int(request.headers.get("content-length", "0"))
                request.extensions["timeout"] = self._timeouts.of(length).as_dict()
            if patience is not None:
                request.extensions["timeout"] = {**self._timeouts.of().as_dict(), "read": patience}
            response = await self._client.send(request, stream=True)
            content = await _read_whole(response)
        except (httpx.HTTPError, OSError) as failure:
            return from_exception(failure, write=method != "GET")
        except httpx.InvalidURL:
            return Fault(Unreachable(what=NO_ADDRESS))
        self.server_time = http_date(response.headers.get("date", "")) or self.server_time
        asked = "If-None-Match" in headers
        if response.status_code == 304 and asked:
            return Answer(304, response.headers, b"", headers["If-None-Match"], not_modified=True)
        fault = self._judge(response.status_code, response.headers, content, self._clock)
        if fault is not None:
            return self._redacted(fault)
        return Answer(response.status_code, response.headers, content, response.headers.get("etag"))

    def _wait(self, fault: Fault, attempt: int) -> float | None:
        """Seconds before the next attempt of a read; ``None`` when there is none."""
        # A server that is not there is asked once more, for a hiccup; whoever asks for lists comes back anyway.
        most = self._repeats.attempts if not isinstance(fault.error, NobodyThere) else 2
        if not fault.repeatable or attempt >= min(most, self._repeats.attempts):
            return None
        if isinstance(fault.error, Throttled):
            return fault.error.seconds if fault.error.seconds <= self._repeats.longest else None
        return min(self._repeats.longest, self._repeats.base * 2.0 ** (attempt - 1)) * self._jitter()

    def _redacted(self, fault: Fault) -> Fault:
        error, strike_out = fault.error, self._credentials.struck_out
        if isinstance(error, Unauthorised) and self._credentials.why:
            error.said = self._credentials.why
        if error.said:
            error.said = strike_out(error.said)
            error.args = (strike_out(str(error)),)
        if isinstance(error, Refused):
            error.fields = {
                strike_out(key): [strike_out(sentence) for sentence in sentences]
                for key, sentences in error.fields.items()
            }
        return fault


async def _read_whole(response: httpx.Response) -> bytes:
    """The content, put together as it comes. To join all its pieces at the end would hold up the loop: thirty
    megabytes for as long as thirty keys."""
    whole = BytesIO()
    try:
        async for piece in response.aiter_bytes():
            whole.write(piece)
    finally:
        await response.aclose()
    return whole.getvalue()


def _length_of(response: httpx.Response) -> int | None:
    """The bytes that will come, where that is said and nothing is packed."""
    text = response.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and "content-encoding" not in response.headers else None


def _may_follow(link: str, base: str) -> bool:
    """Whether ``link`` is a web address, and not an open one handed out by a server that is spoken to safely."""
    try:
        url = httpx.URL(link)
    except (httpx.InvalidURL, TypeError):
        return False
    return bool(url.host) and url.scheme in (("https",) if base.startswith("https:") else ("http", "https"))


def _is_login_page(response: httpx.Response, path: str) -> bool:
    return "html" in response.headers.get("content-type", "") and not path.lower().endswith((".html", ".htm"))


def query(params: Params) -> str:
    """``?a=1&b=2`` as the documentation writes it: a blank as ``+``, colons and commas as they are."""
    pairs = [f"{quote_plus(key, safe='[]')}={quote_plus(value, safe=':,')}" for key, value in params]
    return "?" + "&".join(pairs) if pairs else ""


def segment(text: str) -> str:
    """One part of a path, quoted whole: an ID can never leave its place."""
    return quote(text, safe="").replace(".", "%2E") if text.strip(".") == "" else quote(text, safe="")


def _body(
    json: Mapping[str, Any] | None, multipart: Multipart | None, form: Mapping[str, str] | None
) -> dict[str, Any]:
    if multipart is not None:
        return {
            "data": dict(multipart.parts),
            "files": {key: tuple(file) for key, file in multipart.files.items()},
        }
    if form is not None:
        return {"data": dict(form)}
    return {} if json is None else {"json": dict(json)}


def _base_of(base_url: str) -> str:
    text = base_url.strip()
    if text and "://" not in text and not text.endswith(":"):
        text = "https://" + text
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or "%" in url.host or " " in url.host:
        raise Unreachable(what=NO_ADDRESS)
    # A name and password in the address would be sent in place of the token, and shown in logs.
    clean = url.copy_with(username=None, password=None, query=None, fragment=None)
    return str(clean).rstrip("/").removesuffix("/api")


def read_json(answer: Answer) -> Any:
    """The answer's JSON; raises ``NotTheServer`` where it is none, or cut."""
    try:
        return msgspec.json.decode(answer.content)
    except (ValueError, RecursionError):
        pass
    try:
        return msgspec.json.decode(_mended(answer.content))
    except (ValueError, RecursionError):
        pass
    raise NotTheServer()


def _mended(content: bytes) -> bytes:
    """The same JSON without what JSON cannot say: half characters become "?", numbers without end ``null``."""
    import json
    import math

    def finite(text: str) -> float | None:
        number = float(text)
        return number if math.isfinite(number) else None

    value = json.loads(content.decode("utf-8", "replace"), parse_float=finite, parse_constant=lambda _: None)
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


__all__ = ["Answer", "Multipart", "Repeats", "TaskError", "Timeouts", "Transport", "Upload", "query", "read_json"]
