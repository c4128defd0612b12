"""The board on the screen: what it shows, where its keys lead, how it rings and how it says that it is old."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.site import Hand, Seat, seated
from tests.support.snapshot import check_screen
from tests.ui.traffic import Traffic
from tui.model.status import Phase
from tui.ui.app import ShiftdeckApp
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.main import MainScreen
from tui.workbench.figures import Grouping

ASCII = 'ascii = true\n[profiles.sample]\nsystem = "intratool"\nbase_url = "embedded:"\n'


class Ears:
    """Counts the rings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rings = 0
        monkeypatch.setattr(ShiftdeckApp, "bell", lambda _app: self.ring())

    def ring(self) -> None:
        self.rings += 1


def board_of(seat: Seat) -> BoardScreen:
    screen = seat.app.screen
    assert isinstance(screen, BoardScreen)
    return screen


def is_main(seat: Seat) -> bool:
    return isinstance(seat.app.screen, MainScreen)


@asynccontextmanager
async def at_board(
    data: Path, size: tuple[int, int] = (80, 24), *, hours: float = 3, config: str = "", lang: str = "en"
) -> AsyncIterator[Seat]:
    clock = Hand()
    clock.forward(hours=hours)
    async with seated(data, size=size, clock=clock, config=config, lang=lang) as seat:
        await seat.until("connected" if lang == "en" else "verbunden")
        await seat.press("b")
        await seat.until(lambda: isinstance(seat.app.screen, BoardScreen) and seat.app.screen.figures is not None)
        await seat.until(lambda: board_of(seat).desk.server_count is not None)
        yield seat


