"""What is done here and waits for the line: told apart from a draft, in the row, beside it, and in the help."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tests.ui.traffic import Sent, Traffic
from tui.model.execution import Key
from tui.ui.screens.standing import kept_here
from tui.workbench.link import LinkState

ROUND = "Kühlschrank-Runde"
DRAFT = "Hygiene-Selbstcheck"


def gone(_sent: Sent) -> tuple[int, object]:
    return 503, {"message": "later"}


def words(seat: Seat) -> str:
    """What stands right of the list, in one line."""
    beside = (line.partition("│")[2] for line in seat.text.splitlines())
    return " ".join(" ".join(beside).split())


def mark(seat: Seat, key: Key) -> str:
    """The mark on the row of ``key``; the cursor has to stand on it."""
    line = next(line for line in seat.text.splitlines() if line.startswith("▌"))
    assert seat.main.list.selected_key == key
    return next((sign for sign in "↑✎" if sign in line.partition("│")[0]), "")


async def offline(seat: Seat, traffic: Traffic) -> None:
    traffic.instead = gone
    seat.main.bench.live.refresh()
    await seat.until(lambda: seat.main.bench.link_state.state is LinkState.OFFLINE)


async def on(seat: Seat, key: Key) -> None:
    """The cursor on the row of ``key``, at rest."""
    row = seat.main.list.execution(key)
    seat.main.list.select(key)
    await seat.until(lambda: seat.main.at_rest and seat.main.detail.headed == row)
    await seat.pilot.pause()


async def denied(seat: Seat, key: Key) -> None:
    record = seat.main.bench.records.cached(key) or await seat.main.bench.records.load(key)
    deny = record.in_slot("deny")
    assert deny is not None
    await seat.main.bench.submit(seat.main.bench.make_request(record, deny, inputs={"deny_reason": "Nobody."}))


async def test_a_task_done_without_a_line_is_no_draft(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(DRAFT)
        draft = seat.opened
        assert draft is not None
        await seat.press("1", "f3")
        key = next(key for key in seat.main.list.shown_keys if key != draft and _open(seat, key))
        await on(seat, key)
        await seat.main.bench.records.load(key)
        await offline(seat, traffic)
        await denied(seat, key)
        await seat.until(lambda: mark(seat, key) == "↑")
        await seat.until(lambda: "Denied here 05:56, waits for the line. Enter opens this task." in words(seat))
        row = seat.main.list.execution(key)
        assert row is not None
        assert not row.status.phase.closed, "the server has not accepted it"
        await on(seat, draft)
        assert mark(seat, draft) == "✎"
        assert "draft of 05:56:00 kept here Enter opens" in words(seat)
        await on(seat, key)
        traffic.instead = None
        seat.clock.forward(minutes=5)
        seat.main.bench.live.refresh()
        await seat.until(lambda: mark(seat, key) == "")
        await seat.until(lambda: "Denied here" not in words(seat))


def _open(seat: Seat, key: Key) -> bool:
    row = seat.main.list.execution(key)
    return row is not None and row.status.phase == "open"


async def test_what_the_server_did_not_accept_does_not_look_as_if_it_only_waits(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        key = next(key for key in seat.main.list.shown_keys if _open(seat, key))
        await on(seat, key)
        traffic.instead = lambda sent: (422, {"message": "No."}) if sent.method != "GET" else None
        await denied(seat, key)
        await seat.until(lambda: seat.main.bench.outbox.attention() == 1)
        await seat.until(lambda: mark(seat, key) == "✎")
        assert "NOT accepted:" in words(seat)


async def test_what_is_saved_without_a_line_waits_for_it_and_says_so(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await offline(seat, traffic)
        await seat.type("9\n")
        await seat.press("f2")
        await seat.until("kept here, waits for the line")
        assert "on its way" not in seat.text


async def head_and_beside(seat: Seat, key: Key) -> tuple[str, str]:
    """Where ``key`` stands: what its open form says, and the pane beside the list."""
    other = next(each for each in seat.main.list.shown_keys if each != key and _open(seat, each))
    await on(seat, other)
    await on(seat, key)
    beside = words(seat)
    await seat.press("enter")
    await seat.until(lambda: seat.opened == key and seat.main.at_rest)
    head = seat.main.detail.standing
    await seat.press("f3")
    return head, beside


async def test_the_head_and_the_pane_beside_say_the_same_of_what_waits(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        key = seat.opened
        assert key is not None
        await offline(seat, traffic)
        await seat.type("9\n")
        await seat.press("f2")
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
        await seat.press("f3")
        head, beside = await head_and_beside(seat, key)
        assert head == "Saved here 05:56, waits for the line."
        assert f"{head} Enter opens this task." in beside
        await seat.press("enter")
        traffic.instead = lambda sent: (429, {"message": "later"}) if sent.method != "GET" else None
        seat.main.bench.live.refresh()
        await seat.until("Saved here 05:56, waits for the server to accept it.")
        traffic.instead = lambda _sent: (401, {"message": "Who?"})
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until(lambda: seat.main.bench.outbox.paused() == 1)
        await seat.until("Saved here 05:56, waits until somebody signs in (F9).")
        await seat.press("f3")
        head, beside = await head_and_beside(seat, key)
        assert head == "Saved here 05:56, waits until somebody signs in (F9)."
        assert f"{head} Enter opens this task." in beside


async def test_the_head_and_the_pane_beside_say_the_same_of_what_is_left_over(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        key = seat.opened
        assert key is not None
        await seat.type("4\n5\n99\n1")
        await seat.press("f10", "s", "enter")
        await seat.until(lambda: seat.main.bench.live.rows[key].status.phase.closed)
        await seat.until(lambda: not seat.main.bench.outbox.waiting())
        head, beside = await head_and_beside(seat, key)
        assert head == "1 answer not sent: x discards"
        assert "1 answer not sent Enter opens this task." in beside


async def test_an_answer_typed_before_the_server_accepted_others_is_said_to_be_not_sent(
    tmp_path: Path, traffic: Traffic
) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        traffic.instead = lambda sent: (429, {"message": "later"}) if sent.method != "GET" else None
        await seat.type("4\n")
        await seat.press("f2")
        await seat.until(lambda: seat.main.bench.outbox.waiting() == 1)
        await seat.type("5\n")
        await seat.until("saved here 05:56")
        traffic.instead = None
        seat.clock.forward(minutes=5)
        seat.main.bench.sender.wake()
        await seat.until("1 answer not sent · accepted by the server 06:01")
        await seat.press("f2")
        await seat.until(lambda: not seat.main.bench.drafts.keys())
        await seat.until(lambda: "answer not sent" not in words(seat))
        assert "accepted by the server 06:01" in words(seat)


async def test_what_was_said_to_be_on_its_way_waits_when_the_line_goes(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        seat.main.detail.say_saved(kept_here(seat.main.bench))
        await seat.until("kept here, on its way to the server")
        await offline(seat, traffic)
        await seat.until("kept here, waits for the line")


async def test_where_nothing_matches_no_task_is_offered(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        assert "Enter opens this task." in words(seat)
        await seat.press("/")
        await seat.type("zzz\n")
        await seat.until("Nothing matches")
        await seat.until(lambda: seat.main.at_rest)
        assert "Enter opens this task." not in words(seat)
        assert ROUND not in words(seat)
        await seat.press("f3")
        await seat.until("Enter opens this task.")


async def test_the_help_of_the_list_explains_the_marks(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 60)) as seat:
        await seat.press("f1", "end")
        await seat.until("The mark of a row")
        assert "↑   done here, and goes to the server by itself" in seat.text
        assert "✎   begun here and not sent" in seat.text


@pytest.mark.parametrize("size", [(80, 24)])
async def test_a_sentence_that_does_not_fit_into_the_head_says_that_there_is_more(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, size=size) as seat:
        await seat.open_titled(ROUND)
        seat.main.detail.say_saved("NOT accepted: " + "somebody wrote another number meanwhile, " * 3)
        await seat.pilot.pause()
        line = next(line for line in seat.text.splitlines() if "NOT accepted" in line)
        assert line.rstrip(" │").endswith("…")


async def test_a_day_that_was_never_read_shows_what_is_left_and_says_so(tmp_path: Path, traffic: Traffic) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.until(lambda: seat.main.bench.live.last_good is not None)
        await offline(seat, traffic)
        left = {row.key for row in seat.main.bench.live.rows.values() if seat.main.list.execution(row.key)}
        await seat.press("]")
        await seat.until("only earlier tasks are known")
        assert "data " not in seat.text.splitlines()[-2]
        await seat.press("[")
        await seat.until("data ")
        assert "only earlier tasks are known" not in seat.text
        assert {row.key for row in seat.main.bench.live.rows.values()} >= left


async def test_another_day_is_there_at_once_and_none_of_it_is_called_new(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        live = seat.main.bench.live
        await seat.until(lambda: live.last_good is not None)
        await seat.press("]")
        await seat.until(lambda: live.last_good is not None and not live.now.cached)
        await seat.pilot.pause()
        listed = seat.main.list
        assert listed.held == 0
        assert {key for key in live.rows if listed.execution(key)} == set(live.rows)
        assert "•" not in seat.text
