"""A client of the platform, built from what a profile says."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tui.api import Asgi
from tui.api.http import Transport
from tui.api.superai.adapter import SuperAiSystem
from tui.api.superai.routes import Routes
from tui.api.superai.session import credentials_of, identity_of
from tui.model.clock import Clock


def connect_superai(
    base_url: str,
    token: str,
    zone: ZoneInfo,
    profile: str,
    app: Asgi | None,
    language: str,
    clock: Clock,
    options: Mapping[str, str],
) -> SuperAiSystem:
    """See :func:`tui.api.connect`. ``token``: an API key, an access token, or ``e-mail:password``.

    Options: ``auth_url``, where the identity service is; ``flow_ids``, the flows to watch, with commas between.
    """
    identity = options.get("auth_url", "").strip() or (identity_of(base_url) if app is None else "")
    credentials = credentials_of(token, identity)
    del token
    transport = Transport(base_url, credentials, app=app, language=language, clock=clock)
    watched = frozenset(part.strip() for part in options.get("flow_ids", "").split(",") if part.strip())
    return SuperAiSystem(Routes(transport), profile=profile, zone=zone, clock=clock, watched=watched)
