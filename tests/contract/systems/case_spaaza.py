"""Spaaza: an export that is run now, and one more export. A lost answer is found out by perform itself."""

from __future__ import annotations

from pathlib import Path

from tests.contract.systems.case import NOW, ZONE, Case, request_for, rows_of
from tui.api import Asgi
from tui.api.http import Transport
from tui.api.spaaza.adapter import SpaazaSystem
from tui.api.spaaza.credentials import KeyPair
from tui.api.spaaza.faults import judge
from tui.api.spaaza.routes import Routes
from tui.api.spaaza.settings import Settings
from tui.embedded.app import Site
from tui.embedded.spaaza.site import build_site
from tui.model.action import Request
from tui.model.system import TaskSystem


class Spaaza(Case):
    system = "spaaza"
    finds_out = True

    def build(self, folder: Path) -> Site:
        url = f"sqlite:///{folder / 'site.sqlite3'}"
        return build_site(url, clock=lambda: NOW, zone=str(ZONE), pause=lambda _seconds: None)

    def bad_secret(self) -> str:
        return "nobody:has-this-t0ken"

    def connect(self, token: str, app: Asgi | None = None, address: str = "embedded:") -> TaskSystem:
        """As ``connect`` does it, with looks that wait for nothing."""
        credentials = KeyPair(token)

        async def no_time(_seconds: float) -> None:
            return None

        transport = Transport(address, credentials, app=app, clock=lambda: NOW, judge=judge)
        return SpaazaSystem(
            Routes(transport),
            profile="sample",
            zone=ZONE,
            settings=Settings(),
            clock=lambda: NOW,
            who=credentials.name,
            sleep=no_time,
        )

    async def write(self, client: TaskSystem) -> Request:
        for row in await rows_of(client):
            record = await client.show(row.key)
            run = record.action("execute")
            assert run is not None
            if row.status.raw == "DONE" and run.risk == "confirm":
                return request_for("spaaza", record, run)
        raise AssertionError("no export that has run")

    async def creation(self, client: TaskSystem) -> Request | None:
        action = await client.new_action()
        assert action is not None
        presets = {field.key: field.default for field in action.inputs if field.default is not None}
        return request_for("spaaza", None, action, inputs={**presets, "desc": "One more export"})


CASE = Spaaza()
