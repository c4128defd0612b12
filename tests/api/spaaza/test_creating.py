"""New tasks and copies: the builder's fields become the documented body; what could only be refused stays here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.spaaza.desk import Desk, made
from tests.api.stub import Asked, Said, Stub
from tests.embedded.spaaza.world import Watch, World, export, rewards, rule, segment
from tui.api.spaaza.fields import OPERATORS, SHAPES
from tui.api.spaaza.settings import Settings
from tui.form.codec import Context, codec_for
from tui.model.action import Delivery, Slot, Verdict
from tui.model.errors import NotTheServer, Refused, Unreachable
from tui.model.field import Value


async def body(desk: Desk, **inputs: Value) -> dict[str, Any]:
    """What is sent for ``inputs`` beside the presets; the task is made."""
    action = await desk.client.new_action()
    assert action is not None
    receipt = await desk.client.perform(made(action, inputs={"desc": "New", **inputs}))
    record = await desk.show(receipt.key_id)
    return {key: record.raw[key] for key in ("chain", "desc", "target", "trigger")}


def always(said: Said) -> Callable[[Asked], Said]:
    return lambda _asked: said


async def refused(desk: Desk, **inputs: Value) -> dict[str, list[str]]:
    action = await desk.client.new_action()
    assert action is not None
    with pytest.raises(Refused) as caught:
        await desk.client.perform(made(action, inputs={"desc": "New", **inputs}))
    assert caught.value.what.english()
    assert not any(request.method == "POST" for request in desk.line.asked)
    return caught.value.fields


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk.at(world, settings=Settings(chain=42))


async def test_the_presets_alone_make_an_export_of_all_customers(desk: Desk) -> None:
    assert await body(desk) == {
        "chain": 42,
        "desc": "New",
        "target": export(),
        "trigger": {"once": "2026-05-26T15:00:00Z"},
    }


async def test_the_declaration_is_a_form_that_can_be_filled_in(desk: Desk) -> None:
    action = await desk.client.new_action()
    assert action is not None
    assert (action.slot, action.delivery) == (Slot.CREATE, Delivery.ONCE)
    keys = [field.key for field in action.inputs]
    assert len(keys) == len(set(keys))
    here = Context(clock=Watch())
    for field in action.inputs:
        codec = codec_for(field)
        text = codec.format(field, field.default, here)
        assert field.hidden or field.default is None or codec.parse(field, text, here).value == field.default


async def test_wall_time_becomes_utc(desk: Desk) -> None:
    for wall, moment in (
        ("2026-12-24 18:00:00", "2026-12-24T17:00:00Z"),
        ("2026-07-01 00:30:00", "2026-06-30T22:30:00Z"),
    ):
        assert (await body(desk, once=wall))["trigger"]["once"] == moment


async def test_every_operator_becomes_its_documented_rule(desk: Desk) -> None:
    given: dict[str, tuple[str, str]] = {
        "is": ("DE", ""), "is_not": ("DE", ""), "contains": ("x", ""), "does_not_contain": ("x", ""),
        "is_date": ("1.5.2026", ""), "is_after_date": ("2026-05-01", ""), "is_before_date": ("01.05.2026", ""),
        "is_between_date": ("2026-05-01", "2026-05-31T10:00:00Z"), "is_between_number": ("1,5", "40"),
        "relative_less_than": ("7", "days"),
    }  # fmt: skip
    expected: dict[str, dict[str, Any]] = {
        "is": {"value": "DE"}, "is_not": {"value": "DE"}, "contains": {"value": "x"},
        "does_not_contain": {"value": "x"}, "is_date": {"value": "2026-05-01"},
        "is_after_date": {"start_date": "2026-05-01"}, "is_before_date": {"end_date": "2026-05-01"},
        "is_between_date": {"start_date": "2026-05-01", "end_date": "2026-05-31T10:00:00Z"},
        "is_between_number": {"min": 1.5, "max": 40},
        "relative_less_than": {"time_amount": 7, "time_factor": "day"},
    }  # fmt: skip
    kinds = {"is_date": "date", "is_between_number": "number", "is_after_date": "date", "is_before_date": "date",
             "is_between_date": "date", "relative_less_than": "date"}  # fmt: skip
    assert set(given) == set(OPERATORS) == set(SHAPES)
    for operator, (first, second) in given.items():
        sent = await body(
            desk,
            audience="rules",
            rule1_field="f",
            rule1_operator=operator,
            rule1_value=first,
            rule1_second=second,
        )
        (one,) = sent["trigger"]["segment"]["rules"]
        kind = kinds.get(operator, "keyword")
        assert one == {"field_name": "f", "field_type": kind, "operator": operator, **expected[operator]}


async def test_several_rules_are_joined_and_gaps_between_them_are_none(desk: Desk) -> None:
    sent = await body(
        desk, audience="rules", join="any", export_index="transactions", rule2_field="a", rule2_operator="is",
        rule2_value="1", rule5_field="b", rule5_operator="is", rule5_value="2",
    )  # fmt: skip
    rules = [rule("a", "is", value="1"), rule("b", "is", value="2")]
    assert sent["trigger"]["segment"] == segment(*rules, index="transactions", join="any")


async def test_rewards_go_to_a_campaign_and_a_saved_audience(desk: Desk) -> None:
    sent = await body(desk, action="bulk issue rewards", campaign="7", audience="segment", segment_id="s1")
    assert (sent["target"], sent["trigger"]["segment_id"]) == (rewards(), "s1")
    sent = await body(
        desk, action="bulk issue rewards", campaign="7", audience="list", user_list="a.csv", repeat="monthly"
    )
    assert (sent["trigger"]["user_list"], sent["trigger"]["repeat"]) == ("a.csv", "monthly")


WRONG: list[tuple[dict[str, Value], set[str]]] = [
    ({"desc": "  "}, {"desc"}),
    ({"once": ""}, {"once"}),
    ({"once": "tomorrow"}, {"once"}),
    ({"action": "bulk issue rewards"}, {"campaign"}),
    ({"action": "bulk issue rewards", "campaign": "seven"}, {"campaign"}),
    ({"audience": "segment"}, {"segment_id"}),
    ({"audience": "list", "user_list": " "}, {"user_list"}),
    ({"audience": "rules"}, {"rule1_field"}),
    ({"action": "bulk issue rewards", "campaign": 7, "audience": "rules"}, {"audience"}),
    ({"audience": "rules", "rule2_value": "x"}, {"rule2_field", "rule2_operator"}),
    ({"audience": "rules", "rule1_field": "a", "rule1_operator": "is"}, {"rule1_value"}),
    ({"audience": "rules", "rule1_field": "a", "rule1_operator": "is_after_date", "rule1_value": "31.2.2026"},
     {"rule1_value"}),
    ({"audience": "rules", "rule1_field": "a", "rule1_operator": "is_between_date", "rule1_value": "2026-05-01"},
     {"rule1_second"}),
    ({"audience": "rules", "rule3_field": "a", "rule3_operator": "is_between_number", "rule3_value": "x",
      "rule3_second": "2"}, {"rule3_value"}),
    ({"audience": "rules", "rule1_field": "a", "rule1_operator": "relative_less_than", "rule1_value": "1.5",
      "rule1_second": "moons"}, {"rule1_value", "rule1_second"}),
]  # fmt: skip


async def test_what_could_only_be_refused_is_said_at_its_field_and_not_sent(desk: Desk) -> None:
    for inputs, keys in WRONG:
        assert set(await refused(desk, **inputs)) == keys, inputs


async def test_the_server_s_own_refusals_are_placed(world: World) -> None:
    said = {
        "desc: no": "desc",
        "target.export_index: no": "export_index",
        "trigger.segment_id: no": "segment_id",
        "trigger.segment.rules.0.field_name: no": "rule1_field",
        "trigger.segment.rules.2.end_date: no": "rule3_second",
        "trigger.segment.rules.1.value: no": "rule2_value",
        "something.else: no": "something.else",
    }
    for description, key in said.items():
        error = {"error": {"code": 21, "name": "invalid_parameter", "description": description}}
        desk = Desk(Stub(always(Said(400, error))), world.watch, settings=Settings(chain=42))
        action = await desk.client.new_action()
        assert action is not None
        with pytest.raises(Refused) as caught:
            await desk.client.perform(made(action, inputs={"desc": "New"}))
        assert caught.value.fields == {key: [description]}


async def test_the_chain_is_learned_from_the_tasks(world: World) -> None:
    desk = Desk.at(world)
    action = await desk.client.new_action()
    assert action is not None
    with pytest.raises(Refused) as caught:
        await desk.client.perform(made(action, inputs={"desc": "New"}))
    assert "chain" in caught.value.what.english()
    await world.new()
    assert (await body(desk))["chain"] == 42


# -- copies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "trigger"),
    [
        (export("vouchers", "json"), {"repeat": "weekly"}),
        (rewards(), {"segment_id": "s1"}),
        (rewards(), {"user_list": "lists/a.csv", "repeat": "daily"}),
        (export(), {"segment": segment(rule("country", "is", value="DE"))}),
        (export(), {"segment": segment(
            rule("a", "is_between_number", field_type="price", min=1, max=2.5),
            rule("b", "relative_less_than", field_type="date", time_factor="day", time_amount=7),
            rule("c.d", "is", value="x", nested=True, nesting_path="c"),
            rule("e", "relative_more_than", time_factor="day", time_amount=7),
            *(rule(f"f{n}", "is", value=str(n)) for n in range(6)), join="any")}),
        ({**export(), "wallet": {"amount": 5}}, {"timing": "odd"}),
        (export(), {"segment": {**segment(rule("country", "is", value="DE")), "version": 2}}),
    ],
)  # fmt: skip
async def test_a_copy_is_the_same_again(
    world: World, desk: Desk, target: dict[str, Any], trigger: dict[str, Any]
) -> None:
    task = await world.new(target, **trigger)
    record = await desk.show(task)
    for action in (record.in_slot(Slot.CREATE), await desk.client.new_action(record)):
        assert action is not None
        assert action.label.english() == "Duplicate as new"
        receipt = await desk.client.perform(made(action, key=action.id + str(id(action))))
        copy = (await desk.show(receipt.key_id)).raw
        assert receipt.key_id != str(task)
        assert (copy["desc"], copy["target"]) == (record.raw["desc"], record.raw["target"])
        ours, theirs = dict(copy["trigger"]), dict(record.raw["trigger"])
        assert ours.pop("once") == "2026-05-26T15:00:00Z"
        theirs.pop("once")
        rules, others = (part.pop("segment", {}).get("rules", []) for part in (ours, theirs))
        assert ours == theirs
        assert sorted(map(written, rules)) == sorted(map(written, others))


def written(one: dict[str, Any]) -> str:
    return json.dumps(one, sort_keys=True)


# -- lost answers ----------------------------------------------------------------------------------------------


async def lost(world: World, desk: Desk, *, arrives: bool) -> Any:
    action = await desk.client.new_action()
    assert action is not None
    request = made(action, inputs={"desc": "New"})

    async def cut(asked: httpx.Request, on: Any) -> httpx.Response:
        if asked.method == "POST":
            if arrives:
                await on()
            raise httpx.ReadError("cut", request=asked)
        answer: httpx.Response = await on()
        return answer

    desk.line.cut = cut
    with pytest.raises(Unreachable) as caught:
        await desk.client.perform(request)
    assert caught.value.maybe_done
    return request


async def test_a_task_whose_answer_was_lost_is_found_by_its_mark(world: World, desk: Desk) -> None:
    # Somebody else's task of the same kind, made before and after.
    await world.new(once="2026-05-26T15:00:00Z")
    request = await lost(world, desk, arrives=True)
    await world.new(once="2026-05-26T15:00:00Z")
    found = await desk.client.reconcile(request)
    assert found.verdict is Verdict.APPLIED
    assert found.receipt is not None
    assert found.receipt.data["debug"] == f"shiftdeck {request.idempotency_key}"


async def test_its_absence_proves_nothing(world: World, desk: Desk) -> None:
    found = await desk.client.reconcile(await lost(world, desk, arrives=False))
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason is not None


@pytest.mark.parametrize(("twins", "verdict"), [(0, Verdict.UNKNOWN), (1, Verdict.APPLIED), (2, Verdict.UNKNOWN)])
async def test_a_server_without_diagnostics_is_searched_for_what_looks_like_it(
    twins: int, verdict: Verdict
) -> None:
    def like(number: int) -> dict[str, Any]:
        trigger, target = {"once": "2026-05-26T15:00:00Z"}, export()
        return {"id": number, "chain": 42, "desc": "New", "trigger": trigger, "target": target, "state": {}}

    tasks = [like(5)]

    def answer(asked: Asked) -> Said:
        return Said(200, tasks if asked.query.endswith("offset=0") else [])

    desk = Desk(Stub(answer), Watch(), settings=Settings(chain=42))
    from tests.api.spaaza.test_listing import ALWAYS, EVERYTHING

    await desk.client.list(ALWAYS, EVERYTHING)
    action = await desk.client.new_action()
    assert action is not None
    request = made(action, inputs={"desc": "New"})
    tasks += [like(6 + place) for place in range(twins)]
    found = await desk.client.reconcile(request)
    assert found.verdict is verdict
    assert found.receipt is None or found.receipt.key_id == "6"


async def test_an_answer_about_another_task_is_not_believed(world: World) -> None:
    good = {"id": 9, "chain": 42, "desc": "New", "target": export(), "state": {"code": "READY"},
            "trigger": {"once": "2026-05-26T15:00:00Z"}}  # fmt: skip
    for change, fits in (
        ({}, True), ({"id": None}, False), ({"desc": "Other"}, False), ({"target": rewards()}, False),
        ({"trigger": {"once": "2026-05-26T16:00:00Z"}}, False),
    ):  # fmt: skip
        stub = Stub(always(Said(201, {**good, **change})))
        desk = Desk(stub, world.watch, settings=Settings(chain=42))
        action = await desk.client.new_action()
        assert action is not None
        request = made(action, inputs={"desc": "New"})
        if fits:
            assert (await desk.client.perform(request)).key_id == "9"
        else:
            with pytest.raises(NotTheServer):
                await desk.client.perform(request)
