from __future__ import annotations

from tests.embedded.world import EXECUTIONS, World
from tui.embedded.intratool import schema


def link(world: World, assignment: int, previous: int) -> None:
    world.add(
        schema.workflow_links,
        {
            "task_assignment_id": assignment,
            "type": "taskExecutionFinished",
            "previous_assignment_id": previous,
        },
    )


async def test_the_chain_ends_where_nothing_was_finished(world: World) -> None:
    first, second, third = (world.assignment(title=name) for name in ("first", "second", "third"))
    link(world, third, second)
    link(world, second, first)
    path = f"{EXECUTIONS}/{third}/workflow-nodes/previous"
    rows = {row["task_assignment_id"]: row["id"] for row in await world.day("ana")}
    assert await world.get("ana", path) == []
    await world.done("ana", rows[second], "progress/finish")
    assert [node["dispatchable_id"] for node in await world.get("ana", path)] == [rows[second]]
    await world.done("ana", rows[first], "progress/finish")
    nodes = await world.get("ana", path)
    assert [(node["level"], node["dispatchable_id"]) for node in nodes] == [(1, rows[second]), (2, rows[first])]
    found = await world.get("ana", f"{path}/2/dispatchable", include="taskAssignment:title")
    assert (found["id"], found["task_assignment"]) == (rows[first], {"title": "first"})


async def test_a_circle_is_walked_once(world: World) -> None:
    one, other = world.assignment(), world.assignment()
    link(world, one, other)
    link(world, other, one)
    for row in await world.day("ana"):
        await world.done("ana", row["id"], "progress/finish")
    nodes = await world.get("ana", f"{EXECUTIONS}/{one}/workflow-nodes/previous")
    assert [node["level"] for node in nodes] == [1, 2]


async def test_the_node_is_the_one_finished_last(world: World) -> None:
    before = world.assignment(interval="FREQ=DAILY;BYHOUR=8,9;BYMINUTE=0;BYSECOND=0", start_date="2026-05-10")
    after = world.assignment(departments=(3,), users=("ana",))
    link(world, after, before)
    early, late = [row["id"] for row in await world.day("ana") if row["task_assignment_id"] == before]
    await world.done("ana", late, "progress/finish")
    world.hands.forward(minutes=1)
    await world.done("ana", early, "progress/finish")
    path = f"{EXECUTIONS}/{after}/workflow-nodes/previous/1"
    assert (await world.get("ana", path))["dispatchable_id"] == early
    world.hands.forward(minutes=1)
    await world.done("maria", early, "reset")
    assert (await world.get("ana", path))["dispatchable_id"] == late
