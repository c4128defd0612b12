"""``list``: 20,000 executions. Moving in the real application, and filling against a stock DataTable.

Moving is measured through the whole path: a key is written to the pty in which ``shiftdeck`` runs on a journal
that holds the rows (its server is not there), and the clock stops at the last byte of the paint that follows.
The baseline is a Textual application of the same terminal size whose only line changes with each key; the two
take turns. Filling is measured in two small applications, from the key to the last byte of the last frame.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.benchmarks.journals import PROFILE, Folder
from tests.benchmarks.pseudo import Pseudo, environment
from tests.benchmarks.result import Result, of_pairs, report
from tests.benchmarks.rows import executions

ROWS = 20_000
SIZE = (120, 40)
QUIET = 0.04
FILLS = 5
DOWN, UP, PAGE_DOWN, PAGE_UP, HOME, END = (f"\x1b[{code}".encode() for code in ("B", "A", "6~", "5~", "H", "F"))


def run() -> bool:
    """Measure and print; whether all targets are met."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        moving = _moving(home)
        filling = _filling(home)
    return report(f"{ROWS:,} executions, {SIZE[0]}x{SIZE[1]} pty", [*moving, *filling])


@contextmanager
def _subject(home: Path, *words: str) -> Iterator[Pseudo]:
    command = [sys.executable, "-m", "tests.benchmarks.subjects", *words]
    with Pseudo(command, environment(home), SIZE) as child:
        child.settle(1.5)
        yield child


def _moving(home: Path) -> list[Result]:
    folder = Folder(home)
    folder.fill(list(executions(ROWS, datetime.now(UTC), profile=PROFILE).values()))
    with _subject(home, "static") as line, Pseudo([sys.executable, "-m", "tui"], folder.environ, SIZE) as ours:
        ours.until(lambda text: "▌" in text)
        ours.settle(1.5)
        down = _turns(line, ours, [DOWN] * 14 + [UP] * 14, rounds=5)
        page = _turns(line, ours, [PAGE_DOWN] * 20 + [HOME], rounds=4)
        ours.press(END, QUIET)
        ours.press(HOME, QUIET)
        for _ in range(20):
            ours.press(DOWN, QUIET)
        edge = _turns(line, ours, [DOWN] * 60, rounds=1)
    against = "a one-line Static"
    scrolled = median(a / b for b, a in zip(*edge, strict=True))
    print(f"  (not judged) cursor down at the edge, where the window scrolls: {scrolled:.2f}x a one-line Static")
    return [
        of_pairs("cursor down, key to paint", down[1], down[0], 1.3, against),
        of_pairs("page down, key to paint", page[1], page[0], 4.0, against),
    ]


def _turns(line: Pseudo, ours: Pseudo, keys: list[bytes], rounds: int) -> tuple[list[float], list[float]]:
    """One key here, one key there; the milliseconds of each."""
    baseline, measured = [], []
    for _ in range(rounds):
        for key in keys:
            baseline.append(line.press(b"x", QUIET)[1])
            measured.append(ours.press(key, QUIET)[1])
    return baseline, measured


def _filling(home: Path) -> list[Result]:
    """Filling in turn, so that a machine that slows down slows both; ours is quick enough to be asked thrice."""
    ours, stock = [], []
    with _subject(home, "list", str(ROWS)) as mine, _subject(home, "table", str(ROWS)) as table:
        for _ in range(FILLS):
            ours.append(median(_fill(mine) for _ in range(3)))
            stock.append(_fill(table))
    with _subject(home, "careful", str(ROWS)) as table:
        careful = _fill(table)
    print(
        f"  (not judged) a DataTable with ready Text cells and fixed columns: {careful:.0f} ms, "
        f"{careful / median(ours):.0f}x our list"
    )
    ratio = median(theirs / mine for theirs, mine in zip(stock, ours, strict=True))
    against = "a stock DataTable"
    return [
        Result("fill, key to last frame", median(ours), median(stock), ratio, 100, least=True, against=against)
    ]


def _fill(child: Pseudo) -> float:
    taken = child.press(b"f", 0.8)[1]
    child.press(b"c", 0.8)
    return taken
