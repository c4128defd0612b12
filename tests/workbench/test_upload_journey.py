"""A photo from the draft to the server and back: the real client, the real workbench, a real server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.contract.server import serving
from tests.embedded.world import EXECUTIONS, REQUIRED, ZONE, World, field
from tests.workbench.site import ManualTime
from tui.api import Asgi, connect
from tui.embedded.intratool import schema
from tui.form.codec import Context
from tui.form.edit import FieldEdit
from tui.form.state import FormState
from tui.model.clock import CorrectedClock
from tui.model.execution import Key, Record
from tui.model.field import Value
from tui.model.system import TaskSystem
from tui.model.upload import is_upload, upload
from tui.workbench.desk import Desk
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import Journal
from tui.workbench.workbench import Workbench

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20 + b"\r\n--no-boundary--\r\n"
FIELDS = (
    field("temp", "text", ("number", {"type": "numeric"})),
    field("photo", "file-upload", REQUIRED, ("mimetypes", {"allowed": ["image/png", "image/jpeg"]})),
    field("scan", "file-upload"),
)


class Bad:
    """An application in front of the server: what it says in ``lose`` is done there, and its answer is lost."""

    def __init__(self, app: Asgi) -> None:
        self.app = app
        self.lose = 0
        self.ignore_files = False
        self.posts = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        posted = scope["type"] == "http" and scope["method"] == "POST"
        self.posts += posted
        if posted and self.ignore_files:
            receive = await self._without_files(scope, receive)
        if not posted or self.lose == 0:
            await self.app(scope, receive, send)
            return
        self.lose -= 1

        async def lost(message: MutableMapping[str, Any]) -> None:
            """Nobody hears it."""

        await self.app(scope, receive, lost)
        raise ConnectionResetError

    @staticmethod
    async def _without_files(scope: MutableMapping[str, Any], receive: Any) -> Any:
        """As a PHP that reads no files: what is left is the text of the form."""
        content, more = b"", True
        while more:
            message = await receive()
            content, more = content + message.get("body", b""), message.get("more_body", False)
        boundary = dict(scope["headers"])[b"content-type"].partition(b"boundary=")[2]
        parts = content.split(b"--" + boundary)
        kept = (b"--" + boundary).join(part for part in parts if b"filename=" not in part)

        async def again() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": kept, "more_body": False}

        return again


class Shift:
    """One worker at one task with two file questions."""

    def __init__(self, world: World, front: Bad, base_url: str, folder: Path) -> None:
        self.world = world
        self.front = front
        self._base_url = base_url
        self.time = ManualTime(world.hands())
        self.journal = Journal(folder / "data" / "journal.sqlite")
        desk = Desk(profile="p", system="intratool", title="Site", zone=ZoneInfo(ZONE), user="ana", owner="p:1")
        self.bench = Workbench(
            desk,
            self.journal,
            self._connect,
            CorrectedClock(self.time),
            machine=self.time,
            sleep=self.time.sleep,
            jitter=lambda longest: longest,
        )
        self.key = Key("p", "intratool", "")

    async def _connect(self) -> TaskSystem:
        return connect(
            "intratool",
            base_url=self._base_url,
            token="ana",
            zone=ZoneInfo(ZONE),
            profile="p",
            app=None if self._base_url.startswith("http://127") else self.front,
            clock=self.time,
        )

    async def begin(self) -> Shift:
        self.key = Key("p", "intratool", str((await self.world.only("ana"))["id"]))
        await self.bench.open()
        return self

    async def form(self) -> tuple[Record, FormState]:
        record = await self.bench.records.load(self.key)
        draft = self.bench.drafts.load(self.key)
        edits = draft.fields if draft is not None else {}
        return record, FormState.from_record(record.fields, record.answers, edits, ctx=Context(lang="en"))

    async def send(self, slot: str = "save", **typed: str) -> Entry:
        """Type into the form, keep the draft, send, and let the sender run once."""
        record, state = await self.form()
        for name, text in typed.items():
            state.entries[name].type(text)
        for name, edit in state.edits().items():
            self.bench.drafts.put(self.key, name, edit).result(20)
        return await self.hand_over(record, slot, **state.changed()._asdict())

    async def hand_over(self, record: Record, slot: str = "save", **more: Any) -> Entry:
        action = record.in_slot(slot)
        assert action is not None
        entry = await self.bench.submit(self.bench.make_request(record, action, **more))
        assert isinstance(entry, Entry)
        await self.bench.sender.round()
        found = self.bench.outbox.get(entry.id)
        assert found is not None
        return found

    async def round(self, entry: Entry) -> Entry:
        self.time.pass_(61)
        await self.bench.sender.round()
        found = self.bench.outbox.get(entry.id)
        assert found is not None
        return found

    def drafted(self) -> dict[str, FieldEdit]:
        draft = self.bench.drafts.load(self.key)
        return draft.fields if draft is not None else {}

    def stored(self) -> list[tuple[str, str, bytes]]:
        """The files of the server: name, type, content."""
        table = schema.files.c
        with self.world.database.read() as tx:
            return [tuple(row) for row in tx.execute(select(table.name, table.mime_type, table.content))]

    def copies(self) -> list[Path]:
        folder = self.journal.path.parent / "files"
        return list(folder.iterdir()) if folder.exists() else []


@contextmanager
def where(transport: str, front: Bad, world: World) -> Iterator[str]:
    if transport == "in process":
        yield "embedded:"
        return
    site, inner = world.site, world.site.app
    site.app = front
    try:
        with serving(site) as address:
            yield address
    finally:
        site.app = inner


@pytest.fixture(params=["in process", "socket"])
async def shift(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shift]:
    world = World(tmp_path)
    world.assignment(world.template(*FIELDS))
    front = Bad(world.site.app)
    with where(request.param, front, world) as base_url:
        shift = await Shift(world, front, base_url, tmp_path).begin()
        yield shift
        await shift.bench.close()
    await world.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "gauge.png"
    path.write_bytes(PNG)
    return path


def rewrite(path: Path, content: bytes) -> None:
    """The camera begins its names anew."""
    path.write_bytes(content)


async def held(shift: Shift, name: str = "photo") -> Value:
    answer = (await shift.bench.records.load(shift.key)).answers.get(name)
    return answer.value if answer is not None else None


async def test_a_photo_is_saved_read_back_and_downloaded(shift: Shift, photo: Path) -> None:
    entry = await shift.send(photo=str(photo), temp="4.5")
    assert (entry.state, entry.reason) == (EntryState.SENT, None)
    assert shift.stored() == [("gauge.png", "image/png", PNG)]
    assert (shift.drafted(), shift.copies()) == ({}, [])
    link = await held(shift)
    assert isinstance(link, str)
    assert link.startswith("/files/")
    assert link.endswith("/gauge.png")
    assert entry.request.values == {"photo": link, "temp": "4.5"}
    sink = io.BytesIO()
    assert await shift.bench.download(link, sink) == len(PNG)
    assert sink.getvalue() == PNG
    # Passing through what the server holds sends nothing.
    _, state = await shift.form()
    assert (state.entries["photo"].text, bool(state.changed())) == (link, False)


async def test_a_photo_travels_with_the_finish(shift: Shift, photo: Path) -> None:
    entry = await shift.send("finish", photo=str(photo), scan=str(photo))
    assert (entry.state, entry.reason) == (EntryState.SENT, None)
    assert await shift.world.status("ana", int(shift.key.id)) == "done"
    assert [name for name, _, _ in shift.stored()] == ["gauge.png", "gauge.png"]
    assert await held(shift, "scan") == await held(shift)
    assert shift.copies() == []


async def test_a_photo_that_is_there_satisfies_a_required_question(shift: Shift, photo: Path) -> None:
    await shift.send(photo=str(photo))
    _, state = await shift.form()
    assert state.missing() == []
    assert (await shift.send("finish", temp="5")).state is EntryState.SENT


async def test_another_photo_of_the_same_name_takes_its_place(shift: Shift, photo: Path) -> None:
    await shift.send(photo=str(photo))
    first = await held(shift)
    rewrite(photo, PNG + b"again")
    entry = await shift.send(photo=str(photo))
    assert entry.state is EntryState.SENT
    assert await held(shift) != first
    assert shift.stored()[-1][2] == PNG + b"again"


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("Grüße äöü.png", "Grüße äöü.png"),
        ('a "quoted" one.png', "a 'quoted' one.png"),
        ("two\nlines.png", "two lines.png"),
        ("back\\slash.png", "back_slash.png"),
        ("100%25; a=b.png", "100%25; a=b.png"),
        ("写真.png", "写真.png"),
        ("x" * 200 + ".png", "x" * 200 + ".png"),
    ],
)
async def test_names_arrive_and_are_found_again(shift: Shift, tmp_path: Path, name: str, arrives: str) -> None:
    path = tmp_path / name
    path.write_bytes(PNG)
    record, _ = await shift.form()
    entry = await shift.hand_over(record, values={"photo": upload(str(path))})
    assert (entry.state, entry.reason) == (EntryState.SENT, None)
    assert [stored[0] for stored in shift.stored()] == [arrives]


async def test_a_type_that_the_server_refuses_is_kept_with_its_reason(shift: Shift, tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_bytes(b"%PDF-1.7 not a picture")
    record, state = await shift.form()
    state.entries["photo"].type(str(path))
    assert state.doubtful() == ["photo"]
    # Sent all the same, as by a form with older rules.
    edit = state.entries["photo"].edit()
    shift.bench.drafts.put(shift.key, "photo", edit).result(20)
    entry = await shift.hand_over(record, values={"photo": edit.value}, base={"photo": None})
    assert entry.state is EntryState.ATTENTION
    assert [message.server for message in entry.fields["photo"]] == [True]
    assert "image/png" in entry.fields["photo"][0].english()
    assert (shift.stored(), shift.drafted()) == ([], {"photo": edit})
    await shift.bench.outbox.discard(entry.id)
    assert (shift.copies(), shift.drafted()) == ([], {"photo": edit})


async def test_more_than_the_server_takes_is_kept_with_its_reason(shift: Shift, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(PNG + bytes(12 * 1024 * 1024))
    record, _ = await shift.form()
    entry = await shift.hand_over(record, values={"photo": upload(str(path))})
    assert entry.state is EntryState.ATTENTION
    assert entry.reason is not None
    assert "10240 kilobytes" in entry.reason.english()
    assert shift.stored() == []


async def test_a_server_that_says_yes_and_keeps_no_file_is_not_believed(shift: Shift, photo: Path) -> None:
    shift.front.ignore_files = True
    entry = await shift.send(photo=str(photo))
    assert entry.state is EntryState.ATTENTION
    assert entry.reason is not None
    assert entry.reason.english() == "The server answered, but did not keep the file gauge.png."
    assert list(entry.fields) == ["photo"]
    kept = shift.drafted()["photo"].value
    assert is_upload(kept)
    assert kept["path"] == str(photo)
    assert (await held(shift), len(shift.copies())) == (None, 1)
    # Repaired, and sent again from the form: the draft has the file still.
    shift.front.ignore_files = False
    assert (await shift.send(photo=str(photo))).state is EntryState.SENT
    assert (shift.drafted(), shift.copies(), len(shift.stored())) == ({}, [], 1)


async def test_a_lost_answer_is_found_by_reading_back_and_nothing_travels_twice(shift: Shift, photo: Path) -> None:
    shift.front.lose = 1
    entry = await shift.send(photo=str(photo), temp="4.5")
    assert (entry.state, entry.unsure) == (EntryState.WAITING, True)
    assert (await shift.round(entry)).state is EntryState.SENT
    assert (shift.front.posts, len(shift.stored())) == (1, 1)
    assert (shift.drafted(), shift.copies()) == ({}, [])


async def test_somebody_elses_photo_meanwhile_is_a_conflict(shift: Shift, photo: Path) -> None:
    record, state = await shift.form()
    state.entries["photo"].type(str(photo))
    other = {"photo": ("gauge.png", PNG + b"theirs", "image/png")}
    form = {"_method": "PUT"}
    path = f"{EXECUTIONS}/{shift.key.id}/progress"
    answer = await shift.world.ask("ben", "POST", path, data=form, files=other)
    assert answer.status_code == 200
    entry = await shift.hand_over(record, **state.changed()._asdict())
    assert entry.state is EntryState.ATTENTION
    (said,) = entry.fields["photo"]
    assert (said.params["theirs"], said.params["mine"]) == ("gauge.png", "gauge.png")
    # Of two files of one name, who and when tells which is whose.
    assert said.params["whence"].startswith("Ben Test, ")
    assert len(shift.stored()) == 1


async def test_a_large_photo_does_not_stop_the_loop(shift: Shift, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(PNG + bytes(9 * 1024 * 1024))
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(turning())
    try:
        entry = await shift.send(photo=str(path))
    finally:
        task.cancel()
    assert entry.state is EntryState.SENT
    assert turns > 100
