"""Where a profile's token comes from. The token itself is never written to a file, a log or a message of ours."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tui.config.environment import Environment
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
    """A token in a box: no ``repr``, and no traceback that prints the locals of a frame, can show it.

    White space around it is not part of it. An empty one is false.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value.strip()

    def __bool__(self) -> bool:
        return bool(self.__value)

    def reveal(self) -> str:
        """The token itself, to be handed on at once."""
        return self.__value

    @property
    def fingerprint(self) -> str:
        """See :func:`fingerprint`."""
        return fingerprint(self.__value)

    @property
    def sound(self) -> bool:
        """Whether it fits into one header line."""
        return self.__value.isascii() and self.__value.isprintable() and " " not in self.__value

    def __repr__(self) -> str:
        return "Token(...)"


class Origin(StrEnum):
    """Where a profile's token is looked for. VARIABLE: ``SHIFTDECK_TOKEN``; NAMED: the profile's ``token_env``."""

    VARIABLE = "variable"
    NAMED = "named variable"
    COMMAND = "command"
    KEYRING = "keyring"


def origin(profile: Profile, environ: Environment, *, chosen: bool = True) -> Origin:
    """Where :func:`token_for` would have the token from, without asking for it."""
    if chosen and Token(environ.get("SHIFTDECK_TOKEN", "")):
        return Origin.VARIABLE
    if profile.token_command and not (profile.token_env and Token(environ.get(profile.token_env, ""))):
        return Origin.COMMAND
    return Origin.NAMED if profile.token_env else Origin.KEYRING


def at_hand(profile: Profile, environ: Environment, *, chosen: bool = True) -> Token:
    """The token as far as the environment holds it; an empty one when a program or the keyring must be asked."""
    token = Token(environ.get("SHIFTDECK_TOKEN", "")) if chosen else Token("")
    return token or Token(environ.get(profile.token_env, "") if profile.token_env else "")


def token_for(profile: Profile, environ: Environment, *, chosen: bool = True) -> Token:
    """The profile's token. Asked in this order: ``SHIFTDECK_TOKEN`` (only when this is the ``chosen`` profile),
    the profile's ``token_env``, its ``token_command``, the keyring. Raises :class:`SecretError`.

    May take up to 10 seconds for a command or an unlocked keyring; at once for an environment variable.
    """
    if token := at_hand(profile, environ, chosen=chosen):
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


def keep(profile: Profile, token: Token) -> None:
    """Put the token into the keyring, where :func:`token_for` finds it. Raises :class:`SecretError`."""
    keyring = _keyring(profile)
    try:
        keyring.set_password(SERVICE, _entry_name(profile), token.reveal())
    except Exception as error:  # every backend of the keyring package raises errors of its own
        raise _unusable(profile, error) from None


def fingerprint(token: str) -> str:
    """Tells two tokens apart without telling what they are: 16 hex digits of SHA-256."""
    import hashlib

    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _from_command(profile: Profile, command: tuple[str, ...], environ: Environment) -> Token:
    import subprocess

    params = {"command": command[0], "profile": profile.name}
    try:
        code, token = _printed(command, environ)
    except subprocess.TimeoutExpired:
        what = Message("“{command}” gave no token for the profile “{profile}” within 10 seconds.", params)
        raise SecretError(what) from None
    except Exception as error:  # whatever it is: the frames below hold the environment, and what was printed
        params["why"] = getattr(error, "strerror", None) or type(error).__name__
        what = Message("“{command}” cannot be started for the profile “{profile}” ({why}).", params)
        raise SecretError(what) from None
    if code != 0:
        params["code"] = str(code)
        what = Message("“{command}” ended with code {code} and gave no token for the profile “{profile}”.", params)
        raise SecretError(what)
    if not token:
        raise SecretError(Message("“{command}” printed no token for the profile “{profile}”.", params))
    return token


def _printed(command: tuple[str, ...], environ: Environment) -> tuple[int, Token]:
    """The exit code of a program, and the first line that it printed."""
    import subprocess

    done = subprocess.run(
        list(command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=COMMAND_SECONDS,
        check=False,
        env=dict(environ),
    )
    return done.returncode, Token(done.stdout.decode("utf-8", "replace").partition("\n")[0])


def _from_keyring(profile: Profile) -> Token:
    keyring = _keyring(profile)
    try:
        token = Token(keyring.get_password(SERVICE, _entry_name(profile)) or "")
    except Exception as error:  # every backend of the keyring package raises errors of its own
        raise _unusable(profile, error) from None
    if not token:
        raise SecretError(
            Message(
                "The profile “{profile}” has no token. Set token_env or token_command in the config file, or keep"
                " the token in the keyring: keyring set {service} {entry}",
                {"profile": profile.name, "service": SERVICE, "entry": _entry_name(profile)},
            )
        )
    return token


def _unusable(profile: Profile, error: Exception) -> SecretError:
    return SecretError(
        Message(
            "The keyring cannot be used for the profile “{profile}” ({why}).",
            {"profile": profile.name, "why": type(error).__name__},
        )
    )


def _keyring(profile: Profile) -> ModuleType:
    from importlib import import_module

    try:
        return import_module("keyring")
    except ImportError:
        raise SecretError(
            Message(
                "The profile “{profile}” has no token. Set token_env or token_command in the config file.",
                {"profile": profile.name},
            )
        ) from None


def _entry_name(profile: Profile) -> str:
    return f"{profile.name}@{profile.base_url}"


def _sound(token: Token, profile: Profile) -> Token:
    """A token that can travel. Any other would fail later, inside of somebody else's code."""
    if token.sound:
        return token
    raise SecretError(
        Message(
            "The token of the profile “{profile}” has spaces or unusual characters in it. Copy it again.",
            {"profile": profile.name},
        )
    )
