"""Who asks: a privileged access token, or an admin's session (contract section 2). 401 for neither."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import pbkdf2_hmac, sha256
from typing import NamedTuple

from sqlalchemy import Connection, select

from tui.embedded.spaaza import schema
from tui.embedded.spaaza.words import forbidden, unauthorised

LEVELS = {"worker": 0, "supervisor": 1, "admin": 2}
"""Access levels: the first may look, the others may also create and execute."""

SESSION = "x-spaaza-session-"


class Caller(NamedTuple):
    """Who asks, for which chain, and how much they may do."""

    chain: int
    level: str


class Admin(NamedTuple):
    """The token that whoever serves the site has given: as a hash, and the chain that it is for."""

    token_hash: str
    chain: int


def hashed(secret: str) -> str:
    """What is stored of a secret that was made at random."""
    return sha256(secret.encode()).hexdigest()


def password_hash(username: str, password: str) -> str:
    """What is stored of a password."""
    return pbkdf2_hmac("sha256", password.encode(), f"shiftdeck:{username}".encode(), 60_000).hex()


def caller_of(tx: Connection, headers: Mapping[str, str], now: int, admin: Admin | None) -> Caller:
    """The caller behind the headers. 401 for bad credentials, 403 for another chain than theirs."""
    if headers.get("authorization"):
        return _privileged(tx, headers["authorization"], admin)
    return _of_session(tx, headers, now)


def _privileged(tx: Connection, authorization: str, admin: Admin | None) -> Caller:
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    ident, colon, secret = token.partition(":")
    if scheme.lower() != "bearer" or not (ident and colon and secret):
        raise unauthorised()
    if admin is not None and hmac.compare_digest(hashed(token), admin.token_hash):
        return Caller(admin.chain, "admin")
    table = schema.access_tokens
    found = tx.execute(select(table).where(table.c.id == ident[:64], table.c.active)).one_or_none()
    # One comparison for a token that is not there, too: the time tells nothing.
    if not hmac.compare_digest(hashed(secret), found.secret_hash if found is not None else hashed("")):
        raise unauthorised()
    if found is None:
        raise unauthorised()
    return Caller(found.chain, found.level)


def _of_session(tx: Connection, headers: Mapping[str, str], now: int) -> Caller:
    user, key, chain = (headers.get(SESSION + name, "") for name in ("user-id", "key", "chain-id"))
    if not (user and key and chain):
        raise unauthorised()
    people, sessions = schema.people, schema.sessions
    found = tx.execute(
        select(people.c.id, people.c.chain, people.c.level)
        .join(sessions, sessions.c.person == people.c.id)
        .where(sessions.c.key_hash == hashed(key), sessions.c.expires > now)
    ).one_or_none()
    if found is None or str(found.id) != user:
        raise unauthorised()
    if str(found.chain) != chain:
        raise forbidden()
    return Caller(found.chain, found.level)
