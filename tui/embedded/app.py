"""The embedded servers, built: one call gives an ASGI application over a database."""

from __future__ import annotations

import secrets
from importlib import import_module
from typing import cast

from tui.embedded.site import SampleUser, Site
from tui.model.clock import Clock

SYSTEMS = ("intratool", "superai", "spaaza")
"""Each is a folder here whose module ``site`` has ``build_site``."""


def build(
    system: str,
    database_url: str,
    *,
    clock: Clock,
    zone: str,
    sample: bool = True,
    admin_token: str | None = None,
) -> Site:
    """The embedded server of ``system`` over ``database_url`` (any SQLAlchemy URL; made if it is empty).

    ``zone`` (IANA) is the site's wall time. ``sample`` fills an empty database with the sample site.
    ``admin_token`` is accepted as the site's admin and is stored nowhere. Raises ``ValueError`` for a system
    without an embedded server, and for a token that its system could not take.
    """
    if system not in SYSTEMS:
        raise ValueError(f"there is no embedded server for {system!r}")
    build_site = import_module(f"tui.embedded.{system}.site").build_site
    return cast(Site, build_site(database_url, clock=clock, zone=zone, sample=sample, admin_token=admin_token))


def new_token(system: str) -> str:
    """A fresh token for the site's admin, in the form that ``system`` takes."""
    if system == "spaaza":
        return f"{secrets.token_hex(8)}:{secrets.token_urlsafe(24)}"
    return secrets.token_urlsafe(24)


__all__ = ["SYSTEMS", "SampleUser", "Site", "build", "new_token"]
