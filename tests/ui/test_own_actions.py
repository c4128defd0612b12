"""Actions that have no key of their own: bar, menu, palette, the typed confirmation, and what takes minutes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from tests.support.site import Seat, seated
from tui.model.action import Request
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.own_actions import MARK
from tui.ui.screens.pick import PickDialog
from tui.ui.widgets.one_line import OneLine

SHOP = '[profiles.shop]\nsystem = "spaaza"\n'
FLOWS = '[profiles.flows]\nsystem = "superai"\n'


async def open_row(seat: Seat, wanted: str) -> None:
    """Open the first row that offers an action of that name."""
    for key in list(seat.main.list.shown_keys):
        record = await seat.main.bench.records.load(key)
        action = record.action(wanted)
        if action is not None and action.enabled:
            seat.main.list.select(key)
            await seat.press("enter")
            await seat.until(lambda key=key: seat.opened == key)  # type: ignore[misc]
            return
    raise AssertionError(f"no row offers {wanted}:\n{seat.text}")


def dialog_of(seat: Seat) -> ActionDialog:
    screen = seat.app.screen
    assert isinstance(screen, ActionDialog), seat.text
    return screen


async def test_bar_menu_and_palette_offer_them_in_the_order_of_declaration(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=SHOP) as seat:
        await open_row(seat, "execute")
        hints = [hint for hint in seat.main.detail.bar.hints if hint.command.startswith(MARK)]
        assert [hint.label for hint in hints] == ["Run now", "Duplicate as new"]
        await seat.press("f4")
        menu = seat.app.screen
        assert isinstance(menu, PickDialog)
        assert [option.value for option in menu.options[:2]] == ["do:execute", "do:duplicate"]
        await seat.press("1")
        assert dialog_of(seat).action.id == "execute"
        await seat.press("f3", "ctrl+p")
        await seat.type("duplic\n")
        assert dialog_of(seat).action.id == "duplicate"


async def test_a_barred_one_says_why(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=FLOWS) as seat:
        await open_row(seat, "delete")
        barred = next(option for option in seat.main.commands.own.options() if option.value == "do:cancel")
        assert not barred.enabled
        assert barred.detail == "It has ended; there is nothing to cancel."
        seat.main.commands.run("do:cancel")
        await seat.until("Cancel the run: It has ended")


async def test_the_whole_proof_is_typed_and_hidden_inputs_and_slow_ones_are_told(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=SHOP) as seat:
        bench, sent = seat.main.bench, list[Request]()
        for key in list(seat.main.list.shown_keys):
            run = (await bench.records.load(key)).action("execute")
            if run is not None and run.enabled and run.proof:
                seat.main.list.select(key)
                await seat.press("enter")
                await seat.until(lambda key=key: seat.opened == key)  # type: ignore[misc]
                break
        else:
            raise AssertionError(seat.text)
        answered = asyncio.Event()

        async def submit(request: Request) -> object:
            sent.append(request)
            await answered.wait()
            return object()

        bench.submit = submit  # type: ignore[method-assign,assignment]
        seat.main.commands.run("do:execute")
        await seat.pilot.pause()
        await seat.press("f10")
        assert f"Type {run.proof} first" in seat.text
        assert not sent
        await seat.type(run.proof)
        await seat.press("f10")
        assert sent[0].inputs == {"seen_run": run.inputs[0].default}
        assert ": the server works on it (" in seat.text
        seat.main.commands.run("do:execute")
        await seat.pilot.pause()
        assert not isinstance(seat.app.screen, ActionDialog)
        assert len(sent) == 1
        answered.set()
        await seat.until(lambda: not seat.main.acts.running)
        assert "works on it" not in seat.main.detail.query_one("#detail-saved", OneLine).render().plain


async def test_bar_and_message_call_an_action_what_its_system_calls_it(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(160, 40), config=FLOWS) as seat:
        await open_row(seat, "reject")
        key = seat.opened
        assert key is not None
        await seat.press("f3")
        commands = {hint.command: hint.label for hint in seat.main.keybar.hints}
        assert commands.get("deny") == "Reject", "with the keys in the list too, as its record is known"
        seat.main.list.select(key)
        await seat.press("f6")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.type("Wrong supplier")
        await seat.press("f10")
        await seat.until(": Reject")


async def test_what_is_created_from_presets_is_said_before_it_is_done(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=SHOP) as seat:
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.type("2")
        await seat.press("f10", "f10")
        dialog = dialog_of(seat)
        told = dialog.sentences()
        assert "This is created with Enter:" in told, seat.text
        assert any(line.startswith("First run: ") for line in told), "a preset that nobody took is named"
        assert "Everything is exported; the file may be large." in told
        await seat.press("up", "enter")
        assert "This is created with Enter:" not in dialog.sentences(), "what is changed is told anew"
        await seat.press("f10", "enter")
        await seat.until("accepted by the server")


async def test_what_a_system_never_allows_is_absent_and_the_tree_has_its_name(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(160, 40), config=SHOP + FLOWS) as seat:
        assert "deny" not in {hint.command for hint in seat.main.keybar.hints}
        assert not {"deny", "reset", "status"} & {command.id for command in seat.main.commands.palette()}
        assert "Grouped view" in {hint.label for hint in seat.main.keybar.hints}
        await seat.press("w")
        await seat.until(lambda: seat.main.tree_pane.selected is not None)
        assert "Grouped view" in seat.text


async def test_a_reckoned_moment_is_told_as_planned(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(160, 40), config=SHOP) as seat:
        key = seat.main.list.shown_keys[0]
        row = seat.main.list.execution(key)
        assert row is not None
        seat.main.detail.preview(msgspec.structs.replace(row, due=seat.clock.now, projected=True))
        await seat.until("planned 05:56 (reckoned)")
