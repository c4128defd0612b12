"""``shiftdeck doctor``: what is set, where it comes from, and whether it works. Shows no secret."""

from __future__ import annotations

import asyncio
import platform
from argparse import Namespace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tui import __version__
from tui.cli.exits import DONE, FAILED
from tui.cli.output import tell
from tui.config import Source
from tui.i18n import _, language, say
from tui.model.message import Message
from tui.model.plain import clean

if TYPE_CHECKING:
    from tui.cli.ports import ProbeResult, Shop

_SOURCES = {
    Source.FLAG: Message("from a flag"),
    Source.ENVIRONMENT: Message("from the environment"),
    Source.FILE: Message("from the file"),
    Source.DEFAULT: Message("the default"),
}


def run(shop: Shop, arguments: Namespace) -> int:
    """Print what was found; 0 when the profile works, 1 when something does not."""
    settings = shop.settings
    profile = settings.chosen
    there = "" if settings.config_exists else _("not there yet")
    _show(_("Shiftdeck"), f"{__version__}, Python {platform.python_version()}, {platform.system()}")
    _show(_("config file"), str(settings.config_path), there or _source(shop, "config"))
    _show(_("data folder"), str(settings.data_dir), _source(shop, "data_dir"))
    _show(_("language"), language(), _source(shop, "language"))
    _show(_("profile"), profile.name, _source(shop, "profile"))
    _show(_("server"), f"{profile.system}, {profile.base_url}")
    now = datetime.now(ZoneInfo(profile.timezone))
    _show(_("time there"), f"{now:%Y-%m-%d %H:%M} {profile.timezone}")
    whole = _files(shop)
    probed = asyncio.run(shop.probe(profile))
    _show(_("connection"), _mark(probed.ok), say(probed.message))
    _clock(probed)
    return DONE if probed.ok and whole else FAILED


def _files(shop: Shop) -> bool:
    """The journal opened, its trail checked, and what waits in it."""

    async def look() -> tuple[int | None, Message | None, bool, int, int]:
        bench = shop.workbench(shop.settings.profile)
        try:
            counts = bench.outbox.waiting(), bench.outbox.attention()
            return bench.history.verify(), bench.notice, bench.journal.writable, *counts
        finally:
            await bench.close()

    broken, notice, writable, waiting, attention = asyncio.run(look())
    _show(_("journal"), _mark(writable), say(notice) if notice is not None else "")
    trail = "" if broken is None else _("does not hold from entry {n} on", n=broken)
    _show(_("local trail"), _mark(broken is None), trail)
    _show(_("outbox"), _("{waiting} waiting, {attention} for a person", waiting=waiting, attention=attention))
    return writable and broken is None


def _clock(probed: ProbeResult) -> None:
    if probed.offset is not None:
        _show(_("clock"), _("{seconds} s beside the server's", seconds=round(probed.offset)))


def _source(shop: Shop, name: str) -> str:
    return say(_SOURCES[shop.settings.sources.get(name, Source.DEFAULT)])


def _mark(good: bool) -> str:
    return _("works") if good else _("DOES NOT WORK")


def _show(name: str, value: str, note: str = "") -> None:
    tell(f"{name + ':':<16}{clean(value)}" + (f"  ({clean(note)})" if note else ""))
