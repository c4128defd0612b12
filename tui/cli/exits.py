"""What the exit codes of every command mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.model.errors import TaskError

DONE = 0
FAILED = 1
USAGE = 2
NOT_AUTHORISED = 3
NOT_FOUND = 4
REFUSED = 5
UNREACHABLE = 6


def code_for(error: TaskError) -> int:
    """The exit code that belongs to an error of a task system."""
    from tui.model.errors import Forbidden, NotFound, Refused, Unauthorised, Unreachable

    if isinstance(error, Unauthorised | Forbidden):
        return NOT_AUTHORISED
    if isinstance(error, NotFound):
        return NOT_FOUND
    if isinstance(error, Refused):
        return REFUSED
    if isinstance(error, Unreachable):
        return UNREACHABLE
    return FAILED
