"""Picking from a long list by typing a part of the name; a list of thousands is searched by the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.timer import Timer

from tui.form.editor import LineEditor
from tui.i18n import _, say
from tui.model.errors import TaskError
from tui.model.system import Page
from tui.ui.screens.pick import Option, PickDialog
from tui.ui.screens.search import PAUSE_SECONDS
from tui.ui.text import clean
from tui.ui.widgets.list_find import folded, sought
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.screens.type_ahead import TypeAhead

Ask = Callable[[str], Awaitable[Page]]


class FindDialog(PickDialog):
    """A long list: what is typed narrows it. Digits pick as long as nothing is typed.

    ``ask`` is given where ``options`` are not all there are: the server then looks for what is typed. Enter waits
    for its answer, and with it every key that follows, so that a fast hand never picks another thing than a slow
    one. ``ahead`` keeps those keys.
    """

    def __init__(
        self, title: str, options: Sequence[Option], *, ask: Ask | None = None, ahead: TypeAhead | None = None
    ) -> None:
        super().__init__(title, options)
        self._all = list(options)
        self._labels = {option.value: option.label for option in options}
        self._typed = LineEditor()
        self._ask = ask
        self._ahead = ahead
        self._pause: Timer | None = None
        self._searching = False
        self._ticket: object = None

    def label_of(self, value: str) -> str:
        """What a row is called, also one that the server found."""
        return self._labels.get(value, value)

    def keys(self) -> list[tuple[str, str]]:
        """Typing, beside what every list knows."""
        return [("A … Z", _("type a part of the name: only what has it is shown")), *super().keys()]

    def head(self) -> list[Content]:
        """What is typed so far."""
        if not self._typed.text:
            return [Content.styled(_("Type a part of the name, or pick a number."), "$calm")]
        searching = Content.styled("  " + _("searching …"), "$calm") if self._searching else Content("")
        return [Content.assemble((_("Find") + " ", "bold"), (clean(self._typed.text), "bold"), "▁", searching)]

    def renew(self, options: Sequence[Option]) -> None:
        """Other rows to look among; the cursor stays on its own where it is still found."""
        meant = self.options[self.cursor].value if self.options else ""
        self._all = list(options)
        self._labels = {option.value: option.label for option in options}
        self._narrow()
        self.cursor = next((place for place, option in enumerate(self.options) if option.value == meant), 0)
        self.draw()

    def press(self, key: str, char: str | None) -> bool:
        """While Enter waits for the server, keys wait behind it."""
        if self._ticket is not None and self._ahead is not None and self._ahead.active:
            self._ahead.key(key, char)
            return True
        return super().press(key, char)

    def key(self, key: str, char: str | None) -> bool:
        """Letters narrow, Enter picks."""
        if key == "enter" and self._searching:
            self._wait()
            return True
        if self._typed.text or not (char is not None and char.isdigit()):
            before = self._typed.text
            if (char is not None or key in ("backspace", "ctrl+u")) and self._typed.press(key, char):
                if self._typed.text != before:
                    self._narrow()
                return True
        return super().key(key, char)

    def paste(self, text: str) -> None:
        """A pasted or scanned name narrows too."""
        if self._ticket is not None and self._ahead is not None and self._ahead.active:
            self._ahead.paste(text)
            return
        self._typed.insert(clean(text))
        self._narrow()

    def _narrow(self) -> None:
        tokens = folded(self._typed.text).split()
        named = [one for one in self._all if _has(one.label, tokens)]
        self.options = named + [
            one for one in self._all if one not in named and _has(f"{one.label} {one.detail}", tokens)
        ]
        self.cursor = 0
        if self._pause is not None:
            self._pause.stop()
        self._searching = self._ask is not None and bool(tokens)
        if self._searching:
            self._pause = self.set_timer(PAUSE_SECONDS, self._look)
        self.complain("" if self.options or self._searching else _("Nothing has this name."))
        self.draw()

    # -- the server's part --------------------------------------------------------------------------------

    def _look(self) -> None:
        ask, query = self._ask, self._typed.text
        if ask is None:
            return

        async def read() -> None:
            try:
                page = await ask(query)
            except TaskError as error:
                if query == self._typed.text:
                    self._found(None, clean(f"{say(error.reason)} {say(error.help)}"))
                return
            if query == self._typed.text:
                self._found(page, "" if page.complete else _("There are more: type more of the name."))

        start(self.app, read, group="find", exclusive=True)

    def _found(self, page: Page | None, words: str) -> None:
        self._searching = False
        if page is not None:
            shown = self.options[self.cursor].value if self.options and self.cursor else None
            self.options = [Option(choice.value, choice.label) for choice in page.choices]
            self._labels |= {choice.value: choice.label for choice in page.choices}
            places = [place for place, option in enumerate(self.options) if option.value == shown]
            self.cursor = places[0] if places else 0
            words = words or ("" if self.options else _("Nothing has this name."))
        self.complain(words)
        self.draw()
        self._go_on()

    def _wait(self) -> None:
        if self._ahead is not None:
            self._ticket = self._ahead.begin(self._stop_waiting)

    def _stop_waiting(self) -> None:
        self._ticket = None

    def _go_on(self) -> None:
        """Enter was pressed before the answer was there: now it counts."""
        ticket, self._ticket = self._ticket, None
        if ticket is None or self._ahead is None:
            return
        if self.options:
            self._pick()
            self._ahead.replay(ticket)
        else:
            self._ahead.drop(ticket)


def _has(text: str, tokens: Sequence[str]) -> bool:
    found = sought(text)
    return all(token in found for token in tokens)
