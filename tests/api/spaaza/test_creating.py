"""New tasks and copies: the builder's fields become the documented body; what could only be refused stays here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.spaaza.desk import BERLIN, Desk, made
from tests.api.stub import Asked, Said, Stub
from tests.embedded.spaaza.world import Watch, World, export, rewards, rule, segment
from tui.api.spaaza.rules import OPERATORS, SHAPES
from tui.api.spaaza.settings import Settings
from tui.form.codec import Context, codec_for
from tui.form.state import FormState
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
    given: dict[str, dict[str, str]] = {
        **{operator: {"value": "DE"} for operator in ("is", "is_not")},
        **{operator: {"value": "x"} for operator in ("contains", "does_not_contain")},
        **{operator: {"day": "2026-05-01"} for operator in ("is_date", "is_after_date", "is_before_date")},
        "is_between_date": {"first": "2026-05-01", "last": "2026-05-31"},
        "is_between_number": {"min": "1.5", "max": "40"},
        "relative_less_than": {"amount": "7", "unit": "day"},
    }
    expected: dict[str, dict[str, Any]] = {
        "is": {"value": "DE"}, "is_not": {"value": "DE"}, "contains": {"value": "x"},
        "does_not_contain": {"value": "x"}, "is_date": {"value": "2026-05-01"},
        "is_after_date": {"start_date": "2026-05-01"}, "is_before_date": {"end_date": "2026-05-01"},
        "is_between_date": {"start_date": "2026-05-01", "end_date": "2026-05-31"},
        "is_between_number": {"min": 1.5, "max": 40},
        "relative_less_than": {"time_amount": 7, "time_factor": "day"},
    }  # fmt: skip
    kinds = {"is_date": "date", "is_between_number": "number", "is_after_date": "date", "is_before_date": "date",
             "is_between_date": "date", "relative_less_than": "date"}  # fmt: skip
    assert set(given) == set(OPERATORS) == set(SHAPES)
    for operator, values in given.items():
        sent = await body(
            desk,
            audience="rules",
            rule1_field="another field",
            rule1_name="f",
            rule1_compare=operator,
            **{f"rule1_{key}": value for key, value in values.items()},
        )
        (one,) = sent["trigger"]["segment"]["rules"]
        kind = kinds.get(operator, "keyword")
        assert one == {"field_name": "f", "field_type": kind, "operator": operator, **expected[operator]}


async def form(desk: Desk, task: int | None = None) -> FormState:
    record = await desk.show(task) if task is not None else None
    action = await desk.client.new_action(record)
    assert action is not None
    shown = [field for field in action.inputs if not field.hidden]
    return FormState.from_record(shown, {}, ctx=Context(zone=BERLIN, clock=Watch()))


def asked(state: FormState) -> list[str]:
    return [entry.key for entry in state.shown if entry.field.kind != "description"]


def answered(state: FormState, **values: Value) -> FormState:
    for key, value in values.items():
        assert key in asked(state), key
        state.entries[key].pick(value)
        state.reshape()
    return state


async def test_only_what_the_kind_of_task_needs_is_asked(desk: Desk) -> None:
    state = await form(desk)
    assert asked(state) == ["desc", "action", "export_index", "export_format", "once", "repeat", "audience"]
    answered(state, audience="segment")
    assert asked(state)[-1] == "segment_id"
    answered(state, action="bulk issue rewards")
    assert asked(state) == ["desc", "action", "campaign", "once", "repeat", "recipients"]
    # Rules are for exports: they are not even offered.
    assert "rules" not in [choice.value for choice in state.entries["recipients"].field.choices]
    answered(state, recipients="list")
    assert asked(state)[-1] == "user_list"
    assert {"desc", "campaign", "user_list"} <= set(state.missing())


async def test_a_rule_cannot_be_left_half(desk: Desk) -> None:
    state = answered(await form(desk), desc="New", audience="rules")
    assert asked(state)[-1] == "rule1_field"
    assert "rule1_field" in state.missing()
    answered(state, rule1_field="country")
    assert asked(state)[-3:] == ["rule1_field", "rule1_operator", "rule2_field"]
    assert "rule1_operator" in state.missing()
    answered(state, rule1_operator="is")
    assert asked(state)[-3:] == ["rule1_operator", "rule1_value", "rule2_field"]
    assert "rule1_value" in state.missing()
    answered(state, rule1_value="DE")
    assert not [key for key in state.missing() if key.startswith("rule")]
    # A date has comparisons and answers of its own; what was said of the country is not sent with it.
    answered(state, rule1_field="created_date", rule1_when="is_between_date")
    assert asked(state)[-4:] == ["rule1_when", "rule1_first", "rule1_last", "rule2_field"]
    assert not {"rule1_operator", "rule1_value"} & state.values().keys()
    # Whatever is named, a field that nobody knows is compared in every way.
    answered(state, rule1_field="another field")
    assert {"rule1_name", "rule1_compare"} <= set(state.missing())
    assert "join" not in asked(state)
    answered(state, rule2_field="country")
    assert asked(state)[-3:] == ["rule2_operator", "rule3_field", "join"]
    assert len(state.entries["rule1_compare"].field.choices) == len(OPERATORS)


async def test_a_copy_is_asked_what_its_kind_needs(world: World, desk: Desk) -> None:
    state = await form(desk, await world.new(rewards(), segment_id="s1"))
    assert asked(state) == ["desc", "action", "campaign", "once", "repeat", "recipients", "segment_id"]
    state = await form(desk, await world.new(export(), segment=segment(rule("country", "is", value="DE"))))
    assert asked(state)[-5:] == ["audience", "rule1_field", "rule1_operator", "rule1_value", "rule2_field"]


async def test_several_rules_are_joined_and_gaps_between_them_are_none(desk: Desk) -> None:
    sent = await body(
        desk, audience="rules", join="any", export_index="transactions", rule2_field="country",
        rule2_operator="is", rule2_value="1", rule5_field="category", rule5_operator="is", rule5_value="2",
    )  # fmt: skip
    rules = [rule("country", "is", value="1"), rule("category", "is", value="2")]
    assert sent["trigger"]["segment"] == segment(*rules, index="transactions", join="any")


async def test_rewards_go_to_a_campaign_and_a_saved_audience(desk: Desk) -> None:
    sent = await body(desk, action="bulk issue rewards", campaign="7", recipients="segment", segment_id="s1")
    assert (sent["target"], sent["trigger"]["segment_id"]) == (rewards(), "s1")
    sent = await body(
        desk, action="bulk issue rewards", campaign="7", recipients="list", user_list="a.csv", repeat="monthly"
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
    ({"action": "bulk issue rewards", "campaign": 7, "recipients": "rules"}, {"recipients"}),
    ({"audience": "rules", "rule2_value": "x"}, {"rule2_field", "rule2_compare"}),
    ({"audience": "rules", "rule1_field": "country", "rule1_value": "DE"}, {"rule1_operator"}),
    ({"audience": "rules", "rule1_field": "country", "rule1_operator": "odd"}, {"rule1_operator"}),
    ({"audience": "rules", "rule1_field": "country", "rule1_operator": "is"}, {"rule1_value"}),
    ({"audience": "rules", "rule1_field": "timestamp", "rule1_when": "is_after_date", "rule1_day": "2026-02-31"},
     {"rule1_day"}),
    ({"audience": "rules", "rule1_field": "timestamp", "rule1_when": "is_between_date",
      "rule1_first": "2026-05-01"}, {"rule1_last"}),
    ({"audience": "rules", "rule3_field": "another field", "rule3_name": "a", "rule3_compare": "is_between_number",
      "rule3_min": "x", "rule3_max": "2"}, {"rule3_min"}),
    ({"audience": "rules", "rule1_field": "timestamp", "rule1_when": "relative_less_than", "rule1_amount": "1.5",
      "rule1_unit": "moons"}, {"rule1_amount", "rule1_unit"}),
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
        "trigger.segment.rules.0.operator: no": "rule1_operator",
        "trigger.segment.rules.0.value: no": "rule1_value",
        "trigger.segment.rules.1.end_date: no": "rule2_last",
        "trigger.segment.rules.1.operator: no": "rule2_when",
        "trigger.segment.rules.4.value: no": "rule5_field",
        "something.else: no": "something.else",
    }
    inputs: dict[str, Value] = {
        "desc": "New", "audience": "rules", "rule1_field": "country", "rule1_operator": "is", "rule1_value": "DE",
        "rule2_field": "timestamp", "rule2_when": "is_between_date", "rule2_first": "2026-05-01",
        "rule2_last": "2026-05-02",
    }  # fmt: skip
    for description, key in said.items():
        error = {"error": {"code": 21, "name": "invalid_parameter", "description": description}}
        desk = Desk(Stub(always(Said(400, error))), world.watch, settings=Settings(chain=42))
        action = await desk.client.new_action()
        assert action is not None
        with pytest.raises(Refused) as caught:
            await desk.client.perform(made(action, inputs=inputs))
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
        ({**export(), "campaign": 9}, {}),
        (export(), {"segment": segment(
            rule("created_date", "is_between_date", field_type="date", start_date="2026-05-01",
                 end_date="2026-05-31T10:00:00Z"),
            rule("created_date", "is_date", field_type="date", value="2026-05-01"),
            rule("country", "is", field_type="odd", value="DE"))}),
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
