"""Servers that refuse relations: the rest still works, and it is asked for only once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.stub import (
    ALL,
    DAY,
    NOW,
    Answers,
    Asked,
    Said,
    Shelf,
    Stub,
    key,
    on,
    request,
    system,
    without_includes,
)
from tui.model.action import Verdict
from tui.model.errors import NotFound, ServerFault, Unreachable

LIST = "GET /api/tasks-2/executions"
SHOW = "GET /api/tasks-2/executions/812"
ADMIN = "GET /api/administration/tasks-2"
TITLED: dict[str, dict[str, Any]] = {"task_template": {"id": 203, "title": "Safety Checklist"}}
ROW = {"id": 812, "task_assignment_id": 558, "task_template_id": 203, "task_status_id": "open"}
FIELD = {"id": 1, "key": "temp", "name": "Temperature", "form_field_type_id": "text"}


def relations(asked: Asked) -> str:
    return asked.query.partition("include=")[2].replace("%7C", "|")


def titles(asked: Asked) -> Said | None:
    if asked.line != LIST:
        return None
    return Said(200, [{**ROW, **(TITLED if "taskTemplate" in asked.query else {})}])


@pytest.mark.parametrize("status", [404, 422, 500])
async def test_a_refused_relation_of_the_list_is_dropped_for_the_session(status: int) -> None:
    stub = Stub(without_includes(status, "lastActivityUser"), titles)
    client = system(stub)
    listing = await client.list(DAY, ALL)
    assert listing.rows is not None
    assert listing.rows[0].title == "Safety Checklist"
    before = len([asked for asked in stub.asked if asked.line == LIST])
    await client.list(DAY, ALL)
    again = [asked for asked in stub.asked if asked.line == LIST][before:]
    assert [relations(asked) for asked in again] == ["taskTemplate:id,title|taskAssignment:id,title"]


async def test_a_relation_the_server_has_a_fault_with_is_asked_for_again_after_a_while() -> None:
    moments = [NOW]
    stub = Stub(without_includes(500, "taskTemplate"), titles)
    client = system(stub, clock=lambda: moments[-1])

    async def title() -> str:
        listing = await client.list(DAY, ALL)
        assert listing.rows is not None
        return listing.rows[0].title

    assert await title() == "Task 203"
    stub.answers.pop(0)
    moments.append(NOW + timedelta(minutes=4))
    assert await title() == "Task 203", "not at every interval"
    moments.append(NOW + timedelta(minutes=5))
    assert await title() == "Safety Checklist"


async def test_finding_the_refused_relation_does_not_load_the_list_again_and_again() -> None:
    stub = Stub(without_includes(422, "taskAssignment"), titles)
    await system(stub).list(DAY, ALL)
    asked = [one for one in stub.asked if one.line == LIST]
    assert [("limit=1" in one.query) for one in asked] == [False, False, True, True, True, False]


async def test_titles_come_from_the_administration_when_the_list_may_not_hold_them() -> None:
    stub = Stub(
        without_includes(422, "taskTemplate", "taskAssignment", "lastActivityUser"),
        on(LIST, Said(200, [{**ROW, "last_activity_user_id": 4}])),
        on(f"{ADMIN}/templates", Said(200, [{"id": 203, "title": "Safety Checklist"}])),
        on(f"{ADMIN}/assignments", Said(200, [{"id": 558, "title": "Morning Shift", "task_template_id": 203}])),
        on("GET /api/users", Said(200, [{"id": 4, "first_name": "Ada", "last_name": "Lovelace"}])),
    )
    client = system(stub)
    listing = await client.list(DAY, ALL)
    assert listing.rows is not None
    row = listing.rows[0]
    assert (row.title, row.place, row.actor) == ("Safety Checklist", "Morning Shift", "Ada Lovelace")
    await client.list(DAY, ALL)
    assert stub.lines.count(f"{ADMIN}/templates") == 1


async def test_without_any_names_a_row_is_still_told_apart() -> None:
    client = system(Stub(without_includes(404, "task", "last"), titles))
    listing = await client.list(DAY, ALL)
    assert listing.rows is not None
    assert (listing.rows[0].title, listing.rows[0].place) == ("Task 203", "")


async def test_a_server_that_is_ill_is_not_blamed_on_relations() -> None:
    stub = Stub(on(LIST, Said(500, {})))
    client = system(stub)
    with pytest.raises(ServerFault):
        await client.list(DAY, ALL)
    stub.answers.insert(0, titles)
    listing = await client.list(DAY, ALL)
    assert listing.rows is not None
    assert listing.rows[0].title == "Safety Checklist"


async def test_a_record_that_does_not_exist_is_not_blamed_on_relations() -> None:
    client = system(Stub())
    with pytest.raises(NotFound):
        await client.show(key("999"))


def record(**more: Any) -> Answers:
    """The record, with the relations that were asked for."""
    held: dict[str, dict[str, Any]] = {
        "taskTemplate.formFields": {"task_template": {**TITLED["task_template"], "form_fields": [FIELD]}},
        "taskTemplate": TITLED,
        "taskProgressFields": {
            "task_progress_fields": [{"form_field_id": 1, "request_value": "4.5", "value": "4.5"}]
        },
        "taskAssignment": {"task_assignment": {"id": 558, "title": "Morning Shift"}},
    }

    def answer(asked: Asked) -> Said | None:
        if asked.line != SHOW:
            return None
        found: dict[str, Any] = {**ROW, **more}
        names = relations(asked).split("|")
        for name, part in held.items():
            if any(one == name or (name != "taskTemplate" and one.startswith(name)) for one in names):
                found = {**part, **found}
        return Said(200, found)

    return answer


async def test_questions_that_come_with_the_record_need_no_word() -> None:
    shelf = Shelf()
    shown = await system(Stub(record()), cache=shelf).show(key())
    assert [field.key for field in shown.fields] == ["temp"]
    assert shown.answers["temp"].value == "4.5"
    assert shown.fields_from is None
    assert list(shelf.bundles) == ["203"]


async def test_refused_questions_come_from_the_administration() -> None:
    stub = Stub(
        without_includes(500, "formFields"), record(), on(f"{ADMIN}/templates/203/fields", Said(200, [FIELD]))
    )
    shown = await system(stub).show(key())
    assert [field.key for field in shown.fields] == ["temp"]
    assert shown.execution.title == "Safety Checklist"
    assert shown.fields_from is not None
    assert "administration" in shown.fields_from.english()
    assert shown.answers["temp"].value == "4.5"


async def test_else_from_the_list_of_all_forms() -> None:
    theirs = [
        {**FIELD, "form_type": "taskTemplate", "form_id": 203},
        {**FIELD, "key": "other", "form_type": "taskTemplate", "form_id": 204},
        {**FIELD, "key": "form", "form_type": "form", "form_id": 203},
    ]
    stub = Stub(
        without_includes(422, "formFields"),
        record(),
        on(f"{ADMIN}/templates/203/fields", Said(403, {})),
        on(f"{ADMIN}/templates/fields", Said(403, {})),
        on("GET /api/forms/fields", Said(200, theirs)),
    )
    shown = await system(stub).show(key())
    assert [field.key for field in shown.fields] == ["temp"]
    assert shown.fields_from is not None
    assert "list of all forms" in shown.fields_from.english()


async def test_else_from_this_computer() -> None:
    shelf = Shelf()
    await system(Stub(record()), cache=shelf).show(key())
    stub = Stub(without_includes(422, "formFields"), record())
    shown = await system(stub, cache=shelf).show(key())
    assert [field.key for field in shown.fields] == ["temp"]
    assert shown.fields_from is not None
    assert "this computer" in shown.fields_from.english()


async def test_a_spoilt_bundle_of_this_computer_is_as_good_as_none() -> None:
    shelf = Shelf()
    shelf.bundles["203"] = b"{cut"
    shown = await system(Stub(without_includes(422, "formFields"), record()), cache=shelf).show(key())
    assert shown.fields_from is not None
    assert "does not show you the questions" in shown.fields_from.english()


async def test_without_questions_the_answers_are_shown_and_cannot_be_changed() -> None:
    stub = Stub(without_includes(422, "formFields"), record())
    shown = await system(stub).show(key())
    assert [(field.key, field.read_only) for field in shown.fields] == [("field-1", True)]
    assert shown.answers["field-1"].text == "4.5"


async def test_without_answers_it_says_so_and_does_not_guess_what_arrived() -> None:
    stub = Stub(without_includes(404, "taskProgressFields"), record())
    client = system(stub)
    shown = await client.show(key())
    assert shown.answers == {}
    assert "The server does not show you the answers given so far." in [one.english() for one in shown.policies]
    back = await client.reconcile(request("progress", {"temp": "4.5"}))
    assert back.verdict is Verdict.UNKNOWN


async def test_the_rules_come_from_the_administration_when_the_record_may_not_hold_them() -> None:
    rules = {"id": 558, "title": "Morning Shift", "deny_allowed": False}
    stub = Stub(
        without_includes(422, "taskAssignment"), record(), on(f"{ADMIN}/assignments/558", Said(200, rules))
    )
    client = system(stub)
    deny = (await client.show(key())).action("deny")
    await client.show(key())
    assert deny is not None
    assert deny.why_not is not None
    assert stub.lines.count(f"{ADMIN}/assignments/558") == 1


async def test_a_refused_administration_is_not_asked_again_at_every_record() -> None:
    stub = Stub(without_includes(422, "formFields"), record())
    client = system(stub)
    await client.show(key())
    await client.show(key())
    assert stub.lines.count("GET /api/forms/fields") == 1


async def test_a_lost_line_while_probing_is_reported_and_nothing_is_dropped() -> None:
    stub = Stub(on(SHOW, Said(500, {}), Said(503, {})))
    with pytest.raises((ServerFault, Unreachable)):
        await system(stub).show(key())
    stub.answers.insert(0, record())
    shown = await system(stub).show(key())
    assert shown.fields_from is None


async def test_presets_of_one_record_are_not_kept_for_the_next() -> None:
    shelf = Shelf()
    asked = {**FIELD, "default_value": "10:30"}
    held = {"task_template": {**TITLED["task_template"], "form_fields": [asked]}}
    shown = await system(Stub(on(SHOW, Said(200, {**ROW, **held}))), cache=shelf).show(key())
    assert shown.fields[0].default == "10:30"
    assert b"10:30" not in shelf.bundles["203"]
    stub = Stub(
        without_includes(422, "formFields"), record(), on(f"{ADMIN}/templates/203/fields", Said(200, [asked]))
    )
    await system(stub, cache=shelf).show(key())
    assert b"10:30" in shelf.bundles["203"], "what the administration writes holds for all"


async def test_a_fault_with_the_answers_is_a_fault_and_no_record_without_answers() -> None:
    progress = [{"form_field_id": 1, "value": "4", "form_field": FIELD}]
    faulty = [without_includes(500, "taskProgressFields")]

    def answer(asked: Asked) -> Said | None:
        if asked.line != SHOW:
            return None
        if faulty and (said := faulty[0](asked)) is not None:
            return said
        more = {"task_progress_fields": progress} if "taskProgressFields" in asked.query else {}
        return Said(200, {**ROW, **more, "task_template": {"id": 203, "form_fields": [FIELD]}})

    client = system(Stub(answer))
    for _ in range(2):
        with pytest.raises(ServerFault):
            await client.show(key())
    faulty.clear()
    assert (await client.show(key())).answers["temp"].value == "4"
