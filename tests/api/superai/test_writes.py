"""Completing, judging, running again, cancelling, deleting and starting, each once, with the answer checked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.stub import Asked, Said, Stub, on
from tests.api.superai.place import (
    RUN,
    TASK,
    House,
    ask,
    record_in,
    rows_of,
    run_row,
    start,
    stubbed,
    task_row,
    why,
)
from tests.api.superai.test_records import RUN_PATH, platform, said
from tests.contract.systems.case import request_for
from tui.embedded.samples.superai_flows import COMPLAINTS, INVOICES
from tui.model.action import Verdict
from tui.model.errors import Forbidden, NotFound, NotTheServer, Refused, TaskError
from tui.model.execution import Key
from tui.model.status import Phase
from tui.model.system import TaskSystem

PUT, ONE = "PUT /api/task-executions", f"GET /api/task-executions/{TASK}"


async def attempts(client: TaskSystem, key: Key) -> dict[str, str]:
    """The status of each task's latest attempt, and of earlier ones by their number."""
    return {node.id: node.status.raw for node in await client.nodes(key, "", 0) if node.status is not None}


async def test_a_review_is_completed_with_what_was_changed(house: House) -> None:
    client = house.client()
    record = await record_in(client, "awaiting_input")
    request = ask(
        record, "complete", {"total": "99.5", "vat_rate": "19", "matches_order": "true", "comment": "ok"}
    )
    receipt = await client.perform(request)
    assert receipt.status_raw == "completed"
    assert receipt.data["output"]["total"] == 99.5
    assert receipt.data["output"]["vat_rate"] == 19
    assert receipt.data["output"]["matches_order"] is True
    assert receipt.data["output"]["lines"], "what was not changed is still there"
    row = next(row for row in await rows_of(client) if row.key == record.execution.key)
    assert row.status.phase is Phase.ACTIVE
    assert (await client.whoami()).name == "Maria Lindner"
    row = next(row for row in await rows_of(client) if row.key == record.execution.key)
    assert row.actor == "Maria Lindner"


async def test_somebody_elses_change_of_another_answer_survives(house: House) -> None:
    mine, theirs = house.client("maria"), house.client("ana")
    record = await record_in(mine, "awaiting_input")
    await theirs.perform(ask(await theirs.show(record.execution.key), "complete", {"comment": "by Ana"}))
    receipt = await mine.perform(ask(record, "complete", {"total": "1"}))
    assert (receipt.data["output"]["comment"], receipt.data["output"]["total"]) == ("by Ana", 1)


async def test_what_somebody_completed_is_not_completed_again_unchanged(house: House) -> None:
    mine, theirs = house.client("maria"), house.client("ana")
    record = await record_in(mine, "awaiting_input")
    await theirs.perform(ask(await theirs.show(record.execution.key), "complete"))
    with pytest.raises(Refused) as caught:
        await mine.perform(ask(record, "complete"))
    assert caught.value.reason.english() == "Somebody else has completed it meanwhile."


@pytest.mark.parametrize(("then", "expected"), [("keep", {"post": "completed"}), ("again", {"post": "queued"})])
async def test_a_correction_asks_what_becomes_of_what_came_of_it(
    house: House, then: str, expected: dict[str, str]
) -> None:
    client = house.client()
    row = next(row for row in await rows_of(client) if row.progress == (8, 8))
    node = next(node for node in await client.nodes(row.key, "", 1) if node.id == "review")
    assert node.target is not None
    record = await client.show(node.target)
    await client.perform(ask(record, "complete", {"total": "7"}, afterwards=then))
    found = await attempts(client, row.key)
    assert {name: found[name] for name in expected} == expected
    assert next(one for one in await client.nodes(row.key, "", 1) if one.id == "extract").dimmed is False
    assert next(one for one in await client.nodes(row.key, "", 1) if one.id == "post").dimmed is (then == "keep")


async def test_the_servers_word_about_an_output_that_does_not_fit(house: House) -> None:
    client = house.client()
    record = await record_in(client, "awaiting_input")
    with pytest.raises(Refused) as caught:
        await client.perform(ask(record, "complete", {"lines": "[1]"}))
    assert "output.lines[0]: should be object" in caught.value.said
    assert (await client.show(record.execution.key)).answers == record.answers


