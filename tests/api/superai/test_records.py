"""What the screen is given: rows, records, actions and nodes of the sample's runs."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest

from tests.api.stub import Asked, Said, Stub, on
from tests.api.superai.place import (
    DAY,
    FLOW,
    RUN,
    TASK,
    House,
    flow_row,
    record_in,
    rows_of,
    run_row,
    stubbed,
    task_row,
    why,
)  # fmt: skip
from tui.api.superai.listing import MOST_LOOKS, PAGE_SIZE
from tui.embedded.samples.superai_flows import COMPLAINTS, INVOICES
from tui.model.action import Risk, Slot
from tui.model.errors import NotFound, Refused, ServerFault, Unauthorised
from tui.model.execution import Key, Record
from tui.model.status import Phase
from tui.model.system import Filters

FLOWS_PATH, RUNS_PATH, TASKS_PATH = "GET /api/flows", "GET /api/flow-executions", "GET /api/task-executions"
TAGS_PATH, RUN_PATH = "GET /api/task-tags", f"GET /api/flow-executions/{RUN}"
VERSION_PATH = f"GET /api/flows/{FLOW}/versions/1"


_BROKE = "no credits: credits left: 0"


def said(message: str, code: str, details: Any = None, request_id: str | None = None) -> dict[str, Any]:
    """The platform's envelope."""
    return {"error": {"message": message, "code": code, "details": details}, "request_id": request_id}


def platform(*answers: Any, runs: Any = None, tasks: Any = None, flow: Any = None) -> Stub:
    """A platform of the first generation with one flow and one run; ``answers`` come first."""
    return Stub(
        *answers,
        on(FLOWS_PATH, Said(200, [flow or flow_row()])),
        on(RUNS_PATH, Said(200, [run_row()] if runs is None else runs)),
        on(RUN_PATH, Said(200, run_row())),
        on(VERSION_PATH, Said(200, flow or flow_row())),
        on(TASKS_PATH, Said(200, {"task_executions": [task_row()]} if tasks is None else tasks)),
        on(TAGS_PATH, Said(200, [])),
    )


async def test_rows_tell_how_far_a_run_is(house: House) -> None:
    rows = {row.title: row for row in await rows_of(house.client())}
    waiting = rows["#6 · Eingangsrechnungen prüfen"]
    assert (waiting.status.phase, waiting.progress, waiting.marks) == (Phase.WAITING, (5, 8), ())
    assert (waiting.place, waiting.series) == ("Rechnung freigeben", "Eingangsrechnungen prüfen")
    failed = rows["#4 · Eingangsrechnungen prüfen"]
    assert (failed.status.phase, failed.progress) == (Phase.BROKEN, (4, 8))
    assert [mark.english() for mark in failed.marks] == ["2 attempts"]
    outdated = rows["#3 · Eingangsrechnungen prüfen"]
    assert [mark.english() for mark in outdated.marks] == ["outdated: 4"]
    assert outdated.progress == (4, 8)
    assert rows["#9 · Eingangsrechnungen prüfen"].progress == (0, 8)
    assert all(row.due is None and row.points is None for row in rows.values())
    only = await house.client().list(DAY, Filters(assignment=COMPLAINTS))
    assert only.rows is not None
    assert {row.template for row in only.rows} == {COMPLAINTS}


async def test_the_run_shows_the_task_that_waits_for_a_person(house: House) -> None:
    client = house.client()
    record = await record_in(client, "awaiting_input")
    assert [field.label for field in record.fields][:3] == ["Lieferant", "Rechnungsnummer", "Rechnungsdatum"]
    assert [field.kind for field in record.fields] == [
        "text", "text", "text", "number", "number", "json", "choice", "text",
    ]  # fmt: skip
    facts = {label.english(): text for label, text in record.facts}
    assert facts == {"Reason of the rejection": "Price differs from the order", "Tasks done": "5/8"}
    assert record.execution.place == "Rechnung freigeben"
    assert record.own_fields
    assert record.has_nodes
    slots = [(action.id.partition(":")[0], action.slot, action.risk) for action in record.actions]
    assert slots == [
        ("complete", Slot.FINISH, Risk.PLAIN), ("reject", Slot.DENY, Risk.CONFIRM),
        ("approve", Slot.OTHER, Risk.CONFIRM), ("reexecute", Slot.RESET, Risk.TYPED),
        ("cancel", Slot.OTHER, Risk.CONFIRM), ("delete", Slot.OTHER, Risk.TYPED),
    ]  # fmt: skip
    assert why(record, "delete") == "It is not ended yet; cancel it first."
    assert len(record.children) == 6


