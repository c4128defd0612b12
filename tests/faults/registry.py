"""The rows of the fault matrix, wherever they are written.

A module named ``rows_*.py`` in this folder or below holds a tuple ``ROWS``; that is all that is needed to take
part. What needs a real process or a real terminal is a row like every other: ``run`` gets a seed and answers a
``Tally``.
"""

from __future__ import annotations

import atexit
import pkgutil
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from tests.faults import ground
from tests.faults.ground import Repeated
from tests.faults.stage import Scenario, Stage
from tests.faults.trace import Tally


class Row(NamedTuple):
    """One fault. ``run`` plays one run of a seed, and says nothing of real time.

    ``bounded`` runs belong to the selection that everybody runs, ``full`` ones to all of it. ``apart``: a run
    takes long, and each gets a place in the queue of its own.
    """

    name: str
    fault: str
    run: Callable[[int], Tally]
    bounded: int
    full: int
    apart: bool = False


def rows() -> list[Row]:
    """All rows in the order of their numbers."""
    import tests.faults as here

    found = [
        row
        for module in pkgutil.walk_packages(here.__path__, f"{here.__name__}.")
        if module.name.rpartition(".")[2].startswith("rows_")
        for row in import_module(module.name).ROWS
    ]
    return sorted(found, key=_place)


def _place(row: Row) -> tuple[int, str]:
    digits = "".join(char for char in row.name if char.isdigit())
    return int(digits or 0), row.name


place: Path | None = None
"""Where the stages of this process put their files; ``None``: wherever there is room."""


_stages: list[Stage] = []


@cache
def stage(start: datetime = ground.START, repeated: tuple[Repeated, ...] = ()) -> Stage:
    """The stage of this process for that moment and those rules."""
    made = Stage(place, start=start, repeated=repeated)
    _stages.append(made)
    return made


def close() -> None:
    """Give back what this process has built."""
    stage.cache_clear()
    while _stages:
        _stages.pop().close()


atexit.register(close)


def played(scenario: Scenario) -> Callable[[int], Tally]:
    """A row's ``run`` for what happens on the wire."""

    def run(seed: int) -> Tally:
        return stage().play(scenario, seed)

    return run
