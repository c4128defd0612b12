"""``start``: from the start of the process to the first text, and to the filled list, in a real pty.

The real command on a warm data folder (the last list is in the journal) and the smallest Textual application
(one Static) are started in turn; each ratio is that of two neighbours, and the median of these is told. The
first frame is the first visible character on the pty, by the same rule for both; the list is filled when the
first row's own words have been written. The sample site's server starts behind that and is not waited for.
"""

from __future__ import annotations

import compileall
import sys
import tempfile
from pathlib import Path
from statistics import median

import textual

from tests.benchmarks.pseudo import ROOT, Pseudo, environment
from tests.benchmarks.result import Result, of_pairs, report

ROUNDS = 15
COLD_ROUNDS = 3
COLD_MS = 2000.0
SIZE = (120, 40)
SHIFTDECK = [sys.executable, "-m", "tui"]
MINIMAL = [sys.executable, "-m", "tests.benchmarks.subjects", "minimal"]


def run() -> bool:
    """Measure and print; whether all targets are met."""
    for folder in (ROOT / "tui", ROOT / "tests" / "benchmarks", Path(textual.__file__).parent):
        compileall.compile_dir(folder, quiet=1)
    with tempfile.TemporaryDirectory() as homes:
        cold = [_cold(Path(homes) / str(number)) for number in range(COLD_ROUNDS)]
        frames, filled, minimal = _in_turn(Path(homes) / "0")
    against = "a minimal Textual application"
    first = median(cold)
    return report(
        f"start, {ROUNDS} rounds in turn, {SIZE[0]}x{SIZE[1]} pty, bytecode compiled",
        [
            of_pairs("first frame, warm", frames, minimal, 1.3, against),
            of_pairs("filled list, warm", filled, minimal, 2.5, against),
            Result("filled list, very first start", first, COLD_MS, first / COLD_MS, 1.0, against="the limit of"),
        ],
    )


def _cold(home: Path) -> float:
    """A first start with an empty home, until a row is there; leaves the warm folder behind."""
    home.mkdir()
    with Pseudo(SHIFTDECK, _environ(home), SIZE) as ours:
        taken = ours.until(lambda text: "▌" in text)
        ours.settle(1.5, seconds=10)
    return taken


def _in_turn(home: Path) -> tuple[list[float], list[float], list[float]]:
    environ = _environ(home)
    frames, filled, minimal = [], [], []
    for _ in range(ROUNDS):
        with Pseudo(MINIMAL, environ, SIZE) as smallest:
            minimal.append(smallest.until(lambda text: bool(text.strip())))
        with Pseudo(SHIFTDECK, environ, SIZE) as ours:
            frames.append(ours.until(lambda text: bool(text.strip())))
            filled.append(ours.until(lambda text: "▌" in text))
            ours.settle(0.5, seconds=3)
    return frames, filled, minimal


def _environ(home: Path) -> dict[str, str]:
    return environment(home, SHIFTDECK_DATA_DIR=str(home / "data"))
