"""Windows, late and missed, denying, assign modes, points (contract 6.2 to 6.4, gaps 6 to 11)."""

from __future__ import annotations

import asyncio

import pytest

from tests.embedded.world import EXECUTIONS, REQUIRED, World, field
from tui.embedded.intratool import schema

OPTIONS = {"options": {"good": "Good", "fair": "Fair", "bad": "Bad"}, "points": {"good": 2, "fair": 1, "bad": 0}}


async def test_a_worker_sees_a_task_from_its_visibility_on_and_a_supervisor_before(world: World) -> None:
    world.assignment(show_before_interval="PT30M")
    assert await world.day("ana") == []
    row = await world.only("maria", appends="visibility_start_time")
    assert row["visibility_start_time"] == "2026-05-11 11:30:00"
    assert (await world.ask("ana", "GET", f"{EXECUTIONS}/{row['id']}")).status_code == 404
    assert (await world.get("ana", f"{EXECUTIONS}/count")) == {"count": 0}
    world.hands.set("2026-05-11 11:30:00")
    assert [one["id"] for one in await world.day("ana")] == [row["id"]]
    assert (await world.get("ana", f"{EXECUTIONS}/count")) == {"count": 1}


async def test_before_the_executable_window_every_kind_of_work_is_refused(world: World) -> None:
    world.assignment(executable_before_interval="PT1H")
    row = await world.only("ana")
    for what, body in (("progress", {}), ("progress/finish", {}), ("status", {"task_status_id": "done"})):
        said = await world.refused("ana", row["id"], what, body)
        assert "2026-05-11 11:00" in said["message"]
    world.hands.set("2026-05-11 11:00:00")
    assert (await world.done("ana", row["id"], "progress"))["task_status_id"] == "in_progress"


async def test_after_the_window_an_unfinished_task_is_missed_and_stays_closed(world: World) -> None:
    world.assignment(executable_after_interval="PT1H")
    row = await world.only("ana")
    await world.done("ana", row["id"], "progress")
    world.hands.set("2026-05-11 13:00:00")
    assert await world.status("ana", row["id"]) == "in_progress_delayed"
    world.hands.forward(seconds=1)
    assert await world.status("ana", row["id"]) == "missed"
    assert [one["task_status_id"] for one in await world.day("ana")] == ["missed"]
    said = await world.refused("ana", row["id"], "progress/finish")
    assert "2026-05-11 13:00" in said["message"]
    assert (await world.write("ana", row["id"], "deny", {"deny_reason": "late"})).status_code == 422
    assert (await world.get("ana", f"{EXECUTIONS}/count")) == {"count": 0}


async def test_without_an_after_interval_a_task_is_never_missed(world: World) -> None:
    world.assignment()
    row = await world.only("ana")
    world.hands.set("2026-06-30 12:00:00")
    assert await world.status("ana", row["id"]) == "open"
    assert (await world.done("ana", row["id"], "progress/finish"))["task_status_id"] == "done_delayed"


async def test_always_executable_has_no_limits_and_is_never_late(world: World) -> None:
    world.assignment(always_executable=True, executable_before_interval="PT1H", executable_after_interval="PT1H")
    row = await world.only("ana")
    assert (await world.done("ana", row["id"], "progress"))["task_status_id"] == "in_progress"
    world.hands.set("2026-05-13 08:00:00")
    assert await world.status("ana", row["id"]) == "in_progress"
    assert (await world.done("ana", row["id"], "progress/finish"))["task_status_id"] == "done"


async def test_late_begins_after_the_very_second(world: World) -> None:
    world.assignment()
    row = await world.only("ana")
    world.hands.set("2026-05-11 12:00:00")
    assert (await world.done("ana", row["id"], "progress"))["task_status_id"] == "in_progress"
    world.hands.forward(seconds=1)
    assert await world.status("ana", row["id"]) == "in_progress_delayed"
    assert (await world.done("ana", row["id"], "progress"))["task_status_id"] == "in_progress_delayed"


