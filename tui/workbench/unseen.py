"""What the server said yes to on a line that was lost before its record could be read: it is read later.

A server takes answers to questions that its form does not ask any more, says yes, and keeps nothing. Right after a
write that shows; where it could not be looked at then, it is looked at later, so that nothing is called accepted
for good of which nobody knows whether it is there.
"""

from __future__ import annotations

import logging
from collections import deque
from datetime import timedelta

from tui.model.clock import Clock
from tui.model.errors import Forbidden, NotFound, Refused, ServerFault, TaskError
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
        self._failed: frozenset[str] = frozenset()
        """The entries whose records could not be read in the last round."""

    async def run(self) -> None:
        """Look again and again until cancelled."""
        rest = 0.0
        while True:
            await self._sleep(IDLE_LOOK)
            rest -= IDLE_LOOK
            try:
                # What is new does not wait for what cannot be read.
                if not await self.round(self._failed if rest > 0 else frozenset()):
                    rest = self._backoff.next()
            except JournalError as error:
                _log.warning("what the server kept cannot be noted: %s", error)

    async def round(self, but: frozenset[str] = frozenset()) -> bool:
        """Read what there is to read, except for the entries ``but``. ``False``: it was tried, and failed. Raises
        ``JournalError``."""
        line = self._wire.link
        if line.now.state is not LinkState.ONLINE or line.rest > 0:
            return True
        since = self._clock() - WORTH_READING
        left = deque(entry for entry in self._outbox.unseen(since) if entry.id not in but)
        self._failed = but
        known, read = True, False
        while left:
            entry = left.popleft()
            try:
                await self._look(entry)
            except TaskError as error:
                _log.info("what the server kept of %s is not known yet: %s", entry.key.id, error)
                known = False
                self._failed |= {entry.id}
                # A fault may be of this record alone, and one task may not be ours any more: the next one tells.
                if not isinstance(error, (Forbidden, ServerFault)):
                    self._failed |= {each.id for each in left}
                    break
            else:
                read = True
        if read or not self._failed:
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
