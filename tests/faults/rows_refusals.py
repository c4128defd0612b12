"""F10, F11, F12: the token is refused in mid-queue, one item of many is bad, the server asks to wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise

import httpx

from tests.faults import ground, line
from tests.faults.person import Person
from tests.faults.registry import Row, played
from tests.faults.terminal import Terminal
from tests.faults.world import World
from tui.workbench.entry import EntryState

_WRITES = ("POST", "PUT")
MOST_IN_A_MINUTE = 40
"""Requests of one terminal to a server that is not well."""


def more_executions(world: World, count: int) -> list[str]:
    """``count`` further executions of the same round; their IDs."""
    server = world.server
    first = 100
    for ident in range(first, first + count):
        server.change(
            "INSERT INTO tasks (id, task_assignment_id, task_template_id, task_status_id, for_execution_date,"
            " department_id, achieved_points, max_points, created_at, updated_at)"
            " VALUES (?, ?, ?, 'open', ?, 1, 0, 1, ?, ?)",
            *(ident, ground.ALWAYS, ground.ROUND, f"2026-05-11 {6 + ident % 12:02}:30:00"),
            *(ground.STAMP, ground.STAMP),
        )
    return [str(ident) for ident in range(first, first + count)]


async def answered_offline(world: World, person: Person, tasks: list[str]) -> None:
    """Answers for many executions, none of which can be sent yet."""
    await asyncio.sleep(1.0)
    line_ = person.terminal.line
    line_.next("PUT ", line.no_route, 1_000_000)
    for task in tasks:
        await person.open(task)
        await person.type("fridge", "5")
        await person.type("batch", f"L-{task}")
        await person.save()
    line_.up, line_.plan = False, []


def _sent(terminal: Terminal) -> int:
    return len(terminal.bench.outbox.entries(EntryState.SENT))


async def token_refused(world: World) -> None:
    """The token is not accepted from the n-th item on; it is replaced; everything goes out."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    tasks = more_executions(world, 6)
    await answered_offline(world, person, tasks)
    good = chance.randrange(6)
    held = world.server.db.execute("SELECT token_hash, user_id, created_at FROM tokens").fetchall()
    by_server = chance.random() < 0.5
    answer = line.answered(chance.choice((401, 403)), '{"message": "Unauthenticated."}')

    async def spoil(exchange: line.Exchange) -> httpx.Response:
        nonlocal good
        good -= 1
        if good >= 0:
            return await exchange.deliver()
        if by_server:
            world.server.change("DELETE FROM tokens")
            return await exchange.deliver()
        terminal.line.plan = []
        terminal.line.next(".", answer, 10_000)
        return await answer(exchange)

    terminal.line.next(r"PUT .*/progress$", spoil, 10_000)
    terminal.line.up = True
    terminal.bench.live.refresh()
    await asyncio.sleep(120.0)
    outbox = terminal.bench.outbox
    world.expect(outbox.paused() == 6 - _sent(terminal) > 0, "the queue is not held")
    world.expect(terminal.bench.link_state.state == "refused", "it is not said that the token is refused")
    before = len(terminal.line.asked)
    await asyncio.sleep(600.0)
    asked = len(terminal.line.asked) - before
    world.expect(asked <= 40, f"{asked} requests in ten minutes with a token that is not accepted")
    if chance.random() < 0.5:
        world.kill(terminal)
        person.leave()
        terminal.start()
    terminal.line.plan = []
    for row in held if by_server else ():
        world.server.change("INSERT INTO tokens VALUES (?, ?, ?)", *row)
    if chance.random() < 0.5:
        terminal.bench.live.refresh()
    taken = await world.drained()
    world.expect(taken < 90, f"{taken:.0f} s after the token was good again the items were still held")
    world.expect(_sent(terminal) == 6, "not all was sent after the token was good again")


async def one_of_many(world: World, count: int = 30) -> None:
    """One item of many is refused by the server's rules; all others go out, and it is named."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    tasks = more_executions(world, count)
    await answered_offline(world, person, tasks)
    bad = chance.sample(tasks, chance.choice((1, 1, 3)))
    refusal = '{"message": "The given data was invalid.", "errors": {"fridge": ["Too warm."]}}'
    for task in bad:
        answer = line.answered(chance.choice((422, 422, 404, 409)), refusal)
        terminal.line.next(rf"PUT .*/{task}/progress$", answer, 10_000)
    terminal.line.up = True
    terminal.bench.live.refresh()
    await asyncio.sleep(120.0)
    held = terminal.bench.outbox.entries(EntryState.ATTENTION)
    world.expect({entry.request.key_id for entry in held} == set(bad), "other items than the bad ones are held")
    world.expect(_sent(terminal) == count - len(bad), "the good items were not all sent")
    world.expect(all(entry.reason is not None for entry in held), "a refused item does not say why")
    terminal.line.plan = []
    for entry in held:
        await person.send_again(entry)
    await world.drained()
    world.expect(_sent(terminal) == count, "a refused item could not be sent again")


async def one_of_a_thousand(world: World) -> None:
    """The same at the volume at which other people's queues broke."""
    await one_of_many(world, 1000)


