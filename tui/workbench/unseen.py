"""What the server said yes to on a line that was lost before its record could be read: it is read later.

A server takes answers to questions that its form does not ask any more, says yes, and keeps nothing. Right after a
write that shows; where it could not be looked at then, it is looked at later, so that nothing is called accepted
for good of which nobody knows whether it is there.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from tui.model.clock import Clock
from tui.model.errors import Forbidden, NotFound, Refused, TaskError
from tui.workbench.attempt import OnSettled
from tui.workbench.entry import Entry
from tui.workbench.journal import JournalError
from tui.workbench.link import LinkState
from tui.workbench.outbox import Outbox
from tui.workbench.removed import not_taken, removed
from tui.workbench.timing import LONGEST_WAIT, Backoff, Jitter, Sleep
from tui.workbench.wire import Wire

IDLE_LOOK = 30.0
"""Seconds between two looks whether there is something to read."""

WORTH_READING = timedelta(days=1)
"""For so long: later nobody can tell any more what the server kept then and lost since."""

_log = logging.getLogger(__name__)


class Unseen:
    """Reads the records of entries that were settled without, one after the other, and never in a hurry."""

    def __init__(
        self, outbox: Outbox, wire: Wire, *, clock: Clock, on_settled: OnSettled, sleep: Sleep, jitter: Jitter
    ) -> None:
        self._outbox = outbox
        self._wire = wire
        self._clock = clock
        self._on_settled = on_settled
        self._sleep = sleep
        self._backoff = Backoff(jitter, LONGEST_WAIT)

    async def run(self) -> None:
        """Look again and again until cancelled."""
        pause = IDLE_LOOK
        while True:
            await self._sleep(pause)
            pause = IDLE_LOOK
            try:
                if not await self.round():
                    pause = max(IDLE_LOOK, self._backoff.next())
            except JournalError as error:
                _log.warning("what the server kept cannot be noted: %s", error)

    async def round(self) -> bool:
        """Read what there is to read. ``False``: it was tried, and failed. Raises ``JournalError``."""
        line = self._wire.link
        if line.now.state is not LinkState.ONLINE or line.rest > 0:
            return True
        known = True
        for entry in self._outbox.unseen(self._clock() - WORTH_READING):
            try:
                await self._look(entry)
            except TaskError as error:
                _log.info("what the server kept of %s is not known yet: %s", entry.key.id, error)
                if not isinstance(error, Forbidden):
                    return False
                # one task may not be ours any more, or all of them until the token is: the next one tells
                known = False
        if known:
            self._backoff.reset()
        return known

    async def _look(self, entry: Entry) -> None:
        try:
            gone = removed(entry.request, await self._wire.system.show(entry.key))
        except (NotFound, Refused):
            gone = []  # it will never be shown to us
        reason = not_taken(entry.request, gone) if gone else None
        entry = await self._outbox.leave_out(entry, gone, reason)
        if gone:
            await self._on_settled(entry.key)
            self._outbox.publish(entry)
