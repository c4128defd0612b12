"""F4, F5, F6: the power goes in mid-write, the disk is full or slow or read-only, the file is damaged."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from tests.faults import deeds
from tests.faults.oracle import judge
from tests.faults.person import Person
from tests.faults.registry import Row, played
from tests.faults.shift import Shift
from tests.faults.terminal import JOURNAL, Terminal
from tests.faults.trace import Promise, Trace
from tests.faults.world import World
from tui.workbench.entry import EntryState
from tui.workbench.jobs import Db
from tui.workbench.journal import JournalError
from tui.workbench.schema import MIGRATIONS

_LARGEST_PAGE = 4096


def told_so_far(world: World) -> Trace:
    """What had been told by now, and what the server had done, for a judgement of this moment."""
    trace, server = world.trace, world.server
    promises = {key: msgspec.structs.replace(one) for key, one in trace.promises.items()}
    return Trace(
        saved=list(trace.saved),
        promises=promises,
        effects=list(server.effects),
        deliveries=list(server.deliveries),
        answers={task: server.answers(task) for task in {one.task for one in trace.saved}},
    )


def snapshot(terminal: Terminal, target: Path) -> bool:
    """Copy database and log as they lie on the disk, while the writer goes on; whether that is of one moment."""
    target.mkdir()
    path = terminal.folder / JOURNAL
    log = path.with_name(path.name + "-wal")
    for _ in range(5):
        before = path.read_bytes()
        tail = log.read_bytes() if log.exists() else b""
        # No page of the database moved meanwhile: the pair is what a power cut would have left at the end.
        if path.read_bytes() == before:
            (target / JOURNAL).write_bytes(before)
            (target / f"{JOURNAL}-wal").write_bytes(tail)
            return True
    return False


def half_a_write(folder: Path, chance: random.Random) -> None:
    """What a torn write may leave behind the good part of the log: rubbish, zeros, an old frame, half a frame."""
    log = folder / f"{JOURNAL}-wal"
    content = log.read_bytes()
    size = chance.choice((0, 1, 24, 200, _LARGEST_PAGE, _LARGEST_PAGE + 24, 9000))
    rubbish = (bytes(size), chance.randbytes(size), content[32 : 32 + size])
    log.write_bytes(content + chance.choice(rubbish))


async def looked_at(world: World, copy: Path, told: Trace, terminal: Terminal) -> None:
    """Open a copy as the next start would, and judge what it holds by what had been told."""
    opened = Terminal(
        f"copy of {terminal.name}",
        terminal.user,
        copy,
        world.server,
        Trace(),
        world.time,
        random.Random(world.seed),
        refresh_seconds=3600.0,
    )
    opened.line.up = False
    opened.start()
    held = opened.holding()
    told.holdings = [held._replace(author=terminal.author)]
    for words in judge(told).words:
        world.trace.crashes.append(f"in a copy of the disk: {words}")
    world.expect(opened.bench.notice is None, f"a good copy is called {opened.bench.notice}")
    world.expect(opened.bench.history.verify() is None, "the trail of a good copy is broken")
    await opened.stop()


async def power_cut(world: World) -> None:
    """At random moments the disk is copied as it is; every copy opens and holds all that was told by then."""
    chance = world.random
    person = Person(world.terminal("ana"))
    terminal = person.terminal
    terminal.line.latency = 1.0
    shift = Shift(world, person, ("1", "2"), 5)
    work = asyncio.ensure_future(shift.work())
    copies: list[tuple[Path, Trace]] = []
    for number in range(4):
        await asyncio.sleep(chance.uniform(0.5, 40.0))
        if terminal.on and chance.random() < 0.7:
            # The writer is at work while the disk is copied.
            for field in ("batch", "remark"):
                _unwatched(person, field, chance)
            await asyncio.sleep(0)
        told = told_so_far(world)
        folder = world.folder / f"copy-{number}"
        if snapshot(terminal, folder):
            copies.append((folder, told))
    await work
    for folder, told in copies:
        half_a_write(folder, chance)
        await looked_at(world, folder, told, terminal)
    await world.settle()


def _unwatched(person: Person, field: str, chance: random.Random) -> None:
    """Keys are pressed and nobody waits for "saved"."""
    if person.state is None or not person.terminal.on or field not in person.state.answerable_keys():
        return
    person.begin_to_type(field, f"half typed {chance.random()}")


async def disk_full(world: World) -> None:
    """Nothing more fits, or nothing may be written: it is said, and never "saved"; with room again it goes on."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    await asyncio.sleep(1.0)
    await person.open("1")
    await person.type("fridge", "3")
    spoil, mend = chance.choice((_full, _read_only))(terminal)
    await _on_disk(terminal, spoil)
    for number in range(8):
        await person.type("remark", f"{number} " + "x" * 2000)
        await person.type("batch", f"L-{number}")
    await person.save()
    refused = len(person.unsaved)
    world.expect(refused > 0, "no write was refused: the fault did not happen")
    world.expect(terminal.bench.notice is not None, "it is not said that the disk takes nothing")
    world.expect(person.state is not None and person.state.entries["batch"].text == "L-7", "the form lost text")
    held = terminal.bench.outbox.entries(EntryState.WAITING, EntryState.SENDING, EntryState.SENT)
    kept = [one for one in world.trace.promises.values() if one.kept]
    world.expect(len(held) >= len(kept), "an item was called kept and is not there")
    await _on_disk(terminal, mend)
    await person.type("batch", "L-8")
    world.expect(len(person.unsaved) == refused, "with room again it is still not kept")
    await person.save()
    await world.settle()
    world.expect(world.server.answers("1")["batch"][0] == "L-8", "with room again it was not sent")


