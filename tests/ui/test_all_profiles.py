"""The board of all profiles: three systems on one screen, each with its own line, and switching among them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.site import Hand, Seat, seated
from tests.support.snapshot import check_screen
from tui.model.errors import Unreachable
from tui.model.status import Phase
from tui.ui.moments import clock_text
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.main import MainScreen
from tui.ui.screens.pick import PickDialog
from tui.workbench.combined import Combined, Standing
from tui.workbench.figures import Grouping
from tui.workbench.marks import MarkKind

THREE = """
default_profile = "kitchen"
[profiles.kitchen]
base_url = "embedded:"
user = "maria"
[profiles.flows]
system = "superai"
base_url = "embedded:"
user = "maria"
[profiles.shop]
system = "spaaza"
base_url = "embedded:"
user = "maria"
"""
DEAD = """
[profiles.far]
base_url = "http://127.0.0.1:9"
token_command = ["echo", "secret-token-123"]
refresh_seconds = 1
"""
ODD = '[profiles.odd]\nbase_url = "embedded:"\nuser = "zoe"\n'
NAMES = ("kitchen", "flows", "shop")


def board_of(seat: Seat) -> BoardScreen:
    screen = seat.app.screen
    assert isinstance(screen, BoardScreen)
    return screen


def at_list(seat: Seat) -> bool:
    return isinstance(seat.app.screen, MainScreen)


def source_of(seat: Seat) -> Combined:
    source = board_of(seat).desk.source
    assert isinstance(source, Combined)
    return source


def live_of(seat: Seat) -> int:
    return [one.standing() for one in source_of(seat).members].count(Standing.LIVE)


@asynccontextmanager
async def at_all(
    data: Path, size: tuple[int, int] = (80, 24), *, more: str = "", config: str = THREE
) -> AsyncIterator[Seat]:
    clock = Hand()
    clock.forward(hours=3)
    async with seated(data, size=size, clock=clock, config=config + more) as seat:
        await seat.until("connected")
        await seat.press("B")
        await seat.until(lambda: live_of(seat) == 3)
        board = board_of(seat)
        await seat.until(lambda: {key.profile for key in board.desk.source.rows} == set(NAMES))
        board.desk.look()
        await seat.pilot.pause()
        yield seat


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 40)], ids=str)
async def test_the_board_of_all_profiles(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_all(tmp_path, size) as seat:
        board = board_of(seat)
        await seat.press("down", "up")
        board.desk.look()
        assert "3 profiles live" in seat.text or size[0] == 40
        for name in NAMES:
            line = next(line for line in seat.text.splitlines() if name in line)
            assert "live, at" in line if size[0] >= 80 else "live" in line
        check_screen(f"all-profiles-{size[0]}x{size[1]}", seat.text)


async def test_counts_are_the_sum_and_overdue_rows_come_first_over_all(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        board = board_of(seat)
        lists = {one.name: one.bench.live.rows for one in source_of(seat).members if one.bench is not None}
        assert {len(rows) > 3 for rows in lists.values()} == {True}
        assert len(board.desk.source.rows) == sum(map(len, lists.values()))
        figures = board.figures
        assert figures is not None
        strips = board.desk.board.profiles(board.desk.clock())
        assert set(strips) == set(NAMES)
        assert figures.overdue_count == sum(strip.overdue for strip in strips.values())
        assert figures.total == sum(strip.total for strip in strips.values())
        dues = [item.row.due for item in figures.overdue]
        assert dues == sorted(due for due in dues if due is not None)
        assert {item.row.key.profile for item in figures.overdue} >= {"kitchen", "shop"}
        broken = next(count for count in figures.counts if count.status.phase is Phase.BROKEN)
        assert broken.number > 0, "a state that only some of the systems know has a word and a number too"
        assert "Failed" in seat.text


async def test_enter_shows_the_record_in_its_profile_and_f3_comes_back(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        board = board_of(seat)
        key = next(item.row.key for item in board.figures.overdue if item.row.key.profile == "shop")  # type: ignore[union-attr]
        assert board.list.select(key)
        benches = {one.name: one.bench for one in source_of(seat).members}
        kitchen, shop = benches["kitchen"], benches["shop"]
        assert kitchen is not None
        assert shop is not None
        await seat.press("enter")
        await seat.until(lambda: seat.opened == key)
        assert seat.app.bench is shop, "it is shown by the workbench that the board has"
        assert seat.main.bench is shop
        assert seat.text.startswith(" shop")
        assert [bench.live.paused for bench in (kitchen, shop)] == [True, False], (
            "who is not in sight is not asked"
        )
        await seat.press("f3")
        assert source_of(seat).members[0].bench is kitchen
        assert board_of(seat).list.selected_key == key
        assert [bench.live.paused for bench in (kitchen, shop)] == [False, False]
        await seat.press("f3")
        assert at_list(seat)
        assert seat.main.bench is shop
        await seat.until(lambda: kitchen not in seat.app.benches.of("kitchen"))


async def test_who_comes_over_the_board_sees_the_words_of_that_profile(tmp_path: Path) -> None:
    async with at_all(tmp_path, (120, 40)) as seat:
        board = board_of(seat)
        key = next(key for key in board.list.shown_keys if key.profile == "flows")
        board.list.select(key)
        await seat.press("enter")
        await seat.until(lambda: at_list(seat) and seat.opened == key)
        assert "Unfinished  6" in seat.text, "nothing is ever due here"
        assert "Due  6" not in seat.text


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
async def test_the_list_that_the_board_led_to_names_its_profile(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_all(tmp_path, size) as seat:
        board = board_of(seat)
        board.list.select(next(key for key in board.list.shown_keys if key.profile == "shop"))
        await seat.press("enter")
        await seat.until(lambda: at_list(seat) and seat.opened is not None)
        await seat.press("f3", "f3")
        await seat.until(lambda: at_list(seat))
        assert seat.text.splitlines()[0].split()[0] == "shop"


async def test_the_line_at_the_bottom_names_no_id(tmp_path: Path) -> None:
    async with at_all(tmp_path, (200, 60)) as seat:
        board = board_of(seat)
        for key in board.list.shown_keys:
            board.list.select(key)
            await seat.pilot.pause()
            row, foot = board.listed[key].row, seat.text.splitlines()[-2].strip()
            assert foot.startswith(row.title)
            assert key.profile in foot
            assert f"#{key.id}" not in foot


async def test_a_profile_has_one_name_on_the_whole_board(tmp_path: Path) -> None:
    config = THREE.replace("[profiles.flows]", '[profiles.flows]\ntitle = "Invoices"')
    async with at_all(tmp_path, (120, 40), config=config) as seat:
        board = board_of(seat)
        assert "Waiting · Invoices" in seat.text, "in its rows"
        await seat.press("tab")
        await seat.until(lambda: board.focused is board.strips)
        await seat.press("home")
        assert board.strips.name_selected == "flows"
        assert "│▌Invoices" in seat.text, "on its strip"
        assert seat.text.splitlines()[-2].strip().startswith("Invoices: "), "and in the sentence about that"
        assert "flows" not in seat.text
        await seat.press("enter")
        await seat.until(lambda: at_list(seat))
        assert seat.main.bench.desk.profile == "flows"


async def test_a_break_began_at_one_moment_on_the_board_and_in_the_list(tmp_path: Path) -> None:
    async with at_all(tmp_path, (120, 40)) as seat:
        bench = seat.main.bench
        bench.live.pause()
        await seat.pilot.pause()
        bench.live.paused = False  # nobody asks any more, and nobody wanted that
        assert bench.live.last_good is not None
        heard = clock_text(bench.live.last_good, seat.main.zone, seconds=True)
        for seconds, word in ((3, "no link since"), (3, "STALE since"), (60, "NOT LIVE since")):
            seat.clock.forward(seconds=seconds)
            bench._keeper.failed(Unreachable())
            board_of(seat).desk.look()
            await seat.pilot.pause()
            assert f"{word} {heard}" in next(line for line in seat.text.splitlines() if "✕ kitchen" in line)
        await seat.press("f3")
        await seat.until(f"no link since {heard[:5]}")


async def test_leaving_the_board_closes_what_it_opened(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        mine = seat.app.bench
        await seat.press("f3")
        assert seat.app.bench is mine
        await seat.until(lambda: not seat.app.benches.of("shop") and not seat.app.benches.of("flows"))
        assert seat.app.benches.of("kitchen") == [mine]
        assert not mine.live.paused
        await seat.press("B")
        await seat.until(lambda: live_of(seat) == 3)


async def test_one_profile_alone_and_all_again(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        board = board_of(seat)
        everything = len(board.desk.source.rows)
        await seat.press("f", "4")
        await seat.until("Only shop")
        await seat.until(lambda: {key.profile for key in board.listed} == {"shop"})
        assert "not shown" in seat.text
        assert board.figures is not None
        assert board.figures.total < everything
        await seat.press("f", "1")
        await seat.until("All profiles")
        await seat.until(lambda: len(board.desk.source.rows) == everything)
        await seat.until(lambda: {key.profile for key in board.listed} >= {"kitchen", "shop"})


async def test_strips_by_profile_lead_into_it_and_others_to_their_rows(tmp_path: Path) -> None:
    async with at_all(tmp_path, (120, 40)) as seat:
        board = board_of(seat)
        assert board.desk.board.by is Grouping.PROFILE
        await seat.press("tab", "home")
        assert board.strip is not None
        wanted = board.strip.name
        await seat.press("enter")
        assert seat.main.bench.desk.profile == wanted
        assert seat.main.list.shown_keys
        await seat.press("f3")
        board = board_of(seat)
        await seat.press("g")
        await seat.until(lambda: board.desk.board.by is Grouping.ASSIGNMENT)
        await seat.press("home")
        name = board.strip.name if board.strip is not None else ""
        await seat.press("enter")
        rows = seat.main.list
        assert rows.shown_keys
        assert {row.place for key in rows.shown_keys if (row := rows.execution(key))} == {name}
        await seat.press("f3")
        board_of(seat)


async def test_a_server_that_is_not_there_hides_nothing_of_the_others(tmp_path: Path) -> None:
    async with at_all(tmp_path, (120, 40), more=DEAD + ODD) as seat:
        await seat.until(lambda: source_of(seat).members[3].standing() is Standing.DEAD)
        await seat.until(lambda: source_of(seat).members[4].standing() is Standing.UNUSABLE)
        board_of(seat).desk.look()
        await seat.until("3 of 5 live")
        line = next(line for line in seat.text.splitlines() if "✕ far" in line)
        assert "NOT LIVE since 08:56:00" in line
        assert "server" in line, "it says why"
        line = next(line for line in seat.text.splitlines() if "✕ odd" in line)
        assert "cannot be opened · There is nobody called “zoe”" in line
        assert "╱" not in seat.text, "what is live is not crossed out"
        assert board_of(seat).listed


async def test_old_rows_of_one_profile_are_crossed_out_and_ring_once(tmp_path: Path) -> None:
    async with at_all(tmp_path, (120, 40)) as seat:
        board, member = board_of(seat), source_of(seat).members[2]
        assert member.bench is not None
        live = member.bench.live
        live.pause()
        await seat.pilot.pause()
        live.paused = False  # nobody asks any more, and nobody wanted that
        for seconds, word in ((6, "STALE since"), (7, "NOT LIVE since")):
            seat.clock.forward(seconds=seconds)
            seat.main.bench.live.refresh()
            source_of(seat).members[1].bench.live.refresh()  # type: ignore[union-attr]
            await seat.until(lambda: live_of(seat) == 2)
            board.desk.look()
            await seat.pilot.pause()
            line = next(line for line in seat.text.splitlines() if "✕ shop" in line)
            assert word in line
        crossed = [line for line in seat.text.splitlines() if "╱" in line]
        assert crossed
        assert all("kitchen" not in line for line in crossed)


async def test_a_note_is_the_profile_s_own(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        board = board_of(seat)
        key = next(item.row.key for item in board.figures.overdue if item.row.key.profile == "shop")  # type: ignore[union-attr]
        board.list.select(key)
        await seat.press("a")
        mark = board.desk.mark_of(key)
        assert mark is not None
        assert mark.kind is MarkKind.ACKNOWLEDGED
        await seat.press("enter")
        await seat.until(lambda: seat.opened == key)
        await seat.press("f3", "f3", "b")
        board = board_of(seat)
        await seat.until(lambda: board.figures is not None)
        assert not board.desk.source.several
        assert board.desk.mark_of(key) is not None


async def test_another_day_of_all_and_a_record_of_it(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        await seat.press("[")
        await seat.until("yesterday")
        board = board_of(seat)
        await seat.until(lambda: live_of(seat) == 3 and bool(board.desk.source.rows))
        period = board.desk.source.period
        assert all(one.bench.live.now.period == period for one in board.desk.source.members if one.bench)
        await seat.until(lambda: bool(board.listed))
        key = board.list.selected_key
        assert key is not None
        await seat.press("enter")
        await seat.until(lambda: seat.opened == key)
        assert seat.main.days.period == period
        await seat.press("f3")
        assert board_of(seat).desk.days.period == period
        await seat.press("t")
        await seat.until("today")


async def test_pause_holds_for_all(tmp_path: Path) -> None:
    async with at_all(tmp_path) as seat:
        await seat.press("p")
        await seat.until("PAUSED")
        assert all(one.bench.live.paused for one in source_of(seat).members if one.bench)
        await seat.press("p")
        await seat.until("3 profiles live")


async def test_f9_names_all_profiles_and_leads_to_the_board(tmp_path: Path) -> None:
    async with seated(tmp_path, config=THREE + DEAD) as seat:
        await seat.until("connected")
        await seat.press("f9")
        dialog = seat.app.screen
        assert isinstance(dialog, PickDialog)
        rows = {option.label: option.detail for option in dialog.options}
        assert "not open · Intratool Tasks 2.0, 127.0.0.1:9" in rows["far"]
        await seat.press("down", "down", "down", "down")
        assert "far: Intratool Tasks 2.0, 127.0.0.1:9" in seat.text
        await seat.press("down", "enter")
        assert board_of(seat)
        await seat.until("3 of 4 live")
        await seat.press("f9", "3")
        await seat.until(lambda: seat.main.bench.desk.profile == "flows")
        assert at_list(seat)
        await seat.until(lambda: not seat.app.benches.of("shop"))


async def test_one_profile_has_no_board_of_all(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.until("connected")
        assert not seat.main.commands.switching.several
        await seat.press("f9")
        assert "All profiles" not in seat.text
        await seat.press("f3", "f4")
        assert "All profiles" not in seat.text
        await seat.press("f3", "B")
        assert at_list(seat)
        await seat.until("There is only one profile")
