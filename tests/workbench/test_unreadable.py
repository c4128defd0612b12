"""A journal that breaks while the screen is up: what is shown stays as last known, and a notice says why."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import DENY, FINISH, START, Site, key, request
from tui.form.edit import FieldEdit
from tui.model.errors import Refused
from tui.model.execution import Execution, Record
from tui.model.message import Message
from tui.workbench.drafts import Draft, Drafts
from tui.workbench.entry import EntryState
from tui.workbench.history import Event, History, append
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import pack, unpack

ONE, TWO = key("1"), key("2")


def damage(path: Path) -> None:
    """Overwrite every page but the first; the write before it makes other connections forget what they hold."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("INSERT OR REPLACE INTO facts VALUES ('nobody', 'x', x'00')")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))


async def filled(bench: Bench, site: Site) -> None:
    outbox, drafts = bench.workbench.outbox, bench.workbench.drafts
    site.refuse["3"] = Refused("no")
    await outbox.add(request("3", DENY, inputs={"deny_reason": "ill"}))
    await bench.workbench.sender.round()
    await outbox.add(request("1", FINISH, a="5"))
    drafts.put(ONE, "a", FieldEdit(text="5", value="5")).result(20)
    drafts.put_position(ONE, "a", 3).result(20)
    await bench.workbench.records.load(TWO)


async def test_the_last_known_figures_stay(bench: Bench, site: Site, path: Path) -> None:
    await filled(bench, site)
    workbench = bench.workbench
    outbox, drafts = workbench.outbox, workbench.drafts

    def shown() -> tuple[object, ...]:
        return outbox.waiting(), outbox.attention(), outbox.paused(), *outbox.kept()

    before = *shown(), drafts.keys()
    assert before == (1, 1, 0, {ONE, key("3")}, {ONE}, {ONE})
    assert outbox.recent_inputs("deny") == {"deny_reason": ["ill"]}
    damage(path)
    with pytest.raises(JournalError):
        outbox.entries()
    assert (*shown(), drafts.keys()) == before
    assert outbox.recent_inputs("deny") == {}
    assert drafts.load(ONE) is None
    assert workbench.records.cached(TWO) is not None
    assert workbench.records.cached(ONE) is None
    assert workbench.capabilities.title == "Kitchen"
    notice = workbench.notice
    assert notice is not None
    assert "damaged" in notice.id


async def test_what_is_not_on_disk_yet_is_seen_all_the_same(bench: Bench, site: Site, path: Path) -> None:
    await filled(bench, site)
    damage(path)
    drafts = bench.workbench.drafts
    drafts._pending[TWO, "b"] = FieldEdit(text="x", value="x")
    assert TWO in drafts.keys()  # noqa: SIM118 - no mapping
    draft = drafts.load(TWO)
    assert isinstance(draft, Draft)
    assert draft.fields == {"b": FieldEdit(text="x", value="x")}


async def test_rows_that_mean_nothing_are_left_out_and_told(bench: Bench, site: Site) -> None:
    await filled(bench, site)
    bench.workbench.drafts.put(ONE, "b", FieldEdit(text="x", value="x")).result(20)
    assert bench.workbench.outbox.kept().keys == {ONE, key("3")}

    for table, column in (("outbox", "request"), ("drafts", "edit")):
        where = "WHERE field = 'a'" if table == "drafts" else ""
        sql = f"UPDATE {table} SET {column} = x'c1' {where}"
        bench.journal.write(lambda db, sql=sql: db.execute(sql).rowcount).result(20)  # type: ignore[misc]
    assert bench.workbench.outbox.kept().keys == {ONE, key("3")}
    assert bench.workbench.outbox.recent_inputs("deny") == {}
    draft = bench.workbench.drafts.load(ONE)
    assert draft is not None
    assert list(draft.fields) == ["b"]
    assert bench.workbench.notice is not None


async def test_new_notices_are_published_once_from_any_thread(bench: Bench, site: Site, path: Path) -> None:
    await filled(bench, site)
    seen = bench.workbench.notices.watch()
    assert (bench.workbench.notice, bench.workbench.outbox.attention()) == (None, 1)
    bench.workbench.start()
    damage(path)
    await asyncio.to_thread(bench.workbench.outbox.waiting)
    assert bench.workbench.outbox.attention() == 1
    message = await asyncio.wait_for(anext(seen), 20)
    assert message == bench.workbench.notice
    bench.workbench.notices.close()
    assert [item async for item in seen] == []


def test_a_notice_is_told_when_it_becomes_another(journal: Journal) -> None:
    told: list[Message] = []
    journal.on_notice = told.append
    for _ in range(2):
        journal.unreadable(ValueError("row"))
        journal.unreadable(JournalError(Message("known already")))
    assert told == [journal.notice]


async def test_a_closed_journal_is_calm_too(benches: Callable[..., Bench], site: Site) -> None:
    bench = benches()
    await filled(bench, site)
    assert bench.workbench.outbox.waiting() == 1
    await bench.workbench.close()
    assert bench.workbench.outbox.waiting() == 1
    assert bench.workbench.drafts.keys() == frozenset()
    assert bench.workbench.notice is None


