"""Tokens: where they come from, and that nobody ever says them."""

from __future__ import annotations

import sys
import traceback
import types

import pytest

from tui.config import Profile, secrets
from tui.config.secrets import SecretError, fingerprint, token_for

TOKEN = "42|abcDEF"


def profile(**more: object) -> Profile:
    return Profile(name="acme", base_url="https://acme.intratool.de", **more)  # type: ignore[arg-type]


def printing(code: str) -> Profile:
    return profile(token_command=(sys.executable, "-c", code))


def test_the_order_of_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    both = profile(token_env="ACME", token_command=(sys.executable, "-c", "print('from-command')"))
    env = {"ACME": "from-env", "SHIFTDECK_TOKEN": "from-us"}
    assert token_for(both, env) == "from-us"
    assert token_for(both, env, chosen=False) == "from-env"
    assert token_for(both, {}) == "from-command"


def test_a_command_is_no_shell_and_its_first_line_counts() -> None:
    assert token_for(printing(f"print('{TOKEN}'); print('login: me')"), {}) == TOKEN
    with pytest.raises(SecretError, match="cannot be started"):
        token_for(profile(token_command=("echo x; false",)), {})


@pytest.mark.parametrize("code", [f"print('{TOKEN}'); raise SystemExit(3)", "pass", f"print('{TOKEN} {TOKEN}')"])
def test_a_failing_command_says_so_and_not_what_it_printed(code: str) -> None:
    with pytest.raises(SecretError) as caught:
        token_for(printing(code), {})
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value) + repr(caught.value.message)
    assert TOKEN not in told
    assert "acme" in str(caught.value)


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    with pytest.raises(SecretError, match="within 10 seconds"):
        token_for(printing("import time; time.sleep(60)"), {})


def test_an_empty_variable_is_named() -> None:
    with pytest.raises(SecretError, match="ACME_TOKEN"):
        token_for(profile(token_env="ACME_TOKEN"), {"ACME_TOKEN": " "})


@pytest.mark.parametrize("token", ["a b", "a\nb: c", "tökén"])
def test_a_token_that_cannot_travel_is_refused_unseen(token: str) -> None:
    with pytest.raises(SecretError) as caught:
        token_for(profile(), {"SHIFTDECK_TOKEN": token})
    assert token not in str(caught.value)


def test_the_keyring_is_used_when_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}
    ring = types.ModuleType("keyring")
    ring.set_password = lambda service, name, value: kept.__setitem__((service, name), value)  # type: ignore[attr-defined]
    ring.get_password = lambda service, name: kept.get((service, name))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    with pytest.raises(SecretError, match="has no token"):
        token_for(profile(), {})
    secrets.store_in_keyring(profile(), TOKEN)
    assert token_for(profile(), {}) == TOKEN


def test_a_locked_keyring_is_told_calmly(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: str) -> str:
        raise RuntimeError(TOKEN)

    ring = types.ModuleType("keyring")
    ring.get_password = ring.set_password = locked  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    with pytest.raises(SecretError, match="RuntimeError") as caught:
        token_for(profile(), {})
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(SecretError):
        secrets.store_in_keyring(profile(), TOKEN)


def test_without_the_keyring_package_the_advice_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="token_env or token_command"):
        token_for(profile(), {})


def test_fingerprints_tell_tokens_apart_and_hide_them() -> None:
    assert fingerprint(TOKEN) == fingerprint(TOKEN) != fingerprint(TOKEN + "x")
    assert len(fingerprint(TOKEN)) == 16
    assert TOKEN[:4] not in fingerprint(TOKEN)
