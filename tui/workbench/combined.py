"""What a board is fed with: the list of one profile, or those of several as if they were one.

Each profile keeps its own polling, its own age and its own failure: what one server does not answer hides nothing
of the others. Rows are told apart by their key, which names profile, system and ID.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import TypeVar, overload
from zoneinfo import ZoneInfo

from tui.model.clock import Clock
from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.model.period import Period
from tui.workbench.changes import Changes
from tui.workbench.freshness import Freshness, freshness
from tui.workbench.link import LinkState
from tui.workbench.live_watch import LiveWatch
from tui.workbench.wall_time import WallTime
from tui.workbench.workbench import Workbench

T = TypeVar("T")


class Standing(StrEnum):
    """How far the rows of a profile can be relied on, best first."""

    LIVE = "live"
    PAUSED = "paused"
    STARTING = "starting"
    OFFLINE = "offline"
    STALE = "stale"
    DEAD = "dead"
    REFUSED = "refused"
    UNUSABLE = "unusable"

    @property
    def good(self) -> bool:
        """Nothing is wrong."""
        return self in (Standing.LIVE, Standing.PAUSED, Standing.STARTING)


class Member:
    """One profile on a board. ``bench`` is ``None`` before it is made; ``problem`` says why it cannot be."""

    def __init__(self, name: str, title: str, system: str, bench: Workbench | None = None) -> None:
        self.name = name
        self.title = title
        self.system = system
        """The system in words."""
        self.bench = bench
        self.problem: Message | None = None

    def freshness(self) -> Freshness:
        """Whether the data is as young as it should be. What a person paused is old because they want it so."""
        if self.bench is None:
            return Freshness.FRESH if self.problem is None else Freshness.DEAD
        live = self.bench.live
        if live.paused or (live.last_good is None and self.bench.link_state.state is LinkState.STARTING):
            return Freshness.FRESH
        return freshness(live.refresh_seconds, live.last_good, self.bench.clock())

    def standing(self) -> Standing:
        """The same with its cause, for a line of its own."""
        if self.bench is None:
            return Standing.STARTING if self.problem is None else Standing.UNUSABLE
        link, live = self.bench.link_state, self.bench.live
        if link.state is LinkState.REFUSED:
            return Standing.REFUSED
        if live.paused:
            return Standing.PAUSED
        if link.state is LinkState.STARTING and live.last_good is None:
            return Standing.STARTING
        fresh = self.freshness()
        if fresh is Freshness.FRESH:
            return Standing.OFFLINE if link.state is LinkState.OFFLINE else Standing.LIVE
        return Standing.STALE if fresh is Freshness.STALE else Standing.DEAD


class Joined(Mapping[Key, Execution]):
    """The rows of several profiles as one mapping; nothing is copied."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Mapping[str, Mapping[Key, Execution]]) -> None:
        self._parts = parts

    def __getitem__(self, key: Key) -> Execution:
        return self._parts[key.profile][key]

    @overload
    def get(self, key: Key, /) -> Execution | None: ...
    @overload
    def get(self, key: Key, default: Execution | T, /) -> Execution | T: ...
    def get(self, key: Key, default: Execution | T | None = None, /) -> Execution | T | None:
        """As a dictionary's."""
        part = self._parts.get(key.profile)
        return default if part is None else part.get(key, default)

    def __iter__(self) -> Iterator[Key]:
        return chain.from_iterable(self._parts.values())

    def __len__(self) -> int:
        return sum(map(len, self._parts.values()))


