"""Answers: types, validations, notes, clearing (contract sections 3, 4; gaps 12, 13)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded.world import EXECUTIONS, REQUIRED, World, field

OPTIONS = {"options": {"yes": "Ja", "no": "Nein"}}
FIELDS = {
    "line": field("line"),
    "long": field("long", "rich-text"),
    "one": field("one", "radio", config=OPTIONS),
    "pick": field("pick", "select", config=OPTIONS),
    "many": field("many", "checkbox", config=OPTIONS),
    "day": field("day", "datetime", config={"type": "date", "format": "Y-m-d"}),
    "clock": field("clock", "datetime", config={"type": "time", "format": "H:i"}),
    "both": field("both", "datetime", config={"type": "datetime", "format": "Y-m-d H:i:s"}),
    "mail": field("mail", "text", ("email", {})),
    "phone": field("phone", "text", ("phone", {"default_country_code": "DE"})),
    "url": field("url", "text", ("url", {})),
    "number": field("number", "text", ("number", {"type": "numeric"}), ("minmax", {"min": -2, "max": 8})),
    "whole": field("whole", "text", ("number", {"type": "integer"}), ("minmax", {"min": 0})),
    "stamp": field("stamp", "text", ("datetime", {"format": "d.m.Y"})),
    "user": field("user", "entity_select", config={"entity_type": "user", "multiple": False}),
    "team": field("team", "entity_select", config={"entity_type": "department", "multiple": True}),
    "photo": field("photo", "file-upload"),
    "odd": field("odd", "signature_pad"),
}


async def task(world: World, *fields: dict[str, Any]) -> int:
    world.assignment(world.template(*fields))
    return int((await world.only("ana"))["id"])


async def stored(world: World, execution: int) -> dict[str, dict[str, Any]]:
    row = await world.get("ana", f"{EXECUTIONS}/{execution}", include="taskProgressFields.formField:key")
    return {one["form_field"]["key"]: one for one in row["task_progress_fields"]}


@pytest.mark.parametrize(
    ("key", "sent", "readable"),
    [
        ("line", "batch 7", "batch 7"),
        ("line", 4.5, "4.5"),
        ("long", "<b>two</b>\nlines", "<b>two</b>\nlines"),
        ("one", "no", "Nein"),
        ("pick", "yes", "Ja"),
        ("many", ["yes", "no"], "Ja, Nein"),
        ("day", "2026-05-11", "2026-05-11"),
        ("clock", "07:05", "07:05"),
        ("both", "2026-05-11 07:05:00", "2026-05-11 07:05:00"),
        ("mail", "a.b@example.org", "a.b@example.org"),
        ("phone", "+49 40 555-01", "+49 40 555-01"),
        ("url", "https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("number", "-1.5", "-1.5"),
        ("number", 8, "8"),
        ("whole", "120", "120"),
        ("stamp", "11.05.2026", "11.05.2026"),
        ("user", 2, "Ana Test"),
        ("team", [1, 2], "one, two"),
        ("odd", {"strokes": 3}, '{"strokes":3}'),
    ],
)
async def test_good_answers_are_stored_as_sent_beside_their_words(
    world: World, key: str, sent: Any, readable: str
) -> None:
    execution = await task(world, FIELDS[key])
    await world.done("ana", execution, "progress", {key: sent})
    answer = (await stored(world, execution))[key]
    assert (answer["request_value"], answer["value"]) == (sent, readable)
    assert answer["task_id"] == execution


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("line", {"a": 1}),
        ("line", True),
        ("one", "maybe"),
        ("one", ["yes"]),
        ("many", "yes"),
        ("many", ["yes", "maybe"]),
        ("day", "11.05.2026"),
        ("day", "2026-02-30"),
        ("clock", "7:05"),
        ("clock", "25:00"),
        ("both", "2026-05-11"),
        ("mail", "a@b@c"),
        ("mail", "a@.de"),
        ("mail", "a b@example.org"),
        ("phone", "call me"),
        ("phone", "12"),
        ("url", "example.org"),
        ("number", "4,5"),
        ("number", "8.01"),
        ("number", "-2.5"),
        ("number", "NaN"),
        ("whole", "1.5"),
        ("whole", "-1"),
        ("stamp", "2026-05-11"),
        ("user", 999),
        ("user", [2]),
        ("user", "ana"),
        ("team", [1, 999]),
        ("photo", "gauge.png"),
    ],
)
async def test_bad_answers_are_refused_on_progress_already(world: World, key: str, sent: Any) -> None:
    execution = await task(world, FIELDS[key])
    said = await world.refused("ana", execution, "progress", {key: sent})
    assert list(said["errors"]) == [key]
    assert await stored(world, execution) == {}
    assert await world.status("ana", execution) == "open"


async def test_progress_allows_what_finish_refuses(world: World) -> None:
    execution = await task(world, field("a", "text", REQUIRED), field("b", "checkbox", REQUIRED, config=OPTIONS))
    await world.done("ana", execution, "progress", {"b": []})
    said = await world.refused("ana", execution, "progress/finish", {"a": "x"})
    assert list(said["errors"]) == ["b"]
    # Nothing of a refused finish is stored.
    assert "a" not in await stored(world, execution)
    await world.done("ana", execution, "progress/finish", {"a": "x", "b": ["no"]})


async def test_an_empty_text_is_no_answer(world: World) -> None:
    execution = await task(world, field("a", "text", REQUIRED))
    await world.done("ana", execution, "progress", {"a": "x"})
    said = await world.refused("ana", execution, "progress/finish", {"a": ""})
    assert said["errors"]["a"] == ["The A field is required."]


async def test_a_disabled_field_takes_nothing_and_is_never_missing(world: World) -> None:
    execution = await task(world, field("a", "text", REQUIRED, disabled=True))
    await world.done("ana", execution, "progress/finish", {"a": "changed"})
    assert await stored(world, execution) == {}


async def test_a_hidden_field_takes_its_value(world: World) -> None:
    execution = await task(world, field("a", "text", hidden=True))
    await world.done("ana", execution, "progress", {"a": "M-0417"})
    assert (await stored(world, execution))["a"]["request_value"] == "M-0417"


async def test_a_description_never_has_a_value(world: World) -> None:
    execution = await task(world, field("a", "description"))
    await world.done("ana", execution, "progress/finish", {"a": "text"})
    assert await stored(world, execution) == {}


async def test_a_note_lives_beside_the_answer(world: World) -> None:
    execution = await task(world, field("a"), field("b"))
    await world.done("ana", execution, "progress", {"a_additional_information": "later"})
    assert (await stored(world, execution))["a"]["value"] == "--"
    await world.done("ana", execution, "progress", {"a": "x"})
    answer = (await stored(world, execution))["a"]
    assert (answer["request_value"], answer["additional_information"]) == ("x", "later")
    await world.done("ana", execution, "progress", {"a_additional_information": None})
    answer = (await stored(world, execution))["a"]
    assert (answer["request_value"], answer["additional_information"]) == ("x", None)
    said = await world.refused("ana", execution, "progress", {"b_additional_information": 5})
    assert list(said["errors"]) == ["b_additional_information"]


async def test_two_people_fill_different_fields(world: World) -> None:
    execution = await task(world, field("a"), field("b"))
    await world.done("ana", execution, "progress", {"a": "1"})
    await world.done("ben", execution, "progress", {"b": "2"})
    assert {key: one["value"] for key, one in (await stored(world, execution)).items()} == {"a": "1", "b": "2"}
    row = await world.get("ana", f"{EXECUTIONS}/{execution}", include="lastActivityUser:username")
    assert row["last_activity_user"] == {"username": "ben"}


async def test_a_refusal_names_the_field_in_words(world: World) -> None:
    execution = await task(world, FIELDS["number"])
    said = await world.refused("ana", execution, "progress", {"number": "12"})
    assert said["errors"] == {"number": ["The Number field must be between -2 and 8."]}
    assert said["message"] == "The Number field must be between -2 and 8."
