"""How forms are arranged: layout, rows, columns and the elements in them, with their documented names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.embedded.world import EXECUTIONS, ZONE, Hands, World, field
from tui.embedded.app import build
from tui.embedded.database import Database
from tui.embedded.intratool import schema

DEEP = "taskTemplate.layouts.layoutRows.layoutColumns.layoutableElements"


def arrange(world: World, template: int, *rows: tuple[tuple[str, ...], ...]) -> int:
    """A layout of rows of columns of field keys."""
    (layout,) = world.add(schema.layouts, {"layoutable_type": "taskTemplate", "layoutable_id": template})
    for row_place, columns in enumerate(rows, 1):
        (row,) = world.add(schema.layout_rows, {"layout_id": layout, "sort_number": row_place})
        for column_place, keys in enumerate(columns, 1):
            (column,) = world.add(
                schema.layout_columns, {"layout_row_id": row, "width": 6, "sort_number": column_place}
            )
            for place, key in enumerate(keys, 1):
                element = {"layout_element_type": "formField", "layout_element_id": world.fields[template, key]}
                world.add(schema.layout_elements, {"layout_column_id": column, "sort_number": place, **element})
    return layout


async def test_a_worker_gets_the_layout_with_the_execution(world: World) -> None:
    template = world.template(field("a"), field("b"), field("c"))
    # A layout of a form with the same number must not be mistaken for the template's.
    world.add(schema.layouts, {"layoutable_type": "form", "layoutable_id": template})
    arrange(world, template, (("c", "a"), ("b",)))
    world.assignment(template)
    row = await world.only("ana")
    shown = await world.get("ana", f"{EXECUTIONS}/{row['id']}", include=DEEP)
    (layout,) = shown["task_template"]["layouts"]
    assert (layout["type"], layout["layoutable_type"]) == ("default", "taskTemplate")
    (only,) = layout["layout_rows"]
    columns = only["layout_columns"]
    assert [column["width"] for column in columns] == [6, 6]
    elements = [[one["layout_element_id"] for one in column["layoutable_elements"]] for column in columns]
    ids = {key: world.fields[template, key] for key in "abc"}
    assert elements == [[ids["c"], ids["a"]], [ids["b"]]]
    assert columns[0]["layoutable_elements"][0]["layout_element_type"] == "formField"


async def test_the_layout_routes(world: World) -> None:
    template = world.template(field("a"), field("b"))
    layout = arrange(world, template, (("b",),), (("a",),))
    (found,) = await world.get("ana", "/api/layouts", include="layoutRows")
    assert (found["id"], found["layoutable_id"], found["type"]) == (layout, template, "default")
    assert [row["sort_number"] for row in found["layout_rows"]] == [1, 2]
    assert (await world.get("ana", f"/api/layouts/{layout}"))["title"] is None
    rows = await world.get("ana", "/api/layouts/rows")
    assert [(row["layout_id"], row["separator"]) for row in rows] == [(layout, False), (layout, False)]
    columns = await world.get("ana", "/api/layouts/columns", include="formFields:key|layoutRow")
    by_row = {column["layout_row"]["sort_number"]: column["form_fields"] for column in columns}
    assert {place: [one["key"] for one in fields] for place, fields in by_row.items()} == {1: ["b"], 2: ["a"]}
    one: dict[str, Any] = await world.get("ana", f"/api/layouts/columns/{columns[0]['id']}")
    assert one["layout_row_id"] == (await world.get("ana", f"/api/layouts/rows/{one['layout_row_id']}"))["id"]
    assert (await world.ask("ana", "GET", "/api/layouts/999")).status_code == 404
    assert (await world.ask("nobody", "GET", "/api/layouts")).status_code == 403


async def test_a_database_from_before_gets_the_missing_tables_and_keeps_its_rows(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    first = build("intratool", url, clock=Hands(), zone=ZONE)
    users = first.users()
    first.close()
    database = Database(url)
    with database.write() as tx:
        for table in (schema.layout_elements, schema.layout_columns, schema.layout_rows, schema.layouts):
            table.drop(tx)
    second = build("intratool", url, clock=Hands(), zone=ZONE)
    assert second.users() == users
    with database.read() as tx:
        assert tx.execute(select(schema.layouts)).all() == []
    database.close()
    second.close()
