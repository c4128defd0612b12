"""Signing in step by step at all three systems over real sockets; and that nothing secret is ever seen or kept."""

from __future__ import annotations

import asyncio
import re
import sys
import types
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.server import serving
from tests.support.site import Hand, Seat, seated
from tests.support.snapshot import check_screen
from tui.compose import Composer
from tui.embedded.app import build
from tui.embedded.site import Site
from tui.ui.screens.board import BoardScreen
from tui.ui.screens.sign_in import SignInDialog
from tui.workbench.combined import Standing
from tui.workbench.entry import EntryState

ZONE = "Europe/Berlin"
PROFILE = '[profiles.here]\nsystem = "{system}"\nbase_url = "{url}"\nrefresh_seconds = 1\n{more}\n'
BESIDE = '[profiles.sample]\nbase_url = "embedded:"\nuser = "maria"\n'
ROUND = "Kühlschrank-Runde"

Event = MutableMapping[str, Any]


class Gate:
    """Stands before a site, and answers every request with ``status`` while there is one."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.status = 0
        self.held = False
        self.answered = 0

        async def app(
            scope: Event, receive: Callable[[], Awaitable[Event]], send: Callable[[Event], Awaitable[None]]
        ) -> None:
            while self.held:  # noqa: ASYNC110 - another thread lets go
                await asyncio.sleep(0.01)
            if scope["type"] != "http" or not self.status:
                await site.app(scope, receive, send)
                self.answered += 1
                return
            head = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": self.status, "headers": head})
            await send({"type": "http.response.body", "body": b'{"message":"Unauthenticated."}'})

        self.app = app


@contextmanager
def gate(folder: Path, system: str, clock: Hand) -> Iterator[tuple[Gate, str]]:
    """A site of ``system`` on a socket."""
    site = build(system, f"sqlite:///{folder / 'served.sqlite'}", clock=clock, zone=ZONE)
    made = Gate(site)
    try:
        with serving(made) as address:  # type: ignore[arg-type]
            yield made, address
    finally:
        site.close()


@asynccontextmanager
async def before(
    data: Path,
    system: str,
    *,
    more: str = "",
    beside: str = "",
    size: tuple[int, int] = (80, 24),
    lang: str = "en",
) -> AsyncIterator[tuple[Seat, Gate]]:
    """Somebody without a token before a profile of ``system``."""
    clock = Hand()
    served = data / "served"
    served.mkdir()
    with gate(served, system, clock) as (door, url):
        config = PROFILE.format(system=system, url=url, more=more) + beside
        home = data / "home"
        home.mkdir()
        async with seated(home, size=size, clock=clock, config=config, lang=lang) as seat:
            yield seat, door


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)


def token_of(door: Gate, name: str = "maria") -> str:
    return next(user.token for user in door.site.users() if user.username == name)


def written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def open_sign_in(seat: Seat, title: str = "Sign in to here") -> SignInDialog:
    await seat.press("f9")
    await seat.press("up")
    rows = seat.app.screen.options  # type: ignore[attr-defined]
    place = next(n for n, option in enumerate(rows) if option.value == "sign in here")
    await seat.press(*["down"] * place, "enter")
    await seat.until(title)
    dialog = seat.app.screen
    assert isinstance(dialog, SignInDialog)
    await seat.until(lambda: bool(dialog._questions))
    return dialog


async def paste(seat: Seat, text: str) -> None:
    seat.app.screen.paste(text)  # type: ignore[attr-defined]
    await seat.pilot.pause()


async def test_a_token_is_tried_before_it_is_taken_and_never_shown(tmp_path: Path) -> None:
    async with before(tmp_path, "intratool") as (seat, door):
        assert "F9 signs in" in seat.text
        dialog = await open_sign_in(seat)
        assert "Token" in seat.text
        await seat.press("enter")
        assert "Nothing is typed yet." in seat.text
        await seat.type("wrong-token")
        assert "wrong-token" not in seat.text
        assert "•" * 11 in seat.text
        await seat.press("enter")
        await seat.until("This sign-in was not accepted. The server says: The access token is")
        assert seat.app.screen is dialog
        token = token_of(door)
        await paste(seat, token + "\n")  # in the place of the one that was refused
        assert token not in seat.text
        await seat.press("enter")
        await seat.until("connected")
        await seat.until(lambda: bool(seat.main.list.shown_keys))
        assert "until Shiftdeck is left" in seat.text
        assert seat.main.bench.desk.profile == "here"
        assert dialog._questions == []
    found = written(tmp_path / "home")
    assert token.encode() not in found
    assert b"wrong-token" not in found


async def test_e_mail_and_password_are_asked_in_two_steps_of_the_system(tmp_path: Path) -> None:
    async with before(tmp_path, "superai", size=(120, 40)) as (seat, door):
        await open_sign_in(seat)
        assert "1 E-mail and password" in seat.text
        assert "2 API key" in seat.text
        await seat.press("1")
        await seat.until("E-mail")
        await seat.type("maria@example.org\nwrong-password\n")
        await seat.until("This sign-in was not accepted. The server says: Invalid login")
        assert "maria@example.org" in seat.text
        assert "wrong-password" not in seat.text
        await seat.type(token_of(door))  # typed in the place of the one that was refused
        await seat.press("enter")
        await seat.until("connected")
        await seat.until(lambda: seat.main.bench.who is not None and seat.main.bench.who.name == "Maria Lindner")
    assert token_of(door).encode() not in written(tmp_path / "home")


async def test_who_signs_in_once_more_sees_the_row_of_the_cursor_beside_the_list(tmp_path: Path) -> None:
    async with before(tmp_path, "superai", size=(80, 24)) as (seat, door):
        for _ in range(2):
            await open_sign_in(seat)
            await seat.press("2")
            await seat.until("It usually begins with saf_.")
            await paste(seat, token_of(door))
            bench = seat.main.bench
            await seat.press("enter")
            await seat.until(lambda bench=bench: seat.main.bench is not bench)  # type: ignore[misc]
            await seat.until("connected")
            await seat.until("Enter opens this task.")


async def test_another_way_is_chosen_by_beginning_again(tmp_path: Path) -> None:
    async with before(tmp_path, "superai") as (seat, door):
        await open_sign_in(seat)
        await seat.press("1")
        await seat.until("Password")
        await seat.press("f7")
        await seat.until("How to sign in")
        await seat.press("down", "enter")
        await seat.until("It usually begins with saf_.")
        await paste(seat, token_of(door))
        await seat.press("enter")
        await seat.until("connected")


async def test_an_admin_gets_a_code_by_e_mail(tmp_path: Path) -> None:
    more = 'options = { auth = "session", chain = 42 }'
    async with before(tmp_path, "spaaza", more=more) as (seat, _door):
        mails = tmp_path / "served" / "served.mail.txt"
        password = re.search(r"to maria: Your password for this site is (\S+)", mails.read_text())
        assert password is not None
        await open_sign_in(seat)
        assert "An earlier session of this user ends with it." in seat.text
        await seat.type(f"maria\n{password[1]}\n")
        await seat.until("A code was sent by e-mail.")
        await seat.type("123\n")
        await seat.until("The code is wrong.")
        code = re.findall(r"sign-in code is (\d+)", mails.read_text())[-1]
        await seat.press("ctrl+u")
        await seat.type(code)
        assert code not in seat.text
        await seat.press("enter")
        await seat.until("connected")
        await seat.until(lambda: bool(seat.main.list.shown_keys))
    assert password[1].encode() not in written(tmp_path / "home")


async def test_two_parts_make_a_key(tmp_path: Path) -> None:
    async with before(tmp_path, "spaaza", lang="de") as (seat, door):
        ident, _, key = token_of(door).partition(":")
        await open_sign_in(seat, "Anmelden bei here")
        assert "ID des Zugangstokens" in seat.text
        await paste(seat, ident)
        await seat.press("enter")
        await paste(seat, key)
        await seat.press("enter")
        await seat.until("verbunden")


async def test_keys_that_come_while_the_server_is_asked_are_for_the_next_step(tmp_path: Path) -> None:
    async with before(tmp_path, "superai") as (seat, _door):
        dialog = await open_sign_in(seat)
        for key in ("1", "m", "e", "tab", "x"):
            dialog.press(key, key if len(key) == 1 else None)
        await seat.until(lambda: len(dialog._questions) == 2)
        assert [one.value for one in dialog._questions] == ["me", "x"]


async def test_leaving_the_dialog_changes_nothing(tmp_path: Path) -> None:
    async with before(tmp_path, "intratool") as (seat, _door):
        bench = seat.main.bench
        await open_sign_in(seat)
        await seat.type("half")
        await seat.press("f3")
        assert seat.app.screen is seat.main
        assert seat.main.bench is bench
        await open_sign_in(seat)
        assert "•" not in seat.text


async def test_who_leaves_while_the_server_is_asked_is_not_signed_in(tmp_path: Path) -> None:
    async with before(tmp_path, "intratool") as (seat, door):
        bench = seat.main.bench
        dialog = await open_sign_in(seat)
        await paste(seat, token_of(door))
        door.held = True
        await seat.press("enter")
        await seat.until("Asking the server")
        await seat.press("f3")
        answered, door.held = door.answered, False
        await seat.until(lambda: door.answered > answered and not dialog.is_attached)
        await open_sign_in(seat)
        assert seat.main.bench is bench
        assert isinstance(seat.app.shop, Composer)
        assert seat.app.shop._signed == {}


async def test_the_keyring_keeps_the_token_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[tuple[str, str], str] = {}
    ring = types.ModuleType("keyring")
    ring.get_password = lambda service, name: kept.get((service, name))  # type: ignore[attr-defined]
    ring.set_password = lambda service, name, token: kept.update({(service, name): token})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    async with before(tmp_path, "intratool") as (seat, door):
        await open_sign_in(seat)
        await paste(seat, token_of(door))
        await seat.press("enter")
        await seat.until("Signed in to here. The token is kept")
        await seat.until("connected")
        assert list(kept.values()) == [token_of(door)]
        assert next(iter(kept))[1].startswith("here@http://127.0.0.1:")


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_who_is_not_let_in_is_offered_what_helps(tmp_path: Path, size: tuple[int, int]) -> None:
    async with before(tmp_path, "intratool", size=size) as (seat, _door):
        lines = seat.text.splitlines()
        assert lines[-1].split()[:2] == ["F9", "User"], "what helps stands first on the key bar"
        assert "Deny" not in lines[-1]
        assert "Open task" not in lines[-1]
        shown = [line.strip() for line in lines[1:-2] if line.strip()]
        assert shown[0].startswith("F9 signs in, r tries again"), "and first in the list"
        if size[0] == 80:
            assert "  The profile “here” has no token. Set token_env or token_command in the" in seat.text
        await seat.press("f9", "enter")
        await seat.until("Sign in to here")
        assert isinstance(seat.app.screen, SignInDialog)


async def test_what_was_paused_goes_on_after_signing_in(tmp_path: Path) -> None:
    async with before(tmp_path, "intratool", size=(120, 40)) as (seat, door):
        await open_sign_in(seat)
        await paste(seat, token_of(door))
        await seat.press("enter")
        await seat.until("connected")
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        await seat.until("saved here")
        door.status = 403
        await seat.press("f2")
        outbox = seat.main.bench.outbox
        await seat.until(lambda: bool(outbox.entries(EntryState.PAUSED)))
        await seat.until("F9 signs in")
        door.status = 0
        await open_sign_in(seat)
        await paste(seat, token_of(door))
        await seat.press("enter")
        await seat.until(lambda: bool(seat.main.bench.outbox.entries(EntryState.SENT)))
        assert seat.main.bench.outbox.waiting() == 0
        assert len(seat.main.bench.outbox.entries()) == 1


async def test_what_waits_goes_out_while_another_profile_is_shown(tmp_path: Path) -> None:
    async with before(tmp_path, "intratool", beside=BESIDE, size=(120, 40)) as (seat, door):
        await open_sign_in(seat)
        await paste(seat, token_of(door))
        await seat.press("enter")
        await seat.until("connected")
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        door.status = 503
        await seat.press("f2")
        left = seat.main.bench
        await seat.until(lambda: left.outbox.waiting() == 1)
        await seat.type("7")
        await seat.press("f9", "3")
        await seat.until(lambda: seat.main.bench is not left)
        await seat.until("1 item of here still waits")
        await seat.press("f9")
        await seat.until("1 waits")
        await seat.press("f3")
        assert left.live.paused
        door.status = 0
        seat.clock.forward(minutes=2)
        await seat.until(lambda: left not in seat.app.benches.of("here"), seconds=30)
        assert seat.app.benches.waiting() == (0, True)
        await seat.press("f9", "2")
        await seat.until(lambda: seat.main.bench.desk.profile == "here")
        assert len(seat.main.bench.outbox.entries(EntryState.SENT)) == 1
        assert seat.main.bench.drafts.keys(), "what was typed and not sent is there too"


async def test_a_profile_of_the_board_of_all_signs_in_there(tmp_path: Path) -> None:
    async with before(tmp_path, "superai", beside=BESIDE, size=(120, 40)) as (seat, door):
        await seat.press("f9", "3")
        await seat.until("connected")
        await seat.press("B")
        await seat.until("1 of 2 live")
        await seat.until("F9 signs in: The profile")
        board = seat.app.screen
        assert isinstance(board, BoardScreen)
        await open_sign_in(seat)
        await seat.press("2")
        await seat.until("API key")
        await paste(seat, token_of(door))
        await seat.press("enter")
        await seat.until("2 profiles live")
        assert seat.app.screen_stack[-1].id == board.id
        assert {one.standing() for one in board.desk.source.members} == {Standing.LIVE}
        assert seat.main.bench.desk.profile == "sample"
        assert len(seat.app.benches.of("here")) == 1


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
async def test_the_dialog(tmp_path: Path, size: tuple[int, int]) -> None:
    async with before(tmp_path, "superai", size=size) as (seat, _door):
        await open_sign_in(seat)
        await seat.press("1")
        await seat.until("Password")
        await seat.type("maria@example.org\nhunter-two!")
        assert "hunter" not in seat.text
        check_screen(f"sign-in-{size[0]}x{size[1]}", seat.text)
