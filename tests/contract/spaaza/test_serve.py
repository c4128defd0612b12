"""The server as ``shiftdeck serve`` starts it: on a port, at the root, with the token of the environment."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import uvicorn

from tui.api import connect
from tui.compose import serve as module
from tui.compose.serve import ServeError, Serving, serve
from tui.config.secrets import Token
from tui.model.clock import system_clock
from tui.model.errors import Unauthorised
from tui.model.period import Period
from tui.model.system import Filters

BERLIN = ZoneInfo("Europe/Berlin")


@contextmanager
def served(folder: Path, token: str) -> Iterator[Serving]:
    """A server in a thread of its own, which ends with the test."""
    ready, told = threading.Event(), []
    servers: list[uvicorn.Server] = []

    class Ended(module._Server):
        """Signals reach the main thread alone: this one is told."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            servers.append(self)
            await super().startup(sockets)

    def started(serving: Serving) -> None:
        told.append(serving)
        ready.set()

    def run() -> None:
        serve(
            "spaaza", f"sqlite:///{folder / 's.sqlite3'}", host="127.0.0.1", port=0, zone="Europe/Berlin",
            token=Token(token), started=started,
        )  # fmt: skip

    thread = threading.Thread(target=run, daemon=True)
    with patch.object(module, "_Server", Ended):
        thread.start()
        assert ready.wait(30)
    try:
        yield told[0]
    finally:
        servers[0].should_exit = True
        thread.join(20)
    assert not thread.is_alive()


def status(address: str, token: str) -> int:
    request = urllib.request.Request(f"{address}/tasks?limit=1", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


async def test_the_token_of_the_environment_opens_it_and_no_other(tmp_path: Path) -> None:
    with served(tmp_path, "me:my-s3cret") as serving:
        assert serving.made_token is None
        assert [status(serving.address, token) for token in ("me:my-s3cret", "me:other", "me", "")] == [
            200, 401, 401, 401,
        ]  # fmt: skip
        client = connect("spaaza", base_url=serving.address, token="me:my-s3cret", zone=BERLIN, profile="p")
        today = Period.of_day(system_clock().astimezone(BERLIN).date(), BERLIN).with_look_back()
        assert len((await client.list(today, Filters())).rows or ()) >= 5
        await client.close()
        wrong = connect("spaaza", base_url=serving.address, token="me:other", zone=BERLIN, profile="p")
        with pytest.raises(Unauthorised):
            await wrong.list(today, Filters())
        await wrong.close()


async def test_a_token_that_is_made_has_two_parts(tmp_path: Path) -> None:
    with served(tmp_path, "") as serving:
        assert serving.made_token is not None
        assert status(serving.address, serving.made_token.reveal()) == 200


def test_a_token_without_two_parts_is_told_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(ServeError) as caught:
        serve(
            "spaaza", f"sqlite:///{tmp_path / 's.sqlite3'}", host="127.0.0.1", port=0, zone="UTC",
            token=Token("no-colon"), started=lambda _: None,
        )  # fmt: skip
    assert "id:secret" in caught.value.message.english()
