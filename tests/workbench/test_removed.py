"""Answers to questions that were taken out of the form meanwhile: a server says yes to them, and keeps nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import FINISH, Fault, Site, key, request
from tui.form.edit import FieldEdit
from tui.model.errors import (
    Forbidden,
    NotFound,
    ServerFault,
    TaskError,
    Throttled,
    Unauthorised,
    Unreachable,
)
from tui.model.field import Value
from tui.model.message import Message
from tui.workbench.entry import Entry, EntryState
from tui.workbench.removed import not_taken
from tui.workbench.unseen import IDLE_LOOK

GONE = FieldEdit(text="x", value="x")


async def round_(bench: Bench) -> None:
    await bench.workbench.sender.round()


def drafts(bench: Bench) -> dict[str, FieldEdit]:
    draft = bench.workbench.drafts.load(key("1"))
    return draft.fields if draft is not None else {}


async def test_they_are_held_and_then_left_out(bench: Bench, site: Site) -> None:
    bench.workbench.drafts.put(key("1"), "a", FieldEdit(text="5", value="5")).result(20)
    bench.workbench.drafts.put(key("1"), "gone", GONE).result(20)
    asked = msgspec.structs.replace(request("1", a="5", gone="x", also=None), labels={"gone": "Smell"})
    entry = await bench.workbench.submit(asked)
    assert isinstance(entry, Entry)
    await round_(bench)
    held = bench.entry(entry.id)
    assert (held.state, site.done) == (EntryState.ATTENTION, [])
    assert held.reason is not None
    assert "does not ask for Smell any more" in held.reason.english()
    assert set(held.fields) == {"gone"}
    # A person who has read that and sends all the same gets the rest through.
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert bench.entry(entry.id).state is EntryState.SENT
    assert bench.entry(entry.id).request.values == {"a": "5", "also": None}
    assert site.done == [("save", "1", {"a": "5", "also": None})]
    assert drafts(bench) == {"gone": GONE}
    told = [row.event for row in bench.workbench.history.entries() if "were not sent" in row.event.answer.id]
    assert [event.new for event in told] == [{"gone": "x"}]


async def test_a_note_is_held_too(bench: Bench, site: Site) -> None:
    asked = msgspec.structs.replace(request("1", a="5"), notes={"gone": "wet"})
    entry = await bench.workbench.submit(asked)
    assert isinstance(entry, Entry)
    await round_(bench)
    assert (bench.entry(entry.id).state, site.done) == (EntryState.ATTENTION, [])
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert bench.entry(entry.id).state is EntryState.SENT
    # It never was a draft of its own: it is one now.
    assert drafts(bench)["gone"].note == "wet"


@pytest.mark.parametrize("what", ["answer", "note"])
async def test_what_was_taken_back_is_held_too(bench: Bench, site: Site, what: str) -> None:
    """A question that only got another key keeps its answer, and nobody here can tell."""
    asked = request("1", a="5")
    if what == "answer":
        asked = msgspec.structs.replace(asked, values={"a": "5", "gone": None}, base={"a": None, "gone": "3"})
    else:
        asked = msgspec.structs.replace(asked, notes={"gone": ""}, base_notes={"gone": "wet"})
    entry = await bench.workbench.submit(asked)
    assert isinstance(entry, Entry)
    await round_(bench)
    assert (bench.entry(entry.id).state, site.done) == (EntryState.ATTENTION, [])
    assert set(bench.entry(entry.id).fields) == {"gone"}
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert (bench.entry(entry.id).state, site.done) == (EntryState.SENT, [("save", "1", {"a": "5"})])


async def test_what_was_taken_back_is_not_missed_where_the_questions_are_only_known(
    bench: Bench, site: Site
) -> None:
    site.fields_from = Message("as last known")
    site.change("1", a="3", b="7")
    asked = msgspec.structs.replace(request("1", a=None, b="8"), base={"a": "3", "b": "7"})
    entry = await bench.workbench.submit(asked)
    assert isinstance(entry, Entry)
    await round_(bench)
    assert bench.entry(entry.id).state is EntryState.SENT
    assert bench.entry(entry.id).request.values == {"a": None, "b": "8"}


async def test_a_save_of_nothing_else_is_not_sent(bench: Bench, site: Site) -> None:
    entry = await bench.workbench.submit(request("1", gone="x"))
    assert isinstance(entry, Entry)
    await round_(bench)
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert (bench.entry(entry.id).state, site.done) == (EntryState.DISCARDED, [])
    assert drafts(bench)["gone"].value == "x"


async def test_a_finish_goes_out_without_them(bench: Bench, site: Site) -> None:
    entry = await bench.workbench.submit(request("1", FINISH, gone="x"))
    assert isinstance(entry, Entry)
    await round_(bench)
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert (bench.entry(entry.id).state, site.truth["1"].status) == (EntryState.SENT, "done")


@pytest.mark.parametrize("origin", [None, Message("as last known")])
async def test_what_is_removed_between_the_look_and_the_write_stays_here(
    bench: Bench, site: Site, origin: Message | None
) -> None:
    site.more_questions, site.drops, site.fields_from = ["late"], {"late"}, origin
    bench.workbench.drafts.put(key("1"), "late", GONE).result(20)
    sent = bench.workbench.outbox.changes.watch()
    entry = await bench.workbench.submit(request("1", a="5", late="x"))
    assert isinstance(entry, Entry)
    perform = site.enter

    async def enter(method: str) -> object:
        if method == "perform" and origin is None:
            site.more_questions = []
        return await perform(method)

    site.enter = enter  # type: ignore[method-assign, assignment]
    await round_(bench)
    assert bench.entry(entry.id).state is EntryState.SENT
    assert bench.entry(entry.id).request.values == {"a": "5"}
    assert drafts(bench) == {"late": GONE}
    bench.workbench.outbox.changes.close()
    # Nobody hears that it was accepted.
    assert [each.request.values async for each in sent if each.state is EntryState.SENT] == [{"a": "5"}]


async def sent_unseen(bench: Bench, site: Site, of: str = "1", **values: str) -> str:
    """Send answers, one to a question that leaves the form on the way, and lose the line after the yes."""
    site.more_questions, site.drops = ["late"], {"late"}
    entry = await bench.workbench.submit(msgspec.structs.replace(request(of), values=dict(values)))
    assert isinstance(entry, Entry)
    perform = site.enter

    async def enter(method: str) -> object:
        if method == "perform":
            site.more_questions = []
            site.faults["show"] = [Fault(before=Unreachable())]
        return await perform(method)

    site.enter = enter  # type: ignore[method-assign, assignment]
    await round_(bench)
    site.enter = perform  # type: ignore[method-assign]
    return entry.id


def not_kept(bench: Bench) -> list[dict[str, Value]]:
    """What the trail says that the server did not keep."""
    events = [row.event for row in bench.workbench.history.entries()]
    return [event.new for event in events if "did not keep" in event.answer.id]


def unseen(bench: Bench) -> list[str]:
    return [entry.id for entry in bench.workbench.outbox.unseen(bench.time() - timedelta(days=1))]


async def test_what_could_not_be_looked_at_after_it_was_sent_is_looked_at_when_the_line_is_back(
    bench: Bench, site: Site
) -> None:
    bench.workbench.drafts.put(key("1"), "late", GONE).result(20)
    sent = await sent_unseen(bench, site, a="5", late="x")
    assert bench.entry(sent).state is EntryState.SENT
    assert (unseen(bench), drafts(bench)) == ([sent], {})
    news = bench.workbench.outbox.changes.watch()
    running = asyncio.ensure_future(bench.workbench.sender.run())
    await eventually(lambda: IDLE_LOOK in bench.time.slept)
    bench.time.pass_(IDLE_LOOK)
    told = await anext(aiter(news))
    running.cancel()
    assert (unseen(bench), drafts(bench)) == ([], {"late": GONE})
    assert (told.id, told.request.values) == (sent, {"a": "5"})
    assert told.reason is not None
    assert "did not keep" in told.reason.english()
    assert not_kept(bench) == [{"late": "x"}]


async def test_two_windows_that_see_it_at_once_tell_the_trail_once(bench: Bench, site: Site) -> None:
    sent = bench.entry(await sent_unseen(bench, site, a="5", late="x"))
    outbox, words = bench.workbench.outbox, not_taken(sent.request, ["late"])
    both = await asyncio.gather(*(outbox.leave_out(sent, ["late"], words) for _ in range(2)))
    assert [entry.request.values for entry in both] == [{"a": "5"}] * 2
    assert not_kept(bench) == [{"late": "x"}]


async def test_what_is_there_was_kept_and_nobody_is_told(bench: Bench, site: Site) -> None:
    sent = await sent_unseen(bench, site, a="5")
    assert unseen(bench) == [sent]
    news = bench.workbench.outbox.changes.watch()
    assert await bench.workbench.sender.unseen.round()
    bench.workbench.outbox.changes.close()
    assert (unseen(bench), drafts(bench), [entry async for entry in news]) == ([], {}, [])


async def test_without_a_line_it_stays_to_be_looked_at_for_a_day(bench: Bench, site: Site) -> None:
    sent = await sent_unseen(bench, site, a="5")
    site.always["show"] = Unreachable()
    assert not await bench.workbench.sender.unseen.round()
    assert unseen(bench) == [sent]
    bench.time.pass_(24 * 3600 + 1)
    assert unseen(bench) == []


async def test_a_record_that_is_gone_is_not_asked_for_again(bench: Bench, site: Site) -> None:
    await sent_unseen(bench, site, a="5")
    site.always["show"] = NotFound()
    assert await bench.workbench.sender.unseen.round()
    assert unseen(bench) == []


async def test_a_record_that_is_forbidden_keeps_no_other_waiting_and_is_asked_for_again(
    bench: Bench, site: Site
) -> None:
    first = await sent_unseen(bench, site, a="5", late="x")
    await sent_unseen(bench, site, "2", a="6")
    site.faults["show"] = [Fault(before=Forbidden())]
    assert not await bench.workbench.sender.unseen.round()
    assert (unseen(bench), not_kept(bench)) == ([first], [])
    assert await bench.workbench.sender.unseen.round()
    assert (unseen(bench), not_kept(bench)) == ([], [{"late": "x"}])


async def test_a_fault_of_one_record_keeps_no_other_waiting(bench: Bench, site: Site) -> None:
    first = await sent_unseen(bench, site, a="5")
    await sent_unseen(bench, site, "2", a="6")
    site.faults["show"] = [Fault(before=ServerFault())]
    assert not await bench.workbench.sender.unseen.round()
    assert unseen(bench) == [first]


@pytest.mark.parametrize(
    "error", [Unreachable(), Throttled(), Unauthorised()], ids=lambda error: type(error).__name__
)
async def test_a_server_that_answers_to_nothing_is_asked_once_a_round(
    bench: Bench, site: Site, error: TaskError
) -> None:
    await sent_unseen(bench, site, a="5")
    await sent_unseen(bench, site, "2", a="6")
    site.always["show"] = error
    before = site.calls.count("show")
    assert not await bench.workbench.sender.unseen.round()
    assert site.calls.count("show") == before + 1


@pytest.mark.parametrize(
    "error", [Forbidden(), ServerFault(), Unreachable()], ids=lambda error: type(error).__name__
)
async def test_what_stays_unreadable_is_asked_for_ever_more_seldom_and_new_ones_do_not_wait_for_it(
    bench: Bench, site: Site, error: TaskError
) -> None:
    time, a_round = bench.time, 1 if isinstance(error, Unreachable) else 2

    async def looks(minutes: int) -> int:
        before = site.calls.count("show")
        for _ in range(minutes * 2):
            slept = time.slept.count(IDLE_LOOK)
            time.pass_(IDLE_LOOK)
            await eventually(lambda: time.slept.count(IDLE_LOOK) > slept)  # noqa: B023
        return site.calls.count("show") - before

    held = [await sent_unseen(bench, site, of, a="5") for of in ("1", "2")]
    running = asyncio.ensure_future(bench.workbench.sender.unseen.run())
    await eventually(lambda: IDLE_LOOK in time.slept)
    site.always["show"] = error
    assert await looks(60) < 15 * a_round
    assert await looks(60) <= 4 * a_round
    del site.always["show"]
    await sent_unseen(bench, site, "3", a="6")
    assert await looks(1) == 1
    assert unseen(bench) == held
    site.always["show"] = error
    assert await looks(30) > 4 * a_round, "something could be read: the pauses are short again"
    del site.always["show"]
    await looks(15)
    assert unseen(bench) == []
    running.cancel()


async def test_a_newer_draft_stays(bench: Bench) -> None:
    entry = await bench.workbench.submit(request("1", gone="x"))
    assert isinstance(entry, Entry)
    await round_(bench)
    newer = FieldEdit(text="newer", value="newer")
    bench.workbench.drafts.put(key("1"), "gone", newer).result(20)
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert drafts(bench) == {"gone": newer}
