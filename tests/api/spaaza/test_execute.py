"""Run now: sent once whatever happens to the line, and ended in the state that the server has."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests.api.spaaza.desk import Desk, made
from tests.api.stub import Asked, Said, Stub
from tests.embedded.spaaza.world import Watch, World, export, rewards, rule, segment
from tui.api.spaaza.runs import QUIET_LOOKS, UNKNOWN
from tui.api.spaaza.settings import Settings
from tui.embedded.spaaza.server import Settings as ServerSettings
from tui.model.action import Action, Delivery, Risk, Slot, Verdict
from tui.model.errors import NotFound, Refused, TaskError, Unauthorised, Unreachable
from tui.model.message import Message
from tui.model.status import Phase

Send = Callable[[], Awaitable[httpx.Response]]


def is_execute(request: httpx.Request) -> bool:
    return request.url.path.endswith("/execute")


async def answer_lost(request: httpx.Request, on: Send) -> httpx.Response:
    answer = await on()
    if is_execute(request):
        raise httpx.ReadError("cut", request=request)
    return answer


async def request_lost(request: httpx.Request, on: Send) -> httpx.Response:
    if is_execute(request):
        raise httpx.ReadError("cut", request=request)
    return await on()


async def test_a_run_is_one_call_and_its_answer_is_the_receipt(world: World, desk: Desk) -> None:
    task = await world.new(rewards())
    receipt = await desk.client.perform(await desk.request(task))
    assert (receipt.key_id, receipt.status_raw) == (str(task), "DONE")
    assert desk.line.executed == 1
    assert len(world.stored("vouchers")) == 3
    assert (await desk.show(task)).execution.status.phase is Phase.DONE


@pytest.mark.parametrize("target", [export(), rewards()])
async def test_a_dropped_connection_never_runs_twice(world: World, desk: Desk, target: dict[str, object]) -> None:
    task = await world.new(target)
    request = await desk.request(task)
    desk.line.cut = answer_lost
    receipt = await desk.client.perform(request)
    assert (receipt.key_id, receipt.status_raw) == (str(task), "DONE")
    found = await desk.client.reconcile(request)
    assert found.verdict is Verdict.APPLIED
    assert desk.line.executed == 1
    assert len(world.stored("vouchers")) in (0, 3)


async def test_an_error_result_is_an_outcome_and_not_a_failure_to_send(world: World, desk: Desk) -> None:
    task = await world.new(rewards(99))
    request = await desk.request(task)
    desk.line.cut = answer_lost
    receipt = await desk.client.perform(request)
    assert receipt.status_raw == "ERROR"
    record = await desk.show(task)
    assert record.execution.status.phase is Phase.BROKEN
    log = next(block for block in record.blocks if block.id == "log")
    assert any("Campaign 99 does not exist." in line.text.english() for line in log.lines)
    assert receipt.failed is not None
    assert receipt.failed.english() == "Campaign 99 does not exist."
    told = await desk.client.reconcile(request)
    assert told.receipt is not None
    assert told.receipt.failed == receipt.failed
    # In the report it stands, too.
    assert [(label.english(), said) for label, said in record.facts] == [
        ("Why it failed", "Campaign 99 does not exist.")
    ]
    first = [line.text.english() for line in record.blocks[0].lines[:2]]
    assert first == ["Failed", "Campaign 99 does not exist."]
    assert desk.line.executed == 1


async def test_a_server_that_says_a_failed_run_by_an_error_means_the_same(tmp_path: Path) -> None:
    world = World(tmp_path, settings=ServerSettings(fault_status=500))
    desk = Desk.at(world)
    task = await world.new(rewards(99))
    receipt = await desk.client.perform(await desk.request(task))
    assert receipt.status_raw == "ERROR"
    assert desk.line.executed == 1
    await world.close()


async def test_a_slow_answer_is_waited_for_by_looking_and_never_asked_again(tmp_path: Path) -> None:
    """The call times out while the run goes on; looks follow until it has ended."""
    begun, gate = threading.Event(), threading.Event()

    class Slow(Watch):
        def pause(self, seconds: float) -> None:
            begun.set()
            assert gate.wait(20)
            super().pause(seconds)

    world = World(tmp_path, Slow())
    desk = Desk.at(world)
    task = await world.new(rewards())
    request = await desk.request(task)
    running: list[asyncio.Task[httpx.Response]] = []

    async def slow(asked: httpx.Request, on: Send) -> httpx.Response:
        if not is_execute(asked):
            return await on()
        assert asked.extensions["timeout"]["read"] == 300.0
        running.append(asyncio.ensure_future(on()))
        await asyncio.to_thread(begun.wait, 20)
        raise httpx.ReadTimeout("slow", request=asked)

    async def end_at_the_fifth_look() -> None:
        if len(desk.naps.asked) == 5:
            gate.set()
            assert (await running[0]).status_code == 200

    desk.line.cut, desk.naps.after = slow, end_at_the_fifth_look
    assert (await desk.client.perform(request)).status_raw == "DONE"
    assert len(desk.naps.asked) == 5
    assert desk.line.executed == 1
    assert len(world.stored("vouchers")) == 3
    await world.close()


class Told:
    """A server with one task, whose state a test tells; it counts execute calls and answers each with 504."""

    def __init__(self, action: str = "bulk issue rewards", execute: Said | None = None) -> None:
        self.state: dict[str, object] = {"code": "READY", "last_run_date": None, "created_date": "2026-01-01"}
        self.looks = 0
        self._execute = execute or Said(504, {"message": "gateway"})
        self._action = action
        self.stub = Stub(self._answer)

    def _answer(self, asked: Asked) -> Said | None:
        if asked.method == "POST":
            return self._execute
        self.looks += 1
        return Said(200, {"id": 5, "chain": 1, "state": self.state, "target": {"action": self._action}})

    @property
    def executed(self) -> int:
        return sum(asked.method == "POST" for asked in self.stub.asked)


async def run(told: Told, settings: Settings | None = None) -> tuple[Desk, BaseException | str]:
    desk = Desk(told.stub, Watch(), settings=settings)
    request = await desk.request(5)
    try:
        return desk, (await desk.client.perform(request)).status_raw
    except TaskError as error:
        return desk, error


async def test_looks_go_on_while_it_runs_three_seconds_apart_and_then_ten() -> None:
    told = Told()
    desk = Desk(told.stub, Watch())
    request = await desk.request(5)
    told.state = {"code": "READY", "last_run_date": "0000-00-00T00:00:00Z"}

    def turn(_seconds: float) -> None:
        waited = sum(desk.naps.asked)
        code = "INPROGRESS" if waited < 100 else "DONE"
        told.state = {"code": code, "last_run_date": "2026-05-26T14:35:00Z"}

    desk.naps.then = turn
    receipt = await desk.client.perform(request)
    assert receipt.status_raw == "DONE"
    assert desk.naps.asked == [3.0] * 20 + [10.0] * 4
    assert told.executed == 1


async def test_what_runs_longer_than_anybody_waits_is_unknown_and_not_repeated() -> None:
    told = Told()
    desk = Desk(told.stub, Watch(), settings=Settings(patience=30))
    request = await desk.request(5)

    def turn(_seconds: float) -> None:
        told.state = {"code": "INPROGRESS", "last_run_date": "2026-05-26T14:35:00Z"}

    desk.naps.then = turn
    with pytest.raises(Unreachable) as caught:
        await desk.client.perform(request)
    assert (caught.value.maybe_done, caught.value.what) == (True, UNKNOWN)
    assert "sent when the link is back" not in caught.value.help.english()
    found = await desk.client.reconcile(request)
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason is not None
    assert "still running" in found.reason.english()
    assert told.executed == 1
    # It ends at last: reading back says so, in another process too.
    told.state = {"code": "ERROR", "last_run_date": "2026-05-26T14:35:00Z"}
    later = Desk(told.stub, Watch())
    for client in (desk.client, later.client):
        found = await client.reconcile(request)
        assert found.verdict is Verdict.APPLIED
        assert found.receipt is not None
        assert found.receipt.status_raw == "ERROR"
    assert told.executed == 1


@pytest.mark.parametrize(
    ("action", "verdict"), [("export", Verdict.NOT_APPLIED), ("bulk issue rewards", Verdict.UNKNOWN)]
)
async def test_no_trace_of_a_run_is_believed_of_exports_alone(action: str, verdict: Verdict) -> None:
    told = Told(action)
    desk, error = await run(told)
    assert isinstance(error, Unreachable)
    assert error.maybe_done
    assert len(desk.naps.asked) == QUIET_LOOKS
    found = await desk.client.reconcile(await desk.request(5))
    assert found.verdict is verdict
    assert told.executed == 1


@pytest.mark.parametrize(
    "answer",
    [
        Said(200, b"<html>login</html>", {"content-type": "text/html"}),
        Said(200, b'{"code": "DO'),
        Said(200, {"code": "RUNNING", "last_run_date": "2026-05-26T14:35:00Z"}),
        Said(200, {"code": "DONE"}),
        Said(200, {"code": "DONE", "last_run_date": "1999-01-01T00:00:00Z"}),
        Said(200, {"id": 6, "state": {"code": "DONE", "last_run_date": "2026-05-26T14:35:00Z"}}),
        Said(200, []),
        Said(200, {"error": {"code": 1, "name": "server_error", "description": "Boom"}}),
        Said(500, {"error": {"code": 1, "name": "task_execution_failed", "description": "Boom"}}),
        Said(502, b""),
        Said(503, b""),
    ],
)
async def test_an_answer_that_says_nothing_is_looked_into(answer: Said) -> None:
    told = Told(execute=answer)
    told.state = {"code": "DONE", "last_run_date": "2026-05-25T14:35:00Z"}
    desk = Desk(told.stub, Watch())
    request = await desk.request(5)

    def turn(_seconds: float) -> None:
        told.state = {"code": "DONE", "last_run_date": "2026-05-26T14:35:00Z"}

    desk.naps.then = turn
    assert (await desk.client.perform(request)).status_raw == "DONE"
    assert told.executed == 1


async def test_the_whole_task_as_an_answer_is_good_too() -> None:
    state = {"code": "ERROR", "last_run_date": "2026-05-26T14:35:00Z"}
    told = Told(execute=Said(200, {"id": 5, "state": state}))
    desk, code = await run(told)
    assert code == "ERROR"
    assert desk.naps.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(401, {"error": {"code": 6, "name": "no_valid_session", "description": "No."}}), Unauthorised),
        (Said(404, {"error": {"code": 44, "name": "not_found", "description": "Gone."}}), NotFound),
        (Said(409, {"message": "busy"}), Refused),
        (Said(400, {"error": "no"}), Refused),
        (Said(200, {"error": {"code": 9, "name": "odd", "description": "Not today."}}), Refused),
    ],
)
async def test_a_refusal_is_a_refusal_and_begins_no_run(answer: Said, kind: type[TaskError]) -> None:
    told = Told(execute=answer)
    desk, error = await run(told)
    assert isinstance(error, kind)
    assert not getattr(error, "busy", False)
    assert (desk.naps.asked, told.executed) == ([], 1)


async def test_a_server_that_is_not_there_was_not_asked(world: World, desk: Desk) -> None:
    task = await world.new()
    request = await desk.request(task)

    async def refused(asked: httpx.Request, on: Send) -> httpx.Response:
        if is_execute(asked):
            raise httpx.ConnectError("refused", request=asked)
        return await on()

    desk.line.cut = refused
    with pytest.raises(Unreachable) as caught:
        await desk.client.perform(request)
    assert not caught.value.maybe_done
    assert desk.naps.asked == []


async def test_what_runs_already_is_not_asked_for(world: World, desk: Desk) -> None:
    task = await world.new(once="2026-05-26T14:35:00Z")
    record = await desk.show(task)
    (run_now, _) = record.actions
    assert run_now.why_not is not None
    with pytest.raises(Refused):
        await desk.client.perform(made(run_now, str(task)))
    assert desk.line.executed == 0


async def test_what_was_run_since_the_person_saw_it_is_asked_about_again(world: World, desk: Desk) -> None:
    """The state is the same word before and after: only its last run tells."""
    task = await world.new(rewards())
    await world.execute(task)
    request = await desk.request(task)
    world.watch.forward(minutes=5)
    await world.execute(task)
    with pytest.raises(Refused) as caught:
        await desk.client.perform(request)
    assert "run meanwhile" in caught.value.what.english()
    assert desk.line.executed == 0
    assert (await desk.client.perform(await desk.request(task, key="k2"))).status_raw == "DONE"


async def test_a_rightless_token_is_told_so(world: World) -> None:
    task = await world.new()
    looking = Desk.at(world, token="look:key")
    with pytest.raises(TaskError) as caught:
        await looking.client.perform(await looking.request(task))
    assert caught.value.said == "Insufficient permissions for this chain."
    assert await world.code(task) == "READY"


async def test_how_much_is_asked_back_depends_on_what_a_run_does(world: World, desk: Desk) -> None:
    narrowed = await world.new(segment=segment(rule("country", "is", value="DE")))
    whole, paid = await world.new(), await world.new(rewards())
    listed = await world.new(rewards(), segment_id="s1")
    asked = []
    for task in (narrowed, whole, paid, listed):
        action = (await desk.show(task)).action("execute")
        assert action is not None
        assert (action.delivery, action.slow, action.slot) == (Delivery.ONLINE, True, "other")
        loses = action.loses
        words = " ".join((loses.english(), *(one.english() for one in loses.params.values()))) if loses else ""
        asked.append((action.risk, action.proof, words))
    assert asked[0] == (Risk.CONFIRM, "", "")
    assert asked[1][:2] == (Risk.CONFIRM, "")
    assert "no filter" in asked[1][2]
    assert asked[2][:2] == (Risk.TYPED, str(paid))
    assert "ALL CUSTOMERS" in asked[2][2]
    assert asked[3][:2] == (Risk.TYPED, str(listed))
    assert "saved segment" in asked[3][2]


async def test_nothing_that_others_have_is_pretended(world: World, desk: Desk) -> None:
    record = await desk.show(await world.new())
    assert [action.id for action in record.actions] == ["execute", "duplicate"]
    assert all(record.in_slot(slot) is None for slot in ("save", "finish", "deny", "reset", "status"))
    has = desk.client.capabilities
    assert not any((has.count, has.points, has.notes, has.assignments, has.progress))
    assert await desk.client.count() is None
    finish = Action(id="finish", slot=Slot.FINISH, label=Message("Finish"))
    with pytest.raises(Refused):
        await desk.client.perform(made(finish, "1"))
    assert (await desk.client.reconcile(made(finish, "1"))).verdict is Verdict.UNKNOWN
