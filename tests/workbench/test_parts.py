"""The small parts: feed, waiting, packing, link, facts, comparing values."""

from __future__ import annotations

import asyncio
import gc

import msgspec
import pytest

from tests.workbench.bench import Bench
from tests.workbench.site import START, ManualTime, MemorySystem, Site, key, request
from tui.model.action import Action, Slot
from tui.model.errors import Forbidden, ServerFault, TaskError, Throttled, Unauthorised, Unreachable
from tui.model.execution import Answer, Record
from tui.model.field import Value, same_value
from tui.model.message import Message
from tui.model.system import Capabilities
from tui.workbench.conflicts import conflict
from tui.workbench.entry import EntryState
from tui.workbench.facts import Facts
from tui.workbench.feed import Feed
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal
from tui.workbench.link import LinkKeeper, LinkState
from tui.workbench.packing import pack, revive, seal, unpack
from tui.workbench.timing import Backoff, Waker, full_jitter, longest_pause, pause_after
from tui.workbench.wire import Wire, as_task_error


async def test_everybody_sees_every_item_from_the_subscription_on() -> None:
    feed: Feed[int] = Feed()
    feed.publish(0)
    early = feed.watch()
    feed.publish(1)
    late = feed.watch()
    feed.publish(2)
    feed.close()
    assert [item async for item in early] == [1, 2]
    assert [item async for item in late] == [2]
    assert [item async for item in feed.watch()] == []


async def test_a_watch_that_nobody_holds_is_forgotten() -> None:
    feed: Feed[int] = Feed()
    watch = feed.watch()
    assert len(feed._watches) == 1
    del watch
    gc.collect()
    feed.publish(1)
    assert len(feed._watches) == 0


def test_pauses_grow_to_a_minute() -> None:
    assert [longest_pause(attempt) for attempt in range(1, 9)] == [2, 4, 8, 16, 32, 60, 60, 60]
    assert longest_pause(0) == 2
    assert longest_pause(10_000) == 60
    backoff = Backoff(lambda longest: longest, 15)
    assert [backoff.next() for _ in range(5)] == [2, 4, 8, 15, 15]
    backoff.reset()
    assert backoff.next() == 2


def test_jitter_spreads_but_never_hammers() -> None:
    pauses = [full_jitter(60) for _ in range(500)]
    assert 0.5 <= min(pauses) < 10
    assert 50 < max(pauses) <= 60


def test_half_of_a_pause_is_certain() -> None:
    assert [pause_after(attempt, lambda longest: 0.0) for attempt in (1, 3, 9)] == [1, 4, 30]
    assert [pause_after(attempt, lambda longest: longest) for attempt in (1, 3, 9)] == [2, 8, 60]
    assert Backoff(lambda longest: 0.0, 15).next() == 1


async def test_a_wake_ends_the_pause_and_one_during_work_the_next(time: ManualTime) -> None:
    waker = Waker(time.sleep)
    waker.wake()
    assert await waker.pause(60) is True
    pausing = asyncio.ensure_future(waker.pause(60))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    time.pass_(61)
    assert await pausing is False
    forever = asyncio.ensure_future(waker.pause(None))
    await asyncio.sleep(0)
    assert not forever.done()
    waker.wake()
    assert await forever is True


def test_messages_inside_of_messages_come_back() -> None:
    inner = Message("Until {x}", {"x": Message("noon"), "y": 3})
    record = Record(
        execution=MemorySystem(Site()).site.row(Site().truth["1"]),
        policies=(Message("{a}", {"a": inner, "at": START}),),
        actions=(Action(id="a", slot=Slot.SAVE, label=Message("L", {"m": inner}), why_not=inner),),
        raw={"message": {"id": "stays a dict", "params": {}, "server": False}},
    )
    back = unpack(pack(record), Record)
    revive(back)
    assert back == record


def test_what_cannot_be_packed_becomes_text() -> None:
    assert unpack(pack({"a": Slot}), dict[str, str]) == {"a": str(Slot)}


def test_a_flipped_bit_in_what_was_typed_is_noticed() -> None:
    sealed, typed = seal(["4.5", "wet"]), ["4.5", "wet"]
    assert unpack(sealed, list[str]) == typed
    for place in range(8 * len(sealed)):
        flipped = bytearray(sealed)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(msgspec.MsgspecError):
            unpack(bytes(flipped), list[str])
    assert unpack(pack(typed), list[str]) == typed, "what was written before there were seals"


@pytest.mark.parametrize("column", ["request", "id"])
async def test_an_entry_with_a_flipped_bit_is_not_sent(bench: Bench, site: Site, column: str) -> None:
    await bench.workbench.outbox.add(request("1", a="4.5"))

    def flip(db: Db) -> None:
        ((blob,),) = db.execute("SELECT request FROM outbox").fetchall()
        if column == "request":
            db.execute("UPDATE outbox SET request = ?", (blob.replace(b"4.5", b"4.7"),))
        else:
            db.execute("UPDATE outbox SET id = 'x' || substr(id, 2)")

    bench.workbench.journal.write(flip).result(20)
    await bench.workbench.sender.round()
    (entry,) = bench.workbench.outbox.entries()
    assert (entry.legible, entry.state, site.done) == (False, EntryState.ATTENTION, [])


