"""``shiftdeck sync --watch``: a service that shares the work, takes over, and does not give up."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cli.place import TOKEN, Place
from tests.support.terminal import SHIFTDECK, Terminal
from tui.cli.sending.watch import Service
from tui.compose import Composer
from tui.compose.owners import server_place
from tui.config import Overrides, Profile, load_settings
from tui.model.action import Delivery, Request, Slot
from tui.workbench.books import Books, Queue
from tui.workbench.desk import service_of
from tui.workbench.entry import EntryState
from tui.workbench.workbench import Workbench

UNIT = Path(__file__).with_name("shiftdeck-sync.service")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def ended(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> list[str]:
    """What a service said, after it was asked to end and did so in order."""
    process.send_signal(number)
    assert process.wait(20) == 0
    assert process.stdout is not None
    said = process.stdout.read().splitlines()
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in said), said
    return [line[9:] for line in said]


def greeting(process: subprocess.Popen[str]) -> str:
    """What a service says first; it is ready then."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip()[9:]


def all_sent(place: Place) -> bool:
    return {entry.state for entry in place.entries()} == {EntryState.SENT}


def test_two_services_on_one_folder_send_each_entry_once(place: Place) -> None:
    names = place.queue(12)
    place.wire.cut()
    services = [place.start("sync", "--watch"), place.start("sync", "--watch", "--all")]
    for service in services:
        assert greeting(service) == "Ready to send. 12 items wait to be sent."
    place.wire.join()
    place.wait_for(lambda: all_sent(place), 60)
    said = [
        ended(service, number) for service, number in zip(services, (signal.SIGTERM, signal.SIGINT), strict=True)
    ]
    assert Counter(place.wire.writes) == Counter(names)
    for lines in said:
        assert lines[-1] == "Ended. What still waits is kept."
        assert TOKEN not in "".join(lines)
    sent = [re.sub("^local: ", "", line) for lines in said for line in lines if "sent: " in line]
    # each may have seen the other's
    assert len(sent) >= 12


def test_application_and_service_send_each_entry_once(place: Place) -> None:
    names = place.queue(10)
    place.wire.cut()
    service = place.start("sync", "--watch")
    with Terminal(SHIFTDECK, home=place.folder, environ=place.environ) as terminal:
        terminal.wait(re.compile("10 (items )?wait").search)
        place.wire.join()
        place.wait_for(lambda: all_sent(place), 60, beside=terminal.read)
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert ended(service)[-1] == "Ended. What still waits is kept."
    assert Counter(place.wire.writes) == Counter(names)


def test_the_entry_of_a_killed_application_is_taken_over_within_ten_seconds(place: Place) -> None:
    (name,) = place.queue(1)
    place.wire.held.set()
    service = place.start("sync", "--watch")
    with Terminal(SHIFTDECK, home=place.folder, environ=place.environ) as terminal:
        # the application sends at once, the service only what is there at its second look
        place.wait_for(place.wire.got_one.is_set, beside=terminal.read)
        terminal.kill()
    place.wire.held.clear()
    # 10 s by the clock of the lease, as the tests of the sender have it; the rest is this machine
    assert place.wait_for(lambda: all_sent(place)) < 10 + 10
    assert set(place.wire.writes) == {name}
    assert ended(service)[-1] == "Ended. What still waits is kept."


def test_a_service_goes_on_when_the_server_comes_and_goes(place: Place) -> None:
    service = place.start("sync", "--watch")
    place.queue(1)
    place.wait_for(lambda: all_sent(place))
    place.wire.cut()
    place.queue(2, at=place.wire.port)
    place.wait_for(lambda: any(entry.attempts for entry in place.entries(EntryState.WAITING)))
    place.wire.join()
    place.wait_for(lambda: all_sent(place), 60)
    lines = ended(service)
    assert lines[0] == "Ready to send. Nothing waits."
    assert sum("your entries are kept and sent" in line for line in lines) == 1
    assert "The server answers again." in lines
    assert sum(line.startswith("sent: ") for line in lines) == 3
    assert len(place.wire.writes) == 3


class Counting(Composer):
    """Counts the looks into the journal, and what costs a connection or a token."""

    opened = 0
    looks = 0

    def books(self) -> Books:
        made, queues = super().books(), Books.queues

        def counted() -> list[Queue]:
            self.looks += 1
            return queues(made)

        made.queues = counted  # type: ignore[method-assign]
        return made

    def workbench(self, profile: str, user: str = "") -> Workbench:
        self.opened += 1
        return super().workbench(profile, user)


@asynccontextmanager
async def serving(shop: Composer) -> AsyncIterator[list[str]]:
    """A service in this process, in a hurry; what it says."""
    said: list[str] = []
    over = asyncio.Event()
    running = asyncio.create_task(Service(shop, everybody=True, say_line=said.append, look_seconds=0.01).run(over))
    try:
        yield said
    finally:
        over.set()
        await running


