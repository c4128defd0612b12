"""100,000 executions from the bytes of an answer to the changes by key, against ``json.loads`` of the same bytes.

The whole way is measured: the system's reading of the answer and the live list's comparison, and how long the
event loop had to wait meanwhile. Only the network is left out: the answers are there at once.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import process_time, thread_time
from typing import Any

from tests.benchmarks.result import Result, of_pairs
from tests.benchmarks.rows import NOW, PERIOD, ZONE
from tui.api.http import Answer
from tui.api.intratool.adapter import IntratoolSystem
from tui.api.intratool.routes import Routes
from tui.model.clock import CorrectedClock
from tui.model.system import TaskSystem
from tui.workbench.desk import Desk
from tui.workbench.journal import Journal
from tui.workbench.workbench import Workbench

ROWS = 100_000
ROUNDS = 5
AGAINST = "json.loads of the same bytes"
_TITLES = ("Fridge temperatures", "Kühlschrank-Runde", "Kitchen closing", "Machine check", "Stock count")
_WORDS = ("open", "in_progress", "in_progress_delayed", "done", "missed")


class _Transport:
    """Answers every list with ``body``, or that nothing changed."""

    embedded = False
    server_time = None

    def __init__(self) -> None:
        self.body = b"[]"
        self.number = 0
        self.not_modified = False

    async def get(self, path: str, params: Sequence[tuple[str, str]] = (), validator: str | None = None) -> Answer:
        if not path.endswith("/executions"):
            return Answer(200, {}, b"[]")
        if self.not_modified:
            return Answer(304, {}, b"", validator, not_modified=True)
        return Answer(200, {}, self.body, f'"{self.number}"')

    def next(self, body: bytes) -> None:
        """Answer with these bytes, in an object of their own: a network never hands over the same one."""
        self.body = bytes(bytearray(body))
        self.number += 1

    def token_claims(self) -> Mapping[str, Any]:
        return {}

    async def close(self) -> None:
        """There is nothing to close."""


def executions(count: int) -> list[dict[str, Any]]:
    """``count`` rows as the server writes them, in a day's order."""
    chance = random.Random(3)
    day = "2026-05-11"
    return [
        {
            "id": 100_000 + number,
            "user_id": None,
            "department_id": number % 12 + 1,
            "last_activity_user_id": 4,
            "parent_id": None,
            "task_assignment_id": number % 400,
            "task_template_id": number % 50,
            "task_status_id": chance.choice(_WORDS),
            "for_execution_date": f"{day} {chance.randrange(24):02}:{chance.randrange(0, 60, 5):02}:00",
            "achieved_points": chance.randrange(10),
            "max_points": 20,
            "updated_at": f"{day} {chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}",
            "task_template": {"id": number % 50, "title": chance.choice(_TITLES)},
            "task_assignment": {"id": number % 400, "title": f"Kitchen {number % 400}"},
            "last_activity_user": {"id": 4, "first_name": "Maria", "last_name": "Lindner"},
        }
        for number in range(count)
    ]


def dumped(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()


def changed(rows: list[dict[str, Any]], begin: int) -> list[dict[str, Any]]:
    """The same with one of a hundred done meanwhile."""
    after = list(rows)
    for number in range(begin, len(after), 100):
        after[number] = after[number] | {"task_status_id": "done", "updated_at": f"2026-05-11 23:00:{begin:02}"}
    return after


def measure() -> list[Result]:
    """The ratios; the processor's time counts, so that other work on the machine does not."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Result]:
    transport = _Transport()
    bench = _bench(folder, transport)
    await bench.open()
    bench.live.set_period(PERIOD)
    rows = executions(ROWS)
    base = dumped(rows)
    transport.next(base)
    cold, cold_json = [await _timed(bench)], [_json(base)]
    turns = [dumped(changed(rows, begin)) for begin in range(1, ROUNDS + 1)]
    news, same, silent, baseline = [], [], [], []
    for body in turns:
        transport.next(body)
        baseline.append(_json(body))
        news.append(await _timed(bench))
        transport.next(body)
        same.append(await _timed(bench))
        transport.not_modified = True
        silent.append(await _timed(bench))
        transport.not_modified = False
    transport.next(base)
    warm = await _slices(bench)
    fresh = _bench(folder / "fresh", transport)
    await fresh.open()
    fresh.live.set_period(PERIOD)
    first = await _slices(fresh)
    for what, held in (("1 % changed", warm), ("the first answer", first)):
        share = held[int(len(held) * 0.99)]
        print(f"  (not judged) {what}: the loop was held {share:.2f} ms (p99), at most {held[-1]:.2f} ms")
    await fresh.close()
    await bench.close()
    return [
        of_pairs("decode and compare, 1 % changed", news, baseline, 0.6, AGAINST),
        of_pairs("decode and compare, nothing changed", same, baseline, 0.05, AGAINST),
        of_pairs("304, nothing changed", silent, baseline, 0.005, AGAINST),
        of_pairs("first answer, decode and compare", cold, cold_json, 2.0, AGAINST),
    ]


def _bench(folder: Path, transport: _Transport) -> Workbench:
    routes = Routes(transport)  # type: ignore[arg-type]  # the part of a transport that lists need
    system = IntratoolSystem(routes, profile="sample", zone=ZONE, cache=None, clock=lambda: NOW)

    async def connect() -> TaskSystem:
        return system

    desk = Desk(profile="sample", system="intratool", title="Site", zone=ZONE, owner="benchmark")
    return Workbench(desk, Journal(folder / "journal.db"), connect, CorrectedClock(lambda: NOW))


async def _timed(bench: Workbench) -> float:
    gc.collect()
    # what the writer thread keeps on disk is not part of it
    bench.live._unsaved = False
    bench.live._saved_at = NOW
    began = process_time()
    await bench.live.load()
    return (process_time() - began) * 1000


def _json(body: bytes) -> float:
    def once() -> float:
        gc.collect()
        began = process_time()
        value = json.loads(body)
        taken = process_time() - began
        del value
        return taken * 1000

    return median(once() for _ in range(3))


async def _slices(bench: Workbench) -> list[float]:
    """How long the loop was held between two turns of another task, in milliseconds of this thread's own work."""
    held: list[float] = []
    over = False

    async def other() -> None:
        last = thread_time()
        while not over:
            await asyncio.sleep(0)
            now = thread_time()
            held.append((now - last) * 1000)
            last = now

    gc.collect()
    # the collector would walk through what only this benchmark holds
    gc.freeze()
    task = asyncio.create_task(other())
    await bench.live.load()
    over = True
    await task
    gc.unfreeze()
    return sorted(held)
