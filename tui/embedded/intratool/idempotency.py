"""``Idempotency-Key``: one effect however often a request is sent.

The key is claimed in a transaction of its own; its answer is stored in the transaction of the effect, so that
either both are there or neither. Only successes are kept: a refused request may be sent again unchanged later.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tui.embedded.asgi import Incoming, Outgoing
from tui.embedded.database import Database
from tui.embedded.intratool.schema import idempotency_keys
from tui.embedded.intratool.words import Refused

STALE_SECONDS = 30
"""A claim this old belongs to a process that died: no write takes that long."""
KEPT_SECONDS = 30 * 86400
_key = idempotency_keys.c


def fingerprint(request: Incoming, body: dict[str, Any]) -> str:
    """Method, path and content as one hash: the same key must mean the same request.

    The content is taken as it was read, because a repeated form has another boundary.
    """
    content = msgspec.json.encode(body, order="sorted", enc_hook=str)
    return sha256(b"\0".join([request.method.encode(), request.path.encode(), content])).hexdigest()


def claim(database: Database, user_id: int, key: str, mark: str, now: int) -> Outgoing | None:
    """Claims ``key`` for the request ``mark``, or returns its answer. 409 while running, 422 for another."""
    row = {"user_id": user_id, "key": key, "fingerprint": mark, "claimed_at": now}
    try:
        with database.write() as tx:
            tx.execute(insert(idempotency_keys).values(row))
        return None
    except IntegrityError:
        pass
    with database.write() as tx:
        held = tx.execute(select(idempotency_keys).where(_of(user_id, key))).first()
        if held is None:
            raise Refused(409, "busy")
        if held.fingerprint != mark:
            raise Refused(422, "key_reused")
        if held.status is not None:
            return Outgoing(held.body, held.status, {"Idempotent-Replayed": "true"})
        if now - held.claimed_at < STALE_SECONDS:
            raise Refused(409, "busy")
        tx.execute(update(idempotency_keys).where(_of(user_id, key)).values(claimed_at=now))
    return None


def store(tx: Connection, user_id: int, key: str, answer: Outgoing) -> None:
    """Keeps the answer, in the transaction of its effect."""
    tx.execute(update(idempotency_keys).where(_of(user_id, key)).values(status=answer.status, body=answer.body))


def release(database: Database, user_id: int, key: str) -> None:
    """Gives the key back after a refusal."""
    with database.write() as tx:
        tx.execute(delete(idempotency_keys).where(_of(user_id, key), _key.status.is_(None)))


def forget_old(database: Database, now: int) -> None:
    """Drops answers that nobody will ask for again. Takes the write lock only when there are any."""
    old = _key.claimed_at < now - KEPT_SECONDS
    with database.read() as tx:
        if tx.execute(select(_key.key).where(old).limit(1)).first() is None:
            return
    with database.write() as tx:
        tx.execute(delete(idempotency_keys).where(old))


def _of(user_id: int, key: str) -> ColumnElement[bool]:
    return (_key.user_id == user_id) & (_key.key == key)
