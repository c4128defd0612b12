"""Long lists whose order is only made as far as somebody looks."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from operator import attrgetter

import pytest

from tests.ui.list_app import DONE, LATE, NOW, OPEN, PERIOD, STARTED, key, row, table
from tui.model.execution import Execution, Group, Key
from tui.ui.widgets.list_lazy import FEW, FIRST, Joined, Keys
from tui.ui.widgets.list_order import arrange, closed_at
from tui.ui.widgets.list_state import ListState

MANY = 4 * FEW
due_of = attrgetter("due")


def long_list(count: int = MANY, *, moments: int = 300) -> list[Execution]:
    chance = random.Random(5)
    return [
        row(
            number,
            None if chance.random() < 0.02 else chance.randrange(-moments, moments),
            chance.choice([OPEN, STARTED, LATE, DONE]),
            touched=chance.choice([None, -chance.randrange(moments)]),
        )
        for number in range(count)
    ]


def expected(rows: list[Execution]) -> list[list[Execution]]:
    """The order in words of the standard library; in groups of many, rows of one moment stay as they came."""
    groups = [list(group) for group in arrange(rows, NOW).rows]
    undated = [each for each in groups[Group.DUE] if each.due is None]
    dated = [[each for each in rows if each in set_of and each.due is not None] for set_of in groups[:3]]
    ordered = [sorted(group, key=attrgetter("due", "title") if len(group) <= FEW else due_of) for group in dated]
    ordered[Group.DUE] += undated
    closed = [each for each in rows if each in groups[Group.CLOSED]]
    return [*ordered, sorted(closed, key=closed_at, reverse=True)]


@pytest.mark.parametrize("moments", [3, 300, 100_000])
def test_the_first_rows_are_those_of_the_whole_order(moments: int) -> None:
    rows = long_list(moments=moments)
    whole = expected(rows)
    for group, wanted in zip(arrange(rows, NOW).rows, whole, strict=True):
        assert group[:FIRST] == wanted[:FIRST]
        assert [group[place] for place in range(min(FIRST + 5, len(group)))] == wanted[: FIRST + 5]
        assert list(group)[-1:] == wanted[-1:]
        assert list(group) == wanted
    assert sum(len(group) > FEW for group in whole) >= 2


def test_keys_are_found_near_and_far_and_not_at_all() -> None:
    rows = long_list()
    keys = Keys(rows)
    for place in (0, FIRST - 1, FIRST, MANY - 1):
        assert keys.index(rows[place].key) == place
        assert keys.index(key(place)) == place, "another object that is equal"
    with pytest.raises(ValueError, match="not in list"):
        keys.index(key("nowhere"))
    assert keys[2:4] == [key(2), key(3)]
    assert keys == [each.key for each in rows]
    assert keys != [each.key for each in reversed(rows)]


def test_several_sequences_are_read_as_one() -> None:
    parts = [[key(1), key(2)], [], [key(n) for n in range(3, 3 + 2 * FIRST)]]
    joined, flat = Joined(parts), [each for part in parts for each in part]
    assert [joined[place] for place in range(len(joined))] == list(joined) == flat
    assert (joined[-1], joined[1:3], joined[::-1]) == (flat[-1], flat[1:3], flat[::-1])
    assert [joined.index(each) for each in flat] == list(range(len(flat)))
    with pytest.raises(IndexError):
        joined[len(flat)]
    with pytest.raises(ValueError, match="nowhere"):
        joined.index(key("nowhere"))
    assert not Joined([])


def test_what_was_handed_over_is_never_changed() -> None:
    rows = table(row(1), row(2), row(3))
    state = ListState()
    state.load(rows, PERIOD, NOW)
    after = {name: each for name, each in rows.items() if name != key(2)} | table(row(4))
    kept = dict(rows), dict(after)
    state.select_row(1)
    state.apply(after, {key(4)}, (), {key(2)}, NOW, 100.0)
    assert state.selected == key(2), "the row under the cursor stays until it is left"
    assert key(2) in state.rows
    state.select_row(0)
    state.settle(NOW, 200.0)
    assert set(state.rows) == {key(1), key(3), key(4)}
    assert (rows, after) == kept


@pytest.mark.parametrize("seed", range(20))
def test_counts_are_those_of_now_while_nothing_may_move(seed: int) -> None:
    chance = random.Random(seed)
    rows = {each.key: each for each in long_list(60, moments=200)}
    state, now, tick = ListState(), NOW, 0.0
    state.load(rows, PERIOD, now)
    for _ in range(40):
        now, tick = now + timedelta(minutes=chance.choice([0, 0, 1, 9])), tick + 1.0
        before = rows
        new = {key(number): made(number, chance) for number in chance.sample(range(80), 6)}
        gone = set(chance.sample(sorted(before.keys() - new.keys()), 3))
        rows = {name: each for name, each in (before | new).items() if name not in gone}
        state.touch(tick if chance.random() < 0.9 else tick - 60.0)
        state.apply(rows, new.keys() - before.keys(), new.keys() & before.keys(), gone, now, tick)
        wanted = {group: len(found) for group, found in zip(Group, truth(rows, now), strict=True)}
        assert state.counts().groups == wanted


def made(number: int, chance: random.Random) -> Execution:
    status = chance.choice([OPEN, STARTED, LATE, DONE])
    return row(number, chance.randrange(-200, 200), status, touched=chance.choice([None, -5]))


def truth(rows: dict[Key, Execution], now: datetime) -> list[list[Execution]]:
    """Counted from scratch; all of it is of one day, so that nothing is left out."""
    return [list(group) for group in arrange(rows.values(), now, begins=PERIOD.start).rows]
