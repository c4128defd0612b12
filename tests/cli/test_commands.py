"""The commands for scripts, on the sample site, as somebody would call them."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run
from tui.cli.list import COLUMNS


def a_day_that_is_over() -> tuple[str, ...]:
    """Four weeks ago: nothing changes there between two calls."""
    day = str(date.today() - timedelta(weeks=4))
    return "--from", day, "--to", day


def summer_time() -> tuple[date, date]:
    """The last day before it, and the one on which it began: the last Sunday of March that is over everywhere."""
    ends = [date(date.today().year - ago, 3, 31) for ago in (0, 1)]
    sundays = [end - timedelta(days=end.isoweekday() % 7) for end in ends]
    began = next(sunday for sunday in sundays if sunday + timedelta(days=1) < date.today())
    return began - timedelta(days=1), began


def test_list_as_json_csv_and_text(shiftdeck: Run) -> None:
    done = shiftdeck("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    whole = json.loads(done.stdout)
    assert set(whole) == {"profile", "system", "from", "to", "as_of", "rows"}
    assert (whole["profile"], whole["system"]) == ("sample", "intratool")
    assert datetime.fromisoformat(whole["from"]).strftime("%H:%M:%S") == "00:00:00"
    rows = whole["rows"]
    assert len(rows) > 10
    assert all(tuple(row) == COLUMNS for row in rows)
    assert all(row["title"] and row["status"] and row["phase"] != "unknown" for row in rows)
    moments = [datetime.fromisoformat(row["due"]) for row in rows if row["due"]]
    assert moments == sorted(moments)

    days = a_day_that_is_over()
    rows = json.loads(shiftdeck("list", "--json", *days).stdout)["rows"]
    assert len(rows) > 10
    table = list(csv.DictReader(io.StringIO(shiftdeck("list", "--csv", *days).stdout)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]

    german = shiftdeck("--lang", "de", "list", *days)
    assert len(german.stdout.splitlines()) == len(rows)
    assert any("Offen" in line or "Erledigt" in line for line in german.stdout.splitlines())


def test_list_of_other_days(shiftdeck: Run) -> None:
    before, began = map(str, summer_time())
    done = shiftdeck("list", "--json", "--from", before, "--to", began)
    whole = json.loads(done.stdout)
    assert (whole["from"], whole["to"]) == (f"{before}T00:00:00+01:00", f"{began}T23:59:59+02:00")
    assert {row["due"][:10] for row in whole["rows"]} == {before, began}
    assert {row["phase"] for row in whole["rows"]} >= {"done"}
    wrong = shiftdeck("list", "--from", began, "--to", before)
    assert wrong.returncode == 2
    assert "before the first" in wrong.stderr


def test_a_server_that_is_not_there_is_exit_code_six(shiftdeck: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[profiles.kitchen]\nbase_url = "http://127.0.0.1:9"\ntoken_env = "KITCHEN"\n'
    )
    done = shiftdeck("list", "--json", KITCHEN="secret-token")
    assert done.returncode == 6
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "secret-token" not in done.stderr
    assert shiftdeck("doctor", KITCHEN="secret-token").returncode == 1


def test_a_missing_token_is_exit_code_three(shiftdeck: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[profiles.kitchen]\nbase_url = "http://127.0.0.1:9"\ntoken_env = "KITCHEN"\n'
    )
    done = shiftdeck("list")
    assert done.returncode == 3
    assert "KITCHEN" in done.stderr


def test_sync_doctor_and_history_on_a_fresh_folder(shiftdeck: Run, tmp_path: Path) -> None:
    done = shiftdeck("sync")
    assert (done.returncode, done.stdout) == (0, "All is sent.\n")
    doctor = shiftdeck("--lang", "de", "doctor")
    assert doctor.returncode == 0
    for part in (str(tmp_path / "data"), "Europe/Berlin", "Umgebung", "Verbunden als"):
        assert part in doctor.stdout
    assert shiftdeck("history", "verify").returncode == 0


def test_a_changed_trail_is_found(shiftdeck: Run, tmp_path: Path) -> None:
    assert shiftdeck("history", "verify").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "journal.sqlite") as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(history)")]
        values = {"seq": 1, "owner": "x", "body": b"{}", "hash": bytes(32)}
        assert set(values) <= set(columns)
        marks = ", ".join(f":{name}" for name in values)
        db.execute(f"INSERT INTO history ({', '.join(values)}) VALUES ({marks})", values)
    done = shiftdeck("history", "verify")
    assert done.returncode == 1
    assert "entry 1" in done.stderr
    assert shiftdeck("doctor").returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
def test_a_full_disk_is_one_calm_line(environ: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "list"],
            env=environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr


def test_it_runs_in_an_environment_that_knows_only_a_home(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    if "SYSTEMROOT" in os.environ:
        environ["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    for words in (("list",), ("sync",), ("doctor",), ("history", "verify"), ("list", "--csv")):
        done = subprocess.run(
            [sys.executable, "-m", "tui", *words], env=environ, capture_output=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, b""), words
        assert done.stdout


@pytest.mark.parametrize("command", [("list",), ("sync",), ("doctor",), ("history", "verify"), ("serve",)])
def test_an_unknown_profile_is_exit_code_two_for_every_command(shiftdeck: Run, command: tuple[str, ...]) -> None:
    done = shiftdeck("--profile", "sampel", *command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--profile: there is no profile “sampel”. There is: sample. Is “sample” meant?\n"


def test_a_title_belongs_to_the_screen_and_the_name_to_scripts(shiftdeck: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[profiles.kitchen]\ntitle = "Küche Nord"\n')
    whole = json.loads(shiftdeck("list", "--json").stdout)
    assert whole["profile"] == "kitchen"
