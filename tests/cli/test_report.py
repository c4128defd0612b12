"""``shiftdeck report``: the three forms, on standard output and in a file that is never half there."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.place import Place
from tui.cli.report import Meter
from tui.workbench.report_files import replace_file
from tui.workbench.report_forms import COLUMNS


def test_the_three_forms_say_the_same(shiftdeck: Run) -> None:
    # a day that is over: no execution of it becomes late between two calls
    day = str(date.today() - timedelta(weeks=4))
    days = ("--from", day, "--to", day)
    data = json.loads(shiftdeck("report", *days, "--format", "json").stdout)
    table = list(csv.DictReader(io.StringIO(shiftdeck("report", *days, "--format", "csv").stdout)))
    paper = shiftdeck("--lang", "de", "report", *days).stdout
    assert tuple(table[0]) == COLUMNS
    sections = ("open", "missed", "denied", "late", "done")
    assert data["total"] == sum(len(data[name]) for name in sections) > 10
    headings = ("Nicht erledigt", "Verpasst", "Abgelehnt", "Erledigt, spät", "Erledigt")
    for name, heading in zip(sections, headings, strict=True):
        assert [line["id"] for line in table if line["section"] == name] == [one["id"] for one in data[name]]
        assert f"## {heading} ({len(data[name])})" in paper
    assert sum(count["number"] for count in data["counts"]) == data["total"]
    assert data["unread"] == 0
    assert data["notes"]
    assert paper.startswith("# Schichtbericht: ")


def test_a_denial_comes_with_its_reason_and_what_was_not_sent_is_named(place: Place) -> None:
    place.queue(1, "=No delivery, |sorry|")
    assert place.run("sync").returncode == 0
    place.queue(1)
    data = json.loads(place.run("report", "--format", "json").stdout)
    assert "=No delivery, |sorry|" in {one["reason"] for one in data["denied"]}
    (entry,) = data["waiting"]
    assert (entry["action"], entry["state"]) == ("deny", "waiting")


def test_a_file_is_whole_or_as_it_was(shiftdeck: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    done = shiftdeck("report", "--output", str(path))
    assert (done.returncode, done.stdout) == (0, "")
    assert f"tasks are in {path}." in done.stderr
    assert path.read_text(encoding="utf-8").startswith("# Shift report: ")
    missing = shiftdeck("report", "--output", str(tmp_path / "nowhere" / "report.md"))
    assert missing.returncode == 1
    assert "cannot be written" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.csv"
    path.write_text("old")

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    replace_file(link, "new")
    assert (link.is_symlink(), path.read_text()) == (True, "new")


def test_exit_codes(shiftdeck: Run, tmp_path: Path) -> None:
    wrong = shiftdeck("report", "--from", "2026-03-29", "--to", "2026-03-28")
    assert wrong.returncode == 2
    assert shiftdeck("report", "--format", "pdf").returncode == 2
    (tmp_path / "config.toml").write_text(
        '[profiles.kitchen]\nbase_url = "http://127.0.0.1:9"\ntoken_env = "KITCHEN"\n'
    )
    path = tmp_path / "report.md"
    for command in (("report", "--output", str(path)), ("watch",)):
        done = shiftdeck(*command, KITCHEN="secret-token")
        assert (done.returncode, done.stdout) == (6, "")
    assert not path.exists()


def test_progress_is_told_only_when_it_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("tui.cli.report.time.monotonic", lambda: now)
    meter = Meter()
    meter(1, 100)
    assert capsys.readouterr().err == ""
    now += 1
    meter(40, 100)
    now += 1
    meter(60, 100)
    meter.close()
    assert capsys.readouterr().err == "Reading answers: 40 of 100\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    meter = Meter()
    now += 1
    meter(50, 100)
    meter.close()
    assert "[############------------] Reading answers: 50 of 100" in capsys.readouterr().err
