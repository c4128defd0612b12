"""When Python looks for garbage: seldom, and never through what lives as long as the application."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 25_000, 10, 20
"""Python's own 700 means several collections for every key; each costs more the longer the list is."""


def calm_collector() -> None:
    """Leave alone what was made until now, and look through the rest seldom. Call it after the first frame."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.enable()
