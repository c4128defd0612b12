"""Files on their way: a copy of ours before the entry is on disk, gone when it is not needed, never before."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import FINISH, SAVE, Fault, ManualTime, Site, key, request
from tui.form.edit import FieldEdit
from tui.form.state import FormState
from tui.model.action import Request
from tui.model.errors import Refused, ServerFault, Unreachable
from tui.model.field import Value
from tui.model.upload import stamp_of, upload
from tui.workbench.conflicts import conflict
from tui.workbench.entry import Entry, EntryState
from tui.workbench.files import INCOMING, STALE_SECONDS, FileRefused
from tui.workbench.journal import Journal, JournalError

Make = Callable[..., Bench]
ROOT = Path(__file__).parents[2]
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "stick" / "photo.png"
    path.parent.mkdir()
    path.write_bytes(PHOTO)
    return path


def copies(bench: Bench) -> list[str]:
    """All that lies in the folder of copies, by name."""
    folder = bench.journal.path.parent / "files"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def left(bench: Bench) -> list[Path]:
    folder = bench.journal.path.parent / "files"
    return sorted(folder.iterdir()) if folder.exists() else []


def stick(photo: Path) -> list[Path]:
    """What lies where the photo came from."""
    return sorted(photo.parent.iterdir())


def pull(path: Path) -> None:
    """The stick is pulled."""
    path.unlink()


def spoil(journal: Path) -> None:
    """The disk lost the file's content."""
    journal.write_bytes(b"nonsense" * 1000)


