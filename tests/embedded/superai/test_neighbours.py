"""Who may ask, flows, tags and files."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded.superai.world import ADMIN_TOKEN, COMPLAINTS, FLOWS, INVOICES, REPLY, TAGS, TASKS, TOPIC, World

ME = "/api/profile/me"
TOKEN = "/auth/v1/token"
SCAN = "gs://zentralkueche/invoices/NF-2026-4471.txt"


async def sign_in(world: World, body: dict[str, Any], grant: str = "password", key: str | None = None) -> Any:
    if key is None:
        key = (await world.client.get("/api/auth/anon-key")).json()["anon_key"]
    return await world.client.post(TOKEN, params={"grant_type": grant}, headers={"apikey": key}, json=body)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nobody", "Basic cm9vdA==", "nobody"])
async def test_without_a_good_secret_there_is_a_401_in_the_envelope(world: World, header: str) -> None:
    for method, path in [("GET", ME), ("POST", TASKS), ("DELETE", "/api/flow-executions/x"), ("GET", FLOWS)]:
        answer = await world.client.request(method, path, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401, path
        assert answer.json()["error"]["code"] == "unauthorized"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_one_secret_is_a_bearer_token_an_api_key_and_a_password(world: World) -> None:
    secret = world.tokens["maria"]
    by_key = await world.client.get(ME, headers={"X-API-Key": secret})
    assert by_key.json() == await world.get(ME)
    assert by_key.json()["display_name"] == "Maria Lindner"
    session = (await sign_in(world, {"email": "Maria@example.org ", "password": secret})).json()
    by_session = await world.client.get(ME, headers={"Authorization": f"Bearer {session['access_token']}"})
    assert by_session.json() == by_key.json()


async def test_the_token_from_outside_is_the_admins(world: World) -> None:
    assert (await world.get(ME, ADMIN_TOKEN))["role"] == "org_admin"
    signed = await sign_in(world, {"email": "admin@example.org", "password": ADMIN_TOKEN})
    assert signed.status_code == 200
    with world.database.read() as tx:
        rows = str(tx.exec_driver_sql("SELECT * FROM superai_secrets").fetchall())
    assert ADMIN_TOKEN not in rows
    assert world.tokens["maria"] not in rows


async def test_a_session_ends_after_an_hour_and_is_renewed_once(world: World) -> None:
    first = (await sign_in(world, {"email": "ana@example.org", "password": world.tokens["ana"]})).json()
    world.hands.forward(seconds=3601)
    await world.refused(401, "GET", ME, first["access_token"])
    second = (await sign_in(world, {"refresh_token": first["refresh_token"]}, "refresh_token")).json()
    assert (await world.get(ME, second["access_token"]))["email"] == "ana@example.org"
    again = await sign_in(world, {"refresh_token": first["refresh_token"]}, "refresh_token")
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("body", "grant", "key", "status"),
    [
        ({"email": "ana@example.org", "password": "wrong"}, "password", None, 400),
        ({"email": "ben@example.org", "password": "ana's"}, "password", None, 400),
        ({}, "password", None, 400),
        ({"refresh_token": "x"}, "refresh_token", None, 400),
        ({}, "magic", None, 400),
        ({"email": "ana@example.org", "password": "ana's"}, "password", "wrong", 401),
    ],
)
async def test_a_sign_in_that_is_refused(
    world: World, body: dict[str, str], grant: str, key: str | None, status: int
) -> None:
    known = {name: world.tokens["ana"] if value == "ana's" else value for name, value in body.items()}
    assert (await sign_in(world, known, grant, key)).status_code == status


async def test_flows_come_as_an_array_or_page_by_page(world: World) -> None:
    plain = await world.get(FLOWS)
    assert [flow["display_name"] for flow in plain] == ["Complaint triage", "Eingangsrechnungen prüfen"]
    assert "task_names" not in plain[0]
    paged = await world.get(FLOWS, page=2, page_size=1)
    assert (paged["total"], [flow["id"] for flow in paged["flows"]]) == (2, [INVOICES])
    found = await world.get(FLOWS, search="TRIAGE")
    assert [flow["id"] for flow in found["flows"]] == [COMPLAINTS]
    await world.refused(422, "GET", FLOWS, params={"page_size": 101})


async def test_a_version_with_the_order_of_its_tasks_and_its_models(world: World) -> None:
    flags = {"include_ordered_task_names": "true", "include_output_schemas": "true"}
    flow = await world.get(f"{FLOWS}/{INVOICES}/versions/1", **flags)
    assert flow["task_names"] == ["receive", "read", "extract", "order", "vat", "review", "post", "mail"]
    assert flow["output_schemas"]["review"]["properties"]["total"]["type"] == "number"
    assert flow["is_latest"] is True
    await world.refused(404, "GET", f"{FLOWS}/{INVOICES}/versions/2")
    summary = await world.get(f"{FLOWS}/{COMPLAINTS}/versions/1/summary")
    assert {row["task_name"] for row in summary} >= {TOPIC, REPLY}
    assert all("output" not in row for row in summary)


def tag(operation: str, run: str, **more: Any) -> dict[str, Any]:
    named = {"flow_execution_id": run, "task_name": "review", "tag": "approved", "tag_type": "review_status"}
    return {"operation": operation, **named, **more}


async def change(world: World, *items: dict[str, Any]) -> list[str]:
    answer = await world.ask("PATCH", TAGS, json={"tags": list(items)})
    assert answer.status_code == 200, answer.text
    return [one["status"] for one in answer.json()["tags"]]


async def test_a_batch_answers_in_its_order_and_repeats_are_harmless(world: World) -> None:
    run = (await world.in_status("queued"))["id"]
    add, meta = tag("add", run), tag("add", run, tag_metadata={"reason": "x"})
    assert await change(world, add, add, meta, tag("remove", run, tag="nobody")) == [
        "added", "already_exists", "added", "not_found",
    ]  # fmt: skip
    assert len(await world.get(TAGS, flow_execution_id=run)) == 2
    assert await change(world, tag("remove", run, tag_metadata={"reason": "x"})) == ["removed"]
    assert len(await world.get(TAGS, flow_execution_id=run)) == 1
    await change(world, meta)
    assert await change(world, tag("remove", run), tag("remove", run)) == ["removed", "not_found"]
    assert await world.get(TAGS, flow_execution_id=run) == []


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"operation": "toggle"}, 400),
        ({"task_name": "nobody"}, 400),
        ({"flow_execution_id": "7"}, 422),
        ({"flow_execution_id": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"tag": ""}, 422),
        ({"tag_type": "x" * 101}, 422),
        ({"tag": 7}, 422),
    ],
)
async def test_a_batch_is_done_whole_or_not_at_all(world: World, bad: dict[str, Any], status: int) -> None:
    run = (await world.in_status("queued"))["id"]
    items = [tag("add", run), {**tag("add", run), **bad}]
    await world.refused(status, "PATCH", TAGS, json={"tags": items})
    assert await world.get(TAGS, flow_execution_id=run) == []


@pytest.mark.parametrize("items", [[], None, "x", [1], [tag("add", "x")] * 101])
async def test_a_batch_that_is_none_is_a_422(world: World, items: Any) -> None:
    await world.refused(422, "PATCH", TAGS, json={"tags": items})


async def test_a_link_opens_one_file_for_an_hour(world: World) -> None:
    found = await world.get("/api/files/download", uri=SCAN)
    assert found["expires_in_seconds"] == 3600
    link = found["download_url"]
    assert (await world.client.get(link)).text.startswith("Nordfrisch")
    assert (await world.client.get(link.replace("signature=", "signature=0"))).status_code == 403
    assert (await world.client.get(link.replace("4471.txt", "4472.txt"))).status_code == 403
    redirect = await world.ask("GET", "/api/files/download", params={"uri": SCAN, "redirect": "true"})
    assert (redirect.status_code, redirect.headers["location"]) == (302, link)
    world.hands.forward(seconds=3601)
    assert (await world.client.get(link)).status_code == 403


@pytest.mark.parametrize(("uri", "status"), [("gs://nobody/x", 404), ("file:///etc/passwd", 400), ("", 422)])
async def test_what_is_no_file_of_the_organization_has_no_link(world: World, uri: str, status: int) -> None:
    await world.refused(status, "GET", "/api/files/download", params={"uri": uri})


async def test_an_unchanged_list_is_a_304_and_errors_carry_their_request(world: World) -> None:
    first = await world.ask("GET", TASKS)
    again = await world.ask("GET", TASKS, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    lost = await world.ask("GET", "/api/nowhere")
    assert lost.status_code == 404
    assert lost.json()["request_id"] == lost.headers["x-request-id"]
    wrong = await world.ask("DELETE", TASKS)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, None)
