"""``shiftdeck sync --watch``: a quiet service that sends what the application left behind.

It looks into the journal every two seconds, which costs one small reading, and connects only while something
waits: an idle service asks no server for anything and needs no token. Application and service share the work by
the leases of the outbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.cli.exits import DONE
from tui.cli.output import tell
from tui.cli.sending.lane import LOOK_SECONDS, Lane
from tui.cli.words import same_place
from tui.config import ConfigError
from tui.i18n import _, plural, say
from tui.model.plain import clean
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.books import Books, Queue

AGAIN_SECONDS = 900.0
"""A place that cannot be sent to (no token, the wrong token) is tried again after so long: asking for a token
may ask a person."""

Place = tuple[str, str]


async def watch(shop: Shop, *, everybody: bool, say_line: Callable[[str], None] | None = None) -> int:
    """Send until SIGTERM, SIGINT or SIGHUP. Raises ``ConfigError`` when the journal cannot be used at all."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        found = getattr(signal, name, None)
        # under nohup a lost line is to be ignored
        if os.name == "posix" and found is not None and signal.getsignal(found) is not signal.SIG_IGN:
            loop.add_signal_handler(found, over.set)
    service = Service(shop, everybody=everybody, say_line=say_line or log_line)
    await service.run(over)
    return DONE


def log_line(text: str) -> None:
    """One line on standard output, with the time where the system's journal does not add it."""
    stamp = "" if "JOURNAL_STREAM" in os.environ else time.strftime("%H:%M:%S ")
    try:
        tell(stamp + clean(text))
    except BrokenPipeError:
        raise
    except OSError:
        # A full disk takes no log, and must not end the sending.
        return


class Service:
    """A lane for every place where something waits; ``run`` opens and closes them."""

    def __init__(
        self,
        shop: Shop,
        *,
        everybody: bool,
        say_line: Callable[[str], None],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._shop = shop
        self._look_seconds = look_seconds
        self._everybody = everybody
        self._say = say_line
        self._own = shop.owner()
        self._lanes: dict[Place, asyncio.Task[None]] = {}
        self._seen: set[Place] = set()
        self._shelved: dict[Place, tuple[frozenset[str], float]] = {}
        self._books: Books | None = None
        self._trouble = ""
        self._unclaim: Callable[[], None] = _nothing

    async def run(self, over: asyncio.Event) -> None:
        """Look and send until ``over`` is set, then end what is on its way in order."""
        self._books = self._shop.books()
        try:
            self._claim(self._books)
            try:
                self._greet(self._wanted(self._books))
            except JournalError as error:
                raise ConfigError(error.message) from error
            while not over.is_set():
                await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look_seconds):
                        await over.wait()
            await self._end_lanes()
            self._say(_("Ended. What still waits is kept."))
        finally:
            await self._end_lanes()
            self._unclaim()
            if self._books is not None:
                self._books.close()

    def _claim(self, books: Books) -> None:
        """So that whoever leaves the application knows that what waits is sent all the same."""
        try:
            self._unclaim = books.claim("" if self._everybody else self._own.place)
        except JournalError as error:
            self._tell_trouble(say(error.message))

    async def _look(self) -> None:
        for place, lane in list(self._lanes.items()):
            if lane.done():
                del self._lanes[place]
        try:
            queues = self._wanted(await self._current_books())
        except (JournalError, ConfigError) as error:
            self._tell_trouble(say(error.message))
            return
        self._tell_trouble("")
        places: dict[Place, set[str]] = {}
        for queue in queues:
            if queue.on_the_way:
                places.setdefault((queue.owner.profile, queue.owner.user), set()).add(queue.owner.id)
        # What the application itself sends is gone at the second look: for that no connection is made.
        seen, self._seen = self._seen, set(places)
        for place, owners in places.items():
            if place in seen and place not in self._lanes and not self._is_shelved(place, frozenset(owners)):
                self._lanes[place] = asyncio.create_task(self._run_lane(place, frozenset(owners)))

    async def _current_books(self) -> Books:
        if self._books is not None and not self._books.current():
            # Set aside as damaged, or taken away: what is open is not the journal any more.
            await self._end_lanes()
            self._books.close()
            self._books = None
        if self._books is None:
            self._books = self._shop.books()
            if self._books.notice is not None:
                self._say(say(self._books.notice))
        return self._books

    def _wanted(self, books: Books) -> list[Queue]:
        return [
            queue
            for queue in books.queues()
            if queue.owner.known and (self._everybody or same_place(queue.owner, self._own))
        ]

    async def _run_lane(self, place: Place, owners: frozenset[str]) -> None:
        try:
            lane = Lane(self._shop, *place, self._say, named=self._everybody, look_seconds=self._look_seconds)
            problem = await lane.run(owners)
        except Exception as error:
            # Whatever it is, the other lanes go on, and this one is tried again later.
            self._say(_("This cannot be sent now ({why}).", why=f"{place[0]}: {type(error).__name__}"))
            problem = True
        if problem:
            self._shelved[place] = (owners, time.monotonic() + AGAIN_SECONDS)

    def _is_shelved(self, place: Place, owners: frozenset[str]) -> bool:
        known, until = self._shelved.get(place, (frozenset[str](), 0.0))
        if known == owners and time.monotonic() < until:
            return True
        self._shelved.pop(place, None)
        return False

    async def _end_lanes(self) -> None:
        lanes = list(self._lanes.values())
        self._lanes.clear()
        for lane in lanes:
            lane.cancel()
        if lanes:
            await asyncio.wait(lanes)

    def _greet(self, queues: list[Queue]) -> None:
        waiting = sum(queue.on_the_way for queue in queues)
        attention = sum(queue.attention for queue in queues)
        words = [_("Ready to send.")]
        if waiting:
            words.append(plural("{n} item waits to be sent", "{n} items wait to be sent", waiting) + ".")
        if attention:
            words.append(plural("{n} needs attention", "{n} need attention", attention) + ".")
        self._say(" ".join(words) if len(words) > 1 else f"{words[0]} " + _("Nothing waits."))

    def _tell_trouble(self, words: str) -> None:
        if words and words != self._trouble:
            self._say(words)
        self._trouble = words


def _nothing() -> None:
    """Nothing is claimed yet."""
