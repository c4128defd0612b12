"""The whole: usable before there is a connection, calm when there is none, tidy at the end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import CREATE, SAVE, Fault, ManualTime, Site, key, request
from tui.form.edit import FieldEdit
from tui.model.action import Delivery
from tui.model.errors import NotTheServer, ServerFault, TaskError, Throttled, Unauthorised, Unreachable
from tui.model.field import Choice, Field
from tui.model.message import Message
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import Journal
from tui.workbench.link import LinkState
from tui.workbench.records import KEPT

Make = Callable[..., Bench]
ROOT = Path(__file__).parents[2]


async def test_start_returns_at_once_and_everything_works_without_a_line(benches: Make, site: Site) -> None:
    seen = benches()
    await seen.workbench.records.load(key("1"))
    await seen.workbench.new_action()
    await seen.workbench.choices("people")
    await seen.workbench.whoami()
    await seen.workbench.close()
    bench = benches(connected=False)
    bench.connect_errors = [Unreachable()] * 50
    workbench = bench.workbench
    workbench.start()
    assert workbench.link_state.state is LinkState.STARTING
    record = workbench.records.cached(key("1"))
    assert record is not None
    assert record.policies == (Message("Until {when}", {"when": Message("noon")}),)
    workbench.drafts.put(key("1"), "a", FieldEdit(text="5", value="5")).result(20)
    entry = await workbench.submit(workbench.make_request(record, SAVE, values={"a": "5"}))
    assert isinstance(entry, Entry)
    assert entry.state is EntryState.WAITING
    assert await workbench.new_action() == CREATE
    found = await workbench.choices("people", "BERT")
    assert [choice.label for choice in found.choices] == ["Bert"]
    assert found.complete, "the list was known as a whole: nothing is asked for at every letter"
    assert (await workbench.whoami()).name == "Anna Ampel"
    with pytest.raises(Unreachable):
        await workbench.records.load(key("1"))
    with pytest.raises(Unreachable):
        await workbench.count()
    await eventually(lambda: workbench.link_state.state is LinkState.OFFLINE)


@pytest.mark.parametrize("error", [Unreachable(), ServerFault(), NotTheServer(), Throttled()])
async def test_connecting_is_tried_again_with_growing_pauses(
    benches: Make, time: ManualTime, error: TaskError
) -> None:
    bench = benches(connected=False)
    bench.connect_errors = [error] * 3
    await bench.workbench.submit(request("1", a="5"))
    bench.workbench.start()
    for n, pause in enumerate((2.0, 4.0, 8.0), 1):
        await eventually(lambda n=n, pause=pause: bench.connects == n and pause in time.slept)  # type: ignore[misc]
        assert bench.site.done == []
        time.pass_(pause)
    await eventually(lambda: bench.workbench.outbox.waiting() == 0)
    assert bench.connects == 4
    assert bench.site.done == [("save", "1", {"a": "5"})]
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)


class SecretError(Exception):
    message = Message("The token command did not answer.")


@pytest.mark.parametrize("error", [Unauthorised("bad token"), SecretError(), RuntimeError("boom")])
async def test_a_profile_that_cannot_be_used_says_why_and_waits_for_a_person(
    benches: Make, time: ManualTime, error: Exception
) -> None:
    bench = benches(connected=False)
    bench.connect_errors = [error]
    links = bench.workbench.link.watch()
    bench.workbench.start()
    refused = await anext(links)
    assert refused.state is LinkState.REFUSED
    assert refused.error is not None
    time.pass_(3600)
    assert bench.connects == 1
    bench.workbench.live.refresh()
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)
    assert bench.connects == 2


async def test_words_of_a_secret_error_reach_the_link(benches: Make) -> None:
    bench = benches(connected=False)
    bench.connect_errors = [SecretError()]
    with pytest.raises(TaskError) as caught:
        await bench.workbench.open()
    assert caught.value.what == SecretError.message
    await bench.workbench.open()
    assert bench.workbench.connected


async def test_a_new_connection_resumes_what_was_paused(benches: Make, site: Site) -> None:
    bench = benches(connected=False)
    site.always["perform"] = site.always["count"] = Unauthorised()
    bench.workbench.start()
    await bench.workbench.submit(request("1", a="5"))
    await eventually(lambda: bench.workbench.outbox.paused() == 1)
    site.always.clear()
    await bench.workbench.close()
    assert bench.systems[0].closed
    again = benches(connected=False)
    again.workbench.start()
    await eventually(lambda: again.states() == [EntryState.SENT])


async def test_a_token_accepted_again_resumes_too(benches: Make, site: Site, time: ManualTime) -> None:
    bench = benches()
    site.always["perform"] = site.always["count"] = site.always["list"] = Unauthorised()
    bench.workbench.start()
    await bench.workbench.submit(request("1", a="5"))
    await eventually(lambda: bench.workbench.outbox.paused() == 1)
    site.always.clear()
    bench.workbench.live.refresh()
    await eventually(lambda: bench.states() == [EntryState.SENT])


async def test_a_good_list_resumes_what_another_window_paused(benches: Make, site: Site) -> None:
    """The line was never seen as refused here: there is no coming back to notice."""
    bench, other = benches(), benches()
    bench.workbench.start()
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)
    site.always["perform"] = site.always["count"] = Unauthorised()
    await other.workbench.submit(request("1", a="5"))
    await other.workbench.sender.round()
    assert other.workbench.outbox.paused() == 1
    site.always.clear()
    bench.workbench.live.refresh()
    await eventually(lambda: bench.states() == [EntryState.SENT])


async def test_a_refused_token_makes_the_list_ask_soon(benches: Make, site: Site, time: ManualTime) -> None:
    """At once, and then every minute, however rarely it is asked for otherwise."""
    bench = benches()
    bench.workbench.start()
    await eventually(lambda: "list" in site.calls and bench.workbench.link_state.state is LinkState.ONLINE)
    site.always["perform"] = site.always["count"] = site.always["list"] = Unauthorised()
    await bench.workbench.submit(request("1", a="5"))
    await eventually(lambda: bench.workbench.outbox.paused() == 1)
    await eventually(lambda: 60.0 in time.slept)
    site.always.clear()
    time.pass_(61.0)
    await eventually(lambda: bench.states() == [EntryState.SENT])


async def test_capabilities_are_known_before_the_next_connection(benches: Make) -> None:
    bench = benches(connected=False)
    assert bench.workbench.capabilities.title == "Kitchen"
    await bench.workbench.open()
    assert bench.workbench.capabilities.nodes
    await bench.workbench.close()
    assert benches(connected=False).workbench.capabilities.title == "Memory"


async def test_closing_keeps_the_list_ends_the_feeds_and_the_connection(benches: Make, site: Site) -> None:
    bench = benches(connected=False)
    workbench = bench.workbench
    workbench.start()
    links, entries, lists = workbench.link.watch(), workbench.outbox.changes.watch(), workbench.live.watch()
    await eventually(lambda: not workbench.live.now.loading)
    site.change("1", "done")
    await workbench.live.load()
    await workbench.close()
    async for _ in links:
        pass
    assert [item async for item in entries] == []
    assert len([item async for item in lists]) == 1
    assert bench.systems[0].closed
    kept = benches(connected=False).workbench.glimpse(workbench.today())
    assert kept is not None
    assert kept.rows[key("1")].status.raw == "done"


async def test_an_entry_on_its_way_may_arrive_while_closing(benches: Make, site: Site) -> None:
    bench = benches()
    site.gates["perform"] = asyncio.Event()
    bench.workbench.start()
    await bench.workbench.submit(request("1", a="5"))
    await eventually(lambda: "perform" in site.calls)
    closing = asyncio.ensure_future(bench.workbench.close())
    await asyncio.sleep(0)
    site.gates["perform"].set()
    await closing
    assert benches(connected=False).states() == [EntryState.SENT]


async def test_reading_through(bench: Bench) -> None:
    workbench = bench.workbench
    record = await workbench.records.load(key("1"))
    (node,) = await workbench.nodes(record)
    assert (await workbench.node_record(node)).execution.key == key("1")
    assert await workbench.count() == 3
    sink = BytesIO()
    assert await workbench.download("ref", sink) == 3
    action = await workbench.new_action(record)
    assert action is not None
    assert action.delivery is Delivery.ONCE


async def test_records_kept_are_bounded_and_the_newest_stay(bench: Bench, benches: Make, site: Site) -> None:
    site.truth |= Site(KEPT + 20).truth
    for n in range(1, KEPT + 21):
        await bench.workbench.records.load(key(str(n)))
    await bench.workbench.close()
    later = benches(connected=False)
    assert later.journal.read("SELECT count(*) FROM records") == [(KEPT,)]
    assert later.workbench.records.cached(key("1")) is None
    assert later.workbench.records.cached(key(str(KEPT + 20))) is not None


async def test_the_trail_of_a_day_holds(bench: Bench, site: Site) -> None:
    site.faults["perform"] = [Fault(before=Unreachable()), Fault(after=Unreachable(maybe_done=True))]
    for n in (1, 2, 3):
        await bench.workbench.submit(request(str(n), a="1"))
    for _ in range(4):
        await bench.workbench.sender.round()
    assert bench.workbench.history.verify() is None
    assert len(bench.workbench.history.entries()) == 3


SENDING = """
import asyncio, sys
from pathlib import Path
from tests.workbench.bench import Bench
from tests.workbench.site import ManualTime, Site, request, Fault
import datetime

