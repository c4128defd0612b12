"""What the workbench tests share: a journal on disk, a site in memory, a clock that is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.workbench.bench import Bench
from tests.workbench.site import ManualTime, Site
from tui.workbench.journal import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    yield journal
    journal.close()


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def time() -> ManualTime:
    return ManualTime()


@pytest.fixture
async def benches(path: Path, site: Site, time: ManualTime) -> AsyncIterator[Callable[..., Bench]]:
    """Makes benches on the same file and site; closes them."""
    made: list[Bench] = []

    def make(owner: str = "kitchen-1", *, connected: bool = True) -> Bench:
        made.append(Bench(path, site, time, owner, connected=connected))
        return made[-1]

    yield make
    for bench in made:
        await bench.close()


@pytest.fixture
async def bench(benches: Callable[..., Bench]) -> Bench:
    return benches()
