"""When garbage is looked for."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tui.ui.memory import FEW_STEPS, FEW_THINGS, MOST_STEPS, REST_SECONDS, STEPS, Calm, calm_collector


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


class Knot:
    """Keeps itself alive until somebody looks."""

    left = 0

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        Knot.left += 1


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The middle steps so far; the collector is as before when the test is over."""
    before, taken = gc.get_threshold(), [0]
    gc.collect()
    Knot.left = 0
    monkeypatch.setattr(gc, "get_stats", lambda: [{}, {"collections": taken[0]}, {}])
    yield taken
    gc.set_threshold(*before)
    gc.unfreeze()
    gc.collect()


def test_a_thorough_look_waits_until_nobody_types(steps: list[int]) -> None:
    hand = Hand()
    calm_collector()
    calm = Calm(hand)
    Knot()
    gc.freeze()  # as old as what is there from the beginning
    steps[0] = STEPS
    calm.look()
    assert Knot.left == 0, "a key has just been pressed"
    hand.now += REST_SECONDS
    calm.touch()
    calm.look()
    assert Knot.left == 0
    hand.now += REST_SECONDS
    calm.look()
    assert Knot.left == 1
    Knot()
    calm.look()
    assert Knot.left == 1, "nothing has been made since"


def test_what_is_young_and_little_does_not_wait_for_a_rest(
    steps: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = Hand()
    calm_collector()
    calm = Calm(hand)
    Knot()
    gc.freeze()
    Knot()
    gc.collect(1)
    assert Knot.left == 1, "a small step finds what is young"
    old = Knot()
    gc.collect(1)
    del old
    gc.collect(1)
    assert Knot.left == 1, "and nothing that has come through one"
    calm.look()
    assert Knot.left == 1, "nothing has been made since"
    steps[0] = FEW_STEPS
    with monkeypatch.context() as patched:
        patched.setattr("tui.ui.memory.FEW_THINGS", 0)
        patched.setattr("tui.ui.memory.MANY_THINGS", 0)
        calm.look()
        assert Knot.left == 1, "there is so much that it would be noticed"
    calm.look()
    assert Knot.left == 2
    steps[0] = STEPS
    hand.now += REST_SECONDS
    calm.look()
    assert Knot.left == 3, "a rest finds all of it"


def test_what_is_alive_does_not_keep_what_a_busy_shift_leaves_behind_from_being_found(steps: list[int]) -> None:
    calm_collector()
    calm = Calm(Hand())
    alive = [[number] for number in range(FEW_THINGS)]
    gc.collect(1)
    steps[0] += FEW_STEPS
    calm.look()
    for made, found in ((FEW_THINGS // 20, 0), (FEW_THINGS // 4, FEW_THINGS // 20 + FEW_THINGS // 4)):
        left = [Knot() for _ in range(made)]
        for _ in range(2):
            gc.collect(1)  # by now a small step does not find them any more
        left.clear()
        steps[0] += FEW_STEPS
        calm.look()
        assert Knot.left == found, "once there is more of it than is worth a look"
    assert len(alive) == FEW_THINGS


def test_it_comes_in_any_case_where_nobody_ever_rests(steps: list[int]) -> None:
    hand = Hand()
    calm = Calm(hand)
    Knot()
    steps[0] = MOST_STEPS
    calm.look()
    assert Knot.left == 1


def test_small_steps_never_become_a_thorough_look(steps: list[int]) -> None:
    calm_collector()
    before = gc.get_count()[2]
    kept = [[number] for number in range(200_000)]
    assert gc.get_count()[2] > before, "many middle steps, and none of them went on"
    del kept
