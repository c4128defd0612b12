"""``shiftdeck serve`` in a process of its own, on a port of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TOKEN = "an-admin-token-for-tests"


class Server:
    """A running server; ``told`` is what it printed until it was ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.told = ""
        for line in process.stdout:
            self.told += line
            if line.startswith("Ctrl+C"):
                break
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.told)
        assert found, self.told
        self.port = int(found.group(1))

    def get(self, path: str, token: str) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), body


@pytest.fixture
def environ_of_server(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"SHIFTDECK_SERVE_TOKEN": TOKEN}


@pytest.fixture
def server(environ_of_server: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "serve", "--port", "0"],
        env=environ_of_server,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


def test_it_answers_once_dated_and_ends_in_order(server: Server) -> None:
    assert TOKEN not in server.told
    period = "period_start=2026-05-11%2000:00:00&period_end=2026-05-11%2023:59:59"
    status, headers, body = server.get(f"/api/task_2/task/executions?{period}", TOKEN)
    names = [name.lower() for name, _ in headers]
    assert names.count("date") == 1
    assert "server" not in names
    assert status in (200, 404)
    assert json.loads(body) is not None
    assert server.get("/api/nothing", "wrong")[0] in (401, 403, 404)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0


def test_the_printed_profile_works_from_another_process(server: Server, shiftdeck: Run, tmp_path: Path) -> None:
    profile = "\n".join(line[4:] for line in server.told.splitlines() if line.startswith("    "))
    assert profile.startswith("[profiles.local]")
    (tmp_path / "config.toml").write_text(profile)
    done = shiftdeck("--profile", "local", "list", "--json", SHIFTDECK_LOCAL_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["rows"]) > 10
    wrong = shiftdeck("list", SHIFTDECK_TOKEN="wrong-token")
    assert wrong.returncode == 3
    assert "F9" not in wrong.stderr, "a command has no keys"
    assert "wrong-token" not in wrong.stderr
    doctor = shiftdeck("doctor", SHIFTDECK_TOKEN=TOKEN)
    assert doctor.returncode == 0, doctor.stdout


@pytest.mark.parametrize(
    ("system", "token", "path"),
    [("superai", TOKEN, "/api/flows"), ("spaaza", "tests:an-admin-secret", "/tasks")],
)
def test_every_system_takes_the_token_of_the_environment(
    environ: dict[str, str], tmp_path: Path, system: str, token: str, path: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "serve", system, "--port", "0"],
        env=environ | {"SHIFTDECK_SERVE_TOKEN": token},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            server = Server(process)
            assert token not in server.told
            assert f'system = "{system}"' in server.told
            assert server.get(path, token)[0] == 200
            assert server.get(path, "nobody:wrong")[0] == 401
        finally:
            process.kill()


def test_a_token_that_its_system_cannot_take_is_told(shiftdeck: Run) -> None:
    done = shiftdeck("serve", "spaaza", "--port", "0", SHIFTDECK_SERVE_TOKEN="no-colon")
    assert done.returncode == 1
    assert "SHIFTDECK_SERVE_TOKEN" in done.stderr
    assert "id:secret" in done.stderr
    assert "no-colon" not in done.stderr


def test_a_token_is_made_and_told_when_none_is_given(environ: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "serve", "--port", "0", "--database", f"sqlite:///{tmp_path / 'x.sqlite'}"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            server = Server(process)
            token = next(line.strip() for line in server.told.splitlines() if line.startswith("    "))
            assert len(token) >= 20
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert (tmp_path / "x.sqlite").exists()
    assert not (tmp_path / "data" / "intratool.sqlite").exists()


def test_a_port_in_use_and_a_wrong_database_are_told(shiftdeck: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = shiftdeck("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "Choose another one with --port." in done.stderr
    assert "Traceback" not in done.stderr
    done = shiftdeck("serve", "--port", "0", "--database", "nonsense", **dict(os.environ))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
