"""Where the rows of a long text begin, found anew around an edit only: a key costs the same in any text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from tui.ui.text import cells
from tui.ui.widgets.form_text import glyph


class Wrapped:
    """The rows of one text at ``width`` columns, wrapped at spaces where it can, kept from edit to edit."""

    def __init__(self, width: int) -> None:
        self.width = max(2, width)
        self._text = ""
        self._starts = [0]

    def starts(self, text: str) -> list[int]:
        """The places in ``text`` where its rows begin; not to be changed."""
        if text != self._text:
            self._starts = self._again(text)
            self._text = text
        return self._starts

    def _again(self, text: str) -> list[int]:
        old, starts = self._text, self._starts
        same = _same_head(old, text)
        rest = _same_tail(old, text, min(len(old), len(text)) - same)
        # A row ends where its next word does not fit, and that word may end where the row behind it does: two rows
        # before the one with the first change, nothing depends on it.
        found = starts[: max(1, bisect_right(starts, same) - 2)]
        moved = len(text) - len(old)
        at = bisect_left(starts, len(old) - rest)
        while (following := next_row(text, found[-1], self.width)) is not None:
            while at < len(starts) and starts[at] + moved < following:
                at += 1
            if at < len(starts) and starts[at] + moved == following:
                # From a row that begins where one began in the same text, all rows are as they were.
                found += [start + moved for start in starts[at:]]
                break
            found.append(following)
        return found


def row_starts(text: str, width: int) -> list[int]:
    """Where the rows of ``text`` begin when it is wrapped at ``width`` columns."""
    return Wrapped(width).starts(text)


def next_row(text: str, start: int, width: int) -> int | None:
    """Where the row behind the one at ``start`` begins; ``None`` behind the last."""
    end = start + width
    part = text[start : end + 1]
    if not part.isascii():
        return _next_by_cells(text, start, width)
    broken = part.find("\n")
    if broken >= 0:
        return start + broken + 1
    if len(part) <= width:
        return None
    space = part.rfind(" ", 0, width)
    return start + space + 1 if space >= 0 else end


def _next_by_cells(text: str, start: int, width: int) -> int | None:
    column, after_space = 0, start
    for index in range(start, len(text)):
        char = text[index]
        if char == "\n":
            return index + 1
        size = 1 if char.isascii() else cells(glyph(char))
        if column + size > width and index > start:
            return after_space if after_space > start else index
        column += size
        if char == " ":
            after_space = index + 1
    return None


def _same_head(one: str, other: str) -> int:
    """How many characters both begin with."""
    known, end = 0, min(len(one), len(other))
    while known < end:
        middle = (known + end + 1) // 2
        if one[known:middle] == other[known:middle]:
            known = middle
        else:
            end = middle - 1
    return known


def _same_tail(one: str, other: str, most: int) -> int:
    """How many characters, at most ``most``, both end with."""
    known, end, first, second = 0, most, len(one), len(other)
    while known < end:
        middle = (known + end + 1) // 2
        if one[first - middle : first - known] == other[second - middle : second - known]:
            known = middle
        else:
            end = middle - 1
    return known
