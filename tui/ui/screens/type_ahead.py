"""Keys typed while a record or a dialog is still on its way: kept in order, and handled when it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.i18n import plural
from tui.ui.workers import say_fault

if TYPE_CHECKING:
    from tui.ui.screens.seat import Seat

MOST = 10_000


class TypeAhead:
    """Holds every key, also those that open dialogs or lead back, so that a burst keeps its meaning.

    One thing is awaited at a time. Back with nothing typed, or back twice, gives it up; what was typed is then
    said to be lost.
    """

    def __init__(self, screen: Seat) -> None:
        self._screen = screen
        self._awaited: object = None
        self._give_up: Callable[[], None] | None = None
        self._held: list[tuple[str, str | None]] = []
        self._pasted: dict[int, str] = {}
        self._too_many = 0

    @property
    def active(self) -> bool:
        """Whether keys belong to something that is not there yet."""
        return self._awaited is not None

    def begin(self, give_up: Callable[[], None] | None) -> object:
        """From now on keys wait; the ticket that comes back ends it with ``replay`` or ``drop``.

        ``give_up`` is called when the person does not want to wait; ``None``: it comes at once, every key waits.
        """
        self.drop(self._awaited)
        self._awaited, self._give_up = object(), give_up
        return self._awaited

    def end(self) -> None:
        """Whatever was awaited is no longer wanted: something else was opened."""
        self.drop(self._awaited)

    def key(self, key: str, char: str | None) -> None:
        """Keep one key."""
        give_up = self._give_up
        back_before = any(self._is_back(held) for held, _char in self._held)
        if give_up is not None and self._is_back(key) and (back_before or not self._held):
            self.drop(self._awaited)
            give_up()
        else:
            self._hold(key, char)

    def paste(self, text: str) -> None:
        """Keep a paste in its place among the keys."""
        place = len(self._held)
        if self._hold("", None):
            self._pasted[place] = text

    def _hold(self, key: str, char: str | None) -> bool:
        if len(self._held) < MOST:
            self._held.append((key, char))
            return True
        self._too_many += 1
        return False

    def drop(self, awaited: object) -> None:
        """What ``awaited`` stands for does not come: say what was not taken."""
        if awaited is None or awaited is not self._awaited:
            return
        self._awaited = self._give_up = None
        self._say_lost(len(self._held))
        self._held.clear()
        self._pasted.clear()

    def _say_lost(self, lost: int = 0) -> None:
        lost, self._too_many = lost + self._too_many, 0
        if lost:
            self._screen.announce(plural("{n} key was not taken.", "{n} keys were not taken.", lost), bad=True)

    def replay(self, awaited: object) -> None:
        """It is there: let everything happen, each key on the screen that the one before left."""
        if awaited is None or awaited is not self._awaited:
            return
        self._awaited = self._give_up = None
        held, self._held = self._held, []
        pasted, self._pasted = self._pasted, {}
        self._say_lost()
        for place, (key, char) in enumerate(held):
            try:
                self._give(key, char, pasted.get(place))
            except Exception as error:
                # One key that goes wrong must not take those behind it along.
                say_fault(self._screen.app, error)

    def _give(self, key: str, char: str | None, text: str | None) -> None:
        screen = self._screen.app.screen
        handle = getattr(screen, "press" if text is None else "paste", None)
        if handle is None:
            return
        if text is None:
            handle(key, char)
        else:
            handle(text)

    def _is_back(self, key: str) -> bool:
        command = self._screen.keymap.find("form", key, None)
        return command is not None and command.id == "back"
