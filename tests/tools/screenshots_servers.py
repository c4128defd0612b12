"""What stands beside the application in a picture: embedded servers on sockets, and somebody else at work there."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from tui.embedded.app import Site, build

ZONE = "Europe/Berlin"
PORTS = {"intratool": 8741, "superai": 8742, "spaaza": 8743}
"""Always the same, because the address of a server is in some of the pictures."""
PERSON, COLLEAGUE = "maria", "ana"


@dataclass
class Servers:
    """``environ`` holds the tokens under the names that the profiles of the scenes use."""

    environ: dict[str, str] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    folder: Path = Path()

    def mail(self, pattern: str) -> str:
        """The last thing that matches in the mails of the Spaaza site."""
        found: list[str] = re.findall(pattern, (self.folder / "spaaza.mail.txt").read_text("utf-8"))
        return found[-1]

    def post(self, path: str, **body: Any) -> None:
        """A colleague's request to the Intratool site."""
        token = next(one.token for one in self.sites["intratool"].users() if one.username == COLLEAGUE)
        answer = httpx.post(address("intratool") + path, json=body, headers={"Authorization": f"Bearer {token}"})
        answer.raise_for_status()


def address(system: str) -> str:
    """Where the site of a system answers."""
    return f"http://127.0.0.1:{PORTS[system]}"


@contextmanager
def nobody(moment: datetime) -> Iterator[Servers]:
    """The application alone, with the sites that it has in itself."""
    yield Servers()


class Beside:
    """Sites of these systems on their ports, their clock standing still at the moment of the scene."""

    def __init__(self, *systems: str, tokens: bool = True) -> None:
        self._systems = systems
        self._tokens = tokens

    @contextmanager
    def __call__(self, moment: datetime) -> Iterator[Servers]:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            servers = Servers(folder=Path(folder))
            for system in self._systems:
                url = f"sqlite:///{Path(folder) / f'{system}.sqlite'}"
                site = build(system, url, clock=lambda: moment, zone=ZONE)
                stack.callback(site.close)
                stack.enter_context(_serving(site, PORTS[system]))
                servers.sites[system] = site
                if self._tokens:
                    token = next(one.token for one in site.users() if one.username == PERSON)
                    servers.environ[f"{system.upper()}_TOKEN"] = token
            yield servers


@contextmanager
def _serving(site: Site, port: int) -> Iterator[None]:
    config = uvicorn.Config(
        site.app, "127.0.0.1", port, log_level="warning", date_header=False, timeout_keep_alive=30
    )
    server = uvicorn.Server(config)
    ready = threading.Event()
    startup = server.startup

    async def announced(*args: Any, **more: Any) -> None:
        await startup(*args, **more)
        ready.set()

    server.startup = announced  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not ready.wait(20):
        raise RuntimeError(f"port {port} cannot be used")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)
