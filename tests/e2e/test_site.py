"""A short stretch of the benchmark ``site``: people on a real server, three boards and a cursor, all right."""

from __future__ import annotations

import os

import pytest

from tests.benchmarks.site import INTERVAL, simulate

# A machine that has something else to do hands over no board in time; what must always hold is judged exactly.
SLACK = 5.0


@pytest.mark.skipif(os.name != "posix", reason="processes and sockets of POSIX")
def test_three_boards_show_what_the_server_has() -> None:
    outcome = simulate(8.0, executions=60, grace=SLACK)
    assert outcome.accepted >= 5
    assert (outcome.unseen, outcome.wrong) == (0, 0)
    assert (outcome.looks > 0, outcome.moved) == (True, 0)
    assert max(outcome.lags) <= INTERVAL + SLACK
