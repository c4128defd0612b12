"""A shift that goes over midnight: without a line, the new day shows what is known of it, and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually, kept, seconds
from tests.workbench.site import BERLIN, START, ManualTime, Site, Truth, key
from tui.model.errors import ServerFault, Throttled, Unreachable
from tui.model.execution import Execution
from tui.model.period import Period
from tui.model.system import Filters
from tui.workbench.ahead import AGAIN, REST
from tui.workbench.changes import Changes, by_key
from tui.workbench.known import with_other
from tui.workbench.link import LinkState
from tui.workbench.lists import PAGE, Lists

Make = Callable[..., Bench]
TODAY = Period.of_day(date(2026, 5, 11), BERLIN)
TOMORROW = Period.of_day(date(2026, 5, 12), BERLIN)
EVENING = datetime(2026, 5, 11, 16, 0, tzinfo=UTC)
"""18:00 at the site: twelve hours end at six."""


@pytest.fixture
def site() -> Site:
    """What is due at 19:00 and 23:30, and 01:00 and 07:00 of the next day."""
    site = Site(0)
    for name, hours in {"seven": 1, "late": 5.5, "one": 7, "after": 13}.items():
        site.truth[name] = Truth(
            id=name, title=f"Check {name}", due=EVENING + timedelta(hours=hours), template="t"
        )
    return site


@pytest.fixture
def time() -> ManualTime:
    return ManualTime(EVENING)


@pytest.fixture
async def shifts(path: Path, site: Site, time: ManualTime) -> AsyncIterator[Make]:
    """Makes benches for a shift of ``hours`` on the same file and site, and closes them."""
    made: list[Bench] = []

    def make(hours: float = 0.0, *, connected: bool = True) -> Bench:
        made.append(Bench(path, site, time, "me", connected=connected, ahead_hours=hours))
        return made[-1]

    yield make
    for bench in made:
        await bench.close()


async def begun(bench: Bench, time: ManualTime) -> Bench:
    """Started, and all that is read ahead has been read."""
    bench.workbench.start()
    await eventually(lambda: bench.workbench.link_state.state is LinkState.ONLINE)
    await seconds(time, 8)
    kept(bench)
    return bench


def names(item: Changes) -> set[str]:
    return {each.id for each in item.rows}


# -- what two lists know --------------------------------------------------------------------------------


def row(name: str, due: datetime | None, status: str = "open") -> Execution:
    site = Site(0)
    truth = Truth(id=name, title=name, due=START)
    truth.status = status
    return msgspec.structs.replace(site.row(truth), due=due)


def told(period: Period, as_of: datetime | None, *rows: Execution) -> Changes:
    return Changes(rows=by_key(rows), period=period, as_of=as_of)


def test_of_days_in_common_the_list_that_was_told_later_is_right() -> None:
    noon, night = datetime(2026, 5, 11, 10, tzinfo=UTC), datetime(2026, 5, 12, 3, tzinfo=UTC)
    tomorrow = told(TOMORROW, EVENING, row("a", noon), row("gone", noon), row("b", night), row("any", None))
    today = told(TODAY, EVENING + timedelta(hours=1), row("a", noon, "done"), row("new", noon), row("other", None))
    both = with_other(tomorrow, today)
    assert {each.id: one.status.raw for each, one in both.rows.items()} == {
        "a": "done",
        "new": "open",
        "b": "open",
        "any": "open",
    }
    assert (both.as_of, both.cached, both.fresh, both.added) == (EVENING, True, True, frozenset(both.rows))
    assert with_other(today, tomorrow) is today


def test_what_knows_nothing_more_changes_nothing() -> None:
    noon, later = datetime(2026, 5, 11, 10, tzinfo=UTC), EVENING + timedelta(hours=1)
    item = told(TOMORROW, EVENING, row("a", noon))
    far = Period.of_day(date(2026, 6, 30), BERLIN)
    narrowed = msgspec.structs.replace(told(TODAY, later, row("b", noon)), filters=Filters(assignment="1"))
    for other in (None, told(TODAY, None), told(TODAY, later, row("a", noon)), told(far, later), narrowed):
        assert with_other(item, other) is item


# -- at midnight, without a line ------------------------------------------------------------------------


async def test_the_new_day_begins_with_what_is_left_of_the_old_one(shifts: Make, site: Site) -> None:
    bench = shifts()
    live = bench.workbench.live
    await live.load()
    live.set_period(TOMORROW)
    assert names(live.now) == {"seven", "late"}
    # Nobody was told this day: it is not called known, and not kept as if it were.
    assert live.now.loading
    assert live.save() is None
    live.set_period(Period.of_day(date(2026, 5, 13), BERLIN))
    live.set_period(TOMORROW)
    assert names(live.now) == {"seven", "late"}
    await live.load()
    assert names(live.now) == set(site.truth)
    assert not live.now.loading


async def test_an_application_that_begins_after_midnight_knows_it_too(shifts: Make, time: ManualTime) -> None:
    first = shifts()
    await first.workbench.live.load()
    await first.close()
    time.pass_(8 * 3600)
    again = shifts(connected=False)
    assert again.workbench.live.now.period == TOMORROW
    assert names(again.workbench.live.now) == {"seven", "late"}
    assert again.workbench.live.now.loading


async def test_a_day_that_was_never_read_is_in_no_report_and_no_glimpse(shifts: Make) -> None:
    bench = shifts()
    await bench.workbench.live.load()
    bench.workbench.live.set_period(TOMORROW)
    kept(bench)
    assert bench.workbench.glimpse(TOMORROW) is None


async def test_the_first_answer_of_a_day_is_no_change_of_another_day(shifts: Make, site: Site) -> None:
    live = shifts().workbench.live
    await live.load()
    watch = live.watch()
    await anext(watch)
    live.set_period(TOMORROW)
    assert (await anext(watch)).loading
    await live.load()
    first = await anext(watch)
    assert (first.fresh, first.added) == (True, frozenset(first.rows))
    assert names(first) == set(site.truth)
    site.change("one", "done")
    await live.load()
    second = await anext(watch)
    assert (second.fresh, set(second.changed)) == (False, {key("one")})


def test_what_repeats_is_not_replaced_by_the_time_that_is_over() -> None:
    noon, night = datetime(2026, 5, 11, 10, tzinfo=UTC), datetime(2026, 5, 12, 3, tzinfo=UTC)
    again = msgspec.structs.replace(row("daily", night), projected=True)
    tomorrow = told(TOMORROW, EVENING, again, row("moved", night))
    today = told(TODAY, EVENING + timedelta(hours=1), row("daily", noon, "done"), row("moved", noon))
    both = with_other(tomorrow, today)
    assert both.rows[key("daily")] == again
    assert both.rows[key("moved")].due == noon


# -- tomorrow's list is read before ---------------------------------------------------------------------


async def test_a_shift_of_twelve_hours_knows_tomorrows_part_of_it(
    shifts: Make, site: Site, time: ManualTime
) -> None:
    bench = await begun(shifts(12.0), time)
    assert site.shown == ["seven", "late", "one"]
    live = bench.workbench.live
    assert names(live.now) == {"seven", "late"}
    site.change("late", "done")
    await live.load()
    site.always["list"] = Unreachable()
    read = live.last_good
    time.pass_(6 * 3600)
    live.set_period(TOMORROW)
    assert names(live.now) == set(site.truth)
    late = live.get(key("late"))
    assert late is not None
    # As the list that was shown has it, which was told after tomorrow's.
    assert late.status.raw == "done"
    assert read is not None
    assert live.now.as_of is not None
    assert live.now.as_of < read
    assert live.now.cached
    site.always.clear()
    site.truth.pop("one")
    await live.load()
    assert names(live.now) == {"seven", "late", "after"}


async def test_and_so_does_an_application_that_begins_in_the_night(
    shifts: Make, site: Site, time: ManualTime
) -> None:
    first = await begun(shifts(12.0), time)
    time.pass_(60)
    site.change("seven", "done")
    await first.workbench.live.load()
    await first.close()
    time.pass_(7 * 3600)
    again = shifts(connected=False).workbench.live
    assert names(again.now) == set(site.truth)
    seven = again.get(key("seven"))
    assert seven is not None
    assert seven.status.raw == "done"
    assert again.now.cached


@pytest.mark.parametrize(("hours", "listed"), [(0.0, 1), (5.0, 1), (12.0, 2)])
async def test_it_is_read_where_the_shift_ends_tomorrow_alone(
    shifts: Make, site: Site, time: ManualTime, hours: float, listed: int
) -> None:
    bench = await begun(shifts(hours), time)
    assert site.calls.count("list") == listed
    assert (bench.workbench.glimpse(TOMORROW) is not None) is (listed == 2)


async def test_it_is_read_again_after_a_while_and_only_what_changed(
    shifts: Make, site: Site, time: ManualTime
) -> None:
    bench = await begun(shifts(12.0), time)
    lists = Lists(bench.journal, "me")
    before = lists.head(TOMORROW.with_look_back(), Filters())
    asked = site.calls.count("list")
    await bench.workbench.live.load()
    await seconds(time, 3)
    assert site.calls.count("list") == asked + 1
    time.pass_(AGAIN.total_seconds())
    await bench.workbench.live.load()
    await seconds(time, 3)
    kept(bench)
    after = lists.head(TOMORROW.with_look_back(), Filters())
    assert before is not None
    assert after is not None
    assert (after.rows, after.validator) == (before.rows, before.validator)
    assert after.as_of > before.as_of
    site.truth["new"] = Truth(id="new", title="New", due=EVENING + timedelta(hours=9), template="t")
    time.pass_(AGAIN.total_seconds())
    await bench.workbench.live.load()
    await seconds(time, 3)
    assert site.shown[-1] == "new"


@pytest.mark.parametrize(
    ("error", "rest"), [(Unreachable(), REST), (ServerFault(), REST), (Throttled(seconds=100), 100.0)]
)
async def test_an_error_there_ends_it_for_a_while(
    shifts: Make, site: Site, time: ManualTime, error: Exception, rest: float
) -> None:
    bench = shifts(12.0)
    await bench.workbench.live.load()
    site.always["list"] = error
    ahead = bench.workbench._ahead
    await ahead._read_tomorrow()
    assert bench.workbench.glimpse(TOMORROW) is None
    site.always.clear()
    shown = bench.workbench.live.now
    assert not ahead._allowed(shown)
    time.pass_(rest)
    bench.workbench._wire.worked()
    # What is due today is read on; tomorrow's list has time.
    assert ahead._allowed(shown)
    assert not ahead._ends_tomorrow(shown)
    time.pass_(AGAIN.total_seconds())
    assert ahead._ends_tomorrow(shown)


async def test_a_long_list_has_no_tomorrow_read_for_it(shifts: Make, site: Site, time: ManualTime) -> None:
    for number in range(PAGE + 1):
        site.truth[f"n{number}"] = Truth(
            id=f"n{number}", title="N", due=EVENING - timedelta(hours=1), template="t"
        )
    bench = shifts(12.0)
    await bench.workbench.live.load()
    assert not bench.workbench._ahead._ends_tomorrow(bench.workbench.live.now)
    del site.truth["n0"]
    del site.truth["n1"]
    del site.truth["n2"]
    await bench.workbench.live.load()
    assert bench.workbench._ahead._ends_tomorrow(bench.workbench.live.now)


@pytest.mark.parametrize("answered", [True, False])
async def test_what_was_read_ahead_counts_more_than_an_earlier_look_at_that_day(
    shifts: Make, site: Site, time: ManualTime, answered: bool
) -> None:
    bench = shifts(12.0)
    live = bench.workbench.live
    await live.load()
    live.set_period(TOMORROW)
    if answered:
        await live.load()
    live.set_period(TODAY)
    site.truth["new"] = Truth(id="new", title="New", due=EVENING + timedelta(hours=9), template="t")
    time.pass_(3600)
    await live.load()
    await bench.workbench._ahead._read_tomorrow()
    kept(bench)
    live.set_period(TOMORROW)
    assert names(live.now) == set(site.truth)
    assert not live.now.loading


async def test_tomorrows_records_are_read_after_a_restart_too(shifts: Make, site: Site, time: ManualTime) -> None:
    first = shifts(12.0)
    await first.workbench.live.load()
    await first.workbench._ahead._read_tomorrow()
    await first.close()
    assert site.shown == []
    await begun(shifts(12.0), time)
    assert site.shown == ["seven", "late", "one"]


async def test_where_tasks_repeat_no_other_day_is_read(shifts: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = shifts(12.0)
    await bench.workbench.live.load()
    system, ahead = bench.workbench._wire.system, bench.workbench._ahead
    assert ahead._ends_tomorrow(bench.workbench.live.now)
    repeats = msgspec.structs.replace(system.capabilities, repeats=True)
    monkeypatch.setattr(system, "capabilities", repeats)
    assert not ahead._ends_tomorrow(bench.workbench.live.now)
