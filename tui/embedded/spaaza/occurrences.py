"""When a repeating task runs: ``once`` and then every day, week or month, in UTC."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

DAY = 86_400
_STEPS = {"daily": DAY, "weekly": 7 * DAY}


def latest(once: int, repeat: str | None, until: int) -> int | None:
    """The last occurrence that is not after ``until``; ``None`` when there is none yet."""
    if until < once:
        return None
    if repeat is None:
        return once
    if repeat in _STEPS:
        return once + (until - once) // _STEPS[repeat] * _STEPS[repeat]
    months = _months(until) - _months(once)
    found = _moved(once, months)
    return found if found <= until else _moved(once, months - 1)


def following(once: int, repeat: str | None, after: int) -> int | None:
    """The first occurrence after ``after``; ``None`` when there is none."""
    if after < once:
        return once
    if repeat is None:
        return None
    last = latest(once, repeat, after)
    assert last is not None  # noqa: S101 - after is not before once
    return last + _STEPS[repeat] if repeat in _STEPS else _moved(once, _months(last) - _months(once) + 1)


def _months(moment: int) -> int:
    day = datetime.fromtimestamp(moment, UTC)
    return day.year * 12 + day.month - 1


def _moved(once: int, months: int) -> int:
    """The same day of a later month, or that month's last."""
    start = datetime.fromtimestamp(once, UTC)
    year, month = divmod(_months(once) + months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())
