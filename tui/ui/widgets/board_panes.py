"""The parts of the board that draw themselves: lines of pieces, and heat strips with a cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message as Event
from textual.strip import Strip as Drawn

from tui.ui.widgets.board_lines import Canvas, Line, hatched
from tui.ui.widgets.painted import Painted

_PARTS = ("plain", "calm", "late", "bad", "mark", "cursor", "heading", "selected")


class Pane(Painted):
    """Draws what ``draw(canvas, height)`` says; :meth:`renew` asks it again and repaints only what differs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{part}" for part in _PARTS}
    DEFAULT_CSS = """
    Pane { height: 1; width: 1fr; background: $background; color: $foreground;
        & > .pane--plain { color: $foreground; }
        & > .pane--calm { color: $calm; }
        & > .pane--late { color: $warning; text-style: bold; }
        & > .pane--bad { color: $error; text-style: bold; }
        & > .pane--mark { color: $accent; }
        & > .pane--cursor { color: $accent; text-style: bold; }
        & > .pane--heading { color: $foreground; text-style: bold; }
        & > .pane--selected { background: $panel; }
        &:focus > .pane--selected { background: $cursor; }
    }
    """

    def __init__(
        self, draw: Callable[[Canvas, int], list[Line]], *, ascii_only: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._ascii = ascii_only
        self._shown: list[Line] = []
        self._dead = False
        self._styles: dict[tuple[str, ...], Style] = {}

    @property
    def canvas(self) -> Canvas:
        """The room that there is."""
        return Canvas(self.size.width, self._ascii)

    def renew(self) -> None:
        """Draw again; only where it looks different is anything sent to the terminal."""
        if self.size.width > 0:
            lines = self._draw(self.canvas, self.size.height)
            if lines != self._shown:
                self._shown = lines
                self.refresh()

    def hatch(self, dead: bool) -> None:
        """Cross out what cannot be relied on."""
        if dead != self._dead:
            self._dead = dead
            self.refresh()

    def on_resize(self) -> None:
        """Another size, another drawing."""
        self.renew()

    def notify_style_update(self) -> None:
        """Other colours."""
        self._styles = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Drawn:
        """Textual's hook."""
        pieces = self._shown[y] if y < len(self._shown) else []
        over = self.over(y)
        if self._dead:
            pieces = [(hatched(text, ascii_only=self._ascii), part) for text, part in pieces]
        strip = Drawn([Segment(text, self._style(part, *over)) for text, part in pieces])
        return strip.adjust_cell_length(self.size.width, self._style("plain", *over))

    def over(self, y: int) -> tuple[str, ...]:
        """Looks laid over a whole line."""
        return ()

    def _style(self, *parts: str) -> Style:
        style = self._styles.get(parts)
        if style is None:
            names = [f"pane--{part}" for part in parts]
            style = self._styles[parts] = self.get_visual_style(*names).rich_style
        return style


class StripsPane(Pane, can_focus=True):
    """A heading, then one strip for each name, with a cursor that stays on its name. ``names`` gives all names."""

    class Moved(Event):
        """The cursor stands on another strip."""

    class Chosen(Event):
        """Somebody wants to see what is behind a strip."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(
        self, draw: Callable[[Canvas, int], list[Line]], *, ascii_only: bool = False, id: str | None = None
    ) -> None:
        super().__init__(draw, ascii_only=ascii_only, id=id)
        self.names: Sequence[str] = ()
        self.first = 0
        self.name_selected: str | None = None

    @property
    def room(self) -> int:
        """How many strips fit."""
        return max(1, self.size.height - 1)

    @property
    def cursor(self) -> int:
        """Where the selected name stands; the first where it is gone."""
        return self.names.index(self.name_selected) if self.name_selected in self.names else 0

    def put_names(self, names: Sequence[str]) -> None:
        """What there is, in order; the selection stays on its name."""
        self.names = names
        if self.name_selected not in names:
            self.name_selected = names[min(self.first, len(names) - 1)] if names else None
        self._bring_into_view()

    def press(self, key: str) -> bool:
        """Arrows and page keys move, Enter chooses."""
        steps = {"down": 1, "up": -1, "pagedown": self.room, "pageup": -self.room, "home": -(10**6), "end": 10**6}
        if key == "enter" and self.name_selected is not None:
            self.post_message(self.Chosen(self.name_selected))
            return True
        if key not in steps or not self.names:
            return False
        self._go(self.cursor + steps[key])
        return True

    def on_click(self, event: events.Click) -> None:
        """A click selects, a click on the selected one chooses."""
        event.stop()
        place = self.first + event.y - 1
        if event.y < 1 or place >= len(self.names):
            return
        if place == self.cursor:
            self.press("enter")
        else:
            self._go(place)

    def over(self, y: int) -> tuple[str, ...]:
        """The cursor's line."""
        return ("selected",) if y and self.names and self.first + y - 1 == self.cursor else ()

    def _go(self, place: int) -> None:
        self.name_selected = self.names[max(0, min(place, len(self.names) - 1))]
        self._bring_into_view()
        self.renew()
        self.refresh()
        self.post_message(self.Moved())

    def _bring_into_view(self) -> None:
        cursor = self.cursor
        self.first = max(0, min(self.first, cursor, max(0, len(self.names) - self.room)))
        if cursor >= self.first + self.room:
            self.first = cursor - self.room + 1
