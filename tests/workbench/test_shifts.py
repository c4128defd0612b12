"""Shifts begin at the same wall times every day, over midnight and when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.period import Period
from tui.workbench.shifts import shift_at, shift_before

BERLIN = ZoneInfo("Europe/Berlin")
THREE = (time(6), time(14), time(22))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def words(period: Period) -> tuple[str, str]:
    return tuple(f"{moment.astimezone(BERLIN):%d. %H:%M:%S}" for moment in (period.start, period.end))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("now", "shift", "before"),
    [
        ("2026-05-11 05:56", ("10. 22:00:00", "11. 05:59:59"), ("10. 14:00:00", "10. 21:59:59")),
        ("2026-05-11 06:00", ("11. 06:00:00", "11. 13:59:59"), ("10. 22:00:00", "11. 05:59:59")),
        ("2026-05-11 23:30", ("11. 22:00:00", "12. 05:59:59"), ("11. 14:00:00", "11. 21:59:59")),
    ],
)
def test_the_shift_of_a_moment(now: str, shift: tuple[str, str], before: tuple[str, str]) -> None:
    found = shift_at(local(now), BERLIN, THREE)
    assert words(found) == shift
    assert words(shift_before(found, BERLIN, THREE)) == before


def test_the_night_in_which_the_clocks_change_is_longer_or_shorter() -> None:
    spring, autumn = (shift_at(local(day), BERLIN, THREE) for day in ("2026-03-29 01:00", "2026-10-25 01:00"))
    assert spring.end - spring.start == timedelta(hours=7) - timedelta(seconds=1)
    assert autumn.end - autumn.start == timedelta(hours=9) - timedelta(seconds=1)


def test_one_beginning_is_a_shift_of_a_day() -> None:
    assert words(shift_at(local("2026-05-11 03:00"), BERLIN, (time(7, 30),))) == ("10. 07:30:00", "11. 07:29:59")


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    st.sets(st.times().map(lambda each: each.replace(second=0, microsecond=0)), min_size=1, max_size=5),
)
def test_every_moment_is_in_its_shift_and_shifts_leave_no_gap(moment: datetime, starts: set[time]) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    shift = shift_at(moment, BERLIN, tuple(starts))
    assert shift.start <= moment <= shift.end
    assert shift_before(shift, BERLIN, tuple(starts)).end == shift.start - timedelta(seconds=1)
