"""No answer at all: real sockets, real TLS, and whether a write may have arrived."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.api.stub import TOKEN, Naps
from tui.api.http import Timeouts, Transport
from tui.model.errors import NotTheServer, TaskError, Unreachable

PATIENT = Timeouts(connect=20.0, read=20.0, write=20.0, pool=20.0)
"""A machine that is busy for a moment is no server that took too long."""

QUICK = Timeouts(connect=20.0, read=0.05, write=20.0, pool=20.0)
"""For a server that never answers."""

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def client(
    url: str,
    *,
    inner: httpx.AsyncBaseTransport | None = None,
    naps: Naps | None = None,
    timeouts: Timeouts = PATIENT,
) -> Transport:
    return Transport(url, TOKEN, timeouts=timeouts, sleep=naps or Naps(), jitter=lambda: 1.0, transport=inner)


async def lost(transport: Transport, *, write: bool) -> Unreachable:
    sent = transport.send("POST", "/x", json={"a": 1}, idempotency_key="k") if write else transport.get("/x")
    with pytest.raises(TaskError) as caught:
        await sent
    await transport.close()
    assert isinstance(caught.value, Unreachable)
    assert caught.value.__context__ is None
    return caught.value


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = running.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.close()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    await reader.read()
    writer.close()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    writer.close()


async def stops_half_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()


async def babbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await writer.drain()
    writer.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
async def test_a_port_where_nobody_listens(write: bool) -> None:
    error = await lost(client(f"http://127.0.0.1:{free_port()}"), write=write)
    assert error.what.english() == "The server does not run at the moment."
    assert not error.maybe_done


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
async def test_a_name_that_does_not_exist(write: bool) -> None:
    error = await lost(client("http://no-such-host.invalid"), write=write)
    assert error.what.english() == "The name of the server was not found."
    assert not error.maybe_done


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (silent, "The server took too long to answer."),
        (hangs_up, "The connection broke off."),
        (stops_half_way, "The connection broke off."),
        (babbles, "The connection broke off."),
    ],
    ids=["silence", "hang-up", "half an answer", "another protocol"],
)
async def test_after_the_connection_a_write_may_have_arrived(serve: Serve, words: str, write: bool) -> None:
    async with server(serve) as url:
        error = await lost(client(url, timeouts=QUICK if serve is silent else PATIENT), write=write)
    assert error.what.english() == words
    assert error.maybe_done is write


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
async def test_a_server_without_tls(write: bool) -> None:
    async with server(babbles) as url:
        error = await lost(client(url.replace("http:", "https:")), write=write)
    assert error.what.english() == "A secure connection to the server could not be made."
    assert not error.maybe_done


class Failing(httpx.AsyncBaseTransport):
    """Raises what a socket in that state would raise."""

    def __init__(self, failure: Exception, cause: BaseException | None = None) -> None:
        self.failure, self.cause, self.calls = failure, cause, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        raise self.failure from self.cause


CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed: certificate has expired")


@pytest.mark.parametrize(
    ("failure", "cause", "words", "maybe_done"),
    [
        (httpx.ConnectError("x"), CERTIFICATE, "The server's certificate is not accepted", False),
        (httpx.ConnectTimeout("x"), None, "The server does not answer.", False),
        (httpx.PoolTimeout("x"), None, "Too many requests are waiting for an answer.", False),
        (httpx.WriteTimeout("x"), None, "The server took too long to answer.", True),
        (httpx.ReadTimeout("x"), None, "The server took too long to answer.", True),
        (httpx.WriteError("x"), None, "The connection broke off.", True),
        (httpx.ProxyError("x"), None, "The proxy does not let the connection through.", False),
        (httpx.ConnectError("x"), OSError(101, "unreachable"), "This machine has no network connection", False),
        (httpx.ConnectError("x"), ExceptionGroup("", [ConnectionRefusedError()]), "The server does not", False),
        (httpx.ConnectError("x"), None, "The server cannot be reached.", False),
        (OSError("x"), None, "The connection broke off.", True),
    ],
)
async def test_each_failure_has_calm_words(
    failure: Exception, cause: BaseException | None, words: str, maybe_done: bool
) -> None:
    error = await lost(client("http://tenant", inner=Failing(failure, cause)), write=True)
    assert error.what.english().startswith(words)
    assert error.maybe_done is maybe_done


async def test_a_broken_connection_is_tried_again_for_a_read_but_a_timeout_has_waited_enough() -> None:
    naps = Naps()
    broken, slow = Failing(httpx.ReadError("x")), Failing(httpx.ReadTimeout("x"))
    await lost(client("http://tenant", inner=broken, naps=naps), write=False)
    await lost(client("http://tenant", inner=slow, naps=naps), write=False)
    assert (broken.calls, slow.calls, naps.seconds) == (3, 1, [0.25, 0.5])
    once = Failing(httpx.ReadError("x"))
    await lost(client("http://tenant", inner=once, naps=naps), write=True)
    assert once.calls == 1


async def test_an_answer_that_cannot_be_unpacked_is_not_the_servers() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"plain"))

    transport = client("http://tenant", inner=httpx.MockTransport(answer))
    with pytest.raises(NotTheServer):
        await transport.get("/x")


@pytest.mark.parametrize("address", ["", "ftp://tenant", "http://", "http://[::1", "embedded:", "http://a b"])
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(Unreachable) as caught:
        client(address)
    assert caught.value.what.english() == "The address in the profile is not a web address."


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.intratool.de",
        "https://acme.intratool.de/",
        "acme.intratool.de",
        "https://acme.intratool.de/api/",
    ],
)
async def test_an_address_may_be_written_in_several_ways(address: str) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"count": 1})

    transport = client(address, inner=httpx.MockTransport(answer))
    await transport.get("/api/x")
    assert str(asked[0].url) == "https://acme.intratool.de/api/x"


async def test_a_name_and_password_in_the_address_do_not_replace_the_token() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"count": 1})

    transport = client("https://maria:hunter2@acme.intratool.de", inner=httpx.MockTransport(answer))
    await transport.get("/api/x")
    assert asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert "hunter2" not in str(asked[0].url)
    assert "hunter2" not in repr(transport)
