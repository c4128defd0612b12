"""Live: the last known list at once, then what the server says; only what differs is named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import BERLIN, START, Fault, ManualTime, MemorySystem, Site, Truth, key, request
from tui.model.errors import NotTheServer, ServerFault, TaskError, Throttled, Unauthorised, Unreachable
from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.model.system import Filters, Listing
from tui.workbench.changes import Changes, compare, merge
from tui.workbench.link import LinkState
from tui.workbench.lists import KEPT, PAGE, Lists
from tui.workbench.live import LONGEST_PAUSE, REFUSED_PAUSE
from tui.workbench.timing import LONGEST_SPREAD

Make = Callable[..., Bench]
TODAY = Period.of_day(date(2026, 5, 11), BERLIN)
TOMORROW = Period.of_day(date(2026, 5, 12), BERLIN)
ONE, TWO, THREE = key("1"), key("2"), key("3")
NONE: frozenset[Key] = frozenset()


def only(each: Key) -> frozenset[Key]:
    return frozenset({each})


def many(count: int) -> tuple[Execution, ...]:
    return tuple(
        Execution(
            key=key(str(n)),
            status=Status("in_progress", Phase.ACTIVE, late=n % 3 == 0),
            title=f"Kühlung prüfen {n}",
            place="Filiale",
            due=START + timedelta(seconds=n),
            points=1.5,
            max_points=20.0,
            touched=START,
            revision=str(n),
        )
        for n in range(count)
    )


# -- first what is known --------------------------------------------------------------------------------


async def test_nothing_known_is_said_at_once(benches: Make) -> None:
    first = await anext(benches(connected=False).workbench.live.watch())
    assert (first.rows, first.loading, first.cached, first.fresh) == ({}, True, False, True)
    assert first.period == TODAY


async def test_the_last_list_comes_first_before_any_connection(benches: Make, site: Site) -> None:
    before = benches()
    await before.workbench.live.load()
    await before.workbench.close()
    site.calls.clear()
    later = benches(connected=False)
    watch = later.workbench.live.watch()
    first = await anext(watch)
    assert (first.cached, first.fresh, first.loading) == (True, True, False)
    assert first.added == {ONE, TWO, THREE}
    assert first.as_of == START
    assert site.calls == []
    later.workbench._wire.attach(MemorySystem(site))
    await later.workbench.live.load()
    confirmed = await anext(watch)
    assert (confirmed.cached, confirmed.touched, confirmed.fresh) == (False, False, False)
    assert all(confirmed.rows[each] is first.rows[each] for each in first.rows)


async def test_a_changed_row_is_named_against_the_kept_list(benches: Make, site: Site) -> None:
    before = benches()
    await before.workbench.live.load()
    await before.workbench.close()
    later = benches()
    watch = later.workbench.live.watch()
    first = await anext(watch)
    site.change("2", "done")
    await later.workbench.live.load()
    second = await anext(watch)
    assert (second.added, second.changed, second.removed) == (NONE, only(TWO), NONE)
    assert second.rows[ONE] is first.rows[ONE]


async def test_another_owner_has_no_part_in_it(benches: Make) -> None:
    mine = benches("kitchen-1")
    await mine.workbench.live.load()
    await mine.workbench.close()
    assert benches("kitchen-2", connected=False).workbench.glimpse(TODAY) is None


def test_a_glimpse_needs_no_loop_and_holds_2000_rows(path: Path, site: Site, time: ManualTime) -> None:
    bench = Bench(path, site, time, "me", connected=False)
    rows = many(2_000)
    for period in (TODAY, TOMORROW):
        Lists(bench.journal, "me").save(period.with_look_back(), Filters(), rows, "v1", START).result(20)
    seen = bench.workbench.glimpse(TODAY)
    assert seen is not None
    assert tuple(seen.rows.values()) == rows
    assert (seen.period, seen.as_of, seen.cached) == (TODAY, START, True)
    assert bench.workbench.glimpse(Period.of_day(date(2026, 1, 1), BERLIN)) is None
    last = bench.workbench.glimpse()
    assert last is not None
    assert last.period in (TODAY, TOMORROW)
    bench.journal.close()


async def test_a_long_kept_list_is_read_in_pages_by_the_loop(benches: Make, site: Site) -> None:
    bench = benches(connected=False)
    rows = many(PAGE * 2 + 10)
    lists = Lists(bench.journal, "kitchen-1")
    lists.save(TODAY.with_look_back(), Filters(), rows, None, START).result(20)
    watch = bench.workbench.live.watch()
    assert (await anext(watch)).loading
    bench.connect_errors = [Unreachable()] * 9
    bench.workbench.start()
    warm = await anext(watch)
    assert (warm.cached, warm.fresh, len(warm.rows)) == (True, True, len(rows))


async def test_kept_lists_are_bounded(benches: Make) -> None:
    bench = benches(connected=False)
    lists = Lists(bench.journal, "kitchen-1")
    for n in range(KEPT + 5):
        period = Period.of_day(date(2026, 1, 1) + timedelta(days=n), BERLIN)
        lists.save(period, Filters(), many(3), None, START + timedelta(seconds=n)).result(20)
    assert bench.journal.read("SELECT count(*) FROM lists") == [(KEPT,)]
    assert bench.journal.read("SELECT count(DISTINCT list) FROM list_pages") == [(KEPT,)]
    assert lists.head(Period.of_day(date(2026, 1, 1), BERLIN), Filters()) is None


async def test_a_kept_list_that_cannot_be_read_is_no_list(benches: Make) -> None:
    bench = benches(connected=False)
    Lists(bench.journal, "kitchen-1").save(TODAY.with_look_back(), Filters(), many(3), "v", START).result(20)
    bench.journal.write(lambda db: db.execute("UPDATE list_pages SET rows = x'c1'").rowcount).result(20)
    first = await anext(bench.workbench.live.watch())
    assert (first.rows, first.loading) == ({}, True)
    assert bench.workbench.live._validator is None


# -- then what the server says --------------------------------------------------------------------------


async def test_added_changed_removed_and_the_rest_the_same_objects(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    first = await live.load()
    site.change("1", "done")
    del site.truth["2"]
    site.truth["9"] = Truth(id="9", title="New", due=START)
    second = await live.load()
    assert (second.added, second.changed, second.removed) == (only(key("9")), only(ONE), only(TWO))
    assert second.rows[THREE] is first.rows[THREE]
    assert TWO in first.rows
    assert first.rows[ONE].status.raw == "open"


async def test_equal_rows_in_new_objects_stay_the_old_objects(bench: Bench, site: Site) -> None:
    site.validators = False
    live = bench.workbench.live
    first = await live.load()
    site._rows.clear()
    second = await live.load()
    assert not second.touched
    assert second.rows is first.rows


async def test_an_unchanged_list_still_tells_its_age(bench: Bench) -> None:
    live = bench.workbench.live
    await live.load()
    watch = live.watch()
    await anext(watch)
    await live.load()
    again = await anext(watch)
    assert (again.touched, again.as_of) == (False, START)


async def test_the_look_back_is_asked_for_and_kept(bench: Bench, site: Site) -> None:
    site.truth["old"] = Truth(id="old", title="Carried over", due=START - timedelta(hours=40))
    site.truth["older"] = Truth(id="older", title="Gone", due=START - timedelta(hours=80))
    rows = (await bench.workbench.live.load()).rows
    assert key("old") in rows
    assert key("older") not in rows


async def test_comparing_gives_way_to_others() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.ensure_future(tick())
    rows = many(20_000)
    await compare({}, rows, {})
    ticking.cancel()
    assert ticks >= 9


def changes(**sets: set[str]) -> Changes:
    named = {name: frozenset(key(each) for each in keys) for name, keys in sets.items()}
    return Changes(rows={}, period=TODAY, as_of=START, **named)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "added", "changed", "removed"),
    [
        (changes(added={"1"}), changes(changed={"1"}), {"1"}, set(), set()),
        (changes(added={"1"}), changes(removed={"1"}), set(), set(), set()),
        (changes(removed={"1"}), changes(added={"1"}), set(), {"1"}, set()),
        (changes(changed={"1"}), changes(removed={"1"}), set(), set(), {"1"}),
        (changes(changed={"1"}), changes(changed={"2"}), set(), {"1", "2"}, set()),
    ],
)
def test_two_changes_in_one(
    first: Changes, second: Changes, added: set[str], changed: set[str], removed: set[str]
) -> None:
    both = merge(first, second)
    assert both.added == {key(each) for each in added}
    assert both.changed == {key(each) for each in changed}
    assert both.removed == {key(each) for each in removed}


async def test_a_slow_watcher_gets_one_item_for_all_it_missed(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    await live.load()
    watch = live.watch()
    await anext(watch)
    for name in ("1", "2"):
        site.change(name, "done")
        await live.load()
    item = await anext(watch)
    assert item.changed == {ONE, TWO}
    live.close()
    assert [item async for item in watch] == []


# -- our own writes -------------------------------------------------------------------------------------


async def test_an_applied_record_changes_its_row_alone(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    await live.load()
    watch = live.watch()
    before = await anext(watch)
    site.change("1", "done")
    live.apply(site.row(site.truth["1"]))
    item = await anext(watch)
    assert (item.changed, item.added) == (only(ONE), NONE)
    assert item.rows[TWO] is before.rows[TWO]
    assert before.rows[ONE].status.raw == "open"


async def test_an_answer_asked_for_before_a_write_does_not_undo_it(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    await live.load()
    site.validators = False
    stale = [site.row(truth) for truth in site.truth.values()]
    arrived = asyncio.Event()

    class Slow(MemorySystem):
        async def list(self, period: Period, filters: Filters, validator: str | None = None) -> Listing:
            await arrived.wait()
            return Listing(rows=stale, validator="old", as_of=START)

    bench.workbench._wire.attach(Slow(site))
    asking = asyncio.ensure_future(live.load())
    await asyncio.sleep(0)
    site.change("1", "done")
    live.apply(site.row(site.truth["1"]))
    arrived.set()
    after = await asking
    assert after.rows[ONE].status.raw == "done"
    assert live._validator is None
    bench.workbench._wire.attach(MemorySystem(site))
    site.change("1", "denied")
    assert (await live.load()).rows[ONE].status.raw == "denied"


async def test_an_applied_record_that_was_taken_back_is_seen_although_the_list_is_as_before(
    bench: Bench, site: Site
) -> None:
    live = bench.workbench.live
    await live.load()
    before = site.row(site.truth["1"])
    site.change("1", "done")
    live.apply(site.row(site.truth["1"]))
    site.truth["1"].status, site.truth["1"].revision = "open", 0
    assert (await live.load()).rows[ONE] == before


async def test_a_created_record_joins_only_its_own_period(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    await live.load()
    site.truth["new"] = Truth(id="new", title="New", due=START)
    live.apply(site.row(site.truth["new"]))
    assert live.now.added == {key("new")}
    site.truth["far"] = Truth(id="far", title="Far", due=START + timedelta(days=30))
    live.apply(site.row(site.truth["far"]))
    assert live.get(key("far")) is None


# -- another period -------------------------------------------------------------------------------------


async def test_another_period_shows_what_is_known_of_it_at_once(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    await live.load()
    watch = live.watch()
    await anext(watch)
    live.set_period(TOMORROW)
    left = await anext(watch)
    # What is known of its days from another list; it was not told itself.
    assert (left.period, left.rows, left.loading, left.fresh) == (TOMORROW, live.rows, True, True)
    assert left.added == {ONE, TWO, THREE}
    site.truth["1"].due += timedelta(days=1)
    await live.load()
    filled = await anext(watch)
    assert ONE in filled.rows
    live.set_period(TODAY)
    back = await anext(watch)
    assert (back.period, back.cached, back.fresh) == (TODAY, True, True)
    assert back.added == {ONE, TWO, THREE}
    live.set_period(TODAY)
    assert watch._next is None


async def test_an_answer_for_a_period_left_meanwhile_is_not_shown(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    site.gates["list"] = asyncio.Event()
    asking = asyncio.ensure_future(live.load())
    await eventually(lambda: "list" in site.calls)
    live.set_period(Period.of_day(date(2027, 1, 1), BERLIN))
    site.gates["list"].set()
    await asking
    assert live.now.loading
    assert live.rows == {}


async def test_filters_are_part_of_what_is_asked_and_kept(bench: Bench) -> None:
    live = bench.workbench.live
    await live.load()
    live.set_period(TODAY, Filters(assignment="7"))
    assert live.now.loading
    assert live.now.filters == Filters(assignment="7")


# -- asking again and again -----------------------------------------------------------------------------


async def test_it_asks_again_after_the_refresh_time_and_on_demand(
    bench: Bench, site: Site, time: ManualTime
) -> None:
    bench.workbench.start()
    await eventually(lambda: site.calls.count("list") == 1 and 30.0 in time.slept)
    time.pass_(30)
    await eventually(lambda: site.calls.count("list") == 2)
    bench.workbench.live.refresh()
    await eventually(lambda: site.calls.count("list") == 3)
    assert bench.workbench.link_state.state is LinkState.ONLINE


@pytest.mark.parametrize("error", [Unreachable(), ServerFault(), NotTheServer(), TaskError(), ValueError("ours")])
async def test_errors_slow_it_down_and_never_end_it(
    bench: Bench, site: Site, time: ManualTime, error: Exception
) -> None:
    site.always["list"] = error
    bench.workbench.start()
    expected = [2.0, 4.0, 8.0, LONGEST_PAUSE, LONGEST_PAUSE]
    for n, pause in enumerate(expected, 1):
        await eventually(lambda n=n, pause=pause: site.calls.count("list") == n and time.slept.count(pause) > 0)  # type: ignore[misc]
        assert bench.workbench.link_state.state is LinkState.OFFLINE
        assert site.calls.count("list") == n
        time.pass_(pause)
    await eventually(lambda: site.calls.count("list") == len(expected) + 1)
    site.always.clear()
    bench.workbench.live.refresh()
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)
    await eventually(lambda: time.slept[-1] == 30 or 30.0 in time.slept)


async def test_throttled_and_refused_pauses(bench: Bench, site: Site, time: ManualTime) -> None:
    site.faults["list"] = [Fault(before=Throttled(seconds=77)), Fault(before=Unauthorised())]
    bench.workbench.start()
    # A little more than it asked for: other terminals were told the same.
    await eventually(lambda: 77.0 + LONGEST_SPREAD in time.slept)
    time.pass_(77 + LONGEST_SPREAD)
    await eventually(lambda: REFUSED_PAUSE in time.slept)
    assert bench.workbench.link_state.state is LinkState.REFUSED


async def test_a_line_that_is_back_wakes_the_outbox(bench: Bench, site: Site, time: ManualTime) -> None:
    site.always["list"] = site.always["perform"] = Unreachable()
    await bench.workbench.submit(request("1", a="5"))
    bench.workbench.start()
    await eventually(lambda: "perform" in site.calls and "list" in site.calls and len(time._sleepers) >= 2)
    site.always.clear()
    time.pass_(2)
    await eventually(lambda: bench.workbench.outbox.waiting() == 0)
    assert len(site.done) == 1


async def test_the_servers_time_is_learned_once_per_answer(bench: Bench) -> None:
    system = MemorySystem(bench.site)
    system.server_time = START + timedelta(hours=1)
    bench.workbench._wire.attach(system)
    await bench.workbench.live.load()
    assert bench.workbench.clock() == START + timedelta(hours=1)
    bench.time.pass_(600)
    await bench.workbench.live.load()
    assert bench.workbench.clock.offset == timedelta(hours=1)


async def test_a_list_that_changes_all_the_time_is_not_written_all_the_time(bench: Bench, site: Site) -> None:
    live = bench.workbench.live
    saved: list[int] = []
    original = live._lists.save

    def counting(*given: object) -> object:
        saved.append(1)
        return original(*given)  # type: ignore[arg-type]

    live._lists.save = counting  # type: ignore[method-assign, assignment]
    for n in range(10):
        site.change("1", a=str(n))
        await live.load()
        bench.time.pass_(2)
    assert len(saved) == 2
    future = live.save()
    assert future is not None
    await asyncio.wrap_future(future)
    assert live.save() is None
