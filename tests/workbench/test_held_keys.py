"""A held or repeated key: what is on its way already is not sent twice, and nothing that differs is lost."""

from __future__ import annotations

import asyncio

import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import CREATE, DENY, FINISH, RESET, SAVE, Fault, Site, request
from tui.model.action import Action, Request
from tui.model.errors import Refused, Unauthorised
from tui.workbench.conflicts import AlreadyOnItsWay
from tui.workbench.entry import Entry, EntryState


async def submit(bench: Bench, *requests: Request) -> list[Entry]:
    entries = [await bench.workbench.submit(each) for each in requests]
    assert all(isinstance(entry, Entry) for entry in entries)
    return [entry for entry in entries if isinstance(entry, Entry)]


async def test_a_held_save_is_one_entry(bench: Bench, site: Site) -> None:
    first, *others = await submit(bench, *(request("1", a="5", notes={"a": "n"}) for _ in range(20)))
    assert {entry.id for entry in others} == {first.id}
    await bench.workbench.sender.round()
    assert bench.states() == [EntryState.SENT]
    assert len(site.done) == 1


async def test_also_while_it_is_being_sent(bench: Bench, site: Site) -> None:
    site.gates["perform"] = asyncio.Event()
    (first,) = await submit(bench, request("1", FINISH, a="5"))
    sending = asyncio.ensure_future(bench.workbench.sender.round())
    await eventually(lambda: "perform" in site.calls)
    (again,) = await submit(bench, request("1", FINISH, a="5"))
    assert (again.id, again.state) == (first.id, EntryState.SENDING)
    site.gates["perform"].set()
    await sending
    assert len(site.done) == 1


async def test_also_while_the_token_is_not_accepted(bench: Bench, site: Site) -> None:
    site.always["perform"] = site.always["count"] = Unauthorised()
    (first,) = await submit(bench, request("1", DENY))
    await bench.workbench.sender.round()
    (again,) = await submit(bench, request("1", DENY))
    assert (again.id, again.state) == (first.id, EntryState.PAUSED)


@pytest.mark.parametrize(
    "other",
    [
        request("1", a="6"),
        request("1", b="5"),
        request("1", a="5", notes={"a": "n"}),
        request("1", a="5", base={"a": "9.9"}),
        request("1", FINISH, a="5"),
        request("2", a="5"),
    ],
)
async def test_what_differs_is_an_entry_of_its_own(bench: Bench, other: Request) -> None:
    await submit(bench, request("1", a="5"), other)
    assert bench.states() == [EntryState.WAITING] * 2


async def test_what_was_changed_back_is_sent_again(bench: Bench, site: Site) -> None:
    await submit(bench, request("1", a="5"), request("1", a="6"), request("1", a="5"))
    await bench.workbench.sender.round()
    assert bench.states() == [EntryState.SENT] * 3
    assert site.truth["1"].answers["a"].value == "5"


async def test_two_creations_are_two(bench: Bench) -> None:
    await submit(bench, *(request("", CREATE, inputs={"title": "x"}) for _ in range(2)))
    assert bench.states() == [EntryState.WAITING] * 2


@pytest.mark.parametrize(("first", "second"), [(FINISH, DENY), (DENY, FINISH), (FINISH, FINISH), (DENY, DENY)])
async def test_a_task_is_closed_once(bench: Bench, first: Action, second: Action) -> None:
    await submit(bench, request("1", first, inputs={"why": "late"}), request("1", SAVE, b="x"))
    with pytest.raises(Refused) as caught:
        await bench.workbench.submit(request("1", second, inputs={"why": "ill"}))
    assert isinstance(caught.value, AlreadyOnItsWay)
    assert caught.value.reason.english() == "This task is already on its way to the server."
    assert len(bench.states()) == 2
    await submit(bench, request("2", second, inputs={"why": "ill"}))


async def test_one_that_was_refused_is_in_nobodys_way(bench: Bench, site: Site) -> None:
    await submit(bench, request("1", FINISH, a="999"))
    await bench.workbench.sender.round()
    await submit(bench, request("1", DENY))
    await bench.workbench.sender.round()
    assert bench.states() == [EntryState.ATTENTION, EntryState.SENT]


async def test_a_refused_entry_is_tried_again_by_the_same_request(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(before=Refused("Not now."))]
    await submit(bench, request("1", FINISH, a="5"))
    await bench.workbench.sender.round()
    await submit(bench, request("1", FINISH, a="5"))
    await bench.workbench.sender.round()
    assert bench.states() == [EntryState.DISCARDED, EntryState.SENT]


async def test_what_is_sent_at_once_is_never_taken_for_another(bench: Bench, site: Site) -> None:
    await bench.workbench.submit(request("1", RESET))
    await bench.workbench.submit(request("1", RESET, expected="in_progress"))
    assert [done[0] for done in site.done] == ["reset", "reset"]
