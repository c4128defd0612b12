"""A run that takes longer than the client waits, over a real socket: asked for once, ended by looking."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.api.spaaza.desk import BERLIN
from tests.contract.server import serving
from tests.embedded.spaaza.world import HELD, Held, World, rewards
from tui.api.http import Answer, Transport
from tui.api.spaaza.actions import EXECUTE
from tui.api.spaaza.adapter import SpaazaSystem
from tui.api.spaaza.credentials import KeyPair
from tui.api.spaaza.faults import judge
from tui.api.spaaza.routes import Routes
from tui.api.spaaza.settings import Settings
from tui.embedded.asgi import Receive, Scope, Send
from tui.model.action import Delivery, Request, Slot


class Impatient(Routes):
    """Waits a fifth of a second for what others wait minutes for."""

    async def execute_task(self, task: str, patience: float) -> Answer:
        return await super().execute_task(task, min(patience, 0.2))


@pytest.mark.parametrize(("campaign", "code"), [(7, "DONE"), (99, "ERROR")])
async def test_a_slow_answer_is_one_run(tmp_path: Path, campaign: int, code: str) -> None:
    watch = Held()
    world = World(tmp_path, watch)
    task = str(await world.new(rewards(campaign)))
    looks = 0

    async def look(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        assert watch.begun.is_set()
        if looks == 3:
            watch.go.set()
            await asyncio.to_thread(ended.wait, HELD)

    ended = threading.Event()
    served, calls = world.site.app, []

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        await served(scope, receive, send)
        if scope.get("path", "").endswith("/execute"):
            calls.append(scope["path"])
            ended.set()

    world.site.app = counting
    with serving(world.site) as address:
        transport = Transport(address, KeyPair("op:key"), clock=watch, judge=judge)
        client = SpaazaSystem(
            Impatient(transport), profile="p", zone=BERLIN, settings=Settings(), clock=watch, sleep=look
        )
        request = Request(
            profile="p", system="spaaza", key_id=task, action=EXECUTE, slot=Slot.OTHER,
            delivery=Delivery.ONLINE, idempotency_key="k",
        )  # fmt: skip
        receipt = await client.perform(request)
        await client.close()
    assert (receipt.status_raw, looks, calls) == (code, 3, [f"/tasks/{task}/execute"])
    assert len(world.stored("vouchers")) == (3 if campaign == 7 else 0)
    await world.close()
