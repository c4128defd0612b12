"""Answers of a task that is closed by now: they are shown, and thrown away only if a person says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tui.model.execution import Key
from tui.ui.screens.outbox import OutboxDialog
from tui.ui.screens.pick import PickDialog

ROUND = "Kühlschrank-Runde"


def words(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


async def left(seat: Seat) -> Key:
    """Finish a task without an answer that is out of limits, and open it again."""
    await seat.open_titled(ROUND)
    key = seat.opened
    assert key is not None
    await seat.type("4\n5\n99\n1")
    await seat.press("f10", "s", "enter")
    await seat.until(lambda: seat.main.bench.live.rows[key].status.phase.closed)
    await seat.until(lambda: not seat.main.bench.outbox.kept().keys)
    await seat.open_titled(ROUND, phase="done")
    return key


def kept(seat: Seat, key: Key) -> list[str]:
    draft = seat.main.bench.drafts.load(key)
    return sorted(draft.fields) if draft is not None else []


@pytest.mark.parametrize("size", [(40, 20), (59, 24)])
async def test_what_cannot_be_sent_any_more_is_discarded_from_the_task(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, size=size) as seat:
        key = await left(seat)
        assert "1 answer not sent: x discards" in words(seat)
        await seat.press("f4")
        assert "Discard" in seat.text
        await seat.press("f3", "x")
        assert isinstance(seat.app.screen, PickDialog)
        assert any(line.strip(" │") == "Theke (°C): 99" for line in seat.text.splitlines()), "on a line of its own"
        await seat.press("enter")
        assert kept(seat, key) == ["display"], "to leave it comes first"
        await seat.press("x", "2")
        await seat.until(lambda: not seat.main.bench.drafts.keys())
        await seat.until("Discarded.")
        assert "x discards" not in words(seat)
        state = seat.main.detail.form.state
        assert state is not None
        assert state.entries["display"].text == ""
        await seat.press("f3")
        assert "✎" not in seat.text


async def test_waiting_items_show_drafts_and_discard_only_what_cannot_be_sent(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        key = await left(seat)
        await seat.press("f3")
        await seat.open_titled("Hygiene-Selbstcheck")
        mine = seat.opened
        assert mine is not None
        await seat.press("1")
        await seat.until(lambda: bool(kept(seat, mine)))
        seat.main.commands.run("outbox")
        await seat.pilot.pause()
        dialog = seat.app.screen
        assert isinstance(dialog, OutboxDialog)
        details = {option.label: option.detail for option in dialog.options}
        assert details == {
            "Hygiene-Selbstcheck: Draft": "only on this device",
            f"{ROUND}: Draft": "cannot be sent any more",
        }
        place = [option.label for option in dialog.options].index("Hygiene-Selbstcheck: Draft")
        await seat.press(str(place + 1), "2")
        assert "F10 in the task sends it." in words(seat)
        assert isinstance(seat.app.screen, PickDialog), "what can be sent is not thrown away here"
        await seat.press("f3")
        seat.main.commands.run("outbox")
        await seat.pilot.pause()
        await seat.press(str(2 - place), "2", "2")
        await seat.until(lambda: not kept(seat, key))
        assert len(kept(seat, mine)) == 1


async def test_nothing_is_offered_where_nothing_is_left(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4\n")
        assert not any(hint.command == "discard" for hint in seat.main.commands.action_hints())
        await seat.press("f3", "x")
        assert "Nothing is left here that cannot be sent." in words(seat)
        assert seat.app.screen is seat.main
