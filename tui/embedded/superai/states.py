"""The status words of both generations, and how a run's own status follows from its tasks (contract section 5)."""

from __future__ import annotations

from collections.abc import Iterable

CREATE = ("queued", "running", "completed", "failed", "cancelled")
"""What POST /task-executions takes as ``status``."""

PROCESSING = (
    "queued", "running", "completed", "failed", "deleted", "awaiting_input", "cancel_requested", "cancelled",
)  # fmt: skip
"""The second generation's ``processing_status``."""

RUN = (
    "queued", "running", "in_progress", "completed", "failed", "deleted", "stale", "edited", "awaiting_input",
    "cancel_requested", "cancelled",
)  # fmt: skip

ACTIVE = frozenset({"queued", "running", "awaiting_input", "cancel_requested"})
ENDED = frozenset({"completed", "failed", "cancelled"})


def shown(processing: str, stale: str) -> str:
    """The first generation's one word: being stale hides how it ended."""
    return "stale" if stale == "stale" and processing in ("completed", "failed") else processing


def of_run(latest: Iterable[str], tasks: int) -> str:
    """A run's status from the processing status of each task's latest attempt; ``tasks`` are in its definition."""
    words = list(latest)
    for word in ("failed", "awaiting_input", "running"):
        if word in words:
            return word
    ended = [word for word in words if word in ENDED]
    if len(ended) >= max(tasks, 1) and len(ended) == len(words):
        return "cancelled" if "cancelled" in words else "completed"
    return "running" if ended else "queued"
