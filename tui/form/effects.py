"""What a key did to a form: told by the machine, passed on by whoever shows the form."""

from __future__ import annotations

import msgspec


class Edited(msgspec.Struct, frozen=True):
    """The answer or note of ``key`` changed."""

    key: str


class Focused(msgspec.Struct, frozen=True):
    """The cursor is in another field now; ``left`` is where it was."""

    key: str
    left: str | None


class Sought(msgspec.Struct, frozen=True):
    """The choices of ``key`` are to be looked for in the server's list ``source``: what was typed is ``query``."""

    key: str
    source: str
    query: str


class Shown(msgspec.Struct, frozen=True):
    """The field ``key`` is to be brought into sight; the cursor stays where it is."""

    key: str


Effect = Edited | Focused | Sought | Shown
