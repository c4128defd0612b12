"""Somebody's later work is never wiped: what the server holds is compared right before every write."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import BERLIN, CREATE, DENY, FINISH, RESET, SAVE, START, Fault, Site, key, request
from tests.workbench.test_sender import Make
from tui.form.edit import FieldEdit
from tui.model.action import Delivery, Request
from tui.model.errors import Unreachable
from tui.model.execution import Answer
from tui.model.field import Choice, Field, Value
from tui.workbench.conflicts import AnswersChanged, conflict, is_conflict, last_change
from tui.workbench.entry import Entry, EntryState
from tui.workbench.outbox_reading import STILL_OURS


async def add(bench: Bench, *requests: Request) -> list[Entry]:
    return [await bench.workbench.outbox.add(each) for each in requests]


async def round_(bench: Bench) -> None:
    await bench.workbench.sender.round()


def held(bench: Bench, entry: Entry) -> Entry:
    now = bench.entry(entry.id)
    assert now.state is EntryState.ATTENTION
    return now


def answers(site: Site) -> dict[str, Value]:
    return {name: answer.value for name, answer in site.truth["1"].answers.items()}


async def test_what_was_saved_after_the_form_was_opened_survives_an_immediate_save(
    bench: Bench, site: Site
) -> None:
    record = await bench.workbench.records.load(key("1"))
    site.change("1", a="9.9")
    made = bench.workbench.make_request(record, SAVE, values={"a": "5", "b": "x"}, base={"a": None, "b": None})
    (entry,) = await add(bench, made)
    await round_(bench)
    now = held(bench, entry)
    assert now.fields["a"][0].params == {"field": "Temperature", "theirs": "9.9", "mine": "5"}
    assert set(now.fields) == {"a"}
    assert now.reason == now.fields["a"][0]
    assert answers(site) == {"a": "9.9"}
    assert "perform" not in site.calls


@pytest.mark.parametrize("again", [False, True], ids=["the same process", "another one"])
@pytest.mark.parametrize("before", ["3", None], ids=["seen", "own"])
async def test_what_somebody_put_back_while_the_line_was_gone_is_not_wiped(
    benches: Make, site: Site, again: bool, before: str | None
) -> None:
    """It had arrived, nobody here knows, and a colleague put right what it had made wrong."""
    bench = benches()
    if before is None:
        await add(bench, request("1", a="3", base={"a": None}))
        await round_(bench)
    else:
        site.change("1", a="3")
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    (entry,) = await add(bench, request("1", a="5", base={"a": before}))
    await round_(bench)
    assert answers(site) == {"a": "5"}
    bench.time.pass_(60)
    site.actor, site.touched = "Ana", bench.time.now
    site.change("1", a="3")
    bench = benches() if again else bench
    bench.time.pass_(60)
    await round_(bench)
    assert held(bench, entry).fields["a"][0].params["theirs"] == "3"
    assert answers(site) == {"a": "3"}
    # Who has seen that and sends all the same means it.
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert answers(site) == {"a": "5"}


@pytest.mark.parametrize("change", ["nothing", "another field", "by ourselves"])
async def test_what_did_not_arrive_goes_out_again(bench: Bench, site: Site, change: str) -> None:
    site.change("1", a="3" if change != "another field" else None)
    site.faults["perform"] = [Fault(before=Unreachable(maybe_done=True))]
    (entry,) = await add(bench, request("1", a="5", base={"a": "3" if change != "another field" else None}))
    await round_(bench)
    bench.time.pass_(60)
    if change != "nothing":
        site.actor, site.touched = "Ana", bench.time.now
        site.change("1", b="theirs")
    if change == "by ourselves":
        bench.workbench.outbox.who = "Ana"
    await round_(bench)
    assert bench.entry(entry.id).state is EntryState.SENT
    assert answers(site)["a"] == "5"


async def test_fields_that_nobody_else_changed_go_out(bench: Bench, site: Site) -> None:
    await add(bench, request("1", a="5"))
    site.change("1", b="theirs")
    await round_(bench)
    assert bench.states() == [EntryState.SENT]
    assert answers(site) == {"a": "5", "b": "theirs"}


async def test_the_same_answer_from_somebody_else_is_no_conflict(bench: Bench, site: Site) -> None:
    site.change("1", a=5, b=" text")
    await add(bench, request("1", FINISH, a="5", b="text "))
    await round_(bench)
    assert bench.states() == [EntryState.SENT]


async def test_a_changed_note_is_not_overwritten(bench: Bench, site: Site) -> None:
    site.truth["1"].answers = {"a": Answer(value="1", note="theirs")}
    (entry,) = await add(bench, request("1", base={"a": "1"}, notes={"a": "mine"}))
    await round_(bench)
    assert held(bench, entry).fields["a"][0].params == {
        "field": "Temperature",
        "theirs": "theirs",
        "mine": "mine",
    }


async def test_several_conflicts_are_counted_and_named_each(bench: Bench, site: Site) -> None:
    site.change("1", a="1", b="2")
    (entry,) = await add(bench, request("1", a="5", b="6"))
    await round_(bench)
    now = held(bench, entry)
    assert now.reason is not None
    assert now.reason.params == {"n": 2}
    assert set(now.fields) == {"a", "b"}


async def test_a_retry_never_forces(bench: Bench, site: Site) -> None:
    (entry,) = await add(bench, request("1", a="5", base={"a": "1"}))
    site.change("1", a="9.9")
    for _ in range(3):
        await round_(bench)
        held(bench, entry)
        await bench.workbench.outbox.retry(entry.id)
    assert site.done == []


async def test_a_decision_on_what_the_server_has_now_goes_through(bench: Bench, site: Site) -> None:
    (entry,) = await add(bench, request("1", a="5", base={"a": "1"}))
    site.change("1", a="9.9")
    await round_(bench)
    held(bench, entry)
    await add(bench, request("1", a="5", base={"a": "9.9"}))
    await round_(bench)
    assert bench.states() == [EntryState.DISCARDED, EntryState.SENT]
    assert answers(site) == {"a": "5"}


async def test_a_decision_is_held_too_when_the_answer_moved_once_more(bench: Bench, site: Site) -> None:
    site.change("1", a="10")
    (entry,) = await add(bench, request("1", a="5", base={"a": "9.9"}))
    await round_(bench)
    held(bench, entry)


async def test_the_same_field_again_before_the_first_answer_is_no_conflict(bench: Bench, site: Site) -> None:
    site.gates["perform"] = asyncio.Event()
    await add(bench, request("1", a="5", base={"a": None}, notes={"a": "n"}))
    sending = asyncio.ensure_future(round_(bench))
    await eventually(lambda: "perform" in site.calls)
    await add(bench, request("1", a="6", base={"a": None}, notes={"a": "m"}))
    await add(bench, request("1", FINISH, a="7", base={"a": "5"}))
    site.gates["perform"].set()
    await sending
    await round_(bench)
    assert bench.states() == [EntryState.SENT] * 3
    assert answers(site) == {"a": "7"}
    assert site.truth["1"].answers["a"].note == "m"


async def test_somebody_elses_answer_between_two_of_ours_is_kept(bench: Bench, site: Site) -> None:
    await add(bench, request("1", a="5", base={"a": None}))
    await round_(bench)
    site.change("1", a="9.9")
    (second,) = await add(bench, request("1", a="6", base={"a": None}))
    await round_(bench)
    held(bench, second)
    assert answers(site) == {"a": "9.9"}


async def test_an_answer_changed_seen_and_changed_back_is_theirs(bench: Bench, site: Site) -> None:
    await add(bench, request("1", a="5", base={"a": None}))
    await round_(bench)
    # The form was opened while it said 9.9; since then somebody wrote 5 again.
    (second,) = await add(bench, request("1", a="6", base={"a": "9.9"}))
    await round_(bench)
    held(bench, second)


async def test_a_write_of_ours_from_long_ago_explains_nothing(bench: Bench, site: Site) -> None:
    await add(bench, request("1", a="5", base={"a": None}))
    await round_(bench)
    bench.time.pass_(STILL_OURS.total_seconds() + 1)
    (second,) = await add(bench, request("1", a="6", base={"a": None}))
    await round_(bench)
    held(bench, second)


async def test_typing_on_after_a_save_is_compared_with_what_was_saved(bench: Bench, site: Site) -> None:
    drafts = bench.workbench.drafts
    drafts.put(key("1"), "a", FieldEdit(text="5", value="5")).result(20)
    await add(bench, request("1", a="5"))
    drafts.put(key("1"), "a", FieldEdit(text="6", value="6")).result(20)
    await round_(bench)
    draft = drafts.load(key("1"))
    assert draft is not None
    await add(bench, request("1", a="6", base={"a": draft.fields["a"].base}))
    await round_(bench)
    assert answers(site) == {"a": "6"}


async def test_no_line_while_comparing_keeps_the_entry_waiting_and_sure(bench: Bench, site: Site) -> None:
    site.faults["show"] = [Fault(before=Unreachable(maybe_done=True))]
    (entry,) = await add(bench, request("1", a="5"))
    await round_(bench)
    now = bench.entry(entry.id)
    assert (now.state, now.unsure) == (EntryState.WAITING, False)
    await round_(bench)
    assert bench.states() == [EntryState.SENT]


async def test_a_write_without_answers_is_not_compared(bench: Bench, site: Site) -> None:
    await add(bench, request("1", DENY), request("", CREATE, inputs={"title": "x"}))
    await round_(bench)
    assert site.calls[0] == "perform"
    assert bench.states() == [EntryState.SENT] * 2


async def test_answers_that_travel_online_are_compared_too(bench: Bench, site: Site) -> None:
    site.change("1", "open", a="9.9")
    now = msgspec.structs.replace(request("1", a="5", base={"a": "1"}), delivery=Delivery.ONLINE)
    with pytest.raises(AnswersChanged) as caught:
        await bench.workbench.submit(now)
    assert set(caught.value.found) == {"a"}
    assert "perform" not in site.calls
    assert bench.states() == []
    await bench.workbench.submit(request("1", RESET, expected="open"))


async def test_sent_is_published_after_the_record_was_read_even_with_more_behind_it(
    bench: Bench, site: Site
) -> None:
    seen = bench.workbench.outbox.changes.watch()
    await add(bench, request("1", a="5"), request("1", b="6"))
    await round_(bench)
    assert site.calls == ["show", "perform", "show"] * 2
    bench.workbench.outbox.changes.close()
    sent = [item for item in [item async for item in seen] if item.state is EntryState.SENT]
    assert [item.request.values for item in sent] == [{"a": "5"}, {"b": "6"}]
    cached = bench.workbench.records.cached(key("1"))
    assert cached is not None
    assert cached.answers["b"].value == "6"


async def test_both_values_are_said_in_words(bench: Bench) -> None:
    record = await bench.workbench.records.load(key("1"))
    options = (Choice("ok", "Fine"), Choice("nok", "Broken"))
    asked = (
        Field(key="a", label="State", kind="choice", choices=options),
        Field(key="b", label="Parts", kind="multi_choice", choices=options),
        Field(key="c", label="", kind="number"),
    )
    theirs = {"a": Answer(value="nok"), "b": Answer(value=["ok", "nok"]), "c": Answer(value="4.50")}
    record = msgspec.structs.replace(record, fields=asked, answers=theirs)
    found = conflict(request("1", a="ok", b=None, c="7", base={"c": "4.5"}), record)
    assert {name: (message.params["theirs"], message.params["mine"]) for name, message in found.items()} == {
        "a": ("Broken", "Fine"),
        "b": ("Fine, Broken", "–"),
    }
    assert conflict(request("1", c="7", base={"c": "4.6"}), record)["c"].params["field"] == "c"


async def test_who_was_there_last_and_when_is_said_by_the_clock_of_the_site(bench: Bench, site: Site) -> None:
    await bench.workbench.records.load(key("1"))
    site.actor, site.touched = "Ben Muster", START + timedelta(minutes=20)
    site.change("1", a="7")
    entry = await bench.workbench.submit(request("1", a="5", notes={"b": "mine"}))
    assert isinstance(entry, Entry)
    await bench.workbench.sender.round()
    reason = bench.entry(entry.id).reason
    assert reason is not None
    assert reason.english() == "Temperature: somebody wrote 7 meanwhile (Ben Muster, 11.05. 08:20), you wrote 5."


async def test_ones_own_later_change_is_not_called_somebody_elses(bench: Bench, site: Site) -> None:
    """The server names the last one who changed anything, which may be ourselves."""
    site.actor, site.touched = bench.workbench.outbox.who, START
    site.change("1", a="7")
    entry = await bench.workbench.submit(request("1", a="5"))
    assert isinstance(entry, Entry)
    await bench.workbench.sender.round()
    reason = bench.entry(entry.id).reason
    assert reason is not None
    assert reason.english() == "Temperature: somebody wrote 7 meanwhile, you wrote 5."


async def test_ones_own_later_save_is_nobody_elses_also_where_no_name_is_known(bench: Bench, site: Site) -> None:
    """A worker may not be allowed to read who they are."""
    bench.workbench.outbox.who = ""
    site.actor, site.touched = "Ben Muster", bench.time.now
    site.change("1", a="7")
    (entry,) = await add(bench, request("1", a="5"))
    await round_(bench)
    assert "Ben Muster" in held(bench, entry).fields["a"][0].english()
    bench.time.pass_(60)
    await add(bench, request("1", b="x"))
    site.actor, site.touched = "Anna Ampel", bench.time.now
    await round_(bench)
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    now = held(bench, entry)
    assert now.fields["a"][0].english() == "Temperature: somebody wrote 7 meanwhile, you wrote 5."
    assert is_conflict(now.fields["a"][0])
    site.actor, site.touched = "Ben Muster", bench.time.now + timedelta(minutes=1)
    await bench.workbench.outbox.retry(entry.id)
    await round_(bench)
    assert "Ben Muster" in held(bench, entry).fields["a"][0].english()


@pytest.mark.parametrize(
    ("actor", "me", "said"),
    [("Ben", "Anna", "Ben, 11.05. 08:00"), ("Anna", "Anna", ""), ("Ben", "", ""), ("", "Anna", "")],
)
async def test_who_is_named_and_is_not_us_was_there_also_where_we_wrote_later(
    bench: Bench, site: Site, actor: str, me: str, said: str
) -> None:
    site.actor, site.touched = actor, START
    record = await bench.workbench.records.load(key("1"))
    assert last_change(record, BERLIN, me, START + timedelta(minutes=10)) == said


async def test_where_no_answer_is_shown_nothing_can_be_wiped(bench: Bench) -> None:
    record = await bench.workbench.records.load(key("1"))
    assert conflict(request("1", a="5", base={"a": "3"}, notes={"a": "n"}), record) == {}


async def test_a_doubtful_write_behind_one_of_ours_is_no_conflict(bench: Bench, site: Site) -> None:
    """Begun before both, sent behind the other, its answer lost: what stands there is our own."""
    first, second = await add(bench, request("1", a="1"), request("1", a="2"))
    site.faults["perform"] = [Fault(), Fault(before=Unreachable(maybe_done=True))]
    await round_(bench)
    assert (bench.entry(first.id).state, bench.entry(second.id).unsure) == (EntryState.SENT, True)
    await round_(bench)
    assert bench.entry(second.id).state is EntryState.SENT
    assert answers(site) == {"a": "2"}


async def test_a_doubtful_write_is_held_where_somebody_wrote_behind_ours(bench: Bench, site: Site) -> None:
    _, second = await add(bench, request("1", a="1"), request("1", a="2"))
    site.faults["perform"] = [Fault(), Fault(before=Unreachable(maybe_done=True))]
    await round_(bench)
    site.change("1", a="theirs")
    await round_(bench)
    assert bench.entry(second.id).state is EntryState.ATTENTION
    assert answers(site) == {"a": "theirs"}


@pytest.mark.parametrize("seconds", [30, 120, 1000])
async def test_a_write_of_ours_that_nobody_could_see_is_ours_however_long_ago(
    bench: Bench, site: Site, seconds: int
) -> None:
    (first,) = await add(bench, request("1", a="5", base={"a": None}))
    # The line goes with the answer "yes": what stands there now was never read.
    site.faults["show"] = [Fault(), Fault(before=Unreachable())]
    await round_(bench)
    assert (bench.entry(first.id).state, bench.entry(first.id).unsure) == (EntryState.SENT, True)
    bench.time.pass_(seconds)
    await add(bench, request("1", a="6", base={"a": None}))
    await round_(bench)
    assert answers(site) == {"a": "6"}
