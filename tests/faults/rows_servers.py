"""F25, F30, F32, F33: the clock jumps, the server comes from a backup, the application or the tenant changes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from tests.faults import deeds, ground
from tests.faults.clockwork import WrongClock
from tests.faults.person import Person
from tests.faults.registry import Row, played
from tests.faults.terminal import JOURNAL
from tests.faults.world import World
from tui.workbench.entry import EntryState
from tui.workbench.journal import Journal, JournalError
from tui.workbench.schema import MIGRATIONS

_JUMPS = (3600, -3600, 86400, -86400, -56 * 365 * 86400)


async def clock_jumps(world: World) -> None:
    """A terminal's clock jumps by an hour, a day, to 1970: the order stays, and everything goes out."""
    chance = world.random
    clock = WrongClock(world.time)
    person = Person(world.terminal("ana", clock=clock))
    terminal = person.terminal
    await asyncio.sleep(1.0)
    await person.open("1")
    terminal.line.up = chance.random() < 0.3
    for number in range(5):
        await person.type("portions", str(number))
        await person.save()
        if chance.random() < 0.6:
            clock.wrong_by = timedelta(seconds=chance.choice(_JUMPS))
        await asyncio.sleep(chance.choice((1.0, 30.0)))
        if chance.random() < 0.2:
            world.kill(terminal)
            person.leave()
            terminal.start()
            await asyncio.sleep(1.0)
            await person.open("1")
    await world.good_weather()
    taken = await world.drained()
    world.expect(taken < 120, f"with a wrong clock it took {taken:.0f} s")
    await deeds.attended(world, person)
    values = [one.new for one in world.server.effects if one.kind == "answer" and one.field == "portions"]
    world.expect(values == sorted(values) and values[-1] == "4", f"the order became {values}")
    offset = abs((terminal.bench.clock() - world.time()).total_seconds())
    world.expect(offset < 3, f"the corrected clock is wrong by {offset:.0f} s")
    world.expect(terminal.bench.live.now.as_of is not None, "there is no list")


async def from_backup(world: World) -> None:
    """The server goes back to a backup: what vanished is said where it is met, is kept, and can be sent again."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    await asyncio.sleep(1.0)
    backup = world.folder / "backup.sqlite"
    world.server.back_up(backup)
    await person.create(deeds.MOMENT, str(ground.ALWAYS))
    await person.open("1")
    await person.type("fridge", "4")
    await person.save()
    await world.drained()
    made = next((one.task for one in world.server.effects if one.kind == "created"), "")
    await person.open(made)
    terminal.line.up = False
    await person.type("batch", "L-5")
    await person.save()
    await person.open("1")
    await person.type("batch", "L-6")
    await person.save()
    await world.restore(backup)
    if chance.random() < 0.5:
        world.kill(terminal)
        person.leave()
        terminal.start()
    await world.settle()
    held = terminal.bench.outbox.entries(EntryState.ATTENTION)
    world.expect([entry.request.key_id for entry in held] == [made], "the vanished execution is not named")
    world.expect(world.server.answers("1")["batch"][0] == "L-6", "the other item was not sent")
    sent = {entry.request.slot for entry in terminal.bench.outbox.entries(EntryState.SENT)}
    world.expect({"create", "save"} <= sent, "what was sent before is not kept any more")
    world.expect(terminal.key(made) not in terminal.bench.live.rows, "the vanished execution is still in the list")
    await person.open("1")
    await person.type("fridge", "4")
    await person.save()
    await world.drained()
    world.expect(world.server.answers("1")["fridge"][0] == "4", "it could not be sent again")


async def update_and_back(world: World) -> None:
    """The application is updated with a waiting queue, set back, and updated again: nothing is touched blindly."""
    person = world.person("ana")
    terminal = person.terminal
    await deeds.ready(world, person, "progress")
    terminal.line.up = False
    await person.save()
    person.leave()
    await terminal.stop()
    path = terminal.folder / JOURNAL
    newer = (*MIGRATIONS, "ALTER TABLE outbox ADD COLUMN colour TEXT NOT NULL DEFAULT '';")
    after = Journal(path, migrations=newer)
    count = after.read("SELECT count(*) FROM outbox WHERE state = 'waiting' AND colour = ''")[0][0]
    world.expect(count == 1, "the newer version does not read the queue")
    after.close()
    before = path.read_bytes()
    refused = False
    try:
        Journal(path).close()
    except JournalError as error:
        refused = "newer" in str(error)
    world.expect(refused and path.read_bytes() == before, "the older version touched the newer one's data")
    backups = list(terminal.folder.glob("*backup*"))
    world.expect(len(backups) == 1, "the update kept no copy of what was there")
    if backups:
        # Whoever goes back takes the copy.
        for name in terminal.folder.glob(f"{JOURNAL}*"):
            if name != backups[0]:
                name.unlink()
        backups[0].rename(path)
    terminal.start()
    await world.settle()
    world.expect(deeds.done_once(world, "progress"), "the queue did not survive the update and the way back")


async def other_tenant(world: World) -> None:
    """The profile is switched to another tenant or person under a queue: nothing goes to the wrong one."""
    person = world.person("ana")
    first = person.terminal
    await deeds.ready(world, person, "finish")
    first.line.up = False
    await person.finish()
    person.leave()
    await first.stop()
    second = world.terminal("ben", home="t1", on=False)
    second.profile, second.owner = "elsewhere", "elsewhere:ben"
    second.start()
    other = Person(second)
    await asyncio.sleep(world.random.choice((1.0, 200.0)))
    await other.open("2")
    await other.type("fridge", "6")
    await other.save()
    await asyncio.sleep(60.0)
    keys = {one.key for one in world.server.deliveries if one.terminal == second.name and one.key}
    world.expect(not keys & {entry for entry, one in world.trace.promises.items() if one.author == first.author},
                 "an item of one tenant went to another")  # fmt: skip
    world.expect(second.bench.outbox.waiting() == 0, "the other tenant's own item waits")
    world.expect(second.bench.drafts.load(second.key("1")) is None, "a draft is shown to another tenant")
    with suppress(JournalError):
        await second.stop()
    await world.settle()
    world.expect(deeds.done_once(world, "finish"), "back at the first tenant it was not sent once")
    world.expect(world.server.status("2") != "open", "the other tenant's item was not sent")


ROWS = (
    Row("F25", "clock jumps, an hour, a day, to 1970", played(clock_jumps), bounded=6, full=150),
    Row("F30", "server restored from a backup", played(from_backup), bounded=2, full=60),
    Row("F32", "update with a waiting queue, and back", played(update_and_back), bounded=1, full=10),
    Row("F33", "tenant switched under a queue", played(other_tenant), bounded=2, full=40),
)
