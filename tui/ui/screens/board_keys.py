"""What the keys of the board do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from tui.i18n import _, plural, say
from tui.model.action import Slot
from tui.model.execution import Key
from tui.model.message import Message
from tui.model.period import Period
from tui.ui.actions import BOARD, COMMANDS, Command
from tui.ui.screens.board_deeds import Deeds
from tui.ui.screens.board_dialogs import LineDialog, shelf_options
from tui.ui.screens.board_words import help_words
from tui.ui.widgets.one_line import Hint
from tui.workbench.combined import Combined

if TYPE_CHECKING:
    from tui.ui.screens.board_sight import Sight


class BoardKeys:
    """Maps command IDs to deeds."""

    def __init__(self, board: Sight) -> None:
        self._board = board
        self._desk = desk = board.desk
        self.deeds = Deeds(board)
        main = desk.main
        self._table: dict[str, Callable[[], None]] = {
            "help": self._help,
            "menu": self._menu,
            "back": board.leave,
            "board": board.leave,
            "open": lambda: None,
            "acknowledge": self._acknowledge,
            "shelve": self._shelve,
            "shelved": self._shelved,
            "strips": desk.next_grouping,
            "mute": desk.mute,
            "pause": desk.pause,
            "refresh": desk.source.refresh,
            "previous_day": lambda: desk.days.shift(-1),
            "next_day": lambda: desk.days.shift(1),
            "today": desk.days.show_today,
            "accounts": lambda: main.commands.switching.ask(board.go),
            "copy": self._copy,
            "choose": board.list.choose,
            "choose_range": board.list.choose_range,
            "choose_all": board.list.choose_all,
            "report": self.deeds.report,
            "quit": lambda: board.app.exit(0),
        }
        self._table |= {slot.value: partial(self._deed, slot) for slot in self.deeds.slots()}
        if desk.source.several:
            self._table["one_profile"] = self._one_profile
        if not desk.source.several and main.commands.switching.several:
            self._table["all_profiles"] = lambda: board.then(main.all_profiles.open)

    def run(self, command_id: str) -> None:
        """Do it, now."""
        deed = self._table.get(command_id)
        if deed is not None:
            deed()

    def commands(self) -> list[Command]:
        """What can be done on the board."""
        known = [command for command in COMMANDS if BOARD in command.scopes and command.id in self._table]
        return [command for command in known if command.slot is None or self.deeds.offered(command.slot)]

    def hints(self) -> tuple[Hint, ...]:
        """The key bar, most useful first."""
        keymap = self._desk.main.keymap
        named = {
            "pause": _("go on") if self._desk.source.paused else _("pause"),
            "mute": _("bell on") if self._desk.muted else _("bell off"),
            "shelved": _("overdue") if self._board.shelved else _("shelved"),
            "back": _("list"),
        }
        # Where the shelved tasks stand for the overdue ones, the way back to those comes early.
        first = ("open", "back", "shelved", "shelve") if self._board.shelved else ("open", "back")
        order = (*first, "help", "one_profile", "acknowledge", "shelve", "strips", "menu", "pause", "mute")
        by_id = {command.id: command for command in COMMANDS}
        hints = []
        for name in dict.fromkeys((*order, "shelved")):
            key = keymap.label(name)
            if key and name in self._table:
                hints.append(Hint(key, named.get(name) or self._label(by_id[name]), name))
        return (*hints[:2], Hint("Tab", _("strips"), "tab"), *hints[2:])

    def _label(self, command: Command) -> str:
        """What a command does here: among the shelved tasks the key that shelves takes that back."""
        if command.id == "shelve" and self._board.shelved:
            return _("Show again")
        return say(command.label)

    # -- records ------------------------------------------------------------------------------------------

    def _meant(self) -> list[Key]:
        """The chosen rows, else the one under the cursor; only what the list is about."""
        return [key for key in self._shown() if key in self._board.listed]

    def _shown(self) -> list[Key]:
        """The same, with what was done with just now and stands there because the cursor does."""
        rows = self._board.list
        key = rows.selected_key
        there = self._desk.source.rows
        return [key for key in (rows.chosen or (key,)) if key is not None and key in there]

    def _deed(self, slot: Slot) -> None:
        """Deny, reset or set the status of what is meant, as in the list."""
        self.deeds.ask(slot, self._shown())

    def _with_name(self, then: Callable[[str], None]) -> None:
        """Ask for a name where nobody knows whose token this is."""
        who = self._desk.me()
        if who:
            then(who)
            return
        dialog = LineDialog(_("Who is this?"), _("Your name; it is noted on this device only."))
        dialog.open(self._board.app, lambda name: then(name) if name else None)

    def _acknowledge(self) -> None:
        keys = self._meant()
        if not keys:
            self._desk.news = ()
            self._board.renew()
            return
        self._with_name(lambda who: self._desk.acknowledge(keys, who))
        self._board.list.choose_none()

    def _shelve(self) -> None:
        from tui.ui.screens.pick import PickDialog

        keys = self._meant()
        if not keys:
            return
        if self._board.shelved:
            self._sent_away(keys)
            self._desk.unshelve(keys)
            return
        desk, app = self._desk, self._board.app
        title = plural("Shelve {n} task until …", "Shelve {n} tasks until …", len(keys))
        now = desk.clock()
        today = Period.of_day(now.astimezone(desk.zone).date(), desk.zone)
        options = shelf_options(now, today.end, desk.zone)

        def until(value: str | None) -> None:
            if value is not None:
                dialog = LineDialog(title, _("Why? Enter goes on without a reason."), may_be_empty=True)
                dialog.open(app, lambda reason: put(value, reason))

        def put(value: str, reason: str | None) -> None:
            if reason is not None:
                self._with_name(lambda who: shelve(value, reason, who))
                self._board.list.choose_none()

        def shelve(value: str, reason: str, who: str) -> None:
            self._sent_away(keys)
            desk.shelve(keys, who, datetime.fromisoformat(value), reason)

        PickDialog(title, options).open(app, until)

    def _sent_away(self, keys: list[Key]) -> None:
        """These leave the list at once, also the one under the cursor: that is what was asked for."""
        self._board.list.let_go(keys)
        self._board.list.release()

    def _shelved(self) -> None:
        self._board.shelved = not self._board.shelved
        self._board.renew()

    def _one_profile(self) -> None:
        """The rows of one profile alone, or of all."""
        from tui.ui.screens.board_profiles import profile_options
        from tui.ui.screens.pick import PickDialog

        desk = self._desk

        def chosen(name: str | None) -> None:
            if name is not None and isinstance(desk.source, Combined):
                desk.source.show_only(name)

        dialog = PickDialog(_("Which profiles?"), profile_options(desk))
        dialog.open(self._board.app, chosen)

    def open_strip(self, name: str) -> None:
        """Show in the list what is behind a strip."""
        if not name:
            self._board.announce(Message("These tasks name none: the list shows them all."))
            return
        self._board.then(lambda: self._board.door.to_strip(name))

    def _copy(self) -> None:
        text = self._board.list.copy_text()
        if text:
            self._board.app.copy_to_clipboard(text)
            self._board.announce(Message("Copied."))

    # -- help ---------------------------------------------------------------------------------------------

    def _menu(self) -> None:
        from tui.ui.screens.pick import Option, PickDialog

        keymap = self._desk.main.keymap
        options = [
            Option(command.id, self._label(command), say(command.help), key=keymap.label(command.id))
            for command in self.commands()
            if command.id not in ("menu", "back", "open")
        ]
        PickDialog(_("What can be done here"), options).open(
            self._board.app, lambda name: self.run(name) if name is not None else None
        )

    def _help(self) -> None:
        from tui.ui.screens.dialog import KeysDialog
        from tui.ui.screens.help import rows_of

        rows = [("Tab", _("from the overdue list to the strips"))]
        rows.append(("1 … 9", _("only move the cursor to the numbered task; Enter opens it")))
        rows += rows_of(self.commands(), self._desk.main.keymap)
        KeysDialog(_("The board"), rows, help_words(self._desk)).open(self._board.app)
