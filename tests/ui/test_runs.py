"""A system whose work is done by machines: runs in the list, their tasks in the tree, both worked on by keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Seat, seated
from tui.model.execution import Key
from tui.model.node import Node
from tui.model.status import Phase
from tui.ui.screens.action import ActionDialog
from tui.ui.screens.acts import with_hidden
from tui.ui.screens.dialog import GoneOn
from tui.ui.screens.review import ReviewDialog

FLOWS = '[profiles.flows]\nsystem = "superai"\n'
WIDE = (120, 44)


def row_of(seat: Seat, phase: Phase, words: str = "") -> Key:
    """The first row in that phase whose title begins like that."""
    rows = seat.main.list
    for key in rows.shown_keys:
        row = rows.execution(key)
        if row is not None and row.status.phase is phase and row.title.startswith(words):
            return key
    raise AssertionError(f"no {phase} row {words!r}:\n{seat.text}")


async def open_row(seat: Seat, key: Key) -> None:
    seat.main.list.select(key)
    await seat.press("enter")
    await seat.until(lambda: seat.opened == key)


async def open_tree(seat: Seat, key: Key) -> list[Node]:
    seat.main.list.select(key)
    await seat.pilot.pause()
    await seat.press("w")
    await seat.until(lambda: seat.main.tree_pane.selected is not None)
    return list(seat.main.tree_pane.nodes)


async def open_node(seat: Seat, title: str) -> None:
    """From the tree, with the keys alone."""
    tree = seat.main.tree_pane
    titles = [node.title for node in tree.nodes]
    await seat.press("home", *["down"] * titles.index(title), "enter")
    await seat.until(lambda: seat.main.pane == "form" and seat.main.detail.record is not None)


def phases(seat: Seat) -> dict[str, Phase]:
    return {node.title: node.status.phase for node in seat.main.tree_pane.nodes if node.status is not None}


async def send_review(seat: Seat) -> None:
    await seat.press("f10")
    assert isinstance(seat.app.screen, ReviewDialog), seat.text
    await seat.press("enter")


async def test_a_run_wears_how_far_it_is_and_what_failed_stands_first(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(72, 24), config=FLOWS) as seat:
        lines = [line for line in seat.text.splitlines() if " #" in line]
        first = "✖! Failed 4/8 #4 · Eingangsrechnungen prüfen · 2 attempts"
        assert " ".join(lines[0].split()[1:]) == first
        stale = next(line for line in lines if "outdated" in line)
        assert "4/8 #3 · Eingangsrechnungen prüfen · outdated: 4" in stale
        assert any("3/3 #2 · Complaint triage · 2 attempts" in line for line in lines)
        seat.main.list.filter("outdated")
        await seat.pilot.pause()
        assert [seat.main.list.execution(key).title for key in seat.main.list.shown_keys] == [  # type: ignore[union-attr]
            "#3 · Eingangsrechnungen prüfen"
        ]
    async with seated(tmp_path, size=(40, 20), config=FLOWS) as seat:
        assert "2  Waiting" not in seat.text.splitlines()[2]
        assert "▌1  Failed · 4/8 · 2 attempts" in seat.text
        assert "▌✖! #4 · Eingangsrechnungen prüfen" in seat.text, "a row has a name at every width"


async def test_f10_says_that_there_is_nothing_to_finish(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        await open_row(seat, row_of(seat, Phase.DONE))
        await seat.press("f10")
        await seat.until("There is nothing to finish here.")
        assert not isinstance(seat.app.screen, ReviewDialog)


async def test_the_tree_is_the_task_graph_with_attempts_and_what_was_not_reached(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        nodes = await open_tree(seat, row_of(seat, Phase.BROKEN))
        assert [node.title for node in nodes] == [
            "Rechnung empfangen", "Text erkennen", "Felder auslesen", "Bestellung suchen", "Bestellung suchen #1",
            "Bestellung suchen #2", "Steuer prüfen", "Rechnung freigeben", "In die Buchhaltung",
            "Lieferant benachrichtigen",
        ]  # fmt: skip
        assert "Attempt 2 · Failed" in seat.text
        assert "Not reached yet · needs 2 more" in seat.text
        assert "reads one level more" not in seat.text
        assert [node.dimmed for node in nodes] == [False] * 7 + [True] * 3


async def test_the_open_tree_and_the_open_task_follow_what_machines_do(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        await open_tree(seat, row_of(seat, Phase.ACTIVE, "#8"))
        assert phases(seat)["Felder auslesen"] is Phase.ACTIVE
        for _ in range(3):  # the sample takes one step at a look
            seat.clock.forward(seconds=10)
            seat.main.bench.live.refresh()
            await seat.until(lambda: not seat.main.bench.live.asking)
        await seat.until(lambda: phases(seat)["Felder auslesen"] is Phase.DONE)
        await open_node(seat, "Felder auslesen")
        assert "● Done" in seat.text
        await seat.press("f3", "f3")
        assert "Enter opens this task." in seat.text, "the list's row again, not an empty pane"


async def test_a_run_that_goes_on_changes_nothing_under_the_hands(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        run, bench = row_of(seat, Phase.BROKEN), seat.main.bench
        await open_row(seat, run)
        record = seat.main.detail.record
        assert record is not None
        finish = record.in_slot("finish")
        assert finish is not None
        await seat.type('{"mine": ')
        mine = record.fields[0].key
        await bench._wire.system.perform(  # a colleague completes the task
            bench.make_request(
                record, finish, values={mine: '{"order": "B-1"}'}, inputs=with_hidden(finish, {"flow": "keep"})
            )
        )
        bench.live.refresh()
        await seat.until(lambda: isinstance(seat.app.screen, GoneOn))
        assert "what was asked here is over" in seat.text
        await seat.type("1x\r")
        assert isinstance(seat.app.screen, GoneOn), "keys for the old question end nowhere else"
        await seat.press("f3")
        await seat.until(lambda: seat.app.screen is seat.main)
        state = seat.main.detail.form.state
        assert state is not None
        assert mine not in state.entries
        assert not state.edits()
        assert "1 answer not sent" in seat.text
        draft = bench.drafts.load(run)
        assert draft is not None
        assert draft.fields[mine].text == '{"mine": '
        seat.main.commands.run("discard")
        await seat.until('{"mine": ')
        await seat.press("2")
        await seat.until(lambda: bench.drafts.load(run) is None)


async def test_keys_in_the_details_reach_no_field(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        await open_row(seat, row_of(seat, Phase.BROKEN))
        await seat.press("ctrl+o")
        await seat.until(lambda: "Ctrl+O" not in seat.text)
        assert [line for line in seat.text.splitlines() if "│▌" in line] == [
            line for line in seat.text.splitlines() if "│▌▾ Error" in line
        ], "one cursor, where the keys are"
        await seat.type("xq7 ")
        await seat.press("f5", "f7", "f8", "tab", "delete", "backspace")
        assert seat.app.screen is seat.main
        state, flow = seat.main.detail.form.state, seat.main.detail.form.flow
        assert state is not None
        assert flow is not None
        assert (state.edits(), flow.note, flow.jump) == ({}, None, None)
        assert seat.main.detail.in_blocks
        await seat.press("f3")
        await seat.type('{"seen": 1}')
        await seat.until('{"seen": 1}')
        assert [line for line in seat.text.splitlines() if "│▌" in line and "Error" not in line]


async def test_ones_own_completion_needs_no_word_about_what_is_over(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        run, bench = row_of(seat, Phase.BROKEN), seat.main.bench
        await open_row(seat, run)
        await seat.type('{"order": "B-1"}')
        await send_review(seat)
        await seat.until(lambda: bench.live.rows[run].progress == (5, 8) and not bench.outbox.waiting())
        assert seat.app.screen is seat.main
        assert seat.main.pane == "list"


async def test_a_failed_task_is_completed_from_the_tree_and_the_way_leads_back_there(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        run = row_of(seat, Phase.BROKEN)
        await open_tree(seat, run)
        await open_node(seat, "Bestellung suchen")
        assert "✕ The order system did not answer." in seat.text
        assert "▸ Traceback (7 lines)" in seat.text
        await seat.type("{")
        await seat.press("f10")
        assert "This is no JSON: look at line 1, column 2." in seat.text
        await seat.press("f3")
        form = seat.main.detail.form
        assert form.flow is not None
        assert form.flow.current is not None
        assert form.flow.current.text == "{", "what was typed stays"
        await seat.press("f10", "enter")
        assert seat.app.screen is seat.main
        assert "! This is no JSON: look at line 1, column 2." in seat.text, "and the form says it from now on"
        await seat.type('"order": "B-1"}')
        await send_review(seat)
        await seat.until("Tasks of the run")
        assert seat.main.pane == "tree"
        await seat.until(lambda: phases(seat)["Bestellung suchen"] is Phase.DONE)
        await seat.until(lambda: seat.main.list.execution(run).progress == (5, 8))  # type: ignore[union-attr]
        assert seat.main.bench.outbox.waiting() == 0


async def test_what_is_done_already_can_be_corrected_and_what_came_of_it_is_outdated(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        run = row_of(seat, Phase.DONE, "#1 · Eingangsrechnungen")
        await open_tree(seat, run)
        await open_node(seat, "Felder auslesen")
        record = seat.main.detail.record
        assert record is not None
        assert record.execution.status.phase is Phase.DONE
        assert record.answerable
        await seat.press("1")  # the first answer that is missing: a choice
        await seat.type("seen")
        await seat.press("f10")
        assert "And then?" in seat.text, seat.text
        await seat.press("1", "enter")
        await seat.until(lambda: seat.main.pane == "tree")
        await seat.until(lambda: sum(node.dimmed for node in seat.main.tree_pane.nodes) == 5)
        await seat.until(lambda: bool(seat.main.list.execution(run).marks))  # type: ignore[union-attr]
        await seat.until("outdated: 5")
        await open_node(seat, "Felder auslesen")
        await seat.type("!")
        await seat.press("f10", "2", "enter")
        await seat.until(lambda: seat.main.pane == "tree")
        await seat.until(lambda: seat.main.list.execution(run).status.phase is not Phase.DONE)  # type: ignore[union-attr]


async def test_the_question_has_room_on_a_small_screen_beside_what_is_only_read(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(40, 20), config=FLOWS) as seat:
        await open_row(seat, row_of(seat, Phase.BROKEN))
        await seat.type("x\n")
        assert "▌! 1 Output" in seat.text
        assert "! This is no JSON: look at line" in seat.text
        assert "✕ The order system did not answer." in seat.text


async def test_a_verdict_is_a_tag_with_its_reason(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        run = row_of(seat, Phase.WAITING)
        await open_row(seat, run)
        await seat.press("f6", "f10")
        assert isinstance(seat.app.screen, ActionDialog), "a reason is needed"
        assert "Only a note: the output is wrong, and why." in seat.text
        await seat.type("Price is wrong")
        await seat.press("f10")
        await seat.until("✕ Rejected: Price is wrong")
        assert seat.opened == run, "a mere note leads nowhere else"
        (noted,) = seat.main.bench.history.entries()
        assert (noted.event.outcome, noted.event.answer.id) == ("sent", ""), "it says nothing of the run's state"
        assert "By:              Maria Lindner" in seat.text
        await seat.until(lambda: worn(seat, run) == "Rejected")
        seat.main.commands.run("do:approve")
        await seat.until("Only a note: the output is right.")
        await seat.press("f10")
        await seat.until(lambda: worn(seat, run) == "Approved")
        await seat.until("  ✓ Approved")
        row = next(line for line in seat.text.splitlines() if "Waiting · 5/8 · ✓" in line)
        assert "✓ Approved" in row
        assert "wrong" not in seat.text
        seat.main.bench.live.refresh()
        await seat.until(lambda: not seat.main.bench.live.asking)
        assert worn(seat, run) == "Approved"
        await seat.press("f10")
        await seat.until("Ends the task with the output that is shown as its result.")
        assert isinstance(seat.app.screen, ReviewDialog)


def worn(seat: Seat, key: Key) -> str:
    """The verdict that a row of the list wears."""
    row = seat.main.list.execution(key)
    return row.verdict.text.english() if row is not None and row.verdict is not None else ""


async def test_a_run_goes_again_is_cancelled_and_deleted_each_after_its_own_question(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        run = row_of(seat, Phase.BROKEN)
        await open_row(seat, run)
        number = seat.main.list.execution(run).title.partition(" ")[0].removeprefix("#")  # type: ignore[union-attr]
        seat.main.commands.run("reset")
        await seat.until("What is to run again?")
        assert f"{number} is its number in the list." in seat.text
        assert "loses its results, costs credits" in seat.text
        await seat.press("tab", "1", "f10")
        assert isinstance(seat.app.screen, ActionDialog), "nothing without the typed proof"
        assert f"Type {number} first" in seat.text
        await seat.type(number)
        await seat.press("f10")
        await seat.until(lambda: seat.main.list.execution(run).status.raw == "queued")  # type: ignore[union-attr]
        await seat.until(lambda: not bar(seat)["do:cancel"].startswith("It has"))
        seat.main.commands.run("do:cancel")
        await seat.until("What has not ended yet is stopped")
        await seat.press("f10")
        await seat.until(lambda: seat.main.list.execution(run).status.raw == "cancelled")  # type: ignore[union-attr]
        await seat.until(lambda: "do:delete" in bar(seat) and not bar(seat)["do:delete"].startswith("It is not"))
        seat.main.commands.run("do:delete")
        await seat.until("nobody can bring it back")
        await seat.type(number)
        await seat.press("f10")
        await seat.until(lambda: run not in seat.main.bench.live.rows)


async def test_a_run_that_was_deleted_leaves_the_list_although_the_cursor_was_on_it(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        run = row_of(seat, Phase.DONE)
        await open_row(seat, run)
        record = await seat.main.bench.records.load(run)
        delete = record.action("delete")
        assert delete is not None
        seat.main.acts.submit(record, delete, {})
        await seat.until(lambda: run not in seat.main.list.shown_keys)
        assert seat.main.list.selected_key is not None, "the cursor goes to the row that takes its place"
        await seat.until("It is gone from the list")


def bar(seat: Seat) -> dict[str, str]:
    """What the record offers of its own, and why not."""
    options = seat.main.commands.own.options()
    return {option.value: option.detail if not option.enabled else "" for option in options}


async def test_a_run_is_started_with_an_input_that_must_be_json(tmp_path: Path) -> None:
    async with seated(tmp_path, size=WIDE, config=FLOWS) as seat:
        before = set(seat.main.list.shown_keys)
        await seat.press("n")
        await seat.until("Eingangsrechnungen prüfen")
        await seat.press("1")
        await seat.until("Start a run")
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        await seat.press("ctrl+u")
        await seat.type('{"text": ')
        await seat.press("f10")
        assert "look at line 1, column" in seat.text
        assert seat.app.screen is dialog
        await seat.type('"Cold soup."}')
        await seat.press("f10")
        await seat.until(lambda: len(set(seat.main.bench.live.rows) - before) == 1)
        (new,) = set(seat.main.bench.live.rows) - before
        record = await seat.main.bench.records.load(new)
        assert record.raw["input"] == {"text": "Cold soup."}


@pytest.mark.parametrize("width", [40, 120])
async def test_what_the_list_does_not_hold_is_said_once_in_full_and_stands_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("tui.api.superai.listing.MOST_FLOWS", 1)
    async with seated(tmp_path, size=(width, 24), config=FLOWS) as seat:
        await seat.until(lambda: "The runs of 1 more flows" in " ".join(seat.text.replace("▌", " ").split()))
        seat.app.clear_notifications()
        await seat.pilot.pause(0.1)
        assert ("· The runs of 1 more flows are not shown here." in seat.text) == (width == 120)
        said: list[object] = []
        seat.main.announce = lambda message, **_: said.append(message)  # type: ignore[method-assign]
        seat.main.bench.live.refresh()
        await seat.until(lambda: not seat.main.bench.live.asking)
        assert said == [], "not again at every look"


async def test_the_date_that_places_a_task_is_told_where_it_is_not_the_planned_one(tmp_path: Path) -> None:
    by_run = '[profiles.shop]\nsystem = "spaaza"\noptions = { date_basis = "ran" }\n'
    async with seated(tmp_path, size=(120, 24), config=by_run) as seat:
        await seat.until("· Listed by the date of the last run")
