"""Lists read from bytes: what is remembered, what is survived, and that the loop is given back."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.stub import ALL, DAY, ZONE, Asked, Said, Stub, on, system
from tui.api import sheet
from tui.api.intratool import wire
from tui.api.intratool.wire import Names, Rows
from tui.api.sheet import slices
from tui.api.times import WallTime
from tui.model.errors import NotTheServer
from tui.model.execution import Execution
from tui.model.status import Phase
from tui.model.system import Filters

LIST = "GET /api/tasks-2/executions"


def rows(names: Names | None = None) -> Rows:
    return Rows("kitchen", WallTime(ZONE), names or Names())


def row(ident: Any = 812, **more: Any) -> dict[str, Any]:
    return {"id": ident, "task_assignment_id": 558, "task_template_id": 203, "task_status_id": "open", **more}


def body(*items: Any) -> bytes:
    return json.dumps(list(items)).encode()


async def one(item: Any) -> Execution:
    (found,) = await rows().read(body(item))
    return found


async def test_a_full_row_is_read() -> None:
    found = await one(
        row(
            parent_id=7,
            task_status_id="done_delayed",
            for_execution_date="2026-12-24 09:00:00",
            updated_at="2026-12-24 10:11:12",
            achieved_points=2.5,
            max_points=3,
            last_activity_user_id=4,
            task_template={"id": 203, "title": "Safety Checklist"},
            task_assignment={"id": 558, "title": "Morning Shift"},
            last_activity_user={"id": 4, "first_name": "Ada", "last_name": "Lovelace"},
            some_new_key={"nested": [1, 2]},
        )
    )
    assert found.status.late
    assert (found.title, found.place, found.actor) == ("Safety Checklist", "Morning Shift", "Ada Lovelace")
    assert (found.parent, found.points, found.max_points) == ("7", 2.5, 3)
    assert str(found.due) == "2026-12-24 08:00:00+00:00"
    assert str(found.touched) == "2026-12-24 09:11:12+00:00"


NASTY: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"id": "812"}, {}),
    ({"id": 812.0}, {}),
    ({"task_assignment_id": "558", "task_template_id": "203"}, {}),
    ({"achieved_points": "2,5", "max_points": "3"}, {"points": 2.5, "max_points": 3}),
    ({"achieved_points": None, "max_points": "many"}, {"points": None, "max_points": None}),
    ({"achieved_points": True}, {"points": None}),
    ({"parent_id": "7"}, {"parent": "7"}),
    ({"parent_id": {}}, {"parent": None}),
    ({"for_execution_date": 5, "updated_at": []}, {"due": None, "touched": None}),
    ({"for_execution_date": "tomorrow"}, {"due": None}),
    ({"for_execution_date": "9999-99-99 99:99:99"}, {"due": None}),
    ({"task_template": None, "task_assignment": []}, {"title": "Task 203", "place": ""}),
    ({"task_template": {"title": None}}, {"title": "Task 203"}),
    ({"task_template": {"title": 12}}, {"title": "12"}),
    ({"task_template": {"title": "[b]x[/b] \x1b[31m"}}, {"title": "[b]x[/b] \x1b[31m"}),
    ({"task_template": {"title": "x" * 10_000}}, {"title": "x" * 10_000}),
    ({"task_template": {"title": "bad \ud800 half"}}, {"title": "bad ? half"}),
    ({"task_template_id": None}, {"title": "", "template": None}),
    ({"last_activity_user": {"first_name": "Ada", "last_name": None}}, {"actor": "Ada"}),
    ({"last_activity_user": "Ada"}, {"actor": None}),
]


@pytest.mark.parametrize(("bad", "expected"), NASTY)
async def test_a_row_that_does_not_fit_is_read_for_what_it_means(
    bad: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = await one(row(**{"ident": bad.get("id", 812), **{k: v for k, v in bad.items() if k != "id"}}))
    assert found.key.id == "812"
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(("word", "raw"), [("paused", "paused"), (None, ""), (7, "7"), (["open"], "")])
async def test_an_unknown_state_keeps_its_word(word: Any, raw: str) -> None:
    found = await one(row(task_status_id=word))
    assert (found.status.raw, found.status.phase) == (raw, Phase.UNKNOWN)


@pytest.mark.parametrize("item", [{}, row(None), row([]), row(""), None, 5, "text", [1], {"message": "x"}])
async def test_a_row_without_an_id_is_shown_and_not_dropped(item: Any) -> None:
    found = await rows().read(body(row(1), item, row(2)))
    assert [entry.key.id for entry in found[::2]] == ["1", "2"]
    assert found[1].key.id.startswith("?")
    assert found[1].title
    assert found[1] == (await rows().read(body(item)))[0]


async def test_rows_whose_bytes_did_not_change_are_the_same_objects() -> None:
    reader = rows()
    first = await reader.read(body(row(1), row(2, achieved_points="1"), row(3)))
    second = await reader.read(body(row(3), row(2, achieved_points="1"), row(1, task_status_id="done"), row(4)))
    assert second[0] is first[2]
    assert second[1] is first[1]
    assert second[2] is not first[0]
    assert second[2].status.phase is Phase.DONE
    assert second[3].key.id == "4"


async def test_new_names_make_new_rows() -> None:
    names = Names()
    reader = rows(names)
    before = await reader.read(body(row(1)))
    names.learn(names.templates, {"203": "Safety Checklist"})
    after = await reader.read(body(row(1)))
    assert (before[0].title, after[0].title) == ("Task 203", "Safety Checklist")


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\n ", " : ")])
def test_a_long_list_is_split_at_its_own_commas_only(
    separators: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "CHUNK", 64)
    items = [row(n, title="},{", children=[{"id": 1}, {"id": 2}, {"id": 3}] * (n % 4)) for n in range(300)]
    pieces = list(slices(json.dumps(items, separators=separators).encode()))
    assert len(pieces) > 50
    assert [json.loads(bytes(raw)) for piece in pieces for raw in piece] == items


async def test_a_list_with_one_broken_text_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "CHUNK", 64)
    items = [row(n, comment="\ud800" if n == 20 else "fine") for n in range(40)]
    found = await rows().read(body(*items))
    assert [entry.key.id for entry in found] == [str(n) for n in range(40)]
    latin = body(*(row(n, comment="für") for n in range(3))).replace(rb"f\u00fcr", b"f\xfcr")
    assert len(await rows().read(latin)) == 3


async def test_a_long_list_gives_the_loop_back_between_pieces() -> None:
    turns = 0

    async def other_work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    text = body(*(row(n, comment="x" * 200) for n in range(4000)))
    task = asyncio.create_task(other_work())
    await rows().read(text)
    task.cancel()
    assert turns >= len(text) // sheet.CHUNK // 4


@pytest.mark.parametrize("text", [b"", b"   ", b"{}", b"[", b'[{"id": 1}', b"[1]]", b"nothing", b"\xff", b"[1,]"])
async def test_a_body_that_is_no_array_is_not_ours(text: bytes) -> None:
    with pytest.raises(NotTheServer):
        await rows().read(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = st.sampled_from([*wire._Row.__struct_fields__, "children", "task_progress_fields", "x"])


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON | st.dictionaries(KEYS, JSON), max_size=6))
def test_any_json_becomes_rows_and_none_is_dropped(items: list[Any]) -> None:
    found = asyncio.run(rows().read(json.dumps(items).encode()))
    assert len(found) == len(items)
    assert all(isinstance(entry, Execution) and entry.key.id for entry in found)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_rows_or_not_the_server(text: bytes) -> None:
    try:
        found = asyncio.run(rows().read(b"[" + text + b"]"))
    except NotTheServer:
        return
    assert all(entry.key.id for entry in found)


def counted(stub: Stub) -> int:
    return len(stub.asked)


async def test_an_unchanged_list_costs_nothing_with_an_etag() -> None:
    def answer(asked: Asked) -> Said:
        etag = {"ETag": '"v1"'}
        return Said(304, b"", etag) if asked.headers.get("if-none-match") == '"v1"' else Said(200, [row(1)], etag)

    stub = Stub(answer)
    client = system(stub)
    first = await client.list(DAY, ALL)
    again = await client.list(DAY, ALL, first.validator)
    fresh = await client.list(DAY, ALL)
    assert first.rows is not None
    assert (first.validator, again.rows, again.validator) == ('"v1"', None, '"v1"')
    assert fresh.rows is first.rows
    assert counted(stub) == 3


async def test_an_unchanged_list_is_not_decoded_without_an_etag() -> None:
    stub = Stub(on(LIST, Said(200, [row(1)]), Said(200, [row(1)]), Said(200, [row(1), row(2)])))
    client = system(stub)
    first = await client.list(DAY, ALL)
    again = await client.list(DAY, ALL, first.validator)
    more = await client.list(DAY, ALL, again.validator)
    assert first.rows is not None
    assert more.rows is not None
    assert again.rows is None
    assert [entry.key.id for entry in more.rows] == ["1", "2"]
    assert more.rows[0] is first.rows[0]
    assert all("if-none-match" not in asked.headers for asked in stub.asked)


async def test_a_validator_of_an_earlier_session_still_counts() -> None:
    first = await system(Stub(on(LIST, Said(200, [row(1)])))).list(DAY, ALL)
    later = await system(Stub(on(LIST, Said(200, [row(1)])))).list(DAY, ALL, first.validator)
    changed = await system(Stub(on(LIST, Said(200, [row(2)])))).list(DAY, ALL, first.validator)
    assert later.rows is None
    assert changed.rows is not None


async def test_the_lists_of_two_questions_are_not_confused() -> None:
    client = system(
        Stub(on(LIST, Said(200, [row(1)])), on("GET /api/tasks-2/assignments/9/executions", Said(200, [])))
    )
    day = await client.list(DAY, ALL)
    other = await client.list(DAY, Filters(assignment="9"), day.validator)
    back = await client.list(DAY, ALL, other.validator)
    assert other.rows == []
    assert back.rows is not None
    assert len(back.rows) == 1


async def test_departments_have_their_names_where_the_server_tells_them() -> None:
    told = [row(1, department_id=7), row(2, department_id=8), row(3, department_id=None)]
    names = on("GET /api/departments", Said(200, [{"id": 7, "name": "North"}]))
    stub = Stub(on(LIST, Said(200, told)), names)
    client = system(stub)
    first = await client.list(DAY, ALL)
    assert first.rows is not None
    assert [entry.department for entry in first.rows] == ["North", "Department 8", ""]
    again = await client.list(DAY, ALL, first.validator)
    assert again.rows is None
    assert stub.lines.count("GET /api/departments") == 1
    hidden = await system(Stub(on(LIST, Said(200, told)))).list(DAY, ALL)
    assert hidden.rows is not None
    assert [entry.department for entry in hidden.rows] == ["Department 7", "Department 8", ""]
    plain = Stub(on(LIST, Said(200, [row(1)])))
    await system(plain).list(DAY, ALL)
    assert "GET /api/departments" not in plain.lines
