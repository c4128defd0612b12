"""The zip for support: what a helper needs, and nothing that is nobody's business.

Every text goes through the scrubber, which knows the tokens of this process. Answers, notes and the names of
colleagues are left out unless they were asked for; what the server said about an entry stays, without the answers
that it repeats.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tui import __version__
from tui.cli.doctoring.finding import Finding, data_of, text_of
from tui.cli.words import as_data
from tui.i18n import language
from tui.model.clock import system_clock
from tui.model.message import Message
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.config import Profile
    from tui.workbench.books import Books, Owner
    from tui.workbench.entry import Entry
    from tui.workbench.history import HistoryRow

SETTLED = 200
EVENTS = 200

_PACKAGES = ("textual", "rich", "httpx", "pydantic", "msgspec", "sqlalchemy", "starlette", "uvicorn", "tomli-w")
_VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "TZ", "TERM_PROGRAM")
_CARRIED = ("values", "notes", "inputs", "base", "base_notes")


def write(target: Path, shop: Shop, findings: list[Finding], books: Books | None, *, with_answers: bool) -> None:
    """Make the zip at ``target``, readable by its owner alone. Raises ``OSError``, and never overwrites a file."""
    scrubber = shop.scrubber()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in _parts(shop, findings, books, with_answers=with_answers):
                text = (
                    scrubber.text(content)
                    if isinstance(content, str)
                    else json.dumps(scrubber.data(content), ensure_ascii=False, indent=1, default=str)
                )
                bundle.writestr(name, text.rstrip() + "\n")
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink()
        raise


def _parts(
    shop: Shop, findings: list[Finding], books: Books | None, *, with_answers: bool
) -> Iterator[tuple[str, Any]]:
    yield "README.txt", _readme(with_answers)
    yield "about.json", _about()
    yield "config.json", _config(shop)
    yield "doctor.txt", text_of(findings)
    yield "doctor.json", data_of(findings)
    if books is None:
        return
    zone = ZoneInfo(shop.settings.chosen.timezone)
    try:
        kept = books.entries(settled=SETTLED)
        entries = [_entry(owner, entry, zone, with_answers=with_answers) for owner, entry in kept.entries]
        yield "entries.json", {"entries": entries, "unreadable": list(kept.unreadable)}
        yield "history.json", [_event(row, with_answers=with_answers) for row in books.trail(EVENTS)]
        yield "schema.sql", "\n".join(f"{sql};" for sql in books.schema())
    except JournalError as error:
        yield "journal.txt", error.message.english()


def _readme(with_answers: bool) -> str:
    inside = "answers, notes and names" if with_answers else "no answers, no notes and no names of colleagues"
    return (
        f"Made by shiftdeck {__version__} doctor --bundle, {system_clock():%Y-%m-%d %H:%M} UTC.\n\n"
        "about.json    versions of the program and of what it uses, and the terminal's settings\n"
        "config.json   the settings in use; where tokens come from, never a token or a command\n"
        "doctor.*      what shiftdeck doctor said\n"
        "entries.json  what waits and what was sent last: state, age, attempts, the reason\n"
        "history.json  the last entries of the local trail: when, which task, what came of it\n"
        f"schema.sql    the tables of the journal\n\nThere are {inside} in it, and no tokens.\n"
    )


def _about() -> dict[str, Any]:
    packages = {}
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            packages[name] = version(name)
    return {
        "shiftdeck": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "language": language(),
        "encoding": sys.stdout.encoding,
        "packages": packages,
        "environment": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
    }


def _config(shop: Shop) -> dict[str, Any]:
    settings = shop.settings
    return {
        "config": str(settings.config_path),
        "exists": settings.config_exists,
        "data_dir": str(settings.data_dir),
        "profile": settings.profile,
        "language": settings.language,
        "theme": settings.theme,
        "ascii": settings.ascii,
        "auto_advance": settings.auto_advance,
        "keys": settings.keys,
        "sources": {name: str(source) for name, source in settings.sources.items()},
        "profiles": {name: _profile(shop, profile) for name, profile in settings.profiles.items()},
    }


def _profile(shop: Shop, profile: Profile) -> dict[str, Any]:
    origin = shop.origin(profile)
    return {
        "system": profile.system,
        "base_url": profile.base_url,
        "timezone": profile.timezone,
        "refresh_seconds": profile.refresh_seconds,
        "user": profile.user,
        "title": profile.title,
        "token": str(origin) if origin is not None else None,
    }


def _entry(owner: Owner, entry: Entry, zone: ZoneInfo, *, with_answers: bool) -> dict[str, Any]:
    data = as_data(owner, entry, zone)
    if with_answers:
        return data
    known = [text for part in _CARRIED for text in _texts(data.pop(part))]
    known += [text for edit in entry.edits.values() for text in _texts([edit.text, edit.note, edit.base_note])]
    # the title of something new is what was chosen for it
    known += [data.pop("title")] if not entry.request.key_id else []
    data["reason"] = _without(entry.reason, known)
    data["fields"] = {key: [_without(message, known) for message in said] for key, said in entry.fields.items()}
    data["answers"] = sorted(entry.request.values)
    data["noted"] = sorted(entry.request.notes)
    return data


def _event(row: HistoryRow, *, with_answers: bool) -> dict[str, Any]:
    event = row.event
    head = {
        "seq": row.seq,
        "hash": row.hash,
        "at": event.at.isoformat(),
        "profile": event.key.profile,
        "system": event.key.system,
        "task": event.key.id,
        "what": event.what,
        "outcome": event.outcome,
        "answers": sorted(event.new),
        "request": event.request,
    }
    if not with_answers:
        return head
    told = {"who": event.who, "title": event.title, "old": event.old, "new": event.new, "notes": event.notes}
    return {**head, **told, "answer": event.answer.english()}


def _without(message: Message | None, known: list[str]) -> str | None:
    """A reason without answers: of our own sentences the template, of the server's what is no answer of ours."""
    if message is None:
        return None
    if not message.server:
        return message.id
    text = message.id
    for answer in sorted(set(known), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(answer)}(?!\w)", "[answer]", text)
    return text


def _texts(value: Any) -> list[str]:
    """Every text and number below ``value``, as somebody would write it."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if value is None or isinstance(value, bool):
        return []
    return [str(value), f"{value:g}" if isinstance(value, float) else str(value)]


__all__ = ["write"]
