"""Paths as people type, drag and paste them, and a look at the file that they mean."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from tui.form.folders import folded, listing
from tui.form.rules import written
from tui.model.message import Message
from tui.model.plain import clean
from tui.model.upload import HEAD_BYTES, media_type, open_unhurried, stamp_of

MOST_COMPLETIONS = 50
_LONGEST = 16_384
"""Characters; no system knows longer paths."""

_LONGEST_NAME = 60


class Seen(NamedTuple):
    """A file that can be sent: its ``size`` in bytes, its MIME type, and what tells it from a later one."""

    size: int
    media: str
    stamp: str


def locate(text: str, now: float) -> str | None:
    """The absolute path of what ``text`` means, if something is there: file, folder or broken link.

    Understood are ``~``, paths from the working directory, and what terminals paste for a file that is dragged
    in: quotes, backslashes before blanks, a blank at the end, ``file://``. What is there by that very name wins.
    This runs with every key: what is not there is known from :func:`tui.form.folders.listing` of ``now``.
    """
    for reading in _readings(text):
        # A name with accents may come from a system that writes letter and accent apart.
        for spelled in dict.fromkeys((reading, *(normalize(form, reading) for form in ("NFC", "NFD")))):
            path = absolute(spelled)
            if path is not None and _is_there(path, now):
                return path
    return None


def absolute(path: str) -> str | None:
    """``path`` from the root on; ``None`` for what cannot be a path."""
    if not path or len(path) > _LONGEST or "\0" in path:
        return None
    try:
        path = os.path.expanduser(path)
        path = path if os.path.isabs(path) else os.path.join(os.getcwd(), path)
        if os.pardir in path.split(os.sep):
            # Behind a link ".." leads elsewhere than its text says.
            path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        path.encode()
    except (OSError, ValueError, RuntimeError):
        return None
    return os.path.normpath(path)


def look(path: str) -> Seen | Message:
    """What the file at ``path`` is; a sentence when it cannot be sent."""
    name = {"name": short_name(path)}
    try:
        info = os.stat(path)
        if stat.S_ISDIR(info.st_mode):
            return Message("{name} is a folder: go on with / and the name of a file.", name)
        if not stat.S_ISREG(info.st_mode):
            return Message("{name} is no ordinary file: choose another one.", name)
        media = _media(path, stamp_of(info))
    except (FileNotFoundError, NotADirectoryError):
        if os.path.islink(path):
            return Message("{name} is a link to a file that is not there any more: choose another one.", name)
        return nothing_there(path)
    except PermissionError:
        return Message("You may not read {name}: choose a file that you may read.", name)
    except ValueError:
        return nothing_there(path)
    except OSError as error:
        return Message("{name} cannot be read ({reason}): choose another file.", name | {"reason": _why(error)})
    if not info.st_size or not media:
        return Message("{name} is empty: choose a file with something in it.", name)
    return Seen(info.st_size, media, stamp_of(info))


@lru_cache(maxsize=64)
def _media(path: str, stamp: str) -> str:
    """The type of the file in the state of ``stamp``, read once; "" where nothing is in it."""
    with open(path, "rb", opener=open_unhurried) as file:
        head = file.read(HEAD_BYTES)
    return media_type(head, os.path.basename(path)) if head else ""


def nothing_there(text: str) -> Message:
    """The sentence for a path that leads nowhere."""
    return Message(
        "There is no file {name}: type the path of one, like ~/photo.jpg.", {"name": short_name(_meant(text))}
    )


def short_name(path: str) -> str:
    """The last part of ``path`` as it can stand in a sentence."""
    name = clean(os.path.basename(path.rstrip("/")) or path, limit=_LONGEST).strip()
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def size_in_words(size: int, lang: str) -> str:
    """Bytes as people read them, never less than it is: ``950 B``, ``1.3 kB``, ``10 MB`` (1 kB = 1024 B)."""
    number, unit = Decimal(size), "B"
    for bigger in ("kB", "MB", "GB"):
        if number < 1000:
            break
        number, unit = number / 1024, bigger
    shown = number.quantize(Decimal("0.1"), rounding=ROUND_CEILING)
    if shown == shown.to_integral_value():
        shown = shown.to_integral_value()
    return f"{written(shown, lang)} {unit}"


def completions(text: str, fits: Callable[[str], bool], now: float) -> list[tuple[str, str]]:
    """How the path in ``text`` may go on: (whole text, label), at most ``MOST_COMPLETIONS``, best first.

    Those whose name ``fits`` come before those that do not. Nothing for an empty text.
    """
    if not text.strip():
        return []
    for typed in dict.fromkeys((text, text.lstrip().lstrip("'\"").replace("\\ ", " "))):
        found = _completed(typed, fits, now)
        if found:
            return [(whole, label) for whole, label in found if whole != text]
    return []


def _completed(typed: str, fits: Callable[[str], bool], now: float) -> list[tuple[str, str]]:
    head, slash, begun = typed.rpartition("/")
    if not slash and begun in ("~", os.pardir):
        return [(begun + "/", begun + "/")]
    folder = absolute((head or "/") if slash else os.curdir)
    if folder is None:
        return []
    known, wanted = listing(folder, now), folded(begun)
    if known is None:
        return []
    names = [name for name in known.entries if folded(name).startswith(wanted) and _shown(name, begun)]
    known.follow_links(folder, names)
    found = [
        (not name.startswith(begun), not (is_folder or fits(name)), name, is_folder)
        for name in names
        for is_folder in (known.is_folder(name),)
    ]
    best = nsmallest(MOST_COMPLETIONS, found, key=lambda one: (*one[:2], one[2].casefold(), one[2]))
    ready = [name + "/" if is_folder else name for _, _, name, is_folder in best]
    return [(head + slash + name, name) for name in ready]


def _shown(name: str, begun: str) -> bool:
    """Hidden files only where they are asked for; never a name that a line cannot hold."""
    return (begun.startswith(".") or not name.startswith(".")) and clean(name) == name


def _readings(text: str) -> Iterator[str]:
    """What ``text`` may mean, the most literal first."""
    if len(text) > _LONGEST:
        return
    stripped = text.strip()
    plain = _unquoted(stripped)
    yield from dict.fromkeys((text, stripped, plain, *map(_of_url, (stripped, plain))))


def _meant(text: str) -> str:
    """The one that a person most likely meant."""
    *_, last = ("", *(reading for reading in _readings(text) if reading))
    return last or text[:_LONGEST]


def _unquoted(text: str) -> str:
    """``text`` as a shell would read it, if that is one word."""
    if not any(mark in text for mark in "'\"\\"):
        return text
    if os.name == "nt":
        return text.strip("\"'")
    try:
        words = shlex.split(text)
    except ValueError:
        return text.strip("\"'")
    return words[0] if len(words) == 1 else text


def _of_url(text: str) -> str:
    if text[:5].lower() != "file:":
        return ""
    try:
        url = urlsplit(text)
    except ValueError:
        return ""
    # A path may hold "#" and "?" where the terminal did not escape them.
    path = text[5:].removeprefix("//" + url.netloc) if url.netloc else text[5:]
    path = "/" + path.lstrip("/")
    return unquote(path, errors="surrogateescape") if url.netloc.lower() in ("", "localhost", _host()) else ""


def _host() -> str:
    return os.uname().nodename.lower() if hasattr(os, "uname") else "localhost"


def _is_there(path: str, now: float) -> bool:
    folder, name = os.path.split(path)
    known = listing(folder, now) if name else None
    if known is not None and known.whole:
        if name in known.entries:
            return True
        # Some systems take a name in other letters for the same.
        if folded(name) not in known.folded:
            return False
    try:
        os.lstat(path)
    except PermissionError:
        # Something may be there that this person may not even see: that is said by looking at it.
        return True
    except (OSError, ValueError):
        return False
    return True


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
