"""The rules of an assignment in words, for the detail pane (contract sections 6.3 and 6.4)."""

from __future__ import annotations

from datetime import datetime

from tui.api.intratool.records import Assignment, TaskExecution
from tui.api.times import WallTime
from tui.model.message import Message


def policies_of(
    assignment: Assignment | None, due: datetime | None, now: datetime, wall: WallTime
) -> tuple[Message, ...]:
    """The rules that a worker should know before beginning."""
    if assignment is None:
        return ()
    found: list[Message] = []
    if assignment.always_executable:
        found.append(Message("May be done at any time."))
    elif due is not None:
        opens = wall.moved(due, assignment.executable_before_interval, -1)
        closes = wall.moved(due, assignment.executable_after_interval, 1)
        if opens is not None and now < opens:
            found.append(Message("It may be started from {when} on.", {"when": wall.to_read(opens, now)}))
        if closes is not None:
            found.append(Message("Counts as missed after {when}.", {"when": wall.to_read(closes, now)}))
    if assignment.delayed_reason_required:
        found.append(Message("Late work needs a reason."))
    if assignment.deny_allowed is False:
        found.append(Message("May not be denied."))
    elif assignment.deny_reason_required:
        found.append(Message("Denying needs a reason."))
    if assignment.user_confirmation_required:
        found.append(Message("A person must confirm it, not a shared account."))
    return tuple(found)


def facts_of(record: TaskExecution, wall: WallTime, now: datetime) -> tuple[tuple[Message, str], ...]:
    """Labelled values that belong to no question; a moment that cannot be read as the server wrote it."""

    def moment(text: str) -> str:
        known = wall.to_utc(text)
        return wall.to_read(known, now) if known is not None else text

    pairs = (
        (Message("Started"), moment(record.started_at)),
        (Message("Finished"), moment(record.ended_at)),
        (Message("Reason for being late"), record.delayed_reason),
        (Message("Reason for denying"), record.deny_reason),
        (Message("Visible from"), moment(record.visibility_start_time)),
    )
    return tuple((label, text) for label, text in pairs if text)
