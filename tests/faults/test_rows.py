"""A bounded selection of every row of the fault matrix; all of it is ``python -m tests.faults --all``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.__main__ import main
from tests.faults.registry import Row, rows
from tests.faults.trace import Tally

ON_THE_WIRE = {
    *("F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13", "F14", "F15", "F16", "F17", "F18"),
    *("F25", "F26", "F27", "F30", "F31", "F32", "F33", "F36"),
}


def _bounded() -> list[Any]:
    return [pytest.param(row, id=row.name) for row in rows() if row.bounded]


def test_every_row_is_there_once() -> None:
    names = [row.name for row in rows()]
    assert len(names) == len(set(names))
    assert set(names) >= ON_THE_WIRE
    assert all(row.full >= row.bounded for row in rows())


@pytest.mark.parametrize("row", _bounded())
def test_nothing_is_lost_doubled_overwritten_or_crashed(row: Row) -> None:
    total = Tally()
    for seed in range(row.bounded):
        tally = row.run(seed)
        total = total.plus(tally._replace(words=tuple(f"seed {seed}: {words}" for words in tally.words)))
    assert total == Tally()


def test_the_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "f5b", "--runs", "2", "--seed", "7", "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("seed 7\n")
    assert "overwritten" in said
    (line,) = [line for line in said.splitlines() if line.startswith("F5b")]
    assert line.split()[-6:] == ["2", "0", "0", "0", "0", "0"]


def test_a_row_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "F99"]) == 2
    assert "f99" in capsys.readouterr().err
