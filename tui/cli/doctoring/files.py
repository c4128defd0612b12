"""The data folder: its room and files, the journal and its trail, and what waits in it."""

from __future__ import annotations

import os
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tui.cli.doctoring.finding import Finding, Verdict
from tui.cli.doctoring.place import source
from tui.cli.words import owner_name, same_place, size_text, span_text
from tui.i18n import _, plural, say
from tui.model.clock import system_clock
from tui.workbench.entry import EntryState
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.books import Books, Queue

LITTLE_ROOM = 100 * 10**6
LONG_LOG = 64 * 10**6
LONG_WAIT = timedelta(hours=1)

_KINDS = (
    ("journal", re.compile(r"journal\.sqlite")),
    ("log", re.compile(r"journal\.sqlite-(wal|shm)")),
    ("backup", re.compile(r"journal\.sqlite\.v\d+-backup-\d+.*")),
    ("rescued", re.compile(r"journal\.sqlite\.damaged-\d+.*")),
    ("files to send", re.compile(r"files")),
    ("", re.compile(r"journal\.sqlite\.(lock|suspect|service(-[0-9a-f]+)?)(-journal)?|owners\.json")),
    ("sample site", re.compile(r"[a-z]+\.sqlite(-wal|-shm)?")),
)


class Sizes(msgspec.Struct, frozen=True):
    """How many files of a kind there are, and their bytes."""

    count: int = 0
    size: int = 0


def examine(shop: Shop, books: Books) -> list[Finding]:
    """All of it, in the order in which a person would ask."""
    files = measure(shop.settings.data_dir)
    return [folder(shop), journal(books, files), *beside(files), trail(books), *waiting(shop, books)]


def folder(shop: Shop) -> Finding:
    """Where everything is, and how much room there is."""
    path = shop.settings.data_dir
    facts: dict[str, Any] = {"path": str(path), "free": None}
    value, verdict, remedy = f"{path}  ({source(shop.settings, 'data_dir')})", Verdict.WORKS, ""
    try:
        free = facts["free"] = shutil.disk_usage(path).free
    except OSError:
        free = LITTLE_ROOM
    else:
        value += ", " + _("{size} free", size=size_text(free))
    if free < LITTLE_ROOM:
        verdict, remedy = (
            Verdict.LOOK,
            _("The disk is nearly full: make room, before nothing can be kept any more."),
        )
    return Finding(
        id="data folder", name=_("data folder"), value=value, verdict=verdict, remedy=remedy, facts=facts
    )


def measure(path: Path) -> dict[str, Sizes]:
    """The files of the data folder by kind; what is none of ours counts as "other", what is tiny as ""."""
    found: dict[str, Sizes] = {}
    for file in _files(path):
        first = file.relative_to(path).parts[0]
        kind = next((name for name, pattern in _KINDS if pattern.fullmatch(first)), "other")
        try:
            size = file.stat().st_size
        except OSError:
            continue
        before = found.get(kind, Sizes())
        found[kind] = Sizes(before.count + 1, before.size + size)
    return found


def journal(books: Books, files: dict[str, Sizes]) -> Finding:
    """The journal's file: whether it can be written, whether every page can be read, and its version."""
    size, log = files.get("journal", Sizes()).size, files.get("log", Sizes()).size
    value = _("{size}, and {log} of changes beside it", size=size_text(size), log=size_text(log))
    facts: dict[str, Any] = {"size": size, "log": log, "version": None, "faults": []}
    verdict, remedy = Verdict.WORKS, ""
    try:
        version, known = books.version()
        faults = list(books.faults())
    except JournalError as error:
        version, known, faults = 0, 0, [error.message.english()]
    facts |= {"version": version, "known_version": known, "faults": faults}
    value += ", " + _("version {n}", n=version)
    if faults:
        value += ", " + _("damaged: {what}", what=faults[0])
        verdict = Verdict.BROKEN
        remedy = _("Close every Shiftdeck and start it again: it keeps the file and saves what can be read.")
    elif books.notice is not None:
        verdict, remedy = (Verdict.LOOK if books.writable else Verdict.BROKEN), say(books.notice)
    elif log > LONG_LOG:
        verdict, remedy = Verdict.LOOK, _("Close every Shiftdeck once: the changes are put into the file then.")
    else:
        value += ", " + _("every page can be read")
    return Finding(id="journal", name=_("journal"), value=value, verdict=verdict, remedy=remedy, facts=facts)