async def test_the_sender_outlives_it(bench: Bench, site: Site, path: Path) -> None:
    await filled(bench, site)
    damage(path)
    assert await bench.workbench.sender.round() > 0
    await eventually(lambda: bench.workbench.notice is not None)


def test_text_that_is_no_text_is_damage_like_any_other(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    drafts.put(key("1"), "a", FieldEdit(text="kept", value="kept")).result(20)
    drafts.put(key("1"), "b", FieldEdit(text="spoilt", value="spoilt")).result(20)
    spoil = (
        "UPDATE drafts SET edit = CAST(replace(edit, 'spoilt', 'sp' || x'ff' || 'ilt') AS BLOB) WHERE field = 'b'"
    )
    journal.write(lambda db: db.execute(spoil).rowcount).result(20)
    draft = drafts.load(key("1"))
    assert draft is not None
    assert set(draft.fields) == {"a"}
    assert journal.notice is not None


@pytest.mark.parametrize(("number", "kept"), [(10**30, 1e30), (2**63, float(2**63)), (10**400, str(10**400))])
def test_a_number_of_any_size_can_be_kept(number: int, kept: object) -> None:
    record = Record(execution=Site().row(Site().truth["1"]), raw={"n": [number, {"m": -7}], "ok": True})
    assert unpack(pack(record), Record).raw == {"n": [kept, {"m": -7}], "ok": True}
    points = msgspec.structs.replace(record.execution, points=10**30)
    assert unpack(pack(points), Execution).points == 1e30


def test_the_trail_takes_a_number_of_any_size(journal: Journal) -> None:
    event = Event(at=START, owner="me", who="", what="save", outcome="sent", key=key("1"), new={"a": 10**30})
    journal.write(lambda db: append(db, event)).result(20)
    trail = History(journal, "me")
    assert trail.verify() is None
    assert [row.event.new for row in trail.entries()] == [{"a": 10**30}]


async def test_an_entry_that_cannot_be_read_blocks_nobody(bench: Bench, site: Site) -> None:
    outbox = bench.workbench.outbox
    first, second = await outbox.add(request("1", a="5")), await outbox.add(request("2", a="6"))
    behind = await outbox.add(request("1", DENY, inputs={"deny_reason": "ill"}))
    sql = "UPDATE outbox SET request = x'c1', reason = x'c1' WHERE id = ?"
    bench.journal.write(lambda db: db.execute(sql, (first.id,)).rowcount).result(20)
    assert [entry.legible for entry in outbox.entries()] == [False, True, True]
    await bench.workbench.sender.round()
    states = {entry.id: entry.state for entry in outbox.entries()}
    # What was made behind it might rely on it: that waits for a person as behind any other.
    assert states == {
        first.id: EntryState.ATTENTION,
        second.id: EntryState.SENT,
        behind.id: EntryState.WAITING,
    }
    (spoilt,) = outbox.entries(EntryState.ATTENTION)
    assert (spoilt.key.id, spoilt.created) == ("1", first.created)
    assert spoilt.reason is not None
    assert "cannot be read" in spoilt.reason.id
    await outbox.retry(first.id)
    assert bench.entry(first.id).state is EntryState.ATTENTION
    await outbox.discard(first.id)
    await bench.workbench.sender.round()
    assert bench.entry(behind.id).state is EntryState.SENT
    assert [row.event.outcome for row in bench.workbench.history.entries()] == ["sent", "discarded", "sent"]


async def test_what_only_explains_an_entry_may_be_illegible(bench: Bench, site: Site) -> None:
    entry = await bench.workbench.outbox.add(request("1", a="5"))
    sql = "UPDATE outbox SET reason = x'c1', fields = x'81a161', next_try = 'soon'"
    bench.journal.write(lambda db: db.execute(sql).rowcount).result(20)
    await bench.workbench.sender.round()
    assert bench.entry(entry.id).state is EntryState.SENT


async def test_a_draft_that_cannot_be_read_does_not_hold_up_what_is_sent(bench: Bench, site: Site) -> None:
    bench.workbench.drafts.put(ONE, "a", FieldEdit(text="5", value="5")).result(20)
    sql = "UPDATE drafts SET edit = x'c1'"
    bench.journal.write(lambda db: db.execute(sql).rowcount).result(20)
    entry = await bench.workbench.outbox.add(request("1", a="5"))
    await bench.workbench.sender.round()
    assert bench.entry(entry.id).state is EntryState.SENT
    assert bench.journal.read("SELECT field FROM drafts") == [("a",)]


def test_a_trail_whose_end_is_damaged_goes_on_and_says_so(journal: Journal) -> None:
    event = Event(at=START, owner="me", who="", what="save", outcome="sent", key=key("1"))
    journal.write(lambda db: append(db, event)).result(20)
    spoil = "UPDATE facts SET fact = x'c1' WHERE name = 'history head'"
    journal.write(lambda db: db.execute(spoil).rowcount).result(20)
    assert History(journal, "me").verify() == 2
    journal.write(lambda db: db.execute("UPDATE history SET hash = 'none'").rowcount).result(20)
    journal.write(lambda db: append(db, event)).result(20)
    assert History(journal, "me").verify() == 1
    assert len(History(journal, "me").entries()) == 2