async def asked_to_wait(world: World) -> None:
    """429 or 503, with a time or without: nobody asks before that time, and nobody hammers."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    await answered_offline(world, person, more_executions(world, 3))
    seconds = chance.choice((0, 7, 45, 300))
    status = chance.choice((429, 503))
    headers = {"retry-after": str(seconds)} if seconds else {}
    terminal.line.next(".", line.answered(status, '{"message": "Not now."}', headers), 10_000)
    terminal.line.up = True
    terminal.bench.live.refresh()
    began = world.loop.time() + 0.5
    await asyncio.sleep(900.0)
    asked = [(at, what) for at, what in terminal.line.asked if at >= began]
    world.expect(len(asked) < MOST_IN_A_MINUTE * 15, f"{len(asked)} requests in 15 minutes")
    writes = [at for at, what in asked if what.startswith(_WRITES)]
    gaps = [after - before for before, after in pairwise(writes)]
    world.expect(not gaps or not seconds or min(gaps) >= seconds - 0.01, f"a write came {gaps} s after the last")
    world.expect(terminal.bench.outbox.attention() == 0, "being asked to wait is called a refusal")
    terminal.line.plan = []
    taken = await world.drained()
    world.expect(taken < seconds + 90, f"{taken:.0f} s after the server was well again it was not sent")


async def _each_has_one(world: World, terminals: int) -> list[Person]:
    people = [world.person(world.random.choice(("ana", "ben", "cem"))) for _ in range(terminals)]
    tasks = more_executions(world, terminals)
    await asyncio.gather(
        *(answered_offline(world, person, [task]) for person, task in zip(people, tasks, strict=True))
    )
    return people


def _first_writes(people: list[Person], since: float) -> list[float]:
    return sorted(
        next(at for at, what in person.terminal.line.asked if at >= since and what.startswith(_WRITES)) - since
        for person in people
    )


async def many_are_told_to_wait(world: World, terminals: int = 8) -> None:
    """A server in maintenance tells all of them the same time in one moment: each comes after it by itself."""
    people = await _each_has_one(world, terminals)
    seconds = world.random.choice((60, 120))
    told = line.answered(503, "{}", {"retry-after": str(seconds)})
    for person in people:
        person.terminal.line.next(".", told, 10_000)
        person.terminal.line.up = True
        person.terminal.bench.live.refresh()
        person.terminal.bench.sender.wake()
    since = world.loop.time()
    await asyncio.sleep(1.0)
    for person in people:
        person.terminal.line.plan = []
    await world.drained()
    firsts = _first_writes(people, since)
    together = max(sum(one <= other <= one + 1.0 for other in firsts) for one in firsts)
    world.expect(together <= 0.75 * terminals, f"{together} of {terminals} terminals came in one second: {firsts}")


async def many_come_back(world: World, terminals: int = 8) -> None:
    """After half an hour without a server many terminals come back, and not in one moment."""
    people = await _each_has_one(world, terminals)
    began = world.loop.time()
    await asyncio.sleep(1800.0)
    per_minute = max(
        Counter(int(at) // 60 for at, _ in person.terminal.line.asked if at > began + 300).most_common(1)[0][1]
        for person in people
    )
    world.expect(per_minute <= 60, f"a terminal without a server asks {per_minute} times a minute")
    back = world.loop.time()
    for person in people:
        person.terminal.line.up = True
    await world.drained()
    firsts = _first_writes(people, back)
    together = max(sum(one <= other <= one + 1.0 for other in firsts) for one in firsts)
    world.expect(together <= 0.75 * terminals, f"{together} of {terminals} terminals came in one second: {firsts}")
    world.expect(firsts[-1] <= 75.0, f"the last terminal came after {firsts[-1]:.0f} s")


ROWS = (
    Row("F10", "token refused in mid-queue, good again", played(token_refused), bounded=4, full=100),
    Row("F11", "one bad item among many", played(one_of_many), bounded=2, full=20),
    Row("F11b", "one bad item among 1,000", played(one_of_a_thousand), bounded=0, full=1, apart=True),
    Row("F12", "429 and 503, with and without a time", played(asked_to_wait), bounded=8, full=100),
    Row("F12c", "many are told the same time to wait", played(many_are_told_to_wait), bounded=1, full=20),
    Row("F12b", "many terminals come back at once", played(many_come_back), bounded=1, full=20),
)
