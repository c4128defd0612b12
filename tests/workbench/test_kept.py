"""What the rows of a list show of the outbox: what is kept here, and whether all of it goes out by itself."""

from __future__ import annotations

import pytest

from tests.workbench.bench import Bench
from tests.workbench.site import DENY, FINISH, SAVE, Fault, Site, key, request
from tui.model.action import Action, Request
from tui.model.errors import Refused, Unauthorised
from tui.workbench.entry import EntryState
from tui.workbench.outbox_reading import Kept

ONE = key("1")


@pytest.mark.parametrize(
    ("actions", "done"), [((SAVE,), False), ((FINISH,), True), ((DENY,), True), ((SAVE, FINISH), True)]
)
async def test_what_only_saves_is_not_done(bench: Bench, actions: tuple[Action, ...], done: bool) -> None:
    for number, action in enumerate(actions):
        await bench.workbench.outbox.add(request("1", action, a=str(number)))
    kept = bench.workbench.outbox.kept()
    assert kept.keys == {ONE}
    assert kept.done == ({ONE} if done else set())


async def sent(bench: Bench, *requests: Request) -> None:
    for each in requests:
        await bench.workbench.outbox.add(each)
    await bench.workbench.sender.round()


async def test_what_needs_a_person_is_not_done_whatever_waits_behind_it(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(before=Refused("no"))]
    await sent(bench, request("1", a="5"))
    await bench.workbench.outbox.add(request("1", FINISH, b="6"))
    assert bench.states() == [EntryState.ATTENTION, EntryState.WAITING]
    assert bench.workbench.outbox.kept() == Kept(frozenset({ONE}))


async def test_what_waits_for_a_sign_in_is_not_done(bench: Bench, site: Site) -> None:
    site.always["perform"] = site.always["count"] = Unauthorised()
    await sent(bench, request("1", FINISH, a="5"))
    assert bench.states() == [EntryState.PAUSED]
    assert bench.workbench.outbox.kept() == Kept(frozenset({ONE}))


async def test_of_a_spoilt_item_nothing_is_sure(bench: Bench) -> None:
    outbox = bench.workbench.outbox
    await outbox.add(request("1", FINISH, a="5"))
    assert outbox.kept() == Kept(frozenset({ONE}), frozenset({ONE}))
    bench.journal.write(lambda db: db.execute("UPDATE outbox SET request = x'c1'").rowcount).result(20)
    assert outbox.kept() == Kept(frozenset({ONE}))
