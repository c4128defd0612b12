"""The seven documented values of ``task_status_id`` and what they mean."""

from __future__ import annotations

from tui.model.status import Phase, Status

STATES = {
    status.raw: status
    for status in (
        Status("open", Phase.OPEN),
        Status("in_progress", Phase.ACTIVE),
        Status("in_progress_delayed", Phase.ACTIVE, late=True),
        Status("done", Phase.DONE),
        Status("done_delayed", Phase.DONE, late=True),
        Status("denied", Phase.DENIED),
        Status("missed", Phase.MISSED),
    )
}
SENDABLE = ("open", "in_progress", "done", "denied", "missed")
"""A client never sends ``*_delayed``: being late is the server's decision."""


def status_of(raw: str) -> Status:
    """The documented state, or the server's word kept beside an unknown phase."""
    return STATES.get(raw) or Status(raw, Phase.UNKNOWN)


def family(raw: str) -> str:
    """The state that a client may send for it: ``done_delayed`` is ``done``."""
    return raw.removesuffix("_delayed")
