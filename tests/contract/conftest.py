from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contract.server import Api, Running, running
from tests.embedded.world import World


@pytest.fixture(scope="session", params=["in process", "socket"])
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(request.param, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
async def api(live: Running) -> AsyncIterator[Api]:
    async with live.client() as client:
        yield Api(live, client)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A small site made to measure, in process."""
    made = World(tmp_path)
    yield made
    await made.close()
