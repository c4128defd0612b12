"""Their ten kinds of questions, their rules and their answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.api.intratool.answers import answers_of
from tui.api.intratool.fields import field_of, fields_of
from tui.api.intratool.plain import plain_text
from tui.api.intratool.records import Assignment, FormField, ProgressField, TaskExecution
from tui.api.intratool.values import shaped
from tui.model.field import Choice, Field

OPTIONS = {"options": {"ok": "In Ordnung", "nok": "Nicht in Ordnung"}, "points": {"ok": 2, "nok": "0,5"}}


def rule(kind: str, **config: Any) -> dict[str, Any]:
    return {"form_field_validation_type_id": kind, "config": config}


def field(kind: str = "text", *rules: dict[str, Any], **more: Any) -> Field:
    theirs = {
        "id": 1,
        "key": "q",
        "name": "Question",
        "form_field_type_id": kind,
        "field_validations": list(rules),
    }
    return field_of(FormField.model_validate({**theirs, **more}))


@pytest.mark.parametrize(
    ("raw", "rules", "config", "kind"),
    [
        ("text", [], {}, "text"),
        ("text", [rule("number", type="numeric")], {}, "number"),
        ("text", [rule("minmax", min=0)], {}, "number"),
        ("text", [rule("email")], {}, "email"),
        ("text", [rule("phone")], {}, "phone"),
        ("text", [rule("url")], {}, "url"),
        ("text", [rule("datetime", format="H:i")], {}, "time"),
        ("rich-text", [], {}, "long_text"),
        ("radio", [], OPTIONS, "choice"),
        ("select", [], OPTIONS, "choice"),
        ("checkbox", [], OPTIONS, "multi_choice"),
        ("description", [], {}, "description"),
        ("datetime", [], {}, "datetime"),
        ("datetime", [], {"type": "date"}, "date"),
        ("datetime", [], {"type": "time"}, "time"),
        ("datetime", [], {"format": "d.m.Y"}, "date"),
        ("datetime", [], {"type": "date", "format": "d.m.Y H:i"}, "datetime"),
        ("datetime", [rule("datetime", format="Y-m-d")], {}, "date"),
        ("file-upload", [], {"path": "/x", "attach": True}, "file"),
        ("entity_select", [], {"entity_type": "user"}, "entity"),
        ("entity_select", [], {"entity": "Department"}, "entity"),
        ("recipient-select", [], {}, "entity"),
        ("radio", [], {}, "radio"),
        ("entity_select", [], {"entity_type": "spaceship"}, "entity_select"),
        ("entity_select", [], {"entity_type": "user", "multiple": True}, "entities"),
        ("entity_select", [], {"entity_type": "spaceship", "multiple": True}, "entity_select"),
        ("recipient-select", [], {"multiple": 1, "entity_type": "department"}, "entities"),
        ("signature", [], {}, "signature"),
        (None, [], [], "unknown"),
    ],
)
def test_each_of_their_kinds_has_one_of_ours(raw: Any, rules: list[Any], config: Any, kind: str) -> None:
    found = field(raw, *rules, config=config)
    assert found.kind == kind
    assert found.raw_kind == (raw or "")
    assert found.read_only is (kind in ("description", "radio", "entity_select", "signature", "unknown"))
    assert found.allows_note is (kind != "description")


def test_the_rules_become_limits_and_marks() -> None:
    found = field(
        "text",
        rule("required"),
        rule("number", type="integer"),
        rule("minmax", min=-18, max="7.5"),
        config={"unit": "°C"},
    )
    assert (found.required, found.integer, found.limits, found.unit) == (True, True, ("-18", "7.5"), "°C")
    assert [one.kind for one in found.rules] == ["required", "number", "minmax"]


def test_a_rule_string_says_the_same_where_the_records_are_missing() -> None:
    text = "required|nullable|numeric|between:0,10|regex:x"
    found = field(field_validations=None, field_validation_string=text)
    assert (found.kind, found.required, found.limits) == ("number", True, ("0", "10"))
    assert [one.kind for one in found.rules] == ["required", "number", "regex", "minmax"]
    length = field(field_validations=None, field_validation_string="max:200")
    assert (length.kind, length.limits) == ("text", (None, None))
    dated = field("datetime", field_validations=None, field_validation_string="date_format:H:i:s")
    assert (dated.kind, dated.format) == ("time", "H:i:s")


def test_options_come_as_an_object_or_as_a_list() -> None:
    assert field("radio", config=OPTIONS).choices == (
        Choice("ok", "In Ordnung", 2.0),
        Choice("nok", "Nicht in Ordnung", 0.5),
    )
    listed = {"options": ["Ja", {"key": "n", "label": "Nein", "points": 1}, {"value": 3}]}
    assert field("radio", config=listed).choices == (
        Choice("Ja", "Ja"),
        Choice("n", "Nein", 1.0),
        Choice("3", "3"),
    )


def test_hidden_disabled_and_descriptions() -> None:
    assert field(hidden=1).hidden
    assert field(disabled="1").read_only
    told = field("description", rule("required"), description="<p>Wear <b>gloves</b></p><ul><li>both</li></ul>")
    assert (told.required, told.help) == (False, "Wear gloves\n- both")


@pytest.mark.parametrize("key", ["delayed_reason", "temp_additional_information", "_method"])
def test_a_key_that_means_something_else_in_a_body_cannot_be_answered(key: str) -> None:
    assert field(key=key).read_only


def test_a_question_without_a_key_is_shown_and_cannot_be_answered() -> None:
    found = field(key=None)
    assert (found.key, found.read_only) == ("field-1", True)
    assert field(key=None, slug="slug").key == "slug"


def test_questions_are_asked_in_order_and_each_key_once() -> None:
    theirs = [
        FormField.model_validate({"id": n, "key": key, "form_field_type_id": "text", "sort_number": place})
        for n, (key, place) in enumerate([("c", None), ("b", 2), ("a", "1"), ("b", 3)])
    ]
    found = fields_of(theirs)
    assert [(one.key, one.read_only) for one in found] == [("a", False), ("b", False), ("b#2", True), ("c", False)]
    assert [one.order for one in found] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("sent", "kind", "value"),
    [
        (4.5, "number", "4.5"),
        (4, "number", "4"),
        ("--", "text", None),
        ("", "text", None),
        (["a", 2], "multi_choice", ["a", "2"]),
        ('["a","b"]', "multi_choice", ["a", "b"]),
        ("a,b", "multi_choice", ["a", "b"]),
        ("a", "multi_choice", ["a"]),
        ("a,z", "multi_choice", ["a,z"]),
        ({"0": "a"}, "multi_choice", ["a"]),
        (7, "choice", "7"),
        (25, "entity", "25"),
        ([25], "entity", "25"),
        ({"id": 25, "name": "Ada"}, "entity", "25"),
        ([25, "26", {"id": 27}, 25, None], "entities", ["25", "26", "27"]),
        ("25, 26", "entities", ["25", "26"]),
        ("[25,26]", "entities", ["25", "26"]),
        (25, "entities", ["25"]),
        ([], "entities", None),
        ("<p>One</p><p>Two</p>", "long_text", "One\nTwo"),
        ("<p><br></p>", "long_text", None),
        ("4 < 5 & <b>", "long_text", "4 < 5 & <b>"),
        ({"url": "/files/1"}, "file", "/files/1"),
        ({"path": "/etc/hostname"}, "file", '{"path": "/etc/hostname"}'),
        ({"path": "/etc/hostname"}, "text", '{"path": "/etc/hostname"}'),
        ([1], "signature", [1]),
    ],
)
def test_values_take_the_shape_of_their_kind(sent: Any, kind: str, value: Any) -> None:
    assert shaped(sent, kind, (Choice("a", "A"), Choice("b", "B"))) == value


@pytest.mark.parametrize(
    ("written", "kind", "config", "offered"),
    [
        ("L-26", "text", {}, "L-26"),
        (4.5, "text", {}, "4.5"),
        ("{{system.user.full_name}}", "text", {}, None),
        ("ok", "radio", OPTIONS, "ok"),
        ("gone", "radio", OPTIONS, None),
        (["ok", "gone"], "checkbox", OPTIONS, ["ok"]),
        (["gone"], "checkbox", OPTIONS, None),
        ("2026-05-11 10:30:00", "datetime", {}, "2026-05-11 10:30:00"),
        ("now", "datetime", {}, None),
        (7, "entity_select", {"entity_type": "user"}, "7"),
        ([7, 8], "entity_select", {"entity_type": "user", "multiple": True}, ["7", "8"]),
        ("<p>Nothing<br>new</p>", "rich-text", {}, "Nothing\nnew"),
        ("a.png", "file-upload", {}, None),
        (["x"], "text", {}, None),
    ],
)
def test_a_preset_is_something_that_a_person_could_have_given(
    written: Any, kind: str, config: dict[str, Any], offered: Any
) -> None:
    assert field(kind, default_value=written, config=config).default == offered


def test_a_layout_puts_the_questions_in_order_and_the_others_follow() -> None:
    theirs = [
        FormField.model_validate({"id": n, "key": key, "form_field_type_id": "text", "sort_number": n})
        for n, key in enumerate("abcd", 1)
    ]
    assert [one.key for one in fields_of(theirs, ("4", "2", "99"))] == ["d", "b", "a", "c"]
    assert [one.order for one in fields_of(theirs, ("4", "2"))] == [0, 1, 2, 3]


def test_answers_find_their_questions() -> None:
    theirs = [FormField.model_validate({"id": 1, "key": "temp", "form_field_type_id": "text"})]
    progress = [
        {"form_field_id": 1, "request_value": "4.5", "value": "4,5 °C", "additional_information": "door open"},
        {"form_field_id": 2, "value": "x", "form_field": {"id": 2, "key": "old", "form_field_type_id": "text"}},
        {"form_field_id": 3, "request_value": None, "value": "--"},
    ]
    fields = {one.key: one for one in fields_of(theirs)}
    answers, strangers = answers_of([ProgressField.model_validate(one) for one in progress], theirs, fields)
    assert (answers["temp"].value, answers["temp"].text, answers["temp"].note) == ("4.5", "4,5 °C", "door open")
    assert answers["old"].value == "x"
    assert (answers["field-3"].value, answers["field-3"].text) == (None, "")
    assert [(one.key, one.read_only) for one in strangers] == [("old", False), ("field-3", True)]


def test_the_answer_of_a_file_is_its_address_and_reads_as_its_name() -> None:
    theirs = [FormField.model_validate({"id": 1, "key": "photo", "form_field_type_id": "file-upload"})]
    fields = {one.key: one for one in fields_of(theirs)}

    def kept(**more: Any) -> tuple[Any, str]:
        progress = [ProgressField.model_validate({"form_field_id": 1, **more})]
        found = answers_of(progress, theirs, fields)[0]["photo"]
        return found.value, found.text

    assert kept(value="/files/9/a.png", request_value="a.png") == ("/files/9/a.png", "a.png")
    assert kept(value="/files/9/a.png") == ("/files/9/a.png", "/files/9/a.png")
    assert kept(value="--", request_value=None) == (None, "")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain < text & more", "plain < text & more"),
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("A &amp; B", "A & B"),
        ("<script>alert(1)</script>Hello", "Hello"),
        ("<![if x]>odd", "odd"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert plain_text(html) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def holding(shape: type[FormField] | type[TaskExecution] | type[Assignment]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(sorted(shape.model_fields)), JSON)


@settings(max_examples=60, deadline=None)
@given(holding(FormField))
def test_any_json_is_a_question(theirs: dict[str, Any]) -> None:
    found = field_of(FormField.model_validate(theirs))
    assert found.key
    assert found.kind


@settings(max_examples=60, deadline=None)
@given(holding(TaskExecution), holding(Assignment))
def test_any_json_is_a_record(execution: dict[str, Any], assignment: dict[str, Any]) -> None:
    found = TaskExecution.model_validate({**execution, "task_assignment": assignment})
    assert found.task_assignment is not None
    assert isinstance(found.task_status_id, str)


@settings(max_examples=60, deadline=None)
@given(
    JSON, st.sampled_from(["text", "radio", "file-upload", "checkbox", "signature", "datetime", "entity_select"])
)
def test_no_answer_and_no_default_of_a_server_is_an_object(value: Any, kind: str) -> None:
    config = OPTIONS if kind in ("radio", "checkbox") else {"entity_type": "user"}
    asked = FormField.model_validate(
        {"id": 1, "key": "q", "form_field_type_id": kind, "default_value": value, "config": config}
    )
    question = field_of(asked)
    assert not isinstance(question.default, dict)
    for name in ("value", "request_value"):
        given_back = ProgressField.model_validate({"form_field_id": 1, name: value})
        answers, _ = answers_of([given_back], [asked], {"q": question})
        assert not isinstance(answers["q"].value, dict)
