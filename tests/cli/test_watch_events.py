"""``shiftdeck watch``: a snapshot, then a line for each change; it ends in order whoever ends it."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cli.place import Place
from tests.workbench.bench import Bench
from tests.workbench.conftest import benches, path, site, time
from tests.workbench.site import START, ManualTime, Site, Truth
from tui.cli.list import COLUMNS
from tui.cli.watch import Teller

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

Make = Callable[..., Bench]
__all__ = ["benches", "path", "site", "time"]


class Lines:
    """The lines of a process, as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def next(self, event: str) -> dict[str, Any]:
        """The next line about ``event``."""
        while True:
            found: dict[str, Any] = json.loads(self._lines.get(timeout=30))
            if found["event"] == event:
                return found


def test_changes_of_a_real_server_are_lines(place: Place) -> None:
    task = place.make()
    lines = Lines(place.start("watch"))
    snapshot = lines.next("snapshot")
    assert (snapshot["profile"], snapshot["system"]) == ("local", "intratool")
    assert all(tuple(row) == COLUMNS for row in snapshot["rows"])
    place.deny(task, reason="No time")
    assert place.run("sync").returncode == 0
    while (changed := lines.next("changed"))["row"]["id"] != task:
        pass  # one of the sample's own became late
    assert changed["row"]["status"] == "denied"
    assert changed["was"]["status"] == "open"
    assert task in {row["id"] for row in snapshot["rows"]}
    place.wire.refusal = 503
    gone = lines.next("link")
    assert (gone["state"], bool(gone["reason"])) == ("offline", True)
    lines.process.send_signal(signal.SIGINT)
    assert lines.process.wait(20) == 0


def test_it_ends_when_its_reader_has_gone(place: Place) -> None:
    process = place.start("watch")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["event"] == "snapshot"
    # nothing changes any more, so nothing is written that could fail
    process.stdout.close()
    assert process.wait(20) == 0


# -- what is told -----------------------------------------------------------------------------------------


class Told:
    """A teller on a bench whose clock is ours."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.events: list[dict[str, Any]] = []
        self.teller = Teller(bench.workbench, self.events.append, follow=True)
        self.watch = bench.workbench.live.watch()

    async def poll(self) -> list[dict[str, Any]]:
        """Ask the server; what was told since."""
        self.events.clear()
        await self.bench.workbench.live.load()
        await self.teller.take(await anext(self.watch))
        self.teller._late()
        return list(self.events)


async def test_each_change_is_one_event(benches: Make, site: Site, time: ManualTime) -> None:
    told = Told(benches())
    (snapshot,) = await told.poll()
    assert (snapshot["event"], [row["id"] for row in snapshot["rows"]]) == ("snapshot", ["1", "2", "3"])
    assert await told.poll() == []
    site.change("2", "done")
    site.truth["9"] = Truth(id="9", title="New", due=START + timedelta(hours=5))
    del site.truth["3"]
    events = await told.poll()
    assert [(event["event"], event["row"]["id"]) for event in events] == [
        ("changed", "2"),
        ("removed", "3"),
        ("added", "9"),
    ]
    assert events[0]["was"] == {"status": "open", "phase": "open"}


async def test_late_is_told_once_when_its_moment_passes(benches: Make, site: Site, time: ManualTime) -> None:
    told = Told(benches())
    await told.poll()
    time.pass_(90)
    late = await told.poll()
    assert [(event["event"], event["row"]["id"]) for event in late] == [("overdue", "1")]
    assert await told.poll() == []
    time.pass_(60)
    assert [event["row"]["id"] for event in await told.poll()] == ["2"]


async def test_carried_over_work_is_told_until_it_is_done(benches: Make, site: Site) -> None:
    yesterday = START - timedelta(hours=20)
    site.truth["7"] = Truth(id="7", title="Left", due=yesterday)
    site.truth["8"] = Truth(id="8", title="Over", due=yesterday, status="done")
    told = Told(benches())
    (snapshot,) = await told.poll()
    carried = {row["id"]: row["carried"] for row in snapshot["rows"]}
    assert (carried["7"], carried["1"], "8" in carried) == (True, False, False)
    site.change("7", "done")
    site.change("8", "denied")
    assert [(event["event"], event["row"]["id"]) for event in await told.poll()] == [("changed", "7")]


async def test_another_day_is_another_snapshot(benches: Make, site: Site, time: ManualTime) -> None:
    bench = benches()
    told = Told(bench)
    await told.poll()
    time.pass_(24 * 3600)
    site.truth["10"] = Truth(id="10", title="Tomorrow", due=START + timedelta(days=1))
    bench.workbench.live.set_period(bench.workbench.today())
    (snapshot,) = await told.poll()
    assert snapshot["event"] == "snapshot"
    # of yesterday only what is late, and the next day's own
    assert [row["id"] for row in snapshot["rows"]] == ["1", "2", "3", "10"]
