"""Layouts under all names that the pages give them; a server without them loses nothing but the order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.stub import Said, Stub, key, on, system, without_includes
from tests.api.test_fields import JSON
from tui.api.intratool.layouts import order_of

SHOW = "GET /api/tasks-2/executions/812"
ROW = {"id": 812, "task_assignment_id": 558, "task_template_id": 203, "task_status_id": "open"}
FIELDS = [
    {"id": n, "key": name, "name": name, "form_field_type_id": "text", "sort_number": n}
    for n, name in enumerate(("first", "second", "third"), 1)
]


def element(ident: Any, place: Any = None, kind: str = "formField") -> dict[str, Any]:
    return {"layout_element_type": kind, "layout_element_id": ident, "sort_number": place}


def nested(*elements: dict[str, Any], name: str = "layoutable_elements", **more: Any) -> dict[str, Any]:
    return {"layout_rows": [{"layout_columns": [{name: list(elements)}]}], **more}


@pytest.mark.parametrize(
    ("layouts", "order"),
    [
        (None, ()),
        ([], ()),
        ([nested(element(3), element(1))], ("3", "1")),
        ([nested(element(3, 2), element(1, 1), element(7))], ("1", "3", "7")),
        ([nested(element(3), element(3), element(2, kind="picture"))], ("3",)),
        ([nested(element(3, kind="Modules\\Forms\\FormField"))], ("3",)),
        # the questions themselves, with a pivot
        (
            [
                nested(
                    {"id": 5, "sort_number": 1, "pivot": {"sort_number": 2, "layout_element_id": 5}},
                    {"id": 6, "sort_number": 9, "pivot": {"sort_number": 1}},
                    name="form_fields",
                )
            ],
            ("6", "5"),
        ),
        (
            [nested({"layout_element": {"id": 4}}, {"layout_element_id": "2"}, name="layout_elements")],
            ("4", "2"),
        ),
        # rows and columns by their sort numbers, in camel case, as objects with holes, without the prefix
        (
            [
                {
                    "layoutRows": {
                        "0": {"sort_number": 2, "layoutColumns": [{"layoutableElements": [element(1)]}]},
                        "3": {
                            "sort_number": "1",
                            "layoutColumns": [
                                {"sort_number": 2, "layoutableElements": [element(2)]},
                                {"sort_number": 1, "layoutableElements": [element(3)]},
                            ],
                        },
                    }
                }
            ],
            ("3", "2", "1"),
        ),
        ([{"rows": [{"columns": [{"elements": [{"id": 9}]}]}]}], ("9",)),
        # the default layout first, then by sort number, the first that names a question
        (
            [nested(element(1), type="print"), nested(element(2), type="default", sort_number=5)],
            ("2",),
        ),
        ([nested(type="default"), nested(element(1), type="default")], ("1",)),
        ([{"layout_rows": None}, "x", 5], ()),
    ],
)
def test_an_order_is_read(layouts: Any, order: tuple[str, ...]) -> None:
    assert order_of([one for one in layouts if isinstance(one, dict)] if layouts else layouts) == order


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["layout_rows", "rows", "type", "sort_number"]), JSON)))
def test_any_json_is_a_layout(layouts: list[dict[str, Any]]) -> None:
    assert isinstance(order_of(layouts), tuple)


async def test_questions_are_asked_in_the_order_of_the_layout() -> None:
    template = {"id": 203, "form_fields": FIELDS, "layouts": [nested(element(3), element(1))]}
    stub = Stub(on(SHOW, Said(200, {**ROW, "task_template": template})))
    shown = await system(stub).show(key())
    assert [field.key for field in shown.fields] == ["third", "first", "second"]
    assert "taskTemplate.layouts.layoutRows.layoutColumns.layoutableElements" in stub.asked[0].query.replace(
        "%2E", "."
    )


async def test_a_server_without_layouts_keeps_its_questions_in_their_own_order() -> None:
    template = {"id": 203, "title": "Safety", "form_fields": FIELDS}
    stub = Stub(without_includes(500, "layouts"), on(SHOW, Said(200, {**ROW, "task_template": template})))
    client = system(stub)
    shown = await client.show(key())
    assert [field.key for field in shown.fields] == ["first", "second", "third"]
    assert shown.fields_from is None
    before = len(stub.asked)
    await client.show(key())
    assert len(stub.asked) == before + 1
    assert "layouts" not in stub.asked[-1].query
    assert "taskTemplate.formFields" in stub.asked[-1].query
