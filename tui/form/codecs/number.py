"""Numbers: comma and point are both decimal signs, and what could mean two things is asked about."""

from __future__ import annotations

import re

from tui.form.codec import NOTHING, Codec, Context, Parsed, register
from tui.form.locale import locale_of
from tui.form.problem import Problem
from tui.form.rules import decimal_of, limits_in_words, whole_numbers_only, within_limits
from tui.model.field import Field, Value, same_value
from tui.model.message import Message

_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-", "\uff0b": "+"})
_NUMBER = re.compile(r"([+-]?) ?([0-9]*)(?:([.,])([0-9]*))?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+")


class NumberCodec(Codec):
    """The value is a string of the typed digits with a point (``"4.50"``), so that nothing is rounded."""

    kinds = ("number",)
    keypad = True

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """Sign, digits, at most one decimal sign; the field's unit may stand behind."""
        typed = text.strip()
        unit = field.unit.strip()
        if unit and typed.endswith(unit) and typed != unit:
            amount = typed[: -len(unit)]
            # A unit that begins with a digit ("5 kg") is no part of a number ("15 kg").
            if not unit[0].isdigit() or amount[-1:].isspace():
                typed = amount.rstrip()
        typed = typed.translate(_SIGNS)
        if not typed:
            return NOTHING
        if _GROUPED.fullmatch(typed):
            return Parsed(
                None, Problem(Message("This can be read in two ways: type it without spaces."), "ambiguous")
            )
        found = _NUMBER.fullmatch(typed)
        if found is None or not (found[2] or found[4]):
            return Parsed(None, self._unreadable(ctx))
        sign, whole, mark, part = found[1], found[2], found[3] or "", found[4] or ""
        if self._ambiguous(whole, mark, part, ctx):
            return Parsed(None, self._two_ways(field, sign, whole, part, ctx))
        if mark and whole_numbers_only(field):
            return Parsed(None, Problem(Message("Whole numbers only, without a decimal sign."), "unreadable"))
        whole = whole.lstrip("0") or "0"
        return Parsed(("-" if sign == "-" else "") + whole + (f".{part}" if part else ""))

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """With the decimal sign of the language; a value that is no number stays as it is."""
        number = decimal_of(value)
        if number is None:
            return super().format(field, value, ctx)
        text = value if isinstance(value, str) else f"{number:f}"
        if "." in text and whole_numbers_only(field) and number == number.to_integral_value():
            text = f"{number.to_integral_value():f}"
        return text.replace(".", locale_of(ctx.lang).decimal)

    def same(self, field: Field, one: Value, other: Value) -> bool:
        """4, 4.0 and "4.0" are the same measurement."""
        return same_value(one, other, number=True)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """The limits."""
        return limits_in_words(field, ctx.lang)

    @staticmethod
    def _ambiguous(whole: str, mark: str, part: str, ctx: Context) -> bool:
        """``1.234`` where the comma is the decimal sign: one thousand or one and a bit?"""
        thousands = len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
        return mark == locale_of(ctx.lang).other and thousands

    @staticmethod
    def _unreadable(ctx: Context) -> Problem:
        example = f"4{locale_of(ctx.lang).decimal}5"
        return Problem(
            Message("This is no number: digits and one decimal sign, like {example}.", {"example": example}),
            "unreadable",
        )

    @staticmethod
    def _two_ways(field: Field, sign: str, whole: str, part: str, ctx: Context) -> Problem:
        minus = "-" if sign == "-" else ""
        whole = minus + whole
        exact = f"{whole}{locale_of(ctx.lang).decimal}{part}"
        readings = {whole + part: whole + part, exact: f"{whole}.{part}"}
        fitting = [
            text
            for text, value in readings.items()
            if within_limits(field, value) and not (text == exact and whole_numbers_only(field))
        ]
        words = {"limits": limits_in_words(field, ctx.lang)}
        if not fitting:
            said = Message(
                "It can be read in two ways, and both are out of limits ({limits}): type it again.", words
            )
            return Problem(said, "ambiguous")
        if len(fitting) == 1:
            return Problem(
                Message("It can be read in two ways: type {one} if you mean that.", {"one": fitting[0]}),
                "ambiguous",
            )
        return Problem(
            Message(
                "This can be read in two ways: type {whole} or {decimal}.",
                {"whole": whole + part, "decimal": exact},
            ),
            "ambiguous",
        )


register(NumberCodec())
