from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.embedded.intratool.php_dates import names, parse, write

AT = datetime(2026, 5, 1, 9, 5, 7)


@pytest.mark.parametrize(
    ("php", "text"),
    [
        ("Y-m-d H:i:s", "2026-05-01 09:05:07"),
        ("d.m.Y", "01.05.2026"),
        ("j.n.y", "1.5.26"),
        ("H:i", "09:05"),
        ("G:i", "9:05"),
        ("h:i A", "09:05 AM"),
        ("g:i a", "9:05 am"),
        ("D, d M Y", "Fri, 01 May 2026"),
        ("l j F Y", "Friday 1 May 2026"),
        ("N Y-m-d", "5 2026-05-01"),
        ("Y-m-d\\TH:i", "2026-05-01T09:05"),
        ("H \\H i.v", "09 H 05.000"),
        ("\\\\Y", "\\2026"),
    ],
)
def test_a_moment_is_written_and_read(php: str, text: str) -> None:
    assert write(AT, php) == text
    moment = parse(text, php)
    assert moment is not None
    assert write(moment, php) == text


@pytest.mark.parametrize(
    ("php", "text"),
    [
        ("Y-m-d", "2026-02-30"),
        ("Y-m-d", "26-05-01"),
        ("H:i", "9:05"),
        ("G:i", "09:05"),
        ("H:i", "24:00"),
        ("H:i", "09:05 "),
        ("j.n.Y", "01.05.2026"),
        ("h:i A", "00:05 AM"),
        ("D d.m.Y", "Mon 01.05.2026"),
        ("d M Y", "01 Mai 2026"),
        ("Y-m-d", "２０２６-05-01"),
        ("Y Y", "2026 2027"),
    ],
)
def test_what_does_not_fit_is_no_moment(php: str, text: str) -> None:
    assert parse(text, php) is None


def test_a_format_names_a_day_or_a_time_or_both() -> None:
    assert [names(php) for php in ("Y-m-d H:i:s", "d.m.", "g A", "\\Y\\H", "")] == [
        (True, True), (True, False), (False, True), (False, False), (False, False),
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), st.text(max_size=20))
def test_nothing_is_thrown_at_a_strange_format(php: str, text: str) -> None:
    assert parse(text, php) is None or write(parse(text, php) or AT, php) == text


@settings(max_examples=200, deadline=None)
@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2069, 12, 31)))
def test_every_second_survives_the_documented_format(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert parse(write(whole, "Y-m-d H:i:s"), "Y-m-d H:i:s") == whole
