"""POST /task-executions: the row is made once, keeps its ID, and says what is wrong in the documented shapes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.embedded.superai.world import COMPLAINTS, STRANGER, TASKS, TOPIC, World


def body(run: str, **more: Any) -> dict[str, Any]:
    return {"flow_execution_id": run, "task_name": TOPIC, "task_execution_idx": 0, "status": "running", **more}


async def test_the_same_three_names_are_the_same_row(world: World) -> None:
    run = (await world.start())["id"]
    begun = await world.report(run, TOPIC, "running", input={"a": 1})
    done = await world.report(run, TOPIC, "completed", output={"topic": "soup"})
    assert done["id"] == begun["id"]
    assert (done["status"], done["output"], done["input"]) == ("completed", {"topic": "soup"}, {"a": 1})
    assert done["created_at"] == begun["created_at"]
    assert done["updated_at"] > begun["updated_at"]
    assert len(await world.tasks(run)) == 1
    second = await world.report(run, TOPIC, "running", 1)
    assert second["id"] != begun["id"]


async def test_what_is_left_out_stays_and_null_clears(world: World) -> None:
    run = (await world.start())["id"]
    await world.report(run, TOPIC, "completed", output={"topic": "soup"}, error={"message": "old"})
    kept = await world.report(run, TOPIC, "running")
    cleared = await world.report(run, TOPIC, "running", output=None, error=None)
    assert (kept["output"], kept["error"]) == ({"topic": "soup"}, {"message": "old"})
    assert (cleared["output"], cleared["error"]) == (None, None)


@pytest.mark.parametrize("status", ["queued", "running", "completed", "failed", "cancelled"])
async def test_every_documented_status_is_taken(world: World, status: str) -> None:
    run = (await world.start())["id"]
    made = await world.report(run, TOPIC, status)
    assert (made["status"], made["processing_status"], made["modified_by"]) == (status, status, "system")


@pytest.mark.parametrize("status", ["done", "", "COMPLETED", "stale", None, 5, ["running"]])
async def test_another_status_is_a_400(world: World, status: Any) -> None:
    run = (await world.start())["id"]
    said = await world.refused(400, "POST", TASKS, json=body(run, status=status))
    assert said["error"]["code"] == "bad_request"
    assert "Valid values" in said["error"]["details"][0]
    assert await world.tasks(run) == {}


async def test_an_unknown_run_is_a_404_and_a_foreign_one_too(world: World) -> None:
    said = await world.refused(404, "POST", TASKS, json=body(str(uuid4())))
    assert said["error"]["code"] == "not_found"
    run = (await world.start())["id"]
    foreign = await world.refused(404, "POST", TASKS, STRANGER, json=body(run))
    assert foreign["error"]["message"] == said["error"]["message"]


async def test_a_task_that_the_flow_does_not_have_is_a_400(world: World) -> None:
    run = (await world.start())["id"]
    said = await world.refused(400, "POST", TASKS, json=body(run, task_name=TOPIC.upper()))
    assert "not defined in the flow" in said["error"]["message"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"flow_execution_id": None}, "flow_execution_id"),
        ({"flow_execution_id": "7"}, "flow_execution_id"),
        ({"task_name": ""}, "task_name"),
        ({"task_name": "x" * 201}, "task_name"),
        ({"task_name": 7}, "task_name"),
        ({"task_execution_idx": -1}, "task_execution_idx"),
        ({"task_execution_idx": "0"}, "task_execution_idx"),
        ({"task_execution_idx": 1.5}, "task_execution_idx"),
        ({"task_execution_idx": True}, "task_execution_idx"),
        ({"task_execution_idx": 2**40}, "task_execution_idx"),
        ({"started_at": {}}, "started_at"),
        ({"completed_at": "yesterday"}, "completed_at"),
    ],
)
async def test_input_that_does_not_fit_is_a_422_in_the_frameworks_list(
    world: World, change: dict[str, Any], place: str
) -> None:
    run = (await world.start())["id"]
    said = await world.refused(422, "POST", TASKS, json=body(run, **change))
    assert set(said) == {"detail"}
    assert [set(part) for part in said["detail"]] == [{"loc", "msg", "type"}]
    assert said["detail"][0]["loc"] == ["body", place]


async def test_every_missing_field_is_named_at_once(world: World) -> None:
    said = await world.refused(422, "POST", TASKS, json={})
    places = [part["loc"][-1] for part in said["detail"]]
    assert places == ["flow_execution_id", "task_name", "task_execution_idx", "status"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 5000])
async def test_a_body_that_is_no_object_is_a_422(world: World, content: bytes) -> None:
    answer = await world.ask("POST", TASKS, content=content)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body"]


async def test_the_run_follows_its_tasks(world: World) -> None:
    run = (await world.start())["id"]
    names = [task["name"] for task in (await world.get(f"/api/flows/{COMPLAINTS}"))["definition"]["tasks"]]
    seen = [(await world.run(run))["status"]]
    for name in names:
        await world.report(run, name, "running")
        seen.append((await world.run(run))["status"])
        await world.report(run, name, "completed")
    assert seen == ["queued", "running", "running", "running"]
    assert (await world.run(run))["status"] == "completed"
    await world.report(run, names[1], "failed", 1, error={"message": "no"})
    assert (await world.run(run))["status"] == "failed"
    await world.report(run, names[1], "completed", 2)
    assert (await world.run(run))["status"] == "completed"


async def test_the_second_generations_word_is_taken_as_well(world: World) -> None:
    run = (await world.start())["id"]
    given = body(run, processing_status="awaiting_input")
    del given["status"]
    answer = await world.ask("POST", TASKS, json=given)
    assert answer.status_code == 201
    assert answer.json()["processing_status"] == "awaiting_input"
    assert (await world.run(run))["status"] == "awaiting_input"
