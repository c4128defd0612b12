"""Ctrl+C, out of habit: every screen answers it with how the application is left, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.report import ReportScreen

TWO = """
default_profile = "kitchen"
[profiles.kitchen]
base_url = "embedded:"
[profiles.shop]
system = "spaaza"
base_url = "embedded:"
"""


async def explained(seat: Seat) -> None:
    before = seat.app.screen
    await seat.press("ctrl+c")
    assert "Nothing is lost" in " ".join(seat.text.split())
    assert seat.app.screen is before
    seat.app.clear_notifications()
    await seat.pilot.pause()
    assert "Nothing is lost" not in " ".join(seat.text.split())


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
async def test_every_screen_says_how_to_leave(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size, config=TWO) as seat:
        await seat.until("connected")
        await explained(seat)
        for key, screen in (("b", BoardScreen), ("h", ReportScreen), ("B", BoardScreen)):
            await seat.press(key)
            await seat.until(lambda screen=screen: isinstance(seat.app.screen, screen))  # type: ignore[misc]
            await explained(seat)
            await seat.press("f4")
            await explained(seat)
            await seat.press("f3", "f3")


async def test_a_key_of_the_config_comes_first(tmp_path: Path) -> None:
    config = '[keys]\nhelp = "f1, ctrl+c"\n[profiles.sample]\nsystem = "intratool"\nbase_url = "embedded:"\n'
    async with seated(tmp_path, config=config) as seat:
        await seat.press("b", "ctrl+c")
        assert "The board" in seat.text
        assert "q leaves there" not in seat.text
