"""The journal: acknowledged means on disk; several processes; damage, other versions, a disk that says no."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tui.workbench import held
from tui.workbench.jobs import Db
from tui.workbench.journal import BUSY_SECONDS, Journal, JournalError
from tui.workbench.schema import MIGRATIONS

ROOT = Path(__file__).parents[2]
PUT = "INSERT INTO facts (owner, name, fact) VALUES ('me', ?, ?)"
NAMES = "SELECT name FROM facts WHERE owner = 'me' ORDER BY name"


def names(path: Path) -> list[str]:
    """What another connection sees."""
    db = sqlite3.connect(path)
    try:
        return [name for (name,) in db.execute(NAMES)]
    finally:
        db.close()


def put(journal: Journal, name: str) -> None:
    journal.write(lambda db: db.execute(PUT, (name, b"x")).rowcount).result(20)


def test_acknowledged_only_after_the_commit(journal: Journal, path: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def work(db: Db) -> str:
        db.execute(PUT, ("a", b"x"))
        inside.set()
        assert go_on.wait(20)
        return "done"

    future = journal.write(work)
    assert inside.wait(20)
    assert not future.done()
    assert names(path) == []
    go_on.set()
    assert future.result(20) == "done"
    assert names(path) == ["a"]


def test_a_group_waits_for_one_commit_and_one_bad_job_fails_alone(journal: Journal, path: Path) -> None:
    hold = threading.Event()
    first = journal.write(lambda db: hold.wait(20))

    def bad(db: Db) -> None:
        db.execute(PUT, ("half", b"x"))
        raise ValueError("no")

    good = [journal.write(lambda db, n=n: db.execute(PUT, (f"n{n}", b"x")).rowcount) for n in range(3)]  # type: ignore[misc]
    failed = journal.write(bad)
    wrong = journal.write(lambda db: db.execute("INSERT INTO nothing VALUES (1)").rowcount)
    last = journal.write(lambda db: db.execute(PUT, ("z", b"x")).rowcount)
    hold.set()
    assert first.result(20) is True
    assert [future.result(20) for future in good] == [1, 1, 1]
    assert last.result(20) == 1
    with pytest.raises(ValueError, match="no"):
        failed.result(20)
    with pytest.raises(JournalError):
        wrong.result(20)
    assert names(path) == ["n0", "n1", "n2", "z"]


def test_neighbours_of_one_field_are_merged_but_never_past_another_write(journal: Journal) -> None:
    hold = threading.Event()
    journal.write(lambda db: hold.wait(20))
    ran: list[str] = []
    marks = ["a1", "a2", "-", "a3", "a4"]
    futures = [
        journal.write(lambda db, mark=mark: ran.append(mark), merge=None if mark == "-" else "a")  # type: ignore[misc]
        for mark in marks
    ]
    hold.set()
    for future in futures:
        assert future.result(20) is None
    assert ran == ["a2", "-", "a4"]


def test_no_thread_before_the_first_write(path: Path) -> None:
    before = threading.active_count()
    journal = Journal(path)
    journal.read(NAMES)
    assert threading.active_count() == before
    journal.close()


def test_synchronous_is_full_and_the_file_is_private(journal: Journal, path: Path) -> None:
    level, mode = journal.write(
        lambda db: (
            db.execute("PRAGMA synchronous").fetchone()[0],
            db.execute("PRAGMA journal_mode").fetchone()[0],
        )
    ).result(20)
    assert (level, mode) == (2, "wal")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_close_writes_what_waits_and_refuses_afterwards(path: Path) -> None:
    journal = Journal(path)
    futures = [
        journal.write(lambda db, n=n: db.execute(PUT, (f"{n:03}", b"x")).rowcount)  # type: ignore[misc]
        for n in range(200)
    ]
    journal.close()
    journal.close()
    assert all(future.result(0) == 1 for future in futures)
    assert len(names(path)) == 200
    with pytest.raises(JournalError):
        journal.write(lambda db: None).result(0)
    with pytest.raises(JournalError):
        journal.read(NAMES)


WRITER = """
import sys
from pathlib import Path
from tui.workbench.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    name = f"{sys.argv[2]}{number:06}"
    put = lambda db, name=name: db.execute("INSERT INTO facts VALUES ('me', ?, x'00')", (name,)).rowcount
    journal.write(put).result()
    print(name, flush=True)
