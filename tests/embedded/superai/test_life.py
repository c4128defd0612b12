"""The sample's own life: nothing without time, one step at a time, and a picture with everything in it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

from sqlalchemy import select

from tests.embedded.superai.world import COMPLAINTS, INVOICES, REPLY, World
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.samples.superai import MOST_WAITING, OURS, next_run
from tui.embedded.superai import schema
from tui.embedded.superai.life import AT_WORK, BEGIN_SECONDS, STEP_SECONDS, STEP_SPREAD, Life

Picture = list[tuple[Any, ...]]


def life_of(world: World, database: Database | None = None) -> Life:
    return Life(database or world.database, SiteClock(world.hands, "Europe/Berlin"), OURS, next_run)


def picture(world: World) -> Picture:
    """Every attempt and every run, without what differs from site to site."""
    attempts, runs = schema.task_executions.c, schema.flow_executions.c
    with world.database.read() as tx:
        names = [attempts.task_name, attempts.task_execution_idx, attempts.processing_status, attempts.updated_at]
        found = [tuple(row) for row in tx.execute(select(*names))]
        found += [tuple(row) for row in tx.execute(select(runs.flow_id, runs.run_number, runs.status))]
    return sorted(found, key=repr)


def live_for(world: World, seconds: int, *lives: Life) -> None:
    for _ in range(seconds):
        world.hands.forward(seconds=1)
        for life in lives:
            life.tick()


def moved(world: World, still: Picture) -> None:
    while picture(world) == still:
        time.sleep(0.02)


async def test_without_time_nothing_moves(world: World) -> None:
    before = picture(world)
    life = life_of(world)
    for _ in range(5):
        life.tick()
    assert picture(world) == before
    live_for(world, STEP_SECONDS + STEP_SPREAD, life)
    assert picture(world) != before
    before = []
    while before != picture(world):
        before = picture(world)
        life.tick()
    for _ in range(5):
        life.tick()
    assert picture(world) == before


async def test_one_step_at_a_time(world: World) -> None:
    life = life_of(world)
    world.hands.forward(seconds=STEP_SECONDS + STEP_SPREAD)
    before = set(picture(world))
    life.tick()
    new = [row for row in picture(world) if row not in before]
    assert len({row[0] for row in new if len(row) == 4}) == 1


async def test_an_hour_has_everything_in_it(world: World) -> None:
    was = {run["id"] for flow in (INVOICES, COMPLAINTS) for run in await world.runs(flow)}
    live_for(world, 3600, life_of(world))
    runs = [
        run for flow in (INVOICES, COMPLAINTS) for run in await world.runs(flow, include_run_number="true")
    ]  # fmt: skip
    new = Counter(run["status"] for run in runs if run["id"] not in was)
    assert new["completed"] > 10
    assert new["awaiting_input"] >= 1
    assert new["failed"] >= 1
    assert sum(run["status"] in ("running", "queued") for run in runs) <= AT_WORK
    assert sum(run["status"] == "awaiting_input" for run in runs) <= MOST_WAITING
    begun = sorted(run["created_at"] for run in runs if run["id"] not in was)
    assert len(begun) <= 3600 // BEGIN_SECONDS
    failed = next(run for run in runs if run["id"] not in was and run["status"] == "failed")
    assert (await world.tasks(failed["id"]))["order", 0]["error"]["type"] == "ConnectTimeout"
    again = next(
        run for run in runs
        if run["id"] not in was and run["flow_id"] == COMPLAINTS and run["run_number"] % 3 == 0
        and run["status"] == "completed"
    )  # fmt: skip
    tried = await world.tasks(again["id"])
    assert [tried[REPLY, index]["status"] for index in (0, 1)] == ["failed", "completed"]


async def test_two_processes_over_one_database_take_turns(world: World) -> None:
    other = Database(world.url)
    live_for(world, 60, life_of(world), life_of(world, other))
    steps = Counter(row[:2] for row in picture(world) if len(row) == 4)
    assert max(steps.values()) <= len(await world.runs()) + len(await world.runs(COMPLAINTS))
    numbers = [run["run_number"] for run in await world.runs(COMPLAINTS, include_run_number="true")]
    assert len(set(numbers)) == len(numbers)
    other.close()


async def test_in_process_it_goes_on_whenever_it_is_looked_at(world: World) -> None:
    world.hands.forward(seconds=STEP_SECONDS + STEP_SPREAD)
    still = picture(world)
    await world.runs()
    assert len({row[0] for row in picture(world) if row not in still and len(row) == 4}) == 1


async def test_it_goes_on_while_it_is_served(world: World) -> None:
    world.hands.forward(minutes=5)
    still = picture(world)
    stop = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not started.is_set():
            return {"type": "lifespan.startup"}
        await stop.wait()
        return {"type": "lifespan.shutdown"}

    started = asyncio.Event()

    async def send(message: Any) -> None:
        assert message["type"] in ("lifespan.startup.complete", "lifespan.shutdown.complete")
        started.set()

    serving = asyncio.ensure_future(world.site.app({"type": "lifespan", "asgi": {}}, receive, send))
    async with asyncio.timeout(20):
        await asyncio.to_thread(moved, world, still)
    stop.set()
    await serving