async def later(seat: Seat, **span: float) -> BoardScreen:
    """Time passes; the board looks at the clock as it does every five seconds."""
    seat.clock.forward(**span)
    board = board_of(seat)
    board.desk.look()
    await seat.pilot.pause()
    return board


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 40), (200, 60)], ids=str)
async def test_the_board(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_board(tmp_path, size) as seat:
        check_screen(f"board-{size[0]}x{size[1]}", seat.text)


async def test_the_board_without_shapes_and_in_german(tmp_path: Path) -> None:
    async with at_board(tmp_path, config=ASCII) as seat:
        check_screen("board-ascii-80x24", seat.text)
    async with at_board(tmp_path, lang="de") as seat:
        check_screen("tafel-80x24", seat.text)


async def test_enter_opens_the_record_and_f3_comes_back_to_it(tmp_path: Path) -> None:
    async with at_board(tmp_path) as seat:
        await seat.press("down", "down")
        wanted = board_of(seat).list.selected_key
        assert wanted is not None
        await seat.press("enter")
        await seat.until(lambda: seat.opened == wanted)
        assert is_main(seat)
        await seat.press("f3")
        assert board_of(seat).list.selected_key == wanted
        await seat.press("f3")
        assert is_main(seat)
        await seat.press("f3")
        assert is_main(seat), "from the list F3 leads nowhere"


async def test_a_strip_opens_its_rows_and_f3_comes_back_to_it(tmp_path: Path) -> None:
    async with at_board(tmp_path, (120, 40)) as seat:
        await seat.press("tab", "down", "down")
        strip = board_of(seat).strip
        assert strip is not None
        assert strip.name in seat.text.splitlines()[-2]
        await seat.press("enter")
        assert is_main(seat)
        rows = seat.main.list
        assert rows.shown_keys
        assert {row.place for key in rows.shown_keys if (row := rows.execution(key))} == {strip.name}
        await seat.press("f3")
        board = board_of(seat)
        assert board.focused is board.strips
        assert board.strip is not None
        assert board.strip.name == strip.name
        assert seat.main.list.filter_text == ""


async def test_strips_by_department_and_by_kind_of_task(tmp_path: Path) -> None:
    async with at_board(tmp_path, (120, 40)) as seat:
        board = board_of(seat)
        names = {strip.name for strip in board._strips}
        for by, words in ((Grouping.DEPARTMENT, "By department"), (Grouping.TEMPLATE, "By kind of task")):
            await seat.press("g")
            await seat.until(words)
            assert board.desk.board.by is by
        assert {strip.name for strip in board._strips} != names


async def test_acknowledged_says_who_and_when_and_that_it_is_local(tmp_path: Path) -> None:
    async with at_board(tmp_path, (120, 40)) as seat:
        board = board_of(seat)
        key = board.list.selected_key
        assert key is not None
        await seat.press("a")
        assert "acknowledged by Maria Lindner at 08:56, noted on this device" in seat.text
        assert key in board.listed, "it stays listed"
        assert any("✓" in line for line in seat.text.splitlines())
        await seat.press("a")
        assert "acknowledged by" not in seat.text
        await seat.until("Acknowledgement taken back.")


async def test_a_shelved_task_goes_and_comes_back_by_itself(tmp_path: Path) -> None:
    async with at_board(tmp_path) as seat:
        board = board_of(seat)
        key = board.list.selected_key
        assert key is not None
        await seat.press("z", "1")
        await seat.type("waits for parts")
        await seat.press("f10")
        assert key not in board.listed
        assert key not in board.list.shown_keys, "it was sent away: the cursor does not hold it"
        assert board.list.selected_key is not None
        assert "Gone" not in seat.text
        board = await later(seat, seconds=6)
        await seat.press("Z")
        assert key in board.listed
        assert "shelved until 09:11" in seat.text
        assert "waits for parts" in seat.text
        await seat.press("Z")
        board = await later(seat, minutes=15)
        assert key in board.listed


async def test_new_overdue_work_rings_once_with_a_banner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ears = Ears(monkeypatch)
    async with at_board(tmp_path, hours=3) as seat:
        assert ears.rings == 0
        board = await later(seat, minutes=8)
        assert ears.rings == 1
        assert "New overdue: " in seat.text
        for _ in range(5):
            await later(seat, seconds=5)
        assert ears.rings == 1
        await seat.press("m")
        assert "bell off" in seat.text
        await later(seat, minutes=62)
        assert ears.rings == 1
        assert board.banner.has_class("-shown")


async def test_it_rings_while_a_record_is_open_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ears = Ears(monkeypatch)
    async with at_board(tmp_path) as seat:
        desk = board_of(seat).desk
        await seat.press("enter")
        await seat.until(lambda: seat.opened is not None)
        seat.clock.forward(minutes=8)
        desk.look()
        await seat.until("New overdue: ")
        assert ears.rings == 1


async def test_old_data_is_stale_then_crossed_out_and_rings_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears = Ears(monkeypatch)
    async with at_board(tmp_path) as seat:
        live = seat.main.bench.live
        live.pause()
        await seat.pilot.pause()
        last = live.last_good
        live.paused = False  # nobody asks any more, and nobody wanted that
        assert last is not None
        await later(seat, seconds=(last - seat.clock.now).total_seconds() + live.refresh_seconds * 2 + 2)
        assert "STALE" in seat.text
        assert "╱" not in seat.text
        rings = ears.rings
        await later(seat, seconds=live.refresh_seconds * 4)
        assert "NOT LIVE since" in seat.text
        assert "╱╱" in seat.text
        assert ears.rings == rings + 1
        await later(seat, seconds=60)
        assert ears.rings == rings + 1


async def test_a_day_that_was_never_read_is_not_being_read_where_there_is_no_line(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with at_board(tmp_path) as seat:
        traffic.instead = lambda _sent: (503, {"message": "later"})
        seat.main.bench.live.refresh()
        await seat.until(lambda: seat.main.bench.link_state.error is not None)
        await seat.press("]", "]", "]")
        await seat.until("NOT LIVE since 08:56")
        assert "Nothing is overdue as far as known" in seat.text
        assert "reading" not in seat.text.lower()


async def test_a_paused_board_stands_still_and_says_so(tmp_path: Path) -> None:
    async with at_board(tmp_path) as seat:
        await seat.press("p")
        last = seat.main.bench.live.last_good
        assert last is not None
        for seconds in (7, 9):
            seat.clock.now = last + timedelta(seconds=seconds)
            await seat.until(f"PAUSED, data {seconds} s old")
        await later(seat, minutes=3)
        assert "PAUSED, data" in seat.text
        assert "NOT LIVE" not in seat.text
        await seat.press("p")
        await seat.until("live, at most 5 s old")


async def test_nothing_moves_under_a_cursor_that_just_moved(tmp_path: Path) -> None:
    async with at_board(tmp_path) as seat:
        board = board_of(seat)
        await seat.press("down")
        selected, before = board.list.selected_key, board.list.shown_keys
        board = await later(seat, minutes=8)
        assert board.list.shown_keys == before
        assert board.list.selected_key == selected
        assert "change held" in seat.text or "changes held" in seat.text


async def test_digits_lead_to_rows_and_are_never_typed_into_a_form(tmp_path: Path) -> None:
    async with at_board(tmp_path) as seat:
        board = board_of(seat)
        await seat.press("1", "2", "3")
        assert board_of(seat) is board
        assert board.list.selected_key == board.list.shown_keys[2]
        await seat.press("enter")
        await seat.until(lambda: seat.opened is not None)
        assert not seat.main.bench.drafts.keys()


async def test_what_waits_is_marked_and_told_on_the_board(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = lambda sent: (503, {"message": "later"}) if sent.method != "GET" else None
    async with at_board(tmp_path) as seat:
        board, bench = board_of(seat), seat.main.bench
        key = board.list.selected_key
        assert key is not None
        assert "↑" not in seat.text
        record = await bench.records.load(key)
        deny = record.in_slot("deny")
        assert deny is not None
        await bench.submit(bench.make_request(record, deny, inputs={"deny_reason": "Nobody there."}))
        await seat.until("1 waiting")
        assert "↑" in seat.text


async def test_the_age_of_the_banner_goes_on(tmp_path: Path) -> None:
    async with at_board(tmp_path, hours=3) as seat:
        board = await later(seat, minutes=8)
        first = board.desk.banner
        assert first
        board = await later(seat, minutes=2)
        assert board.desk.banner != first or len(board.desk.news) != 1
        row = board.desk.news[0]
        assert row.due is not None
        minutes = int((seat.clock.now - row.due).total_seconds() // 60)
        assert f"+{minutes}m" in board.desk.banner


async def test_what_stands_still_without_a_moment_is_listed_as_needing_somebody(tmp_path: Path) -> None:
    config = '[profiles.flows]\nsystem = "superai"\n'
    async with seated(tmp_path, size=(120, 40), config=config) as seat:
        await seat.until("connected")
        rows = seat.main.list
        assert any(line.startswith(" Unfinished") for line in seat.text.splitlines()), seat.text
        still = {
            key
            for key in rows.shown_keys
            if (row := rows.execution(key)) and row.status.phase in (Phase.BROKEN, Phase.WAITING)
        }
        await seat.press("b")
        await seat.until(lambda: isinstance(seat.app.screen, BoardScreen) and seat.app.screen.figures is not None)
        board = board_of(seat)
        assert set(board.list.shown_keys) == still
        first = board.list.execution(board.list.shown_keys[0])
        assert first is not None
        assert first.status.phase is Phase.BROKEN, "what failed stands first"
        assert f"Needs somebody  {len(still)}" in seat.text
        assert f"0 overdue · {len(still)} need somebody" in seat.text
        assert first.title.strip() in seat.text.splitlines()[-2], "the line below tells more than a number"


async def test_another_day_and_the_menu(tmp_path: Path) -> None:
    async with at_board(tmp_path) as seat:
        await seat.press("[")
        await seat.until("yesterday")
        await seat.press("t")
        await seat.until("today")
        await seat.press("f4")
        assert "What can be done here" in seat.text
        await seat.press("f3", "f1")
        assert "from the overdue list to the strips" in seat.text
        await seat.press("end")
        assert "Acknowledged and shelved are notes of this device" in seat.text
        await seat.press("f3")
        board_of(seat)


async def test_every_key_right_after_b_is_for_the_board(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.until("connected")
        await seat.press("b", "tab", "down", "f3", "b")
        assert isinstance(seat.app.screen, BoardScreen)


async def test_what_changes_below_the_board_does_not_paint_the_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_board(tmp_path) as seat:
        board, main = board_of(seat), seat.main
        seen = [main.is_current]
        painted: list[str] = []
        monkeypatch.setattr(board, "refresh", lambda *_regions, **_how: painted.append("board"))
        seat.clock.forward(minutes=7)
        main.list.tick(seat.clock())
        main.list.refresh()
        await seat.pilot.pause()
        assert painted == []
        monkeypatch.undo()
        await seat.press("f3")
        seen.append(main.is_current)
        await seat.press("f1")
        seen.append(main.is_current and not is_main(seat))
        assert seen == [False, True, True], "a dialog leaves it in sight"