def test_link_tells_only_what_is_news(time: ManualTime) -> None:
    keeper = LinkKeeper(time)
    seen = keeper.changes.watch()
    keeper.worked()
    time.pass_(30)
    keeper.worked()
    assert (keeper.now.state, keeper.now.since, keeper.now.as_of) == (LinkState.ONLINE, START, time.now)
    time.pass_(30)
    keeper.failed(Unreachable())
    since = time.now
    time.pass_(30)
    keeper.failed(Unreachable())
    keeper.failed(ServerFault())
    assert (keeper.now.state, keeper.now.since) == (LinkState.OFFLINE, since)
    assert seen._items.qsize() == 3


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unauthorised(), "refused"),
        (Forbidden(), "refused"),
        (Throttled(), "online"),
        (ServerFault(), "offline"),
        (TaskError(), "offline"),
    ],
)
def test_link_states(time: ManualTime, error: TaskError, state: str) -> None:
    keeper = LinkKeeper(time)
    keeper.failed(error)
    assert keeper.now.state == state
    assert keeper.now.error is error


def test_being_asked_to_wait_says_nothing_about_the_token(time: ManualTime) -> None:
    keeper = LinkKeeper(time)
    keeper.failed(Unauthorised())
    keeper.failed(Throttled())
    assert str(keeper.now.state) == "refused"
    keeper.worked()
    assert str(keeper.now.state) == "online"


def test_without_a_connection_the_reason_is_raised(time: ManualTime) -> None:
    wire = Wire(LinkKeeper(time))
    with pytest.raises(Unreachable):
        _ = wire.system
    wire.link.refused(Unauthorised("bad token"))
    with pytest.raises(Unauthorised, match="bad token"):
        _ = wire.system


def test_errors_of_ours_keep_their_words() -> None:
    class SecretError(Exception):
        message = Message("The keyring is locked.")

    assert as_task_error(SecretError()).what == Message("The keyring is locked.")
    assert "ValueError" in str(as_task_error(ValueError("x")))
    error = Unreachable()
    assert as_task_error(error) is error


def test_facts_are_kept_per_owner_and_survive_nonsense(journal: Journal) -> None:
    facts = Facts(journal, "me")
    facts.put("capabilities", Capabilities(title="A", nodes=True)).result(20)
    facts.put("odd", [1, 2]).result(20)
    assert facts.get("capabilities", Capabilities) == Capabilities(title="A", nodes=True)
    assert facts.get("odd", Capabilities) is None
    assert facts.get("none", Capabilities) is None
    assert Facts(journal, "you").get("capabilities", Capabilities) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("4.5", 4.5, True),
        ("4.50", 4.5, True),
        ("4.50", "4.5", False),
        (1, "1", True),
        (4.0, "4", True),
        ([], None, True),
        ({}, None, True),
        ("", None, True),
        (" \n", None, True),
        ([""], None, True),
        ("abc ", "abc", True),
        ("a\r\nb", "a\nb", True),
        (["a", "b"], ["b", "a "], True),
        (["1"], [1], True),
        (["a"], ["a", "b"], False),
        (["a"], "a", False),
        ({"path": "/x"}, {"path": "/x"}, True),
        ({"path": "/x"}, {"path": "/y"}, False),
        ({"path": "/x"}, "/x", False),
        (True, "True", False),
        (True, "1", True),
        (True, 1, True),
        (False, "false", True),
        (False, None, False),
        (0, None, False),
        ("0", "", False),
        ("007", "7", False),
        ("NaN", "nan", False),
        ("x", "X", False),
        (float("nan"), "x", False),
    ],
)
def test_the_same_to_a_person(one: Value, other: Value, same: bool) -> None:
    assert same_value(one, other) is same
    assert same_value(other, one) is same
    assert same_value(one, one)


def test_a_number_longer_than_python_writes_is_only_the_same_as_itself() -> None:
    long = 10**5000
    assert same_value(long, long)
    assert same_value(long, long + 1) is False


def test_numbers_are_the_same_as_numbers() -> None:
    assert same_value("4.50", "4.5", number=True)
    assert same_value("04", 4, number=True)
    assert not same_value("4.5", "4.6", number=True)
    assert not same_value("x", "y", number=True)
    assert not same_value("0", None, number=True)
    assert not same_value("NaN", "nan", number=True)


async def test_conflicts_name_field_and_both_values() -> None:
    site = Site()
    site.change("1", a="3")
    record = await MemorySystem(site).show(key("1"))
    assert conflict(request("1", a="5", base={"a": "3"}), record) == {}
    assert conflict(request("1", a="3", base={"a": "1"}), record) == {}
    found = conflict(request("1", a="5", b="x"), record)
    assert set(found) == {"a"}
    assert found["a"].params == {"field": "Temperature", "theirs": "3", "mine": "5"}
    site.truth["1"].answers = {"b": Answer(note="theirs")}
    noted = conflict(request("1", notes={"b": "mine"}), await MemorySystem(site).show(key("1")))
    assert noted["b"].params["theirs"] == "theirs"
