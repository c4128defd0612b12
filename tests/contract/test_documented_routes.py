"""The 13 documented routes: their example requests, and every key and type of their example answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract import examples
from tests.contract.examples import differences
from tests.contract.server import DAY, PERIOD, Api
from tests.embedded.world import EXECUTIONS

INCIDENT = {"what": "Water under the dishwasher", "severity": "low", "happened-at": "2026-05-11 10:25:00"}


async def assignment_of(api: Api, title: str) -> dict[str, Any]:
    found = await api.get("/api/administration/tasks-2/assignments")
    return next(one for one in found if one["title"] == title)


async def test_list_by_date_range(api: Api) -> None:
    query = f"?period_start={DAY}+00:00:00&period_end={DAY}+23:59:59"
    rows = await api.get(EXECUTIONS + query)
    assert differences(rows, examples.LIST) == []
    assert 45 <= len(rows) <= 70
    assert all(row["for_execution_date"].startswith(DAY) for row in rows)


async def test_list_takes_both_ends_in(api: Api) -> None:
    rows = await api.get(EXECUTIONS, period_start=f"{DAY} 08:00:00", period_end=f"{DAY} 12:00:00")
    dates = sorted(row["for_execution_date"] for row in rows)
    assert (dates[0], dates[-1]) == (f"{DAY} 08:00:00", f"{DAY} 12:00:00")


async def test_list_by_assignment_and_date_range(api: Api) -> None:
    assignment = await assignment_of(api, "Küche 1 bis 4")
    path = f"/api/tasks-2/assignments/{assignment['id']}/executions"
    rows = await api.get(f"{path}?period_start={DAY}+00:00:00&period_end={DAY}+23:59:59")
    assert differences(rows, examples.LIST_OF_ASSIGNMENT) == []
    assert [row["for_execution_date"][11:16] for row in rows] == [f"{hour:02}:00" for hour in range(0, 24, 4)]
    assert {row["task_assignment_id"] for row in rows} == {assignment["id"]}


async def test_count(api: Api) -> None:
    answer = await api.get(f"{EXECUTIONS}/count")
    assert differences(answer, examples.COUNT) == []
    assert answer["count"] > 0


async def test_show(api: Api) -> None:
    row = (await api.day())[0]
    shown = await api.get(f"{EXECUTIONS}/{row['id']}")
    assert differences(shown, examples.SHOW) == []
    assert shown == row


async def test_show_of_an_unknown_one(api: Api) -> None:
    answer = await api.ask("GET", f"{EXECUTIONS}/99999999")
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found."})


async def test_create(api: Api) -> None:
    row = await api.new()
    assert differences({"status": "success", "data": row}, examples.CREATE) == []
    assert (row["task_status_id"], row["for_execution_date"], row["parent_id"]) == ("open", None, None)
    assert row["id"] in {one["id"] for one in await api.day()}


async def test_create_with_every_key(api: Api) -> None:
    parent = await api.new()
    row = await api.new(
        parent_id=parent["id"], task_status_id="in_progress", for_execution_date="2026-05-11 18:15:00"
    )
    assert row["parent_id"] == parent["id"]
    assert (row["task_status_id"], row["for_execution_date"]) == ("in_progress", "2026-05-11 18:15:00")


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"task_assignment_id": None}, "task_assignment_id"),
        ({"task_template_id": None}, "task_template_id"),
        ({"task_assignment_id": 1}, "task_assignment_id"),
        ({"task_template_id": 1}, "task_template_id"),
        ({"task_template_id": "x"}, "task_template_id"),
        ({"task_status_id": "done"}, "task_status_id"),
        ({"for_execution_date": "tomorrow"}, "for_execution_date"),
        ({"for_execution_date": "9999-12-31 23:00:00"}, "for_execution_date"),
        ({"parent_id": 99999999}, "parent_id"),
    ],
)
async def test_create_refuses_in_laravels_form(api: Api, wrong: dict[str, Any], key: str) -> None:
    known = await api.new()
    body = {"task_assignment_id": known["task_assignment_id"], "task_template_id": known["task_template_id"]}
    answer = await api.ask("POST", EXECUTIONS, json={**body, **wrong})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [key]
    assert answer.json()["message"] == answer.json()["errors"][key][0]


async def test_progress(api: Api) -> None:
    row = await api.new()
    # "comment" is no field of this template: unknown keys are ignored.
    answer = await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/progress", json={"comment": "Started checklist"})
    assert answer.status_code == 200
    assert differences(answer.json(), examples.PROGRESS) == []
    assert (answer.json()["data"]["id"], answer.json()["data"]["task_status_id"]) == (row["id"], "in_progress")


async def test_progress_merges_and_null_clears(api: Api) -> None:
    row = await api.new()
    path = f"{EXECUTIONS}/{row['id']}"
    await api.ask("PUT", f"{path}/progress", json={"what": "Smoke", "severity": "high"})
    await api.ask("PUT", f"{path}/progress", json={"severity": None, "what_additional_information": "cold smoke"})
    shown = await api.get(path, include="taskProgressFields.formField:id,key")
    stored = {one["form_field"]["key"]: one for one in shown["task_progress_fields"]}
    assert (stored["what"]["request_value"], stored["what"]["additional_information"]) == ("Smoke", "cold smoke")
    assert (stored["severity"]["request_value"], stored["severity"]["value"]) == (None, "--")


async def test_finish(api: Api) -> None:
    row = await api.new()
    answer = await api.ask("POST", f"{EXECUTIONS}/{row['id']}/progress/finish", json=INCIDENT)
    assert answer.status_code == 200
    assert differences(answer.json(), examples.FINISH) == []
    data = answer.json()["data"]
    assert (data["id"], data["task_status_id"], data["ended_at"]) == (row["id"], "done", "2026-05-11 10:30:00")


async def test_finish_names_every_missing_field(api: Api) -> None:
    row = await api.new()
    answer = await api.ask("POST", f"{EXECUTIONS}/{row['id']}/progress/finish", json={"severity": "low"})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"what", "happened-at"}
    assert (await api.get(f"{EXECUTIONS}/{row['id']}"))["task_status_id"] == "open"


async def test_deny(api: Api) -> None:
    row = await api.new()
    body = {"deny_reason": "Equipment unavailable"}
    answer = await api.ask("POST", f"{EXECUTIONS}/{row['id']}/deny", json=body)
    assert answer.status_code == 200
    assert differences(answer.json(), examples.DENY) == []
    assert answer.json()["data"]["deny_reason"] == "Equipment unavailable"
    assert answer.json()["data"]["task_status_id"] == "denied"


async def test_reset(api: Api) -> None:
    row = await api.new()
    await api.ask("POST", f"{EXECUTIONS}/{row['id']}/deny", json={"deny_reason": "x"})
    answer = await api.ask("POST", f"{EXECUTIONS}/{row['id']}/reset")
    assert answer.status_code == 200
    assert differences(answer.json(), examples.RESET) == []
    assert answer.json()["data"]["task_status_id"] == "in_progress"


async def test_update_state(api: Api) -> None:
    row = await api.new()
    body = {"task_status_id": "in_progress"}
    answer = await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/status", json=body)
    assert answer.status_code == 200
    assert differences(answer.json(), examples.STATUS) == []
    assert answer.json()["data"]["task_status_id"] == "in_progress"


async def test_previous_workflow_nodes(api: Api) -> None:
    await api.get(EXECUTIONS, period_start="2026-05-09 00:00:00", period_end=PERIOD["period_end"])
    root = (await assignment_of(api, "Spätschicht, Küche"))["id"]
    path = f"{EXECUTIONS}/{root}/workflow-nodes/previous"
    nodes = await api.get(path)
    assert differences(nodes, examples.NODES) == []
    assert [node["level"] for node in nodes] == list(range(1, len(nodes) + 1))
    assert nodes[-1]["dispatchable_type"] == "formMessage"
    assert await api.get(path, levels="2") == nodes[:2]
    assert await api.get(path, levels="0") == nodes


async def test_one_previous_workflow_node(api: Api) -> None:
    await api.get(EXECUTIONS, period_start="2026-05-09 00:00:00", period_end=PERIOD["period_end"])
    root = (await assignment_of(api, "Spätschicht, Küche"))["id"]
    path = f"{EXECUTIONS}/{root}/workflow-nodes/previous"
    node = await api.get(f"{path}/1")
    assert differences(node, examples.NODE) == []
    assert node == (await api.get(path))[0]
    assert (await api.ask("GET", f"{path}/99")).status_code == 404
    assert (await api.ask("GET", f"{path}/0")).status_code == 404
    assert (await api.ask("GET", f"{EXECUTIONS}/1/workflow-nodes/previous")).status_code == 404


async def test_dispatchable_of_a_node(api: Api) -> None:
    await api.get(EXECUTIONS, period_start="2026-05-09 00:00:00", period_end=PERIOD["period_end"])
    root = (await assignment_of(api, "Spätschicht, Küche"))["id"]
    path = f"{EXECUTIONS}/{root}/workflow-nodes/previous"
    query = "?include=taskTemplate:id,title|taskAssignment:id,title&appends=visibility_start_time"
    found = await api.get(f"{path}/1/dispatchable{query}")
    assert differences(found, examples.DISPATCHABLE) == []
    assert set(found["task_template"]) == {"id", "title"}
    assert found["task_status_id"] in ("done", "done_delayed")
    nodes = await api.get(path)
    message = await api.get(f"{path}/{len(nodes)}/dispatchable")
    assert message["id"] == nodes[-1]["dispatchable_id"]
    assert {"subject", "body", "sent_at", "recipient"} <= set(message)


@pytest.mark.parametrize("path", [EXECUTIONS, f"{EXECUTIONS}/count", "/api/users", "/api/departments"])
async def test_a_trailing_slash_is_the_same_route(api: Api, path: str) -> None:
    assert await api.get(f"{path}/", **PERIOD) == await api.get(path, **PERIOD)


async def test_progress_with_a_trailing_slash(api: Api) -> None:
    row = await api.new()
    answer = await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/progress/", json={})
    assert (answer.status_code, answer.json()["data"]["task_status_id"]) == (200, "in_progress")


@pytest.mark.parametrize(
    ("method", "what"),
    [("POST", "progress"), ("PUT", "progress/finish"), ("GET", "deny"), ("PUT", "reset"), ("POST", "status")],
)
async def test_another_verb_is_405(api: Api, method: str, what: str) -> None:
    row = (await api.day())[0]
    answer = await api.ask(method, f"{EXECUTIONS}/{row['id']}/{what}")
    assert answer.status_code == 405
    assert list(answer.json()) == ["message"]


async def test_an_unknown_route_is_json_too(api: Api) -> None:
    answer = await api.ask("GET", "/api/tasks-3")
    assert (answer.status_code, list(answer.json())) == (404, ["message"])


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nonsense", "Basic YTpi"])
async def test_a_bad_token_is_403(api: Api, token: str) -> None:
    answer = await api.client.get(EXECUTIONS, headers={"Authorization": token} if token else {})
    assert (answer.status_code, list(answer.json())) == (403, ["message"])


async def test_a_body_that_is_no_object_is_422(api: Api) -> None:
    row = await api.new()
    for body in (b"[1]", b"{", b'"text"'):
        answer = await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/progress", content=body)
        assert (answer.status_code, list(answer.json())) == (422, ["message"])


async def test_a_body_over_40_megabytes_is_413(api: Api) -> None:
    row = await api.new()
    body = b'{"what": "' + b"x" * (40 * 1024 * 1024) + b'"}'
    answer = await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/progress", content=body)
    assert (answer.status_code, list(answer.json())) == (413, ["message"])


async def test_a_period_that_is_no_date_is_422(api: Api) -> None:
    answer = await api.ask("GET", EXECUTIONS, params={"period_start": "monday"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["period_start"])
