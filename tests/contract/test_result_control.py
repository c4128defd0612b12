"""``include``, ``select``, ``appends``, ``filter``, ``sort``, ``limit`` (contract section 8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.server import PERIOD, Api
from tests.embedded.world import EXECUTIONS


async def test_include_with_columns_comes_back_in_snake_case(api: Api) -> None:
    rows = await api.day(include="taskTemplate:id,title|taskAssignment:id,title|lastActivityUser:id,full_name")
    assert all(set(row["task_template"]) == {"id", "title"} for row in rows)
    assert all(row["task_assignment"]["id"] == row["task_assignment_id"] for row in rows)
    touched = [row for row in rows if row["last_activity_user_id"] is not None]
    assert touched
    assert all(row["last_activity_user"]["id"] == row["last_activity_user_id"] for row in touched)
    untouched = [row for row in rows if row["last_activity_user_id"] is None]
    assert all(row["last_activity_user"] is None for row in untouched)


async def test_a_worker_gets_the_fields_through_the_include(api: Api) -> None:
    rows = await api.day("emil", include="taskTemplate:id,title")
    row = next(one for one in rows if one["task_template"]["title"] == "Machine check")
    shown = await api.get(
        f"{EXECUTIONS}/{row['id']}", "emil", include="taskTemplate.formFields|taskProgressFields.formField"
    )
    fields = {field["key"]: field for field in shown["task_template"]["form_fields"]}
    assert [field["sort_number"] for field in fields.values()] == list(range(1, len(fields) + 1))
    pressure = fields["pressure"]
    assert pressure["field_validation_string"] == "required|numeric|between:0,16"
    assert [one["form_field_validation_type_id"] for one in pressure["field_validations"]] == [
        "required",
        "number",
        "minmax",
    ]
    assert pressure["field_validations"][2]["config"] == {"min": 0, "max": 16}
    assert fields["started-at"]["default_value_sources"][0]["config"]["variable_key"] == "system.date"
    assert fields["guards"]["config"]["options"] == {"yes": "Yes", "no": "No", "na": "n/a"}
    for answer in shown["task_progress_fields"]:
        assert answer["form_field"]["id"] == answer["form_field_id"]


async def test_every_documented_relation_can_be_included(api: Api) -> None:
    names = "taskProgressFields|taskAssignment|taskTemplate|taskStatus|lastActivityUser|parent|children"
    rows = await api.day(include=names)
    keys = {"task_progress_fields", "task_assignment", "task_template", "task_status", "last_activity_user"}
    assert keys | {"parent", "children"} <= set(rows[0])
    assert all(row["task_status"]["id"] == row["task_status_id"] for row in rows)
    parents = [row for row in rows if row["children"]]
    assert parents
    assert all(child["parent_id"] == row["id"] for row in parents for child in row["children"])


async def test_deep_includes(api: Api) -> None:
    include = "taskAssignment.departments:id,name|taskAssignment.users|taskAssignment.creator.role:id,name"
    row = next(one for one in await api.day(include=include) if one["task_assignment"]["departments"])
    assert set(row["task_assignment"]["departments"][0]) == {"id", "name"}
    assert row["task_assignment"]["creator"]["role"]["name"] == "Administration"


async def test_select_keeps_the_named_columns_and_the_added_ones(api: Api) -> None:
    params = {"select": "id,task_status_id", "include": "taskTemplate:title", "appends": "visibility_start_time"}
    rows = await api.day(**params)
    wanted = {"id", "task_status_id", "task_template", "visibility_start_time"}
    assert all(set(row) == wanted for row in rows)


async def test_filter_sort_and_limit(api: Api) -> None:
    every = await api.day()
    done = await api.get(
        f"{EXECUTIONS}?filter[task_status_id][is]=done&filter[for_execution_date][not_null]=1"
        "&sort=-for_execution_date,id",
        **PERIOD,
    )
    assert done
    assert {row["task_status_id"] for row in done} == {"done"}
    dates = [row["for_execution_date"] for row in done]
    assert dates == sorted(dates, reverse=True)
    assert await api.day(limit="3") == every[:3]
    assert await api.day(sort="id", limit="1") == [min(every, key=lambda row: row["id"])]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("filter[task_status_id]=delayed", lambda row: "delayed" in row["task_status_id"]),
        ("filter[task_status_id][value]=DONE", lambda row: "done" in row["task_status_id"]),
        ("filter[task_status_id][not]=open", lambda row: row["task_status_id"] != "open"),
        ("filter[max_points][gt]=3", lambda row: row["max_points"] > 3),
        ("filter[max_points][gte]=3", lambda row: row["max_points"] >= 3),
        ("filter[for_execution_date][lt]=2026-05-11 06:00:00", lambda row: row["for_execution_date"][11:] < "06"),
        ("filter[parent_id][null]=1", lambda row: row["parent_id"] is None),
        ("filter[parent_id][not_null]=1", lambda row: row["parent_id"] is not None),
        ("filter[task_status_id][in]=open,missed", lambda row: row["task_status_id"] in ("open", "missed")),
        ("filter[task_status_id][not_in]=open,done", lambda row: row["task_status_id"] not in ("open", "done")),
    ],
)
async def test_filter_operators(api: Api, query: str, holds: Any) -> None:
    rows = [row for row in await api.day() if row["for_execution_date"]]
    found = await api.get(f"{EXECUTIONS}?{query}&filter[for_execution_date][not_null]=1", **PERIOD)
    assert [row["id"] for row in found] == [row["id"] for row in rows if holds(row)]
    assert len(found) < len(rows) + 1


async def test_filter_over_a_relation_returns_it_too(api: Api) -> None:
    found = await api.get(f"{EXECUTIONS}?filter[taskTemplate.title][is]=Freezer round", **PERIOD)
    assert len(found) == 6
    assert {row["task_template"]["title"] for row in found} == {"Freezer round"}


async def test_has_and_does_not_have(api: Api) -> None:
    every = await api.day(include="children:id")
    having = await api.get(f"{EXECUTIONS}?filter[has][children]=1", **PERIOD)
    lacking = await api.get(f"{EXECUTIONS}?filter[doesnt_have][children]=1", **PERIOD)
    assert [row["id"] for row in having] == [row["id"] for row in every if row["children"]]
    assert len(having) + len(lacking) == len(every)


@pytest.mark.parametrize(
    "query",
    [
        "include=nonsense",
        "include=taskTemplate.nonsense",
        "include=taskTemplate:nonsense",
        "select=nonsense",
        "sort=nonsense",
        "appends=nonsense",
        "limit=-1",
        "filter[nonsense][is]=1",
        "filter[id][nonsense]=1",
    ],
)
async def test_what_does_not_exist_is_422(api: Api, query: str) -> None:
    answer = await api.ask("GET", f"{EXECUTIONS}?{query}", params=PERIOD)
    assert answer.status_code == 422
    assert answer.json()["message"]
