"""What is behind a board, on the screen or not: figures, marks, bell, and how old everything is.

It begins when the board is opened for the first time and goes on while a person works in a record, so that the
bell rings there too. The screen only shows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from textual.timer import Timer

from tui.i18n import _, plural
from tui.model.errors import TaskError
from tui.model.execution import Key
from tui.ui.screens.benches import LASTING
from tui.ui.text import clean
from tui.ui.widgets.execution_rows import span_of, title_of
from tui.ui.workers import start
from tui.workbench.board import Board
from tui.workbench.combined import Member, Source
from tui.workbench.figures import Figures, Grouping, Overdue, Strip
from tui.workbench.freshness import Bell, Freshness
from tui.workbench.journal import JournalError
from tui.workbench.marks import Mark, MarkKind
from tui.workbench.marks_of_all import MarksOfAll

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tui.model.execution import Execution
    from tui.ui.screens.crew import Crew
    from tui.ui.screens.days import Days
    from tui.workbench.workbench import Workbench

MOST = 500
"""So many overdue rows are listed, and so many strips."""
TICK_SECONDS = 5.0
COUNT_EVERY = timedelta(seconds=60)
"""Between two questions for the server's own count."""


class BoardDesk:
    """Feeds a board from ``source``. ``show`` is set by the board while it is on the screen."""

    GROUP = "board"
    """Of the work that follows the source: it ends when somebody else goes on here."""

    def __init__(self, main: Crew, source: Source, days: Days, by: Grouping = Grouping.ASSIGNMENT) -> None:
        self.main = main
        self.source = source
        self.days = days
        self.zone = main.zone
        self.clock = source.clock
        self.board = Board(self.zone, by, several=source.several, wall_time=source.wall_time)
        self.marks = MarksOfAll(source.members)
        self.over = False
        """Nothing is followed any more."""
        self.show: Callable[[], None] | None = None
        self.muted = False
        self.selected: Key | None = None
        """The record under the cursor of the board, kept while the board is away."""
        self.strip: str | None = None
        """The strip under its cursor."""
        self.news: tuple[Execution, ...] = ()
        """What became late since somebody looked."""
        self.version = 0
        """Counts what has become different by anything but time."""
        self.server_counts: dict[str, int] = {}
        """How many tasks are unfinished by the servers' own words, by profile; only where one has such a count."""
        self._timer: Timer | None = None
        self._counted_at: dict[str, datetime] = {}
        self._bell = Bell()
        self._alarm = Bell()
        self._dead: frozenset[str] = frozenset()
        self._listened: dict[str, Workbench] = {}

    # -- following ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """From now on every change of the list is counted, and every few seconds looked at the clock."""
        self._timer = self.main.set_interval(TICK_SECONDS, self._tick)
        start(self.main.app, self._follow, group=self.GROUP, exclusive=True)
        self._listen()

    def end(self) -> None:
        """Somebody else goes on here."""
        self.over = True
        if self._timer is not None:
            self._timer.stop()

    def _tick(self) -> None:
        if self._left():
            self.end()
        else:
            self.look()

    def _left(self) -> bool:
        return self.main.bench is not self.source.members[0].bench

    async def _follow(self) -> None:
        async for changes in self.source.watch():
            await self.board.take(changes)
            if changes.touched:
                self.marks.settle(changes.rows)
                self.version += 1
            self.look()
            await asyncio.gather(*map(self._ask_count, self.source.shown))

    def _listen(self) -> None:
        """Hear of what each profile sends: its rows are marked while something of them waits."""
        for one in self.source.members:
            bench = one.bench
            if bench is not None and self._listened.get(one.name) is not bench:
                self._listened[one.name] = bench
                follow = partial(self._follow_outbox, bench)
                start(self.main.app, follow, group=f"{self.GROUP}-outbox-{one.name}", exclusive=True)

    async def _follow_outbox(self, bench: Workbench) -> None:
        async for _entry in bench.outbox.changes.watch():
            if self.over:
                return
            self._tell(news=True)

    async def _ask_count(self, member: Member) -> None:
        """A server's own count, now and then; without an answer there is none to compare with."""
        now, bench, name = self.clock(), member.bench, member.name
        if bench is None or not bench.capabilities.count or not bench.connected:
            return
        if name in self._counted_at and now - self._counted_at[name] < COUNT_EVERY:
            return
        self._counted_at[name] = now
        before = self.server_counts.get(name)
        try:
            count = await bench.count()
        except TaskError:
            count = None
        if count is None:
            self.server_counts.pop(name, None)
        else:
            self.server_counts[name] = count
        if count != before:
            self._tell(news=True)

    @property
    def server_count(self) -> int | None:
        """The server's own count, where the board shows one profile and nothing else."""
        return None if self.source.several else self.server_counts.get(self.source.members[0].name)

    def zones(self) -> dict[str, ZoneInfo]:
        """The profiles whose moments are told in another wall time than that of the board."""
        walls = {one.name: self.source.wall_time(one.name) for one in self.source.members}
        return {name: wall.own for name, wall in walls.items() if wall is not None}

    def look(self) -> None:
        """Time has passed, or something came: ring for what is new, and have it shown."""
        self._listen()
        if self.board.ready and self.source.heard:
            now = self.clock()
            late, silent = self._ring_for_late(now), self._ring_for_silence(now)
            if late or silent:
                self.main.app.bell()
        self._tell()

    def _tell(self, *, news: bool = False) -> None:
        self.version += news
        if self.show is not None:
            self.show()

    def _ring_for_late(self, now: datetime) -> bool:
        new = self.board.newly_overdue(now)
        if new:
            self.news = new
            self.version += 1
            if self.show is None:
                self.main.announce(self.banner, bad=True)
        return self._bell.rings(now, len(new), muted=self.muted)

    def _ring_for_silence(self, now: datetime) -> bool:
        """When a profile cannot be relied on any more it rings once, and not again before an answer came."""
        before, self._dead = self._dead, self.dead()
        return self._alarm.rings(now, len(self._dead - before), muted=self.muted)

    # -- what is shown ------------------------------------------------------------------------------------

    @property
    def banner(self) -> str:
        """The newest bad news, with its age of now; "" where somebody has seen it."""
        return _banner(self.news, self.clock()) if self.news else ""

    def unsent(self) -> tuple[frozenset[Key], frozenset[Key]]:
        """The records that hold something which their server lacks; those of them that are done here."""
        benches = [one.bench for one in self.source.shown if one.bench is not None]
        kept = [bench.outbox.kept() for bench in benches]
        found = (*(bench.drafts.keys() for bench in benches), *(one.keys for one in kept))
        return frozenset[Key]().union(*found), frozenset[Key]().union(*(one.done for one in kept))

    def waiting(self) -> int:
        """How many entries are on their way."""
        return sum(one.bench.outbox.waiting() for one in self.source.shown if one.bench is not None)

    def figures(self) -> Figures | None:
        """The figures of now; ``None`` before the first list."""
        if not self.board.ready:
            return None
        now = self.clock()
        return self.board.figures(now, marks=self.marks.active(now), most=MOST)

    def dead(self) -> frozenset[str]:
        """The profiles whose rows cannot be relied on."""
        return frozenset(one.name for one in self.source.shown if one.freshness() is Freshness.DEAD)

    def profiles(self) -> list[tuple[Member, Strip | None]]:
        """Each profile with what is counted of it; empty where the board shows one profile and nothing else."""
        if not self.source.several:
            return []
        counted = self.board.profiles(self.clock())
        return [(member, counted.get(member.name)) for member in self.source.members]

    def titles(self) -> dict[str, str]:
        """What the profiles are called."""
        return {member.name: member.title for member in self.source.members}

    def titled(self, strip: Strip) -> Strip:
        """``strip`` as people know it: a profile by its title."""
        if self.board.by is not Grouping.PROFILE:
            return strip
        return msgspec.structs.replace(strip, name=self.titles().get(strip.name, strip.name))

    def mark_of(self, key: Key) -> Mark | None:
        """What somebody noted about a record here."""
        return self.marks.active(self.clock()).get(key)

    # -- what a person does -------------------------------------------------------------------------------

    def me(self) -> str:
        """The name under which something is noted; "" where nobody knows it."""
        bench = self.main.bench
        return bench.desk.user or (bench.who.name if bench.who is not None else "")

    def acknowledge(self, keys: Iterable[Key], who: str) -> None:
        """Note that ``who`` knows of these; where all of them were acknowledged before, they lose the note."""
        wanted = list(keys)
        known = [key for key in wanted if (mark := self.mark_of(key)) and mark.kind is MarkKind.ACKNOWLEDGED]
        try:
            if len(known) == len(wanted):
                self.marks.clear(known)
                n = len(known)
                self.main.announce(plural("Acknowledgement taken back.", "{n} acknowledgements taken back.", n))
            else:
                self.marks.acknowledge([key for key in wanted if key not in known], who)
        except JournalError as error:
            self.main.announce(error.message, bad=True)
        self.news = ()
        self._tell(news=True)

    def shelve(self, keys: Iterable[Key], who: str, until: datetime, reason: str) -> None:
        """Do not show these before ``until``."""
        try:
            self.marks.shelve(list(keys), who, until, reason)
        except JournalError as error:
            self.main.announce(error.message, bad=True)
        self._tell(news=True)

    def unshelve(self, keys: Iterable[Key]) -> None:
        """Show these again at once."""
        self.marks.clear(list(keys))
        self._tell(news=True)

    def pause(self) -> None:
        """Ask the server no more, or again."""
        self.source.pause(not self.source.paused)
        self._tell(news=True)

    def mute(self) -> None:
        """No bell, or a bell again; the banner stays in any case."""
        self.muted = not self.muted
        self._tell(news=True)

    def next_grouping(self) -> None:
        """Strips by assignment, department, template."""
        kinds = [kind for kind in Grouping if self.source.several or kind is not Grouping.PROFILE]
        kind = kinds[(kinds.index(self.board.by) + 1) % len(kinds)]
        self.strip = None

        async def group() -> None:
            await self.board.group_by(kind)
            self._tell(news=True)

        start(self.main.app, group, group=f"{self.GROUP}-strips", exclusive=True)


