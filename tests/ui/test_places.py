"""A long form: where a person was, what they typed and what they saw is there again when they come back."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from tests.support.site import Seat, seated
from tests.ui.test_bad_servers import PROFILE, http, server
from tui.model.status import Phase, Status
from tui.ui.actions import FORM, LIST

FIELDS = 60
SIZES = [(40, 20), (80, 24)]


def row(number: int) -> dict[str, object]:
    return {
        "id": number,
        "task_assignment_id": None,
        "task_template_id": 1,
        "task_status_id": "in_progress",
        "for_execution_date": "2026-05-11 06:00:00",
        "task_template": {"id": 1, "title": f"Round {number}"},
        "task_assignment": None,
    }


def answer(line: str) -> bytes:
    """Two tasks of sixty questions each."""
    if "workflow" in line:
        return http("200 OK", b"[]")
    for number in (7, 8):
        if f"/executions/{number}" in line:
            fields = [
                {"id": n, "key": f"q{n}", "name": f"Question {n}", "form_field_type_id": "text", "sort_number": n}
                for n in range(1, FIELDS + 1)
            ]
            record = row(number)
            record["task_template"] = {"id": 1, "title": f"Round {number}", "form_fields": fields}
            return http("200 OK", json.dumps(record).encode())
    return http("200 OK", json.dumps([row(7), row(8)]).encode())


async def go(seat: Seat, title: str) -> None:
    await seat.open_titled(title, phase="active")
    await seat.until(lambda: seat.main.pane == FORM)


def where(seat: Seat) -> tuple[str | None, int, list[str]]:
    """The field with the cursor, the first line shown, and what is typed in the whole form."""
    form = seat.main.detail.form
    state = form.state
    assert state is not None
    texts = [f"{entry.key}={entry.text}" for entry in state.shown if entry.text]
    return state.position, form.scroll_offset.y, texts


async def fill_a_little(seat: Seat) -> tuple[str | None, int, list[str]]:
    await seat.type("first\n")
    await seat.press("f8", "4", "0", "enter")
    await seat.type("fortieth")
    await seat.press("f7", "f7", "f7")
    await seat.type("half")
    await seat.until("saved here")
    found = where(seat)
    assert found[0] == "q37"
    assert found[1] > 10
    assert found[2] == ["q1=first", "q37=half", "q40=fortieth"]
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_another_task_and_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with server(answer) as url, seated(tmp_path, size=size, config=PROFILE.format(url=url)) as seat:
        await seat.until(lambda: len(seat.main.list.shown_keys) == 2)
        await go(seat, "Round 7")
        before = await fill_a_little(seat)
        await seat.press("f3")
        await go(seat, "Round 8")
        assert where(seat) == ("q1", 0, [])
        await seat.type("other\n")
        await seat.press("f3")
        await go(seat, "Round 7")
        await seat.until(lambda: where(seat) == before)
        assert "half" in seat.text, "what is drawn is this task, not the one before"
        await seat.type("ted")
        assert where(seat)[2][1] == "q37=halfted", "what was half typed is gone on with"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_leaving_in_the_middle_of_the_form_and_coming_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with server(answer) as url:
        config = PROFILE.format(url=url)
        async with seated(tmp_path, size=size, config=config) as seat:
            await seat.until(lambda: len(seat.main.list.shown_keys) == 2)
            await go(seat, "Round 7")
            before = await fill_a_little(seat)
            seat.app.exit(0)  # what a dropped line does: nobody pressed F3
            await seat.pilot.pause()
        async with seated(tmp_path, size=size, config=config) as seat:
            await seat.until(lambda: len(seat.main.list.shown_keys) == 2)
            await go(seat, "Round 7")
            await seat.until(lambda: where(seat) == before)


async def test_a_refresh_leaves_the_place_alone(tmp_path: Path) -> None:
    async with server(answer) as url, seated(tmp_path, size=(40, 20), config=PROFILE.format(url=url)) as seat:
        await seat.until(lambda: len(seat.main.list.shown_keys) == 2)
        await go(seat, "Round 7")
        before = await fill_a_little(seat)
        key = seat.main.detail.key
        assert key is not None
        record = seat.main.detail.record
        seat.main.opener.read_again(key)
        await seat.until(lambda: seat.main.detail.record is not record)
        assert where(seat) == before
        assert seat.main.pane != LIST


async def test_the_pane_beside_the_list_follows_its_row(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 24)) as seat:
        await seat.until("connected")
        await seat.until("Enter opens this task.")
        main, bench = seat.main, seat.main.bench
        key = main.list.selected_key
        assert key is not None

        def meta() -> str:
            return str(main.detail._meta.render())

        row = bench.live.rows[key]
        assert "Denied" not in meta()
        bench.live.apply(msgspec.structs.replace(row, status=Status("denied", Phase.DENIED), revision="new"))
        await seat.until(lambda: "Denied" in meta())
        bench.live.apply(row)
        await seat.until(lambda: "Denied" not in meta())
        before = meta()
        seat.clock.forward(minutes=10)
        main.follower.tick()
        assert meta() != before, "its age goes on with the list's"


async def test_a_long_form_has_the_narrow_screen_for_itself(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        await seat.open_titled("Schicht-Checkliste")
        assert "Zwölf Fragen" in seat.text
        assert "Kühlschrank (°C)" in seat.text, "four questions are in sight with the description"
        await seat.press("1", "1", "1", "4", "enter")
        assert "Zwölf Fragen" not in seat.text, "it scrolls away with the first fields"
        assert "Portionen" in seat.text
        await seat.press("f3")
        await seat.open_titled("Kühlschrank-Runde")
        assert "Alle zwei Stunden" in seat.text, "where there is room for both, the description stands above"
