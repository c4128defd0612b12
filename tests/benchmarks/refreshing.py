"""Keys while a long list is read anew: from the key to the paint, with and without a refresh going on.

The real command shows 100,000 executions in a pty. Its server is a real one over a socket: for a while every
answer has other bytes, one execution in a hundred changed, then for a while nothing has changed. The command notes
when it asked and when it had compared; a key counts as met by a refresh when any of its time falls into that.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.decoding import changed, dumped, executions
from tests.benchmarks.idling import Site
from tests.benchmarks.journals import Folder
from tests.benchmarks.pseudo import Pseudo
from tests.benchmarks.result import Result

ROWS, ANSWERS, ROUNDS = 100_000, 4, 6
SECONDS = 5.0
"""Of each kind in a round."""
SIZE = (120, 40)
STEPS = 15
"""Rows down before it goes up again, so that the window never scrolls."""
DOWN, UP = b"\x1b[B", b"\x1b[A"
APPLYING = 0.1
"""Seconds behind a refresh that still belong to it: the list takes over what came."""
_CURSOR = re.compile(rb"\x1b\[(\d+);1H(?:\x1b\[[0-9;]*m)*\xe2\x96\x8c")


class Pressed(NamedTuple):
    """One key: when it was pressed, and when the cursor stood on the next row, in seconds of ``perf_counter``."""

    at: float
    seen: float

    @property
    def milliseconds(self) -> float:
        return (self.seen - self.at) * 1000


class Changing(Site):
    """Answers with the next of ``bodies`` each time, or that nothing has changed."""

    def __init__(self) -> None:
        super().__init__(still=False, rows=_missed(ROWS))
        self.bodies = [self.body]
        rows = self.rows
        for turn in range(1, ANSWERS):
            rows = changed(rows, turn)
            self.bodies.append(dumped(rows))
        self.still = True

    def tag(self) -> str:
        """Names the body that comes next."""
        if not self.still:
            self.body = self.bodies[(self.bodies.index(self.body) + 1) % len(self.bodies)]
        return f'"{self.bodies.index(self.body)}"'


def _missed(count: int) -> list[dict[str, Any]]:
    """Of today, and closed: what is open is read ahead, and that is another matter."""
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    more = {"for_execution_date": f"{today} 12:00:00", "task_status_id": "missed"}
    return [row | more for row in executions(count)]


def measure() -> list[Result]:
    """The ratio of the 95th percentiles."""
    with tempfile.TemporaryDirectory() as folder, _list(Path(folder)) as (child, site, notes):
        keys = _Keys(child)
        apart: list[Pressed] = []
        met: list[Pressed] = []
        for _ in range(ROUNDS):
            site.still = True
            keys.press_for(2.0)  # until the last refresh is over
            apart += keys.press_for(SECONDS)
            site.still = False
            met += keys.press_for(SECONDS)
        refreshes = [tuple(map(float, line.split())) for line in notes.read_text(encoding="ascii").splitlines()]
    long = [(begun, over + APPLYING) for begun, over in refreshes if over - begun > 0.05]
    met = [key for key in met if any(key.at < over and key.seen > begun for begun, over in long)]
    taken = sum(over - begun - APPLYING for begun, over in long[1:]) / max(1, len(long) - 1)
    print(f"  {len(met)} keys in {len(long) - 1} refreshes of {taken:.2f} s, {len(apart)} keys without one")
    for name, found in (("met by a refresh", met), ("without", apart)):
        middle, last, most = (_share(found, share) for share in (0.5, 0.95, 1.0))
        print(f"  (not judged) {name}: p50 {middle:.1f} ms, p95 {last:.1f} ms, the longest {most:.1f} ms")
    ours, base = _share(met, 0.95), _share(apart, 0.95)
    return [
        Result("key to paint p95 while 100,000 rows are read", ours, base, ours / base, 5.0, against="p95 without")
    ]


def _share(keys: list[Pressed], share: float) -> float:
    taken = sorted(key.milliseconds for key in keys)
    return taken[min(len(taken) - 1, int(len(taken) * share))]


class _Keys:
    """Walks down and up, as quickly as somebody holds a key, and waits for each step to be seen."""

    def __init__(self, child: Pseudo) -> None:
        self._child = child
        self._chance = random.Random(1)
        self._line, self._steps, self._down = 0, 0, True
        self._step()

    def press_for(self, seconds: float) -> list[Pressed]:
        pressed, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end:
            if self._steps == STEPS:
                self._steps, self._down = 0, not self._down
            pressed.append(self._step())
            self._child.settle(self._chance.uniform(0.01, 0.04), 0.04)
        return pressed

    def _step(self) -> Pressed:
        """One row on: the paint that matters is the one that shows the cursor lower, or higher, than before."""
        self._child.output = b""
        begun = time.perf_counter()
        self._child.write(DOWN if self._down else UP)
        while time.perf_counter() < begun + 30.0:
            lines = [int(found) for found in _CURSOR.findall(self._child.output)]
            if lines and (lines[-1] > self._line if self._down else lines[-1] < self._line):
                self._line, self._steps = lines[-1], self._steps + 1
                return Pressed(begun, self._child.last)
            self._child.write(b"", 0.05)
        raise TimeoutError("the cursor never came to the next row")


@contextmanager
def _list(home: Path) -> Iterator[tuple[Pseudo, Changing, Path]]:
    site, notes = Changing(), home / "refreshes"
    threading.Thread(target=site.serve_forever, daemon=True).start()
    folder = Folder(home)
    config = home / "config.toml"
    text = config.read_text(encoding="utf-8").replace("127.0.0.1:9", f"127.0.0.1:{site.server_address[1]}")
    config.write_text(f"{text}refresh_seconds = 1\n", encoding="utf-8")
    command = [sys.executable, "-m", "tests.benchmarks.subjects", "refreshed", str(notes)]
    with Pseudo(command, folder.environ, SIZE) as child:
        child.until(lambda text: "connected" in text, 120.0)
        child.until(
            lambda _text: notes.exists() and len(notes.read_text(encoding="ascii").splitlines()) > 2, 120.0
        )
        child.settle(1.0, 20.0)
        yield child, site, notes
    site.shutdown()
