"""What may be done when, and why not; the rules of an assignment in words; wall time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.stub import NOW, ZONE
from tui.api.intratool.actions import Situation, actions_of, create_action
from tui.api.intratool.policies import policies_of
from tui.api.intratool.records import Assignment
from tui.api.intratool.states import STATES, family, status_of
from tui.api.times import WallTime
from tui.model.action import Action, Delivery, Risk, Slot
from tui.model.execution import Execution, Key
from tui.model.field import Choice, Field
from tui.model.status import Phase

WALL = WallTime(ZONE)
QUESTION = Field(key="temp", label="Temperature", kind="number")
HOUR = timedelta(hours=1)


def actions(
    status: str = "open",
    *,
    due: datetime | None = NOW + HOUR,
    touched: datetime | None = None,
    fields: tuple[Field, ...] = (QUESTION,),
    forbidden: frozenset[str] = frozenset(),
    rules: dict[str, Any] | None = None,
) -> dict[str, Action]:
    execution = Execution(key=Key("p", "intratool", "1"), status=status_of(status), due=due, touched=touched)
    assignment = None if rules is None else Assignment.model_validate({"id": 1, **rules})
    here = Situation(execution, assignment, fields, NOW, WALL, forbidden)
    return {action.id: action for action in actions_of(here)}


def why(action: Action) -> str:
    return action.why_not.english() if action.why_not is not None else ""


def test_the_slots_risks_and_deliveries_are_declared_once() -> None:
    found = actions()
    assert {name: (one.slot, one.risk, one.delivery, one.takes_answers) for name, one in found.items()} == {
        "progress": (Slot.SAVE, Risk.PLAIN, Delivery.QUEUED, True),
        "finish": (Slot.FINISH, Risk.PLAIN, Delivery.QUEUED, True),
        "deny": (Slot.DENY, Risk.CONFIRM, Delivery.QUEUED, False),
        "reset": (Slot.RESET, Risk.TYPED, Delivery.ONLINE, False),
        "status": (Slot.STATUS, Risk.CONFIRM, Delivery.ONLINE, False),
    }
    assert found["reset"].loses is not None


@pytest.mark.parametrize(
    ("status", "work", "reset"),
    [
        ("open", "", "It has not been started; there is nothing to reset."),
        ("in_progress", "", "It is started and not finished; there is nothing to reset."),
        ("in_progress_delayed", "", "It is started and not finished; there is nothing to reset."),
        ("done", "It is finished; only a reset opens it again.", ""),
        ("done_delayed", "It is finished; only a reset opens it again.", ""),
        ("denied", "It was denied; only a reset opens it again.", ""),
        ("missed", "It was missed; the time to do it has passed.", ""),
        ("paused", "", ""),
    ],
)
def test_a_closed_task_says_why_nothing_can_be_done(status: str, work: str, reset: str) -> None:
    found = actions(status)
    assert [why(found[name]) for name in ("progress", "finish", "deny")] == [work] * 3
    assert why(found["reset"]) == reset
    assert found["status"].enabled


def test_before_and_after_its_window_it_says_when() -> None:
    rules = {"executable_before_interval": "PT30M", "executable_after_interval": "PT2H"}
    assert why(actions(rules=rules)["finish"]) == "It may be started from 09:00 on."
    assert actions(due=NOW + timedelta(minutes=30), rules=rules)["finish"].enabled
    past = NOW - 3 * HOUR
    assert why(actions(due=past, rules=rules)["finish"]) == "It could be done until 07:30."
    yesterday = why(actions(due=NOW - 24 * HOUR, rules=rules)["finish"])
    assert yesterday == "It could be done until 2026-05-10 10:30."
    assert actions("in_progress_delayed", due=past, rules=rules)["finish"].enabled
    assert actions(due=past, touched=NOW, rules=rules)["finish"].enabled
    assert actions(due=past, rules={**rules, "always_executable": True})["finish"].enabled
    assert actions(due=None, rules=rules)["finish"].enabled
    assert actions(due=past)["finish"].enabled


def test_a_reason_is_asked_for_when_it_is_late() -> None:
    late = NOW - HOUR
    assert actions()["finish"].inputs == ()
    (free,) = actions(due=late, rules={})["finish"].inputs
    (demanded,) = actions(due=late, rules={"delayed_reason_required": True})["finish"].inputs
    (by_server,) = actions("in_progress_delayed", rules={"delayed_reason_required": 1})["finish"].inputs
    assert (free.key, free.required) == ("delayed_reason", False)
    assert demanded.required
    assert by_server.required
    assert actions(due=late, rules={"always_executable": True})["finish"].inputs == ()


def test_what_becomes_of_it_is_declared_where_it_is_always_the_same() -> None:
    found = actions()
    words = {name: found[name].becomes.english() for name in found if found[name].becomes is not None}  # type: ignore[union-attr]
    assert words == {"deny": "Denied", "reset": "Started"}


def test_denying_follows_the_policy() -> None:
    (reason,) = actions(rules={})["deny"].inputs
    (demanded,) = actions(rules={"deny_reason_required": "1"})["deny"].inputs
    assert (reason.key, reason.required, demanded.required) == ("deny_reason", False, True)
    forbidden = actions(rules={"deny_allowed": False})
    assert why(forbidden["deny"]) == "This task may not be denied."
    assert forbidden["finish"].enabled


def test_a_status_is_chosen_among_those_that_may_be_sent() -> None:
    def offered(status: str, fields: tuple[Field, ...]) -> list[str]:
        (choice,) = actions(status, fields=fields)["status"].inputs
        return [one.value for one in choice.choices]

    assert offered("open", (QUESTION,)) == ["in_progress", "denied", "missed"]
    assert offered("in_progress_delayed", ()) == ["open", "done", "denied", "missed"]
    for status in ("open", "in_progress_delayed", "missed"):
        (choice,) = actions(status)["status"].inputs
        numbers = {one.value: one.number for one in choice.choices}
        assert numbers.get("denied") == "4", "a state has the same number in every such question"
        assert "5" not in numbers.values() or numbers["missed"] == "5"
    heading = Field(key="h", label="Read this", kind="description")
    assert "done" in offered("open", (heading,))
    for required, there in (("1", False), ("0", True)):
        (choice,) = actions(rules={"deny_reason_required": required})["status"].inputs
        values = [one.value for one in choice.choices]
        assert ("denied" in values) is there, "its reason has no place in this request"


def test_what_the_server_forbade_is_said() -> None:
    assert why(actions("done", forbidden=frozenset({"reset"}))["reset"]) == "The server did not allow you this."


def test_a_new_execution_is_never_repeated_blindly() -> None:
    parent = Execution(key=Key("p", "intratool", "7"), status=STATES["open"], assignment="558")
    plain = create_action("2026-05-11 08:30:00", None, (), True)
    below = create_action("2026-05-11 08:30:00", parent, (Choice("1", "A"), Choice("2", "B")), True)
    assert (plain.slot, plain.delivery) == (Slot.CREATE, Delivery.ONCE)
    assert [one.key for one in plain.inputs] == ["task_assignment_id", "for_execution_date", "parent_id"]
    assert plain.inputs[0].source == "assignments"
    assert plain.inputs[1].default == "2026-05-11 08:45:00", "what is due now would be late at once"
    assert {one.key: one.default for one in below.inputs if one.default} == {
        "task_assignment_id": "558",
        "for_execution_date": "2026-05-11 08:45:00",
        "parent_id": "7",
    }
    assert len(below.inputs) == 4
    assert not create_action("", None, (), False).enabled


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-05-11 08:31:07", "2026-05-11 08:45:00"),
        ("2026-05-11 08:44:59", "2026-05-11 08:45:00"),
        ("2026-12-31 23:44:59", "2026-12-31 23:45:00"),
        ("2026-12-31 23:45:00", "2026-12-31 23:59:00"),
        ("2026-12-31 23:58:59", "2026-12-31 23:59:00"),
        ("2026-12-31 23:59:00", "2027-01-01 00:00:00"),
    ],
)
def test_a_new_execution_is_due_at_the_next_full_quarter(now: str, due: str) -> None:
    assert create_action(now, None, (), True).inputs[1].default == due


def test_what_is_never_allowed_is_told_apart_from_what_may_come() -> None:
    early = {"executable_before_interval": "PT30M", "deny_allowed": False}
    found = actions(rules=early)
    assert (found["deny"].never, why(found["deny"])) == (True, "This task may not be denied.")
    assert (found["finish"].never, found["finish"].enabled) == (False, False)
    assert actions("done", forbidden=frozenset({"reset"}))["reset"].never
    assert not any(action.never for action in actions("done").values())


def test_the_rules_are_told_in_words() -> None:
    rules = {
        "executable_before_interval": "PT30M",
        "executable_after_interval": "P1D",
        "delayed_reason_required": True,
        "deny_reason_required": True,
        "user_confirmation_required": True,
    }
    told = policies_of(Assignment.model_validate(rules), NOW + HOUR, NOW, WALL)
    assert [one.english() for one in told] == [
        "It may be started from 09:00 on.",
        "Counts as missed after 2026-05-12 09:30.",
        "Late work needs a reason.",
        "Denying needs a reason.",
        "A person must confirm it, not a shared account.",
    ]
    free = Assignment.model_validate({"always_executable": True, "deny_allowed": False})
    assert [one.english() for one in policies_of(free, NOW, NOW, WALL)] == [
        "May be done at any time.",
        "May not be denied.",
    ]
    assert policies_of(None, NOW, NOW, WALL) == ()


def test_the_seven_states() -> None:
    assert len(STATES) == 7
    assert [family(raw) for raw in ("done_delayed", "in_progress_delayed", "open")] == [
        "done",
        "in_progress",
        "open",
    ]
    assert status_of("paused").phase is Phase.UNKNOWN


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2026-05-11 09:00:00", "2026-05-11 07:00:00"),
        ("2026-12-11 09:00:00", "2026-12-11 08:00:00"),
        ("2026-10-25 02:30:00", "2026-10-25 00:30:00"),
        ("2026-05-11T09:00:00.000000Z", "2026-05-11 09:00:00"),
        ("2026-05-11", "2026-05-10 22:00:00"),
    ],
)
def test_wall_time_becomes_a_moment(wall: str, moment: str) -> None:
    assert WALL.to_utc(wall) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_a_moment_becomes_wall_time() -> None:
    assert WALL.to_wire(NOW) == "2026-05-11 08:30:00"
    skipped = WALL.to_utc("2026-03-29 02:30:00")
    assert skipped is not None
    assert WALL.to_wire(skipped) == "2026-03-29 03:30:00"
    assert WALL.to_utc("0001-01-01 00:00:00") is None


@pytest.mark.parametrize(
    ("duration", "sign", "moved"),
    [
        ("PT15M", -1, "2026-05-11 08:15:00"),
        ("P1D", 1, "2026-05-12 08:30:00"),
        ("P1W", 1, "2026-05-18 08:30:00"),
        ("P1M", -1, "2026-04-11 08:30:00"),
        ("P1Y2M10DT2H30M", 1, "2027-07-21 11:00:00"),
        ("", 1, None),
        ("P", 1, None),
        ("soon", 1, None),
        ("P99999Y", 1, None),
        (None, 1, None),
    ],
)
def test_durations_move_moments(duration: str | None, sign: int, moved: str | None) -> None:
    found = WALL.moved(NOW, duration, sign)
    assert (None if found is None else WALL.to_wire(found)) == moved


def test_a_day_is_a_day_when_the_clocks_change_and_a_month_ends_early() -> None:
    before = WALL.to_utc("2026-10-24 12:00:00")
    last = WALL.to_utc("2026-01-31 12:00:00")
    assert before is not None
    assert last is not None
    day, month = WALL.moved(before, "P1D", 1), WALL.moved(last, "P1M", 1)
    assert day is not None
    assert month is not None
    assert WALL.to_wire(day) == "2026-10-25 12:00:00"
    assert WALL.to_wire(month) == "2026-02-28 12:00:00"
