"""Values of answers: the shape that a kind of field holds.

No answer and no default of a server is ever an object: an object is how the form writes a file to be sent, and a
server that could write one would read any file of this machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tui.api.intratool.lenient import as_json, as_text
from tui.model.field import Choice, Value

NOTHING = "--"
"""How the server writes "not answered" for reading."""


def shaped(value: Any, kind: str, choices: Sequence[Choice] = ()) -> Value:
    """A value as the field's kind holds it: several choices are a list, one choice is the option's key.

    An object becomes its JSON text, for reading; that of a file its address.
    """
    if value in (None, "", NOTHING):
        return None
    if kind == "multi_choice":
        return [as_text(part) for part in _several(value, choices)]
    if isinstance(value, dict):
        return (as_text(value.get("url")) if kind == "file" else "") or as_json(value)
    if kind in ("choice", "entity"):
        return as_text(value) or value
    if kind in ("number", "text", "long_text") and isinstance(value, int | float) and not isinstance(value, bool):
        return as_text(value)
    kept: Value = value
    return kept


def preset(value: Any, kind: str, choices: Sequence[Choice] = ()) -> Value:
    """A default as the field's kind holds it; ``None`` for one that no person could have typed or chosen."""
    if isinstance(value, dict) or kind == "file" or (isinstance(value, list) and kind != "multi_choice"):
        return None
    return shaped(value, kind, choices)


def _several(value: Any, choices: Sequence[Choice]) -> Sequence[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value.values())
    text = as_text(value)
    if text.startswith("["):
        try:
            parts = json.loads(text)
        except (ValueError, RecursionError):
            parts = None
        if isinstance(parts, list):
            return parts
    known = {choice.value for choice in choices}
    parts = [part.strip() for part in text.split(",")]
    return parts if text not in known and all(part in known for part in parts) else [text]
