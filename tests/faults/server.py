"""The embedded server of a run, and the book in which its database notes what was really done to it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.faults import ground
from tests.faults.clockwork import Time, VirtualLoop
from tui.embedded.app import Site, build

_FINISHED = ("done", "done_delayed")


class Effect(NamedTuple):
    """One thing that the server did. ``kind``: answer, status, created, file.

    ``by`` is the number of the delivery that did it (0: an administrator, or the restoring of a backup). For an
    answer ``old`` and ``new`` are values and notes are notes; for a status the two words; for a created execution
    ``new`` is its assignment and ``new_note`` its moment.
    """

    number: int
    at: float
    by: int
    kind: str
    task: str
    field: str
    old: Any
    new: Any
    old_note: str
    new_note: str

    @property
    def finishes(self) -> bool:
        """Whether this was the step to done."""
        return self.kind == "status" and self.new in _FINISHED and self.old not in _FINISHED


class Delivery(NamedTuple):
    """One request that reached the server: whose, which, and what came of it.

    ``known``: how many effects its terminal could know of when it left: those that were there at a reading of the
    same execution right before, else all that were there when it left.
    """

    number: int
    terminal: str
    key: str
    method: str
    path: str
    known: int
    status: int


class Server:
    """A site in ``folder``; ``begin`` puts a fresh copy of ``template`` under it.

    ``generates``: its executions come from rules, when a period is asked for.
    """

    def __init__(
        self, folder: Path, loop: VirtualLoop, time: Time, template: Path, *, generates: bool = False
    ) -> None:
        self.loop = loop
        self.path = folder / "site.sqlite"
        self.honours_keys = True
        self.effects: list[Effect] = []
        self.deliveries: list[Delivery] = []
        self.wiped: list[tuple[int, int]] = []
        """What a backup took back: the effects behind the first number, up to the second."""
        self._backed_up: dict[Path, int] = {}
        self._template = template
        self._busy = asyncio.Lock()
        self._read = 0
        self._generates = generates
        self._book: sqlite3.Connection | None = None
        self._place()
        self._build(time)

    def _build(self, time: Time) -> None:
        self._time = time
        self._site: Site = build("intratool", f"sqlite:///{self.path}", clock=time, zone=ground.ZONE)
        self._transport = httpx.ASGITransport(self._site.app, raise_app_exceptions=False)

    def begin(self) -> None:
        """Everything as in the template, and an empty book."""
        self.effects, self.deliveries, self._read = [], [], 0
        self.wiped, self._backed_up = [], {}
        self.honours_keys = True
        self._busy = asyncio.Lock()
        self._swap(self._template)
        if self._generates:
            # A server remembers which days it has filled.
            self._build(self._time)

    def close(self) -> None:
        """Give back the files."""
        self._leave()

    async def take(self, terminal: str, request: httpx.Request, known: int) -> httpx.Response:
        """One request through the door, one after the other, so that its effects are known to be its own."""
        async with self._busy:
            return await self.take_at_once(terminal, request, known)

    async def take_at_once(self, terminal: str, request: httpx.Request, known: int) -> httpx.Response:
        """The same beside others that are inside."""
        key = request.headers.get("idempotency-key", "")
        headers = [
            pair for pair in request.headers.raw if self.honours_keys or pair[0].lower() != b"idempotency-key"
        ]
        passed = httpx.Request(request.method, request.url, headers=headers, content=await request.aread())
        if request.method != "GET":
            # What reading has made (executions of a period) is nobody's doing.
            self.note()
        self.loop.visitors += 1
        try:
            response = await self._transport.handle_async_request(passed)
            await response.aread()
        finally:
            self.loop.visitors -= 1
        number = len(self.deliveries) + 1
        said = (request.method, request.url.path, known, response.status_code)
        self.deliveries.append(Delivery(number, terminal, key, *said))
        if request.method != "GET":
            self.note(number)
        return response

    def note(self, by: int = 0) -> None:
        """Read what is new in the book."""
        columns = "seq, kind, task, field, old, new, old_note, new_note"
        rows = self.db.execute(f"SELECT {columns} FROM book WHERE seq > ? ORDER BY seq", (self._read,)).fetchall()
        for seq, kind, task, field, old, new, old_note, new_note in rows:
            self._read = seq
            place = (len(self.effects) + 1, self.loop.time(), by, kind, str(task), field or "")
            values = (_value(old), _value(new)) if kind == "answer" else (old, new)
            self.effects.append(Effect(*place, *values, old_note or "", new_note or ""))

    # -- what an administrator does ---------------------------------------------------------------------

    @property
    def db(self) -> sqlite3.Connection:
        """A connection of our own, for looking and for an administrator's hand."""
        if self._book is None:
            self._book = sqlite3.connect(self.path, isolation_level=None)
        return self._book

    def change(self, sql: str, *params: Any) -> None:
        """Change the database behind the server's back."""
        self.db.execute(sql, params)
        self.note()

    def back_up(self, target: Path) -> None:
        """A copy of the database as it is."""
        self.note()
        self._backed_up[target] = len(self.effects)
        with closing(sqlite3.connect(target)) as copy:
            self.db.backup(copy)

    async def restore(self, backup: Path) -> None:
        """Go back to ``backup``; what the book knew stays known here."""
        async with self._busy:
            self.note()
            self.wiped.append((self._backed_up[backup], len(self.effects)))
            self._swap(backup)
        self._read = int(self.db.execute("SELECT coalesce(max(seq), 0) FROM book").fetchone()[0])

    def answers(self, task: str) -> dict[str, tuple[Any, str]]:
        """What the server holds now of an execution: (value, note) by field key."""
        sql = (
            "SELECT form_fields.key, request_value, additional_information FROM task_progress_fields"
            " JOIN form_fields ON form_fields.id = form_field_id WHERE task_id = ?"
        )
        rows = self.db.execute(sql, (int(task),))
        return {key: (_value(value), note or "") for key, value, note in rows}

    def status(self, task: str) -> str:
        """Its status as stored; "" when there is no such execution."""
        row = self.db.execute("SELECT task_status_id FROM tasks WHERE id = ?", (int(task),)).fetchone()
        return str(row[0]) if row else ""

    # -- files --------------------------------------------------------------------------------------------

    def _leave(self) -> None:
        if self._book is not None:
            self._book.close()
            self._book = None
        self._site.close()

    def _swap(self, source: Path) -> None:
        self._leave()
        self._place(source)

    def _place(self, source: Path | None = None) -> None:
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(source or self._template, self.path)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
