"""Writes whose answer is lost on a real socket: nothing is done twice, and reading back tells the outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from tests.api.superai.place import ZONE, House, ask, record_in, rows_of, start
from tests.contract.server import serving
from tests.contract.systems.relay import Relay, relaying
from tui.api.http import Timeouts, Transport
from tui.api.superai.adapter import SuperAiSystem
from tui.api.superai.routes import Routes
from tui.api.superai.session import credentials_of
from tui.embedded.database import Database
from tui.embedded.samples.superai_flows import COMPLAINTS
from tui.embedded.superai import schema
from tui.model.action import Request, Verdict
from tui.model.errors import Unreachable
from tui.model.system import TaskSystem

REPEATABLE = ["complete", "reject", "approve", "cancel", "delete"]
ONCE = ["complete again", "reexecute stale", "reexecute all"]
"""What would run twice if it were sent twice."""


@pytest.fixture
async def relay(house: House) -> AsyncIterator[Relay]:
    with serving(house.site) as address:
        async with relaying(address) as made:
            yield made


async def prepared(client: TaskSystem, what: str) -> Request:
    action, _, how = what.partition(" ")
    if action == "complete" and how:
        row = next(row for row in await rows_of(client) if row.progress == (8, 8))
        node = next(node for node in await client.nodes(row.key, "", 1) if node.id == "review")
        assert node.target is not None
        return ask(await client.show(node.target), "complete", {"comment": "mine"}, afterwards="again")
    if action == "complete":
        return ask(await record_in(client, "awaiting_input"), action, {"comment": "mine"})
    if action in ("reject", "approve"):
        record = await record_in(client, "awaiting_input")
        return ask(record, action, reason="wrong supplier") if action == "reject" else ask(record, action)
    if action == "reexecute":
        return ask(await record_in(client, "failed"), action, scope=how)
    return ask(await record_in(client, "running" if action == "cancel" else "cancelled"), action)


def weight(house: House) -> tuple[int, int, int]:
    """How many runs, attempts and active tags there are: what a second delivery would add to."""
    database = Database(str(house.url))
    tables = (schema.flow_executions, schema.task_executions, schema.task_tags)
    with database.read() as tx:
        found = tuple(int(tx.execute(select(func.count()).select_from(table)).scalar_one()) for table in tables)
    database.close()
    return found[0], found[1], found[2]


@pytest.mark.parametrize("what", REPEATABLE + ONCE)
async def test_a_lost_answer_is_found_and_nothing_is_done_twice(house: House, relay: Relay, what: str) -> None:
    client = house.client(address=relay.address)
    request = await prepared(client, what)
    untouched = Verdict.NOT_APPLIED if what in REPEATABLE else Verdict.UNKNOWN
    assert (await client.reconcile(request)).verdict is untouched
    relay.lose_answer = True
    with pytest.raises(Unreachable) as caught:
        await client.perform(request)
    assert caught.value.maybe_done
    after = weight(house)
    found = await client.reconcile(request)
    assert (found.verdict, found.receipt and found.receipt.key_id) == (Verdict.APPLIED, request.key_id)
    assert relay.writes == 1
    assert weight(house) == after
    await client.close()


@pytest.mark.parametrize("what", REPEATABLE)
async def test_a_lost_request_is_known_not_to_be_done_and_can_be_sent(
    house: House, relay: Relay, what: str
) -> None:
    client = house.client(address=relay.address)
    request = await prepared(client, what)
    before = weight(house)
    relay.lose_request = True
    with pytest.raises(Unreachable):
        await client.perform(request)
    assert (await client.reconcile(request)).verdict is Verdict.NOT_APPLIED
    assert weight(house) == before
    await client.perform(request)
    assert (await client.reconcile(request)).verdict is Verdict.APPLIED
    assert relay.writes == 1
    await client.close()


@pytest.mark.parametrize("what", ONCE)
async def test_what_would_run_twice_is_never_called_not_done(house: House, relay: Relay, what: str) -> None:
    client = house.client(address=relay.address)
    request = await prepared(client, what)
    before = weight(house)
    relay.lose_request = True
    with pytest.raises(Unreachable):
        await client.perform(request)
    found = await client.reconcile(request)
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason is not None
    assert "still be at it" in found.reason.english()
    assert weight(house) == before
    await client.close()


async def test_a_server_that_takes_too_long_is_not_asked_twice(house: House, relay: Relay) -> None:
    client = house.client(address=relay.address)
    request = await prepared(client, "reexecute all")
    transport = Transport(
        relay.address, credentials_of(house.tokens["maria"]), timeouts=Timeouts(read=0.3), clock=house.clock
    )
    impatient = SuperAiSystem(Routes(transport), profile="sample", zone=ZONE, clock=house.clock)
    relay.lose_answer = relay.silent = True
    with pytest.raises(Unreachable) as caught:
        await impatient.perform(request)
    await impatient.close()
    assert caught.value.maybe_done
    assert caught.value.what.english() == "The server took too long to answer."
    while (found := await client.reconcile(request)).verdict is Verdict.UNKNOWN:  # it is still at it
        assert relay.writes == 1
    assert found.verdict is Verdict.APPLIED
    assert relay.writes == 1
    await client.close()


async def test_a_start_whose_answer_is_lost_is_found_by_who_sent_it(house: House, relay: Relay) -> None:
    client = house.client(address=relay.address)
    await client.perform(await start(client, COMPLAINTS, '{"text": "same"}'))
    house.forward(minutes=1)
    request = await start(client, COMPLAINTS, '{"text": "same"}')
    relay.lose_answer = True
    with pytest.raises(Unreachable):
        await client.perform(request)
    found = await client.reconcile(request)
    newest = (await rows_of(client))[0]
    assert (found.verdict, found.receipt and found.receipt.key_id) == (Verdict.APPLIED, newest.key.id)
    await client.close()


async def test_after_a_restart_a_start_is_a_persons_to_judge(house: House, relay: Relay) -> None:
    client = house.client(address=relay.address)
    request = await start(client, COMPLAINTS, '{"text": "same"}')
    relay.lose_answer = True
    with pytest.raises(Unreachable):
        await client.perform(request)
    await client.close()
    restarted = house.client(address=relay.address)
    found = await restarted.reconcile(request)
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason is not None
    assert found.reason.english() == "Runs with this input: 1. Look whether yours is among them."
    await restarted.close()


async def test_a_start_that_never_arrived_is_not_called_not_done(house: House, relay: Relay) -> None:
    client = house.client(address=relay.address)
    request = await start(client, COMPLAINTS, '{"text": "only once"}')
    relay.lose_request = True
    with pytest.raises(Unreachable):
        await client.perform(request)
    found = await client.reconcile(request)
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason is not None
    assert "no run with this input" in found.reason.english()
    await client.close()


async def test_somebody_elses_work_meanwhile_is_no_proof_of_ours(house: House) -> None:
    mine, theirs = house.client("maria"), house.client("ana")
    record = await record_in(mine, "awaiting_input")
    request = ask(record, "complete", {"comment": "mine", "total": "5"})
    await theirs.perform(ask(await theirs.show(record.execution.key), "complete", {"comment": "theirs"}))
    found = await mine.reconcile(request)
    assert found.verdict is Verdict.CONFLICT
    assert found.reason is not None
    assert found.reason.english() == "Somebody else has completed it meanwhile."
    cancel = ask(await record_in(mine, "queued"), "cancel")
    house.forward(minutes=1)
    run = cancel.key_id
    for name in ("receive", "read", "extract", "order", "vat", "review", "post", "mail"):
        await house.report(run, name)
    assert (await mine.reconcile(cancel)).verdict is Verdict.CONFLICT


async def test_a_run_that_moved_by_itself_leaves_a_re_execution_in_doubt(house: House) -> None:
    client = house.client()
    request = ask(await record_in(client, "running"), "reexecute", scope="all")
    await house.report(request.key_id, "extract")
    found = await client.reconcile(request)
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason is not None
    assert "whether by this is not known" in found.reason.english()
