"""Executions from recurrence rules: which, when, and each only once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.embedded.world import EXECUTIONS, ZONE, Hands, World
from tui.embedded.app import build
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.intratool import schema
from tui.embedded.intratool.generate import Generator, moments
from tui.embedded.intratool.policy import Assignment

CLOCK = SiteClock(Hands(), ZONE)


def due(rule: str | None, first: str, last: str, **columns: str | bool | None) -> list[str]:
    settings = {"start_date": "2026-05-01", "start_time": "09:00:00", "interval": rule, **columns}
    assignment = Assignment(id=1, title="", task_template_id=1, **settings)  # type: ignore[arg-type]
    return moments(assignment, date.fromisoformat(first), date.fromisoformat(last), CLOCK)


def test_once_without_a_rule() -> None:
    assert due(None, "2026-05-01", "2026-05-31") == ["2026-05-01 09:00:00"]
    assert due(None, "2026-05-02", "2026-05-31") == []


def test_never_without_a_start_or_while_inactive() -> None:
    assert due("FREQ=DAILY", "2026-05-01", "2026-05-31", start_date=None) == []
    assert due("FREQ=DAILY", "2026-05-01", "2026-05-31", active=False) == []


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", [4, 5, 6, 7, 8, 9, 10]),
        ("FREQ=DAILY;INTERVAL=2", [5, 7, 9]),
        ("FREQ=DAILY;COUNT=5", [4, 5]),
        ("FREQ=DAILY;UNTIL=20260505T235959Z", [4, 5]),
        ("FREQ=DAILY;UNTIL=20260506T000000", [4, 5]),
        ("FREQ=WEEKLY;BYDAY=MO,TU", [4, 5]),
        ("FREQ=WEEKLY", [8]),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=6", [6]),
    ],
)
def test_rules(rule: str, days: list[int]) -> None:
    found = due(rule, "2026-05-04", "2026-05-10")
    assert found == [f"2026-05-{day:02} 09:00:00" for day in days]


def test_several_times_a_day() -> None:
    rule = "FREQ=DAILY;BYHOUR=0,8,16;BYMINUTE=30;BYSECOND=0"
    assert [one[11:16] for one in due(rule, "2026-05-04", "2026-05-04")] == ["00:30", "08:30", "16:30"]


def test_the_end_of_the_interval_is_the_last_day() -> None:
    assert len(due("FREQ=DAILY", "2026-05-04", "2026-05-10", interval_end="2026-05-06")) == 3


def test_the_day_that_loses_an_hour_neither_skips_nor_doubles() -> None:
    rule = "FREQ=DAILY"
    assert due(rule, "2027-03-28", "2027-03-28", start_time="02:30:00") == ["2027-03-28 03:30:00"]
    hourly = "FREQ=DAILY;BYHOUR=1,2,3,4;BYMINUTE=0;BYSECOND=0"
    assert [one[11:13] for one in due(hourly, "2027-03-28", "2027-03-28")] == ["01", "03", "04"]


def test_the_day_that_gains_an_hour_has_each_once() -> None:
    assert due("FREQ=DAILY", "2026-10-25", "2026-10-25", start_time="02:30:00") == ["2026-10-25 02:30:00"]


async def test_nothing_is_made_before_both_ends_are_asked_for(world: World) -> None:
    world.assignment(interval="FREQ=DAILY")
    assert await world.get("maria", EXECUTIONS) == []
    assert await world.get("maria", EXECUTIONS, period_start="2026-05-11 00:00:00") == []
    assert len(await world.day("maria")) == 1
    assert len(await world.get("maria", EXECUTIONS)) == 1


async def test_asking_again_makes_nothing_new(world: World) -> None:
    world.assignment(interval="FREQ=DAILY")
    first = await world.day("maria")
    week = {"period_start": "2026-05-11 00:00:00", "period_end": "2026-05-17 23:59:59"}
    rows = await world.get("maria", EXECUTIONS, **week)
    assert len(rows) == 7
    assert rows[0] == first[0]
    assert [row["id"] for row in await world.get("maria", EXECUTIONS, **week)] == [row["id"] for row in rows]


async def test_a_period_across_midnight(world: World) -> None:
    world.assignment(interval="FREQ=DAILY;BYHOUR=3,23;BYMINUTE=0;BYSECOND=0")
    rows = await world.get(
        "maria", EXECUTIONS, period_start="2026-05-11 22:00:00", period_end="2026-05-12 06:00:00"
    )
    assert [row["for_execution_date"] for row in rows] == ["2026-05-11 23:00:00", "2026-05-12 03:00:00"]


async def test_a_huge_period_is_bounded(world: World) -> None:
    world.assignment(interval="FREQ=DAILY", start_date="2020-01-01")
    rows = await world.get(
        "maria", EXECUTIONS, period_start="0001-01-01 00:00:00", period_end="9999-12-31 23:59:59"
    )
    assert len(rows) == 400
    assert rows[0]["for_execution_date"][:10] == str(date(2026, 5, 11) - timedelta(days=400))


async def test_the_past_of_a_site_without_a_sample_is_simply_missed(world: World) -> None:
    world.assignment(interval="FREQ=DAILY", executable_after_interval="PT1H")
    rows = await world.day("maria", "2026-05-11")
    assert [row["task_status_id"] for row in rows] == ["open"]
    rows = await world.day("maria", "2026-05-12")
    world.hands.set("2026-05-13 00:00:00")
    assert [row["task_status_id"] for row in await world.day("maria", "2026-05-12")] == ["missed"]


def _counted(url: str) -> tuple[int, int]:
    database = Database(url)
    with database.read() as tx:
        total = tx.execute(select(func.count()).select_from(schema.tasks)).scalar_one()
        origins = tx.execute(select(func.count(schema.tasks.c.origin.distinct()))).scalar_one()
    database.close()
    return total, origins


def _fill(url: str) -> None:
    database = Database(url)
    day = date(2026, 5, 11)
    Generator(database, SiteClock(Hands(), ZONE), None).fill(day - timedelta(days=5), day + timedelta(days=5))
    database.close()


def _sample(folder: Path) -> str:
    url = f"sqlite:///{folder / 'shared.sqlite3'}"
    build("intratool", url, clock=Hands(), zone=ZONE).close()
    return url


def test_threads_that_generate_at_once_make_each_execution_once(tmp_path: Path) -> None:
    url = _sample(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_fill, [url] * 4))
    total, origins = _counted(url)
    assert total == origins > 11 * 45


def test_processes_that_generate_at_once_make_each_execution_once(tmp_path: Path) -> None:
    url = _sample(tmp_path)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(url,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    total, origins = _counted(url)
    assert total == origins > 11 * 45


def test_two_first_starts_at_once_make_one_site(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'site.sqlite3'}"

    def start(_: int) -> list[str]:
        site = build("intratool", url, clock=Hands(), zone=ZONE)
        users = site.users()
        site.close()
        return [user.token for user in users]

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(start, range(4)))
    assert tokens[0]
    assert all(one == tokens[0] for one in tokens)


async def test_spring_and_autumn_days_of_the_sample(tmp_path: Path) -> None:
    url = _sample(tmp_path)
    database = Database(url)
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        hands = Hands(f"{day} 12:00:00")
        Generator(database, SiteClock(hands, ZONE), None).fill(day, day)
        with database.read() as tx:
            found = tx.execute(
                select(schema.tasks.c.for_execution_date).where(
                    schema.tasks.c.for_execution_date.between(f"{day} 00:00:00", f"{day} 23:59:59")
                )
            ).scalars()
            walls = sorted(found)
        assert 45 <= len(walls) <= 70
        clock = SiteClock(Hands(), ZONE)
        assert all(clock.existing(wall) == wall for wall in walls)
    database.close()


def test_the_clock_of_the_tests_stands_in_summer_time() -> None:
    assert Hands("2026-05-11 10:30:00")() == datetime(2026, 5, 11, 8, 30, tzinfo=UTC)
