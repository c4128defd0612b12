"""The board's figures: counted at once and change by change, whatever the clocks, the marks and the server do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import BERLIN, ManualTime, Site, key
from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.workbench import board as board_module
from tui.workbench.board import Board, board_of, previous_period
from tui.workbench.changes import Changes, compare
from tui.workbench.figures import Figures, Grouping, Heat, belongs
from tui.workbench.freshness import Bell, Freshness, freshness, turns_at
from tui.workbench.journal import Journal
from tui.workbench.marks import MarkKind, Marks
from tui.workbench.pace import CAREFUL, Pace
from tui.workbench.slots import MOST, Slots, seconds_between

DAY = Period.of_day(date(2026, 5, 11), BERLIN)
NOON = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
"""12:00 at the site."""

OPEN = Status("open", Phase.OPEN)
ACTIVE = Status("in_progress", Phase.ACTIVE)
LATE = Status("in_progress_delayed", Phase.ACTIVE, late=True)
DONE = Status("done", Phase.DONE)
DONE_LATE = Status("done_delayed", Phase.DONE, late=True)
DENIED = Status("denied", Phase.DENIED)
MISSED = Status("missed", Phase.MISSED)
STRANGE = Status("on_hold", Phase.UNKNOWN)
ALL = (OPEN, ACTIVE, LATE, DONE, DONE_LATE, DENIED, MISSED, STRANGE)


def at(hour: float, day: int = 0) -> datetime:
    """So many hours after midnight at the site, ``day`` days later."""
    return DAY.start + timedelta(days=day, hours=hour)


def row(
    number: int, status: Status = OPEN, due: datetime | None = NOON, place: str = "Kitchen", **more: object
) -> Execution:
    return msgspec.structs.replace(
        Execution(key=key(str(number)), status=status, title=f"Check {number}", place=place, due=due), **more
    )


def table(rows: Iterable[Execution]) -> dict[Key, Execution]:
    return {one.key: one for one in rows}


async def figures(*rows: Execution, now: datetime = NOON, period: Period = DAY) -> Figures:
    return (await board_of(table(rows), period, BERLIN)).figures(now)


def numbers(found: Figures) -> list[int]:
    return [count.number for count in found.counts]


# -- counts ---------------------------------------------------------------------------------------------


async def test_counts_stand_in_the_same_place_and_others_only_when_there_are_any() -> None:
    nothing = await figures()
    assert [count.status.word.english() for count in nothing.counts] == [
        "Open", "Started", "Started, late", "Done", "Done, late", "Denied", "Missed",
    ]  # fmt: skip
    assert numbers(nothing) == [0] * 7
    found = await figures(*(row(n, status) for n, status in enumerate(ALL)), row(20, STRANGE))
    assert numbers(found) == [1] * 7 + [2]
    assert found.counts[-1].status.word.english() == "on_hold"
    assert (found.total, found.closed, found.unfinished) == (9, 4, 5)


async def test_what_is_due_outside_of_the_period_counts_only_when_it_is_carried_over() -> None:
    found = await figures(
        row(1, OPEN, at(-3)),
        row(2, DONE, at(-3)),
        row(3, MISSED, at(-30)),
        row(4, OPEN, at(25)),
        row(5, OPEN, None),
        row(6, LATE, at(-40)),
    )
    assert (found.total, found.carried, found.unfinished) == (3, 2, 3)
    assert [item.row.key.id for item in found.overdue] == ["6", "1"]


async def test_into_a_day_to_come_only_what_is_late_is_carried() -> None:
    tomorrow = Period.of_day(date(2026, 5, 12), BERLIN)
    rows = table([row(1, OPEN, at(11)), row(2, OPEN, at(13)), row(3, OPEN, at(30)), row(4, DONE, at(11))])
    board = await board_of(rows, tomorrow, BERLIN)
    found = board.figures(NOON)
    assert (found.total, found.carried, found.overdue_count, found.present) == (2, 1, 1, -1)
    assert {key.id for key, one in rows.items() if belongs(one, tomorrow, NOON)} == {"1", "3"}
    (strip,) = board.strips(NOON)
    assert (strip.total, strip.overdue, strip.before) == (2, 1, Heat.OVERDUE)
    later = board.figures(at(14))
    assert (later.total, later.carried) == (3, 2)


async def test_overdue_first_oldest_first_with_their_age() -> None:
    found = await figures(
        row(1, OPEN, at(11.5)),
        row(2, ACTIVE, at(8)),
        row(3, OPEN, at(12)),
        row(4, DONE, at(1)),
        row(5, OPEN, at(13)),
    )
    assert [(item.row.key.id, item.age) for item in found.overdue] == [
        ("2", timedelta(hours=4)),
        ("1", timedelta(minutes=30)),
    ]
    assert (found.overdue_count, found.due_soon) == (2, 2)
    seconds = await figures(row(1, OPEN, NOON - timedelta(seconds=1)), row(2, OPEN, NOON + timedelta(seconds=1)))
    assert [item.row.key.id for item in seconds.overdue] == ["1"]


async def test_only_so_many_are_named_and_all_are_counted() -> None:
    board = await board_of(table(row(n, OPEN, at(n / 100)) for n in range(500)), DAY, BERLIN)
    found = board.figures(NOON, most=10)
    assert (found.overdue_count, len(found.overdue)) == (500, 10)
    assert [item.row.key.id for item in found.overdue] == [str(n) for n in range(10)]


async def test_points_and_completion_are_those_of_the_period() -> None:
    found = await figures(
        row(1, DONE, at(9), touched=at(8.5), points=2.0, max_points=4.0),
        row(2, DONE_LATE, at(9), touched=at(11.5), points=0.1, max_points=4.0),
        row(3, OPEN, at(10), points=0.2, max_points=4.0),
        row(4, OPEN, at(-5), points=9.0, max_points=9.0),
        row(5, DONE, at(20), touched=at(-1)),
        row(6, DENIED, at(3), touched=at(3)),
        row(7, DONE, None),
    )
    assert (found.points, found.max_points) == (2.3, 12.0)
    assert len(found.slots) == 24
    assert (found.present, found.slots[12]) == (12, at(12))
    assert [found.done[hour] for hour in (0, 7, 8, 11, 23)] == [1, 1, 2, 3, 4]
    assert [found.expected[hour] for hour in (2, 3, 8, 9, 10, 20, 23)] == [0, 1, 1, 3, 4, 5, 6]


async def test_the_period_before_stands_beside_it() -> None:
    board = await board_of(
        table([row(1, DONE, at(-3)), row(2, OPEN, at(-2)), row(3, DONE, at(9)), row(4, DONE, at(-30))]),
        DAY,
        BERLIN,
    )
    before = board.before(NOON)
    assert before is not None
    assert before.period == Period.of_day(date(2026, 5, 10), BERLIN)
    assert (before.total, before.closed, before.overdue_count) == (2, 1, 1)
    week = Period.of_days(date(2026, 5, 4), date(2026, 5, 10), BERLIN)
    assert (await board_of({}, week, BERLIN)).before(NOON) is None
    assert previous_period(week, BERLIN) == Period.of_days(date(2026, 4, 27), date(2026, 5, 3), BERLIN)


# -- strips ---------------------------------------------------------------------------------------------


async def test_the_worst_state_of_each_hour_wins() -> None:
    board = await board_of(
        table(
            [
                row(1, DONE, at(6)), row(2, DONE_LATE, at(6.5)),
                row(3, DONE, at(7)), row(4, OPEN, at(7.2)), row(5, MISSED, at(7.5)),
                row(6, MISSED, at(8)), row(7, DENIED, at(8)),
                row(8, OPEN, at(12.5)), row(9, DONE, at(12.5)),
                row(10, ACTIVE, at(20)), row(11, OPEN, at(21)), row(12, STRANGE, at(22)),
                row(13, OPEN, at(-3)), row(14, OPEN, at(13)),
            ]
        ),
        DAY, BERLIN,
    )  # fmt: skip
    (strip,) = board.strips(NOON)
    shown = {hour: strip.cells[hour] for hour in (5, 6, 7, 8, 12, 13, 20, 21, 22)}
    assert shown == {
        5: Heat.NONE, 6: Heat.DONE_LATE, 7: Heat.OVERDUE, 8: Heat.MISSED, 12: Heat.DUE, 13: Heat.DUE,
        20: Heat.DUE, 21: Heat.LATER, 22: Heat.UNKNOWN,
    }  # fmt: skip
    assert (strip.before, strip.worst, strip.total, strip.closed, strip.overdue) == (
        Heat.OVERDUE, Heat.OVERDUE, 14, 7, 2,
    )  # fmt: skip
    (later,) = board.strips(at(12.6))
    assert (later.cells[12], later.overdue) == (Heat.OVERDUE, 3)


async def test_every_heat_is_told_without_colour() -> None:
    for look in ("shape", "ascii"):
        assert len({getattr(heat, look) for heat in Heat}) == len(Heat)
    assert len({heat.word.english() for heat in Heat}) == len(Heat)


async def test_strips_stay_in_the_order_of_their_names_unless_the_worst_is_asked_for() -> None:
    board = await board_of(
        table(
            [row(1, DONE, at(9), "b"), row(2, OPEN, at(9), "C"), row(3, DONE, at(9), "a"), row(4, DONE, at(9), "")]
        ),
        DAY,
        BERLIN,
    )
    assert [strip.name for strip in board.strips(NOON)] == ["a", "b", "C", ""]
    assert [strip.name for strip in board.strips(NOON, first=1, most=2)] == ["b", "C"]
    assert [strip.name for strip in board.strips(NOON, worst_first=True, most=1)] == ["C"]


async def test_other_groups() -> None:
    rows = table([row(1, department="North", template="7"), row(2, department="South", template="7")])
    board = await board_of(rows, DAY, BERLIN)
    assert [strip.name for strip in board.strips(NOON)] == ["Kitchen"]
    await board.group_by(Grouping.DEPARTMENT)
    assert [strip.name for strip in board.strips(NOON)] == ["North", "South"]
    await board.group_by(Grouping.TEMPLATE)
    assert [strip.name for strip in board.strips(NOON)] == ["Check 1", "Check 2"]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 11), 24)]
)
def test_a_day_has_as_many_slots_as_hours(day: date, hours: int) -> None:
    period = Period.of_day(day, BERLIN)
    slots = Slots(period, BERLIN)
    assert len(slots) == hours
    assert slots.at(seconds_between(period.start, period.end)) == hours - 1


@pytest.mark.parametrize("days", [2, 3, 7, 31, 366])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "UTC"])
def test_longer_periods_have_few_slots_that_begin_at_round_wall_times(days: int, zone: str) -> None:
    place = ZoneInfo(zone)
    period = Period.of_days(date(2026, 3, 20), date(2026, 3, 20) + timedelta(days=days - 1), place)
    slots = Slots(period, place)
    assert 2 <= len(slots) <= MOST + 1
    assert list(slots.starts) == sorted(set(slots.starts))
    if days > 2:
        assert {start.astimezone(place).minute for start in slots.starts} == {0}
    for number, start in enumerate(slots.starts):
        assert slots.at(seconds_between(period.start, start)) == number
        assert slots.at(seconds_between(period.start, start) - 1) == number - 1


# -- change by change -----------------------------------------------------------------------------------


ROWS = st.builds(
    row,
    st.integers(0, 30),
    st.sampled_from(ALL),
    st.one_of(st.none(), st.integers(-60 * 60, 30 * 60).map(lambda minutes: at(minutes / 60))),
    st.sampled_from(["Kitchen", "Yard", ""]),
    points=st.sampled_from([None, 0.1, 2.0]),
    touched=st.one_of(st.none(), st.integers(-10, 30).map(at)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ROWS, max_size=25), min_size=2, max_size=5), st.integers(-10, 35).map(at))
def test_counting_changes_gives_what_counting_everything_gives(
    answers: list[list[Execution]], now: datetime
) -> None:
    async def whole() -> None:
        board = Board(BERLIN)
        known: dict[Key, Execution] = {}
        for number, answer in enumerate(answers):
            difference = await compare(known, list(table(answer).values()), {})
            known = difference.rows
            await board.take(
                Changes(
                    rows=known,
                    added=difference.added,
                    changed=difference.changed,
                    removed=difference.removed,
                    fresh=number == 0,
                    period=DAY,
                )
            )
            fresh = await board_of(known, DAY, BERLIN)
            assert board.figures(now) == fresh.figures(now)
            assert board.strips(now) == fresh.strips(now)
            assert board.before(now) == fresh.before(now)

    asyncio.run(whole())


async def test_many_changes_at_once_are_counted_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_module, "AT_ONCE", 10)
    chance = random.Random(2)
    before = table(row(n, chance.choice(ALL), at(chance.uniform(-40, 24))) for n in range(300))
    after = before | table(row(n, chance.choice(ALL), at(chance.uniform(-40, 24))) for n in range(100, 200))
    board = await board_of(before, DAY, BERLIN)
    difference = await compare(before, list(after.values()), {})
    await board.take(Changes(rows=difference.rows, changed=difference.changed, period=DAY))
    assert board.figures(NOON) == (await board_of(after, DAY, BERLIN)).figures(NOON)


async def test_another_period_is_counted_anew() -> None:
    board = await board_of(table([row(1, OPEN, at(9))]), DAY, BERLIN)
    tomorrow = Period.of_day(date(2026, 5, 12), BERLIN)
    rows = table([row(2, OPEN, at(33))])
    await board.take(Changes(rows=rows, added=frozenset(rows), fresh=True, period=tomorrow))
    assert (board.figures(NOON).total, board.figures(NOON).period) == (1, tomorrow)


# -- what is new ----------------------------------------------------------------------------------------


async def test_what_becomes_late_is_told_once() -> None:
    board = await board_of(
        table([row(1, OPEN, at(11)), row(2, OPEN, at(12.5)), row(3, DONE, at(12.5))]), DAY, BERLIN
    )
    assert board.newly_overdue(NOON) == ()
    assert board.next_moment(NOON) == at(12.5)
    assert board.newly_overdue(at(12.4)) == ()
    assert [one.key.id for one in board.newly_overdue(at(12.6))] == ["2"]
    assert board.newly_overdue(at(12.7)) == ()
    assert board.next_moment(at(12.7)) is None


async def test_what_is_opened_again_or_comes_late_is_told_too() -> None:
    rows = table([row(1, DONE, at(11)), row(2, OPEN, at(11))])
    board = await board_of(rows, DAY, BERLIN)
    board.newly_overdue(NOON)
    after = rows | table(
        [row(1, ACTIVE, at(11)), row(2, ACTIVE, at(11)), row(3, OPEN, at(10)), row(4, OPEN, at(15))]
    )
    changed, added = frozenset({key("1"), key("2")}), frozenset({key("3"), key("4")})
    await board.take(Changes(rows=after, changed=changed, added=added, period=DAY))
    assert {one.key.id for one in board.newly_overdue(NOON)} == {"1", "3"}
    assert board.newly_overdue(NOON) == ()


def test_the_bell_rings_at_most_once_in_ten_seconds() -> None:
    bell = Bell()
    rang = [
        bell.rings(NOON + timedelta(seconds=second), new)
        for second, new in ((0, 0), (1, 2), (5, 1), (10, 0), (11, 0))
    ]
    assert rang == [False, True, False, False, True]
    assert not bell.rings(NOON + timedelta(seconds=40), 3, muted=True)
    assert not bell.rings(NOON + timedelta(seconds=41), 0)


def test_staleness_is_a_state() -> None:
    def after(seconds: float) -> Freshness:
        return freshness(30, NOON, NOON + timedelta(seconds=seconds))

    assert [after(seconds) for seconds in (0, 59, 60.9)] == [Freshness.FRESH] * 3
    assert [after(seconds) for seconds in (61, 150)] == [Freshness.STALE] * 2
    assert after(151) is Freshness.DEAD
    assert freshness(30, None, NOON) is Freshness.DEAD
    assert turns_at(30, NOON, NOON) == NOON + timedelta(seconds=61)
    assert turns_at(30, NOON, NOON + timedelta(seconds=61)) == NOON + timedelta(seconds=151)
    assert turns_at(30, NOON, NOON + timedelta(seconds=151)) is None


# -- marks ----------------------------------------------------------------------------------------------


async def test_marks_are_kept_and_come_back(path: Path, time: ManualTime) -> None:
    journal = Journal(path)
    marks = Marks(journal, "me", time)
    marks.acknowledge([key("1")], "Anna").result(20)
    marks.shelve([key("2")], "Anna", time.now + timedelta(hours=1), " part is ordered ").result(20)
    other = Marks(journal, "me", time)
    assert other.active(time.now) == marks.active(time.now)
    assert other.active(time.now)[key("2")].reason == "part is ordered"
    assert Marks(journal, "you", time).active(time.now) == {}
    time.pass_(3600)
    assert set(other.active(time.now)) == {key("1")}
    other.acknowledge([key("3")], "Ben").result(20)
    marks.refresh()
    assert set(marks.active(time.now)) == {key("1"), key("3")}
    marks.settle(table([row(1, DONE)]))
    marks.clear([key("3")]).result(20)
    other.refresh()
    assert other.active(time.now) == {}
    journal.close()


async def test_acknowledged_stays_listed_and_shelved_does_not(path: Path, time: ManualTime) -> None:
    journal = Journal(path)
    marks = Marks(journal, "me", time)
    marks.acknowledge([key("1")], "Anna").result(20)
    marks.shelve([key("2")], "Ben", time.now + timedelta(hours=1)).result(20)
    board = await board_of(table(row(n, OPEN, at(n)) for n in (1, 2, 3)), DAY, BERLIN)
    found = board.figures(NOON, marks=marks.active(time.now))
    assert [item.row.key.id for item in found.overdue] == ["1", "3"]
    assert found.overdue[0].mark is not None
    assert (found.overdue[0].mark.kind, found.overdue[0].mark.who) == (MarkKind.ACKNOWLEDGED, "Anna")
    assert [item.row.key.id for item in found.shelved] == ["2"]
    assert found.overdue_count == 3
    time.pass_(3600)
    assert len(board.figures(NOON, marks=marks.active(time.now)).overdue) == 3
    journal.close()


# -- the pace of asking ---------------------------------------------------------------------------------


def test_it_asks_more_often_while_something_changes() -> None:
    pace = Pace(30.0)
    assert pace.pause(0.1) == 30.0
    pace.answered(changed=True)
    assert pace.pause(0.1) == 10.0
    for _ in range(3):
        pace.answered(changed=False)
    assert pace.pause(0.1) == 30.0
    assert Pace(1.0).pause(4.0) == 4.0
    short = Pace(2.0)
    short.answered(changed=True)
    assert short.pause(0.0) == 1.0


def test_a_server_that_asked_us_to_wait_is_not_asked_more_often() -> None:
    pace = Pace(30.0)
    pace.throttled()
    for _ in range(CAREFUL - 1):
        pace.answered(changed=True)
        assert pace.pause(0.0) == 30.0
    pace.answered(changed=True)
    assert pace.pause(0.0) == 10.0


async def test_an_execution_that_is_there_twice_counts_as_it_was_touched_last() -> None:
    old, new = row(1, OPEN, touched=at(8)), row(1, DONE, touched=at(9))
    for answer in ([old, new], [new, old]):
        difference = await compare({old.key: old}, answer, {})
        assert (difference.rows, difference.changed) == ({new.key: new}, frozenset({new.key}))


async def test_a_paused_list_asks_only_when_a_person_does(bench: Bench, site: Site, time: ManualTime) -> None:
    live = bench.workbench.live
    live.pause()
    bench.workbench.start()
    await eventually(lambda: not live.now.loading)

    def asked() -> int:
        return site.calls.count("list")

    before = asked()
    time.pass_(1000)
    for _ in range(20):
        await asyncio.sleep(0)
    assert asked() == before
    live.refresh()
    await eventually(lambda: asked() == before + 1)
    live.resume()
    await eventually(lambda: asked() == before + 2)
