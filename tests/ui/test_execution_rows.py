"""What the list says: groups, columns at every width, marks, code letters, and hostile texts as they are."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from tests.ui.list_app import DONE, LATE, MISSED, NARROW, NOW, STARTED, WIDE, ListApp, key, many, row
from tui.ui.widgets.execution_list import ExecutionList


async def test_groups_and_carried_over_work() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE):
        app.show(
            row("old", -500, LATE, title="Carried"),
            row("o", -12, STARTED),
            row("d", 25),
            row("l", 300),
            row("c", -60, DONE, touched=-3),
            row("hidden", -600, DONE),
        )
        lines = app.lines()
    assert [line.strip() for line in lines if line.startswith(" ") and line[1].isalpha()] == [
        "Overdue  2",
        "Due  1",
        "Later  1",
        "Closed  1",
    ]
    assert "Started, late" in lines[1]
    assert "Sun 21:52" in lines[1]
    assert "+8h20m" in lines[1]
    assert "+12m" in lines[2]
    assert "in 25m" in lines[4]
    assert "at 06:09" in lines[8]
    assert not any("hidden" in line for line in lines)


async def test_work_finished_while_it_was_shown_stays_although_it_is_from_yesterday() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(row("old", -500), row("new", 5))
        app.refresh_rows(rows, put=(row("old", -500, DONE, touched=0),))
        await pilot.pause()
        assert [name.id for name in app.list.shown_keys] == ["new", "old"]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (40, ["▌◑! Fridge temperatures · Kitchen", "▌1  Started, late +12m · 06:00"]),
        (60, ["▌1  ◑! Started, late 06:00     +12m    Fridge temperatures"]),
        (80, ["▌1  ◑! Started, late 06:00     +12m     Fridge temperatures · Kitchen"]),
        (120, ["▌1  ◑! Started, late 06:00     +12m     Fridge temperatures", "Kitchen", "3/10 Maria"]),
    ],
)
async def test_columns_at_each_width(width: int, expected: list[str]) -> None:
    app = ListApp()
    async with app.run_test(size=(width, 20)):
        app.show(row(1, -12, LATE, title="Fridge temperatures"))
        text = "\n".join(app.lines())
        for words in expected:
            assert words in text


async def test_a_place_that_does_not_fit_beside_the_title_stands_under_it() -> None:
    app = ListApp()
    async with app.run_test(size=NARROW):
        app.show(row(1, -12, LATE, title="Fridge temperatures", place="Kitchen, ground floor"))
        lines = app.lines()
    assert lines[1].rstrip() == "▌◑! Fridge temperatures"
    assert lines[2].startswith("▌1  Started, late +12m · 06:00 · Kitc…")


async def test_a_new_watcher_that_is_told_everything_marks_nothing() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many(4))
        app.list.apply(rows, rows.keys(), (), (), NOW)
        await pilot.pause()
        assert not any("•" in line for line in app.lines())


async def test_without_points_the_column_is_absent() -> None:
    app = ListApp()
    async with app.run_test(size=(120, 20)):
        app.show(row(1))
        app.list.set_columns(points=False)
        assert "3/10" not in app.lines()[1]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_code_letters_instead_of_shapes(width: int) -> None:
    app = ListApp(ascii_only=True)
    async with app.run_test(size=(width, 20)):
        app.show(row(1, -12, LATE, title="x" * 200), row(2, -60, DONE), row(3, -60, MISSED), row(4))
        app.list.set_unsent({key(4)})
        lines = app.lines()
    assert all(line.isascii() for line in lines)
    text = "\n".join(lines)
    for code, word in (("L", "ate"), ("D", "Done"), ("M", "Missed"), ("O", "Open")):
        assert f" {code} " in text.replace(">", " ")
        assert word in text


HOSTILE = [
    "[/foo]",
    "[@click=app.quit]x[/]",
    "[red",
    "a\x1b[31mb\x07\u202ec\u2066d\r\ne",
    "界" * 100,
    "y" * 10_000,
]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
async def test_hostile_texts_are_shown_as_they_are_and_break_nothing(width: int) -> None:
    app = ListApp()
    async with app.run_test(size=(width, 30)) as pilot:
        app.show(*[row(f"[b]{n}", n, title=text, place=text) for n, text in enumerate(HOSTILE)])
        await pilot.press("down", "end")
        lines = app.lines()
    text = "\n".join(lines)
    assert "[/foo]" in text
    assert "[@click=app" in text
    assert "a[31mbcd e" in text
    assert not any(char in text for char in "\x1b\x07\u202e\u2066")
    assert all(cell_len(line) <= width for line in lines)


async def test_marks_of_new_changed_and_unsent_rows() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many(4))
        app.list.set_unsent([key(3)])
        rows = app.refresh_rows(rows, put=(row(9, 30), row(1, 6, STARTED)))
        await pilot.pause()
        marks = {name: app.lines()[app.line_of(f"Task {name}")][2] for name in (0, 1, 2, 3, 9)}
        assert marks == {0: " ", 1: "•", 2: " ", 3: "✎", 9: "•"}
        assert _bold(app.list, "Task 9")
        app.seconds += 2.1
        app.list.tick()
        await pilot.pause()
        assert not _bold(app.list, "Task 9")
        assert app.lines()[app.line_of("Task 9")][2] == "•"
        await pilot.press("end", "home")
        assert app.lines()[app.line_of("Task 9")][2] == " "
        assert app.lines()[app.line_of("Task 1")][2] == "•"


def _bold(widget: ExecutionList, words: str) -> bool:
    size = widget.size
    for strip in widget.render_lines(Region(0, 0, size.width, size.height)):
        for segment in strip:
            if words in segment.text and segment.style is not None:
                return bool(segment.style.bold)
    raise AssertionError(words)


@pytest.mark.parametrize(("ascii_only", "signs"), [(False, "↑✎"), (True, "^+")])
async def test_what_is_done_here_and_waits_has_another_mark_than_a_draft(ascii_only: bool, signs: str) -> None:
    app = ListApp(ascii_only=ascii_only)
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many(4))
        app.list.set_unsent([key(2), key(3)], [key(2)])
        await pilot.pause()
        marks = "".join(app.lines()[app.line_of(f"Task {name}")][2] for name in (1, 2, 3))
        assert marks == " " + signs
        app.list.set_unsent([key(2), key(3)], [])
        await pilot.pause()
        assert app.lines()[app.line_of("Task 2")][2] == signs[1], "the mark goes with what it says"
