"""Times and ages as people say them, in the wall time of the site."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tui.i18n import _, say
from tui.model.message import Message
from tui.model.span import span_words

_WEEKDAYS = (
    Message("Mon"),
    Message("Tue"),
    Message("Wed"),
    Message("Thu"),
    Message("Fri"),
    Message("Sat"),
    Message("Sun"),
)
_MONTHS = (
    Message("Jan"),
    Message("Feb"),
    Message("Mar"),
    Message("Apr"),
    Message("May"),
    Message("Jun"),
    Message("Jul"),
    Message("Aug"),
    Message("Sep"),
    Message("Oct"),
    Message("Nov"),
    Message("Dec"),
)


def weekday(day: date) -> str:
    """Two or three letters."""
    return say(_WEEKDAYS[day.weekday()])


def month(day: date) -> str:
    """Three letters."""
    return say(_MONTHS[day.month - 1])


def day_text(day: date, today: date | None) -> str:
    """``today``, ``yesterday``, ``tomorrow`` where ``today`` is known, and weekday, day and month."""
    names = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    named = names.get((day - today).days) if today is not None else None
    plain = _("{weekday} {day} {month}", weekday=weekday(day), day=day.day, month=month(day))
    return f"{named}, {plain}" if named else plain


def clock_text(moment: datetime, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """``05:57`` or ``05:57:12`` in the site's wall time."""
    return moment.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment_text(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time alone for today, else with its weekday, else with its date."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    distance = abs((local.date() - today).days)
    if distance == 0:
        return local.strftime("%H:%M")
    if distance < 7:
        return f"{weekday(local.date())} {local:%H:%M}"
    return f"{local:%d.%m. %H:%M}"


def span_text(span: timedelta) -> str:
    """A length of time in its two largest steps: ``45 s``, ``12 min``, ``2 h 05 min``, ``3 d``."""
    return say(span_words(span))


def due_text(due: datetime | None, now: datetime, *, closed: bool = False) -> str:
    """``12 min late`` or ``in 25 min``; nothing for closed work or work without a moment."""
    if due is None or closed:
        return ""
    span = span_text(now - due)
    return _("{span} late", span=span) if due < now else _("in {span}", span=span)


def data_age(as_of: datetime, now: datetime) -> str:
    """The age of data in steps of 5 s, so that an idle screen says nothing new more often."""
    seconds = max(0, int((now - as_of).total_seconds()))
    if seconds < 60:
        return _("{n} s old", n=seconds // 5 * 5)
    return _("{span} old", span=span_text(timedelta(seconds=seconds)))
