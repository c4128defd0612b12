"""Whose workbench it is: what compose tells about a profile."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """``owner`` (profile and token fingerprint) separates what belongs to different people.

    ``title`` is shown on the screen, ``user`` names the person as far as the profile knows, ``zone`` is the wall
    time of the site. ``refresh_seconds`` is the time between two list questions.
    """

    profile: str
    system: str
    title: str
    zone: ZoneInfo
    user: str = ""
    owner: str
    refresh_seconds: float = 30.0
