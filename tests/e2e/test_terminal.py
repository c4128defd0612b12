"""The real command in a real pseudo-terminal on a fresh home, at whatever time of day the tests run."""

from __future__ import annotations

import os
import re
import signal
import socket
from pathlib import Path

import pexpect
import pytest

from tests.e2e.steps import ROUND, go_to_tomorrow, make_task, open_round, start
from tests.support.terminal import SHIFTDECK, Terminal

TOKEN = "an-admin-token-for-tests"


def test_a_killed_application_loses_nothing_that_it_called_saved(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        open_round(terminal)
        terminal.press("4,5", "enter", "7")
        terminal.wait("saved here")
        terminal.settle()
        terminal.kill()
    with start(tmp_path) as terminal:
        open_round(terminal)
        terminal.wait("draft of")
        terminal.wait(re.compile(r"Kühlzelle 1 \(°C\).*4\.5").search)
        terminal.wait(re.compile(r"Kühlzelle 2 \(°C\).*7").search)


def test_keys_in_one_chunk_fill_the_fields_they_were_meant_for(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        go_to_tomorrow(terminal)
        terminal.press("/", f"{ROUND} open", "enter", "enter", "5", "enter", "7", "enter", "9", "enter", "1", "f3")
        text = terminal.wait("[1 Ja]")
        for label, value in (
            ("Kühlzelle 1", "5"),
            ("Kühlzelle 2", "7"),
            ("Theke", "9"),
            ("Türen dicht", r"\[1 Ja\]"),
        ):
            assert re.search(rf"{label}.* {value}", text), text


def test_a_lost_line_or_a_stopped_session_closes_the_application_cleanly(tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        with start(tmp_path) as terminal:
            terminal.process.kill(number)
            assert terminal.wait_exit() == 0


def test_a_new_task_is_created_filled_and_finished(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        make_task(terminal, "Störung", "Störung melden")
        terminal.press("enter")
        terminal.wait("Was ist passiert")
        terminal.press("Leck am Kühlraum", "enter", "2", "n", "enter", "f10")
        terminal.wait("Send: Störung melden?")
        assert "Leck am Kühlraum" in terminal.text
        terminal.press("gleich gesehen", "enter")
        terminal.wait(lambda text: "Send:" not in text)
        terminal.press("/", "störung done")
        terminal.wait(re.compile(r"●!? +Störung melden").search)


@pytest.mark.parametrize(("columns", "lines"), [(40, 20), (80, 24), (200, 60)])
def test_it_opens_and_leaves_at_any_size(tmp_path: Path, columns: int, lines: int) -> None:
    with Terminal(SHIFTDECK, home=tmp_path, columns=columns, lines=lines) as terminal:
        terminal.wait("connected")
        terminal.press("q")
        assert terminal.wait_exit() == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_second_terminal_sees_a_change_arrive(tmp_path: Path) -> None:
    port = free_port()
    home, other = tmp_path / "one", tmp_path / "two"
    config = tmp_path / "config.toml"
    config.write_text(
        f'default_profile = "local"\n[profiles.local]\nbase_url = "http://127.0.0.1:{port}"\n'
        'token_env = "LOCAL_TOKEN"\nrefresh_seconds = 1\n'
    )
    environ = os.environ | {"SHIFTDECK_SERVE_TOKEN": TOKEN, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    server = pexpect.spawn(
        SHIFTDECK[0],
        [*SHIFTDECK[1:], "--data-dir", str(tmp_path / "server"), "serve", "intratool", "--port", str(port)],
        env=environ,
        timeout=30,
    )
    try:
        server.expect("Ctrl\\+C ends the server")
        options = ("--config", str(config))
        with (
            start(home, *options, LOCAL_TOKEN=TOKEN) as one,
            start(other, *options, LOCAL_TOKEN=TOKEN) as two,
        ):
            one.press("n")
            one.wait("New task")
            one.press("Störung", "enter", "enter", "f10")
            one.wait("accepted by the server")
            one.press("/", "störung open")
            two.press("/", "störung open")
            two.wait("Störung melden")
            assert TOKEN not in one.text + two.text
    finally:
        server.terminate(force=True)


def test_a_broken_config_names_file_line_key_and_the_nearest_key(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[profiles.kitchen]\nsystem = "intratool"\nrefresh_secnds = 5\n')
    with Terminal([*SHIFTDECK, "--config", str(config)], home=tmp_path, columns=200) as terminal:
        assert terminal.wait_exit() == 2
        text = " ".join(terminal.text.split())
    for part in ("config.toml", "3", "refresh_secnds", "refresh_seconds"):
        assert part in text


def test_keys_typed_before_a_dialog_is_there_go_into_it(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        terminal.press("n", "Störung", "enter", "enter", "f10")
        terminal.wait("accepted by the server")
        terminal.wait(re.compile(r"(?m)^▌[^│]*Störung melden").search)
        terminal.press("f6", "Kein Zugang", "f10", "/", "störung denied")
        terminal.wait(re.compile(r"⊘ .*Störung melden").search)
