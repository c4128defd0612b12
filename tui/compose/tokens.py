"""What may be told about tokens, and taking them out of whatever is written down."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from tui.config import Environment, Profile
from tui.config.secrets import Token

OWN_VARIABLES = ("SHIFTDECK_TOKEN", "SHIFTDECK_SERVE_TOKEN")
SHORTEST = 4
"""Shorter words of a command are options and the like; to strike them out would make every text unreadable."""

_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+")
_USUAL_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,40}")
_USER_INFO = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s/@\"']+@")


class _Claims(msgspec.Struct):
    exp: float | None = None


def expires(token: Token) -> datetime | None:
    """When the token says that it ends (aware UTC), where it is a JWT that says so. Nothing is verified."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return None
    try:
        body = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        end = msgspec.json.decode(body, type=_Claims).exp
        return None if end is None else datetime.fromtimestamp(end, UTC)
    except (ValueError, OverflowError, OSError, msgspec.MsgspecError):
        return None


class Scrubber:
    """Takes every secret that is known here, and everything that looks like a credential, out of texts."""

    def __init__(self, profiles: Iterable[Profile], environ: Environment, given: Iterable[Token]) -> None:
        self._secrets = sorted(_secrets(profiles, environ, given), key=lambda token: -len(token.reveal()))

    def text(self, text: str) -> str:
        """``text`` with ``[secret]`` in place of each."""
        for token in self._secrets:
            text = text.replace(token.reveal(), "[secret]")
        return _USER_INFO.sub(r"\1[secret]@", _AUTHORIZATION.sub(r"\1 [secret]", text))

    def data(self, value: Any) -> Any:
        """JSON-like data with every text in it scrubbed, keys too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.data(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(part) for part in value]
        return value


def _secrets(profiles: Iterable[Profile], environ: Environment, given: Iterable[Token]) -> list[Token]:
    found = [*given, *(Token(environ.get(name, "")) for name in OWN_VARIABLES)]
    for profile in profiles:
        if profile.token_env:
            found.append(Token(environ.get(profile.token_env, "")))
            if not _USUAL_NAME.fullmatch(profile.token_env):
                # somebody may have written the token itself in the place of the variable's name
                found.append(Token(profile.token_env))
        for words in (profile.token_command or ())[1:]:
            # the program alone is no secret; what it is asked for may be
            found.append(Token(words))
    return [token for token in found if len(token.reveal()) >= SHORTEST]
