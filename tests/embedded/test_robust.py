"""Whatever is sent: never a 500, and the site still answers afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.embedded.test_answers import FIELDS
from tests.embedded.world import EXECUTIONS, World

ODD: list[Any] = [
    True, 0, -1, 2**63, 10**400, 1.5e308, "", " ", "\x00", "\u202e", "9" * 5000, "1e999999999", "٣", "²", [], [[]],
    {}, {"a": None}, [None], "2026-13-45 99:99:99", "0001-01-01 00:00:00", "%s", "'; DROP TABLE tasks; --",
]  # fmt: skip
ALONE = ("line", "user", "many", "odd", "deny_reason", "task_status_id")


@pytest.mark.parametrize("what", ["progress", "progress/finish", "deny", "reset", "status"])
async def test_odd_values_in_every_key_of_every_write(world: World, what: str) -> None:
    world.assignment(world.template(*FIELDS.values()))
    row = await world.only("ana")
    keys = [*FIELDS, "delayed_reason", "deny_reason", "task_status_id", "line_additional_information"]
    for value in ODD:
        for body in (dict.fromkeys(keys, value), *({key: value} for key in ALONE)):
            answer = await world.write("maria", row["id"], what, body)
            assert answer.status_code in (200, 422), (body, answer.text)
    shown = await world.get("maria", f"{EXECUTIONS}/{row['id']}", include="taskProgressFields")
    assert shown["id"] == row["id"]


async def test_odd_values_in_create(world: World) -> None:
    assignment = world.assignment()
    template = (await world.only("maria"))["task_template_id"]
    good = {"task_assignment_id": assignment, "task_template_id": template}
    for key in (*good, "parent_id", "task_status_id", "for_execution_date"):
        for value in ODD:
            answer = await world.ask("maria", "POST", EXECUTIONS, json={**good, key: value})
            assert answer.status_code in (200, 422), (key, value, answer.text)
    assert (await world.ask("maria", "GET", EXECUTIONS)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{EXECUTIONS}/{10**30}",
        f"{EXECUTIONS}/{10**30}/workflow-nodes/previous",
        f"/api/tasks-2/assignments/{10**30}/executions",
        f"{EXECUTIONS}/-1",
        f"{EXECUTIONS}/abc",
        "/files/../../etc/passwd",
        f"/files/{10**30}",
        "/files/abc/def",
        f"/api/users/{10**30}",
    ],
)
async def test_odd_paths_are_404(world: World, path: str) -> None:
    answer = await world.ask("maria", "GET", path)
    assert (answer.status_code, list(answer.json())) == (404, ["message"])


@pytest.mark.parametrize(
    "name", ["limit", "select", "sort", "include", "appends", "period_start", "filter[id][gt]"]
)
async def test_odd_result_control(world: World, name: str) -> None:
    world.assignment()
    await world.only("maria")
    for value in [
        "9" * 5000,
        "-",
        ",",
        "|",
        ".",
        ":",
        "a.b.c.d.e.f",
        "taskTemplate." * 50,
        "\x00",
        "²",
        "-id,-id",
    ]:
        answer = await world.ask("maria", "GET", EXECUTIONS, params={name: value})
        assert answer.status_code in (200, 422), (value, answer.text)


async def test_includes_do_not_go_on_for_ever(world: World) -> None:
    path = ".".join(["taskTemplate", "tasks"] * 3)
    answer = await world.ask("maria", "GET", EXECUTIONS, params={"include": path})
    assert answer.status_code == 422


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
async def test_any_bytes_as_a_body(world: World, body: bytes) -> None:
    for content_type in (
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        answer = await world.ask("maria", "POST", EXECUTIONS, content=body, headers={"Content-Type": content_type})
        assert answer.status_code == 422, answer.text


async def test_a_request_that_breaks_off_is_no_error_of_the_server(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.assignment(world.template(*FIELDS.values()))
    row = await world.only("ana")
    messages = iter(
        [{"type": "http.request", "body": b'{"line": "2', "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    path = f"{EXECUTIONS}/{row['id']}/progress"
    await world.site.app(
        {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}, receive, send
    )
    assert sent[0]["status"] == 400
    assert caplog.text == ""
    assert (await world.only("ana"))["updated_at"] == row["updated_at"]
