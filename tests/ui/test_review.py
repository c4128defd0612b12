"""The review at work: gaps first, ways to each of them, and one request that goes out knowingly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.site import EARLY_SHIFT, Hand, Seat, seated
from tests.ui.traffic import Sent, Traffic
from tui.model.execution import Answer
from tui.ui.screens.review import ReviewDialog

ROUND = "Kühlschrank-Runde"
SIZE = (59, 24)
"""One pane, and dialogs over the whole width: the screen reads line by line."""


def words(seat: Seat) -> str:
    """The screen in one line, without frames."""
    return " ".join(seat.text.replace("│", " ").replace("▌", " ").split())


def review(seat: Seat) -> ReviewDialog:
    assert isinstance(seat.app.screen, ReviewDialog)
    return seat.app.screen


def position(seat: Seat) -> str | None:
    state = seat.main.detail.form.state
    return state.position if state is not None else None


async def filled(seat: Seat, typed: str) -> None:
    await seat.open_titled(ROUND)
    await seat.type(typed)
    await seat.press("f10")


async def test_gaps_come_first_in_groups_and_every_answer_is_there(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "warm\n99\n4\n")
        text = seat.text
        headings = ("Missing · 1", "Cannot be read · 1", "Out of limits · 1", "All other answers")
        order = [text.index(heading) for heading in headings]
        assert order == sorted(order)
        for part in ("a 4 Türen dicht", "b 1 Kühlzelle 1", "c 2 Kühlzelle 2", "3 Theke (°C)"):
            assert part in text
        assert "warm" in text
        assert "99" in text


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        (("enter",), "doors"),
        (("a",), "doors"),
        (("b",), "cell-1"),
        (("c",), "cell-2"),
        (("3", "enter"), "display"),
        (("f8", "2", "enter"), "cell-2"),
        (("9", "backspace", "1", "enter"), "cell-1"),
    ],
)
async def test_a_letter_or_a_number_leads_to_the_field(tmp_path: Path, keys: tuple[str, ...], field: str) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "warm\n99\n4\n")
        await seat.press(*keys)
        assert seat.app.screen is seat.main
        assert position(seat) == field


async def test_a_number_that_no_field_has_is_said_and_f3_goes_back_step_by_step(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "4\n")
        await seat.press("7")
        await seat.press("enter")
        assert "There is no field 7." in seat.text
        await seat.press("1")
        assert "field 1: Kühlzelle 1" in seat.text
        await seat.press("f3")
        assert "first gap" in seat.text
        await seat.press("f3")
        assert seat.app.screen is seat.main


async def test_what_is_in_doubt_may_stay_here_while_the_rest_is_sent(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "4,5\n5\n99\n1")
        key = seat.main.detail.key
        assert "s sends the rest without them." in words(seat)
        await seat.press("s")
        assert "Not sent, kept here:" in seat.text
        assert "Why was it done late? (may stay empty)" in words(seat)
        assert traffic.sent == [], "one key alone sends nothing"
        await seat.press("f3")
        assert "Out of limits · 1" in seat.text
        await seat.press("s", "f10")
        await seat.until("Sent without these")
        await seat.until("accepted by the server")
        assert traffic.bodies("/finish") == [{"cell-1": "4.5", "cell-2": "5", "doors": "yes"}]
        assert key is not None
        draft = seat.main.bench.drafts.load(key)
        assert draft is not None
        assert draft.fields["display"].text == "99"


async def test_what_the_server_needs_cannot_be_left_out(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "99\n5\n\n1")
        assert "sends the rest without them" not in words(seat)
        await seat.press("s")
        assert "The server needs an answer first: Kühlzelle 1 (°C)" in words(seat)
        await seat.press("enter")
        assert position(seat) == "cell-1"
        assert traffic.sent == []


async def test_a_kept_note_and_an_untaken_preset_are_shown(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5")
        await seat.press("f5")
        await seat.type("door was open")
        await seat.press("enter", "f10")
        assert "✎ door was open" in seat.text


async def test_a_refused_finish_shows_the_servers_words_and_keeps_the_reason(
    tmp_path: Path, traffic: Traffic
) -> None:
    def refuse(sent: Sent) -> tuple[int, object] | None:
        said = {"cell-1": ["Zelle 1 ist zu warm."], "shift": ["Die Schicht ist zu."]}
        return (422, {"message": "Bitte prüfen.", "errors": said}) if sent.path.endswith("/finish") else None

    traffic.instead = refuse
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "9\n5\n\n1")
        await seat.type("Strom weg")
        await seat.press("enter")
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        await seat.open_titled(ROUND)
        assert "NOT accepted: Bitte prüfen." in words(seat)
        await seat.press("f10")
        text = words(seat)
        assert "! Not accepted: Bitte prüfen. ! Not accepted: Die Schicht ist zu." in text
        assert "Refused by the server · 1 a 1 Kühlzelle 1 (°C) 9 ! Zelle 1 ist zu warm." in text
        await seat.press("a")
        await seat.type("4\n")
        await seat.press("f10")
        assert "Refused by the server" not in seat.text
        assert "Strom weg" in seat.text
        traffic.instead = None
        await seat.press("enter")
        await seat.until("accepted by the server")
        assert traffic.bodies("/finish")[-1] == {
            "cell-1": "4",
            "cell-2": "5",
            "doors": "yes",
            "delayed_reason": "Strom weg",
        }
        assert seat.main.bench.outbox.attention() == 0


async def test_the_servers_words_are_there_after_a_restart(tmp_path: Path, traffic: Traffic) -> None:
    def refuse(sent: Sent) -> tuple[int, object] | None:
        said = {"message": "Nein.", "errors": {"cell-1": ["Zelle 1 ist zu warm."]}}
        return (422, said) if sent.path.endswith("/finish") else None

    traffic.instead = refuse
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "9\n5\n\n1")
        await seat.press("enter")
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled(ROUND)
        assert "Zelle 1 ist zu warm." in seat.text


async def test_a_reason_that_was_typed_is_there_when_the_review_opens_again(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "4\n5\n\n1")
        await seat.type("Lieferung")
        await seat.press("f3", "f10")
        assert "Lieferung" in seat.text


async def test_a_digit_picks_a_reason_of_before_and_a_needed_one_is_asked_for(
    tmp_path: Path, traffic: Traffic
) -> None:
    clock = Hand(EARLY_SHIFT + timedelta(hours=2, minutes=30))
    async with seated(tmp_path, size=SIZE, clock=clock) as seat:
        await filled(seat, "4\n5\n\n1")
        await seat.type("Lieferung")
        await seat.press("enter")
        await seat.until("accepted by the server")
        await seat.open_titled("Wareneingang")
        typed = {"supplier": "Frischdienst", "batch": "L-1", "weight": "12,5", "temperature": "4"}
        for key, text in (typed | {"best-before": "1.6", "packaging": "1"}).items():
            seat.main.detail.form.focus_field(key)
            await seat.type(text)
        await seat.press("f10")
        assert [entry.field.label for entry in review(seat).inputs.shown] == ["Why was it done late? (needed)"]
        await seat.press("enter")
        assert "An answer is needed." in seat.text
        await seat.press("1", "enter")
        await seat.until(lambda: len(traffic.bodies("/finish")) == 2)
        assert traffic.bodies("/finish")[-1]["delayed_reason"] == "Lieferung"


async def test_no_reason_is_asked_in_time(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await seat.open_titled("Hygiene-Selbstcheck")
        await seat.type("111")
        await seat.press("f10")
        assert "Nothing is missing." in seat.text
        assert "late?" not in seat.text
        assert not review(seat).asks


async def test_somebody_elses_change_while_one_reads_sends_nothing_unseen(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "4\n5\n\n1")
        seat.main.detail.form.apply_server({"cell-1": Answer(value="9")})
        await seat.press("enter")
        text = words(seat)
        assert "This changed meanwhile. Look at it again." in text
        assert "Changed by somebody else too · 1" in text
        assert traffic.sent == []


async def test_long_texts_take_two_lines_and_the_review_scrolls(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20)) as seat:
        await seat.open_titled("Schicht-Checkliste")
        await seat.press("f10")
        first = seat.text
        assert "Enter first gap" in first
        await seat.press("pagedown")
        assert seat.text != first
        assert "Enter first gap" in seat.text
        await seat.press("pageup")
        assert seat.text == first


async def test_f1_in_the_review_says_how_to_get_on(tmp_path: Path) -> None:
    async with seated(tmp_path, size=SIZE) as seat:
        await filled(seat, "4\n")
        await seat.press("f1")
        assert "Enter leads to the first of them" in words(seat)
        await seat.press("f3")
        assert review(seat).review.gaps
