"""Runs of machines over a socket: what a line loses is found out, what a worker does elsewhere is seen live."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.contract.server import serving
from tests.contract.systems.case import NOW, ZONE
from tests.contract.systems.case_superai import CASE
from tests.contract.systems.relay import Relay, relaying
from tests.support.site import Hand, Seat, seated
from tui.api.http import Timeouts, Transport
from tui.model.execution import Key
from tui.model.status import Phase
from tui.workbench.entry import EntryState

_PROFILE = """[profiles.flows]
system = "superai"
base_url = "{address}"
token_env = "FLOWS"
timezone = "{zone}"
refresh_seconds = 1
"""

_WORKER = """
import json, sys, urllib.request
address, token, run, *tasks = sys.argv[1:]
def post(task, status, **more):
    body = {"flow_execution_id": run, "task_name": task, "task_execution_idx": 0, "status": status, **more}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/api/task-executions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["id"]
for task in tasks:
    ident = post(task, "running")
    print(task, "running", flush=True)
    sys.stdin.readline()
    assert post(task, "completed", output={"ok": True}) == ident
    print(task, "completed", flush=True)
"""
"""A worker as the platform has them: it reports every task when it begins, and when it is done with it."""


class Place:
    def __init__(self, seat: Seat, relay: Relay, address: str, token: str) -> None:
        self.seat, self.relay, self.address, self.token = seat, relay, address, token

    def row(self, phase: Phase, raw: str = "") -> Key:
        rows = self.seat.main.list
        for key in rows.shown_keys:
            row = rows.execution(key)
            if row is not None and row.status.phase is phase and raw in row.status.raw:
                return key
        raise AssertionError(self.seat.text)

    def raw(self, key: Key) -> str:
        row = self.seat.main.list.execution(key)
        return row.status.raw if row is not None else ""

    def ask(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        with urllib.request.urlopen(urllib.request.Request(self.address + path, headers=headers)) as answer:
            return json.load(answer)

    def attempts(self, run: Key) -> int:
        return len(self.ask(f"/api/task-executions?flow_execution_id={run.id}")["task_executions"])

    async def run_again(self, key: Key) -> None:
        """Everything, with the typed confirmation."""
        seat = self.seat
        seat.main.list.select(key)
        await seat.press("enter")
        await seat.until(lambda: seat.opened == key)
        seat.main.commands.run("reset")
        await seat.until("What is to run again?")
        title = seat.main.list.execution(key).title  # type: ignore[union-attr]
        await seat.type(title.partition(" ")[0].removeprefix("#"))
        await seat.press("enter", "2", "f10")

    def states(self) -> list[EntryState]:
        entries = self.seat.main.bench.outbox.entries()
        return [entry.state for entry in entries if entry.state is not EntryState.SENT]


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    site = CASE.build(folder)
    token = CASE.secret(site)
    with serving(site) as address:
        async with relaying(address) as relay:
            config = _PROFILE.format(address=relay.address, zone=ZONE)
            clock, environ = Hand(NOW), {"FLOWS": token}
            async with seated(folder, size=(120, 36), clock=clock, config=config, environ=environ) as seat:
                yield Place(seat, relay, address, token)
    site.close()


@pytest.mark.parametrize("silent", [False, True], ids=["cut", "silent"])
async def test_a_run_again_whose_answer_is_lost_is_one_run(
    tmp_path: Path, silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if silent:
        # Long enough for every list on a busy machine.
        impatient = partial(Transport, timeouts=Timeouts(read=4.0))
        monkeypatch.setattr("tui.api.superai.site.Transport", impatient)
    async with place(tmp_path) as here:
        run = here.row(Phase.BROKEN)
        before = here.attempts(run)
        here.relay.lose_answer, here.relay.silent = True, silent
        await here.run_again(run)
        await here.seat.until(lambda: here.raw(run) == "queued", 25)
        await here.seat.until(lambda: not here.states(), 25)
        for _ in range(3):
            await here.seat.main.bench.sender.round()
        assert here.relay.writes == 1
        assert here.attempts(run) - before == 5, "each of the tasks that were reached has one attempt more"


async def test_a_run_again_that_never_arrived_is_not_said_to_run(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        run = here.row(Phase.BROKEN)
        here.relay.lose_request = True
        await here.run_again(run)
        await here.seat.until("1 needs attention")
        for _ in range(3):
            await here.seat.main.bench.sender.round()
        assert (here.raw(run), here.relay.writes, here.states()) == ("failed", 0, [EntryState.ATTENTION])


async def test_a_worker_in_a_process_of_its_own_is_seen_live_on_the_board(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        seat, run = here.seat, here.row(Phase.OPEN, "queued")
        flow = here.ask(f"/api/flow-executions/{run.id}")["flow_id"]
        names = here.ask(f"/api/flows/{flow}/versions/1?include_ordered_task_names=true")["task_names"]
        await seat.press("b")
        await seat.until("Started")
        before = counts(seat.text)
        command = [sys.executable, "-c", _WORKER, here.address, here.token, run.id, *names]
        pipe = asyncio.subprocess.PIPE
        worker = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        try:
            assert worker.stdout is not None
            assert worker.stdin is not None
            assert await worker.stdout.readline() == f"{names[0]} running\n".encode()
            expected = {"○": before["○"] - 1, "◐": before["◐"] + 1, "●": before["●"]}
            await seat.until(lambda: counts(seat.text) == expected)
            worker.stdin.write(b"\n" * len(names))
            await worker.stdin.drain()
            expected = {"○": before["○"] - 1, "◐": before["◐"], "●": before["●"] + 1}
            await seat.until(lambda: counts(seat.text) == expected)
            assert await worker.wait() == 0
        finally:
            if worker.returncode is None:
                worker.kill()
        row = seat.main.bench.live.rows[run]
        assert (row.status.raw, row.progress) == ("completed", (len(names), len(names)))
        assert here.attempts(run) == len(names)


def counts(text: str) -> dict[str, int]:
    """What the board's first line counts, by shape."""
    line = next(line for line in text.splitlines() if line.startswith(" ○ "))
    return {shape: int(number) for shape, number in re.findall(r"([○◐●]) +(\d+)", line)[:3]}
