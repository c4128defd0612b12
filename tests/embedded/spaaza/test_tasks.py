"""The five endpoints: what they take, what they refuse and how they say it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.embedded.spaaza.world import World, export, rewards, rule, segment

DOCUMENTED = {"id", "chain", "desc", "state", "trigger", "target", "logs", "debug", "version"}
HOSTILE = (
    "\x1b[2J\x07", "\u202egnp.exe", "<script>alert(1)</script>", "'; DROP TABLE spaaza_tasks; --", "%00%s{0}{x}",
    "\U0001f600 \U0001f469\u200d\U0001f469", "=cmd|' /C calc'!A0", "a\r\nSet-Cookie: x=1", "ﷺ" * 500,
)  # fmt: skip


async def test_a_new_task_comes_back_whole(world: World) -> None:
    body = {**world.body(rewards(), repeat="weekly", segment_id="seg-1"), "debug": "made by hand"}
    answer = await world.ask("POST", "/tasks", json=body)
    task = answer.json()
    assert (answer.status_code, set(task)) == (201, DOCUMENTED)
    assert {key: task[key] for key in body} == body
    assert (task["state"]["code"], task["logs"], task["version"]) == ("READY", [], 1)
    assert await world.get(f"/tasks/{task['id']}") == task


async def test_the_list_is_filtered_paged_and_newest_first(world: World) -> None:
    plain = [await world.new() for _ in range(3)]
    paid = [await world.new(rewards()), await world.new(rewards(9))]
    await world.execute(plain[0])

    async def ids(**params: Any) -> list[int]:
        return [one["id"] for one in await world.get("/tasks", **params)]

    assert await ids() == sorted(plain + paid, reverse=True)
    assert await ids(status="DONE") == [plain[0]]
    assert await ids(action="bulk issue rewards") == paid[::-1]
    assert await ids(campaign_id=9) == [paid[1]]
    assert await ids(action="export", status="READY") == [plain[2], plain[1]]
    assert await ids(limit=2, offset=1) == [paid[0], plain[2]]
    assert await ids(limit=0) == []
    assert await ids(offset=100) == []
    assert all(one["logs"] == [] for one in await world.get("/tasks"))


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"status": "ready"}, "status"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"offset": "1.5"}, "offset"),
        ({"offset": "9" * 30}, "offset"),
        ({"campaign_id": "seven"}, "campaign_id"),
    ],
)
async def test_a_query_that_means_nothing_is_400(world: World, params: dict[str, str], path: str) -> None:
    answer = await world.ask("GET", "/tasks", params=params)
    assert answer.status_code == 400
    assert answer.json()["error"]["description"].startswith(f"{path}: ")


def without(body: dict[str, Any], *path: str) -> dict[str, Any]:
    part = body
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return body


def put(body: dict[str, Any], value: Any, *path: str) -> dict[str, Any]:
    part = body
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return body


ONE_RULE = rule("country", "is", value="DE")


REFUSED: list[tuple[str, Any]] = [
    ("chain", lambda body: without(body, "chain")),
    ("chain", lambda body: put(body, "42", "chain")),
    ("chain", lambda body: put(body, True, "chain")),
    ("desc", lambda body: put(body, "  ", "desc")),
    ("desc", lambda body: put(body, 5, "desc")),
    ("desc", lambda body: put(body, "a\0b", "desc")),
    ("desc", lambda body: put(body, "x" * 20_000, "desc")),
    ("debug", lambda body: put(body, [], "debug")),
    ("target", lambda body: put(body, "export", "target")),
    ("target.action", lambda body: put(body, "delete everything", "target", "action")),
    ("target.export_index", lambda body: put(body, "secrets", "target", "export_index")),
    ("target.export_format", lambda body: put(body, None, "target", "export_format")),
    ("target.campaign", lambda body: put(body, {"action": "bulk issue rewards"}, "target")),
    ("trigger", lambda body: without(body, "trigger")),
    ("trigger.once", lambda body: put(body, "tomorrow", "trigger", "once")),
    ("trigger.once", lambda body: put(body, 5, "trigger", "once")),
    ("trigger.repeat", lambda body: put(body, "hourly", "trigger", "repeat")),
    ("trigger.user_list", lambda body: put(body, {"once": "2026-01-01", "segment_id": "a", "user_list": "b"},
                                           "trigger")),
    ("trigger.segment", lambda body: put(body, "all", "trigger", "segment")),
    ("trigger.segment.entity", lambda body: put(body, {"rules": []}, "trigger", "segment")),
    ("trigger.segment.rules", lambda body: put(body, segment(), "trigger", "segment")),
    ("trigger.segment.join", lambda body: put(body, segment(ONE_RULE, join="xor"), "trigger", "segment")),
    ("trigger.segment.rules.1.operator",
     lambda body: put(body, segment(ONE_RULE, rule("x", "explodes")), "trigger", "segment")),
    ("trigger.segment.rules.0.value", lambda body: put(body, segment(rule("x", "is")), "trigger", "segment")),
    ("trigger.segment.rules.0.start_date",
     lambda body: put(body, segment(rule("x", "is_after_date", start_date="soon")), "trigger", "segment")),
    ("trigger.segment.rules.0.max",
     lambda body: put(body, segment(rule("x", "is_between_number", min=1, max="2")), "trigger", "segment")),
    ("trigger.segment.rules.0.time_factor",
     lambda body: put(body, segment(rule("x", "relative_less_than", time_amount=1, time_factor="moon")),
                      "trigger", "segment")),
]  # fmt: skip


async def test_a_body_that_cannot_be_is_400_and_names_the_place(world: World) -> None:
    for path, change in REFUSED:
        answer = await world.ask("POST", "/tasks", json=change(world.body()))
        assert answer.status_code == 400, (path, answer.text)
        error = answer.json()["error"]
        assert error["name"] == "invalid_parameter"
        assert error["description"].startswith(f"{path}: "), error["description"]
    assert await world.get("/tasks") == []


async def test_a_body_that_is_no_object_is_400(world: World) -> None:
    for content in (b"", b"[]", b"{", b"\xff", b'"x"', b"[" * 100_000):
        answer = await world.ask("POST", "/tasks", content=content)
        assert (answer.status_code, answer.json()["error"]["name"]) == (400, "invalid_parameter")


async def test_a_segment_of_another_chain_is_403(world: World) -> None:
    answer = await world.ask("POST", "/tasks", json=world.body(segment=segment(ONE_RULE, chain=43)))
    assert answer.status_code == 403


async def test_what_is_not_there_is_404_in_the_envelope(world: World) -> None:
    for path in ("/tasks/999", "/tasks/0", "/tasks/99999999999999999999", "/tasks/abc", "/nothing"):
        answer = await world.ask("GET", path)
        assert (answer.status_code, answer.json()["error"]["name"]) == (404, "not_found")


async def test_a_method_that_is_not_there_is_405_in_the_envelope(world: World) -> None:
    task = await world.new()
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await world.ask(method, f"/tasks/{task}")
        assert (answer.status_code, answer.json()["error"]["name"]) == (405, "method_not_allowed")


async def test_only_an_export_that_is_done_has_a_file(world: World) -> None:
    for task, run in ((await world.new(), False), (await world.new(rewards()), True)):
        if run:
            await world.execute(task)
        answer = await world.ask("GET", f"/tasks/{task}/download_url")
        assert (answer.status_code, answer.json()["error"]["name"]) == (400, "no_result_file")


async def test_a_link_needs_no_credentials_lasts_an_hour_and_cannot_be_changed(world: World) -> None:
    one, other = await world.new(), await world.new(export("vouchers"))
    for task in (one, other):
        await world.execute(task)
    link = (await world.get(f"/tasks/{one}/download_url"))["url"]
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc) == ("http", "site")
    assert (await world.client.get(link)).status_code == 200
    assert set(parse_qs(parts.query)) == {"task", "run", "expires", "signature"}
    for wrong in (
        link.replace(f"task={one}", f"task={other}"),
        link.replace("run=1", "run=2"),
        link.replace("expires=", "expires=9"),
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        parts.path,
        parts.path + "?expires=x&signature=y",
    ):
        answer = await world.client.get(wrong)
        assert (answer.status_code, answer.json()["error"]["name"]) == (403, "link_expired")
    world.watch.forward(minutes=61)
    assert (await world.client.get(link)).status_code == 403


async def test_an_unchanged_answer_is_304(world: World) -> None:
    task = await world.new()
    for path in ("/tasks", f"/tasks/{task}"):
        first = await world.ask("GET", path)
        again = await world.ask("GET", path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "date" in again.headers


async def test_hostile_words_come_back_as_they_went_in(world: World) -> None:
    for text in HOSTILE:
        body = {**world.body(segment=segment(rule(text, "is", value=text))), "desc": f"x{text}", "debug": text}
        answer = await world.ask("POST", "/tasks", json=body)
        assert answer.status_code == 201, answer.text
        assert "set-cookie" not in answer.headers
        task = answer.json()["id"]
        assert await world.execute(task) == "DONE"
        found = await world.get(f"/tasks/{task}")
        assert (found["desc"], found["debug"], found["trigger"]) == (body["desc"], text, body["trigger"])
        assert (await world.ask("GET", "/tasks", params={"action": text})).json() == []


async def test_credentials_and_links_stand_in_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    task = await world.new()
    caplog.set_level("DEBUG", "shiftdeck.server")
    await world.execute(task)
    await world.get(f"/tasks/{task}/download_url")
    await world.ask("POST", "/tasks", content=b"{")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("shiftdeck")]
    assert not any("op:key" in line or "signature" in line for line in ours)
