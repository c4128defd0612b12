"""Presets that are other ones at every read ("now"): they never disturb a person at work."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.support.site import Seat, seated
from tui.model.execution import Key
from tui.ui.actions import FORM

SHIFT, MOMENT = "Schicht-Checkliste", "checked-at"


async def read_again(seat: Seat, key: Key) -> None:
    record = seat.main.detail.record
    seat.main.opener.read_again(key)
    await seat.until(lambda: seat.main.detail.record is not record)


async def test_a_newer_preset_is_offered_and_nothing_else_changes(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled(SHIFT)
        key, form = seat.main.detail.key, seat.main.detail.form
        assert key is not None
        form.focus_field("batch")
        await seat.type("L-26")
        state = form.state
        assert state is not None
        assert state.entries[MOMENT].offer == "05:56"
        place = form.scroll_offset.y
        seat.clock.forward(minutes=10)
        await read_again(seat, key)
        assert form.state is state, "the form was not opened anew"
        assert state.entries[MOMENT].offer == "06:06"
        assert (state.position, form.scroll_offset.y, seat.main.pane) == ("batch", place, FORM)
        await seat.type("05")
        assert state.entries["batch"].text == "L-2605"


async def test_what_was_typed_or_taken_is_never_replaced(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled(SHIFT)
        key, form = seat.main.detail.key, seat.main.detail.form
        state = form.state
        assert key is not None
        assert state is not None
        form.focus_field(MOMENT)
        await seat.press("enter")
        assert state.entries[MOMENT].text == "05:56"
        seat.clock.forward(minutes=10)
        await read_again(seat, key)
        assert state.entries[MOMENT].text == "05:56"
        form.focus_field(MOMENT)
        await seat.type("7")
        seat.clock.forward(minutes=10)
        await read_again(seat, key)
        assert state.entries[MOMENT].text == "7"


async def test_a_preset_under_the_cursor_is_renewed_and_typing_replaces_it(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled(SHIFT)
        key, form = seat.main.detail.key, seat.main.detail.form
        state = form.state
        assert key is not None
        assert state is not None
        form.focus_field(MOMENT)
        seat.clock.forward(minutes=10)
        await read_again(seat, key)
        assert state.position == MOMENT
        await seat.type("630")
        await seat.press("enter")
        assert state.entries[MOMENT].value == "06:30"


async def test_other_questions_open_the_form_anew_where_the_person_was(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled(SHIFT)
        detail = seat.main.detail
        record = detail.record
        assert record is not None
        detail.form.focus_field("batch")
        await seat.type("L-26")
        fewer = msgspec.structs.replace(record, fields=record.fields[1:])
        assert not detail.same_form(fewer)
        other = tuple(msgspec.structs.replace(field, default="x") for field in record.fields)
        assert detail.same_form(msgspec.structs.replace(record, fields=other))


async def test_an_untaken_preset_is_named_in_the_review(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(59, 24)) as seat:
        await seat.open_titled(SHIFT)
        await seat.press("f10", "pagedown")
        assert "preset 05:56, not taken" in " ".join(seat.text.split())
