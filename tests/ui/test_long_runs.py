"""Run now, on the screen, over a line that fails: one press is one run, and the screen ends where it ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.contract.server import serving
from tests.contract.systems.relay import Relay, relaying
from tests.embedded.spaaza.world import Held, Watch, World, export, rewards, rule, segment
from tests.support.site import Hand, Seat, seated
from tui.api.spaaza import runs
from tui.model.execution import Key
from tui.model.status import Phase
from tui.ui.screens.action import ActionDialog
from tui.workbench.entry import EntryState

_PROFILE = """[profiles.shop]
system = "spaaza"
base_url = "{address}"
token_env = "SHOP"
timezone = "Europe/Berlin"
refresh_seconds = 3600
options = {{ chain = 42, execute_timeout = {patience} }}
"""


class Shop:
    """Somebody in front of a shop of their own, on a line that can lose things."""

    def __init__(self, world: World, relay: Relay, seat: Seat) -> None:
        self.world, self.relay, self.seat = world, relay, seat

    async def open(self, task: int) -> Key:
        key = Key("shop", "spaaza", str(task))
        seat = self.seat
        await seat.press("r")
        await seat.until(lambda: seat.main.list.execution(key) is not None)
        seat.main.list.select(key)
        await seat.press("enter")
        await seat.until(lambda: seat.opened == key)
        return key

    async def run_now(self, task: int, proof: str = "") -> Key:
        """With the question that stands before it; ``proof`` is typed."""
        key = await self.open(task)
        self.seat.main.commands.run("do:execute")
        await self.seat.until(lambda: isinstance(self.seat.app.screen, ActionDialog))
        if proof:
            await self.seat.type(proof)
        await self.seat.press("f10")
        return key

    def phase(self, key: Key) -> Phase | None:
        row = self.seat.main.list.execution(key)
        return row.status.phase if row is not None else None

    def entries(self) -> list[EntryState]:
        entries = self.seat.main.bench.outbox.entries()
        return [entry.state for entry in entries if entry.state is not EntryState.SENT]

    @property
    def vouchers(self) -> int:
        return len(self.world.stored("vouchers"))


@asynccontextmanager
async def premises(folder: Path, watch: Watch | None = None) -> AsyncIterator[tuple[World, Relay]]:
    """A shop's server, and the line to it."""
    world = World(folder, watch)
    with serving(world.site) as address:
        async with relaying(address) as relay:
            yield world, relay
    await world.close()


@asynccontextmanager
async def sitting(folder: Path, world: World, relay: Relay, patience: int = 20) -> AsyncIterator[Shop]:
    """Somebody in front of it; a second time is a restart."""
    config = _PROFILE.format(address=relay.address, patience=patience)
    clock, environ = Hand(world.watch.now), {"SHOP": "op:key"}
    async with seated(folder, size=(120, 36), clock=clock, config=config, environ=environ) as seat:
        yield Shop(world, relay, seat)