async def test_a_late_finish_needs_a_reason_where_the_policy_says_so(world: World) -> None:
    world.assignment(world.template(field("note", "text", REQUIRED)), delayed_reason_required=True)
    row = await world.only("ana")
    world.hands.set("2026-05-11 12:30:00")
    said = await world.refused("ana", row["id"], "progress/finish", {"delayed_reason": "  "})
    assert set(said["errors"]) == {"delayed_reason", "note"}
    body = {"note": "x", "delayed_reason": "The lift was stuck"}
    data = await world.done("ana", row["id"], "progress/finish", body)
    assert (data["task_status_id"], data["delayed_reason"]) == ("done_delayed", "The lift was stuck")


async def test_in_time_no_reason_is_asked_and_none_is_kept(world: World) -> None:
    world.assignment(delayed_reason_required=True)
    row = await world.only("ana")
    data = await world.done("ana", row["id"], "progress/finish", {"delayed_reason": "not late at all"})
    assert (data["task_status_id"], data["delayed_reason"]) == ("done", None)


async def test_deny_needs_a_reason_unless_the_policy_says_otherwise(world: World) -> None:
    world.assignment(deny_reason_required=True)
    row = await world.only("ana")
    said = await world.refused("ana", row["id"], "deny")
    assert list(said["errors"]) == ["deny_reason"]
    data = await world.done("ana", row["id"], "deny", {"deny_reason": "Equipment unavailable"})
    assert (data["task_status_id"], data["deny_reason"]) == ("denied", "Equipment unavailable")
    assert data["last_activity_user_id"] == world.id_of("ana")
    assert (await world.write("ana", row["id"], "progress", {})).status_code == 422


async def test_deny_without_a_reason_where_none_is_needed(world: World) -> None:
    world.assignment(deny_reason_required=False)
    row = await world.only("ana")
    assert (await world.done("ana", row["id"], "deny"))["deny_reason"] is None


async def test_deny_can_be_forbidden(world: World) -> None:
    world.assignment(deny_allowed=False)
    row = await world.only("ana")
    await world.refused("ana", row["id"], "deny", {"deny_reason": "no"})
    await world.refused("maria", row["id"], "status", {"task_status_id": "denied"})
    assert await world.status("ana", row["id"]) == "open"


async def test_mode_all_gives_every_target_its_own(world: World) -> None:
    world.assignment(assign_mode="all", departments=(1, 2), users=("ana", "cem"))
    rows = await world.day("maria")
    assert sorted((row["department_id"] or 0, row["user_id"] or 0) for row in rows) == sorted(
        [(1, 0), (2, 0), (0, world.id_of("ana")), (0, world.id_of("cem"))]
    )
    assert {row["user_id"] for row in await world.day("ana")} == {None, world.id_of("ana")}
    assert {row["department_id"] for row in await world.day("ben")} == {1}
    other = next(row for row in rows if row["user_id"] == world.id_of("cem"))
    assert (await world.write("ana", other["id"], "progress", {})).status_code == 404


async def test_any_of_is_shared_and_anybody_may_go_on(world: World) -> None:
    world.assignment(assign_mode="any_of", departments=(1, 2))
    row = await world.only("ana")
    assert (row["department_id"], row["user_id"]) == (None, None)
    await world.done("ana", row["id"], "progress")
    data = await world.done("cem", row["id"], "progress/finish")
    assert (data["task_status_id"], data["department_id"]) == ("done", None)


async def test_one_of_belongs_to_the_department_that_starts(world: World) -> None:
    world.assignment(assign_mode="one_of", departments=(1, 2))
    row = await world.only("cem")
    data = await world.done("ana", row["id"], "progress")
    assert data["department_id"] == 1
    said = await world.refused("cem", row["id"], "progress/finish")
    assert "one" in said["message"]
    assert (await world.done("ben", row["id"], "progress/finish"))["task_status_id"] == "done"


async def test_one_of_user_belongs_to_the_person_who_starts(world: World) -> None:
    world.assignment(assign_mode="one_of_user", departments=(1,))
    row = await world.only("ben")
    assert (await world.done("ana", row["id"], "progress"))["user_id"] == world.id_of("ana")
    said = await world.refused("ben", row["id"], "progress")
    assert "Ana Test" in said["message"]
    assert (await world.done("maria", row["id"], "progress"))["user_id"] == world.id_of("ana")
    assert (await world.done("ana", row["id"], "progress/finish"))["task_status_id"] == "done"


