"""``shiftdeck sync``: send what waits, without the screen; for a timer, or before the machine goes off."""

from __future__ import annotations

import asyncio
import signal
from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli.exits import DONE, FAILED, REFUSED, code_for
from tui.cli.output import complain, tell
from tui.cli.session import run_with, told
from tui.i18n import _, plural, say
from tui.model.plain import clean

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.entry import Entry
    from tui.workbench.workbench import Workbench


def run(shop: Shop, arguments: Namespace) -> int:
    """0: nothing waits any more. 5: something needs a person. Else the code of what keeps it from being sent.

    ``--watch`` goes on until Ctrl+C or SIGTERM and tells of every entry.
    """
    return run_with(shop, _watch if arguments.watch else _once)


async def _once(bench: Workbench) -> int:
    telling = asyncio.create_task(_tell(bench))
    await bench.sender.round()
    bench.outbox.changes.close()
    await telling
    waiting, attention = bench.outbox.waiting(), bench.outbox.attention()
    error = bench.link_state.error
    if waiting:
        complain(plural("{n} item waits to be sent", "{n} items wait to be sent", waiting))
    if attention:
        complain(plural("{n} needs attention", "{n} need attention", attention))
    if waiting and error is not None:
        complain(say(told(error)))
        return code_for(error)
    if attention:
        return REFUSED
    if waiting:
        return FAILED
    tell(_("All is sent."))
    return DONE


async def _watch(bench: Workbench) -> int:
    telling = asyncio.create_task(_tell(bench))
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, over.set)
    bench.start()
    await over.wait()
    bench.outbox.changes.close()
    await telling
    return DONE


async def _tell(bench: Workbench) -> None:
    async for entry in bench.outbox.changes.watch():
        if line := _line(entry):
            tell(line)


def _line(entry: Entry) -> str:
    title = clean(entry.request.title or entry.request.action)
    if entry.state == "sent":
        return _("sent: {title}", title=title)
    if entry.state == "attention" and entry.reason is not None:
        return _("needs attention: {title}. {why}", title=title, why=clean(say(entry.reason)))
    return ""
