"""The board as its keys and its words see it, and the ways that lead from it.

Only types are here: nothing of it is needed when the application runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import App
    from textual.widget import Widget

    from tui.model.execution import Key
    from tui.model.message import Message
    from tui.ui.screens.board_desk import BoardDesk
    from tui.ui.widgets.board_list import BoardList
    from tui.ui.widgets.board_panes import StripsPane
    from tui.workbench.figures import Figures, Overdue, Strip


class Ways(Protocol):
    """Leads from the board to what is on it; fulfilled by ``BoardDoor``."""

    def closed(self) -> None:
        """The board was left for the list."""

    def to_record(self, key: Key) -> None:
        """Open a record."""

    def to_strip(self, name: str) -> None:
        """Show the rows of a strip."""


class Sight(Protocol):
    """What is on the board, and under its cursor; fulfilled by ``BoardScreen``."""

    desk: BoardDesk
    door: Ways
    figures: Figures | None
    focused: Widget | None
    list: BoardList
    listed: dict[Key, Overdue]
    shelved: bool
    strips: StripsPane

    @property
    def app(self) -> App[object]: ...
    @property
    def strip(self) -> Strip | None: ...

    def announce(self, message: Message | str) -> None:
        """A sentence that goes by itself."""

    def clock(self, moment: datetime) -> str:
        """A moment in the wall time of the site."""

    def go(self) -> bool:
        """Off the screen; whether it was on it."""

    def leave(self) -> None:
        """Back to the list."""

    def renew(self) -> None:
        """Show what has become different."""

    def then(self, deed: Callable[[], None]) -> None:
        """Leave, and do this."""