async def test_any_of_user_is_shared_by_the_people(world: World) -> None:
    world.assignment(assign_mode="any_of_user", departments=(1,))
    row = await world.only("ben")
    assert (await world.done("ana", row["id"], "progress"))["user_id"] is None
    assert (await world.done("ben", row["id"], "progress/finish"))["task_status_id"] == "done"


async def test_points_come_from_the_chosen_options(world: World) -> None:
    world.assignment(
        world.template(field("state", "radio", config=OPTIONS), field("extras", "checkbox", config=OPTIONS))
    )
    row = await world.only("ana")
    assert (row["achieved_points"], row["max_points"]) == (0, 5)
    data = await world.done("ana", row["id"], "progress", {"state": "good", "extras": ["fair", "bad"]})
    assert data["achieved_points"] == 3
    data = await world.done("ana", row["id"], "progress", {"state": "bad"})
    assert data["achieved_points"] == 1
    assert (await world.done("ana", row["id"], "progress/finish", {"extras": None}))["achieved_points"] == 0


async def test_reset_keeps_answers_and_clears_reasons_points_and_end(world: World) -> None:
    world.assignment(
        world.template(field("state", "radio", REQUIRED, config=OPTIONS)), executable_after_interval="PT1H"
    )
    row = await world.only("ana")
    world.hands.set("2026-05-11 12:10:00")
    await world.done("ana", row["id"], "progress/finish", {"state": "good", "delayed_reason": "queue"})
    data = await world.done("maria", row["id"], "reset")
    assert (data["task_status_id"], data["delayed_reason"], data["ended_at"]) == (
        "in_progress_delayed",
        None,
        None,
    )
    assert data["achieved_points"] == 0
    whole = await world.get("ana", f"{EXECUTIONS}/{row['id']}", include="taskProgressFields")
    assert [one["request_value"] for one in whole["task_progress_fields"]] == ["good"]
    world.hands.set("2026-05-12 12:00:00")
    assert (await world.done("ana", row["id"], "progress/finish"))["achieved_points"] == 2


async def test_reset_before_its_moment_is_plainly_in_progress(world: World) -> None:
    world.assignment(deny_reason_required=False)
    row = await world.only("ana")
    await world.done("ana", row["id"], "deny")
    data = await world.done("ana", row["id"], "reset")
    assert (data["id"], data["task_status_id"], data["deny_reason"]) == (row["id"], "in_progress", None)


async def test_a_missed_task_can_be_opened_again(world: World) -> None:
    world.assignment(executable_after_interval="PT1H")
    row = await world.only("ana")
    world.hands.set("2026-05-11 15:00:00")
    assert await world.status("ana", row["id"]) == "missed"
    assert (await world.done("maria", row["id"], "status", {"task_status_id": "open"}))["task_status_id"] == "open"
    assert (await world.done("ana", row["id"], "progress/finish"))["task_status_id"] == "done_delayed"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("in_progress", "in_progress"),
        ("in_progress_delayed", "in_progress"),
        ("missed", "missed"),
        ("open", "open"),
    ],
)
async def test_status_takes_the_plain_state_and_decides_about_late_itself(
    world: World, wanted: str, expected: str
) -> None:
    world.assignment()
    row = await world.only("ana")
    data = await world.done("maria", row["id"], "status", {"task_status_id": wanted})
    assert (data["id"], data["task_status_id"]) == (row["id"], expected)


async def test_status_done_only_without_fields(world: World) -> None:
    world.assignment(world.template(field("note")))
    row = await world.only("ana")
    said = await world.refused("ana", row["id"], "status", {"task_status_id": "done"})
    assert list(said["errors"]) == ["task_status_id"]


async def test_status_done_of_a_task_without_fields(world: World) -> None:
    world.assignment(world.template(field("intro", "description")), delayed_reason_required=True)
    row = await world.only("ana")
    world.hands.set("2026-05-11 12:10:00")
    said = await world.refused("ana", row["id"], "status", {"task_status_id": "done"})
    assert list(said["errors"]) == ["delayed_reason"]
    body = {"task_status_id": "done", "delayed_reason": "queue"}
    assert (await world.done("ana", row["id"], "status", body))["task_status_id"] == "done_delayed"


