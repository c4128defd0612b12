"""The filter line above the list."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.form.editor import LineEditor, typable
from tui.i18n import _
from tui.ui.text import cells, clean, cut

LONGEST = 200
"""Characters. No row has so many that are looked through; a scanner that got stuck must not hold up every key."""


class FilterBar(Widget):
    """One line, shown while a filter is set or being typed. Its owner hands it the keys."""

    COMPONENT_CLASSES = {"filter--label", "filter--cursor"}  # noqa: RUF012 - Textual's declaration
    DEFAULT_CSS = """
    FilterBar { height: 1; display: none; background: $surface; padding: 0 1; }
    FilterBar.-shown { display: block; }
    FilterBar > .filter--label { color: $accent; text-style: bold; }
    FilterBar > .filter--cursor { text-style: reverse; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._editor = LineEditor()
        self.active = False
        """Whether keys belong to this line."""
        self._told = False

    @property
    def text(self) -> str:
        """What is typed."""
        return self._editor.text

    def begin(self) -> None:
        """Show the line with the cursor at its end."""
        self.active = True
        self.add_class("-shown")
        self.refresh()

    def leave(self) -> None:
        """Give the keys back; the filter stays, if there is one."""
        self.active = False
        self.set_class(bool(self.text), "-shown")
        self.refresh()

    def clear(self) -> None:
        """Forget the filter and hide the line."""
        self._editor, self._told = LineEditor(), False
        self.leave()

    def press(self, key: str, char: str | None) -> bool:
        """Edit; ``False`` for a key that edits nothing."""
        if typable(char) and len(self.text) >= LONGEST:
            self._say_full()
            return True
        changed = self._editor.press(key, char)
        if changed:
            self._told = self._told and len(self.text) >= LONGEST
            self.refresh()
        return changed

    def take_paste(self, text: str) -> None:
        """Insert text that arrived as one piece."""
        text, room = clean(text), LONGEST - len(self.text)
        self._editor.insert(text[:room])
        self.refresh()
        if len(text) > room:
            self._say_full()

    def _say_full(self) -> None:
        """Once, until there is room again: a key may be held down."""
        if not self._told:
            self._told = True
            words = _("The filter holds {most} characters: the rest was left out.", most=LONGEST)
            self.notify(words, markup=False)

    def render_line(self, y: int) -> Strip:
        """Textual's hook: the line itself."""
        base = self.rich_style
        label = self.get_component_rich_style("filter--label")
        width = self.size.width
        word = _("Filter") + " "
        room = max(4, width - cells(word) - 1)
        segments = [Segment(word, label)]
        before, after = self.text[: self._editor.cursor], self.text[self._editor.cursor :]
        if cells(before) >= room:
            before = before[-(room - 1) :]
        segments.append(Segment(clean(before), base))
        if self.active:
            segments.append(
                Segment(clean(after[:1]) or " ", base + self.get_component_rich_style("filter--cursor"))
            )
            after = after[1:]
        segments.append(Segment(cut(clean(after), max(0, room - cells(before))), base))
        return Strip(segments).adjust_cell_length(width, base)
