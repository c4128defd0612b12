"""Checking of answers against the field's type and its validations (contract sections 3 and 4).

``check`` looks at one value, whatever the request; ``required`` holds on finish alone (decided by the caller).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tui.embedded.intratool.words import Sentence

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_URL = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s()/.\-]+")
_PHP_LETTERS = {
    "Y": "%Y", "y": "%y", "m": "%m", "n": "%m", "d": "%d", "j": "%d", "H": "%H", "G": "%H", "i": "%M", "s": "%S",
}  # fmt: skip
NO_VALUE = ("description",)
"""Types that are only read: they never take a value."""

Field = Mapping[str, Any]


def answerable(fields: Iterable[Field]) -> list[Field]:
    """The fields that take an answer."""
    return [field for field in fields if field["form_field_type_id"] not in NO_VALUE]


def rules(field: Field) -> list[tuple[str, dict[str, Any]]]:
    """The validations of a field as (type, configuration)."""
    return [(rule["form_field_validation_type_id"], rule["config"]) for rule in field["field_validations"]]


def is_required(field: Field) -> bool:
    """Whether it must be filled on finish; nobody can fill a disabled one."""
    return not field["disabled"] and any(kind == "required" for kind, _ in rules(field))


def check(field: Field, value: Any) -> list[Sentence]:
    """What is wrong with a value that is not ``None``; an empty list means nothing."""
    said = _TYPES.get(field["form_field_type_id"], _anything)(field, value)
    if said is not None:
        return [_about(field, said)]
    found: list[Sentence] = []
    for kind, config in rules(field):
        said = _RULES[kind](config, value) if kind in _RULES else None
        if said is not None:
            found.append(_about(field, said))
    return found


def readable(field: Field, value: Any) -> str:
    """The stored ``value`` beside the sent ``request_value``: labels for options, ``--`` for no answer."""
    if value is None:
        return "--"
    options = field["config"].get("options")
    if isinstance(options, dict):
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(options.get(str(one), one)) for one in chosen)
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(str(one) for one in value)
    return msgspec.json.encode(value).decode()


def validation_string(kind: str, config: Mapping[str, Any]) -> str:
    """The rule in Laravel's notation, for ``validation_string`` and ``field_validation_string``."""
    if kind == "number":
        return "integer" if config.get("type") == "integer" else "numeric"
    if kind == "minmax":
        low, high = config.get("min"), config.get("max")
        if low is not None and high is not None:
            return f"between:{low},{high}"
        return f"min:{low}" if low is not None else f"max:{high}"
    if kind == "phone":
        return f"phone:{config.get('default_country_code') or 'DE'}"
    if kind == "datetime":
        return f"date_format:{config.get('format', 'Y-m-d H:i:s')}"
    if kind == "mimetypes":
        return "mimetypes:" + ",".join(config.get("allowed", []))
    return kind


def fits_format(text: str, php_format: str) -> bool:
    """Whether ``text`` is a date or time in PHP's notation (``Y-m-d H:i:s``)."""
    pattern = "".join(_PHP_LETTERS.get(letter, letter.replace("%", "%%")) for letter in php_format)
    try:
        parsed = datetime.strptime(text, pattern)
    except ValueError:
        return False
    # strptime accepts "9:5"; the format asks for leading zeros, as PHP does.
    return not set("njG").isdisjoint(php_format) or parsed.strftime(pattern) == text


def _about(field: Field, said: Sentence) -> Sentence:
    return said[0], {"field": field["name"], **said[1]}


def _anything(_field: Field, _value: Any) -> Sentence | None:
    return None


def _text(_field: Field, value: Any) -> Sentence | None:
    return None if isinstance(value, str | int | float) and not isinstance(value, bool) else ("text", {})


def _one_option(field: Field, value: Any) -> Sentence | None:
    options = field["config"].get("options", {})
    return None if isinstance(value, str | int) and str(value) in options else ("choice", {})


def _many_options(field: Field, value: Any) -> Sentence | None:
    if not isinstance(value, list):
        return "choice", {}
    return next((said for one in value if (said := _one_option(field, one)) is not None), None)


def _datetime(field: Field, value: Any) -> Sentence | None:
    php_format = field["config"].get("format", "Y-m-d H:i:s")
    if isinstance(value, str) and fits_format(value, php_format):
        return None
    return "datetime", {"format": php_format}


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _number(config: Mapping[str, Any], value: Any) -> Sentence | None:
    number = _decimal(value)
    if config.get("type") == "integer":
        return None if number is not None and number == number.to_integral_value() else ("integer", {})
    return None if number is not None else ("number", {})


def _minmax(config: Mapping[str, Any], value: Any) -> Sentence | None:
    number = _decimal(value)
    if number is None:
        return "number", {}
    low, high = _decimal(config.get("min")), _decimal(config.get("max"))
    if (low is None or number >= low) and (high is None or number <= high):
        return None
    if low is not None and high is not None:
        return "between", {"min": config["min"], "max": config["max"]}
    return ("min", {"min": config["min"]}) if low is not None else ("max", {"max": config["max"]})


def _phone(_config: Mapping[str, Any], value: Any) -> Sentence | None:
    text = str(value)
    digits = sum(letter.isdigit() for letter in text)
    return None if _PHONE.fullmatch(text) and 5 <= digits <= 15 else ("phone", {})


def _date_format(config: Mapping[str, Any], value: Any) -> Sentence | None:
    php_format = config.get("format", "Y-m-d H:i:s")
    return None if fits_format(str(value), php_format) else ("datetime", {"format": php_format})


_TYPES: dict[str, Callable[[Field, Any], Sentence | None]] = {
    "text": _text,
    "rich-text": _text,
    "radio": _one_option,
    "select": _one_option,
    "checkbox": _many_options,
    "datetime": _datetime,
}
_RULES: dict[str, Callable[[Mapping[str, Any], Any], Sentence | None]] = {
    "email": lambda _config, value: None if _EMAIL.fullmatch(str(value)) else ("email", {}),
    "phone": _phone,
    "url": lambda _config, value: None if _URL.fullmatch(str(value)) else ("url", {}),
    "number": _number,
    "minmax": _minmax,
    "datetime": _date_format,
}
