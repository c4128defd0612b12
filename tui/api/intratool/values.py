"""Values of answers: the shape that a kind of field holds. Texts of a web editor become lines (``rich_text``).

No answer and no default of a server is ever an object: an object is how the form writes a file to be sent, and a
server that could write one would read any file of this machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tui.api.intratool.rich_text import plain
from tui.api.lenient import as_id, as_json, as_text
from tui.model.field import Choice, Value

NOTHING = "--"
"""How the server writes "not answered" for reading."""
_LISTS = ("multi_choice", "entities")
_MOMENTS = ("date", "time", "datetime")


def shaped(value: Any, kind: str, choices: Sequence[Choice] = ()) -> Value:
    """A value as the field's kind holds it: several choices are a list, one choice is the option's key.

    People and departments are their IDs, as texts. An object becomes its JSON text, for reading; that of a file
    its address.
    """
    if value in (None, "", NOTHING):
        return None
    if kind == "multi_choice":
        return [as_text(part) for part in _several(value, choices)]
    if kind == "entities":
        return [*_ids(value)] or None
    if kind == "entity":
        ids = _ids(value)
        return ids[0] if len(ids) == 1 else as_text(value) or as_json(value)
    if kind == "long_text" and isinstance(value, str):
        return plain(value) or None
    if isinstance(value, dict):
        return (as_text(value.get("url")) if kind == "file" else "") or as_json(value)
    if kind == "choice":
        return as_text(value) or value
    if kind in ("number", "text", "long_text") and isinstance(value, int | float) and not isinstance(value, bool):
        return as_text(value)
    kept: Value = value
    return kept


def preset(value: Any, kind: str, choices: Sequence[Choice] = ()) -> Value:
    """A default as the field's kind holds it; ``None`` for one that no person could have typed or chosen."""
    if isinstance(value, dict) or kind == "file" or (isinstance(value, list) and kind not in _LISTS):
        return None
    if isinstance(value, str) and "{{" in value and "}}" in value:
        # A placeholder that this server has not filled in (contract section 5).
        return None
    found = shaped(value, kind, choices)
    known = {choice.value for choice in choices}
    if kind == "choice":
        return found if found in known else None
    if kind == "multi_choice" and isinstance(found, list):
        return [part for part in found if part in known] or None
    if kind in _MOMENTS and not any(letter.isdigit() for letter in as_text(found)):
        return None
    return found


def _ids(value: Any) -> list[str]:
    """The IDs in a value: one, several, as numbers, texts, records, or in one text with commas."""
    parts: Sequence[Any] = value if isinstance(value, list) else [value]
    if isinstance(value, str):
        parts = _several(value, ()) if value.startswith("[") else value.split(",")
    found = (as_id(part.get("id") if isinstance(part, dict) else part) for part in parts)
    return list(dict.fromkeys(ident for ident in found if ident is not None))


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
