"""What a record declares beside the actions that have a key: on the action bar, in the menu, in the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import _, say
from tui.model.action import Action, Slot, Verb
from tui.model.execution import Record
from tui.ui.actions import BY_ID, COMMANDS, FORM, LIST, Command
from tui.ui.screens.pick import Option
from tui.ui.text import clean
from tui.ui.widgets.one_line import Hint
from tui.workbench.bulk import MANY

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew

MARK, FILE = "do:", "do:file:"
"""Before the ID of an action, or the reference of a file, where commands are named."""
_KEYLESS = frozenset({Slot.OTHER, Slot.CREATE})
"""No key stands for these in a record; the key of a creation begins one that copies nothing."""


class OwnActions:
    """The further actions of the record that is meant: the open one, or the selected row's as last read."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen

    def here(self) -> tuple[Action, ...]:
        """In the order of their declaration."""
        screen = self._screen
        if screen.pane != FORM:
            key = screen.list.selected_key
            record = screen.bench.records.cached(key) if key is not None else None
        else:
            record = None if screen.detail.previous else screen.detail.record
        return further(record) if record is not None else ()

    def word(self, command: Command) -> str:
        """What a command is called here: the tree and what is done with a task as their system calls it."""
        screen, slot = self._screen, command.slot
        if command.id == "workflow":
            return say(screen.bench.capabilities.nodes_title or command.label)
        many = screen.list.chosen_count if slot in MANY and screen.pane == LIST else 0
        if many > 1 and slot is not None:
            verb = screen.bench.capabilities.verbs.get(slot)
            return _("{action} ({n})", action=say(verb.label if verb is not None else command.label), n=many)
        declared = self._declared(slot)
        return say(declared.label if declared is not None else command.label)

    def help(self, command: Command) -> str:
        """What a command is for, in a sentence."""
        if command.id == "workflow" and self._screen.bench.capabilities.nodes_title is not None:
            return _("What belongs to this task, as a tree.")
        declared = self._declared(command.slot)
        return say(declared.does if declared is not None and declared.does is not None else command.help)

    def _declared(self, slot: Slot | None) -> Action | Verb | None:
        """What the record that is meant has in ``slot``, else what its system always calls it. "Save" is short for
        every system's longer word, and the key of a creation copies no record, whatever that declares."""
        screen = self._screen
        if slot in (None, Slot.SAVE, Slot.CREATE):
            return None
        key = screen.list.selected_key if screen.pane == LIST else None
        record = screen.detail.record if screen.pane == FORM else screen.bench.records.cached(key) if key else None
        return record.in_slot(slot) if record is not None else screen.bench.capabilities.verbs.get(slot)

    def hints(self, record: Record) -> tuple[Hint, ...]:
        """For the action bar under the form."""
        return tuple(Hint("", say(one.label), MARK + one.id, one.enabled) for one in further(record))

    def many_hints(self) -> tuple[Hint, ...]:
        """For the key bar while several rows are chosen: what is done to all of them."""
        screen = self._screen
        hints = [
            Hint(screen.keymap.label(command.id), self.word(command), command.id)
            for command in COMMANDS
            if command.slot in MANY and screen.commands.offered(command)
        ]
        back = Hint(screen.keymap.label("back"), _("choose none"), "back")
        rest = [Hint(screen.keymap.label(name), say(BY_ID[name].label), name) for name in ("copy", "menu", "help")]
        return tuple(hint for hint in (*hints, back, *rest) if hint.key)

    def options(self) -> list[Option]:
        """For menu and palette; what is barred says why."""
        return [*(option_of(action) for action in self.here()), *self._files()]

    def _files(self) -> list[Option]:
        detail = self._screen.detail
        files = detail.record.downloads if detail.record is not None and self._screen.pane == FORM else ()
        return [Option(FILE + file.ref, _("Save the file"), clean(file.name)) for file in files]

    def run(self, command_id: str) -> None:
        """Ask what the action needs, and do it."""
        record = self._screen.detail.record
        if command_id.startswith(FILE) and record is not None:
            for file in record.downloads:
                if file.ref == command_id.removeprefix(FILE) and self._screen.detail.blocks.saver is not None:
                    self._screen.detail.blocks.saver(file)
            return
        self._screen.acts.dialogs.ask_own(command_id.removeprefix(MARK))


def further(record: Record) -> tuple[Action, ...]:
    """What no key of its own leads to; what can never be done here is absent."""
    return tuple(
        action
        for action in record.actions
        if not action.never and (action.slot in _KEYLESS or record.in_slot(action.slot) is not action)
    )


def option_of(action: Action) -> Option:
    """A row to pick the action from."""
    words = action.why_not or action.does or action.loses
    return Option(MARK + action.id, say(action.label), say(words) if words is not None else "", action.enabled)
