"""A client of the embedded platform with a clock that the test moves, and one of a stub."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.api.stub import Naps, Stub
from tests.contract.systems.case import request_for
from tui.api import connect
from tui.api.http import Timeouts, Transport
from tui.api.superai.adapter import SuperAiSystem
from tui.api.superai.routes import Routes
from tui.embedded.app import Site, build
from tui.model.action import Request
from tui.model.execution import Execution, Record
from tui.model.field import Value
from tui.model.period import Period
from tui.model.system import Filters, TaskSystem

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 11, 8, 30, tzinfo=UTC)
DAY = Period.of_day(date(2026, 5, 11), ZONE)
KEY = "saf_0123456789abcdef"
ADMIN = "root-of-all"
RUN, FLOW, TASK = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


class House:
    """The sample site."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.now = NOW
        path = folder / "site.sqlite3"
        shutil.copy(made, path)
        self.url = f"sqlite:///{path}"
        self.site: Site = build("superai", self.url, clock=self.clock, zone=str(ZONE), admin_token=ADMIN)
        self.tokens = {user.username: user.token for user in self.site.users()}

    def clock(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)

    def client(self, who: str = "maria", *, address: str = "") -> TaskSystem:
        """As one of the sample's people, or with a secret of one's own; in process unless there is an address."""
        app = None if address else self.site.app
        return connect(
            "superai", base_url=address or "embedded:", token=self.tokens.get(who, who), zone=ZONE,
            profile="sample", app=app, clock=self.clock,
        )  # fmt: skip

    async def report(self, run: str, task: str, status: str = "completed", index: int = 0) -> None:
        """A worker posts."""
        body = {"flow_execution_id": run, "task_name": task, "task_execution_idx": index, "status": status}
        transport = httpx.ASGITransport(self.site.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as worker:
            headers = {"X-API-Key": self.tokens["admin"]}
            answer = await worker.post("/api/task-executions", json=body, headers=headers)
        assert answer.status_code == 201, answer.text


async def rows_of(client: TaskSystem) -> list[Execution]:
    listing = await client.list(DAY, Filters())
    assert listing.rows is not None
    return list(listing.rows)


async def record_in(client: TaskSystem, raw: str) -> Record:
    """The newest run of the sample in a status."""
    row = next(row for row in await rows_of(client) if row.status.raw == raw)
    return await client.show(row.key)


def ask(record: Record | None, action: str, values: dict[str, Value] | None = None, **inputs: Value) -> Request:
    """A request for the action whose ID begins like that; ``values`` by the ends of the keys of their fields."""
    assert record is not None
    declared = next(one for one in record.actions if one.id.partition(":")[0] == action)
    keys = {field.key.rpartition("/")[2]: field.key for field in record.fields}
    named = {keys[name]: value for name, value in (values or {}).items()}
    return request_for("superai", record, declared, named, inputs)


async def start(client: TaskSystem, flow: str, given: str = "{}") -> Request:
    action = await client.new_action()
    assert action is not None
    return request_for("superai", None, action, inputs={"flow_id": flow, "input": given})


def why(record: Record, action: str) -> str:
    """Why an action may not run now; "" when it may."""
    found = next(one for one in record.actions if one.id.partition(":")[0] == action)
    return found.why_not.english() if found.why_not is not None else ""


def stubbed(stub: Stub, *, timeouts: Timeouts | None = None) -> SuperAiSystem:
    transport = Transport(
        "embedded:", KEY, app=stub, clock=lambda: NOW, sleep=Naps(), jitter=lambda: 1.0, timeouts=timeouts
    )
    return SuperAiSystem(Routes(transport), profile="sample", zone=ZONE, clock=lambda: NOW)


def run_row(**more: Any) -> dict[str, Any]:
    return {
        "id": RUN, "flow_id": FLOW, "flow_version": 1, "status": "completed", "input": {},
        "organization_id": FLOW, "modified_by": "system", "created_at": "2026-05-11T06:00:00Z",
        "updated_at": "2026-05-11T06:01:00Z", "run_number": 7, **more,
    }  # fmt: skip


def task_row(**more: Any) -> dict[str, Any]:
    """A task execution of the first generation."""
    return {
        "id": TASK, "flow_execution_id": RUN, "task_name": "extract", "task_execution_idx": 0,
        "organization_id": FLOW, "status": "completed", "input": None, "output": {"rows": 12}, "error": None,
        "modified_by": "system", "created_at": "2026-05-11T06:00:10Z", "updated_at": "2026-05-11T06:00:20Z",
        **more,
    }  # fmt: skip


def flow_row(**more: Any) -> dict[str, Any]:
    tasks = [{"name": "receive", "task_title": "Receive"}, {"name": "extract", "task_title": "Extract"}]
    definition = {"tasks": tasks, "edges": [{"source": "receive", "target": "extract"}]}
    return {"id": FLOW, "display_name": "Orders", "version": 1, "definition": definition, **more}
