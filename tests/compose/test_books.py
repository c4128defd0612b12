"""The journal read for everybody: queues, entries, trail and soundness; and several readers in one process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compose.test_composer import composer
from tui.compose.owners import server_place
from tui.config import ConfigError, Profile
from tui.config.secrets import fingerprint
from tui.model.action import Delivery, Request, Slot
from tui.workbench.books import Books
from tui.workbench.entry import EntryState
from tui.workbench.workbench import Workbench

PLACE = server_place(Profile(name="acme", base_url="http://127.0.0.1:9"))
ROOT = Path(__file__).resolve().parents[2]


def request(number: int, profile: str = "site") -> Request:
    return Request(
        profile=profile,
        system="intratool",
        key_id=str(number),
        action="deny",
        slot=Slot.DENY,
        delivery=Delivery.QUEUED,
        idempotency_key=f"{profile} {number}",
        inputs={"deny_reason": "x"},
    )


async def add(bench: Workbench, *numbers: int) -> None:
    for number in numbers:
        await bench.outbox.add(request(number, bench.desk.profile))


async def test_queues_are_by_owner_and_state(tmp_path: Path) -> None:
    shop = composer(tmp_path, {"ACME": "secret-one"})
    maria, ben, acme = shop.workbench("site"), shop.workbench("site", "ben"), shop.workbench("acme")
    await add(maria, 1, 2, 3)
    await add(ben, 4)
    await add(acme, 5)
    await maria.outbox.discard("site 2")
    with sqlite3.connect(tmp_path / "data" / "journal.sqlite") as db:
        db.execute("UPDATE outbox SET state = 'attention' WHERE id = 'site 3'")
        db.execute("UPDATE outbox SET owner = 'gone:x' WHERE id = 'site 4'")
    db.close()
    books = shop.books()
    try:
        queues = books.queues()
        assert [(q.owner.profile, q.owner.user, q.owner.known) for q in queues] == [
            ("site", "maria", True),
            ("gone", "", False),
            ("acme", "", True),
        ]
        assert queues[0].counts == {EntryState.WAITING: 1, EntryState.ATTENTION: 1}
        assert (queues[0].on_the_way, queues[0].attention) == (1, 1)
        assert set(queues[0].oldest) == set(queues[0].counts)
        assert queues[2].owner.id == f"{PLACE}:{fingerprint('secret-one')}"
        assert [entry.id for _, entry in books.entries().entries] == ["site 1", "site 3", "site 4", "acme 5"]
        assert len(books.entries(settled=5).entries) == 5
    finally:
        books.close()
        for bench in (maria, ben, acme):
            await bench.close()


async def test_an_entry_that_cannot_be_read_is_named_and_hides_no_other(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    bench = shop.workbench("site")
    await add(bench, 1, 2)
    await bench.close()
    with sqlite3.connect(tmp_path / "data" / "journal.sqlite") as db:
        db.execute("UPDATE outbox SET request = x'c1' WHERE seq = 1")
    db.close()
    books = shop.books()
    kept = books.entries()
    books.close()
    assert ([entry.id for _, entry in kept.entries], kept.unreadable) == (["site 2"], ["site 1"])


def test_the_own_owner_is_known_without_asking_anybody(tmp_path: Path) -> None:
    shop = composer(tmp_path, {"ACME": "secret-one"})
    assert (shop.owner().id, shop.owner().user) == ("site:maria", "maria")
    shop.settings.profile = "night"
    assert shop.owner().id == "night:ben"
    shop.settings.profile = "acme"
    assert shop.owner().id == f"{PLACE}:{fingerprint('secret-one')}"
    old = shop.owner(f"{PLACE}:old")
    assert (old.profile, old.place, old.known, old.here) == ("acme", PLACE, True, True)
    elsewhere = shop.owner("acme:0:old")
    assert (elsewhere.profile, elsewhere.place, elsewhere.known, elsewhere.here) == ("acme", "acme:0", True, False)
    assert not shop.owner("other:1:old").known
    later = composer(tmp_path)
    later.settings.profile = "acme"
    assert later.owner().id == f"{PLACE}:"
    shop.workbench("acme").journal.close()
    assert later.owner().id == f"{PLACE}:{fingerprint('secret-one')}"


async def test_a_trail_that_grows_while_it_is_read_is_whole(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    bench = shop.workbench("site")
    await add(bench, 1, 2)
    await bench.outbox.discard("site 1")
    books = shop.books()
    try:
        assert (books.trail_length(), books.trail_broken()) == (1, None)
        assert [row.event.outcome for row in books.trail(5)] == ["discarded"]
        assert books.trail(5, "somebody:else") == []
        assert books.version()[0] == books.version()[1]
        assert any("CREATE TABLE history" in sql for sql in books.schema())
        assert books.faults() == []
        assert (books.notice, books.writable) == (None, True)
    finally:
        books.close()
        await bench.close()


def test_a_file_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    books = composer(tmp_path).books()
    assert books.current()
    path = books.journal.path
    path.rename(path.with_name("aside"))
    assert not books.current()
    path.write_bytes(b"")
    assert not books.current()
    books.close()


def test_a_newer_journal_is_a_config_error(tmp_path: Path) -> None:
    shop = composer(tmp_path)
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "journal.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ConfigError, match="newer Shiftdeck"):
        shop.books()


OTHER = """
import sys
from pathlib import Path
from tui.compose import Composer
from tui.config import Overrides, load_settings
overrides = Overrides(config=Path(sys.argv[1]) / "config.toml", data_dir=Path(sys.argv[1]) / "data")
shop = Composer(load_settings(overrides, {}), {})
books = shop.books()
print(sum(queue.on_the_way for queue in books.queues()))
books.close()
"""


async def test_several_journals_in_one_process_keep_their_locks(tmp_path: Path) -> None:
    """What is acknowledged is there for every other process, whoever opened and closed the file meanwhile."""
    shop = composer(tmp_path)
    first = shop.workbench("site")
    await add(first, 1)
    second: Books | None = shop.books()

    def elsewhere() -> str:
        done = subprocess.run(
            [sys.executable, "-c", OTHER, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    try:
        assert elsewhere() == "1"
        await add(first, 2)
        assert elsewhere() == "2"
        assert second is not None
        second.close()
        second = None
        await add(first, 3)
        assert elsewhere() == "3"
        assert elsewhere() == "3"
        assert first.notice is None
    finally:
        if second is not None:
            second.close()
        await first.close()
    assert elsewhere() == "3"
