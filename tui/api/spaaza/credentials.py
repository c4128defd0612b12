"""The two ways to say who asks (contract section 2); the secret is written as two parts with a colon between."""

from __future__ import annotations

from collections.abc import Generator

import httpx

from tui.api.credentials import Credentials
from tui.api.secret import Secret
from tui.api.spaaza.settings import Settings
from tui.model.errors import Unauthorised
from tui.model.message import Message

_TWO_PARTS = Message("The secret is written as two parts with a colon between them: id:secret.")


class KeyPair(Credentials):
    """A privileged access token: ``Authorization: Bearer id:secret``."""

    def __init__(self, token: str) -> None:
        ident, self._key = _parts(token)
        self.name = ident.partition("-")[0][:8]
        """Enough of the token's ID to know it again."""
        self._whole = Secret(token.strip())
        del token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """httpx's hook."""
        request.headers["Authorization"] = f"Bearer {self._whole.reveal()}"
        yield request

    def struck_out(self, text: str) -> str:
        """``text`` without the secret part."""
        return self._key.struck_out(text)


class Session(Credentials):
    """An admin's session of one chain: ``user id:session key``."""

    def __init__(self, token: str, chain: int, version: str) -> None:
        self.name, self._key = _parts(token)
        del token
        self._chain = chain
        self._version = version

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """httpx's hook."""
        request.headers["X-Spaaza-Session-User-Id"] = self.name
        request.headers["X-Spaaza-Session-Key"] = self._key.reveal()
        request.headers["X-Spaaza-Session-Chain-Id"] = str(self._chain)
        request.headers["X-Spaaza-API-Version"] = self._version
        yield request

    def struck_out(self, text: str) -> str:
        """``text`` without the session key."""
        return self._key.struck_out(text)


def credentials_of(token: str, settings: Settings) -> KeyPair | Session:
    """The credentials that the profile means. Raises ``Unauthorised`` for a secret that cannot be one."""
    if settings.session and settings.chain is not None:
        return Session(token, settings.chain, settings.api_version)
    return KeyPair(token)


def _parts(token: str) -> tuple[str, Secret]:
    whole = Secret(token.strip())
    ident, _, key = token.strip().partition(":")
    del token
    if not (whole.usable() and ident and key):
        raise Unauthorised(what=_TWO_PARTS)
    return ident, Secret(key)
