"""The connected task system, or the reason why there is none yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tui.model.errors import TaskError, Unreachable
from tui.model.message import Message
from tui.model.system import TaskSystem
from tui.workbench.link import LinkKeeper


class Wire:
    """Holds the system once there is one; shared by all parts of a workbench."""

    def __init__(self, link: LinkKeeper, learn: Callable[[datetime], None] | None = None) -> None:
        self.link = link
        self._learn = learn
        self._learned: datetime | None = None
        self._system: TaskSystem | None = None

    @property
    def connected(self) -> bool:
        """Whether a system is there. It may still be unreachable."""
        return self._system is not None

    @property
    def system(self) -> TaskSystem:
        """The system; raises the ``TaskError`` that keeps us from having one."""
        if self._system is None:
            error = self.link.now.error
            if error is not None:
                raise error.with_traceback(None)
            raise Unreachable(what=Message("There is no connection yet."))
        return self._system

    def worked(self) -> None:
        """A good answer came. Its time is the time: what is noted from now on is right, whatever this machine's
        clock said."""
        moment = self._system.server_time if self._system is not None else None
        # The same moment again is an old answer's, not the present time.
        if self._learn is not None and moment is not None and moment != self._learned:
            self._learned = moment
            self._learn(moment)
        self.link.worked()

    def attach(self, system: TaskSystem) -> None:
        """Use ``system`` from now on."""
        self._system = system

    def detach(self) -> TaskSystem | None:
        """Use none; returns the one that was used."""
        system, self._system = self._system, None
        return system


def as_task_error(error: Exception) -> TaskError:
    """Any exception as a ``TaskError``, so that it can be shown; one that brings a ``Message`` keeps its words."""
    if isinstance(error, TaskError):
        return error
    message = getattr(error, "message", None)
    if not isinstance(message, Message):
        message = Message(
            "Shiftdeck itself failed here ({kind}: {words}).", {"kind": type(error).__name__, "words": str(error)}
        )
    return TaskError(what=message)
