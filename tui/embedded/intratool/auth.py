"""Bearer tokens: a JWT per user as the contract's section 9 shows it, kept only as a hash; 403 for a bad one."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, select

from tui.embedded.intratool import schema
from tui.embedded.intratool.view import Account
from tui.embedded.intratool.words import Refused

YEARS = 10 * 365 * 86400
"""Seconds for which a sample token is good."""


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()


def make_token(secret: str, user_id: int, issued_at: int) -> str:
    """The token of a sample user: the same for the same site, user and moment; ``sub`` is the user's ID."""
    subject = str(user_id)
    claims = {
        "aud": "1",
        "jti": sha256(f"{secret}|{subject}|{issued_at}".encode()).hexdigest()[:40],
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + YEARS,
        "sub": subject,
        "scopes": [],
    }
    signed = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(claims)}"
    signature = hmac.new(secret.encode(), signed.encode(), "sha256").digest()
    return f"{signed}.{_base64(signature)}"


def authenticate(tx: Connection, authorization: str, admin_hash: str | None) -> Account:
    """The owner of the token in an ``Authorization`` header. 403 when there is none."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(403, "token")
    hashed = token_hash(token.strip())
    if admin_hash is not None and hmac.compare_digest(hashed, admin_hash):
        return find_account(tx, schema.roles.c.level == "admin")
    owner = select(schema.tokens.c.user_id).where(schema.tokens.c.token_hash == hashed).scalar_subquery()
    return find_account(tx, schema.users.c.id == owner)


def find_account(tx: Connection, condition: object) -> Account:
    """The first active user under ``condition``. 403 when there is none."""
    user, role = schema.users.c, schema.roles.c
    query = (
        select(user.id, user.username, user.first_name, user.last_name, role.level)
        .join(schema.roles, role.id == user.role_id)
        .where(condition, user.active, user.deleted_at.is_(None))  # type: ignore[arg-type]
        .order_by(user.id)
        .limit(1)
    )
    found = tx.execute(query).first()
    if found is None:
        raise Refused(403, "token")
    members = schema.department_user.c
    own = tx.execute(select(members.department_id).where(members.user_id == found.id)).scalars()
    return Account(
        id=found.id,
        username=found.username,
        name=f"{found.first_name} {found.last_name}",
        role=found.level,
        department_ids=frozenset(own),
    )


def _part(value: object) -> str:
    return _base64(msgspec.json.encode(value))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
