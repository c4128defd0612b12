"""The scheduler by its clock: READY, INPROGRESS, DONE or ERROR; once or again and again; never twice at once."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.embedded.spaaza.world import ADMIN, ZONE, Watch, World, export, rewards
from tui.embedded.spaaza.occurrences import DAY, following, latest
from tui.embedded.spaaza.server import Settings
from tui.embedded.spaaza.site import build_site


async def test_a_task_runs_when_its_time_has_come(world: World) -> None:
    task = await world.new(once="2026-05-26T14:40:00Z")
    seen = []
    for seconds in (0, 299, 1, 2, 1, 3600):
        world.watch.forward(seconds=seconds)
        seen.append(await world.code(task))
    assert seen == ["READY", "READY", "INPROGRESS", "INPROGRESS", "DONE", "DONE"]
    state = (await world.get(f"/tasks/{task}"))["state"]
    assert state == {
        "code": "DONE",
        "last_run_date": "2026-05-26T14:40:00Z",
        "last_modified": "2026-05-26T14:40:03Z",
        "created_date": "2026-05-26T14:35:00Z",
    }


async def test_a_task_that_never_ran_has_no_last_run(world: World) -> None:
    task = await world.new()
    assert (await world.get(f"/tasks/{task}"))["state"]["last_run_date"] is None


async def test_a_repeating_task_stays_done_until_its_next_time(world: World) -> None:
    task = await world.new(once="2026-05-27T02:00:00Z", repeat="daily")
    runs = []
    for _ in range(3):
        world.watch.forward(days=1)
        runs.append((await world.code(task), (await world.get(f"/tasks/{task}"))["state"]["last_run_date"]))
    assert runs == [("DONE", f"2026-05-{day}T02:00:00Z") for day in (27, 28, 29)]


async def test_a_server_that_slept_makes_up_for_the_latest_time_alone(world: World) -> None:
    task = await world.new(rewards(), once="2026-05-27T02:00:00Z", repeat="daily")
    world.watch.forward(days=10)
    assert await world.code(task) == "DONE"
    assert (await world.get(f"/tasks/{task}"))["state"]["last_run_date"] == "2026-06-05T02:00:00Z"
    assert len(world.stored("vouchers")) == 3


async def test_once_in_the_past_runs_at_the_next_look(world: World) -> None:
    task = await world.new(once="2020-01-01T00:00:00Z")
    assert await world.code(task) == "INPROGRESS"
    assert (await world.get(f"/tasks/{task}"))["state"]["last_run_date"] == "2026-05-26T14:35:00Z"


async def test_execute_ignores_the_plan_and_takes_it_up(world: World) -> None:
    task = await world.new(rewards())
    assert await world.execute(task) == "DONE"
    assert world.watch.waited == [3]
    assert len(world.stored("vouchers")) == 3
    world.watch.forward(days=2)
    assert await world.code(task) == "DONE"
    # Its time came, but it was READY no more.
    assert len(world.stored("vouchers")) == 3


async def test_executing_a_repeating_task_keeps_its_plan(world: World) -> None:
    task = await world.new(once="2026-05-27T02:00:00Z", repeat="weekly")
    await world.execute(task)
    world.watch.forward(days=1)
    await world.code(task)
    assert (await world.get(f"/tasks/{task}"))["state"]["last_run_date"] == "2026-05-27T02:00:00Z"


async def test_executing_twice_is_two_runs(world: World) -> None:
    task = await world.new(rewards())
    assert [await world.execute(task), await world.execute(task)] == ["DONE", "DONE"]
    assert len(world.stored("vouchers")) == 6


async def test_what_runs_already_is_409(world: World) -> None:
    task = await world.new(once="2026-05-26T14:35:00Z")
    assert await world.code(task) == "INPROGRESS"
    answer = await world.ask("POST", f"/tasks/{task}/execute")
    assert answer.status_code == 409
    assert answer.json()["error"]["name"] == "task_already_running"


async def test_a_failed_run_is_a_state_or_by_choice_an_error(tmp_path: Path, world: World) -> None:
    task = await world.new(rewards(99))
    assert await world.execute(task) == "ERROR"
    (tmp_path / "strict").mkdir()
    strict = World(tmp_path / "strict", settings=Settings(fault_status=500))
    task = await strict.new(rewards(99))
    answer = await strict.ask("POST", f"/tasks/{task}/execute")
    assert answer.status_code == 500
    assert answer.json()["error"]["name"] == "task_execution_failed"
    assert await strict.code(task) == "ERROR"
    await strict.close()


async def test_many_calls_at_once_are_one_run(tmp_path: Path) -> None:
    """Eight calls from two sites over one database: one runs, the others hear that it runs."""
    watch, gate = Watch(), threading.Event()

    def wait(_seconds: float) -> None:
        assert gate.wait(20)

    world = World(tmp_path)
    task = await world.new(rewards())
    sites = [
        build_site(world.url, clock=watch, zone=ZONE, sample=False, admin_token=ADMIN, pause=wait) for _ in "ab"
    ]
    import httpx

    clients = [httpx.AsyncClient(transport=httpx.ASGITransport(one.app), base_url="http://x") for one in sites]
    headers = {"Authorization": f"Bearer {ADMIN}"}
    calls = [
        asyncio.create_task(clients[place % 2].post(f"/tasks/{task}/execute", headers=headers))
        for place in range(8)
    ]
    refused = 0
    for done in asyncio.as_completed(calls):
        answer = await done
        if answer.status_code == 409:
            refused += 1
        if refused == 7:
            gate.set()
    assert sorted(call.result().status_code for call in calls) == [200] + [409] * 7
    assert len(world.stored("vouchers")) == 3
    for client in clients:
        await client.aclose()
    for site in sites:
        site.close()
    await world.close()


async def test_the_background_works_while_nobody_asks(tmp_path: Path) -> None:
    """The application's own lifespan, as uvicorn starts it, runs what is due."""
    world = World(tmp_path)
    task = await world.new(once="2026-05-26T14:35:10Z")
    world.watch.forward(seconds=20)
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    told: asyncio.Queue[str] = asyncio.Queue()

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        await told.put(message["type"])

    await inbox.put({"type": "lifespan.startup"})
    running = asyncio.ensure_future(world.site.app({"type": "lifespan", "state": {}}, inbox.get, send))
    assert await asyncio.wait_for(told.get(), 10) == "lifespan.startup.complete"
    async with asyncio.timeout(10):
        while await _stored_code(world, task) != "DONE":  # noqa: ASYNC110 - its own thread sets it
            await asyncio.sleep(0.01)
    await inbox.put({"type": "lifespan.shutdown"})
    assert await asyncio.wait_for(told.get(), 10) == "lifespan.shutdown.complete"
    await running
    await world.close()