class Source:
    """The list of one profile. ``clock`` is the server-corrected one."""

    several = False
    only = ""
    """The one profile that is shown of several; "" for all."""
    begun = 0
    """How often the rows were others altogether: a profile came in, or went out of sight."""

    def __init__(self, member: Member, bench: Workbench) -> None:
        self.clock: Clock = bench.clock
        self._members: tuple[Member, ...] = (member,)
        self._live = bench.live

    @property
    def members(self) -> tuple[Member, ...]:
        """All profiles, also those that are not shown."""
        return self._members

    @property
    def shown(self) -> tuple[Member, ...]:
        """The profiles whose rows are shown."""
        return tuple(one for one in self.members if self.only in ("", one.name))

    @property
    def rows(self) -> Mapping[Key, Execution]:
        """All executions that are shown."""
        return self._live.rows

    @property
    def period(self) -> Period:
        """What was asked for, without the look-back."""
        return self._live.now.period

    @property
    def answered(self) -> datetime | None:
        """The last good answer: of several profiles the oldest one; ``None`` while one of them never answered."""
        moments = [one.bench.live.last_good if one.bench is not None else None for one in self.shown]
        known = [moment for moment in moments if moment is not None]
        return min(known) if known and len(known) == len(moments) else None

    @property
    def heard(self) -> bool:
        """Whether anything is known of these days: what comes before that is not new."""
        return self._live.last_good is not None

    @property
    def paused(self) -> bool:
        """Whether only a refresh asks the servers."""
        return self._live.paused

    def watch(self) -> LiveWatch:
        """The rows now, then every change."""
        return self._live.watch()

    def freshness(self) -> Freshness:
        """Of all that is shown the freshest: a board with one good profile is not dead."""
        order = list(Freshness)
        return min((one.freshness() for one in self.shown), key=order.index, default=Freshness.DEAD)

    def set_period(self, period: Period) -> None:
        """Show other days."""
        self._live.set_period(period)

    def bench_of(self, profile: str) -> Workbench | None:
        """The workbench of a profile; ``None`` where it is not connected yet."""
        return next((one.bench for one in self.members if one.name == profile), None)

    def period_of(self, bench: Workbench) -> Period:
        """The days that are shown, in the zone of ``bench``."""
        return self.period

    def wall_time(self, profile: str) -> WallTime | None:
        """How the moments of a profile are told on this board; ``None`` where they are the board's own."""
        return None

    def refresh(self) -> None:
        """Ask every server now."""
        self._live.refresh()

    def pause(self, paused: bool) -> None:
        """Ask no more, or again."""
        (self._live.pause if paused else self._live.resume)()


