"""The whole way of "run now": workbench, sender, client, a line that fails, embedded server. It runs once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.spaaza.desk import BERLIN, Desk
from tests.embedded.spaaza.world import World, rewards
from tui.model.action import Receipt
from tui.model.clock import CorrectedClock
from tui.model.errors import Refused, TaskError
from tui.model.execution import Key, Record
from tui.model.status import Phase
from tui.model.system import TaskSystem
from tui.workbench.desk import Desk as WorkDesk
from tui.workbench.entry import EntryState
from tui.workbench.journal import Journal
from tui.workbench.workbench import Workbench


class Bench:
    """A workbench on a desk, connected and not polling by itself."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.desk = Desk.at(world)

        async def connect() -> TaskSystem:
            return self.desk.client

        clock = CorrectedClock(world.watch)
        place = WorkDesk(
            profile="p", system="spaaza", title="Shop", zone=BERLIN, user="", owner="o", place="o",
            refresh_seconds=30, ahead_hours=0.0,
        )  # fmt: skip
        self.work = Workbench(place, Journal(folder / "journal.sqlite"), connect, clock)

    async def record(self, task: int) -> Record:
        return await self.work.records.load(Key("p", "spaaza", str(task)))

    async def run_now(self, task: int) -> Any:
        record = await self.record(task)
        action = record.action("execute")
        assert action is not None
        inputs = {field.key: field.default for field in action.inputs}
        return await self.work.submit(self.work.make_request(record, action, inputs=inputs))

    def states(self) -> list[EntryState]:
        return [entry.state for entry in self.work.outbox.entries()]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    world = World(tmp_path)
    made = Bench(world, tmp_path)
    await made.work.open()
    yield made
    await made.work.close()
    await world.close()


def cut(*, arrives: bool) -> Any:
    async def line(request: httpx.Request, on: Any) -> httpx.Response:
        if request.url.path.endswith("/execute"):
            if arrives:
                await on()
            raise httpx.ReadError("cut", request=request)
        answer: httpx.Response = await on()
        return answer

    return line


async def test_a_run_with_a_good_line(bench: Bench) -> None:
    task = await bench.world.new(rewards())
    receipt = await bench.run_now(task)
    assert isinstance(receipt, Receipt)
    assert receipt.status_raw == "DONE"
    assert (await bench.record(task)).execution.status.phase is Phase.DONE
    assert (bench.desk.line.executed, len(bench.world.stored("vouchers"))) == (1, 3)


@pytest.mark.parametrize(("campaign", "phase"), [(7, Phase.DONE), (99, Phase.BROKEN)])
async def test_a_lost_answer_ends_in_the_state_that_the_server_has(
    bench: Bench, campaign: int, phase: Phase
) -> None:
    task = await bench.world.new(rewards(campaign))
    bench.desk.line.cut = cut(arrives=True)
    assert isinstance(await bench.run_now(task), Receipt)
    for _ in range(3):
        await bench.work.sender.round()
    assert (await bench.record(task)).execution.status.phase is phase
    assert bench.desk.line.executed == 1
    assert len(bench.world.stored("vouchers")) == (3 if campaign == 7 else 0)


async def test_a_rewards_run_without_a_trace_is_held_for_a_person_and_never_sent_again(bench: Bench) -> None:
    task = await bench.world.new(rewards())
    bench.desk.line.cut = cut(arrives=False)
    with pytest.raises(TaskError):
        await bench.run_now(task)
    assert bench.states() == [EntryState.ATTENTION]
    bench.desk.line.cut = None
    for _ in range(3):
        await bench.work.sender.round()
    assert bench.desk.line.executed == 1
    assert bench.world.stored("vouchers") == []
    assert (await bench.record(task)).execution.status.phase is Phase.OPEN


async def test_two_presses_at_once_are_one_run(bench: Bench) -> None:
    task = await bench.world.new(rewards())
    done = await asyncio.gather(bench.run_now(task), bench.run_now(task), return_exceptions=True)
    assert sum(isinstance(one, Receipt) for one in done) == 1
    assert sum(isinstance(one, Refused) for one in done) == 1
    assert len(bench.world.stored("vouchers")) == 3
