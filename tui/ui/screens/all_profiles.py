"""The way to the board of all profiles: their workbenches are opened beside the one that is shown.

It stays while a record is looked at in its own profile, which is switched to for that; then only this profile's
server is asked. Whoever goes back to the list, or chooses another profile, closes it.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tui.config import SYSTEM_TITLES, ConfigError
from tui.i18n import _
from tui.model.message import Message
from tui.ui.screens.benches import LASTING
from tui.ui.screens.board_door import BoardDoor
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.model.execution import Key
    from tui.ui.screens.board_desk import BoardDesk
    from tui.workbench.combined import Combined, Member
    from tui.workbench.workbench import Workbench


class AllProfilesDoor(BoardDoor):
    """One for a main screen, whatever workbench it shows."""

    _source: Combined | None = None

    def open(self) -> None:
        """Show the board; servers that were left alone are asked again."""
        if not self._main.commands.switching.several:
            self._main.announce(Message("There is only one profile; b shows its board."))
            return
        if self._source is not None:
            self._source.rest(False)
        super().open()

    @property
    def active(self) -> bool:
        """Whether the board is there, on the screen or to come back to."""
        return self._source is not None

    def renew(self, profile: str) -> None:
        """``profile`` has another token: its rows come with that from now on."""
        start(self._main.app, partial(self._rejoin, profile), group=f"{LASTING}renew", exclusive=False)

    def close(self) -> None:
        """Forget the board; the workbenches that it opened are closed when they have nothing left to send."""
        source, desk, main = self._source, self._desk, self._main
        self._source, self._desk, self._away = None, None, False
        if source is None or desk is None:
            return
        desk.end()
        source.close()
        for member in source.members:
            if member.bench is not None:
                main.benches.let_go(member.bench)
        if main.bench.live.paused:
            main.bench.live.resume()
        main.bench.live.set_period(main.days.period)

    def closed(self) -> None:
        """Back to the list of the profile that is shown."""
        self.close()
        self._main.follower.period_changed()

    def to_record(self, key: Key) -> None:
        """Open a record in its own profile; leaving it leads back to the board."""
        if self._enter(key.profile):
            super().to_record(key)

    def to_strip(self, name: str) -> None:
        """Show the rows of a strip in the list of their profile; of several one is chosen first."""
        from tui.ui.screens.pick import Option, PickDialog
        from tui.workbench.figures import Grouping, group_name

        desk, source = self._desk, self._source
        if desk is None or source is None:
            return
        by = desk.board.by
        if by is Grouping.PROFILE:
            self._away = self._enter(name)
            return
        found = {row.key.profile for row in source.rows.values() if group_name(row, by) == name}
        named = [one for one in source.members if one.name in found]
        if len(named) == 1:
            self._to_strip_of(name, named[0].name)
            return
        self._away = True
        dialog = PickDialog(_("In which profile?"), [Option(one.name, one.title, one.system) for one in named])
        dialog.open(self._main.app, partial(self._strip_chosen, name))

    def _strip_chosen(self, name: str, profile: str | None) -> None:
        if profile is None:
            self.open()
        else:
            self._to_strip_of(name, profile)

    def _to_strip_of(self, name: str, profile: str) -> None:
        if self._enter(profile):
            super().to_strip(name)

    def show_below(self, profile: str) -> bool:
        """Switch to ``profile`` with the days of the board, which stays where it is; whether that is possible."""
        main, source = self._main, self._source
        bench = source.bench_of(profile) if source is not None else None
        if source is None or bench is None:
            main.announce(_("This profile is not connected yet."))
            return False
        if main.bench is not bench:
            main.benches.enter(main, bench)
        period = source.period_of(bench)
        if period != main.days.period or bench.live.now.period != period:
            main.days.choose(period)
        return True

    def _enter(self, profile: str) -> bool:
        """Leave the board for ``profile``; the others are left alone meanwhile."""
        source = self._source
        if source is not None and (bench := source.bench_of(profile)) is not None:
            source.rest(True, bench)
        if self.show_below(profile):
            return True
        self.open()
        return False

    def _made(self) -> BoardDesk:
        from tui.ui.screens.board_desk import AllProfilesDesk
        from tui.ui.screens.days import BoardDays
        from tui.workbench.combined import Combined, Member

        main = self._main
        members = [
            Member(profile.name, profile.shown, SYSTEM_TITLES[profile.system])
            for profile in main.shop.settings.profiles.values()
        ]
        today = main.days.follows_today
        source = self._source = Combined(members, main.days.period, main.bench.clock, main.zone, today=today)
        days = BoardDays(main, source)
        desk = AllProfilesDesk(main, source, days)
        source.on_link = desk.look
        for member in members:
            if member.name == main.bench.desk.profile:
                main.benches.hold(main.bench)
                source.join(member, main.bench)
        start(main.app, partial(self._gather, source), group=f"{LASTING}open", exclusive=True)
        return desk

    async def _rejoin(self, profile: str) -> None:
        main, source = self._main, self._source
        member = next((one for one in source.members if one.name == profile), None) if source is not None else None
        if source is None or member is None:
            return
        old, member.bench, member.problem = member.bench, None, None
        bench = await self._join(source, member, anew=True)
        if old is None:
            return
        if bench is not None and old is main.bench:
            main.benches.enter(main, bench, instead=True)
        main.benches.let_go(old, at_once=True)

    async def _gather(self, source: Combined) -> None:
        await asyncio.gather(*(self._join(source, one) for one in source.members if one.bench is None))

    async def _join(self, source: Combined, member: Member, *, anew: bool = False) -> Workbench | None:
        benches = self._main.benches
        bench: Workbench | None = None
        try:
            bench = await benches.make(member.name, anew=anew)
        except ConfigError as error:
            member.problem = error.what
        else:
            benches.hold(bench)
            if source is not self._source:
                benches.let_go(bench)  # the board was left meanwhile
                return None
            source.join(member, bench)
            bench.start()
        if self._desk is not None:
            self._desk.look()
        return bench
