"""The attributes of the vendor's pages "Create a task execution record" and "Retrieve a specific task execution".

The pages show no example bodies; they name each attribute, its type, its limits and the answers per status.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

REQUIRED = ("flow_execution_id", "id", "organization_id", "status", "task_execution_idx", "task_name")
"""Attributes marked "Required" in both answers."""

OPTIONAL = ("created_at", "updated_at", "error", "input", "output", "modified_by")

CREATE_STATUS = ("queued", "running", "completed", "failed", "cancelled")
"""Valid values of ``status`` in the body parameters."""

ANSWER_STATUS = ("queued", "running", "completed", "failed", "deleted", "stale")
"""Valid values of ``status`` in the response attributes."""

ENVELOPE = {"error", "request_id"}
"""400, 404 and 500: ``error`` is required, ``request_id`` may be null."""


def misfits(row: dict[str, Any]) -> list[str]:
    """Where a task execution differs from the pages."""
    found = [f"{name}: missing" for name in (*REQUIRED, *OPTIONAL) if name not in row]
    for name in ("flow_execution_id", "id", "organization_id"):
        try:
            UUID(row.get(name, ""))
        except ValueError:
            found.append(f"{name}: no UUID")
    if not isinstance(row.get("task_execution_idx"), int) or row["task_execution_idx"] < 0:
        found.append("task_execution_idx: not zero-based")
    if not 1 <= len(row.get("task_name", "")) <= 200:
        found.append("task_name: not 1 to 200 characters")
    if row.get("status") not in (*CREATE_STATUS, *ANSWER_STATUS, "awaiting_input"):
        found.append(f"status: {row.get('status')}")
    if not isinstance(row.get("modified_by"), str):
        found.append("modified_by: no text")
    return found


def is_envelope(body: dict[str, Any]) -> bool:
    """Whether a refusal has the documented outer shape."""
    error = body.get("error")
    return set(body) == ENVELOPE and isinstance(error, dict) and set(error) == {"message", "code", "details"}
