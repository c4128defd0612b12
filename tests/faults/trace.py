"""What a run leaves behind for the oracle: what people were told, what the server did, what is still held."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from tests.faults.server import Delivery, Effect
from tui.form.edit import FieldEdit
from tui.model.action import Receipt, Request
from tui.workbench.entry import Entry


class Saved(NamedTuple):
    """An edit of one field was given to the journal. ``edit`` ``None``: the person took it back.

    ``told``: "saved here" was said. What was typed after that may be there instead.
    """

    author: str
    task: str
    field: str
    edit: FieldEdit | None
    told: bool


class Seen(NamedTuple):
    """A person had this answer of the server before their eyes."""

    author: str
    task: str
    field: str
    value: Any
    note: str
    after: int


class Promise(msgspec.Struct):
    """One request that a person handed over, and what they were told of it.

    ``kept``: "kept here, on its way to the server" was said.
    ``accepted_after``: how many effects there were when "accepted by the server" was said; ``None``: it was not.
    ``accepted``: what of it that was said of, where it is not all of it.
    ``failed_after``: the same for "it was not done" while the person waited.
    """

    author: str
    request: Request
    uploads: int = 0
    kept: bool = False
    accepted_after: int | None = None
    receipt: Receipt | None = None
    accepted: Request | None = None
    failed_after: int | None = None
    held: bool = False


class Holding(NamedTuple):
    """What a terminal's data folder holds at the end."""

    author: str
    drafts: dict[tuple[str, str], FieldEdit]
    entries: list[Entry]


class Trace(msgspec.Struct):
    """Everything in the order in which it happened. ``author``: a data folder with an owner in it.

    ``answers``: what the server holds in the end, (value, note) by execution and field. ``crashes``: exceptions
    that came out of a workbench. ``wrong``: other things that did not hold, in words.
    """

    saved: list[Saved] = []
    seen: list[Seen] = []
    promises: dict[str, Promise] = {}
    effects: list[Effect] = []
    deliveries: list[Delivery] = []
    answers: dict[str, dict[str, tuple[Any, str]]] = {}
    holdings: list[Holding] = []
    crashes: list[str] = []
    wrong: list[str] = []
    wiped: list[tuple[int, int]] = []
    """The server went back to a backup: effects behind the first number, up to the second, are gone, and its IDs
    are given again."""


class Tally(NamedTuple):
    """How often what happened in one run, with words for each."""

    lost: int = 0
    doubled: int = 0
    overwritten: int = 0
    crashed: int = 0
    wrong: int = 0
    words: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing happened."""
        return not any(self[:5])

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.overwritten + other.overwritten,
            self.crashed + other.crashed,
            self.wrong + other.wrong,
            self.words + other.words,
        )
