"""Sentences that go by themselves: one at a time, and never over the field that is being answered."""

from __future__ import annotations

from time import monotonic
from typing import Any

from textual.screen import Screen

from tui.i18n import say
from tui.model.message import Message
from tui.ui.text import clean, cut, wrap

GOOD_SECONDS, BAD_SECONDS = 3.0, 6.0
"""How long a sentence stays; a good one never takes the place of a bad one."""

CSS = """
MainScreen ToastRack { max-height: 9; }
MainScreen ToastHolder { align-horizontal: left; }
MainScreen ToastRack.-listing ToastHolder { align-horizontal: right; }
MainScreen Toast { width: 42%; max-width: 42%; padding: 0 1; margin: 0; }
MainScreen ToastRack.-listing Toast { width: 58%; max-width: 58%; }
MainScreen.-narrow ToastRack { dock: top; align: right top; max-height: 6; }
MainScreen.-narrow Toast { width: 100%; max-width: 100%; }
MainScreen.-narrow ToastRack.-listing Toast { width: 100%; max-width: 100%; }
"""
"""Beside each other they stand over the pane that has not the keys, else above the form."""
_BORDERS = 5


class Announcer:
    """Says sentences on one screen; ``narrow``: below so many columns there is one pane."""

    def __init__(self, screen: Screen[Any], narrow: int) -> None:
        self._screen = screen
        self._narrow = narrow
        self._warned_until = 0.0

    def announce(self, message: Message | str, *, bad: bool = False) -> None:
        """Show ``message`` for a while; ``bad``: longer, and until then no good one replaces it."""
        screen = self._screen
        text = self._shortened(clean(message if isinstance(message, str) else say(message), lines=True))
        if bad or monotonic() > self._warned_until:
            # In line behind those that are told already, which are not on the screen yet.
            screen.app.call_later(screen.app.clear_notifications)
        if bad:
            self._warned_until = monotonic() + BAD_SECONDS
        screen.notify(
            text,
            severity="error" if bad else "information",
            markup=False,
            timeout=BAD_SECONDS if bad else GOOD_SECONDS,
        )

    def stand_aside(self, *, listing: bool) -> None:
        """Where the sentences may stand; ``listing``: the list has the keys."""
        self._screen.query("ToastRack").set_class(listing, "-listing")

    def _shortened(self, text: str) -> str:
        columns = self._screen.app.size.width
        narrow = columns < self._narrow
        width, most = (columns if narrow else columns * 42 // 100) - _BORDERS, 4 if narrow else 7
        lines = [line for part in text.split("\n") for line in wrap(part, max(10, width))]
        if len(lines) <= most:
            return text
        return "\n".join([*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width)])
