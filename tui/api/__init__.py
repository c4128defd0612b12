"""The internal API client: the only room that speaks HTTP.

``connect`` turns a profile's system, address and token into a :class:`tui.model.system.TaskSystem`. This
module is cheap to import; the HTTP client and the adapters are imported when ``connect`` is called.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from tui.model.clock import Clock, system_clock
from tui.model.signing import SignIn
from tui.model.system import TaskSystem

Asgi = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]
"""An ASGI application, for the embedded server in the same process."""


class FieldCache(Protocol):
    """Keeps field definitions on this machine, for users whose server does not show them."""

    def get(self, template: str, /) -> bytes | None:
        """The bundle of a template, as given to ``put``; ``None`` where there is none."""
        ...

    def put(self, template: str, bundle: bytes, /) -> None:
        """Keep the bundle (JSON, UTF-8) of a template."""
        ...


def connect(
    system: str,
    *,
    base_url: str,
    token: str,
    zone: ZoneInfo,
    profile: str,
    app: Asgi | None = None,
    cache: FieldCache | None = None,
    language: str = "",
    clock: Clock = system_clock,
    options: Mapping[str, str] | None = None,
) -> TaskSystem:
    """The client of ``system`` (intratool, superai, spaaza) at ``base_url``, acting as the owner of ``token``.

    ``zone`` is the wall time of the server's dates. With ``app`` the requests go to this ASGI application in
    process and ``base_url`` is only a name. The server's words are asked for in ``language`` ("de"). ``options``
    are the profile's further settings, by the names that the system gives them. Nothing is sent yet. Takes about
    0.1 s the first time: call it in a thread. Raises ``ValueError`` for an unknown system, ``TaskError`` for an
    address, token or option that cannot be.
    """
    if system == "spaaza":
        from tui.api.spaaza.site import connect_spaaza

        return connect_spaaza(base_url, token, zone, profile, app, language, clock, options or {})
    if system == "superai":
        from tui.api.superai.site import connect_superai

        return connect_superai(base_url, token, zone, profile, app, language, clock, options or {})
    if system != "intratool":
        raise ValueError(f"unknown system: {system}")
    from tui.api.http import Transport
    from tui.api.intratool.adapter import IntratoolSystem
    from tui.api.intratool.routes import Routes

    transport = Transport(base_url, token, app=app, language=language, clock=clock)
    return IntratoolSystem(Routes(transport), profile=profile, zone=zone, cache=cache, clock=clock)


def sign_in(
    system: str,
    *,
    base_url: str,
    zone: ZoneInfo,
    app: Asgi | None = None,
    language: str = "",
    clock: Clock = system_clock,
    options: Mapping[str, str] | None = None,
) -> SignIn:
    """The guided way to a token of ``system``, step by step; ``options`` say which, where a system has several.

    Takes as long as ``connect``. Raises ``ValueError`` for an unknown system, ``TaskError`` for an address that
    cannot be.
    """
    from tui.api.signing import SecretSignIn, token_ways

    given = options or {}

    def client(token: str) -> TaskSystem:
        return connect(
            system,
            base_url=base_url,
            token=token,
            zone=zone,
            profile="",
            app=app,
            language=language,
            clock=clock,
            options=given,
        )

    if system == "superai":
        from tui.api.superai.signing import ways

        return SecretSignIn(ways(), client)
    if system == "spaaza":
        from tui.api.spaaza.signing import SpaazaSignIn, key_ways

        if given.get("auth") == "session":
            return SpaazaSignIn(given.get("core_url") or base_url, app=app, clock=clock)
        return SecretSignIn(key_ways(), client)
    if system != "intratool":
        raise ValueError(f"unknown system: {system}")
    return SecretSignIn(token_ways(), client)


__all__ = ["Asgi", "FieldCache", "connect", "sign_in"]
