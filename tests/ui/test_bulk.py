"""One deed on all chosen rows, through the whole house: dialog, run, what became of each, and once more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.site import Seat, seated
from tests.ui.traffic import Traffic
from tui.model.execution import Key
from tui.model.status import Phase
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.bulk import BulkDialog, ReadingDialog
from tui.ui.screens.bulk_results import RunDialog
from tui.ui.screens.dialog import Dialog, TextDialog
from tui.ui.screens.pick import NUMBERED, PickDialog

ROUND = "Kühlschrank-Runde"


def rows_in(seat: Seat, *phases: Phase) -> list[Key]:
    rows = seat.main.list
    return [key for key in rows.shown_keys if (row := rows.execution(key)) and row.status.phase in phases]


def status_of(seat: Seat, key: Key) -> str:
    return seat.main.bench.live.rows[key].status.raw


def words(seat: Seat) -> str:
    """The text of the dialog without its breaks."""
    dialog = seat.app.screen
    assert isinstance(dialog, Dialog), seat.text
    return " ".join(f"{dialog._shown.plain}\n{dialog._complaint.plain}".split())


def asks(seat: Seat) -> BulkDialog:
    screen = seat.app.screen
    assert isinstance(screen, BulkDialog), seat.text
    return screen


async def ask(seat: Seat, key: str, chosen: list[Key]) -> None:
    seat.main.list.choose_only(chosen)
    await seat.press(key)
    await seat.until(lambda: isinstance(seat.app.screen, BulkDialog | TextDialog))


async def over(seat: Seat) -> RunDialog:
    screen = seat.app.screen
    assert isinstance(screen, RunDialog), seat.text
    await seat.until(lambda: screen.run_of_many.over)
    return screen


async def test_the_key_bar_says_what_is_done_to_all_of_them(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("space")
        assert "Deny (" not in seat.text, "one row is done as a single one"
        await seat.press("space")
        assert "F6 Deny (2)  s Set status (2)  R Reset (2)  F3 choose none" in seat.text
        await seat.press("f4")
        assert "Set status (2)" in seat.text
        await seat.press("f3", "f3")
        assert "Deny (" not in seat.text
        assert not seat.main.list.chosen


async def test_one_chosen_row_is_meant_wherever_the_cursor_is(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        key = rows_in(seat, Phase.DONE)[0]
        seat.main.list.choose_only([key])
        await seat.press("R")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        assert f"type {key.id[-3:]}:" in seat.text
        assert "Done → Started" in seat.text or "Done, late → Started" in seat.text


async def test_many_are_denied_with_one_reason_and_the_others_are_named(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        work, done = rows_in(seat, Phase.OPEN, Phase.ACTIVE)[:3], rows_in(seat, Phase.DONE)[:2]
        await ask(seat, "f6", [*work, *done])
        assert "Deny: 5 chosen tasks" in seat.text
        assert "→ Denied" in seat.text
        assert "2 are left out:" in seat.text
        assert "It is finished; only a reset opens it again." in words(seat)
        await seat.press("f10")
        asks(seat)
        assert "Type" not in seat.text, "nothing is lost: nothing has to be typed"
        await seat.type("No water")
        await seat.press("enter")
        assert ">[ Back ]" in seat.text
        await seat.press("f10")
        dialog = await over(seat)
        await seat.until("3 of 3 done")
        assert all(status_of(seat, key).startswith("denied") for key in work)
        assert not seat.main.list.chosen
        await seat.press("enter")
        assert dialog in seat.app.screen_stack, "a held Enter does not take the results away"
        await seat.press("f3")
        assert dialog not in seat.app.screen_stack
        events = [row.event for row in seat.main.bench.history.entries()]
        assert [event.new for event in events] == [{"deny_reason": "No water"}] * 3


async def test_many_are_reset_by_typing_how_many(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        done = rows_in(seat, Phase.DONE)[:3]
        await ask(seat, "R", done)
        assert "To confirm, type 3:" in seat.text
        assert "3 is how many it is done to." in words(seat)
        await seat.press("f10")
        assert "Type 3 first, so that this does not happen by accident." in words(seat)
        await seat.type("3\tWrong fridge")
        await seat.press("f10")
        await over(seat)
        await seat.until("3 of 3 done")
        assert {status_of(seat, key) for key in done} <= {"in_progress", "in_progress_delayed"}
        events = [row.event for row in seat.main.bench.history.entries()]
        assert {event.why for event in events} == {"Wrong fridge"}
        assert all(event.was.startswith("done") for event in events)


async def test_a_status_is_set_where_it_is_not_so_already(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        fresh, begun = rows_in(seat, Phase.OPEN)[:2], rows_in(seat, Phase.ACTIVE)[:1]
        await ask(seat, "s", [*fresh, *begun])
        dialog = asks(seat)
        (field,) = dialog.action.inputs
        assert {choice.value: choice.number for choice in field.choices}["in_progress"] == "2"
        await seat.press("2")
        assert "4 Denied" in seat.text
        assert "2 Open → Started" in seat.text
        assert "1 is left out:" in seat.text
        assert "[ Set status: 2 ]" in seat.text
        await seat.press("f10")
        await over(seat)
        await seat.until("2 of 2 done")
        assert {status_of(seat, key) for key in fresh} <= {"in_progress", "in_progress_delayed"}


async def test_none_of_them_may(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        await ask(seat, "R", rows_in(seat, Phase.OPEN)[:2])
        assert "Not possible for any of them" in seat.text
        assert "It has not been started; there is nothing to reset." in words(seat)


async def test_what_fails_is_told_and_chosen(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        done = rows_in(seat, Phase.DONE)[:3]
        locked = 409, {"status": "error", "message": "The auditor has locked it."}
        traffic.instead = lambda sent: locked if sent.method != "GET" and f"/{done[1].id}/" in sent.path else None
        await ask(seat, "R", done)
        await seat.type("3\nOnce more")
        await seat.press("f10")
        await over(seat)
        await seat.until("2 of 3 done, 1 not accepted")
        assert "The server refused this." in words(seat)
        assert "The server says: The auditor has locked it." in words(seat)
        await seat.press("f3")
        await seat.until("1 task was not done and stays chosen.")
        assert seat.main.list.chosen == (done[1],)
        seat.main.list.choose_none()
        await ask(seat, "R", done[1:])
        assert "1 is left out" in seat.text, "what was reset before is in progress now"
        await seat.press("f3")


async def test_the_failed_ones_again_begin_with_what_was_typed(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        done = rows_in(seat, Phase.DONE)[:3]
        traffic.instead = lambda sent: (503, {"message": "Back soon."}) if sent.method != "GET" else None
        await ask(seat, "R", done)
        await seat.type("3\nOnce more")
        await seat.press("f10")
        await over(seat)
        await seat.until("0 of 3 done, 2 not accepted, 1 not sent")
        assert "Not sent: The server has a fault. Nothing of this waits" in words(seat)
        traffic.instead = None
        await seat.press("1")
        await seat.until(lambda: isinstance(seat.app.screen, BulkDialog))
        assert "Once more" in seat.text
        await seat.press("3", "f10")
        await over(seat)
        await seat.until("3 of 3 done")


async def test_it_stops_between_two_items_and_says_how_far_it_came(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        done = rows_in(seat, Phase.DONE)[:4]
        system = seat.main.bench._wire.system
        perform, gate, begun = system.perform, asyncio.Event(), asyncio.Event()

        async def slow(request):  # type: ignore[no-untyped-def]
            begun.set()
            await gate.wait()
            return await perform(request)

        system.perform = slow  # type: ignore[method-assign]
        await ask(seat, "R", done)
        await seat.type("4")
        await seat.press("f10")
        await begun.wait()
        await seat.until("0 / 4")
        assert "Now: " in seat.text
        await seat.press("f3")
        assert "Stops after this one." in seat.text
        gate.set()
        await seat.until("1 of 4 done, 3 not sent")
        assert "Not sent: It was stopped before." in words(seat)
        assert status_of(seat, done[1]).startswith("done")


async def test_when_the_application_ends_the_next_item_is_not_begun(tmp_path: Path) -> None:
    begun: list[str] = []
    async with seated(tmp_path, size=(80, 24)) as seat:
        done = rows_in(seat, Phase.DONE)[:4]
        system = seat.main.bench._wire.system
        perform, gate = system.perform, asyncio.Event()

        async def slow(request):  # type: ignore[no-untyped-def]
            begun.append(request.key_id)
            await gate.wait()
            return await perform(request)

        system.perform = slow  # type: ignore[method-assign]
        await ask(seat, "R", done)
        await seat.type("4")
        await seat.press("f10")
        await seat.until(lambda: bool(begun))
        asyncio.get_running_loop().call_later(0.3, gate.set)
        seat.app.exit(0)
    assert begun == [done[0].id]
    async with seated(tmp_path) as seat:
        assert status_of(seat, done[0]).startswith("in_progress"), "what was on its way came to its end"
        assert status_of(seat, done[1]).startswith("done")


async def test_while_they_are_read_it_says_so_and_keys_wait(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        bench, gate = seat.main.bench, asyncio.Event()
        read = bench.records.read

        async def slow(key: Key):  # type: ignore[no-untyped-def]
            await gate.wait()
            return await read(key)

        bench.records.read = slow  # type: ignore[method-assign]
        seat.main.list.choose_only(rows_in(seat, Phase.OPEN)[:3])
        await seat.press("f6")
        await seat.until(lambda: isinstance(seat.app.screen, ReadingDialog))
        assert "Looking at 3 tasks …" in seat.text
        await seat.type("Strike")
        gate.set()
        await seat.until(lambda: isinstance(seat.app.screen, BulkDialog))
        assert "Strike" in seat.text
        gate.clear()
        await seat.press("f3", "f6")
        await seat.until(lambda: isinstance(seat.app.screen, ReadingDialog))
        await seat.press("f3")
        assert seat.app.screen is seat.main


async def test_the_menu_of_a_row_reads_what_it_allows(tmp_path: Path) -> None:
    config = '[profiles.flows]\nsystem = "superai"\n'
    async with seated(tmp_path, size=(120, 40), config=config) as seat:
        bench, gate = seat.main.bench, asyncio.Event()
        key = seat.main.list.selected_key
        assert key is not None
        bench.records._memory.clear()
        bench.records.cached = lambda key: None  # type: ignore[method-assign]
        load = bench.records.load

        async def slow(key: Key):  # type: ignore[no-untyped-def]
            await gate.wait()
            record = await load(key)
            bench.records.cached = lambda key: record  # type: ignore[method-assign]
            return record

        bench.records.load = slow  # type: ignore[method-assign]
        await seat.press("f4")
        menu = seat.app.screen
        assert isinstance(menu, PickDialog)
        assert "Reading …" in seat.text
        await seat.press("down")
        before = [option.value for option in menu.options]
        gate.set()
        await seat.until("Delete the run")
        after = [option.value for option in menu.options]
        assert after[:NUMBERED] == before[:NUMBERED], "no row with a number has moved"
        assert after[NUMBERED] == "do:approve", "its own actions are seen without scrolling"
        assert menu.cursor == 1
        reset = next(option for option in menu.options if option.value == "reset")
        assert reset.label == "Run again"
        await seat.press("f3", "ctrl+p")
        await seat.type("delete the run\n")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))


async def test_on_the_board_the_same_is_done_and_the_board_stays(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("b")
        board = seat.app.screen
        assert isinstance(board, BoardScreen)
        first, second, third = board.list.shown_keys[:3]
        await seat.press("space", "space", "f6")
        await seat.until(lambda: isinstance(seat.app.screen, BulkDialog))
        await seat.type("Strike")
        await seat.press("f10")
        await over(seat)
        await seat.until("2 of 2 done")
        await seat.press("f3")
        assert isinstance(seat.app.screen, BoardScreen)
        assert board.list.selected_key == third
        assert {status_of(seat, key) for key in (first, second)} == {"denied"}
        await seat.press("s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        assert "Set status" in seat.text
        await seat.press("f3")
        assert isinstance(seat.app.screen, BoardScreen)


async def test_what_was_just_done_on_the_board_can_be_undone_there(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("b")
        board = seat.app.screen
        assert isinstance(board, BoardScreen)
        key = board.list.shown_keys[0]
        await seat.press("s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.press("5", "enter", "f10")
        await seat.until(lambda: status_of(seat, key) == "missed" and key not in board.listed)
        assert board.list.selected_key == key
        await seat.press("R")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        assert "Reset" in seat.text
        await seat.press("f3", "a")
        assert board.desk.mark_of(key) is None, "there is nothing to acknowledge any more"


async def test_a_part_belongs_to_the_task_that_was_meant(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        rows = seat.main.list
        above = next(key for key in rows.shown_keys if rows.execution(key).title == "Reinigung komplett")  # type: ignore[union-attr]
        before = set(rows.shown_keys)
        rows.select(above)
        seat.main.commands.run("create_part")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        assert "Belongs to: Reinigung komplett" in seat.text
        assert "new → Open" in seat.text
        await seat.press("f10")
        await seat.until(lambda: len(set(rows.shown_keys) - before) == 1)
        (new,) = set(rows.shown_keys) - before
        assert seat.main.bench.live.rows[new].parent == above.id
