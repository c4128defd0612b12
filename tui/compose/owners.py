"""Whose drafts and waiting entries are whose: profile and token fingerprint, or sample person."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec


class LastOwners:
    """Remembers the last fingerprint of each profile, so that a missing token does not hide yesterday's drafts.

    Holds fingerprints only, never a token. A file that cannot be read or written costs nothing but the memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self, profile: str) -> str:
        """The fingerprint that was seen last, or ""."""
        return self._read().get(profile, "")

    def remember(self, profile: str, fingerprint: str) -> None:
        """Keep it, if it is news."""
        known = self._read()
        if known.get(profile) == fingerprint:
            return
        known[profile] = fingerprint
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
