"""Tokens and links that open a file stay in memory: not on the screen, in no log, in no file of this device."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.contract.server import serving
from tests.contract.systems.case import NOW, ZONE, Case
from tests.contract.systems.case_spaaza import CASE as SHOP
from tests.contract.systems.case_superai import CASE as FLOWS
from tests.support.site import Hand, seated
from tui.embedded.asgi import Receive, Scope, Send
from tui.ui.screens.fetching import SaveDialog

_PROFILE = """[profiles.here]
system = "{system}"
base_url = "{address}"
token_env = "HERE"
timezone = "{zone}"
"""
LONG_ENOUGH = 12
"""Characters from which on a part of a link is a key and no name."""


@pytest.mark.parametrize("case", [SHOP, FLOWS], ids=lambda case: case.system)
async def test_neither_token_nor_link_is_left_anywhere(
    tmp_path: Path, case: Case, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mine, there = tmp_path / "mine", tmp_path / "there"
    mine.mkdir()
    there.mkdir()
    monkeypatch.setenv("HOME", str(mine))
    monkeypatch.chdir(mine)
    site = case.build(there)
    token, served, keys = case.secret(site), site.app, set[str]()

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path", "").startswith(("/files/", "/storage/")):
            query = parse_qsl(scope["query_string"].decode())
            keys.update(value for _, value in query if len(value) >= LONG_ENOUGH)
        await served(scope, receive, send)

    site.app = listening
    screens = []
    with caplog.at_level(logging.DEBUG), serving(site) as address:
        config = _PROFILE.format(system=case.system, address=address, zone=ZONE)
        clock, environ = Hand(NOW), {"HERE": token}
        async with seated(mine, size=(120, 36), clock=clock, config=config, environ=environ) as seat:
            for key in list(seat.main.list.shown_keys):
                if (await seat.main.bench.records.load(key)).downloads:
                    seat.main.list.select(key)
                    await seat.press("enter")
                    await seat.until(lambda key=key: seat.opened == key)  # type: ignore[misc]
                    break
            record = seat.main.detail.record
            assert record is not None
            seat.main.commands.run(f"do:file:{record.downloads[0].ref}")
            await seat.until(lambda: isinstance(seat.app.screen, SaveDialog))
            screens.append(seat.app.export_screenshot())
            await seat.press("enter")
            await seat.until("saved as")
            screens.append(seat.app.export_screenshot())
            seat.main.commands.run("about")
            await seat.pilot.pause()
            screens.append(seat.app.export_screenshot())
    site.close()
    secrets = [*(part for part in token.split(":") if len(part) > LONG_ENOUGH), *keys]
    assert keys, "the link carries a key"
    told = [caplog.text, *screens, *(path.read_bytes().decode("latin-1") for path in files_of(mine))]
    assert len(told) > 5
    assert not [secret for secret in secrets for text in told if secret in text]


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
