"""The one list widget as it stands on the board: with notes of this device, and crossed out when it is too old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from rich.segment import Segment
from textual.strip import Strip

from tui.model.execution import Key
from tui.ui.text import cells, clean
from tui.ui.widgets.board_lines import hatched
from tui.ui.widgets.execution_list import ExecutionList

LONGEST_PROFILE = 12
"""Cells for the name of a profile in a row."""


class BoardList(ExecutionList):
    """See the module."""

    _dead: tuple[frozenset[str], bool] = (frozenset(), False)
    _zones: Mapping[str, ZoneInfo] = MappingProxyType({})
    _resting = False

    def hatch(self, dead: frozenset[str], *, whole: bool) -> None:
        """Cross out what cannot be relied on: the rows of these profiles, or everything."""
        if (dead, whole) != self._dead:
            self._dead = dead, whole
            self.refresh()

    @property
    def several(self) -> bool:
        """Whether the rows are those of several profiles."""
        return self._paint.look.profile > 0

    def name_profiles(self, titles: Mapping[str, str]) -> None:
        """The rows are those of several profiles: each says which one it belongs to, by its title."""
        longest = max((cells(clean(title)) for title in titles.values()), default=0)
        look = self._paint.look._replace(profile=min(longest, LONGEST_PROFILE), titles=tuple(titles.items()))
        self._look(look)

    def tell_zones(self, zones: Mapping[str, ZoneInfo]) -> None:
        """Where the moments of a profile are told in another wall time than that of the board."""
        if zones != self._zones:
            self._zones = zones
            self._paint.forget()
            self.refresh()

    def _zone_of(self, key: Key) -> ZoneInfo:
        return self._zones.get(key.profile, self._zone)

    def _pick(self, digit: int) -> None:
        """A digit leads to its row and opens nothing: the next digit must not be typed into a form."""
        row = self._visible().start + digit - 1
        if row in self._visible():
            self._go(row)

    def set_noted(self, keys: Iterable[Key]) -> None:
        """These are acknowledged; they get the mark ✓."""
        now = frozenset(keys)
        changed = now ^ self._state.noted
        self._state.noted = now
        self._refresh_rows(changed)

    def rest(self, resting: bool) -> None:
        """The keys are with another part: the cursor keeps its place, but has no bar; or they are back."""
        if resting != self._resting:
            self._resting = resting
            self._refresh_lines_of(self._state.cursor)

    def _row(self, row: int) -> list[Strip]:
        strips = super()._row(row)
        if not self._resting or row != self._state.cursor:
            return strips
        return [_without_bar(strip) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        strip = super().render_line(y)
        if not self._crossed_out(y):
            return strip
        ascii_only = self._paint.look.ascii
        return Strip(
            [Segment(hatched(text, ascii_only=ascii_only), style) for text, style, _control in strip],
            strip.cell_length,
        )

    def _crossed_out(self, y: int) -> bool:
        dead, whole = self._dead
        if whole or not dead:
            return whole
        lines = self._state.lines
        place = lines.at(self.scroll_offset.y + y)
        return place is not None and place.row is not None and lines.keys[place.row].profile in dead


def _without_bar(strip: Strip) -> Strip:
    """The bar is the first cell of a row's lines."""
    bar, *others = strip
    return Strip([Segment(" " + bar.text[1:], bar.style), *others], strip.cell_length)