class Combined(Source):
    """The lists of several profiles over the same days, for each in its own zone. ``on_link`` is called when the
    line of one changes.

    ``period`` are the days in ``zone``, that of the board; ``today``: they are the present day, wherever that is.
    """

    several = True

    def __init__(
        self, members: Iterable[Member], period: Period, clock: Clock, zone: ZoneInfo, *, today: bool = False
    ) -> None:
        self.clock = clock
        self.only = ""
        self.on_link: Callable[[], None] = _nobody
        self._members = tuple(members)
        self._period = period
        self._zone = zone
        self._today = today
        self._own: dict[str, Period] = {}
        self._paused = self._resting = False
        self._parts: dict[str, Mapping[Key, Execution]] = {}
        self._watches: list[LiveWatch] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def rows(self) -> Mapping[Key, Execution]:
        """All executions that are shown."""
        return self._joined()

    @property
    def period(self) -> Period:
        """What was asked for, without the look-back."""
        return self._period

    @property
    def heard(self) -> bool:
        """Whether anything is known of these days."""
        return bool(self._parts)

    @property
    def paused(self) -> bool:
        """Whether only a refresh asks the servers."""
        return self._paused

    def watch(self) -> LiveWatch:
        """The rows now, then every change of any profile."""
        watch = LiveWatch(self._fresh())
        self._watches.append(watch)
        return watch

    def join(self, member: Member, bench: Workbench) -> None:
        """The workbench of ``member`` is there: follow it from now on. Needs a running loop."""
        member.bench = bench
        self._own[member.name] = self.period_of(bench)
        bench.live.set_period(self._own[member.name])
        self._quiet(bench)
        for work in (self._follow(member, bench), self._follow_link(bench)):
            task = asyncio.ensure_future(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def set_period(self, period: Period, *, today: bool = False) -> None:
        """Show other days of every profile."""
        self._period, self._today = period, today
        self._parts = {}
        self._renew_own()

    def roll(self) -> None:
        """Where it is another day by now, and the present one is shown, that is shown from now on."""
        if self._today:
            self._renew_own()

    def period_of(self, bench: Workbench) -> Period:
        """The days that are shown, in the zone of ``bench``."""
        if self._today:
            return Period.of_day(self.clock().astimezone(bench.desk.zone).date(), bench.desk.zone)
        first, last = self._period.days(self._zone)
        return Period.of_days(first, last, bench.desk.zone)

    def wall_time(self, profile: str) -> WallTime | None:
        """How the moments of a profile are told on this board; ``None`` where they are the board's own."""
        bench = self.bench_of(profile)
        own = self._own.get(profile)
        if bench is None or own is None or own == self._period:
            return None
        ahead = self._period.days(self._zone)[0] - own.days(bench.desk.zone)[0]
        return WallTime(bench.desk.zone, self._zone, ahead.days)

    def _renew_own(self) -> None:
        """Every profile shows its own days; what was known of others goes."""
        named = [(one.name, one.bench) for one in self._members if one.bench is not None]
        found = {name: self.period_of(bench) for name, bench in named}
        moved = {name for name in found if found[name] != self._own.get(name)}
        if moved or not self._parts:
            self._own = found
            self._parts = {name: part for name, part in self._parts.items() if name not in moved}
            self._publish(self._fresh())
        for name, bench in named:
            bench.live.set_period(self._own[name])

    def show_only(self, name: str) -> None:
        """One profile alone, or all of them ("")."""
        self.only = name
        self._publish(self._fresh())

    def refresh(self) -> None:
        """Ask every server now."""
        for bench in self._benches():
            bench.live.refresh()

    def pause(self, paused: bool) -> None:
        """Ask no more, or again."""
        self._paused = paused
        self._quiet(*self._benches())

    def rest(self, resting: bool, but: Workbench | None = None) -> None:
        """Nobody looks: no server is asked, but that of ``but``, which is shown elsewhere. Or somebody looks."""
        self._resting = resting
        if not resting:
            for one in self._members:
                if one.bench is not None:
                    one.bench.live.set_period(self._own[one.name])
        self._quiet(*(bench for bench in self._benches() if bench is not but))
        if but is not None and but.live.paused:
            but.live.resume()

    def close(self) -> None:
        """Follow nobody any more; the workbenches go on for whoever has them."""
        for task in tuple(self._tasks):
            task.cancel()
        for watch in self._watches:
            watch.end()

    # -- inside -----------------------------------------------------------------------------------------

    def _benches(self) -> list[Workbench]:
        return [one.bench for one in self._members if one.bench is not None]

    def _quiet(self, *benches: Workbench) -> None:
        wanted = self._paused or self._resting
        for bench in benches:
            if wanted != bench.live.paused:
                (bench.live.pause if wanted else bench.live.resume)()

    async def _follow(self, member: Member, bench: Workbench) -> None:
        async for changes in bench.live.watch():
            if changes.period == self._own[member.name]:
                self._heard(member, changes)

    async def _follow_link(self, bench: Workbench) -> None:
        async for _link in bench.link.watch():
            self.on_link()

    def _heard(self, member: Member, changes: Changes) -> None:
        if changes.loading:
            return
        first = member.name not in self._parts
        self._parts = {**self._parts, member.name: changes.rows}
        if self.only in ("", member.name):
            self._publish(self._item(changes, fresh=first or changes.fresh))

    def _item(self, changes: Changes, *, fresh: bool) -> Changes:
        """A change of one profile as a change of all: a list that begins anew begins the whole anew."""
        if fresh:
            return self._fresh()
        return Changes(
            rows=self._joined(),
            added=changes.added,
            changed=changes.changed,
            removed=changes.removed,
            as_of=changes.as_of,
            period=self._period,
        )

    def _fresh(self) -> Changes:
        self.begun += 1
        rows = self._joined()
        return Changes(rows=rows, added=frozenset(rows), as_of=self.answered, fresh=True, period=self._period)

    def _joined(self) -> Joined:
        return Joined({name: rows for name, rows in self._parts.items() if self.only in ("", name)})

    def _publish(self, item: Changes) -> None:
        for watch in self._watches:
            watch.push(item)


def _nobody() -> None:
    """Nobody looks at the lines."""
