"""How a deed on many goes, and what became of each: in words, with the server's own, and what can be done next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, plural, say
from tui.model.action import Action
from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.ui.moments import moment_text
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.standing import kept_here
from tui.ui.text import bar_text, clean, content, wrap
from tui.ui.widgets.one_line import Hint
from tui.workbench.bulk_run import Result, Run, Standing

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

AGAIN = "again"
DRAW_EVERY = 0.1
"""Seconds: of a hundred items in a second nobody sees each."""

_MARKS = {
    Standing.FAILED: ("✕", "x", "bold $error"),
    Standing.UNSENT: ("–", "-", "bold"),
    Standing.UNCLEAR: ("?", "?", "bold"),
    Standing.KEPT: ("…", "~", ""),
    Standing.DONE: ("✓", "+", "$success"),
}
"""The sign, the same in ASCII, and the colour; the order is that of the list."""


class RunDialog(Dialog[str | None]):
    """F3 stops between two items, and once more goes away while the last one comes to its end.

    When all had their turn: ``AGAIN`` for those that are not done, ``None`` to leave it. Enter does nothing here,
    so that the key which confirmed and is held takes nothing off the screen.
    """

    def __init__(self, action: Action, run: Run, bench: Workbench, *, ascii_only: bool = False) -> None:
        self._label = clean(say(action.label))
        super().__init__(
            plural("{action}: {n} task", "{action}: {n} tasks", len(run.partakers), action=self._label)
        )
        self.run_of_many = run
        self._bench = bench
        self._ascii = ascii_only
        self._stale = False
        run.told = self._told

    def _told(self) -> None:
        self._stale = True

    def on_mount(self) -> None:
        """From now on it draws itself as things happen."""
        super().on_mount()
        self.set_interval(DRAW_EVERY, self._renew)

    def on_unmount(self) -> None:
        """Nobody looks any more, for the application ends: the next item is not begun."""
        if not self.run_of_many.over:
            self.run_of_many.stop()

    def _renew(self) -> None:
        if self._stale:
            self._stale = False
            self.draw()

    # -- what it says -------------------------------------------------------------------------------------

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        run = self.run_of_many
        if not run.over:
            return (Hint("F3", _("close") if run.stopping else _("stop"), "f3"),)
        n = len(run.unfinished)
        if not n:
            return (Hint("F3", _("back"), "f3"),)
        again = plural("try the {n} that is not done again", "try the {n} that are not done again", n)
        return (Hint("1", again, "1"), Hint("F3", _("back"), "f3"))

    def draw(self) -> None:
        """How far it is and what failed; in the end every result, what needs a look first."""
        run = self.run_of_many
        lines = [content(self._summary(), "bold")]
        if not run.over:
            lines.append(content(bar_text(len(run.results), len(run.partakers), self.width)))
            if run.stopping:
                lines.append(content(_("Stops after this one.")))
            elif run.at is not None:
                name = name_of_task(run.at.key, run.at.record.execution, self._bench)
                lines.append(content(_("Now: {title}", title=name)))
        # As long as it goes on, a line for each that is done would only make the box grow.
        for standing in _MARKS if run.over else (Standing.FAILED,):
            results = [result for result in run.results if result.standing is standing]
            if standing is Standing.UNSENT:
                lines += self._unsent(results)
            else:
                lines += [line for result in results for line in self._result(result)]
        self.put(Content("\n").join(lines))
        self.bar.offer(self.hints())

    def _summary(self) -> str:
        run = self.run_of_many
        parts = [_("{n} of {all} done", n=run.count(Standing.DONE), all=len(run.partakers))]
        if kept := run.count(Standing.KEPT):
            parts.append(plural("{n} waits to be sent", "{n} wait to be sent", kept))
        if failed := run.count(Standing.FAILED):
            parts.append(plural("{n} not accepted", "{n} not accepted", failed))
        if unsent := run.count(Standing.UNSENT):
            parts.append(plural("{n} not sent", "{n} not sent", unsent))
        if unclear := run.count(Standing.UNCLEAR):
            parts.append(plural("{n} not clear yet", "{n} not clear yet", unclear))
        return ", ".join(parts)

    def _unsent(self, results: list[Result]) -> list[Content]:
        """All by name, under the reason that they share."""
        if not results:
            return []
        lines = wrap(self._words(results[0]), self.width)
        names = [line for result in results for line in wrap(self._task_of(result), max(10, self.width - 4))]
        return [*(content(line, "bold") for line in lines), *(content(f"  – {name}") for name in names)]

    def _task_of(self, result: Result) -> str:
        return name_of_task(result.partaker.key, result.partaker.record.execution, self._bench)

    def _result(self, result: Result) -> list[Content]:
        shape, plain, style = _MARKS[result.standing]
        lines = wrap(f"{self._task_of(result)}: {self._words(result)}", max(10, self.width - 2))
        parts = [Content.assemble((f"{plain if self._ascii else shape} ", style), lines[0])]
        for said in result.said:
            lines += wrap(_("The server says: {words}", words=clean(said)), max(10, self.width - 4))
        return [*parts, *(content("  " + line) for line in lines[1:])]

    def _words(self, result: Result) -> str:
        why = clean(say(result.why)) if result.why is not None else ""
        if result.standing is Standing.DONE:
            return _("accepted by the server")
        if result.standing is Standing.UNSENT:
            return _("Not sent: {why} Nothing of this waits; it stays chosen and can be done again.", why=why)
        if result.standing is Standing.KEPT:
            words = kept_here(self._bench)
            return f"{words}. {why}" if why else words
        return why or say(Message("The server could not do this."))

    def explain(self) -> list[str]:
        """F1: what the keys do here."""
        return [
            _("Each task is asked for by itself, so that one that is not accepted stops none of the others."),
            _("F3 stops before the next; what was done stays done. 1 tries the rest again, which stays chosen."),
        ]

    # -- keys ---------------------------------------------------------------------------------------------

    def key(self, key: str, char: str | None) -> bool:
        """Digits, once it is over."""
        run = self.run_of_many
        if run.over and run.unfinished and char == "1":
            self.close(AGAIN)
            return True
        return key in ("enter", "f10")

    def cancel(self) -> None:
        """F3: stop, then leave."""
        run = self.run_of_many
        if run.over or run.stopping:
            self.close(None)
        else:
            run.stop()
            self.draw()


def name_of_task(key: Key, execution: Execution | None, bench: Workbench) -> str:
    """Title, place and moment: what tells two tasks of one kind apart."""
    if execution is None:
        return clean(key.id)
    due = moment_text(execution.due, bench.clock(), bench.desk.zone) if execution.due is not None else ""
    return " · ".join(filter(None, (clean(execution.title) or clean(key.id), clean(execution.place), due)))
