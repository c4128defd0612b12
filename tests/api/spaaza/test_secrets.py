"""Tokens, sessions and pre-signed links: sent where they belong, shown nowhere; files; the guided sign-in."""

from __future__ import annotations

import io
import logging
import re
import traceback
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.api.spaaza.desk import Desk
from tests.api.stub import Asked, Said, Stub
from tests.embedded.spaaza.world import ZONE, Watch, World, rewards
from tui.api import connect, sign_in
from tui.api.spaaza.faults import error_of, judge, without_keys
from tui.api.spaaza.settings import read_settings
from tui.model.errors import (
    Forbidden,
    NotFound,
    NotTheServer,
    Refused,
    ServerFault,
    TaskError,
    Throttled,
    Unauthorised,
    Unreachable,
)
from tui.model.execution import Key
from tui.model.signing import SignedIn, Step
from tui.model.system import Filters, SizedSink

SIGNATURE = "Signature=s3cr3t-s1gn4tur3"
LINK = f"http://storage.example/User_Export-5.csv?{SIGNATURE}&Expires=1"


def told(error: BaseException) -> str:
    """All that a traceback with the local variables of our own code could show."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [str(frame.locals) for frame in shown.stack if "/tui/" in frame.filename]
    assert ours
    return "".join([*shown.format_exception_only(), *ours, repr(error), repr(vars(error))])


class Meter(io.BytesIO):
    """A sink with a progress bar."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int | None] = []

    def expect(self, size: int | None, /) -> None:
        self.sizes.append(size)


# -- files -----------------------------------------------------------------------------------------------------


async def test_a_file_comes_with_progress_and_without_our_credentials(world: World, desk: Desk) -> None:
    task = await world.new()
    await world.execute(task)
    meter = Meter()
    assert isinstance(meter, SizedSink)
    size = await desk.client.download(str(task), meter)
    assert meter.sizes == [size]
    assert meter.getvalue().decode() == await world.file(task)
    fetched = desk.line.asked[-1]
    assert fetched.url.path.startswith("/files/")
    assert "authorization" not in fetched.headers
    assert await desk.client.download(str(task), io.BytesIO()) == size


async def test_what_has_no_file_says_why(world: World, desk: Desk) -> None:
    for task in (await world.new(), await world.new(rewards())):
        assert (await desk.show(task)).downloads == ()
        with pytest.raises(Refused) as caught:
            await desk.client.download(str(task), io.BytesIO())
        assert "only an export that is done" in caught.value.what.english()
        assert caught.value.said == "Only an export that is DONE has a file to download."


class Storage:
    """A Services host that hands out links, and the storage behind them."""

    def __init__(self, *answers: Any, link: str = LINK) -> None:
        self._answers = list(answers)
        self.links = 0
        self.fetched: list[httpx.Request] = []
        desk = Desk(Stub(lambda _: Said(404, {})), Watch())
        desk.line.cut = self._cut
        self.client = desk.client
        self._link = link

    async def _cut(self, request: httpx.Request, on: Any) -> httpx.Response:
        if request.url.host == "services":
            self.links += 1
            return httpx.Response(200, json={"url": self._link})
        self.fetched.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        found: httpx.Response = answer
        return found


def denied() -> httpx.Response:
    body = f"<Error><Code>AccessDenied</Code><Resource>{LINK}</Resource></Error>"
    return httpx.Response(403, content=body, headers={"content-type": "application/xml"})


