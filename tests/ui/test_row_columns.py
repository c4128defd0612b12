"""Columns that only some systems have: steps done, what a row wears, what is worked on there, what failed."""

from __future__ import annotations

from itertools import combinations

import msgspec
import pytest
from rich.cells import cell_len

from tests.ui.list_app import NOW, STARTED, ListApp, key, row
from tui.model.execution import Execution, Group, Line, Tone, group_of
from tui.model.message import Message
from tui.model.status import Phase, Status
from tui.ui.widgets.board_counts import count_lines
from tui.ui.widgets.board_lines import Canvas, legend_line
from tui.ui.widgets.execution_rows import Look, sign_of, word_of
from tui.ui.widgets.list_order import arrange
from tui.ui.widgets.list_view import Column, View, put
from tui.workbench.figures import Count, Heat, Strip
from tui.workbench.heat import _open_heat

BROKEN = Status("failed", Phase.BROKEN)
WORN = (Message("outdated: {n}", {"n": 4}), Message("{n} attempts", {"n": 2}))


def run(name: int, progress: tuple[int, int] | None = (3, 8), **more: object) -> Execution:
    made = row(name, 10, STARTED, title=str(more.pop("title", "Invoice")), place="Invoices")
    return msgspec.structs.replace(made, progress=progress, **{"due": None, **more})


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (40, ["▌◐  Invoice · Invoices", "▌1  Started · 3/8 · outdated: 4 · 2 a…"]),
        (60, ["▌1  ◐  Started     3/8 Invoice · outdated: 4 · 2 attempts…"]),
        (80, ["▌1  ◐  Started     3/8 Invoice · outdated: 4 · 2 attempts · Invoices"]),
        (120, ["▌1  ◐  Started     3/8 Invoice · outdated: 4 · 2 attempts", "Invoices"]),
    ],
)
async def test_steps_and_what_a_row_wears_at_each_width(width: int, expected: list[str]) -> None:
    app = ListApp()
    async with app.run_test(size=(width, 20)):
        app.list.set_columns(due=False, points=False, progress=True)
        app.show(run(1, marks=WORN), run(2, None, title="Nothing known"))
        lines = app.lines()
    for words in expected:
        assert any(words in line for line in lines), "\n".join(lines)
    assert all(cell_len(line) <= width for line in lines)


async def test_a_long_title_leaves_room_for_what_the_row_wears() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 20)):
        app.list.set_columns(due=False, points=False, progress=True)
        app.show(run(1, marks=WORN, title="x" * 300), run(2, marks=(Message("y" * 300),), title="Short"))
        lines = app.lines()
    assert "x… · outdated: 4 · 2 attempts" in "\n".join(lines)
    assert "Short · yyy" in "\n".join(lines)
    assert all(cell_len(line) <= 80 for line in lines)


SAID = Line(text=Message("Rejected: {words}", {"words": "Extract"}), tone=Tone.BAD)


@pytest.mark.parametrize(
    ("ascii_only", "words"), [(False, " · ✕ Rejected: Extract · "), (True, " - x Rejected: Extract - ")]
)
@pytest.mark.parametrize("width", [60, 80])
async def test_what_a_person_said_of_it_comes_first_and_with_its_sign(
    width: int, ascii_only: bool, words: str
) -> None:
    app = ListApp(ascii_only=ascii_only)
    async with app.run_test(size=(width, 20)):
        app.list.set_columns(due=False, points=False, progress=True)
        app.show(run(1, verdict=SAID, marks=WORN), run(2, None))
        lines = app.lines()
        assert any(words.removesuffix(" - ") in line.replace("…", "") for line in lines), "\n".join(lines)
        app.list.filter("rejected")
        assert app.list.shown_keys == [key(1)], "and it is found by it"
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_what_was_cancelled_is_called_so_at_each_width(width: int) -> None:
    app = ListApp()
    async with app.run_test(size=(width, 20)):
        app.list.set_columns(due=False, points=False, progress=True, cancels=True)
        app.show(run(1, status=Status("cancelled", Phase.CANCELLED)))
        assert " Cancelled " in "\n".join(app.lines())
        app.list.set_columns(due=False, points=False, progress=True)
        app.show(run(1))
        if width == 80:
            assert "▌1  ◐  Started     3/8 Invoice" in "\n".join(app.lines()), "no room is lost to it elsewhere"


