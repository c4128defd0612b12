"""People and departments as answers: one or several, found by what a person types, at a site of 1,200."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from tests.embedded.world import ADMIN_TOKEN, EXECUTIONS, ZONE, World, field
from tui.api import connect
from tui.api.intratool.pickers import LONGEST
from tui.embedded.intratool import schema
from tui.model.action import Delivery, Request, Slot
from tui.model.execution import Key, Record
from tui.model.field import Value
from tui.model.system import TaskSystem

MANY = 1200
SPECIAL = (("Jürgen", "Müller"), ("Işıl", "Yılmaz"), ("Łukasz", "Žák"), ("José María", "Nuñez"), ("Kay", "Groß"))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    rows: list[dict[str, Any]] = [
        {"first_name": "Person", "last_name": f"Number {n:04}", "username": f"p{n}"} for n in range(MANY)
    ]
    rows += [{"first_name": one, "last_name": two, "username": f"{one} {two}"} for one, two in SPECIAL]
    with made.database.write() as tx:
        tx.execute(insert(schema.users), [{**row, "role_id": 2, "active": True} for row in rows])
    yield made
    await made.close()


def client_of(world: World, token: str = ADMIN_TOKEN) -> TaskSystem:
    return connect(
        "intratool", base_url="embedded:", token=token, zone=ZoneInfo(ZONE), profile="site", app=world.site.app,
        clock=world.hands,
    )  # fmt: skip


async def labels(client: TaskSystem, query: str) -> list[str]:
    return [one.label for one in (await client.choices("users", query)).choices]


async def test_too_many_to_show_are_narrowed_by_typing(world: World) -> None:
    client = client_of(world)
    everybody = await client.choices("users")
    assert (len(everybody.choices), everybody.complete) == (LONGEST, False)
    narrowed = await client.choices("users", "number 04")
    fitting = sum("04" in f"{n:04}" for n in range(MANY))
    assert (len(narrowed.choices), narrowed.complete) == (fitting, True)
    assert await labels(client, "0777") == ["Person Number 0777"]
    assert await labels(client, "0777 person") == ["Person Number 0777"], "in any order"
    assert await labels(client, "nobody") == []
    await client.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("müller", "Jürgen Müller"),
        ("MULLER jurgen", "Jürgen Müller"),
        ("isil yilmaz", "Işıl Yılmaz"),
        ("IŞIL", "Işıl Yılmaz"),
        ("lukasz zak", "Łukasz Žák"),
        ("maria nunez", "José María Nuñez"),
        ("gross", "Kay Groß"),
    ],
)
async def test_case_and_accents_do_not_matter(world: World, query: str, found: str) -> None:
    assert await labels(client_of(world), query) == [found]


async def test_an_id_is_found_whole_and_first(world: World) -> None:
    client = client_of(world)
    special = (await client.choices("users", "Groß")).choices[0]
    by_id = (await client.choices("users", special.value)).choices
    assert by_id[0] == special
    assert all(special.value in one.label for one in by_id[1:])
    assert special.label not in await labels(client, special.value[:-1])


async def test_whose_name_begins_with_it_comes_before_the_others(world: World) -> None:
    world.user("numa", 2)
    assert (await labels(client_of(world), "num"))[:2] == ["Numa Test", "Person Number 0000"]


PICKERS = (
    field("one", "entity_select", config={"entity_type": "user", "multiple": False}),
    field("many", "entity_select", config={"entity_type": "user", "multiple": True}),
    field("teams", "entity_select", config={"entity_type": "department", "multiple": True}),
    field("mail", "recipient-select"),
    field("mails", "recipient-select", config={"multiple": True}),
)


async def picking(world: World) -> tuple[TaskSystem, Record]:
    world.assignment(world.template(*PICKERS))
    row = await world.only("ana")
    client = client_of(world, "ana")
    return client, await client.show(Key("site", "intratool", str(row["id"])))


def saving(record: Record, values: dict[str, Value]) -> Request:
    return Request(
        profile="site", system="intratool", key_id=record.execution.key.id, action="progress", slot=Slot.SAVE,
        delivery=Delivery.QUEUED, idempotency_key="one-key", values=values, expected="open",
    )  # fmt: skip


async def test_one_and_several_are_answered_and_read_back(world: World) -> None:
    client, record = await picking(world)
    assert {one.key: (one.kind, one.source, one.read_only) for one in record.fields} == {
        "one": ("entity", "users", False),
        "many": ("entities", "users", False),
        "teams": ("entities", "departments", False),
        "mail": ("entity", "users", False),
        "mails": ("entities", "users", False),
    }
    ana, ben = str(world.id_of("ana")), str(world.id_of("ben"))
    values: dict[str, Value] = {"one": ana, "many": [ben, ana], "teams": ["1"], "mail": ben, "mails": [ana]}
    request = saving(record, values)
    await client.perform(request)
    again = await client.show(record.execution.key)
    assert {key: answer.value for key, answer in again.answers.items()} == values
    assert again.answers["many"].text == "Ana Test, Ben Test"
    assert again.answers["mail"].text == "Ben Test"
    assert (await client.reconcile(request)).verdict == "applied"
    await client.close()


@pytest.mark.parametrize(
    ("key", "sent"),
    [("one", ["2"]), ("many", ["2", "99999"]), ("teams", ["7"]), ("mail", "ana"), ("mails", [{"id": 2}])],
)
async def test_who_does_not_exist_is_refused_at_the_field(world: World, key: str, sent: Any) -> None:
    world.assignment(world.template(*PICKERS))
    execution = (await world.only("ana"))["id"]
    said = await world.refused("ana", execution, "progress", {key: sent})
    assert said["errors"] == {key: [f"The selected {key.title()} is invalid."]}
    row = await world.get("ana", f"{EXECUTIONS}/{execution}", include="taskProgressFields")
    assert row["task_progress_fields"] == []
