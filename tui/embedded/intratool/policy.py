"""The rules of an assignment: when a task is seen, may be worked on, is late, is missed, and whose it is.

Contract sections 6.2 to 6.4 and gaps 8, 9, 11. Moments are whole seconds since 1970, dates wall time texts.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tui.embedded.clock import SiteClock
from tui.embedded.intratool.words import Refused, invalid

UNFINISHED = ("open", "in_progress", "in_progress_delayed")
STATUSES = (*UNFINISHED, "done", "done_delayed", "denied", "missed")


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a TaskAssignment that decides (contract 6.3), with its targets."""

    id: int
    title: str
    task_template_id: int
    assign_mode: str = "all"
    start_date: str | None = None
    start_time: str | None = None
    show_before_interval: str | None = None
    executable_before_interval: str | None = None
    executable_after_interval: str | None = None
    interval: str | None = None
    interval_end: str | None = None
    active: bool = True
    always_executable: bool = False
    delayed_reason_required: bool = False
    deny_allowed: bool = True
    deny_reason_required: bool = True
    department_ids: frozenset[int] = frozenset()
    user_ids: frozenset[int] = frozenset()

    @property
    def personal(self) -> bool:
        """Mode ``all``: every target has an execution of its own; else the targets share one."""
        return self.assign_mode == "all"

    @property
    def first_owns(self) -> bool:
        """Whoever starts first owns it."""
        return self.assign_mode in ("one_of", "one_of_user")


class Windows:
    """The moments of one due date under one assignment; ``None`` where there is no limit."""

    __slots__ = ("assignment", "clock", "due")

    def __init__(self, assignment: Assignment, due: str | None, clock: SiteClock) -> None:
        self.assignment = assignment
        self.due = due
        self.clock = clock

    def _limit(self, duration: str | None, sign: int) -> int | None:
        if self.due is None or duration is None:
            return None
        return self.clock.shifted(self.due, duration, sign)

    @property
    def visible_from(self) -> int | None:
        """From then on a worker sees it (``visibility_start_time``)."""
        return self._limit(self.assignment.show_before_interval, -1)

    @property
    def opens(self) -> int | None:
        """From then on it may be worked on."""
        return (
            None
            if self.assignment.always_executable
            else self._limit(self.assignment.executable_before_interval, -1)
        )

    @property
    def closes(self) -> int | None:
        """After that an unfinished one is missed."""
        return (
            None
            if self.assignment.always_executable
            else self._limit(self.assignment.executable_after_interval, 1)
        )

    def late(self, now: int) -> bool:
        """Past its moment; ``always_executable`` removes all limits."""
        return self.due is not None and not self.assignment.always_executable and now > self.clock.moment(self.due)


def derive(row: dict[str, Any], windows: Windows, now: int) -> str:
    """The status at ``now``: late and missed come from the clock, not from a job that may not have run."""
    status: str = row["task_status_id"]
    if status not in UNFINISHED:
        return status
    if not row["reopened_at"]:
        closes = windows.closes
        if closes is not None and now > closes:
            return "missed"
    if status == "open":
        return status
    return "in_progress_delayed" if windows.late(now) else "in_progress"


def require_unfinished(row: dict[str, Any]) -> None:
    """422 for a closed task (gap 11)."""
    if row["task_status_id"] not in UNFINISHED:
        raise Refused(422, "closed", status=row["task_status_id"])


def require_window(row: dict[str, Any], windows: Windows, now: int) -> None:
    """422 before its time; after it the task is missed, unless it was opened again."""
    opens, closes = windows.opens, windows.closes
    if opens is not None and now < opens:
        raise Refused(422, "too_early", time=windows.clock.wall(opens)[:16])
    if closes is not None and now > closes and not row["reopened_at"]:
        raise Refused(422, "too_late", time=windows.clock.wall(closes)[:16])


def require_deny(assignment: Assignment, reason: str | None) -> None:
    """422 when denying is forbidden, or needs a reason that is missing (gap 6)."""
    if not assignment.deny_allowed:
        raise Refused(422, "deny_not_allowed")
    if assignment.deny_reason_required and not reason:
        raise invalid("deny_reason", "deny_reason")


def require_delayed_reason(assignment: Assignment, windows: Windows, reason: str | None, now: int) -> None:
    """422 when a late finish needs a reason that is missing."""
    if assignment.delayed_reason_required and windows.late(now) and not reason:
        raise invalid("delayed_reason", "delayed_reason")
