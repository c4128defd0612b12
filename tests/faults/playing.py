"""Playing pieces of the matrix, in this process or in another one."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import NamedTuple

from tests.faults import registry
from tests.faults.trace import Tally


class Piece(NamedTuple):
    """Some runs of one row."""

    row: str
    seeds: range


class Played(NamedTuple):
    """What became of a piece: the sum, and the words of each bad run by its seed."""

    row: str
    runs: int
    tally: Tally
    bad: list[tuple[int, tuple[str, ...]]]


def play(piece: Piece) -> Played:
    """Play ``piece`` in this process."""
    row = next(row for row in registry.rows() if row.name == piece.row)
    total, bad = Tally(), []
    for seed in piece.seeds:
        tally = row.run(seed)
        total = total.plus(tally._replace(words=()))
        if not tally.good:
            bad.append((seed, tally.words))
    return Played(piece.row, len(piece.seeds), total, bad)


def begin(place: Path) -> None:
    """A process that only plays: what is imported stays, and httpx need not look for trio at every request."""
    registry.place = place
    registry.rows()
    sys.modules.setdefault("trio", None)  # type: ignore[arg-type]
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
