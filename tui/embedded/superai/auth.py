"""Who asks: a bearer token, an API key, or a sign-in with e-mail and password (contract section 2).

A user of the sample site has one secret, which is accepted as a bearer token, as ``X-API-Key`` and as password.
Secrets are kept as hashes alone. The identity service answers at the same address, in its own (Supabase) words.
"""

from __future__ import annotations

import hmac
import secrets as random
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from tui.embedded.asgi import Incoming, Outgoing, json_answer
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.superai import schema

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 86400

_user, _secret = schema.users.c, schema.secrets.c


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a secret."""

    id: str
    organization_id: str
    name: str
    email: str
    role: str
    status: str


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


class Gate:
    """Knows everybody. ``admin_hash`` is that of the secret which the site's admin was given from outside."""

    def __init__(self, database: Database, clock: SiteClock, anon_key: str, admin_hash: str | None) -> None:
        self._database = database
        self._clock = clock
        self._anon_key = anon_key
        self._admin_hash = admin_hash

    def account(self, tx: Connection, headers: Mapping[str, str], now: int) -> Account | None:
        """The owner of the secret in the headers; ``None`` for none, a wrong or an expired one."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "").strip()
        return self._owner(tx, given, ("token", "access"), now) if given else None

    def anon_key(self, _request: Incoming) -> Outgoing:
        """GET /auth/anon-key: needs no sign-in."""
        return json_answer({"anon_key": self._anon_key})

    def login_method(self, _request: Incoming) -> Outgoing:
        """GET /auth/login-method: nobody here signs in elsewhere."""
        return json_answer({"method": "password_ok"})

    def token(self, request: Incoming) -> Outgoing:
        """POST /auth/v1/token: ``grant_type`` password or refresh_token."""
        if not hmac.compare_digest(request.headers.get("apikey", "").encode(), self._anon_key.encode()):
            return json_answer({"message": "No API key found in request"}, 401)
        try:
            body = msgspec.json.decode(request.body, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            body = {}
        grant = request.asked("grant_type")
        if grant not in ("password", "refresh_token"):
            return _refused("unsupported_grant_type", "The grant type is not supported")
        now = self._clock.now()
        with self._database.write() as tx:
            owner = self._by_password(tx, body, now) if grant == "password" else self._by_refresh(tx, body, now)
            if owner is None:
                words = "Invalid login credentials" if grant == "password" else "Invalid Refresh Token"
                return _refused("invalid_grant", words)
            return json_answer(self._session(tx, owner, now))

    def _by_password(self, tx: Connection, body: dict[str, Any], now: int) -> Account | None:
        email, password = body.get("email"), body.get("password")
        if not isinstance(email, str) or not isinstance(password, str):
            return None
        owner = self._owner(tx, password, ("token",), now)
        return owner if owner is not None and owner.email == email.strip().lower() else None

    def _by_refresh(self, tx: Connection, body: dict[str, Any], now: int) -> Account | None:
        token = body.get("refresh_token")
        owner = self._owner(tx, token, ("refresh",), now) if isinstance(token, str) else None
        if owner is not None:
            tx.execute(delete(schema.secrets).where(_secret.hash == hashed(str(token))))
        return owner

    @staticmethod
    def _session(tx: Connection, owner: Account, now: int) -> dict[str, Any]:
        tx.execute(delete(schema.secrets).where(_secret.expires_at < now))
        access, refresh = random.token_urlsafe(32), random.token_urlsafe(24)
        rows = [
            {"hash": hashed(access), "kind": "access", "expires_at": now + ACCESS_SECONDS},
            {"hash": hashed(refresh), "kind": "refresh", "expires_at": now + REFRESH_SECONDS},
        ]
        tx.execute(insert(schema.secrets), [{**row, "user_id": owner.id} for row in rows])
        return {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "expires_at": now + ACCESS_SECONDS,
            "refresh_token": refresh,
            "user": {"id": owner.id, "email": owner.email},
        }

    def _owner(self, tx: Connection, secret: str, kinds: tuple[str, ...], now: int) -> Account | None:
        found = hashed(secret)
        if self._admin_hash is not None and "token" in kinds and hmac.compare_digest(found, self._admin_hash):
            return _account(tx, _user.role == "org_admin")
        of = select(_secret.user_id).where(
            _secret.hash == found,
            _secret.kind.in_(kinds),
            _secret.expires_at.is_(None) | (_secret.expires_at > now),
        )
        return _account(tx, _user.id == of.scalar_subquery())


def _account(tx: Connection, condition: Any) -> Account | None:
    query = select(schema.users).where(condition, _user.status == "active").order_by(_user.number).limit(1)
    row = tx.execute(query).first()
    if row is None:
        return None
    return Account(
        id=row.id, organization_id=row.organization_id, name=row.name, email=row.email, role=row.role,
        status=row.status,
    )  # fmt: skip


def _refused(error: str, description: str) -> Outgoing:
    return json_answer({"error": error, "error_description": description}, 400)
