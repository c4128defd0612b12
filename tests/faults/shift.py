"""A shift of random people: what they do at their terminals, and what happens to these meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from tests.faults import ground
from tests.faults.clockwork import WrongClock
from tests.faults.person import Person
from tests.faults.weather import weather
from tests.faults.world import World
from tui.model.errors import TaskError
from tui.model.field import Value
from tui.model.plain import clean
from tui.workbench.journal import JournalError

Step = Callable[[], Awaitable[None]]

PAUSES = (0.0, 0.0, 0.3, 2.0, 6.0, 25.0, 90.0)
"""Seconds between two things that a person does."""

_WORDS = ("ramp", "hob", "sink", "yard", "cellar", "window", "fridge", "counter", "pallet")


class Shift:
    """One person at a terminal for ``steps`` random steps."""

    def __init__(self, world: World, person: Person, tasks: tuple[str, ...], steps: int) -> None:
        self.world = world
        self.person = person
        self.terminal = person.terminal
        self.chance = self.terminal.random
        self._tasks = tasks
        self._steps = steps
        self._made = 0
        everything: list[tuple[Step, int]] = [
            (self._answer, 20),
            (self._note, 5),
            (self._save, 22),
            (self._finish, 14),
            (self._deny, 3),
            (self._reset, 3),
            (self._status, 2),
            (self._create, 9),
            (self._open, 8),
            (self._attention, 8),
            (self._line, 6),
            (self._kill, 6),
            (self._restart, 3),
        ]
        self._choices = [step for step, _ in everything]
        self._weights = [weight for _, weight in everything]

    async def work(self) -> None:
        """The whole shift."""
        await asyncio.sleep(1.0)
        for _ in range(self._steps):
            await asyncio.sleep(self.chance.choice(PAUSES))
            if self.person.state is None:
                await self._open()
            (step,) = self.chance.choices(self._choices, self._weights)
            if self.person.state is not None or step in (self._line, self._kill, self._restart, self._create):
                await step()

    # -- at the form ------------------------------------------------------------------------------------

    async def _open(self) -> None:
        await self.person.open(self.chance.choice(self._tasks))

    async def _answer(self) -> None:
        person, chance, state = self.person, self.chance, self.person.state
        assert state is not None
        for _ in range(chance.randint(1, 3)):
            keys = state.answerable_keys()
            if not keys or person.state is not state:
                return
            field = chance.choice(keys)
            kind = state.entries[field].field.kind
            if kind == "number":
                await person.type(field, str(chance.choice(("3", "4,5", "-2", "7.0", "99", "x", ""))))
            elif kind == "choice":
                await person.pick(field, chance.choice(("yes", "no", "na")))
            elif kind == "multi_choice":
                await person.pick(field, list(chance.choice((["a"], ["a", "b"], ["c", "b"], []))))
            elif kind in ("text", "long_text"):
                await person.type(field, chance.choice(("", "L-1", "ok\nso far", f"{self.terminal.name} wrote")))
            elif kind == "file":
                self._made += 1
                words = f"{_WORDS[int(self.terminal.name[1:])]} {_WORDS[self._made % len(_WORDS)]}"
                await person.pick(field, photo(self.world, words))

    async def _note(self) -> None:
        state = self.person.state
        assert state is not None
        fields = [key for key in state.answerable_keys() if state.entries[key].field.allows_note]
        if fields:
            await self.person.note(self.chance.choice(fields), self.chance.choice(("", "wet", "seen")))

    async def _save(self) -> None:
        await self._answer()
        await self.person.save()

    async def _finish(self) -> None:
        state = self.person.state
        assert state is not None
        missing = set(state.missing())
        if "fridge" in missing:
            await self.person.type("fridge", "2")
        if "clean" in missing and self.person.state is state:
            await self.person.pick("clean", "no")
        if self.person.state is state:
            await self.person.finish()

    async def _deny(self) -> None:
        await self.person.deny(self.chance.choice(("closed", "no time")))

    async def _reset(self) -> None:
        await self.person.reset()

    async def _status(self) -> None:
        await self.person.set_status(self.chance.choice(("open", "in_progress")))

    async def _create(self) -> None:
        self._made += 1
        number = int(self.terminal.name[1:])
        moment = f"2026-05-11 {10 + number}:{self._made:02}:{self.chance.randrange(60):02}"
        await self.person.create(moment)

    async def _attention(self) -> None:
        if self.terminal.on:
            await attend(self.person)
        if self.person.state is not None and self.chance.random() < 0.7:
            await self.person.decide(mine=self.chance.random() < 0.6)

    # -- the terminal -----------------------------------------------------------------------------------

    async def _line(self) -> None:
        self.terminal.line.up = not self.terminal.line.up

    async def _kill(self) -> None:
        """kill -9 while something is being done, and a new start."""
        doing = asyncio.ensure_future(self._doing())
        await asyncio.sleep(self.chance.choice((0.0, 0.0, 0.1, 1.0, 4.0)))
        self.world.kill(self.terminal)
        doing.cancel()
        with suppress(asyncio.CancelledError):
            await doing
        await self._again(self.chance.choice((0.0, 3.0, 30.0)))

    async def _doing(self) -> None:
        if self.person.state is not None:
            await self.chance.choice((self._answer, self._save, self._save, self._finish))()

    async def _restart(self) -> None:
        await self.terminal.stop()
        await self._again(self.chance.choice((0.0, 10.0, 600.0)))

    async def _again(self, pause: float) -> None:
        self.person.leave()
        await asyncio.sleep(pause)
        self.terminal.start()


def photo(world: World, name: str) -> Value:
    """A new file of this machine, as an answer."""
    path = world.folder / "camera" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n" + name.encode() * 20)
    return {"path": str(path)}


async def attend(person: Person, *, rest: bool = False) -> None:
    """Somebody looks at what needs attention. ``rest``: everything, else perhaps one."""
    chance = person.terminal.random
    for entry in person.attention():
        roll = chance.random()
        if entry.request.slot == "create":
            await _look_for_created(person, entry)
        elif roll < 0.5:
            await person.look_and_send(entry)
        elif roll < 0.7:
            await person.send_again(entry)
        elif roll < 0.9:
            await person.take_back(entry)
        if not rest:
            return


async def _look_for_created(person: Person, entry: Any) -> None:
    """As the words say: look in the list; if it is there, take the entry back, else send it again."""
    live = person.terminal.bench.live
    try:
        await live.load()
    except TaskError:
        return
    moment = entry.request.inputs["for_execution_date"]
    zone = person.terminal.bench.desk.zone
    shown = {f"{row.due.astimezone(zone):%Y-%m-%d %H:%M:%S}" for row in live.rows.values() if row.due}
    await (person.take_back(entry) if clean(moment) in shown else person.send_again(entry))


async def trouble(world: World) -> None:
    """What happens to everybody: tokens, backups, clocks."""
    chance = world.random
    roll = chance.random()
    await asyncio.sleep(chance.uniform(0, 60))
    if roll < 0.12:
        await _token(world)
    elif roll < 0.20:
        clock = chance.choice(world.terminals).clock
        assert isinstance(clock, WrongClock)
        clock.wrong_by = timedelta(seconds=chance.choice((3600, -3600, 86400, -86400, -56 * 365 * 86400)))
    elif roll < 0.23:
        backup = world.folder / "backup.sqlite"
        world.server.back_up(backup)
        await asyncio.sleep(chance.uniform(5, 60))
        await world.restore(backup)
    elif roll < 0.26:
        field = chance.choice(("batch", "portions"))
        world.server.change("UPDATE form_fields SET deleted_at = ? WHERE key = ?", ground.STAMP, field)


async def _token(world: World) -> None:
    """A token is not good any more, and then it is."""
    held = world.server.db.execute("SELECT token_hash, user_id, created_at FROM tokens").fetchall()
    world.server.change("DELETE FROM tokens")
    await asyncio.sleep(world.random.uniform(1, 100))
    for row in held:
        world.server.change("INSERT INTO tokens VALUES (?, ?, ?)", *row)


async def random_shift(world: World) -> None:
    """Everything at once, from the world's seed (F36)."""
    chance = world.random
    world.server.honours_keys = keys = chance.random() < 0.5
    tasks = tuple(chance.sample(("1", "2", "3", "4"), chance.randint(1, 2)))
    users = ["ana", "ben"][: chance.choice((1, 1, 2, 2, 2))]
    seats = [(user, "") for user in users]
    if chance.random() < 0.15:
        seats.append(("ana", "t1"))
    shifts = []
    for user, home in seats:
        terminal = world.terminal(user, home=home, clock=WrongClock(world.time), refresh_seconds=300.0)
        terminal.line.latency = chance.choice((0.0, 0.0, 0.5, 4.0))
        terminal.line.chance = weather(terminal.random, chance.choice((0.0, 0.15, 0.4, 0.7)), keys=keys)
        shifts.append(Shift(world, Person(terminal), tasks, chance.randint(3, 7)))
    await asyncio.gather(trouble(world), *(shift.work() for shift in shifts))
    await world.settle()
    for _ in range(2):
        if not any(shift.person.attention() for shift in shifts):
            break
        for shift in shifts:
            with suppress(JournalError):
                await attend(shift.person, rest=True)
        await world.drained()
    if chance.random() < 0.3:
        await world.lists_agree()