class AllProfilesDesk(BoardDesk):
    """The desk of all profiles: it stays when another of them is shown, until its door is closed."""

    GROUP = f"{LASTING}board"

    def __init__(self, main: Crew, source: Source, days: Days) -> None:
        super().__init__(main, source, days, Grouping.PROFILE)

    def _tick(self) -> None:
        self.days.roll()
        super()._tick()

    def _left(self) -> bool:
        return self.over


def noted_words(item: Overdue, clock: Callable[[datetime], str]) -> str:
    """Who noted what about a late record, said as what it is: a note on this device."""
    mark = item.mark
    if mark is None:
        return ""
    if mark.kind is MarkKind.SHELVED and mark.until is not None:
        words = _("shelved until {until} by {who}", until=clock(mark.until), who=clean(mark.who))
        return words + (f": {clean(mark.reason)}" if mark.reason else "")
    return _("acknowledged by {who} at {time}, noted on this device", who=clean(mark.who), time=clock(mark.at))


def _banner(new: tuple[Execution, ...], now: datetime) -> str:
    row = new[0]
    age = span_of(max(0.0, (now - row.due).total_seconds())) if row.due is not None else ""
    words = _("New overdue: {title} ({place}) +{age}", title=title_of(row), place=clean(row.place), age=age)
    more = len(new) - 1
    return words + (" " + plural("and {n} more", "and {n} more", more) if more else "")
