"""A journal file that is damaged where SQLite sees it: it is set aside, told, and emptied of what is legible."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.workbench.site import key
from tui.form.edit import FieldEdit
from tui.model.message import Message
from tui.workbench.drafts import Drafts
from tui.workbench.journal import Journal, JournalError

EDIT = FieldEdit(text="5", value="5")


ROOT = Path(__file__).parents[2]

FULL = """
import resource, signal, sys
from pathlib import Path
from tui.workbench.journal import Journal, JournalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
journal = Journal(Path(sys.argv[1]))
print(journal.notice.english())
print(journal.read("SELECT count(*) FROM drafts"))
try:
    journal.write(lambda db: None).result()
except JournalError as error:
    print("refused:", error)
journal.close()
"""


def filled(path: Path) -> None:
    journal = Journal(path)
    Drafts(journal, "me").put(key("1"), "a", EDIT).result(20)
    journal.close()


def rescued(path: Path) -> Journal:
    journal = Journal(path)
    assert journal.notice is not None
    assert "damaged" in journal.notice.id
    assert len(list(path.parent.glob("*.damaged-*"))) == 1
    Drafts(journal, "me").put(key("1"), "b", EDIT).result(20)
    return journal


def schema(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(sql)


def test_a_schema_in_which_text_is_no_text(path: Path) -> None:
    """SQLite's own words about it are no text either."""
    filled(path)
    content = path.read_bytes()
    assert content.count(b"CREATE INDEX records_kind") == 1
    path.write_bytes(content.replace(b"CREATE INDEX records_kind", b"CREATE INDEX \xd5ecords_kind"))
    rescued(path).close()


def test_a_file_format_that_does_not_exist(path: Path) -> None:
    filled(path)
    content = bytearray(path.read_bytes())
    content[44:48] = b"\x00\x00\x00\x7f"
    path.write_bytes(bytes(content))
    rescued(path).close()


def test_a_table_that_is_gone(path: Path) -> None:
    filled(path)
    schema(path, "DROP TABLE outbox")
    journal = Journal(path)
    with pytest.raises(JournalError) as caught:
        journal.read("SELECT count(*) FROM outbox")
    assert "Start Shiftdeck again" in caught.value.message.id
    journal.close()
    again = rescued(path)
    assert again.read("SELECT count(*) FROM outbox") == [(0,)]
    draft = Drafts(again, "me").load(key("1"))
    assert draft is not None
    assert draft.fields["a"] == EDIT
    again.close()


def test_a_version_that_is_not_the_files(path: Path) -> None:
    filled(path)
    schema(path, "PRAGMA user_version = 0")
    journal = rescued(path)
    draft = Drafts(journal, "me").load(key("1"))
    assert draft is not None
    assert set(draft.fields) == {"a", "b"}
    journal.close()


def test_text_in_a_row_that_is_no_text(path: Path) -> None:
    filled(path)
    journal = Journal(path)
    spoil = "UPDATE drafts SET field = CAST(x'61ff' AS TEXT)"
    journal.write(lambda db: db.execute(spoil).rowcount).result(20)
    assert Drafts(journal, "me").load(key("1")) is None
    assert journal.notice is not None
    assert "damaged" in journal.notice.id
    journal.close()
    # The rest can be written and read as ever.
    again = Journal(path)
    Drafts(again, "me").put(key("2"), "b", EDIT).result(20)
    assert Drafts(again, "me").load(key("2")) is not None
    again.close()


def test_a_disk_that_is_full_at_the_start_is_said_and_what_is_there_is_shown(path: Path) -> None:
    filled(path)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    notice, found, refused = done.stdout.splitlines()
    assert "nothing is saved. Make room" in notice
    assert found == "[(1,)]"
    assert refused == f"refused: {notice}"


def test_damage_that_no_search_runs_into_is_found_by_looking(path: Path) -> None:
    journal = Journal(path)
    insert = "INSERT INTO drafts VALUES ('me', 'p', 's', ?, 'a', zeroblob(900), 1)"
    journal.write(lambda db: db.executemany(insert, [(f"{n:04}",) for n in range(400)]).rowcount).result(20)
    journal.check()
    assert journal.notice is None
    journal.close()
    content = bytearray(path.read_bytes())
    middle = content.index(b"0200") // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    again = Journal(path)
    told: list[Message] = []
    again.on_notice = told.append
    one = "SELECT field FROM drafts WHERE owner = 'me' AND profile = 'p' AND system = 's' AND id = '0001'"
    assert again.read(one) == [("a",)]
    assert told == []
    again.check()
    assert ["Start Shiftdeck again" in message.id for message in told] == [True]
    again.close()
    rescued(path).close()


def test_a_damaged_index_holds_up_only_what_needs_it_and_is_mended_by_the_next_start(path: Path) -> None:
    filled(path)
    journal = Journal(path)
    insert = "INSERT INTO records VALUES (?, 'me', 'p', 's', ?, x'00', 'template 1', 'r', 1)"
    journal.write(lambda db: db.executemany(insert, [(n, str(n)) for n in range(1, 300)]).rowcount).result(20)
    ((root,),) = journal.read("SELECT rootpage FROM sqlite_master WHERE name = 'records_kind'")
    journal.close()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(bytes(content))

    hurt = Journal(path)
    # Both wait at once, so that they come into one transaction.
    hold = hurt.write(lambda _: time.sleep(0.2))
    lost = hurt.write(lambda db: db.execute(insert, (999, "999")).rowcount)
    kept = Drafts(hurt, "me").put(key("1"), "c", EDIT)
    hold.result(20)
    with pytest.raises(JournalError):
        lost.result(20)
    kept.result(20)
    hurt.close()
    again = rescued(path)
    draft = Drafts(again, "me").load(key("1"))
    assert draft is not None
    assert set(draft.fields) == {"a", "b", "c"}
    again.close()


def test_a_column_whose_name_is_damaged_is_found_and_mended_by_the_next_start(path: Path) -> None:
    filled(path)
    # One letter of the schema's text: every page is sound.
    content = path.read_bytes()
    assert content.count(b"    past INTEGER") == 1
    path.write_bytes(content.replace(b"    past INTEGER", b"    tast INTEGER"))
    hurt = Journal(path)
    with pytest.raises(JournalError):
        hurt.read("SELECT past FROM outbox")
    hurt.close()
    again = rescued(path)
    assert again.read("SELECT past FROM outbox") == []
    draft = Drafts(again, "me").load(key("1"))
    assert draft is not None
    assert set(draft.fields) == {"a", "b"}
    again.close()
    assert Journal(path).notice is None
