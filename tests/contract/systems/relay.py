"""A relay on a socket between a client and a server, which can lose a write or the answer to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_WRITES = (b"POST ", b"PUT ", b"PATCH ", b"DELETE ")


class Relay:
    """``lose_request`` and ``lose_answer`` hold for the next write; ``writes`` counts those that went through.

    With ``silent`` the lost answer leaves the line open: nobody says that it is lost.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = parts.hostname or "", parts.port or 80
        self.address = ""
        self.lose_request = False
        self.lose_answer = False
        self.silent = False
        self.writes = 0
        self._open: set[asyncio.StreamWriter] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):
            await self._take(reader, writer)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection(*self._upstream)
        self._open |= {writer, out}
        losing = asyncio.Event()
        back = asyncio.ensure_future(self._back(there, writer, losing))
        with suppress(ConnectionError):
            while chunk := await reader.read(65536):
                if chunk.startswith(_WRITES):
                    if self.lose_request:
                        self.lose_request = False
                        break
                    self.writes += 1
                    if self.lose_answer:
                        self.lose_answer = False
                        losing.set()
                out.write(chunk)
                await out.drain()
        if losing.is_set() and not self.silent:
            await back
        back.cancel()
        for one in (writer, out):
            one.close()

    async def _back(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, losing: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while chunk := await there.read(65536):
                if losing.is_set():
                    # The server has answered, so it has done it: nobody will hear that.
                    if not self.silent:
                        writer.transport.abort()
                    return
                writer.write(chunk)
                await writer.drain()

    def close(self) -> None:
        for one in self._open:
            one.transport.abort()


@asynccontextmanager
async def relaying(upstream: str) -> AsyncIterator[Relay]:
    """A relay to ``upstream``; its own address is ``relay.address``."""
    relay = Relay(upstream)
    server = await asyncio.start_server(relay.take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    relay.address = f"http://127.0.0.1:{port}"
    try:
        yield relay
    finally:
        server.close()
        relay.close()
