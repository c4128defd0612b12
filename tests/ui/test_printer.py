"""The printer: a terminal that does not read stops nobody, and is painted anew when it reads again."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from tui.ui.printer import MOST, SHORT, STALL_SECONDS, Printer

FRAME = b"f" * 10_000
MODE = b"\x1b[?1004h"


class Line:
    """A pipe in place of a terminal: it takes 64 kB before it stands."""

    def __init__(self) -> None:
        self.out, self.into = os.pipe()
        self.seconds = 0.0
        self.repaint = threading.Event()
        self.printer = Printer(self.into, self.repaint.set, lambda: self.seconds)
        self.printer.start()

    def read(self, wanted: bytes, seconds: float = 10.0) -> bytes:
        """Read until ``wanted`` has come."""
        got, end = b"", time.monotonic() + seconds
        while wanted not in got:
            assert time.monotonic() < end, got[-200:]
            got += os.read(self.out, 1 << 16)
        return got


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    os.close(made.out)
    made.printer.stop(10)
    os.close(made.into)


def test_everything_is_written_in_order_to_a_terminal_that_reads(line: Line) -> None:
    pieces = [f"<{number}>".encode() * 50 for number in range(MOST - 1)]
    for piece in pieces:
        line.printer.write(piece)
    line.printer.write(b"END")
    assert line.read(b"END") == b"".join(pieces) + b"END"
    assert not line.repaint.is_set()


def test_a_terminal_that_does_not_read_stops_nobody_and_is_painted_when_it_reads(line: Line) -> None:
    for _ in range(20 * MOST):
        line.printer.write(FRAME)
    line.printer.write(MODE)
    assert not line.repaint.is_set()
    got = line.read(MODE)
    assert got.replace(FRAME, b"") == MODE
    assert len(got) < MOST * len(FRAME)
    assert line.repaint.wait(10)
    line.printer.write(FRAME + b"WHOLE")
    assert line.read(b"WHOLE") == FRAME + b"WHOLE"


def test_old_frames_are_left_out_after_a_second_without_a_step(line: Line) -> None:
    for _ in range(10):
        line.printer.write(FRAME)
    line.seconds = STALL_SECONDS + 0.1
    line.printer.write(b"x" * (SHORT + 1))
    line.printer.write(MODE)
    got = line.read(MODE)
    assert b"x" not in got
    assert len(got) < 9 * len(FRAME)
    assert line.repaint.wait(10)


def test_it_is_stopped_in_time_though_nobody_reads(line: Line) -> None:
    for _ in range(20):
        line.printer.write(FRAME)
    line.printer.stop(0.1)
    assert line.printer.is_alive()
