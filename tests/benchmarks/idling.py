"""``idle``: what a board costs that nobody touches, polling 2,000 executions every five seconds.

The real command shows its board against a small server; beside it, for the same minutes, an idle Textual
application. What counts is the processor's time, which other work on the machine does not change much.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.benchmarks.decoding import dumped, executions
from tests.benchmarks.journals import Folder
from tests.benchmarks.pseudo import Pseudo, environment
from tests.benchmarks.result import Result, report

ROWS, SECONDS, EVERY = 2_000, 120.0, 5
SIZE = (120, 40)
SETTLE = 15.0
"""Until everything that is read ahead has been read."""


class Site(ThreadingHTTPServer):
    """Answers every list with all its rows, or, ``still``, that nothing has changed. In both nothing has."""

    daemon_threads = True

    def __init__(self, *, still: bool, rows: list[dict[str, Any]] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.rows = rows or _of_today()
        self.body = dumped(self.rows)
        self.still = still
        self.asked = 0

    @cached_property
    def records(self) -> dict[str, bytes]:
        """The body of each record, by its ID."""
        return {str(row["id"]): dumped([row])[1:-1] for row in self.rows}

    def tag(self) -> str | None:
        """The validator of what is answered next."""
        return '"always"' if self.still else None


def _of_today() -> list[dict[str, Any]]:
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    rows = [row | {"for_execution_date": today + row["for_execution_date"][10:]} for row in executions(ROWS)]
    for number, row in enumerate(rows):
        if number % 100:
            row["task_status_id"] = "done"  # what is open is read ahead, and that is another matter
    return rows


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        record = self.server.records.get(path.rsplit("/", 1)[1])
        if path.endswith("/executions"):
            self.server.asked += 1
            tag = self.server.tag()
            same = tag is not None and self.headers.get("If-None-Match") == tag
            self._answer(304 if same else 200, b"" if same else self.server.body, tag)
        elif record is not None:
            self._answer(200, record, None)
        elif path.endswith("/count"):
            self._answer(200, b'{"count": 1200}', None)
        else:
            self._answer(404, b'{"message": "not here"}', None)

    def _answer(self, status: int, body: bytes, tag: str | None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if tag is not None:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def _board(home: Path, *, still: bool) -> Iterator[tuple[Pseudo, Site]]:
    home.mkdir()
    site = Site(still=still)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    folder = Folder(home)
    config = home / "config.toml"
    text = config.read_text(encoding="utf-8").replace("127.0.0.1:9", f"127.0.0.1:{site.server_address[1]}")
    config.write_text(f"{text}refresh_seconds = {EVERY}\n", encoding="utf-8")
    with Pseudo([sys.executable, "-m", "tui"], folder.environ, SIZE) as child:
        child.until(lambda text: "connected" in text)
        child.settle(2.0, 10.0)
        child.press(b"b", 1.0, 10.0)
        yield child, site
    site.shutdown()


def run() -> bool:
    """Measure and print; whether all targets are met."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        idle = stack.enter_context(
            Pseudo([sys.executable, "-m", "tests.benchmarks.subjects", "minimal"], environment(home), SIZE)
        )
        live, site = stack.enter_context(_board(home / "live", still=False))
        still, quiet = stack.enter_context(_board(home / "still", still=True))
        for child in (idle, live, still):
            child.settle(SETTLE, SETTLE)
        children = [idle, live, still]
        before = [child.processor() for child in children]
        asked = site.asked, quiet.asked
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for child in children:
                child.settle(0.2, 0.5)
        spent = [(now.processor() - then) * 1000 / SECONDS for now, then in zip(children, before, strict=True)]
        print(f"  {site.asked - asked[0]} and {quiet.asked - asked[1]} answers in {SECONDS:.0f} s")
    base, changing, unchanged = spent
    against = "an idle Textual application, in ms a second"
    return report(
        f"{ROWS:,} executions every {EVERY} s",
        [
            Result("board, all rows each time", changing, base, changing / base, 2.5, against=against),
            Result("board, 304 answers", unchanged, base, unchanged / base, 1.5, against=against),
        ],
    )