async def _stored_code(world: World, task: int) -> str:
    from sqlalchemy import select

    from tui.embedded.spaaza import schema

    with world.database.read() as tx:
        return str(tx.execute(select(schema.tasks.c.code).where(schema.tasks.c.id == task)).scalar_one())


async def test_a_month_without_that_day_has_its_last_one(world: World) -> None:
    task = await world.new(export(), once="2026-05-31T10:00:00Z", repeat="monthly")
    runs = set()
    for _ in range(28):
        world.watch.forward(days=10)
        state = (await world.get(f"/tasks/{task}"))["state"]
        runs.add(state["last_run_date"])
    assert {"2026-06-30T10:00:00Z", "2026-07-31T10:00:00Z", "2027-02-28T10:00:00Z"} <= runs


@given(
    once=st.integers(0, 2**32),
    repeat=st.sampled_from([None, "daily", "weekly", "monthly"]),
    now=st.integers(0, 2**32),
)
def test_occurrences_stand_around_any_moment(once: int, repeat: str | None, now: int) -> None:
    last, upcoming = latest(once, repeat, now), following(once, repeat, now)
    assert (last is None) == (now < once)
    assert last is None or once <= last <= now
    assert upcoming is None if repeat is None and now >= once else upcoming is not None and upcoming > now
    if last is not None and upcoming is not None:
        assert upcoming - last <= 31 * DAY


@pytest.mark.parametrize("repeat", ["daily", "weekly", "monthly"])
def test_the_moment_itself_is_the_latest(repeat: str) -> None:
    assert latest(1_000_000, repeat, 1_000_000) == 1_000_000
    assert following(1_000_000, repeat, 999_999) == 1_000_000
