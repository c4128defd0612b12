"""The state of the line to the server, in one place, for every screen and every part that waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tui.model.clock import Clock
from tui.model.errors import Forbidden, TaskError, Throttled, Unauthorised
from tui.workbench.feed import Feed
from tui.workbench.timing import LONGEST_WAIT


class LinkState(StrEnum):
    """STARTING: nothing was tried to the end yet. REFUSED: the server answers, but not to this token."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """``since`` when it has been so, ``as_of`` the last good answer, ``error`` the last trouble."""

    state: LinkState = LinkState.STARTING
    since: datetime
    as_of: datetime | None = None
    error: TaskError | None = None


class LinkKeeper:
    """Hears from connect, live and sender how it went, and tells who watches when the state changes."""

    def __init__(self, clock: Clock) -> None:
        self.changes: Feed[Link] = Feed()
        self._clock = clock
        self._link = Link(since=clock())
        self._not_before: datetime | None = None

    @property
    def now(self) -> Link:
        """The present state."""
        return self._link

    @property
    def rest(self) -> float:
        """Seconds for which the server, whichever question it answered so, still asks to be left alone."""
        if self._not_before is None:
            return 0.0
        rest = (self._not_before - self._clock()).total_seconds()
        if 0 < rest <= LONGEST_WAIT:
            return rest
        self._not_before = None
        return 0.0

    def told_to_wait(self, seconds: float) -> None:
        """The server wants to be left alone; what a person asks for goes out all the same."""
        self._not_before = self._clock() + timedelta(seconds=max(seconds, self.rest))

    def worked(self) -> None:
        """A good answer came."""
        now = self._clock()
        self._become(LinkState.ONLINE, None, now)

    def failed(self, error: TaskError) -> None:
        """A request came back with ``error``. Being told to wait is an answer: the line itself is fine, and of the
        token it says nothing."""
        if isinstance(error, (Unauthorised, Forbidden)):
            state = LinkState.REFUSED
        elif isinstance(error, Throttled):
            state = self._link.state if self._link.state is LinkState.REFUSED else LinkState.ONLINE
        else:
            state = LinkState.OFFLINE
        self._become(state, error, self._link.as_of)

    def refused(self, error: TaskError) -> None:
        """This profile cannot be used until a person changes something."""
        self._become(LinkState.REFUSED, error, self._link.as_of)

    def again(self) -> None:
        """Publish the present state once more: something that is shown beside it became known."""
        self.changes.publish(self._link)

    def _become(self, state: LinkState, error: TaskError | None, as_of: datetime | None) -> None:
        before = self._link
        since = before.since if before.state is state else self._clock()
        self._link = Link(state=state, since=since, as_of=as_of, error=error)
        # An answer every few seconds is no news; its time stands in every list change.
        if before.state is not state or _words(before.error) != _words(error):
            self.changes.publish(self._link)


def _words(error: TaskError | None) -> tuple[str, str] | None:
    return None if error is None else (type(error).__name__, str(error))
