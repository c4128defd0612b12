"""``shiftdeck history verify``: whether the local trail of what was sent is whole."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli.exits import DONE, FAILED
from tui.cli.output import complain, tell
from tui.i18n import _, say
from tui.model.message import Message

if TYPE_CHECKING:
    from tui.cli.ports import Shop


def run(shop: Shop, arguments: Namespace) -> int:
    """0 when the chain holds, 1 when an entry was changed, removed or put in. Needs no connection."""

    async def check() -> tuple[int | None, Message | None]:
        bench = shop.workbench(shop.settings.profile)
        try:
            return bench.history.verify(), bench.notice
        finally:
            await bench.close()

    broken, notice = asyncio.run(check())
    if notice is not None:
        # a journal that is not the real one (it cannot be opened, or was saved from damage) proves nothing
        complain(say(notice))
        return FAILED
    if broken is None:
        tell(_("The trail is whole."))
        return DONE
    complain(_("The trail does not hold from entry {n} on: it was changed from outside.", n=broken))
    return FAILED