def beside(files: dict[str, Sizes]) -> list[Finding]:
    """The other files, those kinds of which there are any."""
    names = {
        "backup": _("copies"),
        "rescued": _("rescued files"),
        "files to send": _("files to send"),
        "sample site": _("sample site"),
        "other": _("other files"),
    }
    found = []
    for kind, name in names.items():
        here = files.get(kind)
        if here is None:
            continue
        remedy = ""
        if kind == "rescued":
            remedy = _(
                "A damaged journal was set aside; what could be read is in the new one. Keep these files until"
                " nothing is missed, then take them away."
            )
        found.append(
            Finding(
                id=kind,
                name=name,
                value=plural("{n} file, {size}", "{n} files, {size}", here.count, size=size_text(here.size)),
                verdict=Verdict.LOOK if remedy else Verdict.WORKS,
                remedy=remedy,
                facts={"count": here.count, "size": here.size},
            )
        )
    return found


def trail(books: Books) -> Finding:
    """The hash chain of everything that was sent."""
    name = _("local trail")
    try:
        n, broken = books.trail_length(), books.trail_broken()
    except (JournalError, msgspec.MsgspecError):
        n, broken = 0, 0
    if broken is not None:
        return Finding(
            id="trail",
            name=name,
            value=_("does not hold from entry {n} on", n=broken),
            verdict=Verdict.BROKEN,
            remedy=_("It was changed from outside, or damaged. Keep a copy of the data folder as it is."),
            facts={"entries": n, "broken": broken},
        )
    value = plural("{n} entry, whole", "{n} entries, whole", n)
    return Finding(id="trail", name=name, value=value, facts={"entries": n, "broken": None})


def waiting(shop: Shop, books: Books) -> list[Finding]:
    """The queues: of the chosen profile first, then of all others that have something."""
    name = _("outbox")
    try:
        found = list(books.queues())
    except JournalError as error:
        remedy = _("Close every Shiftdeck and start it again: it keeps the file and saves what can be read.")
        value = say(error.message)
        return [Finding(id="outbox", name=name, value=value, verdict=Verdict.BROKEN, remedy=remedy)]
    own = shop.owner()
    mine = [queue for queue in found if same_place(queue.owner, own)]
    others = [queue for queue in found if not same_place(queue.owner, own)]
    if not mine:
        nothing = Finding(id="outbox", name=name, value=_("Nothing waits."), facts={"counts": {}, "oldest": {}})
        return [nothing, *(_queue(queue, name, place=True) for queue in others)]
    # Several of mine: entries that were made with a token which the profile had before.
    several = len(mine) > 1
    return [
        *(_queue(queue, name, place=False, foreign=several and queue.owner.id != own.id) for queue in mine),
        *(_queue(queue, name, place=True) for queue in others),
    ]


def _queue(queue: Queue, name: str, *, place: bool, foreign: bool = False) -> Finding:
    states = {
        EntryState.WAITING: _("waiting"),
        EntryState.SENDING: _("being sent"),
        EntryState.PAUSED: _("held: the token is not accepted"),
        EntryState.ATTENTION: _("for a person"),
    }
    now = system_clock()
    parts = [
        _(
            "{n} {state} (oldest: {age})",
            n=queue.counts[state],
            state=words,
            age=span_text(now - queue.oldest[state]),
        )
        for state, words in states.items()
        if state in queue.counts
    ]
    oldest = min(queue.oldest.values(), default=now)
    remedy = ""
    if not queue.owner.known:
        remedy = _("This profile does not stand in the config file any more: put it back, and they go out.")
    elif not queue.owner.here:
        remedy = _("They were made for another address of this profile. They go out when it has that one again.")
    elif foreign:
        remedy = _("They were made with another token. They go out when the profile has that token again.")
    elif queue.attention:
        remedy = _("Somebody must decide: F4, Waiting items. shiftdeck sync --dry-run shows the reasons.")
    elif EntryState.PAUSED in queue.counts:
        remedy = _("Get a token that the server accepts, then: shiftdeck sync")
    elif now - oldest > LONG_WAIT:
        remedy = _("They wait for long: shiftdeck sync sends them, or says what is in the way.")
    prefix = f"{owner_name(queue.owner)}: " if place else ""
    return Finding(
        id="outbox",
        name=name,
        value=prefix + ", ".join(parts),
        verdict=Verdict.LOOK if remedy else Verdict.WORKS,
        remedy=remedy,
        facts={
            "profile": queue.owner.profile,
            "user": queue.owner.user,
            "counts": {str(state): n for state, n in queue.counts.items()},
            "oldest": {str(state): made.isoformat() for state, made in queue.oldest.items()},
        },
    )


def _files(path: Path) -> list[Path]:
    return [Path(base) / name for base, _folders, names in os.walk(path) for name in sorted(names)]