journal.close()
"""


def start_writer(path: Path, mark: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), mark, str(count)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_what_was_acknowledged_survives_kill_9(path: Path) -> None:
    chance = random.Random(20260511)
    acknowledged: list[str] = []
    for attempt in range(5):
        with start_writer(path, f"k{attempt}-", 1_000_000) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 60)):
                acknowledged.append(process.stdout.readline().strip())
            process.send_signal(signal.SIGKILL)
            acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
        journal = Journal(path)
        found = {name for (name,) in journal.read(NAMES)}
        journal.close()
        assert journal.notice is None
        assert found.issuperset(acknowledged)
    assert len(acknowledged) > 5


def test_two_processes_write_at_once(path: Path) -> None:
    writers = [start_writer(path, mark, 150) for mark in ("a", "b")]
    for writer in writers:
        output, _ = writer.communicate(timeout=60)
        assert writer.returncode == 0
        assert len(output.split()) == 150
    assert len(names(path)) == 300


def test_another_process_that_holds_the_file_is_named(path: Path) -> None:
    journal = Journal(path, busy_seconds=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError) as caught:
        put(journal, "a")
    assert "Another program" in caught.value.message.id
    other.execute("ROLLBACK")
    other.close()
    put(journal, "b")
    assert names(path) == ["b"]
    journal.close()
    assert BUSY_SECONDS >= 5


def test_migrations_keep_the_rows_and_make_a_copy_first(path: Path) -> None:
    first = Journal(path)
    put(first, "kept")
    first.close()
    steps = (*MIGRATIONS, "ALTER TABLE facts ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';")
    journal = Journal(path, migrations=steps)
    assert journal.read("SELECT name, colour FROM facts") == [("kept", "blue")]
    journal.close()
    backup = path.with_name(f"{path.name}.v{len(MIGRATIONS)}-backup-1")
    assert names(backup) == ["kept"]
    assert sqlite3.connect(backup).execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    first = Journal(path)
    put(first, "kept")
    first.close()
    steps = (*MIGRATIONS, "ALTER TABLE facts ADD COLUMN colour TEXT; DELETE FROM facts; SELECT * FROM nowhere;")
    with pytest.raises(JournalError):
        Journal(path, migrations=steps)
    again = Journal(path)
    assert again.read(NAMES) == [("kept",)]
    again.close()


def test_two_processes_may_migrate_at_once(path: Path) -> None:
    failures: list[BaseException] = []
    barrier = threading.Barrier(6)

    def work() -> None:
        barrier.wait(20)
        try:
            Journal(path).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_a_newer_file_is_left_alone(path: Path) -> None:
    newer = Journal(path, migrations=(*MIGRATIONS, "CREATE TABLE later (x);"))
    newer.close()
    before = path.read_bytes()
    with pytest.raises(JournalError) as caught:
        Journal(path)
    assert "newer" in caught.value.message.id
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_set_aside(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this was never a database" * 500)
    journal = Journal(path)
    assert journal.notice is not None
    assert "damaged" in journal.notice.id
    assert path.with_name("journal.db.damaged-1").read_bytes().startswith(b"this was never")
    put(journal, "works")
    journal.close()
    path.write_bytes(b"again" * 500)
    Journal(path).close()
    assert path.with_name("journal.db.damaged-2").exists()


def test_readable_drafts_are_saved_from_a_damaged_file(path: Path) -> None:
    journal = Journal(path)
    insert = "INSERT INTO drafts VALUES ('me', 'p', 's', '1', ?, zeroblob(900), 1)"
    journal.write(lambda db: db.executemany(insert, [(f"f{n:04}",) for n in range(400)]).rowcount).result(20)
    journal.close()
    data = bytearray(path.read_bytes())
    middle = data.index(b"f0200") // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(bytes(data))

    hurt = Journal(path)
    with pytest.raises(JournalError) as caught:
        hurt.read("SELECT sum(length(edit)) FROM drafts")
    assert "damaged" in caught.value.message.id
    hurt.close()

    journal = Journal(path)
    assert journal.notice is not None
    saved = {field for (field,) in journal.read("SELECT field FROM drafts")}
    assert {"f0000", "f0100", "f0399"} <= saved
    assert "f0200" not in saved
    assert journal.notice.params["n"] == len(saved)
    assert path.with_name("journal.db.damaged-1").exists()
    put(journal, "works")
    journal.close()


def test_a_folder_that_cannot_be_made_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    journal = Journal(tmp_path / "file" / "journal.db")
    assert journal.notice is not None
    assert not journal.writable
    assert journal.read(NAMES) == []
    with pytest.raises(JournalError) as caught:
        put(journal, "a")
    assert caught.value.message == journal.notice
    journal.close()


FULL = """
import resource, signal, sys
from pathlib import Path
from tui.workbench.journal import Journal, JournalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path(sys.argv[1]))
put = lambda name, size: journal.write(
    lambda db: db.execute("INSERT INTO facts VALUES ('me', ?, zeroblob(?))", (name, size)).rowcount).result()
