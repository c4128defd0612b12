"""What a worker and a supervisor do, through the whole house: screen, workbench, client, embedded site."""

from __future__ import annotations

from pathlib import Path

from tests.support.site import Hand, Seat, seated
from tui.model.execution import Key
from tui.model.status import Phase
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.find import FindDialog
from tui.ui.screens.review import ReviewDialog

ROUND = "Kühlschrank-Runde"


async def open_round(seat: Seat) -> Key:
    await seat.open_titled(ROUND)
    key = seat.main.detail.key
    assert key is not None
    return key


def status_of(seat: Seat, key: Key) -> str:
    return seat.main.bench.live.rows[key].status.raw


async def test_a_form_is_filled_and_finished_late_with_a_reason(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        key = await open_round(seat)
        await seat.type("4,5\n5\n6\n1")
        await seat.press("f10")
        assert isinstance(seat.app.screen, ReviewDialog)
        assert "Nothing is missing." in seat.text
        await seat.press("f10")
        assert isinstance(seat.app.screen, ReviewDialog), "the key that opens the review never sends"
        await seat.type("Delivery came in between")
        await seat.press("enter")
        await seat.until("accepted by the server")
        await seat.until(lambda: status_of(seat, key) == "done_delayed")
        record = await seat.main.bench.records.load(key)
        assert any(text == "Delivery came in between" for _label, text in record.facts)
        asked = [field.key for field in record.fields if field.kind != "description"]
        assert [record.answers[name].value for name in asked] == ["4.5", "5", "6", "yes"]
        draft = seat.main.bench.drafts.load(key)
        assert draft is None or not draft.fields


async def test_saving_sends_only_what_changed_and_the_task_stays_in_progress(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        key = await open_round(seat)
        await seat.type("4,5\n")
        await seat.press("f2")
        await seat.until("accepted by the server")
        await seat.until(lambda: status_of(seat, key).startswith("in_progress"))
        await seat.press("f2")
        await seat.until("Nothing new to save.")


async def test_what_is_typed_is_back_after_a_restart(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n7")
        await seat.until("saved here")
        key = seat.main.detail.key
    async with seated(tmp_path) as seat:
        assert key is not None
        seat.main.list.select(key)
        seat.main.opener.open(key)
        text = await seat.until("draft of")
        assert "4.5" in text
        state = seat.main.detail.form.state
        assert state is not None
        assert [entry.text for entry in state.shown[:2]] == ["4.5", "7"]


async def test_denying_needs_the_reason_where_the_policy_says_so(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        key = await open_round(seat)
        await seat.press("f6")
        await seat.type("Kein Zugang")
        await seat.press("enter")
        await seat.press("enter")
        assert seat.app.screen is seat.main, "Enter on the buttons meets Cancel first"
        await seat.press("f6")
        await seat.type("Kein Zugang")
        await seat.press("f10")
        await seat.until("accepted by the server")
        await seat.until(lambda: status_of(seat, key) == "denied")


async def test_a_last_used_reason_is_picked_by_its_digit(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f6")
        await seat.type("Kein Strom")
        await seat.press("f10")
        await seat.until("accepted by the server")
        await seat.open_titled("Geräte und Hauben")
        await seat.press("f6", "1")
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        assert dialog.state.values() == {"deny_reason": "Kein Strom"}


async def test_reset_asks_for_typing_and_reopens(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        rows = seat.main.list
        closed = [key for key in rows.shown_keys if rows.execution(key).status.phase is Phase.DONE]  # type: ignore[union-attr]
        rows.select(closed[0])
        await seat.press("R")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.press("f10")
        assert isinstance(seat.app.screen, ActionDialog), "nothing is reset before the digits are typed"
        assert "→ Started" in seat.text
        assert "▌ To confirm, type " in seat.text, "what is typed first is what has the keys"
        await seat.type(closed[0].id[-3:] + "\nWrong shelf\n")
        assert ">[ Reset ]" in seat.text, "typing it was the confirmation"
        await seat.press("enter")
        await seat.until("accepted by the server")
        (noted,) = seat.main.bench.history.entries(1, closed[0])
        assert (noted.event.what, noted.event.why) == ("reset", "Wrong shelf")
        assert noted.event.was.startswith("done")
        await seat.until(lambda: seat.main.bench.live.rows[closed[0]].status.phase is Phase.ACTIVE)


async def test_setting_a_status(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        key = await open_round(seat)
        await seat.press("f3", "s")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.press("2")
        assert "Open → Started" in seat.text
        await seat.type("Begun on paper")
        await seat.press("f10")
        await seat.until("accepted by the server")
        await seat.until(lambda: seat.main.bench.live.rows[key].status.phase is Phase.ACTIVE)
        (noted,) = seat.main.bench.history.entries(1, key)
        assert (noted.event.was, noted.event.why) == ("open", "Begun on paper")


async def test_a_new_execution_is_created_and_selected(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        before = set(seat.main.list.shown_keys)
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, FindDialog))
        await seat.type("störung")
        await seat.press("enter")
        assert isinstance(seat.app.screen, ActionDialog)
        await seat.press("f10")
        await seat.until("accepted by the server")
        await seat.until(lambda: seat.main.list.selected_key not in before)
        assert len(set(seat.main.list.shown_keys) - before) == 1


async def test_the_workflow_tree_opens_the_record_before(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        bench = seat.main.bench
        for key in seat.main.list.shown_keys:
            record = await bench.records.load(key)
            if await bench.nodes(record, 1):
                break
        else:
            raise AssertionError("the sample site has no workflow")
        seat.main.list.select(key)
        await seat.press("w")
        await seat.until(lambda: seat.main.tree_pane.selected is not None)
        await seat.press("right")
        await seat.press("enter")
        await seat.until(lambda: seat.main.detail.previous)
        state = seat.main.detail.form.state
        assert state is not None
        assert state.read_only
        await seat.press("f3")
        assert seat.main.pane == "tree"
        await seat.press("f3")
        assert seat.main.pane == "list"


async def test_the_filter_narrows_and_f3_takes_it_back(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        everything = len(seat.main.list.shown_keys)
        await seat.press("/")
        await seat.type("hauben")
        assert 0 < len(seat.main.list.shown_keys) < everything
        await seat.press("enter")
        assert seat.main.pane == "list"
        assert seat.main.list.filter_text == "hauben"
        await seat.press("/")
        await seat.type("xyzzy")
        assert "Nothing matches" in seat.text
        await seat.press("f3")
        assert len(seat.main.list.shown_keys) == everything


async def test_other_days(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("[")
        await seat.until("yesterday")
        await seat.until(lambda: not seat.main.bench.live.now.loading)
        phases = {row.status.raw for row in seat.main.bench.live.rows.values()}
        assert {"done", "denied", "missed"} <= phases
        await seat.press("t")
        await seat.until("today")


async def test_midnight_rolls_the_list_on(tmp_path: Path) -> None:
    clock = Hand()
    async with seated(tmp_path, clock=clock) as seat:
        clock.forward(hours=20)
        seat.main.follower.tick()
        await seat.until("Tue 12 May")


async def test_somebody_else_takes_over_with_f9(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        first = seat.main.bench.desk.user
        await seat.press("f9")
        await seat.until("Leave Shiftdeck")
        others = [option for option in seat.app.screen.options if option.value.startswith("account")]  # type: ignore[attr-defined]
        index = next(n for n, option in enumerate(others) if option.label != first)
        await seat.press("down", *["down"] * index, "enter")
        await seat.until(lambda: seat.app.bench.desk.user != first)
        await seat.until("connected")
        assert others[index].label in seat.text


async def test_help_menu_and_about_open_and_close(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("f1")
        assert "Keys in the list" in seat.text
        await seat.press("f3")
        await seat.press("f4")
        assert "What can be done here" in seat.text
        await seat.press("f3")
        await seat.press("i")
        await seat.until("Number")
        await seat.press("f3")
        assert seat.app.screen is seat.main


async def test_q_leaves_at_once(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.press("q")
        await seat.until(lambda: seat.app.return_code == 0)
