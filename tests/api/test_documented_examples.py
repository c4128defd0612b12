"""The client against the documentation page, word for word: verb, path, query, body, and the answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from tests.api.pages import Example, examples
from tests.api.stub import ALL, DAY, NOW, Stub, key, request, system, transport
from tui.api.http import Answer
from tui.api.intratool.routes import Routes
from tui.model.node import Node
from tui.model.status import Phase
from tui.model.system import Filters

PAGE = examples()
START, END = "2026-05-11 00:00:00", "2026-05-11 23:59:59"
KEY = "k-1"
CALLS: dict[str, Callable[[Routes], Awaitable[Answer]]] = {
    "List by date range": lambda r: r.list_executions(START, END),
    "List by assignment and date range": lambda r: r.list_assignment_executions("558", START, END),
    "Count": lambda r: r.count_executions(),
    "Show": lambda r: r.show_execution("812"),
    "Create": lambda r: r.create_execution({"task_assignment_id": 558, "task_template_id": 203}, KEY),
    "Progress": lambda r: r.save_progress("812", {"comment": "Started checklist"}, KEY),
    "Finish": lambda r: r.finish_execution("812", {"comment": "Checklist completed"}, KEY),
    "Deny": lambda r: r.deny_execution("812", {"deny_reason": "Equipment unavailable"}, KEY),
    "Reset": lambda r: r.reset_execution("812", KEY),
    "Update state": lambda r: r.set_status("812", {"task_status_id": "in_progress"}, KEY),
    "List previous workflow nodes": lambda r: r.previous_nodes("558", 2),
    "Show previous workflow node": lambda r: r.previous_node("558", 1),
    "Show previous workflow node dispatchable": lambda r: r.previous_node_dispatchable(
        "558", 1, ("taskTemplate:id,title", "taskAssignment:id,title"), ("visibility_start_time",)
    ),
}


def test_the_page_documents_thirteen_routes_and_each_is_called_here() -> None:
    assert list(PAGE) == list(CALLS)
    assert len(PAGE) == 13


@pytest.mark.parametrize("example", PAGE.values(), ids=list(PAGE))
async def test_each_route_is_called_as_documented(example: Example) -> None:
    stub = Stub()
    answer = await CALLS[example.title](Routes(transport(stub)))
    (asked,) = stub.asked
    assert asked.method == example.verb
    assert asked.path == example.path
    # "|" may not stand in a URL as it is (RFC 3986); every other character is as on the page.
    assert asked.query == example.query.replace("|", "%7C")
    assert (asked.json if asked.content else None) == example.body
    assert asked.headers["authorization"].startswith("Bearer ")
    assert asked.headers["accept"] == "application/json"
    assert ("idempotency-key" in asked.headers) == (example.verb != "GET")
    assert json.loads(answer.content) == example.answer


async def test_the_listed_execution_becomes_a_row() -> None:
    listing = await system(Stub()).list(DAY, ALL)
    assert listing.rows is not None
    (row,) = listing.rows
    assert row.key == key("812")
    assert (row.assignment, row.template) == ("558", "203")
    assert row.status.phase is Phase.OPEN
    assert row.due is not None
    assert row.due.isoformat() == "2026-05-11T07:00:00+00:00"
    assert (row.points, row.max_points) == (0, 0)
    assert row.title == "Task 203"
    assert listing.as_of == NOW


async def test_the_list_of_an_assignment_goes_its_own_way() -> None:
    stub = Stub()
    listing = await system(stub).list(DAY, Filters(assignment="558"))
    assert stub.lines == ["GET /api/tasks-2/assignments/558/executions"]
    assert stub.asked[0].query.startswith(
        "period_start=2026-05-11+00:00:00&period_end=2026-05-11+23:59:59&include="
    )
    assert listing.rows is not None
    assert [row.due for row in listing.rows] == [None]


async def test_the_count_is_read() -> None:
    assert await system(Stub()).count() == 12


@pytest.mark.parametrize(
    ("action", "status"),
    [("progress", "in_progress"), ("finish", "done"), ("deny", "denied"), ("reset", "in_progress")],
)
async def test_the_documented_answers_of_writes_are_believed(action: str, status: str) -> None:
    receipt = await system(Stub()).perform(request(action))
    assert (receipt.key_id, receipt.status_raw) == ("812", status)


async def test_a_state_is_set_and_a_late_one_is_never_sent() -> None:
    stub = Stub()
    inputs = {"task_status_id": "in_progress_delayed"}
    receipt = await system(stub).perform(request("status", inputs=dict(inputs)))
    assert receipt.status_raw == "in_progress"
    assert stub.asked[0].json == {"task_status_id": "in_progress"}


async def test_an_execution_is_created_with_the_assignment_and_template_that_were_chosen() -> None:
    stub = Stub()
    inputs = {"task_assignment_id": "558", "task_template_id": "203", "for_execution_date": "2026-05-11 08:30:07"}
    receipt = await system(stub).perform(request("create", inputs=dict(inputs)))
    assert receipt.key_id == "812"
    assert stub.asked[0].json == {
        "task_assignment_id": 558,
        "task_template_id": 203,
        "for_execution_date": "2026-05-11 08:30:07",
    }


async def test_the_nodes_before_an_assignment_have_words_and_targets() -> None:
    stub = Stub()
    nodes = await system(stub).nodes(key(), "558", 2)
    assert [(node.id, node.level, node.label.english()) for node in nodes] == [
        ("9001", 1, "Task finished"),
        ("9000", 2, "Form sent"),
    ]
    assert nodes[0].target == key("812")
    assert (nodes[1].target, nodes[1].target_kind, nodes[1].target_id) == (None, "formMessage", "301")
    assert stub.asked[0].query == "levels=2"


async def test_the_record_behind_a_node_is_read_through_the_documented_route() -> None:
    stub = Stub()
    client = system(stub)
    node: Node = (await client.nodes(key(), "558", 1))[0]
    record = await client.node_record(node)
    assert "GET /api/tasks-2/executions/558/workflow-nodes/previous/1/dispatchable" in stub.lines
    assert (record.execution.title, record.execution.place) == ("Safety Checklist", "Morning Shift")
    assert [(label.english(), text) for label, text in record.facts] == [("Visible from", "2026-04-29 08:45")]
    assert record.execution.status.phase is Phase.DONE
