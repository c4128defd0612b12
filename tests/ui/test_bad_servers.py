"""Servers that misbehave, over real sockets: a calm line says what and what to do, and nothing typed is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.site import seated

PROFILE = """
default_profile = "kitchen"
[profiles.kitchen]
system = "intratool"
base_url = "{url}"
token_command = ["echo", "secret-token-123"]
refresh_seconds = 1
"""
HOSTILE = ["[/foo]", "[@click=app.quit]x[/]", "a\x1b[2Jb\x07", "\u202egnp.exe", "Ä" * 10_000, "[b", ""]

Answer = Callable[[str], bytes]


def http(status: str, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """A real server on a real port that says what ``answer`` makes of the request line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                writer.write(answer(line.decode()))
                await writer.drain()
        finally:
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()


LOGIN = http("200 OK", b"<html><form>Hotel WLAN</form></html>", "text/html")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http("403 Forbidden", b'{"message":"Unauthenticated."}'), "does not accept this token"),
        (LOGIN, "did not come from the task server"),
        (http("200 OK", b'[{"id": 1, "task_st'), "did not come from the task server"),
        (http("200 OK", b""), "did not come from the task server"),
        (http("302 Found", b""), "did not come from the task server"),
        (http("500 Internal Server Error", b"{}"), "has a fault"),
    ],
    ids=["wrong token", "login page", "cut JSON", "empty", "redirect", "fault"],
)
async def test_a_bad_answer_is_said_in_words(tmp_path: Path, answer: bytes, words: str) -> None:
    async with (
        server(lambda _line: answer) as url,
        seated(tmp_path, size=(100, 30), config=PROFILE.format(url=url)) as seat,
    ):
        await seat.until(lambda: words in " ".join(seat.text.replace("│", " ").split()))
        text = seat.text
        assert "secret-token-123" not in text
        assert "F9" in text


async def test_a_port_where_nobody_listens(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(100, 30), config=PROFILE.format(url="http://127.0.0.1:9")) as seat:
        await seat.until("no link since")
        assert "Work on" in seat.text


def rows(title: str) -> bytes:
    row = {
        "id": "7",
        "task_assignment_id": None,
        "task_template_id": "x",
        "task_status_id": title or "half_done",
        "for_execution_date": "not a date",
        "achieved_points": "3",
        "max_points": None,
        "surprise": {"deep": [1]},
        "task_template": {"id": 1, "title": title},
        "task_assignment": None,
    }
    return json.dumps([row]).encode()


@pytest.mark.parametrize("title", HOSTILE, ids=lambda title: ascii(title)[:20])
async def test_hostile_rows_are_shown_literally_and_harmlessly(tmp_path: Path, title: str) -> None:
    show = json.loads(rows(title))[0] | {
        "task_template": {
            "id": 1,
            "title": title,
            "description": title,
            "form_fields": [
                {
                    "id": 1,
                    "key": "a",
                    "name": title,
                    "form_field_type_id": title,
                    "description": title,
                    "config": title,
                },
                {
                    "id": 2,
                    "key": "b",
                    "name": title,
                    "form_field_type_id": "radio",
                    "config": {"options": {title: title}},
                },
            ],
        }
    }

    def answer(line: str) -> bytes:
        if "/executions/7" in line:
            return http("200 OK", json.dumps(show).encode())
        return http("200 OK", b"[]" if "workflow" in line else rows(title))

    async with server(answer) as url, seated(tmp_path, size=(100, 30), config=PROFILE.format(url=url)) as seat:
        await seat.until(lambda: bool(seat.main.list.shown_keys))
        await seat.press("enter")
        await seat.until(lambda: seat.main.detail.record is not None)
        text = seat.text
        assert "\x1b" not in text
        assert "\u202e" not in text
        if title.startswith("["):
            assert title in text
        await seat.press("f1", "f3", "f4", "f3", "f3", "i")
        await seat.until(lambda: seat.app.screen is not seat.main)
        await seat.press("f3", "q")
        await seat.until(lambda: seat.app.return_code == 0)


async def test_what_is_typed_stays_when_the_server_goes_away(tmp_path: Path) -> None:
    gone = False

    def answer(line: str) -> bytes:
        if gone:
            return LOGIN
        if "/executions/7" in line:
            fields = [{"id": 1, "key": "a", "name": "Answer", "form_field_type_id": "text"}]
            show = json.loads(rows("open"))[0] | {"task_template": {"id": 1, "title": "T", "form_fields": fields}}
            return http("200 OK", json.dumps(show).encode())
        return http("200 OK", rows("open"))

    async with server(answer) as url, seated(tmp_path, size=(100, 30), config=PROFILE.format(url=url)) as seat:
        await seat.until(lambda: bool(seat.main.list.shown_keys))
        await seat.press("enter")
        await seat.until(lambda: seat.main.detail.record is not None)
        gone = True
        await seat.type("hello")
        await seat.until("saved here")
        await seat.press("f2")
        await seat.until("1 waiting, work on")
        state = seat.main.detail.form.state
        assert state is not None
        assert state.entries["a"].text == "hello"
        key = seat.main.detail.key
        assert key is not None
        draft = seat.main.bench.drafts.load(key)
        assert draft is not None
        assert draft.fields["a"].text == "hello"


async def test_an_exception_in_the_background_never_ends_the_application(tmp_path: Path) -> None:
    from tui.ui.workers import start

    async def broken() -> None:
        raise RuntimeError("[/foo] something inside")

    async with seated(tmp_path, size=(100, 30)) as seat:
        start(seat.app, broken, group="test", exclusive=False)
        await seat.until("Something went wrong inside Shiftdeck")
        await seat.press("down")
        assert seat.app.return_code is None
