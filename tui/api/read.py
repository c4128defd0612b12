"""Answers that are a bare object or a bare array; anything else did not come from the task server."""

from __future__ import annotations

from typing import Any

from tui.api.http import Answer, read_json
from tui.api.lenient import as_id
from tui.model.errors import NotTheServer


def read_object(answer: Answer, expected_id: str | None = None) -> dict[str, Any]:
    """A bare object; with ``expected_id`` only the one of that very ID. Raises ``NotTheServer``."""
    value = read_json(answer)
    if not isinstance(value, dict):
        raise NotTheServer()
    if expected_id is not None and as_id(value.get("id")) != expected_id:
        raise NotTheServer()
    return value


def read_array(answer: Answer) -> list[dict[str, Any]]:
    """The objects of a bare array. Raises ``NotTheServer``."""
    value = read_json(answer)
    if not isinstance(value, list):
        raise NotTheServer()
    return [part for part in value if isinstance(part, dict)]
