"""The tree: what came before a task, nearest first, or what belongs to it; one level more at each request.

Every node takes two lines, its title and what it is, so that it reads the same in a pane and on a narrow screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message as Event
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.i18n import _, say
from tui.model.execution import Tone
from tui.model.node import Node
from tui.ui.text import cells, clean, cut, wrap
from tui.ui.widgets.execution_rows import BAD_PHASES, Look, sign_of, word_of

_HEIGHT = 2
_DEEPEST_INDENT = 6
_LONGEST = 512
_MORE = frozenset({"right", "plus", "kp_plus"})
_STEPS = {"down": 1, "up": -1, "pagedown": 5, "pageup": -5, "home": -(10**9), "end": 10**9}
_PARTS = ("head", "plain", "calm", "good", "late", "bad", "cursor", "selected")
_LOOKS = {Tone.GOOD: "good", Tone.WARNING: "late", Tone.BAD: "bad"}


class NodeTree(ScrollView, can_focus=True):
    """Shows :class:`Node` values. Its owner loads them: it asks with ``NeedLevel`` and opens with ``Chosen``."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"node-tree--{part}" for part in _PARTS}
    DEFAULT_CSS = """
    NodeTree {
        width: 1fr;
        height: 1fr;
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & > .node-tree--head { color: $accent; text-style: bold; }
        & > .node-tree--plain { color: $foreground; }
        & > .node-tree--calm { color: $calm; }
        & > .node-tree--good { color: $success; }
        & > .node-tree--late { color: $warning; }
        & > .node-tree--bad { color: $error; }
        & > .node-tree--cursor { color: $accent; text-style: bold; }
        & > .node-tree--selected { background: $panel; }
        &:focus > .node-tree--selected { background: $cursor; }
        &.-beside { width: 34%; max-width: 70; border-left: solid $panel; }
    }
    """

    class NeedLevel(Event):
        """Please load all nodes up to ``depth`` levels back."""

        def __init__(self, depth: int) -> None:
            super().__init__()
            self.depth = depth

    class Chosen(Event):
        """Somebody wants to see the record behind ``node``."""

        def __init__(self, node: Node) -> None:
            super().__init__()
            self.node = node

    def __init__(
        self,
        *,
        ascii_only: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._ascii = ascii_only
        self._known: tuple[Node, ...] = ()
        self._cursor = 0
        self._complete = False
        self._awaiting = False
        self._failure = ""
        self._called = ""
        self._depths: dict[str, int] = {}
        """How deep a node hangs, by its ID, where nodes hang from each other; else their levels say it."""

    # -- what it is told ------------------------------------------------------------------------------------

    def set_nodes(self, nodes: Sequence[Node], complete: bool) -> None:
        """Show all ``nodes`` known so far; ``complete``: there are no more. The cursor stays on its node."""
        selected = self.selected
        self._known = tuple(nodes)
        self._depths = _depths(self._known)
        self._complete, self._awaiting, self._failure = complete, False, ""
        same = (n for n, node in enumerate(self._known) if selected and _name(node) == _name(selected))
        self._cursor = next(same, 0)
        self._relaid()

    def call(self, title: str) -> None:
        """What the tree is called, as its first line; "" for a workflow, which needs none."""
        if title != self._called:
            self._called = title
            self._relaid()

    def fail(self, text: str) -> None:
        """Say why nothing could be loaded; what is known stays."""
        self._awaiting, self._failure = False, text
        self._relaid()

    @property
    def loading_level(self) -> bool:
        """Whether a level is on its way; then no other is asked for."""
        return self._awaiting

    @loading_level.setter
    def loading_level(self, loading: bool) -> None:
        self._awaiting = loading
        if loading:
            self._failure = ""
        self._relaid()

    @property
    def nodes(self) -> Sequence[Node]:
        """All that is known so far."""
        return self._known

    @property
    def selected(self) -> Node | None:
        """The node under the cursor."""
        return self._known[self._cursor] if self._known else None

    # -- keys and mouse -------------------------------------------------------------------------------------

    def press(self, key: str, char: str | None) -> bool:
        """Arrows move, right or ``+`` asks for one level more, Enter opens; ``False`` for every other key."""
        if key in _STEPS:
            self._go(self._cursor + _STEPS[key])
        elif key in _MORE or char == "+":
            self._need_more()
        elif key == "enter":
            if self.selected is not None:
                self.post_message(self.Chosen(self.selected))
        else:
            return False
        return True

    def on_key(self, event: events.Key) -> None:
        """For owners that do not hand the keys over themselves."""
        if self.press(event.key, event.character):
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """A click selects, a click on the selected node opens; a click below asks for more."""
        event.stop()
        row = (event.y + self.scroll_offset.y - self._top) // _HEIGHT
        if row < 0:
            return
        if row >= len(self._known):
            self._need_more()
        elif row == self._cursor:
            self.post_message(self.Chosen(self._known[row]))
        else:
            self._go(row)

    def _need_more(self) -> None:
        if not self._complete and not self._awaiting:
            self.loading_level = True
            self.post_message(self.NeedLevel(max((node.level for node in self._known), default=0) + 1))

    def _go(self, row: int) -> None:
        row = max(0, min(row, len(self._known) - 1))
        if row != self._cursor:
            width, top = self.size.width, self.scroll_offset.y
            self.refresh(*[Region(0, self._y(n) - top, width, _HEIGHT) for n in (self._cursor, row)])
            self._cursor = row
        self._show_cursor()

    @property
    def _top(self) -> int:
        """The lines above the first node."""
        return 1 if self._called else 0

    def _y(self, row: int) -> int:
        return self._top + row * _HEIGHT

    def _show_cursor(self) -> None:
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        y = self._y(self._cursor)
        # At the last node the note below it comes into view as well.
        last = self._total() if self._cursor == len(self._known) - 1 else y + _HEIGHT
        if height > 0 and last > top + height:
            top = min(last - height, y)
            self.scroll_to(y=top, animate=False, force=True)
        elif y < top or (self._cursor == 0 and top > 0):
            top = y if self._cursor else 0
            self.scroll_to(y=top, animate=False, force=True)
        if self.has_focus:
            self.app.cursor_position = self.content_region.offset + Offset(0, y - self.scroll_offset.y)

    # -- drawing --------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Another width wraps the note below differently."""
        self._relaid()

    def on_focus(self) -> None:
        """The terminal's cursor comes along."""
        self.refresh()
        self._show_cursor()

    def on_blur(self) -> None:
        """The selected node stays marked, more quietly."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        width = self.scrollable_content_region.width
        line = y + self.scroll_offset.y - self._top
        if line < 0:
            text = cut(f" {clean(self._called)}", width)
            return Strip([Segment(text + " " * (width - cells(text)), self._style("head"))], width)
        row, part = divmod(line, _HEIGHT)
        if row < len(self._known):
            return self._node_line(row, part, width)
        notes = self._notes()
        rest = line - len(self._known) * _HEIGHT
        if rest < len(notes):
            text = f" {notes[rest]}"
            style = self._style("bad" if self._failure else "calm")
            return Strip([Segment(text + " " * (width - cells(text)), style)], width)
        return Strip.blank(width, self._style("plain"))

    def _node_line(self, row: int, part: int, width: int) -> Strip:
        node, chosen = self._known[row], row == self._cursor
        extra = ("selected",) if chosen else ()
        bar = (">" if self._ascii else "▌") if chosen else " "
        depth = self._depths.get(node.id, node.level - 1)
        indent = "  " * min(max(depth, 0), _DEEPEST_INDENT)
        pieces = [(bar, "cursor"), (indent, "plain")]
        pieces += self._title(node) if part == 0 else self._facts(node)
        room = width
        segments: list[Segment] = []
        for text, look in pieces:
            short = cut(text, room, mark="~" if self._ascii else "…")
            segments.append(Segment(short, self._style(look, *extra)))
            room -= cells(short)
        segments.append(Segment(" " * room, self._style("plain", *extra)))
        return Strip(segments, width)

    def _title(self, node: Node) -> list[tuple[str, str]]:
        sign = sign_of(node.status, Look(0, self._ascii)) if node.status else "  "
        title = clean(node.title[:_LONGEST]).strip() or clean(say(node.label)) or f"#{clean(node.id)}"
        look = "calm" if node.dimmed else _LOOKS.get(node.tone, "plain")
        bad = node.status is not None and node.status.phase in BAD_PHASES and not node.dimmed
        return [(sign + " ", "bad" if bad else look), (title, look)]

    def _facts(self, node: Node) -> list[tuple[str, str]]:
        # Where the label stands in for the title it has been said.
        facts = [clean(say(node.label) or node.kind)] if node.title.strip() else []
        if not self._depths and not self._called:
            facts.insert(0, _("Level {n}", n=node.level))
        if node.status is not None:
            facts.append(word_of(node.status))
        facts += [clean(say(mark)) for mark in node.marks]
        return [("   " + (" - " if self._ascii else " · ").join(facts), "calm")]

    def _notes(self) -> list[str]:
        if self._failure:
            note = self._failure
        elif self._awaiting:
            note = _("Reading …") if self._called else _("Reading the steps before …")
        elif self._complete:
            empty = _("There is nothing here.") if self._called else _("Nothing came before this task.")
            note = "" if self._known else empty
        else:
            note = _("Right or + reads one level more.")
        return wrap(clean(note), max(1, self.scrollable_content_region.width - 2)) if note else []

    def _total(self) -> int:
        return self._y(len(self._known)) + len(self._notes())

    def _relaid(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self._total())
        self._show_cursor()
        self.refresh()

    def _style(self, *parts: str) -> Style:
        return self.get_visual_style(*[f"node-tree--{part}" for part in parts]).rich_style


def _name(node: Node) -> tuple[str, str, str]:
    return node.root, node.kind, node.id


def _depths(nodes: Sequence[Node]) -> dict[str, int]:
    """By ID, how many nodes each hangs below; empty where none names another. Parents stand before children."""
    if not any(node.parent for node in nodes):
        return {}
    depths: dict[str, int] = {}
    for node in nodes:
        depths[node.id] = depths.get(node.parent, -1) + 1
    return depths
