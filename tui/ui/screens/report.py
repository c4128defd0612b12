"""The shift report on the screen: what was done, what was not and why, what is open, and a file of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.worker import Worker

from tui.i18n import _, language, plural, say
from tui.model.errors import TaskError
from tui.model.period import Period
from tui.ui.actions import COMMANDS, REPORT, Command
from tui.ui.moments import data_age
from tui.ui.screens.report_period import SPAN, SpanDialog, Spans
from tui.ui.screens.report_rows import blocks_of
from tui.ui.text import bar_text, cells, clean, content, cut
from tui.ui.widgets.block_view import BlockView
from tui.ui.widgets.one_line import Hint, KeyBar, OneLine
from tui.ui.workers import start
from tui.workbench.journal import JournalError
from tui.workbench.report import Report
from tui.workbench.report_files import FORMS, file_name, replace_file, text_of
from tui.workbench.report_reading import list_for, make_report

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew
    from tui.workbench.workbench import Workbench

SAY_EVERY = 0.1
"""Seconds between two words on how far the reading is."""
TICK_SECONDS = 5.0
LEAST_TITLE = 4
"""Cells below which the beginning of a name says nothing."""


class ReportScreen(Screen[None]):
    """Stands over list or board. Begins with the shift that it is now; it is made anew only when asked for.

    ``bench`` and the ``listed`` days are those of ``main``, unless others are meant.
    """

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ReportScreen { layout: vertical; background: $background; }
    ReportScreen #report-title { background: $panel; text-style: bold; padding: 0 1; }
    ReportScreen #report-foot { color: $calm; padding: 0 1; }
    """

    def __init__(self, main: Crew, bench: Workbench | None = None, listed: Period | None = None) -> None:
        super().__init__()
        self.main = main
        self.bench = bench or main.bench
        self.of_several = bench is not None
        self.listed = listed or main.days.period
        settings = main.shop.settings
        self.spans = Spans(self.bench, settings.shifts, self.listed)
        self.period = self.spans.periods["shift"]
        self.report: Report | None = None
        self.title_line = OneLine(id="report-title")
        self.view = BlockView(ascii_only=settings.ascii, id="report-view")
        self.foot = OneLine(id="report-foot")
        self.keybar = KeyBar(id="report-keys")
        self._making: Worker[None] | None = None
        self._told_at = 0.0
        self._words = ""
        self._table: dict[str, Callable[[], None]] = {
            "help": self._help,
            "menu": self._menu,
            "back": self.leave,
            "period": self._choose,
            "refresh": self.make,
            "export": self._export,
            "copy": self._copy,
        }

    def compose(self) -> ComposeResult:
        """Textual's hook."""
        yield self.title_line
        yield self.view
        yield self.foot
        yield self.keybar

    def on_mount(self) -> None:
        """Begin at once."""
        self.view.set_active(True)
        self.keybar.offer(self.hints())
        self.set_interval(TICK_SECONDS, self._tick)
        self.make()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        if self._making is not None:
            self._making.cancel()

    def on_resize(self) -> None:
        """The title takes what room there is."""
        self._say_title()

    # -- making it ----------------------------------------------------------------------------------------

    def make(self) -> None:
        """Read what belongs to the period, and show it; what is shown stays until then."""
        self._say(_("Reading the list …"))
        self._say_title()
        self._making = start(self.app, partial(self._make, self.period), group="report", exclusive=True)

    async def _make(self, period: Period) -> None:
        try:
            changes = await list_for(self.bench, period)
            report = await make_report(self.bench, changes, lang=language(), progress=self._told)
        except (TaskError, JournalError) as error:
            why = (
                say(error.message) if isinstance(error, JournalError) else f"{say(error.reason)} {say(error.help)}"
            )
            self._say(_("No report: {why} r tries again.", why=clean(why)))
            return
        blocks = await asyncio.to_thread(blocks_of, report, self.bench.clock(), self.bench.desk.zone)
        same = self.report is not None and self.report.period == period
        self.report = report
        self.view.put(blocks, renew=same)
        self._say("")
        self.keybar.offer(self.hints())

    def _told(self, done: int, many: int) -> None:
        now = monotonic()
        if now - self._told_at >= SAY_EVERY or done == many:
            self._told_at = now
            self._say(f"{_('Reading answers')} {bar_text(done, many, self.size.width - 24)}")

    # -- what it says -------------------------------------------------------------------------------------

    def _say_title(self) -> None:
        title, width = clean(self.bench.desk.title), self.size.width - 2
        site = _("Shift report: {title}", title=title)
        named, span = self.spans.words(self.period, named=True), self.spans.words(self.period)
        # The time that it is about is never what is cut off; of several profiles then comes whose report it is.
        if not self.of_several:
            heads, least = [f"{site} · {named}", f"{_('Shift report')} · {named}"], named
        else:
            room = max(LEAST_TITLE, width - cells(span) - 3)
            heads, least = [f"{site} · {named}", f"{title} · {named}"], f"{cut(title, room)} · {span}"
        self.title_line.show(content(next((head for head in heads if cells(head) <= width), least)))

    def _say(self, words: str) -> None:
        """On the line below; "" for how old and how much it is."""
        self._words = words
        self._tick()

    def _tick(self) -> None:
        words, report = self._words, self.report
        if not words and report is not None:
            number = plural("{n} task", "{n} tasks", report.total)
            age = data_age(report.as_of, self.bench.clock()) if report.as_of is not None else _("never read")
            words = f"{number} · {_('data {age}', age=age)} · " + _("r reads it again, e exports it")
        self.foot.show(content(words))

    def hints(self) -> tuple[Hint, ...]:
        """The key bar, most useful first."""
        keymap = self.main.keymap
        order = ("back", "period", "export", "copy", "refresh", "menu", "help")
        by_id = {command.id: command for command in self.commands()}
        ready = self.report is not None
        return tuple(
            Hint(keymap.label(name), say(by_id[name].label), name, ready or name not in ("export", "copy"))
            for name in order
            if keymap.label(name)
        )

    def announce(self, words: str, *, bad: bool = False) -> None:
        """A sentence that goes by itself."""
        severity = "error" if bad else "information"
        self.notify(clean(words), severity=severity, markup=False, timeout=6 if bad else 3)  # type: ignore[arg-type]

    # -- keys ---------------------------------------------------------------------------------------------

    def press(self, key: str, char: str | None) -> bool:
        """Every key is handled here, now and completely."""
        if self.view.press(key):
            return True
        command = self.main.keymap.find(REPORT, key, char)
        if command is not None:
            self.run_command(command.id)
        return True

    def paste(self, text: str) -> None:
        """There is no text line in the report."""
        self.announce(_("There is no text line here: nothing was pasted."))

    def run_command(self, name: str) -> None:
        """Do it, now."""
        deed = self._table.get(name)
        if deed is not None:
            deed()

    @on(KeyBar.Clicked)
    def _clicked(self, event: KeyBar.Clicked) -> None:
        event.stop()
        self.run_command(event.command)

    def leave(self) -> None:
        """Back to where it was opened."""
        if self.app.screen is self:
            self.dismiss()

    def commands(self) -> list[Command]:
        """What can be done here."""
        return [command for command in COMMANDS if REPORT in command.scopes and command.id in self._table]

    def _menu(self) -> None:
        from tui.ui.screens.pick import Option, PickDialog

        options = [
            Option(command.id, say(command.label), say(command.help), key=self.main.keymap.label(command.id))
            for command in self.commands()
            if command.id not in ("menu", "back")
        ]
        PickDialog(_("What can be done here"), options).open(self.app, lambda name: self.run_command(name or ""))

    def _help(self) -> None:
        from tui.ui.screens.dialog import KeysDialog
        from tui.ui.screens.help import rows_of

        rows = rows_of(self.commands(), self.main.keymap)
        words = [_("Enter folds and unfolds a part. When the shifts begin stands in the config (shifts).")]
        KeysDialog(_("The shift report"), rows, words).open(self.app)

    # -- period and files ---------------------------------------------------------------------------------

    def _choose(self) -> None:
        from tui.ui.screens.pick import PickDialog

        self.spans = Spans(self.bench, self.main.shop.settings.shifts, self.listed)
        dialog = PickDialog(_("Report on which time?"), self.spans.options())
        dialog.open(self.app, self._chosen)

    def _chosen(self, name: str | None) -> None:
        if name == SPAN:
            SpanDialog(self.period, self.bench).open(self.app, self._take)
        elif name is not None:
            self._take(self.spans.periods[name])

    def _take(self, period: Period | None) -> None:
        if period is None:
            return
        if period != self.period:
            self.view.put(())  # nothing of another time stands under this title
        self.period = period
        self.make()

    def _ready(self) -> Report | None:
        if self.report is None or self.report.period != self.period:
            self.announce(_("The report is not ready yet."))
            return None
        return self.report

    def _copy(self) -> None:
        report = self._ready()
        if report is not None:
            self.app.copy_to_clipboard(text_of(report, self.bench.desk.zone, "md", say))
            self.announce(_("Copied as Markdown."))

    def _export(self) -> None:
        from tui.ui.screens.pick import Option, PickDialog

        report = self._ready()
        if report is None:
            return
        words = {
            "md": (_("Markdown"), _("to read, print and paste")),
            "csv": (_("CSV"), _("a table for a spreadsheet")),
            "json": (_("JSON"), _("for other programs")),
        }
        options = [Option(form, *words[form]) for form in FORMS]
        dialog = PickDialog(_("Export the report"), options)
        dialog.open(self.app, lambda form: self._where(report, form) if form is not None else None)

    def _where(self, report: Report, form: str) -> None:
        from tui.ui.screens.fetching import SaveDialog, usual_folder

        dialog = SaveDialog(usual_folder() / file_name(report.period, self.bench.desk.zone, form))

        def chosen(path: str | None) -> None:
            if path is not None:
                start(self.app, partial(self._write, report, form, Path(path)), group="export", exclusive=False)

        dialog.open(self.app, chosen)

    async def _write(self, report: Report, form: str, path: Path) -> None:
        name = clean(str(path))
        self._say(_("Writing …"))
        try:
            text = await asyncio.to_thread(text_of, report, self.bench.desk.zone, form, say)
            await asyncio.to_thread(replace_file, path, text)
        except OSError as error:
            why = clean(error.strerror or type(error).__name__)
            good, words = False, _("{path} cannot be written ({why}).", path=name, why=why)
        else:
            good = True
            words = plural("{n} task is in {path}.", "{n} tasks are in {path}.", report.total, path=name)
        self._say("")
        if self.app.screen is self:
            from tui.ui.screens.dialog import TextDialog

            TextDialog(_("Exported") if good else _("Not exported"), [words]).open(self.app)
        else:
            self.main.announce(words, bad=not good)
