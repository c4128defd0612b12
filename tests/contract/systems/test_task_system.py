"""The contract of ``TaskSystem``, tried with every system: in process, over a socket, with lost writes."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.contract.server import serving
from tests.contract.systems.case import DAY, NOW, ZONE, Case, cases, request_for, rows_of
from tests.contract.systems.relay import Relay, relaying
from tui.embedded.app import Site
from tui.form.codec import Context, codec_for
from tui.model.action import Action, Delivery, Receipt, Slot, Verdict
from tui.model.errors import Refused, TaskError, Unauthorised, Unreachable
from tui.model.execution import Execution, Key, Record
from tui.model.system import Filters, TaskSystem
from tui.workbench.packing import pack, unpack

STRANGE_IDS = ("../../etc", "a/b", "%2e%2e%2f", "x?y=1#z", "\n\x00", "ä€", "0" * 300, "-1", "{id}")


@pytest.fixture(scope="session", params=cases(), ids=lambda case: case.system)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="session")
def still(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """A site that is only read, and its address."""
    made = case.build(tmp_path_factory.mktemp("still"))
    with serving(made) as address:
        yield made, address
    made.close()


@pytest.fixture(params=["in process", "socket"])
async def reader(request: pytest.FixtureRequest, case: Case, still: tuple[Site, str]) -> AsyncIterator[TaskSystem]:
    site, address = still
    by_socket = request.param == "socket"
    made = case.connect(case.secret(site), None if by_socket else site.app, address)
    yield made
    await made.close()


@pytest.fixture
def site(case: Case, tmp_path: Path) -> Iterator[Site]:
    """A site of one's own, to be changed."""
    made = case.build(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def client(case: Case, site: Site) -> AsyncIterator[TaskSystem]:
    made = case.connect(case.secret(site), site.app)
    yield made
    await made.close()


@pytest.fixture
async def relay(site: Site) -> AsyncIterator[Relay]:
    with serving(site) as address:
        async with relaying(address) as made:
            yield made


def mixed(rows: list[Execution], most: int = 12) -> list[Execution]:
    """A few rows of each state: all of them would take long."""
    kinds: dict[str, list[Execution]] = {}
    for row in rows:
        kinds.setdefault(row.status.raw, []).append(row)
    return [row for found in kinds.values() for row in found[: max(1, most // len(kinds))]]


# -- lists -----------------------------------------------------------------------------------------------------


async def test_the_rows_name_themselves_and_can_be_kept(case: Case, reader: TaskSystem) -> None:
    rows = await rows_of(reader)
    assert len(rows) > 3
    assert len({row.key for row in rows}) == len(rows)
    for row in rows:
        assert (row.key.profile, row.key.system) == ("sample", case.system)
        assert row.key.id
        assert row.title
        assert row.revision
        assert row.status.word.english()
        assert DAY.with_look_back().holds(row.due)
        assert unpack(pack(row), Execution) == row
    assert reader.server_time == NOW


async def test_an_unchanged_list_costs_nothing_and_unchanged_rows_are_the_same_objects(reader: TaskSystem) -> None:
    first = await reader.list(DAY, Filters())
    again = await reader.list(DAY, Filters(), first.validator)
    anew = await reader.list(DAY, Filters())
    assert first.validator
    assert (again.rows, again.validator) == (None, first.validator)
    assert first.rows is not None
    assert anew.rows is not None
    assert len(anew.rows) == len(first.rows)
    assert all(one is other for one, other in zip(first.rows, anew.rows, strict=True))


async def test_a_distant_period_is_a_list_too(reader: TaskSystem) -> None:
    listing = await reader.list(DAY.shifted(400, ZONE), Filters())
    assert listing.rows is not None
    assert listing.as_of - NOW < timedelta(days=1)


# -- records ---------------------------------------------------------------------------------------------------


async def test_every_record_says_the_same_as_its_row(reader: TaskSystem) -> None:
    for row in mixed(await rows_of(reader)):
        record = await reader.show(row.key)
        shown = record.execution
        assert (shown.key, shown.status, shown.title, shown.revision) == (
            row.key, row.status, row.title, row.revision,
        )  # fmt: skip
        check_record(record)
        assert unpack(pack(record), Record).fields == record.fields


def check_record(record: Record) -> None:
    keys = [field.key for field in record.fields]
    assert len(set(keys)) == len(keys)
    assert set(record.answers) <= set(keys)
    ids = [action.id for action in record.actions]
    assert len(set(ids)) == len(ids)
    here = Context()
    for field in record.fields:
        codec = codec_for(field)
        value = record.answers[field.key].value if field.key in record.answers else None
        assert isinstance(codec.format(field, value, here), str)
        assert field.label
        assert not isinstance(value, dict), "an object would be taken for a file of this machine"
    for action in record.actions:
        check_action(action)
    for block in record.blocks:
        assert block.lines or block.more, block.id
    for label, text in record.facts:
        assert label.english()
        assert isinstance(text, str)


def check_action(action: Action) -> None:
    assert action.label.english()
    if action.why_not is not None:
        assert action.why_not.english()
    keys = [field.key for field in action.inputs]
    assert len(set(keys)) == len(keys)
    if action.risk == "typed":
        assert action.loses is not None, "what is lost is said before it is typed for"
    if action.slot is Slot.CREATE:
        assert action.delivery is Delivery.ONCE
    if action.slot in (Slot.RESET, Slot.STATUS):
        assert action.delivery is Delivery.ONLINE


@pytest.mark.parametrize("ident", STRANGE_IDS)
async def test_an_id_that_nobody_made_is_refused_in_words(case: Case, still: tuple[Site, str], ident: str) -> None:
    client = case.connect(case.secret(still[0]), still[0].app)
    with pytest.raises(TaskError) as caught:
        await client.show(Key("sample", case.system, ident))
    assert caught.value.reason.english()
    assert not isinstance(caught.value, Unreachable)


# -- what a system has, and what it lacks ----------------------------------------------------------------------


async def test_what_is_said_to_be_there_is_there(reader: TaskSystem) -> None:
    has = reader.capabilities
    assert has.title
    assert (await reader.count() is not None) == has.count
    new = await reader.new_action()
    assert (new is not None) == has.create
    if new is not None:
        check_action(new)
        for field in new.inputs:
            if field.source and not field.hidden:
                page = await reader.choices(field.source)
                assert page.choices
                label = page.choices[0].label
                narrowed = await reader.choices(field.source, label)
                assert page.choices[0].value in [choice.value for choice in narrowed.choices]
    rows = await rows_of(reader)
    assert has.points or all(row.points is None and row.max_points is None for row in rows)
    assert has.due or all(row.due is None for row in rows)
    assert has.progress or all(row.progress is None for row in rows)
    assert (await reader.whoami()).id


async def test_nodes_come_level_by_level_and_each_opens(reader: TaskSystem) -> None:
    found = 0
    rows = await rows_of(reader)
    for row in [*mixed(rows, 4), *{row.assignment: row for row in rows if row.assignment}.values()]:
        every = await reader.nodes(row.key, row.assignment or "", 0)
        near = await reader.nodes(row.key, row.assignment or "", 1)
        assert reader.capabilities.nodes or not every
        assert all(node.level <= 1 for node in near)
        assert [node.id for node in near] == [node.id for node in every if node.level <= 1]
        known: set[str] = set()
        for node in every:
            assert not node.parent or node.parent in known, "a parent stands before its children"
            known.add(node.id)
            assert node.label.english()
        for node in every[:4]:
            record = await reader.node_record(node)
            assert record.execution.title
            if node.target is not None:
                assert record.execution.key == node.target
            check_record(record)
            found += 1
        if found > 8:
            break
    assert found or not reader.capabilities.nodes


async def test_files_that_are_offered_can_be_fetched(reader: TaskSystem) -> None:
    found = 0
    for row in mixed(await rows_of(reader)):
        for download in (await reader.show(row.key)).downloads:
            sink = io.BytesIO()
            try:
                size = await reader.download(download.ref, sink)
            except TaskError:
                continue
            assert size == len(sink.getvalue()) > 0
            found += 1
    assert found or not reader.capabilities.downloads


# -- who asks --------------------------------------------------------------------------------------------------


async def test_a_token_that_nobody_has_is_refused(case: Case, still: tuple[Site, str]) -> None:
    client = case.connect(case.bad_secret(), still[0].app)
    with pytest.raises(Unauthorised):
        await client.list(DAY, Filters())


async def test_no_log_and_no_repr_tells_the_token(
    case: Case, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    secret = case.secret(site)
    with caplog.at_level(logging.DEBUG):
        client = case.connect(secret, site.app)
        rows = await rows_of(client)
        await client.show(rows[0].key)
        await client.perform(await case.write(client))
    parts = [part for part in secret.split(":") if len(part) > 8]
    seen = [
        caplog.text,
        repr(client),
        str(vars(client)),
        *(str(vars(part)) for part in vars(client).values() if hasattr(part, "__dict__")),
    ]
    assert parts
    assert not any(part in text for text in seen for part in parts)


# -- writes ----------------------------------------------------------------------------------------------------


async def test_a_write_is_done_once_and_reading_back_says_so(case: Case, client: TaskSystem) -> None:
    request = await case.write(client)
    before = await client.reconcile(request)
    receipt = await client.perform(request)
    after = await client.reconcile(request)
    assert before.verdict in (Verdict.NOT_APPLIED, Verdict.UNKNOWN)
    assert (before.verdict is Verdict.NOT_APPLIED) or not case.repeatable
    assert receipt.key_id == request.key_id
    assert (after.verdict, after.receipt and after.receipt.key_id) == (Verdict.APPLIED, request.key_id)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(receipt), type=Receipt) == receipt


async def test_a_create_makes_one_and_says_which(case: Case, client: TaskSystem) -> None:
    request = await case.creation(client)
    if request is None:
        assert not client.capabilities.create
        return
    before = {row.key for row in await rows_of(client)}
    receipt = await client.perform(request)
    made = {row.key for row in await rows_of(client)} - before
    assert [key.id for key in made] == [receipt.key_id]
    found = await client.reconcile(request)
    assert found.verdict in (Verdict.APPLIED, Verdict.UNKNOWN)
    if found.verdict is Verdict.APPLIED:
        assert found.receipt is not None
        assert found.receipt.key_id == receipt.key_id


async def test_an_action_that_nobody_declared_is_refused_before_it_is_sent(case: Case, client: TaskSystem) -> None:
    row = (await rows_of(client))[0]
    record = await client.show(row.key)
    strange = Action(id="self-destruct", slot=Slot.OTHER, label=record.execution.status.word)
    with pytest.raises(Refused):
        await client.perform(request_for(case.system, record, strange))
    assert (await client.show(row.key)).execution == record.execution
    assert (await client.reconcile(request_for(case.system, record, strange))).verdict is Verdict.UNKNOWN


async def test_an_answer_that_is_lost_is_found_by_reading_back(case: Case, site: Site, relay: Relay) -> None:
    client = case.connect(case.secret(site), address=relay.address)
    request = await case.write(client)
    relay.lose_answer = True
    if case.finds_out:
        assert (await client.perform(request)).key_id == request.key_id
    else:
        with pytest.raises(Unreachable) as caught:
            await client.perform(request)
        assert caught.value.maybe_done
    assert (await client.reconcile(request)).verdict is Verdict.APPLIED
    assert relay.writes == 1
    await client.close()


async def test_a_write_that_never_arrived_is_not_taken_for_done(case: Case, site: Site, relay: Relay) -> None:
    client = case.connect(case.secret(site), address=relay.address)
    request = await case.write(client)
    relay.lose_request = True
    with pytest.raises(Unreachable) as caught:
        await client.perform(request)
    assert caught.value.maybe_done, "nobody can tell it from an answer that is lost"
    found = await client.reconcile(request)
    assert found.verdict in (Verdict.NOT_APPLIED, Verdict.UNKNOWN)
    assert relay.writes == 0
    if case.repeatable:
        assert found.verdict is Verdict.NOT_APPLIED
        await client.perform(request)
        assert (await client.reconcile(request)).verdict is Verdict.APPLIED
    await client.close()


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_create_whose_answer_is_lost_is_never_called_not_done(
    case: Case, site: Site, relay: Relay, arrived: bool
) -> None:
    client = case.connect(case.secret(site), address=relay.address)
    request = await case.creation(client)
    if request is None:
        return
    before = {row.key for row in await rows_of(client)}
    relay.lose_answer, relay.lose_request = arrived, not arrived
    with pytest.raises(Unreachable):
        await client.perform(request)
    found = await client.reconcile(request)
    made = {row.key for row in await rows_of(client)} - before
    assert len(made) == (1 if arrived else 0)
    assert found.verdict in (Verdict.APPLIED, Verdict.UNKNOWN)
    if found.verdict is Verdict.APPLIED:
        assert found.receipt is not None
        assert [key.id for key in made] == [found.receipt.key_id]
    await client.close()
