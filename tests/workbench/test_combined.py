"""Several profiles counted as one: keys of different profiles never meet, whatever their IDs."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import BERLIN, ManualTime, Site
from tests.workbench.test_board import ALL, DAY, NOON, at, row
from tui.model.errors import Unauthorised, Unreachable
from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.workbench.board import Board, board_of
from tui.workbench.changes import Changes
from tui.workbench.combined import Combined, Joined, Member, Source, Standing
from tui.workbench.figures import Grouping
from tui.workbench.freshness import Freshness, silent_since
from tui.workbench.link import LinkState
from tui.workbench.marks_of_all import MarksOfAll
from tui.workbench.wall_time import WallTime

Make = Callable[..., Bench]
Rows = dict[str, dict[Key, Execution]]
NAMES = ("north", "south", "west")


def theirs(profile: str, one: Execution) -> Execution:
    return msgspec.structs.replace(one, key=one.key._replace(profile=profile))


def made(rng: random.Random) -> Rows:
    """The same IDs in every profile, each with a state and a moment of its own."""
    found: Rows = {}
    for name in NAMES:
        rows = [
            theirs(name, row(number, rng.choice(ALL), at(rng.uniform(-30, 23)), f"Room {number % 3}"))
            for number in range(20)
        ]
        found[name] = {one.key: one for one in rows}
    return found


def test_the_rows_of_all_are_one_mapping() -> None:
    parts = made(random.Random(1))
    joined = Joined(parts)
    assert len(joined) == 60
    assert set(joined) == {key for rows in parts.values() for key in rows}
    for rows in parts.values():
        for key, one in rows.items():
            assert joined[key] is joined.get(key) is one
    other = next(iter(parts["north"]))._replace(profile="nowhere")
    assert joined.get(other) is None
    assert joined.get(other, 5) == 5
    assert other not in joined
    with pytest.raises(KeyError):
        joined[other]


@pytest.mark.parametrize("seed", range(20))
async def test_changes_of_one_profile_count_as_if_all_were_counted_anew(seed: int) -> None:
    rng = random.Random(seed)
    parts = made(rng)
    board = Board(BERLIN, Grouping.PROFILE, several=True)
    await board.take(Changes(rows=Joined(parts), fresh=True, period=DAY))
    for _step in range(30):
        name = rng.choice(NAMES)
        rows = dict(parts[name])
        key = rng.choice(list(rows))
        if rng.random() < 0.2:
            del rows[key]
        else:
            new = rng.choice(ALL)
            rows[key] = msgspec.structs.replace(rows[key], status=new, due=at(rng.uniform(-30, 23)))
        parts = {**parts, name: rows}
        one, none = frozenset({key}), frozenset[Key]()
        changed, removed = (one, none) if key in rows else (none, one)
        await board.take(Changes(rows=Joined(parts), period=DAY, changed=changed, removed=removed))
    anew = await board_of({key: one for rows in parts.values() for key, one in rows.items()}, DAY, BERLIN)
    mine, theirs_ = board.figures(NOON), anew.figures(NOON)
    assert mine == theirs_
    assert board.strips(NOON) == list(board.profiles(NOON).values())
    for name, strip in board.profiles(NOON).items():
        alone = (await board_of(parts[name], DAY, BERLIN)).figures(NOON)
        assert (strip.total, strip.closed, strip.overdue) == (alone.total, alone.closed, alone.overdue_count)
    assert anew.profiles(NOON) == {}, "one profile alone is counted once"


PLACES = ("Asia/Tokyo", "Asia/Kolkata", "America/Lima")
ZONES = {name: ZoneInfo(zone) for name, zone in zip(NAMES, PLACES, strict=True)}


@pytest.mark.parametrize("today", [True, False], ids=["today", "a day"])
@pytest.mark.parametrize("hour", [-3.5, 0.5, 3, 12.4, 20, 23.75, 30])
async def test_each_profile_is_counted_by_its_own_day_and_hour(hour: float, today: bool) -> None:
    now, rng = at(hour), random.Random(hour)
    shown = Period.of_day(now.astimezone(BERLIN).date(), BERLIN) if today else DAY
    days = {name: now.astimezone(zone).date() if today else date(2026, 5, 11) for name, zone in ZONES.items()}
    ahead = {name: (shown.days(BERLIN)[0] - day).days for name, day in days.items()}
    walls = {name: WallTime(zone, BERLIN, ahead[name]) for name, zone in ZONES.items()}
    parts: Rows = {}
    for name in NAMES:
        found = (theirs(name, row(n, rng.choice(ALL), at(rng.uniform(-60, 60)))) for n in range(150))
        parts[name] = {one.key: one for one in found}
    board = Board(BERLIN, Grouping.PROFILE, several=True, wall_time=walls.get)
    await board.take(Changes(rows=Joined(parts), fresh=True, period=shown))
    total = 0
    for name, strip in board.profiles(now).items():
        own = Board(ZONES[name], Grouping.PROFILE)
        await own.take(Changes(rows=parts[name], fresh=True, period=Period.of_day(days[name], ZONES[name])))
        assert own.strips(now) == [strip], "as its own board shows it"
        total += own.figures(now).overdue_count
    assert board.figures(now).overdue_count == total
    assert board.strips(now) == list(board.profiles(now).values())
    gone: Rows = {name: {} for name in NAMES}
    keys = frozenset(Joined(parts))
    await board.take(Changes(rows=Joined(gone), period=shown, removed=keys))
    assert board.profiles(now) == {}, "what was counted is taken away again where it was counted"
    assert board.figures(now).total == 0


async def test_the_days_of_a_profile_are_its_own_and_roll_at_its_own_midnight(
    bench: Bench, time: ManualTime
) -> None:
    workbench, tokyo = bench.workbench, ZoneInfo("Asia/Tokyo")
    workbench.desk = msgspec.structs.replace(workbench.desk, zone=tokyo)
    member = Member("kitchen", "Kitchen", "")
    first = time.now.astimezone(BERLIN).date()
    both = Combined([member], Period.of_day(first, BERLIN), workbench.clock, BERLIN, today=True)
    both.join(member, workbench)
    time.now = datetime.combine(first, clock_time(16, 59), BERLIN).astimezone(UTC)
    both.roll()
    assert workbench.live.now.period == Period.of_day(first, tokyo)
    wall = both.wall_time("kitchen")
    assert wall is not None
    assert wall(time.now).astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(first, clock_time(23, 59))
    time.now += timedelta(minutes=2)
    both.roll()
    tomorrow = Period.of_day(first + timedelta(days=1), tokyo)
    assert workbench.live.now.period == tomorrow, "there it is tomorrow by now"
    assert both.period == Period.of_day(first, BERLIN)
    wall = both.wall_time("kitchen")
    assert wall is not None
    assert wall(time.now).astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(first, clock_time(0, 1))
    both.set_period(Period.of_day(first - timedelta(days=1), BERLIN))
    both.roll()
    assert workbench.live.now.period == Period.of_day(first - timedelta(days=1), tokyo), "a day has its name"
    both.close()


async def test_states_that_are_not_documented_stand_in_one_order_whoever_comes_first() -> None:
    rare = [Status("x", phase) for phase in (Phase.CANCELLED, Phase.WAITING, Phase.BROKEN, Phase.FAILED)]
    rows = [row(number, status) for number, status in enumerate(rare)]
    orders = []
    for turned in (rows, rows[::-1]):
        board = await board_of({one.key: one for one in turned}, DAY, BERLIN)
        orders.append([count.status.phase for count in board.figures(NOON).counts])
    assert orders[0] == orders[1]
    assert len(orders[0]) == 11


async def test_how_far_a_profile_can_be_relied_on(bench: Bench, time: ManualTime) -> None:
    workbench = bench.workbench
    member = Member("kitchen", "Kitchen", "Words", workbench)
    assert member.standing() is Standing.STARTING
    workbench.live.set_period(workbench.today())
    await workbench.live.load()
    assert member.standing() is Standing.LIVE
    seconds = workbench.live.refresh_seconds
    for missed, standing, fresh in (
        (2, Standing.STALE, Freshness.STALE),
        (3, Standing.DEAD, Freshness.DEAD),
    ):
        time.now += timedelta(seconds=seconds * missed + 1)
        assert member.standing() is standing
        assert member.freshness() is fresh
    workbench.live.pause()
    assert member.standing() is Standing.PAUSED
    workbench.live.resume()
    workbench._keeper.failed(Unauthorised())
    assert member.standing() is Standing.REFUSED
    nobody = Member("far", "Far", "Words")
    assert nobody.standing() is Standing.STARTING
    nobody.problem = Message("There is no such folder.")
    assert nobody.standing() is Standing.UNUSABLE
    assert nobody.freshness() is Freshness.DEAD


async def test_a_break_has_one_moment_for_as_long_as_it_lasts(benches: Make, time: ManualTime) -> None:
    first = benches().workbench
    assert silent_since(first) == time.now, "never an answer: since it is known"
    await first.live.load()
    time.now += timedelta(seconds=40)
    await first.live.load()
    heard = time.now
    for error in (Unreachable(), Unauthorised()):
        time.now += timedelta(seconds=7)
        first._keeper.failed(error)
        assert silent_since(first) == heard, "and not when it was noticed"
    await first.close()
    # Somebody opens the profile while the break lasts: it began when it began.
    again = benches(connected=False)
    again.connect_errors.append(Unreachable())
    again.workbench.start()
    await eventually(lambda: again.workbench.link_state.state is LinkState.OFFLINE)
    assert silent_since(again.workbench) == heard


async def test_of_a_list_that_nobody_asks_for_any_good_answer_counts(bench: Bench, time: ManualTime) -> None:
    await bench.workbench.live.load()
    bench.workbench.live.pause()
    time.now += timedelta(hours=1)
    bench.workbench._keeper.worked()
    heard = time.now
    time.now += timedelta(minutes=1)
    bench.workbench._keeper.failed(Unreachable())
    assert silent_since(bench.workbench) == heard


async def test_one_good_profile_keeps_the_board_alive(bench: Bench, time: ManualTime) -> None:
    workbench = bench.workbench
    workbench.live.set_period(workbench.today())
    await workbench.live.load()
    good, bad = Member("kitchen", "Kitchen", "", workbench), Member("far", "Far", "")
    bad.problem = Message("There is no such folder.")
    both = Combined([good, bad], workbench.today(), workbench.clock, BERLIN)
    assert both.freshness() is Freshness.FRESH
    assert both.answered is None, "nobody knows how old all of it is"
    assert Source(good, workbench).answered == time.now
    both.only = "far"
    assert both.freshness() is Freshness.DEAD
    assert [one.name for one in both.shown] == ["far"]


async def test_only_who_is_in_sight_is_asked(bench: Bench) -> None:
    workbench = bench.workbench
    member = Member("kitchen", "Kitchen", "")
    both = Combined([member, Member("far", "Far", "")], workbench.today(), workbench.clock, BERLIN)
    both.join(member, workbench)
    seen = []
    deeds: list[Callable[[], None]] = [
        lambda: both.rest(True),
        lambda: both.rest(True, workbench),
        lambda: both.rest(False),
        lambda: both.pause(True),
        lambda: both.rest(True),
        lambda: both.rest(False),
        lambda: both.pause(False),
    ]
    for deed in deeds:
        deed()
        seen.append(workbench.live.paused)
    # What a person paused stays so, whoever looks away and back.
    assert seen == [True, False, False, True, True, True, False]
    both.close()


async def test_notes_go_to_the_owner_of_the_row(bench: Bench, site: Site) -> None:
    workbench = bench.workbench
    marks = MarksOfAll([Member("kitchen", "Kitchen", "", workbench), Member("far", "Far", "")])
    mine, foreign = Key("kitchen", "sys", "1"), Key("far", "sys", "1")
    marks.acknowledge([mine, foreign], "Anna")
    now = workbench.clock()
    assert set(marks.active(now)) == {mine}, "a profile that is not there keeps no note"
    marks.clear([mine, foreign])
    assert not marks.active(now)
