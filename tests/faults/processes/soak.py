"""F34: an application asks the server again and again, while things change and a person works now and then."""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.faults.processes.checklist import open_form
from tests.faults.processes.hall import EXECUTIONS, Home, Visit, key
from tests.faults.processes.site import FIRST
from tests.support.terminal import Terminal

PAGE = os.sysconf("SC_PAGE_SIZE")
GROWTH = 4_000_000
"""Bytes that memory may differ by: the collector runs when it likes."""
SHORT, LONG = 120, 4_000


def short(visit: Visit, seed: int) -> None:
    """As many polls as fit into some seconds."""
    _soak(visit, seed, SHORT)


def long(visit: Visit, seed: int) -> None:
    """The polls of eight hours."""
    _soak(visit, seed, LONG)


def _soak(visit: Visit, seed: int, polls: int) -> None:
    chance = random.Random(seed)
    home = visit.home()
    terminal = visit.start(home)
    terminal.wait("connected")
    before = (0, 0, 0, 0)
    for number in range(polls):
        if number % 5 == 0:
            ident = FIRST + chance.randrange(1, EXECUTIONS)
            status = chance.choice(("open", "in_progress"))
            visit.server.change("UPDATE tasks SET task_status_id = ? WHERE id = ?", status, ident)
        if number % 40 == 20:
            _work(visit, home, terminal)
        asked = visit.line.asked
        terminal.press("r")
        visit.until(lambda asked=asked: visit.line.asked > asked, "the server is asked", terminal)  # type: ignore[misc]
        if number == polls // 2:
            terminal.settle(0.3)
            before = _size(terminal, home)
    terminal.settle(0.3)
    after = _size(terminal, home)
    memory, files, threads, disk = (now - then for now, then in zip(after, before, strict=True))
    visit.expect(memory <= GROWTH, f"memory grew by {memory} bytes in {polls // 2} polls, from {before[0]}")
    visit.expect(files <= 2, f"{files} more open files")
    visit.expect(threads <= 2, f"{threads} more threads")
    visit.expect(disk <= GROWTH, f"the data folder grew by {disk} bytes")
    visit.quit_when_sent(home, terminal)
    visit.expect(home.unbroken(), "the trail is broken")


def _work(visit: Visit, home: Home, terminal: Terminal) -> None:
    """Open the first checklist, answer it, take that back, and leave it."""
    open_form(terminal)
    terminal.press("f8", "4", "enter", "3")
    visit.until(home.drafts, "what is typed is kept", terminal)
    terminal.press("\x15", "f8", "1", "enter", "f3")
    visit.until(lambda: not home.drafts(), f"what was taken back of {key()} is gone", terminal)
    terminal.wait("Open task")


def _size(terminal: Terminal, home: Home) -> tuple[int, int, int, int]:
    """Bytes of memory, open files, threads, bytes of the data folder."""
    place = Path(f"/proc/{terminal.process.pid}")
    resident = int((place / "statm").read_text().split()[1]) * PAGE
    disk = sum(file.stat().st_size for file in home.data.rglob("*") if file.is_file())
    return resident, len(list((place / "fd").iterdir())), len(list((place / "task").iterdir())), disk
