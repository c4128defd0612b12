"""One try to bring everything of one owner to the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from tui.config import ConfigError
from tui.i18n import say
from tui.model.errors import TaskError
from tui.model.message import Message
from tui.workbench.entry import OPEN_STATES, Entry, EntryState
from tui.workbench.journal import JournalError
from tui.workbench.timing import LONGEST_PAUSE

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.workbench import Workbench

Tell = Callable[[Entry], None]

OTHERS_SECONDS = 10.0
"""So long an entry is waited for that another process is sending, or was when it was killed (the lease is 8 s)."""

_SHORT_LOOK = 0.2
_ON_THE_WAY = (EntryState.WAITING, EntryState.SENDING, EntryState.PAUSED)


class Drained(msgspec.Struct, kw_only=True):
    """How it went: the entries as they are now, what keeps the waiting ones, and what a person should know."""

    entries: list[Entry] = []
    error: TaskError | None = None
    problem: Message | None = None

    def in_state(self, *states: EntryState) -> list[Entry]:
        """Those that are in one of ``states`` now."""
        return [entry for entry in self.entries if entry.state in states]

    @property
    def waiting(self) -> list[Entry]:
        """Those that are still to go out."""
        return self.in_state(*_ON_THE_WAY)


async def drain(shop: Shop, profile: str, user: str, owners: Collection[str], tell: Tell) -> Drained:
    """Send what waits for this profile and person. ``tell`` hears of every entry that became different.

    ``owners`` are the IDs that have entries: a token or an address that was replaced since opens another owner.
    What was made with the old token is sent where the server says that both are the same person's, else left
    alone. Never raises for anything that a server or a profile does.
    """
    try:
        # A token may come from a program or the keyring, which takes its time.
        bench = await asyncio.to_thread(shop.workbench, profile, user)
    except ConfigError as error:
        return Drained(problem=error.message)
    telling = asyncio.create_task(_listen(bench, tell))
    try:
        strangers = set(owners) - await own(bench, owners)
        if len(strangers) == len(set(owners)):
            return Drained(problem=stranger())
        done = await _drained(bench)
        if strangers and done.problem is None:
            done.problem = stranger()
        return done
    except JournalError as error:
        return Drained(problem=error.message)
    finally:
        await bench.close()
        await telling


async def own(bench: Workbench, owners: Collection[str]) -> set[str]:
    """Those of ``owners`` whose entries are the bench's by now: its own, and those of earlier tokens of the same
    person, where the server tells who that is."""
    mine = {bench.desk.owner} & set(owners)
    if mine == set(owners):
        return mine
    try:
        await bench.open()
        adopted = await bench.adopt()
    except TaskError:
        return mine
    return mine | (set(adopted.owners) & set(owners))


def stranger() -> Message:
    """The entries belong to a token, or to a server, that this profile has no more."""
    return Message(
        "These entries were made with another token or address of this profile. They go out when it has that one"
        " again."
    )


async def _drained(bench: Workbench) -> Drained:
    before = [entry.id for entry in bench.outbox.entries(*OPEN_STATES)]
    error: TaskError | None = None
    if bench.outbox.waiting():
        try:
            await bench.open()
            await _hurry(bench)
            await _rounds(bench)
            error = bench.link_state.error
        except TaskError as refused:
            error = refused
    now = bench.outbox.entries(*OPEN_STATES)
    known = {entry.id for entry in now}
    gone = [entry for name in before if name not in known and (entry := bench.outbox.get(name)) is not None]
    return Drained(entries=gone + now, error=error, problem=bench.notice)


async def _hurry(bench: Workbench) -> None:
    """Whoever asks for it wants it sent now: only a server that asked for a longer wait is left in peace."""
    soon = bench.clock() + timedelta(seconds=LONGEST_PAUSE)
    for entry in bench.outbox.entries(EntryState.WAITING):
        if entry.next_try is not None and entry.next_try <= soon:
            await bench.outbox.retry(entry.id)


async def _rounds(bench: Workbench) -> None:
    """Send; then wait a moment for what another process has in hand, and take it over if that one is gone."""
    loop = asyncio.get_running_loop()
    end = loop.time() + OTHERS_SECONDS
    while True:
        await bench.sender.round()
        if bench.link_state.error is not None or loop.time() >= end:
            return
        if not bench.outbox.entries(EntryState.SENDING):
            return
        await asyncio.sleep(_SHORT_LOOK)


async def _listen(bench: Workbench, tell: Tell) -> None:
    last: dict[str, tuple[str, str]] = {}
    async for entry in bench.outbox.changes.watch():
        told = (str(entry.state), say(entry.reason) if entry.reason is not None else "")
        if last.get(entry.id) != told:
            last[entry.id] = told
            tell(entry)
