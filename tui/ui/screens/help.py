"""Help and the text about a task: what a tired person needs, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, say
from tui.model.execution import Record
from tui.model.message import Message
from tui.model.status import Phase, Status
from tui.ui.actions import COMMANDS, FORM, LIST, TREE, Command
from tui.ui.screens.dialog import KEY_WIDTH, TextDialog, hanging
from tui.ui.screens.field_help import field_help
from tui.ui.text import clean, content
from tui.ui.widgets.detail import about_lines
from tui.ui.widgets.execution_rows import UNSEEN, UNSENT, WAITS

if TYPE_CHECKING:
    from tui.ui.keymap import Keymap
    from tui.ui.screens.crew import Crew
    from tui.workbench.workbench import Workbench

_MEANINGS = {
    (Phase.OPEN, False): Message("nobody has begun."),
    (Phase.OPEN, True): Message("nobody has begun, and it should be under way."),
    (Phase.ACTIVE, False): Message("begun, not finished."),
    (Phase.ACTIVE, True): Message("finish it; a reason may be asked for."),
    (Phase.WAITING, False): Message("it goes on when somebody has decided."),
    (Phase.DONE, False): Message("nothing is left to do."),
    (Phase.DONE, True): Message("finished after its time."),
    (Phase.DENIED, False): Message("somebody said why it could not be done."),
    (Phase.FAILED, False): Message("it went wrong, and that is how it stays."),
    (Phase.BROKEN, False): Message("it went wrong; somebody can still put it right."),
    (Phase.MISSED, False): Message("its time is over. A supervisor can reset it."),
    (Phase.CANCELLED, False): Message("somebody stopped it; it is not done."),
}
_MARKS = (
    (WAITS, Message("done here, and goes to the server by itself; nobody has to do it again.")),
    (UNSENT, Message("begun here and not sent, or not accepted: open it.")),
    (UNSEEN, Message("new, or changed by somebody else.")),
)


class HelpDialog(TextDialog):
    """F1: the field with the cursor, the keys of the pane, this task, the statuses, then how work is kept."""

    def __init__(self, screen: Crew) -> None:
        super().__init__(_("Help"), ())
        self._keymap = screen.keymap
        self._commands = screen.commands
        self._pane = screen.pane
        self._bench = screen.bench
        self._record = screen.detail.record
        self._reading = screen.detail.reading
        self._details = screen.detail.blocks.filled
        self._ascii = screen.shop.settings.ascii
        self._field: list[str] = []
        flow = screen.detail.form.flow
        if self._pane == FORM and flow is not None and flow.current is not None:
            label = clean(flow.current.field.label) or flow.current.key
            self._field = [label, *field_help(flow.state, flow.current, self._keymap.label("note"))]

    def draw(self) -> None:
        """The whole text."""
        parts: list[Content] = []
        if self._field:
            parts += [_heading(self._field[0]), *map(content, self._field[1:]), Content("")]
        parts += [*self._keys(), Content("")]
        if self._pane == FORM and self._record is not None:
            parts.append(_heading(_("This task")))
            lines = about_lines(self._record, self._bench.clock(), self._bench.desk.zone)
            parts += [content(line) for line in lines] or [Content(_("There is no description."))]
            parts.append(Content(""))
        if states := _states(self._bench):
            parts.append(_heading(_("What the states mean")))
            parts += [self._hanging(mark, text, 4) for mark, text in states]
            parts.append(Content(""))
        if self._pane == LIST:
            parts.append(_heading(_("The mark of a row")))
            parts += [self._hanging(signs[self._ascii], say(text), 4) for signs, text in _MARKS]
            parts.append(Content(""))
        parts.append(_heading(_("Nothing is lost")))
        parts.append(
            Content(
                _(
                    "Every answer is on this device before the screen says so, and stays there until the server"
                    " has accepted it. You can leave at any time."
                )
            )
        )
        self.put(Content("\n").join(parts))

    def _keys(self) -> list[Content]:
        titles = {LIST: _("Keys in the list"), FORM: _("Keys in a form"), TREE: _("Keys in the workflow")}
        rows: list[tuple[str, str]] = []
        if self._pane == FORM and not self._reading:
            rows = [
                ("1 … 9", _("answer a choice at once")),
                ("Enter", _("take the answer and go on; a wrong one is marked and asked about at the end")),
                ("↑ ↓", _("other fields")),
            ]
        elif self._pane == FORM and self._details:
            rows = [("↑ ↓", _("other lines")), ("Enter", _("open or fold a part, read on, save a file"))]
        elif self._pane == LIST:
            rows = [("↑ ↓", _("choose a task")), ("1 … 9", _("open the numbered task"))]
        elif self._pane == TREE:
            rows = [("→ +", _("one step further back")), ("Enter", _("open the record of this step"))]
        for command in COMMANDS:
            keys = self._keymap.label(command.id)
            here = self._pane in command.scopes or self._commands.letter_works(command)
            if keys and here and self._works(command):
                rows.append((keys, self._commands.own.help(command)))
        return [_heading(titles[self._pane]), *(self._hanging(keys, text, KEY_WIDTH) for keys, text in rows)]

    def _works(self, command: Command) -> bool:
        """Whether the key does something here; F3 does in every dialog, whatever it does below this one."""
        return command.id == "back" or (command.id != "open" and self._commands.offered(command))

    def _hanging(self, keys: str, text: str, indent: int) -> Content:
        return hanging(keys, text, indent, self.width)


class AboutDialog(TextDialog):
    """Description, rules and history of one task."""

    def __init__(self, record: Record, bench: Workbench) -> None:
        lines = about_lines(record, bench.clock(), bench.desk.zone)
        number = _("Number {id}", id=record.execution.key.id)
        super().__init__(clean(record.execution.title) or _("About this task"), [*lines, number])


def rows_of(commands: Iterable[Command], keymap: Keymap) -> list[tuple[str, str]]:
    """Keys and help of the commands that have a key."""
    return [(label, clean(say(command.help))) for command in commands if (label := keymap.label(command.id))]


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $accent")


def _states(bench: Workbench) -> list[tuple[str, str]]:
    """Sign and meaning of the states that rows of this list are in."""
    known = {(row.status.phase, row.status.late) for row in bench.live.rows.values()}
    states = [(Status("", *state), meaning) for state, meaning in _MEANINGS.items() if state in known]
    return [(status.shape, f"{say(status.word)}: {say(meaning)}") for status, meaning in states]
