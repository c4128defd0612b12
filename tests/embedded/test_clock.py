from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.embedded.world import ZONE, Hands
from tui.embedded.clock import SiteClock, parse_duration, read_wall

CLOCK = SiteClock(Hands(), ZONE)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("PT15M", (0, 0, 900)),
        ("P1DT2H", (0, 1, 7200)),
        ("P2W", (0, 14, 0)),
        ("P1Y2M", (14, 0, 0)),
        ("PT1H30M5S", (0, 0, 5405)),
    ],
)
def test_durations(text: str, parts: tuple[int, int, int]) -> None:
    assert parse_duration(text) == parts


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "PT1.5H", "P-1D"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        parse_duration(text)


@given(st.integers(min_value=1_600_000_000, max_value=2_000_000_000))
def test_wall_times_come_back_but_for_the_hour_that_occurs_twice(moment: int) -> None:
    back = CLOCK.moment(CLOCK.wall(moment))
    assert back in (moment, moment - 3600)
    assert CLOCK.wall(back) == CLOCK.wall(moment)


def test_a_skipped_wall_time_moves_behind_the_gap() -> None:
    assert CLOCK.existing("2026-03-29 02:30:00") == "2026-03-29 03:30:00"
    assert CLOCK.existing("2026-03-29 01:30:00") == "2026-03-29 01:30:00"


def test_a_doubled_wall_time_means_its_first_pass() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert CLOCK.moment("2026-10-25 02:30:00") == int(first.timestamp())


def test_days_go_by_the_wall_clock_and_hours_by_the_real_one() -> None:
    assert CLOCK.wall(CLOCK.shifted("2026-03-29 09:00:00", "P1D", -1)) == "2026-03-28 09:00:00"
    assert CLOCK.wall(CLOCK.shifted("2026-03-29 09:00:00", "PT24H", -1)) == "2026-03-28 08:00:00"
    assert CLOCK.wall(CLOCK.shifted("2026-10-25 01:30:00", "PT2H", 1)) == "2026-10-25 02:30:00"
    assert CLOCK.wall(CLOCK.shifted("2026-03-31 09:00:00", "P1M", -1)) == "2026-02-28 09:00:00"


@pytest.mark.parametrize(
    ("text", "end_of_day", "wall"),
    [
        ("2026-05-11 00:00:00", False, "2026-05-11 00:00:00"),
        ("2026-05-11T08:15:00", False, "2026-05-11 08:15:00"),
        ("2026-05-11", False, "2026-05-11 00:00:00"),
        ("2026-05-11", True, "2026-05-11 23:59:59"),
        ("yesterday", False, None),
        ("2026-02-30", False, None),
    ],
)
def test_dates_of_requests(text: str, end_of_day: bool, wall: str | None) -> None:
    assert read_wall(text, end_of_day=end_of_day) == wall
