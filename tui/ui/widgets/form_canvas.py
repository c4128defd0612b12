"""The form as something that is drawn and scrolled: lines in, strips out, and the terminal's own cursor.

Nothing here knows what a key means; :class:`tui.ui.widgets.form_view.FormView` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.form.flow import FormFlow
from tui.form.state import FormState
from tui.ui.widgets.form_look import COMPONENTS
from tui.ui.widgets.form_prompt import prompt
from tui.ui.widgets.form_sheet import FormSheet
from tui.ui.widgets.form_text import ASKED, Row
from tui.ui.widgets.form_values import ASCII_MARKS, Marks
from tui.ui.widgets.form_wrap import row_starts
from tui.ui.widgets.painted import Painted

_SLICE = 25
"""So many fields are laid out between two keys, once the first frame stands."""


class FormCanvas(Painted, ScrollView, can_focus=True):
    """Paints the fields of an open form; only rows that changed are painted again."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)

    def __init__(self, *, ascii: bool = False, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.marks: Marks = ASCII_MARKS if ascii else Marks()
        self._form: FormState | None = None
        self._flow: FormFlow | None = None
        self._sheet: FormSheet | None = None
        self._scroll_wanted: int | None = None
        self._head: tuple[str, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._rich: dict[str, Style] = {}
        self._focus_due = False
        self._resting = False

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor is drawn only while keys come here."""
        super().watch_has_focus(_has_focus)
        self._draw_cursor()

    @property
    def awake(self) -> bool:
        """Whether keys come here."""
        return self.has_focus and not self._resting

    def rest(self, resting: bool) -> None:
        """The keys are with what stands beside the form, though Textual's focus is here; or they are back."""
        if resting is not self._resting:
            self._resting = resting
            self._draw_cursor()

    def _draw_cursor(self) -> None:
        if self._flow is not None:
            self._redraw({self._flow.key})
            self._show_cursor()

    def on_hide(self) -> None:
        """Hidden while its record is read: Textual takes the focus away then, and gives it to nobody."""
        self._focus_due = self.has_focus

    def on_show(self) -> None:
        """The keys come here again, unless somebody else has got them meanwhile."""
        due, self._focus_due = self._focus_due, False
        if due and self.screen.focused is None:
            self.screen.set_focus(self, scroll_visible=False)

    def on_resize(self) -> None:
        """Flow the text anew; the field with the cursor stays in sight."""
        if self._form is not None and (self._sheet is None or self._available != self._sheet.width):
            self._lay_out()
        self._scroll_back()
        self._show_cursor()

    @property
    def _available(self) -> int:
        return max(0, self.size.width - 1)  # the last column shows which part of a long form this is

    def _row_starts(self, text: str) -> list[int]:
        if self._sheet is None or self._flow is None:
            return row_starts(text, 40)
        return self._sheet.painter.values.starts(self._flow.key, text)

    def _lay_out(self) -> None:
        """Lay out what can be seen now, and the rest when the first frame stands."""
        form, flow, width = self._form, self._flow, self._available
        if form is None or flow is None or not width:
            return
        # The widget may grow up to the height of the screen before it is painted.
        lines = max(self._scroll_wanted or 0, self.scroll_offset.y) + max(self.size.height, self.app.size.height)
        self._sheet = FormSheet(form, flow, width, self.marks, live=self.awake, lines=lines, head=self._head)
        self._repaint(None)
        if not self._sheet.complete:
            self.call_after_refresh(self._lay_out_rest, self._sheet)

    def _lay_out_rest(self, sheet: FormSheet) -> None:
        if sheet is not self._sheet:
            return
        if not sheet.lay_out(_SLICE):
            self.call_later(self._lay_out_rest, sheet)
        elif sheet.height != self.virtual_size.height:
            self.virtual_size = Size(sheet.width, sheet.height)
            self._scroll_back()

    def _scroll_back(self) -> None:
        """Go to the line where the form was left, as soon as there is a window to scroll."""
        if self._scroll_wanted is None or self._sheet is None or not self.size.height:
            return
        self.scroll_to(y=self._scroll_wanted, animate=False, force=True)
        self._scroll_wanted = None

    def _redraw(self, keys: Iterable[str]) -> None:
        """Lay out some fields again and repaint their changed rows; everything when the height changed."""
        if self._sheet is not None and self._sheet.stale:
            self._lay_out()
        elif self._sheet is not None:
            self._repaint(self._sheet.redraw(keys, live=self.awake, drawn=self._strips))

    def _repaint(self, lines: list[int] | None) -> None:
        if self._sheet is None:
            return
        if lines is None:
            self._strips.clear()
            self.virtual_size = Size(self._sheet.width, self._sheet.height)
            self.refresh()
            return
        for line in lines:
            self._strips.pop(line, None)
            self.refresh_line(line)

    def _show_cursor(self, *, follow: bool = True) -> None:
        """Scroll the field with the cursor into sight (``follow``), and put the terminal's own cursor there."""
        flow, sheet = self._flow, self._sheet
        if flow is None or sheet is None or sheet.here is None or not self.size.height:
            return
        height = self.size.height - (1 if flow.jump is not None else 0)
        y = sheet.scroll_for_cursor(self.scroll_offset.y, height) if follow else self.scroll_offset.y
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, force=True)
        if not self.awake:
            return
        column, line = sheet.cursor()
        place = Offset(column, line - y)
        if flow.jump is not None:
            place = Offset(prompt(flow, self.size.width)[1], self.size.height - 1)
        self.app.cursor_position = self.content_region.offset + place

    def render_line(self, y: int) -> Strip:
        """One row of the window, from what was laid out."""
        flow = self._flow
        width = self.size.width
        if flow is not None and flow.jump is not None and y == self.size.height - 1:
            return self._strip(prompt(flow, width)[0], width, self._style("prompt"))
        width -= 1
        line = y + self.scroll_offset.y
        strip = self._strips.get(line)
        if strip is None or strip.cell_length != width:
            row = self._sheet.row_at(line) if self._sheet is not None else None
            strip = self._strips[line] = self._strip(row or (), width, self._ground())
            if flow is not None and row and row[-1].option == ASKED:
                flow.seen()
        return Strip.join([strip, self._bar(y)])

    def _bar(self, y: int) -> Strip:
        """The scroll bar in row ``y`` of the window. It is no widget: each in sight costs time at every key."""
        window, whole = self.size.height, self.virtual_size.height
        size = max(1, window * window // max(1, whole))
        top = self.scroll_offset.y * (window - size) // max(1, whole - window)
        on = whole > window and top <= y < top + size
        return Strip([Segment(self.marks.thumb if on else " ", self._style("scroll"))], 1)

    def _strip(self, row: Row, width: int, base: Style) -> Strip:
        segments = [Segment(span.text, self._style(span.style)) for span in row if span.text]
        return Strip(segments).adjust_cell_length(width, base)

    def _ground(self) -> Style:
        """What a row is filled with; asked for with every key, and as dear as all of its text."""
        style = self._rich.get("")
        if style is None:
            style = self._rich[""] = self.rich_style
        return style

    def _style(self, name: str) -> Style:
        style = self._rich.get(name)
        if style is None:
            style = self._rich[name] = self.get_component_rich_style(f"form--{name}")
        return style

    def notify_style_update(self) -> None:
        """A theme or class changed: styles are read anew."""
        super().notify_style_update()
        self._rich.clear()
        self._strips.clear()
