"""F15, F16, F27: two people (or one on two terminals, or two windows on one folder) and one checklist."""

from __future__ import annotations

import asyncio

from tests.faults import deeds, line
from tests.faults.person import Person
from tests.faults.registry import Row, played
from tests.faults.shift import Shift, attend
from tests.faults.world import World
from tui.workbench.entry import EntryState


async def _both_open(world: World) -> tuple[Person, Person]:
    ana, ben = world.person("ana"), world.person("ben")
    await asyncio.sleep(1.0)
    await ana.open("1")
    await ben.open("1")
    return ana, ben


def _value(world: World, field: str) -> object:
    return world.server.answers("1").get(field, (None, ""))[0]


async def different_fields(world: World) -> None:
    """Both edit different fields; one of them perhaps without a line: both are there in the end."""
    ana, ben = await _both_open(world)
    ana.terminal.line.up = world.random.random() < 0.5
    await ana.type("fridge", "3")
    await ana.note("clean", "by ana")
    await ben.pick("clean", "no")
    await ben.type("remark", "by ben")
    await asyncio.gather(ana.save(), ben.save())
    await asyncio.sleep(world.random.choice((1.0, 60.0, 4000.0)))
    await world.settle()
    held = await deeds.attended(world, ana) + await deeds.attended(world, ben)
    world.expect(not held, "different fields are called a conflict")
    world.expect((_value(world, "fridge"), _value(world, "remark")) == ("3", "by ben"), "an answer is missing")
    world.expect(world.server.answers("1")["clean"] == ("no", "by ana"), "answer and note did not both stay")


async def same_field(world: World) -> None:
    """Both edit the same field: the later one sees both, and the person decides."""
    chance = world.random
    ana, ben = await _both_open(world)
    ana.terminal.line.up = False
    await ana.type("fridge", "3")
    await ana.pick("clean", "yes")
    await (ana.finish() if chance.random() < 0.3 else ana.save())
    if chance.random() < 0.5:
        world.kill(ana.terminal)
        ana.leave()
        ana.terminal.start()
    await ben.type("fridge", "7")
    await ben.save()
    await asyncio.sleep(chance.choice((2.0, 60.0)))
    await world.settle()
    held = ana.attention()
    world.expect(len(held) == 1 and held[0].fields, "the conflict is not told by its field")
    world.expect(_value(world, "fridge") == "7", "the colleague's answer is gone before anybody saw both")
    mine = chance.random() < 0.5
    if held and await ana.open("1"):
        assert ana.state is not None
        world.expect(list(ana.state.conflicts()) == ["fridge"], "the form does not show both answers")
        await ana.decide(mine=mine)
        await (ana.save() if mine else ana.take_back(held[0]))
    await world.settle()
    world.expect(_value(world, "fridge") == ("3" if mine else "7"), "what was decided is not what is there")
    events = [row.event for row in ana.terminal.bench.history.entries()]
    world.expect(any(event.new.get("fridge") == "3" for event in events), "the own answer is not in the trail")


async def ended_by_another(world: World) -> None:
    """One finishes, denies or resets while the other has answers, with a line or without (F15, F16)."""
    chance = world.random
    ana, ben = await _both_open(world)
    ana.terminal.line.up = chance.random() < 0.3
    await ana.type("remark", "what ana saw")
    await ana.type("fridge", "3")
    what = chance.choice(("finish", "deny", "reset"))
    await ben.type("fridge", "7")
    await ben.pick("clean", "yes")
    await (ben.deny("closed") if what == "deny" else ben.finish())
    await asyncio.sleep(30.0)
    if what == "reset":
        await ben.open("1")
        await ben.reset()
    doing = chance.choice((ana.save, ana.finish))
    await doing()
    await asyncio.sleep(60.0)
    await world.settle()
    entries = ana.terminal.bench.outbox.entries()
    kept = ana.terminal.bench.drafts.load(ana.terminal.key("1"))
    if what != "reset":
        for entry in entries:
            world.expect(entry.state is EntryState.ATTENTION and entry.reason is not None, f"{entry.state}")
        world.expect(kept is not None and kept.fields["remark"].text == "what ana saw", "the answers are not kept")
        if await ana.open("1"):
            assert ana.state is not None
            world.expect("remark" in ana.state.kept_back(), "the kept answer is not shown")
    for _ in range(2):
        await attend(ana, rest=True)
        await world.drained()


async def reopened(world: World) -> None:
    """A finish or denial arrives and its answer does not; a colleague opens the task again: that stays so."""
    chance = world.random
    world.server.honours_keys = world.seed % 2 == 0
    ana, ben = world.person("ana"), world.person("ben")
    deed = chance.choice(("finish", "deny"))
    await deeds.ready(world, ana, deed)
    ana.terminal.line.next(deeds.PATHS[deed], line.silence_after)
    await deeds.do(ana, deed)
    await asyncio.sleep(chance.uniform(1.0, 12.0))
    await ben.open("1")
    await ben.reset()
    await asyncio.sleep(30.0)
    await world.settle()
    world.expect(world.server.status("1") == "in_progress", f"a repeated {deed} undid the colleague's reset")


async def two_windows(world: World) -> None:
    """Two windows of one person on one data folder, or one person on two terminals; one is killed."""
    chance = world.random
    home = "t1" if chance.random() < 0.6 else ""
    people = [Person(world.terminal("ana")), Person(world.terminal("ana", home=home))]
    shifts = [Shift(world, person, ("1", "2"), 5) for person in people]
    for person in people:
        person.terminal.line.latency = chance.choice((0.0, 2.0))
    await asyncio.gather(*(shift.work() for shift in shifts))
    await world.settle()
    for person in people:
        await attend(person, rest=True)
        await world.drained()
    await world.lists_agree()


async def taken_over(world: World) -> None:
    """A killed window's items are taken over by the other one within ten seconds."""
    chance = world.random
    first, second = world.terminal("ana"), world.terminal("ana", home="t1", refresh_seconds=5.0)
    person = Person(first)
    await deeds.ready(world, person, "progress")
    first.line.latency = 8.0
    await person.save()
    await asyncio.sleep(chance.uniform(0.0, 6.0))
    world.kill(first)
    person.leave()
    began = world.loop.time()
    settled = second.bench.outbox.changes.watch()
    while second.bench.outbox.waiting():
        await anext(settled)
    taken = world.loop.time() - began
    world.expect(taken <= 10.5, f"the items of a killed window waited for {taken:.1f} s")
    world.expect(deeds.done_once(world, "progress"), "it was not done")


ROWS = (
    Row("F15", "two people, different fields", played(different_fields), bounded=4, full=100),
    Row("F15b", "two people, the same field", played(same_field), bounded=6, full=100),
    Row("F15c", "answer lost, then reset by a colleague", played(reopened), bounded=4, full=60),
    Row("F16", "finished, denied or reset by another", played(ended_by_another), bounded=8, full=150),
    Row("F27", "two windows, or one person twice", played(two_windows), bounded=4, full=300),
    Row("F27b", "a killed window's items are taken over", played(taken_over), bounded=3, full=60),
)
