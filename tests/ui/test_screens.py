"""What people see: the list, a form, the review and the tree, at three sizes, as plain text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tests.support.snapshot import check_screen
from tui.model.status import Phase

SIZES = [(40, 20), (80, 24), (120, 40)]
SMALL = SIZES[:2]
ROUND = "Kühlschrank-Runde"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_list(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size) as seat:
        await seat.until("connected")
        check_screen(f"list-{size[0]}x{size[1]}", seat.text)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_form(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size) as seat:
        await seat.until("connected")
        await seat.open_titled("Kühlschrank-Runde")
        check_screen(f"form-{size[0]}x{size[1]}", seat.text)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_review_with_gaps(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size) as seat:
        await seat.until("connected")
        await seat.open_titled("Kühlschrank-Runde")
        await seat.type("4,5\n")
        await seat.press("f10")
        check_screen(f"review-{size[0]}x{size[1]}", seat.text)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_list_in_german(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, size=size, lang="de") as seat:
        await seat.until("verbunden")
        check_screen(f"liste-{size[0]}x{size[1]}", seat.text)


async def _ready(seat: Seat) -> None:
    await seat.open_titled(ROUND)
    await seat.type("4,5\n5\n6\n1")
    await seat.press("f10")


async def _doubtful(seat: Seat) -> None:
    await seat.open_titled(ROUND)
    await seat.type("4,5\n5\nwarm\n1")
    await seat.press("f10")


async def _without(seat: Seat) -> None:
    await _doubtful(seat)
    await seat.press("s")


async def _deny(seat: Seat) -> None:
    await seat.open_titled(ROUND)
    await seat.press("f6", "f10")


async def _closed(seat: Seat) -> None:
    rows = seat.main.list
    found = [key for key in rows.shown_keys if (row := rows.execution(key)) and row.status.phase is Phase.DONE]
    rows.select(found[0])
    await seat.press("enter")
    await seat.until(lambda: seat.main.pane == "form" and seat.opened == found[0])


async def _reset(seat: Seat) -> None:
    await _closed(seat)
    await seat.press("R")
    key = seat.main.detail.key
    assert key is not None
    await seat.press("enter")
    await seat.type(key.id[-3:])


async def _create(seat: Seat) -> None:
    await seat.press("n")
    await seat.until(lambda: len(seat.app.screen_stack) > 1)


async def _help(seat: Seat) -> None:
    await seat.open_titled(ROUND)
    await seat.press("f1")


async def _menu(seat: Seat) -> None:
    await seat.open_titled(ROUND)
    await seat.press("f4")


async def _bulk(seat: Seat) -> None:
    rows = seat.main.list
    rows.choose_only([*rows.shown_keys[:3], rows.shown_keys[-1]])
    await seat.press("f6")
    await seat.until(lambda: len(seat.app.screen_stack) > 1)


async def _bulk_done(seat: Seat) -> None:
    await _bulk(seat)
    await seat.type("Kein Wasser")
    await seat.press("f10")
    await seat.until("3 of 3 done")


async def _report(seat: Seat) -> None:
    await seat.press("h")
    await seat.until("tasks · data")


SCENES: dict[str, Callable[[Seat], Awaitable[None]]] = {
    "review-ready": _ready,
    "review-doubtful": _doubtful,
    "review-without": _without,
    "deny": _deny,
    "closed": _closed,
    "reset": _reset,
    "create": _create,
    "help-field": _help,
    "menu-form": _menu,
    "bulk": _bulk,
    "bulk-done": _bulk_done,
    "report": _report,
}


@pytest.mark.parametrize("size", SMALL, ids=str)
@pytest.mark.parametrize("scene", SCENES)
async def test_what_opens_from_a_form(tmp_path: Path, size: tuple[int, int], scene: str) -> None:
    async with seated(tmp_path, size=size) as seat:
        await seat.until("connected")
        await SCENES[scene](seat)
        await seat.pilot.pause()
        check_screen(f"{scene}-{size[0]}x{size[1]}", seat.text)


@pytest.mark.parametrize("scene", ["review-doubtful", "review-ready", "closed", "help-field", "deny"])
async def test_the_same_in_german_on_the_smallest_screen(tmp_path: Path, scene: str) -> None:
    async with seated(tmp_path, size=(40, 20), lang="de") as seat:
        await seat.until("verbunden")
        await SCENES[scene](seat)
        await seat.pilot.pause()
        check_screen(f"{scene}-de-40x20", seat.text)
