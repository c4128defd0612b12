"""What is believed of an answer, and what is asked before something is given up or repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.stub import ALL, DAY, Said, Stub, key, on, request, system
from tui.api.intratool.readback import is_kept
from tui.model.action import Verdict
from tui.model.errors import NotTheServer, Refused, ServerFault, Unreachable
from tui.model.execution import Answer
from tui.model.upload import called_like, upload

SHOW = "GET /api/tasks-2/executions/812"
FINISH = f"POST {SHOW.removeprefix('GET ')}/progress/finish"
UPLOAD = f"POST {SHOW.removeprefix('GET ')}/progress"
CREATE = "POST /api/tasks-2/executions"
LIST = "GET /api/tasks-2/executions"
OWN = "GET /api/tasks-2/assignments/558/executions"
ADMIN = "GET /api/administration/tasks-2/assignments/558"
MOMENT = "2026-05-11 08:30:07"
INPUTS: dict[str, Any] = {"task_assignment_id": "558", "for_execution_date": MOMENT}
CLOSED = Said(422, {"message": "This task is already closed (done)."})


def row(**more: Any) -> dict[str, Any]:
    found = {"id": 900, "task_assignment_id": 558, "task_template_id": 203, "task_status_id": "open"}
    return {**found, "for_execution_date": MOMENT, **more}


def finished(status: str = "done", value: str = "4.5") -> Said:
    fields = [{"id": 1, "key": "temp", "form_field_type_id": "text"}]
    answers = [{"form_field_id": 1, "request_value": value}]
    template = {"id": 203, "form_fields": fields}
    return Said(
        200,
        {"id": 812, "task_status_id": status, "task_template": template, "task_progress_fields": answers},
    )


# ── a creation ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "rows",
    [
        [row()],
        # A child is made from another template.
        [row(id=901, parent_id=900, task_template_id=9), row(), row(id=902, parent_id=900, task_template_id=9)],
    ],
)
async def test_the_template_is_that_of_other_executions_of_the_assignment(rows: list[Any]) -> None:
    stub = Stub(on(ADMIN, Said(403, {})), on(OWN, Said(200, rows)))
    await system(stub).perform(request("create", inputs=INPUTS))
    assert stub.lines == [ADMIN, OWN, CREATE]
    assert stub.asked[-1].json["task_template_id"] == 203


@pytest.mark.parametrize("said", [Said(200, []), Said(404, {}), Said(422, {})])
async def test_an_assignment_that_shows_no_template_is_for_a_person(said: Said) -> None:
    stub = Stub(on(ADMIN, Said(403, {})), on(OWN, said))
    with pytest.raises(Refused) as caught:
        await system(stub).perform(request("create", inputs=INPUTS))
    assert caught.value.reason.english() == "The checklist of this assignment is not known."
    assert CREATE not in stub.lines


@pytest.mark.parametrize(
    "said", [Said(500, {}), Said(503, {}), Said(200, b"<html>", {"content-type": "text/html"})]
)
async def test_a_fault_while_looking_for_the_template_leaves_no_doubt_about_the_creation(said: Said) -> None:
    stub = Stub(on(ADMIN, Said(403, {})), on(OWN, said))
    with pytest.raises(Unreachable) as caught:
        await system(stub).perform(request("create", inputs=INPUTS))
    assert not caught.value.maybe_done
    assert CREATE not in stub.lines


@pytest.mark.parametrize("missing", ["task_assignment_id", "task_template_id"])
async def test_a_creation_that_does_not_say_of_what_is_not_believed(missing: str) -> None:
    data = {name: value for name, value in row().items() if name != missing}
    stub = Stub(on(CREATE, Said(200, {"status": "success", "data": data})))
    with pytest.raises(NotTheServer):
        await system(stub).perform(request("create", inputs={**INPUTS, "task_template_id": "203"}))


@pytest.mark.parametrize("ident", ["x", 1.5, -1, 10**30, True, [900]])
async def test_an_id_that_is_none_is_not_believed(ident: Any) -> None:
    stub = Stub(
        on(CREATE, Said(200, {"status": "success", "data": row(id=ident)})), on(OWN, Said(200, [row(id=ident)]))
    )
    sent = request("create", inputs={**INPUTS, "task_template_id": "203"})
    with pytest.raises(NotTheServer):
        await system(stub).perform(sent)
    assert (await system(stub).reconcile(sent)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("missing", ["id", "task_assignment_id", "task_template_id"])
async def test_a_row_that_does_not_say_what_it_is_is_not_adopted(missing: str) -> None:
    stub = Stub(on(OWN, Said(200, [{name: value for name, value in row().items() if name != missing}])))
    found = await system(stub).reconcile(request("create", inputs=INPUTS))
    assert (found.verdict, found.receipt) == (Verdict.UNKNOWN, None)
    assert found.reason is not None


# ── delivered twice ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_finish_that_is_refused_because_it_is_done_is_done() -> None:
    stub = Stub(on(FINISH, CLOSED), on(SHOW, finished()))
    receipt = await system(stub).perform(request("finish", {"temp": "4.5"}, base={"temp": "3"}))
    assert (receipt.key_id, receipt.status_raw) == ("812", "done")


@pytest.mark.parametrize(
    ("refusal", "now", "values"),
    [
        (CLOSED, finished(value="9"), {"temp": "4.5"}),
        (CLOSED, finished("in_progress"), {"temp": "4.5"}),
        (CLOSED, Said(500, {}), {"temp": "4.5"}),
        # Without an answer of one's own it may be anybody's.
        (CLOSED, finished(), {}),
        (Said(422, {"message": "Bad.", "errors": {"temp": ["Too warm."]}}), finished(), {"temp": "4.5"}),
        (Said(409, {"message": "Still running."}), finished(), {"temp": "4.5"}),
    ],
)
async def test_any_other_refusal_stays_one(refusal: Said, now: Said, values: dict[str, Any]) -> None:
    stub = Stub(on(FINISH, refusal), on(SHOW, now))
    with pytest.raises(Refused) as caught:
        await system(stub).perform(request("finish", values))
    assert caught.value.said == refusal.body["message"]


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_record_that_was_just_read_is_not_read_again_before_an_upload(tmp_path: Path) -> None:
    (tmp_path / "gauge.png").write_bytes(b"\x89PNG....")
    field = {"id": 1, "key": "photo", "form_field_type_id": "file-upload"}
    template = {"id": 203, "form_fields": [field]}
    record = {"id": 812, "task_status_id": "in_progress", "task_template": template}
    kept = {**record, "task_progress_fields": [{"form_field_id": 1, "value": "/files/9/gauge.png"}]}
    saved = Said(200, {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}})
    stub = Stub(on(SHOW, Said(200, kept)), on(UPLOAD, saved))
    client = system(stub)
    await client.show(key())
    await client.perform(request("progress", {"photo": upload(str(tmp_path / "gauge.png"))}))
    assert stub.lines == [SHOW, UPLOAD, SHOW]


def test_a_hash_of_other_content_is_not_the_own_file(tmp_path: Path) -> None:
    path = tmp_path / "IMG_0012.png"
    path.write_bytes(b"\x89PNG....")
    other = "0" * 40
    assert is_kept(str(path), Answer(value=f"/files/{other}/IMG_0012.png"), None) is None
    assert is_kept(str(path), Answer(value=f"/files/{other}/IMG_0013.png"), None) is False


async def test_a_strange_name_is_believed_after_a_success_and_not_after_a_lost_answer(tmp_path: Path) -> None:
    path = tmp_path / "IMG_0012.png"
    path.write_bytes(b"\x89PNG....")
    field = {"id": 1, "key": "photo", "form_field_type_id": "file-upload"}
    answers = [{"form_field_id": 1, "value": "/files/9/IMG_0013.png"}]
    record = {"id": 812, "task_status_id": "in_progress", "task_progress_fields": answers}
    shown = Said(200, {**record, "task_template": {"id": 203, "form_fields": [field]}})
    saved = Said(200, {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}})
    client = system(Stub(on(SHOW, shown), on(UPLOAD, saved)))
    sent = request("progress", {"photo": upload(str(path))})
    assert (await client.perform(sent)).held == {"photo": "/files/9/IMG_0013.png"}
    assert (await client.reconcile(sent)).verdict is Verdict.CONFLICT


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("IMG_0012.jpg", "IMG_0013.jpg", False),
        ("IMG_1.jpg", "IMG_12.jpg", False),
        ("IMG_0012.jpg", "img-0012.jpeg", True),
        ("IMG_0012.jpg", "1715412345_IMG_0012.jpg", True),
        ("IMG_0012.jpg", "IMG_0012(1).jpg", True),
        ("2026-05-11 gauge.jpg", "2026-05-12-gauge.jpg", False),
        ("1.jpg", "2.jpg", False),
        ("写真.png", "絵.png", False),
    ],
)
def test_the_numbers_in_a_name_count(ours: str, theirs: str, same: bool) -> None:
    assert called_like(theirs, ours) is same


# ── a server that is not there ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_server_that_is_not_there_is_not_asked_for_each_relation(status: int) -> None:
    stub = Stub(on(LIST, Said(status, {})), on(SHOW, Said(status, {})))
    client = system(stub)
    with pytest.raises(ServerFault):
        await client.list(DAY, ALL)
    with pytest.raises(ServerFault):
        await client.show(key())
    assert stub.lines == [LIST, LIST, SHOW, SHOW]


async def test_questions_are_not_looked_for_elsewhere_at_a_server_that_is_not_there() -> None:
    fields = "GET /api/administration/tasks-2/templates/203/fields"
    body = {"id": 812, "task_status_id": "open", "task_template_id": 203, "task_assignment_id": 558}
    question = {"id": 1, "key": "temp", "form_field_type_id": "text"}
    stub = Stub(on(SHOW, Said(200, body)), on(fields, Said(503, {}), Said(503, {}), Said(200, [question])))
    client = system(stub)
    assert not (await client.show(key())).fields
    assert not [line for line in stub.lines if "fields" in line and line != fields]
    # It is well again: nothing was noted as refused.
    assert [field.key for field in (await client.show(key())).fields] == ["temp"]
