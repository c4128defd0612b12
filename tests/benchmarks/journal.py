"""``journal``: what it costs that nothing is lost, against the least that could be done.

Saving: a draft from the call until the disk has it, against an ``INSERT`` of the same bytes into the same table
in a journal of its own, committed with WAL and ``synchronous=FULL`` by a thread that is asked in the same way. The
two take turns in one folder. Key to paint: a letter in the open form of the real application in a real pty, until
the last byte of all that is painted for it, against the same application whose form has a keeper that keeps
nothing. Draining: entries that were made twelve hours ago, against as many writes of the same answers by httpx
alone, one after the other on one connection, to the same ``shiftdeck serve`` on a socket.
"""

from __future__ import annotations

import asyncio
import queue
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx

from tests.benchmarks.forms import CLEAR, ENTER, LETTERS, REST, SIZE, form
from tests.benchmarks.journals import Folder, sheets
from tests.benchmarks.pseudo import Pseudo, environment
from tests.benchmarks.result import Result, of_pairs, report
from tests.faults.processes.site import FIRST, make
from tui.compose import Composer
from tui.config import Overrides, load_settings
from tui.form.edit import FieldEdit
from tui.model.clock import system_clock
from tui.model.execution import Key
from tui.model.field import Value
from tui.workbench.drafts import Drafts
from tui.workbench.entry import EntryState
from tui.workbench.journal import Journal
from tui.workbench.packing import seal, stamp
from tui.workbench.schema import MIGRATIONS
from tui.workbench.workbench import Workbench

