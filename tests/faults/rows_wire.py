"""F7, F8, F9, F13, F14: the line loses, doubles, delays, answers falsely, hangs, comes and goes."""

from __future__ import annotations

import asyncio

from tests.faults import deeds, line
from tests.faults.line import Fault
from tests.faults.person import Person
from tests.faults.registry import Row, played
from tests.faults.weather import AFTER, BEFORE, FALSE, REPEATED
from tests.faults.world import World
from tui.workbench.entry import EntryState

NO_LINE = (line.refused, line.no_name, line.no_route, line.bad_certificate, line.no_connection)
SILENT = (line.silence_before, line.silence_after)


def _begin(world: World) -> tuple[Person, str]:
    person = world.person("ana")
    return person, deeds.ALL[world.seed % len(deeds.ALL)]


async def _over(world: World, person: Person, deed: str, *, quiet: bool) -> None:
    """Good weather; what was handed over is done once, or it was said that it was not."""
    terminal = person.terminal
    if deed in deeds.QUEUED:
        await _met(person)
    world.expect(terminal.line.met > 0 or terminal.line.latency, "the fault was never met")
    await world.settle()
    seen = await deeds.attended(world, person)
    promise = deeds.last_promise(world)
    assert promise is not None, f"{deed} was not handed over"
    if deed in deeds.QUEUED:
        world.expect(deeds.done_once(world, deed), f"{deed} was not done exactly once")
        sent = [entry.id for entry in terminal.bench.outbox.entries(EntryState.SENT)]
        # A creation that somebody had to look for, and found in the list, is taken back.
        told = promise.request.idempotency_key in sent or (deed == "create" and seen)
        world.expect(told, f"{deed} was never called accepted")
        if quiet and deed != "create":
            world.expect(not seen, f"{deed} needed a person {seen} times")
    elif promise.failed_after is not None and not promise.held:
        before = [one for one in world.server.effects if one.number <= promise.failed_after]
        key = promise.request.idempotency_key
        numbers = {one.number for one in world.server.deliveries if one.key == key}
        world.expect(not any(one.by in numbers for one in before), f"{deed} was done and called failed")


async def _met(person: Person) -> None:
    """Wait until what waits for the sender has happened to it; each time it comes a little later."""
    for _ in range(60):
        if not person.terminal.line.plan or not person.terminal.bench.outbox.waiting():
            return
        await asyncio.sleep(2.0)


