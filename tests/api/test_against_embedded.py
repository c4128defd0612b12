"""The whole life of a task through the embedded server, in process: the same client, a real server."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api.stub import ALL, DAY, ZONE
from tui.api import connect
from tui.embedded.app import Site, build
from tui.model.action import Action, Delivery, Request, Slot, Verdict
from tui.model.errors import Forbidden, NotFound, Refused, Unauthorised
from tui.model.execution import Execution, Record
from tui.model.field import Field, Value
from tui.model.status import Phase
from tui.model.system import Filters, TaskSystem

START = datetime(2026, 5, 11, 7, 30, tzinfo=UTC)


class House:
    """The sample site with a clock that the test moves."""

    def __init__(self, path: Path) -> None:
        self.now = START
        self.site: Site = build("intratool", f"sqlite:///{path}", clock=self.clock, zone="Europe/Berlin")
        self.users = {user.username: user for user in self.site.users()}
        self._keys = 0

    def clock(self) -> datetime:
        return self.now

    def client(self, username: str = "maria", token: str = "") -> TaskSystem:
        return connect(
            "intratool",
            base_url="embedded:",
            token=token or self.users[username].token,
            zone=ZONE,
            profile="sample",
            app=self.site.app,
            clock=self.clock,
        )

    def request(self, record: Record, action: str, values: dict[str, Value] | None = None, **more: Any) -> Request:
        declared = record.action(action)
        assert declared is not None
        self._keys += 1
        return Request(
            profile="sample",
            system="intratool",
            key_id=record.execution.key.id,
            action=action,
            slot=declared.slot,
            delivery=declared.delivery,
            idempotency_key=f"key-{self._keys}",
            values=values or {},
            base={key: answer.value for key, answer in record.answers.items()},
            expected=record.execution.status.raw,
            **more,
        )

    def creation(self, assignment: str) -> Request:
        """A new execution of ``assignment``, due now."""
        self._keys += 1
        inputs: dict[str, Value] = {
            "task_assignment_id": assignment,
            "for_execution_date": self.now.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        }
        return Request(
            profile="sample",
            system="intratool",
            key_id="",
            action="create",
            slot=Slot.CREATE,
            delivery=Delivery.ONCE,
            idempotency_key=f"key-{self._keys}",
            inputs=inputs,
        )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path / "site.db")
    yield found
    found.site.close()


def why(action: Action | None) -> str:
    assert action is not None
    return action.why_not.english() if action.why_not is not None else ""


def answer(field: Field) -> Value:
    """Some answer that the field takes."""
    if field.kind == "number":
        return field.minimum or "1"
    if field.kind == "choice":
        return field.choices[0].value
    if field.kind == "multi_choice":
        return [field.choices[0].value]
    moments: dict[str, Value] = {"date": "2026-05-11", "time": "08:30:00", "datetime": "2026-05-11 08:30:00"}
    addresses: dict[str, Value] = {
        "email": "a@example.org",
        "phone": "+49 30 1234567",
        "url": "https://example.org",
    }
    return moments.get(field.kind) or addresses.get(field.kind) or "done"


def answers(record: Record) -> dict[str, Value]:
    return {field.key: answer(field) for field in record.fields if field.required and field.kind != "file"}


async def rows_of(client: TaskSystem) -> list[Execution]:
    listing = await client.list(DAY.with_look_back(), ALL)
    assert listing.rows is not None
    return list(listing.rows)


async def workable(client: TaskSystem, *, late: bool = False, now: datetime = START) -> Record:
    """An open task with required questions, none of them a file."""
    for row in await rows_of(client):
        if row.status.phase is not Phase.OPEN or row.due is None or (row.due < now) is not late:
            continue
        record = await client.show(row.key)
        required = [field for field in record.fields if field.required]
        finish = record.action("finish")
        if finish is not None and finish.enabled and required and all(field.kind != "file" for field in required):
            return record
    raise AssertionError("the sample site has no such task")


async def test_the_list_has_titles_people_and_words(house: House) -> None:
    client = house.client()
    rows = await rows_of(client)
    assert len(rows) > 50
    assert all(row.title and not row.title.startswith("Task ") and row.place for row in rows)
    assert any(row.actor for row in rows)
    assert {row.status.phase for row in rows} >= {Phase.OPEN, Phase.DONE}
    assert all(DAY.with_look_back().holds(row.due) for row in rows)
    assert (await client.count() or 0) > 0
    assert client.server_time == START


async def test_an_unchanged_list_is_not_modified(house: House) -> None:
    client = house.client()
    first = await client.list(DAY, ALL)
    again = await client.list(DAY, ALL, first.validator)
    assert first.validator is not None
    assert not first.validator.startswith("local:")
    assert (again.rows, again.validator) == (None, first.validator)


async def test_after_a_change_only_its_row_is_new(house: House) -> None:
    client = house.client()
    before = {row.key: row for row in await rows_of(client)}
    record = await workable(client)
    await client.perform(house.request(record, "progress", {}))
    after = {row.key: row for row in await rows_of(client)}
    changed = [key for key, row in after.items() if before.get(key) is not row]
    assert changed == [record.execution.key]
    assert after[changed[0]].status.phase is Phase.ACTIVE


async def test_the_list_of_one_assignment(house: House) -> None:
    client = house.client()
    wanted = (await rows_of(client))[0].assignment
    listing = await client.list(DAY.with_look_back(), Filters(assignment=wanted))
    assert listing.rows
    assert {row.assignment for row in listing.rows} == {wanted}


async def test_saved_and_finished_with_notes(house: House) -> None:
    client = house.client()
    record = await workable(client)
    key = record.execution.key
    given = answers(record)
    first = next(iter(given))
    saved = await client.perform(
        house.request(record, "progress", {first: given[first]}, notes={first: "checked twice"})
    )
    assert saved.status_raw == "in_progress"
    shown = await client.show(key)
    assert str(shown.answers[first].value) == str(given[first])
    assert shown.answers[first].note == "checked twice"
    assert shown.fields_from is None
    done = await client.perform(house.request(shown, "finish", given))
    assert done.status_raw == "done"
    closed = await client.show(key)
    assert closed.execution.status.phase is Phase.DONE
    assert closed.execution.actor == "Maria Lindner"
    assert why(closed.action("finish")) == "It is finished; only a reset opens it again."


async def test_a_missing_answer_is_refused_at_its_field(house: House) -> None:
    client = house.client()
    record = await workable(client)
    with pytest.raises(Refused) as caught:
        await client.perform(house.request(record, "finish", {}))
    assert set(caught.value.fields) & {field.key for field in record.fields if field.required}
    assert caught.value.said


async def test_a_late_finish_is_late_by_the_servers_verdict(house: House) -> None:
    client = house.client()
    record = await workable(client)
    assert record.execution.due is not None
    house.now = record.execution.due + timedelta(minutes=1)
    late = await client.show(record.execution.key)
    finish = late.action("finish")
    assert finish is not None
    (reason,) = finish.inputs
    done = await client.perform(
        house.request(late, "finish", answers(late), inputs={reason.key: "The lift was broken"})
    )
    assert done.status_raw == "done_delayed"
    facts = {label.english(): text for label, text in (await client.show(record.execution.key)).facts}
    assert facts["Reason for being late"] == "The lift was broken"


async def test_denied_and_reset(house: House) -> None:
    client = house.client()
    record = await workable(client)
    key = record.execution.key
    deny = record.action("deny")
    assert deny is not None
    if deny.inputs[0].required:
        with pytest.raises(Refused) as caught:
            await client.perform(house.request(record, "deny"))
        assert list(caught.value.fields) == ["deny_reason"]
    denied = await client.perform(house.request(record, "deny", inputs={"deny_reason": "No power"}))
    assert denied.status_raw == "denied"
    shown = await client.show(key)
    assert ("Reason for denying", "No power") in [(label.english(), text) for label, text in shown.facts]
    back = await client.perform(house.request(shown, "reset"))
    assert back.status_raw in ("in_progress", "in_progress_delayed")


async def test_a_state_is_set_and_a_worker_may_not(house: House) -> None:
    client = house.client()
    record = await workable(client)
    choice = record.in_slot(Slot.STATUS)
    assert choice is not None
    assert "done" not in [one.value for one in choice.inputs[0].choices]
    done = await client.perform(house.request(record, "status", inputs={"task_status_id": "in_progress"}))
    assert done.status_raw == "in_progress"
    worker = house.client("ana")
    theirs = await workable(worker)
    try:
        await worker.perform(house.request(theirs, "status", inputs={"task_status_id": "in_progress"}))
    except Forbidden:
        again = await worker.show(theirs.execution.key)
        assert why(again.in_slot(Slot.STATUS)) == "The server did not allow you this."


async def test_a_new_execution_is_created_found_again_and_never_made_twice(house: House) -> None:
    client = house.client()
    action = await client.new_action()
    assert action is not None
    assert action.enabled
    request = house.creation((await client.choices("assignments")).choices[0].value)
    assert set(request.inputs) == {field.key for field in action.inputs if not field.hidden}
    before = await client.reconcile(request)
    made = await client.perform(request)
    again = await client.perform(request)
    found = await client.reconcile(request)
    assert before.verdict is Verdict.UNKNOWN
    assert again.key_id == made.key_id
    assert (found.verdict, found.receipt and found.receipt.key_id) == (Verdict.APPLIED, made.key_id)
    assert made.key_id in {row.key.id for row in await rows_of(client)}


async def test_what_became_of_each_write_is_found_by_reading_back(house: House) -> None:
    client = house.client()
    record = await workable(client)
    save = house.request(record, "progress", answers(record))
    finish = house.request(record, "finish", answers(record))
    assert (await client.reconcile(save)).verdict is Verdict.NOT_APPLIED
    assert (await client.reconcile(finish)).verdict is Verdict.NOT_APPLIED
    await client.perform(save)
    assert (await client.reconcile(save)).verdict is Verdict.APPLIED
    # The same answers, but not done: finished and opened again, for all that can be known.
    assert (await client.reconcile(finish)).verdict is Verdict.CONFLICT
    await client.perform(finish)
    assert (await client.reconcile(finish)).verdict is Verdict.APPLIED
    assert (await client.reconcile(save)).verdict is Verdict.APPLIED


async def test_a_request_that_arrives_twice_has_one_effect(house: House) -> None:
    client = house.client()
    record = await workable(client)
    finish = house.request(record, "finish", answers(record))
    first = await client.perform(finish)
    assert await client.perform(finish) == first


async def test_what_came_before_is_shown(house: House) -> None:
    client = house.client()
    rows = await rows_of(client)
    kinds = set()
    for assignment in sorted({row.assignment for row in rows if row.assignment}):
        row = next(one for one in rows if one.assignment == assignment)
        for node in await client.nodes(row.key, assignment, 0):
            record = await client.node_record(node)
            assert record.execution.title
            kinds.add(node.kind)
    assert "taskExecutionFinished" in kinds


async def test_people_departments_and_the_owner_of_the_token(house: House) -> None:
    client = house.client()
    assert len((await client.choices("users")).choices) > 3
    assert (await client.choices("departments", "küche")).choices
    assert (await client.choices("templates")).choices
    who = await client.whoami()
    assert who.name == "Maria Lindner"


def _files(record: Record) -> list[str]:
    return [field.key for field in record.fields if field.kind == "file" and not field.read_only]


async def test_a_photo_is_sent_and_fetched_again(house: House, tmp_path: Path) -> None:
    client = house.client("admin")
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)
    with_photo = [row for row in await rows_of(client) if _files(await client.show(row.key))]
    made = await client.perform(house.creation(with_photo[0].assignment or ""))
    record = await client.show(with_photo[0].key._replace(id=made.key_id))
    files = _files(record)
    await client.perform(house.request(record, "progress", {files[0]: {"path": str(photo)}}))
    kept = (await client.show(record.execution.key)).answers[files[0]]
    sink = io.BytesIO()
    assert await client.download(str(kept.value), sink) == photo.stat().st_size
    assert sink.getvalue() == photo.read_bytes()


async def test_a_bad_token_and_a_missing_record(house: House) -> None:
    with pytest.raises(Unauthorised):
        await house.client(token="wrong").list(DAY, ALL)
    with pytest.raises(NotFound):
        await house.client().show((await rows_of(house.client()))[0].key._replace(id="999999"))
    with pytest.raises(NotFound):
        await house.client().download("999999", io.BytesIO())


async def test_every_record_of_two_days_can_be_read(house: House) -> None:
    client = house.client("admin")
    kinds = set()
    for row in await rows_of(client):
        record = await client.show(row.key)
        assert record.execution.key == row.key
        assert (record.execution.revision, record.execution.title) == (row.revision, row.title)
        assert record.fields_from is None
        kinds |= {field.kind for field in record.fields}
    assert kinds >= {"text", "number", "choice", "multi_choice", "long_text", "description"}
    assert not {kind for kind in kinds if kind in ("radio", "select", "checkbox", "unknown")}
