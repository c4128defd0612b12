"""Tokens: where they come from, and that nobody ever says them."""

from __future__ import annotations

import sys
import traceback
import types
from collections.abc import Callable

import pytest
from rich.pretty import pretty_repr

from tui.config import Environment, Profile, secrets
from tui.config.secrets import Origin, SecretError, Token, at_hand, fingerprint, origin, token_for

TOKEN = "42|abcDEF"


def profile(**more: object) -> Profile:
    return Profile(name="acme", base_url="https://acme.intratool.de", **more)  # type: ignore[arg-type]


def told(profile: Profile, environ: dict[str, str], *, chosen: bool = True) -> str:
    return token_for(profile, Environment(environ), chosen=chosen).reveal()


def keyring_of(monkeypatch: pytest.MonkeyPatch, get: Callable[[str, str], str | None]) -> None:
    ring = types.ModuleType("keyring")
    ring.get_password = get  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)


def printing(code: str) -> Profile:
    return profile(token_command=(sys.executable, "-c", code))


def test_the_order_of_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    both = profile(token_env="ACME", token_command=(sys.executable, "-c", "print('from-command')"))
    env = {"ACME": "from-env", "SHIFTDECK_TOKEN": "from-us"}
    assert told(both, env) == "from-us"
    assert told(both, env, chosen=False) == "from-env"
    assert told(both, {}) == "from-command"


def test_the_origin_is_where_the_token_would_come_from() -> None:
    both = profile(token_env="ACME", token_command=("pass", "show"))
    env = Environment({"ACME": "from-env", "SHIFTDECK_TOKEN": "from-us"})
    assert origin(both, env) is Origin.VARIABLE
    assert origin(both, env, chosen=False) is Origin.NAMED
    assert origin(both, Environment({"ACME": " "})) is Origin.COMMAND
    assert origin(profile(token_env="ACME"), Environment({})) is Origin.NAMED
    assert origin(profile(), Environment({})) is Origin.KEYRING
    assert at_hand(both, env).reveal() == "from-us"
    assert at_hand(both, env, chosen=False).reveal() == "from-env"
    assert not at_hand(both, Environment({}))


def test_a_command_is_no_shell_and_its_first_line_counts() -> None:
    assert told(printing(f"print('{TOKEN}'); print('login: me')"), {}) == TOKEN
    with pytest.raises(SecretError, match="cannot be started"):
        told(profile(token_command=("echo x; false",)), {})


@pytest.mark.parametrize("code", [f"print('{TOKEN}'); raise SystemExit(3)", "pass", f"print('{TOKEN} {TOKEN}')"])
def test_a_failing_command_says_so_and_not_what_it_printed(code: str) -> None:
    with pytest.raises(SecretError) as caught:
        told(printing(code), {})
    shown = "".join(traceback.format_exception(caught.value)) + str(caught.value) + repr(caught.value.message)
    assert TOKEN not in shown
    assert "acme" in str(caught.value)


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    with pytest.raises(SecretError, match="within 10 seconds"):
        told(printing("import time; time.sleep(60)"), {})


def test_an_empty_variable_is_named() -> None:
    with pytest.raises(SecretError, match="ACME_TOKEN"):
        told(profile(token_env="ACME_TOKEN"), {"ACME_TOKEN": " "})


@pytest.mark.parametrize("token", ["a b", "a\nb: c", "tökén"])
def test_a_token_that_cannot_travel_is_refused_unseen(token: str) -> None:
    with pytest.raises(SecretError) as caught:
        told(profile(), {"SHIFTDECK_TOKEN": token})
    assert token not in str(caught.value)


def test_the_keyring_is_used_when_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}
    keyring_of(monkeypatch, lambda service, name: kept.get((service, name)))
    with pytest.raises(SecretError, match="keyring set shiftdeck acme@https://acme"):
        told(profile(), {})
    kept["shiftdeck", "acme@https://acme.intratool.de"] = TOKEN + "\n"
    assert told(profile(), {}) == TOKEN


def test_a_locked_keyring_is_told_calmly(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: str) -> str:
        raise RuntimeError(TOKEN)

    keyring_of(monkeypatch, locked)
    with pytest.raises(SecretError, match="RuntimeError") as caught:
        told(profile(), {})
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_without_the_keyring_package_the_advice_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="token_env or token_command"):
        told(profile(), {})


def test_fingerprints_tell_tokens_apart_and_hide_them() -> None:
    assert fingerprint(TOKEN) == fingerprint(TOKEN) != fingerprint(TOKEN + "x")
    assert len(fingerprint(TOKEN)) == 16
    assert TOKEN[:4] not in fingerprint(TOKEN)


def test_an_environment_and_a_token_show_nothing_of_themselves() -> None:
    environ = Environment({"ACME": TOKEN})
    assert (environ["ACME"], environ.get("none"), dict(environ), len(environ)) == (TOKEN, None, {"ACME": TOKEN}, 1)
    for thing in (environ, Token(TOKEN)):
        for shown in (repr(thing), str(thing), f"{thing}", pretty_repr(thing), pretty_repr({"environ": thing})):
            assert "abcDEF" not in shown
            assert "ACME" not in shown


def test_a_program_that_cannot_be_called_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SecretError, match="cannot be started") as caught:
        told(profile(token_command=("pass\0",)), {"ACME": TOKEN})
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
