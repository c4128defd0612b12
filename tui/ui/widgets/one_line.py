"""Lines of fixed height that repaint only when what they say has changed."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message as Event
from textual.widgets import Static

from tui.ui.text import cells, cut
from tui.ui.widgets.painted import Painted


class OneLine(Painted):
    """A widget of one row; ``show`` repaints it only when the content differs."""

    DEFAULT_CSS = "OneLine { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._content = Content("")

    def show(self, content: Content) -> None:
        """Put ``content`` on the line."""
        if not content.is_same(self._content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """Textual's hook."""
        return self._content


class Words(Painted, Static):
    """A text of several lines that stands beside what is typed in."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One entry of a key bar: the key as written, what it does, and the command that a click runs."""

    key: str
    label: str
    command: str
    enabled: bool = True


class KeyBar(OneLine):
    """What the keys do here and now, most useful first, as many as fit."""

    DEFAULT_CSS = "KeyBar { background: $panel; color: $foreground; }"

    class Clicked(Event):
        """A hint was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hints: tuple[Hint, ...] = ()
        self._places: list[tuple[int, int, str]] = []

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What is offered now."""
        return self._hints

    def offer(self, hints: tuple[Hint, ...]) -> None:
        """Show ``hints`` in this order."""
        if hints != self._hints:
            self._hints = hints
            self._draw()

    def on_resize(self) -> None:
        """Another width shows another number of hints."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        parts: list[tuple[str, str]] = []
        self._places = []
        x = 0
        for hint in self._hints:
            label = f" {hint.label}" if hint.key else hint.label
            need = cells(hint.key) + cells(label) + 2
            if x + need > width:
                if x or width <= 0:
                    continue
                label = cut(label, max(0, width - cells(hint.key) - 2))
            style = "bold" if hint.enabled else "dim"
            parts += [(f" {hint.key}", style), (label, "" if hint.enabled else "dim"), (" ", "")]
            self._places.append((x, x + need, hint.command))
            x += need
        self.show(Content.assemble(*parts) if parts else Content(""))

    def on_click(self, event: events.Click) -> None:
        """The mouse runs what the key would run."""
        for start, end, command in self._places:
            if start <= event.x < end:
                event.stop()
                self.post_message(self.Clicked(command))
                return
