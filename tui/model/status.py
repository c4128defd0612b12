"""Where an execution stands: a neutral phase for the screen beside the raw word of its system."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tui.model.message import Message, verbatim


class Phase(StrEnum):
    """What a state means to a person, whatever its system calls it."""

    OPEN = "open"
    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"
    DENIED = "denied"
    FAILED = "failed"
    MISSED = "missed"
    CANCELLED = "cancelled"
    BROKEN = "broken"
    """It failed, and somebody can still put it right: other than FAILED it is not closed."""
    UNKNOWN = "unknown"

    @property
    def closed(self) -> bool:
        """Nobody needs to do anything here any more."""
        return self in _CLOSED


_CLOSED = frozenset({Phase.DONE, Phase.DENIED, Phase.FAILED, Phase.MISSED, Phase.CANCELLED})


class Status(msgspec.Struct, frozen=True, gc=False):
    """``raw`` is the server's word, kept even when it is unknown; ``late`` is the server's own verdict."""

    raw: str
    phase: Phase
    late: bool = False

    @property
    def word(self) -> Message:
        """The words a person reads; an unknown status is shown as the server wrote it."""
        known = _WORDS.get((self.phase, self.late)) or _WORDS.get((self.phase, False))
        return known if known is not None else verbatim(self.raw)

    @property
    def code(self) -> str:
        """One letter that stays the same in every language."""
        return _CODES.get((self.phase, self.late)) or _CODES.get((self.phase, False), "?")

    @property
    def shape(self) -> str:
        """One or two characters that tell the states apart without colour."""
        return _SHAPES.get((self.phase, self.late)) or _SHAPES.get((self.phase, False), "?")


_WORDS = {
    (Phase.OPEN, False): Message("Open"),
    (Phase.OPEN, True): Message("Open, late"),
    (Phase.ACTIVE, False): Message("Started"),
    (Phase.ACTIVE, True): Message("Started, late"),
    (Phase.WAITING, False): Message("Waiting"),
    (Phase.DONE, False): Message("Done"),
    (Phase.DONE, True): Message("Done, late"),
    (Phase.DENIED, False): Message("Denied"),
    (Phase.FAILED, False): Message("Failed"),
    (Phase.BROKEN, False): Message("Failed"),
    (Phase.MISSED, False): Message("Missed"),
    (Phase.CANCELLED, False): Message("Cancelled"),
}
_CODES = {
    (Phase.OPEN, False): "O",
    (Phase.ACTIVE, False): "I",
    (Phase.ACTIVE, True): "L",
    (Phase.WAITING, False): "W",
    (Phase.DONE, False): "D",
    (Phase.DONE, True): "T",
    (Phase.DENIED, False): "X",
    (Phase.FAILED, False): "F",
    (Phase.BROKEN, False): "E",
    (Phase.MISSED, False): "M",
    (Phase.CANCELLED, False): "C",
}
_SHAPES = {
    (Phase.OPEN, False): "○",
    (Phase.OPEN, True): "○!",
    (Phase.ACTIVE, False): "◐",
    (Phase.ACTIVE, True): "◑!",
    (Phase.WAITING, False): "◌",
    (Phase.DONE, False): "●",
    (Phase.DONE, True): "●!",
    (Phase.DENIED, False): "⊘",
    (Phase.FAILED, False): "✖",
    (Phase.BROKEN, False): "✖!",
    (Phase.MISSED, False): "✕",
    (Phase.CANCELLED, False): "◇",
}