class Clock(ManualTime):
    def __call__(self):
        return datetime.datetime.now(datetime.timezone.utc)

async def main():
    bench = Bench(Path(sys.argv[1]), Site(30), Clock(), "me", connected=True)
    for n in range(1, 31):
        entry = await bench.workbench.submit(request(str(n), a=str(n)))
        print(entry.id, flush=True)
    bench.site.gates["perform"] = asyncio.Event()
    asyncio.ensure_future(bench.workbench.sender.round())
    await asyncio.sleep(0)
    while "perform" not in bench.site.calls:
        await asyncio.sleep(0)
    print("sending", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def test_entries_of_a_killed_process_are_all_there_and_taken_over(path: Path) -> None:
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", SENDING, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environ
    ) as process:
        assert process.stdout is not None
        acknowledged = []
        while (line := process.stdout.readline().strip()) != "sending":
            assert line, "the other process ended early"
            acknowledged.append(line)
        process.send_signal(signal.SIGKILL)

    async def take_over() -> None:
        site, time = Site(30), ManualTime()
        bench = Bench(path, site, time, "me", connected=True)
        try:
            time.now = max(entry.created for entry in bench.workbench.outbox.entries())
            assert [entry.id for entry in bench.workbench.outbox.entries()] == acknowledged
            assert bench.states().count(EntryState.SENDING) == 1
            time.pass_(10)
            await bench.workbench.sender.round()
            assert bench.workbench.outbox.waiting() == 0
            assert len(site.done) == 30
            assert site.calls[0] == "reconcile" or "reconcile" in site.calls
        finally:
            await bench.close()

    asyncio.run(take_over())


