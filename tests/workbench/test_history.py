"""The trail: in order, for ever, and any later change shows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.workbench.site import START, key
from tui.model.message import Message
from tui.workbench.history import Event, History, append
from tui.workbench.journal import Journal


def event(number: int, owner: str = "me") -> Event:
    return Event(
        at=START,
        owner=owner,
        who="Anna",
        what="save",
        outcome="sent",
        key=key(str(number)),
        old={"b": None, "a": 1.5},
        new={"a": ["x"], "b": "Grün"},
        answer=Message("Denied by {who}", {"who": Message("nobody")}),
        request=f"r{number}",
    )


@pytest.fixture
def trail(journal: Journal) -> History:
    for number in range(1, 6):
        journal.write(lambda db, n=number: append(db, event(n))).result(20)  # type: ignore[misc]
    return History(journal, "me")


def test_entries_come_back_whole_newest_first(trail: History, journal: Journal) -> None:
    rows = trail.entries()
    assert [row.seq for row in rows] == [5, 4, 3, 2, 1]
    assert rows[0].event == event(5)
    assert len({row.hash for row in rows}) == 5
    assert [row.event.request for row in trail.entries(limit=2)] == ["r5", "r4"]
    assert [row.seq for row in trail.entries(key=key("3"))] == [3]
    assert History(journal, "other").entries() == []
    assert len(History(journal).entries()) == 5


def test_an_untouched_chain_holds(trail: History) -> None:
    assert trail.verify() is None


def test_an_empty_chain_holds(journal: Journal) -> None:
    assert History(journal).verify() is None


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE history SET body = replace(body, 'Anna', 'Bert') WHERE seq = 3", 3),
        ("UPDATE history SET hash = zeroblob(32) WHERE seq = 2", 2),
        ("DELETE FROM history WHERE seq = 4", 4),
        ("DELETE FROM history WHERE seq = 1", 1),
        ("DELETE FROM history WHERE seq = 5", 5),
        ("DELETE FROM history", 1),
        ("INSERT INTO history (owner, body, hash) SELECT owner, body, hash FROM history WHERE seq = 5", 6),
    ],
)
def test_any_change_shows_where(trail: History, path: Path, sql: str, broken: int) -> None:
    db = sqlite3.connect(path)
    db.execute(sql)
    db.commit()
    db.close()
    assert trail.verify() == broken


def test_two_journals_on_one_file_make_one_chain(path: Path) -> None:
    first, second = Journal(path), Journal(path)
    futures = [
        (first, second)[n % 2].write(lambda db, n=n: append(db, event(n, f"owner{n % 2}")))  # type: ignore[misc]
        for n in range(40)
    ]
    for future in futures:
        future.result(20)
    assert History(first).verify() is None
    assert len(History(first, "owner0").entries()) == 20
    first.close()
    second.close()


def test_a_trail_that_grows_while_it_is_looked_at_is_whole(trail: History, journal: Journal, path: Path) -> None:
    other = Journal(path)
    grown: list[int] = []

    def meanwhile(sql: str) -> None:
        if sql.startswith("SELECT fact") and not grown:
            grown.append(1)
            other.write(lambda db: append(db, event(6))).result(20)

    journal._reader.set_trace_callback(meanwhile)
    assert trail.verify() is None
    assert grown == [1]
    assert len(trail.entries()) == 6
    assert trail.verify() is None
    other.close()
