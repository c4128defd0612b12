"""Outbox and sender: on disk first, in order, exactly once, nothing given up, nothing in the way of others."""

from __future__ import annotations

import asyncio
import contextlib
import time as system_time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import (
    CREATE,
    DENY,
    FINISH,
    SAVE,
    START,
    Fault,
    ManualTime,
    MemorySystem,
    Site,
    key,
    request,
)
from tui.form.edit import FieldEdit
from tui.model.action import Receipt, Request, Slot
from tui.model.errors import (
    Forbidden,
    NotTheServer,
    Refused,
    ServerFault,
    TaskError,
    Throttled,
    Unauthorised,
    Unreachable,
)
from tui.model.execution import Key, Record
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import JournalError
from tui.workbench.link import LinkState
from tui.workbench.outbox import LEASE_SECONDS, Outbox
from tui.workbench.timing import LONGEST_SPREAD

W, S, P, A, T, D = (
    EntryState.WAITING,
    EntryState.SENDING,
    EntryState.PAUSED,
    EntryState.ATTENTION,
    EntryState.SENT,
    EntryState.DISCARDED,
)
Make = Callable[..., Bench]


async def add(bench: Bench, *requests: Request) -> list[Entry]:
    return [await bench.workbench.outbox.add(each) for each in requests]


async def round_(bench: Bench) -> float:
    return await bench.workbench.sender.round()


# -- the way that everything goes well -------------------------------------------------------------------


async def test_an_entry_is_on_disk_before_it_is_sent(bench: Bench, benches: Make, site: Site) -> None:
    (entry,) = await add(bench, request("1", a="5", notes={"a": "n"}))
    other = benches(connected=False).workbench.outbox
    assert other.entries() == [entry]
    assert other.kept().keys == {key("1")}
    assert (entry.state, entry.request.values, other.waiting()) == (W, {"a": "5"}, 1)
    assert site.calls == []
    assert entry.id == entry.request.idempotency_key


async def test_sent_means_settled_draft_gone_record_read_list_changed_trail_grown(
    bench: Bench, site: Site
) -> None:
    workbench = bench.workbench
    await workbench.live.load()
    workbench.drafts.put(key("1"), "a", FieldEdit(text="5", value="5")).result(20)
    seen = workbench.outbox.changes.watch()
    (entry,) = await add(bench, request("1", a="5"))
    await round_(bench)
    assert site.done == [("save", "1", {"a": "5"})]
    assert site.keys == [entry.id]
    sent = bench.entry(entry.id)
    assert (sent.state, sent.attempts, sent.settled) == (T, 1, bench.time.now)
    assert sent.receipt == Receipt(key_id="1", status_raw="in_progress")
    assert workbench.drafts.load(key("1")) is None
    assert workbench.outbox.waiting() == 0
    row = workbench.live.get(key("1"))
    assert row is not None
    assert row.status.raw == "in_progress"
    record = workbench.records.cached(key("1"))
    assert record is not None
    assert record.answers["a"].value == "5"
    (event,) = workbench.history.entries()
    assert (event.event.what, event.event.outcome, event.event.who) == ("save", "sent", "anna")
    workbench.outbox.changes.close()
    assert [item.state async for item in seen] == [W, S, T]


async def test_the_order_of_one_execution_is_kept(bench: Bench, site: Site) -> None:
    await add(bench, request("1", a="1"), request("2", a="2"), request("1", b="3"), request("1", FINISH, b="4"))
    await round_(bench)
    assert bench.workbench.outbox.kept().keys == frozenset()
    assert [(done[0], done[2]) for done in site.done if done[1] == "1"] == [
        ("save", {"a": "1"}),
        ("save", {"b": "3"}),
        ("finish", {"b": "4"}),
    ]
    assert bench.states() == [T, T, T, T]


async def test_a_thousand_entries_go_out_in_one_round(bench: Bench) -> None:
    bench.site.truth |= Site(200).truth
    await asyncio.gather(*(bench.workbench.outbox.add(request(str(n), a="1")) for n in range(1, 201)))
    await round_(bench)
    assert len(bench.site.done) == 200
    assert bench.workbench.outbox.waiting() == 0


