"""How often a list is asked for: as often as the profile says, and more often while something happens."""

from __future__ import annotations

LIVELY = 3.0
"""So many times as often while rows change."""

SHORTEST = 1.0
"""Seconds; what the profile asks for may be shorter than nothing is made to be."""

SETTLED_AFTER = 3
"""Answers without a change after which nothing happens any more."""

CAREFUL = 20
"""Answers for which a server that told us to wait is asked no more often than the profile says."""


class Pace:
    """Counts what the answers brought. ``interval`` is the profile's, in seconds."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self._lively = 0
        self._careful = 0

    def answered(self, *, changed: bool) -> None:
        """An answer came; whether another hand than ours changed something in it."""
        self._lively = SETTLED_AFTER if changed else max(0, self._lively - 1)
        self._careful = max(0, self._careful - 1)

    def throttled(self) -> None:
        """The server asked us to wait."""
        self._lively, self._careful = 0, CAREFUL

    def pause(self, took: float) -> float:
        """Seconds until the next question, when the last one ``took`` so many: a server that needs long for an
        answer is not asked all the time."""
        pause = self.interval
        if self._lively and not self._careful:
            pause = min(pause, max(SHORTEST, pause / LIVELY))
        return max(pause, took)
