"""Their moments: ISO 8601 in UTC; and when a repeating task comes next (contract sections 4.2, 4.3)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tui.api.lenient import as_text

_FIRST_YEAR = 1971
"""A date before it is one that means "never"."""

_STEPS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
REPEATS = ("daily", "weekly", "monthly")


def moment_of(value: object) -> datetime | None:
    """Aware UTC; ``None`` for null, nothing, a zero date and whatever is no moment."""
    text = as_text(value).strip()
    if not text or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None


def written(moment: datetime) -> str:
    """``2026-11-21T02:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(moment: datetime, zone: ZoneInfo) -> str:
    """``2026-11-21 03:00:00``, the wall time of ``zone``."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def occurrence(once: datetime, repeat: str, start: datetime) -> datetime | None:
    """The first occurrence at or after ``start``; ``None`` for a word that is no repetition."""
    if start <= once:
        return once
    if repeat in _STEPS:
        step = _STEPS[repeat]
        return _guarded(once, -((once - start) // step) * step)
    if repeat != "monthly":
        return None
    months = start.year * 12 + start.month - once.year * 12 - once.month
    found = _months_later(once, months)
    return found if found is None or found >= start else _months_later(once, months + 1)


def before(once: datetime, repeat: str, end: datetime) -> datetime | None:
    """The last occurrence that is not after ``end``; ``None`` where there is none."""
    if end < once:
        return None
    if repeat in _STEPS:
        return once + (end - once) // _STEPS[repeat] * _STEPS[repeat]
    if repeat != "monthly":
        return once
    months = end.year * 12 + end.month - once.year * 12 - once.month
    found = _months_later(once, months)
    return found if found is not None and found <= end else _months_later(once, months - 1)


def _guarded(once: datetime, step: timedelta) -> datetime | None:
    try:
        return once + step
    except OverflowError:
        return None


def _months_later(once: datetime, months: int) -> datetime | None:
    """The same day of another month, or that month's last."""
    year, month = divmod(once.year * 12 + once.month - 1 + months, 12)
    if not 1 <= year <= datetime.max.year:
        return None
    return once.replace(year=year, month=month + 1, day=min(once.day, monthrange(year, month + 1)[1]))
