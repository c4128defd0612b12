"""What the commands need from outside: the shape of the object that ``__main__`` hands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tui.config import Profile, Settings
    from tui.config.secrets import Token
    from tui.model.message import Message
    from tui.workbench.workbench import Workbench


class Serving(Protocol):
    """What is told once a server's port is open."""

    @property
    def address(self) -> str: ...
    @property
    def made_token(self) -> Token | None: ...
    @property
    def loopback(self) -> bool: ...


class ProbeResult(Protocol):
    """What a test of a connection told."""

    @property
    def ok(self) -> bool: ...
    @property
    def message(self) -> Message: ...
    @property
    def offset(self) -> float | None: ...


class Shop(Protocol):
    """Builds workbenches, probes and servers; fulfilled by ``compose.Composer``."""

    settings: Settings

    def workbench(self, profile: str, user: str = "") -> Workbench: ...

    async def probe(self, profile: Profile, token: str = "") -> ProbeResult: ...

    def serve(
        self, system: str, *, host: str, port: int, database: str | None, started: Callable[[Any], None]
    ) -> Message | None: ...

    def close(self) -> None: ...
