"""What the commands need from outside: the shape of the object that ``__main__`` hands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from tui.config import ConfigError, Profile, Settings
    from tui.config.secrets import Origin, Token
    from tui.model.message import Message
    from tui.workbench.books import Books, Owner
    from tui.workbench.workbench import Workbench

    CheckScreen = Callable[[Workbench | None], list[ConfigError]]
    """What keeps the screen from starting: the config's keys and theme, looked at as at a start."""


class Serving(Protocol):
    """What is told once a server's port is open."""

    @property
    def address(self) -> str: ...
    @property
    def made_token(self) -> Token | None: ...
    @property
    def loopback(self) -> bool: ...


class Scrubber(Protocol):
    """Takes secrets out of texts, and out of all texts in JSON-like data."""

    def text(self, text: str) -> str: ...
    def data(self, value: Any) -> Any: ...


class Shop(Protocol):
    """Builds workbenches and servers, and opens the journal; fulfilled by ``compose.Composer``."""

    settings: Settings

    def workbench(self, profile: str, user: str = "") -> Workbench: ...
    def books(self) -> Books: ...
    def owner(self, owner_id: str = "") -> Owner: ...
    def origin(self, profile: Profile) -> Origin | None: ...
    def expires(self, profile: str) -> datetime | None: ...
    def scrubber(self) -> Scrubber: ...

    def serve(
        self, system: str, *, host: str, port: int, database: str | None, started: Callable[[Any], None]
    ) -> Message | None: ...

    def close(self) -> None: ...
