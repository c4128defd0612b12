"""Who sees what, and the administration routes (contract 1.2 to 1.6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.server import DAY, PERIOD, Api
from tests.embedded.world import EXECUTIONS

ADMINISTRATION = "/api/administration/tasks-2"
SOURCES = f"{ADMINISTRATION}/templates/fields/default-value-sources"


async def test_workers_see_their_departments_and_supervisors_theirs(api: Api) -> None:
    everything = {row["id"] for row in await api.day("admin")}
    supervisor = {row["id"] for row in await api.day("maria")}
    assert supervisor == everything
    seen = {}
    for worker in ("ana", "cem", "emil"):
        rows = await api.day(worker, include="taskAssignment.departments:id|taskAssignment.users:id")
        me = int(_subject(api.running.users[worker].token))
        departments = {one["id"] for one in (await api.get("/api/departments", worker))}
        for row in rows:
            targets = {one["id"] for one in row["task_assignment"]["departments"]}
            assert targets & departments or me in {one["id"] for one in row["task_assignment"]["users"]}
        seen[worker] = {row["id"] for row in rows}
        assert 5 < len(seen[worker]) < len(everything)
    assert seen["cem"] - seen["ana"]
    assert seen["ana"] - seen["cem"]


def _subject(token: str) -> str:
    import base64
    import json

    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return str(claims["sub"])


async def test_the_token_names_its_user_as_the_vendors_do(api: Api) -> None:
    for username, user in api.running.users.items():
        shown = await api.get(f"/api/users/{_subject(user.token)}", username)
        assert (shown["username"], shown["full_name"]) == (username, user.name)
        assert user.token not in repr(user)


async def test_anothers_task_does_not_exist(api: Api) -> None:
    hers = {row["id"] for row in await api.day("emil")}
    his = next(row for row in await api.day("ana") if row["id"] not in hers)
    assert (await api.ask("GET", f"{EXECUTIONS}/{his['id']}", "emil")).status_code == 404
    assert (await api.ask("POST", f"{EXECUTIONS}/{his['id']}/deny", "emil", json={})).status_code == 404
    path = f"/api/tasks-2/assignments/{his['task_assignment_id']}/executions"
    assert (await api.ask("GET", path, "emil", params=PERIOD)).status_code == 404
    nodes = f"{EXECUTIONS}/{his['task_assignment_id']}/workflow-nodes/previous"
    assert (await api.ask("GET", nodes, "emil")).status_code == 404


async def test_an_include_does_not_open_a_back_door(api: Api) -> None:
    rows = await api.day("emil", include="taskTemplate.tasks|taskTemplate.taskAssignments")
    # A worker does not see a task before its time either, so every one of them can be shown.
    listed = {task["id"] for row in rows for task in row["task_template"]["tasks"]}
    for execution in listed:
        assert (await api.ask("GET", f"{EXECUTIONS}/{execution}", "emil")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "templates",
        "templates/201",
        "templates/fields",
        "templates/201/fields",
        "assignments",
        "assignments/501",
    ],
)
async def test_administration_is_closed_to_workers(api: Api, path: str) -> None:
    answer = await api.ask("GET", f"{ADMINISTRATION}/{path}", "ana")
    assert (answer.status_code, list(answer.json())) == (403, ["message"])
    for who in ("maria", "admin"):
        assert await api.get(f"{ADMINISTRATION}/{path}", who)


async def test_templates_have_the_documented_keys(api: Api) -> None:
    templates = await api.get(f"{ADMINISTRATION}/templates")
    keys = {
        "id", "title", "description", "parent_id", "revision_id", "origin_id", "folder_id", "sort_number",
        "user_id", "grade_scale", "tour_enabled", "created_at", "updated_at", "deleted_at",
    }  # fmt: skip
    assert all(keys <= set(one) for one in templates)
    assert all(isinstance(one["tour_enabled"], bool) for one in templates)
    one = await api.get(
        f"{ADMINISTRATION}/templates/{templates[0]['id']}", include="formFields|layouts|user:id,username"
    )
    assert one["form_fields"]
    assert (one["layouts"], one["user"]["username"]) == ([], "admin")
    assert (await api.ask("GET", f"{ADMINISTRATION}/templates/1")).status_code == 404


async def test_fields_of_one_template_and_of_all(api: Api) -> None:
    every = await api.get(f"{ADMINISTRATION}/templates/fields")
    some = await api.get(f"{ADMINISTRATION}/templates/201/fields")
    assert some == [field for field in every if field["form_id"] == 201]
    keys = {
        "id", "form_type", "form_id", "form_field_type_id", "lang_id", "name", "slug", "key", "default_value",
        "placeholder", "description", "hidden", "disabled", "config", "sort_number", "field_validation_string",
        "field_validations", "default_value_sources", "created_at", "updated_at",
    }  # fmt: skip
    assert all(keys <= set(field) for field in every)
    assert {field["form_type"] for field in every} == {"taskTemplate"}
    assert (await api.ask("GET", f"{ADMINISTRATION}/templates/1/fields")).status_code == 404


async def test_fields_for_those_who_may_not_administrate(api: Api) -> None:
    query = "?filter[form_type][is]=taskTemplate&filter[form_id][is]=201"
    fields = await api.get(f"/api/forms/fields{query}", "ana")
    assert fields == await api.get(f"{ADMINISTRATION}/templates/201/fields")


async def test_assignments_have_the_documented_keys(api: Api) -> None:
    assignments = await api.get(f"{ADMINISTRATION}/assignments")
    keys = {
        "id", "title", "description", "task_template_id", "creator_user_id", "assign_mode", "start_date",
        "start_time", "show_before_interval", "executable_before_interval", "executable_after_interval",
        "interval", "interval_end", "active", "always_executable", "user_confirmation_required",
        "delayed_reason_required", "deny_allowed", "deny_reason_required", "sort_number", "department_ids",
        "user_ids",
    }  # fmt: skip
    assert all(keys <= set(one) for one in assignments)
    assert {one["assign_mode"] for one in assignments} == {"all", "any_of", "one_of", "any_of_user", "one_of_user"}
    assert not any(one["user_confirmation_required"] for one in assignments)
    one = await api.get(
        f"{ADMINISTRATION}/assignments/{assignments[0]['id']}", include="departments|users|creator"
    )
    assert [row["id"] for row in one["departments"]] == one["department_ids"]


async def test_default_value_sources_come_and_go(api: Api) -> None:
    fields = await api.get(f"{ADMINISTRATION}/templates/201/fields")
    target = fields[0]["id"]
    config = {"variable_key": "system.user.id", "variable_filter": None}
    body: dict[str, Any] = {"source_type": "systemVariable", "form_field_id": target, "config": config}
    made = await api.ask("POST", SOURCES, "admin", json=body)
    assert (made.status_code, made.json()["status"]) == (200, "success")
    source = made.json()["data"]
    assert (source["config"], source["sort_number"], source["source_entity_id"]) == (config, 1, None)
    shown = await api.get(f"{ADMINISTRATION}/templates/201/fields", include="defaultValueSources")
    assert [one["id"] for one in shown[0]["default_value_sources"]] == [source["id"]]
    change = {"source_type": "formFieldValue", "source_entity_type": "formField", "source_entity_id": 1001}
    changed = await api.ask("PUT", f"{SOURCES}/{source['id']}", "admin", json=change)
    assert changed.json()["data"]["source_entity_id"] == 1001
    assert changed.json()["data"]["form_field_id"] == target
    assert (await api.ask("DELETE", f"{SOURCES}/{source['id']}", "admin")).json()["data"]["id"] == source["id"]
    assert (await api.ask("DELETE", f"{SOURCES}/{source['id']}", "admin")).status_code == 404


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "source_type"),
        ({"source_type": "magic", "form_field_id": 1001}, "source_type"),
        ({"source_type": "systemVariable", "form_field_id": 1}, "form_field_id"),
        ({"source_type": "formFieldValue", "form_field_id": 1001, "source_entity_id": 5}, "source_entity_type"),
        ({"source_type": "systemVariable", "form_field_id": 1001, "config": 3}, "config"),
    ],
)
async def test_default_value_sources_are_checked(api: Api, body: dict[str, Any], key: str) -> None:
    answer = await api.ask("POST", SOURCES, "admin", json=body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [key])
    assert (await api.ask("POST", SOURCES, "maria", json=body)).status_code == 403


async def test_pickers_offer_the_people_of_ones_departments(api: Api) -> None:
    assert len(await api.get("/api/users", "admin")) == 8
    assert {one["username"] for one in await api.get("/api/users", "emil")} == {"maria", "emil", "fatou"}
    assert (await api.ask("GET", "/api/users/2", "emil")).status_code == 404
    assert len(await api.get("/api/departments", "admin")) == 3
    mine = await api.get("/api/departments", "emil")
    assert [one["name"] for one in mine] == ["Technik"]
    assert (await api.get(f"/api/departments/{mine[0]['id']}", "emil"))["name"] == "Technik"
    assert (await api.ask("GET", "/api/departments/1", "emil")).status_code == 404


async def test_the_type_catalogues(api: Api) -> None:
    types = await api.get("/api/forms/field-types")
    assert {"text", "rich-text", "checkbox", "radio", "select", "description", "datetime", "file-upload"} <= {
        one["id"] for one in types
    }
    rules = await api.get("/api/forms/field-validation-types")
    assert [one["id"] for one in rules][:5] == ["required", "email", "phone", "url", "number"]


async def test_a_worker_cannot_look_behind_the_period(api: Api) -> None:
    later = await api.get(EXECUTIONS, "ana", period_start=f"{DAY} 20:00:00", period_end=f"{DAY} 23:59:59")
    all_of_it = await api.get(EXECUTIONS, period_start=f"{DAY} 20:00:00", period_end=f"{DAY} 23:59:59")
    assert len(later) < len(all_of_it)
