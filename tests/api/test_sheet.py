"""An answer read along the one before it: what is read again, what stays, and that the loop is given back."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.api import sheet
from tui.api.sheet import UNFIT, Sheet, same
from tui.model import turns as turns_module

Element = dict[str, Any]


class Reading:
    """A sheet that notes what it had to read."""

    def __init__(self) -> None:
        self.made: list[Any] = []
        self.sheet: Sheet[tuple[Any, bytes]] = Sheet(self._make, lambda row: row[0])

    def _make(self, data: bytes) -> tuple[Any, bytes]:
        value = json.loads(data)
        name = value.get("id") if isinstance(value, dict) else None
        self.made.append(name)
        return name, data

    def read(self, body: bytes) -> list[tuple[Any, bytes]]:
        self.made.clear()
        return asyncio.run(self.sheet.read(body))


def element(number: int, state: str = "open", **more: Any) -> Element:
    return {"id": number, "state": state, "child": [{"id": 1}, {"id": 2}], "text": '},{"id": 3', **more}


def dumped(elements: list[Any], separators: tuple[str, str] = (",", ":")) -> bytes:
    return json.dumps(elements, separators=separators).encode()


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\n ", " : ")])
def test_only_what_changed_is_read(separators: tuple[str, str]) -> None:
    reading = Reading()
    elements = [element(number) for number in range(1000)]
    before = reading.read(dumped(elements, separators))
    elements[3] = element(3, "done")
    elements[500] = element(500, "missed by a long text")
    elements[999] = element(999, "done")
    found = reading.read(dumped(elements, separators))
    assert reading.made == [3, 500, 999]
    assert [json.loads(data) for _, data in found] == elements
    assert all(found[n] is before[n] for n in range(1000) if n not in (3, 500, 999))


def test_what_is_gone_new_or_moved_costs_itself_alone() -> None:
    reading = Reading()
    elements = [element(number) for number in range(1000)]
    before = {row[0]: row for row in reading.read(dumped(elements))}
    moved = elements.pop(700)
    elements.insert(0, moved)
    elements.insert(200, element(5000))
    del elements[600:603]
    del elements[-1]
    found = reading.read(dumped(elements))
    assert set(reading.made) <= {700, 5000, 602, 603, 601, 0}
    assert [json.loads(data) for _, data in found] == elements
    assert all(row is before[row[0]] for row in found if row[0] != 5000)


def test_a_list_in_another_order_is_read_from_what_is_known() -> None:
    reading = Reading()
    elements = [element(number) for number in range(1000)]
    before = {row[0]: row for row in reading.read(dumped(elements))}
    random.Random(5).shuffle(elements)
    found = reading.read(dumped(elements))
    assert len(reading.made) < 200
    assert [row[0] for row in found] == [one["id"] for one in elements]
    assert all(row is before[row[0]] for row in found)


def test_an_empty_list_and_back() -> None:
    reading = Reading()
    elements: list[Any] = [element(1), element(2)]
    assert len(reading.read(dumped(elements))) == 2
    assert reading.read(b" [ ] ") == []
    assert len(reading.read(dumped(elements))) == 2


SCRAPS = st.one_of(
    st.builds(element, st.integers(0, 12), st.sampled_from(["open", "done", "dö]ne,{", ""])),
    st.integers(),
    st.text(max_size=4),
    st.none(),
    st.lists(st.integers(), max_size=2),
    st.just({}),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(SCRAPS, max_size=12), min_size=2, max_size=4), st.sampled_from([(",", ":"), (" ,\n", ": ")])
)
def test_any_answer_after_any_other_says_what_it_says(
    answers: list[list[Any]], separators: tuple[str, str]
) -> None:
    reading = Reading()
    for elements in answers:
        found = reading.read(dumped(elements, separators))
        assert [json.loads(data) for _, data in found] == elements


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_broken_answer_is_refused_whatever_was_before(data: st.DataObject) -> None:
    elements = [element(number) for number in range(6)]
    body = dumped(elements)
    place = data.draw(st.integers(0, len(body) - 1))
    kind = data.draw(st.sampled_from(["cut", "drop", "double"]))
    tail = {"cut": b"", "drop": body[place + 1 :], "double": body[place:]}[kind]
    broken = body[: place + (kind == "double")] + tail
    reading = Reading()
    reading.read(body)
    try:
        expected = json.loads(broken)
    except ValueError:
        with pytest.raises(UNFIT):
            reading.read(broken)
        return
    if isinstance(expected, list):
        assert [json.loads(element) for _, element in reading.read(broken)] == expected


async def test_a_reader_gives_the_loop_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "TURN", -1.0)
    turns = 0

    async def other_work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    reading = Reading()
    elements = [element(number, comment="x" * 200) for number in range(3000)]
    task = asyncio.create_task(other_work())
    await reading.sheet.read(dumped(elements))
    cold, turns = turns, 0
    for number in range(0, 3000, 30):
        elements[number] = element(number, "done")
    await reading.sheet.read(dumped(elements))
    task.cancel()
    assert cold >= len(dumped(elements)) // sheet.CHUNK // 2
    assert turns >= 100


async def test_equal_bytes_are_told_in_pieces() -> None:
    body = random.Random(1).randbytes(3_000_000)
    assert await same(body, bytes(bytearray(body)))
    assert not await same(body, body[:-1] + b"x")
    assert not await same(body, body + b"x")
