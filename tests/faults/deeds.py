"""The writes of Intratool as a person does them, one by one: made ready, then done."""

from __future__ import annotations

import asyncio

from tests.faults.person import Person
from tests.faults.shift import attend, photo
from tests.faults.trace import Promise
from tests.faults.world import World

SIX = ("progress", "finish", "deny", "reset", "status", "create")
"""The documented writes; the first three wait for the line, create waits and is never repeated blindly."""

ALL = (*SIX, "upload")
QUEUED = ("progress", "finish", "deny", "create", "upload")

PATHS = {
    "progress": r"PUT .*/progress$",
    "finish": r"POST .*/progress/finish$",
    "deny": r"POST .*/deny$",
    "reset": r"POST .*/reset$",
    "status": r"PUT .*/status$",
    "create": r"POST /api/tasks-2/executions$",
    "upload": r"POST .*/progress$",
}

MOMENT = "2026-05-11 11:11:11"


async def ready(world: World, person: Person, deed: str, task: str = "1") -> None:
    """Come to the point where only one more key is missing."""
    await asyncio.sleep(1.0)
    task = "4" if deed == "upload" else task
    await person.open(task)
    if deed == "upload":
        await person.pick("photo", photo(world, f"pallet {world.seed}"))
        return
    if deed == "create":
        # Whoever has once begun a new task can do so without a line.
        await person.terminal.bench.new_action(None)
        await person.terminal.bench.choices("assignments")
        return
    await person.type("fridge", "4,5")
    await person.pick("clean", "yes")
    await person.note("clean", "still wet")
    if deed == "reset":
        await person.finish()
        await world.drained()
        await person.rest()
        await person.open(task)


async def do(person: Person, deed: str) -> None:
    """Press it."""
    if deed in ("progress", "upload"):
        await person.save()
    elif deed == "finish":
        await person.finish()
    elif deed == "deny":
        await person.deny("closed")
    elif deed == "reset":
        await person.reset()
    elif deed == "status":
        await person.set_status("in_progress")
    else:
        await person.create(MOMENT)


def last_promise(world: World) -> Promise | None:
    """The request that was handed over last."""
    return next(reversed(world.trace.promises.values()), None)


async def attended(world: World, person: Person) -> int:
    """Somebody looks after what needs attention, in a few rounds; how many entries that were."""
    seen = 0
    for _ in range(3):
        if not (waiting := person.attention()):
            break
        seen += len(waiting)
        await attend(person, rest=True)
        await world.drained()
    return seen


def done_once(world: World, deed: str) -> bool:
    """Whether the server did it exactly one time."""
    effects = world.server.effects
    if deed in ("progress", "finish", "reset", "status", "deny"):
        answers = [one for one in effects if one.kind == "answer" and one.field == "fridge" and one.new == "4.5"]
        words = {"finish": "done", "deny": "denied", "status": "in_progress", "reset": "in_progress"}
        steps = [one for one in effects if one.kind == "status" and one.new == words.get(deed) != one.old]
        return len(answers) >= 1 if deed == "progress" else len(steps) == 1
    return sum(one.kind == ("file" if deed == "upload" else "created") for one in effects) == 1
