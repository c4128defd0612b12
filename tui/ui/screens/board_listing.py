"""What a person does with the list as a whole: sort, group, saved filters, jump, choose, copy, and the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.i18n import _, plural
from tui.model.message import Message
from tui.ui.actions import LIST
from tui.ui.screens.board_door import BoardDoor
from tui.ui.text import clean
from tui.ui.widgets.list_view import SORTABLE, Column

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew

URGENCY = "urgency"


class Listing:
    """The commands of one main screen that concern all rows. ``table`` maps their IDs to deeds."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen
        self.door = BoardDoor(screen)
        rows = screen.list
        self.table: dict[str, Callable[[], None]] = {
            "back": self.back,
            "board": self.door.open,
            "all_profiles": screen.all_profiles.open,
            "sort": self._sort,
            "group": rows.section_by_assignment,
            "saved_filters": self._saved_filters,
            "find_id": self._find_id,
            "choose": self._then_keys(rows.choose),
            "choose_range": self._then_keys(rows.choose_range),
            "choose_all": self._then_keys(rows.choose_all),
            "copy": self._copy,
            "report": self.report,
        }

    def back(self) -> None:
        """F3: what was chosen is let go first; where the person came from the board, the way leads back there."""
        screen = self._screen
        if screen.pane == LIST and not screen.filter_bar.text and screen.list.choose_none():
            screen.offer_keys()
            return
        screen.back()
        if not self.door.returns():
            screen.all_profiles.returns()

    def _then_keys(self, deed: Callable[[], None]) -> Callable[[], None]:
        """With chosen rows other keys mean something."""

        def run() -> None:
            deed()
            self._screen.offer_keys()

        return run

    def _sort(self) -> None:
        from tui.ui.screens.pick import Option, PickDialog

        view = self._screen.list.view
        options = [
            Option(URGENCY, _("Urgency"), _("overdue first, as usual") if view.column else _("as it is now"))
        ]
        columns = self._sortable()
        for column in columns:
            detail = ""
            if column is view.column:
                detail = _("now, downwards; turn round") if view.descending else _("now, upwards; turn round")
            options.append(Option(column.value, column.word, detail))
        dialog = PickDialog(_("Sort by"), options)
        dialog.cursor = 0 if view.column is None else columns.index(view.column) + 1
        dialog.open(self._screen.app, self._sorted)

    def _sortable(self) -> list[Column]:
        """What this system has of what a list can be sorted by."""
        has = self._screen.bench.capabilities
        there = {Column.DUE: has.due, Column.PROGRESS: has.progress, Column.POINTS: has.points}
        return [column for column in SORTABLE if there.get(column, True)]

    def _sorted(self, name: str | None) -> None:
        if name is not None:
            self._screen.list.sort_by(None if name == URGENCY else Column(name))

    def _saved_filters(self) -> None:
        from tui.ui.screens.pick import Option, PickDialog

        saved = self._screen.shop.settings.filters
        if not saved:
            self._screen.announce(Message("No filter is kept in the config; [filters] is the place for them."))
            return
        options = [Option(text, name, text) for name, text in saved.items()]
        PickDialog(_("Saved filters"), options).open(self._screen.app, self._filtered)

    def _filtered(self, text: str | None) -> None:
        if text is not None:
            self.filter(text)
            self._screen.list.first_match()

    def filter(self, text: str) -> None:
        """Narrow the list as if ``text`` had been typed into the filter line."""
        screen = self._screen
        screen.clear_filter()
        screen.filter_bar.take_paste(text)
        screen.list.filter(screen.filter_bar.text)
        screen.filter_bar.leave()
        screen.follower.say_rows()
        screen.offer_keys()

    def _find_id(self) -> None:
        from tui.ui.screens.board_dialogs import LineDialog

        question = _("The number of the task, or how it ends.")
        LineDialog(_("Go to number"), question).open(self._screen.app, self._found_id)

    def _found_id(self, text: str | None) -> None:
        if text is None:
            return
        screen = self._screen
        key = screen.list.find_id(text)
        if key is not None:
            screen.list.select(key)
        else:
            hidden = bool(screen.filter_bar.text)
            screen.announce(
                _("No task shown has the number {id}; F3 shows all rows.", id=clean(text))
                if hidden
                else _("No task of these days has the number {id}.", id=clean(text))
            )

    def report(self) -> None:
        """The shift report, over whatever is shown."""
        from tui.ui.screens.report import ReportScreen

        self._screen.app.push_screen(ReportScreen(self._screen))

    def _copy(self) -> None:
        screen = self._screen
        text = screen.list.copy_text()
        if not text:
            screen.announce(Message("Select a task first."))
            return
        screen.app.copy_to_clipboard(text)
        screen.announce(plural("{n} task copied.", "{n} tasks copied.", text.count("\n") + 1))
