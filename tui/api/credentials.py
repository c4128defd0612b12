"""Who asks: each request is sealed with a secret that no header table, log or traceback keeps."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import httpx
import msgspec

from tui.api.secret import Secret
from tui.model.errors import Unauthorised
from tui.model.message import Message


class Credentials(httpx.Auth):
    """The base of all ways to say who asks. ``why`` tells, after a refused sign-in, what the server said."""

    why: str = ""

    def struck_out(self, text: str) -> str:
        """``text`` with every secret replaced that was used."""
        return text

    def claims(self) -> dict[str, Any]:
        """The public part of the token where it is a JWT, else empty. It is not verified."""
        return {}


class Token(Credentials):
    """One token, as ``Authorization: Bearer ...`` or, with ``header``, alone in a header of its own.

    Raises ``Unauthorised`` for a token that cannot travel.
    """

    def __init__(self, token: str, *, header: str = "") -> None:
        self._token = Secret(token.strip())
        self._header = header
        del token
        if not self._token.usable():
            raise Unauthorised(what=Message("The profile's token is empty or has characters that no token has."))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """httpx's hook."""
        name, scheme = (self._header, "") if self._header else ("Authorization", "Bearer ")
        request.headers[name] = scheme + self._token.reveal()
        yield request

    def struck_out(self, text: str) -> str:
        """``text`` without the token."""
        return self._token.struck_out(text)

    def claims(self) -> dict[str, Any]:
        """The payload of a JWT."""
        return claims_of(self._token.reveal())


def claims_of(token: str) -> dict[str, Any]:
    """The payload of a JWT, unverified; empty for any other token."""
    import base64

    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
