"""Runs of the platform through the workbench: the same list, drafts and outbox as for any other system."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.server import serving
from tests.contract.systems.case import NOW, ZONE
from tests.contract.systems.case_superai import CASE
from tests.contract.systems.relay import Relay, relaying
from tui.embedded.app import Site
from tui.model.action import Receipt, Slot
from tui.model.clock import CorrectedClock
from tui.model.errors import Refused, TaskError
from tui.model.execution import Record
from tui.model.message import Message
from tui.model.status import Phase
from tui.model.system import TaskSystem
from tui.workbench.desk import Desk
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import Journal
from tui.workbench.link import LinkState
from tui.workbench.report_forms import as_markdown
from tui.workbench.report_reading import make_report
from tui.workbench.workbench import Workbench


class Place:
    """One terminal of the platform, on a line that can lose things."""

    def __init__(self, folder: Path, site: Site, relay: Relay) -> None:
        self._folder = folder
        self._site = site
        self.relay = relay

    def bench(self) -> Workbench:
        desk = Desk(
            profile="sample", system="superai", title="Flows", zone=ZONE, user="Maria", owner="sample:maria",
            place="sample", refresh_seconds=3600, ahead_hours=0.0,
        )  # fmt: skip
        clock = CorrectedClock(lambda: NOW)
        return Workbench(desk, Journal(self._folder / "journal.sqlite"), self._connect, clock)

    async def _connect(self) -> TaskSystem:
        return CASE.connect(CASE.secret(self._site), address=self.relay.address)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    site = CASE.build(tmp_path)
    with serving(site) as address:
        async with relaying(address) as relay:
            yield Place(tmp_path, site, relay)
    site.close()


async def waiting_record(bench: Workbench) -> Record:
    changes = await bench.live.load()
    row = next(row for row in changes.rows.values() if row.status.phase is Phase.WAITING)
    return await bench.records.load(row.key)


def state_of(bench: Workbench, entry: Entry) -> EntryState:
    found = bench.outbox.get(entry.id)
    assert found is not None
    return found.state


async def test_a_review_is_sent_through_the_outbox_and_a_lost_answer_does_not_send_it_twice(place: Place) -> None:
    bench = place.bench()
    await bench.open()
    record = await waiting_record(bench)
    finish = record.in_slot(Slot.FINISH)
    assert finish is not None
    comment = next(field.key for field in record.fields if field.key.endswith("/comment"))
    base = {comment: record.answers[comment].value}
    place.relay.lose_answer = True
    entry = await bench.submit(bench.make_request(record, finish, values={comment: "seen"}, base=base))
    assert isinstance(entry, Entry)
    await bench.sender.round()
    assert state_of(bench, entry) is EntryState.WAITING
    await bench.outbox.retry(entry.id)
    await bench.sender.round()
    assert state_of(bench, entry) is EntryState.SENT
    assert place.relay.writes == 1
    again = await bench.records.load(record.execution.key)
    assert again.execution.status.phase is Phase.ACTIVE
    await bench.close()


async def test_acts_that_wait_for_the_answer_go_out_at_once_and_only_if_nothing_moved(place: Place) -> None:
    bench = place.bench()
    await bench.open()
    record = await waiting_record(bench)
    cancel = record.action("cancel")
    assert cancel is not None
    receipt = await bench.submit(bench.make_request(record, cancel))
    assert isinstance(receipt, Receipt)
    assert receipt.status_raw == "cancelled"
    with pytest.raises(Refused):
        await bench.submit(bench.make_request(record, cancel))
    assert place.relay.writes == 1
    await bench.close()


async def test_an_answer_that_belongs_to_one_run_is_no_model_of_another(place: Place) -> None:
    bench = place.bench()
    await bench.open()
    record = await waiting_record(bench)
    changes = await bench.live.load()
    other = next(
        row for row in changes.rows.values()
        if row.template == record.execution.template and row.key != record.execution.key
    )  # fmt: skip
    assert bench.records.model(other) is None
    assert bench.records.cached(record.execution.key) == record
    await bench.close()


async def test_a_wrong_token_is_told_by_the_line(place: Place) -> None:
    bench = place.bench()

    async def nobody() -> TaskSystem:
        return CASE.connect(CASE.bad_secret(), address=place.relay.address)

    bench._connect = nobody
    await bench.open()
    with pytest.raises(TaskError):
        await bench.live.load()
    assert bench.link_state.state is not LinkState.ONLINE
    await bench.close()


async def test_the_lines_of_a_report_say_something_to_a_person(place: Place) -> None:
    bench = place.bench()
    await bench.open()
    record = await waiting_record(bench)
    reject = record.in_slot(Slot.DENY)
    assert reject is not None
    hidden = {field.key: field.default for field in reject.inputs if field.hidden}
    entry = await bench.submit(bench.make_request(record, reject, inputs={"reason": "Price is wrong", **hidden}))
    assert isinstance(entry, Entry)
    await bench.sender.round()
    assert state_of(bench, entry) is EntryState.SENT
    changes = await bench.live.load()
    report = await make_report(bench, changes, lang="en")
    text = as_markdown(report, ZONE, Message.english)
    (line,) = [line for line in text.splitlines() if "Price is wrong" in line]
    title = record.execution.title.replace("#", "\\#")
    assert line.startswith(f"- **{title}** · {record.execution.place} – Waiting, Rejected, ")
    assert "Reason of the rejection: Price is wrong, Tasks done: 5/8" in line
    assert "Error: The order system did not answer." in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text), "nobody knows a run by its ID"
    assert "Version of the flow" not in text
    found = next(item for item in report.open if item.row.key == record.execution.key)
    assert found.reason == "Price is wrong"
    await bench.close()