async def test_status_must_be_a_known_word(world: World) -> None:
    world.assignment()
    row = await world.only("ana")
    for body in ({}, {"task_status_id": "finished"}, {"task_status_id": 7}):
        assert list((await world.refused("ana", row["id"], "status", body))["errors"]) == ["task_status_id"]


async def test_a_parent_without_fields_is_done_when_its_children_are(world: World) -> None:
    parent = world.template(title="Parent")
    world.template(field("a", "text", REQUIRED), title="Child 1", parent=parent)
    world.template(title="Child 2", parent=parent)
    world.assignment(parent)
    rows = await world.day("ana", include="taskTemplate:title|children:id")
    top = next(row for row in rows if row["parent_id"] is None)
    children = [row for row in rows if row["parent_id"] == top["id"]]
    assert [row["task_template"]["title"] for row in children] == ["Child 1", "Child 2"]
    assert top["children"] == [{"id": row["id"]} for row in children]
    await world.done("ana", children[1]["id"], "progress/finish")
    assert await world.status("ana", top["id"]) == "open"
    await world.done("ana", children[0]["id"], "progress/finish", {"a": "x"})
    assert await world.status("ana", top["id"]) == "done"


async def test_the_words_of_a_refusal_follow_the_language(world: World) -> None:
    world.assignment(deny_reason_required=True)
    row = await world.only("ana")
    german = await world.write("ana", row["id"], "deny", headers={"Accept-Language": "de-DE,de;q=0.9"})
    english = await world.write("ana", row["id"], "deny")
    assert german.json()["message"] == "Zum Ablehnen dieser Aufgabe ist ein Grund nötig."
    assert english.json()["message"] == "A reason is required to deny this task."


async def test_when_two_start_at_once_one_owns_it(world: World) -> None:
    world.assignment(assign_mode="one_of", departments=(1, 2))
    row = await world.only("ana")
    answers = await asyncio.gather(*(world.write(who, row["id"], "progress") for who in ("ana", "cem") * 4))
    codes = {who: {one.status_code for one in answers[place::2]} for place, who in enumerate(("ana", "cem"))}
    assert sorted(code for found in codes.values() for code in found) == [200, 422]


async def test_one_key_sent_eight_times_at_once_has_one_effect(world: World) -> None:
    assignment = world.assignment(deny_reason_required=False)
    template = (await world.only("ana"))["task_template_id"]
    body = {"task_assignment_id": assignment, "task_template_id": template}
    key = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(world.ask("ana", "POST", EXECUTIONS, json=body, headers=key) for _ in range(8))
    )
    assert {one.status_code for one in answers} <= {200, 409}
    assert len({one.json()["data"]["id"] for one in answers if one.status_code == 200}) == 1
    assert len(await world.get("ana", EXECUTIONS)) == 2


async def test_answers_of_many_at_once_are_all_kept(world: World) -> None:
    keys = [f"f{number}" for number in range(12)]
    world.assignment(world.template(*(field(key) for key in keys)))
    row = await world.only("ana")
    answers = await asyncio.gather(*(world.write("ana", row["id"], "progress", {key: key}) for key in keys))
    assert {one.status_code for one in answers} == {200}
    shown = await world.get("ana", f"{EXECUTIONS}/{row['id']}", include="taskProgressFields")
    assert sorted(one["request_value"] for one in shown["task_progress_fields"]) == sorted(keys)


async def test_a_deleted_assignment_leaves_its_executions_readable(world: World) -> None:
    assignment = world.assignment(interval="FREQ=DAILY")
    row = await world.only("ana")
    with world.database.write() as tx:
        tx.execute(schema.task_assignments.update().values(deleted_at="2026-05-11 10:00:00"))
    assert [one["id"] for one in await world.day("ana")] == [row["id"]]
    assert await world.day("ana", "2026-05-12") == []
    shown = await world.get("ana", f"{EXECUTIONS}/{row['id']}", include="taskAssignment")
    assert (shown["task_assignment_id"], shown["task_assignment"]) == (assignment, None)
