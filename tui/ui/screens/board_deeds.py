"""What is done to rows of a board: the same as in the list; of several profiles each through its own workbench."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.i18n import _, plural, say
from tui.model.action import Slot
from tui.model.execution import Key
from tui.model.message import Message
from tui.ui.actions import COMMANDS
from tui.ui.screens.pick import Option, PickDialog
from tui.workbench.bulk import MANY
from tui.workbench.figures import Grouping

if TYPE_CHECKING:
    from tui.ui.screens.board_sight import Sight


class Deeds:
    """Deny, reset, status and shift report of one board."""

    def __init__(self, board: Sight) -> None:
        self._board = board
        self._main = board.desk.main

    def slots(self) -> list[Slot]:
        """What may be done here; of several profiles what one of them has, for they come one after the other."""
        source = self._board.desk.source
        if source.several:
            return list(MANY)
        return [slot for slot in MANY if slot in self._main.bench.capabilities.slots]

    def offered(self, slot: Slot) -> bool:
        """Whether a profile that is shown has such a thing by now."""
        members = self._board.desk.source.members
        return any(one.bench is not None and slot in one.bench.capabilities.slots for one in members)

    def ask(self, slot: Slot, keys: Sequence[Key]) -> None:
        """Ask for what it takes. Rows of several profiles are several deeds: it is asked which one comes first."""
        board = self._board
        if not keys:
            board.announce(Message("Select a task first."))
            return
        if not board.desk.source.several:
            self._main.acts.dialogs.ask_about(slot, keys, board.list)
            return
        parts: dict[str, list[Key]] = {}
        for key in keys:
            parts.setdefault(key.profile, []).append(key)
        if len(parts) == 1:
            self._ask_in(slot, list(keys))
            return
        word = next(say(command.label) for command in COMMANDS if command.slot is slot)
        title = plural(
            "{action}: {n} profile. Which first?", "{action}: {n} profiles. Which first?", len(parts), action=word
        )
        options = [self._option(slot, name, len(part)) for name, part in parts.items()]
        # What Enter takes at once is something that can be done.
        options.sort(key=lambda option: not option.enabled)
        dialog = PickDialog(title, options)
        dialog.open(
            board.app, lambda name: self._ask_in(slot, parts[name], alone=False) if name is not None else None
        )

    def _option(self, slot: Slot, name: str, many: int) -> Option:
        bench = self._board.desk.source.bench_of(name)
        able = bench is not None and slot in bench.capabilities.slots
        words = plural("{n} task", "{n} tasks", many)
        title = bench.desk.title if bench is not None else name
        return Option(name, title, words if able else _("{tasks}; not possible there", tasks=words), enabled=able)

    def _ask_in(self, slot: Slot, keys: list[Key], *, alone: bool = True) -> None:
        """All of one profile, which is shown below the board from now on. ``alone``: nothing else was chosen."""
        main, rows = self._main, self._board.list
        bench = self._board.desk.source.bench_of(keys[0].profile)
        if bench is not None and slot not in bench.capabilities.slots:
            self._board.announce(Message("This task has no such action."))
            return
        if not main.all_profiles.show_below(keys[0].profile):
            return
        if alone:
            main.acts.dialogs.ask_about(slot, keys, rows)
        else:
            from tui.ui.screens.bulk import Many

            Many(main, main.acts, rows).ask(slot, keys)

    # -- report -------------------------------------------------------------------------------------------

    def report(self) -> None:
        """The shift report: of several profiles that of the row or strip under the cursor."""
        desk = self._board.desk
        if not desk.source.several:
            self._main.commands.listing.report()
            return
        name = desk.source.only or self._meant()
        if name:
            self._report_of(name)
            return
        options = [Option(one.name, one.title, one.system) for one in desk.source.members]
        dialog = PickDialog(_("Shift report: which profile?"), options)
        dialog.open(self._board.app, lambda name: self._report_of(name) if name is not None else None)

    def _meant(self) -> str:
        board = self._board
        if board.focused is not board.strips:
            key = board.list.selected_key
            return key.profile if key is not None else ""
        strip = board.strip
        return strip.name if strip is not None and board.desk.board.by is Grouping.PROFILE else ""

    def _report_of(self, name: str) -> None:
        from tui.ui.screens.report import ReportScreen

        bench = self._board.desk.source.bench_of(name)
        if bench is None:
            self._board.announce(_("This profile is not connected yet."))
        else:
            period = self._board.desk.source.period_of(bench)
            self._board.app.push_screen(ReportScreen(self._main, bench, period))
