"""A bounded selection of every row of the fault matrix; all of it is ``python -m tests.faults --all``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.__main__ import main
from tests.faults.registry import Row, rows
from tests.faults.trace import Tally

NUMBERS = {*range(1, 22), *range(24, 28), *range(30, 35), 36}
"""The faults that are played, on the wire or with real processes; the others are looked at elsewhere."""


def _bounded() -> list[Any]:
    return [pytest.param(row, id=row.name) for row in rows() if row.bounded]


def test_every_row_is_there_once() -> None:
    names = [row.name for row in rows()]
    assert len(names) == len(set(names))
    assert {int("".join(char for char in name if char.isdigit())) for name in names} >= NUMBERS
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
