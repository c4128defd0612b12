from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.superai.place import House
from tests.embedded.superai.world import make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("superai"))


@pytest.fixture
def house(tmp_path: Path, made: Path) -> Iterator[House]:
    found = House(tmp_path, made)
    yield found
    found.site.close()
