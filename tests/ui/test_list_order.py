"""Order, groups, filter and geometry of the list, without a terminal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.list_app import DONE, LATE, MISSED, NOW, OPEN, PERIOD, STARTED, key, row, table
from tui.model.execution import Execution, Group, Key, group_of
from tui.model.status import Phase, Status
from tui.ui.widgets.list_find import Finder, tokens_of
from tui.ui.widgets.list_lines import Lines
from tui.ui.widgets.list_order import arrange
from tui.ui.widgets.list_state import ListState

STATUSES = [OPEN, STARTED, LATE, DONE, MISSED, Status("?", Phase.UNKNOWN), Status("w", Phase.WAITING)]


@st.composite
def executions(draw: st.DrawFn) -> list[Execution]:
    parts = st.tuples(
        st.one_of(st.none(), st.integers(-400, 400)),
        st.sampled_from(STATUSES),
        st.one_of(st.none(), st.integers(-9, 0)),
    )
    return [
        row(n, minutes, status, touched=seen)
        for n, (minutes, status, seen) in enumerate(draw(st.lists(parts, max_size=40)))
    ]


@given(executions())
def test_groups_are_those_of_the_model(rows: list[Execution]) -> None:
    order = arrange(rows, NOW)
    found = {name: group for group in Group for name in order.groups[group]}
    assert found == {each.key: group_of(each, NOW) for each in rows}


@given(executions())
def test_order_inside_the_groups(rows: list[Execution]) -> None:
    by_key = table(*rows)
    groups = [[by_key[name] for name in group] for group in arrange(rows, NOW).groups]
    far = datetime(9999, 1, 1, tzinfo=UTC)
    for group in (Group.OVERDUE, Group.DUE, Group.LATER):
        moments = [each.due or far for each in groups[group]]
        assert moments == sorted(moments)
    ends = [each.touched or each.due or datetime.min.replace(tzinfo=UTC) for each in groups[Group.CLOSED]]
    assert ends == sorted(ends, reverse=True)


@given(executions())
def test_nothing_moves_before_the_named_moment_and_something_after_it(rows: list[Execution]) -> None:
    order = arrange(rows, NOW)
    if order.until is None:
        assert arrange(rows, NOW + timedelta(days=3)).groups == order.groups
    else:
        assert arrange(rows, order.until).groups == order.groups
        assert arrange(rows, order.until + timedelta(microseconds=2)).groups != order.groups


def test_equal_moments_are_ordered_by_title() -> None:
    rows = [row(1, 5, title="Bread"), row(2, 5, title="Apples"), row(3, 4, title="Zoo")]
    assert [name.id for name in arrange(rows, NOW).groups[Group.DUE]] == ["3", "2", "1"]


def test_closed_work_of_the_look_back_is_hidden_and_unfinished_is_carried_over() -> None:
    rows = [row("old done", -600, DONE), row("old open", -600), row("kept", -700, DONE), row("today", -60, DONE)]
    groups = arrange(rows, NOW, begins=PERIOD.start, kept={key("kept")}).groups
    assert [name.id for name in groups[Group.OVERDUE]] == ["old open"]
    assert [name.id for name in groups[Group.CLOSED]] == ["today", "kept"]


def test_lines_know_where_everything_stands() -> None:
    groups: tuple[list[Key], ...] = ([key(1), key(2)], [], [key(3)], [key(4), key(5), key(6)])
    for height in (1, 2):
        lines = Lines(groups, height)
        assert lines.total == 3 + 6 * height
        assert [place.row for y in range(lines.total) if (place := lines.at(y)) and place.part == 0] == [
            None,
            0,
            1,
            None,
            2,
            None,
            3,
            4,
            5,
        ]
        for number in range(6):
            place = lines.at(lines.y_of(number))
            assert place is not None
            assert (place.row, place.part) == (number, 0)
        assert lines.at(-1) is None
        assert lines.at(lines.total) is None


@given(
    st.lists(st.integers(0, 5), min_size=4, max_size=4), st.integers(1, 2), st.integers(0, 40), st.integers(0, 20)
)
def test_between_finds_the_rows_that_begin_in_a_window(sizes: list[int], height: int, top: int, size: int) -> None:
    names = iter(range(100))
    lines = Lines(tuple([key(next(names)) for _ in range(n)] for n in sizes), height)
    inside = [n for n in range(len(lines.keys)) if top <= lines.y_of(n) < top + size]
    assert list(lines.between(top, top + size)) == inside


def test_every_word_must_occur_somewhere() -> None:
    rows = table(
        row(4711, title="Kühlraum", place="Küche Süd"),
        row(2, title="Bar", place="Straße 5", status=STARTED),
        row(3, title="Lager [x]", place="Nord"),
    )
    groups = arrange(rows.values(), NOW).groups
    expected = {
        "kühl": ["4711"],
        "471": ["4711"],
        "STRASSE": ["2"],
        "started bar": ["2"],
        "bar kühl": [],
        "[x]": ["3"],
        "": ["4711", "2", "3"],
    }
    for text, ids in expected.items():
        found = Finder().search(groups, rows, tokens_of(text))
        assert sorted(name.id for group in found for name in group) == sorted(ids), text


@given(st.lists(st.text("ab ", max_size=4), max_size=30), st.text("ab ", min_size=1, max_size=5))
def test_typing_on_finds_the_same_as_searching_anew(titles: list[str], text: str) -> None:
    rows = table(*[row(n, title=title, place="") for n, title in enumerate(titles)])
    typed, whole = ListState(), ListState()
    for state in (typed, whole):
        state.load(rows, PERIOD, NOW)
    for end in range(len(text) + 1):
        typed.find(text[:end])
    whole.find(text)
    assert typed.lines.keys == whole.lines.keys


def test_counts_know_groups_and_what_is_shown() -> None:
    state = ListState()
    state.load(table(row(1, -5, LATE), row(2, -4), row(3, 500), row(4, -9, DONE), row(5, -900, DONE)), PERIOD, NOW)
    state.find("task 1")
    counts = state.counts()
    assert counts.groups == {Group.OVERDUE: 2, Group.DUE: 0, Group.LATER: 1, Group.CLOSED: 1}
    assert (counts.total, counts.shown) == (4, 1)


def test_counts_tell_the_truth_while_changes_are_held() -> None:
    state = ListState()
    rows = table(row(1, -5), row(2, 5))
    state.load(rows, PERIOD, NOW)
    state.touch(100.0)
    rows = table(row(2, 5, DONE), row(3, -1))
    assert not state.apply(rows, {key(3)}, {key(2)}, {key(1)}, NOW, 101.0)
    assert len(state.held) == 3
    assert state.counts().groups == {Group.OVERDUE: 1, Group.DUE: 0, Group.LATER: 0, Group.CLOSED: 1}
    assert [name.id for name in state.lines.keys] == ["1", "2"]


@given(executions(), st.integers(-500, 500))
def test_what_is_carried_over(rows: list[Execution], minutes: int) -> None:
    begins = NOW + timedelta(minutes=minutes)
    whole, shown = arrange(rows, NOW), arrange(rows, NOW, begins=begins)
    by_key = table(*rows)
    for group in Group:
        expected = [
            name
            for name in whole.groups[group]
            if (due := by_key[name].due) is None
            or due >= begins
            or group is Group.OVERDUE
            or (group is not Group.CLOSED and begins <= NOW)
        ]
        assert shown.groups[group] == expected
    everything = arrange(rows, NOW, begins=begins, kept={each.key for each in rows})
    assert everything.groups == whole.groups
