"""Running commands: what a key, a click, the menu and the palette all end in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.i18n import _, say
from tui.model.action import Action, Slot
from tui.model.errors import TaskError
from tui.model.execution import Key, Record
from tui.model.message import Message
from tui.ui.actions import BY_ID, COMMANDS, FORM, LIST, Command
from tui.ui.screens.board_listing import Listing
from tui.ui.screens.leftovers import ask_to_discard, left_over
from tui.ui.screens.menu import ORDER, Menu
from tui.ui.screens.outgoing import refusal_of
from tui.ui.screens.own_actions import MARK, OwnActions
from tui.ui.screens.switching import Switching
from tui.ui.widgets.one_line import Hint
from tui.ui.workers import Work, start
from tui.workbench.link import LinkState

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew
    from tui.workbench.entry import Entry

PATIENCE = 0.5
"""Seconds after which it is said that something is being read; keys wait meanwhile."""
_FORM_ORDER = ("back", "jump", "note", "help", "menu", "details", "previous", "accounts")
"""What matters in a form, most needed first: on 40 columns four of them fit."""
_LOCKED_OUT = ("accounts", "refresh", "menu", "help", "quit")
"""What helps while the server lets nobody in."""
_ALSO_READING = frozenset({"reset", "status", "discard", "workflow", "about"})
"""What has a letter in the list, and in a form that takes no letters."""
_NEEDS_RECORD = frozenset(
    {"save", "deny", "finish", "status", "reset", "about", "workflow", "open", "create_part"}
)


class Commands:
    """Maps command IDs to what they do on this screen, and says which of them mean something now."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen
        self._bench = screen.bench
        self.listing = Listing(screen)
        self.own = OwnActions(screen)
        self.switching = Switching(screen)
        self.menu = Menu(screen)
        self._table: dict[str, Callable[[], None]] = {
            "help": self._help,
            "open": lambda: screen.opener.open(screen.list.selected_key),
            "menu": self.menu.open,
            "filter": screen.open_filter,
            "accounts": self.switching.ask,
            "sign_in": self.switching.sign_in,
            "save": screen.acts.save,
            "finish": screen.acts.review,
            "deny": lambda: screen.acts.dialogs.ask(Slot.DENY),
            "status": lambda: screen.acts.dialogs.ask(Slot.STATUS),
            "reset": lambda: screen.acts.dialogs.ask(Slot.RESET),
            "create": screen.acts.dialogs.create,
            "create_part": screen.acts.dialogs.create_part,
            "previous_day": lambda: screen.days.shift(-1),
            "next_day": lambda: screen.days.shift(1),
            "today": screen.days.show_today,
            "period": self._period,
            "refresh": self._refresh,
            "workflow": screen.opener.tree.open,
            "about": self._about,
            "outbox": self._outbox,
            "discard": self._discard,
            "details": self._details,
            "theme": self._themes,
            "palette": self.menu.palette,
            "quit": lambda: screen.app.exit(0),
        } | self.listing.table
        for name in ("note", "previous", "jump"):
            self._table[name] = self._form_key(name)

    def run(self, command_id: str) -> None:
        """Do it, now."""
        if command_id.startswith(MARK):
            self.own.run(command_id)
        else:
            self._table[command_id]()

    def _form_key(self, name: str) -> Callable[[], None]:
        return lambda: (self._screen.detail.press(BY_ID[name].keys[0], None), None)[1]

    # -- what is offered ----------------------------------------------------------------------------------

    def hints(self, pane: str) -> tuple[Hint, ...]:
        """The key bar of a pane, most useful first; with chosen rows what can be done to all of them."""
        if pane == LIST and self._screen.list.chosen_count > 1:
            return self.own.many_hints()
        offered = (command for command in COMMANDS if command.bar and pane in command.scopes)
        # In a form the record's own actions stand on the bar right under it.
        shown = [command for command in offered if self.offered(command) and not (pane == FORM and command.slot)]
        shown.sort(key=lambda command: _FORM_ORDER.index(command.id) if pane == FORM else command.bar)
        if pane == LIST and self.switching.locked_out:
            shown = [BY_ID[name] for name in _LOCKED_OUT]
        keymap = self._screen.keymap
        return tuple(
            Hint(keymap.label(command.id), self.own.word(command), command.id, self.why_not(command) is None)
            for command in shown
            if keymap.label(command.id)
        )

    def action_hints(self) -> tuple[Hint, ...]:
        """The action bar under the form: what the record itself declares, with its words; dim when not now."""
        screen = self._screen
        record = screen.detail.record
        if record is None or screen.detail.previous:
            return ()
        hints = []
        for slot in ORDER:
            action = record.in_slot(slot)
            command = next(command for command in COMMANDS if command.slot is slot)
            if action is not None and not action.never:
                lettered = FORM in command.scopes or self.letter_works(command)
                if action.enabled or (lettered and not screen.detail.reading):
                    key = screen.keymap.label(command.id) if lettered else ""
                    hints.append(Hint(key, self.own.word(command), command.id, action.enabled))
        hints += self.own.hints(record)
        discard = BY_ID["discard"]
        if self.letter_works(discard):
            hints.append(Hint(screen.keymap.label(discard.id), say(discard.label), discard.id))
        return tuple(hints)

    def letter(self, key: str, char: str | None) -> Command | None:
        """A command of the list whose letter works here too, because no field takes it."""
        command = self._screen.keymap.find(LIST, key, char)
        return command if command is not None and self.letter_works(command) else None

    def letter_works(self, command: Command) -> bool:
        """Whether ``command`` has its letter of the list in the form that is open: one that is only read."""
        screen = self._screen
        if screen.pane != FORM or command.id not in _ALSO_READING or screen.detail.previous:
            return False
        return screen.detail.record is not None and screen.detail.reading and self.offered(command)

    def offered(self, command: Command) -> bool:
        """Whether the system has such a thing at all; what it lacks is absent."""
        capabilities = self._bench.capabilities
        if command.widget and self._screen.pane == FORM and not self._useful_in_form(command):
            return False
        if command.id == "back" and self._screen.pane == LIST:
            return bool(self._screen.filter_bar.text)
        if command.id in ("all_profiles", "sign_in"):
            return self.switching.offered(command.id)
        if command.id == "workflow":
            return capabilities.nodes
        if command.id == "details":
            return self._screen.detail.blocks.filled and not self._screen.detail.in_blocks
        if command.slot is Slot.CREATE:
            return capabilities.create
        if command.id == "create_part":
            return capabilities.create and capabilities.children and not self._screen.detail.previous
        if command.id == "discard":
            return self._left_over() is not None
        if command.slot is not None and command.slot not in capabilities.slots:
            return False
        record = self._screen.detail.record
        if record is None and command.slot in (Slot.SAVE, Slot.FINISH):
            return False  # there are no answers that could be sent
        if self._screen.pane == FORM and command.slot is not None and record is not None:
            action = record.in_slot(command.slot)
            return not self._screen.detail.previous and action is not None and not action.never
        return True

    def _useful_in_form(self, command: Command) -> bool:
        """Keys of the form itself: none where nothing is answered, and no note where the field takes none."""
        flow = self._screen.detail.form.flow
        if flow is None or flow.current is None or self._screen.detail.in_blocks:
            return False
        return command.id != "note" or flow.current.field.allows_note

    def _left_over(self) -> Key | None:
        """The task that the person means, if answers are left of it that cannot be sent any more."""
        screen, record = self._screen, self._screen.detail.record
        if screen.pane == FORM:
            if record is None or screen.detail.previous:
                return None
            key = record.execution.key
            return key if left_over(self._bench, key, closed=not record.answerable) else None
        row = screen.list.selected_key
        # The list knows which rows have a mark: of all others nothing is read at each step of the cursor.
        return row if row in screen.follower.unsent and left_over(self._bench, row) else None

    def why_not(self, command: Command) -> Message | None:
        """Why a command may not run now, or ``None`` when it may."""
        screen = self._screen
        if command.id in _NEEDS_RECORD and screen.pane == LIST and screen.list.selected_key is None:
            return Message("Select a task first.")
        record = screen.detail.record
        if command.slot is None or command.slot is Slot.CREATE or screen.pane != FORM or record is None:
            return None
        action = record.in_slot(command.slot)
        return action.why_not if action is not None else None

    def palette(self) -> list[Command]:
        """What the command palette offers: everything that can be run here."""
        pane = self._screen.pane
        return [
            command
            for command in COMMANDS
            if (pane in command.scopes or command.slot or self.letter_works(command))
            and command.id != "palette"
            and self.offered(command)
        ]

    # -- reading a record for an action in the list ----------------------------------------------------------

    def with_record(self, then: Callable[[Record], None], key: Key | None = None) -> None:
        """Call ``then`` with the record that is meant: that of ``key``, the open one, or the selected row's."""
        screen = self._screen
        if screen.pane == FORM and key is None:
            if screen.detail.record is not None:
                then(screen.detail.record)
            return
        key = key or screen.list.selected_key
        if key is None:
            screen.announce(Message("Select a task first."))
            return

        async def read() -> None:
            cached = self._bench.records.cached(key)
            if cached is not None and self._bench.link_state.state is LinkState.OFFLINE:
                then(cached)
                return
            patience = asyncio.get_running_loop().call_later(PATIENCE, self._say_reading)
            try:
                record = await self._bench.records.load(key)
            except TaskError as error:
                if cached is None:
                    screen.announce(_("{why} Nothing was begun.", why=say(error.reason)), bad=True)
                    return
                record = cached
            finally:
                patience.cancel()
            then(record)

        self.before_dialog(read)

    def _say_reading(self) -> None:
        self._screen.announce(_("Reading the task … F3 gives up."))

    def before_dialog(self, work: Work) -> None:
        """Run ``work``, which reads something and then opens a dialog; keys typed meanwhile are for the dialog."""
        screen = self._screen
        ticket = screen.ahead.begin(self._give_up_dialog)

        async def run() -> None:
            stack = len(screen.app.screen_stack)
            try:
                await work()
            finally:
                opened = len(screen.app.screen_stack) > stack
                (screen.ahead.replay if opened else screen.ahead.drop)(ticket)

        start(screen.app, run, group="before-action", exclusive=True)

    def _give_up_dialog(self) -> None:
        self._screen.app.workers.cancel_group(self._screen.app, "before-action")

    def refuse(self, action: Action) -> bool:
        """Say why an action may not run; ``True`` when it may not."""
        if action.why_not is None:
            return False
        self._screen.announce(f"{say(action.label)}: {say(action.why_not)}", bad=True)
        key = self._screen.detail.key
        if key is not None:
            # It may be allowed by now: the next try meets what the server says then.
            self._screen.opener.read_again(key)
        return True

    def show_refusal(self, entry: Entry) -> None:
        """Put the server's words on the fields that they are about, if their form is open."""
        detail = self._screen.detail
        state = detail.form.state
        if detail.record is not None and state is not None and detail.key == entry.key:
            detail.form.show_problems(refusal_of(entry, state).fields)
            self._screen.opener.say_standing(entry.key)

    # -- dialogs ------------------------------------------------------------------------------------------

    def _help(self) -> None:
        from tui.ui.screens.help import HelpDialog

        HelpDialog(self._screen).open(self._screen.app)

    def _about(self) -> None:
        def show(record: Record) -> None:
            from tui.ui.screens.help import AboutDialog

            AboutDialog(record, self._bench).open(self._screen.app)

        self.with_record(show)

    def _outbox(self) -> None:
        from tui.ui.screens.outbox import OutboxDialog

        OutboxDialog(self._screen).open(self._screen.app)

    def _details(self) -> None:
        self._screen.detail.read_blocks(True)
        self._screen.offer_keys()

    def _discard(self) -> None:
        key = self._left_over()
        if key is None:
            self._screen.announce(Message("Nothing is left here that cannot be sent."))
        else:
            ask_to_discard(self._screen, key)

    def _period(self) -> None:
        from tui.ui.screens.period import PeriodDialog

        PeriodDialog(self._screen.days.period, self._bench).open(self._screen.app, self._period_chosen)

    def _period_chosen(self, days: object) -> None:
        from tui.model.period import Period

        if isinstance(days, Period):
            self._screen.days.choose(days)

    def _themes(self) -> None:
        from tui.ui.screens.find import FindDialog
        from tui.ui.screens.pick import Option

        app = self._screen.app
        options = [
            Option(name, name, _("now") if name == app.theme else "") for name in sorted(app.available_themes)
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                app.theme = name

        FindDialog(_("Colours"), options).open(app, chosen)

    def _refresh(self) -> None:
        self._bench.live.refresh()
        self._screen.follower.say_status()
        if self._screen.pane != LIST:
            self._screen.opener.tree.reload()
