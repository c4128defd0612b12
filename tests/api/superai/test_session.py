"""Keys, tokens and sign-ins: what is sent, what is renewed, and what is never told."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from tests.api.superai.place import ADMIN, DAY, KEY, NOW, ZONE, House, rows_of
from tests.api.test_http_secrecy import told
from tui.api import connect, sign_in
from tui.api.credentials import Token
from tui.api.http import Transport
from tui.api.superai.session import SignIn, credentials_of, identity_of
from tui.embedded.samples.superai_flows import COMPLAINTS
from tui.model.errors import Refused, Unauthorised, Unreachable
from tui.model.signing import SignedIn
from tui.model.system import Filters

PASSWORD = "Kürbis und Möhren: 7!"
EMAIL = f"ana@example.org:{PASSWORD}"


class Identity:
    """The platform and its identity service, as httpx sees them."""

    def __init__(self, *, good: bool = True) -> None:
        self.good = good
        self.asked: list[httpx.Request] = []
        self.issued = 0

    @property
    def lines(self) -> list[str]:
        return [f"{request.method} {request.url.host}{request.url.raw_path.decode()}" for request in self.asked]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.path == "/api/auth/anon-key":
            return httpx.Response(200, json={"anon_key": "anon-key-0815"})
        if request.url.path == "/auth/v1/token":
            if not self.good:
                return httpx.Response(400, json={"error": "x", "error_description": f"No user with {PASSWORD}"})
            self.issued += 1
            return httpx.Response(200, json={"access_token": f"acc{self.issued}", "refresh_token": "ref-4711"})
        good = request.headers.get("authorization") == f"Bearer acc{self.issued}" and self.issued
        body: Any = {"id": "me"} if good else {"error": {"message": "expired", "code": "unauthorized"}}
        return httpx.Response(200 if good else 401, json=body)


def signed_in(identity: Identity, base: str = "https://flows.super.ai/api") -> Transport:
    return Transport(
        base, credentials_of(EMAIL, identity_of(base)), transport=httpx.MockTransport(identity), clock=lambda: NOW
    )


def test_the_form_of_the_secret_says_what_it_is() -> None:
    key, token, session = (credentials_of(text) for text in (f" {KEY}\n", "eyJ.x.y", EMAIL))
    assert isinstance(key, Token)
    assert isinstance(token, Token)
    assert isinstance(session, SignIn)
    request = httpx.Request("GET", "https://x")
    assert next(key.auth_flow(request)).headers["x-api-key"] == KEY
    assert "authorization" not in request.headers
    assert next(token.auth_flow(request)).headers["authorization"] == "Bearer eyJ.x.y"
    with pytest.raises(Unauthorised):
        credentials_of("two words")


async def test_a_password_is_sent_as_it_is() -> None:
    identity = Identity()
    secret = credentials_of("  ana@example.org: 7 : x \n")
    link = Transport("https://x", secret, transport=httpx.MockTransport(identity))
    await link.get("/api/profile/me")
    assert json.loads(identity.asked[1].content) == {"email": "ana@example.org", "password": " 7 : x "}
    await link.close()


@pytest.mark.parametrize("email", ["ana", "ana.example.org", "a:b@example.org", ":"])
async def test_what_is_no_e_mail_address_is_not_sent(house: House, email: str) -> None:
    asked: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await house.site.app(scope, receive, send)

    signing = sign_in("superai", base_url="http://embedded", zone=ZONE, app=app)
    await signing.answer({"way": "password"})
    with pytest.raises(Refused) as caught:
        await signing.answer({"email": email, "password": PASSWORD})
    assert caught.value.reason.english() == "That is no e-mail address; nothing was sent."
    assert PASSWORD not in told(caught.value)
    assert asked == [], "else both together would be sent as an access token"
    found = await signing.answer({"email": " ana@example.org", "password": house.tokens["ana"]})
    assert isinstance(found, SignedIn)


@pytest.mark.parametrize(
    ("base", "identity"),
    [
        ("https://flows.super.ai/api", "https://core.flows.super.ai"),
        ("flows.super.ai", "https://core.flows.super.ai"),
        ("http://127.0.0.1:8000", ""),
        ("https://super.ai.example.org", ""),
        ("", ""),
    ],
)
def test_the_vendors_identity_service_has_its_own_host(base: str, identity: str) -> None:
    assert identity_of(base) == identity


async def test_a_sign_in_comes_before_the_first_request_and_once() -> None:
    identity = Identity()
    link = signed_in(identity)
    await link.get("/api/profile/me")
    await link.get("/api/profile/me")
    assert identity.lines == [
        "GET flows.super.ai/api/auth/anon-key",
        "POST core.flows.super.ai/auth/v1/token?grant_type=password",
        "GET flows.super.ai/api/profile/me",
        "GET flows.super.ai/api/profile/me",
    ]
    assert identity.asked[1].headers["apikey"] == "anon-key-0815"
    assert "authorization" not in identity.asked[1].headers
    await link.close()


async def test_an_ended_session_is_renewed_and_the_request_sent_again() -> None:
    identity = Identity()
    link = signed_in(identity)
    await link.get("/api/profile/me")
    identity.issued += 1  # somebody else signed in: ours has ended
    answer = await link.send("POST", "/api/flow-executions", json={"a": 1}, idempotency_key="k")
    assert answer.status == 200
    assert identity.lines[-3:] == [
        "POST flows.super.ai/api/flow-executions",
        "POST core.flows.super.ai/auth/v1/token?grant_type=refresh_token",
        "POST flows.super.ai/api/flow-executions",
    ]
    assert identity.asked[-1].content == b'{"a":1}'
    await link.close()


async def test_a_refused_password_is_tried_once_and_its_words_are_told_without_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    identity = Identity(good=False)
    link = signed_in(identity)
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            with pytest.raises(Unauthorised) as caught:
                await link.get("/api/profile/me")
    assert caught.value.said == "No user with [token]"
    assert sum("/auth/v1/token" in line for line in identity.lines) == 1
    seen = (told(caught.value), caplog.text, repr(link), str(vars(link)), repr(vars(link._client)))
    assert not any(secret in text for text in seen for secret in (PASSWORD, "anon-key-0815"))
    await link.close()


async def test_an_identity_service_that_is_away_is_no_refusal() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away", request=request)

    link = Transport("https://x", credentials_of(EMAIL), transport=httpx.MockTransport(away))
    with pytest.raises(Unreachable) as caught:
        await link.send("POST", "/api/flow-executions", json={}, idempotency_key="k")
    assert not caught.value.maybe_done
    assert PASSWORD not in told(caught.value)
    await link.close()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"access_token": 5}', b'{"access_token": "two words"}'])
async def test_an_identity_service_that_talks_nonsense_signs_nobody_in(body: bytes) -> None:
    def nonsense(request: httpx.Request) -> httpx.Response:
        if "/auth/" in request.url.path:
            return httpx.Response(200, content=body)
        return httpx.Response(401, json={"error": {"message": "sign in", "code": "unauthorized"}})

    link = Transport("https://x", credentials_of(EMAIL), transport=httpx.MockTransport(nonsense))
    with pytest.raises(Unauthorised):
        await link.get("/api/profile/me")
    await link.close()


async def test_the_embedded_platform_takes_key_token_and_password(house: House) -> None:
    for secret in ("ana", ADMIN, f"admin@example.org:{ADMIN}", f"ana@example.org:{house.tokens['ana']}"):
        client = house.client(secret)
        assert len(await rows_of(client)) == 12
        who = await client.whoami()
        assert who.name in ("Ana Kowalska", "Jonas Weber")
        await client.close()


async def test_a_shift_is_longer_than_a_session(house: House) -> None:
    client = house.client(f"ana@example.org:{house.tokens['ana']}")
    await client.list(DAY, Filters())
    for _ in range(3):
        house.forward(hours=1, seconds=1)
        assert (await client.list(DAY, Filters())).rows is not None
    await client.close()


async def test_the_profile_may_name_the_identity_service_and_the_flows(house: House) -> None:
    identity = Identity()
    secret = credentials_of(EMAIL, "https://id.example.org/auth/v1/")
    link = Transport("https://flows.example.org", secret, transport=httpx.MockTransport(identity))
    await link.get("/api/profile/me")
    assert identity.lines[1] == "POST id.example.org/auth/v1/token?grant_type=password"
    assert identity.lines[0] == "GET flows.example.org/api/auth/anon-key"
    await link.close()
    for address in ("id.example.org", "ftp://id.example.org", "https://"):
        with pytest.raises(Unreachable):
            credentials_of(EMAIL, address)
    client = connect(
        "superai", base_url="embedded:", token=house.tokens["ana"], zone=ZONE, profile="sample",
        app=house.site.app, clock=house.clock, options={"flow_ids": f"{COMPLAINTS}, "},
    )  # fmt: skip
    assert {row.template for row in await rows_of(client)} == {COMPLAINTS}
    await client.close()
