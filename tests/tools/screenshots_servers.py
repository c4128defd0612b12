"""What stands beside the application in a picture: embedded servers on sockets, and somebody at work there."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from tests.contract.server import serving
from tests.embedded.world import EXECUTIONS
from tui.embedded.app import Site, build

ZONE = "Europe/Berlin"
PORTS = {"intratool": 8741, "superai": 8742, "spaaza": 8743}
"""Always the same, because the address of a server is in some of the pictures."""
PERSON, COLLEAGUE = "maria", "admin"


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

    def denied_by_a_colleague(self, title: str, day: str) -> None:
        """The first open task of that title and day at the Intratool site is denied by somebody else."""
        token = next(one.token for one in self.sites["intratool"].users() if one.username == COLLEAGUE)
        with httpx.Client(base_url=address("intratool"), headers={"Authorization": f"Bearer {token}"}) as client:
            period = {"period_start": f"{day} 00:00:00", "period_end": f"{day} 23:59:59"}
            rows = client.get(EXECUTIONS, params={**period, "include": "taskTemplate:title"}).json()
            found = next(
                row["id"]
                for row in rows
                if row["task_template"]["title"] == title and row["task_status_id"] == "open"
            )
            client.post(f"{EXECUTIONS}/{found}/deny", json={"deny_reason": "Kein Strom"}).raise_for_status()


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
                stack.enter_context(serving(site, PORTS[system]))
                servers.sites[system] = site
                if self._tokens:
                    token = next(one.token for one in site.users() if one.username == PERSON)
                    servers.environ[f"{system.upper()}_TOKEN"] = token
            yield servers
