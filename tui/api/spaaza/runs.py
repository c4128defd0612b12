"""Running a task now: sent once, never again, and found out by reading when the answer is lost (section 0, 7).

The call is long and nothing makes it safe to repeat: a second run of a rewards task may issue rewards twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tui.api.http import Answer
from tui.api.lenient import as_text
from tui.api.read import read_object
from tui.api.spaaza.faults import ExecutionFailed
from tui.api.spaaza.moments import moment_of
from tui.api.spaaza.records import EXPORT, INPROGRESS, State, Task, read_state, read_task, task_id
from tui.api.spaaza.routes import Routes
from tui.model.action import Receipt, Reconciled, Verdict
from tui.model.errors import (
    Forbidden,
    NotFound,
    NotTheServer,
    Refused,
    ServerFault,
    TaskError,
    Unauthorised,
    Unreachable,
)
from tui.model.message import Message

Sleep = Callable[[float], Awaitable[object]]

SOON, LATER, RARELY = 3.0, 10.0, 30.0
"""Seconds between two looks at first, then, and at last (contract section 7)."""

SOON_FOR, LATER_FOR = 60.0, 600.0
"""Seconds after which the looks become fewer."""

LONGEST = 6 * 3600.0
"""Seconds for which a run that goes on is watched."""

QUIET_LOOKS = 4
"""So many looks without a trace of a run mean that none began, for what may be run twice without harm."""

NEVER_RAN = "-"
RUNNING = Message("It is running now.")
UNKNOWN = Message("Whether it ran is not known. It is not run again by itself: look at its log first.")
_LOOK = Message("r reads the list again.")
_GONE_ON = Message("It is still running; its row shows when it has ended.")
_NO_TRACE = Message("The server shows no run; look at its log before it is run again.")


class Runs:
    """Executes tasks. ``patience``: seconds until an outcome counts as unknown."""

    def __init__(self, routes: Routes, patience: float, sleep: Sleep) -> None:
        self._routes = routes
        self._patience = patience
        self._sleep = sleep
        self.doubtful: set[str] = set()
        """The tasks whose answer was lost, and whose run is being looked for."""

    async def execute(self, ident: str, seen: str) -> Receipt:
        """Run the task; ``seen`` is the run that it had before. Raises ``TaskError``."""
        lost: TaskError
        try:
            return _receipt(ident, await self._routes.execute_task(ident, self._patience), seen)
        except Refused as refusal:
            # Whatever the reason: this call began no run.
            refusal.busy = False
            raise
        except Unreachable as error:
            if not error.maybe_done:
                raise
            lost = error
        except (NotTheServer, ServerFault) as error:
            lost = error
        self.doubtful.add(ident)
        try:
            return await self._find_out(ident, seen, lost)
        finally:
            self.doubtful.discard(ident)

    async def look(self, ident: str) -> Task:
        """The task as it is now, without its log."""
        return read_task(read_object(await self._routes.show_task(ident, 1), ident))

    async def _find_out(self, ident: str, seen: str, lost: TaskError) -> Receipt:
        """Read until the run has ended. Raises ``lost``, or that the outcome is not known.

        What is seen to run is waited for, however patient one was with the answer itself.
        """
        waited, quiet, runs = 0.0, 0, False
        while quiet < QUIET_LOOKS and waited < (LONGEST if runs else self._patience):
            pause = SOON if waited < SOON_FOR else LATER if waited < LATER_FOR else RARELY
            await self._sleep(pause)
            waited += pause
            try:
                task = await self.look(ident)
            except (Unauthorised, Forbidden, NotFound):
                break
            except TaskError:
                continue
            if has_run(task.state, seen):
                return Receipt(key_id=ident, status_raw=task.state.code, data=task.raw)
            runs = task.state.code == INPROGRESS
            quiet = 0 if runs else quiet + 1
        if isinstance(lost, ExecutionFailed):
            raise lost
        doubtful = Unreachable(maybe_done=True, what=UNKNOWN)
        doubtful.help = _LOOK
        raise doubtful


def has_run(state: State, seen: str) -> bool:
    """Whether a run has ended since ``seen`` was the last one."""
    return state.ended and bool(state.run) and state.run != seen


def seen_run(state: State) -> str:
    """What :func:`has_run` compares with."""
    return state.run or NEVER_RAN


def verdict(task: Task, seen: str) -> Reconciled:
    """What became of a run whose answer was lost, from one look."""
    if has_run(task.state, seen):
        data = Receipt(key_id=task.ident or "", status_raw=task.state.code, data=task.raw)
        return Reconciled(verdict=Verdict.APPLIED, receipt=data)
    if task.state.code == INPROGRESS:
        return Reconciled(verdict=Verdict.UNKNOWN, reason=_GONE_ON)
    if task.action == EXPORT and seen:
        return Reconciled(verdict=Verdict.NOT_APPLIED)
    return Reconciled(verdict=Verdict.UNKNOWN, reason=_NO_TRACE)


def _receipt(ident: str, answer: Answer, seen: str) -> Receipt:
    """The checked answer: the state alone, as documented, or the whole task. Raises ``NotTheServer``."""
    raw = read_object(answer)
    inner: Any = raw.get("state")
    whole = isinstance(inner, dict)
    if whole and task_id(raw) not in (None, ident):
        raise NotTheServer()
    state = read_state(inner if whole else raw)
    earlier = moment_of(seen)
    # It answers this very call: a run in the same second as the one before is believed, an older one is not ours.
    if not state.ended or state.last_run is None or (earlier is not None and state.last_run < earlier):
        raise NotTheServer()
    data = raw if whole else {"id": ident, "state": raw}
    return Receipt(key_id=ident, status_raw=as_text(state.code), data=data)