async def test_an_error_comes_message_first_and_its_traceback_folded(house: House) -> None:
    record = await record_in(house.client(), "failed")
    blocks = {block.id: block for block in record.blocks}
    assert ("Error", "The order system did not answer.") in [
        (label.english(), text) for label, text in record.facts
    ]
    assert [line.text.english() for line in blocks["error"].lines] == [
        "The order system did not answer.", "ConnectTimeout",
    ]  # fmt: skip
    assert not blocks["error"].folded
    assert blocks["traceback"].folded
    assert blocks["traceback"].lines[0].text.english() == "Traceback (most recent call last):"
    assert len(blocks["attempts"].lines) == 2
    assert [field.kind for field in record.fields] == ["json"], "no output, and no model: JSON"


async def test_what_can_be_done_depends_on_how_the_run_stands(house: House) -> None:
    client = house.client()
    states = {row.status.raw: await client.show(row.key) for row in await rows_of(client)}
    for raw in ("completed", "cancelled"):
        assert why(states[raw], "cancel") == "It has ended; there is nothing to cancel."
        assert why(states[raw], "delete") == ""
        assert states[raw].in_slot(Slot.FINISH) is None
    assert why(states["running"], "cancel") == ""
    assert why(states["queued"], "reexecute") == "It waits for its turn already."
    rerun = states["failed"].in_slot(Slot.RESET)
    assert rerun is not None
    assert [choice.value for choice in rerun.inputs[0].choices] == ["stale", "all"]
    done = next(row for row in await rows_of(client) if row.status.raw == "completed" and not row.marks)
    fresh = (await client.show(done.key)).in_slot(Slot.RESET)
    assert fresh is not None
    assert [choice.value for choice in fresh.inputs[0].choices] == ["all"]


async def test_the_nodes_are_the_graph_with_attempts_as_leaves(house: House) -> None:
    client = house.client()
    key = (await record_in(client, "failed")).execution.key
    every = await client.nodes(key, "", 0)
    assert [(node.level, node.id, node.parent) for node in every] == [
        (1, "receive", ""), (1, "read", "receive"), (1, "extract", "read"), (1, "order", "extract"),
        (2, "order#0", "order"), (2, "order#1", "order"), (1, "vat", "extract"), (1, "review", "vat"),
        (1, "post", "review"), (1, "mail", "post"),
    ]  # fmt: skip
    named = {node.id: node for node in every}
    assert named["review"].label.english() == "Not reached yet"
    assert (named["review"].status, named["review"].target, named["review"].dimmed) == (None, None, True)
    assert [mark.english() for mark in named["review"].marks] == ["needs 2 more"]
    assert [mark.english() for mark in named["order"].marks] == ["2 attempts"]
    assert named["order"].status is not None
    assert named["order"].status.raw == "failed"
    unreached = await client.node_record(named["mail"])
    assert unreached.execution.title == "Lieferant benachrichtigen"
    assert unreached.actions == ()
    leaf = await client.node_record(named["order#0"])
    assert why(leaf, "complete") == "A later attempt took its place."
    outdated = next(row for row in await rows_of(client) if row.marks and row.status.raw == "completed"
                    and row.template == INVOICES)  # fmt: skip
    dimmed = {node.id for node in await client.nodes(outdated.key, "", 1) if node.dimmed}
    assert dimmed == {"order", "vat", "review", "post"}


