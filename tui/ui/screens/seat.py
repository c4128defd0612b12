"""The main screen as its helpers see it, so that none of them has to know the screen that is made of them.

Only types are here: nothing of it is needed when the application runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from textual.app import App
    from textual.geometry import Size
    from textual.timer import Timer

    from tui.model.execution import Key, Record
    from tui.model.message import Message
    from tui.ui.keymap import Keymap
    from tui.ui.ports import Shop
    from tui.ui.widgets.detail import DetailPane
    from tui.ui.widgets.execution_list import ExecutionList
    from tui.ui.widgets.filter_bar import FilterBar
    from tui.ui.widgets.node_tree import NodeTree
    from tui.ui.widgets.one_line import OneLine
    from tui.ui.workers import Writes
    from tui.workbench.workbench import Workbench


class Says(Protocol):
    """Says how list, link and outbox stand; fulfilled by ``Follower``."""

    at_work: int
    unsent: frozenset[Key]

    def period_changed(self) -> None:
        """Other days are shown."""

    def say_rows(self) -> None:
        """What it means that the list is empty."""

    def say_status(self) -> None:
        """Connection, age of the data, what waits."""

    def say_unsent(self) -> None:
        """Mark what the server does not have yet."""


class Shows(Protocol):
    """Puts records on the screen; fulfilled by ``Opener``."""

    edits: int

    def show(self, record: Record, *, previous: bool = False) -> None:
        """Put a record and its draft on the screen; a ``previous`` one is only read."""


class Seat(Protocol):
    """The screen itself; fulfilled by ``MainScreen``. What its helpers ask of each other is in ``crew``."""

    bench: Workbench
    detail: DetailPane
    filter_bar: FilterBar
    keymap: Keymap
    list: ExecutionList
    pane: str
    shop: Shop
    status_line: OneLine
    title_line: OneLine
    tree_pane: NodeTree
    writes: Writes
    zone: ZoneInfo

    @property
    def app(self) -> App[object]: ...
    @property
    def follower(self) -> Says: ...
    @property
    def is_current(self) -> bool: ...
    @property
    def size(self) -> Size: ...

    def announce(self, message: Message | str, *, bad: bool = False) -> None:
        """A sentence that goes by itself."""

    def back(self) -> None:
        """One step back."""

    def change_account(self, profile: str, user: str, *, anew: bool = False) -> None:
        """Go on as somebody else."""

    def change_bench(self, bench: Workbench) -> None:
        """Show another workbench."""

    def clear_filter(self) -> None:
        """All rows again."""

    def enter_pane(self, pane: str) -> None:
        """Give it the keys."""

    def offer_keys(self) -> None:
        """Renew the key bar: other commands mean something now."""

    def open_filter(self) -> None:
        """Put the cursor into the filter line."""

    def set_interval(self, interval: float, callback: Callable[[], object]) -> Timer:
        """Call it again and again, every so many seconds."""

    def set_panes(self) -> None:
        """Share the room anew."""

    def set_timer(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call it once, so many seconds from now."""
