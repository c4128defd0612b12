"""Reads a value for what it is meant to be: numbers as text, text as numbers, nulls, 0 and 1 for booleans.

No function here raises, whatever JSON it is given.
"""

from __future__ import annotations

import json
import math
from typing import Any


def as_text(value: Any) -> str:
    """Text as it is, numbers written out, everything else empty. Unpaired surrogates are replaced."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return number_text(value)


def number_text(value: int | float) -> str:
    """A number with a point and without a needless fraction: 4.0 is "4"."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    try:
        return str(value)
    except ValueError:  # more digits than Python converts
        return ""


def as_id(value: Any) -> str | None:
    """An ID as text; ``None`` where there is none that could be asked for again."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    text = as_text(value).strip()
    return text if text and len(text) <= 100 else None


def is_number(ident: str | None) -> bool:
    """Whether an ID is a whole number as the server makes them; no database counts beyond 64 bits."""
    return ident is not None and ident.isascii() and ident.isdigit() and int(ident) < 1 << 64


def as_number(value: Any) -> float | None:
    """A finite number, also from text with a point or comma; else ``None``."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
    elif not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_flag(value: Any) -> bool | None:
    """``True`` or ``False``, also from 0, 1 and their words; ``None`` where it is neither."""
    if isinstance(value, bool):
        return value
    word = as_text(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    return False if word in ("0", "false", "no", "off") else None


def as_object(value: Any) -> dict[str, Any]:
    """A JSON object as it is, everything else empty (PHP writes an empty object as ``[]``)."""
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; also the values of an object of objects, as PHP writes a list with holes."""
    parts = list(value.values()) if isinstance(value, dict) else value
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def as_json(value: Any) -> str:
    """Any JSON value on one line, for showing what cannot be understood."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return ""
