"""A client of the platform, built from what a profile says."""

from __future__ import annotations

from tui.api import Asgi
from tui.api.http import Transport
from tui.api.superai.adapter import SuperAiSystem
from tui.api.superai.routes import Routes
from tui.api.superai.session import credentials_of
from tui.model.clock import Clock


def connect_superai(
    base_url: str, token: str, profile: str, app: Asgi | None, language: str, clock: Clock
) -> SuperAiSystem:
    """See :func:`tui.api.connect`. ``token``: an API key, an access token, or ``e-mail:password``."""
    credentials = credentials_of(token, base_url if app is None else "")
    transport = Transport(base_url, credentials, app=app, language=language, clock=clock)
    return SuperAiSystem(Routes(transport), profile=profile, clock=clock)
