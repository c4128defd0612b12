"""Dates and times in PHP's letters (``Y-m-d H:i:s``), as the configurations of the interface name them.

A text fits a format as in Laravel's ``date_format``: it can be read, and written again it is the same text, so
that ``9:5`` does not fit ``H:i`` and 30 February fits nothing. Letters that are not below stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

DATETIME, DATE, TIME = "Y-m-d H:i:s", "Y-m-d", "H:i:s"
"""The documented formats (field validation)."""
OF_TYPE = {"date": DATE, "time": TIME, "datetime": DATETIME}
"""The format of a date field that names only its type."""

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Letter(NamedTuple):
    pattern: str
    write: Callable[[datetime], str]


_LETTERS: dict[str, _Letter] = {
    "d": _Letter(r"\d\d", lambda at: f"{at.day:02}"),
    "j": _Letter(r"\d{1,2}", lambda at: str(at.day)),
    "D": _Letter(r"[A-Z][a-z]{2}", lambda at: _DAYS[at.weekday()][:3]),
    "l": _Letter(r"[A-Z][a-z]+", lambda at: _DAYS[at.weekday()]),
    "N": _Letter(r"[1-7]", lambda at: str(at.isoweekday())),
    "m": _Letter(r"\d\d", lambda at: f"{at.month:02}"),
    "n": _Letter(r"\d{1,2}", lambda at: str(at.month)),
    "M": _Letter(r"[A-Z][a-z]{2}", lambda at: _MONTHS[at.month - 1][:3]),
    "F": _Letter(r"[A-Z][a-z]+", lambda at: _MONTHS[at.month - 1]),
    "Y": _Letter(r"\d{4}", lambda at: f"{at.year:04}"),
    "y": _Letter(r"\d\d", lambda at: f"{at.year % 100:02}"),
    "H": _Letter(r"\d\d", lambda at: f"{at.hour:02}"),
    "G": _Letter(r"\d{1,2}", lambda at: str(at.hour)),
    "h": _Letter(r"\d\d", lambda at: f"{at.hour % 12 or 12:02}"),
    "g": _Letter(r"\d{1,2}", lambda at: str(at.hour % 12 or 12)),
    "i": _Letter(r"\d\d", lambda at: f"{at.minute:02}"),
    "s": _Letter(r"\d\d", lambda at: f"{at.second:02}"),
    "A": _Letter(r"AM|PM", lambda at: "AM" if at.hour < 12 else "PM"),
    "a": _Letter(r"am|pm", lambda at: "am" if at.hour < 12 else "pm"),
    "u": _Letter(r"\d{6}", lambda at: f"{at.microsecond:06}"),
    "v": _Letter(r"\d{3}", lambda at: f"{at.microsecond // 1000:03}"),
}
_DAY_LETTERS, _CLOCK_LETTERS = frozenset("djDlNmnMFYy"), frozenset("HGhgisAauv")


@lru_cache(maxsize=256)
def _tokens(php: str) -> tuple[tuple[str, bool], ...]:
    """(character, whether it is a letter of the notation); a backslash makes the next one stand for itself."""
    found: list[tuple[str, bool]] = []
    literal = False
    for character in php:
        if character == "\\" and not literal:
            literal = True
            continue
        found.append((character, not literal and character in _LETTERS))
        literal = False
    return tuple(found)


@lru_cache(maxsize=256)
def _reader(php: str) -> re.Pattern[str]:
    parts: list[str] = []
    seen: set[str] = set()
    for character, special in _tokens(php):
        if not special:
            parts.append(re.escape(character))
        elif character in seen:
            parts.append(f"(?P={character})")
        else:
            seen.add(character)
            parts.append(f"(?P<{character}>{_LETTERS[character].pattern})")
    return re.compile("".join(parts), re.ASCII)


def names(php: str) -> tuple[bool, bool]:
    """Whether a format names a day, and a time of day."""
    letters = {character for character, special in _tokens(php) if special}
    return bool(letters & _DAY_LETTERS), bool(letters & _CLOCK_LETTERS)


def write(moment: datetime, php: str) -> str:
    """``moment`` as ``php`` says."""
    return "".join(_LETTERS[part].write(moment) if special else part for part, special in _tokens(php))


def parse(text: str, php: str) -> datetime | None:
    """The wall time that ``text`` means, or ``None``; what the format does not name is 1970-01-01 00:00:00."""
    found = _reader(php).fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    try:
        moment = datetime(_year(part), _month(part), int(part.get("d") or part.get("j") or 1), _hour(part),
                          int(part.get("i") or 0), int(part.get("s") or 0), _microsecond(part))  # fmt: skip
    except ValueError:
        return None
    return moment if write(moment, php) == text else None


def _year(part: dict[str, str | None]) -> int:
    if part.get("Y"):
        return int(part["Y"] or 0)
    if part.get("y") is None:
        return 1970
    short = int(part["y"] or 0)
    return short + (2000 if short < 70 else 1900)


def _month(part: dict[str, str | None]) -> int:
    name = part.get("F") or part.get("M")
    if name:
        return next((place for place, month in enumerate(_MONTHS, 1) if name in (month, month[:3])), 0)
    return int(part.get("m") or part.get("n") or 1)


def _hour(part: dict[str, str | None]) -> int:
    if part.get("H") or part.get("G"):
        return int(part.get("H") or part.get("G") or 0)
    hour = int(part.get("h") or part.get("g") or 0)
    half = (part.get("A") or part.get("a") or "").lower()
    return hour % 12 + 12 * (half == "pm") if half else hour


def _microsecond(part: dict[str, str | None]) -> int:
    return int(part.get("u") or (part.get("v") or "0") + "000")
