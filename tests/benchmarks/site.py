"""``site``: forty people work on one server, three boards watch. Nobody may see what is not so, or see it late.

A ``shiftdeck serve intratool`` process; the people are real clients in a second process (``site_workers``); the
boards are headless workbenches, each with a data folder of its own, that poll as their profile says. Every write
that the server accepted must be seen on every board within the interval and one second, and at the end each board
must show exactly what the server has. The cursor of somebody who chooses rows meanwhile never moves to another
record. ``SITE_MINUTES`` (or ``--minutes``) sets how long; ten is the default.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic
from typing import NamedTuple

from tests.benchmarks.pseudo import ROOT
from tests.benchmarks.site_eyes import Eyes
from tests.benchmarks.site_workers import WORKERS, client, today
from tui.compose import Composer
from tui.config import Overrides, Settings, load_settings
from tui.model.execution import Execution, Key
from tui.model.system import Filters
from tui.workbench.board import Board, board_of
from tui.workbench.figures import Figures
from tui.workbench.workbench import Workbench

BOARDS = 3
INTERVAL = 2.0
GRACE = 1.0
EXECUTIONS = 400
CONFIG = """\
[profiles.site]
base_url = "{address}"
token_env = "SHIFTDECK_SERVE_TOKEN"
refresh_seconds = {interval:g}
"""


class Deed(NamedTuple):
    """One accepted write, and when it was sent and answered (monotonic seconds)."""

    key_id: str
    state: str
    began: float
    ended: float


class Outcome(NamedTuple):
    """What the run showed. ``lags``: seconds from the server's answer to the board, per write and board.

    ``looks`` and ``moved``: see :class:`Eyes`.
    """

    accepted: int
    refused: int
    lags: list[float]
    unseen: int
    wrong: int
    rows: int
    looks: int
    moved: int

    @property
    def good(self) -> bool:
        return (
            self.accepted > 0
            and not self.unseen
            and not self.wrong
            and self.looks > 0
            and not self.moved
            and max(self.lags, default=0.0) <= INTERVAL + GRACE
        )


class Watcher:
    """One board: what it showed of each execution, and since when."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.board = Board(bench.desk.zone)
        self.ready = asyncio.Event()
        self.seen: dict[str, list[tuple[float, str]]] = defaultdict(list)

    async def run(self) -> None:
        async for changes in self.bench.live.watch():
            now = monotonic()
            for key in changes.added | changes.changed:
                self.seen[key.id].append((now, changes.rows[key].status.raw))
            if not changes.loading:
                await self.board.take(changes)
                self.ready.set()


def run() -> bool:
    """Measure and print; whether everything was right and in time."""
    minutes = float(os.environ.get("SITE_MINUTES") or 10)
    outcome = simulate(minutes * 60)
    lags = sorted(outcome.lags) or [0.0]
    print(f"{WORKERS} people on one server, {BOARDS} boards polling every {INTERVAL:g} s, {minutes:g} minutes")
    print(f"  writes accepted {outcome.accepted}, refused {outcome.refused}; {outcome.rows} rows on each board")
    print(
        f"  seen after {median(lags):.2f} s (median), {lags[int(len(lags) * 0.99) - 1]:.2f} s (p99),"
        f" {lags[-1]:.2f} s at most (target {INTERVAL + GRACE:g} s); never seen: {outcome.unseen}"
    )
    print(f"  rows, counts or strips that differ from the server's at the end: {outcome.wrong}")
    print(f"  the cursor was on another record: {outcome.moved} times of {outcome.looks} looks")
    print(f"  {'PASS' if outcome.good else 'FAIL'}")
    return outcome.good


