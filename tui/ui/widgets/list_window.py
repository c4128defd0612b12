"""The window onto the list: where its lines stand, what is drawn again, and how scrolling keeps its place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.message import Message as Event
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.model.execution import Key
from tui.ui.widgets.execution_rows import Look, Marks
from tui.ui.widgets.execution_strips import PARTS, Extras, Painter
from tui.ui.widgets.list_state import ListState
from tui.ui.widgets.painted import Painted


class ListWindow(Painted, ScrollView, can_focus=True):
    """Draws the lines of a :class:`ListState` that are in view, and repaints no more than has changed."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"execution-list--{part}" for part in PARTS}
    DEFAULT_CSS = """
    ListWindow {
        height: 1fr;
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        & > .execution-list--heading { color: $foreground; text-style: bold; }
        & > .execution-list--empty { color: $foreground; }
        & > .execution-list--plain { color: $foreground; }
        & > .execution-list--calm { color: $calm; }
        & > .execution-list--late { color: $warning; }
        & > .execution-list--bad { color: $error; }
        & > .execution-list--mark { color: $accent; text-style: bold; }
        & > .execution-list--cursor { color: $accent; text-style: bold; }
        & > .execution-list--flash { text-style: bold; }
        & > .execution-list--gone { text-style: strike; }
        & > .execution-list--chosen { background: $surface; text-style: bold; }
        & > .execution-list--selected { background: $panel; }
        &:focus > .execution-list--selected { background: $cursor; }
        &.-headed { border-top: solid $panel; border-title-color: $accent; }
        &.-headed.-ascii { border-top: ascii $panel; }
    }
    """

    # Textual's own declaration lays out the whole screen whenever this changes; a list that only grows or
    # shrinks inside its window needs a new scroll bar and nothing else.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False, repaint=False)

    class Highlighted(Event, namespace="execution_list"):
        """The cursor stands on another record, or on none."""

        def __init__(self, key: Key | None) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, ascii_only: bool, id: str | None, classes: str | None) -> None:
        super().__init__(id=id, classes=classes)
        self._state = ListState()
        self._paint = Painter(Look(0, ascii_only), self._style_of)
        self._zone = ZoneInfo("UTC")
        self._now = datetime.now(UTC)
        self._today: date | None = None
        self._message: list[str] = []
        self._told: Key | None = None
        self.set_class(ascii_only, "-ascii")

    # -- where things are -----------------------------------------------------------------------------------

    def _height(self) -> int:
        return self.scrollable_content_region.height

    def _visible(self) -> range:
        top = self.scroll_offset.y
        return self._state.lines.between(top, top + self._height())

    def _anchor(self) -> list[tuple[Key, int]]:
        """The rows in view with their screen lines, the selected one first: the first that survives stays put."""
        top, lines = self.scroll_offset.y, self._state.lines
        seen = [(lines.keys[row], lines.y_of(row) - top) for row in self._visible()]
        selected = self._state.selected
        return sorted(seen, key=lambda pair: pair[0] != selected)

    def _relaid(self, anchor: list[tuple[Key, int]]) -> None:
        lines = self._state.lines
        self.virtual_size = Size(self._paint.look.width, lines.total)
        if anchor:
            found = self._survivor(anchor)
            if found is not None:
                self.scroll_to(y=max(0, lines.y_of(found[0]) - found[1]), animate=False, force=True)
        else:
            self._scroll_to_cursor(top=True)
        self.refresh()
        self._tell()

    def _survivor(self, anchor: list[tuple[Key, int]]) -> tuple[int, int] | None:
        """Row and wanted screen line of the first of ``anchor`` that is still shown."""
        keys = self._state.lines.keys
        (first, line), cursor = anchor[0], self._state.cursor
        if cursor is not None and keys[cursor] == first:
            return cursor, line
        places = {key: row for row, key in enumerate(keys)}
        return next(((places[key], line) for key, line in anchor if key in places), None)

    def _scroll_to_cursor(self, *, top: bool = False, ahead: int = 0) -> None:
        """Bring the cursor into view. ``ahead``: so many lines more in its direction, where it has to scroll."""
        row, height = self._state.cursor, self._height()
        if height <= 0:
            return
        if row is None:
            if top:
                self.scroll_to(y=0, animate=False, force=True)
            return
        y = self._state.lines.y_of(row)
        heading = self._state.lines.leads(row)
        first, last = y - heading, y + self._paint.look.height - 1
        offset = 0 if top else self.scroll_offset.y
        if first < offset:
            self.scroll_to(y=max(0, first - ahead), animate=False, force=True)
        elif last >= offset + height:
            self.scroll_to(y=last - height + 1 + ahead, animate=False, force=True)
        elif top:
            self.scroll_to(y=0, animate=False, force=True)
        self._place_hardware_cursor()

    def _place_hardware_cursor(self) -> None:
        """Braille displays and screen readers follow the terminal's own cursor."""
        if self.has_focus and self._state.cursor is not None:
            x, y = self.content_region.offset
            line = self._state.lines.y_of(self._state.cursor) - self.scroll_offset.y
            self.app.cursor_position = Offset(x, y + line)

    # -- what has to be drawn again -------------------------------------------------------------------------

    def _refresh_lines_of(self, *rows: int | None) -> None:
        top, height, width = self.scroll_offset.y, self._paint.look.height, self.size.width
        regions = [
            Region(0, self._state.lines.y_of(row) - top, width, height)
            for row in rows
            if row is not None and row < len(self._state.lines.keys)
        ]
        if regions:
            self.refresh(*regions)

    def _refresh_rows(self, keys: Collection[Key]) -> None:
        if keys:
            shown = self._state.lines.keys
            self._refresh_lines_of(*[row for row in self._around() if shown[row] in keys])

    def _around(self) -> range:
        """The visible rows, with the one whose second line alone may be in view."""
        visible = self._visible()
        return range(max(0, visible.start - 1), visible.stop)

    def _aged(self) -> set[Key]:
        """Visible rows whose age text is no longer what was drawn."""
        keys = {self._state.lines.keys[row] for row in self._around()}
        return {key for key in keys if self._paint.aged(key, self._now, self._zone_of(key))}

    def _set_now(self, now: datetime) -> None:
        self._now = now
        today = now.astimezone(self._zone).date()
        if today != self._today:  # days are named from today on
            self._today = today
            self._paint.forget()
            self.refresh()

    def _tell(self) -> None:
        self._place_hardware_cursor()
        if self._state.selected != self._told:
            self._told = self._state.selected
            self.post_message(self.Highlighted(self._told))

    # -- Textual's hooks ------------------------------------------------------------------------------------

    def watch_virtual_size(self, size: Size) -> None:
        """The scroll bar follows, and the window stays inside the list."""
        self.vertical_scrollbar.window_virtual_size = size.height
        self.vertical_scrollbar.window_size = self.container_size.height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def on_resize(self) -> None:
        """Another width may mean other columns, or another number of lines per row."""
        width = self.scrollable_content_region.width
        if width != self._paint.look.width:
            anchor = self._anchor()
            self._paint.look = self._paint.look._replace(width=width)
            self._paint.forget()
            self._state.set_height(self._paint.look.height)
            self._relaid(anchor)
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        """The terminal's cursor comes along."""
        self._refresh_lines_of(self._state.cursor)
        self._place_hardware_cursor()

    def on_blur(self) -> None:
        """The selected row stays marked, more quietly."""
        self._refresh_lines_of(self._state.cursor)

    def notify_style_update(self) -> None:
        """Other colours: what was drawn is no longer right."""
        self._paint.forget(styles=True)
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the window; only these are ever built."""
        if not self._state.lines.total:
            return self._paint.empty(self._message, y)
        place = self._state.lines.at(self.scroll_offset.y + y)
        if place is None:
            return self._paint.blank()
        if place.row is None:
            return self._paint.heading(place.section)
        return self._row(place.row)[place.part]

    def _row(self, row: int) -> list[Strip]:
        state = self._state
        key = state.lines.keys[row]
        number = row - state.lines.first_from(self.scroll_offset.y) + 1
        digit = str(number) if 1 <= number <= 9 else ""
        selected = row == state.cursor
        marks = Marks(
            selected,
            digit,
            key in state.unsent,
            key in state.unseen,
            key in state.gone,
            key in state.choice.keys,
            state.depth(key),
            key in state.noted,
            state.busy.get(key, ""),
            key in state.lost,
            key in state.waiting,
        )
        extras = Extras(key in state.flash, selected and self.has_focus)
        return self._paint.row(state.rows[key], marks, extras, self._now, self._zone_of(key))

    def _zone_of(self, key: Key) -> ZoneInfo:
        """In whose wall time the moments of a row are told."""
        return self._zone

    def _style_of(self, parts: tuple[str, ...]) -> Style:
        return self.get_visual_style(*[f"execution-list--{part}" for part in parts]).rich_style
