"""What of a record is only read: blocks that fold, logs that go on, and files to fetch; a cursor on its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.model.execution import Block, Download, Record, Tone
from tui.ui.text import cells, cut
from tui.ui.widgets.block_rows import Kind, Row, Shown, rows_of

_STEPS = {"down": 1, "up": -1, "home": -(10**9), "end": 10**9}
_PARTS = ("plain", "head", "act", "good", "warning", "bad", "cursor")
_TONES = {Tone.PLAIN: "plain", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "bad"}


class BlockView(ScrollView, can_focus=False):
    """Enter or space folds, goes on reading, or saves a file. ``asker`` is called with a block that goes on,
    ``saver`` with the file that somebody wants."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"block-view--{part}" for part in _PARTS}
    DEFAULT_CSS = """
    BlockView { width: 1fr; height: 1fr; background: $background; color: $foreground;
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & > .block-view--plain { color: $foreground; }
        & > .block-view--head { color: $accent; text-style: bold; }
        & > .block-view--act { text-style: underline; }
        & > .block-view--good { color: $success; }
        & > .block-view--warning { color: $warning; text-style: bold; }
        & > .block-view--bad { color: $error; text-style: bold; }
        & > .block-view--cursor { background: $cursor; }
    }
    """

    def __init__(self, *, ascii_only: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self.asker: Callable[[Block], None] | None = None
        self.saver: Callable[[Download], None] | None = None
        self._ascii = ascii_only
        self._own: tuple[Block, ...] = ()
        self._further: dict[str, Block] = {}
        """The lines that were read on, by block, and what follows them."""
        self._shown = Shown()
        self._rows: list[Row] = []
        self._at = 0
        self._active = False

    def show(self, record: Record, *, renew: bool = False) -> None:
        """The blocks and files of ``record``; ``renew``: of the one that is shown, so nothing folds or jumps."""
        self.put(record.blocks, record.downloads, renew=renew)

    def put(self, blocks: tuple[Block, ...], downloads: tuple[Download, ...] = (), *, renew: bool = False) -> None:
        """Any blocks and files."""
        if not renew:
            self._further, self._shown, self._at = {}, Shown(), 0
        kept = {block.id: block for block in self._own}
        for block in blocks:
            if kept.get(block.id) != block:
                # What was read on belongs to lines that have moved meanwhile.
                self._further.pop(block.id, None)
        self._own = blocks
        self._shown.downloads = downloads
        self._join()

    @property
    def filled(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._shown.blocks or self._shown.downloads)

    @property
    def length(self) -> int:
        """The lines that it would take."""
        return len(self._rows)

    def set_active(self, active: bool) -> None:
        """Whether the keys are here, which shows the cursor."""
        if active is not self._active:
            self._active = active
            self.refresh()

    def add(self, block: Block | None, name: str) -> None:
        """The next lines of the block of that name; ``None``: they could not be read."""
        self._shown.asked -= {name}
        if block is not None:
            before = self._further.get(name)
            lines = (*before.lines, *block.lines) if before is not None else block.lines
            self._further[name] = msgspec.structs.replace(block, id=name, lines=lines)
        self._join()

    def say_file(self, ref: str, words: str) -> None:
        """How far a file is; "" for the usual words."""
        self._shown.fetching = {**self._shown.fetching, ref: words}
        self._relaid()

    def _join(self) -> None:
        blocks = []
        for block in self._own:
            more = self._further.get(block.id)
            lines = (*block.lines, *more.lines) if more is not None else block.lines
            rest = more.more if more is not None else block.more
            blocks.append(msgspec.structs.replace(block, lines=lines, more=rest))
        self._shown.blocks = blocks
        self._relaid()

    # -- keys and mouse -------------------------------------------------------------------------------------

    def press(self, key: str) -> bool:
        """Handle one key; ``False`` when it means nothing here."""
        if not self._rows:
            return False
        page = max(1, self.scrollable_content_region.height - 1)
        steps = {**_STEPS, "pagedown": page, "pageup": -page}
        row = self._rows[self._at]
        if key in steps:
            self._go(self._at + steps[key])
        elif key in ("enter", "space"):
            self._act(row)
        elif key in ("left", "right") and row.kind is not Kind.FILE:
            block = self._block(row.name)
            if block is not None and self._shown.folded(block) is (key == "right"):
                self._turn(row.name)
        else:
            return False
        return True

    def on_click(self, event: events.Click) -> None:
        """A click does what Enter does."""
        event.stop()
        place = int(event.y + self.scroll_offset.y)
        if 0 <= place < len(self._rows):
            self._go(place)
            self._act(self._rows[place])

    def _act(self, row: Row) -> None:
        block = self._block(row.name)
        if row.kind is Kind.FILE:
            file = next((one for one in self._shown.downloads if one.ref == row.name), None)
            if file is not None and self.saver is not None:
                self.saver(file)
        elif block is None:
            return
        elif row.kind is Kind.HEAD:
            self._turn(row.name)
        elif row.kind is Kind.MORE and row.name not in self._shown.asked and self.asker is not None:
            self._shown.asked |= {row.name}
            self._relaid()
            self.asker(block)

    def _block(self, name: str) -> Block | None:
        return next((block for block in self._shown.blocks if block.id == name), None)

    def _turn(self, name: str) -> None:
        self._shown.turned ^= {name}
        self._relaid()
        self._go(next((n for n, row in enumerate(self._rows) if row.kind is Kind.HEAD and row.name == name), 0))

    def _go(self, row: int) -> None:
        self._at = max(0, min(row, len(self._rows) - 1))
        self.refresh()
        self.scroll_to_region(Region(0, self._at, 1, 1), animate=False, force=True, x_axis=False)

    # -- drawing --------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Another width wraps differently."""
        self._relaid()

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        width, place = self.scrollable_content_region.width, y + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(width, self._style("plain"))
        row = self._rows[place]
        part = {Kind.HEAD: "head", Kind.LINE: _TONES[row.tone], Kind.MORE: "act", Kind.FILE: "act"}[row.kind]
        here = self._active and place == self._at
        style = self._style(part, "cursor") if here else self._style(part)
        bar = (">" if self._ascii else "▌") if here else " "
        text = cut(bar + row.text, width)
        rest = Segment(
            " " * (width - cells(text)), self._style("plain", "cursor") if here else self._style("plain")
        )
        return Strip([Segment(text, style), rest], width)

    def _relaid(self) -> None:
        width = self.scrollable_content_region.width
        self._rows = rows_of(self._shown, width - 1, ascii_only=self._ascii) if width > 4 else []
        self._at = max(0, min(self._at, len(self._rows) - 1))
        self.virtual_size = Size(width, len(self._rows))
        # Beside a form it takes no more rows than it has.
        self.refresh(layout=True)

    def _style(self, *parts: str) -> Style:
        return self.get_visual_style(*[f"block-view--{part}" for part in parts]).rich_style
