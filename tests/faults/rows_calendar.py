"""F26: nights in which the clocks change, the shift from 22 to 6, leap day and turn of the year, in lists."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.faults import ground, line
from tests.faults.ground import Repeated
from tests.faults.person import Person
from tests.faults.registry import Row, stage
from tests.faults.trace import Tally
from tests.faults.world import World
from tui.model.execution import Execution
from tui.model.period import LOOK_BACK, Period

SITE = ZoneInfo(ground.ZONE)
HOURLY = "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,8,12,16,20,21,22,23;BYMINUTE=30;BYSECOND=0"
NIGHTS = (
    (2026, 3, 28),  # 02:30 does not exist in the night to the 29th
    (2026, 10, 24),  # 02:30 exists twice in the night to the 25th
    (2026, 5, 11),
    (2026, 12, 31),
    (2028, 2, 28),
    (2028, 2, 29),
    (2027, 2, 28),
)
"""The evenings on which a shift from 22 to 6 begins."""

_HOURS = len(HOURLY.partition("BYHOUR=")[2].partition(";")[0].split(","))


def _rules(evening: datetime) -> tuple[Repeated, ...]:
    first = f"{evening - timedelta(days=10):%Y-%m-%d}"
    return (Repeated(511, "Every hour", HOURLY, first, "00:30:00"),)


def night(seed: int) -> Tally:
    """One of the nights, worked through."""
    evening = datetime(*NIGHTS[seed % len(NIGHTS)], 21, 0, tzinfo=SITE)
    return stage(evening.astimezone(UTC), _rules(evening)).play(_shift, seed)


async def _shift(world: World) -> None:
    """The list over the whole night, an execution made in it, and its lost answer found again."""
    person = Person(world.terminal("ana", refresh_seconds=7200.0))
    bench = person.terminal.bench
    evening = world.time().astimezone(SITE)
    await asyncio.sleep(1.0)
    for _ in range(11):
        bench.live.set_period(bench.today())
        await bench.live.load()
        _complete(world, bench.today(), list(bench.live.rows.values()))
        await asyncio.sleep(3600.0)
    await _made_in_the_night(world, person, f"{evening + timedelta(days=1):%Y-%m-%d}")
    shift = Period(_at(evening, 22), _at(evening + timedelta(days=1), 6))
    bench.live.set_period(shift)
    await bench.live.load()
    wanted = _dues(world, shift)
    shown = [row.due for row in bench.live.rows.values() if row.due is not None and shift.holds(row.due)]
    world.expect(Counter(shown) == Counter(wanted), f"from 22 to 6 there are {len(shown)} rows for {len(wanted)}")


def _complete(world: World, day: Period, rows: list[Execution]) -> None:
    """Every execution of the day and of what may be carried over is there, each once."""
    shown = Counter(row.due for row in rows if row.due is not None)
    wanted = Counter(_dues(world, Period(day.start - LOOK_BACK, day.end)))
    missing, strange = wanted - shown, shown - wanted
    now = f"{world.time().astimezone(SITE):%Y-%m-%d %H:%M}"
    world.expect(not missing, f"at {now} these are missing: {sorted(map(str, missing))}")
    world.expect(not strange, f"at {now} these are too many: {sorted(map(str, strange))}")
    first, last = day.days(SITE)
    today = [row for row in rows if row.due is not None and first <= row.due.astimezone(SITE).date() <= last]
    # A moment in the hour that is skipped moves behind the gap, where the next one is due already.
    skipped = day.end - day.start < timedelta(hours=23.5)
    world.expect(len(today) == _HOURS - skipped, f"at {now} the day has {len(today)} rows")


def _dues(world: World, period: Period) -> list[datetime]:
    """When the executions in the server's database are due, in ``period``."""
    rows = world.server.db.execute("SELECT for_execution_date FROM tasks").fetchall()
    moments = [datetime.fromisoformat(wall).replace(tzinfo=SITE).astimezone(UTC) for (wall,) in rows]
    return [moment for moment in moments if period.holds(moment)]


def _at(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0).astimezone(UTC)


async def _made_in_the_night(world: World, person: Person, day: str) -> None:
    """A new execution at the hour that is missing or double, its answer lost: it is found again, once."""
    before = len(world.server.effects)
    person.terminal.line.next("POST .*/executions$", line.lost_after)
    await person.create(f"{day} 02:45:10", "511")
    await world.drained()
    made = [one for one in world.server.effects[before:] if one.kind == "created" and one.by]
    world.expect(len(made) == 1, f"it was made {len(made)} times")
    for promise in world.trace.promises.values():
        if promise.request.slot == "create" and made:
            world.expect(promise.accepted_after is not None, "what was made was not found again")
            # The server moves a moment that does not exist: the oracle compares with what it made of it.
            for request in (promise.request, promise.accepted or promise.request):
                request.inputs["for_execution_date"] = made[0].new_note


ROWS = (Row("F26", "clock changes, 22 to 6, leap day, new year", night, bounded=7, full=42),)
