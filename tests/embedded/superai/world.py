"""The sample organization with a clock that stands still, and a stranger of another organization."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import insert

from tests.embedded.world import ZONE, Hands
from tui.embedded.app import build
from tui.embedded.database import Database
from tui.embedded.samples.superai import THEIRS
from tui.embedded.samples.superai_flows import COMPLAINTS, INVOICES, REPLY, TOPIC
from tui.embedded.superai import schema
from tui.embedded.superai.auth import hashed

ADMIN_TOKEN = "root-of-all"
STRANGER = "saf_stranger"
RUNS, TASKS, TAGS, FLOWS = "/api/flow-executions", "/api/task-executions", "/api/task-tags", "/api/flows"
Json = dict[str, Any]

__all__ = [
    "ADMIN_TOKEN",
    "COMPLAINTS",
    "FLOWS",
    "INVOICES",
    "REPLY",
    "RUNS",
    "STRANGER",
    "TAGS",
    "TASKS",
    "TOPIC",
    "World",
]


def make(folder: Path) -> Path:
    """A site with its day of runs, to be copied: to make one takes longer."""
    path = folder / "site.sqlite3"
    site = build("superai", f"sqlite:///{path}", clock=Hands(), zone=ZONE)
    database = Database(f"sqlite:///{path}")
    with database.write() as tx:
        user = {"id": str(uuid4()), "organization_id": THEIRS, "username": "x", "email": "x@example.net"}
        tx.execute(insert(schema.users).values(**user, name="X", role="org_admin", status="active", number=99))
        tx.execute(insert(schema.secrets).values(hash=hashed(STRANGER), user_id=user["id"], kind="token"))
    database.close()
    site.close()
    return path


class World:
    """``ask`` sends as one of the sample's people; helpers assert success and return the JSON."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.hands = Hands()
        self.path = folder / "site.sqlite3"
        shutil.copy(made, self.path)
        self.url = f"sqlite:///{self.path}"
        self.site = build("superai", self.url, clock=self.hands, zone=ZONE, admin_token=ADMIN_TOKEN)
        self.tokens = {user.username: user.token for user in self.site.users()}
        self.database = Database(self.url)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.site.app), base_url="http://site", verify=False
        )

    async def close(self) -> None:
        await self.client.aclose()
        self.database.close()
        self.site.close()

    async def ask(self, method: str, path: str, who: str = "maria", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens.get(who, who)}", **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, who: str = "maria", **params: Any) -> Any:
        answer = await self.ask("GET", path, who, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, status: int, method: str, path: str, who: str = "maria", **more: Any) -> Json:
        """The body of an answer that must have ``status``."""
        answer = await self.ask(method, path, who, **more)
        assert answer.status_code == status, answer.text
        body: Json = answer.json()
        return body

    async def start(self, flow: str = COMPLAINTS, **given: Any) -> Json:
        """A new run."""
        answer = await self.ask("POST", RUNS, json={"flow_id": flow, "input": given})
        assert answer.status_code == 201, answer.text
        run: Json = answer.json()
        return run

    async def report(self, run: str, task: str, status: str, index: int = 0, **more: Any) -> Json:
        """What a worker posts."""
        body = {"flow_execution_id": run, "task_name": task, "task_execution_idx": index, "status": status, **more}
        answer = await self.ask("POST", TASKS, json=body)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    async def run(self, run: str, who: str = "maria") -> Json:
        found: Json = await self.get(f"{RUNS}/{run}", who)
        return found

    async def tasks(self, run: str) -> dict[tuple[str, int], Json]:
        """The attempts of a run by task and index."""
        rows = (await self.get(TASKS, flow_execution_id=run))["task_executions"]
        return {(row["task_name"], row["task_execution_idx"]): row for row in rows}

    async def runs(self, flow: str = INVOICES, **params: Any) -> list[Json]:
        found: list[Json] = await self.get(RUNS, flow_id=flow, page_size=100, **params)
        return found

    async def in_status(self, status: str, flow: str = INVOICES) -> Json:
        """The newest run of the sample in a status."""
        return next(run for run in await self.runs(flow) if run["status"] == status)
