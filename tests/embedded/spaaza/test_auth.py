"""Who may do what: 401 without good credentials, 403 for too low a level or another chain, 404 for its tasks."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from tests.embedded.spaaza.world import ADMIN, OTHER, ZONE, Watch, World
from tui.embedded.app import build, new_token
from tui.embedded.spaaza.site import CHAIN

FIVE = (
    ("POST", "/tasks"),
    ("GET", "/tasks"),
    ("GET", "/tasks/1"),
    ("POST", "/tasks/1/execute"),
    ("GET", "/tasks/1/download_url"),
)
WRONG = (
    "", "op:wrong", "nobody:key", "op", "op:", ":key", "root:of-al", "op:key ey", "op:kéy", "x" * 5000,
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), FIVE)
async def test_wrong_credentials_are_401_in_the_envelope(world: World, method: str, path: str) -> None:
    for token in WRONG:
        headers = {b"Authorization": f"Bearer {token}".encode()} if token else {}
        answer = await world.client.request(method, path, headers=headers, json={})
        assert answer.status_code == 401, token
        error = answer.json()["error"]
        assert (error["code"], error["name"]) == (6, "no_valid_session")
        assert error["description"]


async def test_another_scheme_is_no_bearer(world: World) -> None:
    answer = await world.client.get("/tasks", headers={"Authorization": "Basic op:key"})
    assert answer.status_code == 401


async def test_whoever_may_only_look_neither_creates_nor_executes(world: World) -> None:
    task = await world.new()
    assert (await world.ask("GET", f"/tasks/{task}", "look:key")).status_code == 200
    for path, body in (("/tasks", world.body()), (f"/tasks/{task}/execute", None)):
        answer = await world.ask("POST", path, "look:key", json=body)
        assert answer.status_code == 403
        assert answer.json()["error"]["name"] == "permission_denied"
    assert await world.code(task) == "READY"


async def test_another_chain_s_tasks_do_not_exist(world: World) -> None:
    task = await world.new()
    assert await world.get("/tasks", "far:key") == []
    for method, path in (("GET", ""), ("POST", "/execute"), ("GET", "/download_url")):
        answer = await world.ask(method, f"/tasks/{task}{path}", "far:key")
        assert answer.status_code == 404
        assert answer.json()["error"]["description"] == "No task exists with the specified ID for this chain."
    assert (await world.ask("POST", "/tasks", "far:key", json=world.body())).status_code == 403


async def test_the_token_of_whoever_serves_is_an_admin_s(world: World) -> None:
    answer = await world.ask("POST", "/tasks", ADMIN, json=world.body())
    assert answer.status_code == 201


@pytest.mark.parametrize("token", ["no-colon", ":", "id:", ":secret", ""])
def test_a_token_to_serve_with_has_two_parts(tmp_path: Path, token: str) -> None:
    with pytest.raises(ValueError, match="id:secret"):
        build("spaaza", f"sqlite:///{tmp_path / 's.sqlite3'}", clock=Watch(), zone=ZONE, admin_token=token)


def test_a_token_that_is_made_fits_its_system() -> None:
    ident, _, secret = new_token("spaaza").partition(":")
    assert len(ident) >= 16
    assert len(secret) >= 32
    assert ":" not in new_token("intratool")


async def login(world: World, username: str, password: str = "") -> dict[str, str]:
    form = {"username": username, "password": password or f"{username}-pw"}
    answer = await world.client.post("/auth/login", data=form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["result"] == {"code": 1, "status": "ok"}
    found: dict[str, str] = answer.json()["results"]
    return found


async def session(world: World, key: str, code: str) -> tuple[int, dict[str, str]]:
    form = {"session_passcode": code, "session_passcode_key": key}
    answer = await world.client.post("/auth/session", data=form)
    body = answer.json()
    return answer.status_code, body["results"]["session_info"] if answer.status_code == 200 else body["error"]


def headers(info: dict[str, str], chain: int = CHAIN) -> dict[str, str]:
    return {
        "X-Spaaza-Session-User-Id": str(info["session_user_id"]),
        "X-Spaaza-Session-Key": info["session_key"],
        "X-Spaaza-Session-Chain-Id": str(chain),
        "X-Spaaza-API-Version": "1.6.3",
    }


def code_of(world: World) -> str:
    found = re.search(r"code is (\d{6})\.", world.mails()[-1])
    assert found is not None
    return found.group(1)


async def test_an_admin_signs_in_with_the_code_from_the_mail(world: World) -> None:
    key = (await login(world, "maria"))["session_passcode_key"]
    assert "to maria" in world.mails()[-1]
    status, info = await session(world, key, code_of(world))
    assert status == 200
    assert (await world.ask("GET", "/tasks", "", headers=headers(info))).status_code == 200
    assert (await world.ask("POST", "/tasks", "", headers=headers(info), json=world.body())).status_code == 201
    assert (await world.ask("GET", "/tasks", "", headers=headers(info, OTHER))).status_code == 403
    assert info["session_expires_date"] == "2026-05-27T02:35:00Z"
    # A code is good for one session.
    assert (await session(world, key, code_of(world)))[0] == 401


async def test_the_mail_is_for_its_owner_alone(world: World) -> None:
    await login(world, "maria")
    assert stat.S_IMODE((world.folder / "spaaza.mail.txt").stat().st_mode) == 0o600


async def test_an_exempt_user_needs_no_code_and_a_second_login_ends_the_first(world: World) -> None:
    first: dict[str, str] = (await login(world, "robot"))["session_info"]  # type: ignore[assignment]
    assert world.mails() == []
    assert (await world.ask("GET", "/tasks", "", headers=headers(first))).status_code == 200
    await login(world, "robot")
    assert (await world.ask("GET", "/tasks", "", headers=headers(first))).status_code == 401


async def test_wrong_passwords_and_codes(world: World) -> None:
    for username, password in (("maria", "no"), ("nobody", "x"), ("", "")):
        answer = await world.client.post("/auth/login", data={"username": username, "password": password})
        assert answer.status_code == 401
        assert answer.json()["result"] == {"code": 2, "status": "error"}
    key = (await login(world, "maria"))["session_passcode_key"]
    right = code_of(world)
    for guess in ("000000", "x", "", right + "1", "1"):
        assert (await session(world, key, guess))[0] == 401
    # The right one comes too late: five were wrong.
    status, error = await session(world, key, right)
    assert (status, error["description"]) == (401, "The code has expired. Sign in again.")


async def test_codes_and_sessions_end(world: World) -> None:
    key = (await login(world, "maria"))["session_passcode_key"]
    world.watch.forward(minutes=11)
    assert (await session(world, key, code_of(world)))[0] == 401
    key = (await login(world, "maria"))["session_passcode_key"]
    _, info = await session(world, key, code_of(world))
    world.watch.forward(hours=13)
    assert (await world.ask("GET", "/tasks", "", headers=headers(info))).status_code == 401


async def test_a_session_is_its_user_s(world: World) -> None:
    info: dict[str, str] = (await login(world, "robot"))["session_info"]  # type: ignore[assignment]
    stolen = {**headers(info), "X-Spaaza-Session-User-Id": "1"}
    assert (await world.ask("GET", "/tasks", "", headers=stolen)).status_code == 401
    for missing in headers(info):
        if missing != "X-Spaaza-API-Version":
            rest = {name: value for name, value in headers(info).items() if name != missing}
            assert (await world.ask("GET", "/tasks", "", headers=rest)).status_code == 401


async def test_the_sample_people_have_tokens_and_passwords_that_work(tmp_path: Path) -> None:
    world = World(tmp_path, sample=True)
    users = world.site.users()
    assert users[0].role == "supervisor"
    assert {user.role for user in users} == {"worker", "supervisor", "admin"}
    for user in users:
        assert user.token not in repr(user)
        assert (await world.ask("GET", "/tasks", user.token, params={"limit": "1"})).status_code == 200
    told = next(line for line in world.mails() if "to maria" in line)
    key = (await login(world, "maria", told.rpartition(" ")[2]))["session_passcode_key"]
    assert (await session(world, key, code_of(world)))[0] == 200
    await world.close()
