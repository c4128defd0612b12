"""What the lines of the list look like: pieces of text become strips, kept until what they show changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.model.execution import Execution, Key
from tui.ui.text import clean, cut, fit, wrap
from tui.ui.widgets.execution_rows import Look, Marks, Piece, age_of, group_name, row_lines
from tui.ui.widgets.list_lines import Name, Section

PARTS = (
    "heading",
    "empty",
    "plain",
    "calm",
    "late",
    "bad",
    "mark",
    "cursor",
    "chosen",
    "selected",
    "flash",
    "gone",
)
"""The names of the looks; each is a component class of the list."""
_KEPT_ROWS = 400


class Extras(NamedTuple):
    """What else changes the look of a whole row."""

    flash: bool = False
    focused: bool = False


class _Drawn(NamedTuple):
    execution: Execution
    stamp: tuple[object, ...]
    age: str
    strips: list[Strip]


class Painter:
    """Draws headings, rows and the empty list. ``look`` may be replaced; ``style_of`` resolves names of looks."""

    def __init__(self, look: Look, style_of: Callable[[tuple[str, ...]], Style]) -> None:
        self.look = look
        self._style_of = style_of
        self._styles: dict[tuple[str, ...], Style] = {}
        self._drawn: dict[Key, _Drawn] = {}
        self.names: dict[Name, str] = {}
        """What sections are called here, where that is not the usual word."""

    def forget(self, *, styles: bool = False) -> None:
        """Nothing that was drawn is right any more (another day, language or width; ``styles``: other colours)."""
        self._drawn.clear()
        if styles:
            self._styles.clear()

    def style(self, *parts: str) -> Style:
        """The style of some looks laid over each other."""
        style = self._styles.get(parts)
        if style is None:
            style = self._styles[parts] = self._style_of(parts)
        return style

    def blank(self) -> Strip:
        """A line below the last row."""
        return Strip.blank(self.look.width, self.style("plain"))

    def empty(self, message: list[str], y: int) -> Strip:
        """Line ``y`` of a list without rows that says ``message``."""
        width = self.look.width
        lines = [part for line in message for part in wrap(clean(line), max(1, width - 4))]
        text = f"  {lines[y - 1]}" if 1 <= y <= len(lines) else ""
        return Strip([Segment(fit(text, width), self.style("empty"))], width)

    def heading(self, section: Section) -> Strip:
        """The name of a group and how many rows it has."""
        size = f"  {section.size}"
        name = cut(
            self.names.get(section.name) or group_name(section.name), max(1, self.look.width - 1 - len(size))
        )
        text = fit(f" {name}{size}", self.look.width)
        return Strip([Segment(text, self.style("heading"))], self.look.width)

    def row(self, execution: Execution, marks: Marks, more: Extras, now: datetime, zone: ZoneInfo) -> list[Strip]:
        """The strips of a row; the same objects as last time while nothing that shows has changed."""
        age = age_of(execution, now, zone)
        stamp = (self.look, marks, more)
        drawn = self._drawn.get(execution.key)
        if drawn is not None and drawn.execution is execution and drawn.age == age and drawn.stamp == stamp:
            return drawn.strips
        flags = (
            ("chosen", marks.chosen),
            ("selected", marks.selected),
            ("flash", more.flash),
            ("gone", marks.gone),
        )
        over = [name for name, on in flags if on]
        strips = [
            Strip([Segment(text, self.style(part, *over)) for text, part in _joined(pieces)], self.look.width)
            for pieces in row_lines(execution, self.look, marks, now, zone)
        ]
        if len(self._drawn) > _KEPT_ROWS:
            self._drawn.clear()
        self._drawn[execution.key] = _Drawn(execution, stamp, age, strips)
        return strips

    def aged(self, key: Key, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the row was drawn with an age that is no longer the right one."""
        drawn = self._drawn.get(key)
        return drawn is not None and drawn.age != age_of(drawn.execution, now, zone)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Fewer pieces, the same look: each costs time in every frame, and a space has no colour."""
    joined: list[Piece] = []
    for text, part in pieces:
        if joined and (part == joined[-1][1] or text.isspace()):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        elif text:
            joined.append((text, part))
    return joined
