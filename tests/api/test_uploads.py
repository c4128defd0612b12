"""Files that travel: how the form looks on the wire, and when a server is believed to have kept one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.stub import TOKEN, Said, Stub, on, request, system
from tui.api.http import Multipart, Timeouts, Transport, Upload
from tui.api.intratool.readback import is_kept
from tui.api.intratool.writes import name_to_send
from tui.model.action import Verdict
from tui.model.errors import Refused, TaskError, Unreachable
from tui.model.execution import Answer
from tui.model.field import Value
from tui.model.upload import upload

SHOW = "GET /api/tasks-2/executions/812"
POST = "POST /api/tasks-2/executions/812/progress"
FINISH = "POST /api/tasks-2/executions/812/progress/finish"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
SAVED = Said(200, {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}})
SHA = hashlib.sha256(PNG).hexdigest()


@pytest.fixture
def photo(tmp_path: Path) -> str:
    (tmp_path / "gauge.png").write_bytes(PNG)
    return str(tmp_path / "gauge.png")


def shown(value: Any, request_value: Any = None, *, status: str = "in_progress", hidden: bool = False) -> Said:
    """The execution with a file in its answer."""
    field = {"id": 1, "key": "photo", "form_field_type_id": "file-upload"}
    answer = {"form_field_id": 1, "value": value, "request_value": request_value}
    body: dict[str, Any] = {
        "id": 812,
        "task_status_id": status,
        "task_template": {"id": 203, "form_fields": [field]},
    }
    return Said(200, body if hidden else body | {"task_progress_fields": [answer]})


async def saved(photo: str, *after: Said, base: Value = None) -> Any:
    """Save the photo at a server that shows nothing before and ``after`` after."""
    stub = Stub(on(SHOW, shown(None), *after), on(POST, SAVED))
    return await system(stub).perform(request("progress", {"photo": upload(photo)}, base={"photo": base}))


# ── on the wire ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("a.png", PNG, "image/png"),
        ("a.jpg", PNG, "image/png"),
        ("a", b"\xff\xd8\xff\xe1", "image/jpeg"),
        ("a.csv", b"1;2", "text/csv"),
        ("a.png", b"words", "text/plain"),
        ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.bin", b"\0\1", "application/octet-stream"),
    ],
)
async def test_the_type_is_that_of_the_content(tmp_path: Path, name: str, content: bytes, media: str) -> None:
    (tmp_path / name).write_bytes(content)
    stub = Stub(on(SHOW, shown(None), shown(f"/files/9/{name}")), on(POST, SAVED))
    await system(stub).perform(request("progress", {"photo": upload(str(tmp_path / name))}))
    (asked,) = (asked for asked in stub.asked if asked.method == "POST")
    assert f"Content-Type: {media}\r\n\r\n".encode() + content in asked.content
    assert int(asked.headers["content-length"]) == len(asked.content)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a/b c.png", "b c.png"),
        ('/a/"x".png', "'x'.png"),
        ("/a/x\n\x1b[2Jy.png", "x [2Jy.png"),
        ("/a/Gru\u0308ße.png", "Grüße.png"),
        ("/a/\u202egnp.exe", "gnp.exe"),
        ("/a/\x07", "file"),
        ("/a/x\\y.png", "x_y.png"),
    ],
)
def test_names_are_sent_so_that_every_server_can_read_them(path: str, name: str) -> None:
    assert name_to_send(path) == name


async def test_one_file_for_two_questions_travels_for_both(photo: str) -> None:
    fields = [
        {"id": n, "key": key, "form_field_type_id": "file-upload"} for n, key in enumerate(("photo", "scan"))
    ]
    answers = [{"form_field_id": n, "value": "/files/9/gauge.png"} for n in (0, 1)]
    record = {"id": 812, "task_status_id": "open", "task_template": {"id": 203, "form_fields": fields}}
    stub = Stub(on(SHOW, Said(200, record | {"task_progress_fields": answers})))
    receipt = await system(stub).perform(request("finish", {"photo": upload(photo), "scan": upload(photo)}))
    assert receipt.held == {"photo": "/files/9/gauge.png", "scan": "/files/9/gauge.png"}
    (asked,) = (asked for asked in stub.asked if asked.method == "POST")
    assert asked.line == FINISH
    assert asked.content.count(PNG) == 2
    assert b"_method" not in asked.content


@pytest.mark.parametrize("kind", ["gone", "folder", "pipe", "empty"])
async def test_what_cannot_be_read_is_not_sent(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "gauge.png"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "empty":
        path.touch()
    stub = Stub(on(SHOW, shown(None)))
    with pytest.raises(Refused) as caught:
        await system(stub).perform(request("progress", {"photo": upload(str(path))}))
    assert caught.value.reason.english() == "The file gauge.png cannot be read."
    assert {asked.method for asked in stub.asked} == {"GET"}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            Said(413, b"<html>413</html>", {"content-type": "text/html"}),
            "This is more than the server takes at once",
        ),
        (Said(413, {"message": "The POST data is too large."}), "The POST data is too large."),
        (Said(422, {"message": "Bad.", "errors": {"photo": ["Only JPEG."]}}), "Bad."),
    ],
)
async def test_a_refusal_says_why(photo: str, said: Said, sentence: str) -> None:
    stub = Stub(on(SHOW, shown(None)), on(POST, said))
    with pytest.raises(Refused) as caught:
        await system(stub).perform(request("progress", {"photo": upload(photo)}))
    assert caught.value.reason.english().startswith(sentence)
    assert stub.lines == [SHOW, POST]


async def test_a_large_form_is_given_the_time_that_a_slow_line_needs() -> None:
    asked: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await request.aread()
        asked.append(request)
        return httpx.Response(200, json={})

    timeouts = Timeouts(connect=1, read=15, write=15, pool=1, slowest=1000)
    link = Transport("http://x", TOKEN, timeouts=timeouts, transport=httpx.MockTransport(answer))
    form = Multipart({}, {"photo": Upload("a.bin", bytes(60_000))})
    await link.send("POST", "/p", multipart=form, idempotency_key="1")
    await link.send("POST", "/p", json={"a": "b" * 60_000}, idempotency_key="2")
    large, plain = (one.extensions["timeout"] for one in asked)
    assert 75 < large["read"] == large["write"] < 76
    assert (large["connect"], plain["read"], plain["write"]) == (1, 15, 15)
    await link.close()


# ── whether it was kept ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "answer",
    [
        "/files/9/gauge.png",
        "gauge.png",
        "/files/9/gauge-1.png",
        "/files/91",
        "/files/7b9e2c1d-0a4f-4f6e-9d54-1f2e3a4b5c6d.png",
        "https://cdn.example/u/Xk29dPq81LmZ0aQw7RtY3.png?sig=1",
        f"/files/{SHA[:40]}/whatever.bin",
        f"/files/{hashlib.md5(PNG, usedforsecurity=False).hexdigest()}",
    ],
)
async def test_a_file_that_is_there_is_believed(photo: str, answer: str) -> None:
    receipt = await saved(photo, shown(answer), base="/files/8/old.png")
    assert receipt.held == {"photo": answer}


async def test_a_readable_name_beside_a_link_without_one_counts(photo: str) -> None:
    receipt = await saved(photo, shown("/media/show", "gauge.png"))
    assert receipt.held == {"photo": "/media/show"}


@pytest.mark.parametrize(
    ("answer", "base"),
    [
        (None, None),
        ("--", None),
        ("/files/8/old.png", "/files/8/old.png"),
        ("/files/8/other.png", "/files/7/first.png"),
        ("old.png", "old.png"),
        (f"/files/{'0' * 40}/gauge.png", f"/files/{'0' * 40}/gauge.png"),
    ],
)
async def test_a_success_without_the_file_is_a_refusal(photo: str, answer: str | None, base: Value) -> None:
    with pytest.raises(Refused) as caught:
        await saved(photo, shown(answer), base=base)
    assert caught.value.reason.english() == "The server answered, but did not keep the file gauge.png."
    assert list(caught.value.fields) == ["photo"]


async def test_an_older_file_of_the_same_name_cannot_be_told_apart_and_the_success_counts(photo: str) -> None:
    receipt = await saved(photo, shown("/files/8/gauge.png"), base="/files/8/gauge.png")
    assert receipt.held == {"photo": "/files/8/gauge.png"}


async def test_a_server_that_shows_no_answers_is_believed(photo: str) -> None:
    stub = Stub(on(SHOW, shown(None, hidden=True)), on(POST, SAVED))
    receipt = await system(stub).perform(request("progress", {"photo": upload(photo)}))
    assert (receipt.status_raw, receipt.held) == ("in_progress", {})


async def test_what_is_out_of_sight_afterwards_is_believed(photo: str) -> None:
    receipt = await saved(photo, Said(404, {"message": "Gone."}))
    assert receipt.status_raw == "in_progress"


@pytest.mark.parametrize("said", [Said(500, {}), Said(502, b"", {}), Said(429, {}), Said(200, b"<html>")])
async def test_a_success_that_could_not_be_read_back_is_an_unknown_outcome(photo: str, said: Said) -> None:
    with pytest.raises(TaskError) as caught:
        await saved(photo, said)
    assert isinstance(caught.value, Unreachable)
    assert caught.value.maybe_done


# ── after a lost answer ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "base", "verdict"),
    [
        ("/files/9/gauge.png", None, Verdict.APPLIED),
        (f"/files/{SHA[:40]}/gauge.png", f"/files/{SHA[:40]}/gauge.png", Verdict.APPLIED),
        (None, None, Verdict.NOT_APPLIED),
        ("/files/8/old.png", "/files/8/old.png", Verdict.NOT_APPLIED),
        # Better twice than never.
        ("/files/8/gauge.png", "/files/8/gauge.png", Verdict.NOT_APPLIED),
        ("/files/8/other.png", "/files/8/old.png", Verdict.CONFLICT),
        (None, "/files/8/old.png", Verdict.CONFLICT),
    ],
)
async def test_reading_back_tells_whether_the_file_arrived(
    photo: str, answer: str | None, base: Value, verdict: Verdict
) -> None:
    stub = Stub(on(SHOW, shown(answer)))
    sent = request("progress", {"photo": upload(photo)}, base={"photo": base})
    found = await system(stub).reconcile(sent)
    assert found.verdict is verdict
    if found.receipt is not None:
        assert found.receipt.held == {"photo": answer}


async def test_a_finish_whose_file_did_not_arrive_was_not_ours(photo: str) -> None:
    stub = Stub(on(SHOW, shown(None, status="done")))
    found = await system(stub).reconcile(request("finish", {"photo": upload(photo)}))
    assert found.verdict is Verdict.CONFLICT


async def test_a_base_that_is_a_file_of_ours_is_known_by_its_name(photo: str) -> None:
    stub = Stub(on(SHOW, shown("/files/9/first.png")))
    sent = request("progress", {"photo": upload(photo)}, base={"photo": upload("/stick/first.png")})
    assert (await system(stub).reconcile(sent)).verdict is Verdict.NOT_APPLIED


def test_a_copy_that_is_gone_is_compared_by_its_name() -> None:
    path = "/nowhere/gauge.png"
    assert is_kept(path, Answer(value="/files/9/gauge.png"), None) is True
    assert is_kept(path, Answer(value=f"/files/{SHA[:40]}/gauge.png"), "/files/8/gauge.png") is True
    assert is_kept(path, Answer(value="/files/9/other.png"), "/files/8/first.png") is False


@pytest.mark.parametrize(
    "held", ["task_12_field_3.jpg", "upload-2026-05-11.jpg", "https://x/storage/media/77/conversion.jpg"]
)
def test_where_nothing_stood_before_any_name_is_the_file_unless_a_hash_says_no(held: str, photo: str) -> None:
    assert is_kept(photo, Answer(value=held), None) is True
    assert is_kept(photo, Answer(value=held), "") is True
    assert is_kept(photo, Answer(value=held), "other.jpg") is False
    assert is_kept(photo, Answer(value=f"/files/sha256-{'0' * 64}/x.jpg"), None) is False