def test_a_second_start_says_what_happened_to_the_file(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"nonsense" * 1000)
    bench = Bench(path, Site(), ManualTime(), "me", connected=False)
    assert bench.workbench.notice is not None
    assert bench.workbench.glimpse() is None
    bench.journal.close()


def test_nothing_heavy_is_imported() -> None:
    heavy = ("httpx", "pydantic", "sqlalchemy", "starlette", "textual", "dateutil")
    code = f"import sys, tui.workbench.workbench; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_sqlite_is_imported_in_the_journal_and_its_jobs_alone() -> None:
    users = sorted(
        file.name
        for file in (ROOT / "tui" / "workbench").glob("*.py")
        if "import sqlite3" in file.read_text("utf-8")
    )
    assert users == ["jobs.py", "journal.py"]


async def test_the_same_file_serves_two_workbenches(benches: Make, path: Path) -> None:
    first, second = benches("a"), benches("b")
    await first.workbench.submit(request("1", a="1"))
    await second.workbench.submit(request("2", a="2"))
    await asyncio.gather(first.workbench.sender.round(), second.workbench.sender.round())
    assert first.states() == second.states() == [EntryState.SENT]
    journal = Journal(path)
    assert journal.read("SELECT count(*) FROM outbox") == [(2,)]
    journal.close()


