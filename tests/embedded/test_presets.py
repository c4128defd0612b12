"""Default values: worked out for the execution and the person on the user side, raw in the administration."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded.test_workflow import link
from tests.embedded.world import ADMIN_TOKEN, EXECUTIONS, World, field, from_field, variable
from tui.embedded.intratool import schema

OPTIONS = {"options": {"yes": "Ja", "no": "Nein"}}
USER = {"entity_type": "user"}
INCLUDE = "taskTemplate.formFields"


async def defaults(world: World, execution: int, who: str = "ana") -> dict[str, Any]:
    row = await world.get(who, f"{EXECUTIONS}/{execution}", include=INCLUDE)
    found = {one["key"]: one["default_value"] for one in row["task_template"]["form_fields"]}
    # Asked for with few columns, it is the same.
    row = await world.get(who, f"{EXECUTIONS}/{execution}", include=f"{INCLUDE}:key,default_value,config")
    assert {one["key"]: one["default_value"] for one in row["task_template"]["form_fields"]} == found
    return found


async def default_of(world: World, asked: dict[str, Any], who: str = "ana") -> Any:
    """The default of the only field of the only execution."""
    world.assignment(world.template(asked), title="Frühschicht")
    return (await defaults(world, (await world.only("ana"))["id"], who))[asked["key"]]


def dated(kind: str, php: str | None = None) -> dict[str, Any]:
    return {"config": {"type": kind, **({"format": php} if php else {})}}


@pytest.mark.parametrize(
    ("asked", "worked_out"),
    [
        # the static default, in the shape of its kind
        (field("a", default="L-2605"), "L-2605"),
        (field("a", default=""), None),
        (field("a", default=4.5), 4.5),
        (field("a", default={"x": 1}), None),
        (field("a", "text", ("minmax", {"max": 8}), default="9"), None),
        (field("a", "radio", config=OPTIONS, default="yes"), "yes"),
        (field("a", "radio", config=OPTIONS, default="Nein"), "no"),
        (field("a", "select", config=OPTIONS, default="maybe"), None),
        (field("a", "checkbox", config=OPTIONS, default=["no", "gone"]), ["no"]),
        (field("a", "checkbox", config=OPTIONS, default="Ja"), ["yes"]),
        (field("a", "checkbox", config=OPTIONS, default=["gone"]), None),
        (field("a", "datetime", **dated("date"), default="2026-05-12"), "2026-05-12"),
        (field("a", "datetime", **dated("date", "d.m.Y"), default="2026-05-12"), "12.05.2026"),
        (field("a", "datetime", **dated("datetime"), default="2026-05-12"), None),
        (field("a", "entity_select", config=USER, default=3), 3),
        (field("a", "entity_select", config=USER, default=999), None),
        (field("a", "entity_select", config={"entity_type": "user", "multiple": True}, default=3), [3]),
        (field("a", "file-upload", default="gauge.png"), None),
        (field("a", "description", default="x"), None),
        (field("a", "signature_pad", default={"strokes": 3}), {"strokes": 3}),
        # the system's date
        (field("a", "datetime", **dated("datetime"), sources=[variable("system.date")]), "2026-05-11 10:30:00"),
        (field("a", "datetime", **dated("date"), sources=[variable("system.date")]), "2026-05-11"),
        (field("a", "datetime", **dated("time", "H:i"), sources=[variable("system.date")]), "10:30"),
        (field("a", "datetime", **dated("time", "g:i a"), sources=[variable("system.date")]), "10:30 am"),
        (field("a", "text", ("datetime", {"format": "d.m.Y"}), sources=[variable("system.date")]), "11.05.2026"),
        (field("a", "text", sources=[variable("system.date")]), "2026-05-11"),
        (field("a", "radio", config=OPTIONS, sources=[variable("system.date")]), None),
        # the person
        (field("a", sources=[variable("system.user")]), "Ana Test"),
        (field("a", sources=[variable("system.user.full_name")]), "Ana Test"),
        (field("a", sources=[variable("system.user.role.name")]), "W"),
        (field("a", sources=[variable("system.user.id")]), 2),
        (field("a", sources=[variable("system.user.shoe_size")]), None),
        (field("a", sources=[variable("system.temporaryUser.id")]), None),
        (field("a", "entity_select", config=USER, sources=[variable("system.user")]), 2),
        (field("a", "entity_select", config={"entity_type": "department"}, sources=[variable("system.user")]),
         None),
        (field("a", "recipient-select", sources=[variable("system.user.id")]), 2),
        # the task
        (field("a", sources=[variable("taskAssignment.title")]), "Frühschicht"),
        (field("a", sources=[variable("taskExecution.for_execution_date")]), "2026-05-11 12:00:00"),
        (field("a", "datetime", **dated("time", "H:i"), sources=[variable("taskExecution.for_execution_date")]),
         "12:00"),
        (field("a", sources=[variable("taskExecution.taskTemplate.title")]), "Template"),
        (field("a", sources=[variable("form.title")]), "Template"),
        # placeholders in a text
        (field("a", default="{{system.user.first_name}} am {{ system.date }}"), "Ana am 2026-05-11"),
        (field("a", default="{{system.user.id}}"), 2),
        (field("a", default="von {{system.user.shoe_size}}"), None),
        (field("a", sources=[variable("{{taskAssignment.title}}, {{system.user.username}}")]), "Frühschicht, ana"),
        (field("a", "datetime", **dated("time", "H:i"), default="{{system.date}}"), "10:30"),
        (field("a", default="{{"), "{{"),
        # the first source that has a value, then the static default
        (field("a", sources=[variable("system.temporaryUser.id"), variable("system.user.username")]), "ana"),
        (field("a", sources=[variable("system.user.username"), variable("taskAssignment.title")]), "ana"),
        (field("a", default="nobody", sources=[variable("system.temporaryUser.id")]), "nobody"),
        (field("a", "radio", config=OPTIONS, default="no", sources=[variable("system.user.username")]), "no"),
        (field("a", default="static", sources=[{"source_type": "systemVariable", "config": {}}]), "static"),
    ],
)  # fmt: skip
async def test_a_default_is_worked_out(world: World, asked: dict[str, Any], worked_out: Any) -> None:
    assert await default_of(world, asked) == worked_out


async def test_sources_are_asked_by_their_sort_number(world: World) -> None:
    sources = [variable("taskAssignment.title", sort_number=7), variable("system.user.username", sort_number=2)]
    assert await default_of(world, field("a", sources=sources)) == "ana"


async def test_it_is_the_default_of_whoever_asks(world: World) -> None:
    asked = field("a", sources=[variable("system.user.username")])
    assert await default_of(world, asked, "maria") == "maria"


async def test_it_is_given_in_lists_and_through_every_relation_to_a_field(world: World) -> None:
    child = world.template(field("b", sources=[variable("taskExecution.id")]))
    parent = world.template(field("a", sources=[variable("taskExecution.for_execution_date")]))
    with world.database.write() as tx:
        table = schema.task_templates
        tx.execute(table.update().where(table.c.id == child).values(parent_id=parent))
    world.assignment(parent, interval="FREQ=DAILY;BYHOUR=8,9;BYMINUTE=0;BYSECOND=0", start_date="2026-05-10")
    include = f"{INCLUDE}:key,default_value|children.{INCLUDE}|taskTemplate:title"
    rows = [row for row in await world.day("ana", include=include) if row["parent_id"] is None]
    # One template, several executions: each has its own.
    assert [row["task_template"]["form_fields"][0]["default_value"] for row in rows] == [
        "2026-05-11 08:00:00",
        "2026-05-11 09:00:00",
    ]
    for row in rows:
        (below,) = row["children"]
        assert below["task_template"]["form_fields"][0]["default_value"] == below["id"]


async def test_the_administration_shows_what_was_written(world: World) -> None:
    sources = [variable("system.date")]
    template = world.template(field("a", default="{{system.user.id}}", sources=sources))
    for path in ("templates/fields", f"templates/{template}/fields"):
        (row,) = await world.get("maria", f"/api/administration/tasks-2/{path}")
        assert row["default_value"] == "{{system.user.id}}"
        assert row["default_value_sources"][0]["config"]["variable_key"] == "system.date"
    shown = await world.get(
        "maria", f"/api/administration/tasks-2/templates/{template}", include="formFields:default_value"
    )
    assert shown["form_fields"][0]["default_value"] == "{{system.user.id}}"


async def test_a_list_without_fields_stays_the_same_over_time(world: World) -> None:
    world.assignment(world.template(field("a", "datetime", sources=[variable("system.date")])))
    row = await world.only("ana")
    period = {"period_start": "2026-05-11 00:00:00", "period_end": "2026-05-11 23:59:59"}
    listed = {"params": {**period, "include": "taskTemplate:id,title"}}
    shown = {"params": {"include": INCLUDE}}
    path = f"{EXECUTIONS}/{row['id']}"

    async def tags() -> tuple[str, str]:
        return (
            (await world.ask("ana", "GET", EXECUTIONS, **listed)).headers["etag"],
            (await world.ask("ana", "GET", path, **shown)).headers["etag"],
        )

    first = await tags()
    world.hands.forward(seconds=29)
    assert await tags() == first
    world.hands.forward(minutes=2)
    after = await tags()
    assert (after[0], after[1] == first[1]) == (first[0], False)


async def chained(world: World, *asked: dict[str, Any], source: dict[str, Any]) -> tuple[int, int]:
    """Two linked executions: the first has the field ``source``, the second takes what is ``asked`` from it."""
    before = world.assignment(world.template(source, title="Before"), title="Before")
    taken = [from_field(next(iter(world.fields.values())))]
    after = world.template(*({"sources": taken, **one} for one in asked), title="After")
    assignment = world.assignment(after, title="After")
    link(world, assignment, before)
    rows = {row["task_assignment_id"]: row["id"] for row in await world.day("ana")}
    return rows[before], rows[assignment]


async def test_an_answer_of_the_task_before_is_taken_over(world: World) -> None:
    first, second = await chained(
        world,
        field("text"),
        field("same", "radio", config=OPTIONS),
        field("other", "radio", config={"options": {"a": "Ja"}}),
        field("gone", "radio", config={"options": {"b": "vielleicht"}}),
        field("many", "checkbox", config=OPTIONS),
        field("date", "datetime", config={"type": "date"}),
        source=field("choice", "radio", config=OPTIONS),
    )
    assert set((await defaults(world, second)).values()) == {None}
    await world.done("ana", first, "progress", {"choice": "yes"})
    assert set((await defaults(world, second)).values()) == {None}, "not finished yet"
    await world.done("ana", first, "progress/finish")
    assert await defaults(world, second) == {
        "text": "Ja", "same": "yes", "other": "a", "gone": None, "many": ["yes"], "date": None,
    }  # fmt: skip


async def test_a_moment_changes_its_format_and_people_stay_people(world: World) -> None:
    moment = field("at", "datetime", config={"type": "datetime", "format": "d.m.Y H:i"})
    first, second = await chained(
        world,
        field("date", "datetime", config={"type": "date"}),
        field("time", "datetime", config={"format": "G:i"}),
        field("words"),
        source=moment,
    )
    await world.done("ana", first, "progress/finish", {"at": "12.05.2026 06:30"})
    assert await defaults(world, second) == {"date": "2026-05-12", "time": "6:30", "words": "12.05.2026 06:30"}


async def test_a_person_is_no_department(world: World) -> None:
    first, second = await chained(
        world,
        field("user", "entity_select", config=USER),
        field("users", "entity_select", config={"entity_type": "user", "multiple": True}),
        field("team", "entity_select", config={"entity_type": "department"}),
        field("words"),
        source=field("who", "entity_select", config=USER),
    )
    await world.done("ana", first, "progress/finish", {"who": 2})
    assert await defaults(world, second) == {"user": 2, "users": [2], "team": None, "words": "Ana Test"}


async def test_what_was_answered_further_back_counts_where_the_nearest_has_nothing(world: World) -> None:
    template = world.template(field("note"))
    taken = from_field(world.fields[template, "note"])
    first = world.assignment(template)
    second = world.assignment()
    third = world.assignment(world.template(field("note", default="static", sources=[taken])))
    link(world, third, second)
    link(world, second, first)
    rows = {row["task_assignment_id"]: row["id"] for row in await world.day("ana")}
    await world.done("ana", rows[first], "progress/finish", {"note": "Brot kommt um 6."})
    assert await defaults(world, rows[third]) == {"note": "static"}, "the chain has a gap"
    await world.done("ana", rows[second], "progress/finish")
    assert await defaults(world, rows[third]) == {"note": "Brot kommt um 6."}


async def test_the_same_checklist_takes_over_from_its_last_time(world: World) -> None:
    template = world.template(field("meter"))
    field_id = world.fields[template, "meter"]
    world.add(schema.default_value_sources, {"form_field_id": field_id, "sort_number": 1, **from_field(field_id)})
    world.assignment(template, interval="FREQ=DAILY;BYHOUR=8,9,10;BYMINUTE=0;BYSECOND=0", start_date="2026-05-10")
    first, second, third = [row["id"] for row in await world.day("ana")]
    await world.done("ana", first, "progress/finish", {"meter": "4711"})
    assert [await defaults(world, one) for one in (first, second)] == [{"meter": None}, {"meter": "4711"}]
    world.hands.forward(minutes=5)
    await world.done("ana", second, "progress/finish", {"meter": "4720"})
    assert await defaults(world, third) == {"meter": "4720"}
    assert await defaults(world, second) == {"meter": "4711"}, "not from itself"


async def test_an_answer_is_found_by_its_key_too_even_with_dots_in_it(world: World) -> None:
    def plain(key: str, default: str | None = None) -> dict[str, Any]:
        return field(key, default=default, sources=[])

    first, second = await chained(
        world,
        plain("a", "{{field.1. Prüfung.Öl (°C)}}"),
        plain("b", "{{field.1. Prüfung.Öl (°C).value}} °C"),
        plain("c", "{{field.own.request_value}}"),
        plain("own"),
        source=field("1. Prüfung.Öl (°C)"),
    )
    await world.done("ana", first, "progress/finish", {"1. Prüfung.Öl (°C)": "171.5"})
    assert await defaults(world, second) == {"a": "171.5", "b": "171.5 °C", "c": None, "own": None}
    await world.done("ana", second, "progress", {"own": "mine"})
    assert (await defaults(world, second))["c"] == "mine"


async def test_a_value_of_a_child_task_counts(world: World) -> None:
    parent = world.template(title="Parent")
    child = world.template(field("waste"), parent=parent)
    after = world.template(field("waste", sources=[from_field(world.fields[child, "waste"])]))
    before = world.assignment(parent)
    assignment = world.assignment(after)
    link(world, assignment, before)
    rows = await world.day("ana")
    below = next(row["id"] for row in rows if row["parent_id"] is not None)
    last = next(row["id"] for row in rows if row["task_assignment_id"] == assignment)
    await world.done("ana", below, "progress/finish", {"waste": "12.5"})
    assert await defaults(world, last) == {"waste": "12.5"}
    assert next(row["task_status_id"] for row in await world.day("ana") if row["parent_id"] is None) == "done"


async def test_an_execution_made_by_hand_has_presets_too(world: World) -> None:
    template = world.template(field("at", "datetime", config={}, sources=[variable("system.date")]))
    assignment = world.assignment(template, start_date=None, start_time=None, always_executable=True)
    body = {"task_assignment_id": assignment, "task_template_id": template}
    made = (await world.ask("ana", "POST", EXECUTIONS, json=body)).json()["data"]
    assert await defaults(world, made["id"]) == {"at": "2026-05-11 10:30:00"}


async def test_a_finished_node_shows_its_fields_with_their_defaults(world: World) -> None:
    before = world.assignment(world.template(field("a", default="{{system.user.username}}")))
    after = world.assignment()
    link(world, after, before)
    row = next(one for one in await world.day("ana") if one["task_assignment_id"] == before)
    await world.done("ana", row["id"], "progress/finish")
    path = f"{EXECUTIONS}/{after}/workflow-nodes/previous/1/dispatchable"
    found = await world.get("ben", path, include=INCLUDE)
    assert found["task_template"]["form_fields"][0]["default_value"] == "ben"


async def test_sources_made_in_the_administration_work_at_once(world: World) -> None:
    template = world.template(field("a", default="static"))
    world.assignment(template)
    execution = (await world.only("ana"))["id"]
    assert await defaults(world, execution) == {"a": "static"}
    path = "/api/administration/tasks-2/templates/fields/default-value-sources"
    body = {
        "source_type": "systemVariable",
        "form_field_id": world.fields[template, "a"],
        "config": {"variable_key": "system.user.username", "variable_filter": None},
    }
    made = (await world.ask(ADMIN_TOKEN, "POST", path, json=body)).json()["data"]
    assert await defaults(world, execution) == {"a": "ana"}
    config = {"config": {"variable_key": "taskAssignment.title"}}
    await world.ask(ADMIN_TOKEN, "PUT", f"{path}/{made['id']}", json=config)
    assert await defaults(world, execution) == {"a": "Assignment"}
    await world.ask(ADMIN_TOKEN, "DELETE", f"{path}/{made['id']}")
    assert await defaults(world, execution) == {"a": "static"}


async def test_a_line_stays_one_line(world: World) -> None:
    first, second = await chained(
        world, field("line"), field("lines", "rich-text"), source=field("x", "rich-text")
    )
    await world.done("ana", first, "progress/finish", {"x": "one\r\n\n two\x1dthree "})
    assert await defaults(world, second) == {"line": "one two\x1dthree", "lines": "one\r\n\n two\x1dthree "}
