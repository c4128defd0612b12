"""Dates and times written with PHP format letters (the servers' notation), both ways, without exceptions.

Read and written: ``d j D l N m n M F y Y H G h g i s A a u v P O c U`` and ``\\`` before a literal letter.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_COMPOSED = {"c": "Y-m-d\\TH:i:sP"}

_PATTERNS = {
    "d": r"(?P<d>\d{2})",
    "j": r"(?P<d>\d{1,2})",
    "D": r"(?:[A-Z][a-z]{2})",
    "l": r"(?:[A-Z][a-z]+)",
    "N": r"(?:[1-7])",
    "m": r"(?P<m>\d{2})",
    "n": r"(?P<m>\d{1,2})",
    "M": r"(?P<M>[A-Z][a-z]{2})",
    "F": r"(?P<M>[A-Z][a-z]+)",
    "y": r"(?P<y>\d{2})",
    "Y": r"(?P<Y>\d{4})",
    "H": r"(?P<H>\d{2})",
    "G": r"(?P<H>\d{1,2})",
    "h": r"(?P<h>\d{2})",
    "g": r"(?P<h>\d{1,2})",
    "i": r"(?P<i>\d{2})",
    "s": r"(?P<s>\d{2})",
    "A": r"(?P<A>[AaPp][Mm])",
    "a": r"(?P<A>[AaPp][Mm])",
    "u": r"(?:\d{6})",
    "v": r"(?:\d{3})",
    "P": r"(?P<P>[+-]\d{2}:\d{2}|Z)",
    "O": r"(?P<P>[+-]\d{4})",
    "U": r"(?P<U>-?\d{1,11})",
}


@lru_cache(maxsize=64)
def _tokens(pattern: str) -> tuple[tuple[str, bool], ...]:
    out: list[tuple[str, bool]] = []
    index = 0
    while index < len(pattern):
        letter = pattern[index]
        if letter == "\\" and index + 1 < len(pattern):
            index += 1
            out.append((pattern[index], True))
        elif letter in _COMPOSED:
            out.extend(_tokens(_COMPOSED[letter]))
        else:
            out.append((letter, letter not in _PATTERNS))
        index += 1
    return tuple(out)


@lru_cache(maxsize=64)
def _reader(pattern: str) -> re.Pattern[str] | None:
    parts: list[str] = []
    seen: set[str] = set()
    for token, literal in _tokens(pattern):
        part = re.escape(token) if literal else _PATTERNS[token]
        name = part[4 : part.index(">")] if part.startswith("(?P<") else ""
        if name in seen:
            part = f"(?P={name})"
        elif name:
            seen.add(name)
        parts.append(part)
    try:
        return re.compile("".join(parts), re.ASCII)
    except re.error:
        return None


def read(pattern: str, text: str, today: date | None = None, zone: tzinfo = UTC) -> datetime | None:
    """``text`` as a naive wall time, or ``None`` if it is not written like ``pattern``.

    What the pattern does not name is taken from ``today`` (a date without a year: the year nearest to it).
    A moment with an offset becomes the wall time of ``zone``; ``fold`` tells the two hours of autumn apart.
    """
    reader = _reader(pattern)
    found = reader.fullmatch(text) if reader else None
    if found is None:
        return None
    parts = found.groupdict()
    today = today or date(2000, 1, 1)
    try:
        if parts.get("U"):
            return datetime.fromtimestamp(int(parts["U"]), zone).replace(tzinfo=None)
        hour = _hour(parts)
        day = _day(parts, today)
        if day is None or hour is None:
            return None
        clock = hour, int(parts.get("i") or 0), int(parts.get("s") or 0)
        wall = datetime(day.year, day.month, day.day, *clock)
        return _at_offset(wall, parts["P"], zone) if parts.get("P") else wall
    except (ValueError, OverflowError, OSError):
        return None


def _at_offset(wall: datetime, offset: str | None, zone: tzinfo) -> datetime:
    """The wall time of ``zone`` at the moment that ``wall`` and its ``offset`` name."""
    digits = (offset or "").replace(":", "").replace("Z", "+0000")
    for fold in (0, 1):
        # Where the zone's own offset is meant, its seconds of long ago are not written: the wall time stays.
        if _write("O", wall.replace(fold=fold), zone) == digits:
            return wall.replace(fold=fold)
    minutes = int(digits[1:3]) * 60 + int(digits[3:])
    there = timezone(timedelta(minutes=-minutes if digits[0] == "-" else minutes))
    return wall.replace(tzinfo=there).astimezone(zone).replace(tzinfo=None)


def carries_offset(pattern: str) -> bool:
    """Whether a time written as ``pattern`` says can tell the two equal hours of an autumn night apart."""
    return not {letter for letter, literal in _tokens(pattern) if not literal}.isdisjoint("POU")


def comes_twice(at: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of ``zone`` show this wall time twice, because they go back."""
    return _offset(at.replace(fold=0), zone) > _offset(at.replace(fold=1), zone)


