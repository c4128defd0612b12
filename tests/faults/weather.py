"""Random trouble on a line: which faults may hit a request, and how often."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.faults import line
from tests.faults.line import Exchange, Fault

_JSON_ERROR = '{"status": "error", "message": "Something went wrong."}'

BEFORE: tuple[Fault, ...] = (
    line.refused,
    line.no_name,
    line.no_route,
    line.bad_certificate,
    line.no_connection,
    line.lost_before,
    line.silence_before,
    line.login_page(),
    line.answered(500, '{"message": "Server Error"}'),
    line.answered(502, "<html>Bad Gateway</html>", {"content-type": "text/html"}),
    line.answered(503, '{"message": "Service Unavailable"}'),
    line.answered(503, '{"message": "Maintenance"}', {"retry-after": "20"}),
    line.answered(429, '{"message": "Too Many Attempts."}', {"retry-after": "7"}),
    line.answered(429, '{"message": "Too Many Attempts."}'),
    line.answered(302, "", {"location": "https://wifi.example/login", "content-type": "text/html"}),
)
"""The server never saw the request."""

AFTER: tuple[Fault, ...] = (
    line.lost_after,
    line.silence_after,
    line.cut_json(0.6),
    line.cut_json(0.0),
    line.login_page(done=True),
    line.answered(200, "", done=True),
    line.answered(200, _JSON_ERROR, done=True),
    line.answered(500, '{"message": "Server Error"}', done=True),
    line.answered(504, "<html>Gateway Timeout</html>", {"content-type": "text/html"}, done=True),
    line.twisted(line.other_id),
)
"""The server did it; the answer did not come, or not whole, or as another's."""

FALSE: tuple[Fault, ...] = (
    line.answered(200, ""),
    line.answered(200, _JSON_ERROR),
    line.answered(200, "[]"),
    line.answered(200, "null"),
    line.answered(409, '{"message": "The same request is still running."}'),
)
"""An answer to a write that looks like one; the server never saw it."""

REPEATED: tuple[Fault, ...] = (line.twice(second=False), line.twice(second=True), line.twice_at_once)
"""Only for a server that honours idempotency keys: no client can prevent it elsewhere."""


def weather(chance: random.Random, odds: float, *, keys: bool) -> Callable[[Exchange], Fault | None]:
    """A line on which one request in ``1 / odds`` meets a fault. ``keys``: the server honours them."""

    def fault(exchange: Exchange) -> Fault | None:
        if chance.random() >= odds:
            return None
        if not exchange.writes:
            return line.cut_json(0.6) if chance.random() < 0.1 else chance.choice(BEFORE)
        roll = chance.random()
        if roll < 0.4:
            return chance.choice(AFTER)
        if roll < 0.7:
            return chance.choice(BEFORE)
        if roll < 0.8 or not keys:
            return chance.choice(FALSE)
        return chance.choice((*REPEATED, line.late(chance.uniform(0, 90))))

    return fault
