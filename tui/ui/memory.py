"""When Python looks for garbage: in small steps while somebody types, and thoroughly when nobody does.

A thorough look stops everything for a tenth of a second where a list is long. What it would find is little:
nearly everything goes by itself when the last one lets go of it.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

YOUNG, MIDDLE = 5_000, 2
"""A step of either kind takes a few milliseconds at most, however long the list is."""
NEVER = 1 << 30
"""By itself no step becomes a thorough look."""
REST_SECONDS = 20.0
"""Without a key for so long, nobody notices a thorough look."""
STEPS = 20
"""Middle steps after which it is worth while."""
LOOK_SECONDS = 5.0
"""So often it is asked whether to look."""
FEW_STEPS, FEW_THINGS = 2, 50_000
"""After so many steps what was made since the last thorough look is looked through, where it is so little that it
takes a few milliseconds: what forms leave behind may not wait for a rest that a busy shift does not have."""
MANY_THINGS, GROWN = 300_000, 1.25
"""Where it is more, but not that many, only once it has grown so: what is alive may be more than a few, and what a
busy shift leaves behind beside it would never be found."""
MOST_STEPS = 2_000
"""After so many it is done whoever types: a list that is never at rest may not fill the memory."""


def calm_collector() -> None:
    """Leave alone what was made until now, and look through the rest in small steps."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)
    gc.enable()


class Calm:
    """Chooses the moments of thorough looks: tell it of each key (:meth:`touch`), and :meth:`look` now and then.

    ``clock`` gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._touched = clock()
        self._seen = self._seen_young = _middle_steps()
        self._alive = 0
        """What the last look at what is young has left."""

    def touch(self) -> None:
        """Somebody is at the keys."""
        self._touched = self._clock()

    def look(self) -> None:
        """Look through everything if it is worth while and nobody types, else through what is young and little."""
        now = _middle_steps()
        steps = now - self._seen
        quiet = self._clock() - self._touched >= REST_SECONDS
        if steps >= MOST_STEPS or (quiet and steps >= STEPS):
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._seen = self._seen_young = now
            self._alive = 0
        elif quiet or now - self._seen_young < FEW_STEPS:
            return  # where nobody types nothing is left behind that could not wait for the thorough look
        else:
            things = _young_things()
            if things <= FEW_THINGS or self._alive * GROWN <= things <= MANY_THINGS:
                gc.collect()
                self._seen_young, self._alive = now, _young_things()


def _young_things() -> int:
    return len(gc.get_objects(generation=2))


def _middle_steps() -> int:
    return int(gc.get_stats()[1]["collections"])
