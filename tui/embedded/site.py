"""A running embedded server, whatever its system."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tui.embedded.asgi import ASGIApp
from tui.embedded.database import Database


class TokenRefused(ValueError):
    """The admin's token has a form that its system cannot take; the text says which it takes."""


class SampleUser(NamedTuple):
    """A user of the sample site with their token. ``role`` is worker, supervisor or admin."""

    username: str
    name: str
    role: str
    token: str

    def __repr__(self) -> str:
        return f"SampleUser({self.username!r}, {self.name!r}, {self.role!r})"


class Site:
    """A running embedded server. ``app`` sends ``Date`` itself: serve it with ``date_header=False``."""

    def __init__(self, app: ASGIApp, database: Database, users: Callable[[], list[SampleUser]]) -> None:
        self.app = app
        self._database = database
        self._users = users

    def users(self) -> list[SampleUser]:
        """The users of the sample site, the supervisor first; empty when the site has no sample."""
        return self._users()

    def close(self) -> None:
        """Give back the database."""
        self._database.close()
