"""F2, seen on the line: only what changed goes out, once, and what stays here is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tests.ui.traffic import Sent, Traffic
from tui.i18n import say
from tui.model.action import Request
from tui.model.message import Message
from tui.ui.screens.review import ReviewDialog
from tui.workbench.entry import EntryState
from tui.workbench.files import FileRefused, Files, Kept
from tui.workbench.removed import not_taken

ROUND = "Kühlschrank-Runde"


def on_screen(seat: Seat) -> str:
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


async def test_f2_sends_the_changed_keys_and_nothing_else(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        await seat.press("f2")
        await seat.until("accepted by the server")
        assert traffic.bodies("/progress") == [{"cell-1": "4.5"}]
        await seat.type("6\n")
        await seat.press("f2")
        await seat.until(lambda: len(traffic.bodies("/progress")) == 2)
        assert traffic.bodies("/progress")[1] == {"cell-2": "6"}


async def test_a_save_right_behind_another_sends_only_the_new_change(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        traffic.instead = lambda sent: (503, {"message": "later"}) if sent.method == "PUT" else None
        await seat.type("4,5\n")
        await seat.press("f2")
        outbox = seat.main.bench.outbox
        await seat.until(lambda: bool(outbox.waiting()))
        await seat.type("6\n")
        await seat.press("f2")
        await seat.until(lambda: outbox.waiting() == 2)
        await seat.press("f2")
        await seat.until("All is on its way already.")
        requests = [entry.request for entry in outbox.entries(EntryState.WAITING, EntryState.SENDING)]
        assert [request.values for request in requests] == [{"cell-1": "4.5"}, {"cell-2": "6"}]
        traffic.instead = None
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until(lambda: not outbox.waiting())
        assert traffic.bodies("/progress")[-2:] == [{"cell-1": "4.5"}, {"cell-2": "6"}]
        state = seat.main.detail.form.state
        assert state is not None
        assert not state.changed()


async def test_an_answer_changed_back_while_it_is_on_its_way_goes_out_again(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        traffic.instead = lambda sent: (503, {"message": "later"}) if sent.method == "PUT" else None
        await seat.type("4,5\n")
        await seat.press("f2")
        outbox = seat.main.bench.outbox
        await seat.until(lambda: outbox.waiting() == 1)
        await seat.press("f7", "delete", "f2")
        await seat.until(lambda: outbox.waiting() == 2)
        traffic.instead = None
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until(lambda: not outbox.waiting())
        assert traffic.bodies("/progress")[-2:] == [{"cell-1": "4.5"}, {"cell-1": None}]
        assert outbox.attention() == 0


async def test_what_the_server_took_and_did_not_keep_is_told_in_words(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        await seat.press("f2")
        await seat.until("accepted by the server")
        outbox = seat.main.bench.outbox
        (sent,) = outbox.entries(EntryState.SENT)
        outbox.publish(await outbox.leave_out(sent, ["cell-1"], not_taken(sent.request, ["cell-1"])))
        await seat.until(lambda: "did not keep" in on_screen(seat))
        assert "not ask for Kühlzelle 1" in on_screen(seat)


async def test_f2_with_nothing_changed_says_so_and_sends_nothing(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f2")
        await seat.until("Nothing new to save.")
        assert traffic.sent == []


async def test_f2_names_what_stays_here(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\nwarm\n99\n")
        await seat.press("f2")
        await seat.until(lambda: "Kept here, not sent: Kühlzelle 2 (°C), Theke (°C)." in on_screen(seat))
        await seat.until(lambda: len(traffic.sent) == 1)
        assert traffic.bodies("/progress") == [{"cell-1": "4.5"}]
        key = seat.main.detail.key
        assert key is not None
        await seat.until("accepted by the server")
        draft = seat.main.bench.drafts.load(key)
        assert draft is not None
        assert {name: edit.text for name, edit in draft.fields.items()} == {"cell-2": "warm", "display": "99"}


async def test_a_refused_save_shows_the_servers_words_at_their_field_now_and_later(
    tmp_path: Path, traffic: Traffic
) -> None:
    def refuse(sent: Sent) -> tuple[int, object] | None:
        words = {"message": "Zu warm.", "errors": {"cell-1": ["Zu warm für Zelle 1."]}}
        return (422, words) if sent.method == "PUT" else None

    traffic.instead = refuse
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("9\n")
        await seat.press("f2")
        await seat.until("Zu warm für Zelle 1.")
        assert "NOT accepted" in seat.text
        await seat.press("f3", "down")
        await seat.until(lambda: seat.main.detail.record is None)
        await seat.open_titled(ROUND)
        assert "Zu warm für Zelle 1." in seat.text
        await seat.press("f7", "f7", "f7", "f7", "8")
        assert "Zu warm für Zelle 1." not in seat.text, "another answer is not the one that was refused"


async def test_a_file_that_cannot_be_taken_is_said_at_its_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_files: Files, _request: Request) -> Kept:
        raise FileRefused("cell-2", Message("It cannot be read any more."))

    monkeypatch.setattr(Files, "keep", refuse)
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        await seat.press("f2")
        await seat.until("It cannot be read any more.")
        state = seat.main.detail.form.state
        assert state is not None
        problem = state.entries["cell-2"].server_problem
        assert problem is not None
        assert say(problem.message) == "It cannot be read any more."
        assert seat.main.bench.outbox.entries() == []


async def photographed(seat: Seat, photo: Path) -> None:
    photo.write_bytes(b"\xff\xd8\xff" + b"1" * 500)  # noqa: ASYNC240
    await seat.open_titled("Wareneingang")
    assert seat.main.detail.form.focus_field("photo")
    await seat.type(f"{photo}\n")
    state = seat.main.detail.form.state
    assert state is not None
    assert state.entries["photo"].sendable


async def test_f2_names_a_file_that_changed_since_it_was_chosen(tmp_path: Path, traffic: Traffic) -> None:
    photo = tmp_path / "a.jpg"
    async with seated(tmp_path, size=(120, 40)) as seat:
        await photographed(seat, photo)
        photo.write_bytes(b"MZ" + b"0" * 500)
        await seat.press("f2")
        await seat.until(lambda: "Kept here, not sent: Foto der Palette" in on_screen(seat))
        assert traffic.sent == []
        assert seat.main.bench.outbox.entries() == []


async def test_the_review_names_a_file_that_is_gone_before_and_while_it_is_open(
    tmp_path: Path, traffic: Traffic
) -> None:
    photo = tmp_path / "a.jpg"
    async with seated(tmp_path, size=(120, 40)) as seat:
        await photographed(seat, photo)
        await seat.press("f10")
        review = seat.app.screen
        assert isinstance(review, ReviewDialog)
        assert "photo" not in [gap.row.key for gap in review.review.gaps]
        photo.unlink()
        await seat.press("enter")
        await seat.until("This changed meanwhile")
        assert "photo" in [gap.row.key for gap in review.review.gaps]
        await seat.press("f3", "f10")
        again = seat.app.screen
        assert isinstance(again, ReviewDialog)
        assert "photo" in [gap.row.key for gap in again.review.gaps]
        assert traffic.sent == []
