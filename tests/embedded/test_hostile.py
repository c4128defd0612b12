"""Configurations and variables that nobody would write: no crash, no endless work."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.embedded.world import World, field, variable
from tui.embedded.intratool import schema

INCLUDE = "taskTemplate.formFields"
HOSTILE: tuple[Any, ...] = (None, [], ["a"], "x", 7, {"options": 7}, {"options": None, "format": 7, "allowed": 3})


@pytest.mark.parametrize("config", HOSTILE, ids=repr)
async def test_a_configuration_that_is_none_stops_nobody(world: World, config: Any) -> None:
    rules = [("minmax", config), ("mimetypes", config), ("datetime", config)]
    source = {"source_type": "systemVariable", "config": config}
    kinds = ("text", "radio", "checkbox", "datetime", "entity_select", "file-upload")
    asked = [field(kind, kind, *rules, config=config, default="a", sources=[source]) for kind in kinds]
    world.assignment(world.template(*asked))
    row = await world.only("ana", include=INCLUDE)
    assert len(row["task_template"]["form_fields"]) == len(kinds)
    answer = await world.write("ana", row["id"], "progress", {"radio": "a", "checkbox": ["a"], "text": "a"})
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize(
    "key",
    [
        "taskExecution" + ".parent" * 3000,
        "taskExecution.taskTemplate" + ".parent" * 3000,
        "{{" + " " * 20_000 + "x",
        "{{" * 5000,
        " ".join(f"{{{{field.k{number}}}}}" for number in range(2000)),
    ],
    ids=["parents", "templates", "blanks", "braces", "many"],
)
async def test_a_variable_without_end_has_no_value_and_costs_no_time(world: World, key: str) -> None:
    template = world.template(field("a", default="static", sources=[variable(key)]))
    with world.database.write() as tx:
        table = schema.task_templates
        # A template that hangs below itself.
        tx.execute(table.update().where(table.c.id == template).values(parent_id=template))
    world.assignment(template)
    before = time.process_time()
    rows = await world.day("ana", include=INCLUDE)
    assert time.process_time() - before < 2.0
    found = {row["task_template"]["form_fields"][0]["default_value"] for row in rows}
    assert found <= {"static", key}
