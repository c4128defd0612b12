"""A client of one Services host, put together."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tui.api import Asgi
from tui.api.http import Transport
from tui.api.spaaza.adapter import SpaazaSystem
from tui.api.spaaza.credentials import credentials_of
from tui.api.spaaza.faults import judge
from tui.api.spaaza.routes import Routes
from tui.api.spaaza.settings import read_settings
from tui.model.clock import Clock


def connect_spaaza(
    base_url: str,
    token: str,
    zone: ZoneInfo,
    profile: str,
    app: Asgi | None,
    language: str,
    clock: Clock,
    options: Mapping[str, str],
) -> SpaazaSystem:
    """See :func:`tui.api.connect`; ``token`` is ``id:secret``, or a session's ``user id:session key``."""
    settings = read_settings(options)
    credentials = credentials_of(token, settings)
    del token
    transport = Transport(base_url, credentials, app=app, language=language, clock=clock, judge=judge)
    return SpaazaSystem(
        Routes(transport),
        profile=profile,
        zone=zone,
        settings=settings,
        clock=clock,
        who=credentials.name,
    )
