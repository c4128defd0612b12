"""Dates and times as people type them at a keypad: ``110526``, ``11.5``, ``+1``, ``t``; ``630``, ``n``."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import date, datetime, time, timedelta

from tui.form import php_dates
from tui.form.codec import Context
from tui.form.locale import locale_of
from tui.form.problem import Problem
from tui.model.message import Message

_TODAY = frozenset({"t", "today", "h", "heute"})
_NOW = frozenset({"n", "now", "j", "jetzt"})
_STEP = re.compile(r"([+\-\u2212])([0-9]{1,4})")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_PARTS = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})(?:\2([0-9]{2}|[0-9]{4})?)?")
_CLOCK = re.compile(r"([0-9]{1,2})[:.hH]([0-9]{2})(?:[:.]([0-9]{2}))?(?: ?([AaPp])[Mm]?)?")
_HOUR = re.compile(r"([0-9]{1,2}) ?(?:([AaPp])[Mm]|[hH])")

NO_DATE = Problem(Message("This is no date: 110526, 11.5, +1 or t for today."), "unreadable")
NO_TIME = Problem(Message("This is no time: 630, 6:30 or n for now."), "unreadable")
TWO_DATES = Problem(Message("Day and month can be read in two ways: type it like 2026-05-11."), "ambiguous")


def read_date(text: str, ctx: Context) -> date | Problem:
    """A calendar day; without a year the one that is nearest to today."""
    typed = text.strip().lower()
    today = ctx.now.date()
    if typed in _TODAY:
        return today
    try:
        if step := _STEP.fullmatch(typed):
            days = int(step[2])
            return today + timedelta(days=days if step[1] == "+" else -days)
        if iso := _ISO.fullmatch(typed):
            return _day(int(iso[3]), int(iso[2]), iso[1], today, ctx)
        if parts := _PARTS.fullmatch(typed):
            return _from_parts(parts, today, ctx)
        if typed.isascii() and typed.isdigit():
            return _from_digits(typed, today, ctx)
    except (ValueError, OverflowError):
        return NO_DATE
    return NO_DATE


def _from_parts(parts: re.Match[str], today: date, ctx: Context) -> date | Problem:
    first, second, year = int(parts[1]), int(parts[3]), parts[4]
    if parts[2] == "/" and ctx.lang.startswith("en"):
        # British and American readers disagree; only a day above twelve tells them apart.
        if first <= 12 and second <= 12 and first != second:
            return TWO_DATES
        if second > 12:
            first, second = second, first
    return _day(first, second, year, today, ctx)


def _from_digits(typed: str, today: date, ctx: Context) -> date | Problem:
    if len(typed) == 8 and 1900 <= int(typed[:4]) < 2200 and 1 <= int(typed[4:6]) <= 12:
        return _day(int(typed[6:]), int(typed[4:6]), typed[:4], today, ctx)
    if len(typed) in (4, 6, 8):
        return _day(int(typed[:2]), int(typed[2:4]), typed[4:], today, ctx)
    return NO_DATE


def _day(day: int, month: int, year: str | None, today: date, ctx: Context) -> date | Problem:
    number = int(year) if year else _near_year(day, month, today)
    if year and len(year) == 2:
        number += 2000
    if (day, month) == (29, 2) and not isleap(number):
        return _no_leap_day(number, ctx)
    return date(number, month, day)


def _near_year(day: int, month: int, today: date) -> int:
    """The year that brings the day nearest to today: this one, the last or the next, never one far away."""
    stand_in = min(day, 28) if month == 2 else day
    years = (today.year, today.year - 1, today.year + 1)
    return min(years, key=lambda year: abs(date(year, month, stand_in) - today))


def _no_leap_day(year: int, ctx: Context) -> Problem:
    leap = next(later for later in range(year + 1, year + 9) if isleap(later))
    example = php_dates.write(locale_of(ctx.lang).date, datetime(leap, 2, 29))
    return Problem(
        Message("{year} has no 29 February; the next one is {example}.", {"year": str(year), "example": example}),
        "unreadable",
    )


def read_time(text: str, ctx: Context) -> time | Problem:
    """A time of day, to the minute unless seconds are typed."""
    typed = text.strip().lower()
    if typed in _NOW:
        return ctx.now.time().replace(second=0, microsecond=0)
    try:
        if clock := _CLOCK.fullmatch(typed):
            return time(_hour(int(clock[1]), clock[4]), int(clock[2]), int(clock[3] or 0))
        if hour := _HOUR.fullmatch(typed):
            return time(_hour(int(hour[1]), hour[2]))
        if typed.isascii() and typed.isdigit() and len(typed) in (1, 2, 3, 4, 6):
            digits = typed if len(typed) != 3 else "0" + typed
            return time(int(digits[:2]), int(digits[2:4] or 0), int(digits[4:] or 0))
    except ValueError:
        return NO_TIME
    return NO_TIME


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def is_now(text: str) -> bool:
    """Whether ``text`` asks for this very moment."""
    return text.strip().lower() in _NOW
