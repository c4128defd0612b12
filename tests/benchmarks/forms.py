"""``form``: opening a form of 20 and one of 200 fields, and typing in them, in the real application in a real pty.

Opening: Enter on the list of ``shiftdeck``, whose journal holds the tasks (its server is not there), until the
frame in which the first field has the cursor. Typing: a character in that field, until the last byte of all that
is painted for it; meanwhile the draft is written to disk, as always. Against it stand a stock
``Input`` alone on a screen, and a stock screen of 200 widgets with the focus in its first ``Input``. All take
turns, so that what makes one round slow makes every one slow.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.journals import Folder, sheets
from tests.benchmarks.pseudo import Pseudo, environment
from tests.benchmarks.result import Result, of_pairs, report
from tui.model.field import Choice, Field

SMALL, LARGE = 20, 200
SIZE = (120, 40)
QUIET, REST = 0.04, 0.4
OPENINGS, ROUNDS, LETTERS = 15, 8, "kartoffel"
ENTER, F3, UP, DOWN, CLEAR = b"\r", b"\x1bOR", b"\x1b[A", b"\x1b[B", b"\x15"
_THREE = tuple(Choice(name, name) for name in ("one", "two", "three"))
_TWO = tuple(Choice(name, name) for name in ("yes", "no"))


def form(count: int) -> tuple[Field, ...]:
    """As many fields, in the mixture of the stock screen: six in ten a line, two a choice, two yes or no."""
    kinds = [("text", ())] * 6 + [("choice", _THREE)] * 2 + [("choice", _TWO)] * 2
    return tuple(
        Field(key=f"field {place}", label=f"Field {place + 1}", kind=kind, choices=choices, allows_note=True)
        for place in range(count)
        for kind, choices in [kinds[place % 10]]
    )


def run() -> bool:
    """Measure and print; whether all targets are met."""
    with tempfile.TemporaryDirectory() as homes:
        results = [*_opening(Path(homes) / "opening"), *_typing(Path(homes))]
    return report(f"a form of {SMALL} and one of {LARGE} fields, {SIZE[0]}x{SIZE[1]} pty", results)


@contextmanager
def _ours(home: Path) -> Iterator[Pseudo]:
    """The application with its list; the small form stands before the large one."""
    home.mkdir()
    folder = Folder(home)
    records = sheets(folder.first_moment(), form(SMALL), form(LARGE))
    folder.fill([record.execution for record in records], records)
    with Pseudo([sys.executable, "-m", "tui"], folder.environ, SIZE) as child:
        child.until(lambda text: "Sheet 2" in text and "no link" in text)
        child.settle(1.0)
        yield child


def _first_field(shown: str) -> bool:
    """Whether the first field is there and has the cursor; the mark in the list stands before another text."""
    return re.search("▌. +1 Field 1", shown) is not None


def _shows(typed: str, shown: str) -> bool:
    return typed in shown


def _opening(home: Path) -> list[Result]:
    there: dict[int, list[float]] = {SMALL: [], LARGE: []}
    last: dict[int, list[float]] = {SMALL: [], LARGE: []}
    with _ours(home) as child:
        for place in range(OPENINGS + 1):
            for count, to_the_other in ((SMALL, DOWN), (LARGE, UP)):
                seen, settled = child.press_until(ENTER, _first_field, QUIET)
                if place:
                    # The first round reads records and imports modules that the others find in memory.
                    there[count].append(seen)
                    last[count].append(settled)
                child.press(F3 + to_the_other, REST)
                child.settle(REST)
    words = ", ".join(f"{count} fields: {median(taken):.1f} ms" for count, taken in last.items())
    print(f"  (not judged) open, to the last byte of all that follows: {words}")
    return [of_pairs(f"open {LARGE} fields", there[LARGE], there[SMALL], 1.3, f"{SMALL} fields")]


def _typing(homes: Path) -> list[Result]:
    python = [sys.executable, "-m", "tests.benchmarks.subjects"]
    taken: dict[str, list[float]] = {}
    with ExitStack() as stack:
        small, large = (stack.enter_context(_ours(homes / name)) for name in ("small", "large"))
        large.press(DOWN, REST)
        for child in (small, large):
            child.press_until(ENTER, _first_field, REST)
        environ = environment(homes)
        stock, alone = (
            stack.enter_context(Pseudo([*python, *words], environ, SIZE))
            for words in (("widgets", str(LARGE)), ("input",))
        )
        stock.settle(3.0)
        alone.settle(1.0)
        children = {"small": small, "large": large, "stock": stock, "alone": alone}
        for _ in range(ROUNDS):
            for length in range(1, len(LETTERS) + 1):
                # A blinking cursor paints too: what counts begins when the text stands there.
                typed = LETTERS[:length]
                for name, child in children.items():
                    seen = child.press_until(typed[-1].encode(), partial(_shows, typed), QUIET)
                    taken.setdefault(name, []).append(seen[1])
            for child in children.values():
                child.press(CLEAR, REST)
    one, many = "a stock Input alone", f"{LARGE} stock widgets"
    return [
        of_pairs(f"type in {SMALL} fields, key to paint", taken["small"], taken["alone"], 1.5, one),
        of_pairs(f"type in {LARGE} fields, key to paint", taken["large"], taken["alone"], 1.5, one),
        of_pairs(f"type in {LARGE} fields, key to paint", taken["large"], taken["stock"], 0.2, many),
    ]
