"""Who asks: an API key, an access token, or a sign-in with e-mail and password (contract section 2).

The secret of a profile is one text: ``saf_...`` is an API key, ``name@example.org:password`` signs in, anything
else is an access token. The password and what was got for it stay in memory alone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import httpx

from tui.api.credentials import Credentials, Token
from tui.api.faults import NO_ADDRESS
from tui.api.secret import Secret
from tui.model.errors import Unreachable

API_KEY = "saf_"
_VENDOR = ".super.ai"
SAID_LIMIT = 300


def credentials_of(secret: str, identity: str = "") -> Credentials:
    """The credentials that ``secret`` stands for; ``identity`` is the address of the sign-in, "" the API's own.

    Raises ``Unauthorised`` for a secret that cannot travel, ``Unreachable`` for an address that is none.
    """
    # A space at the end may belong to a password, a line break at the end of an output never.
    name, colon, password = secret.rstrip("\r\n").partition(":")
    if colon and "@" in name and password:
        return SignIn(name.strip(), password, _checked(identity))
    text = secret.strip()
    del secret
    if text.startswith(API_KEY):
        return Token(text, header="X-API-Key")
    return Token(text)


def identity_of(base_url: str) -> str:
    """The address of the identity service: the vendor's has a host of its own; "" is the API's own host."""
    text = base_url if "://" in base_url else f"https://{base_url}"
    host = urlsplit(text).hostname or ""
    return f"https://core.{host}" if host.endswith(_VENDOR) else ""


def _checked(identity: str) -> str:
    parts = urlsplit(identity)
    if identity and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Unreachable(what=NO_ADDRESS)
    return identity.rstrip("/").removesuffix("/auth/v1")


class SignIn(Credentials):
    """Signs in before the first request, and again with the refresh token when the access token has ended.

    A password that was refused is not tried a second time: the account might be locked for it.
    """

    def __init__(self, email: str, password: str, identity: str) -> None:
        self._email = email
        self._password = Secret(password)
        self._identity = identity
        self._anon = Secret("")
        self._access = Secret("")
        self._refresh = Secret("")
        self._refused = False
        self._turn = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """httpx's hook: sign in where needed, seal the request, and once more after a 401."""
        used = ""
        async with self._turn:
            if not self._access.reveal() and not self._refused:
                anon = yield self._question(request, "GET", "/api/auth/anon-key")
                self._anon = Secret(str((await _body(anon)).get("anon_key") or ""))
                self._take(await _body((yield self._sign_in(request))))
            used = self._access.reveal()
        answer = yield self._sealed(request, used)
        if answer.status_code != 401 or self._refused:
            return
        async with self._turn:
            if self._access.reveal() == used:
                found = await _body((yield self._renewal(request)))
                if not found.get("access_token"):
                    found = await _body((yield self._sign_in(request)))
                self._take(found)
            renewed = self._access.reveal()
        # Whatever came of it: the answer to the last question is the one that counts.
        yield self._sealed(request, renewed)

    def struck_out(self, text: str) -> str:
        """``text`` without the password and all that was got for it."""
        for secret in (self._password, self._access, self._refresh, self._anon):
            text = secret.struck_out(text)
        return text

    def _take(self, found: dict[str, Any]) -> None:
        access = found.get("access_token")
        self._access = Secret(access if isinstance(access, str) and Secret(access).usable() else "")
        self._refresh = Secret(str(found.get("refresh_token") or ""))
        if not self._access.reveal():
            self._refused = bool(found)
            said = next((found[key] for key in _WORDS if isinstance(found.get(key), str)), "")
            self.why = self.struck_out(said[:SAID_LIMIT])

    def _sign_in(self, request: httpx.Request) -> httpx.Request:
        body = {"email": self._email, "password": self._password.reveal()}
        return self._question(request, "POST", "/auth/v1/token?grant_type=password", body)

    def _renewal(self, request: httpx.Request) -> httpx.Request:
        body = {"refresh_token": self._refresh.reveal()}
        return self._question(request, "POST", "/auth/v1/token?grant_type=refresh_token", body)

    def _question(
        self, request: httpx.Request, method: str, path: str, body: dict[str, str] | None = None
    ) -> httpx.Request:
        own = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        base = self._identity if self._identity and path.startswith("/auth/") else own
        headers = {"Accept": "application/json", "User-Agent": "shiftdeck"}
        if path.startswith("/auth/"):
            headers["apikey"] = self._anon.reveal()
        # One that was made by hand would wait for ever: it takes over how long its request may last.
        patience = {"timeout": request.extensions.get("timeout", {})}
        return httpx.Request(method, base + path, headers=headers, json=body, extensions=patience)

    @staticmethod
    def _sealed(request: httpx.Request, token: str) -> httpx.Request:
        request.headers.pop("Authorization", None)
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request


_WORDS = ("error_description", "msg", "message", "error")


async def _body(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer of the identity service; empty where it is none."""
    try:
        found = json.loads(await answer.aread())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
