"""Writes for whose answer a person waits: looked at first, sent once, and never again."""

from __future__ import annotations

import msgspec
import pytest

from tests.workbench.bench import Bench
from tests.workbench.site import RESET, Fault, Site, key, request
from tests.workbench.test_sender import A, D, Make, T, W, add, round_
from tui.model.action import Receipt, Request
from tui.model.errors import NotTheServer, Refused, ServerFault, TaskError, Throttled, Unreachable
from tui.model.message import Message, verbatim
from tui.workbench.attempt import NOT_DONE, UNCLEAR
from tui.workbench.conflicts import ChangedMeanwhile, StillWaiting


async def test_online_looks_first_and_answers_with_the_receipt(bench: Bench, site: Site) -> None:
    site.change("1", "done", a="5")
    receipt = await bench.workbench.submit(request("1", RESET, expected="done"))
    assert receipt == Receipt(key_id="1", status_raw="in_progress")
    assert site.calls == ["show", "perform", "show"]
    assert bench.states() == [T]
    assert bench.workbench.history.entries()[0].event.what == "reset"


async def test_online_is_not_sent_when_the_status_changed(bench: Bench, site: Site) -> None:
    await bench.workbench.live.load()
    site.change("1", "denied")
    with pytest.raises(ChangedMeanwhile) as caught:
        await bench.workbench.submit(request("1", RESET, expected="done"))
    assert isinstance(caught.value, Refused)
    assert caught.value.what.params["now"].english() == "Denied"
    assert "perform" not in site.calls
    assert bench.states() == []
    row = bench.workbench.live.get(key("1"))
    assert row is not None
    assert row.status.raw == "denied"


async def test_online_without_a_line_is_refused_and_never_queued(benches: Make, site: Site) -> None:
    bench = benches(connected=False)
    with pytest.raises(Unreachable):
        await bench.workbench.submit(request("1", RESET))
    assert bench.states() == []
    connected = benches()
    site.faults["perform"] = [Fault(before=Unreachable())]
    with pytest.raises(Unreachable):
        await connected.workbench.submit(request("1", RESET))
    assert connected.states() == [D]
    await round_(connected)
    assert site.done == []
    trail = [row.event for row in connected.workbench.history.entries()]
    assert [(event.key, event.outcome, event.answer.english()) for event in trail] == [
        (key("1"), "unsent", "The server cannot be reached."),
        (key("1"), "unsent", "There is no connection yet."),
    ]


async def test_a_refusal_is_told_as_one_and_what_was_done_and_failed_with_its_reason(
    bench: Bench, site: Site
) -> None:
    site.refuse["1"] = Refused("Locked.")
    with pytest.raises(Refused):
        await bench.workbench.submit(request("1", RESET))
    system = bench.workbench._wire.system
    perform, why = system.perform, Message("{what}", {"what": Message("The server has a fault.")})

    async def failing(request: Request) -> Receipt:
        return msgspec.structs.replace(await perform(request), failed=why)

    system.perform = failing  # type: ignore[method-assign]
    await bench.workbench.submit(request("2", RESET))
    done, refused = (row.event for row in bench.workbench.history.entries())
    assert (refused.outcome, refused.answer, refused.failed) == ("refused", verbatim("Locked."), Message(""))
    assert (done.outcome, done.failed) == ("sent", why)


async def test_online_with_a_lost_answer_is_found_by_reading_back(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    receipt = await bench.workbench.submit(request("1", RESET))
    assert isinstance(receipt, Receipt)
    assert bench.states() == [T]
    assert len(site.done) == 1


@pytest.mark.parametrize("error", [Unreachable(), NotTheServer(), Throttled(seconds=1), ServerFault()])
async def test_online_with_an_unknown_outcome_is_looked_at_when_the_line_is_back(
    bench: Bench, site: Site, error: TaskError
) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    site.faults["reconcile"] = [Fault(before=error)]
    with pytest.raises(Unreachable):
        await bench.workbench.submit(request("1", RESET))
    assert bench.states() == [W]
    with pytest.raises(StillWaiting):
        await bench.workbench.submit(request("1", RESET))
    bench.time.pass_(30)
    await round_(bench)
    assert bench.states() == [T]
    assert len(site.done) == 1


async def test_online_that_never_arrived_is_said_when_the_line_is_back_and_never_repeated(
    bench: Bench, site: Site
) -> None:
    site.faults["perform"] = [Fault(before=Unreachable(maybe_done=True))]
    site.faults["reconcile"] = [Fault(before=Unreachable())]
    with pytest.raises(Unreachable):
        await bench.workbench.submit(request("1", RESET))
    bench.time.pass_(30)
    await round_(bench)
    (held,) = bench.workbench.outbox.entries()
    assert (held.state, held.reason) == (A, NOT_DONE)
    assert (await bench.workbench.outbox.retry(held.id)) == held
    await round_(bench)
    assert site.done == []
    await bench.workbench.submit(request("1", RESET))
    assert bench.states() == [D, T]


async def test_online_of_which_nobody_can_tell_is_held_for_the_person(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(after=Unreachable(maybe_done=True))]
    site.faults["reconcile"] = [Fault(before=Refused("Cannot look now."))]
    with pytest.raises(Unreachable):
        await bench.workbench.submit(request("1", RESET))
    (held,) = bench.workbench.outbox.entries()
    assert (held.state, held.reason, held.unsure) == (A, UNCLEAR, True)
    await round_(bench)
    assert len(site.done) == 1


async def test_online_waits_for_what_is_queued_before_it(bench: Bench) -> None:
    await add(bench, request("1", a="1"))
    with pytest.raises(StillWaiting):
        await bench.workbench.submit(request("1", RESET))


async def test_an_online_entry_of_a_killed_process_is_only_looked_at(benches: Make, site: Site) -> None:
    killed, other = benches(), benches()
    done = await killed.workbench.outbox.add(request("1", RESET), sending=True)
    await killed.workbench._wire.system.perform(done.request)
    lost = await killed.workbench.outbox.add(request("2", RESET), sending=True)
    other.time.pass_(9)
    await round_(other)
    assert (other.entry(done.id).state, other.entry(lost.id).state) == (T, A)
    assert [each[1] for each in site.done] == ["1"]
