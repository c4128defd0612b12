"""The way of one profile and person to their server, open while something waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.cli.sending.drain import own, stranger
from tui.cli.session import told
from tui.cli.words import entry_name, reason_of
from tui.config import ConfigError
from tui.i18n import _, plural, say
from tui.workbench.entry import Entry, EntryState
from tui.workbench.link import Link, LinkState

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.workbench import Workbench

LOOK_SECONDS = 2.0
"""Between two looks into the journal. With the lease of 8 s it keeps the promise to take over within 10 s."""

LINGER_LOOKS = 3
"""So many looks without anything to send close the connection."""

REFUSED_LOOKS = 30
"""So many looks at a server that does not accept the token (a minute) are enough for now."""


class Lane:
    """Says one line for each change, through ``say_line``; ``named`` puts the profile in front of it."""

    def __init__(
        self,
        shop: Shop,
        profile: str,
        user: str,
        say_line: Callable[[str], None],
        *,
        named: bool,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._look_seconds = look_seconds
        self._shop = shop
        self._profile = profile
        self._user = user
        self._say_line = say_line
        self._place = (f"{profile}/{user}: " if user else f"{profile}: ") if named else ""
        self._last: dict[str, tuple[str, str]] = {}

    async def run(self, owners: frozenset[str]) -> bool:
        """Send what waits for ``owners``, until nothing does. ``True``: it makes no sense to go on soon."""
        try:
            # A token may come from a program or the keyring, which takes its time.
            bench = await asyncio.to_thread(self._shop.workbench, self._profile, self._user)
        except ConfigError as error:
            self._say(str(error))
            return True
        telling = [asyncio.create_task(self._follow_link(bench)), asyncio.create_task(self._follow_outbox(bench))]
        try:
            strangers = owners - await own(bench, owners)
            if strangers == owners:
                self._say(say(stranger()))
                return True
            # the watches stand before anything happens
            await asyncio.sleep(0)
            bench.start()
            return await self._until_sent(bench, bool(strangers))
        finally:
            await bench.close()
            await asyncio.wait(telling)

    async def _until_sent(self, bench: Workbench, strangers: bool) -> bool:
        idle = refused = 0
        while idle < LINGER_LOOKS and refused < REFUSED_LOOKS:
            await asyncio.sleep(self._look_seconds)
            idle = 0 if bench.outbox.waiting() else idle + 1
            refused = refused + 1 if bench.link_state.state is LinkState.REFUSED else 0
        if strangers and not refused:
            self._say(say(stranger()))
        return bool(strangers or refused)

    async def _follow_link(self, bench: Workbench) -> None:
        before: tuple[LinkState, str] = (LinkState.STARTING, "")
        async for link in bench.link.watch():
            words = say(told(link.error)) if link.error is not None else ""
            if (link.state, words) != before:
                self._tell_link(link, words, before[0])
            before = (link.state, words)

    def _tell_link(self, link: Link, words: str, before: LinkState) -> None:
        if words:
            self._say(words)
        elif link.state is LinkState.ONLINE and before is not LinkState.STARTING:
            self._say(_("The server answers again."))

    async def _follow_outbox(self, bench: Workbench) -> None:
        paused = False
        async for entry in bench.outbox.changes.watch():
            if entry.state is EntryState.PAUSED:
                # all of them stop at once: one line says it
                n = bench.outbox.paused()
                if not paused and n:
                    self._say(plural("{n} item is held meanwhile.", "{n} items are held meanwhile.", n))
                paused = True
                continue
            paused = False
            self._tell_entry(entry, calm=bench.link_state.error is not None)

    def _tell_entry(self, entry: Entry, *, calm: bool) -> None:
        why = reason_of(entry)
        if self._last.get(entry.id) == (entry.state, why):
            return
        name = entry_name(entry)
        match entry.state:
            case EntryState.SENT:
                words = _("sent: {title}", title=name)
            case EntryState.ATTENTION:
                words = _("needs attention: {title}. {why}", title=name, why=why)
            case EntryState.DISCARDED:
                words = _("taken back: {title}", title=name)
            case EntryState.WAITING if why and not calm:
                # without a line the reason stands in the line about the link already
                words = _("waits: {title}. {why}", title=name, why=why)
            case _:
                return
        self._last[entry.id] = (entry.state, why)
        self._say(words)

    def _say(self, text: str) -> None:
        self._say_line(self._place + text)