async def test_titles_with_numbers_stand_as_people_count() -> None:
    rows = [run(n, title=f"#{n}") for n in (10, 2, 1, 11)]
    broken = run(9, title="#9", status=BROKEN)
    order = arrange([*rows, broken], NOW)
    assert order.groups[Group.DUE] == [key(9), key(1), key(2), key(10), key(11)]
    usual = tuple(tuple(group) for group in order.rows)
    found = put(usual, View(Column.TITLE))
    assert list(found.groups[0]) == [key(1), key(2), key(9), key(10), key(11)]


async def test_without_such_a_column_the_row_is_what_it_was() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 20)):
        app.show(row(1, 25, title="Fridge"))
        assert app.lines()[1].startswith("▌1  ○  Open          06:37     in 25m   Fridge · Kitchen")


async def test_what_the_server_works_on_turns_a_sign_and_says_so() -> None:
    app = ListApp(ascii_only=True)
    async with app.run_test(size=(80, 20)) as pilot:
        app.show(row(1, 25, title="Fridge"), row(2, 26, title="Oven"))
        for sign in "|/":
            app.list.set_busy({key(1): sign})
            await pilot.pause()
            line = app.lines()[app.line_of("Fridge")]
            assert line[2] == sign
            assert "Started" in line
            assert "Started" not in app.lines()[app.line_of("Oven")]
        app.list.set_busy({})
        await pilot.pause()
        assert "Started" not in "\n".join(app.lines())


def test_the_list_can_be_sorted_by_steps() -> None:
    rows = [run(name, steps) for name, steps in ((1, (3, 8)), (2, None), (3, (0, 8)), (4, (8, 8)))]
    order = put(arrange(rows, NOW).rows, View().sorted_by(Column.PROGRESS))
    assert [name.id for name in order.groups[0]] == ["3", "1", "4", "2"]


# -- what failed and can still be put right -----------------------------------------------------------------------


def test_every_state_is_told_without_colour() -> None:
    """In signs, in code letters, and each with a word of its own or a sign of its own."""
    told = [Status("", phase) for phase in Phase if phase is not Phase.UNKNOWN]
    told += [Status("", Phase.ACTIVE, late=True), Status("", Phase.DONE, late=True)]
    for ascii_only in (False, True):
        look = Look(80, ascii_only)
        for one, other in combinations(told, 2):
            assert sign_of(one, look) != sign_of(other, look), (one, other)


def test_what_failed_is_open_work_in_words_and_stands_first() -> None:
    assert not Phase.BROKEN.closed
    assert word_of(BROKEN) == "Failed"
    broken, other = run(1, status=BROKEN, title="Z"), run(2, title="A")
    assert group_of(broken, NOW) is Group.DUE
    assert [each.key.id for each in arrange([other, broken], NOW).rows[Group.DUE]] == ["1", "2"]
    worst = put(arrange([other, broken], NOW).rows, View().sorted_by(Column.STATE))
    assert worst.groups[0][0] == broken.key


async def test_a_row_that_fails_moves_to_the_top_while_it_is_watched() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 20)) as pilot:
        rows = app.show(run(1, title="A"), run(2, title="B"))
        app.refresh_rows(rows, put=(run(2, title="B", status=BROKEN),))
        await pilot.pause()
        assert [name.id for name in app.list.shown_keys] == ["2", "1"]
        assert "✖! Failed" in app.lines()[app.line_of("B")]


def test_the_board_names_it_in_counts_strips_and_legend() -> None:
    canvas = Canvas(100)
    lines = ["".join(text for text, _part in line) for line in count_lines([Count(BROKEN, 3)], canvas)]
    assert lines[0].startswith(" ✖! 3")
    assert lines[1].startswith(" Failed")
    assert count_lines([Count(BROKEN, 3)], canvas)[0][0][1] == "bad"
    heat = _open_heat(Phase.BROKEN, soon=False)
    assert heat is Heat.FAILED
    strip = Strip(name="a", cells=(heat,), before=Heat.NONE, total=1, closed=0, overdue=0)
    seen, usual = ("".join(text for text, _part in legend_line(canvas, strips)) for strips in ([strip], []))
    assert "✖ Failed" in seen
    assert "Failed" not in usual
