"""The outer shape of their writes: an envelope (contract section 1)."""

from __future__ import annotations

from typing import Any

from tui.api.http import Answer, read_json
from tui.api.lenient import as_id
from tui.model.errors import NotTheServer


def read_success(answer: Answer, expected_id: str | None = None) -> dict[str, Any]:
    """The ``data`` of a write's envelope, which must say "success" and name our ID. Raises ``NotTheServer``."""
    value = read_json(answer)
    data = value.get("data") if isinstance(value, dict) and value.get("status") == "success" else None
    if not isinstance(data, dict):
        raise NotTheServer()
    found = as_id(data.get("id"))
    if found is None or (expected_id is not None and found != expected_id):
        raise NotTheServer()
    return data
