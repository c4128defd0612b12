"""A small ASGI server that writes down what it is asked and answers what it is told."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.api.pages import Example, examples
from tui.api.http import Repeats, Transport
from tui.api.intratool.adapter import IntratoolSystem
from tui.api.intratool.routes import Routes
from tui.model.action import Delivery, Request, Slot
from tui.model.clock import Clock
from tui.model.execution import Key
from tui.model.field import Value
from tui.model.period import Period
from tui.model.system import Filters

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 11, 6, 30, tzinfo=UTC)
DAY = Period.of_day(date(2026, 5, 11), ZONE)
ALL = Filters()
TOKEN = "s3cr3t-t0k3n-0f-Mar1a"
JSON = {"content-type": "application/json"}


class Asked(NamedTuple):
    """A request as it arrived."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


class Said(NamedTuple):
    """An answer to give."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = JSON

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answers = Callable[[Asked], Said | None]


class Stub:
    """Answers with the first of ``answers`` that has one, else with the documented examples, else 404."""

    def __init__(self, *answers: Answers) -> None:
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self._documented = {(one.verb, one.path): one for one in examples().values()}

    @property
    def lines(self) -> list[str]:
        return [asked.line for asked in self.asked]

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        content = b""
        while True:
            message = await receive()
            content += message.get("body", b"")
            if not message.get("more_body"):
                break
        asked = Asked(
            scope["method"],
            scope["path"],
            scope["query_string"].decode(),
            {name.decode().lower(): value.decode() for name, value in scope["headers"]},
            content,
        )
        self.asked.append(asked)
        said = self._answer(asked)
        headers = [(name.encode(), value.encode()) for name, value in said.headers.items()]
        await send({"type": "http.response.start", "status": said.status, "headers": headers})
        await send({"type": "http.response.body", "body": said.content})

    def _answer(self, asked: Asked) -> Said:
        for answer in self.answers:
            said = answer(asked)
            if said is not None:
                return said
        example: Example | None = self._documented.get((asked.method, asked.path))
        return Said(404, {"message": "Not Found."}) if example is None else Said(200, example.answer)


def on(line: str, *said: Said) -> Answers:
    """Answer the requests of ``line`` ("GET /path") with ``said`` in turn; the last one stays."""
    left = list(said)

    def answer(asked: Asked) -> Said | None:
        if asked.line != line:
            return None
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def without_includes(status: int, *refused: str) -> Answers:
    """Refuse every request whose ``include`` names one of the ``refused`` relations."""

    def answer(asked: Asked) -> Said | None:
        hit = any(f"{name}" in asked.query for name in refused)
        return Said(status, {"message": "Call to undefined relationship."}) if hit else None

    return answer


class Naps:
    """A sleep that takes no time and remembers how long it was asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def transport(stub: Stub, *, token: str = TOKEN, naps: Naps | None = None) -> Transport:
    return Transport(
        "embedded:",
        token,
        app=stub,
        clock=lambda: NOW,
        repeats=Repeats(),
        sleep=naps or Naps(),
        jitter=lambda: 1.0,
    )


class Shelf:
    """A field cache in memory."""

    def __init__(self) -> None:
        self.bundles: dict[str, bytes] = {}

    def get(self, template: str, /) -> bytes | None:
        return self.bundles.get(template)

    def put(self, template: str, bundle: bytes, /) -> None:
        self.bundles[template] = bundle


def system(
    stub: Stub,
    *,
    now: datetime = NOW,
    clock: Clock | None = None,
    cache: Shelf | None = None,
    token: str = TOKEN,
) -> IntratoolSystem:
    routes = Routes(transport(stub, token=token))
    return IntratoolSystem(routes, profile="kitchen", zone=ZONE, cache=cache, clock=clock or (lambda: now))


def key(ident: str = "812") -> Key:
    return Key("kitchen", "intratool", ident)


_SLOTS = {"progress": Slot.SAVE}


def request(
    action: str,
    values: dict[str, Value] | None = None,
    *,
    ident: str = "812",
    inputs: dict[str, Value] | None = None,
    notes: dict[str, str] | None = None,
    base: dict[str, Value] | None = None,
    expected: str = "open",
) -> Request:
    delivery = {"reset": Delivery.ONLINE, "status": Delivery.ONLINE, "create": Delivery.ONCE}
    return Request(
        profile="kitchen",
        system="intratool",
        key_id="" if action == "create" else ident,
        action=action,
        slot=_SLOTS.get(action) or Slot(action),
        delivery=delivery.get(action, Delivery.QUEUED),
        idempotency_key="11111111-2222-4333-8444-555555555555",
        values=values or {},
        inputs=inputs or {},
        notes=notes or {},
        base=base or {},
        expected=expected,
    )
