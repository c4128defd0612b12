"""The shift report on the screen: which time, what stands in it, how far the reading is, and its files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tests.ui.traffic import Traffic
from tui.model.errors import Unreachable
from tui.model.execution import Key
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.dialog import TextDialog
from tui.ui.screens.fetching import SaveDialog
from tui.ui.screens.report import ReportScreen

EARLY = 'shifts = ["06:00", "18:00"]\n[profiles.sample]\nsystem = "intratool"\nbase_url = "embedded:"\n'


async def opened(seat: Seat) -> ReportScreen:
    await seat.press("h")
    screen = seat.app.screen
    assert isinstance(screen, ReportScreen), seat.text
    await seat.until(lambda: screen.report is not None)
    return screen


async def choose(seat: Seat, digit: str) -> None:
    screen = seat.app.screen
    assert isinstance(screen, ReportScreen)
    await seat.press("d", digit)
    await seat.until(lambda: screen.report is not None and screen.report.period == screen.period)


async def test_it_begins_with_the_shift_that_it_is(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        screen = await opened(seat)
        assert "Shift report: Sample site · This shift, Sun 22:00 – 06:00" in seat.text
        assert screen.report is not None
        for heading in ("Summary", "Unfinished (", "Missed (", "Denied (", "Done, late ("):
            assert heading in seat.text
        assert f"{screen.report.total} tasks · data 0 s old" in seat.text
        await seat.press("f3")
        assert seat.app.screen is seat.main


async def test_the_shifts_of_the_config_and_other_times(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=EARLY) as seat:
        screen = await opened(seat)
        assert "This shift, Sun 18:00 – 06:00" in seat.text
        await choose(seat, "2")
        assert "The shift before, Sun 06:00 – Sun 18:00" in seat.text
        await choose(seat, "4")
        assert "yesterday, Sun 10 May" in seat.text
        assert screen.report is not None
        assert screen.report.denied
        assert "Reason for denying: " in " ".join(seat.text.split())
        await seat.press("d", "5")
        assert "From when to when?" in seat.text
        await seat.type("10.5.2026 6:00\n10.5.2026 5:00")
        await seat.press("f10")
        assert "The end is before the beginning." in seat.text
        await seat.press("ctrl+u")
        await seat.type("10.5.2026 7:30")
        await seat.press("f10")
        await seat.until(lambda: screen.report is not None and screen.report.period == screen.period)
        assert "Sun 06:00 – Sun 07:30" in seat.text


async def test_on_a_small_screen_the_time_is_what_stays_in_the_title(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        await opened(seat)
        assert "This shift, Sun 22:00 – 06:00" in seat.text.split("\n")[0]
        await seat.press("f1")
        assert "Write the report to a file" in " ".join(seat.text.split())
        await seat.press("f3", "f4")
        assert "What can be done here" in seat.text
        assert "Shift report" not in seat.text.split("What can be done here")[1]


async def test_it_is_written_where_the_person_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    async with seated(tmp_path, size=(120, 40)) as seat:
        screen = await opened(seat)
        assert screen.report is not None
        texts = {}
        for digit, end in (("1", "md"), ("2", "csv"), ("3", "json")):
            path = folder / f"shift-report-2026-05-10-2200-to-2026-05-11-0559.{end}"
            await seat.press("e", digit, "enter")
            await seat.until("Exported")
            dialog = seat.app.screen
            assert isinstance(dialog, TextDialog)
            assert dialog._shown.plain == f"{screen.report.total} tasks are in {path}."
            texts[end] = path.read_text(encoding="utf-8")
            await seat.press("f3")
        assert texts["md"].startswith("# Shift report: Sample site")
        assert texts["csv"].startswith("section,id,title")
        assert json.loads(texts["json"])["total"] == screen.report.total
        assert len(list(folder.iterdir())) == 3
        await seat.press("e", "1", "enter")
        asks = seat.app.screen
        assert isinstance(asks, SaveDialog)
        assert asks._complaint.plain.endswith("is there already. Enter again replaces it.")


async def test_what_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tui.ui.screens.report.replace_file", full)
    monkeypatch.chdir(tmp_path)
    async with seated(tmp_path, size=(120, 40)) as seat:
        await opened(seat)
        await seat.press("e", "1", "enter")
        await seat.until("Not exported")
        dialog = seat.app.screen
        assert isinstance(dialog, TextDialog)
        assert dialog._shown.plain.endswith("cannot be written (No space left on device).")


async def test_it_is_copied_as_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        copied: list[str] = []
        monkeypatch.setattr(seat.app, "copy_to_clipboard", copied.append)
        await opened(seat)
        await seat.press("y")
        assert copied[0].startswith("# Shift report")


async def test_a_long_one_shows_how_far_it_is_and_keys_are_free(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        records, gate, read = seat.main.bench.records, asyncio.Event(), asyncio.Event()
        asked: list[Key] = []
        original = records.read

        async def slow(key: Key):  # type: ignore[no-untyped-def]
            asked.append(key)
            if len(asked) > 3:
                read.set()
                await gate.wait()
            return await original(key)

        records.read = slow  # type: ignore[method-assign]
        await seat.press("h")
        await read.wait()
        await seat.until("Reading answers [")
        assert " / " in seat.text
        await seat.press("e")
        await seat.until("The report is not ready yet.")
        await seat.press("f3")
        assert seat.app.screen is seat.main, "leaving does not wait for it"
        gate.set()


async def test_without_a_line_it_says_what_is_wrong_and_r_tries_again(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        screen = await opened(seat)
        traffic.instead = lambda sent: (503, {"message": "later"})
        screen.bench.list_of = _gone  # type: ignore[method-assign,assignment]
        await seat.press("d", "5")
        await seat.type("1.2.2026 6:00\n1.2.2026 14:00")
        await seat.press("f10")
        await seat.until("No report: The server cannot be reached.")
        assert "r tries again" in seat.text
        assert "Open (" not in seat.text, "nothing of another time stands under this title"
        traffic.instead = None
        del screen.bench.list_of
        await seat.press("r")
        await seat.until(lambda: screen.report is not None and screen.report.period == screen.period)


async def _gone(_period: object) -> None:
    raise Unreachable()


async def test_from_the_board_it_leads_back_to_the_board(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("b")
        assert isinstance(seat.app.screen, BoardScreen)
        await opened(seat)
        await seat.press("f3")
        assert isinstance(seat.app.screen, BoardScreen)
