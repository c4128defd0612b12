"""Admins sign in at the core API, whose answers are wrapped: a password, then the code from an e-mail.

Source: contract section 2.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Connection, Row, delete, insert, select, update

from tui.embedded.asgi import ApiError, Incoming, Outgoing, json_answer
from tui.embedded.spaaza import schema
from tui.embedded.spaaza.auth import hashed, password_hash
from tui.embedded.spaaza.server import Server
from tui.embedded.spaaza.words import SpaazaError, iso

PASSCODE_SECONDS = 600
SESSION_SECONDS = 12 * 3600
TRIES = 5


def login(server: Server, request: Incoming) -> Outgoing:
    """``POST /auth/login``: a session at once for those who need no code, else the key to the code."""
    form, now = _form(request), server.clock.now()
    with server.database.write() as tx:
        username, password = form.get("username", ""), form.get("password", "")
        table = schema.people.c
        person = tx.execute(select(schema.people).where(table.username == username)).one_or_none()
        right = password_hash(username, password)
        if person is None or not hmac.compare_digest(right, person.password_hash):
            raise _refused("The username or password is wrong.")
        if person.login_2fa_exempt:
            return _wrapped(_session(tx, person, now))
        key, code = secrets.token_urlsafe(24), 100_000 + secrets.randbelow(900_000)
        tx.execute(delete(schema.passcodes).where(schema.passcodes.c.person == person.id))
        row = {"key_hash": hashed(key), "person": person.id, "code_hash": hashed(f"{key}:{code}")}
        tx.execute(insert(schema.passcodes).values(**row, tries=0, expires=now + PASSCODE_SECONDS))
    server.mail.deliver(now, username, f"Your sign-in code is {code}. It is valid for ten minutes.")
    expiry = iso(now + PASSCODE_SECONDS)
    return _wrapped({"session_passcode_key": key, "session_passcode_expiry_date": expiry})


def session(server: Server, request: Incoming) -> Outgoing:
    """``POST /auth/session``: the code and its key become a session."""
    form, now = _form(request), server.clock.now()
    key = form.get("session_passcode_key", "")
    table = schema.passcodes.c
    with server.database.write() as tx:
        found = tx.execute(
            select(schema.passcodes).where(table.key_hash == hashed(key), table.expires > now, table.tries < TRIES)
        ).one_or_none()
        if found is None:
            raise _refused("The code has expired. Sign in again.")
        given = hashed(f"{key}:{form.get('session_passcode', '').strip()}")
        if hmac.compare_digest(given, found.code_hash):
            tx.execute(delete(schema.passcodes).where(table.key_hash == found.key_hash))
            person = tx.execute(select(schema.people).where(schema.people.c.id == found.person)).one()
            return _wrapped(_session(tx, person, now))
        tx.execute(update(schema.passcodes).where(table.key_hash == found.key_hash).values(tries=found.tries + 1))
    raise _refused("The code is wrong.")


def _session(tx: Connection, person: Row[Any], now: int) -> dict[str, Any]:
    key = secrets.token_urlsafe(32)
    tx.execute(delete(schema.sessions).where(schema.sessions.c.person == person.id))
    expires = now + SESSION_SECONDS
    tx.execute(insert(schema.sessions).values(key_hash=hashed(key), person=person.id, expires=expires))
    info = {"session_user_id": person.id, "session_key": key, "session_expires_date": iso(expires)}
    return {"session_info": info}


def _wrapped(results: dict[str, Any]) -> Outgoing:
    return json_answer({"result": {"code": 1, "status": "ok"}, "results": results})


def _refused(sentence: str) -> ApiError:
    return SpaazaError(401, "invalid_login", sentence, wrapped=True)


def _form(request: Incoming) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
