"""Text that is being edited, as cells of a terminal: one glyph per character, so that the cursor fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.ui.text import cells


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


def row_starts(text: str, width: int) -> list[int]:
    """Where the rows of a long text begin when it is wrapped at ``width`` columns, at spaces where it can."""
    starts = [0]
    column, after_space = 0, 0
    for index, char in enumerate(text):
        if char == "\n":
            starts.append(index + 1)
            column, after_space = 0, index + 1
            continue
        size = 1 if char.isascii() else cells(glyph(char))
        if column + size > width:
            at = after_space if after_space > starts[-1] else index
            starts.append(at)
            column = cells(glyphs(text[at:index]))
        column += size
        if char == " ":
            after_space = index + 1
    return starts


class Edited(NamedTuple):
    """An edited text as spans, and the column of the cursor inside of them."""

    spans: list[Span]
    column: int


def edited_line(text: str, cursor: int, width: int, *, selected: bool, style: str = "edit") -> Edited:
    """One line with its cursor in a window of ``width`` columns that follows the cursor."""
    shown = glyphs(text)
    width = max(2, width)
    # Only what can be in the window is measured: a text of any length costs the same at every key.
    start = 0
    if len(shown) > width or cells(shown) >= width:
        start = max(0, cursor - width)
        while start < cursor and cells(shown[start:cursor]) > width - 2:
            start += 1
    end = min(len(shown), start + 2 * width)
    while end > cursor and cells(shown[start:end]) > width - (1 if end == len(shown) and cursor == end else 0):
        end -= 1
    return edited_part(shown, start, end, cursor, selected=selected, style=style)


def edited_part(shown: str, start: int, end: int, cursor: int, *, selected: bool, style: str) -> Edited:
    """The glyphs ``start`` to ``end`` with the cursor drawn if it is among (or just behind) them."""
    body = "selected" if selected else style
    head = shown[start:cursor]
    under = shown[cursor] if cursor < end else " "
    tail = shown[cursor + 1 : end]
    spans = [Span(head, body), Span(under, "cursor"), Span(tail, body)]
    return Edited([span for span in spans if span.text], cells(head))