async def until(condition: Callable[[], object]) -> None:
    """Let the service go on until it holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other threads and on disk
            await asyncio.sleep(0.01)


def remote(tmp_path: Path, environ: dict[str, str], address: str = "http://127.0.0.1:9") -> Counting:
    (tmp_path / "config.toml").write_text(f'[profiles.far]\nbase_url = "{address}"\ntoken_env = "FAR"\n')
    overrides = Overrides(config=tmp_path / "config.toml", data_dir=tmp_path / "data")
    return Counting(load_settings(overrides, {}), environ)


async def deny(shop: Composer, key: str) -> None:
    """An entry that waits."""
    bench = shop.workbench("far")
    request = Request(
        profile="far",
        system="intratool",
        key_id=key,
        action="deny",
        slot=Slot.DENY,
        delivery=Delivery.QUEUED,
        idempotency_key=f"key {key}",
        inputs={"deny_reason": "x"},
        title="Round",
    )
    await bench.outbox.add(request)
    await bench.close()


async def test_an_idle_service_opens_nothing_and_asks_for_no_token(tmp_path: Path) -> None:
    shop = remote(tmp_path, {})
    async with serving(shop) as said:
        await until(lambda: shop.looks > 20)
    assert shop.opened == 0
    assert said == ["Ready to send. Nothing waits.", "Ended. What still waits is kept."]


async def test_without_a_token_it_says_so_once_and_does_not_ask_again_soon(tmp_path: Path) -> None:
    await deny(remote(tmp_path, {"FAR": "a-token"}), "1")
    shop = remote(tmp_path, {})
    async with serving(shop) as said:
        await until(lambda: any("FAR" in line for line in said))
        await until(lambda: shop.looks > 100)
    assert shop.opened == 1
    assert sum("FAR" in line for line in said) == 1


async def test_another_token_leaves_the_entries_alone(tmp_path: Path) -> None:
    await deny(remote(tmp_path, {"FAR": "a-token"}), "1")
    shop = remote(tmp_path, {"FAR": "b-token"})
    async with serving(shop) as said:
        await until(lambda: any("another token" in line for line in said))
    assert shop.opened == 1
    assert "a-token" not in str(said) + str(shop)


async def test_a_journal_that_was_taken_away_is_opened_anew(tmp_path: Path) -> None:
    shop = remote(tmp_path, {"FAR": "a-token"})
    async with serving(shop) as said:
        await until(lambda: said)
        shutil.rmtree(tmp_path / "data")
        await until((tmp_path / "data" / "journal.sqlite").exists)
        await deny(shop, "2")
        await until(lambda: shop.opened > 1)
        await until(lambda: any("far: " in line for line in said))
    assert said[-1] == "Ended. What still waits is kept."


def test_the_unit_of_the_service_is_one_that_systemd_takes(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("there is no systemd here")
    program = tmp_path / "shiftdeck"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = UNIT.read_text().replace("%h/.local/bin/shiftdeck", str(program))
    assert str(program) in text
    (tmp_path / UNIT.name).write_text(text)
    done = subprocess.run(
        [tool, "verify", "--user", str(tmp_path / UNIT.name)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    # of the machine's own units it may complain
    assert (done.returncode, UNIT.name in done.stdout + done.stderr) == (0, False), done.stderr


def test_the_readme_shows_that_very_unit() -> None:
    readme = (UNIT.parents[2] / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"```(?:ini)?\n(\[Unit\].*?)```", readme, re.DOTALL)
    assert all(text == UNIT.read_text() for text in shown)


async def test_the_application_knows_whether_a_service_sends_for_it(tmp_path: Path) -> None:
    shop = remote(tmp_path, {"FAR": "a-token"})
    shop.settings.profiles["site"] = Profile(name="site")
    far, site = shop.workbench("far"), shop.workbench("site", "ben")
    assert not far.service_running()
    async with serving(shop) as said:
        await until(lambda: said)
        assert far.service_running()
        assert site.service_running()
    assert not far.service_running()
    over = asyncio.Event()
    said = []
    alone = Service(shop, everybody=False, say_line=said.append, look_seconds=0.01)
    running = asyncio.create_task(alone.run(over))
    await until(lambda: said)
    assert (far.service_running(), site.service_running()) == (True, False)
    over.set()
    await running
    assert not far.service_running()
    for bench in (far, site):
        await bench.close()
    assert not [name for name in os.listdir(tmp_path / "data") if "service" in name and name not in known_files()]


def known_files() -> list[str]:
    """What a service leaves in the data folder: doctor counts it as its own."""
    return [
        f"journal.sqlite.{service_of(place)}"
        for place in ("", server_place(Profile(name="far", base_url="http://127.0.0.1:9")))
    ]
