"""The list as a whole on the screen: sorting, sections, choosing, saved filters, jump, copy, columns."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.support.site import seated
from tests.ui.list_app import DONE, LATE, NARROW, WIDE, ListApp, key, many, row
from tui.ui.widgets.list_view import Column, Sections, View

CONFIG = """
columns = ["title", "id", "state"]
[filters]
"Rounds" = "runde"
"Nothing" = "there is no such thing"
[profiles.sample]
system = "intratool"
base_url = "embedded:"
"""


async def test_sorting_keeps_the_record_in_sight_and_says_so_above_the_rows() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(row(1, 5, title="Zoo"), row(2, 6, title="Bar"), row(3, 7, title="Moor"))
        await pilot.press("down")
        app.list.sort_by(Column.TITLE)
        await pilot.pause()
        assert [name.id for name in app.list.shown_keys] == ["2", "3", "1"]
        assert app.selected == "2"
        assert "by Title ▲" in app.lines()[0]
        assert "Due" not in app.lines()[1]
        app.list.sort_by(Column.TITLE)
        await pilot.pause()
        assert "by Title ▼" in app.lines()[0]
        app.list.sort_by(None)
        await pilot.pause()
        assert app.lines()[0].startswith(" Due  3")


async def test_a_refresh_while_sorted_is_held_and_then_sorted_in() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*[row(n, n, title=f"T{n}") for n in range(1, 5)])
        app.list.sort_by(Column.TITLE)
        await pilot.press("down")
        app.refresh_rows(rows, put=(row(4, 4, title="A4"),))
        await pilot.pause()
        assert (app.list.held, app.selected) == (1, "2")
        app.quiet()
        await pilot.pause()
        assert [name.id for name in app.list.shown_keys] == ["4", "1", "2", "3"]
        assert app.selected == "2"


async def test_chosen_rows_are_marked_counted_and_kept_by_key() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many(8))
        app.list.choose()
        app.list.choose()
        await pilot.press("down", "down")
        app.list.choose_range()
        await pilot.pause()
        assert [name.id for name in app.list.chosen] == ["0", "1", "2", "3", "4"]
        assert "5 chosen" in app.lines()[0]
        assert app.lines()[app.line_of("Task 3")].startswith(" ■")
        app.quiet()
        rows = app.refresh_rows(rows, put=(row(0, 500), row(1, -5, DONE)), drop=("2",))
        app.quiet()
        await pilot.pause()
        assert sorted(name.id for name in app.list.chosen) == ["0", "1", "3", "4"]
        app.list.filter("task 3")
        await pilot.pause()
        assert [name.id for name in app.list.chosen] == ["3"]
        assert app.list.chosen_count == 1
        assert "4 chosen · 3 of them hidden" in app.lines()[0]
        app.list.filter("")
        app.list.choose_all()
        assert len(app.list.chosen) == len(app.list.shown_keys) == app.list.chosen_count
        assert app.list.choose_none()
        assert not app.list.chosen
        app.list.choose_only([*app.list.shown_keys[:2], key("gone")])
        assert app.list.chosen == tuple(app.list.shown_keys[:2])


async def test_marks_of_a_chosen_row_and_of_a_child_without_shapes() -> None:
    app = ListApp(ascii_only=True)
    async with app.run_test(size=WIDE) as pilot:
        app.show(row(1, 5), msgspec.structs.replace(row(2, 6), parent="1"))
        app.list.choose()
        app.list.sort_by(Column.DUE)
        await pilot.pause()
        assert "by Due ^, 1 chosen" in app.lines()[0]
        assert app.lines()[app.line_of("Task 1")].startswith(" x")
        assert "`-Task 2" in app.lines()[app.line_of("Task 2")]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_row_by_row_the_window_moves_by_a_third(size: tuple[int, int]) -> None:
    app = ListApp()
    async with app.run_test(size=size) as pilot:
        app.show(*many(200))
        await pilot.pause()
        seen: list[int] = []
        for _ in range(60):
            await pilot.press("down")
            seen.append(int(app.list.scroll_offset.y))
            assert app.line_of(f"Task {app.selected} ".strip() + " · Kitchen") >= 0
        moves = [b - a for a, b in zip([0, *seen], seen, strict=False) if b != a]
        assert min(moves) >= size[1] // 3
        for _ in range(60):
            await pilot.press("up")
        assert app.selected == "0"
        assert app.list.scroll_offset.y == 0


async def test_a_click_with_control_chooses_and_the_header_is_not_a_row() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many(5))
        await pilot.click(app.list, offset=(10, 3), control=True)
        await pilot.pause()
        assert [name.id for name in app.list.chosen] == ["2"]
        await pilot.click(app.list, offset=(10, 3))
        assert app.selected == "1", "the header has moved the rows down by one"


async def test_a_number_is_found_whole_or_by_its_end() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE):
        app.show(row(1234, 5), row(34, 6), row(7, -1))
        assert app.list.find_id("#34") == key(34)
        assert app.list.find_id("234") == key(1234)
        assert app.list.find_id("4") == key(1234)
        assert app.list.find_id("99") is None
        assert app.list.find_id(" # ") is None


async def test_a_number_that_rows_wear_comes_before_the_end_of_an_id() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE):
        app.show(
            row(15, 5), row(2, 6, title="#5 · Freigabe"), row(3, 7, title="#51 · Freigabe"), row(4, 8, title="#5")
        )
        assert app.list.find_id("5") == key(2)
        app.list.select(key(2))
        assert app.list.find_id("#5") == key(4), "asked again it goes on"
        app.list.select(key(4))
        assert app.list.find_id("#5") == key(2)
        assert app.list.find_id("15") == key(15)


async def test_what_is_copied() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE):
        app.show(row(1, -12, LATE, title="Fridge"), row(2, 5, title="Bar"))
        assert app.list.copy_text() == "1\tStarted, late\t06:00\tFridge\tKitchen\tMaria"
        app.list.choose_all()
        assert [line.split("\t")[0] for line in app.list.copy_text().split("\n")] == ["1", "2"]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_the_columns_of_the_config_stand_in_their_order(width: int) -> None:
    app = ListApp()
    app.list.choose_columns(["id", "title", "age", "points", "touched", "who", "place"])
    async with app.run_test(size=(width, 20)):
        app.show(row(4711, -12, LATE, title="Fridge", touched=-3))
        line = app.lines()[1]
    assert len(line) <= width
    found = [line.find(text) for text in ("4711", "Fridge", "+12m", "3/10", "06:09", "Maria") if text in line]
    assert found == sorted(found)
    assert "late" not in line
    assert len(found) >= (3 if width == 60 else 4)


async def test_the_due_column_narrow_rows_say_what_was_chosen_too() -> None:
    app = ListApp()
    app.list.choose_columns(["title", "id"])
    async with app.run_test(size=NARROW):
        app.show(row(4711, -12, LATE, title="Fridge", place=""))
        assert "Started, late +12m · 06:00 · 4711" in app.lines()[2]


async def test_the_keys_of_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seated(tmp_path, size=(120, 40), config=CONFIG) as seat:
        await seat.until("connected")
        rows = seat.main.list
        copied: list[str] = []
        monkeypatch.setattr(seat.app, "copy_to_clipboard", copied.append)
        await seat.press("space", "space", "v", "y")
        assert len([*rows.chosen]) == 3
        assert copied[0].count("\n") == 2
        await seat.press("f3")
        assert not rows.chosen
        await seat.press("o")
        assert "Sort by" in seat.text
        await seat.press("4")
        assert rows.view == View(Column.TITLE, False, Sections.NONE)
        await seat.press("g")
        assert "by Title ▲ · grouped by assignment" in seat.text
        await seat.press("g", "o", "1")
        assert rows.view == View()
        wanted = rows.shown_keys[7]
        await seat.type(f"#{wanted.id}\n")
        assert rows.selected_key == wanted
        await seat.type("#99999\n")
        assert rows.selected_key == wanted
        await seat.press("f", "1")
        assert {row.title for each in rows.shown_keys if (row := rows.execution(each))} == {"Kühlschrank-Runde"}
        assert "runde" in seat.text
        await seat.press("f3", "f", "2")
        assert "Nothing matches" in seat.text
        await seat.press("f3")
        assert rows.filter_text == ""
