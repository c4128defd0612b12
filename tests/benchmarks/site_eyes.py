"""A person at a screen while the others of ``site`` work: the cursor stays on its record, on list and board."""

from __future__ import annotations

import asyncio
import random
from itertools import cycle
from time import monotonic
from typing import cast

from tui.compose import Composer
from tui.config import Settings
from tui.ui.app import ShiftdeckApp
from tui.ui.keymap import keymap_from
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.main import MainScreen
from tui.ui.widgets.execution_list import ExecutionList

LOOKS = 8.0
"""Seconds that the person looks at a row: longer than changes are held after a key."""


class Eyes:
    """``looks``: how often the cursor was looked at; ``moved``: how often it stood on another record by itself."""

    def __init__(self, composer: Composer, settings: Settings) -> None:
        self._composer = composer
        self._keymap = keymap_from(settings.keys)
        self.ready = asyncio.Event()
        self.looks = 0
        self.moved = 0

    async def run(self, ended: asyncio.Event) -> None:
        """Choose a row on the list, look at it, then one on the board, and so on until ``ended``."""
        app = ShiftdeckApp(self._composer, self._keymap, self._composer.workbench("site"))
        async with app.run_test(size=(120, 40)) as pilot:
            while not (isinstance(app.screen, MainScreen) and app.screen.list.selected_key):
                await pilot.pause(0.1)
            self.ready.set()
            for way in cycle(("b", "f3")):
                if ended.is_set():
                    return
                await pilot.press(way, *("down",) * random.randint(1, 6))
                screen = cast("MainScreen | BoardScreen", app.screen)
                await self._look(screen.list, ended)

    async def _look(self, shown: ExecutionList, ended: asyncio.Event) -> None:
        end, chosen = monotonic() + LOOKS, shown.selected_key
        while monotonic() < end and not ended.is_set():
            await asyncio.sleep(0.1)
            now = shown.selected_key
            # What left the list took the cursor with it, to its neighbour.
            self.moved += now != chosen and chosen is not None and shown.execution(chosen) is not None
            self.looks += 1
            chosen = now
