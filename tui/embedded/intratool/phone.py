"""The ``phone`` validation (contract section 4), as far as a number can be judged without a book of all of them.

1. Digits, blanks and ``( ) / . -``, a ``+`` only in front; 5 to 15 digits (the most that E.164 allows).
2. ``+49…`` and ``0049…`` name their country; any other number belongs to ``default_country_code``.
3. Where ``country_codes`` lists countries, the number must be of one of them. A list with a country that
   ``CALLING_CODES`` does not know lets every number with a ``+`` pass.
4. ``fixed_line: false`` takes mobile numbers alone, ``mobile: false`` fixed lines alone; judged where
   ``MOBILE_PREFIXES`` knows the country. Both false is a slip, and limits nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CALLING_CODES = {
    "AT": "43", "BE": "32", "CH": "41", "CZ": "420", "DE": "49", "DK": "45", "ES": "34", "FR": "33", "GB": "44",
    "HU": "36", "IE": "353", "IT": "39", "LI": "423", "LU": "352", "NL": "31", "NO": "47", "PL": "48", "PT": "351",
    "RO": "40", "SE": "46", "SK": "421", "TR": "90", "UA": "380", "US": "1",
}  # fmt: skip
"""Countries (ISO 3166) and their calling codes (E.164)."""
MOBILE_PREFIXES = {
    "AT": ("65", "66", "67", "68", "69"),
    "CH": ("74", "75", "76", "77", "78", "79"),
    "DE": ("15", "16", "17"),
}
"""What mobile numbers of a country begin with, behind the calling code or the leading zero."""

_NUMBER = re.compile(r"\+?[0-9()/. -]+")


def is_valid(text: str, config: Mapping[str, Any]) -> bool:
    """Whether ``text`` is a number that the configuration takes."""
    text = text.strip()
    digits = "".join(letter for letter in text if letter in "0123456789")
    if not _NUMBER.fullmatch(text) or not 5 <= len(digits) <= 15:
        return False
    plus = text.startswith("+")
    abroad = plus or digits.startswith("00")
    rest = digits if plus else digits.removeprefix("00")
    country = _country(rest) if abroad else _code(config.get("default_country_code")) or "DE"
    return _allowed(country, abroad, config) and _kind_fits(rest, country, abroad, config)


def _country(rest: str) -> str | None:
    return next((name for name, code in CALLING_CODES.items() if rest.startswith(code)), None)


def _allowed(country: str | None, abroad: bool, config: Mapping[str, Any]) -> bool:
    allowed = _codes(config.get("country_codes"))
    if not allowed or country in allowed:
        return True
    return abroad and not allowed <= CALLING_CODES.keys()


def _kind_fits(rest: str, country: str | None, abroad: bool, config: Mapping[str, Any]) -> bool:
    fixed, mobile = config.get("fixed_line") is not False, config.get("mobile") is not False
    prefixes = MOBILE_PREFIXES.get(country or "")
    if fixed == mobile or country is None or prefixes is None:
        return True
    # The zero of "+49 (0) 170" is a habit of letterheads, and no part of the number.
    national = (rest.removeprefix(CALLING_CODES[country]) if abroad else rest).removeprefix("0")
    return national.startswith(prefixes) == mobile


def _code(value: Any) -> str:
    return value.strip().upper() if isinstance(value, str) else ""


def _codes(value: Any) -> set[str]:
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return {code for part in parts if (code := _code(part))}