@asynccontextmanager
async def shop(folder: Path, watch: Watch | None = None, *, patience: int = 20) -> AsyncIterator[Shop]:
    """Both."""
    async with premises(folder, watch) as (world, relay), sitting(folder, world, relay, patience) as made:
        yield made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at a run whose answer was lost follow each other without a wait."""
    monkeypatch.setattr(runs, "SOON", 0.1)


async def test_a_slow_answer_is_one_run_and_the_row_turns_meanwhile(tmp_path: Path, quick: None) -> None:
    watch = Held()
    async with shop(tmp_path, watch, patience=4) as here:
        seat, task = here.seat, await here.world.new(rewards())
        key = await here.run_now(task, str(task))
        await seat.until(": the server works on it (Run now)")
        assert "Started" in seat.text
        assert "waits to be sent" not in seat.text, "the server has it"
        first = seat.main.list._state.busy[key]
        await seat.until(lambda: seat.main.list._state.busy[key] != first)
        seat.main.commands.run("do:execute")
        await seat.pilot.pause()
        assert not isinstance(seat.app.screen, ActionDialog), "a second press only says how it stands"
        await seat.until(": outcome unknown, checking (Run now)")
        await seat.until(lambda: here.phase(key) is Phase.ACTIVE)
        watch.go.set()
        await seat.until(lambda: here.phase(key) is Phase.DONE)
        await seat.until(lambda: not seat.main.acts.running)
        assert "Started" not in seat.text
        assert "✓ Done" in seat.text
        assert (here.relay.writes, here.vouchers) == (1, 3)
        assert here.entries() == []


@pytest.mark.parametrize(("campaign", "phase", "given"), [(7, Phase.DONE, 3), (99, Phase.BROKEN, 0)])
async def test_a_dropped_connection_ends_where_the_server_is(
    tmp_path: Path, quick: None, campaign: int, phase: Phase, given: int
) -> None:
    async with shop(tmp_path) as here:
        task = await here.world.new(rewards(campaign))
        here.relay.lose_answer = True
        key = await here.run_now(task, str(task))
        await here.seat.until(lambda: here.phase(key) is phase)
        await here.seat.until(lambda: not here.seat.main.acts.running)
        for _ in range(3):
            await here.seat.main.bench.sender.round()
        assert (here.relay.writes, here.vouchers, here.entries()) == (1, given, [])
        assert ("✖! Failed" in here.seat.text) == (phase is Phase.BROKEN)


async def test_a_run_that_left_no_trace_is_held_for_a_person_and_never_sent_again(
    tmp_path: Path, quick: None
) -> None:
    async with shop(tmp_path) as here:
        task = await here.world.new(rewards())
        here.relay.lose_request = True
        key = await here.run_now(task, str(task))
        await here.seat.until("1 needs attention")
        await here.seat.until(lambda: not here.seat.main.acts.running)
        assert here.phase(key) is Phase.OPEN
        for _ in range(3):
            await here.seat.main.bench.sender.round()
        assert (here.relay.writes, here.vouchers, here.entries()) == (0, 0, [EntryState.ATTENTION])


async def test_leaving_while_it_runs_and_coming_back_is_still_one_run(tmp_path: Path, quick: None) -> None:
    watch = Held()
    async with premises(tmp_path, watch) as (world, relay):
        task = await world.new(rewards())
        async with sitting(tmp_path, world, relay) as here:
            key = await here.run_now(task, str(task))
            await here.seat.until(watch.begun.is_set)
        async with sitting(tmp_path, world, relay) as here:
            await here.seat.until(lambda: here.phase(key) is Phase.ACTIVE)
            watch.go.set()
            await here.seat.until(lambda: here.vouchers == 3)
            await here.seat.press("r")
            await here.seat.until(lambda: here.phase(key) is Phase.DONE)
            # When the first window's lease has run out, reading back finds what became of it.
            for clock in (here.seat.clock, watch):
                clock.forward(seconds=60)
            here.seat.main.bench.sender.wake()
            await here.seat.until(lambda: here.entries() == [])
            assert (relay.writes, here.vouchers) == (1, 3)


async def test_an_error_is_an_end_and_its_log_is_there(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        task = await here.world.new(rewards(99))
        key = await here.run_now(task, str(task))
        await here.seat.until(lambda: here.phase(key) is Phase.BROKEN)
        seat = here.seat
        await seat.until(lambda: not seat.main.acts.running)
        await seat.until(lambda: "failed at 16:35:" in seat.text and ": Campaign 99 does not exist." in seat.text)
        assert "accepted by the server" not in seat.text, "no word that reads like a success"
        seat.app.clear_notifications()
        await seat.pilot.pause()
        lines = [" ".join(line.split()) for line in seat.text.splitlines()]
        assert any("failed at 16:35:" in line and "Campaign 99" in line for line in lines), (
            "the pane says it for good"
        )
        assert any("Why it failed" in line and "Campaign 99 does not exist." in line for line in lines)
        assert here.relay.writes == 1
        assert here.seat.main.bench.outbox.attention() == 0


async def test_the_more_a_second_run_would_do_the_more_is_asked(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        some = segment(rule("country", "is", value="DE"))
        narrow = await here.world.new(export(), segment=some)
        broad, gifts = await here.world.new(export()), await here.world.new(rewards())
        told = {}
        for task in (narrow, broad, gifts):
            await here.open(task)
            here.seat.main.commands.run("do:execute")
            await here.seat.until(lambda: isinstance(here.seat.app.screen, ActionDialog))
            told[task] = " ".join(here.seat.text.replace("│", " ").split())
            await here.seat.press("f10")
            asks_on = isinstance(here.seat.app.screen, ActionDialog)
            assert asks_on == (task == gifts), "an export needs one key, rewards their number"
            if asks_on:
                await here.seat.press("f3")
            await here.seat.until(lambda: not here.seat.main.acts.running)
            await here.seat.press("f3")
        assert "everything is exported" not in told[narrow]
        assert "everything is exported, the file may be large" in told[broad]
        assert "It goes to ALL CUSTOMERS. Run twice, it may give everything twice." in told[gifts]
        assert f"To confirm, type {gifts}:" in told[gifts]
        assert (here.relay.writes, here.vouchers) == (2, 0)


async def test_a_task_is_made_with_a_rule_and_made_once_more(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        seat = here.seat
        await seat.press("n")
        await seat.until("New task")
        dialog = seat.app.screen
        assert isinstance(dialog, ActionDialog)
        await seat.type("Germans")
        dialog.form.focus_field("audience")
        await seat.press("4")
        for field, keys in (("rule1_field", "country"), ("rule1_operator", "1"), ("rule1_value", "DE")):
            dialog.form.focus_field(field)
            await seat.type(keys)
        await seat.press("f10")
        await create(here, dialog, tasks=0)
        await seat.until(lambda: any("Germans" in row.title for row in seat.main.bench.live.rows.values()))
        (key,) = [key for key, row in seat.main.bench.live.rows.items() if row.title == "Germans"]
        seat.main.list.select(key)
        await seat.press("enter")
        await seat.until("country is DE")
        seat.main.commands.run("do:duplicate")
        await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
        again = seat.app.screen
        assert isinstance(again, ActionDialog)
        await seat.press("f10")
        await create(here, again, tasks=1)
        await seat.until(lambda: len(seat.main.bench.live.rows) == 2)
        tasks = await here.world.get("/tasks")
        assert [task["trigger"]["segment"]["rules"][0]["value"] for task in tasks] == ["DE", "DE"]
        assert tasks[0]["id"] != tasks[1]["id"]


async def create(here: Shop, dialog: ActionDialog, *, tasks: int) -> None:
    """What is created was listed first: a second F10 creates nothing, Enter does."""
    await here.seat.until("This is created with Enter:")
    await here.seat.press("f10")
    assert here.seat.app.screen is dialog
    assert len(await here.world.get("/tasks")) == tasks, "nothing is created before Enter"
    await here.seat.press("enter")


async def begun(here: Shop, *, name: str) -> ActionDialog:
    await here.seat.press("n")
    await here.seat.until("New task")
    dialog = here.seat.app.screen
    assert isinstance(dialog, ActionDialog)
    await here.seat.type(name)
    return dialog


async def edited(seat: Seat) -> ActionDialog:
    """Open the waiting new task with its answers."""
    seat.main.commands.run("outbox")
    await seat.until("Gifts: New task")
    await seat.press("1", "2")
    await seat.until(lambda: isinstance(seat.app.screen, ActionDialog))
    dialog = seat.app.screen
    assert isinstance(dialog, ActionDialog)
    return dialog


async def test_a_half_rule_is_named_in_the_form_and_nothing_is_handed_over(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        seat, dialog = here.seat, await begun(here, name="Germans")
        dialog.form.focus_field("audience")
        await seat.type("4")
        dialog.form.focus_field("rule1_field")
        await seat.type("1")  # the country; how it is compared is left empty
        await seat.press("f10")
        assert dialog.form.flow is not None
        assert dialog.form.flow.key == "rule1_operator"
        await seat.until("An answer is needed.")
        assert seat.app.screen is dialog
        assert seat.main.bench.outbox.entries() == []
        await seat.type("1DE\r")
        await seat.press("f10")
        await create(here, dialog, tasks=0)
        await seat.until(lambda: any("Germans" in row.title for row in seat.main.bench.live.rows.values()))


async def test_a_new_task_that_was_left_is_there_again_until_it_is_created(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        seat, dialog = here.seat, await begun(here, name="Germans\r")
        dialog.form.focus_field("audience")
        await seat.type("4")
        await seat.press("f3")
        await seat.until("Nothing was sent.")
        again = await begun(here, name="")
        assert "As it was left: nothing of it was sent." in seat.text
        assert again.state.entries["desc"].text == "Germans"
        assert "rule1_field" in [entry.key for entry in again.state.shown]
        again.form.focus_field("audience")
        await seat.press("backspace")
        await seat.type("77")
        await seat.until("Esc")
        await seat.press("escape")
        assert seat.app.screen is again, "Esc takes back what fits no choice, and leaves nothing"
        await seat.type("1")
        await seat.press("f10")
        await create(here, again, tasks=0)
        await seat.until(lambda: any("Germans" in row.title for row in seat.main.bench.live.rows.values()))
        fresh = await begun(here, name="")
        assert fresh.state.entries["desc"].text == "", "what was created is no preset of the next one"
        assert "As it was left" not in seat.text


async def test_a_form_asks_for_what_the_chosen_kind_needs(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        seat, dialog = here.seat, await begun(here, name="Gifts")
        await seat.press("f10")
        await seat.until("This is created with Enter:")
        assert "Everything is exported; the file may be large." in seat.text
        assert "As which file" in seat.text
        await seat.press("up")
        dialog.form.focus_field("action")
        await seat.press("2")
        await seat.until("It goes to ALL CUSTOMERS.")
        assert "Everything is exported" not in seat.text
        assert "Number of the campaign" in seat.text
        for gone in ("As which file", "Which data", "Which field", "ID of the saved segment"):
            assert gone not in seat.text, gone
        await seat.press("f10")
        assert dialog.form.flow is not None
        assert dialog.form.flow.key == "campaign"
        assert "An answer is needed." in seat.text


async def test_a_new_task_that_was_refused_is_put_right(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        seat = here.seat
        dialog = await begun(here, name="Gifts")
        dialog.form.focus_field("action")
        await seat.type("29999999999\r")
        dialog.form.focus_field("recipients")
        await seat.type("2vip\r")
        await seat.press("f10")
        await create(here, dialog, tasks=0)
        await seat.until("1 needs attention")
        again = await edited(seat)
        assert "an integer is needed" in seat.text
        assert again.state.doubtful() == ["campaign"]
        assert again.state.entries["segment_id"].offer == "vip"
        # Left once more: it waits as before, with all that was answered.
        await seat.press("f3")
        assert seat.main.bench.outbox.attention() == 1
        again = await edited(seat)
        await seat.type("Vouchers\r")
        again.form.focus_field("campaign")
        await seat.type("7\r")
        await seat.press("f10")
        await create(here, again, tasks=0)
        await seat.until(lambda: any(row.title == "Vouchers" for row in seat.main.bench.live.rows.values()))
        (task,) = await here.world.get("/tasks")
        assert (task["target"]["campaign"], task["trigger"]["segment_id"]) == (7, "vip")
        states = [entry.state for entry in seat.main.bench.outbox.entries()]
        assert states == [EntryState.DISCARDED, EntryState.SENT]
