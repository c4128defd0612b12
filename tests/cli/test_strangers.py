"""``shiftdeck sync`` with a renewed token: what the earlier token of the same person left is sent as well."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.workbench.bench import Bench
from tests.workbench.site import ManualTime, Site, request
from tui.cli.ports import Shop
from tui.cli.sending.drain import drain, stranger
from tui.model.errors import Unauthorised, Unreachable
from tui.workbench.entry import Entry, EntryState
from tui.workbench.workbench import Workbench

OLD, NEW, FOREIGN = "kitchen:here:old", "kitchen:here:new", "kitchen:there:old"


class OneDesk:
    """A shop with one workbench."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def workbench(self, profile: str, user: str = "") -> Workbench:
        assert (profile, user) == ("kitchen", "")
        return self._bench.workbench


def bench(path: Path, site: Site, time: ManualTime, owner: str, *, connected: bool = False) -> Bench:
    time.pass_(60)
    return Bench(path, site, time, owner, connected=connected, place=owner.rpartition(":")[0], user="")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


async def leave(path: Path, site: Site, time: ManualTime, owner: str, *numbers: str) -> None:
    """Entries of ``owner`` that wait."""
    old = bench(path, site, time, owner, connected=True)
    await old.workbench.whoami()
    for number in numbers:
        await old.workbench.submit(request(number, a="5"))
    await old.close()


async def test_what_the_earlier_token_left_is_sent(path: Path) -> None:
    site, time = Site(), ManualTime()
    await leave(path, site, time, OLD, "1", "2")
    heard: list[Entry] = []
    shop = cast(Shop, OneDesk(bench(path, site, time, NEW)))
    done = await drain(shop, "kitchen", "", [OLD], heard.append)
    assert (done.problem, done.error, done.waiting) == (None, None, [])
    assert [number for _, number, _ in site.done] == ["1", "2"]
    assert [entry.state for entry in heard if entry.state is EntryState.SENT] == [EntryState.SENT] * 2


async def test_what_another_address_got_stays(path: Path) -> None:
    site, time = Site(), ManualTime()
    await leave(path, site, time, FOREIGN, "1")
    await leave(path, site, time, OLD, "2")
    shop = cast(Shop, OneDesk(bench(path, site, time, NEW)))
    done = await drain(shop, "kitchen", "", [FOREIGN, OLD], lambda _: None)
    assert (done.problem, done.waiting) == (stranger(), [])
    assert [number for _, number, _ in site.done] == ["2"]


@pytest.mark.parametrize("error", [Unauthorised(), Unreachable()])
async def test_without_an_answer_of_the_server_they_are_left_alone(path: Path, error: Exception) -> None:
    site, time = Site(), ManualTime()
    await leave(path, site, time, OLD, "1")
    site.always["whoami"] = error
    shop = cast(Shop, OneDesk(bench(path, site, time, NEW)))
    done = await drain(shop, "kitchen", "", [OLD], lambda _: None)
    assert (done.problem, done.entries) == (stranger(), [])
    assert site.done == []
