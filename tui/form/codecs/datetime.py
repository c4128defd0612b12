"""Date and time in one line, with a space between; a time alone means today."""

from __future__ import annotations

from datetime import datetime

from tui.form import php_dates
from tui.form.codec import NOTHING, Codec, Context, Parsed, register
from tui.form.codecs.date import moment_of
from tui.form.codecs.time import clock_text
from tui.form.locale import locale_of
from tui.form.moments import NO_TIME, is_now, read_date, read_time
from tui.form.problem import Problem
from tui.model.field import Field, Value
from tui.model.message import Message

_USUAL = "Y-m-d H:i:s"
_NO_MOMENT = Problem(Message("Date and time are needed: 11.5 630, t 6:30 or n for now."), "unreadable")
_TWO_WAYS = Problem(Message("This may be a date or a time: type both, like 11.5 6:30."), "ambiguous")


class DateTimeCodec(Codec):
    """A wall time of the site."""

    kinds = ("datetime",)
    keypad = True

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """``11.5 630``, ``+1 6:30``, ``t n``, ``n``, ``630``, ISO with a space or a T."""
        typed = " ".join(text.split())
        if not typed:
            return NOTHING
        if typed[10:11] in ("T", "t"):
            typed = f"{typed[:10]} {typed[11:]}"
        head, _, tail = typed.partition(" ")
        moment = self._both(head, tail, ctx) if tail else self._alone(head, ctx)
        if isinstance(moment, Problem):
            return Parsed(None, moment)
        return Parsed(php_dates.write(field.format or _USUAL, moment, ctx.zone))

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """As it is typed in this language; a value that is no moment stays as it is."""
        moment = moment_of(field, value, ctx, _USUAL)
        if moment is None:
            return super().format(field, value, ctx)
        return f"{php_dates.write(locale_of(ctx.lang).date, moment)} {clock_text(moment)}"

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """With the weekday."""
        moment = moment_of(field, value, ctx, _USUAL)
        text = self.format(field, value, ctx)
        return text if moment is None else f"{locale_of(ctx.lang).weekdays[moment.weekday()]} {text}"

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
        if is_now(typed):
            return datetime.combine(ctx.now.date(), ctx.now.time().replace(second=0, microsecond=0))
        clock, day = read_time(typed, ctx), read_date(typed, ctx)
        if isinstance(clock, Problem):
            return _NO_MOMENT if clock is NO_TIME else clock
        if not isinstance(day, Problem) and not (typed.isdigit() and len(typed) == 4):
            return _TWO_WAYS
        return datetime.combine(ctx.now.date(), clock)


register(DateTimeCodec())