async def test_a_link_that_has_ended_is_asked_for_once_more() -> None:
    storage = Storage(denied(), httpx.Response(200, content=b"abc"))
    sink = io.BytesIO()
    assert await storage.client.download("5", sink) == 3
    assert (storage.links, sink.getvalue()) == (2, b"abc")
    gone = Storage(denied())
    with pytest.raises(NotFound) as caught:
        await gone.client.download("5", io.BytesIO())
    assert gone.links == 2
    assert SIGNATURE not in told(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ReadError(f"cut {LINK}"), Unreachable),
        (httpx.ConnectError(f"refused {LINK}"), Unreachable),
        (httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}), NotTheServer),
        (httpx.Response(302, headers={"location": LINK}), NotTheServer),
        (httpx.Response(503, content=LINK.encode()), ServerFault),
        (httpx.Response(400, json={"message": f"Bad {LINK}"}), Refused),
    ],
)
async def test_no_failure_tells_the_link(
    answer: Any, kind: type[TaskError], caplog: pytest.LogCaptureFixture
) -> None:
    storage = Storage(answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(kind) as caught:
        await storage.client.download("5", io.BytesIO())
    assert SIGNATURE not in told(caught.value)
    assert SIGNATURE not in caplog.text
    assert not any("authorization" in request.headers for request in storage.fetched)


async def test_no_log_tells_the_link_of_a_file_that_came(caplog: pytest.LogCaptureFixture) -> None:
    storage = Storage(httpx.Response(200, content=b"abc"))
    with caplog.at_level(logging.DEBUG):
        await storage.client.download("5", io.BytesIO())
    assert "storage.example/User_Export-5.csv" in caplog.text
    assert SIGNATURE not in caplog.text
    assert SIGNATURE not in repr(vars(storage.client))


@pytest.mark.parametrize("link", ["", "file:///etc/passwd", "ftp://x/y", "not a link", "http://", "//x", None, 5])
async def test_a_link_that_is_no_web_address_is_not_followed(link: Any) -> None:
    storage = Storage(httpx.Response(200, content=b"abc"), link=link)
    with pytest.raises(NotTheServer):
        await storage.client.download("5", io.BytesIO())
    assert storage.fetched == []


# -- credentials -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", ":", "a:", ":b", "a: b", "a:b c", "a:ü", "a\n:b"])
def test_a_secret_without_its_two_parts_is_refused_without_being_told(token: str) -> None:
    with pytest.raises(Unauthorised) as caught:
        connect("spaaza", base_url="http://x", token=token, zone=ZoneInfo(ZONE), profile="p")
    assert "two parts" in caught.value.what.english()


async def test_the_secret_part_is_struck_out_of_what_a_server_repeats(world: World) -> None:
    key = "s3cr3t-k3y"
    body = {"error": {"code": 1, "name": "invalid_thing", "description": f"Bad {key} at https://x/y?{SIGNATURE}"}}
    client = Desk(Stub(lambda _: Said(400, body)), world.watch, token=f"id:{key}").client
    with pytest.raises(Refused) as caught:
        await client.show(Key("p", "spaaza", "5"))
    assert caught.value.said == "Bad [token] at https://x/y?..."
    assert key not in told(caught.value)


async def test_an_admin_is_guided_to_a_session(world: World) -> None:
    signing = sign_in(
        "spaaza", base_url="http://core", zone=ZoneInfo(ZONE), app=world.site.app, options={"auth": "session"}
    )
    asked = [(field.key, field.kind) for field in signing.first.fields]
    assert asked == [("username", "text"), ("password", "secret")]
    with pytest.raises(Unauthorised) as caught:
        await signing.answer({"username": "maria", "password": "wrong-pw"})
    assert caught.value.said == "The username or password is wrong."
    assert "wrong-pw" not in told(caught.value)
    step = await signing.answer({"username": " maria ", "password": "maria-pw"})
    assert isinstance(step, Step)
    assert [field.key for field in step.fields] == ["code"]
    with pytest.raises(Unauthorised):
        await signing.answer({"code": "1"})
    code = re.search(r"code is (\d+)", world.mails()[-1])
    assert code is not None
    done = await signing.answer({"code": code[1]})
    assert isinstance(done, SignedIn)
    assert done.token not in repr(done)
    assert str(done.expires) == "2026-05-27 02:35:00+00:00"
    await signing.close()
    options = {"auth": "session", "chain": "42", "api_version": "1.6.1"}
    client = connect(
        "spaaza", base_url="embedded:", token=done.token, zone=ZoneInfo(ZONE), profile="p", app=world.site.app,
        options=options,
    )  # fmt: skip
    task = await world.new()
    assert (await client.show(Key("p", "spaaza", str(task)))).execution.title == "Test"
    assert (await client.whoami()).id == "1"
    assert done.token.partition(":")[2] not in repr(vars(client))


async def test_an_exempt_admin_needs_no_code(world: World) -> None:
    signing = sign_in(
        "spaaza", base_url="http://core", zone=ZoneInfo(ZONE), app=world.site.app, options={"auth": "session"}
    )
    assert isinstance(await signing.answer({"username": "robot", "password": "robot-pw"}), SignedIn)


async def test_a_session_travels_in_its_four_headers() -> None:
    stub = Stub(lambda _: Said(200, []))
    client = connect(
        "spaaza", base_url="x", token="7:k3y", zone=ZoneInfo(ZONE), profile="p", app=stub,
        options={"auth": "session", "chain": "42", "api_version": "1.5.8"},
    )  # fmt: skip
    from tests.api.spaaza.test_listing import DAY

    await client.list(DAY, Filters())
    sent = {name: value for name, value in stub.asked[0].headers.items() if name.startswith("x-spaaza")}
    assert sent == {
        "x-spaaza-session-user-id": "7",
        "x-spaaza-session-key": "k3y",
        "x-spaaza-session-chain-id": "42",
        "x-spaaza-api-version": "1.5.8",
    }
    assert "authorization" not in stub.asked[0].headers


@pytest.mark.parametrize(
    "options",
    [
        {"chain": "x"}, {"chain": "-1"}, {"execute_timeout": "0"}, {"execute_timeout": "soon"},
        {"execute_timeout": "99999"}, {"date_basis": "due"}, {"auth": "magic"}, {"auth": "session"},
        {"api_version": "1.6\r\nX: y"}, {"api_version": "one"},
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_named(options: dict[str, str]) -> None:
    with pytest.raises(TaskError) as caught:
        read_settings(options)
    assert next(iter(options)) in caught.value.what.english() or "chain" in caught.value.what.english()


def test_settings_have_defaults() -> None:
    found = read_settings({})
    assert (found.chain, found.session, found.patience, found.basis) == (None, False, 300.0, "planned")


# -- what answers mean -----------------------------------------------------------------------------------------


def envelope(code: int, name: str, description: str = "Because.") -> dict[str, Any]:
    return {"error": {"code": code, "name": name, "description": description}}


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (envelope(6, "no_valid_session"), Unauthorised),
        (envelope(68, "permission_denied_or_non_existent"), Forbidden),
        (envelope(44, "task_not_found"), NotFound),
        (envelope(21, "invalid_parameter", "limit: no"), Refused),
        (envelope(5, "task_already_running"), Refused),
        (envelope(5, "rate_limit_exceeded"), Throttled),
        (envelope(5, "internal_server_error"), ServerFault),
        ({"errors": [{"code": 68, "name": "x", "description": "Because."}]}, Forbidden),
        (
            {"result": {"code": 2, "status": "error"}, "error": {"code": 6, "description": "Because."}},
            Unauthorised,
        ),
    ],
)
def test_an_error_is_known_by_its_name_whatever_the_status(
    status: int, body: dict[str, Any], kind: type[TaskError]
) -> None:
    fault = judge(status, {"content-type": "application/json"}, Said(200, body).content, Watch())
    assert fault is not None
    assert type(fault.error) is kind
    assert fault.error.said in ("Because.", "limit: no")
    assert not getattr(fault.error, "busy", False)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"error": {"code": 1, "name": "odd", "description": "No."}}, Refused),
        (200, {"error": "No."}, Refused),
        (400, {"error": "No."}, Refused),
        (401, {"error": {"name": "invalid_thing", "description": "No."}}, Unauthorised),
        (403, {"error": {"name": "invalid_thing", "description": "No."}}, Forbidden),
        (404, {}, NotFound),
        (500, {"error": {"name": "odd", "description": "No."}}, ServerFault),
        (429, envelope(5, "odd", "No."), Throttled),
    ],
)
def test_the_status_speaks_where_no_name_does(status: int, body: Any, kind: type[TaskError]) -> None:
    fault = judge(status, {"content-type": "application/json"}, Said(200, body).content, Watch())
    assert fault is not None
    assert type(fault.error) is kind


