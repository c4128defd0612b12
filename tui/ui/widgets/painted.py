"""Widgets that answer from what they painted before: a key pays for the lines that it changed, and for no others.

For one changed line Textual asks every widget in sight for all of its lines. Each would look up its styles and
filter every line again, only to hand out what it handed out before.
"""

from __future__ import annotations

from typing import Self

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

_FEW = 4
"""Up to so many changed lines are painted one by one."""


class Painted(Widget):
    """Keeps its finished lines until :meth:`refresh`, another size or another style makes some of them stale."""

    _lines: list[Strip]
    _lines_for: tuple[Region, Size] | None = None
    """The part and the size of which ``_lines`` are; ``None`` when all of them are stale."""
    _stale: frozenset[int] | set[int] = frozenset()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Textual's way to say what is to be painted again; without ``regions`` everything."""
        if repaint and not regions:
            self._lines_for = None
        elif repaint and self._lines_for is not None:
            top = self.content_offset.y
            self._stale = self._stale.union(
                *(range(region.y + top, region.y + top + region.height) for region in regions)
            )
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Another theme, class or state: every line looks different."""
        self._lines_for = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The finished lines of the part ``crop``."""
        wanted = crop, self.size
        stale = [] if not self._stale else [line - crop.y for line in self._stale if line in crop.line_range]
        if self._lines_for != wanted or len(stale) > _FEW:
            self._lines, self._lines_for = super().render_lines(crop), wanted
        else:
            for line in stale:
                row = Region(crop.x, crop.y + line, crop.width, 1)
                self._lines[line : line + 1] = super().render_lines(row)
        self._stale = frozenset()
        return self._lines
