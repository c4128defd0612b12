"""Calendar days, written for the server in the field's PHP format."""

from __future__ import annotations

from datetime import datetime, time

from tui.form import php_dates
from tui.form.codec import NOTHING, Codec, Context, Parsed, register
from tui.form.locale import locale_of
from tui.form.moments import read_date
from tui.form.problem import Problem
from tui.model.field import Field, Value
from tui.model.message import Message


class DateCodec(Codec):
    """Typed in the order of the language or as ISO; shown with the weekday."""

    kinds = ("date",)
    keypad = True

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """See :func:`tui.form.moments.read_date` for what may be typed."""
        if not text.strip():
            return NOTHING
        day = read_date(text, ctx)
        if isinstance(day, Problem):
            return Parsed(None, day)
        return Parsed(php_dates.write(field.format or "Y-m-d", datetime.combine(day, time()), ctx.zone))

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """As it is typed in this language; a value that is no date stays as it is."""
        moment = moment_of(field, value, ctx, "Y-m-d")
        if moment is None:
            return super().format(field, value, ctx)
        return php_dates.write(locale_of(ctx.lang).date, moment)

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """With the weekday, so that a wrong week is seen."""
        moment = moment_of(field, value, ctx, "Y-m-d")
        return self.format(field, value, ctx) if moment is None else day_in_words(moment, ctx)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """The short ways."""
        return Message("110526, 11.5, +1, t = today")


def moment_of(field: Field, value: Value, ctx: Context, usual: str) -> datetime | None:
    """The wall time that ``value`` names in the field's format, or in the usual ones."""
    if not isinstance(value, str):
        return None
    for pattern in (field.format or usual, usual, "Y-m-d H:i:s", "Y-m-d"):
        moment = php_dates.read(pattern, value, ctx.now.date(), ctx.zone)
        if moment is not None:
            return moment
    return None


def day_in_words(moment: datetime, ctx: Context) -> str:
    """The day for reading: ``Mo 11.05.2026``, ``Mon 11 May 2026``."""
    habits = locale_of(ctx.lang)
    return f"{habits.weekdays[moment.weekday()]} {php_dates.write(habits.read or habits.date, moment)}"


register(DateCodec())
