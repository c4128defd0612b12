"""The list on a screen: the cursor stays on its record, nothing moves under it, nothing is read as markup."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.ui.list_app import (
    DONE,
    LATE,
    NARROW,
    NOW,
    OPEN,
    PERIOD,
    WIDE,
    ZONE,
    ListApp,
    key,
    many,
    row,
)
from tui.model.execution import Execution
from tui.ui.widgets.execution_list import ExecutionList

# -- selection and scroll ---------------------------------------------------------------------------------


async def test_the_first_row_is_selected_and_keys_move_the_cursor() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many())
        await pilot.pause()
        assert app.selected == "0"
        await pilot.press("down", "down", "up")
        assert app.selected == "1"
        await pilot.press("end")
        assert app.selected == "59"
        await pilot.press("down", "pageup")
        assert app.selected == "36"
        await pilot.press("home", "up")
        assert app.selected == "0"
        await pilot.press("pagedown")
        assert app.selected == "23"
        assert app.highlighted == ["0", "1", "2", "1", "59", "36", "0", "23"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_refresh_keeps_record_and_screen_line(size: tuple[int, int]) -> None:
    app = ListApp()
    async with app.run_test(size=size) as pilot:
        rows = app.show(*many())
        assert app.list.select(key(40))
        await pilot.pause()
        line = app.line_of("Task 40")
        early = tuple(row(100 + n, 1, title=f"New {n}") for n in range(7))
        rows = app.refresh_rows(rows, put=early)
        await pilot.pause()
        assert (app.selected, app.line_of("Task 40")) == ("40", line)
        rows = app.refresh_rows(rows, drop=("3", "4", "5", "100", "39"))
        await pilot.pause()
        assert (app.selected, app.line_of("Task 40")) == ("40", line)
        rows = app.refresh_rows(rows, put=(row(41, -3), row(38, 500), row(37, -60, DONE), row(6, -4)))
        await pilot.pause()
        assert (app.selected, app.line_of("Task 40")) == ("40", line)
        app.refresh_rows(rows, put=(row(40, -5, LATE),))
        await pilot.pause()
        assert app.selected == "40"
        assert app.highlighted == ["0", "40"]


async def test_scrolled_away_the_top_row_stays_where_it_was() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many())
        await pilot.pause()
        app.list.scroll_to(y=20, animate=False)
        await pilot.pause()
        line = app.line_of("Task 25")
        app.refresh_rows(rows, put=(row(200, 1), row(201, 1)), drop=("2",))
        await pilot.pause()
        assert app.line_of("Task 25") == line
        assert app.selected == "0"


async def test_a_removed_record_stays_under_the_cursor_until_the_cursor_leaves() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many(5))
        await pilot.press("down", "down")
        app.quiet()
        rows = app.refresh_rows(rows, drop=("2",))
        await pilot.pause()
        assert app.selected == "2"
        assert "Gone" in app.lines()[app.line_of("Task 2")]
        await pilot.press("enter")
        assert app.opened == []
        await pilot.press("down")
        assert app.selected == "3"
        app.quiet()
        await pilot.pause()
        assert not any("Task 2" in line for line in app.lines())
        assert app.selected == "3"


async def test_a_removed_record_says_so_whatever_it_was_and_goes_at_once_where_it_was_sent_away() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many(3), row(8, -5, DONE, touched=-2), row(9, -5, DONE, touched=-1))
        await pilot.press("end")
        assert app.selected == "8"
        app.quiet()
        rows = app.refresh_rows(rows, drop=("8",))
        await pilot.pause()
        assert "Gone" in app.lines()[app.line_of("Task 8")]
        stays = [app.list.stays]
        await pilot.press("up")
        assert [*stays, app.list.stays] == [True, False]
        app.quiet()
        await pilot.pause()
        assert app.selected == "9"
        assert not any("Task 8" in line for line in app.lines())
        app.list.let_go([key(9)])
        app.refresh_rows(rows, drop=("9",))
        await pilot.pause()
        assert app.selected == "2", "the cursor goes to the nearest row"


async def test_filling_again_keeps_the_selection_by_key_or_begins_at_the_top() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many(30))
        app.list.select(key(20))
        app.show(*reversed(many(40)))
        await pilot.pause()
        assert app.selected == "20"
        app.show(row("other", 1), row("day", 2))
        await pilot.pause()
        assert app.selected == "other"
        assert app.list.scroll_offset.y == 0


async def test_selecting_brings_the_row_into_view_and_unknown_keys_change_nothing() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many())
        assert app.list.select(key(55))
        await pilot.pause()
        assert app.line_of("Task 55") > 0
        assert not app.list.select(key("nobody"))
        assert app.selected == "55"


# -- holding still ----------------------------------------------------------------------------------------


async def test_nothing_moves_for_five_seconds_after_a_key_but_data_is_renewed() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many(10))
        await pilot.press("down")
        before = app.list.shown_keys
        rows = app.refresh_rows(
            rows, put=(row(7, 12, title="Renamed"), row(50, 1), row(3, -60, DONE)), drop=("5",)
        )
        await pilot.pause()
        assert app.list.shown_keys == before
        assert app.list.held == 4
        assert app.held == [4]
        assert app.line_of("Renamed") == 8
        assert "Done" in app.lines()[app.line_of("Task 3")]
        assert "Gone" in app.lines()[app.line_of("Task 5")]
        app.seconds += 4
        app.list.tick()
        assert app.list.held == 4
        await pilot.press("up")
        app.seconds += 4
        app.list.tick()
        assert app.list.shown_keys == before
        app.seconds += 1
        app.list.tick()
        await pilot.pause()
        assert app.held == [4, 0]
        assert [name.id for name in app.list.shown_keys] == ["50", "0", "1", "2", "4", "6", "7", "8", "9", "3"]
        assert app.selected == "0"


async def test_keys_taken_by_another_widget_hold_the_list_too() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(*many(3))
        app.list.touch()
        app.refresh_rows(rows, put=(row(9, 1),))
        await pilot.pause()
        assert app.list.held == 1


async def test_time_alone_moves_a_row_to_overdue_when_nobody_types() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(row(1, 1), row(2, 60))
        await pilot.press("down")
        app.list.tick(NOW + timedelta(minutes=2))
        await pilot.pause()
        assert "Due  2" in app.lines()[0]
        assert "+1m" in app.lines()[app.line_of("Task 1")]
        app.seconds += 5
        app.list.tick(NOW + timedelta(minutes=2))
        await pilot.pause()
        assert "Overdue  1" in app.lines()[0]
        assert app.selected == "2"


# -- filter -----------------------------------------------------------------------------------------------


async def test_the_filter_narrows_counts_and_gives_the_selection_back() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(row(1, -5, title="Fridge"), row(2, 5, title="Bar"), row(3, 9, title="Fridge bar"))
        await pilot.press("down")
        app.list.filter("fri")
        await pilot.pause()
        assert [name.id for name in app.list.shown_keys] == ["1", "3"]
        assert app.list.selected_key is None
        assert app.highlighted[-1] is None
        assert app.list.counts().total == 3
        app.list.filter("")
        await pilot.pause()
        assert app.selected == "2"
        app.list.filter("bar FRIDGE")
        assert app.list.first_match() == key(3)
        assert app.selected == "3"
        app.list.filter("nothing like it")
        assert app.list.first_match() is None


async def test_a_refresh_keeps_the_filter_and_the_row_under_the_cursor() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        rows = app.show(row(1, 5, title="Fridge A"), row(2, 6, title="Fridge B"), row(3, 7, title="Bar"))
        app.list.filter("fridge")
        await pilot.press("down")
        app.quiet()
        rows = app.refresh_rows(rows, put=(row(2, 6, title="Renamed"), row(4, 8, title="Fridge C"), row(5, 1)))
        await pilot.pause()
        assert [name.id for name in app.list.shown_keys] == ["1", "2", "4"]
        assert app.selected == "2"
        assert app.list.filter_text == "fridge"


# -- opening ----------------------------------------------------------------------------------------------


async def test_digits_open_the_numbered_row_in_view() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(row("a", -5), *many())
        await pilot.press("3")
        assert (app.opened, app.selected) == (["1"], "1")
        await pilot.press("end")
        first = next(line for line in app.lines() if line[1] == "1")
        await pilot.press("1")
        assert f"Task {app.opened[-1]} " in first


async def test_digits_beyond_the_rows_do_nothing() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(row(1), row(2))
        await pilot.press("3")
        assert app.opened == []
        await pilot.press("enter", "2")
        assert app.opened == ["1", "2"]


async def test_an_opener_is_called_before_the_next_key() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE):
        app.show(row(1), row(2))
        at_once: list[str] = []
        app.list.opener = lambda chosen: at_once.append(chosen.id)
        assert app.list.press("2", "2")
        assert at_once == ["2"]
        assert app.list.press("up", None)
        assert app.list.press("enter", "\r")
        assert at_once == ["2", "1"]
        assert not app.list.press("r", "r")


async def test_a_click_selects_and_a_click_on_the_selected_row_opens() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many(5))
        await pilot.click(app.list, offset=(10, 3))
        assert (app.selected, app.opened) == ("2", [])
        await pilot.click(app.list, offset=(10, 0))
        assert app.selected == "2"
        await pilot.click(app.list, offset=(10, 3))
        assert app.opened == ["2"]


async def test_a_double_click_opens_once() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many(5))
        await pilot.click(app.list, offset=(10, 4), times=2)
        assert app.opened == ["3"]
        await pilot.click(app.list, offset=(10, 2))
        await pilot.click(app.list, offset=(10, 2), times=2)
        assert app.opened[1:] == ["1"]


# -- empty, ages, costs -----------------------------------------------------------------------------------


async def test_an_empty_list_says_why() -> None:
    app = ListApp()
    async with app.run_test(size=NARROW) as pilot:
        app.list.empty(["Reading the list …"])
        await pilot.pause()
        assert app.lines()[1] == "  Reading the list …"
        app.show()
        app.list.empty(["Nothing between [/06:00] and 14:00, as asked at 06:00:04.", "n begins a new task."])
        await pilot.pause()
        assert app.lines()[1:4] == [
            "  Nothing between [/06:00] and 14:00,",
            "  as asked at 06:00:04.",
            "  n begins a new task.",
        ]
        await pilot.press("down", "enter", "1")
        assert app.opened == []
        app.refresh_rows({}, put=(row(1),))
        await pilot.pause()
        assert app.selected == "1", "the first rows move nothing away, so they are not held back"


async def test_the_terminals_cursor_stands_on_the_selected_row() -> None:
    app = ListApp()
    async with app.run_test(size=NARROW) as pilot:
        app.show(*many(5))
        await pilot.press("down")
        assert app.cursor_position == (0, 3)


async def test_only_two_rows_are_drawn_again_when_the_cursor_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many())
        await pilot.pause()
        drawn: list[int] = []
        whole = ExecutionList.render_line
        monkeypatch.setattr(ExecutionList, "render_line", lambda self, y: drawn.append(y) or whole(self, y))  # type: ignore[func-returns-value]
        await pilot.press("down")
        assert sorted(set(drawn)) == [1, 2]
        drawn.clear()
        app.list.tick(NOW + timedelta(seconds=5))
        await pilot.pause()
        drawn.clear()
        app.list.tick(NOW + timedelta(seconds=55))
        await pilot.pause()
        assert drawn == []
        app.list.tick(NOW + timedelta(seconds=65))
        await pilot.pause()
        assert len(set(drawn)) == 23


async def test_a_hundred_thousand_rows_draw_only_what_is_seen() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.list.set_rows(
            {key(n): Execution(key=key(n), status=OPEN, title=f"Task {n}", due=NOW) for n in range(100_000)},
            period=PERIOD,
            now=NOW,
            zone=ZONE,
        )
        await pilot.press("end")
        assert app.selected == "99999"
        assert app.line_of("Task 99999") == 23


async def test_another_width_keeps_the_record_in_view() -> None:
    app = ListApp()
    async with app.run_test(size=WIDE) as pilot:
        app.show(*many())
        app.list.select(key(50))
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert app.selected == "50"
        assert app.line_of("Task 50") > 0
        assert " Open" in app.lines()[app.line_of("Task 50") + 1]