async def test_whose_token_it_is_is_asked_once_and_told_on_the_link(benches: Make, site: Site) -> None:
    bench = benches(connected=False)
    workbench = bench.workbench
    links = workbench.link.watch()
    names = [workbench.who.name if workbench.who is not None else ""]
    workbench.start()
    async with asyncio.timeout(20):
        while "Anna Ampel" not in names:
            await anext(links)
            names.append(workbench.who.name if workbench.who is not None else "")
    assert names[0] == ""
    await eventually(lambda: workbench.link_state.state is LinkState.ONLINE)
    assert site.calls.count("whoami") == 1
    await workbench.close()
    later = benches(connected=False).workbench
    assert later.who == workbench.who


async def test_the_trail_names_whoever_the_server_names(path: Path, site: Site, time: ManualTime) -> None:
    bench = Bench(path, site, time, "me", connected=False, user="")
    bench.workbench.start()
    await eventually(lambda: bench.workbench.outbox.who == "Anna Ampel")
    await bench.close()
    again = Bench(path, site, time, "me", connected=False, user="")
    assert again.workbench.outbox.who == "Anna Ampel"
    await again.close()


@pytest.mark.parametrize("error", [ServerFault(), Unauthorised(), RuntimeError("boom")])
async def test_not_knowing_whose_token_it_is_disturbs_nothing(benches: Make, site: Site, error: Exception) -> None:
    site.always["whoami"] = error
    bench = benches(connected=False)
    bench.workbench.start()
    await bench.workbench.submit(request("1", a="5"))
    await eventually(lambda: "whoami" in site.calls and bench.states() == [EntryState.SENT])
    assert bench.workbench.link_state.state is LinkState.ONLINE
    assert bench.workbench.who is None


async def test_a_creation_is_named_by_what_was_chosen(bench: Bench) -> None:
    asked = (
        Field(key="assignment", label="", kind="choice", choices=(Choice("7", "Kitchen"), Choice("8", "Bar"))),
        Field(key="checklist", label="", kind="choice", choices=(Choice("1", "Fridge"),)),
    )
    action = msgspec.structs.replace(CREATE, inputs=asked)
    make = bench.workbench.make_request
    assert make(None, action, inputs={"checklist": "1", "assignment": "8"}).title == "Bar"
    assert make(None, action, inputs={"assignment": "9", "checklist": "1"}).title == "Fridge"
    assert make(None, action, inputs={"assignment": "9"}).title == ""
    assert make(None, action, inputs={"assignment": "8"}, title="Spill").title == "Spill"
    record = await bench.workbench.records.load(key("1"))
    assert make(record, action, inputs={"assignment": "8"}).title == "Bar"
    assert make(record, SAVE).title == "Check 1"


async def test_a_list_that_was_asked_for_before_the_start_does_not_prevent_it(bench: Bench, site: Site) -> None:
    await bench.workbench.live.load()
    bench.workbench.start()
    await bench.workbench.submit(request("1", a="5"))
    await eventually(lambda: bench.states() == [EntryState.SENT])


@pytest.mark.filterwarnings("error::RuntimeWarning", "error::pytest.PytestUnraisableExceptionWarning")
async def test_a_workbench_that_is_closed_at_once_leaves_nothing_behind(benches: Make) -> None:
    bench = benches(connected=False)
    bench.workbench.start()
    await bench.workbench.close()
    gc.collect()
    assert not bench.workbench._tasks


async def test_a_line_that_comes_and_goes_piles_nothing_up(bench: Bench, site: Site) -> None:
    bench.workbench.start()
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)
    for _ in range(20):
        site.always["list"] = Unreachable()
        with pytest.raises(Unreachable):
            await bench.workbench.live.load()
        site.always.clear()
        await bench.workbench.live.load()
    await eventually(lambda: len(bench.workbench._tasks) <= 4)
    assert site.calls.count("whoami") == 1


async def test_nothing_is_forgotten_before_the_server_told_the_time(
    benches: Make, site: Site, time: ManualTime
) -> None:
    """A terminal whose battery was empty is in another year until then."""
    bench = benches()
    await bench.workbench.submit(request("1", a="5"))
    await bench.workbench.sender.round()
    await bench.close()
    time.pass_(40 * 86_400)
    site.always["list"] = site.always["whoami"] = Unreachable()
    late = benches(connected=False)
    late.workbench.start()
    await eventually(lambda: "list" in site.calls and late.workbench.link_state.state is LinkState.OFFLINE)
    assert late.states() == [EntryState.SENT]
    site.always.clear()
    late.workbench.live.refresh()
    await eventually(lambda: late.states() == [])
