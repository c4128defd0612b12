"""Text that is being edited, as cells of a terminal: one glyph per character, so that the cursor fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, overload

from tui.ui.text import cells, cut

ASKED = -2
"""The ``option`` of what a person must have seen before a key may mean an answer to it."""


class Span(NamedTuple):
    """A piece of a row. ``style`` names a component class; ``option`` the choice that a click on it picks."""

    text: str
    style: str
    option: int = -1


Row = tuple[Span, ...]


def glyph(char: str) -> str:
    """What stands for ``char`` on the screen: itself, or a visible sign for a control character."""
    if char.isprintable():
        return char
    if char in "\u200c\u200d":
        return "·"
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


def glyphs(text: str) -> str:
    """``text`` with one visible glyph per character."""
    return text if text.isprintable() else "".join(glyph(char) for char in text)


def width_of(row: Sequence[Span]) -> int:
    """The columns that a row takes."""
    return sum(cells(span.text) for span in row)


class Rows(Sequence[Row]):
    """Many rows, each made when it is asked for: only those in the window are."""

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._make(row) for row in range(*index.indices(self._count))]
        return self._make(range(self._count)[index])


_FEW = 200


def rows_of(count: int, make: Callable[[int], Row]) -> Sequence[Row]:
    """``count`` rows: at once where they are few."""
    return [make(row) for row in range(count)] if count <= _FEW else Rows(count, make)


class Edited(NamedTuple):
    """An edited text as spans, and the column of the cursor inside of them."""

    spans: list[Span]
    column: int


def edited_line(text: str, cursor: int, width: int, *, selected: bool, style: str = "edit") -> Edited:
    """One line with its cursor in a window of ``width`` columns that follows the cursor."""
    width = max(2, width)
    # Only what can be in the window is looked at: a text of any length costs the same at every key.
    first = max(0, cursor - width) if len(text) > width else 0
    shown, cursor = glyphs(text[first : cursor + 2 * width]), cursor - first
    start = 0
    if first or len(shown) > width or cells(shown) >= width:
        start = max(0, cursor - width)
        while start < cursor and cells(shown[start:cursor]) > width - 2:
            start += 1
    end = min(len(shown), start + 2 * width)
    while end > cursor and cells(shown[start:end]) > width - (1 if end == len(shown) and cursor == end else 0):
        end -= 1
    if first + start and start < cursor:
        shown = f"{shown[:start]}{'…'.ljust(max(1, cells(shown[start])))}{shown[start + 1 :]}"
    if end < len(shown) and end - 1 > cursor:
        shown = f"{shown[: end - 1]}…{shown[end:]}"
    return edited_part(shown, start, end, cursor, selected=selected, style=style)


def glimpse(text: str, width: int) -> str:
    """The beginning of ``text`` in at most ``width`` columns; of a very long one no more is looked at."""
    return cut(glyphs(text[: 8 * max(0, width) + 8]), width)


def edited_part(shown: str, start: int, end: int, cursor: int, *, selected: bool, style: str) -> Edited:
    """The glyphs ``start`` to ``end`` with the cursor drawn if it is among (or just behind) them."""
    body = "selected" if selected else style
    head = shown[start:cursor]
    under = shown[cursor] if cursor < end else " "
    tail = shown[cursor + 1 : end]
    spans = [Span(head, body), Span(under, "cursor"), Span(tail, body)]
    return Edited([span for span in spans if span.text], cells(head))
