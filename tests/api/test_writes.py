"""Bodies that are sent, files among them, and finding out afterwards what became of a lost request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.stub import Asked, Said, Stub, key, on, request, system
from tui.form.state import FormState
from tui.model.action import Reconciled, Request, Slot, Verdict
from tui.model.errors import Forbidden, NotFound, NotTheServer, Refused

SHOW = "GET /api/tasks-2/executions/812"
PROGRESS = "PUT /api/tasks-2/executions/812/progress"
CREATE = "POST /api/tasks-2/executions"
WINDOW = "GET /api/tasks-2/assignments/558/executions"
ADMIN = "GET /api/administration/tasks-2"
MOMENT = "2026-05-11 08:30:07"
CHOSEN = {"task_assignment_id": "558", "task_template_id": "203", "for_execution_date": MOMENT}


async def test_answers_and_notes_travel_flat_and_an_emptied_one_as_null() -> None:
    stub = Stub()
    sent = request(
        "progress", {"temp": "4.5", "ok": None, "who": [], "x": ["a", "b"]}, notes={"temp": "door", "ok": ""}
    )
    await system(stub).perform(sent)
    assert stub.asked[0].json == {
        "temp": "4.5",
        "ok": None,
        "who": None,
        "x": ["a", "b"],
        "temp_additional_information": "door",
        "ok_additional_information": None,
    }
    assert stub.asked[0].headers["idempotency-key"] == sent.idempotency_key


async def test_a_late_finish_says_why() -> None:
    stub = Stub()
    await system(stub).perform(request("finish", {"temp": "4"}, inputs={"delayed_reason": "Fire drill"}))
    assert stub.asked[0].json == {"temp": "4", "delayed_reason": "Fire drill"}


async def test_a_reset_has_no_body_and_a_denial_may_have_no_reason() -> None:
    stub = Stub()
    client = system(stub)
    await client.perform(request("reset"))
    await client.perform(request("deny"))
    assert stub.asked[0].content == b""
    assert stub.asked[1].json == {"deny_reason": None}


def with_photo(value: str | None) -> Said:
    field = {"id": 1, "key": "photo", "form_field_type_id": "file-upload"}
    return Said(
        200,
        {
            "id": 812,
            "task_status_id": "in_progress",
            "task_template": {"id": 203, "form_fields": [field]},
            "task_progress_fields": [{"form_field_id": 1, "request_value": value}],
        },
    )


async def test_a_file_that_was_answered_but_not_kept_is_not_taken_as_sent(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"png")
    sent = request("finish", {"photo": {"path": str(tmp_path / "photo.png")}})
    kept = await system(Stub(on(SHOW, with_photo("/files/9/photo.png")))).perform(sent)
    assert kept.status_raw == "done"
    with pytest.raises(Refused) as caught:
        await system(Stub(on(SHOW, with_photo(None)))).perform(sent)
    assert list(caught.value.fields) == ["photo"]


async def test_a_file_travels_in_a_form_that_names_put(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG...")
    answer = {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}}
    stub = Stub(
        on("POST /api/tasks-2/executions/812/progress", Said(200, answer)),
        on(SHOW, with_photo("/files/9/photo.png")),
    )
    values: dict[str, Any] = {"photo": {"path": str(photo)}, "temp": "4.5", "x": ["a", "b"], "y": None}
    await system(stub).perform(request("progress", values))
    asked = next(asked for asked in stub.asked if asked.method == "POST")
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    parts = {part.split(b"\r\n\r\n")[0]: part.split(b"\r\n\r\n")[1].strip() for part in _parts(asked)}
    named = {_name(head): value for head, value in parts.items()}
    assert named["_method"] == b"PUT"
    assert named["temp"] == b"4.5"
    assert named["y"] == b""
    assert named["photo"] == b"\x89PNG..."
    assert asked.content.count(b'name="x[]"') == 2
    assert b"Content-Type: image/png" in asked.content
    assert b'filename="photo.png"' in asked.content


def _parts(asked: Asked) -> list[bytes]:
    boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
    return [part for part in asked.content.split(b"--" + boundary) if b"\r\n\r\n" in part]


def _name(head: bytes) -> str:
    return head.partition(b'name="')[2].partition(b'"')[0].decode()


async def test_a_file_that_cannot_be_read_is_named_and_nothing_is_sent(tmp_path: Path) -> None:
    stub = Stub(on(SHOW, with_photo(None)))
    with pytest.raises(Refused) as caught:
        await system(stub).perform(request("finish", {"photo": {"path": str(tmp_path / "gone.png")}}))
    assert list(caught.value.fields) == ["photo"]
    assert caught.value.reason.english() == "The file gone.png cannot be read."
    assert {asked.method for asked in stub.asked} == {"GET"}


LURE = {"path": __file__}


def luring(kind: str) -> Said:
    """A server that writes a file of this machine wherever an answer or a preset may stand."""
    form_field = {"id": 1, "key": "lure", "form_field_type_id": kind, "default_value": LURE}
    other = {"id": 2, "key": "other", "form_field_type_id": kind}
    return Said(
        200,
        {
            "id": 812,
            "task_status_id": "open",
            "task_template": {"id": 203, "form_fields": [form_field, other]},
            "task_progress_fields": [{"form_field_id": 2, "request_value": LURE, "value": LURE}],
        },
    )


@pytest.mark.parametrize("kind", ["text", "rich-text", "file-upload", "signature", "datetime"])
async def test_a_server_that_names_a_local_file_never_gets_it(kind: str) -> None:
    stub = Stub(on(SHOW, luring(kind)))
    client = system(stub)
    shown = await client.show(key())
    form = FormState.from_record(shown.fields, shown.answers)
    for entry in form.entries.values():
        entry.accept_offer()
        entry.pick(entry.value)
    changed = form.changed()
    mine = {**changed.values, **{name: entry.value for name, entry in form.entries.items()}}
    await client.perform(request("finish", mine, base=changed.base))
    assert [asked.method for asked in stub.asked] == ["GET", "POST"]
    assert stub.asked[-1].headers["content-type"] == "application/json"
    assert b"def luring" not in stub.asked[-1].content


@pytest.mark.parametrize(
    ("field", "base"), [("lure", {}), ("other", {}), ("nowhere", {}), ("photo", {"photo": LURE})]
)
async def test_a_file_goes_only_to_a_question_for_files_and_only_if_chosen(
    field: str, base: dict[str, Any]
) -> None:
    stub = Stub(on(SHOW, with_photo(None) if field == "photo" else luring("text")))
    with pytest.raises(Refused) as caught:
        await system(stub).perform(request("progress", {field: LURE}, base=base))
    assert list(caught.value.fields) == [field]
    assert {asked.method for asked in stub.asked} == {"GET"}


@pytest.mark.parametrize(
    "inputs",
    [{}, {**CHOSEN, "task_assignment_id": "../x"}, {**CHOSEN, "parent_id": "none"}, {"task_assignment_id": "1"}],
)
async def test_a_create_that_cannot_be_right_is_not_sent(inputs: dict[str, Any]) -> None:
    stub = Stub()
    with pytest.raises(Refused) as caught:
        await system(stub).perform(request("create", inputs=inputs))
    assert list(caught.value.fields) == ["task_assignment_id"]
    assert CREATE not in stub.lines


async def test_the_template_of_a_create_is_that_of_its_assignment() -> None:
    stub = Stub(on(f"{ADMIN}/assignments/558", Said(200, {"id": 558, "task_template_id": 203})))
    inputs = {"task_assignment_id": "558", "for_execution_date": MOMENT, "parent_id": "7"}
    await system(stub).perform(request("create", inputs=dict(inputs)))
    assert stub.asked[-1].json == {
        "task_assignment_id": 558,
        "task_template_id": 203,
        "parent_id": 7,
        "for_execution_date": MOMENT,
    }


async def test_a_created_execution_of_another_assignment_is_not_ours() -> None:
    other = {"status": "success", "data": {"id": 900, "task_assignment_id": 559, "task_status_id": "open"}}
    with pytest.raises(NotTheServer):
        await system(Stub(on(CREATE, Said(200, other)))).perform(request("create", inputs=dict(CHOSEN)))


async def test_an_action_that_intratool_lacks_and_a_row_without_an_id_are_refused() -> None:
    stub = Stub()
    with pytest.raises(Refused):
        await system(stub).perform(Request(**{**_plain(request("finish")), "action": "fly", "slot": Slot.OTHER}))
    with pytest.raises(NotFound):
        await system(stub).perform(request("finish", ident="?1234"))
    with pytest.raises(NotFound):
        await system(stub).show(key("?1234"))
    assert stub.asked == []


def _plain(sent: Request) -> dict[str, Any]:
    return {name: getattr(sent, name) for name in sent.__struct_fields__}


async def test_a_forbidden_reset_is_remembered_and_a_forbidden_finish_may_be_tried_again() -> None:
    stub = Stub(
        on("POST /api/tasks-2/executions/812/reset", Said(403, {})),
        on("POST /api/tasks-2/executions/812/progress/finish", Said(403, {})),
    )
    client = system(stub)
    for action in ("reset", "finish"):
        with pytest.raises(Forbidden):
            await client.perform(request(action))
    shown = await client.show(key())
    reset, finish = shown.action("reset"), shown.action("finish")
    assert reset is not None
    assert finish is not None
    assert reset.why_not is not None
    assert reset.why_not.english() == "The server did not allow you this."
    assert finish.enabled


def record(
    status: str, answers: dict[str, Any] | None = None, notes: dict[str, str] | None = None, **more: Any
) -> Stub:
    """A server whose execution stands like this now."""
    fields: list[dict[str, Any]] = [
        {"id": n, "key": name, "form_field_type_id": "text"} for n, name in enumerate(("temp", "ok", "photo"))
    ]
    fields[0]["field_validations"] = [{"form_field_validation_type_id": "number"}]
    progress = [
        {
            "form_field_id": n,
            "request_value": (answers or {}).get(name),
            "additional_information": (notes or {}).get(name),
        }
        for n, name in enumerate(("temp", "ok", "photo"))
    ]
    body = {
        "id": 812,
        "task_assignment_id": 558,
        "task_template_id": 203,
        "task_status_id": status,
        "task_template": {"id": 203, "form_fields": fields},
        "task_progress_fields": progress,
        **more,
    }
    return Stub(on(SHOW, Said(200, body)))


async def verdict(stub: Stub, sent: Request) -> Verdict:
    found: Reconciled = await system(stub).reconcile(sent)
    assert all(asked.method == "GET" for asked in stub.asked)
    assert (found.receipt is not None) is (found.verdict is Verdict.APPLIED)
    assert found.verdict is not Verdict.CONFLICT or found.reason is not None
    return found.verdict


SAVE = request("progress", {"temp": "4.5", "ok": "yes"}, notes={"temp": "door"}, base={"temp": "3"})
FINISH = request("finish", {"temp": "4.5"}, base={"temp": "3"})


@pytest.mark.parametrize(
    ("status", "answers", "notes", "expected"),
    [
        ("in_progress", {"temp": 4.5, "ok": "yes"}, {"temp": "door"}, Verdict.APPLIED),
        ("in_progress_delayed", {"temp": "4.50", "ok": "yes"}, {"temp": "door"}, Verdict.APPLIED),
        ("done", {"temp": "4.5", "ok": "yes"}, {"temp": "door"}, Verdict.APPLIED),
        ("done", {"temp": "4.5", "ok": "yes "}, {"temp": " door"}, Verdict.APPLIED),
        ("open", {"temp": "3"}, {}, Verdict.NOT_APPLIED),
        ("in_progress", {"temp": "4.5"}, {}, Verdict.NOT_APPLIED),
        ("in_progress", {"temp": "9"}, {}, Verdict.CONFLICT),
        ("in_progress", {"temp": "4.5", "ok": "yes"}, {"temp": "window"}, Verdict.CONFLICT),
        ("in_progress", {"temp": "9", "ok": None}, {}, Verdict.CONFLICT),
        ("done", {"temp": "3"}, {}, Verdict.CONFLICT),
        ("missed", {"temp": "3"}, {}, Verdict.CONFLICT),
    ],
)
async def test_what_became_of_saved_progress(
    status: str, answers: dict[str, Any], notes: dict[str, str], expected: Verdict
) -> None:
    assert await verdict(record(status, answers, notes), SAVE) is expected


@pytest.mark.parametrize(
    ("status", "answers", "expected"),
    [
        ("done", {"temp": "4.5"}, Verdict.APPLIED),
        ("done_delayed", {"temp": 4.5}, Verdict.APPLIED),
        ("done", {"temp": "9"}, Verdict.CONFLICT),
        ("open", {"temp": "3"}, Verdict.NOT_APPLIED),
        # Somebody opened it again.
        ("in_progress", {"temp": "4.5"}, Verdict.CONFLICT),
        ("in_progress", {"temp": "3"}, Verdict.NOT_APPLIED),
        ("in_progress", {"temp": "9"}, Verdict.CONFLICT),
        ("denied", {"temp": "3"}, Verdict.CONFLICT),
    ],
)
async def test_what_became_of_a_finish(status: str, answers: dict[str, Any], expected: Verdict) -> None:
    assert await verdict(record(status, answers), FINISH) is expected


async def test_a_finish_whose_answers_are_not_shown_is_not_known() -> None:
    assert await verdict(record("done", task_progress_fields=None), FINISH) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        ("denied", {"deny_reason": "No power"}, Verdict.APPLIED),
        ("denied", {}, Verdict.APPLIED),
        ("denied", {"deny_reason": "Other"}, Verdict.CONFLICT),
        ("done", {}, Verdict.CONFLICT),
        ("open", {}, Verdict.NOT_APPLIED),
        ("in_progress", {}, Verdict.CONFLICT),
        ("open", {"deny_reason": "No power"}, Verdict.CONFLICT),
    ],
)
async def test_what_became_of_a_denial(status: str, more: dict[str, Any], expected: Verdict) -> None:
    sent = request("deny", inputs={"deny_reason": "No power"})
    assert await verdict(record(status, **more), sent) is expected


@pytest.mark.parametrize(
    ("action", "expected_before", "status", "expected"),
    [
        ("reset", "done", "in_progress", Verdict.APPLIED),
        ("reset", "done", "open", Verdict.APPLIED),
        ("reset", "done_delayed", "done", Verdict.NOT_APPLIED),
        ("reset", "done", "missed", Verdict.CONFLICT),
        ("status", "open", "denied", Verdict.APPLIED),
        ("status", "open", "open", Verdict.NOT_APPLIED),
        ("status", "open", "done", Verdict.CONFLICT),
    ],
)
async def test_what_became_of_a_change_of_state(
    action: str, expected_before: str, status: str, expected: Verdict
) -> None:
    sent = request(action, inputs={"task_status_id": "denied"}, expected=expected_before)
    assert await verdict(record(status), sent) is expected


async def test_a_file_counts_as_there_when_there_is_a_new_answer() -> None:
    sent = request("progress", {"photo": {"path": "/x.png"}}, base={"photo": None})
    assert await verdict(record("in_progress", {"photo": "/files/9/x.png"}), sent) is Verdict.APPLIED
    assert await verdict(record("in_progress"), sent) is Verdict.NOT_APPLIED


def row(ident: int, moment: str = MOMENT, template: int = 203, **more: Any) -> dict[str, Any]:
    return {
        "id": ident,
        "task_assignment_id": 558,
        "task_template_id": template,
        "task_status_id": "open",
        "for_execution_date": moment,
        **more,
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(900), row(901, "2026-05-11 08:30:06"), row(902, template=9)], Verdict.APPLIED),
        ([row(901, "2026-05-11 08:30:06")], Verdict.UNKNOWN),
        ([], Verdict.UNKNOWN),
        ([row(900), row(903)], Verdict.UNKNOWN),
    ],
)
async def test_a_created_execution_is_found_by_its_exact_second(rows: list[Any], expected: Verdict) -> None:
    stub = Stub(on(WINDOW, Said(200, rows)))
    found = await system(stub).reconcile(request("create", inputs=dict(CHOSEN)))
    assert found.verdict is expected
    assert (found.receipt.key_id if found.receipt else None) == ("900" if expected is Verdict.APPLIED else None)
    assert (found.reason is None) is (expected is Verdict.APPLIED)
    assert stub.asked[0].query == "period_start=2026-05-11+08:29:07&period_end=2026-05-11+08:31:07"


async def test_a_child_is_found_below_its_parent() -> None:
    stub = Stub(on(WINDOW, Said(200, [row(900), row(901, parent_id=7)])))
    found = await system(stub).reconcile(request("create", inputs={**CHOSEN, "parent_id": "7"}))
    assert found.receipt is not None
    assert found.receipt.key_id == "901"


async def test_a_create_without_a_moment_cannot_be_found() -> None:
    found = await system(Stub()).reconcile(request("create", inputs={"task_assignment_id": "558"}))
    assert found.verdict is Verdict.UNKNOWN


async def test_reading_back_may_fail_too() -> None:
    with pytest.raises(NotFound):
        await system(Stub(on(SHOW, Said(404, {})))).reconcile(SAVE)
