"""Whose drafts and waiting entries are whose.

The ID of an owner at a real server is ``profile:server:token``, the last two as fingerprints: what one server was
meant to get never goes to another one, and what one token wrote never goes out in the name of another person. At
the sample site it is ``profile:user``. The part before the token is the owner's *place*: all tokens that one
profile had for one server share it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tui.config import Profile
from tui.config.secrets import fingerprint
from tui.workbench.books import Owner


def site_place(profile: Profile, username: str) -> str:
    """The place of a sample person, which is the ID of the owner too."""
    return f"{profile.name}:{username}"


def server_place(profile: Profile) -> str:
    """The place of a profile at a real server. Letter case, a usual port, and slashes at the end make no other."""
    address = urlsplit(profile.base_url)
    port = {"http": 80, "https": 443}.get(address.scheme) if address.port is None else address.port
    whole = f"{address.scheme}://{address.hostname}:{port}{address.path.rstrip('/')}"
    return f"{profile.name}:{fingerprint(whole)[:8]}"


def owner_of(owner_id: str, profiles: dict[str, Profile]) -> Owner:
    """Who stands behind the ID, as far as the config file tells."""
    name, second, *token = owner_id.split(":") if ":" in owner_id else (owner_id, "")
    place = f"{name}:{second}"
    profile = profiles.get(name)
    if profile is None:
        return Owner(id=owner_id, profile=name, place=place, known=False)
    if profile.embedded:
        return Owner(id=owner_id, profile=name, place=place, user="" if token else second, here=not token)
    return Owner(id=owner_id, profile=name, place=place, here=place == server_place(profile))


class LastOwners:
    """Remembers the last fingerprint of each place, so that a missing token does not hide yesterday's drafts.

    Holds fingerprints only, never a token. A file that cannot be read or written costs nothing but the memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self, place: str) -> str:
        """The fingerprint that was seen last, or ""."""
        return self._read().get(place, "")

    def remember(self, place: str, fingerprint: str) -> None:
        """Keep it, if it is news."""
        known = self._read()
        if known.get(place) == fingerprint:
            return
        known[place] = fingerprint
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            beside.write_bytes(msgspec.json.encode(known))
            os.replace(beside, self._path)

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.MsgspecError):
            return {}