async def test_a_failed_task_is_completed_by_hand(house: House) -> None:
    client = house.client()
    record = await record_in(client, "failed")
    receipt = await client.perform(ask(record, "complete", {"": '{"order": "B-1"}'}))
    assert receipt.data["output"] == {"order": "B-1"}
    assert receipt.data["error"] is None
    assert (await attempts(client, record.execution.key))["order"] == "completed"


async def test_a_verdict_takes_the_other_one_back(house: House) -> None:
    client = house.client()
    record = await record_in(client, "awaiting_input")
    key = record.execution.key
    await client.perform(ask(record, "reject", reason="wrong supplier"))
    shown = {block.id: block for block in (await client.show(key)).blocks}
    told = [line.text.english() for line in shown["review"].lines if line.label is None]
    assert set(told) == {"Rejected: Price differs from the order", "Rejected: wrong supplier"}, (
        "two people, two reasons"
    )
    await client.perform(ask(record, "approve"))
    shown = {block.id: block for block in (await client.show(key)).blocks}
    assert [line.text.english() for line in shown["review"].lines if line.label is None] == ["Approved"]
    assert (await client.show(key)).execution.status.raw == "awaiting_input", "a tag is not a status"


async def test_a_run_is_run_again_in_part_or_whole(house: House) -> None:
    client = house.client()
    record = await record_in(client, "failed")
    key = record.execution.key
    assert (await client.perform(ask(record, "reexecute", scope="stale"))).status_raw == "queued"
    assert (await attempts(client, key))["order#2"] == "queued"
    assert "read#1" not in await attempts(client, key)
    other = await record_in(client, "running")
    await client.perform(ask(other, "reexecute", scope="all"))
    assert (await attempts(client, other.execution.key))["receive#1"] == "queued"


async def test_a_run_is_cancelled_and_then_deleted(house: House) -> None:
    client = house.client()
    record = await record_in(client, "running")
    key = record.execution.key
    assert (await client.perform(ask(record, "cancel"))).status_raw == "cancelled"
    ended = await client.show(key)
    assert why(ended, "cancel")
    assert (await client.perform(ask(ended, "delete"))).status_raw == "deleted"
    with pytest.raises(NotFound):
        await client.show(key)
    assert key not in [row.key for row in await rows_of(client)]
    with pytest.raises(Forbidden):
        await house.client("ana").perform(ask(await record_in(client, "queued"), "delete"))


async def test_a_run_is_started_with_its_input(house: House) -> None:
    client = house.client()
    receipt = await client.perform(await start(client, COMPLAINTS, '{"text": "Cold soup."}'))
    record = await client.show(Key("sample", "superai", receipt.key_id))
    assert record.raw["input"] == {"text": "Cold soup."}
    again = await client.new_action(record)
    assert again is not None
    assert [field.default for field in again.inputs] == [COMPLAINTS, '{\n  "text": "Cold soup."\n}']
    for bad in ("[1]", "{", '"x"'):
        with pytest.raises(Refused) as caught:
            await client.perform(await start(client, INVOICES, bad))
        assert list(caught.value.fields) == ["input"]
    with pytest.raises(NotFound):
        await client.perform(await start(client, RUN))


# -- what is sent, and which answers are believed -----------------------------------------------------------------


async def waiting(stub: Stub) -> tuple[Any, Any]:
    client = stubbed(stub)
    return client, await client.show(Key("sample", "superai", RUN))


def of_tasks(*rows: dict[str, Any]) -> Any:
    return {"task_executions": list(rows)}


async def test_the_whole_record_is_put_with_the_first_generations_word() -> None:
    row = task_row(status="failed", error={"message": "no"}, output={"rows": 12, "x": None})
    stub = platform(
        on(ONE, Said(200, row)), on(PUT, Said(200, {**row, "status": "completed"})), tasks=of_tasks(row)
    )
    client, record = await waiting(stub)
    await client.perform(ask(record, "complete", {"rows": "13"}))
    (asked,) = [one for one in stub.asked if one.method == "PUT"]
    assert asked.json == {**row, "output": {"rows": 13, "x": None}, "status": "completed", "error": None}
    assert asked.query == "execute_flow=false"


