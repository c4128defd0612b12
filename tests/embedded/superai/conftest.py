from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.embedded.superai.world import World, make


@pytest.fixture(scope="session")
def superai_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("superai"))


@pytest.fixture
async def world(tmp_path: Path, superai_site: Path) -> AsyncIterator[World]:
    made = World(tmp_path, superai_site)
    yield made
    await made.close()
