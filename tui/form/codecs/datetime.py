"""Date and time in one line, with a space between; a time alone means today.

The hour that comes twice in an autumn night is asked about only where the server's format can tell the two
apart (it writes an offset, or seconds since 1970); ``/1`` and ``/2`` behind the time say which. In a format
without that the wall time is all that there is, and nothing is added to it. The hour that the clocks leave out
in spring is no time in any format.
"""

from __future__ import annotations

import re
from datetime import datetime

from tui.form import php_dates
from tui.form.codec import NOTHING, Codec, Context, Parsed, register
from tui.form.codecs.date import day_in_words, moment_of, no_moment, written
from tui.form.codecs.time import clock_text
from tui.form.locale import locale_of
from tui.form.moments import NO_TIME, is_now, read_date, read_time
from tui.form.problem import Problem
from tui.model.field import Field, Value
from tui.model.message import Message

_USUAL = "Y-m-d H:i:s"
_LONGEST = 200
_WHICH = re.compile(r"(.*[0-9hHmM])/([12])")
_NO_MOMENT = Problem(Message("Date and time are needed: 11.5 630, t 6:30 or n for now."), "unreadable")
_TWO_WAYS = Problem(Message("This may be a date or a time: type both, like 11.5 6:30."), "ambiguous")


class DateTimeCodec(Codec):
    """A wall time of the site."""

    kinds = ("datetime",)
    keypad = True

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """``11.5 630``, ``+1 6:30``, ``t n``, ``n``, ``630``, ISO with a space or a T; ``25.10 2:30/2``."""
        if len(text) > _LONGEST and text.strip():
            return Parsed(None, _NO_MOMENT)
        typed = " ".join(text.split())
        if not typed:
            return NOTHING
        if typed[10:11] in ("T", "t"):
            typed = f"{typed[:10]} {typed[11:]}"
        which = _WHICH.fullmatch(typed) if " " in typed or ":" in typed else None
        head, _, tail = (which[1] if which else typed).partition(" ")
        moment = self._both(head, tail, ctx) if tail else self._alone(head, ctx)
        if not isinstance(moment, Problem):
            sure = is_now(tail or head) or not php_dates.carries_offset(field.format)
            moment = _placed(moment, which[2] if which else "", ctx, sure=sure)
        if isinstance(moment, Problem):
            return Parsed(None, moment)
        return written(field.format or _USUAL, moment, _USUAL, ctx)

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """As it is typed in this language; a value that is no moment stays as it is."""
        moment = moment_of(field, value, ctx, _USUAL)
        if moment is None:
            return super().format(field, value, ctx)
        return f"{php_dates.write(locale_of(ctx.lang).date, moment)} {_clock(field, moment, ctx)}"

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """With the weekday."""
        moment = moment_of(field, value, ctx, _USUAL)
        if moment is None:
            return self.format(field, value, ctx)
        return f"{day_in_words(moment, ctx)} {_clock(field, moment, ctx)}"

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """No moment at all (a preset may be anything), and the rules."""
        return super().validate(field, value, ctx) or no_moment(field, value, ctx, _USUAL, _NO_MOMENT)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """The short ways."""
        return Message("11.5 630, t 6:30, n = now")

    @staticmethod
    def _both(head: str, tail: str, ctx: Context) -> datetime | Problem:
        clock = read_time(tail, ctx)
        if isinstance(clock, Problem):
            # "6:30 pm" holds a space of its own and means today.
            whole = read_time(f"{head} {tail}", ctx)
            return clock if isinstance(whole, Problem) else datetime.combine(ctx.now.date(), whole)
        day = read_date(head, ctx)
        return day if isinstance(day, Problem) else datetime.combine(day, clock)

    @staticmethod
    def _alone(typed: str, ctx: Context) -> datetime | Problem:
        clock, day = read_time(typed, ctx), read_date(typed, ctx)
        if isinstance(clock, Problem):
            return _NO_MOMENT if clock is NO_TIME else clock
        if not isinstance(day, Problem) and not (typed.isdigit() and len(typed) == 4):
            return _TWO_WAYS
        return datetime.combine(ctx.now.date(), clock)


def _placed(moment: datetime, which: str, ctx: Context, *, sure: bool) -> datetime | Problem:
    """The moment on the clocks of the zone. ``which`` of two equal hours was typed ("" for neither)."""
    time_ = clock_text(moment)
    if php_dates.never_comes(moment, ctx.zone):
        said = Message("There is no {time} that night: the clocks go forward.", {"time": time_})
        return Problem(said, "unreadable")
    if not php_dates.comes_twice(moment, ctx.zone):
        said = Message("{time} comes only once that day: type it without /1 or /2.", {"time": time_})
        return Problem(said, "unreadable") if which else moment
    if which:
        return moment.replace(fold=int(which) - 1)
    if sure:
        return moment
    return Problem(
        Message(
            "{time} comes twice that night: {first} is before the clocks go back, {second} is after.",
            {"time": time_, "first": f"{time_}/1", "second": f"{time_}/2"},
        ),
        "ambiguous",
    )


def _clock(field: Field, moment: datetime, ctx: Context) -> str:
    text = clock_text(moment)
    if php_dates.carries_offset(field.format) and php_dates.comes_twice(moment, ctx.zone):
        return f"{text}/{moment.fold + 1}"
    return text


register(DateTimeCodec())
