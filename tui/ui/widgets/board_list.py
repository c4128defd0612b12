"""The one list widget as it stands on the board: with notes of this device, and crossed out when it is too old."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual.strip import Strip

from tui.model.execution import Key
from tui.ui.widgets.board_lines import hatched
from tui.ui.widgets.execution_list import ExecutionList


class BoardList(ExecutionList):
    """See the module."""

    _dead = False

    def hatch(self, dead: bool) -> None:
        """Cross out what cannot be relied on."""
        if dead != self._dead:
            self._dead = dead
            self.refresh()

    def set_noted(self, keys: Iterable[Key]) -> None:
        """These are acknowledged; they get the mark ✓."""
        now = frozenset(keys)
        changed = now ^ self._state.noted
        self._state.noted = now
        self._refresh_rows(changed)

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        strip = super().render_line(y)
        if not self._dead:
            return strip
        ascii_only = self._paint.look.ascii
        return Strip(
            [Segment(hatched(text, ascii_only=ascii_only), style) for text, style, _control in strip],
            strip.cell_length,
        )
