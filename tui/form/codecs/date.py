"""Calendar days, written for the server in the field's PHP format."""

from __future__ import annotations

from datetime import datetime, time

from tui.form import php_dates
from tui.form.codec import NOTHING, Codec, Context, Parsed, register
from tui.form.locale import locale_of
from tui.form.moments import NO_DATE, read_date
from tui.form.problem import Problem
from tui.model.field import Field, Value, no_answer
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
        return written(field.format or "Y-m-d", datetime.combine(day, time()), "Y-m-d", ctx)

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

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """No date at all (a preset may be anything), and the rules."""
        return super().validate(field, value, ctx) or no_moment(field, value, ctx, "Y-m-d", NO_DATE)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """The short ways."""
        return Message("110526, 11.5, +1, t = today")


def written(pattern: str, moment: datetime, usual: str, ctx: Context) -> Parsed:
    """``moment`` as the server takes it, if that says the same moment again: some patterns leave a part out.

    ``usual`` is the pattern with all that this kind of field asks for.
    """
    text = php_dates.write(pattern, moment, ctx.zone)
    read = php_dates.read(pattern, text, ctx.now.date(), ctx.zone)
    asked, held = (None if one is None else php_dates.write(usual, one) for one in (moment, read))
    folds = read is not None and (read.fold == moment.fold or not php_dates.carries_offset(pattern))
    if asked == held and folds:
        return Parsed(text)
    words = {"typed": _in_words(usual, moment, ctx)}
    if read is None or asked == held:
        return Parsed(None, Problem(Message("This field cannot hold {typed}.", words), "unreadable"))
    said = Message(
        "This field cannot hold {typed}: it would become {held}.", words | {"held": _in_words(usual, read, ctx)}
    )
    return Parsed(None, Problem(said, "unreadable"))


def no_moment(field: Field, value: Value, ctx: Context, usual: str, problem: Problem) -> Problem | None:
    """``problem`` where ``value`` is an answer and names no moment."""
    return None if no_answer(value) or moment_of(field, value, ctx, usual) is not None else problem


def _in_words(usual: str, moment: datetime, ctx: Context) -> str:
    pattern = usual if moment.second else usual.removesuffix(":s")
    return php_dates.write(pattern.replace("Y-m-d", locale_of(ctx.lang).date), moment)


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
