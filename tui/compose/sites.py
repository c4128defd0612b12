"""The embedded sites of this process: each is built once, in a thread, when the first client asks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tui.config.secrets import Token
from tui.model.clock import Clock
from tui.model.errors import TaskError
from tui.model.message import Message

if TYPE_CHECKING:
    from tui.embedded.app import Site


class SiteFault(TaskError):
    """The embedded server could not be built: a full disk, a foreign file in its place."""

    what = Message("The sample site cannot be started.")
    help = Message("Check the data folder (shiftdeck doctor), or choose another one with --data-dir.")


class Sites:
    """Builds and keeps the embedded sites whose files lie in ``data_dir``. Safe to call from any thread."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._lock = threading.Lock()
        self._sites: dict[tuple[str, str], Site] = {}

    def database_url(self, system: str) -> str:
        """The SQLAlchemy URL of the site's own file."""
        return f"sqlite:///{self._data_dir / f'{system}.sqlite'}"

    def site(self, system: str, zone: str) -> Site:
        """The running site. Takes up to 2 s the first time: call it in a thread. Raises :class:`SiteFault`."""
        with self._lock:
            found = self._sites.get((system, zone))
            if found is None:
                found = self._build(system, zone)
                self._sites[system, zone] = found
            return found

    def token(self, system: str, zone: str, username: str) -> Token:
        """The token of one of the site's people."""
        for user in self.site(system, zone).users():
            if user.username == username:
                return Token(user.token)
        raise SiteFault(username)

    def close(self) -> None:
        """Give back every file."""
        with self._lock:
            for site in self._sites.values():
                site.close()
            self._sites.clear()

    def _build(self, system: str, zone: str) -> Site:
        try:
            from tui.embedded.app import build

            return build(system, self.database_url(system), clock=self._clock, zone=zone)
        except Exception as error:  # whatever SQLite or the disk says: the screen goes on without the site
            raise SiteFault(f"{type(error).__name__}: {error}"[:300]) from error
