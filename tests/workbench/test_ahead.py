"""A shift without a line: what is due is read before, gently; and what never was is opened for what it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually, kept, seconds
from tests.workbench.site import START, Fault, ManualTime, Site, Truth, key
from tui.model.errors import NotFound, ServerFault, TaskError, Throttled, Unreachable
from tui.model.execution import Answer
from tui.model.period import Period
from tui.workbench.ahead import MOST, REST
from tui.workbench.link import LinkState

Open = Callable[..., Bench]


def shift(*hours: float) -> Site:
    """Executions named 1, 2, 3 ... that are due so many hours after the start."""
    site = Site(0)
    for number, hour in enumerate(hours, 1):
        name = str(number)
        site.truth[name] = Truth(id=name, title=f"Check {name}", due=START + timedelta(hours=hour), template="t")
    return site


@pytest.fixture
async def begin(path: Path, time: ManualTime) -> AsyncIterator[Open]:
    made: list[Bench] = []

    def make(site: Site, hours: float = 12.0, *, start: bool = True) -> Bench:
        bench = Bench(path, site, time, "me", connected=True, ahead_hours=hours)
        made.append(bench)
        day = timedelta(days=1)
        bench.workbench.live.set_period(Period(START - day, START + 2 * day))
        if start:
            bench.workbench.start()
        return bench

    yield make
    for bench in made:
        await bench.close()


async def test_the_nearest_first_one_in_a_second_and_only_this_shift(begin: Open, time: ManualTime) -> None:
    site = shift(11.5, 3, 0.1, 12.5, -2, 30, 0.2)
    site.truth["7"].status = "done"
    bench = begin(site)
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)
    await seconds(time, 2)
    assert len(site.shown) <= 2
    await seconds(time, 8)
    assert site.shown == ["3", "5", "2", "1"]
    kept(bench)
    cached = bench.workbench.records.cached
    assert [number for number in site.truth if cached(key(number)) is not None] == ["1", "2", "3", "5"]


async def test_what_is_fresh_is_not_read_again_and_what_changed_is(begin: Open, time: ManualTime) -> None:
    site = shift(1, 2)
    bench = begin(site)
    await seconds(time, 5)
    assert site.shown == ["1", "2"]
    await seconds(time, 30)
    await bench.workbench.live.load()
    await seconds(time, 5)
    assert site.shown == ["1", "2"]
    site.change("2", a="4")
    await bench.workbench.live.load()
    await seconds(time, 5)
    assert site.shown == ["1", "2", "2"]
    await bench.close()
    again = begin(site)
    await eventually(lambda: again.workbench.link_state.state is LinkState.ONLINE)
    await seconds(time, 5)
    assert site.shown == ["1", "2", "2"]


async def test_a_list_that_does_not_change_is_looked_through_now_and_then(begin: Open, time: ManualTime) -> None:
    site = shift(12.1)
    begin(site)
    await seconds(time, 5)
    assert site.shown == []
    time.pass_(500)
    await seconds(time, 40)
    assert site.shown == []
    time.pass_(200)
    await seconds(time, 40)
    assert site.shown == ["1"]


@pytest.mark.parametrize(
    ("error", "rest"), [(Unreachable(), REST), (ServerFault(), REST), (Throttled(seconds=100), 100.0)]
)
async def test_an_error_ends_it_for_a_while(begin: Open, time: ManualTime, error: TaskError, rest: float) -> None:
    site = shift(1, 2, 3)
    bench = begin(site, start=False)
    site.always["show"] = error
    bench.workbench.start()
    await seconds(time, 10)
    assert site.calls.count("show") == 1
    site.always.clear()
    for _ in range(3):
        await bench.workbench.live.load()
        await seconds(time, 3)
    assert site.shown == []
    time.pass_(rest)
    await bench.workbench.live.load()
    await seconds(time, 5)
    # The one that failed is left alone until it changes.
    assert site.shown == ["2", "3"]
    site.change("1", a="1")
    await bench.workbench.live.load()
    await seconds(time, 3)
    assert site.shown == ["2", "3", "1"]


async def test_one_that_is_gone_holds_up_none(begin: Open, time: ManualTime) -> None:
    site = shift(1, 2)
    site.faults["show"] = [Fault(before=NotFound())]
    begin(site)
    await seconds(time, 5)
    assert site.shown == ["2"]


async def test_a_person_the_list_and_the_sender_go_first(begin: Open, time: ManualTime) -> None:
    site = shift(1, 2)
    bench = begin(site)
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)
    site.gates["show"] = asyncio.Event()
    asking = asyncio.ensure_future(bench.workbench.records.load(key("2")))
    await seconds(time, 10)
    assert site.calls.count("show") == 1
    site.gates.pop("show").set()
    await asking
    await seconds(time, 5)
    assert site.shown == ["2", "1"]
    for busy in (bench.workbench.live._asking, bench.workbench.sender._one_round):
        site.change("1", a=str(len(site.shown)))
        await bench.workbench.live.load()
        async with busy:
            before = len(site.shown)
            await seconds(time, 5)
            assert len(site.shown) == before
        await seconds(time, 5)
        assert len(site.shown) == before + 1


async def test_no_more_than_so_many_for_a_period(begin: Open, time: ManualTime) -> None:
    site = shift(*(number / 60 for number in range(1, MOST + 31)))
    bench = begin(site)
    await seconds(time, MOST + 40)
    assert len(site.shown) == MOST
    site.change("1", a="1")
    await bench.workbench.live.load()
    await seconds(time, 5)
    assert len(site.shown) == MOST
    day = timedelta(days=1)
    bench.workbench.live.set_period(Period(START, START + day))
    await seconds(time, 40)
    assert len(site.shown) == MOST + 31


async def test_a_desk_that_needs_none_of_it_reads_nothing(begin: Open, time: ManualTime) -> None:
    site = shift(1, 2)
    begin(site, 0.0)
    await seconds(time, 5)
    assert site.shown == []


async def test_without_a_line_the_shift_opens_from_the_cache(begin: Open, time: ManualTime) -> None:
    site = shift(1, 2)
    site.change("1", a="4")
    bench = begin(site)
    await seconds(time, 5)
    kept(bench)
    later = begin(site, start=False)
    record = later.workbench.records.cached(key("1"))
    assert record is not None
    assert ([field.key for field in record.fields][:2], record.answers) == (["a", "b"], {"a": Answer(value="4")})
    assert record.fields_from is None


async def test_what_was_never_read_opens_as_one_of_its_kind_and_says_so(begin: Open, time: ManualTime) -> None:
    site = shift(1, 2, 20, 21, 22, 23)
    site.truth["3"].status = "in_progress"
    site.truth["4"].template = "another"
    site.truth["5"].template = None
    site.truth["6"].status = "done"
    bench = begin(site)
    await seconds(time, 5)
    records, live = bench.workbench.records, bench.workbench.live
    assert site.shown == ["1", "2"]
    kept(bench)
    # With a line, the record itself is a question away.
    assert records.cached(key("3")) is None
    site.always["list"] = Unreachable()
    with pytest.raises(Unreachable):
        await live.load()
    record = records.cached(key("3"))
    assert record is not None
    assert record.execution is live.get(key("3"))
    assert [field.key for field in record.fields] == ["a", "b", "photo", "scan"]
    # None that was read was in this status: nobody here knows what may be done with it.
    assert (record.answers, record.actions) == ({}, ())
    assert record.fields_from is not None
    words = record.fields_from.english()
    assert "never read here" in words
    assert "11.05. 08:0" in words
    assert [records.cached(key(name)) for name in ("4", "5", "6", "99")] == [None] * 4
    row = live.get(key("3"))
    assert row is not None
    opened = records.model(msgspec.structs.replace(row, status=site.row(site.truth["1"]).status))
    assert opened is not None
    assert [action.id for action in opened.actions] == ["save", "finish", "deny", "reset"]
    site.always.clear()
    loaded = await records.load(key("3"))
    assert (loaded.fields_from, records.cached(key("3"))) == (None, loaded)
