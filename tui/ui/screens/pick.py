"""A numbered list to pick from: the menu, accounts, days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Region

from tui.i18n import _
from tui.ui.screens.dialog import Dialog
from tui.ui.text import cells, clean, cut, fit
from tui.ui.widgets.one_line import Hint

NUMBERED = 9


@dataclass(frozen=True, slots=True)
class Option:
    """One row: what it returns, what it is called, what more there is to say, and its key elsewhere."""

    value: str
    label: str
    detail: str = ""
    enabled: bool = True
    key: str = ""


class PickDialog(Dialog[str | None]):
    """Digits pick at once, arrows and Enter as well. A row that may not be picked says why."""

    def __init__(self, title: str, options: Sequence[Option]) -> None:
        super().__init__(title)
        self.options = list(options)
        self.cursor = 0

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("Enter", _("pick"), "enter"), Hint("F3", _("back"), "f3"))

    def explain(self) -> list[str]:
        """The row with the cursor in full: it may be too short for it in the list."""
        if not self.options:
            return []
        option = self.options[self.cursor]
        return [clean(words) for words in (option.label, option.detail) if words]

    def keys(self) -> list[tuple[str, str]]:
        """What moves the cursor, and what picks at once."""
        return [("1 … 9", _("pick the numbered row at once")), ("↑ ↓", _("other rows"))]

    def renew(self, options: Sequence[Option]) -> None:
        """Other rows; the cursor stays on its own, or where it stood."""
        meant = self.options[self.cursor].value if self.options else ""
        self.options = list(options)
        places = [place for place, option in enumerate(self.options) if option.value == meant]
        self.cursor = places[0] if places else min(self.cursor, max(0, len(self.options) - 1))
        self.draw()

    def draw(self) -> None:
        """All rows, the one with the cursor marked without colour."""
        width = self.width
        label_width = max((cells(clean(option.label)) for option in self.options), default=0)
        alone = not any(option.detail or option.key for option in self.options)
        label_width = min(label_width, width - 4 if alone else max(12, width // 2))
        rows: list[Content] = []
        for index, option in enumerate(self.options):
            number = str(index + 1) if index < NUMBERED else " "
            mark = "▌" if index == self.cursor else " "
            label = _both_ends(clean(option.label), label_width) if alone else clean(option.label)
            head = f"{mark}{number} {fit(label, label_width)} "
            tail = cut(clean(option.detail), max(0, width - cells(head) - len(option.key) - 1))
            key = f" {option.key}" if option.key else ""
            gap = " " * max(0, width - cells(head) - cells(tail) - cells(key))
            style = "bold" if index == self.cursor else ""
            if not option.enabled:
                style = "dim"
            row = Content.assemble((head, style), (tail, "$calm"), gap, (key, "$calm"))
            rows.append(row.stylize("on $cursor") if index == self.cursor else row)
        above = self.head()
        self.put(Content("\n").join([*above, *rows]))
        self.scroll.scroll_to_region(Region(0, self.cursor + len(above), 1, 1), animate=False, force=True)

    def head(self) -> list[Content]:
        """Lines above the rows."""
        return []

    def key(self, key: str, char: str | None) -> bool:
        """Digits and arrows."""
        if char is not None and char.isdigit() and char != "0" and int(char) <= min(NUMBERED, len(self.options)):
            self.cursor = int(char) - 1
            self._pick()
        elif key in ("enter", "f10"):
            self._pick()
        elif (step := self._step(key)) is not None:
            self.cursor = max(0, min(len(self.options) - 1, self.cursor + step))
            self.complain("")
            self.draw()
        else:
            return False
        return True

    def _step(self, key: str) -> int | None:
        """How far a key moves the cursor: what is picked is what is seen."""
        page, last = max(1, self.scroll.size.height - 1), len(self.options)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -last, "end": last}
        return steps.get(key)

    def on_click(self, event: object) -> None:
        """A click on a row picks it."""
        y = getattr(event, "screen_y", -1)
        region = self.text.region
        if region.contains(getattr(event, "screen_x", -1), y):
            index = y - region.y - len(self.head())
            if 0 <= index < len(self.options):
                self.cursor = index
                self._pick()

    def _pick(self) -> None:
        if not self.options:
            return
        option = self.options[self.cursor]
        if not option.enabled:
            self.draw()
            self.complain(option.detail)
            return
        self.picked(option.value)

    def picked(self, value: str) -> None:
        """A row was picked: the dialog goes away with its value."""
        self.close(value)


def _both_ends(text: str, width: int) -> str:
    """``text`` cut in its middle: names in a long list often differ at the end alone."""
    if cells(text) <= width or width < 12:
        return text
    head = width * 2 // 5
    tail = text
    while cells(tail) > width - head - 1:
        tail = tail[1:]
    return cut(text, head + 1) + tail
