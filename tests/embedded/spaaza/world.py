"""A small retailer made to measure: its own customers and tasks, and a clock that only a test turns."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, select

from tui.embedded.database import Database
from tui.embedded.spaaza import schema
from tui.embedded.spaaza.auth import hashed, password_hash
from tui.embedded.spaaza.server import Settings
from tui.embedded.spaaza.site import CHAIN, build_site
from tui.embedded.spaaza.words import EXPORT, REWARDS, iso

ADMIN = "root:of-all"
ZONE = "Europe/Berlin"
OTHER = 43


@lru_cache
def _hash(username: str) -> str:
    return password_hash(username, f"{username}-pw")


class Watch:
    """A clock in UTC that stands still; to wait is to turn it."""

    def __init__(self, moment: str = "2026-05-26T14:35:00+00:00") -> None:
        self.now = datetime.fromisoformat(moment).astimezone(UTC)
        self.waited: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.forward(seconds=seconds)


HELD = 30.0
"""Seconds after which a run that nobody lets go goes on."""


class Held(Watch):
    """A run begins, and goes on until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    def pause(self, seconds: float) -> None:
        self.begun.set()
        assert self.go.wait(HELD)
        super().pause(seconds)


def export(index: str = "users", kind: str = "csv") -> dict[str, Any]:
    return {"action": EXPORT, "export_index": index, "export_format": kind}


def rewards(campaign: int = 7) -> dict[str, Any]:
    return {"action": REWARDS, "campaign": campaign}


def segment(*rules: dict[str, Any], index: str = "users", join: str = "all", chain: int = CHAIN) -> dict[str, Any]:
    typed = [{"field_type": "keyword", **one} for one in rules]
    return {"entity": "people", "index": index, "join": join, "chain_id": chain, "rules": typed}


def rule(field: str, operator: str, **more: Any) -> dict[str, Any]:
    return {"field_name": field, "operator": operator, **more}


class World:
    """A site without the sample. ``op:key`` may do everything, ``look:key`` look, ``far:key`` is another chain."""

    def __init__(
        self, folder: Path, watch: Watch | None = None, settings: Settings | None = None, *, sample: bool = False
    ) -> None:
        self.watch = watch or Watch()
        self.folder = folder
        self.url = f"sqlite:///{folder / 'spaaza.sqlite3'}"
        self.site = build_site(
            self.url,
            clock=self.watch,
            zone=ZONE,
            sample=sample,
            admin_token=ADMIN,
            pause=self.watch.pause,
            settings=settings,
        )
        self.database = Database(self.url)
        if not sample:
            self._people()
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.site.app), base_url="http://site")

    def _people(self) -> None:
        self.add(schema.chains, {"id": OTHER, "name": "Somebody else"})
        for ident, level, chain in (
            ("op", "supervisor", CHAIN),
            ("look", "worker", CHAIN),
            ("far", "supervisor", OTHER),
        ):
            shared = {"chain": chain, "level": level, "name": ident}
            self.add(schema.access_tokens, {"id": ident, "secret_hash": hashed("key"), "active": True, **shared})
        for place, (username, level, exempt) in enumerate(
            (("maria", "supervisor", False), ("viktor", "worker", False), ("robot", "supervisor", True)), 1
        ):
            row = {"id": place, "username": username, "name": username.title(), "level": level, "chain": CHAIN}
            hidden = {"password_hash": _hash(username), "login_2fa_exempt": exempt}
            self.add(schema.people, {**row, **hidden})
        self.add(schema.campaigns, {"id": 7, "chain": CHAIN, "name": "Coffee", "reward": "One coffee"})
        users = [
            {"user_id": 1, "name": "Ada", "country": "DE", "created_date": "2026-05-01T08:00:00Z", "visits": 3},
            {"user_id": 2, "name": 'Bo "the", boss', "country": "NL", "created_date": "2025-01-31", "visits": 40},
            {"user_id": 3, "name": "Łukasz\n=1+1", "country": None, "created_date": "2026-05-26T14:00:00Z",
             "tags": [{"word": "vip"}, {"word": "new"}]},
        ]  # fmt: skip
        self.documents("users", *users)

    async def close(self) -> None:
        await self.client.aclose()
        self.database.close()
        self.site.close()

    def add(self, table: Any, *rows: dict[str, Any]) -> list[Any]:
        with self.database.write() as tx:
            key = next(iter(table.primary_key))
            return [tx.execute(insert(table).values(**row).returning(key)).scalar_one() for row in rows]

    def documents(self, index: str, *documents: dict[str, Any]) -> None:
        self.add(schema.documents, *({"chain": CHAIN, "index_name": index, "document": one} for one in documents))

    def stored(self, index: str) -> list[dict[str, Any]]:
        table = schema.documents.c
        with self.database.read() as tx:
            query = select(table.document).where(table.index_name == index).order_by(table.id)
            return list(tx.execute(query).scalars())

    async def ask(self, method: str, path: str, token: str = "op:key", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.client.request(method, path, headers={**headers, **more.pop("headers", {})}, **more)

    async def get(self, path: str, token: str = "op:key", **params: Any) -> Any:
        answer = await self.ask("GET", path, token, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def body(
        self, target: dict[str, Any] | None = None, once: str | None = None, **trigger: Any
    ) -> dict[str, Any]:
        planned = once or iso(int((self.watch.now + timedelta(hours=1)).timestamp()))
        return {
            "chain": CHAIN,
            "desc": "Test",
            "target": target or export(),
            "trigger": {"once": planned, **trigger},
        }

    async def new(self, target: dict[str, Any] | None = None, once: str | None = None, **trigger: Any) -> int:
        """The ID of a fresh task, by default one that is due in an hour."""
        answer = await self.ask("POST", "/tasks", json=self.body(target, once, **trigger))
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    async def code(self, task: int) -> str:
        return str((await self.get(f"/tasks/{task}"))["state"]["code"])

    async def execute(self, task: int) -> str:
        answer = await self.ask("POST", f"/tasks/{task}/execute")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    async def file(self, task: int) -> str:
        link = (await self.get(f"/tasks/{task}/download_url"))["url"]
        answer = await self.client.get(link)
        assert answer.status_code == 200, answer.text
        return answer.text

    def mails(self) -> list[str]:
        path = self.folder / "spaaza.mail.txt"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