async def lost(world: World) -> None:
    """The request or its answer is lost, up to three times; sometimes the power goes in between."""
    chance = world.random
    person, deed = _begin(world)
    # 28 seeds in a row see every write with both, by a server that honours keys and by one that does not.
    faults = (BEFORE, AFTER)[world.seed // 7 % 2]
    world.server.honours_keys = world.seed // 14 % 2 == 0
    await deeds.ready(world, person, deed)
    person.terminal.line.next(deeds.PATHS[deed], chance.choice(faults), chance.choice((1, 1, 2, 3)))
    doing = asyncio.ensure_future(deeds.do(person, deed))
    if chance.random() < 0.3 and deed in deeds.QUEUED:
        await asyncio.sleep(chance.choice((0.5, 3.0, 16.0)))
        await asyncio.wait([doing])
        world.kill(person.terminal)
        person.leave()
        person.terminal.start()
    await doing
    await _over(world, person, deed, quiet=True)


async def killed(world: World) -> None:
    """kill -9 while the request or its answer is on the way, in either direction; and perhaps once more."""
    chance = world.random
    person, deed = _begin(world)
    deed = deed if deed in deeds.QUEUED else "create"
    world.server.honours_keys = world.seed // 7 % 2 == 1
    await deeds.ready(world, person, deed)
    terminal = person.terminal
    terminal.line.latency = 2.0
    doing = asyncio.ensure_future(deeds.do(person, deed))
    for _ in range(chance.choice((1, 1, 2))):
        await asyncio.sleep(chance.uniform(0.0, 8.0))
        world.kill(terminal)
        person.leave()
        doing.cancel()
        terminal.start()
        await asyncio.sleep(chance.choice((0.0, 9.0)))
    if deeds.last_promise(world) is not None and terminal.bench.outbox.entries():
        await _over(world, person, deed, quiet=True)


async def repeated(world: World) -> None:
    """The network delivers twice, or very late; or the first is still running."""
    chance = world.random
    person, deed = _begin(world)
    await deeds.ready(world, person, deed)
    busy = line.answered(409, '{"message": "The same request is still running."}')
    faults: tuple[Fault, ...] = (*REPEATED, line.late(chance.uniform(0, 200)), busy)
    person.terminal.line.next(deeds.PATHS[deed], chance.choice(faults), chance.choice((1, 1, 2)))
    await deeds.do(person, deed)
    await _over(world, person, deed, quiet=True)


async def overtaken(world: World) -> None:
    """An old request arrives after a newer one of the same person: the newer answer stays."""
    chance = world.random
    person = world.person("ana")
    await deeds.ready(world, person, "progress")
    person.terminal.line.next(deeds.PATHS["progress"], line.late(chance.uniform(20, 200)))
    await person.save()
    await asyncio.sleep(chance.uniform(0, 20))
    await person.type("fridge", "6")
    await person.save()
    await world.settle()
    await deeds.attended(world, person)
    world.expect(world.server.answers("1")["fridge"][0] == "6", "the older answer came over the newer one")


async def false_answers(world: World) -> None:
    """Something answers 200 (or a redirect) and it is not the server, or not about this."""
    chance = world.random
    person, deed = _begin(world)
    world.server.honours_keys = chance.random() < 0.5
    await deeds.ready(world, person, deed)
    false: tuple[Fault, ...] = (
        *FALSE,
        line.login_page(),
        line.answered(302, "", {"location": "https://wifi.example/"}),
        line.answered(200, '{"status": "success"}'),
        line.answered(200, '{"status": "success", "data": null}'),
        line.answered(200, '{"status": "success", "data": {"id": 999, "task_status_id": "done"}}'),
        line.answered(200, '{"data": {"id": 1, "task_status_id": "done"}}'),
        line.answered(201, '{"status": "success", "data": []}'),
        line.answered(204, ""),
    )
    terminal = person.terminal
    terminal.line.next(deeds.PATHS[deed], chance.choice(false), 2)
    if chance.random() < 0.5:
        terminal.line.next(r"GET .*/executions/\d+$", line.twisted(line.other_id))
    await deeds.do(person, deed)
    await asyncio.sleep(0.3)
    promise = deeds.last_promise(world)
    world.expect(promise is None or promise.accepted_after is None, f"{deed}: a false answer was believed")
    await _over(world, person, deed, quiet=True)


async def no_line(world: World) -> None:
    """No name, no route, a wrong certificate, or silence: typing goes on at once, and it is said in words."""
    chance = world.random
    person, deed = _begin(world)
    deed = deed if deed in deeds.QUEUED else "progress"
    terminal = person.terminal
    await deeds.ready(world, person, deed)
    fault = chance.choice(NO_LINE + SILENT)
    terminal.line.next(r".", fault, 1000)
    await deeds.do(person, deed)
    for text in ("1", "2", "3,5"):
        await asyncio.sleep(chance.uniform(0, 12))
        if person.state is not None and "portions" in person.state.entries:
            before = world.loop.time()
            await person.type("portions", text)
            world.expect(world.loop.time() - before < 0.1, "typing waited for the line")
    await asyncio.sleep(60.0)
    link = terminal.bench.link_state
    world.expect(link.state == "offline" and link.error is not None, f"without a line it says {link.state}")
    entries = terminal.bench.outbox.entries(EntryState.WAITING, EntryState.SENDING)
    world.expect(any(entry.reason is not None for entry in entries), "a waiting item does not say why")
    terminal.line.plan = []
    terminal.line.up = True
    taken = await world.drained()
    world.expect(taken < 90, f"{taken:.0f} s after the line was back it was not sent")
    await _over(world, person, deed, quiet=True)


async def flapping(world: World) -> None:
    """The line comes and goes every three seconds for ten minutes, and people work on."""
    chance = world.random
    people = [world.person("ana"), world.person("ben")]
    told: list[str] = []

    async def listen(person: Person) -> None:
        async for link in person.terminal.bench.link.watch():
            told.append(link.state)

    listening = [asyncio.ensure_future(listen(person)) for person in people]

    async def flap() -> None:
        for _ in range(200):
            await asyncio.sleep(3.0)
            for person in people:
                person.terminal.line.up = not person.terminal.line.up

    async def work(person: Person, task: str) -> None:
        await asyncio.sleep(1.0)
        await person.open(task)
        for number in range(6):
            await asyncio.sleep(chance.uniform(20, 90))
            if person.state is not None:
                await person.type("portions", str(number))
                await person.type("remark", f"round {number}")
                await person.save()

    await asyncio.gather(flap(), work(people[0], "1"), work(people[1], "2"))
    for one in listening:
        one.cancel()
    world.expect(len(told) <= 2 * 2 * 200, f"{len(told)} changes of the line were told in ten minutes")
    await world.settle()
    for person, task in zip(people, ("1", "2"), strict=True):
        await deeds.attended(world, person)
        world.expect(world.server.answers(task).get("portions", ("",))[0] == "5", f"{task} has an old answer")


ROWS = (
    Row("F7", "request or answer lost, all writes", played(lost), bounded=28, full=700),
    Row("F7b", "killed while it is being sent", played(killed), bounded=14, full=420),
    Row("F8", "delivered twice, late, still running", played(repeated), bounded=21, full=350),
    Row("F8b", "an old request overtaken by a newer one", played(overtaken), bounded=4, full=100),
    Row("F9", "login page, error, empty, cut, wrong ID", played(false_answers), bounded=28, full=420),
    Row("F13", "no name, wrong certificate, silence", played(no_line), bounded=14, full=210),
    Row("F14", "flapping line for ten minutes", played(flapping), bounded=2, full=40),
)