async def test_a_task_is_a_record_of_its_own(house: House) -> None:
    client = house.client()
    key = (await record_in(client, "completed")).execution.key
    node = next(node for node in await client.nodes(key, "", 1) if node.status and node.status.raw == "completed")
    assert node.target is not None
    record = await client.show(node.target)
    assert record.execution.parent == key.id
    assert record.execution.key == node.target
    finish = record.in_slot(Slot.FINISH)
    assert finish is not None
    assert finish.enabled, "a completed output can be corrected"
    assert [field.key for field in finish.inputs] == ["afterwards"]
    assert await client.nodes(node.target, "", 1) == await client.nodes(key, "", 1)


async def test_files_are_named_and_fetched_by_links_that_nobody_sees(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    client = house.client()
    key = (await record_in(client, "completed")).execution.key
    files = [file for row in await rows_of(client) for file in (await client.show(row.key)).downloads]
    nodes = await client.nodes(key, "", 1)
    first = await client.show(nodes[0].target) if nodes[0].target is not None else None
    names = {file.name for file in (first.downloads if first is not None else ())} | {file.name for file in files}
    assert "NF-2026-4471.txt" in names
    sink = io.BytesIO()
    with caplog.at_level(logging.DEBUG):
        assert (
            await client.download("gs://zentralkueche/invoices/NF-2026-4471.txt", sink)
            == len(sink.getvalue())
            > 50
        )
        with pytest.raises(NotFound):
            await client.download("gs://nobody/there", io.BytesIO())
    assert "signature=" not in caplog.text


# -- other platforms -------------------------------------------------------------------------------------------


async def test_the_first_generation_with_bare_arrays_and_without_bounds() -> None:
    def refuses_bounds(asked: Asked) -> Said | None:
        bad = asked.path == "/api/flow-executions" and "created_after" in asked.query
        return Said(422, {"error": {"message": "unknown parameter", "code": "validation_error"}}) if bad else None

    stub = platform(refuses_bounds, tasks=[task_row()])
    client = stubbed(stub)
    (row,) = await rows_of(client)
    assert (row.title, row.place, row.progress) == ("#7 · Orders", "", (1, 2))
    assert [asked.query for asked in stub.asked if asked.path == "/api/flow-executions"][1].count("created") == 1
    before = len(stub.asked)
    await rows_of(client)
    asked = [one for one in stub.asked[before:] if one.path == "/api/flow-executions"]
    assert len(asked) == 1, "what was refused once is not asked for again"


async def test_rows_outside_the_period_are_left_out_and_pages_followed_to_its_beginning() -> None:
    def paged(asked: Asked) -> Said | None:
        if asked.path != "/api/flow-executions":
            return None
        page = int(asked.query.partition("&page=")[2].partition("&")[0])
        if page > 3:
            return Said(200, [])
        stamp = {1: "2026-05-12T00:00:00Z", 2: "2026-05-11T05:00:00Z", 3: "2026-05-01T00:00:00Z"}[page]
        rows = [run_row(id=f"{page}-{place}", created_at=stamp) for place in range(PAGE_SIZE)]
        return Said(200, rows)

    stub = platform(paged)
    rows = await rows_of(stubbed(stub))
    assert len(rows) == PAGE_SIZE
    pages = [one.query for one in stub.asked if one.path == "/api/flow-executions"]
    assert len(pages) == 3, "the page that reaches back beyond the period is the last"
    looks = [one for one in stub.asked if one.path == "/api/task-executions"]
    assert len(looks) == MOST_LOOKS, "the rest is looked into the next time"


async def test_what_does_not_move_is_not_looked_into_again() -> None:
    stub = platform(runs=[run_row(), run_row(id="2", status="running", created_at="2026-05-11T07:00:00Z")])
    client = stubbed(stub)
    await rows_of(client)
    before = len(stub.asked)
    again = await rows_of(client)
    asked = [one.query for one in stub.asked[before:] if one.path == "/api/task-executions"]
    assert asked == ["flow_execution_id=2"]
    assert [row.status.raw for row in again] == ["running", "completed"]


async def test_a_flow_that_went_away_takes_nothing_else_with_it() -> None:
    def gone(asked: Asked) -> Said | None:
        bad = asked.path == "/api/flow-executions" and "flow_id=gone" in asked.query
        return Said(403, {"error": {"message": "wrong organization", "code": "forbidden"}}) if bad else None

    stub = Stub(gone, on(FLOWS_PATH, Said(200, {"flows": [flow_row(id="gone"), flow_row()], "total": 2})),
                *platform().answers)  # fmt: skip
    assert [row.title for row in await rows_of(stubbed(stub))] == ["#7 · Orders"]


@pytest.mark.parametrize("said", [Said(500, {}), Said(404, {}), Said(403, {})])
async def test_a_run_whose_tasks_are_not_shown_is_a_row_all_the_same(said: Said) -> None:
    (row,) = await rows_of(stubbed(platform(on(TASKS_PATH, said))))
    assert (row.title, row.progress, row.marks) == ("#7 · Orders", None, ())


async def test_a_definition_or_tags_that_are_not_shown_leave_the_rest() -> None:
    stub = platform(on(VERSION_PATH, Said(403, {})), on(TAGS_PATH, Said(500, {})),
                    tasks={"task_executions": [task_row(status="failed", error="no")]})  # fmt: skip
    record = await stubbed(stub).show(Key("sample", "superai", RUN))
    assert record.in_slot(Slot.FINISH) is not None
    assert [label.english() for label, _ in record.facts] == ["Error", "Tasks done"]
    assert [policy.english() for policy in record.policies] == ["The server has a fault."]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words", "ident"),
    [
        (404, said("gone", "not_found", request_id="01J"), NotFound, "gone", "01J"),
        (400, said("bad", "bad_request", ["one", "two"]), Refused, "bad: one; two", None),
        (402, said("no credits", "insufficient_credits", {"credits_left": 0}), Refused, _BROKE, None),
        (422, {"detail": [{"loc": ["body", "x"], "msg": "No", "type": "x"}]}, Refused, "x: No", None),
        (401, said("expired", "unauthorized", request_id="R"), Unauthorised, "expired", "R"),
        (500, said("boom", "internal_error", request_id="R7"), ServerFault, "boom", "R7"),
        (409, said("is running", "conflict"), Refused, "is running", None),
    ],
)  # fmt: skip
async def test_their_refusals_keep_words_and_request_id(
    status: int, body: Any, kind: type[Exception], words: str, ident: str | None
) -> None:
    client = stubbed(Stub(on(RUN_PATH, Said(status, body))))
    with pytest.raises(kind) as caught:
        await client.show(Key("sample", "superai", RUN))
    error: Any = caught.value
    assert (error.said, error.request_id) == (words, ident)
    if isinstance(error, Refused):
        assert not error.busy, "it means the thing itself, not a repeat that is still running"
        assert error.fields == ({"x": ["No"]} if status == 422 else {})