put("before", 10)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
try:
    put("big", 5_000_000)
except JournalError as error:
    print("refused:", error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
put("after", 10)
journal.close()
"""


def test_a_disk_that_takes_no_more_is_said_and_survived(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "refused: The disk" in done.stdout
    assert names(path) == ["after", "before"]


def test_a_program_that_ends_without_closing_still_writes(path: Path) -> None:
    code = WRITER.replace(".result()", "").replace("journal.close()", "")
    subprocess.run(
        [sys.executable, "-c", code, str(path), "e", "50"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    assert len(names(path)) == 50


def test_reads_do_not_wait_for_a_long_write(journal: Journal) -> None:
    hold = threading.Event()
    put(journal, "a")
    writing = journal.write(lambda db: hold.wait(20))
    assert journal.read(NAMES) == [("a",)]
    assert not writing.done()
    hold.set()
    assert writing.result(20) is True


READER = """
import sys
from pathlib import Path
from tui.workbench.journal import Journal
journal = Journal(Path(sys.argv[1]))
print(journal.read("SELECT count(*) FROM facts WHERE owner = 'me'")[0][0])
journal.close()
"""


def test_several_journals_of_one_process_keep_their_locks(path: Path) -> None:
    """A handle closed by hand takes SQLite's locks away: then another process that closes takes the log away too,
    and what was acknowledged is gone."""

    def elsewhere() -> str:
        done = subprocess.run(
            [sys.executable, "-c", READER, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    first = Journal(path)
    put(first, "a")
    second = Journal(path)
    assert elsewhere() == "1"
    put(first, "b")
    assert elsewhere() == "2"
    second.close()
    assert elsewhere() == "2"
    put(first, "c")
    third = Journal(path)
    assert elsewhere() == "3"
    third.close()
    put(first, "d")
    first.close()
    assert elsewhere() == "4"


def test_a_newer_version_is_met_while_the_older_one_has_the_file_open(path: Path) -> None:
    here = Journal(path)
    put(here, "a")
    newer = Journal(path, migrations=(*MIGRATIONS, "CREATE TABLE later (x);"))
    with pytest.raises(JournalError, match="newer"):
        Journal(path)
    put(newer, "b")
    assert names(path) == ["a", "b"]
    newer.close()
    here.close()
    with pytest.raises(JournalError, match="newer"):
        Journal(path)


def test_a_folder_becomes_unwritable_while_a_journal_is_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is opened then for reading does not take the locks of the one that is open."""
    first = Journal(path)
    put(first, "a")

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(held, "make_private", refuse)
        second = Journal(path)
    assert not second.writable
    assert second.read(NAMES) == [("a",)]
    second.close()
    code = READER.replace("journal.close()", "journal.write(lambda db: None).result(); journal.close()")
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    put(first, "b")
    first.close()
    assert names(path) == ["a", "b"]


def test_several_reads_see_one_moment(path: Path) -> None:
    journal, other = Journal(path), Journal(path)
    put(journal, "a")
    journal._reader.create_function("commit_elsewhere", 0, lambda: put(other, "b"))
    count = "SELECT count(*) FROM facts WHERE owner = 'me'"
    before, _, after = journal.read_together((count, ()), ("SELECT commit_elsewhere()", ()), (count, ()))
    assert before == after == [(1,)]
    assert journal.read(count) == [(2,)]
    with pytest.raises(JournalError):
        journal.read_together((count, ()), ("SELECT * FROM nowhere", ()))
    assert journal.read_together((count, ())) == [[(2,)]]
    journal.close()
    other.close()
    with pytest.raises(JournalError):
        journal.read_together((count, ()))


CLAIMING = """
import sys
from pathlib import Path
from tui.workbench.journal import Journal
journal = Journal(Path(sys.argv[1]))
release = journal.claim("service")
print("claimed", flush=True)
sys.stdin.readline()
release()
print("released", flush=True)
sys.stdin.readline()
"""


def test_a_claim_is_seen_and_ends_with_its_process(path: Path) -> None:
    journal = Journal(path)
    assert not journal.claimed("service")
    assert not path.with_name("journal.db.service").exists()
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMING, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    first, second = claimers
    for each in claimers:
        assert each.stdout is not None
        assert each.stdout.readline() == "claimed\n"
    assert journal.claimed("service")
    assert not journal.claimed("other")
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    # One is enough, and asking does not take it away.
    assert journal.claimed("service")
    assert journal.claimed("service")
    assert second.stdin is not None
    assert second.stdout is not None
    second.stdin.write("\n")
    second.stdin.flush()
    assert second.stdout.readline() == "released\n"
    assert not journal.claimed("service")
    second.communicate("\n", timeout=20)
    for pipe in (first.stdin, first.stdout):
        assert pipe is not None
        pipe.close()
    journal.close()


def test_a_claim_in_the_same_process_is_one_too(path: Path) -> None:
    journal, other = Journal(path), Journal(path)
    release, again = journal.claim("service"), other.claim("service")
    assert journal.claimed("service")
    release()
    assert journal.claimed("service")
    again()
    assert not journal.claimed("service")
    path.with_name("journal.db.service").write_bytes(b"this is no database" * 100)
    assert not journal.claimed("service")
    with pytest.raises(JournalError):
        journal.claim("service")
    assert journal.notice is None
    journal.close()
    other.close()


def test_a_journal_of_the_first_version_is_taken_along_and_a_copy_kept(path: Path) -> None:
    """F32: an update with a waiting queue, drafts and kept records; the way back is the copy."""
    first = Journal(path, migrations=MIGRATIONS[:1])
    put(first, "kept")
    rows = (
        "INSERT INTO drafts VALUES ('me', 'p', 's', '1', 'f', x'00', 1)",
        "INSERT INTO records (owner, profile, system, id, record) VALUES ('me', 'p', 's', '1', x'00')",
        "INSERT INTO outbox (id, owner, line, state, request, edits, created)"
        " VALUES ('e', 'me', 's 1', 'waiting', x'00', x'00', 1)",
    )
    for row in rows:
        first.write(lambda db, row=row: db.execute(row).rowcount).result(20)  # type: ignore[misc]
    first.close()
    now = Journal(path)
    assert now.read("PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert now.read("SELECT id, state FROM outbox") == [("e", "waiting")]
    assert now.read("SELECT field FROM drafts") == [("f",)]
    assert now.read("SELECT id, kind, revision, read_at FROM records") == [("1", "", "", 0.0)]
    now.close()
    with pytest.raises(JournalError, match="newer"):
        Journal(path, migrations=MIGRATIONS[:1])
    backup = path.with_name(f"{path.name}.v1-backup-1")
    back = Journal(backup, migrations=MIGRATIONS[:1])
    assert back.read("SELECT id, state FROM outbox") == [("e", "waiting")]
    assert back.notice is None
    back.close()
