"""Where a profile's token comes from. The token itself is never written to a file, a log or a message of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.config.settings import Profile
from tui.i18n import say
from tui.model.message import Message

if TYPE_CHECKING:
    from types import ModuleType

SERVICE = "shiftdeck"
COMMAND_SECONDS = 10.0


class SecretError(Exception):
    """No token could be had. ``message`` says why and what to do, and never holds what a program printed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.english())

    def __str__(self) -> str:
        return say(self.message)


class Token:
    """A token in a box, for everything that lives longer than a call: no ``repr`` or traceback can show it."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The token itself, to be handed on at once."""
        return self.__value

    @property
    def fingerprint(self) -> str:
        """See :func:`fingerprint`."""
        return fingerprint(self.__value)

    def __repr__(self) -> str:
        return "Token(...)"


def token_for(profile: Profile, environ: Mapping[str, str], *, chosen: bool = True) -> str:
    """The profile's token. Asked in this order: ``SHIFTDECK_TOKEN`` (only when this is the ``chosen`` profile),
    the profile's ``token_env``, its ``token_command``, the keyring. Raises :class:`SecretError`.

    May take up to 10 seconds for a command or an unlocked keyring; at once for an environment variable.
    """
    if chosen and (token := environ.get("SHIFTDECK_TOKEN", "").strip()):
        return _sound(token, profile)
    if profile.token_env and (token := environ.get(profile.token_env, "").strip()):
        return _sound(token, profile)
    if profile.token_command:
        return _sound(_from_command(profile, profile.token_command, environ), profile)
    if profile.token_env:
        raise SecretError(
            Message(
                "The environment variable {name} holds no token for the profile “{profile}”. Set it and start"
                " again.",
                {"name": profile.token_env, "profile": profile.name},
            )
        )
    return _sound(_from_keyring(profile), profile)


def quick(profile: Profile, environ: Mapping[str, str], *, chosen: bool = True) -> bool:
    """Whether :func:`token_for` answers without starting a program or opening a keyring."""
    if chosen and environ.get("SHIFTDECK_TOKEN"):
        return True
    return bool(profile.token_env and (environ.get(profile.token_env) or not profile.token_command))


def fingerprint(token: str) -> str:
    """Tells two tokens apart without telling what they are: 16 hex digits of SHA-256."""
    import hashlib

    return hashlib.sha256(token.encode()).hexdigest()[:16]


def store_in_keyring(profile: Profile, token: str) -> None:
    """Keep ``token`` in the system's keyring under the profile's name and address. Raises :class:`SecretError`."""
    keyring = _keyring(profile)
    try:
        keyring.set_password(SERVICE, _entry_name(profile), _sound(token.strip(), profile))
    except SecretError:
        raise
    except Exception as error:  # every backend of the keyring package raises errors of its own
        raise _keyring_failed(profile, error) from None


def _from_command(profile: Profile, command: tuple[str, ...], environ: Mapping[str, str]) -> str:
    import subprocess

    params = {"command": command[0], "profile": profile.name}
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
            env=dict(environ),
        )
    except subprocess.TimeoutExpired:
        what = Message("“{command}” gave no token for the profile “{profile}” within 10 seconds.", params)
        raise SecretError(what) from None
    except OSError as error:
        params["why"] = error.strerror or type(error).__name__
        what = Message("“{command}” cannot be started for the profile “{profile}” ({why}).", params)
        raise SecretError(what) from None
    if done.returncode != 0:
        params["code"] = str(done.returncode)
        what = Message("“{command}” ended with code {code} and gave no token for the profile “{profile}”.", params)
        raise SecretError(what)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    token = lines[0].strip() if lines else ""
    if not token:
        raise SecretError(Message("“{command}” printed no token for the profile “{profile}”.", params))
    return token


def _from_keyring(profile: Profile) -> str:
    keyring = _keyring(profile)
    try:
        token = keyring.get_password(SERVICE, _entry_name(profile))
    except Exception as error:  # every backend of the keyring package raises errors of its own
        raise _keyring_failed(profile, error) from None
    if not token:
        raise SecretError(
            Message(
                "The profile “{profile}” has no token. Set token_env or token_command in the config file, or keep"
                " the token in the keyring: keyring set {service} {entry}",
                {"profile": profile.name, "service": SERVICE, "entry": _entry_name(profile)},
            )
        )
    return str(token).strip()


def _keyring(profile: Profile) -> ModuleType:
    from importlib import import_module

    try:
        return import_module("keyring")
    except ImportError:
        raise _no_source(profile) from None


def _entry_name(profile: Profile) -> str:
    return f"{profile.name}@{profile.base_url}"


def _no_source(profile: Profile) -> SecretError:
    return SecretError(
        Message(
            "The profile “{profile}” has no token. Set token_env or token_command in the config file.",
            {"profile": profile.name},
        )
    )


def _keyring_failed(profile: Profile, error: Exception) -> SecretError:
    return SecretError(
        Message(
            "The keyring cannot be used for the profile “{profile}” ({why}).",
            {"profile": profile.name, "why": type(error).__name__},
        )
    )


def _sound(token: str, profile: Profile) -> str:
    """A token that fits into one header line. Anything else would fail later, with the token in the traceback."""
    if token.isascii() and token.isprintable() and " " not in token:
        return token
    raise SecretError(
        Message(
            "The token of the profile “{profile}” has spaces or unusual characters in it. Copy it again.",
            {"profile": profile.name},
        )
    )
