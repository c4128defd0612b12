"""Their JSON becomes ours: both generations, three shapes of definitions, and whatever else there may be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.superai.place import task_row
from tui.api.superai.detail import error_of
from tui.api.superai.fields import form_of, merged, now_at, place_of
from tui.api.superai.graph import graph_of
from tui.api.superai.progress import focus_of, latest_of, standing_of
from tui.api.superai.states import STATES, status_of
from tui.api.superai.wire import attempt_of, flow_of, moment, run_of, tag_of
from tui.form.codec import Context, codec_for
from tui.model.errors import Refused
from tui.model.field import Field, Value
from tui.model.status import Phase

HERE = Context()
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


def of_keys(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, anything))


rows = of_keys(*task_row(), "processing_status", "stale_status", "edited_status", "tags", "started_at")
nodes = of_keys("name", "task_title", "task_executor_name", "parameters", "output_schema")
definitions = of_keys("tasks", "edges", "connections", "flow_configs") | st.fixed_dictionaries(
    {"tasks": st.lists(nodes, max_size=5), "edges": st.lists(of_keys("source", "target"), max_size=5)}
)
calm = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("row", "status", "stale"),
    [
        ({"status": "running"}, "running", False),
        ({"status": "stale"}, "completed", True),
        ({"status": "edited"}, "completed", False),
        ({"status": "stale", "processing_status": "failed", "stale_status": "stale"}, "failed", True),
        ({"status": "queued", "processing_status": "awaiting_input"}, "awaiting_input", False),
        ({"processing_status": "completed", "stale_status": "consistent"}, "completed", False),
        ({"status": "hibernating"}, "hibernating", False),
        ({}, "", False),
    ],
)
def test_the_second_generation_is_read_first_and_the_first_is_enough(
    row: dict[str, Any], status: str, stale: bool
) -> None:
    found = attempt_of(row)
    assert (found.status, found.stale) == (status, stale)


def test_every_documented_word_has_a_phase_and_another_stays_as_it_is() -> None:
    first = {"queued", "running", "completed", "failed", "cancelled", "deleted", "stale", "in_progress"}
    second = {"edited", "awaiting_input", "cancel_requested", "pending", "skipped"}
    assert first | second == set(STATES)
    strange = status_of("hibernating")
    assert (strange.phase, strange.word.english()) == (Phase.UNKNOWN, "hibernating")
    assert not status_of("failed").phase.closed, "somebody has to put it right"


@calm
@given(value=rows | anything)
def test_no_row_of_theirs_ends_the_reading(value: Any) -> None:
    attempt = attempt_of(value)
    assert attempt.id
    assert run_of(value).id
    tag_of(value)
    standing = standing_of([attempt], graph_of(None))
    assert standing.done <= standing.all
    form = form_of(attempt, value)
    assert set(form.answers) == {field.key for field in form.fields}
    for field in form.fields:
        answer = form.answers[field.key].value
        assert not isinstance(answer, dict)
        assert isinstance(codec_for(field).format(field, answer, HERE), str)
        assert place_of(field.key) is not None
    assert all(isinstance(text, str) for text in error_of(attempt))


@calm
@given(definition=definitions | anything, names=anything, schemas=anything)
def test_no_definition_ends_the_reading(definition: Any, names: Any, schemas: Any) -> None:
    graph = graph_of(flow_of({"definition": definition, "task_names": names, "output_schemas": schemas}))
    assert len(set(graph.names)) == len(graph.names)
    known: set[str] = set()
    for task in graph.tasks:
        known.add(task.name)
        assert set(task.after) <= set(graph.names)


def node(name: str, **parameters: Any) -> dict[str, Any]:
    return {"name": name, "task_title": name.title(), "task_executor_name": "x", "parameters": parameters}


def shape(definition: dict[str, Any], **more: Any) -> dict[str, tuple[str, ...]]:
    graph = graph_of(flow_of({"definition": definition, **more}))
    return {task.name: tuple(sorted(task.after)) for task in graph.tasks}


DIAMOND = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}


def test_the_three_shapes_of_a_definition_mean_the_same() -> None:
    written = [
        node("d", x="{{ b.out }}", y=["{{c.output.deep}}"]), node("c", t="see {{a.x}}"), node("b", t="{{a}}"),
        node("a"),
    ]  # fmt: skip
    plain = [node(name) for name in "abcd"]
    edges = [{"source": one, "target": other} for one, other in ("ab", "ac", "bd", "cd")]
    links = [{"from": one, "to": other} for one, other in ("ab", "ac", "bd", "cd")]
    assert shape({"flow_configs": [{"config": {"tasks": written}}]}) == DIAMOND
    assert shape({"tasks": plain, "edges": edges, "version": "1"}) == DIAMOND
    assert shape({"name": "x", "tasks": plain, "connections": links}) == DIAMOND


def test_the_order_is_topological_even_where_the_definition_is_not_or_goes_in_a_circle() -> None:
    assert list(shape({"flow_configs": [{"config": {"tasks": [node("b", t="{{a.x}}"), node("a")]}}]})) == [
        "a",
        "b",
    ]
    circle = shape({"tasks": [node("a", t="{{b.x}}"), node("b", t="{{a.x}}"), node("c", t="{{c.x}}")]})
    assert set(circle) == {"a", "b", "c"}
    assert circle["c"] == ()
    assert list(shape({"tasks": [node("a"), node("b"), node("c")]}, task_names=["c", "zz", "a"])) == [
        "c",
        "a",
        "b",
    ]


def test_what_waits_for_a_person_comes_before_what_failed() -> None:
    graph = graph_of(flow_of({"definition": {"tasks": [node(name) for name in "abc"]}}))
    attempts = [
        attempt_of(task_row(id="1", task_name="a", status="failed")),
        attempt_of(task_row(id="2", task_name="b", status="failed")),
        attempt_of(task_row(id="3", task_name="b", status="awaiting_input", task_execution_idx=1)),
        attempt_of(task_row(id="4", task_name="stranger", status="completed")),
    ]
    focus = focus_of(latest_of(attempts), graph)
    assert focus is not None
    assert focus.id == "3"
    standing = standing_of(attempts, graph)
    assert (standing.done, standing.all, standing.at) == (1, 4, "B")
    assert [mark.english() for mark in standing.marks] == ["2 attempts"]


@pytest.mark.parametrize(
    ("error", "message", "kind"),
    [
        ({"message": "no", "type": "E", "traceback": "T"}, "no", "E"),
        ("plain", "plain", ""),
        ({"detail": 5}, '{"detail": 5}', ""),
        ([1], "[1]", ""),
        (None, "", ""),
        ({"message": {"a": 1}}, "", ""),
    ],
)
def test_an_error_of_any_shape_has_words(error: Any, message: str, kind: str) -> None:
    assert error_of(attempt_of(task_row(error=error)))[:2] == (message, kind)


# -- outputs as questions --------------------------------------------------------------------------------------

OUTPUT = {
    "title": "Order 7", "total": 4.5, "count": 7, "urgent": False, "note": "two\nlines", "lines": [{"a": 1}],
    "meta": {"path": "/etc/passwd"}, "nothing": None, "umlaut ä.b/c": "x",
}  # fmt: skip


def asked(output: Any, schema: Any = None) -> dict[str, Field]:
    return {field.key: field for field in form_of(attempt_of(task_row(output=output)), schema).fields}


def test_each_name_of_an_output_is_a_question_by_its_value() -> None:
    fields = asked(OUTPUT)
    kinds = {field.label: field.kind for field in fields.values()}
    assert kinds == {
        "title": "text", "total": "number", "count": "number", "urgent": "choice", "note": "long_text",
        "lines": "json", "meta": "json", "nothing": "json", "umlaut ä.b/c": "text",
    }  # fmt: skip
    assert [field.integer for field in fields.values() if field.kind == "number"] == [False, True]
    answers = form_of(attempt_of(task_row(output=OUTPUT)), None).answers
    meta = next(answer.value for key, answer in answers.items() if key.endswith("/meta"))
    assert meta == '{\n  "path": "/etc/passwd"\n}', "an object with a path would be sent as a file of this machine"


def test_the_model_gives_titles_types_limits_and_what_is_needed() -> None:
    schema = {
        "properties": {
            "a": {"type": "integer", "title": "Amount", "minimum": 1, "maximum": 9, "description": "pieces"},
            "b": {"type": "boolean"}, "c": {"type": "string", "enum": ["x", "y"]}, "d": {"type": "array"},
        },
        "required": ["a"],
    }  # fmt: skip
    first, *rest = asked(None, schema).values()
    assert (first.label, first.kind, first.integer, first.required, first.help) == (
        "Amount",
        "number",
        True,
        True,
        "pieces",
    )
    assert first.limits == ("1", "9")
    assert [field.kind for field in rest] == ["choice", "choice", "json"]
    assert [choice.value for choice in rest[1].choices] == ["x", "y"]


@pytest.mark.parametrize(
    "output", [None, [], [1, 2], "text", 7, True, {}, {"": 1}, {str(n): n for n in range(301)}]
)
def test_what_is_no_object_is_one_question(output: Any) -> None:
    (field,) = asked(output).values()
    assert field.key.endswith("/")
    assert field.label == "Output"


def put(output: Any, **changes: Value) -> Any:
    fields = {field.key.rpartition("/")[2]: key for key, field in asked(output).items()}
    return merged(output, task_row()["id"], {fields[name]: value for name, value in changes.items()})


def test_only_what_was_changed_is_changed_and_types_stay() -> None:
    found = put(OUTPUT, total="4.75", count="8", urgent="true", lines='[{"a": 2}]', title="")
    assert found == {**OUTPUT, "total": 4.75, "count": 8, "urgent": True, "lines": [{"a": 2}], "title": ""}
    assert [type(found[name]) for name in ("total", "count", "urgent")] == [float, int, bool]
    assert put(OUTPUT, total=None, urgent=None) == {**OUTPUT, "total": None, "urgent": None}
    assert put([1], **{"": "[1, 2]"}) == [1, 2]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("total", "0.12345678901234567891", "more digits"),
        ("total", "x", "no number"),
        ("total", "NaN", "no number"),
        ("lines", "[1,", "no JSON"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(name: str, value: Value, words: str) -> None:
    with pytest.raises(Refused) as caught:
        put(OUTPUT, **{name: value})
    ((key, said),) = caught.value.fields.items()
    assert key.endswith(f"/{name}")
    assert words in said[0]


def test_an_answer_to_another_task_is_never_sent() -> None:
    with pytest.raises(Refused):
        merged({}, "another", {next(iter(asked(OUTPUT))): "x"})
    with pytest.raises(Refused):
        merged({}, task_row()["id"], {"title": "x"})


@calm
@given(output=st.dictionaries(st.text(min_size=1, max_size=10), anything, min_size=1, max_size=6))
def test_what_is_shown_and_sent_back_unchanged_is_the_same(output: dict[str, Any]) -> None:
    output = json.loads(json.dumps(output))
    form = form_of(attempt_of(task_row(output=output)), None)
    values = {key: answer.value for key, answer in form.answers.items()}
    if any(isinstance(value, float) and value in (float("inf"), float("-inf")) for value in values.values()):
        return
    again = merged(output, task_row()["id"], values)
    assert {key: now_at(again, key) for key in values} == values


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "9999-12-31T23:59:59-14:00", 5, None, [], "1"])
def test_what_is_no_moment_is_none(text: Any) -> None:
    found = moment(text)
    assert found is None or found.year > 1
