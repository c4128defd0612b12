"""The form: one widget that draws every field itself and handles every key itself, in the order typed.

No child widgets: keys that arrive in one piece cannot land in the wrong field, and a form of 200 fields opens
and types like one of 20. What a key means is decided by :class:`tui.form.flow.FormFlow`; this file draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message as Notice
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.form.editor import typable
from tui.form.effects import Advanced, Edited, Effect, Ended, Focused
from tui.form.flow import FormFlow
from tui.form.state import FieldEdit, FormState
from tui.model.execution import Answer
from tui.model.field import Choice, Value
from tui.ui.widgets.form_lines import ASCII_MARKS, Marks
from tui.ui.widgets.form_look import COMPONENTS, CSS
from tui.ui.widgets.form_prompt import prompt
from tui.ui.widgets.form_sheet import FormSheet
from tui.ui.widgets.form_text import Row, row_starts


class FormView(ScrollView, can_focus=True):
    """A form of any length. Give it a state with :meth:`open`; it posts what the person did.

    Keys that are not its own bubble to the screen: F1, F2, F3, F4, F6, F9, F10, Escape and all Ctrl keys that
    no editor knows.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    DEFAULT_CSS = CSS

    class Changed(Notice):
        """An answer or note changed; posted for every edit, so that a draft can be kept.

        ``edit`` is ``None`` where nothing of this field is left to keep: it is as the server has it.
        """

        def __init__(self, key: str, edit: FieldEdit | None) -> None:
            super().__init__()
            self.key = key
            self.edit = edit

    class Advanced(Notice):
        """An answer was accepted (Enter, or a digit that answers)."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Moved(Notice):
        """The cursor is in another field."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Ended(Notice):
        """Enter on the last field. ``open``: something is still unanswered (and has the cursor now)."""

        def __init__(self, open: bool) -> None:
            super().__init__()
            self.open = open

    def __init__(
        self,
        *,
        ascii: bool = False,
        auto_advance: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.marks: Marks = ASCII_MARKS if ascii else Marks()
        self.auto_advance = auto_advance
        self.keeper: Callable[[str, FieldEdit | None], None] | None = None
        """Called for every edit, at once, instead of posting ``Changed``: for an owner that keeps drafts."""
        self._form: FormState | None = None
        self._flow: FormFlow | None = None
        self._sheet: FormSheet | None = None
        self._strips: dict[int, Strip] = {}
        self._rich: dict[str, Style] = {}

    # ── what a screen calls ──────────────────────────────────────────────────────────────────────────────────

    def open(
        self,
        state: FormState,
        *,
        recent: Mapping[str, Sequence[str]] | None = None,
        scroll: int | None = None,
    ) -> None:
        """Show ``state``. ``recent``: last-used texts per field key; a digit in the empty field picks one."""
        self._form = state
        self._flow = FormFlow(state, auto_advance=self.auto_advance, recent=recent)
        self._flow.row_starts = self._row_starts
        self._lay_out()
        self.scroll_to(y=scroll or 0, animate=False, force=True)
        self._show_cursor()

    def clear(self) -> None:
        """Show nothing."""
        self._form = self._flow = self._sheet = None
        self._strips.clear()
        self.virtual_size = Size(self.size.width, 0)
        self.refresh()

    @property
    def state(self) -> FormState | None:
        """The open form."""
        return self._form

    @property
    def flow(self) -> FormFlow | None:
        """The key machine of the open form."""
        return self._flow

    def feed(self, key: str, char: str | None = None) -> bool:
        """Handle one key now, as if it had been pressed here; whether it was ours. For keys typed before."""
        flow = self._flow
        if flow is None:
            return False
        before, prompted = flow.key, flow.jump is not None
        effects = flow.press(key, char)
        if effects is None:
            return (not prompted or flow.jump is None) and self._page(key)
        self._after(before, effects, prompted)
        return True

    def apply_server(self, answers: Mapping[str, Answer]) -> list[str]:
        """Bring in newer answers; position, scroll and what is open stay. The keys of the fields that changed."""
        form, flow = self._form, self._flow
        if form is None or flow is None:
            return []
        dirty = form.edits()
        with flow.steady():
            changed = form.rebase(answers)
        self._renew(changed)
        for key in dirty:
            if not form.entries[key].dirty:
                self._keep(key)
        return changed

    def accepted(self, values: Mapping[str, Value], notes: Mapping[str, str]) -> None:
        """The server has taken exactly these of us; to be told before its newer answers are brought in."""
        form, flow = self._form, self._flow
        if form is None or flow is None:
            return
        with flow.steady():
            taken = form.accepted(values, notes)
        self._renew(taken)
        for key in taken:
            self._keep(key)

    def show_problems(self, words: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
        """Mark the server's sentences (422) on their fields; answers those that belong to no field here."""
        if self._form is None:
            return {key: said if isinstance(said, str) else " ".join(said) for key, said in words.items()}
        left = self._form.place_server_words(words)
        self._redraw(set(words))
        return left

    def show_missing(self) -> None:
        """Mark required fields without an answer from now on (the review asked about them)."""
        if self._form is not None:
            self._form.asked = True
            self._lay_out()

    def resolve(self, key: str, *, mine: bool) -> None:
        """End the conflict on ``key``: keep mine, or take the server's answer."""
        if self._form is None or self._flow is None or key not in self._form.entries:
            return
        with self._flow.steady():
            self._form.entries[key].resolve(mine=mine)
        self._renew({key})
        self._keep(key)

    def give_choices(self, key: str, choices: Sequence[Choice]) -> None:
        """Hand over choices of a picker that were read meanwhile."""
        if self._form is None or self._flow is None or key not in self._form.entries:
            return
        with self._flow.steady():
            self._form.give_choices(key, choices)
        self._flow.refresh_order()
        self._lay_out()
        self._show_cursor(follow=False)

    @property
    def at_last_field(self) -> bool:
        """Whether Enter has no field to go on to: the cursor is in the last one, and no note or jump is open."""
        flow = self._flow
        if flow is None or not flow.order:
            return True
        return flow.note is None and flow.jump is None and flow.key == flow.order[-1]

    def focus_field(self, key: str) -> bool:
        """Put the cursor into a field; whether it takes one."""
        flow = self._flow
        if flow is None:
            return False
        before = flow.key
        self._after(before, flow.focus(key), flow.jump is not None)
        return flow.key == key

    # ── keys, paste, mouse ───────────────────────────────────────────────────────────────────────────────────

    def on_key(self, event: events.Key) -> None:
        """Every key goes through the machine first; what it does not want bubbles up."""
        char = event.character if typable(event.character) else None
        if self.feed(event.key, char):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text stays in its field."""
        event.stop()
        event.prevent_default()
        self.take_paste(event.text)

    def take_paste(self, text: str) -> None:
        """Put text that came in one piece where the cursor is."""
        if self._flow is not None:
            self._after(self._flow.key, self._flow.paste(text), False)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor into the field; on an option it chooses it."""
        flow, form = self._flow, self._form
        if flow is None or form is None:
            return
        sheet, at = self._sheet, event.get_content_offset(self)
        if at is None:
            return
        line = at.y + self.scroll_offset.y
        place = sheet.place_at(line) if sheet is not None else None
        if sheet is None or place is None:
            return
        event.stop()
        key, before = form.shown[place].key, flow.key
        option = sheet.option_at(line, at.x)
        effects = flow.focus(key) if option is None else flow.choose(key, option)
        self._after(before, effects, False)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor is drawn only while keys come here."""
        super().watch_has_focus(_has_focus)
        if self._flow is not None:
            self._redraw({self._flow.key})
            self._show_cursor()

    def on_resize(self) -> None:
        """Flow the text anew; the field with the cursor stays in sight."""
        if self._form is not None and (self._sheet is None or self._available != self._sheet.width):
            self._lay_out()
        self._show_cursor()

    def _page(self, key: str) -> bool:
        flow, sheet = self._flow, self._sheet
        if flow is None or sheet is None:
            return False
        height = max(1, self.size.height - 1)
        steps = {"pageup": -height, "pagedown": height}
        if flow.current is None:
            steps |= {"up": -1, "down": 1, "home": -sheet.height, "end": sheet.height}
        if key not in steps:
            return False
        if flow.current is None:
            self.scroll_to(y=self.scroll_offset.y + steps[key], animate=False)
        else:
            self.focus_field(sheet.page(steps[key]))
        return True

    def _after(self, before: str, effects: list[Effect], prompted: bool) -> None:
        """Paint what changed, in one frame, and only then tell the screen."""
        flow, form = self._flow, self._form
        if flow is None or form is None:
            return
        keys = {before, flow.key}
        keys.update(effect.key for effect in effects if not isinstance(effect, Ended))
        self._redraw(keys)
        if prompted or flow.jump is not None:
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))
        self._show_cursor()
        for effect in dict.fromkeys(effects):
            if isinstance(effect, Edited):
                self._keep(effect.key)
            elif isinstance(effect, Advanced):
                self.post_message(self.Advanced(effect.key))
            elif isinstance(effect, Focused):
                self.post_message(self.Moved(effect.key))
            else:
                self.post_message(self.Ended(effect.open))

    def _keep(self, key: str) -> None:
        if self._form is None:
            return
        entry = self._form.entries[key]
        edit = entry.edit() if entry.dirty else None
        if self.keeper is not None:
            self.keeper(key, edit)
        else:
            self.post_message(self.Changed(key, edit))

    # ── painting ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _available(self) -> int:
        return self.scrollable_content_region.width or self.size.width

    def _row_starts(self, text: str) -> list[int]:
        return row_starts(text, self._sheet.painter.long_width if self._sheet is not None else 40)

    def _lay_out(self) -> None:
        form, flow, width = self._form, self._flow, self._available
        if form is None or flow is None or not width:
            return
        self._sheet = FormSheet(form, flow, width, self.marks, live=self.has_focus)
        self._repaint(None)

    def _redraw(self, keys: Iterable[str]) -> None:
        """Lay out some fields again and repaint their changed rows; everything when the height changed."""
        if self._sheet is not None:
            self._repaint(self._sheet.redraw(keys, live=self.has_focus))

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

    def _renew(self, keys: Iterable[str]) -> None:
        """Paint what changed without a key: the rows move as they must, the window stays."""
        if self._flow is not None:
            self._redraw({*keys, self._flow.key})
            self._show_cursor(follow=False)

    def _show_cursor(self, *, follow: bool = True) -> None:
        """Scroll the field with the cursor into sight (``follow``), and put the terminal's own cursor there."""
        flow, sheet = self._flow, self._sheet
        if flow is None or sheet is None or sheet.here is None or not self.size.height:
            return
        height = self.size.height - (1 if flow.jump is not None else 0)
        y = sheet.scroll_for_cursor(self.scroll_offset.y, height) if follow else self.scroll_offset.y
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, force=True)
        if not self.has_focus:
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
        line = y + self.scroll_offset.y
        strip = self._strips.get(line)
        if strip is None or strip.cell_length != width:
            row = self._sheet.row_at(line) if self._sheet is not None else None
            strip = self._strips[line] = self._strip(row or (), width, self.rich_style)
        return strip

    def _strip(self, row: Row, width: int, base: Style) -> Strip:
        segments = [Segment(span.text, self._style(span.style)) for span in row if span.text]
        return Strip(segments).adjust_cell_length(width, base)

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
