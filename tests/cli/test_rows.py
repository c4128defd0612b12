"""What scripts are told of a row: under the same names for every system, and nothing reckoned as a fact."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tui.cli.list import COLUMNS, as_csv, as_text, row_data
from tui.model.execution import Execution, Key, Line, Tone
from tui.model.message import Message
from tui.model.period import Period
from tui.model.plain import by_number
from tui.model.status import Phase, Status

ZONE = ZoneInfo("Europe/Berlin")
DAY = Period.of_day(date(2026, 5, 11), ZONE)
BENCH: Any = SimpleNamespace(desk=SimpleNamespace(zone=ZONE, profile="p", system="s"))
RUN = Execution(
    key=Key("p", "s", "1"), status=Status("failed", Phase.BROKEN), title="#4", place="Invoices", progress=(4, 8),
    marks=(Message("{n} attempts", {"n": 2}),),
)  # fmt: skip
NEXT = Execution(
    key=Key("p", "s", "2"), status=Status("READY", Phase.OPEN), title="Export", projected=True,
    due=datetime(2026, 5, 11, 8, tzinfo=UTC),
)  # fmt: skip


def test_steps_and_what_is_reckoned_are_told() -> None:
    run, upcoming = row_data(RUN, DAY, ZONE), row_data(NEXT, DAY, ZONE)
    assert tuple(run) == tuple(upcoming) == COLUMNS
    assert (run["phase"], run["steps_done"], run["steps"], run["projected"]) == ("broken", 4, 8, False)
    assert (upcoming["steps_done"], upcoming["steps"], upcoming["projected"]) == (None, None, True)
    assert as_csv(BENCH, DAY, [RUN], None).splitlines()[1].endswith(",4,8,False")


def test_what_a_row_wears_stands_in_its_line() -> None:
    assert as_text(BENCH, DAY, [RUN], None).split() == ["E", "Failed", "#4", "·", "2", "attempts", "·", "Invoices"]


def test_a_verdict_stands_before_what_else_it_wears() -> None:
    said = msgspec.structs.replace(RUN, verdict=Line(text=Message("Rejected"), tone=Tone.BAD))
    assert "#4 · Rejected · 2 attempts · Invoices" in as_text(BENCH, DAY, [said], None)


def test_numbers_are_sorted_as_people_count() -> None:
    assert sorted(["#10 b", "#2", "#10 a", "#1", "b", "a 9²"], key=by_number) == [
        "#1",
        "#2",
        "#10 a",
        "#10 b",
        "a 9²",
        "b",
    ]