async def test_the_next_entry_does_not_wait_while_a_sent_one_is_read_again(bench: Bench, site: Site) -> None:
    first, second = await add(bench, request("1", a="1"), request("2", a="2"))
    gate, show = asyncio.Event(), MemorySystem.show

    async def slow(self: MemorySystem, key: Key) -> Record:
        if key.id == "1" and "perform" in site.calls:
            await gate.wait()
        return await show(self, key)

    bench.workbench._wire.system.show = slow.__get__(bench.workbench._wire.system)  # type: ignore[method-assign]
    sending = asyncio.ensure_future(round_(bench))
    await eventually(lambda: site.calls.count("perform") == 2)
    assert bench.entry(first.id).state is S
    gate.set()
    await sending
    assert bench.states() == [T, T]
    assert second.id == bench.workbench.outbox.entries()[-1].id


async def test_what_is_read_again_when_the_application_ends_is_looked_at_by_the_next_start(
    bench: Bench, benches: Make, site: Site
) -> None:
    (entry,) = await add(bench, request("1", a="1"))
    gate, show = asyncio.Event(), MemorySystem.show

    async def slow(self: MemorySystem, key: Key) -> Record:
        if "perform" in site.calls:
            await gate.wait()
        return await show(self, key)

    bench.workbench._wire.system.show = slow.__get__(bench.workbench._wire.system)  # type: ignore[method-assign]
    sending = asyncio.ensure_future(round_(bench))
    await eventually(lambda: "perform" in site.calls)
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    bench.journal.write(lambda _: None).result(20)
    other = benches()
    await round_(other)
    assert (other.states(), len(site.done)) == ([T], 1)
    assert other.entry(entry.id).attempts == 2


async def test_adding_the_same_request_twice_is_one_entry(bench: Bench) -> None:
    same = request("1", a="1")
    first, second = await add(bench, same, same)
    assert first == second
    assert len(bench.workbench.outbox.entries()) == 1


async def test_a_draft_that_went_on_while_sending_stays(bench: Bench, site: Site) -> None:
    drafts = bench.workbench.drafts
    drafts.put(key("1"), "a", FieldEdit(text="5", value="5")).result(20)
    drafts.put(key("1"), "b", FieldEdit(text="x", value="x")).result(20)
    await add(bench, request("1", a="5", b="x"))
    site.gates["perform"] = asyncio.Event()
    sending = asyncio.ensure_future(round_(bench))
    await eventually(lambda: "perform" in site.calls)
    drafts.put(key("1"), "a", FieldEdit(text="6", value="6")).result(20)
    site.gates["perform"].set()
    await sending
    draft = drafts.load(key("1"))
    assert draft is not None
    assert draft.fields == {"a": FieldEdit(text="6", value="6", base="5")}


async def test_reading_again_may_fail_without_harm(bench: Bench, site: Site) -> None:
    site.faults["show"] = [Fault(), Fault(before=Unreachable())]
    (entry,) = await add(bench, request("1", a="5"))
    await round_(bench)
    assert bench.entry(entry.id).state is T


# -- nothing in the way of others -----------------------------------------------------------------------


async def test_a_refused_entry_needs_a_person_and_blocks_nobody(bench: Bench, site: Site) -> None:
    bad, good = await add(bench, request("1", a="999"), request("2", a="5"))
    await round_(bench)
    held = bench.entry(bad.id)
    assert held.state is A
    assert held.reason is not None
    assert held.reason.english() == "The given data was invalid."
    assert [message.english() for message in held.fields["a"]] == ["At most 100."]
    assert bench.entry(good.id).state is T
    assert bench.workbench.outbox.attention() == 1
    assert site.calls.count("perform") == 2
    await round_(bench)
    assert site.calls.count("perform") == 2


async def test_what_was_queued_behind_a_refused_entry_is_held(bench: Bench, site: Site) -> None:
    save, finish = await add(bench, request("1", a="999"), request("1", FINISH, b="x"))
    await round_(bench)
    assert bench.states() == [A, W]
    await bench.workbench.outbox.discard(save.id)
    await round_(bench)
    assert bench.entry(finish.id).state is T
    assert site.done == [("finish", "1", {"b": "x"})]


