"""The two ways to sign in to the platform: e-mail and password, or an API key (contract section 2)."""

from __future__ import annotations

from collections.abc import Mapping

from tui.api.signing import Way, secret, text
from tui.api.superai.writes import unsent
from tui.model.message import Message
from tui.model.signing import Step

_NO_EMAIL = Message("That is no e-mail address; nothing was sent.")
EMAIL, PASSWORD, KEY = "email", "password", "key"


def ways() -> tuple[Way, ...]:
    """A password is used again when the access token has ended, so both belong to the secret."""
    password = Step(
        fields=(text(EMAIL, Message("E-mail").english()), secret(PASSWORD, Message("Password").english())),
        about=Message("Both together are this profile's secret: access ends every hour and is renewed with them."),
    )
    key = Step(
        fields=(secret(KEY, Message("API key").english(), help=Message("It usually begins with saf_.").english()),)
    )
    return (
        Way(id=PASSWORD, label=Message("E-mail and password").english(), step=password, join=_joined),
        Way(id=KEY, label=Message("API key").english(), step=key, join=_key),
    )


def _joined(values: Mapping[str, str]) -> str:
    email = values.get(EMAIL, "").strip()
    if "@" not in email or ":" in email:
        # Together they would be taken for an access token, and the password would go where none belongs.
        raise unsent(_NO_EMAIL)
    return f"{email}:{values.get(PASSWORD, '')}"


def _key(values: Mapping[str, str]) -> str:
    return values.get(KEY, "").strip()
