"""``shiftdeck watch``: one JSON line for everything that changes, for scripts and wall displays.

The first line is a snapshot; another one follows when the day is over. Every line is an object with ``event`` and
``at``:

- ``snapshot``: ``profile``, ``system``, ``from``, ``to``, ``as_of`` and ``rows`` (as in ``list --json``)
- ``added``, ``removed``: ``row``
- ``changed``: ``row``, and ``was`` with the old value of every key that is different now
- ``overdue``: ``row``, once when its moment passes
- ``link``: ``state`` (online, offline, refused) and ``reason``
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tui.cli.days import wanted_period, wrong_days
from tui.cli.exits import DONE, USAGE
from tui.cli.list import row_data
from tui.cli.output import escaped, tell_data
from tui.cli.session import run_with, told
from tui.i18n import say
from tui.model.clock import stamp
from tui.model.execution import Execution, Key
from tui.workbench.board import Board
from tui.workbench.changes import Changes
from tui.workbench.figures import belongs
from tui.workbench.link import Link

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.workbench import Workbench

LONGEST_WAIT = 60.0
"""Seconds between two looks at the calendar."""


def run(shop: Shop, arguments: Namespace) -> int:
    """Tell changes until SIGINT, SIGTERM or SIGHUP, or until nobody reads any more: 0. What prevents the first
    snapshot has its own code; later troubles are lines."""
    if wrong_days(arguments.first, arguments.last):
        return USAGE

    async def work(bench: Workbench) -> int:
        over = asyncio.Event()
        _end_with(over)
        teller = Teller(bench, _print, follow=not (arguments.first or arguments.last))
        await teller.run(lambda: wanted_period(bench, arguments.first, arguments.last), over)
        return DONE

    return run_with(shop, work)


def _print(event: dict[str, Any]) -> None:
    document = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    tell_data(escaped(document, sys.stdout.encoding or "utf-8") + "\n")


def _end_with(over: asyncio.Event) -> None:
    """Signals, and the end of whoever reads us, end the watch; so the last line is always whole."""
    loop = asyncio.get_running_loop()
    if os.name != "posix":
        return
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # under nohup a lost line is to be ignored
        if signal.getsignal(name) is not signal.SIG_IGN:
            loop.add_signal_handler(name, over.set)
    try:
        output = sys.stdout.fileno()
        if stat.S_ISFIFO(os.fstat(output).st_mode):
            # the writing end of a pipe is "readable" only when its reader has gone
            loop.add_reader(output, over.set)
    except (OSError, ValueError):
        return


class Teller:
    """Turns the changes of one workbench's list into events, handed to ``tell`` one by one.

    ``follow``: the period is that of today, and moves on with the calendar.
    """

    def __init__(self, bench: Workbench, tell: Callable[[dict[str, Any]], None], *, follow: bool) -> None:
        self._bench = bench
        self._tell = tell
        self._follow = follow
        self._board = Board(bench.desk.zone)
        self._rows: dict[Key, Execution] = {}
        self._known = False

    async def run(self, wanted: Callable[[], Any], over: asyncio.Event) -> None:
        """Until ``over`` is set. Raises the ``TaskError`` that prevents the first snapshot."""
        bench = self._bench
        bench.live.set_period(wanted())
        await bench.live.load()
        changes, links = bench.live.watch(), bench.link.watch()
        polling = asyncio.create_task(bench.live.run())
        ending = asyncio.create_task(over.wait())
        news: asyncio.Future[Changes] = asyncio.ensure_future(anext(changes))
        state: asyncio.Future[Link] = asyncio.ensure_future(anext(links))
        try:
            while not over.is_set():
                await asyncio.wait(
                    (news, state, ending), timeout=self._wait(), return_when=asyncio.FIRST_COMPLETED
                )
                if news.done():
                    await self.take(news.result())
                    news = asyncio.ensure_future(anext(changes))
                if state.done():
                    self._link(state.result())
                    state = asyncio.ensure_future(anext(links))
                self._late()
                if self._follow and bench.live.now.period != wanted():
                    bench.live.set_period(wanted())
        finally:
            for task in (polling, ending, news, state):
                task.cancel()

    async def take(self, changes: Changes) -> None:
        """Tell what became different."""
        if changes.fresh:
            self._known = False
        if changes.loading:
            return
        await self._board.take(changes)
        if not self._known:
            self._snapshot(changes)
            return
        at, now = changes.as_of, self._bench.clock()
        for key in sorted(changes.added | changes.changed | changes.removed):
            old, new = self._rows.get(key), changes.rows.get(key)
            if new is None:
                if old is not None:
                    del self._rows[key]
                    self._say("removed", at, row=self._data(old, changes))
            elif old is not None:
                self._rows[key] = new
                self._changed(old, new, changes)
            elif belongs(new, changes.period, now):
                self._rows[key] = new
                self._say("added", at, row=self._data(new, changes))

    def _snapshot(self, changes: Changes) -> None:
        zone, now = self._bench.desk.zone, self._bench.clock()
        self._known = True
        self._board.newly_overdue(now)
        self._rows = {key: row for key, row in changes.rows.items() if belongs(row, changes.period, now)}
        self._say(
            "snapshot",
            now,
            profile=self._bench.desk.profile,
            system=self._bench.desk.system,
            **{"from": stamp(changes.period.start, zone), "to": stamp(changes.period.end, zone)},
            as_of=stamp(changes.as_of, zone),
            rows=[self._data(row, changes) for row in _in_order(self._rows.values())],
        )

    def _changed(self, old: Execution, new: Execution, changes: Changes) -> None:
        before, after = self._data(old, changes), self._data(new, changes)
        was = {name: value for name, value in before.items() if after[name] != value}
        if was:
            self._say("changed", changes.as_of, row=after, was=was)

    def _late(self) -> None:
        if not self._known:
            return
        now = self._bench.clock()
        changes = self._bench.live.now
        for row in self._board.newly_overdue(now):
            if row.key in self._rows:
                self._say("overdue", now, row=self._data(row, changes))

    def _link(self, link: Link) -> None:
        reason = say(told(link.error)) if link.error is not None else ""
        self._say("link", self._bench.clock(), state=str(link.state), reason=reason)

    def _wait(self) -> float:
        """Seconds until something may be to say without any news: a moment that passes, a day that ends."""
        now = self._bench.clock()
        moments = [self._bench.today().end] if self._follow else []
        if self._board.ready and (moment := self._board.next_moment(now)) is not None:
            moments.append(moment)
        waits = [(moment - now).total_seconds() + 0.05 for moment in moments]
        return max(0.05, min([LONGEST_WAIT, *waits]))

    def _data(self, row: Execution, changes: Changes) -> dict[str, Any]:
        return row_data(row, changes.period, self._bench.desk.zone)

    def _say(self, event: str, at: datetime | None, **more: Any) -> None:
        self._tell({"event": event, "at": stamp(at, self._bench.desk.zone), **more})


def _in_order(rows: Iterable[Execution]) -> list[Execution]:
    return sorted(rows, key=lambda row: (row.due is None, row.due and row.due.timestamp(), row.title, row.key.id))
