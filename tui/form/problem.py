"""A doubt about one answer, in words that a person can act on."""

from __future__ import annotations

from typing import Literal

import msgspec

from tui.model.message import Message

ProblemKind = Literal["missing", "unreadable", "ambiguous", "limit", "server", "conflict"]


class Problem(msgspec.Struct, frozen=True):
    """``kind`` says how grave: only ``missing`` has no typed text; ``server`` holds the server's own words.

    ``conflict``: somebody else changed the same answer or note meanwhile, and nobody has decided yet.
    """

    message: Message
    kind: ProblemKind