async def test_names_and_texts_of_a_hostile_server_stay_texts() -> None:
    evil = "\x1b]0;owned\x07[bold]x[/]\u202e"
    flow = flow_row(display_name=evil, definition={"tasks": [{"name": "extract", "task_title": evil}]})
    tasks = {"task_executions": [task_row(status="failed", output={evil: evil}, error={"message": evil})]}
    client = stubbed(platform(flow=flow, tasks=tasks))
    record: Record = await client.show(Key("sample", "superai", RUN))
    (field,) = record.fields
    assert field.label == evil
    assert record.answers[field.key].value == evil
    assert [node.title for node in await client.nodes(Key("sample", "superai", RUN), "", 0)] == [evil]
    (row,) = await rows_of(client)
    assert (row.series, row.place) == (evil, evil)
    assert TASK in field.key


async def test_a_house_of_many_flows_says_what_it_leaves_out() -> None:
    flows = [flow_row(id=f"{FLOW[:-2]}{place:02}", display_name=f"Flow {place}") for place in range(23)]
    stub = Stub(on(FLOWS_PATH, Said(200, flows)), *platform().answers)
    listing = await stubbed(stub).list(DAY, Filters())
    assert listing.notice is not None
    assert listing.notice.english() == "The runs of 3 more flows are not shown here."
    assert sum(one.path == "/api/flow-executions" for one in stub.asked) == 20
