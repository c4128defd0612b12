"""``shiftdeck report``: the shift report as Markdown, as a table, or as JSON; on standard output or in a file."""

from __future__ import annotations

import errno
import os
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tui.cli.days import wanted_period, wrong_days
from tui.cli.exits import DONE, FAILED, USAGE
from tui.cli.output import complain, escaped, tell_data
from tui.cli.session import run_with
from tui.i18n import _, language, plural, say
from tui.workbench.journal import JournalError
from tui.workbench.report_files import replace_file, text_of
from tui.workbench.report_reading import make_report

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.report import Report
    from tui.workbench.workbench import Workbench

BAR = 24
FIRST_AFTER = 0.5
TTY_EVERY = 0.1
LINE_EVERY = 5.0
"""Seconds: nothing is said of what is done at once, and a log gets few lines."""


def run(shop: Shop, arguments: Namespace) -> int:
    """Write the report; 0, or the code of what went wrong. A file is there whole, or as it was before."""
    if wrong_days(arguments.first, arguments.last):
        return USAGE
    output: Path | None = arguments.output
    if output is not None and not output.resolve().parent.is_dir():
        # before minutes of reading, not after them
        complain(_("{path} cannot be written ({why}).", path=output, why=os.strerror(errno.ENOENT)))
        return FAILED

    async def work(bench: Workbench) -> int:
        bench.live.set_period(wanted_period(bench, arguments.first, arguments.last))
        changes = await bench.live.load()
        meter = Meter()
        try:
            report = await make_report(bench, changes, lang=language(), progress=meter)
        finally:
            meter.close()
        text = written(report, bench.desk.zone, arguments.format)
        if report.unread:
            complain(_("The answers of {n} tasks could not be read, and are missing here.", n=report.unread))
        if output is None:
            tell_data(text)
            return DONE
        return _save(output, text, report.total)

    try:
        return run_with(shop, work)
    except JournalError as error:
        complain(say(error.message))
        return FAILED


def written(report: Report, zone: ZoneInfo, form: str) -> str:
    """The report as text: ``md``, ``csv`` or ``json``."""
    text = text_of(report, zone, form, say)
    return escaped(text, sys.stdout.encoding or "utf-8") if form == "json" else text


def _save(path: Path, text: str, total: int) -> int:
    try:
        replace_file(path, text)
    except OSError as error:
        complain(_("{path} cannot be written ({why}).", path=path, why=error.strerror or error))
        return FAILED
    complain(
        plural("{n} task is in {path}.", "{n} tasks are in {path}.", total, path=path),
    )
    return DONE


class Meter:
    """Says on standard error how far the reading is, when it takes long: a bar on a terminal, else a line now and
    then."""

    def __init__(self) -> None:
        self._tty = sys.stderr.isatty()
        self._next = time.monotonic() + FIRST_AFTER
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (TTY_EVERY if self._tty else LINE_EVERY)
        words = _("Reading answers: {done} of {total}", done=done, total=total)
        if not self._tty:
            complain(words)
            return
        full = done * BAR // max(total, 1)
        sys.stderr.write(f"\r[{'#' * full}{'-' * (BAR - full)}] {words}")
        sys.stderr.flush()
        self._shown = True

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
