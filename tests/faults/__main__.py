"""``python -m tests.faults``: plays the fault matrix and prints what was lost, doubled, overwritten, crashed."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.faults.playing import Piece, Played, begin, play
from tests.faults.registry import Row, rows
from tests.faults.stage import scratch
from tests.faults.trace import Tally

PIECE = 20
"""Runs that a process takes at once."""

SHOWN = 20
"""Bad runs that are told in full."""


def _pieces(wanted: list[Row], seed: int, runs: int | None, *, full: bool) -> Iterator[Piece]:
    for row in wanted:
        count = runs if runs is not None else row.full if full else row.bounded
        step = 1 if row.apart else PIECE
        for first in range(seed, seed + count, step):
            yield Piece(row.name, range(first, min(first + step, seed + count)))


def _table(wanted: list[Row], done: dict[str, Played], seconds: float) -> str:
    columns = ("runs", "lost", "doubled", "overwritten", "crashed", "wrong")
    width = max(len(row.fault) for row in wanted)
    lines = [f"{'fault':<{width + 5}}" + "".join(f"{column:>{max(7, len(column) + 2)}}" for column in columns)]
    total = Played("", 0, Tally(), [])
    for row in wanted:
        played = done.get(row.name, Played(row.name, 0, Tally(), []))
        total = Played("", total.runs + played.runs, total.tally.plus(played.tally), [])
        lines.append(f"{row.name:<5}{row.fault:<{width}}" + _numbers(columns, played))
    lines.append(f"{'all':<{width + 5}}" + _numbers(columns, total))
    lines.append(f"{total.runs} runs in {seconds:.0f} s, {total.runs / max(seconds, 0.001):.1f} a second")
    return "\n".join(lines)


def _numbers(columns: tuple[str, ...], played: Played) -> str:
    numbers = (played.runs, *played.tally[:5])
    return "".join(f"{number:>{max(7, len(name) + 2)}}" for name, number in zip(columns, numbers, strict=True))


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every run of every row (10,000 of the random mix)")
    parser.add_argument("--only", default="", metavar="F7,F8", help="these rows alone")
    parser.add_argument("--runs", type=int, metavar="N", help="so many runs of each row")
    parser.add_argument("--seed", type=int, metavar="N", help="the first seed (default: another one each time)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Play, print the table, and answer whether all of it was nought."""
    given = _arguments(argv)
    only = {name.strip().casefold() for name in given.only.split(",") if name.strip()}
    known = rows()
    if unknown := only - {row.name.casefold() for row in known}:
        print(f"there is no row {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    wanted = [row for row in known if not only or row.name.casefold() in only]
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}", flush=True)
    pieces = list(_pieces(wanted, seed, given.runs, full=given.all))
    done: dict[str, Played] = {}
    began, told = time.monotonic(), 0
    with (
        tempfile.TemporaryDirectory(prefix="faults-", dir=scratch()) as place,
        ProcessPoolExecutor(max(1, given.jobs), get_context("spawn"), begin, (Path(place),)) as pool,
    ):
        work: list[Future[Played]] = [pool.submit(play, piece) for piece in pieces]
        for number, future in enumerate(as_completed(work), 1):
            played = future.result()
            before = done.get(played.row, Played(played.row, 0, Tally(), []))
            runs = before.runs + played.runs
            done[played.row] = Played(played.row, runs, before.tally.plus(played.tally), [])
            for bad_seed, words in played.bad:
                told += 1
                if told <= SHOWN:
                    print(f"\n{played.row}, seed {bad_seed}:", *words, sep="\n  ", flush=True)
            if sys.stderr.isatty():
                print(f"\r{number} of {len(work)} pieces", end="", file=sys.stderr, flush=True)
    if told > SHOWN:
        print(f"\n{told - SHOWN} more bad runs are not shown")
    print("\n" + _table(wanted, done, time.monotonic() - began))
    if told:
        print("one run again: python -m tests.faults --only ROW --seed SEED --runs 1")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
