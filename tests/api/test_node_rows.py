"""Nodes tell when their executions were planned, whether or not a list has shown them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.stub import ALL, DAY, Said, Stub, key, on, system
from tui.model.status import Phase

PREVIOUS = "GET /api/tasks-2/executions/558/workflow-nodes/previous"
LIST = "GET /api/tasks-2/executions"
NODE = {
    "id": 9001,
    "type": "taskExecutionFinished",
    "level": 1,
    "dispatchable_id": 77,
    "dispatchable_type": "taskExecution",
}


def row(ident: int = 77, **more: Any) -> dict[str, Any]:
    titled = {"task_template": {"id": 203, "title": "Count"}, "task_status_id": "done"}
    return {"id": ident, "for_execution_date": "2026-05-10 09:00:00"} | titled | more


async def test_an_execution_that_no_list_has_shown_is_looked_at() -> None:
    stub = Stub(on(PREVIOUS, Said(200, [NODE])), on(f"{PREVIOUS}/1/dispatchable", Said(200, row())))
    (node,) = await system(stub).nodes(key(), "558", 1)
    assert (node.title, node.due) == ("Count", datetime(2026, 5, 10, 7, 0, tzinfo=UTC))
    assert node.status is not None
    assert node.status.phase is Phase.DONE
    assert [mark.english() for mark in node.marks] == ["2026-05-10 09:00"]


async def test_one_of_the_list_is_not_asked_for_again() -> None:
    today = row(for_execution_date="2026-05-11 06:00:00")
    stub = Stub(on(LIST, Said(200, [today])), on(PREVIOUS, Said(200, [NODE])))
    client = system(stub)
    await client.list(DAY, ALL)
    (node,) = await client.nodes(key(), "558", 1)
    assert [mark.english() for mark in node.marks] == ["06:00"]
    assert not [line for line in stub.lines if "dispatchable" in line]


@pytest.mark.parametrize("said", [Said(403, {}), Said(404, {}), Said(500, {}), Said(200, row(78)), Said(200, [])])
async def test_what_cannot_be_read_stays_as_it_is(said: Said) -> None:
    stub = Stub(on(PREVIOUS, Said(200, [NODE])), on(f"{PREVIOUS}/1/dispatchable", said))
    (node,) = await system(stub).nodes(key(), "558", 1)
    assert (node.title, node.status, node.due, node.marks) == ("", None, None, ())