async def test_a_record_of_the_second_generation_keeps_its_words_in_step() -> None:
    row = task_row(processing_status="awaiting_input", edited_status="not_edited", stale_status="consistent")
    del row["status"]
    stub = platform(
        on(ONE, Said(200, row)), on(PUT, Said(200, {**row, "processing_status": "completed"})), tasks=of_tasks(row)
    )
    client, record = await waiting(stub)
    assert (await client.perform(ask(record, "complete"))).status_raw == "completed"
    (asked,) = [one for one in stub.asked if one.method == "PUT"]
    assert (asked.json["status"], asked.json["processing_status"]) == ("completed", "completed")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(200, task_row(id=RUN)), NotTheServer),
        (Said(200, []), NotTheServer),
        (Said(200, b"<html>login"), NotTheServer),
        (Said(204, b""), NotTheServer),
        (Said(200, {"id": TASK}), NotTheServer),
        (Said(200, task_row(status="running")), Refused),
    ],
)
async def test_only_an_answer_about_this_very_task_is_believed(answer: Said, kind: type[Exception]) -> None:
    row = task_row(status="awaiting_input")
    stub = platform(on(ONE, Said(200, row)), on(PUT, answer), tasks=of_tasks(row))
    client, record = await waiting(stub)
    with pytest.raises(kind):
        await client.perform(ask(record, "complete"))
    assert sum(one.method == "PUT" for one in stub.asked) == 1


async def test_a_task_of_another_run_is_never_touched() -> None:
    row = task_row(status="awaiting_input")
    stub = platform(on(ONE, Said(200, {**row, "flow_execution_id": "another"})), tasks=of_tasks(row))
    client, record = await waiting(stub)
    request = ask(record, "complete")
    with pytest.raises(Refused):
        await client.perform(request)
    with pytest.raises(Refused):
        await client.reconcile(request)
    assert not any(one.method == "PUT" for one in stub.asked)


async def test_a_platform_that_cannot_cancel_says_so_once() -> None:
    run = run_row(status="running")
    stub = platform(on(RUN_PATH, Said(200, run)), tasks=of_tasks(task_row(status="running")))
    client, record = await waiting(stub)
    with pytest.raises(Refused) as caught:
        await client.perform(ask(record, "cancel"))
    assert caught.value.reason.english() == "This server cannot cancel a run."
    again = await client.show(record.execution.key)
    assert again.action("cancel") is None, "what a server lacks is absent"


async def test_an_empty_answer_is_believed_only_after_the_run_was_read() -> None:
    def lost(asked: Asked) -> Said | None:
        written = any(one.method != "GET" for one in stub.asked[:-1])
        return Said(502, b"") if written and asked.line == RUN_PATH else None

    stub = platform(lost, on(f"POST /api/flow-executions/{RUN}/execute", Said(204, b"")))
    client, record = await waiting(stub)
    with pytest.raises(TaskError) as caught:
        await client.perform(ask(record, "reexecute", scope="all"))
    assert getattr(caught.value, "maybe_done", False)


async def test_tags_that_were_not_taken_are_not_believed() -> None:
    row = task_row(status="awaiting_input")
    answers: list[dict[str, Any]] = [
        {"tags": []}, {"tags": [{"status": "added"}]}, {"tags": [{}, {}, {"status": "not_found"}]}, {},
    ]  # fmt: skip
    for answer in answers:
        stub = platform(on("PATCH /api/task-tags", Said(200, answer)), tasks=of_tasks(row))
        client, record = await waiting(stub)
        with pytest.raises(NotTheServer):
            await client.perform(ask(record, "approve"))


async def test_a_refusal_keeps_the_servers_words() -> None:
    row = task_row(status="awaiting_input")
    refusal = said("Output does not fit", "bad_request", ["output.a: is required"])
    stub = platform(on(ONE, Said(200, row)), on(PUT, Said(400, refusal)), tasks=of_tasks(row))
    client, record = await waiting(stub)
    with pytest.raises(Refused) as caught:
        await client.perform(ask(record, "complete"))
    assert caught.value.said == "Output does not fit: output.a: is required"


async def test_an_unknown_outcome_of_a_strange_request_stays_unknown(house: House) -> None:
    client = house.client()
    record = await record_in(client, "queued")
    cancel = record.action("cancel")
    assert cancel is not None
    strange = request_for("superai", record, cancel)
    assert (await client.reconcile(strange)).verdict is Verdict.NOT_APPLIED


async def test_a_task_is_not_completed_with_nothing(house: House) -> None:
    client = house.client()
    record = await record_in(client, "failed")
    (field,) = record.fields
    assert field.required, "asked for before anything is sent"
    with pytest.raises(Refused) as caught:
        await client.perform(ask(record, "complete"))
    assert "An output is needed" in caught.value.what.english()
    assert (await attempts(client, record.execution.key))["order"] == "failed"
