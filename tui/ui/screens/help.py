"""Help and the text about a task: what a tired person needs, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, say
from tui.model.execution import Record
from tui.ui.actions import COMMANDS, FORM, LIST, TREE
from tui.ui.screens.dialog import Dialog
from tui.ui.text import clean, content, fit
from tui.ui.widgets.detail import about_lines
from tui.ui.widgets.one_line import Hint

if TYPE_CHECKING:
    from tui.ui.keymap import Keymap
    from tui.workbench.workbench import Workbench

KEY_WIDTH = 10


class HelpDialog(Dialog[None]):
    """F1: the keys of the pane that has the focus, then the statuses, then how work is kept."""

    def __init__(self, keymap: Keymap, pane: str, record: Record | None, bench: Workbench) -> None:
        super().__init__(_("Help"))
        self._keymap = keymap
        self._pane = pane
        self._record = record
        self._bench = bench

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("↑↓", _("scroll"), "down"), Hint("F3", _("back"), "f3"))

    def draw(self) -> None:
        """The whole text."""
        parts: list[Content] = []
        if self._pane == FORM and self._record is not None:
            parts.append(_heading(_("This task")))
            lines = about_lines(self._record, self._bench.clock(), self._bench.desk.zone)
            parts += [content(line) for line in lines] or [Content(_("There is no description."))]
            parts.append(Content(""))
        titles = {LIST: _("Keys in the list"), FORM: _("Keys in a form"), TREE: _("Keys in the workflow")}
        parts.append(_heading(titles[self._pane]))
        if self._pane == FORM:
            parts += [
                _row("1 … 9", _("answer a choice at once")),
                _row("Enter", _("take the answer and go on; a wrong one is marked and asked about at the end")),
                _row("↑ ↓", _("other fields")),
            ]
        elif self._pane == LIST:
            parts += [_row("↑ ↓", _("choose a task")), _row("1 … 9", _("open the numbered task"))]
        else:
            parts += [_row("→ +", _("one step further back")), _row("Enter", _("open the record of this step"))]
        for command in COMMANDS:
            keys = self._keymap.label(command.id)
            if keys and self._pane in command.scopes and command.id != "open":
                parts.append(_row(keys, say(command.help)))
        parts += [Content(""), _heading(_("What the states mean"))]
        parts += [Content(line) for line in _states()]
        parts += [Content(""), _heading(_("Nothing is lost"))]
        parts.append(
            Content(
                _(
                    "Every answer is on this device before the screen says so, and stays there until the server"
                    " has accepted it. You can leave at any time."
                )
            )
        )
        self.put(Content("\n").join(parts))

    def key(self, key: str, char: str | None) -> bool:
        """F1 and Enter close it too."""
        if key in ("f1", "enter"):
            self.close(None)
            return True
        return False


class AboutDialog(Dialog[None]):
    """Description, rules and history of one task."""

    def __init__(self, record: Record, bench: Workbench) -> None:
        super().__init__(clean(record.execution.title) or _("About this task"))
        self._record = record
        self._bench = bench

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("F3", _("back"), "f3"),)

    def draw(self) -> None:
        """All that is known about it."""
        lines = about_lines(self._record, self._bench.clock(), self._bench.desk.zone)
        number = _("Number {id}", id=self._record.execution.key.id)
        self.put(content("\n".join([*lines, number]), lines=True))

    def key(self, key: str, char: str | None) -> bool:
        """Enter closes it too."""
        if key == "enter":
            self.close(None)
            return True
        return False


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $accent")


def _row(keys: str, text: str) -> Content:
    return Content.assemble((fit(keys, KEY_WIDTH), "bold"), (text, ""))


def _states() -> list[str]:
    return [
        "○ " + _("Open: nobody has begun."),
        "◐ " + _("In progress: begun, not finished."),
        "◑! " + _("In progress, late: finish it; a reason may be asked for."),
        "● " + _("Done.") + "  ●! " + _("Done late."),
        "⊘ " + _("Denied: somebody said why it could not be done."),
        "✕ " + _("Missed: its time is over. A supervisor can reset it."),
    ]