def simulate(seconds: float, executions: int = EXECUTIONS, grace: float = GRACE) -> Outcome:
    """Let them work for so long. ``grace``: seconds beyond an interval after which a board must show a write."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["SHIFTDECK_SERVE_TOKEN"] = secrets.token_urlsafe(24)
        with _server(home) as address:
            return asyncio.run(_simulate(home, address, seconds, executions, grace))


async def _simulate(home: Path, address: str, seconds: float, executions: int, grace: float) -> Outcome:
    log = home / "writes.jsonl"
    words = ("-m", "tests.benchmarks.site_workers", address, str(seconds), str(log), str(executions))
    people = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert people.stdin is not None
    assert people.stdout is not None
    assert await people.stdout.readline(), "the site could not be filled"
    composers = [_composer(_settings(home / f"board{number}", address)) for number in range(BOARDS)]
    watchers = [Watcher(composer.workbench("site")) for composer in composers]
    tasks = [asyncio.create_task(watcher.run()) for watcher in watchers]
    for watcher in watchers:
        watcher.bench.start()
    settings, ended = _settings(home / "person", address), asyncio.Event()
    composers.append(_composer(settings))
    eyes = Eyes(composers[-1], settings)
    looking = asyncio.create_task(eyes.run(ended))
    async with asyncio.timeout(60):
        for ready in (*(watcher.ready for watcher in watchers), eyes.ready):
            await ready.wait()
    people.stdin.write(b"\n")
    told = json.loads(await people.stdout.readline())
    await people.wait()
    ended.set()
    await looking
    for _ in range(4):
        await asyncio.sleep(INTERVAL + grace)
        wrong, rows = await _compared(address, watchers)
        if not wrong:
            break  # the second in which a task becomes late may pass between two readings, but not every time
    for watcher, task in zip(watchers, tasks, strict=True):
        await watcher.bench.close()
        await task
    for composer in composers:
        composer.close()
    deeds = [Deed(*json.loads(line)) for line in log.read_text().splitlines()]
    lags, unseen = _lags(deeds, watchers, grace)
    return Outcome(told["accepted"], told["refused"], lags, unseen, wrong, rows, eyes.looks, eyes.moved)


def _lags(deeds: list[Deed], watchers: list[Watcher], grace: float) -> tuple[list[float], int]:
    """How long each write took to be seen. One that was written over before anybody had to have seen it counts as
    seen when what came after it is."""
    lags: list[float] = []
    unseen = 0
    by_key: dict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        by_key[deed.key_id].append(deed)
    for watcher in watchers:
        for key_id, own in by_key.items():
            for number, deed in enumerate(own):
                # whether it is late is told by the clock, and may change while nobody does anything
                later = {
                    _family(other.state) for other in own[number:] if other.began <= deed.ended + INTERVAL + grace
                }
                found = [at for at, state in watcher.seen[key_id] if at >= deed.began and _family(state) in later]
                if found:
                    lags.append(max(0.0, found[0] - deed.ended))
                else:
                    unseen += 1
    return lags, unseen


def _family(state: str) -> str:
    return state.removesuffix("_delayed")


async def _compared(address: str, watchers: list[Watcher]) -> tuple[int, int]:
    """How many rows and figures are not what a fresh client is told; and how many rows there are."""
    server = client(address)
    period = today()
    fresh = (await server.list(period.with_look_back(), Filters())).rows or ()
    truth: dict[Key, Execution] = {row.key: row for row in fresh}
    count = await server.count()
    await server.close()
    wrong = 0
    for watcher in watchers:
        rows, now = watcher.bench.live.rows, watcher.bench.clock()
        wrong += sum(rows.get(key) != row for key, row in truth.items()) + len(rows.keys() - truth.keys())
        expected = await board_of(truth, period, watcher.bench.desk.zone)
        figures = watcher.board.figures(now)
        wrong += _plain(figures) != _plain(expected.figures(now))
        wrong += watcher.board.strips(now) != expected.strips(now)
        wrong += await watcher.bench.count() != count
    return wrong, len(truth)


def _plain(figures: Figures) -> object:
    return figures.counts, figures.done, figures.expected, figures.overdue, figures.points, figures.max_points


def _settings(folder: Path, address: str) -> Settings:
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text(CONFIG.format(address=address, interval=INTERVAL), encoding="utf-8")
    return load_settings(Overrides(config=config, data_dir=folder), {"HOME": str(folder)})


def _composer(settings: Settings) -> Composer:
    return Composer(settings, dict(os.environ))


@contextmanager
def _server(home: Path) -> Iterator[str]:
    command = (sys.executable, "-m", "tui", "serve", "intratool", "--port", "0")
    with subprocess.Popen(
        [*command, "--database", f"sqlite:///{home / 'site.sqlite'}"],
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "SHIFTDECK_DATA_DIR": str(home / "data")},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"https?://\S+:\d+", line)
            assert found, line
            yield found[0]
        finally:
            process.terminate()
            process.wait(20)
