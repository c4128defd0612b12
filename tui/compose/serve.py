"""An embedded server on a port: uvicorn around the same application that otherwise runs in process."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import msgspec
import uvicorn

from tui.compose.sites import SiteFault
from tui.config.secrets import Token
from tui.embedded.app import build, new_token
from tui.embedded.site import TokenRefused
from tui.model.clock import system_clock
from tui.model.message import Message

KEEP_ALIVE_SECONDS = 75
"""Longer than any client of ours keeps a connection, so that none is closed under a request."""

_STOPPING = (signal.SIGINT, signal.SIGTERM)


class ServeError(Exception):
    """The server cannot start; ``message`` says why and what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.english())


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """What is told once the port is open. ``made_token`` is ``None`` when the environment gave it."""

    address: str
    made_token: Token | None
    loopback: bool


def serve(
    system: str,
    database_url: str,
    *,
    host: str,
    port: int,
    zone: str,
    token: Token,
    started: Callable[[Serving], None],
) -> None:
    """Serve until SIGINT or SIGTERM; ``started`` is called once, when requests are answered.

    ``token`` is the admin's; in place of an empty one a token is made and told. Raises :class:`ServeError`.
    """
    _claim(host, port)
    made = None if token else Token(new_token(system))
    try:
        admin = made or token
        site = build(system, database_url, clock=system_clock, zone=zone, admin_token=admin.reveal())
    except TokenRefused as error:
        what = Message("SHIFTDECK_SERVE_TOKEN cannot be used ({why}).", {"why": str(error)})
        raise ServeError(what) from error
    except Exception as error:  # whatever SQLAlchemy says about the URL, the driver or the disk
        said = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        raise ServeError(Message("{what} ({why})", {"what": SiteFault.what, "why": said})) from error
    with closing(site):
        config = uvicorn.Config(
            site.app,
            host=host,
            port=port,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=3,
            # the application sends its own Date, from its own clock
            date_header=False,
            server_header=False,
            access_log=False,
            log_level="error",
        )

        def tell(bound: int) -> None:
            shown = f"[{host}]" if ":" in host else host
            loopback = host in ("localhost", "::1") or host.startswith("127.")
            started(Serving(address=f"http://{shown}:{bound}", made_token=made, loopback=loopback))

        asyncio.run(_Server(config, tell).serve())


class _Server(uvicorn.Server):
    """uvicorn that tells its port, and for which a signal to stop is a normal end."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[int], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn makes the socket itself from host and port: only then asyncio sets TCP_NODELAY, without which
        # every small answer on a kept connection waits 40 ms for the client's acknowledgement
        await super().startup(sockets)
        self._tell(int(self.servers[0].sockets[0].getsockname()[1]))

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: dict[signal.Signals, Any] = {one: signal.signal(one, self.handle_exit) for one in _STOPPING}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def _claim(host: str, port: int) -> None:
    """See whether the port can be had, while a calm sentence is still possible."""
    try:
        for family, kind, proto, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, proto) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        params = {"host": host, "port": port, "why": error.strerror or type(error).__name__}
        raise ServeError(
            Message("Port {port} on {host} cannot be used ({why}). Choose another one with --port.", params)
        ) from None
