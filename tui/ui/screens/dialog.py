"""What every dialog shares: strict key order, one way out, and no key that opens and confirms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from textual.app import App, ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from tui.form.problem import Problem
from tui.i18n import say
from tui.ui.text import content
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint, KeyBar

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A box with a title, text that can be scrolled, and a key bar. ``press`` gets every key, in order."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal")]  # noqa: RUF012 - Textual declares it so
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #box { width: 90%; max-width: 76; height: auto; max-height: 100%; background: $surface;
        border: round $primary; padding: 0 1; }
    Dialog.-narrow > #box { width: 100%; border: none; border-top: solid $primary; }
    Dialog #dialog-title { text-style: bold; color: $accent; height: auto; }
    Dialog #dialog-scroll { height: auto; max-height: 75vh; scrollbar-size-vertical: 1; }
    Dialog #dialog-text { height: auto; }
    Dialog #dialog-problem { height: auto; color: $error; display: none; }
    Dialog #dialog-problem.-shown { display: block; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._heading = content(title)
        self._at = 0
        self._then: Callable[[Result | None], None] | None = None
        self.text = Static(id="dialog-text", markup=False)
        self.scroll = VerticalScroll(self.text, id="dialog-scroll", can_focus=False)
        self._problem = Static(id="dialog-problem", markup=False)
        self.bar = KeyBar(id="dialog-keys")

    def open(self, app: App[Any], then: Callable[[Result | None], None] | None = None) -> None:
        """Stand before the present screen; ``then`` gets the result in the moment of the closing key."""
        self._then = then
        app.push_screen(self)

    def close(self, result: Result | None) -> None:
        """Go away and hand over the result at once, so that the next key meets what comes of it.

        Textual would call back through a queue, behind keys of the same burst. A second close does nothing.
        """
        if self.app.screen is not self:
            return
        then, self._then = self._then, None
        self.dismiss()
        if then is not None:
            then(result)

    def body(self) -> list[Widget]:
        """What stands between the title and the key bar."""
        return [self.scroll]

    def compose(self) -> ComposeResult:
        """Textual's hook."""
        with Vertical(id="box"):
            yield Static(self._heading, id="dialog-title", markup=False)
            yield from self.body()
            yield self._problem
            yield self.bar

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.bar.offer(self.hints())
        self.draw()

    def on_resize(self) -> None:
        """What fits depends on the width."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Fill ``text``; called when shown and after each change."""

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return ()

    def complain(self, words: str) -> None:
        """Say in the dialog what is wrong; empty words take it back."""
        self._problem.update(content(words))
        self._problem.set_class(bool(words), "-shown")

    def stopped_by(self, problems: Mapping[str, Problem], form: FormView) -> bool:
        """Whether something is wrong with the answers; then the cursor goes to the first, and it is said."""
        for name, problem in problems.items():
            form.focus_field(name)
            self.complain(say(problem.message))
            return True
        return False

    def put(self, lines: Content) -> None:
        """Show ``lines`` as the text."""
        self.text.update(lines)

    # -- keys ---------------------------------------------------------------------------------------------

    def press(self, key: str, char: str | None) -> bool:
        """Every dialog eats every key, so that none reaches what lies below."""
        if key in ("f3", "escape"):
            self.cancel()
        elif not self.key(key, char):
            self._scroll_by(key)
        return True

    def key(self, key: str, char: str | None) -> bool:
        """A dialog's own keys; ``False`` for a key that it does not know."""
        return False

    def paste(self, text: str) -> None:
        """Text that arrived as one piece; most dialogs have no place for it."""

    def cancel(self) -> None:
        """F3: nothing happens."""
        self.close(None)

    def _scroll_by(self, key: str) -> None:
        page, last = max(1, self.scroll.size.height - 1), self.scroll.max_scroll_y
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -last, "end": last}
        if key in steps:
            # Counted here: several keys may come before the first of them has scrolled.
            self._at = max(0, min(last, self._at + steps[key]))
            self.scroll.scroll_to(y=self._at, animate=False)

    def on_key_bar_clicked(self, event: KeyBar.Clicked) -> None:
        """The mouse on the key bar presses the key."""
        event.stop()
        self.press(event.command, None)
