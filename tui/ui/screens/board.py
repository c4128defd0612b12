"""The board: a whole site at a glance. Counts, overdue work oldest first, heat strips, completion over time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.timer import Timer

from tui.i18n import say
from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.ui.actions import BOARD
from tui.ui.moments import clock_text
from tui.ui.screens.board_keys import BoardKeys
from tui.ui.screens.board_profiles import profile_lines, profile_rows, unsure_words
from tui.ui.screens.board_words import (
    banner_line,
    empty_words,
    foot_words,
    head_line,
    section_names,
    strips_title,
)
from tui.ui.text import content, cut
from tui.ui.widgets.board_counts import count_lines, counts_height
from tui.ui.widgets.board_lines import (
    Canvas,
    Line,
    hours_line,
    legend_line,
    plot_lines,
    strip_line,
    summary,
)
from tui.ui.widgets.board_list import BoardList
from tui.ui.widgets.board_panes import Pane, StripsPane
from tui.ui.widgets.execution_list import ExecutionList
from tui.ui.widgets.one_line import KeyBar, OneLine
from tui.workbench.freshness import Freshness
from tui.workbench.marks import MarkKind

if TYPE_CHECKING:
    from tui.ui.screens.board_desk import BoardDesk
    from tui.ui.screens.board_sight import Ways
    from tui.workbench.figures import Figures, Overdue, Strip

MOST_STRIPS = 500
NARROW, WIDE = 80, 116
BOTH_FROM = 12
"""So many lines must be left for the overdue list and the strips to stand below each other."""


class BoardScreen(Screen[None]):
    """Shows a desk. The keys belong to the overdue list or to the strips; Tab goes from one to the other."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-normal"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's
    DEFAULT_CSS = """
    BoardScreen { layout: vertical; background: $background; }
    BoardScreen #board-title { background: $panel; text-style: bold; padding: 0 1; }
    BoardScreen #board-banner { display: none; background: $warning; color: $background; text-style: bold; }
    BoardScreen #board-banner.-shown { display: block; }
    BoardScreen #board-body { height: 1fr; width: 1fr; layout: vertical; }
    BoardScreen.-wide #board-body { layout: horizontal; }
    BoardScreen #board-late { height: 1fr; width: 1fr; }
    BoardScreen.-wide #board-late { width: 2fr; border-right: solid $panel; }
    BoardScreen #board-site { height: auto; width: 1fr; }
    BoardScreen.-wide #board-site { height: 1fr; width: 3fr; }
    BoardScreen #board-foot { color: $calm; padding: 0 1; }
    BoardScreen.-narrow ToastRack { dock: top; align: right top; }
    """

    def __init__(self, desk: BoardDesk, door: Ways) -> None:
        super().__init__()
        self.desk = desk
        self.door = door
        ascii_only = desk.main.shop.settings.ascii
        self.list = BoardList(ascii_only=ascii_only, id="board-list")
        self.list.opener = lambda key: self.then(lambda: door.to_record(key))
        self.counts = Pane(self._draw_counts, ascii_only=ascii_only, id="board-counts")
        self.sums = Pane(self._draw_sums, ascii_only=ascii_only, id="board-sums")
        self.strips = StripsPane(self._draw_strips, ascii_only=ascii_only, id="board-strips")
        self.legend = Pane(self._draw_legend, ascii_only=ascii_only, id="board-legend")
        self.profiles = Pane(self._draw_profiles, ascii_only=ascii_only, id="board-profiles")
        self.plot = Pane(self._draw_plot, ascii_only=ascii_only, id="board-plot")
        self.title_line = OneLine(id="board-title")
        self.banner = OneLine(id="board-banner")
        self.foot = OneLine(id="board-foot")
        self.keybar = KeyBar(id="board-keys")
        self.late = Vertical(self.list, id="board-late")
        self.site = Vertical(self.strips, self.legend, self.plot, id="board-site")
        self.at_strips = desk.strip is not None
        """Whether the strips have the keys, and not the overdue list."""
        self.keys = BoardKeys(self)
        self.shelved = False
        """Whether the shelved records are listed instead of the overdue ones."""
        self.figures: Figures | None = None
        self.before: Figures | None = None
        self.listed: dict[Key, Overdue] = {}
        self._strips: list[Strip] = []
        self._rows: dict[Key, Execution] = {}
        self._of: object = None
        self._stamp: object = None
        self._until: datetime | None = None
        self._seconds: Timer | None = None

    def compose(self) -> ComposeResult:
        """Textual's hook."""
        yield self.title_line
        yield self.counts
        yield self.sums
        yield self.profiles
        yield self.banner
        with Container(id="board-body"):
            yield self.late
            yield self.site
        yield self.foot
        yield self.keybar

    def on_mount(self) -> None:
        """What is known is shown at once, the cursor where it was left."""
        self.list.choose_columns(self.desk.main.shop.settings.columns)
        if self.desk.source.several:
            self.list.name_profiles(self.desk.titles())
        self.strips.name_selected = self.desk.strip
        self.desk.show = self.renew
        self.fit()
        self.renew()
        self.enter(self.strips if self.desk.strip is not None else self.list)

    def on_unmount(self) -> None:
        """The desk goes on without a screen."""
        if self.desk.show == self.renew:
            self.desk.show = None

    def on_resize(self) -> None:
        """Another size shares the room anew."""
        self.fit()
        self.renew()

    def fit(self) -> None:
        """Counts and figures have the lines that they need; of the rest the overdue list has the most."""
        width, height = self.app.size
        counts = counts_height(len(self.figures.counts) if self.figures is not None else 0, width)
        self.counts.styles.height = counts
        profiles = profile_rows(len(self.desk.source.members), height) if self.desk.source.several else 0
        self.profiles.styles.height, self.profiles.display = profiles, profiles > 0
        rest = height - counts - profiles - 4
        wide = width >= WIDE
        # Where there is no room for both, only what has the keys is there, and all of it.
        alone = not wide and rest < BOTH_FROM
        self.late.display = not alone or not self.at_strips
        # A row of two lines that is cut says not how it stands: the list has its heading and whole rows.
        self.late.styles.height = rest - (rest - 1) % 2 if alone and width < NARROW else "1fr"
        self.site.display = not alone or self.at_strips
        strips = max(2, len(self._strips) + 1)
        plot = max(0, min(14, rest // 3)) if wide or rest >= 18 else 0
        legend = wide or alone or rest >= 16
        strips = min(strips, rest - plot - 1 if wide or alone else max(3, (rest - plot) * 2 // 5))
        if wide:
            plot = min(24, rest - strips - 1)
        elif width < NARROW and not alone:
            odd = (rest - strips - legend - plot - 1) % 2
            strips += odd if strips <= 3 else -odd
        self.strips.styles.height = strips
        self.plot.styles.height = plot
        self.plot.display = plot >= 4
        self.legend.display = legend

    # -- what is shown ------------------------------------------------------------------------------------

    def renew(self) -> None:
        """The desk has news, or time has passed: ages change by the minute, figures when something is due."""
        now = self.desk.clock()
        minute = now.replace(second=0, microsecond=0)
        stamp = self.desk.version, minute, self.shelved, self.app.size, self.strips.room, self.desk.dead()
        if stamp != self._stamp or (self._until is not None and now >= self._until):
            self._stamp = stamp
            self._renew_figures(now)
        self._renew_lines(now)

    def _renew_figures(self, now: datetime) -> None:
        desk = self.desk
        self.figures = desk.figures()
        if self.figures is not None:
            self.before = desk.board.before(now)
            self._until = desk.board.next_moment(now)
            shown = self.figures.shelved if self.shelved else (*self.figures.overdue, *self.figures.needing)
            self.listed = {item.row.key: item for item in shown}
            before = len(self._strips)
            self._strips = self._in_order(now)
            if before != len(self._strips):
                self.fit()
                # Which strips come first depends on the room that they get.
                self.call_after_refresh(self.renew)
            self.strips.put_names([strip.name for strip in self._strips])
            self._renew_list(now)
        for pane in (self.counts, self.sums, self.strips, self.legend, self.plot):
            pane.renew()

    def _in_order(self, now: datetime) -> list[Strip]:
        """By their names; where not all are in sight the worst first, unless somebody is walking through them."""
        board, walking = self.desk.board, self.focused is self.strips
        crowded = board.groups > self.strips.room
        found = board.strips(now, most=MOST_STRIPS, worst_first=crowded and not walking)
        if crowded and walking:
            places = {strip.name: place for place, strip in enumerate(self._strips)}
            found.sort(key=lambda strip: places.get(strip.name, len(places)))
        return found

    def _renew_list(self, now: datetime) -> None:
        """The overdue list, by key: what is finished goes as what it became, and only when nobody types."""
        source = self.desk.source
        self.list.tell_zones(self.desk.zones())
        self.list.name_sections(section_names(self))
        rows = {key: item.row for key, item in self.listed.items()}
        of = source.period, self.shelved, source.begun, source.heard
        if of != self._of:
            self._of, self._rows = of, rows
            self.list.set_rows(rows, period=source.period, now=now, zone=self.desk.zone)
            if self.desk.selected is not None:
                self.list.select(self.desk.selected)
        else:
            old, self._rows = self._rows, rows
            gone = old.keys() - rows.keys()
            became = {key: row for key in gone if (row := source.rows.get(key)) is not None}
            changed = {key for key in rows.keys() & old.keys() if rows[key] is not old[key]}
            added = rows.keys() - old.keys()
            if added or changed or gone:
                self.list.apply(rows | became, added, changed | became.keys(), gone, now)
        noted = {key for key, item in self.listed.items() if item.mark and item.mark.kind is MarkKind.ACKNOWLEDGED}
        self.list.set_noted(noted)
        self.list.set_unsent(*self.desk.unsent())
        self.list.empty(empty_words(self))

    def _renew_lines(self, now: datetime) -> None:
        self.list.tick(now)
        dead = self.desk.source.freshness() is Freshness.DEAD
        for pane in (self.counts, self.sums, self.strips, self.plot):
            pane.hatch(dead)
        self.list.hatch(self.desk.dead(), whole=dead)
        self.profiles.renew()
        self.title_line.show(head_line(self, now))
        self.banner.show(banner_line(self.desk.banner, self.app.size.width))
        self.banner.set_class(bool(self.desk.banner), "-shown")
        self.say_foot()
        self.keybar.offer(self.keys.hints())
        self._count_seconds()

    def _count_seconds(self) -> None:
        """While nothing is asked the age of the data is counted on, second by second."""
        paused = self.desk.source.paused
        if paused and self._seconds is None:
            self._seconds = self.set_interval(1.0, self._say_age)
        elif not paused and self._seconds is not None:
            self._seconds.stop()
            self._seconds = None

    def _say_age(self) -> None:
        self.title_line.show(head_line(self, self.desk.clock()))

    def say_foot(self) -> None:
        """One sentence about what is under the cursor."""
        self.foot.show(content(cut(foot_words(self), max(1, self.app.size.width - 2))))

    @property
    def strip(self) -> Strip | None:
        """The strip under the cursor."""
        return self._strips[self.strips.cursor] if self._strips else None

    # -- drawing ------------------------------------------------------------------------------------------

    def _draw_counts(self, canvas: Canvas, _height: int) -> list[Line]:
        return count_lines(self.figures.counts, canvas) if self.figures is not None else []

    def _draw_sums(self, canvas: Canvas, _height: int) -> list[Line]:
        if self.figures is None:
            return []
        return [summary(self.figures, self.before, canvas, self.desk.server_count, unsure_words(self.desk))]

    def _draw_legend(self, canvas: Canvas, _height: int) -> list[Line]:
        return [legend_line(canvas, self._strips)]

    def _draw_profiles(self, canvas: Canvas, height: int) -> list[Line]:
        return profile_lines(self.desk, canvas, height)

    def _draw_strips(self, canvas: Canvas, height: int) -> list[Line]:
        figures, pane = self.figures, self.strips
        if figures is None:
            return []
        lines = [hours_line(figures, self.desk.zone, canvas, strips_title(self.desk.board))]
        shown = self._strips[pane.first : pane.first + height - 1]
        # Not ``has_focus``: the widget hears of that only after this frame.
        focused = self.at_strips
        for place, strip in enumerate(shown, pane.first):
            titled = self.desk.titled(strip)
            lines.append(strip_line(titled, figures, canvas, selected=focused and place == pane.cursor))
        return lines

    def _draw_plot(self, canvas: Canvas, height: int) -> list[Line]:
        if self.figures is None:
            return []
        return plot_lines(self.figures, self.before, self.desk.zone, canvas, height)

    # -- keys and panes -----------------------------------------------------------------------------------

    def press(self, key: str, char: str | None) -> bool:
        """Every key is handled here, now and completely; while a dialog is on its way it is kept for that."""
        if self.desk.main.ahead.active:
            self.desk.main.ahead.key(key, char)
            return True
        self.list.touch()
        strips = self.focused is self.strips
        if key in ("tab", "shift+tab"):
            self.enter(self.list if strips else self.strips)
        elif self.strips.press(key) if strips else self.list.press(key, char):
            self._keep_place()
        elif (command := self.desk.main.keymap.find(BOARD, key, char)) is not None:
            self.keys.run(command.id)
        return True

    def paste(self, text: str) -> None:
        """There is no text line on the board."""
        self.announce(Message("There is no text line here: nothing was pasted."))

    def enter(self, pane: BoardList | StripsPane) -> None:
        """Give the keys to the overdue list or to the strips."""
        self.at_strips = pane is self.strips
        self.fit()
        self.set_focus(pane, scroll_visible=False)
        self._keep_place()
        self.list.rest(self.at_strips)
        self.strips.renew()
        self.say_foot()

    def leave(self) -> None:
        """Back to the list."""
        if self.go():
            self.door.closed()

    def go(self) -> bool:
        """Off the screen; whether it was on it."""
        shown = self.app.screen is self
        if shown:
            self.desk.show = None
            self.dismiss()
        return shown

    def announce(self, message: Message | str) -> None:
        """A sentence that goes by itself."""
        text = message if isinstance(message, str) else say(message)
        self.notify(content(text).plain, markup=False, timeout=3)

    def then(self, deed: Callable[[], None]) -> None:
        """Leave the board and do something on the list's screen, in this order."""
        self.go()
        deed()

    def _keep_place(self) -> None:
        self.desk.selected = self.list.selected_key
        self.desk.strip = self.strips.name_selected if self.focused is self.strips else None

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click gives the keys to a part as Tab does."""
        pane = event.widget
        if pane is not self.focused:
            return  # in a burst the focus is elsewhere again before this is told
        if isinstance(pane, BoardList | StripsPane) and self.at_strips is not (pane is self.strips):
            self.enter(pane)

    @on(ExecutionList.Highlighted)
    @on(StripsPane.Moved)
    def _moved(self) -> None:
        self._keep_place()
        self.say_foot()

    @on(ExecutionList.Held)
    def _held(self) -> None:
        self._say_age()

    @on(StripsPane.Chosen)
    def _chosen(self, event: StripsPane.Chosen) -> None:
        event.stop()
        self.keys.open_strip(event.name)

    @on(KeyBar.Clicked)
    def _clicked(self, event: KeyBar.Clicked) -> None:
        event.stop()
        self.keys.run(event.command)

    def clock(self, moment: datetime) -> str:
        """A moment in the wall time of the site."""
        return clock_text(moment, self.desk.zone)
