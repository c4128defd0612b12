"""Three servers in processes of their own, and one terminal that shows them all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import SHIFTDECK, Terminal

SYSTEMS = {"kitchen": "intratool", "flows": "superai", "shop": "spaaza"}
TOKENS = {"kitchen": "admin-token-1", "flows": "saf_admin_token_2", "shop": "op:admin-token-3"}
PROFILE = """
[profiles.{name}]
system = "{system}"
base_url = "{address}"
token_env = "TOKEN_{name}"
refresh_seconds = 1
"""


class Servers:
    """All three; ``kill`` is what a power cut does."""

    def __init__(self, folder: Path) -> None:
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self.config = 'default_profile = "kitchen"\n'
        for name, system in SYSTEMS.items():
            database = f"sqlite:///{folder / f'{name}.sqlite'}"
            process = subprocess.Popen(
                [sys.executable, "-m", "tui", "serve", system, "--port", "0", "--database", database],
                env=os.environ
                | {"HOME": str(folder), "SHIFTDECK_SERVE_TOKEN": TOKENS[name], "PYTHONUNBUFFERED": "1"},
                stdout=subprocess.PIPE,
                text=True,
            )
            self.processes[name] = process
        for name, process in self.processes.items():
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found is not None
            self.config += PROFILE.format(name=name, system=SYSTEMS[name], address=found[0])

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait(20)

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    made = Servers(tmp_path)
    try:
        yield made
    finally:
        made.close()


def line_of(text: str, name: str) -> str:
    return next((line for line in text.splitlines() if re.match(rf"\s*\S {name} ", line)), "")


def at_list(text: str) -> bool:
    """The list's title begins with the name of its profile."""
    return text.lstrip().startswith(tuple(SYSTEMS))


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal")
def test_one_board_over_three_servers_of_which_one_dies(tmp_path: Path, servers: Servers) -> None:
    config = tmp_path / "config.toml"
    config.write_text(servers.config)
    environ = {f"TOKEN_{name}": token for name, token in TOKENS.items()}
    command = [*SHIFTDECK, "--config", str(config), "--data-dir", str(tmp_path / "data")]
    with Terminal(command, home=tmp_path, columns=120, lines=40, environ=environ) as terminal:
        terminal.wait("connected")
        terminal.press("f9")
        terminal.wait("All profiles")
        terminal.press("5")
        terminal.wait("3 profiles live")
        terminal.wait(lambda text: all("live, at most" in line_of(text, name) for name in SYSTEMS))
        servers.kill("flows")
        terminal.wait(
            lambda text: (
                "STALE since" in line_of(text, "flows")
                and "2 of 3 live" in text
                and "live, at most" in line_of(text, "shop")
            )
        )
        terminal.press("tab", "home")
        # Strips are those of profiles: the first of them leads into it, and the way back to the board of all.
        terminal.press("enter")
        terminal.wait(at_list)
        terminal.press("f3")
        text = terminal.wait(lambda text: "NOT LIVE since" in line_of(text, "flows"))
        assert not any(token in text for token in TOKENS.values())
        terminal.press("f3")
        terminal.wait(at_list)
        terminal.press("q")
        assert terminal.wait_exit() == 0