async def test_what_a_person_does_after_seeing_the_refusal_is_sent(bench: Bench, site: Site) -> None:
    await add(bench, request("1", a="999"))
    await round_(bench)
    (deny,) = await add(bench, request("1", DENY))
    await round_(bench)
    assert bench.entry(deny.id).state is T
    assert bench.states() == [A, T]


async def test_the_same_answers_sent_again_replace_the_refused_entry(bench: Bench, site: Site) -> None:
    (bad,) = await add(bench, request("1", a="999"))
    await round_(bench)
    (again,) = await add(bench, request("1", FINISH, a="50", b="x"))
    await round_(bench)
    assert bench.entry(bad.id).state is D
    assert bench.entry(again.id).state is T
    assert site.done == [("finish", "1", {"a": "50", "b": "x"})]


async def test_retry_and_discard(bench: Bench, site: Site) -> None:
    site.refuse["1"] = Refused("Not now.")
    (entry,) = await add(bench, request("1", a="1"))
    await round_(bench)
    site.refuse.clear()
    again = await bench.workbench.outbox.retry(entry.id)
    assert again is not None
    assert (again.state, again.reason) == (W, None)
    await round_(bench)
    assert bench.entry(entry.id).state is T
    assert await bench.workbench.outbox.discard(entry.id) == bench.entry(entry.id)
    assert bench.entry(entry.id).state is T
    assert await bench.workbench.outbox.retry("nothing") is None
    assert [row.event.outcome for row in bench.workbench.history.entries()] == ["sent", "retried", "refused"]


async def test_an_execution_that_is_gone_needs_a_person(bench: Bench) -> None:
    gone, fine = await add(bench, request("77", DENY), request("1", DENY))
    await round_(bench)
    assert (bench.entry(gone.id).state, bench.entry(fine.id).state) == (A, T)


async def test_one_entry_with_a_server_fault_lets_the_others_pass(bench: Bench, site: Site) -> None:
    site.refuse["1"] = ServerFault("500")
    bad, *good = await add(bench, request("1", a="1"), request("2", a="2"), request("3", a="3"))
    await round_(bench)
    assert [bench.entry(entry.id).state for entry in good] == [T, T]
    waiting = bench.entry(bad.id)
    assert (waiting.state, waiting.next_try) == (W, bench.time.now + timedelta(seconds=2))


async def test_one_entry_with_a_foreign_answer_does_not_hold_the_others_for_ever(bench: Bench, site: Site) -> None:
    site.refuse["1"] = NotTheServer("<html>")
    await add(bench, request("1", a="1"), request("2", a="2"), request("3", a="3"))
    await round_(bench)
    assert bench.states() == [W, W, W]
    await round_(bench)
    assert bench.states() == [W, T, T]


# -- what would hit everybody ends the round ------------------------------------------------------------


@pytest.mark.parametrize("error", [Unreachable(), NotTheServer(), Throttled(seconds=7), Unauthorised()])
async def test_an_error_that_would_hit_everybody_ends_the_round(
    bench: Bench, site: Site, error: TaskError
) -> None:
    site.always["perform"] = site.always["count"] = error
    await add(bench, *(request(str(n), a="1") for n in (1, 2, 3)))
    await round_(bench)
    assert site.calls.count("perform") == 1


async def test_two_faults_in_a_row_end_the_round(bench: Bench, site: Site) -> None:
    site.always["perform"] = ServerFault()
    await add(bench, *(request(str(n), a="1") for n in (1, 2, 3)))
    await round_(bench)
    assert site.calls.count("perform") == 2


async def test_pauses_grow_while_there_is_no_line_and_start_again_after(bench: Bench, site: Site) -> None:
    site.always["perform"] = Unreachable()
    await add(bench, request("1", a="1"))
    assert [await round_(bench) for _ in range(7)] == [2, 4, 8, 16, 32, 60, 60]
    assert bench.workbench.link_state.state == "offline"
    assert bench.states() == [W]
    site.always.clear()
    await round_(bench)
    assert bench.states() == [T]
    assert bench.workbench.link_state.state == "online"
    site.always["perform"] = Unreachable()
    await add(bench, request("1", b="1"))
    assert await round_(bench) == 2


