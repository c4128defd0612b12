"""Defects that the matrix has found, each as the shortest run that shows it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.faults import deeds, line
from tests.faults.registry import stage
from tests.faults.shift import photo
from tests.faults.stage import Scenario
from tests.faults.world import World
from tui.workbench.entry import EntryState


def play(scenario: Scenario) -> None:
    """One run must be good in every respect."""
    tally = stage().play(scenario, 1)
    assert tally.good, "\n".join(tally.words)


def test_a_worker_creates_after_a_restart_with_an_unchanged_list() -> None:
    async def run(world: World) -> None:
        person = world.person("ana")
        await deeds.ready(world, person, "create")
        person.terminal.line.up = False
        await deeds.do(person, "create")
        await person.terminal.stop()
        person.leave()
        # The list is answered with 304: nothing was seen of any assignment since the start.
        person.terminal.start()
        await world.settle()
        (entry,) = person.terminal.bench.outbox.entries()
        world.expect(entry.state is EntryState.SENT, f"{entry.state}: {entry.reason}")

    play(run)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_that_is_not_there_is_not_hammered(status: int) -> None:
    async def run(world: World) -> None:
        person = world.person("ana")
        await asyncio.sleep(1.0)
        person.terminal.line.next(".", line.answered(status, "{}"), 10_000)
        before = len(person.terminal.line.asked)
        person.terminal.bench.live.refresh()
        await asyncio.sleep(300.0)
        asked = len(person.terminal.line.asked) - before
        world.expect(asked <= 90, f"{asked} requests in 5 minutes by one idle terminal")

    play(run)


def test_a_row_without_an_id_is_not_what_was_created() -> None:
    def without_id(rows: Any) -> Any:
        return [{key: value for key, value in row.items() if key != "id"} for row in rows]

    async def run(world: World) -> None:
        person = world.person("ana")
        await deeds.ready(world, person, "create")
        person.terminal.line.next(deeds.PATHS["create"], line.lost_after)
        person.terminal.line.next(r"GET .*/assignments/\d+/executions", line.twisted(without_id))
        await deeds.do(person, "create")
        await asyncio.sleep(30)
        for entry in person.terminal.bench.outbox.entries(EntryState.SENT):
            receipt = entry.receipt
            world.expect(receipt is not None and receipt.key_id.isdigit(), f"adopted as {receipt}")

    play(run)


def test_what_somebody_else_made_for_the_same_moment_is_not_adopted() -> None:
    async def run(world: World) -> None:
        ana, ben = world.person("ana"), world.person("ben")
        for person in (ana, ben):
            await deeds.ready(world, person, "create")
        ana.terminal.line.next(deeds.PATHS["create"], line.silence_before)
        await ana.create(deeds.MOMENT, "501")
        await ben.create(deeds.MOMENT, "501")
        await asyncio.sleep(60.0)
        (entry,) = ana.terminal.bench.outbox.entries()
        world.expect(entry.state is EntryState.ATTENTION, f"a colleague's task is taken for the own one: {entry}")
        world.expect(entry.reason is not None and "Ben Muster" in entry.reason.english(), f"{entry.reason}")
        await ana.send_again(entry)
        await world.settle()
        made = [one for one in world.server.effects if one.kind == "created"]
        world.expect(len(made) == 2, f"{len(made)} executions for two creations")

    play(run)


def test_an_answer_to_a_creation_says_what_was_created() -> None:
    async def run(world: World) -> None:
        person = world.person("ana")
        await deeds.ready(world, person, "create")
        false = '{"status": "success", "data": {"id": 999, "task_status_id": "done"}}'
        person.terminal.line.next(deeds.PATHS["create"], line.answered(200, false))
        await deeds.do(person, "create")
        await asyncio.sleep(1.0)
        await world.settle()

    play(run)


def test_nothing_is_read_again_between_the_look_for_conflicts_and_the_upload() -> None:
    async def slow(exchange: line.Exchange) -> httpx.Response:
        await asyncio.sleep(10.0)
        return await exchange.deliver()

    async def run(world: World) -> None:
        ana, ben = world.person("ana"), world.person("ben")
        await deeds.ready(world, ana, "upload")
        await ben.open("4")
        await ana.type("supplier", "by ana")
        ana.terminal.line.next(r"GET .*/4$", line.fine)
        ana.terminal.line.next(r"GET .*/4$", slow)
        await ana.save()
        await asyncio.sleep(2.0)
        await ben.type("supplier", "by ben")
        await ben.save()
        await world.settle()

    play(run)


def test_answers_are_read_again_where_reading_what_is_asked_took_long() -> None:
    async def slow(exchange: line.Exchange) -> httpx.Response:
        await asyncio.sleep(10.0)
        return await exchange.deliver()

    async def without_questions(exchange: line.Exchange) -> httpx.Response:
        refused = "formFields" in exchange.request.url.params.get("include", "")
        return await (line.answered(403, "{}")(exchange) if refused else exchange.deliver())

    async def run(world: World) -> None:
        ana, ben = world.person("ana"), world.person("ben")
        await asyncio.sleep(1.0)
        await ana.open("4")
        await ben.open("4")
        ana.terminal.line.up = False
        await ana.type("supplier", "by ana")
        await ana.save()
        await ana.terminal.stop()
        ana.leave()
        ana.terminal.start()
        ana.terminal.line.next(r"GET .*/executions/4$", without_questions, 100)
        ana.terminal.line.next(r"GET .*fields$", slow, 3)
        ana.terminal.line.up = True
        ana.terminal.bench.live.refresh()
        await asyncio.sleep(5.0)
        await ben.type("supplier", "by ben")
        await ben.save()
        await world.settle()
        world.expect(len(ana.attention()) == 1, "nobody is asked which of the answers counts")

    play(run)


@pytest.mark.parametrize("theirs", ["IMG_0013", "IMG_0012"])
def test_a_colleagues_picture_is_not_taken_for_the_own_one(theirs: str) -> None:
    """Of another number, or of the same one from another camera."""

    async def run(world: World) -> None:
        ana, ben = world.person("ana"), world.person("ben")
        await asyncio.sleep(1.0)
        await ana.open("4")
        await ben.open("4")
        ana.terminal.line.next(deeds.PATHS["upload"], line.silence_before)
        await ana.pick("photo", photo(world, "IMG_0012"))
        await ana.save()
        await asyncio.sleep(2.0)
        await ben.pick("photo", photo(world, f"second/{theirs}"))
        await ben.save()
        await asyncio.sleep(30.0)
        await world.settle()
        world.expect(len(ana.attention()) == 1, "nobody is asked which of the pictures counts")

    play(run)


@pytest.mark.parametrize("deed", ["finish", "deny"])
def test_what_somebody_opened_again_is_not_closed_again_by_a_retry(deed: str) -> None:
    async def run(world: World) -> None:
        world.server.honours_keys = False
        ana, ben = world.person("ana"), world.person("ben")
        await deeds.ready(world, ana, deed)
        ana.terminal.line.next(deeds.PATHS[deed], line.silence_after)
        await deeds.do(ana, deed)
        await asyncio.sleep(5.0)
        await ben.open("1")
        await ben.reset()
        await world.settle()
        world.expect(world.server.status("1") == "in_progress", "the reset was undone by a retry")
        world.expect(len(ana.attention()) == 1, "nobody is asked")

    play(run)


@pytest.mark.parametrize("deed", ["finish", "deny"])
def test_what_was_delivered_twice_is_not_called_refused(deed: str) -> None:
    async def run(world: World) -> None:
        world.server.honours_keys = False
        ana = world.person("ana")
        await deeds.ready(world, ana, deed)
        ana.terminal.line.next(deeds.PATHS[deed], line.twice(second=True))
        await deeds.do(ana, deed)
        await asyncio.sleep(1.0)
        await world.settle()
        held = [entry.reason for entry in ana.attention()]
        world.expect(not held, f"done as it was wanted, but told: {held}")

    play(run)
