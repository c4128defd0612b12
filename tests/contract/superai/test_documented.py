"""What the vendor's pages say, asked of the embedded server: in process and over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.contract.server import serving
from tests.contract.superai.pages import ANSWER_STATUS, CREATE_STATUS, is_envelope, misfits
from tests.contract.systems.case import DAY, NOW, ZONE
from tui.api import connect
from tui.embedded.app import Site, build
from tui.embedded.samples.superai_flows import COMPLAINTS, FILE_IT, REPLY, TOPIC
from tui.model.system import Filters

TOKEN = "serve-token"
TASKS, RUNS = "/api/task-executions", "/api/flow-executions"


@pytest.fixture(scope="module", params=["in process", "socket"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, str | None]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('site') / 'site.sqlite3'}"
    site = build("superai", url, clock=lambda: NOW, zone=str(ZONE), admin_token=TOKEN)
    with nullcontext(None) if request.param == "in process" else serving(site) as address:
        yield site, address
    site.close()


@pytest.fixture
async def api(served: tuple[Site, str | None]) -> AsyncIterator[httpx.AsyncClient]:
    site, address = served
    headers = {"Authorization": f"Bearer {TOKEN}"}
    transport = httpx.ASGITransport(site.app) if address is None else None
    base = address or "http://site"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers, verify=False) as client:
        yield client


async def a_run(api: httpx.AsyncClient) -> str:
    answer = await api.post(RUNS, json={"flow_id": COMPLAINTS, "input": {"text": "Cold soup."}})
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def post(api: httpx.AsyncClient, run: str, status: str, task: str = TOPIC, **more: Any) -> httpx.Response:
    body = {"flow_execution_id": run, "task_name": task, "task_execution_idx": 0, "status": status, **more}
    return await api.post(TASKS, json=body)


@pytest.mark.parametrize("status", CREATE_STATUS)
async def test_create_answers_201_with_every_attribute(api: httpx.AsyncClient, status: str) -> None:
    answer = await post(api, await a_run(api), status, input={"text": "Cold soup."})
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert misfits(answer.json()) == []
    assert answer.json()["status"] == status
    assert answer.json()["modified_by"] == "system"


@pytest.mark.parametrize("given", [{"a": 1}, [1, "b"], "text", 4.5, True, None])
async def test_input_and_output_are_any_json(api: httpx.AsyncClient, given: Any) -> None:
    run = await a_run(api)
    made = (await post(api, run, "completed", input=given, output=given)).json()
    read = (await api.get(f"{TASKS}/{made['id']}")).json()
    assert (read["input"], read["output"]) == (given, given)
    assert misfits(read) == []


async def test_an_error_has_message_type_and_traceback(api: httpx.AsyncClient) -> None:
    error = {"message": "no", "type": "ValueError", "traceback": "Traceback (most recent call last):\n..."}
    made = (await post(api, await a_run(api), "failed", error=error)).json()
    assert (await api.get(f"{TASKS}/{made['id']}")).json()["error"] == error


async def test_create_is_idempotent_on_its_three_names_even_fifty_times_at_once(api: httpx.AsyncClient) -> None:
    run = await a_run(api)
    first = (await post(api, run, "running")).json()["id"]
    answers = await asyncio.gather(*(post(api, run, "running") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["id"] for answer in answers} == {first}
    listed = (await api.get(TASKS, params={"flow_execution_id": run})).json()["task_executions"]
    assert [row["id"] for row in listed] == [first]


async def test_the_documented_life_of_a_task(api: httpx.AsyncClient) -> None:
    run = await a_run(api)
    seen = [(await post(api, run, status)).json()["status"] for status in ("queued", "running", "completed")]
    assert seen == ["queued", "running", "completed"]
    rows = (await api.get(TASKS)).json()["task_executions"]
    assert {row["status"] for row in rows} <= {*CREATE_STATUS, *ANSWER_STATUS, "awaiting_input"}
    assert all(misfits(row) == [] for row in rows)


async def test_refusals_have_the_documented_shapes(api: httpx.AsyncClient) -> None:
    run = await a_run(api)
    bad = await post(api, run, "done")
    gone = await post(api, str(uuid4()), "running")
    absent = await api.get(f"{TASKS}/{uuid4()}")
    unfit = await post(api, run, "running", task="")
    assert [answer.status_code for answer in (bad, gone, absent, unfit)] == [400, 404, 404, 422]
    assert all(is_envelope(answer.json()) for answer in (bad, gone, absent))
    assert all(answer.json()["request_id"] == answer.headers["x-request-id"] for answer in (bad, gone, absent))
    assert list(unfit.json()) == ["detail"]


async def test_without_or_with_another_token_there_is_a_401(api: httpx.AsyncClient) -> None:
    for header in ("", "Bearer wrong"):
        answer = await api.get(TASKS, headers={"Authorization": header})
        assert (answer.status_code, is_envelope(answer.json())) == (401, True)


async def test_a_worker_that_posts_is_seen_by_who_watches(
    served: tuple[Site, str | None], api: httpx.AsyncClient
) -> None:
    """Another program's posts reach the rows of a list that is asked for again and again."""
    site, address = served
    watcher = connect(
        "superai",
        base_url=address or "embedded:",
        token=TOKEN,
        zone=ZONE,
        profile="wall",
        app=site.app if address is None else None,
        clock=lambda: NOW + timedelta(seconds=1),
    )
    run = await a_run(api)
    seen: list[tuple[str, tuple[int, int] | None]] = []
    validator = None
    for task, status in [
        ("", ""),
        (TOPIC, "running"),
        (TOPIC, "completed"),
        (REPLY, "completed"),
        (FILE_IT, "completed"),
    ]:
        if task:
            assert (await post(api, run, status, task)).status_code == 201
        listing = await watcher.list(DAY, Filters(), validator)
        assert listing.rows is not None, "something changed"
        validator = listing.validator
        row = next(row for row in listing.rows if row.key.id == run)
        seen.append((row.status.raw, row.progress))
    assert (await watcher.list(DAY, Filters(), validator)).rows is None
    assert seen == [
        ("queued", (0, 3)), ("running", (0, 3)), ("running", (1, 3)), ("running", (2, 3)), ("completed", (3, 3)),
    ]  # fmt: skip
    await watcher.close()
