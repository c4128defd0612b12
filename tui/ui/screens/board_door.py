"""The way to the board and back: it is opened over the list, left for a record or a strip, and returned to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.ui.actions import FORM

if TYPE_CHECKING:
    from tui.model.execution import Key
    from tui.ui.screens.board_desk import BoardDesk
    from tui.ui.screens.crew import Crew


class BoardDoor:
    """One for each workbench of a main screen."""

    def __init__(self, main: Crew) -> None:
        self._main = main
        self._desk: BoardDesk | None = None
        self._away = False

    def open(self) -> None:
        """Show the board; the first time it begins to count."""
        from tui.ui.screens.board import BoardScreen

        self._away = False
        if self._desk is None:
            self._desk = self._made()
            self._desk.begin()
        self._main.app.push_screen(BoardScreen(self._desk, self))

    def closed(self) -> None:
        """The board was left for the list."""

    def to_record(self, key: Key) -> None:
        """Open a record; leaving it leads back to the board."""
        main = self._main
        main.clear_filter()
        main.list.select(key)
        main.opener.open(key)
        self._away = main.pane == FORM

    def to_strip(self, name: str) -> None:
        """Show the rows of a strip in the list; F3 leads back to the board."""
        self._main.commands.listing.filter(name if '"' in name else f'"{name}"')
        self._main.list.first_match()
        self._away = True

    def returns(self) -> bool:
        """After F3: whether the way back leads to the board; then it is shown again."""
        if not self._away or self._main.pane == FORM:
            return False
        self.open()
        return True

    def _made(self) -> BoardDesk:
        from tui.ui.screens.board_desk import BoardDesk
        from tui.workbench.combined import Member, Source

        main = self._main
        desk = main.bench.desk
        member = Member(desk.profile, desk.title, "", main.bench)
        return BoardDesk(main, Source(member, main.bench), main.days)
