"""Whose token it is, and what follows from it: the name in the trail, and what an earlier token left behind."""

from __future__ import annotations

import asyncio
import logging

from tui.model.clock import Clock
from tui.model.execution import Key
from tui.model.message import Message
from tui.model.period import Period
from tui.model.system import Filters, Who
from tui.workbench.adoption import Adopted, Heir, adopt, earlier, said
from tui.workbench.desk import Desk
from tui.workbench.drafts import Drafts
from tui.workbench.facts import SINCE, WHO, Facts
from tui.workbench.feed import Feed
from tui.workbench.journal import Journal
from tui.workbench.link import LinkState
from tui.workbench.outbox import LEASE_SECONDS, Outbox
from tui.workbench.packing import stamp
from tui.workbench.timing import Sleep
from tui.workbench.wire import Wire

_log = logging.getLogger(__name__)


class Person:
    """The owner of the token, as far as the server says."""

    def __init__(
        self,
        desk: Desk,
        journal: Journal,
        wire: Wire,
        drafts: Drafts,
        outbox: Outbox,
        *,
        notices: Feed[Message],
        clock: Clock,
        machine: Clock,
        sleep: Sleep,
    ) -> None:
        self._desk = desk
        self._journal = journal
        self._facts = Facts(journal, desk.owner)
        self._wire = wire
        self._drafts = drafts
        self._outbox = outbox
        self._notices = notices
        self._clock = clock
        self._machine = machine
        self._sleep = sleep
        self._who: Who | None = None
        self._heard: Who | None = None
        self._asking = asyncio.Lock()
        self._name(desk.user or (self.who.name if self.who is not None else ""))

    @property
    def who(self) -> Who | None:
        """As far as known."""
        if self._who is None:
            self._who = self._facts.get(WHO, Who)
        return self._who

    async def ask(self) -> Who:
        """Ask the server; raises ``TaskError``."""
        who = await self._wire.system.whoami()
        self._facts.put_once(SINCE, stamp(self._clock()))
        self._facts.put(WHO, who)
        self._who = self._heard = who
        self._name(self._desk.user or who.name)
        return who

    async def adopt(self) -> Adopted:
        """Take over what an earlier token of the same person left; raises ``TaskError``. It does so only when the
        server accepts the token: what a token says about itself proves nothing."""
        who, desk = self._heard or await self.ask(), self._desk
        heir = Heir(desk.owner, desk.place, who, Key(desk.profile, desk.system, ""))
        # So that "since when" is on disk before it is compared.
        await asyncio.wrap_future(self._journal.write(lambda _: None))
        owners = earlier(self._journal, heir)
        if not owners:
            return Adopted()
        if self._wire.link.now.state is not LinkState.ONLINE and await self._wire.system.count() is None:
            now = self._clock()
            await self._wire.system.list(Period(now, now), Filters())
        now, machine = self._clock(), self._machine()
        done = await asyncio.wrap_future(
            self._journal.write(lambda db: adopt(db, heir, owners, now, machine, LEASE_SECONDS))
        )
        if done.fields or done.entries:
            _log.info("taken over from %s: %s fields, %s entries", done.owners, done.fields, done.entries)
            self._outbox.observe()
            self._outbox.on_ready()
            self._notices.publish(said(done))
        return done

    async def settle(self) -> None:
        """After a connection was made, or the line came back: find out what is not known yet. Never raises."""
        async with self._asking:
            try:
                if self._heard is None:
                    await self.ask()
                    self._wire.link.again()
                while (await self.adopt()).left:
                    await self._sleep(LEASE_SECONDS)
            except Exception as error:
                # A name is good to have, and nothing waits for it.
                _log.info("whose token this is could not be found out: %s", error)

    def _name(self, name: str) -> None:
        self._outbox.who = self._drafts.who = name
