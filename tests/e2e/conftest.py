"""The real command in a real terminal, at the real time."""

from __future__ import annotations

import pytest

from tests.support.midnight import not_at_midnight


@pytest.fixture(autouse=True)
def one_day() -> None:
    """What is due today at the beginning of a test is due today at its end."""
    not_at_midnight()
