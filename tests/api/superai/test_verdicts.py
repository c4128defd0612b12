"""What people said of an output: on the row, in the record, in the tree, and where it no longer counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.stub import Asked, Said, on
from tests.api.superai.place import RUN, House, ask, rows_of, run_row, stubbed, task_row
from tests.api.superai.test_records import RUN_PATH, RUNS_PATH, TAGS_PATH, TASKS_PATH, platform
from tui.api.superai.verdicts import tags_in
from tui.model.execution import Execution, Key, Record, Tone
from tui.model.system import TaskSystem

ME, OTHER = "00000000-0000-4000-8000-0000000000aa", "a0a2034b-0000-4000-8000-000000000001"
KEY = Key("sample", "superai", RUN)


def tag(word: str, task: str = "extract", *, at: str = "2026-05-11T06:00:30Z", **more: Any) -> dict[str, Any]:
    return {
        "flow_execution_id": RUN, "task_name": task, "tag": word, "tag_type": "review_status", "status": "active",
        "created_at": at, "modified_by": OTHER, **more,
    }  # fmt: skip


async def row_with(tags: list[dict[str, Any]], *tasks: dict[str, Any]) -> Execution:
    rows = [{**row, "tags": tags} for row in tasks or (task_row(),)]
    (found,) = await rows_of(stubbed(platform(tasks={"task_executions": rows})))
    return found


def said_of(row: Execution) -> tuple[str, Tone] | None:
    return (row.verdict.text.english(), row.verdict.tone) if row.verdict is not None else None


def block(record: Record, name: str) -> list[str]:
    lines = next((block.lines for block in record.blocks if block.id == name), ())
    return [line.text.english() for line in lines]


async def waiting_row(client: TaskSystem, key: Key) -> Execution:
    return next(row for row in await rows_of(client) if row.key == key)


async def test_a_verdict_stands_on_the_row_wherever_the_list_is_read(house: House) -> None:
    client = house.client()
    key = next(row.key for row in await rows_of(client) if row.status.raw == "awaiting_input" and not row.verdict)
    record = await client.show(key)
    await client.perform(ask(record, "reject", reason="Price is wrong"))
    for reader in (client, house.client(), house.client("admin")):
        assert said_of(await waiting_row(reader, key)) == ("Rejected", Tone.BAD)
    await client.perform(ask(await client.show(key), "approve"))
    listing = [row for row in await rows_of(client) if row.key == key]
    assert said_of(listing[0]) == ("Approved", Tone.GOOD), "not the opposite one beside it"


async def test_the_list_asks_nothing_more_for_it_and_reads_a_run_with_a_new_verdict_again() -> None:
    given: list[dict[str, Any]] = []

    def tasks(asked: Asked) -> Said | None:
        rows = [{**task_row(status="failed"), "tags": given}]
        return Said(200, rows) if asked.path == "/api/task-executions" else None

    def judged(asked: Asked) -> Said | None:
        if asked.method != "PATCH":
            return None
        given.append(tag("approved"))
        return Said(200, {"tags": [{"status": "not_found"}, {"status": "not_found"}, {"status": "added"}]})

    # failed, so that it is no run that is looked into all the time; a tag does not move its stamp here
    runs = [run_row(status="failed")]
    stub = platform(tasks, judged, on(RUN_PATH, Said(200, runs[0])), on(RUNS_PATH, Said(200, runs)))
    client = stubbed(stub)
    (row,) = await rows_of(client)
    assert row.verdict is None
    await rows_of(client)
    assert sum(one.path == "/api/task-executions" for one in stub.asked) == 1
    assert not any(one.path == "/api/task-tags" for one in stub.asked), "tags come with the tasks"
    record = await stubbed(stub).show(KEY)
    await client.perform(ask(record, "approve"))
    (row,) = await rows_of(client)
    assert said_of(row) == ("Approved", Tone.GOOD)


_AGAIN = task_row(id="2", task_execution_idx=1, created_at="2026-05-11T06:05:00Z")
_WAITS = task_row(id="3", task_name="receive", status="awaiting_input")


@pytest.mark.parametrize(
    ("tags", "tasks", "words"),
    [
        ([tag("approved")], (task_row(status="failed"),), "Approved"),
        ([tag("rejected")], (task_row(),), "Rejected: Extract"),
        ([tag("approved")], (task_row(),), "Approved"),
        ([tag("approved")], (task_row(status="stale"),), None),
        ([tag("rejected")], (task_row(status="stale"),), "Rejected: Extract"),
        ([tag("rejected"), tag("approved", at="2026-05-11T07:00:00Z")], (task_row(status="failed"),), "Approved"),
        ([tag("rejected", at="2026-05-11T07:00:00Z"), tag("approved")], (task_row(status="failed"),), "Rejected"),
        ([tag("approved")], (task_row(), _WAITS), None),
        ([tag("rejected")], (task_row(), _WAITS), "Rejected: Extract"),
        ([tag("rejected"), tag("approved", "receive")], (task_row(), _WAITS), "Approved"),
        ([tag("rejected")], (task_row(), _AGAIN), None),
        ([tag("rejected", at="2026-05-11T06:05:00Z")], (task_row(), _AGAIN), "Rejected: Extract"),
        ([tag("rejected", status="deleted")], (task_row(),), None),
        ([tag("rejected", tag_type="quality")], (task_row(),), None),
        ([tag("pending")], (task_row(status="failed"),), None),
        ([{"tag": "approved", "tag_type": "review_status"}], (task_row(status="failed"),), "Approved"),
    ],
)
async def test_which_verdict_a_row_wears(
    tags: list[dict[str, Any]], tasks: tuple[dict[str, Any], ...], words: str | None
) -> None:
    row = await row_with(tags, *tasks)
    assert (said_of(row) or (None,))[0] == words


@pytest.mark.parametrize("junk", [None, {}, "x", [None], ["x", {}], [{"tag": {}, "tag_type": "review_status"}]])
async def test_tags_of_any_shape_do_not_break_the_list(junk: Any) -> None:
    (row,) = await rows_of(stubbed(platform(tasks=[{**task_row(), "tags": junk}])))
    assert (row.verdict, row.progress) == (None, (1, 2))
    assert not [one for one in tags_in([None, {"tags": junk}]) if one.tag]


async def test_the_record_tells_verdict_reason_who_and_when(house: House) -> None:
    client = house.client()
    await client.whoami()
    row = next(row for row in await rows_of(client) if row.status.raw == "awaiting_input" and not row.verdict)
    record = await client.show(row.key)
    await client.perform(ask(record, "reject", reason="Price is wrong"))
    mine = await client.show(record.execution.key)
    assert block(mine, "review") == ["Rejected: Price is wrong", "Maria Lindner", "2026-05-11 10:30"]
    assert ("Reason of the rejection", "Price is wrong") in [(label.english(), text) for label, text in mine.facts]
    theirs = await house.client("admin").show(record.execution.key)
    assert block(theirs, "review")[1] == "another person"
    nodes = await client.nodes(record.execution.key, "", 1)
    judged = next(node for node in nodes if node.id == "review")
    assert "Rejected" in [mark.english() for mark in judged.marks]
    assert judged.target is not None
    task = await client.show(judged.target)
    assert said_of(task.execution) == ("Rejected", Tone.BAD)
    assert block(task, "tags") == [], "said once"


async def test_rows_name_oneself_from_the_first_look_and_nobody_by_an_id(house: House) -> None:
    client = house.client()
    row = next(row for row in await rows_of(client) if row.status.raw == "awaiting_input")
    await client.perform(ask(await client.show(row.key), "approve"))
    assert (await waiting_row(house.client(), row.key)).actor == "Maria Lindner"
    assert (await waiting_row(house.client("admin"), row.key)).actor is None


async def test_a_profile_that_is_not_shown_leaves_the_list() -> None:
    stub = platform(on("GET /api/profile/me", Said(403, {})))
    client = stubbed(stub)
    await rows_of(client)
    assert [row.title for row in await rows_of(client)] == ["#7 · Orders"]
    assert stub.lines.count("GET /api/profile/me") == 1, "it is not asked for at every look"


async def test_a_verdict_on_an_earlier_attempt_is_told_as_such() -> None:
    tasks = {"task_executions": [task_row(status="failed"), {**_AGAIN, "status": "failed"}]}
    answer = on(TAGS_PATH, Said(200, [tag("rejected", tag_metadata={"reason": "blurred", "by": "scanner"})]))
    record = await stubbed(platform(answer, tasks=tasks)).show(KEY)
    assert record.execution.verdict is None
    assert block(record, "review") == [
        "Rejected: blurred", "scanner", "2026-05-11 08:00", "It was about an earlier attempt.",
    ]  # fmt: skip
    assert "Reason of the rejection" not in [label.english() for label, _ in record.facts]


async def test_where_tags_are_refused_those_that_came_with_the_tasks_count() -> None:
    tasks = on(TASKS_PATH, Said(200, [{**task_row(status="failed"), "tags": [tag("approved")]}]))
    record = await stubbed(platform(on(TAGS_PATH, Said(403, {})), tasks)).show(KEY)
    assert said_of(record.execution) == ("Approved", Tone.GOOD)


async def test_what_a_report_tells_of_a_run_are_words_and_no_ids() -> None:
    error = {"message": "No answer.\nAsked three times.", "traceback": "..."}
    tasks = {"task_executions": [task_row(status="failed", error=error, modified_by=OTHER)]}
    stub = platform(on(RUN_PATH, Said(200, run_row(status="failed", modified_by=OTHER))), tasks=tasks)
    record = await stubbed(stub).show(KEY)
    assert [(label.english(), text) for label, text in record.facts] == [
        ("Error", "No answer."),
        ("Tasks done", "0/2"),
    ]
    assert record.execution.actor is None, "nobody knows a person by an ID"
    about = next(one for one in record.blocks if one.id == "run")
    assert about.folded
    assert [line.text.english() for line in about.lines] == [RUN, f"another person ({OTHER})", "1"]
