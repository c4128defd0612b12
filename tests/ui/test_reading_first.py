"""A deed in the list that has to read its task first: said, given up, or begun on what is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.site import seated
from tui.model.errors import Unreachable
from tui.model.execution import Key, Record
from tui.ui.screens.action import ActionDialog


async def test_it_says_that_it_reads(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        records, gate = seat.main.bench.records, asyncio.Event()
        load = records.load

        async def slow(key: Key) -> Record:
            await gate.wait()
            return await load(key)

        records.load = slow  # type: ignore[method-assign]
        await seat.press("f6")
        await seat.until("Reading the task")
        assert not isinstance(seat.app.screen, ActionDialog)
        gate.set()
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))


async def test_what_could_not_be_read_was_not_begun(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        records = seat.main.bench.records

        async def gone(key: Key) -> Record:
            raise Unreachable()

        records.load = gone  # type: ignore[method-assign]
        records.cached = lambda key: None  # type: ignore[method-assign]
        await seat.press("f6")
        await seat.until("The server cannot be reached. Nothing")
        assert "Work on: your entries are kept" not in seat.text
        assert not isinstance(seat.app.screen, ActionDialog)


async def test_without_a_line_it_begins_on_what_is_kept(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        bench, chosen = seat.main.bench, seat.main.list.selected_key
        assert chosen is not None
        await bench.records.load(chosen)
        asked: list[Key] = []

        async def never(key: Key) -> Record:
            asked.append(key)
            await asyncio.Event().wait()
            raise AssertionError

        bench.records.load = never  # type: ignore[method-assign]
        bench.live.pause()
        bench._keeper.failed(Unreachable())
        await seat.press("f6")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        assert asked == []
