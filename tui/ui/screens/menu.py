"""F4: everything that can be done here, by number. In the list the selected record is read for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tui.i18n import _, say
from tui.model.action import Slot
from tui.model.errors import TaskError
from tui.model.execution import Key, Record
from tui.model.message import Message
from tui.ui.actions import BY_ID, COMMANDS, FORM, LIST, Command
from tui.ui.screens.pick import NUMBERED, Option, PickDialog
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew

Rows = Callable[[Record | None], list[Option]]
"""What there is to pick, with the record of the selected row where it is known."""

ORDER = (Slot.FINISH, Slot.SAVE, Slot.DENY, Slot.RESET, Slot.STATUS)
"""Of the actions of a record, on bar and menu."""
_ANSWERS = frozenset({Slot.SAVE, Slot.FINISH})
"""What a form is needed for."""


class Menu:
    """The menu of one main screen."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen

    def open(self) -> None:
        """Show what is known now; what the selected record declares comes as soon as it is read.

        In the list its own actions stand right after the numbers, so that no digit changes with the row, nor while
        it is read.
        """
        self._show(_("What can be done here"), self._options)

    def palette(self) -> None:
        """The same by name, with all that has no place in the menu."""
        self._show(_("All commands"), self._by_name)

    def _show(self, title: str, options: Rows) -> None:
        from tui.ui.screens.find import FindDialog

        screen = self._screen
        key = screen.list.selected_key if screen.pane == LIST and not screen.list.chosen_count else None
        record = screen.bench.records.cached(key) if key is not None else None
        shown = options(record)
        if key is not None and record is None:
            shown.insert(NUMBERED, Option("", _("Reading …"), _("what else this task allows"), enabled=False))
        dialog = FindDialog(title, shown)
        dialog.open(screen.app, self._picked)
        if key is not None:
            work = partial(self._read, key, record, dialog, options)
            start(screen.app, work, group="menu", exclusive=True)

    async def _read(self, key: Key, known: Record | None, dialog: PickDialog, options: Rows) -> None:
        try:
            record = await self._screen.bench.records.load(key)
        except TaskError as error:
            if known is None and dialog.is_current:
                why = Option("", say(error.reason), say(error.help), enabled=False)
                found = options(None)
                dialog.renew([*found[:NUMBERED], why, *found[NUMBERED:]])
            return
        if dialog.is_current:
            dialog.renew(options(record))

    def _by_name(self, record: Record | None) -> list[Option]:
        commands, screen = self._screen.commands, self._screen
        found = sorted(commands.palette(), key=lambda command: commands.own.word(command).casefold())
        usual, own = [self.option(command, record) for command in found], commands.own.options()
        return [*usual, *own] if screen.pane == LIST else [*own, *usual]

    def _options(self, record: Record | None) -> list[Option]:
        """``record``: that of the selected row, where the keys are in the list."""
        commands, pane = self._screen.commands, self._screen.pane
        options: list[Option] = []
        for command in sorted(COMMANDS, key=self._place):
            elsewhere = pane not in command.scopes and command.slot is None and not commands.letter_works(command)
            if elsewhere and command.id != "workflow":
                continue
            if command.id in ("menu", "back", "palette") or not commands.offered(command):
                continue
            if (command.slot is Slot.CREATE or command.slot in _ANSWERS) and pane not in command.scopes:
                continue
            options.append(self.option(command, record))
        # In a form they come right after what has a key.
        place = sum(BY_ID[option.value].slot is not None and option.enabled for option in options)
        place = place if pane == FORM else NUMBERED
        options[place:place] = commands.own.options()
        return options

    def option(self, command: Command, record: Record | None = None) -> Option:
        """The row of ``command``; with ``record`` in its words, and with its reason why not."""
        screen, commands = self._screen, self._screen.commands
        why, word = commands.why_not(command), commands.own.word(command)
        if record is not None and command.slot is not None and command.slot is not Slot.CREATE:
            action = record.in_slot(command.slot)
            why = action.why_not if action is not None else Message("This task has no such action.")
            word = say(action.label) if action is not None else word
        detail = say(why) if why is not None else commands.own.help(command)
        works = screen.pane in command.scopes or commands.letter_works(command)
        key = screen.keymap.label(command.id) if works else ""
        return Option(command.id, word, detail, why is None, key=key)

    def _picked(self, command_id: str | None) -> None:
        if command_id:
            self._screen.commands.run(command_id)

    def _place(self, command: Command) -> int:
        """What can be done with the task comes first; in a form what cannot be done now last."""
        if self._screen.pane == FORM and self._screen.commands.why_not(command) is not None:
            return len(ORDER) + 1
        return ORDER.index(command.slot) if command.slot in ORDER else len(ORDER)