async def test_a_server_that_asks_to_wait_is_left_alone(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(before=Throttled(seconds=90))]
    await add(bench, request("1", a="1"), request("2", a="2"))
    # A little more than it asked for: other terminals were told the same.
    assert await round_(bench) == 90 + LONGEST_SPREAD
    bench.time.pass_(90)
    bench.workbench.sender.wake()
    assert await round_(bench) == LONGEST_SPREAD
    assert site.calls.count("perform") == 1
    bench.time.pass_(LONGEST_SPREAD + 1)
    await round_(bench)
    assert bench.states() == [T, T]


async def test_being_told_to_wait_at_the_list_counts_for_the_outbox_too(
    benches: Make, site: Site, time: ManualTime
) -> None:
    bench = benches()
    site.faults["list"] = [Fault(before=Throttled(seconds=90))]
    bench.workbench.start()
    await eventually(lambda: 90 + LONGEST_SPREAD in time.slept)
    await add(bench, request("1", a="1"))
    assert await round_(bench) == 90 + LONGEST_SPREAD
    assert "perform" not in site.calls
    time.pass_(91 + LONGEST_SPREAD)
    await eventually(lambda: bench.states() == [T])


async def test_a_bad_token_pauses_this_owner_until_a_new_connection(
    bench: Bench, benches: Make, site: Site
) -> None:
    site.always["perform"] = site.always["count"] = Unauthorised("Unauthenticated.")
    await add(bench, request("1", a="1"), request("2", a="2"))
    await round_(bench)
    assert bench.states() == [P, P]
    assert bench.workbench.link_state.state is LinkState.REFUSED
    (late,) = await add(bench, request("3", a="3"))
    assert late.state is P
    await round_(bench)
    assert site.calls.count("perform") == 1
    other = benches("kitchen-2")
    site.always.clear()
    await add(other, request("3", DENY))
    await round_(other)
    assert other.states() == [T]
    assert bench.states() == [P, P, P]
    assert await bench.workbench.outbox.resume() == 3
    await round_(bench)
    assert bench.states() == [T, T, T]


async def test_a_thing_that_is_not_allowed_is_told_from_a_bad_token(bench: Bench, site: Site) -> None:
    site.refuse["1"] = Forbidden("This action is unauthorized.")
    bad, good = await add(bench, request("1", a="1"), request("2", a="2"))
    await round_(bench)
    assert (bench.entry(bad.id).state, bench.entry(good.id).state) == (A, T)


