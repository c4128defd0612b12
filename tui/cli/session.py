"""A workbench for the length of one command: connected once, and given back whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tui.cli.exits import code_for
from tui.cli.output import complain
from tui.i18n import say
from tui.model.errors import NotFound, NotTheServer, TaskError, Unauthorised
from tui.model.message import Message

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.workbench import Workbench

_INSTEAD = {
    Unauthorised.help.id: Message("Start shiftdeck and sign in there, or set another token in the config."),
    NotTheServer.help.id: Message("Sign in to the network (captive page?) or check the address in the config."),
    NotFound.help.id: Message("It may have been deleted."),
}
"""What the errors' help, which names keys of the application, is for a command."""


@asynccontextmanager
async def opened(shop: Shop) -> AsyncIterator[Workbench]:
    """The workbench of the chosen profile, with a connection. Raises ``TaskError`` when there is none."""
    bench = shop.workbench(shop.settings.profile)
    try:
        if bench.notice is not None:
            complain(say(bench.notice))
        await bench.open()
        yield bench
    finally:
        await bench.close()


def run_with(shop: Shop, work: Callable[[Workbench], Awaitable[int]]) -> int:
    """The exit code of ``work``; an error of the server is one calm line and its own exit code."""

    async def whole() -> int:
        async with opened(shop) as bench:
            return await work(bench)

    try:
        return asyncio.run(whole())
    except TaskError as error:
        complain(say(told(error)))
        return code_for(error)


def told(error: TaskError) -> Message:
    """What happened, in the server's words too where it gave any, and what to do."""
    # A command has no keys: what helps is the same, but begins in the application.
    help_ = _INSTEAD.get(error.help.id, error.help)
    if error.said:
        return Message("{what} ({said}) {help}", {"what": error.what, "said": error.said, "help": help_})
    return Message("{what} {help}", {"what": error.what, "help": help_})
