"""The reference checklist: twelve answers in at most 26 structural keys, from the open list to done on the server.

Structural is every key that is not free text: the scanner types the batch code, a person the words of the note.
"""

from __future__ import annotations

import json
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.steps import make_task, start
from tests.support.kept import records
from tests.support.terminal import SHIFTDECK, Terminal
from tui.model.execution import Execution

TITLE = "Schicht-Checkliste"
MOST_KEYS = 26
QUARTER = timedelta(minutes=15)
SCAN = "0104012345123456\x1d10L-2605-114\r"
NOTE = "Kratzer an der Tür, gemeldet"
OPEN = ["enter"]
FIELDS_1_TO_10 = [*"111", *"4,5", "enter", *"-18", "enter", *"120", "enter", "2", *"13", "enter", "4", "enter"]
THE_REST = [SCAN, "2", "f5", NOTE, "f10", "enter"]
FREE = (SCAN, NOTE)
ANSWERS = {
    "floor-dry": "yes",
    "doors-closed": "yes",
    "clothing": "yes",
    "fridge-temperature": "4.5",
    "freezer-temperature": "-18",
    "portions": "120",
    "oil": "usable",
    "cleaned": ["tables", "floor"],
    "rating": "4",
    "batch": "0104012345123456\x1d10L-2605-114",
    "no-damage": "no",
}


def structural(keys: list[str]) -> int:
    return sum(key not in FREE for key in keys)


def on_the_list(home: Path) -> Terminal:
    """The open list with the cursor on a reference checklist that may be done now."""
    terminal = start(home, SHIFTDECK_DATA_DIR=str(home / "data"))
    make_task(terminal, TITLE, TITLE)
    terminal.gone("accepted by the server")
    return terminal


def made(row: Execution, begun: datetime) -> bool:
    """Whether it is the task of this test: it is due when its quarter of an hour ends, and closed by now."""
    due = row.due if row.title == TITLE and row.status.phase.closed else None
    return due is not None and begun.replace(microsecond=0) <= due <= datetime.now(begun.tzinfo) + QUARTER


def check_done(home: Path, begun: datetime) -> None:
    """The server holds exactly these answers and the note, and the list for scripts says done."""
    (record,) = records(home / "data", lambda row: made(row, begun))
    assert record.execution.status.raw in ("done", "done_delayed")
    answers = {key: answer.value for key, answer in record.answers.items() if answer.value is not None}
    checked = str(answers.pop("checked-at"))
    assert answers == ANSWERS
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    assert begun.strftime("%H:%M") <= checked <= now.strftime("%H:%M") or now.date() != begun.date()
    assert {key: answer.note for key, answer in record.answers.items() if answer.note} == {"no-damage": NOTE}
    assert record.execution.due is not None
    day = str(record.execution.due.astimezone(begun.tzinfo).date())
    options = ["--data-dir", str(home / "data"), "list", "--json", "--from", day]
    command, root = [*SHIFTDECK, *options], Path(__file__).parents[2]
    said = subprocess.run(command, capture_output=True, check=True, text=True, cwd=root)
    rows = {row["id"]: row for row in json.loads(said.stdout)["rows"]}
    assert rows[record.execution.key.id]["phase"] == "done"


@pytest.fixture
def begun() -> datetime:
    return datetime.now(ZoneInfo("Europe/Berlin"))


def test_the_budget_of_the_reference_checklist() -> None:
    assert structural([*OPEN, *FIELDS_1_TO_10, *THE_REST]) <= MOST_KEYS


def test_the_reference_checklist_key_by_key(tmp_path: Path, begun: datetime) -> None:
    pressed: list[str] = []
    with on_the_list(tmp_path) as terminal:

        def press(keys: list[str]) -> None:
            for key in keys:
                terminal.press(key)
                pressed.append(key)

        press(OPEN)
        terminal.wait("Boden trocken")
        press(FIELDS_1_TO_10)
        terminal.wait(re.compile(r"▌. +11 Chargennummer").search)
        press(THE_REST[:4])
        terminal.wait(NOTE)
        press(["f10"])
        terminal.wait("Nothing is missing.")
        press(["enter"])
        terminal.wait("accepted by the server")
        assert structural(pressed) <= MOST_KEYS, pressed
        terminal.press("q")
        assert terminal.wait_exit() == 0
    check_done(tmp_path, begun)


def test_the_reference_checklist_in_one_chunk(tmp_path: Path, begun: datetime) -> None:
    with on_the_list(tmp_path) as terminal:
        terminal.press("enter")
        terminal.wait("Boden trocken")
        terminal.press(*FIELDS_1_TO_10, *THE_REST)
        terminal.wait("accepted by the server")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    check_done(tmp_path, begun)


def test_the_reference_checklist_in_one_chunk_with_its_opening(tmp_path: Path, begun: datetime) -> None:
    with on_the_list(tmp_path) as terminal:
        terminal.press(*OPEN, *FIELDS_1_TO_10, *THE_REST)
        terminal.wait("accepted by the server")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    check_done(tmp_path, begun)
