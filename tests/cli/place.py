"""A site of its own for a test: a real server, the wire to it, and a data folder with work that waits."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tests.cli.wire import Wire
from tests.embedded.world import EXECUTIONS
from tests.support.kept import desk
from tui.embedded.samples.assignments import ASSIGNMENTS
from tui.model.action import Request, Slot
from tui.model.execution import Key
from tui.workbench.entry import Entry, EntryState
from tui.workbench.workbench import Workbench

T = TypeVar("T")

TOKEN = "an-admin-token-for-tests"
CONFIG = """\
[profiles.local]
base_url = "{address}"
token_env = "LOCAL_TOKEN"
refresh_seconds = 1
"""


class Place:
    """Made by the fixture ``place``; every process that it starts is ended by ``close``."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.environ = environ | {"LOCAL_TOKEN": TOKEN, "SHIFTDECK_SERVE_TOKEN": TOKEN, "PYTHONUNBUFFERED": "1"}
        self._processes: list[subprocess.Popen[str]] = []
        server = self.start("serve", "--port", "0", "--database", f"sqlite:///{folder / 'site.sqlite'}")
        assert server.stdout is not None
        address = server.stdout.readline()
        found = re.search(r":(\d+)\s*$", address)
        assert found, address
        self.wire = Wire(int(found.group(1)))
        (folder / "config.toml").write_text(CONFIG.format(address=self.wire.address))

    def start(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Start the real command; its output is a pipe."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *words],
            env=self.environ | environ,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._processes.append(process)
        return process

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the real command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "tui", *words],
            env=self.environ | environ,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def wait_for(
        self, condition: Callable[[], object], seconds: float = 30.0, *, beside: Callable[[], None] | None = None
    ) -> float:
        """Until ``condition`` holds, doing what goes on ``beside``; how long it took."""
        began = time.monotonic()
        while not condition():
            if beside is not None:
                beside()
            assert time.monotonic() - began < seconds, f"not within {seconds} s"
            time.sleep(0.05)
        return time.monotonic() - began

    def make(self) -> str:
        """A new task on the server, made past the wire: of the assignment that can be done at any time. Its ID."""
        (spec,) = (spec for spec in ASSIGNMENTS if spec.always)
        assignments = self._ask("/api/administration/tasks-2/assignments")
        chosen = next(one for one in assignments if one["title"] == spec.title)
        body = {"task_assignment_id": chosen["id"], "task_template_id": chosen["task_template_id"]}
        return str(self._ask(EXECUTIONS, body)["data"]["id"])

    def queue(self, count: int, reason: str = "No time", *, at: int = 0) -> list[str]:
        """Deny ``count`` new tasks: which of the sample's own are open depends on the hour. See ``deny``."""
        return self.deny(*[self.make() for _ in range(count)], reason=reason, at=at)

    def deny(self, *tasks: str, reason: str, at: int = 0) -> list[str]:
        """Deny ``tasks``; the entries wait in the journal. Their IDs. ``at``: the port to read from, where it is
        not the one that the entries are meant for."""

        async def look(bench: Workbench) -> list[Request]:
            await bench.open()
            rows = (await bench.live.load()).rows
            return [await denial(bench, key) for key in rows if key.id in tasks]

        async def denial(bench: Workbench, key: Key) -> Request:
            record = await bench.records.load(key)
            action = next(action for action in record.actions if action.slot is Slot.DENY)
            return bench.make_request(record, action, inputs={"deny_reason": reason})

        async def add(bench: Workbench) -> list[str]:
            return [(await bench.outbox.add(request)).id for request in requests]

        requests = self.at_desk(look, self.wire.address.rpartition(":")[0] + f":{at}" if at else "")
        assert len(requests) == len(tasks)
        return self.at_desk(add)

    def entries(self, *states: EntryState) -> Sequence[Entry]:
        """What the journal holds now."""

        async def work(bench: Workbench) -> Sequence[Entry]:
            return bench.outbox.entries(*states)

        return self.at_desk(work)

    def close(self) -> None:
        """End everything."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()
        self.wire.close()

    def at_desk(self, work: Callable[[Workbench], Coroutine[Any, Any, T]], address: str = "") -> T:
        async def whole(bench: Workbench) -> T:
            try:
                return await work(bench)
            finally:
                await bench.close()

        config = self.folder / "config.toml"
        if address:
            config = self.folder / "direct.toml"
            config.write_text(CONFIG.format(address=address))
        with desk(self.data, config, LOCAL_TOKEN=TOKEN) as bench:
            return asyncio.run(whole(bench))

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.wire.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
