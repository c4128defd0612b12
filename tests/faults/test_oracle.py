"""The oracle can fail: false traces are put before it, each with one thing in it that must not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tests.faults.oracle import judge
from tests.faults.server import Delivery, Effect
from tests.faults.trace import Holding, Promise, Saved, Seen, Trace
from tui.form.edit import FieldEdit
from tui.model.action import Delivery as Rule
from tui.model.action import Receipt, Request, Slot
from tui.workbench.entry import Entry, EntryState

ANA, BEN = "t1/ana", "t2/ben"
NOW = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)


def request(slot: Slot = Slot.SAVE, key: str = "k1", **more: Any) -> Request:
    name = {Slot.SAVE: "progress", Slot.FINISH: "finish", Slot.CREATE: "create"}[slot]
    about: dict[str, Any] = {
        "profile": "site",
        "system": "intratool",
        "key_id": "" if slot is Slot.CREATE else "1",
    }
    return Request(**about, action=name, slot=slot, delivery=Rule.QUEUED, idempotency_key=key, **more)


def entry(of: Request, state: EntryState) -> Entry:
    return Entry(id=of.idempotency_key, request=of, state=state, created=NOW)


def answered(number: int, new: Any, old: Any = None, by: int = 1) -> Effect:
    return Effect(number, 0.0, by, "answer", "1", "fridge", old, new, "", "")


def stepped(number: int, new: str, old: str, by: int = 1) -> Effect:
    return Effect(number, 0.0, by, "status", "1", "", old, new, "", "")


def delivered(number: int, key: str = "k1", known: int = 0) -> Delivery:
    return Delivery(number, "t1", key, "PUT", "/api/tasks-2/executions/1/progress", known, 200)


def good() -> Trace:
    """Ana has saved 4.5, it was sent, and the server has it."""
    sent = request(values={"fridge": "4.5"}, base={"fridge": None})
    edit = FieldEdit(text="4,5", value="4.5")
    receipt = Receipt(key_id="1", status_raw="in_progress")
    return Trace(
        saved=[Saved(ANA, "1", "fridge", edit, told=True)],
        promises={"k1": Promise(ANA, sent, kept=True, accepted_after=1, receipt=receipt)},
        effects=[answered(1, "4.5")],
        deliveries=[delivered(1)],
        answers={"1": {"fridge": ("4.5", "")}},
        holdings=[Holding(ANA, {}, [entry(sent, EntryState.SENT)])],
    )


def test_a_good_trace_is_good() -> None:
    assert judge(good()).good


def draft_dropped_early(trace: Trace) -> None:
    """Said to be saved; sent never; gone."""
    trace.promises, trace.effects, trace.answers = {}, [], {}
    trace.holdings = [Holding(ANA, {}, [])]


def typed_text_gone(trace: Trace) -> None:
    trace.saved = [Saved(ANA, "1", "fridge", FieldEdit(text="4,5,"), told=True)]


def note_gone(trace: Trace) -> None:
    trace.saved.append(Saved(ANA, "1", "fridge", FieldEdit(text="4,5", value="4.5", note="warm"), told=True))


def accepted_and_never_done(trace: Trace) -> None:
    trace.effects = []


def accepted_before_it_was_done(trace: Trace) -> None:
    trace.promises["k1"].accepted_after = 0


def kept_and_not_in_the_outbox(trace: Trace) -> None:
    trace.holdings = [Holding(ANA, {}, [])]


def finish_called_accepted(trace: Trace) -> None:
    sent = request(Slot.FINISH, "k2")
    trace.promises["k2"] = Promise(ANA, sent, accepted_after=1, receipt=Receipt(key_id="1", status_raw="done"))


@pytest.mark.parametrize(
    "spoil",
    [
        draft_dropped_early,
        typed_text_gone,
        note_gone,
        accepted_and_never_done,
        accepted_before_it_was_done,
        kept_and_not_in_the_outbox,
        finish_called_accepted,
    ],
)
def test_what_is_lost_is_seen(spoil: Callable[[Trace], None]) -> None:
    trace = good()
    spoil(trace)
    tally = judge(trace)
    assert tally.lost > 0
    assert (tally.doubled, tally.overwritten) == (0, 0)


def test_a_value_in_a_draft_or_on_its_way_is_not_lost() -> None:
    waiting = request(key="k9", values={"fridge": "4.5"})
    for holding in (
        Holding(ANA, {("1", "fridge"): FieldEdit(text="4,5", value="4.50")}, []),
        Holding(ANA, {}, [entry(waiting, EntryState.ATTENTION)]),
    ):
        trace = good()
        draft_dropped_early(trace)
        trace.holdings = [holding]
        assert judge(trace).good
    trace.holdings = [Holding(BEN, *holding[1:])]
    assert judge(trace).lost == 1


@pytest.mark.parametrize("told", [True, False])
def test_what_was_typed_last_may_stand_in_its_place_even_untold(told: bool) -> None:
    trace = good()
    draft_dropped_early(trace)
    later = FieldEdit(text="6", value="6")
    trace.saved.append(Saved(ANA, "1", "fridge", later, told=told))
    trace.holdings = [Holding(ANA, {("1", "fridge"): later}, [])]
    assert judge(trace).good
    trace.holdings = [Holding(ANA, {("1", "fridge"): FieldEdit(text="4,5", value="4.5")}, [])]
    assert judge(trace).good is not told


def test_two_executions_for_one_creation_are_seen() -> None:
    trace = Trace()
    sent = request(Slot.CREATE, inputs={"for_execution_date": "2026-05-11 10:00:00"})
    trace.promises["k1"] = Promise(ANA, sent)
    made = Effect(1, 0.0, 1, "created", "7", "", None, "501", "", "2026-05-11 10:00:00")
    trace.effects = [made, made._replace(number=2, by=2, task="8")]
    trace.deliveries = [delivered(1), delivered(2)]
    assert judge(trace).doubled == 1


def test_a_task_that_is_finished_twice_is_seen() -> None:
    trace = good()
    finish = request(Slot.FINISH, "k2")
    trace.promises["k2"] = Promise(ANA, finish)
    trace.deliveries += [delivered(2, "k2"), delivered(3, "k3"), delivered(4, "k2")]
    trace.effects += [
        stepped(2, "done", "in_progress", by=2),
        stepped(3, "in_progress", "done", by=3),
        stepped(4, "done", "in_progress", by=4),
    ]
    assert judge(trace).doubled == 1


def test_a_file_that_was_sent_twice_is_seen() -> None:
    trace = good()
    one = Effect(2, 0.0, 1, "file", "1", "hash", None, "pump.png", "", "")
    trace.promises["k1"].uploads = 1
    trace.effects += [one, one._replace(number=3)]
    assert judge(trace).doubled == 1


def test_what_a_backup_took_back_may_be_done_once_more() -> None:
    trace = good()
    one = Effect(2, 0.0, 1, "file", "1", "hash", None, "pump.png", "", "")
    trace.promises["k1"].uploads = 1
    trace.effects += [one, one._replace(number=3)]
    trace.wiped = [(1, 2)]
    assert judge(trace).doubled == 0
    # Twice behind the backup is twice.
    trace.effects.append(one._replace(number=4))
    assert judge(trace).doubled == 1


def test_what_was_called_accepted_of_a_request_is_what_counts() -> None:
    trace = good()
    promise = trace.promises["k1"]
    promise.request = request(values={"fridge": "4.5", "gone": "x"}, base={"fridge": None, "gone": None})
    assert judge(trace).lost == 1
    promise.accepted = request(values={"fridge": "4.5"}, base={"fridge": None})
    assert judge(trace).lost == 0


def overwriting(known: int) -> Trace:
    """Ben answers 7 while Ana, who began on nothing, sends 4.5; ``known``: what her terminal had read."""
    trace = good()
    theirs = request(key="k2", values={"fridge": "7"}, base={"fridge": None})
    trace.promises["k2"] = Promise(BEN, theirs)
    trace.deliveries = [delivered(1, "k2"), delivered(2, "k1", known)]
    trace.effects = [answered(1, "7"), answered(2, "4.5", "7", by=2)]
    trace.promises["k1"].accepted_after = 2
    return trace


def test_a_colleagues_answer_that_was_replaced_unseen_is_seen() -> None:
    assert judge(overwriting(known=1)).overwritten == 1


def test_what_came_between_reading_and_writing_cannot_be_known() -> None:
    assert judge(overwriting(known=0)).good


@pytest.mark.parametrize("way", ["seen", "base", "own"])
def test_what_a_person_knew_may_be_replaced(way: str) -> None:
    trace = overwriting(known=1)
    if way == "seen":
        trace.seen = [Seen(ANA, "1", "fridge", "7", "", 1)]
    elif way == "base":
        promise = trace.promises["k1"]
        promise.request = msgspec.structs.replace(promise.request, base={"fridge": 7})
    else:
        trace.promises["k2"].author = ANA
    assert judge(trace).good
    trace.seen = [Seen(BEN, "1", "fridge", "7", "", 1)]
    trace.promises = overwriting(known=1).promises
    assert judge(trace).overwritten == 1


@pytest.mark.parametrize("after", [True, False])
def test_who_said_the_same_after_it_may_put_it_right_and_who_said_it_before_may_not(after: bool) -> None:
    trace = overwriting(known=3)
    trace.promises["k0"] = Promise(ANA, request(key="k0", values={"fridge": "7"}, base={"fridge": None}))
    theirs, mine = ("k2", "k0") if after else ("k0", "k2")
    trace.deliveries = [delivered(1, theirs), delivered(2, mine), delivered(3, "k1", 3)]
    between = answered(2, "7", "7", by=2) if after else answered(2, "7", "5", by=2)
    trace.effects = [answered(1, "7"), between, answered(3, "4.5", "7", by=3)]
    trace.promises["k1"].accepted_after = 3
    assert judge(trace).overwritten == (0 if after else 1)


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_that_a_colleague_gave_first_is_there_when_it_was_called_accepted(accepted: bool) -> None:
    trace = good()
    trace.promises["k2"] = Promise(BEN, request(key="k2", values={"fridge": "4.5"}, base={"fridge": None}))
    later = request(key="k3", values={"fridge": "7"}, base={"fridge": "4.5"})
    trace.promises["k3"] = Promise(BEN, later)
    trace.promises["k1"].accepted_after = 1 if accepted else None
    trace.deliveries = [delivered(1, "k2"), delivered(2, "k3", 1)]
    trace.effects = [answered(1, "4.5"), answered(2, "7", "4.5", by=2)]
    trace.answers = {"1": {"fridge": ("7", "")}}
    assert judge(trace).lost == (0 if accepted else 1)


@pytest.mark.parametrize("accepted", [True, False])
def test_who_was_told_that_the_same_answer_is_there_may_put_it_right(accepted: bool) -> None:
    trace = overwriting(known=1)
    same = request(Slot.FINISH, "k0", values={"fridge": "7"}, base={"fridge": None})
    trace.promises["k0"] = Promise(ANA, same, accepted_after=1 if accepted else None)
    assert judge(trace).overwritten == (0 if accepted else 1)


def test_crashes_and_other_words_count() -> None:
    trace = good()
    trace.crashes, trace.wrong = ["KeyError"], ["stuck"]
    assert judge(trace)[:5] == (0, 0, 0, 1, 1)
