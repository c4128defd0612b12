"""Times of day, written for the server in the field's PHP format."""

from __future__ import annotations

from datetime import datetime

from tui.form import php_dates
from tui.form.codec import NOTHING, Codec, Context, Parsed, register
from tui.form.codecs.date import moment_of, no_moment, written
from tui.form.moments import NO_TIME, read_time
from tui.form.problem import Problem
from tui.model.field import Field, Value
from tui.model.message import Message


class TimeCodec(Codec):
    """24 hours; seconds only where they are not zero."""

    kinds = ("time",)
    keypad = True

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """See :func:`tui.form.moments.read_time` for what may be typed."""
        if not text.strip():
            return NOTHING
        clock = read_time(text, ctx)
        if isinstance(clock, Problem):
            return Parsed(None, clock)
        return written(field.format or "H:i", datetime.combine(ctx.now.date(), clock), "H:i:s", ctx)

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """As it is typed; a value that is no time stays as it is."""
        moment = moment_of(field, value, ctx, "H:i")
        if moment is None:
            return super().format(field, value, ctx)
        return clock_text(moment)

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """No time at all (a preset may be anything), and the rules."""
        return super().validate(field, value, ctx) or no_moment(field, value, ctx, "H:i", NO_TIME)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """The short ways."""
        return Message("630, 6:30, n = now")


def clock_text(moment: datetime) -> str:
    """Hours and minutes, and seconds only where there are any."""
    return php_dates.write("H:i:s" if moment.second else "H:i", moment)


register(TimeCodec())
