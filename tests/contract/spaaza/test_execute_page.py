"""The page "Execute a Task", word for word: the embedded server in process and on a socket, and the client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.api.stub import Asked, Said, Stub
from tests.contract.server import serving
from tests.contract.spaaza.page import read_page
from tests.embedded.spaaza.world import ZONE, Watch
from tui.api import connect
from tui.embedded.database import Database
from tui.embedded.spaaza import schema
from tui.embedded.spaaza.server import Settings
from tui.embedded.spaaza.site import CHAIN, build_site
from tui.model.action import Delivery, Request, Slot

PAGE = read_page()
TOKEN = PAGE.headers["Authorization"].removeprefix("Bearer ")
NUMBER = int(PAGE.path.split("/")[2])


def test_the_page_is_read_whole() -> None:
    assert (PAGE.method, PAGE.path) == ("POST", "/tasks/12345/execute")
    assert PAGE.fields == tuple(PAGE.answer) == ("code", "last_run_date", "last_modified", "created_date")
    assert len(PAGE.conditions) == 3
    assert TOKEN == "ACCESS_TOKEN_ID:ACCESS_TOKEN_SECRET"


@pytest.fixture(params=["in process", "socket"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The moment of the page, and its task: created at 11:59, a run of 45 seconds."""
    url, watch = f"sqlite:///{tmp_path / 's.sqlite3'}", Watch(PAGE.answer["last_run_date"])
    settings = Settings(fault_status=500)
    site = build_site(
        url, clock=watch, zone=ZONE, sample=False, admin_token=TOKEN, pause=watch.pause, settings=settings
    )
    database = Database(url)
    created = int(datetime.fromisoformat(PAGE.answer["created_date"]).timestamp())
    row = {
        "chain": CHAIN, "desc": "Nightly", "code": "READY", "modified": created, "created": created, "debug": "",
        "trigger": {"once": "2026-05-27T02:00:00Z"}, "version": 1, "run": 0, "seconds": 45,
        "target": {"action": "export", "export_index": "users", "export_format": "csv"}, "action": "export",
    }  # fmt: skip
    failing = {**row, "id": NUMBER + 1, "target": {"action": "bulk issue rewards", "campaign": 1},
               "action": "bulk issue rewards"}  # fmt: skip
    with database.write() as tx:
        tx.execute(schema.tasks.insert(), [{**row, "id": NUMBER}, failing])
    if request.param == "in process":
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://s") as client:
            yield client
    else:
        with serving(site) as address:
            async with httpx.AsyncClient(base_url=address) as client:
                yield client
    database.close()
    site.close()


async def test_the_sample_request_gets_the_sample_answer(server: httpx.AsyncClient) -> None:
    answer = await server.request(PAGE.method, PAGE.path, headers=PAGE.headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == PAGE.answer
    assert list(answer.json()) == list(PAGE.fields)


async def test_every_listed_condition_is_an_error(server: httpx.AsyncClient) -> None:
    missing = await server.request("POST", "/tasks/54321/execute", headers=PAGE.headers)
    failed = await server.request("POST", f"/tasks/{NUMBER + 1}/execute", headers=PAGE.headers)
    nobody = await server.request("POST", PAGE.path)
    assert [answer.status_code for answer in (missing, failed, nobody)] == [404, 500, 401]
    said = [answer.json()["error"]["description"] for answer in (missing, failed, nobody)]
    assert said == [
        "No task exists with the specified ID for this chain.",
        "The task encountered an error during execution.",
        "No valid authentication provided.",
    ]


async def test_the_client_asks_as_the_page_does_and_understands_its_answer() -> None:
    def answer(asked: Asked) -> Said | None:
        if asked.method == "POST":
            return Said(200, PAGE.answer)
        task = {
            "id": NUMBER,
            "chain": 42,
            "state": {**PAGE.answer, "code": "READY", "last_run_date": None},
            "target": {"action": "export"},
        }
        return Said(200, task)

    stub = Stub(answer)
    client = connect("spaaza", base_url="x", token=TOKEN, zone=ZoneInfo(ZONE), profile="p", app=stub)
    request = Request(
        profile="p", system="spaaza", key_id=str(NUMBER), action="execute", slot=Slot.OTHER,
        delivery=Delivery.ONLINE, idempotency_key="k",
    )  # fmt: skip
    receipt = await client.perform(request)
    assert (receipt.key_id, receipt.status_raw, receipt.data["state"]) == (str(NUMBER), "DONE", PAGE.answer)
    (sent,) = [asked for asked in stub.asked if asked.method == "POST"]
    assert (sent.line, sent.query, sent.content) == (f"{PAGE.method} {PAGE.path}", "", b"")
    assert sent.headers["authorization"] == PAGE.headers["Authorization"]
    assert "idempotency-key" not in sent.headers
    assert json.dumps(PAGE.answer) not in repr(client)
    await client.close()
