"""The token is in the Authorization header of a request and nowhere else."""

from __future__ import annotations

import io
import logging
import pickle
import traceback

import httpx
import pytest

from tests.api.stub import ALL, DAY, TOKEN, Said, Stub, on, request, system, transport
from tui.api.http import Transport
from tui.api.secret import Secret
from tui.model.errors import Refused, TaskError, Unauthorised

FINISH = "POST /api/tasks-2/executions/812/progress/finish"


def told(error: BaseException) -> str:
    """All that a traceback with local variables could show."""
    text = io.StringIO()
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    print("".join(shown.format()), repr(error), str(error), vars(error), file=text)
    return text.getvalue()


def echo() -> Said:
    return Said(422, {"message": f"Bad token {TOKEN}", "errors": {TOKEN: [f"{TOKEN}!"]}})


async def test_no_error_tells_the_token_even_when_the_server_repeats_it() -> None:
    client = system(Stub(on(FINISH, echo())))
    with pytest.raises(Refused) as caught:
        await client.perform(request("finish"))
    assert caught.value.said == "Bad token [token]"
    assert caught.value.fields == {"[token]": ["[token]!"]}
    assert TOKEN not in told(caught.value)


async def test_no_lost_connection_tells_the_token() -> None:
    def fail(asked: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(asked.headers["authorization"], request=asked)

    client = Transport("http://tenant", TOKEN, transport=httpx.MockTransport(fail))
    with pytest.raises(TaskError) as caught:
        await client.send("POST", "/x", json={}, idempotency_key="k")
    assert TOKEN not in told(caught.value)


async def test_no_log_and_no_repr_tells_the_token(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client = system(Stub())
        await client.list(DAY, ALL)
        await client.perform(request("finish"))
    assert any("/api/tasks-2/executions" in line for line in caplog.messages)
    assert TOKEN not in caplog.text
    link = transport(Stub())
    seen = (repr(link), str(vars(link)), repr(link._client.headers), repr(link._client.auth), repr(vars(client)))
    assert not any(TOKEN in text for text in seen)


@pytest.mark.parametrize("token", ["", "   ", "two words", "line\nbreak", "pässword", "nul\0"])
def test_a_token_that_cannot_travel_is_refused_without_being_told(token: str) -> None:
    with pytest.raises(Unauthorised) as caught:
        Transport("http://tenant", token)
    assert not token.strip() or token not in repr(caught.value)
    assert "token is empty" in caught.value.what.english()


async def test_white_space_around_a_token_is_no_part_of_it() -> None:
    stub = Stub()
    await transport(stub, token=f" {TOKEN}\n").get("/api/tasks-2/executions/count")
    assert stub.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_secret_is_not_written_anywhere() -> None:
    secret = Secret(TOKEN)
    assert (repr(secret), str(secret), f"{secret}") == ("Secret(...)",) * 3
    with pytest.raises(TypeError):
        pickle.dumps(secret)
