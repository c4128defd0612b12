"""GET and PUT of task executions: filters, tags, other organizations, corrections and what follows from them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.embedded.superai.world import STRANGER, TAGS, TASKS, World


async def review_of(world: World) -> dict[str, Any]:
    run = await world.in_status("awaiting_input")
    return (await world.tasks(run["id"]))["review", 0]


async def put(world: World, row: dict[str, Any], *, rerun: bool | None = None, **change: Any) -> dict[str, Any]:
    params = {} if rerun is None else {"execute_flow": str(rerun).lower()}
    answer = await world.ask("PUT", TASKS, params=params, json={**row, **change})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_three_filters_narrow_together(world: World) -> None:
    run = await world.in_status("failed")
    rows = (await world.get(TASKS, flow_execution_id=run["id"], task_name="order"))["task_executions"]
    assert [(row["task_name"], row["task_execution_idx"]) for row in rows] == [("order", 1), ("order", 0)]
    one = await world.get(TASKS, flow_execution_id=run["id"], task_name="order", task_execution_idx=1)
    assert [row["id"] for row in one["task_executions"]] == [rows[0]["id"]]
    none = await world.get(TASKS, flow_execution_id=run["id"], task_name="Order")
    assert none == {"task_executions": []}
    everywhere = (await world.get(TASKS, task_execution_idx=1))["task_executions"]
    assert {row["task_execution_idx"] for row in everywhere} == {1}
    assert len({row["flow_execution_id"] for row in everywhere}) > 1
    moments = [row["created_at"] for row in everywhere]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    "params",
    [
        {"flow_execution_id": "x"}, {"task_name": ""}, {"task_name": "x" * 201},
        {"task_execution_idx": "-1"}, {"task_execution_idx": "a"}, {"task_execution_idx": "1" * 40},
    ],
)  # fmt: skip
async def test_a_filter_that_does_not_fit_is_a_422(world: World, params: dict[str, str]) -> None:
    said = await world.refused(422, "GET", TASKS, params=params)
    assert said["detail"][0]["loc"] == ["query", next(iter(params))]


async def test_only_list_items_carry_tags(world: World) -> None:
    found = (await world.get(TASKS, task_name="review"))["task_executions"]
    tagged = next(row for row in found if row["tags"])
    assert tagged["tags"][0]["tag_type"] == "review_status"
    assert "tags" not in await world.get(f"{TASKS}/{tagged['id']}")


async def test_a_task_of_another_organization_is_not_there(world: World) -> None:
    task = await review_of(world)
    mine = await world.get(f"{TASKS}/{task['id']}", "ana")
    assert mine["id"] == task["id"]
    foreign = await world.refused(404, "GET", f"{TASKS}/{task['id']}", STRANGER)
    unknown = await world.refused(404, "GET", f"{TASKS}/{uuid4()}")
    assert foreign["error"] == unknown["error"]
    assert (await world.get(TASKS, STRANGER))["task_executions"] == []
    said = await world.refused(422, "GET", f"{TASKS}/12")
    assert said["detail"][0]["loc"] == ["path", "task"]


async def test_a_correction_keeps_the_rest_and_marks_what_came_of_it(world: World) -> None:
    done = next(run for run in await world.runs() if run["status"] == "completed")
    tasks = await world.tasks(done["id"])
    old = tasks["extract", 0]
    output = {**old["output"], "total": 99.5}
    changed = await put(world, old, output=output)
    assert (changed["output"]["total"], changed["status"]) == (99.5, "completed")
    assert changed["edited_status"] == "edited_not_reexecuted"
    assert changed["modified_by"] == (await world.get("/api/profile/me"))["id"]
    assert changed["updated_at"] > old["updated_at"]
    now = await world.tasks(done["id"])
    stale = {name for (name, _), row in now.items() if row["stale_status"] == "stale"}
    assert stale == {"order", "vat", "review", "post", "mail"}
    assert now["mail", 0]["status"] == "stale"
    assert now["mail", 0]["processing_status"] == "completed"
    assert {index for _, index in now} == {0}, "nothing runs again unless asked to"


async def test_with_execute_flow_only_what_depends_on_it_runs_again(world: World) -> None:
    done = next(run for run in await world.runs() if run["status"] == "completed")
    old = (await world.tasks(done["id"]))["review", 0]
    changed = await put(world, old, rerun=True, output={**old["output"], "comment": "seen"})
    assert changed["edited_status"] == "edited_reexecuted"
    now = await world.tasks(done["id"])
    assert {name for name, index in now if index == 1} == {"post", "mail"}
    assert now["post", 1]["status"] == "queued"
    assert (await world.run(done["id"]))["status"] != "completed"


async def test_completing_the_review_lets_the_run_go_on(world: World) -> None:
    task = await review_of(world)
    changed = await put(world, task, status="completed")
    assert changed["status"] == "completed"
    assert changed["completed_at"]
    assert (await world.run(task["flow_execution_id"]))["status"] == "running"
    body = {"flow_execution_id": task["flow_execution_id"], "steps": 10}
    moved = (await world.ask("POST", "/api/sample/worker", json=body)).json()["moved"]
    assert [step["task_name"] for step in moved] == ["post", "post", "mail", "mail"]
    assert (await world.run(task["flow_execution_id"]))["status"] == "completed"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (None, "should be object"),
        ({"supplier": "x", "invoice_no": "y"}, "output.total: is required"),
        ({"supplier": "x", "invoice_no": "y", "total": "3"}, "output.total: should be number"),
        ({"supplier": "x", "invoice_no": "y", "total": 3, "vat_rate": 7.5}, "output.vat_rate: should be integer"),
        ({"supplier": "x", "invoice_no": "y", "total": True}, "output.total: should be number"),
        ({"supplier": "x", "invoice_no": "y", "total": 1, "lines": [1]}, "output.lines[0]: should be object"),
    ],
)
async def test_an_output_that_does_not_fit_its_model_is_a_400(world: World, output: Any, words: str) -> None:
    task = await review_of(world)
    said = await world.refused(400, "PUT", TASKS, json={**task, "output": output, "status": "completed"})
    assert words in said["error"]["details"][0]
    assert await review_of(world) == task


async def test_the_id_travels_in_the_body_and_must_fit_the_rest(world: World) -> None:
    task = await review_of(world)
    missing = await world.refused(422, "PUT", TASKS, json={name: task[name] for name in task if name != "id"})
    assert missing["detail"][0]["loc"] == ["body", "id"]
    unknown = await world.refused(404, "PUT", TASKS, json={**task, "id": str(uuid4())})
    assert unknown["error"]["code"] == "not_found"
    other = await world.refused(400, "PUT", TASKS, json={**task, "task_execution_idx": 3})
    assert other["error"]["code"] == "bad_request"
    foreign = await world.refused(404, "PUT", TASKS, STRANGER, json=task)
    assert foreign["error"]["code"] == "not_found"
    bad = await world.refused(422, "PUT", TASKS, params={"execute_flow": "maybe"}, json=task)
    assert bad["detail"][0]["loc"] == ["query", "execute_flow"]


async def test_tags_of_a_run_by_task(world: World) -> None:
    found = (await world.get(TASKS, task_name="review"))["task_executions"]
    run = next(row["flow_execution_id"] for row in found if row["tags"])
    every = await world.get(TAGS, flow_execution_id=run)
    assert every == await world.get(TAGS, flow_execution_id=run, task_name="review")
    assert await world.get(TAGS, flow_execution_id=run, task_name="nobody") == []
