"""Workflow, pickers, files, the owner of the token, and the door of the room."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from tests.api.stub import ALL, DAY, NOW, ZONE, Said, Stub, key, on, system, transport
from tui.api import connect
from tui.api.intratool.adapter import IntratoolSystem
from tui.api.intratool.pickers import LONGEST
from tui.api.intratool.routes import Routes
from tui.model.errors import NotFound, NotTheServer, ServerFault, Unauthorised
from tui.model.node import Node

PREVIOUS = "GET /api/tasks-2/executions/558/workflow-nodes/previous"
ADMIN = "GET /api/administration/tasks-2"
LIST = "GET /api/tasks-2/executions"


def node(ident: int, level: Any, kind: str = "taskExecutionFinished", target: Any = 812) -> dict[str, Any]:
    return {
        "id": ident,
        "type": kind,
        "level": level,
        "dispatchable_id": target,
        "dispatchable_type": "taskExecution" if kind == "taskExecutionFinished" else "formMessage",
    }


async def test_a_node_of_an_unknown_type_is_shown_with_its_own_word() -> None:
    odd = [node(1, "1", "droneLanded"), node(2, None), {}, node(3, 2, target=None)]
    nodes = await system(Stub(on(PREVIOUS, Said(200, odd)))).nodes(key(), "558", 0)
    assert [(one.label.id, one.level) for one in nodes] == [
        ("droneLanded", 1),
        ("Task finished", 1),
        ("?", 1),
        ("Task finished", 2),
    ]
    assert nodes[0].label.server
    assert nodes[3].target is None


async def test_nodes_seen_in_the_list_have_its_titles() -> None:
    client = system(Stub())
    await client.list(DAY, ALL)
    found = await client.nodes(key(), "558", 1)
    assert [(one.title, one.status is not None, one.level) for one in found] == [("Task 203", True, 1)]


async def test_nothing_came_before() -> None:
    assert await system(Stub(on(PREVIOUS, Said(404, {})))).nodes(key(), "558") == ()


async def test_a_server_that_cannot_list_nodes_is_asked_level_by_level() -> None:
    stub = Stub(
        on(PREVIOUS, Said(500, {})),
        on(f"{PREVIOUS}/1", Said(200, node(1, 1))),
        on(f"{PREVIOUS}/2", Said(200, node(2, 2))),
    )
    assert [one.id for one in await system(stub).nodes(key(), "558", 0)] == ["1", "2"]
    assert [one.id for one in await system(stub).nodes(key(), "558", 1)] == ["1"]


def form_node() -> Node:
    from tui.model.message import Message

    return Node(
        id="9000", root="558", level=2, kind="formMessageSent", label=Message("Form sent"),
        target_kind="formMessage", target_id="301",
    )  # fmt: skip


async def test_a_sent_form_is_shown_with_all_that_it_says() -> None:
    sent = {"id": 301, "subject": "Leak", "body": "<p>Water</p>", "sent_at": "2026-05-11 08:00:00", "form_id": 7}
    stub = Stub(
        on(f"{PREVIOUS}/2", Said(200, node(9000, 2, "formMessageSent", 301))),
        on(f"{PREVIOUS}/2/dispatchable", Said(200, sent)),
    )
    record = await system(stub).node_record(form_node())
    assert (record.execution.title, record.description, record.actions) == ("Leak", "Water", ())
    assert record.execution.key == key("formMessage:301")
    assert [(label.id, text) for label, text in record.facts] == [
        ("sent at", "2026-05-11 08:00:00"),
        ("form id", "7"),
    ]


async def test_a_node_that_moved_is_found_at_its_new_level() -> None:
    stub = Stub(
        on(f"{PREVIOUS}/2", Said(200, node(9500, 2))),
        on(PREVIOUS, Said(200, [node(9400, 1), node(9500, 2), node(9000, 3, "formMessageSent", 301)])),
        on(f"{PREVIOUS}/3/dispatchable", Said(200, {"id": 301, "subject": "Leak"})),
    )
    assert (await system(stub).node_record(form_node())).execution.title == "Leak"
    stub.answers[1] = on(PREVIOUS, Said(200, [node(9500, 2)]))
    with pytest.raises(NotFound) as caught:
        await system(stub).node_record(form_node())
    assert caught.value.what.english() == "This step is not where it was; open the workflow again."


async def test_assignments_are_picked_by_their_titles() -> None:
    theirs = [
        {"id": 558, "title": "Morning Shift", "task_template_id": 203},
        {"id": 559, "title": "Evening shift", "active": True},
        {"id": 560, "title": "Old shift", "active": 0},
        {"title": "No ID"},
    ]
    templates = [{"id": 203, "title": "Safety Checklist"}]
    stub = Stub(on(f"{ADMIN}/assignments", Said(200, theirs)), on(f"{ADMIN}/templates", Said(200, templates)))
    client = system(stub)
    found = [(one.value, one.label) for one in (await client.choices("assignments")).choices]
    assert found == [("559", "Evening shift"), ("558", "Safety Checklist · Morning Shift")]
    assert [one.value for one in (await client.choices("assignments", "MORN sh")).choices] == ["558"]
    assert [one.value for one in (await client.choices("assignments", "558")).choices] == ["558"]
    assert len(stub.asked) == 2, "the tables are kept"


async def test_without_the_administration_the_list_gives_assignments_and_templates() -> None:
    client = system(Stub(on(f"{ADMIN}/assignments", Said(403, {})), on(f"{ADMIN}/templates", Said(403, {}))))
    assert (await client.choices("assignments")).choices == ()
    closed = await client.new_action()
    await client.list(DAY, ALL)
    assert [one.value for one in (await client.choices("assignments")).choices] == ["558"]
    assert [one.label for one in (await client.choices("templates")).choices] == ["Task 203"]
    action = await client.new_action()
    assert closed is not None
    assert action is not None
    assert (closed.enabled, action.enabled) == (False, True)
    assert {one.key: one.default for one in action.inputs}["for_execution_date"] == "2026-05-11 08:45:00"


async def test_the_child_checklists_are_offered_below_a_parent() -> None:
    templates = [{"id": 1, "title": "A", "parent_id": 203}, {"id": 2, "title": "B", "parent_id": "203"}, {"id": 3}]
    client = system(Stub(on(f"{ADMIN}/templates", Said(200, templates))))
    action = await client.new_action(await client.show(key()))
    assert action is not None
    chosen = next(one for one in action.inputs if one.key == "task_template_id")
    assert [(one.value, one.label) for one in chosen.choices] == [("1", "A"), ("2", "B")]


async def test_people_and_departments_are_picked_and_long_lists_are_cut() -> None:
    people = [{"id": n, "first_name": "P", "last_name": f"{n:04}"} for n in range(LONGEST + 5)]
    client = system(
        Stub(
            on("GET /api/users", Said(200, people)),
            on("GET /api/departments", Said(200, [{"id": 4, "name": "Store"}])),
        )
    )
    page = await client.choices("users")
    assert (len(page.choices), page.complete) == (LONGEST, False)
    assert (await client.choices("users", "0003")).choices[0].label == "P 0003"
    assert [one.label for one in (await client.choices("departments")).choices] == ["Store"]
    assert (await client.choices("spaceships")).choices == ()


async def test_tables_are_read_again_after_a_while() -> None:
    stub = Stub(on("GET /api/departments", Said(500, {}), Said(200, [{"id": 4, "name": "Store"}])))
    moment = [NOW]
    client = IntratoolSystem(
        Routes(transport(stub)), profile="kitchen", zone=ZONE, cache=None, clock=lambda: moment[0]
    )
    assert (await client.choices("departments")).choices == ()
    assert (await client.choices("departments")).choices == ()
    moment[0] += timedelta(minutes=6)
    assert len((await client.choices("departments")).choices) == 1
    assert len(stub.asked) == 2


def jwt(claims: Any) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{part}.c2lnbmF0dXJl"


async def test_a_jwt_names_its_owner() -> None:
    user = {"id": 25, "first_name": "Ada", "last_name": "Lovelace", "role": {"id": 1, "name": "Shift lead"}}
    stub = Stub(on("GET /api/users/25", Said(200, user)))
    who = await system(stub, token=jwt({"sub": "25"})).whoami()
    assert (who.id, who.name, who.role) == ("25", "Ada Lovelace", "Shift lead")
    assert stub.asked[0].query == "include=role"


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.!!!.c", jwt([1]), jwt({}), jwt({"sub": {}})])
async def test_an_opaque_token_names_nobody(token: str) -> None:
    stub = Stub()
    assert (await system(stub, token=token).whoami()).id == ""
    assert stub.asked == []


async def test_an_owner_whose_record_is_not_shown_has_an_id_only() -> None:
    who = await system(Stub(on("GET /api/users/25", Said(403, {}))), token=jwt({"sub": 25})).whoami()
    assert (who.id, who.name) == ("25", "")


@pytest.mark.parametrize(
    ("ref", "path"),
    [
        ("17", "/files/17"),
        ("/files/17", "/files/17"),
        ("https://acme.intratool.de/files/abc/photo.png?x=1", "/files/abc/photo.png"),
        ("../../api/x", "/files/x"),
        ("/files/../api", "/files/api"),
    ],
)
async def test_a_file_is_written_as_it_comes(ref: str, path: str) -> None:
    stub = Stub(on(f"GET {path}", Said(200, b"\x89PNG", {"content-type": "image/png"})))
    sink = io.BytesIO()
    assert await system(stub).download(ref, sink) == 4
    assert sink.getvalue() == b"\x89PNG"
    assert stub.asked[0].headers["accept"] == "*/*"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said(404, {"message": "Not Found."}), NotFound),
        (Said(302, b"", {"Location": "/login"}), NotTheServer),
        (Said(204, b"", {}), NotTheServer),
        (Said(500, {}), ServerFault),
        (Said(200, b"<html>login</html>", {"content-type": "text/html"}), NotTheServer),
    ],
)
async def test_a_file_that_does_not_come_writes_nothing(said: Said, kind: type[Exception]) -> None:
    sink = io.BytesIO()
    with pytest.raises(kind):
        await system(Stub(on("GET /files/17", said))).download("17", sink)
    assert sink.getvalue() == b""


async def test_connect_gives_a_system_that_works() -> None:
    client = connect("intratool", base_url="embedded:", token="t", zone=ZONE, profile="kitchen", app=Stub())
    assert await client.count() == 12
    assert client.capabilities.title == "Intratool"
    assert client.server_time is None
    await client.close()
    with pytest.raises(ValueError, match="unknown system"):
        connect("fax", base_url="x", token="t", zone=ZONE, profile="p")
    with pytest.raises(Unauthorised):
        connect("intratool", base_url="https://x", token="", zone=ZONE, profile="p")


def test_the_door_of_the_room_is_cheap() -> None:
    code = "import sys, tui.api; print(sorted({'httpx', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
