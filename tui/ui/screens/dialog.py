"""What every dialog shares: strict key order, one way out, no key that opens and confirms; and dialogs to read, of
which the help of each is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from textual.app import App, ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from tui.form.state import FormState
from tui.i18n import _, say
from tui.ui.text import content, fit, wrap
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint, KeyBar, OneLine

Result = TypeVar("Result")
NORMAL = 60
"""From this width on a dialog is a box with a border; below it takes the whole width."""
KEY_WIDTH = 10
"""Columns of the keys beside which their help stands."""


class Dialog(ModalScreen[Result]):
    """A box with a title, text that can be scrolled, and a key bar. ``press`` gets every key, in order."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NORMAL, "-normal")]  # noqa: RUF012 - Textual declares it so
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #box { width: 90%; max-width: 76; height: auto; max-height: 100%; background: $surface;
        border: round $primary; padding: 0 1; }
    Dialog.-narrow > #box { width: 100%; border: none; border-top: solid $primary; }
    Dialog ToastRack { dock: top; align: right top; max-height: 4; }
    Dialog Toast { padding: 0 1; margin: 0; }
    Dialog.-narrow Toast { width: 100%; max-width: 100%; }
    Dialog #dialog-title { text-style: bold; color: $accent; height: auto; }
    Dialog #dialog-scroll { height: 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Dialog FormView { height: 1; }
    Dialog #dialog-text { height: auto; }
    Dialog #dialog-more { color: $calm; display: none; }
    Dialog #dialog-problem { height: auto; color: $error; display: none; }
    Dialog #dialog-problem.-shown { display: block; }
    """

    FORM_ROWS = 14
    """What a form in the dialog may take at most, where there is text beside it."""

    form: FormView | None = None
    """The form of a dialog that asks for something."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._heading = content(title, lines=True)
        self._shown = self._complaint = Content("")
        self._at = 0
        self._then: Callable[[Result | None], None] | None = None
        self.text = Static(id="dialog-text", markup=False)
        self.scroll = VerticalScroll(self.text, id="dialog-scroll", can_focus=False)
        self._more = OneLine(id="dialog-more")
        self._needed = 0
        self._problem = Static(id="dialog-problem", markup=False)
        self.bar = KeyBar(id="dialog-keys")

    def open(self, app: App[Any], then: Callable[[Result | None], None] | None = None) -> None:
        """Stand before the present screen; ``then`` gets the result in the moment of the closing key."""
        self._then = then
        # A message that is still shown moves to the dialog: it would stand on the screen twice.
        app.screen.query("ToastHolder").remove()
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
            for part in self.body():
                yield part
                if part is self.scroll:
                    yield self._more
            yield self._problem
            yield self.bar

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.bar.offer(self.hints())
        self.draw()
        self.watch(self.scroll, "scroll_y", self._say_more, init=False)
        if self.form is not None:
            self.watch(self.form, "virtual_size", self.fit, init=False)

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
        self._complaint = content(words)
        self._problem.update(self._complaint)
        self._problem.set_class(bool(words), "-shown")
        self.fit()

    # -- room ---------------------------------------------------------------------------------------------

    @property
    def width(self) -> int:
        """Columns of the text; one more is kept for a scroll bar, so that nothing moves when it comes."""
        columns = self.app.size.width
        return max(20, (min(76, columns * 9 // 10) - 4 if columns >= NORMAL else columns - 2) - 1)

    def fit(self) -> None:
        """Share the rows between text and form, so that the key bar is always in sight."""
        rows = self.app.size.height - (2 if self.app.size.width >= NORMAL else 1) - 1 - self.more_rows()
        rows -= self._heading.get_height({}, self.width + 1)
        if self._complaint.plain:
            rows -= self._complaint.get_height({}, self.width + 1)
        needed = self._shown.get_height({}, self.width) if self._shown.plain else 0
        if self.form is not None and self.form.display:
            wanted = min((self.form.virtual_size.height or 2) + self.form.gutter.height, self.FORM_ROWS)
            taken = max(1, min(wanted, rows - min(needed, max(1, rows // 3))))
            self.form.styles.height = taken
            rows -= taken
        self._needed, cut_off = needed, needed > rows > 2
        self._more.display = cut_off
        self.scroll.styles.height = max(0, min(needed, rows - 1 if cut_off else rows))
        self._say_more()

    def _say_more(self) -> None:
        """How many rows lie below those in sight; a scroll bar alone is not seen on every terminal."""
        height = self.scroll.styles.height
        shown = int(height.value) if height is not None else 0
        below = self._needed - shown - int(self.scroll.scroll_target_y)
        self._more.show(content(_("↓ {n} more", n=below) if below > 0 else ""))

    def more_rows(self) -> int:
        """Rows of widgets that are neither text nor form nor complaint, with all margins."""
        return 0

    def stopped_by(self, state: FormState, form: FormView) -> bool:
        """Whether something is wrong with the answers; then the cursor goes to the first, and it is said.

        A preset that is on the screen and was not answered otherwise is what the person confirms.
        """
        for entry in state.shown:
            if entry.empty:
                entry.accept_offer()
        for name, problem in state.problems().items():
            form.focus_field(name)
            self.complain(say(problem.message))
            return True
        return False

    def put(self, lines: Content) -> None:
        """Show ``lines`` as the text."""
        self._shown = lines
        self.text.update(lines)
        self.fit()

    # -- keys ---------------------------------------------------------------------------------------------

    def press(self, key: str, char: str | None) -> bool:
        """Every dialog eats every key, so that none reaches what lies below."""
        if key in ("f3", "escape"):
            # What is open inside a field is closed first, as in the form of a task.
            if self.form is not None and self.form.feed(key, None):
                self.draw()
            else:
                self.cancel()
        elif key == "f1":
            self.help()
        elif not self.key(key, char):
            self._scroll_by(key)
        return True

    def key(self, key: str, char: str | None) -> bool:
        """A dialog's own keys; ``False`` for a key that it does not know."""
        return False

    def paste(self, text: str) -> None:
        """Text that arrived as one piece; most dialogs have no place for it, and say so."""
        self.complain(_("There is no text line here: nothing was pasted."))

    def help(self) -> None:
        """F1: what has the focus, in sentences, then every key with what it does."""
        hints = [(hint.key, hint.label) for hint in self.hints() if hint.key]
        DialogHelp(self.explain(), [*self.keys(), *hints]).open(self.app)

    def explain(self) -> list[str]:
        """What F1 says of the place with the focus, in sentences."""
        return []

    def keys(self) -> list[tuple[str, str]]:
        """Keys and what they do, of those that are not on the key bar."""
        return []

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


class TextDialog(Dialog[None]):
    """Sentences to read; Enter and F3 go back."""

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__(title)
        self._lines = lines

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("F3", _("back"), "f3"), Hint("↑↓", _("scroll"), "down"))

    def draw(self) -> None:
        """The sentences."""
        self.put(content("\n".join(self._lines), lines=True))

    def help(self) -> None:
        """F1: there is nothing to explain about a text, and all its keys are on the bar."""

    def key(self, key: str, char: str | None) -> bool:
        """Enter closes it too."""
        if key == "enter":
            self.close(None)
        return key == "enter"


class GoneOn(TextDialog):
    """What changed while somebody typed. Only F3 goes on: any other key was meant for what was there before."""

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("F3", _("show it"), "f3"),)

    def key(self, key: str, char: str | None) -> bool:
        """Nothing else is taken."""
        return True

    def paste(self, text: str) -> None:
        """Nor is that."""


class KeysDialog(TextDialog):
    """Keys and what they do, then sentences; longer lines go on under their beginning."""

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], words: Sequence[str]) -> None:
        super().__init__(title, words)
        self._rows = rows

    def draw(self) -> None:
        """The whole text."""
        parts = [hanging(keys, text, KEY_WIDTH, self.width) for keys, text in self._rows]
        for line in self._lines:
            parts += [Content(""), *map(content, wrap(line, self.width))]
        self.put(Content("\n").join(parts))


class DialogHelp(KeysDialog):
    """F1 in a dialog: sentences about what has the focus there, then its keys."""

    def __init__(self, words: Sequence[str], rows: Sequence[tuple[str, str]]) -> None:
        super().__init__(_("Help"), rows, words)

    def draw(self) -> None:
        """The whole text."""
        words = [content(row) for line in self._lines for row in wrap(line, self.width)]
        keys = [hanging(keys, text, KEY_WIDTH, self.width) for keys, text in self._rows]
        self.put(Content("\n").join([*words, *([Content("")] if words and keys else []), *keys]))


def hanging(keys: str, text: str, indent: int, width: int) -> Content:
    """``keys``, and beside them ``text``, whose further lines begin where its first does."""
    lines = wrap(text, width - indent) or [""]
    first = Content.assemble((fit(keys, indent), "bold"), lines[0])
    return Content("\n").join([first, *(Content(" " * indent + line) for line in lines[1:])])