@pytest.mark.parametrize(
    "body",
    [
        {"id": 5, "error": {"code": 6}}, {"url": "https://x", "errors": [{"code": 6}]}, {"code": "ERROR"},
        {"state": {"code": "ERROR"}, "error": "x"}, [{"error": "x"}], {"error": None}, {"errors": []},
        {"error": {}},
    ],
)  # fmt: skip
def test_a_good_answer_with_such_a_word_in_it_is_good(body: Any) -> None:
    content = Said(200, body).content
    assert error_of(content) is None
    assert judge(200, {"content-type": "application/json"}, content, Watch()) is None


def test_links_in_words_lose_their_keys() -> None:
    assert without_keys(f"see {LINK}, or HTTP://a/b?c") == (
        "see http://storage.example/User_Export-5.csv?... or HTTP://a/b?..."
    )


def test_cut_and_endless_bodies_are_no_errors() -> None:
    for content in (b'{"error": ', b'{"error":' + b"[" * 100_000, b'{"error": "\xff"}', b""):
        assert error_of(content) is None


async def test_a_page_before_the_server_is_not_the_server() -> None:
    def page(_asked: Asked) -> Said:
        return Said(200, b"<html>Sign in</html>", {"content-type": "text/html"})

    with pytest.raises(NotTheServer):
        await Desk(Stub(page), Watch()).show(5)
