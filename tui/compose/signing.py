"""Signing in to a profile's server, and keeping what comes of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tui.config import Environment, Profile
from tui.config.secrets import Origin, SecretError, Token, keep, origin
from tui.model.clock import Clock
from tui.model.message import Message
from tui.model.signing import SignIn


def begin(profile: Profile, language: str, clock: Clock) -> SignIn:
    """The guided sign-in of ``profile``'s system.

    It imports the client: call it in a thread. Raises ``TaskError``.
    """
    from tui.api import sign_in

    return sign_in(
        profile.system,
        base_url=profile.base_url,
        zone=ZoneInfo(profile.timezone),
        language=language,
        clock=clock,
        options=profile.options,
    )


def kept(profile: Profile, token: Token, environ: Environment) -> Message:
    """Put the token into the keyring where the profile's token comes from there; says for how long it is kept.

    A profile that names a variable or a program is asked for its token there at the next start again.
    """
    params = {"profile": profile.shown}
    found = origin(profile, environ, chosen=False)
    if found is Origin.NAMED:
        params["name"] = profile.token_env or ""
        return Message(
            "Signed in to {profile} until Shiftdeck is left; then the token comes from {name} again.", params
        )
    if found is Origin.COMMAND:
        params["name"] = (profile.token_command or ("",))[0]
        return Message(
            "Signed in to {profile} until Shiftdeck is left; then the token comes from “{name}” again.", params
        )
    try:
        keep(profile, token)
    except SecretError:
        return Message(
            "Signed in to {profile} until Shiftdeck is left: there is no keyring that could keep the token.",
            params,
        )
    return Message("Signed in to {profile}. The token is kept in the keyring.", params)