SAVES, ROUNDS = 1_500, 3
DRAFTS = 200
"""Fields that lie in the journal already."""
PAINTS, QUIET = 10, 0.04
ENTRIES = 500
OFFLINE = timedelta(hours=12)
_INSERT = (
    "INSERT OR REPLACE INTO drafts (owner, profile, system, id, field, edit, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def run() -> bool:
    """Measure and print; whether all targets are met."""
    with tempfile.TemporaryDirectory() as homes:
        results = [*_saving(Path(homes)), *_painting(Path(homes)), _draining(Path(homes))]
    return report("the journal: saving, painting, draining", results)


# -- saving -------------------------------------------------------------------------------------------------


class Bare:
    """A database with our table, and a thread that commits one row for each that it is given."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: queue.SimpleQueue[tuple[tuple[object, ...], Future[None]] | None] = queue.SimpleQueue()
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            for step in MIGRATIONS:
                db.executescript(step)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def save(self, row: tuple[object, ...]) -> Future[None]:
        """The future is done after the commit."""
        future: Future[None] = Future()
        self._rows.put((row, future))
        return future

    def close(self) -> None:
        """Give the file back."""
        self._rows.put(None)
        self._thread.join()

    def _run(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = FULL")
            while (given := self._rows.get()) is not None:
                row, future = given
                db.execute("BEGIN IMMEDIATE")
                db.execute(_INSERT, row)
                db.execute("COMMIT")
                future.set_result(None)


def _saving(home: Path) -> list[Result]:
    journal, bare = Journal(home / "ours.sqlite"), Bare(home / "bare.sqlite")
    try:
        rounds = [_pairs(Drafts(journal, "owner"), bare, number) for number in range(ROUNDS)]
    finally:
        journal.close()
        bare.close()
    found = []
    for name, of in (("p50", 0.5), ("p99", 0.99)):
        ours, theirs = ([_at(of, each[side]) for each in rounds] for side in (0, 1))
        # Of three rounds the middle one: a disk has bad seconds that are nobody's.
        found.append(of_pairs(f"a draft is on disk, {name}", ours, theirs, 2.0, "a bare INSERT and commit"))
    return found


def _pairs(drafts: Drafts, bare: Bare, number: int) -> tuple[list[float], list[float]]:
    """Milliseconds of ours and of theirs, in turn."""
    ours: list[float] = []
    theirs: list[float] = []
    for place in range(SAVES):
        key = Key("profile", "intratool", str(50_000 + place % (DRAFTS // 10)))
        field, text = f"field-{place % 10}", f"answer {number} {place:05} with some words"
        edit = FieldEdit(text=text, value=text)
        row = ("owner", *key, field, seal(edit), stamp(system_clock()))

        def save(key: Key = key, field: str = field, edit: FieldEdit = edit) -> Future[None]:
            return drafts.put(key, field, edit)

        def insert(row: tuple[object, ...] = row) -> Future[None]:
            return bare.save(row)

        turns: list[tuple[Callable[[], Future[None]], list[float]]] = [(save, ours), (insert, theirs)]
        for write, into in turns if place % 2 else turns[::-1]:
            begun = time.perf_counter()
            write().result()
            into.append((time.perf_counter() - begun) * 1000)
    return ours, theirs


def _at(of: float, taken: list[float]) -> float:
    return median(taken) if of == 0.5 else quantiles(taken, n=100)[round(of * 100) - 1]


# -- painting -----------------------------------------------------------------------------------------------


@contextmanager
def _opened(home: Path, command: list[str]) -> Iterator[Pseudo]:
    """The application with a form of 20 fields open."""
    home.mkdir()
    folder = Folder(home)
    records = sheets(folder.first_moment(), form(20))
    folder.fill([record.execution for record in records], records)
    with Pseudo(command, folder.environ, SIZE) as child:
        child.until(lambda text: "Sheet 1" in text and "no link" in text)
        child.settle(1.0)
        child.press_until(ENTER, lambda text: re.search("▌. +1 Field 1", text) is not None, REST)
        yield child


def _painting(homes: Path) -> list[Result]:
    taken: dict[str, list[tuple[float, float]]] = {"on": [], "off": []}
    with ExitStack() as stack:
        on = stack.enter_context(_opened(homes / "on", [sys.executable, "-m", "tui"]))
        off = stack.enter_context(
            _opened(homes / "off", [sys.executable, "-m", "tests.benchmarks.subjects", "unkept"])
        )
        for _ in range(PAINTS):
            for letter in LETTERS.encode():
                for name, child in (("on", on), ("off", off)):
                    taken[name].append(child.press(bytes([letter]), QUIET))
            for child in (on, off):
                child.press(CLEAR, REST)
    return [
        of_pairs(
            f"key to paint with the journal on, {words}",
            [each[which] for each in taken["on"]],
            [each[which] for each in taken["off"]],
            1.3,
            "with a keeper that keeps nothing",
        )
        for which, words in ((0, "the letter"), (1, "the last byte"))
    ]


# -- draining -----------------------------------------------------------------------------------------------


@contextmanager
def _serving(home: Path) -> Iterator[tuple[int, str]]:
    """The real command on a site of checklists; its port and a worker's token."""
    home.mkdir()
    token = make(home / "site.sqlite", 2 * ENTRIES)["ana"]
    command = [
        sys.executable,
        "-m",
        "tui",
        "serve",
        "--port",
        "0",
        "--database",
        f"sqlite:///{home / 'site.sqlite'}",
    ]
    server = subprocess.Popen(
        command, env=environment(home, PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, text=True, cwd=home
    )
    try:
        assert server.stdout is not None
        found = re.search(r":(\d+)\s*$", server.stdout.readline())
        assert found is not None
        yield int(found.group(1)), token
    finally:
        server.terminate()
        server.wait(20)


def _draining(homes: Path) -> Result:
    home = homes / "draining"
    with _serving(home) as (port, token):
        config = home / "config.toml"
        config.write_text(f'[profiles.there]\nbase_url = "http://127.0.0.1:{port}"\ntoken_env = "THERE"\n')
        settings = load_settings(Overrides(config=config, data_dir=home / "data"), {"HOME": str(home)})
        # What was typed offline was typed by the clock of then.
        asyncio.run(_queue(Composer(settings, {"THERE": token}, lambda: system_clock() - OFFLINE)))
        half = ENTRIES // 2
        bare = [_bare(port, token, range(ENTRIES, ENTRIES + half))]
        ours = asyncio.run(_drain(Composer(settings, {"THERE": token})))
        bare.append(_bare(port, token, range(ENTRIES + half, 2 * ENTRIES)))
    total = sum(bare) * 1000
    name = f"{ENTRIES} entries after {OFFLINE.seconds // 3600} hours offline"
    against = f"{ENTRIES} bare httpx writes"
    return Result(name, ours * 1000, total, ours * 1000 / total, 4.0, against=against)


_ANSWERS: dict[str, Value] = {"floor-dry": "yes", "fridge-temperature": "4.5", "batch": "L-2605-114"}


@asynccontextmanager
async def _connected(composer: Composer) -> AsyncIterator[Workbench]:
    """The workbench with its connection; both are given back."""
    bench = composer.workbench("there")
    try:
        await bench.open()
        yield bench
    finally:
        await bench.close()
        composer.close()


async def _queue(composer: Composer) -> None:
    nothing: dict[str, Value] = dict.fromkeys(_ANSWERS)
    async with _connected(composer) as bench:
        for number in range(ENTRIES):
            record = await bench.records.load(Key("there", "intratool", str(FIRST + number)))
            action = record.action("progress")
            assert action is not None
            await bench.outbox.add(bench.make_request(record, action, values=dict(_ANSWERS), base=nothing))


async def _drain(composer: Composer) -> float:
    """Seconds from the connection to an empty outbox."""
    async with _connected(composer) as bench:
        begun = time.perf_counter()
        while bench.outbox.waiting():
            await bench.sender.round()
        taken = time.perf_counter() - begun
        assert {entry.state for entry in bench.outbox.entries()} == {EntryState.SENT}
    return taken


def _bare(port: int, token: str, numbers: range) -> float:
    """Seconds for one write after the other."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        begun = time.perf_counter()
        for number in numbers:
            answer = client.put(f"/api/tasks-2/executions/{FIRST + number}/progress", json=_ANSWERS)
            assert answer.status_code == 200, answer.text
        return time.perf_counter() - begun