async def disk_slow(world: World) -> None:
    """The disk holds a write up: "saved" comes after it and not before, and nobody waits for it but the words."""
    person = world.person("ana")
    terminal = person.terminal
    await asyncio.sleep(1.0)
    await person.open("1")
    other = sqlite3.connect(terminal.folder / JOURNAL, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = len(world.trace.saved)
    typing = [asyncio.ensure_future(person.type(field, "2")) for field in ("fridge", "portions", "batch")]
    for _ in range(3):
        await asyncio.sleep(0)
    world.expect(not any(one.told for one in world.trace.saved[told:]), "saved was said before the disk had it")
    draft = terminal.bench.drafts.load(terminal.key("1"))
    world.expect(draft is not None and len(draft.fields) == 3, "what was typed is not shown meanwhile")
    other.execute("ROLLBACK")
    other.close()
    await asyncio.gather(*typing)
    world.expect(sum(one.told for one in world.trace.saved[told:]) == 3, "it was not said when the disk had it")
    await person.save()
    await world.settle()


def _full(terminal: Terminal) -> tuple[str, str]:
    size = (terminal.folder / JOURNAL).stat().st_size // _LARGEST_PAGE + 1
    return f"PRAGMA max_page_count = {size}", "PRAGMA max_page_count = 1073741823"


def _read_only(_terminal: Terminal) -> tuple[str, str]:
    return "PRAGMA query_only = ON", "PRAGMA query_only = OFF"


async def _on_disk(terminal: Terminal, pragma: str) -> None:
    """Let the connection that writes meet this, through SQLite itself."""

    def work(db: Db) -> None:
        db.execute(pragma).fetchall()

    journal = terminal.bench.journal
    await asyncio.wrap_future(journal.write(work))


async def no_folder(world: World) -> None:
    """The data folder cannot be written at all: said from the first moment, and the list works."""
    blocked = world.folder / "blocked"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    terminal = world.terminal("ana", on=False)
    shutil.rmtree(terminal.folder)
    terminal.folder = blocked
    terminal.start()
    person = Person(terminal)
    await asyncio.sleep(2.0)
    world.expect(terminal.bench.notice is not None, "it is not said that nothing can be kept")
    world.expect(len(terminal.bench.live.rows) > 0, "there is no list")
    await person.open("1")
    await person.type("fridge", "3")
    await person.save()
    world.expect(len(person.unsaved) == 1, "saved was said without a disk")
    promise = deeds.last_promise(world)
    world.expect(promise is None or promise.failed_after is not None, "an item was called kept without a disk")


async def damaged(world: World) -> None:
    """Bytes of the database are flipped or cut off: it opens, tells, keeps the bad file, and what is legible."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    await deeds.ready(world, person, "progress")
    terminal.line.up = False
    await person.save()
    for number in range(chance.randrange(30)):
        await person.type("remark", f"{number} " + "y" * 300)
    person.leave()
    await terminal.stop()
    path = terminal.folder / JOURNAL
    told = told_so_far(world)
    _spoil(path, chance)
    visible = not _sound(path)
    said = await _started_until_well(terminal)
    told.holdings = [terminal.holding()]
    missing = judge(told).words
    world.expect(not missing or said or not visible, f"silently gone: {missing}")
    notice = terminal.bench.notice
    rescued = notice is not None and "could be read and are here" in notice.id
    world.expect(not rescued or any(terminal.folder.glob(f"{JOURNAL}.damaged-*")), "the bad file was not kept")
    await person.open("1")
    if person.state is not None:
        await person.type("batch", "after it")
    # What was lost was told; what is judged in the end is what was done since then.
    world.trace.saved = world.trace.saved[len(told.saved) :]
    for key in told.promises:
        world.trace.promises[key] = Promise(terminal.author, told.promises[key].request)
    await world.good_weather()
    await asyncio.sleep(30.0)
    person.leave()
    await terminal.stop()
    await _started_until_well(terminal)
    await world.settle()


async def _started_until_well(terminal: Terminal) -> bool:
    """Start, and start again as often as the words ask for it; whether anything was said."""
    said = False
    for _ in range(3):
        try:
            terminal.start()
        except JournalError as error:
            # A header that names a newer version: it is left alone, and whoever updates finds it as it was.
            said = "newer" in str(error)
            with closing(sqlite3.connect(terminal.folder / JOURNAL, isolation_level=None)) as db:
                db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            terminal.start()
        await asyncio.sleep(60.0)
        try:
            terminal.holding()
            terminal.bench.history.verify()
        except JournalError:
            said = True
        notice = terminal.bench.notice
        said = said or notice is not None
        if notice is None or "Start Shiftdeck again" not in notice.id:
            break
        await terminal.stop()
    if not terminal.on:
        terminal.start()
    return said


def _sound(path: Path) -> bool:
    """Whether SQLite itself sees nothing wrong: what it cannot see, nobody can tell."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return bool(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False


def _spoil(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    how = chance.randrange(4)
    if how == 0:
        content = content[: chance.randrange(len(content))]
    elif how == 1:
        for _ in range(chance.choice((1, 5, 50, 500))):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif how == 2:
        first = chance.randrange(len(content))
        content[first : first + 700] = chance.randbytes(len(content[first : first + 700]))
    else:
        page = chance.randrange(max(1, len(content) // _LARGEST_PAGE)) * _LARGEST_PAGE
        content[page : page + _LARGEST_PAGE] = bytes(len(content[page : page + _LARGEST_PAGE]))
    path.write_bytes(bytes(content))


ROWS = (
    Row("F4", "power cut: copies of the disk at random moments", played(power_cut), bounded=5, full=400),
    Row("F5", "disk full, or nothing may be written", played(disk_full), bounded=4, full=100),
    Row("F5b", "disk slow", played(disk_slow), bounded=1, full=20),
    Row("F5c", "data folder that cannot be written", played(no_folder), bounded=1, full=5),
    Row("F6", "database damaged or cut off", played(damaged), bounded=10, full=400),
)
