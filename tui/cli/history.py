"""``shiftdeck history verify``: whether the local trail of what was sent is whole."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli.exits import DONE, FAILED
from tui.cli.parser import complain
from tui.i18n import _

if TYPE_CHECKING:
    from tui.cli.ports import Shop


def run(shop: Shop, arguments: Namespace) -> int:
    """0 when the chain holds, 1 when an entry was changed, removed or put in. Needs no connection."""

    async def check() -> int | None:
        bench = shop.workbench(shop.settings.profile)
        try:
            return bench.history.verify()
        finally:
            await bench.close()

    broken = asyncio.run(check())
    if broken is None:
        print(_("The trail is whole."))
        return DONE
    complain(_("The trail does not hold from entry {n} on: it was changed from outside.", n=broken))
    return FAILED
