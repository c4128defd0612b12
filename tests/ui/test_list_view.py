"""Sorting, sections, children under parents, choosing, finding: the pure parts of the list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.list_app import DONE, LATE, NOW, PERIOD, STARTED, key, row, table
from tui.config.settings import COLUMNS
from tui.model.execution import Execution, Key
from tui.ui.widgets.list_choice import Choice
from tui.ui.widgets.list_find import tokens_of
from tui.ui.widgets.list_order import arrange
from tui.ui.widgets.list_state import ListState
from tui.ui.widgets.list_view import SORTABLE, VALUES, Column, Sections, View, put


def made(name: str | int, minutes: float | None = 5, **more: Any) -> Execution:
    return msgspec.structs.replace(row(name, minutes), **more)


def shown(state: ListState) -> list[str]:
    return [name.id for name in state.lines.keys]


def state_of(*rows: Execution) -> ListState:
    state = ListState()
    state.load(table(*rows), PERIOD, NOW)
    return state


def test_the_config_knows_the_columns_of_the_list() -> None:
    assert tuple(Column) == COLUMNS


ANY_ROW = st.builds(
    made,
    st.integers(1, 300),
    st.one_of(st.none(), st.integers(-90, 90)),
    title=st.sampled_from(["", "Bar", "bar", "Äpfel", "Zoo"]),
    place=st.sampled_from(["", "Nord", "süd"]),
    points=st.one_of(st.none(), st.floats(0, 9)),
    actor=st.sampled_from([None, "", "Maria", "ben"]),
    status=st.sampled_from([LATE, STARTED, DONE]),
    touched=st.one_of(st.none(), st.just(NOW), st.just(NOW - timedelta(hours=1))),
    assignment=st.sampled_from([None, "1", "2"]),
)


@given(st.lists(ANY_ROW, max_size=30, unique_by=lambda each: each.key), st.sampled_from(SORTABLE), st.booleans())
def test_a_column_sorts_all_rows_with_empty_ones_last_and_equal_ones_in_the_usual_order(
    rows: list[Execution], column: Column, descending: bool
) -> None:
    usual = arrange(rows, NOW).rows
    before = [each for group in usual for each in group]
    found = put(usual, View(column, descending, Sections.NONE)).groups[0]
    by_key = table(*rows)
    values = [VALUES[column](by_key[name]) for name in found]
    filled = [value for value in values if value is not None]
    assert values == filled + [None] * (len(values) - len(filled))
    assert filled == sorted(filled, reverse=descending)
    places = {each.key: n for n, each in enumerate(before)}
    for one, other, a, b in zip(found, found[1:], values, values[1:], strict=False):
        if a == b:
            assert places[one] < places[other]
    assert sorted(found) == sorted(each.key for each in rows)


def test_the_same_column_once_more_turns_round_and_the_header_says_so() -> None:
    view = View().sorted_by(Column.TITLE)
    assert (view.words(), view.sections) == ("by Title ▲", Sections.NONE)
    view = view.sorted_by(Column.TITLE)
    assert view.words() == "by Title ▼"
    assert view.words(ascii_only=True) == "by Title v"
    assert view.sorted_by(Column.TITLE).words() == "by Title ▲"
    assert view.sorted_by(None) == View()
    grouped = view.sectioned(True)
    assert grouped.words() == "by Title ▼ · grouped by assignment"
    assert grouped.sectioned(False).sections is Sections.NONE
    assert View().sectioned(True).sectioned(False) == View()


def test_numbers_are_sorted_as_numbers() -> None:
    state = state_of(*[made(name) for name in ("10", "9", "100")])
    state.put(View(Column.ID, False, Sections.NONE), NOW)
    assert shown(state) == ["9", "10", "100"]


def test_sections_by_assignment_have_names_and_keep_the_usual_order_inside() -> None:
    state = state_of(
        made(1, -5, assignment="7", place="Nord"),
        made(2, 5, assignment="8", place="Bar"),
        made(3, -9, assignment="7", place="Nord"),
        made(4, 1, assignment=None),
    )
    state.put(View().sectioned(True), NOW)
    assert [(section.name, section.size) for section in state.lines.sections] == [
        ("Bar", 1),
        ("Nord", 2),
        ("No assignment", 1),
    ]
    assert shown(state) == ["2", "3", "1", "4"]


def test_children_stand_under_their_parent_in_the_same_section() -> None:
    state = state_of(
        made(1, -50),
        made(2, -40),
        made(3, -30, parent="1"),
        made(4, -20, parent="3"),
        made(5, 30, parent="1"),
        made(6, -10, parent="nobody"),
    )
    assert shown(state) == ["1", "3", "4", "2", "6", "5"]
    assert [state.depth(key(n)) for n in (1, 3, 4, 5, 6)] == [0, 1, 2, 0, 0]


def test_rows_that_are_their_own_ancestors_are_all_shown() -> None:
    state = state_of(made(1, -3, parent="2"), made(2, -2, parent="1"), made(3, -1, parent="3"))
    assert sorted(shown(state)) == ["1", "2", "3"]


def test_a_change_in_the_sorted_column_moves_the_row_and_any_other_does_not() -> None:
    rows = [made(1, 5, points=1.0), made(2, 6, points=2.0)]
    state = state_of(*rows)
    state.put(View(Column.POINTS, False, Sections.NONE), NOW)
    better = msgspec.structs.replace(rows[0], points=9.0)
    assert state.apply(table(better, rows[1]), (), {key(1)}, (), NOW, 100.0)
    assert shown(state) == ["2", "1"]
    other = msgspec.structs.replace(better, actor="Ben")
    assert not state.apply(table(other, rows[1]), (), {key(1)}, (), NOW, 200.0)


def test_another_order_uses_what_the_rows_are_now() -> None:
    rows = [made(1, 5, points=1.0), made(2, 6, points=2.0)]
    state = state_of(*rows)
    better = msgspec.structs.replace(rows[0], points=9.0)
    assert not state.apply(table(better, rows[1]), (), {key(1)}, (), NOW, 100.0)
    state.put(View(Column.POINTS, False, Sections.NONE), NOW)
    assert shown(state) == ["2", "1"]


# -- choosing -------------------------------------------------------------------------------------------------


def test_choosing_one_a_range_and_all() -> None:
    names = [key(n) for n in range(6)]
    choice = Choice()
    choice.toggle(names[1])
    assert choice.extend(names, 3) == names[1:4]
    choice.toggle(names[2])
    assert choice.keys == {names[1], names[3]}
    choice.all_or_none(names)
    assert len(choice) == 6
    choice.all_or_none(names)
    assert not choice.clear()
    assert choice.extend(names, 4) == [names[4]]


def test_what_goes_is_chosen_no_more_and_nothing_grows_in_a_week() -> None:
    state = ListState()
    rows: dict[Key, Execution] = {}
    tick = 0.0
    for week in range(50):
        fresh = table(*[row(f"{week}-{n}", n) for n in range(10)])
        if not week:
            state.load(fresh, PERIOD, NOW)
        else:
            state.apply(fresh, fresh.keys(), (), rows.keys(), NOW, tick)
        state.find("task")
        state.find("")
        state.choice.all_or_none(state.lines.keys)
        closed = table(*[row(name.id, -9, DONE) for name in fresh])
        state.apply(closed, (), closed.keys(), (), NOW, tick + 20)
        tick += 100
        state.select_row(0)
        state.fade(tick)
        rows = closed
    state.settle(NOW, tick)
    for kept in (state.rows, state.choice.keys, state.unseen, state._kept, state._finder._texts, state.gone):
        assert len(kept) <= 20, kept


# -- finding --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Bar  ÄPFEL", ("bar", "apfel")),
        ('"kitchen north" x', ("kitchen north", "x")),
        ('"kitch', ("kitch",)),
        ('""', ()),
        ('a" b', ('a"', "b")),
    ],
)
def test_words_of_a_filter(text: str, tokens: tuple[str, ...]) -> None:
    assert tokens_of(text) == tokens


def test_person_department_and_quotes_are_found() -> None:
    state = state_of(
        made(1, actor="Maria Lindner", place="Kitchen North"),
        made(2, actor="Ben", place="North Kitchen", department="Logistics"),
    )
    for text, ids in {
        "lindner": ["1"],
        "logist": ["2"],
        '"kitchen north"': ["1"],
        "kitchen north": ["1", "2"],
    }.items():
        state.find(text)
        assert (shown(state), state.loose) == (ids, False), text


def test_umlauts_are_found_as_they_are_plain_and_written_out() -> None:
    rows = [made(1, title="Kühlschrank"), made(2, title="Kuchen"), made(3, title="Ware prüfen", place="Straße")]
    state = state_of(*rows)
    for text, found in {
        "kuhl": ["1"],
        "KÜHL": ["1"],
        "kuehl": ["1"],
        "ku": ["1", "2"],
        "strasse": ["3"],
        "pruef": ["3"],
        "zzz": [],
    }.items():
        state.find(text)
        assert ([] if state.loose else sorted(shown(state))) == found, text


def test_letters_in_their_order_are_found_only_where_nothing_has_the_word() -> None:
    state = state_of(made(1, title="Kühlschrank-Runde"), made(2, title="Küche öffnen"), made(3, title="k x s"))
    state.find("ksr")
    assert (shown(state), state.loose) == (["1"], True)
    state.find("ks")
    assert sorted(shown(state)) == ["1", "3"]
    state.find("kü")
    assert (sorted(shown(state)), state.loose) == (["1", "2"], False)
    state.find("ksru")
    assert shown(state) == ["1"]
    state.find("ksruz")
    assert shown(state) == []


@given(st.lists(st.text("abk\n ", max_size=5), max_size=20), st.text("abk ", min_size=1, max_size=4))
def test_a_prepared_search_finds_the_same(titles: list[str], text: str) -> None:
    rows = [made(n, title=title, place="", actor="") for n, title in enumerate(titles)]
    plain, ready = state_of(*rows), state_of(*rows)
    for _ in ready.preparing(3):
        pass
    plain.find(text)
    ready.find(text)
    assert shown(plain) == shown(ready)