async def test_the_same_request_still_running_is_waited_for(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    site.faults["reconcile"] = [Fault(before=Refused(busy=True))]
    (entry,) = await add(bench, request("1", FINISH))
    await round_(bench)
    await round_(bench)
    assert bench.entry(entry.id).state is W
    bench.time.pass_(5)
    await round_(bench)
    assert bench.entry(entry.id).state is T
    assert len(site.done) == 1


# -- unknown outcomes -----------------------------------------------------------------------------------

LOST = [Unreachable(maybe_done=True), ServerFault(), NotTheServer()]


@pytest.mark.parametrize("error", LOST)
@pytest.mark.parametrize("action", [SAVE, FINISH, DENY])
async def test_an_answer_lost_after_the_server_acted_never_doubles(
    bench: Bench, site: Site, error: TaskError, action: object
) -> None:
    site.faults["perform"] = [Fault(after=error)]
    chosen = {"save": SAVE, "finish": FINISH, "deny": DENY}[action.id]  # type: ignore[attr-defined]
    values = {} if chosen is DENY else {"a": "5"}
    (entry,) = await add(bench, request("1", chosen, **values))  # type: ignore[arg-type]
    await round_(bench)
    assert (bench.entry(entry.id).state, bench.entry(entry.id).unsure) == (W, True)
    bench.time.pass_(60)
    await round_(bench)
    assert bench.entry(entry.id).state is T
    assert len(site.done) == 1


@pytest.mark.parametrize("error", LOST)
async def test_a_request_lost_before_the_server_is_sent_again_with_its_key(
    bench: Bench, site: Site, error: TaskError
) -> None:
    site.faults["perform"] = [Fault(before=error)]
    (entry,) = await add(bench, request("1", a="5"))
    await round_(bench)
    bench.time.pass_(60)
    await round_(bench)
    assert bench.entry(entry.id).state is T
    assert site.done == [("save", "1", {"a": "5"})]
    assert site.keys == [entry.id]
    assert "reconcile" in site.calls


async def test_no_reading_back_when_the_server_surely_did_not_get_it(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(before=Unreachable())]
    (entry,) = await add(bench, request("1", DENY))
    await round_(bench)
    await round_(bench)
    assert bench.entry(entry.id).state is T
    assert "reconcile" not in site.calls


async def test_reading_back_waits_for_the_line_too(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    site.faults["reconcile"] = [Fault(before=Unreachable())] * 3
    (entry,) = await add(bench, request("1", FINISH))
    for _ in range(4):
        await round_(bench)
        assert (bench.entry(entry.id).state, bench.entry(entry.id).unsure) == (W, True)
    await round_(bench)
    assert bench.entry(entry.id).state is T
    assert len(site.done) == 1


async def test_somebody_elses_answer_after_a_lost_one_is_not_overwritten(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    (entry,) = await add(bench, request("1", a="5"))
    await round_(bench)
    site.change("1", a="7")
    await round_(bench)
    held = bench.entry(entry.id)
    assert held.state is A
    assert held.reason is not None
    assert held.reason.english() == "Somebody else answered."
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert bench.entry(entry.id).state is A
    assert site.truth["1"].answers["a"].value == "7"


async def test_a_creation_is_adopted_when_found_and_never_repeated_unasked(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [
        Fault(after=Unreachable(maybe_done=True)),
        Fault(before=Unreachable(maybe_done=True)),
    ]
    found, lost = await add(
        bench, request("", CREATE, inputs={"title": "Found"}), request("", CREATE, inputs={"title": "Lost"})
    )
    for _ in range(4):
        await round_(bench)
    assert bench.entry(found.id).state is T
    assert bench.entry(lost.id).state is A
    assert [done[2]["title"] for done in site.done] == ["Found"]
    await bench.workbench.outbox.retry(lost.id)
    await round_(bench)
    assert bench.entry(lost.id).state is T
    assert [done[2]["title"] for done in site.done] == ["Found", "Lost"]


async def test_a_creation_lost_but_there_is_not_made_twice_when_asked_again(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    site.faults["reconcile"] = [Fault(before=Refused("Cannot look now."))]
    (entry,) = await add(bench, request("", CREATE, inputs={"title": "One"}))
    await round_(bench)
    await round_(bench)
    assert bench.entry(entry.id).state is A
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert bench.entry(entry.id).state is T
    assert len(site.done) == 1


async def test_an_error_of_our_own_keeps_the_entry_for_a_person(bench: Bench, site: Site) -> None:
    site.refuse["1"] = KeyError("oops")
    bad, good = await add(bench, request("1", a="1"), request("2", a="1"))
    await round_(bench)
    assert (bench.entry(bad.id).state, bench.entry(bad.id).unsure) == (A, True)
    assert bench.entry(good.id).state is T


# -- several processes ----------------------------------------------------------------------------------


async def test_two_senders_never_send_the_same_entry(benches: Make, site: Site) -> None:
    site.truth |= Site(60).truth
    first, second = benches(), benches()
    await add(first, *(request(str(n), a="1") for n in range(1, 61)))
    await asyncio.gather(round_(first), round_(second), round_(first), round_(second))
    assert sorted(int(done[1]) for done in site.done) == list(range(1, 61))
    assert len(set(site.keys)) == 60


async def test_a_lease_holds_off_others_and_ends_within_ten_seconds(benches: Make, site: Site) -> None:
    killed, other = benches(), benches()
    (entry,) = await add(killed, request("1", FINISH))
    claimed = await killed.workbench.outbox.claim()
    assert claimed is not None
    pause = await round_(other)
    assert site.calls == []
    assert other.entry(entry.id).state is S
    other.time.pass_(10)
    assert pause <= 10
    await round_(other)
    assert site.calls[0] == "reconcile"
    assert other.entry(entry.id).state is T
    assert len(site.done) == 1


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 86400.0, -1.7e9])
async def test_no_change_of_the_machines_clock_ends_a_lease(
    benches: Make, jump: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = benches()
    await add(bench, request("1", FINISH))
    sender, other = (Outbox(bench.journal, bench.workbench.desk.owner, bench.time) for _ in range(2))
    assert await sender.claim() is not None
    now = system_time.time()
    monkeypatch.setattr("time.time", lambda: now + jump)
    assert await other.claim() is None


async def test_a_long_request_keeps_its_lease(benches: Make, site: Site, time: ManualTime) -> None:
    slow, other = benches(), benches()
    (entry,) = await add(slow, request("1", FINISH))
    site.gates["perform"] = asyncio.Event()
    sending = asyncio.ensure_future(round_(slow))
    await eventually(lambda: "perform" in site.calls)
    for _ in range(6):
        await eventually(lambda: bool(time._sleepers))
        time.pass_(3)
        await eventually(lambda: (slow.workbench.outbox.due_in() or 0) == LEASE_SECONDS)
        await round_(other)
    assert site.calls.count("perform") == 1
    site.gates["perform"].set()
    await sending
    assert other.entry(entry.id).state is T


async def test_an_entry_taken_over_after_it_was_done_is_not_done_again(benches: Make, site: Site) -> None:
    killed, other = benches(), benches()
    (entry,) = await add(killed, request("1", a="5"))
    claimed = await killed.workbench.outbox.claim()
    assert claimed is not None
    await killed.workbench._wire.system.perform(claimed.request)
    other.time.pass_(9)
    await round_(other)
    assert other.entry(entry.id).state is T
    assert len(site.done) == 1


async def test_entries_of_another_owner_are_never_sent(benches: Make, site: Site) -> None:
    mine, theirs = benches("kitchen-1"), benches("kitchen-2")
    await add(mine, request("1", a="1"))
    await round_(theirs)
    assert site.calls == []
    assert theirs.workbench.outbox.entries() == []
    assert theirs.workbench.outbox.waiting() == 0


async def test_what_another_process_did_is_published_here(benches: Make) -> None:
    here, there = benches(), benches()
    (entry,) = await add(here, request("1", a="1"))
    seen = here.workbench.outbox.changes.watch()
    await round_(there)
    await round_(here)
    item = await anext(seen)
    assert (item.id, item.state) == (entry.id, T)


async def test_a_cancelled_send_is_looked_at_by_the_next_start(benches: Make, site: Site) -> None:
    first, second = benches(), benches()
    (entry,) = await add(first, request("1", FINISH))
    site.gates["perform"] = asyncio.Event()
    sending = asyncio.ensure_future(round_(first))
    await eventually(lambda: "perform" in site.calls)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    del site.gates["perform"]
    await eventually(lambda: second.workbench.outbox.due_in() == 0)
    await round_(second)
    assert second.entry(entry.id).state is T
    assert "reconcile" in site.calls


# -- the rest -------------------------------------------------------------------------------------------


async def test_what_is_sent_is_noted_by_the_servers_time(bench: Bench, site: Site) -> None:
    """A machine that lost its clock must not make what was just sent look fifty years old."""
    system = MemorySystem(site)
    system.server_time = START
    bench.workbench._wire.attach(system)
    bench.time.now = START - timedelta(days=20_000)
    (entry,) = await add(bench, request("1", a="5"))
    await round_(bench)
    assert bench.entry(entry.id).settled == START
    await bench.workbench.outbox.purge()
    assert bench.states() == [T]


async def test_what_was_taken_back_under_a_wrong_clock_is_not_forgotten_at_once(bench: Bench) -> None:
    await bench.workbench.live.load()
    bench.time.now = START - timedelta(days=20_000)
    (entry,) = await add(bench, request("1", a="5"))
    await bench.workbench.outbox.discard(entry.id)
    bench.time.now = START
    assert await bench.workbench.outbox.purge() == 0
    assert bench.entry(entry.id).state is EntryState.DISCARDED
    bench.time.pass_(31 * 86_400)
    assert await bench.workbench.outbox.purge() == 1


async def test_sent_entries_stay_thirty_days(bench: Bench, site: Site) -> None:
    site.refuse["2"] = Refused("no")
    await add(bench, request("1", a="1"), request("2", a="1"))
    await round_(bench)
    bench.time.pass_(29 * 86_400)
    assert await bench.workbench.outbox.purge() == 0
    bench.time.pass_(2 * 86_400)
    assert await bench.workbench.outbox.purge() == 1
    assert bench.states() == [A]


async def test_a_clock_that_jumped_back_holds_nothing_for_ever(bench: Bench, site: Site) -> None:
    site.refuse["1"] = ServerFault()
    await add(bench, request("1", a="1"), request("2", a="1"))
    await bench.workbench.outbox.claim()
    await round_(bench)
    bench.time.now -= timedelta(days=365)
    site.refuse.clear()
    await round_(bench)
    assert bench.states() == [T, T]


async def test_recent_inputs_newest_first(bench: Bench) -> None:
    bench.site.truth |= Site(4).truth
    for number, reason in enumerate(("late", "ill", "late", "closed"), 1):
        await add(bench, request(str(number), DENY, inputs={"deny_reason": reason, "count": 3}))
    await add(bench, request("1", SAVE, inputs={"deny_reason": "other action"}))
    assert bench.workbench.outbox.recent_inputs("deny") == {"deny_reason": ["closed", "late", "ill"], "count": []}


async def test_what_cannot_be_kept_is_not_sent_and_not_called_saved(benches: Make, site: Site) -> None:
    bench = benches()
    bench.journal.close()
    with pytest.raises(JournalError):
        await bench.workbench.submit(request("1", a="1"))
    assert site.calls == []


async def test_requests_are_complete_and_each_has_its_own_key(bench: Bench) -> None:
    record = await bench.workbench.records.load(key("1"))
    made = [bench.workbench.make_request(record, SAVE, values={"a": "1"}, base={"a": None}) for _ in range(2)]
    assert made[0].idempotency_key != made[1].idempotency_key
    assert (made[0].key_id, made[0].expected, made[0].title, made[0].slot) == ("1", "open", "Check 1", Slot.SAVE)
    new = bench.workbench.make_request(None, CREATE, inputs={"title": "x"})
    assert (new.key_id, new.expected) == ("", "")


async def test_the_trail_is_told_once_of_a_token_that_stays_refused(bench: Bench, site: Site) -> None:
    """Each new connection tries again; only a change is worth an entry."""

    def trail() -> list[str]:
        return [row.event.outcome for row in reversed(bench.workbench.history.entries())]

    outbox, sender = bench.workbench.outbox, bench.workbench.sender
    site.always["perform"] = site.always["count"] = site.always["list"] = Unauthorised("Token expired.")
    for n in ("1", "2"):
        await bench.workbench.submit(request(n, a="5"))
    for _ in range(5):
        await sender.round()
        assert outbox.paused() == 2
        await outbox.resume()
    assert trail() == ["paused"]
    site.always["perform"] = site.always["count"] = site.always["list"] = Unauthorised("Token revoked.")
    await sender.round()
    await outbox.resume()
    assert trail() == ["paused", "paused"]
    site.always.clear()
    await sender.round()
    assert trail() == ["paused", "paused", "sent", "sent"]
    site.always["perform"] = site.always["count"] = site.always["list"] = Unauthorised("Token revoked.")
    await bench.workbench.submit(request("3", a="5"))
    await sender.round()
    assert trail()[4:] == ["paused"]


async def test_an_own_answer_from_before_a_clock_jump_is_nobody_elses(
    bench: Bench, site: Site, time: ManualTime
) -> None:
    await bench.workbench.submit(request("1", a="1"))
    time.pass_(86_400)
    await bench.workbench.submit(request("1", a="2"))
    time.pass_(-86_400)
    await bench.workbench.sender.round()
    await bench.workbench.sender.round()
    assert bench.states() == [EntryState.SENT] * 2
    assert [values for _, _, values in site.done] == [{"a": "1"}, {"a": "2"}]
