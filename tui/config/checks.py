"""What each key of the file may hold. A check returns the value, or raises :class:`Fault` that says why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tui.config.errors import nearest
from tui.config.settings import COLUMNS, EMBEDDED, SYSTEMS
from tui.i18n import LANGUAGES
from tui.model.message import Message

Check = Callable[[Any], Any]

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d\Z")

SECRET_KEYS = frozenset(
    {"token", "password", "passwort", "secret", "api_key", "apikey", "bearer", "authorization"}
)


class Fault(Exception):
    """A value that a check refused: the sentence, and the word that was probably meant."""

    def __init__(self, what: Message, meant: str | None = None) -> None:
        self.what = what
        self.meant = meant
        super().__init__(what.english())


def text(value: Any) -> str:
    """A text of at least one character."""
    if not isinstance(value, str) or not value.strip():
        raise Fault(Message("a text in quotes is needed here."))
    return value.strip()


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Fault(Message("only true or false fits here, without quotes."))
    return value


def whole(low: int, high: int) -> Check:
    """A whole number from ``low`` to ``high``."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Fault(Message("a whole number from {low} to {high} is needed here.", {"low": low, "high": high}))
        return value

    return check


def one_of(words: tuple[str, ...]) -> Check:
    """One of a few words."""

    def check(value: Any) -> str:
        if isinstance(value, str) and value in words:
            return value
        meant = nearest(value, words) if isinstance(value, str) else None
        raise Fault(Message("only {words} fit here.", {"words": ", ".join(words)}), meant)

    return check


def timezone(value: Any) -> str:
    """An IANA name that this machine (or the tzdata package) knows."""
    from zoneinfo import ZoneInfo, available_timezones

    name = text(value)
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # ZoneInfo's own "not found" is a KeyError
        what = Message("“{name}” is not a known time zone.", {"name": name})
        raise Fault(what, nearest(name, sorted(available_timezones()))) from error
    return name


def base_url(value: Any) -> str:
    """``embedded:``, or an http(s) address without user, password, query or fragment; no slash at the end."""
    address = text(value)
    if address == EMBEDDED:
        return address
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        sound = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        sound = False
    if not sound:
        raise Fault(Message("an address like https://acme.intratool.de is needed here, or “embedded:”."))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Fault(Message("the address must hold no user name, password, ? or #."))
    return address.rstrip("/")


def web_address(value: Any) -> str:
    """An address like :func:`base_url`, of a server that is not the built-in one."""
    address = base_url(value)
    if address == EMBEDDED:
        raise Fault(Message("an address that begins with https:// is needed here."))
    return address


def digits(low: int, high: int) -> Check:
    """A whole number, in quotes or not, as text."""
    check = whole(low, high)

    def as_text(value: Any) -> str:
        given = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        return str(check(given))

    return as_text


def table(value: Any) -> dict[str, Any]:
    """Names with values; what they may be is the system's: see :data:`OPTIONS`."""
    if not isinstance(value, dict):
        raise Fault(Message("a table is needed here, such as {example}.", {"example": "{ chain = 42 }"}))
    return value


def version(value: Any) -> str:
    """Numbers with points between them."""
    if not isinstance(value, str) or not value.isascii() or not all(part.isdigit() for part in value.split(".")):
        raise Fault(Message("a version in quotes is needed here, such as {example}.", {"example": '"1.6.3"'}))
    return value


def names(value: Any) -> str:
    """One name, or a list of them; as text with commas between."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return ",".join(text(part) for part in value)
    return text(value)


def command(value: Any) -> tuple[str, ...]:
    """A program and its arguments, each in quotes of its own; no shell reads it. An argument may be empty."""
    sound = isinstance(value, list) and all(isinstance(part, str) and "\0" not in part for part in value)
    if not sound or not value or not value[0]:
        raise Fault(Message('a list is needed here, such as ["pass", "show", "acme"].'))
    return tuple(value)


def variable(value: Any) -> str:
    """The name of an environment variable. What looks like a token is not repeated in the message."""
    name = text(value)
    if not name.isidentifier() or len(name) > 64:
        raise Fault(Message("the name of an environment variable is needed here, not the token itself."))
    return name


def key_names(value: Any) -> str:
    """One key, several with commas between, or a list; what the keys mean is checked by the screen."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return ",".join(text(part) for part in value)
    if isinstance(value, str):
        return text(value)
    raise Fault(Message('a key in quotes is needed here, such as "f10".'))


def columns(value: Any) -> tuple[str, ...]:
    """Columns of the list, each once, the title among them."""
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value):
        raise Fault(Message('a list is needed here, such as ["state", "due", "title"].'))
    for part in value:
        if part not in COLUMNS:
            raise Fault(Message("“{name}” is not a column.", {"name": part}), nearest(part, COLUMNS))
    if len(set(value)) < len(value) or "title" not in value:
        raise Fault(Message("each column stands here once, and “title” is one of them."))
    return tuple(value)


def shifts(value: Any) -> tuple[str, ...]:
    """The wall times at which shifts begin, each once, earliest first."""
    sound = isinstance(value, list) and value and all(isinstance(part, str) for part in value)
    if not sound or len(set(value)) < len(value) or not all(_CLOCK.match(part) for part in value):
        raise Fault(Message('a list of times is needed here, each once, such as ["06:00", "14:00", "22:00"].'))
    return tuple(sorted(value))


TOP: dict[str, Check] = {
    "default_profile": text,
    "language": one_of(LANGUAGES),
    "theme": text,
    "ascii": flag,
    "auto_advance": flag,
    "data_dir": text,
    "columns": columns,
    "shifts": shifts,
}
_SPAAZA: dict[str, Check] = {
    "chain": digits(1, 999_999_999),
    "auth": one_of(("bearer", "session")),
    "api_version": version,
    "execute_timeout": digits(1, 3600),
    "date_basis": one_of(("planned", "ran", "created")),
    "core_url": web_address,
}
_SUPERAI: dict[str, Check] = {"auth_url": web_address, "flow_ids": names}
OPTIONS: dict[str, dict[str, Check]] = {"intratool": {}, "superai": _SUPERAI, "spaaza": _SPAAZA}
"""What a profile's table ``options`` may hold, by system; every check gives the text that the client reads."""


PROFILE: dict[str, Check] = {
    "system": one_of(SYSTEMS),
    "base_url": base_url,
    "token_env": variable,
    "token_command": command,
    "timezone": timezone,
    "refresh_seconds": whole(1, 86_400),
    "user": text,
    "title": text,
    "options": table,
}
TABLES = ("profiles", "keys", "filters")
