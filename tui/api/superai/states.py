"""The status words of both generations, and what they mean here (contract section 5)."""

from __future__ import annotations

from tui.model.status import Phase, Status

STATES = {
    status.raw: status
    for status in (
        Status("queued", Phase.OPEN),
        Status("pending", Phase.OPEN),
        Status("running", Phase.ACTIVE),
        Status("in_progress", Phase.ACTIVE),
        Status("cancel_requested", Phase.ACTIVE),
        Status("awaiting_input", Phase.WAITING),
        Status("stale", Phase.WAITING),
        Status("completed", Phase.DONE),
        Status("edited", Phase.DONE),
        Status("failed", Phase.BROKEN),
        Status("cancelled", Phase.CANCELLED),
        Status("deleted", Phase.CANCELLED),
        Status("skipped", Phase.CANCELLED),
    )
}
WAITS = "awaiting_input"
RUNS = frozenset({"queued", "pending", "running", "in_progress", "cancel_requested"})
"""Work that goes on without a person."""

ENDED = frozenset({"completed", "edited", "stale"})
"""There is an output."""

ACTIVE = RUNS | {WAITS}
"""What can be cancelled."""


def status_of(raw: str) -> Status:
    """The documented state, or the server's word kept beside an unknown phase."""
    return STATES.get(raw) or Status(raw, Phase.UNKNOWN)
