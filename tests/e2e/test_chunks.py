"""A slice of ``python -m tests.benchmarks chunks``: random answers in random pieces, all where they belong."""

from __future__ import annotations

import pytest

from tests.benchmarks import chunks
from tests.benchmarks.values import Kept


@pytest.mark.parametrize("seed", ["first", "second"])
def test_random_answers_in_random_pieces(seed: str) -> None:
    score = chunks.here(seed, 1000)
    assert (score.wrong, score.lost) == (0, 0), score.examples[:3]
    assert score.values == 1000
    assert score.pieces > 500


def test_random_answers_in_random_pieces_through_a_pty() -> None:
    score = chunks.in_a_pty("third", 300)
    assert (score.wrong, score.lost) == (0, 0), score.examples[:3]
    assert score.values == 300


def test_the_score_tells_what_is_lost_from_what_is_in_a_wrong_field() -> None:
    score = chunks.Score()
    score.compare("a", Kept("4.5", "warm"), Kept("4.5", "warm"))
    assert score.good
    score.compare("b", Kept("abcdef"), Kept("abdef"))
    assert (score.wrong, score.lost) == (0, 1)
    score.compare("c", Kept("4.5"), Kept("4.57"))
    score.compare("d", Kept("4.5"), Kept("4.5", "warm"))
    assert (score.values, score.wrong, score.lost, score.good) == (4, 2, 1, False)
    score.compare("e", Kept("4.5"), None)
    assert score.lost > 1
