"""Checking of answers against the field's type and its validations (contract sections 3 and 4).

``check`` looks at one value, whatever the request; ``required`` holds on finish alone (decided by the caller).
The rules, one by one:

- ``email``: a name, ``@``, a host; no blanks, none of ``,;<>()[]\\"``, no dot at an end and no two in a row. A
  host without a dot is one, as in RFC 5322 and Laravel's own rule.
- ``phone``: see :mod:`tui.embedded.intratool.phone`.
- ``url``: any scheme, ``://``, a host; no blanks.
- ``number``: ``numeric`` takes digits with at most one point and a sign in front, ``integer`` only whole ones. A
  comma is no point, and there are no exponents and no blanks.
- ``minmax``: a number between ``min`` and ``max``, both included; either may be missing. Of a file, ``max`` counts
  kilobytes.
- ``datetime``: fits the PHP format (:mod:`tui.embedded.intratool.php_dates`).
- ``mimetypes``: what a file is by its content is among ``allowed``; ``image/*`` allows all of its family.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tui.embedded.intratool import phone, php_dates
from tui.embedded.intratool.words import Sentence

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]+@[^@\s,;<>()\[\]\\\"]+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]+\S*", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
NO_VALUE = ("description",)
"""Types that are only read: they never take a value."""
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of one uploaded file (contract gap 26)."""
PICKERS = ("entity_select", "recipient-select")
"""Types whose values are IDs; a recipient is a user unless the configuration says otherwise."""

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


def check_file(field: Field, mime_type: str, size: int) -> list[Sentence]:
    """What is wrong with a file of ``size`` bytes; a ``max`` of a file counts kilobytes, as in Laravel."""
    found: list[Sentence] = []
    if size > LARGEST_FILE:
        found.append(("max_file", {"max": str(LARGEST_FILE // 1024)}))
    for kind, config in rules(field):
        if kind == "mimetypes":
            allowed = _allowed(config)
            if allowed and not {mime_type, mime_type.partition("/")[0] + "/*"} & set(allowed):
                found.append(("mimetypes", {"types": ", ".join(allowed)}))
        most = _decimal(config.get("max")) if kind == "minmax" else None
        if most is not None and size > most * 1024:
            found.append(("max_file", {"max": f"{most:f}"}))
    return [_about(field, said) for said in found]


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
        if low is None and high is None:
            return ""
        return f"min:{low}" if low is not None else f"max:{high}"
    if kind == "phone":
        return f"phone:{config.get('default_country_code') or 'DE'}"
    if kind == "datetime":
        return f"date_format:{_rule_format(config)}"
    if kind == "mimetypes":
        return "mimetypes:" + ",".join(_allowed(config))
    return kind


def format_of(field: Field) -> str:
    """The format of a date field: its own, else its rule's, else the documented one of its type."""
    named = field["config"].get("format") or next(
        (config.get("format") for kind, config in rules(field) if kind == "datetime"), None
    )
    return str(named or php_dates.OF_TYPE.get(str(field["config"].get("type")), php_dates.DATETIME))


def _allowed(config: Mapping[str, Any]) -> list[str]:
    named = config.get("allowed")
    return [str(one) for one in named] if isinstance(named, list) else [named] if isinstance(named, str) else []


def _about(field: Field, said: Sentence) -> Sentence:
    return said[0], {"field": field["name"], **said[1]}


def _anything(_field: Field, _value: Any) -> Sentence | None:
    return None


def _text(_field: Field, value: Any) -> Sentence | None:
    return None if isinstance(value, str | int | float) and not isinstance(value, bool) else ("text", {})


def _one_option(field: Field, value: Any) -> Sentence | None:
    options = field["config"].get("options")
    known = isinstance(options, dict | list) and isinstance(value, str | int) and str(value) in options
    return None if known else ("choice", {})


def _many_options(field: Field, value: Any) -> Sentence | None:
    if not isinstance(value, list):
        return "choice", {}
    return next((said for one in value if (said := _one_option(field, one)) is not None), None)


def _datetime(field: Field, value: Any) -> Sentence | None:
    php_format = format_of(field)
    if isinstance(value, str) and php_dates.parse(value, php_format) is not None:
        return None
    return "datetime", {"format": php_format}


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value if isinstance(value, str) else f"{Decimal(repr(value)):f}"
    return Decimal(text) if _NUMBER.fullmatch(text) else None


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


def _email(_config: Mapping[str, Any], value: Any) -> Sentence | None:
    name, _, host = str(value).partition("@")
    bad_dots = ".." in str(value) or any(part.startswith(".") or part.endswith(".") for part in (name, host))
    fits = _EMAIL.fullmatch(str(value)) and not bad_dots and not host.startswith("-")
    return None if fits else ("email", {})


def _phone(config: Mapping[str, Any], value: Any) -> Sentence | None:
    return None if phone.is_valid(str(value), config) else ("phone", {})


def _rule_format(config: Mapping[str, Any]) -> str:
    return str(config.get("format") or php_dates.DATETIME)


def _date_format(config: Mapping[str, Any], value: Any) -> Sentence | None:
    php_format = _rule_format(config)
    fits = php_dates.parse(str(value), php_format) is not None
    return None if fits else ("datetime", {"format": php_format})


_TYPES: dict[str, Callable[[Field, Any], Sentence | None]] = {
    "text": _text,
    "rich-text": _text,
    "radio": _one_option,
    "select": _one_option,
    "checkbox": _many_options,
    "datetime": _datetime,
}
_RULES: dict[str, Callable[[Mapping[str, Any], Any], Sentence | None]] = {
    "email": _email,
    "phone": _phone,
    "url": lambda _config, value: None if _URL.fullmatch(str(value)) else ("url", {}),
    "number": _number,
    "minmax": _minmax,
    "datetime": _date_format,
}
