"""Pickers whose lists come from the server: thousands of names, slow and broken lines, in forms and in dialogs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.support.site import Seat, seated
from tests.ui.traffic import Sent, Traffic
from tui.model.errors import Unreachable
from tui.model.field import Choice
from tui.model.system import Page
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.find import FindDialog

HANDOVER = "Shift handover"
PEOPLE = [
    {"id": number, "first_name": f"Person{number:04}", "last_name": "Zander" if number == 1999 else "Adler"}
    for number in range(1, 2001)
]


def many_people(sent: Sent) -> tuple[int, Any] | None:
    return (200, PEOPLE) if sent.path == "/api/users" else None


def words(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


def answer(seat: Seat, key: str) -> object:
    state = seat.main.detail.form.state
    assert state is not None
    return state.entries[key].value


async def test_a_name_far_down_a_list_of_thousands_is_found_by_typing(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = many_people
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled(HANDOVER)
        seat.main.detail.form.focus_field("incoming")
        await seat.type("zand")
        await seat.until("Person1999 Zander")
        await seat.press("enter")
        assert answer(seat, "incoming") == "1999"
        await seat.until("saved here")


async def test_a_name_typed_before_the_list_is_there_goes_into_its_field(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = many_people
    async with seated(tmp_path, size=(59, 24)) as seat:
        bench = seat.main.bench
        asked: list[str] = []
        go, real = asyncio.Event(), bench.choices

        async def slow(source: str, query: str = "") -> Page:
            asked.append(query)
            await go.wait()
            return await real(source, query)

        bench.choices = slow  # type: ignore[method-assign]  # a slow line
        await seat.open_titled(HANDOVER)
        seat.main.detail.form.focus_field("incoming")
        await seat.type("zander\nall clear")
        assert answer(seat, "open-points") == "all clear"
        go.set()
        await seat.until("Person1999")
        assert answer(seat, "incoming") is None, "what nobody saw is not chosen"
        seat.main.detail.form.focus_field("incoming")
        await seat.press("enter")
        assert answer(seat, "incoming") == "1999"
        assert asked[0] == "", "the first page is asked for at once"


async def test_the_newest_question_wins(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        bench = seat.main.bench
        asked: list[str] = []

        async def choices(source: str, query: str = "") -> Page:
            asked.append(query)
            hits = tuple(Choice(f"{query}{n}", f"{query or 'first'} {n}") for n in range(3))
            return Page(choices=hits, complete=False)

        bench.choices = choices  # type: ignore[method-assign]
        await seat.open_titled(HANDOVER)
        seat.main.detail.form.focus_field("incoming")
        await seat.until(lambda: asked == [""])
        for char in "abc":
            seat.main.press(char, char)
        await seat.until(lambda: len(asked) > 1)
        assert asked == ["", "abc"], "what is typed in one go is one question"
        await seat.until("abc 2")


async def test_a_list_that_cannot_be_read_is_said_under_the_form_and_asked_for_again(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        bench = seat.main.bench
        broken, real = True, bench.choices

        async def choices(source: str, query: str = "") -> Page:
            if broken:
                raise Unreachable()
            return await real(source, query)

        bench.choices = choices  # type: ignore[method-assign]  # a broken line
        await seat.open_titled(HANDOVER)
        await seat.until(lambda: "Taken over by: the list cannot be read." in words(seat))
        broken = False
        seat.main.opener.lists.again()
        await seat.until(lambda: "the list cannot be read" not in words(seat))
        seat.main.detail.form.focus_field("incoming")
        await seat.type("Cem")
        await seat.press("enter")
        assert answer(seat, "incoming") == "4"


async def test_lists_of_another_form_do_not_come_into_this_one(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        bench = seat.main.bench
        go, real = asyncio.Event(), bench.choices

        async def slow(source: str, query: str = "") -> Page:
            await go.wait()
            return await real(source, query)

        bench.choices = slow  # type: ignore[method-assign]  # a slow line
        await seat.open_titled(HANDOVER)
        await seat.press("f3")
        await seat.open_titled("Kühlschrank-Runde")
        go.set()
        await seat.type("4")
        await seat.until("saved here")
        state = seat.main.detail.form.state
        assert state is not None
        assert "incoming" not in state.entries


def many_assignments(sent: Sent) -> tuple[int, Any] | None:
    if sent.path != "/api/administration/tasks-2/assignments":
        return None
    rows = [
        {"id": 70_000 + n, "title": f"Place {n:04}", "task_template_id": 201, "active": True}
        for n in range(1, 3000)
    ]
    return 200, rows


@pytest.mark.parametrize("burst", [False, True], ids=["slowly", "in one burst"])
async def test_a_new_task_is_found_among_thousands(tmp_path: Path, traffic: Traffic, burst: bool) -> None:
    traffic.instead = many_assignments
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, FindDialog))
        if burst:
            await seat.pilot.press(*"place", "space", *"2998", "enter", *"1.6")
        else:
            await seat.type("place 2998")
            await seat.until(lambda: "searching" not in seat.text)
            await seat.press("enter")
            await seat.type("1.6")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        await seat.until(lambda: "Place 2998" in seat.text)
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        await seat.until(lambda: dialog.state.entries["for_execution_date"].text == "1.6")


async def test_f3_gives_up_waiting_for_the_server_and_then_closes(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = many_assignments
    async with seated(tmp_path, size=(59, 24)) as seat:
        bench = seat.main.bench
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, FindDialog))

        async def never(source: str, query: str = "") -> Page:
            await asyncio.Event().wait()
            raise AssertionError

        bench.choices = never  # type: ignore[method-assign]  # a line that hangs
        await seat.type("place 2998")
        await seat.press("enter")
        assert "searching" in seat.text
        await seat.press("f3")
        assert isinstance(seat.app.screen, FindDialog)
        await seat.press("f3")
        assert not isinstance(seat.app.screen, FindDialog)


async def test_a_search_that_fails_is_said_in_the_dialog(tmp_path: Path, traffic: Traffic) -> None:
    traffic.instead = many_assignments
    async with seated(tmp_path, size=(59, 24)) as seat:
        bench = seat.main.bench
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, FindDialog))

        async def broken(source: str, query: str = "") -> Page:
            raise Unreachable()

        bench.choices = broken  # type: ignore[method-assign]  # a broken line
        await seat.type("place")
        await seat.until(lambda: "The server cannot be reached." in words(seat))
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
