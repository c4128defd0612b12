"""/flow-executions: lists, filters, paging, starting, running again, cancelling and deleting."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.embedded.superai.world import COMPLAINTS, INVOICES, REPLY, RUNS, STRANGER, TASKS, TOPIC, World
from tui.embedded.samples.superai_flows import sample_id


async def test_the_newest_stand_first_and_pages_follow_each_other(world: World) -> None:
    every = await world.runs(include_run_number="true")
    assert [run["run_number"] for run in every] == list(range(len(every), 0, -1))
    pages = [await world.get(RUNS, flow_id=INVOICES, page=page, page_size=4) for page in (1, 2, 3)]
    assert [run["id"] for page in pages for run in page] == [run["id"] for run in every]
    assert len(await world.get(RUNS, flow_id=INVOICES)) == min(10, len(every))
    upward = await world.runs(sort_direction="asc")
    assert [run["id"] for run in upward] == [run["id"] for run in reversed(every)]
    after = await world.runs(start_from_execution_id=every[2]["id"])
    assert [run["id"] for run in after] == [run["id"] for run in every[3:]]
    assert "run_number" not in (await world.runs())[0]


async def test_filters_narrow_together_and_repeats_widen(world: World) -> None:
    both = await world.runs(status=["failed", "queued"])
    assert {run["status"] for run in both} == {"failed", "queued"}
    none = await world.runs(status="failed", status_exclude="failed")
    assert none == []
    middle = (await world.runs())[3]["created_at"]
    later = await world.runs(created_after=middle)
    earlier = await world.runs(created_before=middle)
    assert len(later) == 4
    assert {run["id"] for run in later} & {run["id"] for run in earlier} == {later[-1]["id"]}
    tagged = await world.runs(tags="review_status:rejected")
    assert [run["status"] for run in tagged] == ["awaiting_input"]


@pytest.mark.parametrize(
    "params",
    [
        {}, {"flow_id": "x"}, {"flow_id": INVOICES, "page": "0"}, {"flow_id": INVOICES, "page_size": "1001"},
        {"flow_id": INVOICES, "sort_field": "status"}, {"flow_id": INVOICES, "created_after": "yesterday"},
    ],
)  # fmt: skip
async def test_this_routes_422_comes_in_the_platforms_envelope(world: World, params: dict[str, str]) -> None:
    said = await world.refused(422, "GET", RUNS, params=params)
    assert said["error"]["code"] == "validation_error"
    assert said["error"]["details"]


async def test_foreign_flows_and_runs_are_forbidden_and_unknown_ones_not_found(world: World) -> None:
    run = await world.in_status("queued")
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", RUNS, {"params": {"flow_id": INVOICES}}),
        ("GET", f"{RUNS}/{run['id']}", {}),
        ("POST", RUNS, {"json": {"flow_id": INVOICES, "input": {}}}),
        ("POST", f"{RUNS}/{run['id']}/execute", {}),
        ("POST", f"{RUNS}/{run['id']}/cancel", {}),
        ("DELETE", f"{RUNS}/{run['id']}", {}),
        ("GET", f"/api/flows/{INVOICES}", {}),
    ]
    for method, path, more in asked:
        said = await world.refused(403, method, path, STRANGER, **more)
        assert said["error"]["code"] == "forbidden"
    for method, path in [("GET", ""), ("POST", "/execute"), ("POST", "/cancel"), ("DELETE", "")]:
        await world.refused(404, method, f"{RUNS}/{uuid4()}{path}")
    await world.refused(404, "GET", RUNS, params={"flow_id": str(uuid4())})
    assert (await world.run(run["id"]))["status"] == "queued"


async def test_each_start_makes_a_run(world: World) -> None:
    one, other = await world.start(text="a"), await world.start(text="a")
    assert one["id"] != other["id"]
    assert (one["status"], one["flow_version"], one["input"]) == ("queued", 1, {"text": "a"})
    numbers = [run["run_number"] for run in await world.runs(COMPLAINTS, include_run_number="true")]
    assert numbers[:2] == [len(numbers), len(numbers) - 1]
    assert await world.tasks(one["id"]) == {}


@pytest.mark.parametrize(
    ("body", "place"),
    [({}, "flow_id"), ({"flow_id": "x"}, "flow_id"), ({"flow_id": INVOICES, "input": []}, "input")],
)
async def test_a_start_that_does_not_fit_is_a_422(world: World, body: dict[str, Any], place: str) -> None:
    said = await world.refused(422, "POST", RUNS, json=body)
    assert said["detail"][0]["loc"] == ["body", place]


async def execute(world: World, run: str, *, only_stale: bool = False) -> None:
    params = {"only_stale": str(only_stale).lower()}
    answer = await world.ask("POST", f"{RUNS}/{run}/execute", params=params)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_only_what_is_outdated_or_unfinished_runs_again(world: World) -> None:
    run = sample_id("run", "2026-05-11", 3)
    await execute(world, run, only_stale=True)
    now = await world.tasks(run)
    assert {name for name, index in now if index == 1} == {"order", "vat", "review", "post"}
    assert (await world.run(run))["status"] == "queued"
    failed = (await world.in_status("failed"))["id"]
    await execute(world, failed, only_stale=True)
    assert {key for key in await world.tasks(failed) if key[1] == 2} == {("order", 2)}


async def test_everything_runs_again_and_what_still_runs_is_stopped(world: World) -> None:
    run = (await world.in_status("running"))["id"]
    before = await world.tasks(run)
    await execute(world, run)
    now = await world.tasks(run)
    assert {name for name, index in now if index == 1} == {name for name, _ in before}
    assert now["extract", 0]["status"] == "cancelled"
    assert (await world.run(run))["updated_at"] > (before["extract", 0]["updated_at"])


async def test_a_mail_that_is_being_sent_cannot_be_stopped(world: World) -> None:
    run = next(run for run in await world.runs() if run["status"] == "completed")["id"]
    await world.report(run, "mail", "running", 1)
    said = await world.refused(409, "POST", f"{RUNS}/{run}/execute")
    assert said["error"]["code"] == "conflict"
    assert (await world.run(run))["status"] == "running"


async def test_a_cancelled_run_does_not_go_on_and_an_ended_one_stays(world: World) -> None:
    run = (await world.in_status("running"))["id"]
    answer = await world.ask("POST", f"{RUNS}/{run}/cancel")
    assert answer.status_code == 204
    assert (await world.run(run))["status"] == "cancelled"
    assert (await world.tasks(run))["extract", 0]["status"] == "cancelled"
    moved = await world.ask("POST", "/api/sample/worker", json={"flow_execution_id": run, "steps": 5})
    assert moved.json()["moved"] == []
    done = next(run for run in await world.runs() if run["status"] == "completed")
    assert (await world.ask("POST", f"{RUNS}/{done['id']}/cancel")).status_code == 204
    assert await world.run(done["id"]) == done


async def test_a_deleted_run_is_gone_for_readers_and_can_be_deleted_again(world: World) -> None:
    run = (await world.in_status("failed"))["id"]
    task = (await world.tasks(run))["order", 1]["id"]
    for _ in range(2):
        assert (await world.ask("DELETE", f"{RUNS}/{run}")).status_code == 204
    await world.refused(404, "GET", f"{RUNS}/{run}")
    assert run not in [row["id"] for row in await world.runs()]
    assert (await world.get(f"{TASKS}/{task}"))["flow_execution_id"] == run
    other = (await world.in_status("queued"))["id"]
    said = await world.refused(403, "DELETE", f"{RUNS}/{other}", "ana")
    assert said["error"]["code"] == "forbidden"


async def test_nothing_moves_while_the_clock_stands_still(world: World) -> None:
    before = await world.runs()
    assert await world.runs() == before
    moved = (await world.ask("POST", "/api/sample/worker", json={})).json()["moved"]
    assert len(moved) == 1
    assert len([run for run in await world.runs(COMPLAINTS) + await world.runs() if run not in before]) >= 1


async def test_every_day_has_its_runs_once(world: World) -> None:
    first = await world.runs()
    world.hands.forward(days=1)
    both = await world.runs()
    assert len(both) == 2 * len(first)
    assert [run["id"] for run in await world.runs()] == [run["id"] for run in both]
    today = await world.runs(created_after="2026-05-12T00:00:00+02:00")
    assert len(today) == len(first)
    assert all(run["created_at"] <= "2026-05-12T08:30:00" for run in today)


async def test_the_worker_takes_a_run_from_the_beginning_to_its_end(world: World) -> None:
    run = (await world.start())["id"]
    for _ in range(6):
        answer = await world.ask("POST", "/api/sample/worker", json={"flow_execution_id": run})
        assert len(answer.json()["moved"]) == 1
    assert (await world.run(run))["status"] == "completed"
    assert (await world.tasks(run))[REPLY, 0]["output"]["words"] == 9
    assert (await world.tasks(run))[TOPIC, 0]["started_at"]
    for steps in (0, 101, "1", True):
        await world.refused(422, "POST", "/api/sample/worker", json={"steps": steps})