def never_comes(at: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of ``zone`` leave this wall time out, because they go forward."""
    return _offset(at.replace(fold=0), zone) < _offset(at.replace(fold=1), zone)


def _offset(at: datetime, zone: tzinfo) -> timedelta:
    try:
        return at.replace(tzinfo=zone).utcoffset() or timedelta(0)
    except (ValueError, OverflowError):
        return timedelta(0)


def _hour(parts: dict[str, str | None]) -> int | None:
    if parts.get("H"):
        return int(parts["H"] or 0)
    if not parts.get("h"):
        return 0
    hour, half = int(parts["h"] or 0), (parts.get("A") or "").lower()
    if not half:
        return hour
    return hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else None


def _day(parts: dict[str, str | None], today: date) -> date | None:
    named = [key for key in ("Y", "y", "m", "M", "d") if parts.get(key)]
    if not named:
        return today
    month = (
        int(parts.get("m") or 0) or _month(parts.get("M")) or (1 if "Y" in named or "y" in named else today.month)
    )
    day = int(parts.get("d") or 1)
    if parts.get("Y"):
        return date(int(parts["Y"] or 0), month, day)
    if parts.get("y"):
        return date(2000 + int(parts["y"] or 0), month, day)
    return nearest_year(day, month, today)


def _month(name: str | None) -> int:
    for index, month in enumerate(_MONTHS, start=1):
        if name in (month, month[:3]):
            return index
    return 0


def nearest_year(day: int, month: int, today: date) -> date | None:
    """The date ``day``.``month``. of the year that brings it nearest to ``today``; ``None`` if there is none."""
    found: list[date] = []
    for year in range(today.year - 4, today.year + 5):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return min(found, key=lambda one: abs(one - today), default=None)


def write(pattern: str, moment: datetime, zone: tzinfo = UTC) -> str:
    """A naive wall time as ``pattern`` says."""
    return "".join(token if literal else _write(token, moment, zone) for token, literal in _tokens(pattern))


def _write(letter: str, at: datetime, zone: tzinfo) -> str:
    simple = {
        "d": f"{at.day:02}",
        "j": str(at.day),
        "m": f"{at.month:02}",
        "n": str(at.month),
        "y": f"{at.year % 100:02}",
        "Y": f"{at.year:04}",
        "H": f"{at.hour:02}",
        "G": str(at.hour),
        "h": f"{at.hour % 12 or 12:02}",
        "g": str(at.hour % 12 or 12),
        "i": f"{at.minute:02}",
        "s": f"{at.second:02}",
        "A": "AM" if at.hour < 12 else "PM",
        "a": "am" if at.hour < 12 else "pm",
        "u": "000000",
        "v": "000",
        "N": str(at.isoweekday()),
        "D": _DAYS[at.weekday()][:3],
        "l": _DAYS[at.weekday()],
        "M": _MONTHS[at.month - 1][:3],
        "F": _MONTHS[at.month - 1],
    }
    if letter in simple:
        return simple[letter]
    try:
        aware = at.replace(tzinfo=zone)
        if letter == "U":
            return str(int(aware.timestamp()))
        offset = aware.utcoffset() or timedelta(0)
    except (ValueError, OverflowError, OSError):
        return ""
    minutes = int(offset.total_seconds()) // 60
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"{sign}{minutes // 60:02}{':' if letter == 'P' else ''}{minutes % 60:02}"
