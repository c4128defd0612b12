"""What the server works on for minutes: a sign in its row, a sentence in its head, and a look at it meanwhile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.timer import Timer

from tui.i18n import _, say
from tui.model.action import Action
from tui.model.errors import TaskError
from tui.model.execution import Key
from tui.ui.moments import clock_text
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.screens.seat import Seat

BEAT_SECONDS = 0.5
LOOK_BEATS = 6
"""So many beats after a look comes the next: three seconds (the system's documentation asks for no more)."""

_SIGNS, _ASCII = "⠋⠙⠸⠴⠦⠇", "|/-\\"


class Work(NamedTuple):
    """One long request. ``since`` is wall time, to read."""

    label: str
    since: str


class Running:
    """The long requests of one bench that are under way. Only while there are any is there a beat."""

    def __init__(self, screen: Seat) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._works: dict[Key, Work] = {}
        self._beat = 0
        self._timer: Timer | None = None

    def __bool__(self) -> bool:
        return bool(self._works)

    def words(self, key: Key) -> str:
        """How it stands with ``key``, in a sentence; "" where nothing is under way."""
        work = self._works.get(key)
        if work is None:
            return ""
        if self._bench.in_doubt(key):
            return _("since {time}: outcome unknown, checking ({action})", action=work.label, time=work.since)
        return _("since {time}: the server works on it ({action})", action=work.label, time=work.since)

    def begin(self, key: Key | None, action: Action) -> None:
        """The answer may take minutes: row and pane say so, and the keys are free. ``None``: it takes no time."""
        if key is None:
            return
        since = clock_text(self._bench.clock(), self._screen.zone, seconds=True)
        self._works[key] = Work(say(action.label), since)
        self._show()
        self._screen.announce(
            _("{action}: this may take minutes. Other work can go on.", action=say(action.label))
        )
        if self._timer is None:
            self._timer = self._screen.set_interval(BEAT_SECONDS, self._tick)

    def end(self, key: Key | None) -> None:
        """There is an answer, or none will come any more."""
        if key is None:
            return
        if self._works.pop(key, None) is not None and self._here and self._screen.detail.key == key:
            self._screen.detail.say_saved("")
        if not self._works and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._show()
        self._bench.live.refresh()

    @property
    def _here(self) -> bool:
        """Whether this bench is still the one on the screen."""
        return self._screen.bench is self._bench

    def _tick(self) -> None:
        self._beat += 1
        self._show()
        if self._beat % LOOK_BEATS == 0:
            for number, key in enumerate(self._works):
                start(self._screen.app, partial(self._look, key), group=f"look {number}", exclusive=True)

    def _show(self) -> None:
        if not self._here:
            return
        signs = _ASCII if self._screen.shop.settings.ascii else _SIGNS
        sign = signs[self._beat % len(signs)]
        self._screen.list.set_busy(dict.fromkeys(self._works, sign))
        if self._screen.follower.at_work != len(self._works):
            self._screen.follower.at_work = len(self._works)
            self._screen.follower.say_status()
        key = self._screen.detail.key
        if key is not None and key in self._works:
            self._screen.detail.say_saved(self.words(key))

    async def _look(self, key: Key) -> None:
        try:
            record = await self._bench.records.load(key)
        except TaskError:
            return  # the line is told about by the list; the next look may see more
        if record.listed:
            self._bench.live.apply(record.execution)
