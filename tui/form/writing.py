"""Answering a field of text at the keyboard: one line or several, with what may complete the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.form.codec import Control, Suggestion, is_empty
from tui.form.editor import LineEditor, LongEditor, many_lines, one_line
from tui.form.entry import Entry
from tui.model.message import Message

BREAK_KEYS = frozenset({"ctrl+n", "shift+enter", "alt+enter"})
"""Line break in a long text. Ctrl+N works in every terminal, the others where the terminal tells them apart;
on a keypad Down at the end of the text does it."""

PICKED = Message("Picked by its digit. To go on writing, begin with a space or a letter.")

RowStarts = Callable[[str], Sequence[int]]


class Writer:
    """``line`` is what is edited; ``recent`` are texts that a digit in the empty field picks.

    ``busy``: somebody wrote or moved in it since the cursor came; before that, Down only passes through.
    """

    def __init__(self, entry: Entry, *, recent: Sequence[str] = (), resumed: bool = False) -> None:
        self.entry = entry
        self.recent = recent
        self.long = entry.codec.control is Control.LONG
        self.busy = False
        self.said: Message | None = None
        self._taken_recent = ""
        self._suggested: tuple[str | None, tuple[Suggestion, ...]] = (None, ())
        text = entry.text or self._offered()
        offered = bool(text) and not entry.text
        if self.long:
            self.line: LineEditor = LongEditor(text, selected=offered)
        else:
            # A number or code is retyped as a whole; only a half-typed one from a draft is gone on with.
            self.line = LineEditor(text, selected=offered or not resumed)

    def press(self, key: str, char: str | None, starts: RowStarts | None) -> bool | None:
        """Handle one key: whether the answer changed; ``None`` if the key is not ours."""
        line, self.said = self.line, None
        if isinstance(line, LongEditor):
            if key in BREAK_KEYS:
                return self._insert("\n")
            if key in ("up", "down"):
                return self._press_vertical(line, 1 if key == "down" else -1, starts)
        if char is not None and char in "0123456789" and (not line.text or self.taken):
            if char != "0" and int(char) <= len(self.recent):
                return self._take_recent(self.recent[int(char) - 1])
            if self.taken:
                # Whoever picks by digit means another one of the list, not a digit behind it.
                self.said = PICKED
                return False
        before = line.text
        self._taken_recent = ""
        if key == "right" and (ahead := self.suggestions()):
            line.text = ahead[0].text
            line.end()
        elif not line.press(key, char):
            return None
        self.busy = True
        return (line.text != before or not line.text) and self._taken()

    @property
    def taken(self) -> bool:
        """Whether one of the recent texts was picked by its digit, and nothing was done to it since."""
        return (
            bool(self._taken_recent) and self.line.text == self._taken_recent == self.line.text[: self.line.cursor]
        )

    def _take_recent(self, text: str) -> bool:
        self.line.clear()
        changed = self._insert(text)
        self._taken_recent = text
        return changed

    def paste(self, text: str) -> bool:
        """Text that came in one piece; whether the answer changed."""
        return self._insert(many_lines(text) if self.long else one_line(text))

    def suggestions(self) -> tuple[Suggestion, ...]:
        """How the line may go on at its end; Right takes the first. Nothing before somebody wrote there."""
        line = self.line
        if not self.busy or self.long or line.selected or line.cursor < len(line.text):
            return ()
        if self._suggested[0] != line.text:
            entry = self.entry
            self._suggested = line.text, entry.codec.suggest(entry.field, line.text, entry.ctx)
        return self._suggested[1]

    def look_like(self, other: Writer) -> None:
        """Go on where ``other`` was: its cursor, and whether somebody wrote."""
        self.busy = other.busy
        if other.line.text and not other.line.selected:
            self.line.move_to(other.line.cursor)

    def _press_vertical(self, line: LongEditor, step: int, starts: RowStarts | None) -> bool | None:
        """A row up or down. Down at the end of what one writes begins a new line; from an empty one it goes on."""
        if line.vertical(step, starts(line.text) if starts else None):
            self.busy = True
            return False
        last_row = line.text.rpartition("\n")[2]
        if step > 0 and self.busy and line.cursor == len(line.text) and last_row.strip():
            return self._insert("\n")
        return None

    def _insert(self, text: str) -> bool:
        self.busy = True
        self.line.insert(text)
        return self._taken()

    def _taken(self) -> bool:
        if self.line.text == self.entry.text and is_empty(self.entry.offer):
            return False
        self.entry.type(self.line.text)
        return True

    def _offered(self) -> str:
        entry = self.entry
        return "" if is_empty(entry.offer) else entry.codec.format(entry.field, entry.offer, entry.ctx)
