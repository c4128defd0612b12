"""The stages of the fault matrix are given back at the end of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import registry


@pytest.fixture(scope="session", autouse=True)
def _stages() -> Iterator[None]:
    yield
    registry.close()
