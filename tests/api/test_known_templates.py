"""A template that comes again is read once; one that changed is read anew."""

from __future__ import annotations

import copy
from typing import Any

from tui.api.intratool.known_templates import MOST, KnownTemplates


def _raw(
    ident: str = "1", template: str = "7", *, label: str = "Floor dry?", answer: str = "yes"
) -> dict[str, Any]:
    question = {"id": "3", "key": "floor", "name": label, "form_field_type_id": "text", "default_value": answer}
    return {
        "id": ident,
        "task_status_id": "open",
        "task_template_id": template,
        "task_template": {"id": template, "title": "Opening", "form_fields": [question], "layouts": []},
    }


def test_two_executions_of_an_equal_template_share_it() -> None:
    known = KnownTemplates()
    first, second = known.execution(_raw("1")), known.execution(_raw("2"))
    assert (first.id, second.id) == ("1", "2")
    assert first.task_template is not None
    assert second.task_template is first.task_template
    questions = first.task_template.form_fields
    assert questions is not None
    fields = known.fields(first, questions)
    assert [field.label for field in fields] == ["Floor dry?"]
    assert known.fields(second, questions) is fields


def test_a_changed_template_is_read_anew_and_another_preset_counts_as_a_change() -> None:
    known = KnownTemplates()
    raw = _raw()
    for changed, labels, preset in (
        (raw, ["Floor dry?"], "yes"),
        (_raw(label="Floor clean?"), ["Floor clean?"], "yes"),
        (_raw(label="Floor clean?", answer="no"), ["Floor clean?"], "no"),
        (raw, ["Floor dry?"], "yes"),
    ):
        record = known.execution(copy.deepcopy(changed))
        assert record.task_template is not None
        assert record.task_template.form_fields is not None
        fields = known.fields(record, record.task_template.form_fields)
        assert [field.label for field in fields] == labels
        assert [field.default for field in fields] == [preset]


def test_questions_from_elsewhere_are_not_taken_for_the_templates_own() -> None:
    known = KnownTemplates()
    record, other = known.execution(_raw()), known.execution(_raw(template="8", label="Door shut?"))
    assert other.task_template is not None
    assert other.task_template.form_fields is not None
    assert [field.label for field in known.fields(record, other.task_template.form_fields)] == ["Door shut?"]


def test_no_more_templates_are_remembered_than_a_terminal_needs() -> None:
    known = KnownTemplates()
    first = known.execution(_raw(template="first")).task_template
    for number in range(MOST):
        known.execution(_raw(template=str(number)))
    assert known.execution(_raw(template="first")).task_template is not first
    assert known.execution({"id": "1", "task_template": "not one"}).task_template is None
