"""Where these runs are played: a prepared server and a prepared data folder, copied for each run.

The folder's journal holds the list and the checklists as a real application has read them, so that the next start
shows them at once. The line keeps its port for as long as this process lives: to a journal another address is
another server.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import signal
import sqlite3
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

from tests.faults import registry
from tests.faults.processes.site import FIRST, TITLE, Line, Records, make, serving
from tests.faults.stage import scratch
from tests.faults.trace import Tally
from tests.support.kept import desk
from tests.support.terminal import SHIFTDECK, Terminal
from tui.form.edit import FieldEdit
from tui.model.execution import Key
from tui.workbench.entry import OPEN_STATES, Entry
from tui.workbench.workbench import Workbench

EXECUTIONS = 6
PROFILE = "line"
PATIENCE = 40.0
"""Seconds after which what was to come will not come; nothing here takes a tenth of it."""
CONFIG = """\
default_profile = "line"
[profiles.line]
base_url = "{address}"
token_env = "LINE_TOKEN"
timezone = "Europe/Berlin"
refresh_seconds = 2
"""


def key(number: int = 0) -> Key:
    """The checklist in that place of the list."""
    return Key(PROFILE, "intratool", str(FIRST + number))


class Hall:
    """One for each process that plays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.line = Line()
        self.site = folder / "template.sqlite"
        self.tokens = make(self.site, EXECUTIONS)
        for user in ("ana", "ben"):
            home = Home(folder / user, self.line.port, self.tokens[user])
            home.folder.mkdir()
            home.write_config()
            with serving(self.site) as port:
                self.line.set("up", port)
                home.read_all()
        with sqlite3.connect(self.site) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give everything back."""
        self.line.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Home:
    """A person's own folder."""

    def __init__(self, folder: Path, port: int, token: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "config.toml"
        self.address = f"http://127.0.0.1:{port}"
        self.token = token
        self.slow_line = False
        """Whether the person has set that a key's pieces may come seconds apart."""

    def write_config(self) -> None:
        """The profile of the line."""
        self.config.write_text(CONFIG.format(address=self.address))

    def move(self, address: str) -> None:
        """The server has always been at ``address``: all that is kept belongs to that."""
        with self.bench() as bench:
            old = bench.desk.owner
        self.address = address
        self.write_config()
        with self.bench() as bench:
            new, path = bench.desk.owner, bench.journal.path
        with closing(sqlite3.connect(path)) as db, db:
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if "owner" in [column[1] for column in db.execute(f"PRAGMA table_info({table})")]:
                    db.execute(f"UPDATE {table} SET owner = ? WHERE owner = ?", (new, old))

    @property
    def environ(self) -> dict[str, str]:
        """For the real command."""
        slow = {"ESCDELAY": "5000"} if self.slow_line else {}
        return slow | {
            "SHIFTDECK_CONFIG": str(self.config),
            "SHIFTDECK_DATA_DIR": str(self.data),
            "LINE_TOKEN": self.token,
            "SHIFTDECK_LANG": "en",
        }

    @contextmanager
    def bench(self) -> Iterator[Workbench]:
        """A workbench on the folder that is not started; the journal is given back."""
        with desk(self.data, self.config, LINE_TOKEN=self.token) as bench:
            try:
                yield bench
            finally:
                bench.journal.close()

    def read_all(self) -> None:
        """The list and every checklist, from the server."""

        async def work() -> None:
            with desk(self.data, self.config, LINE_TOKEN=self.token) as bench:
                try:
                    await bench.open()
                    assert len((await bench.live.load()).rows) == EXECUTIONS
                    for number in range(EXECUTIONS):
                        await bench.records.load(key(number))
                finally:
                    await bench.close()

        asyncio.run(work())

    def drafts(self, number: int = 0) -> dict[str, FieldEdit]:
        """What the journal keeps of that checklist."""
        with self.bench() as bench:
            draft = bench.drafts.load(key(number))
            return draft.fields if draft is not None else {}

    def entries(self) -> list[Entry]:
        """What the outbox holds."""
        with self.bench() as bench:
            return list(bench.outbox.entries())

    def unbroken(self) -> bool:
        """Whether the trail holds together."""
        with self.bench() as bench:
            return bench.history.verify() is None


class Visit:
    """One run: its own server, its own homes, terminals that are ended with it, and what did not hold."""

    def __init__(self, hall: Hall, folder: Path, stack: ExitStack) -> None:
        self.hall = hall
        self.line = hall.line
        self.folder = folder
        self._stack = stack
        self._on: list[Terminal] = []
        self.lost: list[str] = []
        self.doubled: list[str] = []
        self.overwritten: list[str] = []
        self.crashed: list[str] = []
        self.wrong: list[str] = []
        site = folder / "site.sqlite"
        shutil.copyfile(hall.site, site)
        self.server = Records(site)
        self.line.set("up", stack.enter_context(serving(site)))

    def home(self, name: str = "home", user: str = "ana") -> Home:
        """A copy of the prepared folder."""
        target = self.folder / name
        if not target.exists():
            shutil.copytree(self.hall.folder / user, target)
        return Home(target, self.line.port, self.hall.tokens[user])

    def start(self, home: Home, *, command: list[str] | None = None) -> Terminal:
        """The application on ``home``, with the list on its screen and the cursor in its first row."""
        terminal = Terminal(command or SHIFTDECK, home=home.folder, columns=78, lines=50, environ=home.environ)
        self._on.append(self._stack.enter_context(terminal))
        terminal.wait(lambda text: "▌" in text and TITLE[:8] in text, PATIENCE)
        return terminal

    def run(self, home: Home, *words: str) -> str:
        """A command to its end; what it said."""
        with Terminal([*SHIFTDECK, *words], home=home.folder, columns=200, environ=home.environ) as terminal:
            code = terminal.wait_exit(PATIENCE)
            self.expect(code == 0, f"shiftdeck {' '.join(words)} ended with {code}: {terminal.text.strip()}")
            return terminal.text

    def kill(self, terminal: Terminal) -> None:
        """kill -9."""
        self.leave(terminal)
        terminal.kill()

    def leave(self, terminal: Terminal) -> None:
        """It was ended, or is about to end, and that is as it should be."""
        self._on.remove(terminal)

    @property
    def running(self) -> tuple[Terminal, ...]:
        """The applications that should be there."""
        return tuple(self._on)

    def quit(self, terminal: Terminal) -> None:
        """Leave the application from its list."""
        self.leave(terminal)
        terminal.press("q")
        self.expect(terminal.wait_exit(PATIENCE) == 0, "the application did not end with 0")

    def quit_when_sent(self, home: Home, terminal: Terminal) -> None:
        """Leave the application, from wherever it stands, when nothing waits any more."""
        open_ = set(OPEN_STATES)
        self.until(lambda: not open_ & {entry.state for entry in home.entries()}, "the outbox drains", terminal)
        self.until(lambda: not home.drafts(), "drafts that were sent are forgotten", terminal)
        self.leave(terminal)
        terminal.process.kill(signal.SIGTERM)
        self.expect(terminal.wait_exit(PATIENCE) == 0, "the application did not end with 0")

    def until(self, holds: Callable[[], object], what: str, *terminals: Terminal) -> bool:
        """Go on until ``holds``, taking what ``terminals`` write meanwhile; not in time is wrong."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                screens = "\n".join(terminal.text for terminal in terminals)
                self.wrong.append(f"not in time: {what}\n{screens}")
                return False
            for terminal in terminals:
                terminal.read(0.02)
            if not terminals:
                time.sleep(0.02)
        return True

    def expect(self, condition: object, words: str) -> None:
        """What must hold besides."""
        if not condition:
            self.wrong.append(words)

    def tally(self) -> Tally:
        """What became of it; an application that ended by itself, or says that something went wrong, crashed."""
        for terminal in self._on:
            if not terminal.process.isalive():
                self.crashed.append(f"an application ended by itself\n{terminal.text}")
            elif "went wrong" in terminal.text or "Traceback" in terminal.text:
                self.crashed.append(terminal.text)
        found = {
            "lost": self.lost,
            "doubled": self.doubled,
            "overwritten": self.overwritten,
            "crashed": self.crashed,
            "wrong": self.wrong,
        }
        words = tuple(f"{kind}: {each}" for kind, said in found.items() for each in said)
        lost, doubled, overwritten, crashed, wrong = map(len, found.values())
        return Tally(lost, doubled, overwritten, crashed, wrong, words)


@cache
def hall() -> Hall:
    """The hall of this process."""
    made = Hall(Path(tempfile.mkdtemp(prefix="processes-", dir=registry.place or scratch())))
    atexit.register(made.close)
    return made


@contextmanager
def visit() -> Iterator[Visit]:
    """A run in the hall of this process."""
    place = hall()
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=place.folder))
    try:
        with ExitStack() as stack:
            yield Visit(place, folder, stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def played(scenario: Callable[[Visit, int], None]) -> Callable[[int], Tally]:
    """A row's ``run``."""

    def run(seed: int) -> Tally:
        with visit() as here:
            try:
                scenario(here, seed)
            except Exception as error:
                here.wrong.append("".join(traceback.format_exception(error)))
            return here.tally()

    return run
