"""Dates and times as typed at a keypad, written in the server's PHP format."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.form.forms import form, press
from tui.form import php_dates
from tui.form.codec import Context, codec_for
from tui.form.flow import FormFlow
from tui.model.field import Field

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 11, 4, 30, 20, tzinfo=UTC)  # 06:30 in Berlin, a Monday


def context(lang: str = "de") -> Context:
    return Context(lang=lang, zone=BERLIN, clock=lambda: NOW)


def read(kind: str, text: str, *, lang: str = "de", pattern: str = "") -> tuple[object, str | None]:
    field = Field(key="d", label="D", kind=kind, format=pattern)
    parsed = codec_for(field).parse(field, text, context(lang))
    return parsed.value, parsed.problem.kind if parsed.problem else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("110526", "2026-05-11"),
        ("11052026", "2026-05-11"),
        ("20260511", "2026-05-11"),
        ("1105", "2026-05-11"),
        ("11.5", "2026-05-11"),
        ("11.5.", "2026-05-11"),
        ("11.5.26", "2026-05-11"),
        ("11.05.2026", "2026-05-11"),
        ("11/5", "2026-05-11"),
        ("11-5-26", "2026-05-11"),
        ("2026-05-11", "2026-05-11"),
        ("2026-5-1", "2026-05-01"),
        ("t", "2026-05-11"),
        ("T", "2026-05-11"),
        ("+1", "2026-05-12"),
        ("-1", "2026-05-10"),
        ("\u22121", "2026-05-10"),
        ("+20", "2026-05-31"),
        ("5.1", "2026-01-05"),
        ("20.12", "2025-12-20"),
        ("29.2.28", "2028-02-29"),
        ("29.2.2024", "2024-02-29"),
        ("28.2", "2026-02-28"),
    ],
)
def test_dates(text: str, value: str) -> None:
    assert read("date", text) == (value, None)


@pytest.mark.parametrize(
    "text", ["31.2.26", "0.5", "1", "123", "12345", "abc", "99999999", "+99999", "11.5.1", "2026-13-01"]
)
def test_no_dates(text: str) -> None:
    assert read("date", text) == (None, "unreadable")


@pytest.mark.parametrize(
    ("today", "text", "value"),
    [
        (datetime(2026, 5, 11, tzinfo=UTC), "29.2", None),
        (datetime(2026, 5, 11, tzinfo=UTC), "2902", None),
        (datetime(2026, 5, 11, tzinfo=UTC), "29.2.26", None),
        (datetime(2026, 5, 11, tzinfo=UTC), "2026-02-29", None),
        (datetime(2026, 5, 11, tzinfo=UTC), "20260229", None),
        (datetime(2027, 12, 20, tzinfo=UTC), "29.2.", "2028-02-29"),
        (datetime(2028, 7, 1, tzinfo=UTC), "29.2", "2028-02-29"),
        (datetime(2029, 1, 1, tzinfo=UTC), "29.2", None),
        (datetime(2026, 1, 2, tzinfo=UTC), "31.12", "2025-12-31"),
        (datetime(2026, 12, 30, tzinfo=UTC), "1.1", "2027-01-01"),
    ],
)
def test_no_date_jumps_years_ahead_and_a_missing_leap_day_is_said(
    today: datetime, text: str, value: str | None
) -> None:
    field = Field(key="d", label="D", kind="date")
    read = codec_for(field).parse(field, text, Context(lang="de", zone=BERLIN, clock=lambda: today))
    assert read.value == value
    if value is None:
        assert read.problem is not None
        assert "has no 29 February; the next one is 29.02." in read.problem.message.english()


def test_slashes_are_read_by_day_first_except_in_english_where_they_may_be_doubtful() -> None:
    assert read("date", "5/6", lang="fr") == ("2026-06-05", None)
    assert read("date", "5/6", lang="en") == (None, "ambiguous")
    assert read("date", "5/5", lang="en") == ("2026-05-05", None)
    assert read("date", "25/12/2026", lang="en") == ("2026-12-25", None)
    assert read("date", "12/25/2026", lang="en") == ("2026-12-25", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("630", "06:30"),
        ("0630", "06:30"),
        ("6:30", "06:30"),
        ("6.30", "06:30"),
        ("6h30", "06:30"),
        ("6", "06:00"),
        ("18", "18:00"),
        ("1830", "18:30"),
        ("000", "00:00"),
        ("n", "06:30"),
        ("6:30 pm", "18:30"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
    ],
)
def test_times(text: str, value: str) -> None:
    assert read("time", text) == (value, None)


@pytest.mark.parametrize("text", ["24", "2400", "660", "6:60", "13pm", "6:3", "x", "-1", "12345"])
def test_no_times(text: str) -> None:
    assert read("time", text) == (None, "unreadable")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11.5 630", "2026-05-11 06:30:00"),
        ("+1 6:30", "2026-05-12 06:30:00"),
        ("t n", "2026-05-11 06:30:00"),
        ("n", "2026-05-11 06:30:00"),
        ("630", "2026-05-11 06:30:00"),
        ("1830", "2026-05-11 18:30:00"),
        ("6:30 pm", "2026-05-11 18:30:00"),
        ("11.5.26 6:30 pm", "2026-05-11 18:30:00"),
        ("2026-05-11T06:30:15", "2026-05-11 06:30:15"),
        ("110526   0630", "2026-05-11 06:30:00"),
    ],
)
def test_moments(text: str, value: str) -> None:
    assert read("datetime", text) == (value, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("11.05", "ambiguous"),
        ("110526", "ambiguous"),
        ("11.5", "unreadable"),
        ("t", "unreadable"),
        ("x 6", "unreadable"),
    ],
)
def test_doubtful_moments(text: str, kind: str) -> None:
    assert read("datetime", text) == (None, kind)


@pytest.mark.parametrize(
    ("kind", "pattern", "text", "value"),
    [
        ("date", "d.m.Y", "11.5", "11.05.2026"),
        ("date", "j/n/y", "11.5", "11/5/26"),
        ("date", "D, d M Y", "11.5", "Mon, 11 May 2026"),
        ("date", "Y-m-d H:i:s", "11.5", "2026-05-11 00:00:00"),
        ("time", "H:i:s", "630", "06:30:00"),
        ("time", "g:i A", "1830", "6:30 PM"),
        ("time", "G\\h i", "630", "6h 30"),
        ("datetime", "c", "11.5 630", "2026-05-11T06:30:00+02:00"),
        ("datetime", "U", "11.5 630", "1778473800"),
    ],
)
def test_values_are_written_in_the_fields_own_format(kind: str, pattern: str, text: str, value: str) -> None:
    assert read(kind, text, pattern=pattern) == (value, None)


def test_reading_shows_the_weekday_in_the_language() -> None:
    field = Field(key="d", label="D", kind="date")
    shown = {
        lang: codec_for(field).show(field, "2026-05-11", context(lang))
        for lang in ("en", "de", "fr", "nl", "pl", "tr")
    }
    assert shown == {
        "en": "Mon 11 May 2026",
        "de": "Mo 11.05.2026",
        "fr": "lun. 11/05/2026",
        "nl": "ma 11-05-2026",
        "pl": "pon. 11.05.2026",
        "tr": "Pzt 11.05.2026",
    }


@pytest.mark.parametrize("pattern", ["c", "U", "Y-m-d H:i O"])
@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("25.10.26 2:30", None, "ambiguous"),
        ("25.10.26 230", None, "ambiguous"),
        ("25.10.26 2:30/1", "2026-10-25T02:30:00+02:00", None),
        ("25.10.26 230/2", "2026-10-25T02:30:00+01:00", None),
        ("25.10.26 2:30:15/2", "2026-10-25T02:30:15+01:00", None),
        ("25.10.26 3:00", "2026-10-25T03:00:00+01:00", None),
        ("25.10.26 1:59", "2026-10-25T01:59:00+02:00", None),
        ("25.10.26 3:30/1", None, "unreadable"),
        ("29.3.26 2:30", None, "unreadable"),
        ("29.3.26 2:30/1", None, "unreadable"),
        ("29.3.26 3:00", "2026-03-29T03:00:00+02:00", None),
    ],
)
def test_the_hour_that_comes_twice_is_asked_about_where_the_server_can_tell(
    pattern: str, text: str, value: str | None, kind: str | None
) -> None:
    field = Field(key="d", label="D", kind="datetime", format=pattern)
    codec, ctx = codec_for(field), context()
    read = codec.parse(field, text, ctx)
    if ":15" in text and "s" not in pattern and pattern not in "cU":
        value, kind = None, "unreadable"
    assert (read.problem.kind if read.problem else None) == kind
    if value is None:
        assert read.value is None
        return
    moment = php_dates.read("c", value, zone=BERLIN)
    assert moment is not None
    assert read.value == php_dates.write(pattern, moment, BERLIN)
    written = codec.format(field, read.value, ctx)
    assert codec.parse(field, written, ctx).value == read.value
    assert codec.show(field, read.value, ctx).endswith(written.partition(" ")[2])


def test_the_doubt_about_the_doubled_hour_names_both_ways() -> None:
    field = Field(key="d", label="D", kind="datetime", format="c")
    problem = codec_for(field).parse(field, "25.10.26 2:30", context()).problem
    assert problem is not None
    assert problem.message.english() == (
        "02:30 comes twice that night: 02:30/1 is before the clocks go back, 02:30/2 is after."
    )
    gap = codec_for(field).parse(field, "29.3.26 2:30", context()).problem
    assert gap is not None
    assert gap.message.english() == "There is no 02:30 that night: the clocks go forward."


def test_a_format_without_offset_keeps_the_wall_time_and_asks_nothing() -> None:
    for text in ("25.10.26 2:30", "25.10.26 2:30/1", "25.10.26 2:30/2"):
        assert read("datetime", text) == ("2026-10-25 02:30:00", None)
    assert read("datetime", "29.3.26 2:30") == (None, "unreadable")


def test_now_in_the_doubled_hour_is_known() -> None:
    field = Field(key="d", label="D", kind="datetime", format="c")
    for hour, offset in ((0, "+02:00"), (1, "+01:00")):
        now = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        ctx = Context(lang="de", zone=BERLIN, clock=lambda now=now: now)  # type: ignore[misc]
        for text in ("n", "t n"):
            assert codec_for(field).parse(field, text, ctx).value == f"2026-10-25T02:30:00{offset}"


def test_a_moment_of_another_offset_is_shown_in_the_sites_time() -> None:
    field = Field(key="d", label="D", kind="datetime", format="c")
    assert codec_for(field).show(field, "2026-05-11T04:30:00+00:00", context()) == "Mo 11.05.2026 06:30"
    assert codec_for(field).show(field, "2026-05-11T04:30:00Z", context("en")) == "Mon 11 May 2026 06:30"


def test_slashes_still_part_day_and_month_where_no_time_stands() -> None:
    assert read("datetime", "11/1 630", lang="fr") == ("2026-01-11 06:30:00", None)
    assert read("datetime", "11/1", lang="fr") == (None, "unreadable")


def test_a_value_in_another_format_is_shown_as_it_is() -> None:
    field = Field(key="d", label="D", kind="date", format="d.m.Y")
    assert codec_for(field).show(field, "sometime", context()) == "sometime"
    assert codec_for(field).show(field, "2026-05-11", context()) == "Mo 11.05.2026"


@given(
    moment=st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2199, 1, 1)).map(
        lambda d: d.replace(microsecond=0)
    ),
    pattern=st.sampled_from(
        ["Y-m-d H:i:s", "j.n.Y G:i:s", "l, F j Y g:i:s a", "H\\Hi s Y/m/d", "D N d-M-Y h:i:s A"]
    ),
)
def test_php_formats_are_read_back(moment: datetime, pattern: str) -> None:
    assert php_dates.read(pattern, php_dates.write(pattern, moment)) == moment


@given(pattern=st.text(max_size=12), text=st.text(max_size=20))
def test_no_pattern_and_no_text_makes_reading_fall_over(pattern: str, text: str) -> None:
    assert php_dates.read(pattern, text) is None or isinstance(php_dates.read(pattern, text), datetime)
    assert isinstance(php_dates.write(pattern, datetime(2026, 5, 11, 6, 30)), str)


# ── what the server's notation has no place for ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "pattern", "typed", "sentence"),
    [
        ("time", "h:i", "18:30", "This field cannot hold 18:30: it would become 06:30."),
        ("time", "H:i", "6:30:15", "This field cannot hold 06:30:15: it would become 06:30."),
        ("date", "d.m.", "11.05.2031", "This field cannot hold 11.05.2031: it would become 11.05.2026."),
        ("date", "d.m.y", "11.05.1926", "This field cannot hold 11.05.1926: it would become 11.05.2026."),
        ("date", "W", "12.5", "This field cannot hold 12.05.2026: it would become 11.05.2026."),
        (
            "datetime",
            "Y-m-d",
            "11.5 6:30",
            "This field cannot hold 11.05.2026 06:30: it would become 11.05.2026 00:00.",
        ),
        (
            "datetime",
            "d.m.Y h:i",
            "11.5 18:30",
            "This field cannot hold 11.05.2026 18:30: it would become 11.05.2026 06:30.",
        ),
    ],
)
def test_what_a_field_cannot_hold_is_told_and_never_changed(
    kind: str, pattern: str, typed: str, sentence: str
) -> None:
    field = Field(key="t", label="T", kind=kind, format=pattern)
    read = codec_for(field).parse(field, typed, context())
    assert read.value is None
    assert read.problem is not None
    assert (read.problem.kind, read.problem.message.english()) == ("unreadable", sentence)


@pytest.mark.parametrize(("kind", "pattern", "typed"), [("time", "h:i", "6:30"), ("date", "d.m.y", "11.5.26")])
def test_what_a_short_notation_can_hold_is_taken(kind: str, pattern: str, typed: str) -> None:
    field = Field(key="t", label="T", kind=kind, format=pattern)
    assert codec_for(field).parse(field, typed, context()).problem is None


@pytest.mark.parametrize("kind", ["date", "time", "datetime"])
def test_a_preset_that_is_no_moment_is_not_sent(kind: str) -> None:
    state = form(
        Field(key="t", label="T", kind=kind, default="tomorrow", required=True),
        Field(key="z", label="z", kind="text"),
    )
    press(FormFlow(state), "enter")
    assert not state.changed()
    assert state.problems()["t"].kind == "unreadable"
    assert state.entries["t"].text == "tomorrow"
