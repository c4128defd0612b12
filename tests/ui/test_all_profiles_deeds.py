"""What is done on the board of all profiles: in the profile of each row, with a report of each, in its own day."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.site import Hand, Seat, seated
from tests.ui.test_all_profiles import at_all, board_of, source_of
from tests.ui.test_bulk import over
from tui.model.action import Slot
from tui.model.execution import Key
from tui.model.status import Phase
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.bulk import BulkDialog
from tui.ui.screens.pick import PickDialog
from tui.ui.screens.report import ReportScreen
from tui.workbench.combined import Standing
from tui.workbench.workbench import Workbench

BOTH_ZONES = """
default_profile = "kitchen"
[profiles.kitchen]
base_url = "embedded:"
user = "maria"
[profiles.tokyo]
base_url = "embedded:"
user = "maria"
timezone = "Asia/Tokyo"
"""


def bench_in(board: BoardScreen, profile: str) -> Workbench:
    bench = next(one.bench for one in board.desk.source.members if one.name == profile)
    assert bench is not None
    return bench


def late_in(seat: Seat, profile: str) -> list[Key]:
    return [key for key in board_of(seat).list.shown_keys if key.profile == profile]


async def test_rows_of_one_profile_are_denied_in_it_and_the_board_stays(tmp_path: Path) -> None:
    async with at_all(tmp_path, (120, 40)) as seat:
        board = board_of(seat)
        await seat.press("[")
        await seat.until("yesterday")
        seat.main.all_profiles.show_below("shop")
        assert seat.main.days.period == board.desk.source.period, "the list below shows the days of the board"
        await seat.press("t")
        await seat.until(lambda: len(late_in(seat, "kitchen")) >= 2)
        first, second = late_in(seat, "kitchen")[:2]
        board.list.choose_only([first, second])
        await seat.press("f6")
        await seat.until(lambda: isinstance(seat.app.screen, BulkDialog))
        assert "Profile: kitchen" in seat.text
        kitchen = bench_in(board, "kitchen")
        assert seat.main.bench is kitchen
        await seat.type("Strike")
        await seat.press("f10")
        await over(seat)
        await seat.until("2 of 2 done")
        await seat.press("f3")
        assert board_of(seat) is board
        rows = kitchen.live
        await seat.until(lambda: {rows.rows[key].status.phase for key in (first, second)} == {Phase.DENIED})
        assert not bench_in(board, "shop").live.paused, "the others are still in sight"
        await seat.until(lambda: bool(late_in(seat, "shop")))
        board.list.select(late_in(seat, "shop")[0])
        await seat.press("s")
        await seat.until("This task has no such action.")
        assert seat.main.bench is kitchen
        board.list.select(next(key for key in late_in(seat, "kitchen") if key in board.listed))
        await seat.press("s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.press("f3")
        assert board_of(seat) is board


async def test_rows_of_several_profiles_are_several_deeds(tmp_path: Path) -> None:
    async with at_all(tmp_path, (120, 40)) as seat:
        board = board_of(seat)
        kitchen, flows, shop = (late_in(seat, name) for name in ("kitchen", "flows", "shop"))
        board.list.choose_only([*kitchen[:2], flows[0], shop[0]])
        await seat.press("f6")
        dialog = seat.app.screen
        assert isinstance(dialog, PickDialog)
        assert "Deny: 3 profiles. Which first?" in seat.text
        told = {option.value: (option.detail, option.enabled) for option in dialog.options}
        assert told == {
            "kitchen": ("2 tasks", True),
            "flows": ("1 task", Slot.DENY in bench_in(board, "flows").capabilities.slots),
            "shop": ("1 task; not possible there", False),
        }
        able = [option.enabled for option in dialog.options]
        assert able == sorted(able, reverse=True), "what can be done stands first"
        before = seat.main.bench
        await seat.press("f3")
        assert board_of(seat) is board
        assert seat.main.bench is before
        await seat.press("f6")
        place = [option.value for option in seat.app.screen.options].index("kitchen")  # type: ignore[attr-defined]
        await seat.press(str(place + 1))
        await seat.until(lambda: isinstance(seat.app.screen, BulkDialog))
        await seat.type("Strike")
        await seat.press("f10")
        await over(seat)
        await seat.until("2 of 2 done")
        await seat.press("f3")
        await seat.until("Still chosen: shop (1), flows (1).")
        assert set(board.list.chosen) == {flows[0], shop[0]}, "the others wait for their turn"


async def test_the_report_is_of_the_profile_under_the_cursor_and_says_so(tmp_path: Path) -> None:
    async with at_all(tmp_path, (40, 20)) as seat:
        board = board_of(seat)
        for name in ("shop", "kitchen"):
            board.list.select(late_in(seat, name)[0])
            await seat.press("h")
            report = seat.app.screen
            assert isinstance(report, ReportScreen)
            await seat.until(lambda report=report: report.report is not None)  # type: ignore[misc]
            assert name in seat.text.splitlines()[0]
            assert report.report is not None
            assert {item.row.key.profile for item in report.report.open} == {name}
            await seat.press("f3")
            assert board_of(seat) is board
        assert seat.main.bench.desk.profile == "kitchen", "a report leads nowhere else"
        await seat.press("tab", "home")
        assert board.strip is not None
        await seat.press("h")
        assert board.strip.name in seat.text.splitlines()[0]


async def test_what_is_on_its_way_comes_to_its_end_when_the_board_is_left(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        gate, ended = asyncio.Event(), []

        async def slow() -> None:
            await gate.wait()
            ended.append(seat.app.benches.of("shop"))

        assert seat.main.all_profiles.show_below("shop")
        seat.main.writes.begin(seat.app, slow, online=True)
        shop = seat.main.bench
        assert seat.main.all_profiles.show_below("kitchen")
        await seat.press("f3")
        await seat.until(lambda: not seat.app.benches.of("flows"))
        assert seat.app.benches.of("shop") == [shop]
        gate.set()
        await seat.until(lambda: not seat.app.benches.of("shop"))
        assert ended == [[shop]]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_each_profile_has_its_own_day_its_own_times_and_its_own_count(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    clock = Hand()
    clock.forward(hours=13)  # 18:56 here, 01:56 of the next day there
    async with seated(tmp_path, size=size, clock=clock, config=BOTH_ZONES) as seat:
        await seat.until("connected")
        await seat.press("B")
        await seat.until(lambda: [one.standing() for one in source_of(seat).members] == [Standing.LIVE] * 2)
        board = board_of(seat)
        await seat.until(lambda: {key.profile for key in board.desk.source.rows} == {"kitchen", "tokyo"})
        await seat.until(lambda: set(board.desk.server_counts) == {"kitchen", "tokyo"})
        tokyo = ZoneInfo("Asia/Tokyo")
        there = bench_in(board, "tokyo").live.now.period
        assert there.days(tokyo)[0] - board.desk.days.period.days(board.desk.zone)[0] == timedelta(days=1)
        board.desk.look()
        await seat.pilot.pause()
        for name in ("kitchen", "tokyo"):
            line = next(line for line in seat.text.splitlines() if f"● {name}" in line)
            strip = board.desk.board.profiles(board.desk.clock())[name]
            unfinished, server = strip.total - strip.closed, board.desk.server_counts[name]
            words = f"{unfinished} unfinished, server {server}"
            assert (words in line) == (unfinished != server), line
        if size[0] >= 120:
            assert "times of Asia/Tokyo, Tue 12 May" in seat.text
        row = next(item.row for item in board.figures.overdue if item.row.key.profile == "tokyo")  # type: ignore[union-attr]
        board.list.select(row.key)
        await seat.pilot.pause()
        assert row.due is not None
        assert f"{row.due.astimezone(tokyo):%H:%M}" in "\n".join(
            line for line in seat.text.splitlines() if "tokyo" in line
        )
        await seat.press("enter")
        await seat.until(lambda: seat.opened == row.key)
        assert seat.main.days.period == there