class Held:
    """The journal's writer is busy until told, and tells when a write waits behind."""

    def __init__(self, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
        self._hold = threading.Event()
        self.waiting = False
        write = journal.write
        write(lambda db: self._hold.wait(20))

        def noticed(work: Any, **more: Any) -> Any:
            future = write(work, **more)
            self.waiting = True
            return future

        monkeypatch.setattr(journal, "write", noticed)

    def let_go(self) -> None:
        self._hold.set()


async def submit(bench: Bench, made: Request) -> Entry:
    entry = await bench.workbench.submit(made)
    assert isinstance(entry, Entry)
    return entry


def draft(bench: Bench, path: Path, *, base: Value = None, field: str = "photo") -> FieldEdit:
    edit = FieldEdit(text=str(path), value=upload(str(path)), base=base)
    bench.workbench.drafts.put(key("1"), field, edit).result(20)
    return edit


def drafted(bench: Bench) -> dict[str, FieldEdit]:
    found = bench.workbench.drafts.load(key("1"))
    return found.fields if found is not None else {}


def copy_of(entry: Entry, field: str = "photo") -> Path:
    value = entry.request.values[field]
    assert isinstance(value, dict)
    return Path(value["path"])


async def test_the_entry_refers_to_a_copy_and_the_stick_may_be_pulled(
    benches: Make, site: Site, photo: Path
) -> None:
    bench = benches()
    draft(bench, photo)
    entry = await submit(bench, request("1", photo=upload(str(photo)), a="5"))
    copy = copy_of(entry)
    assert copy.parent.parent == bench.journal.path.parent / "files"
    assert SHA.startswith(copy.parent.name)
    assert (copy.name, copy.read_bytes()) == ("photo.png", PHOTO)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert bench.entry(entry.id).request.values == entry.request.values
    pull(photo)
    await bench.workbench.close()
    later = benches()
    await later.workbench.sender.round()
    assert later.states() == [EntryState.SENT]
    assert site.uploads == [("photo.png", PHOTO)]
    assert left(later) == []
    assert drafted(later) == {}


async def test_the_draft_stays_until_the_server_has_the_file(bench: Bench, site: Site, photo: Path) -> None:
    edit = draft(bench, photo)
    site.faults["perform"] = [Fault(before=ServerFault("Server Error"))]
    entry = await submit(bench, request("1", photo=upload(str(photo))))
    await bench.workbench.sender.round()
    now = bench.entry(entry.id)
    assert (now.state, now.reason and now.reason.english()) == (EntryState.WAITING, "Server Error")
    assert drafted(bench) == {"photo": edit}
    assert copies(bench) == ["photo.png"]


@pytest.mark.parametrize("said", ["The photo must be a JPEG.", "The request is larger than 10 MB."])
async def test_a_refusal_keeps_everything_and_says_why(bench: Bench, site: Site, photo: Path, said: str) -> None:
    edit = draft(bench, photo)
    site.refuse["1"] = Refused(said, fields={"photo": [said]})
    entry = await submit(bench, request("1", photo=upload(str(photo))))
    await bench.workbench.sender.round()
    now = bench.entry(entry.id)
    assert (now.state, now.reason and now.reason.english()) == (EntryState.ATTENTION, said)
    assert [message.english() for message in now.fields["photo"]] == [said]
    assert drafted(bench) == {"photo": edit}
    # Sent again after looking, from the copy.
    pull(photo)
    site.refuse.clear()
    await bench.workbench.outbox.retry(entry.id)
    await bench.workbench.sender.round()
    assert site.uploads == [("photo.png", PHOTO)]
    assert (drafted(bench), left(bench)) == ({}, [])


async def test_taking_back_keeps_the_draft_and_removes_the_copy(bench: Bench, photo: Path) -> None:
    edit = draft(bench, photo)
    entry = await submit(bench, request("1", photo=upload(str(photo))))
    assert copies(bench) == ["photo.png"]
    await bench.workbench.outbox.discard(entry.id)
    assert (drafted(bench), left(bench)) == ({"photo": edit}, [])
    assert [path.name for path in stick(photo)] == ["photo.png"]


async def test_one_file_for_two_questions_and_two_entries_is_copied_once(
    bench: Bench, site: Site, photo: Path
) -> None:
    value = upload(str(photo))
    first = await submit(bench, request("1", photo=value, scan=value))
    second = await submit(bench, request("2", scan=value))
    assert copy_of(first) == copy_of(first, "scan") == copy_of(second, "scan")
    assert copies(bench) == ["photo.png"]
    await bench.workbench.outbox.discard(first.id)
    assert copies(bench) == ["photo.png"]
    await bench.workbench.sender.round()
    assert site.uploads == [("photo.png", PHOTO)]
    assert left(bench) == []


async def test_the_same_content_under_another_name_keeps_its_name(bench: Bench, site: Site, photo: Path) -> None:
    other = photo.with_name("gauge.png")
    other.write_bytes(PHOTO)
    await submit(bench, request("1", photo=upload(str(photo)), scan=upload(str(other))))
    assert copies(bench) == ["gauge.png", "photo.png"]
    await bench.workbench.sender.round()
    assert sorted(site.uploads) == [("gauge.png", PHOTO), ("photo.png", PHOTO)]


@pytest.mark.parametrize(
    "name",
    ["Grüße äöü.png", 'a "quoted" one.png', "it's.png", "two\nlines.png", "back\\slash.png", "-rf.png", "x" * 250],
)
async def test_names_are_kept_as_they_are(bench: Bench, site: Site, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PHOTO)
    await submit(bench, request("1", photo=upload(str(path))))
    await bench.workbench.sender.round()
    assert site.uploads == [(name, PHOTO)]


async def test_a_name_that_no_journal_can_hold_becomes_a_plain_one(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"odd\xff.png")
    path.write_bytes(PHOTO)
    entry = await submit(bench, request("1", photo=upload(str(path))))
    assert copy_of(entry).name == "file.png"


# ── what cannot be kept ──────────────────────────────────────────────────────────────────────────────────────


async def refused(bench: Bench, value: Value) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        await bench.workbench.submit(request("1", photo=value, a="5"))
    assert bench.workbench.outbox.entries() == []
    assert left(bench) == []
    assert caught.value.field == "photo"
    assert caught.value.help.english().startswith("Nothing was sent, and your entries are kept.")
    return caught.value


async def test_a_file_that_is_gone_between_choosing_and_sending_is_told(bench: Bench, photo: Path) -> None:
    edit = draft(bench, photo)
    pull(photo)
    error = await refused(bench, edit.value)
    assert error.reason.english() == "The file photo.png is not there any more."
    assert drafted(bench) == {"photo": edit}


async def test_a_file_that_became_another_one_after_it_was_chosen_is_not_sent(bench: Bench, photo: Path) -> None:
    chosen = upload(str(photo), stamp_of(os.lstat(photo)))
    photo.write_bytes(b"MZ" + PHOTO)  # noqa: ASYNC240
    with pytest.raises(FileRefused) as refused:
        await submit(bench, request(photo=chosen))
    assert refused.value.field == "photo"
    assert refused.value.what.english() == "The file photo.png has changed since you chose it."
    assert copies(bench) == []
    assert bench.workbench.outbox.waiting() == 0


@pytest.mark.parametrize("kind", ["empty", "folder", "pipe", "broken link", "device", "nothing"])
async def test_only_ordinary_files_with_content_are_kept(bench: Bench, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "photo.png"
    if kind == "empty":
        path.touch()
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "broken link":
        path.symlink_to(tmp_path / "nowhere")
    elif kind == "device":
        path.symlink_to("/dev/null")
    error = await refused(bench, upload("" if kind == "nothing" else str(path)))
    assert "cannot be read" in error.reason.english() or "not there" in error.reason.english()


async def test_a_file_that_is_still_being_written_is_not_taken_half(
    bench: Bench, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def grows(handle: int) -> None:
        with photo.open("ab") as file:
            file.write(b"more")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", grows)
    error = await refused(bench, upload(str(photo)))
    assert error.reason.english() == "The file photo.png was still being written."


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
async def test_a_full_disk_queues_nothing(
    bench: Bench, photo: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    edit = draft(bench, photo)

    def full(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    bench.journal.path.parent.joinpath("files").mkdir()
    error = await refused(bench, edit.value)
    assert error.reason.english() == "There is no room on this device to keep the file photo.png."
    monkeypatch.undo()
    assert drafted(bench) == {"photo": edit}


async def test_a_folder_of_copies_that_cannot_be_made_is_told(bench: Bench, photo: Path) -> None:
    (bench.journal.path.parent / "files").write_text("in the way")
    with pytest.raises(FileRefused) as caught:
        await bench.workbench.submit(request("1", photo=upload(str(photo))))
    assert caught.value.reason.english().startswith("The file photo.png could not be kept for sending (")
    assert bench.workbench.outbox.entries() == []


async def test_the_copy_is_gone_between_copying_and_queueing(
    bench: Bench, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(bench.journal, monkeypatch)
    adding = asyncio.ensure_future(bench.workbench.submit(request("1", photo=upload(str(photo)))))
    await eventually(lambda: held.waiting)
    for path in left(bench):
        pull(path / "photo.png")
    held.let_go()
    with pytest.raises(FileRefused):
        await adding
    assert bench.workbench.outbox.entries() == []


async def test_whoever_stops_waiting_does_not_lose_the_copy(
    bench: Bench, site: Site, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(bench.journal, monkeypatch)
    adding = asyncio.ensure_future(bench.workbench.submit(request("1", photo=upload(str(photo)))))
    await eventually(lambda: held.waiting)
    adding.cancel()
    held.let_go()
    await eventually(lambda: len(bench.workbench.outbox.entries()) == 1)
    await bench.workbench.sender.round()
    assert site.uploads == [("photo.png", PHOTO)]


async def test_a_folder_that_cannot_be_written_is_told_by_the_journal(
    path: Path, site: Site, time: ManualTime, photo: Path
) -> None:
    os.makedirs(path)
    bench = Bench(path, site, time, "me", connected=True)
    try:
        with pytest.raises(JournalError):
            await bench.workbench.submit(request("1", photo=upload(str(photo))))
        assert left(bench) == []
    finally:
        await bench.close()


# ── after a kill, and beside other processes ─────────────────────────────────────────────────────────────────

KILLED = """
import asyncio, sys, threading
from pathlib import Path
from tests.workbench.bench import Bench
from tests.workbench.site import ManualTime, Site, request
from tui.form.edit import FieldEdit
from tui.model.upload import stamp_of, upload
from tui.workbench import files

class Put(files.Kept):
    def put(self):
        if sys.argv[3] == "placed":
            super().put()
        print("now", flush=True)
        threading.Event().wait()

async def main():
    bench = Bench(Path(sys.argv[1]), Site(), ManualTime(), "me", connected=True)
    made = request("1", photo=upload(sys.argv[2]))
    bench.workbench.drafts.put(("kitchen", "memory", "1"), "photo", FieldEdit(text=sys.argv[2])).result(20)
    keep = bench.workbench.outbox.files.keep
    async def held(request):
        return Put(*await keep(request))
    bench.workbench.outbox.files.keep = held
    await bench.workbench.submit(made)
asyncio.run(main())
"""


def killed(path: Path, photo: Path, how_far: str) -> None:
    """A process that was killed while it queued ``photo``."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", KILLED, str(path), str(photo), how_far]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "now"
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("how_far", ["placed", "copied"])
async def test_a_kill_between_copy_and_entry_leaves_nothing_but_the_draft(
    path: Path, site: Site, time: ManualTime, photo: Path, how_far: str
) -> None:
    killed(path, photo, how_far)
    bench = Bench(path, site, time, "me", connected=True)
    try:
        assert bench.workbench.outbox.entries() == []
        assert list(drafted(bench)) == ["photo"]
        assert copies(bench) == ["photo.png"]
        if how_far == "copied":
            (half,) = left(bench)
            await bench.workbench.outbox.files.tidy()
            assert left(bench) == [half], "another process may still be at it"
            long_ago = half.stat().st_mtime - STALE_SECONDS - 1
            os.utime(half, (long_ago, long_ago))
        bench.workbench.start()
        await eventually(lambda: left(bench) == [])
        await submit(bench, request("1", photo=upload(str(photo))))
        await eventually(lambda: site.uploads == [("photo.png", PHOTO)])
    finally:
        await bench.close()


async def test_a_start_sweeps_what_nobody_needs_and_nothing_else(benches: Make, photo: Path, site: Site) -> None:
    mine, other = benches("a"), benches("b")
    entry = await submit(mine, request("1", photo=upload(str(photo))))
    folder = mine.journal.path.parent / "files"
    orphan = folder / ("0" * 32) / "old.png"
    orphan.parent.mkdir()
    orphan.write_bytes(b"old")
    fresh = folder / f"{INCOMING}1" / "new.png"
    fresh.parent.mkdir()
    fresh.write_bytes(b"new")
    # Another owner's start: it does not know the entry, and the copy stays all the same.
    await other.workbench.outbox.files.tidy()
    assert copies(other) == ["new.png", "photo.png"]
    assert not orphan.parent.exists()
    assert copy_of(entry).read_bytes() == PHOTO


async def test_nothing_is_swept_while_an_entry_cannot_be_read(bench: Bench, photo: Path) -> None:
    entry = await submit(bench, request("1", photo=upload(str(photo))))
    await submit(bench, request("2", a="1"))
    bench.journal.write(
        lambda db: db.execute("UPDATE outbox SET request = x'c1' WHERE id = ?", (entry.id,)).rowcount
    ).result(20)
    await bench.workbench.outbox.files.tidy()
    assert copies(bench) == ["photo.png"]


async def test_the_files_of_a_damaged_journal_are_kept_with_it(
    path: Path, site: Site, time: ManualTime, photo: Path
) -> None:
    first = Bench(path, site, time, "me", connected=True)
    await submit(first, request("1", photo=upload(str(photo))))
    await first.close()
    spoil(path)
    later = Bench(path, site, time, "me", connected=True)
    try:
        assert later.workbench.outbox.entries() == []
        later.workbench.start()
        await eventually(lambda: not later.workbench.live.now.loading)
        await later.workbench.outbox.files.tidy()
        assert copies(later) == ["photo.png"]
    finally:
        await later.close()


async def test_two_processes_with_one_file_never_take_it_from_each_other(
    benches: Make, site: Site, photo: Path
) -> None:
    first, second = benches("a"), benches("b")
    value = upload(str(photo))
    for number in range(8):
        await asyncio.gather(
            submit(first, request("1", photo=value, a=str(number))),
            second.workbench.outbox.files.tidy(),
            submit(second, request("2", photo=value, a=str(number))),
            first.workbench.sender.round(),
        )
    for bench in (first, second):
        await bench.workbench.sender.round()
        assert set(bench.states()) == {EntryState.SENT}
    assert len(site.uploads) == 16
    assert left(first) == []


async def test_an_unknown_outcome_does_not_upload_twice(bench: Bench, site: Site, photo: Path) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    draft(bench, photo)
    await submit(bench, request("1", photo=upload(str(photo))))
    await bench.workbench.sender.round()
    assert (bench.states(), copies(bench)) == ([EntryState.WAITING], ["photo.png"])
    await bench.workbench.sender.round()
    assert (bench.states(), len(site.uploads)) == ([EntryState.SENT], 1)
    assert (left(bench), drafted(bench)) == ([], {})


# ── what goes on after it was sent ───────────────────────────────────────────────────────────────────────────


async def test_what_is_published_is_what_the_person_chose(bench: Bench, site: Site, photo: Path) -> None:
    record = await bench.workbench.records.load(key("1"))
    state = FormState.from_record(record.fields, record.answers)
    state.entries["photo"].type(str(photo))
    bench.workbench.drafts.put(key("1"), "photo", state.entries["photo"].edit()).result(20)
    heard = bench.workbench.outbox.changes.watch()
    changed = state.changed()
    chosen = changed.values["photo"]
    made = bench.workbench.make_request(record, SAVE, **changed._asdict())
    entry = await submit(bench, made)
    await bench.workbench.sender.round()
    async for sent in heard:
        if sent.state is EntryState.SENT:
            break
    assert sent.request.values == {"photo": chosen}
    assert bench.entry(entry.id).request.values == {"photo": "/files/1/photo.png"}
    state.accepted(sent.request.values, sent.request.notes)
    now = bench.workbench.records.cached(key("1")) or await bench.workbench.records.load(key("1"))
    state.rebase(now.answers)
    assert not state.changed()
    assert state.conflicts() == {}


async def test_a_file_chosen_meanwhile_stays_a_draft_on_top_of_what_was_sent(
    bench: Bench, site: Site, photo: Path
) -> None:
    draft(bench, photo)
    await submit(bench, request("1", photo=upload(str(photo))))
    second = photo.with_name("second.png")
    second.write_bytes(PHOTO + b"2")
    draft(bench, second)
    await bench.workbench.sender.round()
    (edit,) = drafted(bench).values()
    assert (edit.value, edit.base) == (upload(str(second)), "/files/1/photo.png")
    await submit(bench, request("1", photo=edit.value, base={"photo": edit.base}))
    await bench.workbench.sender.round()
    assert [name for name, _ in site.uploads] == ["photo.png", "second.png"]
    assert drafted(bench) == {}


async def test_two_files_one_after_the_other_are_no_conflict_with_ourselves(
    bench: Bench, site: Site, photo: Path
) -> None:
    second = photo.with_name("second.png")
    second.write_bytes(PHOTO + b"2")
    await submit(bench, request("1", photo=upload(str(photo))))
    await submit(bench, request("1", photo=upload(str(second))))
    # A form that heard of the first, but has not read the record since.
    third = photo.with_name("third.png")
    third.write_bytes(PHOTO + b"3")
    await submit(bench, request("1", FINISH, photo=upload(str(third)), base={"photo": upload(str(second))}))
    await bench.workbench.sender.round()
    assert bench.states() == [EntryState.SENT] * 3
    assert [name for name, _ in site.uploads] == ["photo.png", "second.png", "third.png"]


@pytest.mark.parametrize("base", [None, "/files/7/old.png"])
async def test_somebody_elses_file_is_never_replaced_unseen(
    bench: Bench, site: Site, photo: Path, base: Value
) -> None:
    site.change("1", photo="/files/8/photo.png")
    entry = await submit(bench, request("1", photo=upload(str(photo)), base={"photo": base}))
    await bench.workbench.sender.round()
    now = bench.entry(entry.id)
    assert now.state is EntryState.ATTENTION
    assert now.fields["photo"][0].english() == (
        "Photo: somebody wrote /files/8/photo.png meanwhile, you wrote photo.png."
    )
    assert (site.uploads, copies(bench)) == ([], ["photo.png"])


async def test_an_unchanged_base_is_no_conflict(site: Site, bench: Bench, photo: Path) -> None:
    site.change("1", photo="/files/8/photo.png")
    record = await bench.workbench.records.load(key("1"))
    asked = request("1", photo=upload(str(photo)), base={"photo": "/files/8/photo.png"})
    assert conflict(asked, record) == {}


async def test_the_trail_names_the_file_and_never_holds_it(benches: Make, site: Site, photo: Path) -> None:
    bench = benches()
    site.refuse["1"] = Refused("No.")
    await submit(bench, request("1", photo=upload(str(photo)), a="5"))
    await bench.workbench.sender.round()
    await bench.workbench.close()
    later = benches()  # a new process has to look at the copy
    site.refuse.clear()
    (entry,) = later.workbench.outbox.entries()
    await later.workbench.outbox.retry(entry.id)
    await later.workbench.sender.round()
    told: Value = {"name": "photo.png", "size": len(PHOTO), "sha256": SHA}
    rows = later.workbench.history.entries()
    assert [row.event.outcome for row in rows] == ["sent", "retried", "refused"]
    for row in rows:
        assert row.event.new == {"photo": told, "a": "5"}
    assert later.workbench.history.verify() is None
    blobs = later.journal.read("SELECT body FROM history")
    assert all(b"path" not in body and str(photo.parent).encode() not in body for (body,) in blobs)


async def test_a_later_entry_that_replaces_a_refused_one_takes_its_copy_over(
    bench: Bench, site: Site, photo: Path
) -> None:
    site.refuse["1"] = Refused("No.")
    await submit(bench, request("1", photo=upload(str(photo))))
    await bench.workbench.sender.round()
    other = photo.with_name("better.png")
    other.write_bytes(PHOTO + b"better")
    site.refuse.clear()
    await submit(bench, request("1", photo=upload(str(other))))
    assert bench.states() == [EntryState.DISCARDED, EntryState.WAITING]
    assert copies(bench) == ["better.png"]
    await bench.workbench.sender.round()
    assert site.uploads == [("better.png", PHOTO + b"better")]


async def test_a_held_key_sends_one_file_once(bench: Bench, site: Site, photo: Path) -> None:
    for _ in range(5):
        await submit(bench, request("1", photo=upload(str(photo))))
    assert len(bench.states()) == 1
    assert copies(bench) == ["photo.png"]
    await bench.workbench.sender.round()
    assert len(site.uploads) == 1


def test_a_journal_of_one_folder_has_its_files_beside_it(path: Path, site: Site, time: ManualTime) -> None:
    bench = Bench(path, site, time, "me", connected=False)
    assert bench.workbench.outbox.files.folder == path.parent.resolve() / "files"
    assert isinstance(bench.journal, Journal)
    bench.journal.close()
