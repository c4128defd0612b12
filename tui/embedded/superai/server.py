"""From a request to a handler and back: who asks, the transaction, the body, the moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from tui.embedded.asgi import Incoming, Outgoing, Work, conditional, json_answer
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.superai.auth import Account, Gate
from tui.embedded.superai.errors import Failure, Unfit

NO_CONTENT = Outgoing(b"", 204)


class Call:
    """One authorised request in its transaction."""

    __slots__ = ("account", "clock", "request", "tx")

    def __init__(self, tx: Connection, account: Account, request: Incoming, clock: SiteClock) -> None:
        self.tx = tx
        self.account = account
        self.request = request
        self.clock = clock

    def id(self, name: str) -> str:
        """A UUID from the path. 422 for what is none."""
        return uuid_of(str(self.request.params[name]), ("path", name))

    def asked(self, name: str) -> str | None:
        """A query parameter; ``None`` where it is not there."""
        return self.request.asked(name)

    def flag(self, name: str) -> bool:
        """A boolean query parameter, ``False`` where it is not there. 422 for another word."""
        word = (self.asked(name) or "false").lower()
        if word not in ("true", "false", "1", "0"):
            raise Unfit((("query", name), "Input should be a valid boolean", "bool_parsing"))
        return word in ("true", "1")

    def body(self) -> dict[str, Any]:
        """The body, a JSON object. 422 for anything else."""
        try:
            found = msgspec.json.decode(self.request.body)
        except (msgspec.DecodeError, RecursionError):
            raise Unfit((("body",), "JSON decode error", "json_invalid")) from None
        if not isinstance(found, dict):
            raise Unfit((("body",), "Input should be a valid dictionary", "model_attributes_type"))
        return found

    def stamp(self, before: str | None = None) -> str:
        """The present moment; later than ``before``, so that every change is seen as one."""
        return stamp(self.clock.now(), before)


Handler = Callable[[Call], Any]
"""Takes a call; returns a JSON value, or an ``Outgoing`` as it is."""


class Server:
    """The server of one site: turns handlers into the web layer's work."""

    def __init__(self, database: Database, clock: SiteClock, gate: Gate) -> None:
        self.database = database
        self.clock = clock
        self.gate = gate

    def read(self, handler: Handler, *, before: Callable[[], None] | None = None) -> Work:
        """A GET. ``before`` runs after the caller is known and before the data is looked at."""

        def work(request: Incoming) -> Outgoing:
            account = self._account(request)
            if before is not None:
                before()
            with self.database.read() as tx:
                answer = handler(Call(tx, account, request, self.clock))
            return answer if isinstance(answer, Outgoing) else conditional(request, json_answer(answer))

        return work

    def write(self, handler: Handler, *, status: int = 200) -> Work:
        """A POST, PUT, PATCH or DELETE; ``status`` is that of its success."""

        def work(request: Incoming) -> Outgoing:
            account = self._account(request)
            try:
                answer = self._once(handler, account, request)
            except IntegrityError:
                # Somebody else made the same row between our look and our insert: now it is there to be found.
                answer = self._once(handler, account, request)
            return answer if isinstance(answer, Outgoing) else json_answer(answer, status)

        return work

    def _once(self, handler: Handler, account: Account, request: Incoming) -> Any:
        with self.database.write() as tx:
            return handler(Call(tx, account, request, self.clock))

    def _account(self, request: Incoming) -> Account:
        with self.database.read() as tx:
            account = self.gate.account(tx, request.headers, self.clock.now())
        if account is None:
            raise Failure(401, "Invalid or missing authentication credentials")
        return account


def stamp(now: int, before: str | None = None) -> str:
    """Seconds since 1970 as ``2026-05-11T08:30:00.000000Z``; at least a microsecond after ``before``."""
    moment = datetime.fromtimestamp(now, UTC)
    if before is not None:
        moment = max(moment, datetime.fromisoformat(before) + timedelta(microseconds=1))
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def new_id() -> str:
    """A fresh UUID."""
    return str(uuid4())


def uuid_of(text: Any, loc: tuple[str | int, ...]) -> str:
    """A UUID in its usual form. 422 for what is none."""
    try:
        return str(UUID(text))
    except (ValueError, AttributeError, TypeError):
        raise Unfit((loc, "Input should be a valid UUID", "uuid_parsing")) from None
