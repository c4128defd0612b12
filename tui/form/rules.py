"""The documented validations (contract sheet section 4), judged on a value as it would travel.

The server judges again and has the last word; these rules only spare a round trip. Each is a function of the
field, the rule's configuration and the value, and answers the problem or ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tui.form import php_dates
from tui.form.locale import locale_of
from tui.form.problem import Problem
from tui.model.field import Field, Rule, Value, no_answer
from tui.model.message import Message

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]+@[^@\s,;<>()\[\]\\\"]+")
_PHONE = re.compile(r"\+?[0-9()/. -]+")
_LONGEST_PHONE = 100
_URL = re.compile(r"(?i)[a-z][a-z0-9+.-]*://[^\s/?#]+\S*")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)

MISSING = Problem(Message("An answer is needed."), "missing")
NO_NUMBER = Problem(Message("This is no number."), "unreadable")


def as_json(value: Value) -> str:
    """``value`` as compact JSON; anything stranger as Python writes it."""
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError, OverflowError):
        return repr(value)


def decimal_of(value: Any) -> Decimal | None:
    """``value`` as an exact number, if it is a plain one (no exponent, no words)."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    if not isinstance(value, str) or not _PLAIN_NUMBER.fullmatch(value):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def limits(field: Field) -> tuple[Decimal | None, Decimal | None]:
    """The hard limits of a field: its own, narrowed by its ``minmax`` rules."""
    lows, highs = [decimal_of(field.minimum)], [decimal_of(field.maximum)]
    for rule in field.rules:
        if rule.kind == "minmax":
            lows.append(decimal_of(rule.config.get("min")))
            highs.append(decimal_of(rule.config.get("max")))
    low = [number for number in lows if number is not None]
    high = [number for number in highs if number is not None]
    return (max(low) if low else None), (min(high) if high else None)


def within_limits(field: Field, value: Value) -> bool:
    """Whether the number ``value`` lies inside the hard limits of ``field``."""
    number, (low, high) = decimal_of(value), limits(field)
    return number is not None and (low is None or number >= low) and (high is None or number <= high)


def written(number: Decimal, lang: str) -> str:
    """A number with the decimal sign of ``lang``, never with an exponent."""
    return f"{number:f}".replace(".", locale_of(lang).decimal)


def limits_in_words(field: Field, lang: str) -> Message | None:
    """The limits as a short sentence, with the unit; ``None`` where there are none."""
    low, high = limits(field)
    unit = f" {field.unit}" if field.unit else ""
    if low is not None and high is not None:
        return Message("{low} to {high}", {"low": written(low, lang), "high": written(high, lang) + unit})
    if low is not None:
        return Message("at least {low}", {"low": written(low, lang) + unit})
    if high is not None:
        return Message("at most {high}", {"high": written(high, lang) + unit})
    return None


def is_required(field: Field) -> bool:
    """Whether the field must be answered before the task can be finished."""
    return field.required or (bool(field.rules) and any(rule.kind == "required" for rule in field.rules))


def whole_numbers_only(field: Field) -> bool:
    """Whether the field takes integers alone."""
    return field.integer or any(
        rule.kind == "number" and rule.config.get("type") == "integer" for rule in field.rules
    )


def broken(field: Field, value: Value, lang: str) -> Problem | None:
    """The first problem of ``value`` in the documented order; an empty value can only be missing."""
    if value is None or no_answer(value):
        return MISSING if is_required(field) else None
    for rule in (*field.rules, *_implied(field)):
        judge = _JUDGES.get(rule.kind)
        problem = judge(field, rule.config, value, lang) if judge else None
        if problem is not None:
            return problem
    return None


def _implied(field: Field) -> tuple[Rule, ...]:
    own = (Rule(field.kind),) if field.kind in {"email", "phone", "url", "number"} else ()
    return (*own, Rule("minmax")) if field.minimum is not None or field.maximum is not None else own


def _email(field: Field, config: dict[str, Any], value: Value, lang: str) -> Problem | None:
    text = value if isinstance(value, str) else ""
    host = text.rpartition("@")[2]
    name = text.partition("@")[0]
    bad_dots = ".." in text or host.startswith((".", "-")) or host.endswith(".") or name.endswith(".")
    if _EMAIL.fullmatch(text) and not bad_dots and not name.startswith("."):
        return None
    return Problem(Message("This is no e-mail address: it looks like name@example.com."), "unreadable")


def _phone(field: Field, config: dict[str, Any], value: Value, lang: str) -> Problem | None:
    text = value if isinstance(value, str) else as_json(value)
    digits = sum(character.isdigit() for character in text[:_LONGEST_PHONE])
    if len(text) <= _LONGEST_PHONE and _PHONE.fullmatch(text.strip()) and 5 <= digits <= 15:
        return None
    return Problem(
        Message("This is no phone number: digits, with + and the country first if abroad."), "unreadable"
    )


def _url(field: Field, config: dict[str, Any], value: Value, lang: str) -> Problem | None:
    if isinstance(value, str) and _URL.fullmatch(value):
        return None
    return Problem(Message("This is no web address: it begins with https:// or http://."), "unreadable")


def _number(field: Field, config: dict[str, Any], value: Value, lang: str) -> Problem | None:
    number = decimal_of(value)
    if number is None:
        return NO_NUMBER
    if (config.get("type") == "integer" or field.integer) and number != number.to_integral_value():
        return Problem(Message("Whole numbers only, without a decimal sign."), "unreadable")
    return None


def _minmax(field: Field, config: dict[str, Any], value: Value, lang: str) -> Problem | None:
    number = decimal_of(value)
    if number is None:
        return NO_NUMBER
    if within_limits(field, value):
        return None
    words = {"limits": limits_in_words(field, lang)}
    if field.allows_note:
        return Problem(
            Message("Out of limits ({limits}): type it again, or F5 keeps it as a note.", words), "limit"
        )
    return Problem(Message("Out of limits ({limits}): type it again.", words), "limit")


def _datetime(field: Field, config: dict[str, Any], value: Value, lang: str) -> Problem | None:
    pattern = config.get("format")
    if not isinstance(pattern, str) or field.format:
        # The field's own format is the one that we write in; its codec has checked it already.
        pattern = field.format or "Y-m-d H:i:s"
    if isinstance(value, str) and php_dates.read(pattern, value) is not None:
        return None
    return Problem(Message("This is no date or time that the server can read."), "unreadable")


_JUDGES: dict[str, Callable[[Field, dict[str, Any], Value, str], Problem | None]] = {
    "email": _email,
    "phone": _phone,
    "url": _url,
    "number": _number,
    "minmax": _minmax,
    "datetime": _datetime,
}
