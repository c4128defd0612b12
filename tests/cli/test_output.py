"""What the commands print, whoever wrote it: nothing in it steers the terminal or runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import Run
from tui.__main__ import main
from tui.cli.output import complain, escaped, tell
from tui.cli.sync import line
from tui.model.action import Delivery, Request, Slot
from tui.model.message import verbatim
from tui.workbench.entry import Entry, EntryState
from tui.workbench.tables import cell

# a clear screen, a title, a C1 CSI, an override that turns the text round, a hidden space, a line of its own
HOSTILE = "=A\x1b[2J\x1b]0;x\x07\x9b31m\u202egnp\u2066\u200b\nB\r09:00  D Done \u00fc"
HARMFUL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def test_lines_stay_and_what_steers_a_terminal_goes(capsys: pytest.CaptureFixture[str]) -> None:
    tell("a  b\n\x1b[31mc\u202e\n" + "x" * 20_000)
    complain("one\x9b2J\nline\u2066")
    printed = capsys.readouterr()
    assert printed.out == "a  b\n[31mc\n" + "x" * 20_000 + "\n"
    assert printed.err == "one2J line\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "' =1"),
        ("\u202e=1", "'=1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("a\x1bb\nc", "ab c"),
        (-1, -1),
        (2.5, 2.5),
        (True, True),
        (None, None),
    ],
)
def test_a_cell_is_no_formula_and_numbers_stay_numbers(value: object, shown: object) -> None:
    assert cell(value) == shown


@given(st.text())
def test_json_means_the_same_and_shows_nothing_harmful(text: str) -> None:
    safe = escaped(json.dumps({text: [text]}, ensure_ascii=False, indent=1))
    assert json.loads(safe) == {text: [text]}
    assert not HARMFUL.search(safe)


def test_json_says_everything_on_a_terminal_of_few_letters() -> None:
    assert escaped('"Käse"', "latin-1") == '"Käse"'
    assert escaped('"Käse ☃ 🧀"', "latin-1") == '"K\\u00e4se \\u2603 \\ud83e\\uddc0"'


def test_names_of_the_server_are_harmless_in_every_form(shiftdeck: Run, tmp_path: Path) -> None:
    assert shiftdeck("list").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "intratool.sqlite") as db:
        for table, column in (("task_templates", "title"), ("task_assignments", "title"), ("users", "first_name")):
            db.execute(f"UPDATE {table} SET {column} = ?", (HOSTILE,))
    whole = shiftdeck("list", "--json")
    text, sheet, doctor = shiftdeck("list"), shiftdeck("list", "--csv"), shiftdeck("doctor")
    for done in (text, sheet, whole, doctor):
        assert done.returncode == 0, done.stderr
        assert not HARMFUL.search(done.stdout + done.stderr)
    rows = json.loads(whole.stdout)["rows"]
    assert {row["title"] for row in rows} == {HOSTILE}
    assert len(text.stdout.splitlines()) == len(rows)
    shown = list(csv.DictReader(io.StringIO(sheet.stdout)))
    assert {row["title"] for row in shown} == {"'=A[2J]0;x31mgnp B 09:00 D Done ü"}
    assert len(sheet.stdout.splitlines()) == len(rows) + 1
    assert "Connected as =A[2J" in doctor.stdout


@contextmanager
def refusing(body: bytes) -> Iterator[str]:
    """A server that refuses everything with ``body``; gives its address."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(422)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody wants to read it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_refusal_in_hostile_words_is_one_harmless_line(shiftdeck: Run, tmp_path: Path) -> None:
    with refusing(json.dumps({"message": HOSTILE, "errors": {"period_start": [HOSTILE]}}).encode()) as address:
        (tmp_path / "config.toml").write_text(f'[profiles.kitchen]\nbase_url = "{address}"\n')
        done = shiftdeck("list", SHIFTDECK_TOKEN="a-token")
        doctor = shiftdeck("doctor", SHIFTDECK_TOKEN="a-token")
    assert (done.returncode, done.stdout) == (5, "")
    assert "=A[2J" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert doctor.returncode == 1
    assert not HARMFUL.search(done.stderr + doctor.stdout + doctor.stderr)


def test_sync_tells_of_each_entry_on_one_harmless_line(capsys: pytest.CaptureFixture[str]) -> None:
    request = Request(
        profile="p",
        system="s",
        key_id="1",
        action="finish",
        slot=Slot.FINISH,
        delivery=Delivery.QUEUED,
        idempotency_key="k",
        title=HOSTILE,
    )
    for state in (EntryState.SENT, EntryState.ATTENTION):
        made = datetime(2026, 5, 11, tzinfo=UTC)
        tell(line(Entry(id="1", request=request, state=state, reason=verbatim(HOSTILE), created=made)))
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == 2
    assert not HARMFUL.search(printed)


def test_a_config_and_a_command_line_in_hostile_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIFTDECK_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('"\\u001b[2J\\u202e\\nx" = 1\n')
    assert main(["list"]) == 2
    with pytest.raises(SystemExit):
        main(["li\x1b[2Jst\u202e"])
    said = capsys.readouterr().err
    assert "[2J" in said
    assert len(said.splitlines()) == 3
    assert not HARMFUL.search(said)


@pytest.mark.skipif(os.name != "posix", reason="file descriptors of POSIX")
@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("doctor",), ("--help",)])
def test_a_reader_that_went_away_is_a_quiet_end(environ: dict[str, str], words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tui", *words],
            env=environ,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="file descriptors of POSIX")
@pytest.mark.parametrize(
    ("words", "code"), [("list --json", 0), ("sync", 0), ("--profile nobody list", 2), ("", 2)]
)
def test_closed_streams_are_no_fault(environ: dict[str, str], words: str, code: int, tmp_path: Path) -> None:
    line = f'exec "$0" -m tui {words} <&- >&- 2>&-'
    done = subprocess.run(["/bin/sh", "-c", line, sys.executable], env=environ, timeout=60, check=False)
    assert done.returncode == code
