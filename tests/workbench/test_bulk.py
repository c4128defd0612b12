"""One deed on many: who takes part, what is asked once, each with its own result, and when it ends early."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import DENY, FINISH, RESET, Fault, Site, key, request
from tui.model.action import WHY, Action, Risk, Slot
from tui.model.errors import Forbidden, Refused, ServerFault, TaskError, Unauthorised, Unreachable
from tui.model.execution import Execution, Record
from tui.model.field import Choice, Field
from tui.model.message import Message
from tui.model.status import Phase, Status
from tui.workbench.bulk import Bulk, Partaker, gather, outcome_of, turns
from tui.workbench.bulk_run import STOPPED, Run, Standing
from tui.workbench.entry import Entry, EntryState

OFFERED = {"open": ("in_progress", "denied"), "in_progress": ("open", "denied", "missed")}


def set_status(raw: str) -> Action:
    field = Field(
        key="to", label="New status", kind="choice", required=True,
        choices=tuple(Choice(name, name.title()) for name in OFFERED[raw]),
    )  # fmt: skip
    return Action(id="status", slot=Slot.STATUS, label=Message("Set status"), inputs=(field,), risk=Risk.CONFIRM)


def partaker(name: str, raw: str = "open", action: Action | None = None) -> Partaker:
    execution = Execution(key=key(name), status=Status(raw, Phase.OPEN if raw == "open" else Phase.ACTIVE))
    return Partaker(record=Record(execution=execution), action=action or set_status(raw))


@pytest.fixture
def site() -> Site:
    return Site(6)


async def look(bench: Bench, *names: str, slot: Slot = Slot.RESET) -> Bulk:
    return await gather(bench.workbench, [key(name) for name in names], slot)


def standings(run: Run) -> list[str]:
    return [result.standing.value for result in run.results]


async def follow(run: Run, news: AsyncIterator[Entry], until_none: Standing) -> None:
    """Tell ``run`` what becomes of its entries, until none stands so any more."""
    async for entry in news:
        run.note(entry)
        if not run.count(until_none):
            return


def test_inputs_are_asked_once_with_the_choices_of_all_in_their_order() -> None:
    bulk = Bulk(slot=Slot.STATUS, partakers=(partaker("1"), partaker("2", "in_progress"), partaker("3")))
    (field,) = bulk.action().inputs
    assert [choice.value for choice in field.choices] == ["open", "in_progress", "denied", "missed"]
    assert field.required
    fitting, others = bulk.split({"to": "in_progress"})
    assert [one.key.id for one in fitting] == ["1", "3"]
    assert [one.key.id for one in others] == ["2"]
    assert bulk.split({}) == (bulk.partakers, ())


def test_choices_that_are_typed_by_a_number_stand_in_its_order() -> None:
    def offering(name: str, **numbers: str) -> Partaker:
        choices = tuple(Choice(value, value, number=number) for value, number in numbers.items())
        to = Field(key="to", label="Status", kind="choice", choices=choices)
        return partaker(name, action=msgspec.structs.replace(set_status("open"), inputs=(to,)))

    (field,) = (
        Bulk(
            slot=Slot.STATUS,
            partakers=(offering("1", started="2", missed="5", done="10"), offering("2", missed="5", open="1")),
        )
        .action()
        .inputs
    )
    assert [choice.number for choice in field.choices] == ["1", "2", "5", "10"]


def test_the_greatest_risk_and_the_own_hidden_inputs() -> None:
    hidden = Field(key="seen", label="", kind="hidden", hidden=True, default="7")
    typed = msgspec.structs.replace(RESET, risk=Risk.TYPED, loses=Message("The answers."), inputs=(hidden,))
    bulk = Bulk(slot=Slot.RESET, partakers=(partaker("1", action=RESET), partaker("2", action=typed)))
    assert bulk.action().risk is Risk.TYPED
    assert bulk.action().loses == Message("The answers.")
    assert bulk.action().inputs == ()


def test_old_and_new_are_counted() -> None:
    many = [partaker("1"), partaker("2", "in_progress"), partaker("3")]
    found = [(old.english(), new.english() if new else "", n) for old, new, n in turns(many, {"to": "denied"})]
    assert found == [("Open", "Denied", 2), ("Started", "Denied", 1)]
    assert [new for _old, new, _n in turns(many, {})] == [None, None]
    denies = msgspec.structs.replace(DENY, becomes=Message("Denied"))
    assert outcome_of(denies, {}) == Message("Denied")
    assert outcome_of(DENY, {}) is None


async def test_who_may_not_is_named_with_the_reason(bench: Bench) -> None:
    await bench.workbench.outbox.add(request("2", DENY))
    bulk = await look(bench, "1", "2", "9", slot=Slot.RESET)
    assert [one.key.id for one in bulk.partakers] == ["1"]
    assert {one.key.id: one.why.english() for one in bulk.left_out} == {
        "2": "Earlier entries for this one are still waiting to be sent.",
        "9": "No query results for this execution.",
    }
    again = await look(bench, "1", "2", slot=Slot.DENY)
    assert [one.why.english() for one in again.left_out] == ["This task is already on its way to the server."]
    absent = await look(bench, "1", slot=Slot.STATUS)
    assert [one.why.english() for one in absent.left_out] == ["This task has no such action."]


async def test_a_token_that_is_not_accepted_is_told_at_once(bench: Bench) -> None:
    bench.site.always["show"] = Unauthorised()
    with pytest.raises(Unauthorised):
        await look(bench, "1", "2")


async def test_each_is_its_own_request_through_the_usual_path_with_its_reason(bench: Bench) -> None:
    bulk = await look(bench, "1", "3", "2")
    run = Run(bench.workbench, bulk.partakers, {WHY: "Wrong day"})
    await run.go()
    assert standings(run) == ["done"] * 3
    assert [(what, name) for what, name, _ in bench.site.done] == [("reset", "1"), ("reset", "3"), ("reset", "2")]
    assert len(set(bench.site.keys)) == 3
    events = [row.event for row in bench.workbench.history.entries()]
    assert [(event.key.id, event.was, event.why, event.new) for event in reversed(events)] == [
        (name, "open", "Wrong day", {}) for name in ("1", "3", "2")
    ]
    assert bench.workbench.outbox.recent_inputs("reset")[WHY] == ["Wrong day"]


async def test_one_that_fails_stops_none_of_the_others_and_says_the_servers_words(bench: Bench) -> None:
    bench.site.refuse["2"] = Refused("Only today's.", fields={"x": ["Not x."]})
    bench.site.refuse["3"] = Forbidden("Not yours.")
    run = Run(bench.workbench, (await look(bench, "1", "2", "3", "4")).partakers, {})
    await run.go()
    assert standings(run) == ["done", "failed", "failed", "done"]
    assert run.results[1].said == ("Only today's.", "Not x.")
    assert run.results[2].why == Forbidden.what
    assert [one.id for one in run.unfinished] == ["2", "3"]


async def test_what_somebody_changed_meanwhile_is_not_done(bench: Bench) -> None:
    bulk = await look(bench, "1", "2")
    bench.site.change("2", status="denied")
    run = Run(bench.workbench, bulk.partakers, {})
    await run.go()
    assert standings(run) == ["done", "failed"]
    why = run.results[1].why
    assert why is not None
    assert "meanwhile" in why.english()
    retry = await look(bench, *(one.id for one in run.unfinished))
    second = Run(bench.workbench, retry.partakers, {})
    await second.go()
    assert standings(second) == ["done"], "looked at again it is decided on what is so now"


@pytest.mark.parametrize("error", [Unreachable(), Unauthorised()], ids=lambda error: type(error).__name__)
async def test_what_would_hit_every_item_ends_it(bench: Bench, error: TaskError) -> None:
    bulk = await look(bench, "1", "2", "3")
    bench.site.faults["perform"] = [Fault(), Fault(before=error)]
    run = Run(bench.workbench, bulk.partakers, {WHY: "Wrong day"})
    await run.go()
    met, outcome = ("failed", "refused") if isinstance(error, Unauthorised) else ("unsent", "unsent")
    assert standings(run) == ["done", met, "unsent"]
    assert bench.site.calls.count("perform") == 2
    assert [result.why for result in run.results[1:]] == [error.what] * 2
    events = [row.event for row in bench.workbench.history.entries()]
    assert [(event.key.id, event.outcome, event.why) for event in reversed(events)] == [
        ("1", "sent", "Wrong day"),
        ("2", outcome, "Wrong day"),
        ("3", "unsent", "Wrong day"),
    ]
    assert bench.workbench.history.verify() is None


async def test_without_a_line_what_is_never_queued_is_not_sent_and_each_has_its_line(bench: Bench) -> None:
    bulk = await look(bench, "1", "2")
    bench.site.always["show"] = Unreachable()
    run = Run(bench.workbench, bulk.partakers, {WHY: "Wrong day"})
    await run.go()
    assert standings(run) == ["unsent", "unsent"]
    assert [one.id for one in run.unfinished] == ["1", "2"]
    assert bench.states() == [], "nothing waits"
    events = [row.event for row in bench.workbench.history.entries()]
    told = [(event.key.id, event.outcome, event.why, event.answer) for event in reversed(events)]
    assert told == [(name, "unsent", "Wrong day", Unreachable.what) for name in ("1", "2")]


async def test_what_nobody_knows_yet_is_called_so_and_followed(bench: Bench) -> None:
    bulk = await look(bench, "1", "2")
    bench.site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    bench.site.faults["reconcile"] = [Fault(before=Unreachable())]
    news = bench.workbench.outbox.changes.watch()
    run = Run(bench.workbench, bulk.partakers, {})
    await run.go()
    assert standings(run) == ["unclear", "unsent"]
    assert [one.id for one in run.unfinished] == ["2"], "what may be done already is not offered again"
    bench.time.pass_(30)
    await bench.workbench.sender.round()
    await follow(run, news, Standing.UNCLEAR)
    assert standings(run) == ["done", "unsent"]


async def test_a_denial_that_is_on_its_way_already_leaves_its_line_as_well(bench: Bench) -> None:
    bulk = await look(bench, "1", slot=Slot.DENY)
    await bench.workbench.outbox.add(request("1", FINISH))
    run = Run(bench.workbench, bulk.partakers, {})
    await run.go()
    assert standings(run) == ["failed"]
    (event,) = [row.event for row in bench.workbench.history.entries()]
    assert (event.what, event.outcome) == ("deny", "unsent")


async def test_one_fault_is_one_items_two_in_a_row_are_the_servers(bench: Bench) -> None:
    bulk = await look(bench, "1", "2", "3", "4", "5")
    faults = [Fault(before=ServerFault()), Fault(), Fault(before=ServerFault()), Fault(before=ServerFault())]
    bench.site.faults["perform"] = faults
    run = Run(bench.workbench, bulk.partakers, {})
    await run.go()
    assert standings(run) == ["failed", "done", "failed", "failed", "unsent"]


async def test_it_stops_between_two_items(bench: Bench) -> None:
    bulk = await look(bench, "1", "2", "3")
    run = Run(bench.workbench, bulk.partakers, {})
    run.told = lambda: run.stop() if len(run.results) == 1 and not run.stopping else None
    await run.go()
    assert standings(run) == ["done", "unsent", "unsent"]
    assert run.results[1].why == STOPPED
    assert run.over


async def test_queued_ones_are_kept_and_followed_until_the_server_has_them(bench: Bench) -> None:
    bulk = await look(bench, "1", "2", "3", slot=Slot.DENY)
    bench.site.refuse["2"] = Refused("Too late.")
    news = bench.workbench.outbox.changes.watch()
    run = Run(bench.workbench, bulk.partakers, {})
    await run.go()
    assert standings(run) == ["kept"] * 3
    assert bench.states() == [EntryState.WAITING] * 3
    await bench.workbench.sender.round()
    await follow(run, news, Standing.KEPT)
    assert standings(run) == ["done", "failed", "done"]
    assert run.results[1].said == ("Too late.",)
    await eventually(lambda: bench.site.truth["1"].status == "denied")


async def test_without_a_line_a_denial_of_what_is_known_is_kept_and_the_rest_is_named(bench: Bench) -> None:
    await bench.workbench.records.load(key("1"))
    bench.site.always["show"] = Unreachable()
    bulk = await look(bench, "1", "2", slot=Slot.DENY)
    assert [one.key.id for one in bulk.partakers] == ["1"]
    assert [one.why for one in bulk.left_out] == [Unreachable.what]
