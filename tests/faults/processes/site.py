"""A real server on a socket whose database keeps a book, and the line to it, which can be cut and muted."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import sqlite3
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import uvicorn

from tests.faults.ground import BOOK
from tui.embedded.app import build
from tui.model.clock import system_clock

ZONE = "Europe/Berlin"
TITLE = "Schicht-Checkliste"
FIRST = 9001
"""The first execution's ID; the others follow."""
_ASSIGNMENT = 900


def make(path: Path, executions: int) -> dict[str, str]:
    """The template database at ``path``: the sample site's people, and so many reference checklists that are due
    now, nothing else. The tokens by user name."""
    with closing(build("intratool", f"sqlite:///{path}", clock=system_clock, zone=ZONE)) as site:
        tokens = {user.username: user.token for user in site.users()}
    now = datetime.now(ZoneInfo(ZONE))
    stamp = f"{now:%Y-%m-%d %H:%M:%S}"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE task_assignments SET active = 0")
        (template,) = db.execute("SELECT id FROM task_templates WHERE title = ?", (TITLE,)).fetchone()
        db.execute(
            "INSERT INTO task_assignments (id, title, task_template_id, assign_mode, active, always_executable,"
            " user_confirmation_required, delayed_reason_required, deny_allowed, deny_reason_required,"
            " sort_number, created_at, updated_at)"
            " VALUES (?, 'Reference', ?, 'any_of', 1, 1, 0, 0, 1, 1, 1, ?, ?)",
            (_ASSIGNMENT, template, stamp, stamp),
        )
        db.execute("INSERT INTO assignment_department VALUES (?, 1)", (_ASSIGNMENT,))
        for number in range(executions):
            # One second after the other, so that the list has them in this order.
            db.execute(
                "INSERT INTO tasks (id, task_assignment_id, task_template_id, task_status_id, for_execution_date,"
                " department_id, achieved_points, max_points, created_at, updated_at)"
                " VALUES (?, ?, ?, 'open', ?, 1, 0, 18, ?, ?)",
                (FIRST + number, _ASSIGNMENT, template, f"{now:%Y-%m-%d} {_second(now, number)}", stamp, stamp),
            )
        db.executescript(BOOK)
    return tokens


def _second(now: datetime, number: int) -> str:
    return f"{now:%H}:{number // 60 % 60:02}:{number % 60:02}"


class Effect(NamedTuple):
    """A line of the book. ``kind``: answer, status, created, file."""

    kind: str
    task: str
    field: str
    old: Any
    new: Any
    note: str


class Records:
    """What the server's database holds, read without the server."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._path, timeout=10)) as db:
            return db.execute(sql, params).fetchall()

    def status(self, task: str) -> str:
        """Its status; "" when there is no such execution."""
        rows = self._rows("SELECT task_status_id FROM tasks WHERE id = ?", int(task))
        return str(rows[0][0]) if rows else ""

    def answers(self, task: str) -> dict[str, tuple[Any, str]]:
        """(value, note) by field key, without those that hold neither."""
        sql = (
            "SELECT form_fields.key, request_value, additional_information FROM task_progress_fields"
            " JOIN form_fields ON form_fields.id = form_field_id WHERE task_id = ?"
        )
        found = {key: (_value(value), note or "") for key, value, note in self._rows(sql, int(task))}
        return {key: pair for key, pair in found.items() if pair[0] not in (None, "", []) or pair[1]}

    def book(self) -> list[Effect]:
        """Everything that was done since the template was made, in its order."""
        rows = self._rows("SELECT kind, task, field, old, new, new_note FROM book ORDER BY seq")
        return [
            Effect(kind, str(task), field or "", old, new, note or "")
            for kind, task, field, old, new, note in rows
        ]

    def finished(self, task: str) -> int:
        """How often ``task`` went from not done to done."""
        done = ("done", "done_delayed")
        return sum(
            one.kind == "status" and one.task == task and one.new in done and one.old not in done
            for one in self.book()
        )

    def change(self, sql: str, *params: Any) -> None:
        """An administrator's hand."""
        with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
            db.execute(sql, params)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)


@contextmanager
def serving(path: Path) -> Iterator[int]:
    """The server on ``path`` on a socket, in a thread of this process; its port."""
    with closing(build("intratool", f"sqlite:///{path}", clock=system_clock, zone=ZONE)) as site:
        config = uvicorn.Config(
            site.app,
            log_level="error",
            lifespan="off",
            date_header=False,
            server_header=False,
            access_log=False,
        )
        server = uvicorn.Server(config)
        listener = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = server.force_exit = True
            thread.join(20)
            listener.close()


class Line:
    """Passes what terminals send on to ``target``, a port. What it does is its ``mode``:

    ``up``; ``reset``: every connection is refused or broken; ``silent``: connections are taken, nothing goes
    through, nobody says so; ``deaf``: the server gets what is sent and its answers do not come back.
    """

    def __init__(self) -> None:
        self.target = 0
        self.mode = "up"
        self.asked = 0
        """Reading requests that came."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._ended = False
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where the terminals send to."""
        return int(self._listener.getsockname()[1])

    def set(self, mode: str, target: int = 0) -> None:
        """Another mode from now on; what is open is broken when the line comes back or breaks."""
        self.mode, self.target = mode, target or self.target
        if mode in ("up", "reset"):
            for each in list(self._open):
                _break(each)

    def close(self) -> None:
        """Nothing goes through any more."""
        self._ended = True
        self.set("reset")
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        self._open.add(client)
        server: socket.socket | None = None
        muted = False
        try:
            while self.mode != "reset":
                ready, _, _ = select.select([one for one in (client, server) if one is not None], [], [], 0.05)
                muted = muted or self.mode in ("deaf", "silent")
                for one in ready:
                    data = one.recv(1 << 16)
                    if not data:
                        return
                    if one is client:
                        self.asked += data.count(b"GET /")
                    if one is client and self.mode != "silent":
                        server = server or socket.create_connection(("127.0.0.1", self.target), 5)
                        server.sendall(data)
                    elif one is server and not muted:
                        client.sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            self._open.discard(client)
            _break(client)
            if server is not None:
                server.close()


def _break(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
