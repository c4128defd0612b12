"""Text being edited, without a screen: one line with a cursor, and a text of several lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

_WORD_RIGHT = re.compile(r"\W*\w*")
SEPARATORS = "\x1c\x1d\x1e\x1f"
"""Control characters that belong to scanned codes (GS1) and are kept as text."""


def typable(char: str | None) -> bool:
    """Whether a key's character is text."""
    return bool(char) and char is not None and (char.isprintable() or char in SEPARATORS)


_JOINERS = "\u200c\u200d"
"""Signs without a width that words (Persian, Hindi) and pictures are spelled with."""


def one_line(text: str) -> str:
    """Pasted text for a field of one line: breaks and tabs become spaces, the break at the end goes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").replace("\n", " ").replace("\t", " ")
    if text.isprintable():
        return text
    return "".join(char for char in text if typable(char) or char in _JOINERS)


def many_lines(text: str) -> str:
    """Pasted text for a field of several lines: breaks stay, tabs become spaces, controls go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if text.replace("\n", "").isprintable():
        return text
    return "".join(char for char in text if char == "\n" or typable(char) or char in _JOINERS)


def without_blank_lines(text: str) -> str:
    """``text`` without the empty lines at its end."""
    end = text.find("\n", len(text.rstrip(" \t\n")))
    return text if end < 0 else text[:end]


def _of_word(char: str) -> bool:
    return char.isalnum() or char == "_"


class LineEditor:
    """One line. ``selected``: the whole text is marked, so that the next character takes its place."""

    def __init__(self, text: str = "", *, selected: bool = False) -> None:
        self.text = text
        self.cursor = len(text)
        self.selected = selected and bool(text)

    def press(self, key: str, char: str | None) -> bool:
        """Handle one key; whether it was one of ours (the text may be unchanged)."""
        move = _MOVES.get(key)
        if move is not None:
            move(self)
            return True
        if typable(char):
            self.insert(char or "")
            return True
        return False

    def insert(self, text: str) -> None:
        """Put ``text`` at the cursor, or in the place of the marked text."""
        if self.selected:
            self.clear()
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def clear(self) -> None:
        """Empty the line."""
        self.text, self.cursor, self.selected = "", 0, False

    def backspace(self) -> None:
        """Delete to the left, or the marked text."""
        if self.selected:
            self.clear()
        elif self.cursor:
            self.text = self.text[: self.cursor - 1] + self.text[self.cursor :]
            self.cursor -= 1

    def delete(self) -> None:
        """Delete to the right, or the marked text."""
        if self.selected:
            self.clear()
        else:
            self.text = self.text[: self.cursor] + self.text[self.cursor + 1 :]

    def move_to(self, cursor: int) -> None:
        """Put the cursor; a marked text is kept and no longer marked."""
        self.cursor = max(0, min(len(self.text), cursor))
        self.selected = False

    def left(self) -> None:
        """One character back."""
        self.move_to(self.cursor - 1)

    def right(self) -> None:
        """One character on."""
        self.move_to(self.cursor + 1)

    def home(self) -> None:
        """To the beginning of the line."""
        self.move_to(self.text.rfind("\n", 0, self.cursor) + 1)

    def end(self) -> None:
        """To the end of the line."""
        at = self.text.find("\n", self.cursor)
        self.move_to(len(self.text) if at < 0 else at)

    def word_left(self) -> None:
        """To the beginning of the word."""
        at = self.cursor
        while at and not _of_word(self.text[at - 1]):
            at -= 1
        while at and _of_word(self.text[at - 1]):
            at -= 1
        self.move_to(at)

    def word_right(self) -> None:
        """Behind the word."""
        found = _WORD_RIGHT.match(self.text, self.cursor)
        self.move_to(found.end() if found else len(self.text))

    def kill_word(self) -> None:
        """Delete the word to the left, or the marked text."""
        if self.selected:
            self.clear()
            return
        end = self.cursor
        self.word_left()
        self.text = self.text[: self.cursor] + self.text[end:]

    def kill_right(self) -> None:
        """Delete what stands behind the cursor in its line."""
        start = self.cursor
        self.end()
        self.text = self.text[:start] + self.text[self.cursor :]
        self.cursor = start


_MOVES = {
    "backspace": LineEditor.backspace,
    "delete": LineEditor.delete,
    "left": LineEditor.left,
    "right": LineEditor.right,
    "home": LineEditor.home,
    "end": LineEditor.end,
    "ctrl+left": LineEditor.word_left,
    "ctrl+right": LineEditor.word_right,
    "ctrl+w": LineEditor.kill_word,
    "ctrl+k": LineEditor.kill_right,
    "ctrl+u": LineEditor.clear,
}


class LongEditor(LineEditor):
    """Several lines. ``starts`` are the places where the rows begin that the screen shows."""

    def vertical(self, step: int, starts: Sequence[int] | None = None) -> bool:
        """One row up or down; ``False`` at the edge, where the key means the next field."""
        rows = starts or [0, *(index + 1 for index, char in enumerate(self.text) if char == "\n")]
        row = bisect_right(rows, self.cursor) - 1
        target = row + step
        if not 0 <= target < len(rows):
            return False
        end = rows[target + 1] - 1 if target + 1 < len(rows) else len(self.text)
        self.move_to(min(rows[target] + self.cursor - rows[row], max(rows[target], end)))
        return True
