"""What goes over between the client and the embedded server, and answers in the server's place."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

import pytest

from tui.compose.sites import Sites

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Instead = Callable[["Sent"], "tuple[int, Any] | None"]


class Sent(NamedTuple):
    """One request as it left the client; ``body`` is ``None`` where it had none."""

    method: str
    path: str
    body: Any


class Traffic:
    """``sent`` grows with every write. ``instead`` may answer a request (status, JSON) in the server's place."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.read: list[Sent] = []
        self.instead: Instead | None = None

    def bodies(self, end: str) -> list[Any]:
        """The bodies of all writes whose path ends so, oldest first."""
        return [sent.body for sent in self.sent if sent.path.endswith(end)]

    def tap(self, app: App) -> App:
        """``app``, with everything that reaches it noted here."""

        async def tapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            events: list[Event] = [await receive()]
            while events[-1].get("more_body"):
                events.append(await receive())
            raw = b"".join(event.get("body", b"") for event in events)
            query = scope["query_string"].decode()
            is_json = b"json" in dict(scope["headers"]).get(b"content-type", b"") and raw
            sent = Sent(scope["method"], scope["path"], json.loads(raw) if is_json else query or None)
            (self.read if sent.method == "GET" else self.sent).append(sent)
            answer = self.instead(sent) if self.instead is not None else None
            if answer is None:
                rest = iter(events)

                async def again() -> Event:
                    found = next(rest, None)
                    return found if found is not None else await receive()

                await app(scope, again, send)
                return
            head = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": answer[0], "headers": head})
            await send({"type": "http.response.body", "body": json.dumps(answer[1]).encode()})

        return tapped


def watched(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """From now on every embedded site of this process is watched."""
    traffic, build = Traffic(), Sites.site
    tapped: set[int] = set()

    def site(self: Sites, system: str, zone: str) -> Any:
        found = build(self, system, zone)
        if id(found) not in tapped:
            tapped.add(id(found))
            found.app = traffic.tap(found.app)
        return found

    monkeypatch.setattr(Sites, "site", site)
    return traffic
