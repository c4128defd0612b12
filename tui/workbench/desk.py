"""Whose workbench it is: what compose tells about a profile, and the name of the service that sends for it."""

from __future__ import annotations

from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """``owner`` (profile, server and token) separates what belongs to different people and servers. ``place`` is
    the owner without the token: what was made with an earlier token of the same person is looked for there (""
    for nowhere).

    ``title`` is shown on the screen, ``user`` names the person as far as the profile knows, ``zone`` is the wall
    time of the site. ``refresh_seconds`` is the time between two list questions. What is due within
    ``ahead_hours`` is read before anybody opens it (0: nothing is).
    """

    profile: str
    system: str
    title: str
    zone: ZoneInfo
    user: str = ""
    owner: str
    place: str = ""
    refresh_seconds: float = 30.0
    ahead_hours: float = 0.0


def service_of(place: str = "") -> str:
    """What a service claims in the journal that sends what waits at ``place`` ("": everywhere)."""
    return f"service-{crc32(place.encode()):08x}" if place else "service"
