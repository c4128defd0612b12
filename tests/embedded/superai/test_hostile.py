"""Whatever is sent, the server answers with a refusal in words, never with a fault of its own."""

from __future__ import annotations

import random
from typing import Any
from uuid import uuid4

import pytest

from tests.embedded.superai.world import FLOWS, INVOICES, RUNS, TAGS, TASKS, World

TEXTS = (
    "",
    "x",
    "\x00",
    "\u202eabc",
    "ä" * 300,
    "'; DROP TABLE superai_flows; --",
    "%",
    "../..",
    "\U0001f600",
    "1e999",
)
NAMES = (
    "id", "flow_execution_id", "task_name", "task_execution_idx", "status", "processing_status", "input", "output",
    "error", "flow_id", "tags", "operation", "tag", "tag_type", "tag_metadata", "steps", "started_at",
)  # fmt: skip


def anything(chance: random.Random, known: list[str], depth: int = 0) -> Any:
    kind = chance.randrange(9 if depth < 3 else 7)
    plain: list[Any] = [
        None,
        True,
        chance.randrange(-5, 5),
        2**70,
        1.5,
        chance.choice(TEXTS),
        chance.choice(known),
    ]
    if kind < len(plain):
        return plain[kind]
    if kind == 7:
        return [anything(chance, known, depth + 1) for _ in range(chance.randrange(4))]
    return {name: anything(chance, known, depth + 1) for name in chance.sample(NAMES, chance.randrange(8))}


@pytest.mark.parametrize("seed", range(3))
async def test_no_body_and_no_address_is_a_fault_of_the_server(world: World, seed: int) -> None:
    chance = random.Random(seed)
    run = await world.in_status("awaiting_input")
    task = (await world.tasks(run["id"]))["review", 0]
    known = [INVOICES, run["id"], task["id"], "review", "completed", "add", str(uuid4())]
    before = len(await world.runs())
    writes = [("POST", TASKS), ("PUT", TASKS), ("PATCH", TAGS), ("POST", "/api/sample/worker"), ("POST", RUNS)]
    for _ in range(80):
        method, path = chance.choice(writes)
        body = anything(chance, known)
        if isinstance(body, dict) and chance.random() < 0.5:
            body = {**task, **body}
        answer = await world.ask(method, path, json=body)
        assert answer.status_code < 500, (method, path, body, answer.text)
    for name in (
        "flow_id",
        "flow_execution_id",
        "task_name",
        "page",
        "status",
        "tags",
        "uri",
        "created_after",
        "search",
    ):
        for text in TEXTS:
            for path in (RUNS, TASKS, TAGS, FLOWS, "/api/files/download", f"{FLOWS}/{INVOICES}/versions/1"):
                if chance.random() < 0.2:
                    answer = await world.ask("GET", path, params={name: text})
                    assert answer.status_code < 500, (path, name, text)
    assert len(await world.runs()) >= before


@pytest.mark.parametrize("ident", ["0", "x" * 500, "%00", "..%2f..", "\u202e", "1 OR 1=1"])
async def test_an_id_that_is_none_is_a_422(world: World, ident: str) -> None:
    for path in (f"{TASKS}/{ident}", f"{RUNS}/{ident}", f"{FLOWS}/{ident}"):
        assert (await world.ask("GET", path)).status_code in (404, 422)
    assert (await world.ask("GET", f"{FLOWS}/{INVOICES}/versions/{'9' * 40}")).status_code == 404
