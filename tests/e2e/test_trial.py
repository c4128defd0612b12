"""What a new user tries first: the server stops in the middle of a shift, the work goes on, nothing is lost."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.processes.checklist import KEYS, wrong_answers
from tests.faults.processes.site import FIRST, ZONE, Records, make
from tests.support.kept import desk
from tests.support.terminal import SHIFTDECK, Terminal
from tui.model.execution import Key

WAITING = 5
TASKS = [str(FIRST + number) for number in range(WAITING + 1)]
CONFIG = """\
[profiles.kitchen]
base_url = "http://127.0.0.1:{port}"
token_env = "KITCHEN_TOKEN"
timezone = "{zone}"
refresh_seconds = 1
"""


class Person:
    """Somebody with a folder and a token of their own."""

    def __init__(self, home: Path, port: int, token: str) -> None:
        home.mkdir()
        self.home = home
        self.token = token
        self.config = home / "config.toml"
        self.config.write_text(CONFIG.format(port=port, zone=ZONE))
        self.environ = {
            "SHIFTDECK_CONFIG": str(self.config),
            "SHIFTDECK_DATA_DIR": str(home / "data"),
            "KITCHEN_TOKEN": token,
        }

    def start(self) -> Terminal:
        """The application."""
        return Terminal(SHIFTDECK, home=self.home, columns=78, lines=50, environ=self.environ)

    def has_read_everything(self) -> bool:
        """Whether the application has read ahead what the shift needs."""
        with desk(self.home / "data", self.config, KITCHEN_TOKEN=self.token) as bench:
            found = [bench.records.cached(Key("kitchen", "intratool", task)) for task in TASKS]
            bench.journal.close()
        return all(found)


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The real ``shiftdeck serve intratool`` on the site in ``folder``."""
    words = ["serve", "intratool", "--port", str(port), "--database", f"sqlite:///{folder / 'site.sqlite'}"]
    environ = os.environ | {"HOME": str(folder), "SHIFTDECK_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    environ |= {"SHIFTDECK_SERVE_TOKEN": "an-admin-token-for-tests", "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", *words], env=environ, cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert str(port) in process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def finish_the_first(terminal: Terminal) -> None:
    """The row with the cursor: open, twelve answers, a note, send."""
    terminal.press(KEYS[0])
    terminal.wait(re.compile(r"▌.. *1 ").search)
    terminal.press(*KEYS[1:-1])
    terminal.wait("Nothing is missing.")
    terminal.press(KEYS[-1])
    terminal.wait(lambda text: "Nothing is missing." not in text and re.search(r"▌\d", text))


def test_five_executions_are_finished_without_a_server_and_arrive_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    tokens = make(tmp_path / "site.sqlite", len(TASKS))
    site = Records(tmp_path / "site.sqlite")
    worker = Person(tmp_path / "worker", port, tokens["ana"])
    supervisor = Person(tmp_path / "supervisor", port, tokens["maria"])
    with worker.start() as terminal:
        with serving(tmp_path, port):
            terminal.press("r")
            terminal.wait(re.compile(r"▌1 .*Schicht").search)
            finish_the_first(terminal)
            terminal.wait(re.compile(r"Closed +1").search)
            terminal.wait(lambda _: worker.has_read_everything())
        terminal.wait("no link")
        for number in range(WAITING):
            finish_the_first(terminal)
            terminal.wait(f"{number + 1} waiting")
        assert sum(site.finished(task) for task in TASKS) == 1
        terminal.press("q")
        assert terminal.wait_exit() == 0
        terminal.wait(f"{WAITING} items wait; they go out at the next start.")
    with serving(tmp_path, port):
        said = Terminal([*SHIFTDECK, "sync"], home=worker.home, columns=160, environ=worker.environ)
        assert said.wait_exit(30) == 0, said.text
        with supervisor.start() as terminal:
            terminal.wait(re.compile(rf"Closed +{len(TASKS)}").search)
            assert len(re.findall(r"● +Done .*Schicht-Checkliste", terminal.text)) == len(TASKS)
            terminal.press("q")
            assert terminal.wait_exit() == 0
        again = Terminal([*SHIFTDECK, "sync"], home=worker.home, columns=160, environ=worker.environ)
        assert again.wait_exit(30) == 0, again.text
    for task in TASKS:
        assert site.status(task) == "done"
        assert site.finished(task) == 1
        assert wrong_answers(site.answers(task)) == []
