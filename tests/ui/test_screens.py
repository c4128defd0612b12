"""What people see: the list, a form, the review and the tree, at three sizes, as plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import seated
from tests.support.snapshot import check_screen

SIZES = [(40, 20), (80, 24), (120, 40)]


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
