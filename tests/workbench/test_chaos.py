"""A random mix of faults, kills and people, from named seeds: everything arrives, in order, exactly once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest

from tests.workbench.bench import Bench
from tests.workbench.site import CREATE, Fault, ManualTime, Site, request
from tui.model.action import Request
from tui.model.errors import NotTheServer, Refused, ServerFault, TaskError, Throttled, Unreachable
from tui.workbench.entry import EntryState

EXECUTIONS = 4
REQUESTS = 24


def trouble(chance: random.Random) -> Fault:
    lost: list[TaskError] = [Unreachable(maybe_done=True), ServerFault(), NotTheServer()]
    plain: list[TaskError] = [*lost, Unreachable(), Throttled(seconds=5), Refused(busy=True)]
    roll = chance.random()
    if roll < 0.4:
        return Fault()
    if roll < 0.7:
        return Fault(after=chance.choice(lost))
    return Fault(before=chance.choice(plain))


def requests_of(chance: random.Random) -> list[Request]:
    made = []
    for number in range(REQUESTS):
        if chance.random() < 0.15:
            made.append(request("", CREATE, inputs={"title": f"New {number}"}))
        else:
            made.append(request(str(chance.randint(1, EXECUTIONS)), **{f"f{number}": str(number)}))  # type: ignore[arg-type]
    return made


async def person(bench: Bench) -> None:
    """Somebody looks at what needs attention and wants it sent."""
    for entry in bench.workbench.outbox.entries(EntryState.ATTENTION):
        await bench.workbench.outbox.retry(entry.id)


@pytest.mark.parametrize("seed", range(12))
async def test_everything_arrives_in_order_exactly_once(
    benches: Callable[..., Bench], site: Site, time: ManualTime, seed: int
) -> None:
    chance = random.Random(seed)
    site.truth |= Site(EXECUTIONS).truth
    for method in ("perform", "reconcile", "show", "list", "count"):
        faults = [trouble(chance) for _ in range(40)]
        # What only reads has no effect that an answer could hide.
        site.faults[method] = faults if method == "perform" else [Fault(before=each.before) for each in faults]
    made = requests_of(chance)
    site.more_questions = [f"f{number}" for number in range(REQUESTS)]
    running = [benches(), benches()]
    for each in made:
        await chance.choice(running).workbench.outbox.add(each)
        if chance.random() < 0.5:
            await chance.choice(running).workbench.sender.round()
        if chance.random() < 0.2:
            # A process that takes an entry and is killed: its lease must run out.
            await chance.choice(running).workbench.outbox.claim()
        time.pass_(chance.choice([0, 1, 10, 70]))
    for _ in range(400):
        await asyncio.gather(*(bench.workbench.sender.round() for bench in running))
        await person(running[0])
        time.pass_(61)
        if set(running[0].states()) == {EntryState.SENT}:
            break
    assert set(running[0].states()) == {EntryState.SENT}
    for key_id in map(str, range(1, EXECUTIONS + 1)):
        asked = [each.values for each in made if each.key_id == key_id]
        assert [values for _, done_id, values in site.done if done_id == key_id] == asked
    titles = [values["title"] for action, _, values in site.done if action == "create"]
    assert sorted(map(str, titles)) == sorted(str(each.inputs["title"]) for each in made if not each.key_id)
    assert running[0].workbench.history.verify() is None
