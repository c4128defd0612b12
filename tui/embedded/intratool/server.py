"""From a request to a handler and back: token, transaction, body, idempotency, language, ETag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tui.embedded import multipart
from tui.embedded.asgi import ApiError, Incoming, Outgoing, Work, conditional, json_answer
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.intratool import idempotency
from tui.embedded.intratool.auth import authenticate
from tui.embedded.intratool.generate import Generator
from tui.embedded.intratool.view import Account, View
from tui.embedded.intratool.words import Refused, language_of

MAX_ID = 2**53
_RANK = {"worker": 0, "supervisor": 1, "admin": 2}


class Call:
    """One authorised request in its transaction, with the body read."""

    __slots__ = ("body", "request", "view")

    def __init__(self, view: View, request: Incoming, body: dict[str, Any]) -> None:
        self.view = view
        self.request = request
        self.body = body

    def id(self, name: str) -> int:
        """An ID from the path. 404 for a number that no database could hold."""
        number = int(self.request.params[name])
        if number > MAX_ID:
            raise Refused(404, "not_found")
        return number


Handler = Callable[[Call], Any]
"""Takes a call; returns a JSON value (a write: the ``data`` of its envelope), or an ``Outgoing`` as it is."""


class Server:
    """The Intratool server of one site: turns handlers into the web layer's work."""

    def __init__(self, database: Database, clock: SiteClock, generator: Generator, admin_hash: str | None) -> None:
        self.database = database
        self.clock = clock
        self.generator = generator
        self._admin_hash = admin_hash

    def read(
        self, handler: Handler, *, role: str = "worker", before: Callable[[Server, Incoming], None] | None = None
    ) -> Work:
        """A GET. ``before`` runs after the token was checked and before the data is looked at."""

        def work(request: Incoming) -> Outgoing:
            try:
                account = self._account(request, role)
                if before is not None:
                    before(self, request)
                with self.database.read() as tx:
                    answer = handler(Call(View(tx, account, self.clock), request, {}))
            except Refused as refused:
                raise _in_words(refused, request) from None
            return conditional(request, answer if isinstance(answer, Outgoing) else json_answer(answer))

        return work

    def write(self, handler: Handler, *, role: str = "worker", method: str | None = None) -> Work:
        """A POST, PUT or DELETE. ``method``: only as a form that carries this word in ``_method`` (gap 3)."""

        def work(request: Incoming) -> Outgoing:
            try:
                account = self._account(request, role)
                body = read_body(request)
                if method is not None and str(body.get("_method", "")).upper() != method:
                    raise ApiError(405, "This method is not supported for this route.")
                body.pop("_method", None)
                return self._once(handler, account, request, body)
            except Refused as refused:
                raise _in_words(refused, request) from None

        return work

    def _once(self, handler: Handler, account: Account, request: Incoming, body: dict[str, Any]) -> Outgoing:
        key = request.headers.get("idempotency-key", "")[:200]
        if key:
            mark = idempotency.fingerprint(request, body)
            held = idempotency.claim(self.database, account.id, key, mark, self.clock.now())
            if held is not None:
                return held
        try:
            with self.database.write() as tx:
                data = handler(Call(View(tx, account, self.clock), request, body))
                answer = json_answer({"status": "success", "data": data})
                if key:
                    idempotency.store(tx, account.id, key, answer)
            return answer
        except BaseException:
            if key:
                idempotency.release(self.database, account.id, key)
            raise

    def _account(self, request: Incoming, role: str) -> Account:
        with self.database.read() as tx:
            account = authenticate(tx, request.headers.get("authorization", ""), self._admin_hash)
        if _RANK[account.role] < _RANK[role]:
            raise Refused(403, "forbidden")
        return account


def read_body(request: Incoming) -> dict[str, Any]:
    """The flat keys of a JSON object or a form. A text of blanks alone means ``null``, as Laravel reads it."""
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        try:
            parts = multipart.parse(content_type, request.body)
        except ValueError:
            raise Refused(422, "not_json") from None
        found = {name.removesuffix("[]"): _several(name, values) for name, values in parts.items()}
    elif content_type.startswith("application/x-www-form-urlencoded"):
        grouped: dict[str, list[Any]] = {}
        for name, value in parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True):
            grouped.setdefault(name, []).append(value)
        found = {name.removesuffix("[]"): _several(name, values) for name, values in grouped.items()}
    else:
        try:
            found = msgspec.json.decode(request.body, type=dict[str, Any]) if request.body.strip() else {}
        except msgspec.DecodeError:
            raise Refused(422, "not_json") from None
    return {name: None if isinstance(value, str) and not value.strip() else value for name, value in found.items()}


def _several(name: str, values: list[Any]) -> Any:
    return values if name.endswith("[]") else values[-1]


def _in_words(refused: Refused, request: Incoming) -> ApiError:
    return refused.answer(language_of(request.headers.get("accept-language", "")))
