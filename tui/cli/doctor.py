"""``shiftdeck doctor``: what is set, where it comes from, and whether it works. Shows no secret."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli.doctoring import files, place, server
from tui.cli.doctoring.finding import Finding, Verdict, data_of, text_of
from tui.cli.exits import DONE, FAILED, USAGE
from tui.cli.output import calm_log, complain, escaped, tell, tell_data
from tui.config import ConfigError
from tui.i18n import _
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.cli.ports import CheckScreen, Shop
    from tui.workbench.books import Books


def run(shop: Shop, arguments: Namespace) -> int:
    """Print what was found; 0 when nothing is broken (somebody may still have to look), 1 when something is."""
    if arguments.with_answers and arguments.bundle is None:
        complain(_("--with-answers belongs to --bundle FILE."))
        return USAGE
    with calm_log():
        findings, books = asyncio.run(_examine(shop, arguments.check_screen))
        try:
            if arguments.json:
                text = json.dumps(data_of(findings), ensure_ascii=False, indent=1)
                tell_data(escaped(text, sys.stdout.encoding or "utf-8") + "\n")
            else:
                tell(text_of(findings))
            written = arguments.bundle is None or _bundle(shop, findings, books, arguments)
        finally:
            if books is not None:
                books.close()
    sound = all(one.verdict is not Verdict.BROKEN for one in findings)
    return DONE if sound and written else FAILED


async def _examine(shop: Shop, check_screen: CheckScreen) -> tuple[list[Finding], Books | None]:
    """All findings, and the journal where it can be opened."""
    settings = shop.settings
    books: Books | None = None
    try:
        books = shop.books()
        bench = await asyncio.to_thread(shop.workbench, settings.profile)
    except ConfigError as error:
        findings = [*_set(shop, check_screen(None)), *place.profile(shop)]
        if books is None:
            return [*findings, _unusable("journal", _("journal"), error)], None
        # the journal is fine: the profile cannot be opened
        return [*findings, _unusable("connection", _("connection"), error), *files.examine(shop, books)], books
    try:
        faults = check_screen(bench)
        served = await server.examine(shop, bench)
    except JournalError as error:
        faults, served = [], [_unusable("connection", _("connection"), ConfigError(error.message))]
    finally:
        await bench.close()
    return [*_set(shop, faults), *place.profile(shop), *served, *files.examine(shop, books)], books


def _set(shop: Shop, faults: list[ConfigError]) -> list[Finding]:
    settings = shop.settings
    return [
        place.program(),
        place.config(settings),
        *place.screen(settings, faults),
        place.spoken(settings),
        place.terminal(settings, os.environ, place.terminal_size(), sys.stdout.encoding or ""),
    ]


def _unusable(name: str, title: str, error: ConfigError) -> Finding:
    remedy = _("Nothing can be kept or sent before that is put right.")
    return Finding(id=name, name=title, value=str(error), verdict=Verdict.BROKEN, remedy=remedy)


def _bundle(shop: Shop, findings: list[Finding], books: Books | None, arguments: Namespace) -> bool:
    from tui.cli.doctoring.bundle import write

    target = arguments.bundle.expanduser()
    try:
        write(target, shop, findings, books, with_answers=arguments.with_answers)
    except FileExistsError:
        complain(_("{file} is there already. Choose another name.", file=str(target)))
        return False
    except OSError as error:
        complain(_("{file} cannot be written ({why}).", file=str(target), why=error.strerror or str(error)))
        return False
    complain(_("Written: {file}. Look into it before you hand it on.", file=str(target)))
    return True
