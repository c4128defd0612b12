"""Executions: the rows of the list, and the whole record behind one row."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

import msgspec

from tui.model.action import Action, Slot
from tui.model.field import Field, Value
from tui.model.message import Message
from tui.model.status import Status


class Key(NamedTuple):
    """Names one execution for ever: the profile it was read through, its system, its ID there."""

    profile: str
    system: str
    id: str


class Tone(StrEnum):
    """How a line of a block reads, beside its words."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a block: a sentence, or a labelled value."""

    text: Message
    label: Message | None = None
    tone: Tone = Tone.PLAIN


class Execution(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One row of the list. ``due`` and ``touched`` are aware UTC; ``None`` means the server named none.

    ``assignment`` and ``template`` are the server's IDs as text (what repeats, and what it is made from);
    ``department`` is a name ("" where the system names none); ``revision`` is any stamp that changes when the
    record changes. ``projected``: ``due`` was reckoned from a repetition; no server has said it. ``progress`` is
    steps done and steps in all, where it has steps; ``series`` names what it is one of many of, where that is not
    its place (a flow has runs); ``marks`` are a few words that the row wears ("2 attempts"), ``verdict`` is what a
    person said of it ("Approved"), worn before them with the sign of its tone.
    """

    key: Key
    status: Status
    title: str = ""
    place: str = ""
    due: datetime | None = None
    points: float | None = None
    max_points: float | None = None
    parent: str | None = None
    assignment: str | None = None
    template: str | None = None
    department: str = ""
    actor: str | None = None
    touched: datetime | None = None
    revision: str = ""
    projected: bool = False
    progress: tuple[int, int] | None = None
    series: str = ""
    marks: tuple[Message, ...] = ()
    verdict: Line | None = None


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a record that is only read. ``folded``: long, its title says enough at first.

    ``more`` is a reference for ``MoreLines.more``, where the server has further lines than these.
    """

    id: str
    title: Message
    lines: tuple[Line, ...] = ()
    folded: bool = False
    more: str = ""


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to a record: ``ref`` is for ``TaskSystem.download``, ``name`` is what to call it."""

    ref: str
    name: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the server holds for one field. ``text`` is the server's readable form (an option's label)."""

    value: Value = None
    text: str = ""
    note: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one execution that the detail pane shows.

    ``policies`` are the rules of its assignment in words; ``facts`` are labelled values that belong to no
    field (reasons, last activity); ``fields_from`` says where the field definitions came from when that is
    not the record itself; ``raw`` is the server's JSON, for export and for nothing else. ``blocks`` are parts to
    be read, in their order; ``downloads`` the files that can be fetched now. ``own_fields``: the fields belong to
    this one alone, and say nothing about another execution of its kind. ``listed``: lists of its system hold it;
    otherwise only a tree leads to it.
    """

    execution: Execution
    fields: tuple[Field, ...] = ()
    answers: dict[str, Answer] = {}
    actions: tuple[Action, ...] = ()
    description: str = ""
    policies: tuple[Message, ...] = ()
    facts: tuple[tuple[Message, str], ...] = ()
    children: tuple[Key, ...] = ()
    has_nodes: bool = False
    fields_from: Message | None = None
    raw: dict[str, Any] = {}
    blocks: tuple[Block, ...] = ()
    downloads: tuple[Download, ...] = ()
    own_fields: bool = False
    listed: bool = True

    @property
    def answerable(self) -> bool:
        """Whether its form takes answers: unfinished work, or what may be put right by finishing it once more."""
        if not self.execution.status.phase.closed:
            return True
        finish = self.in_slot(Slot.FINISH)
        return finish is not None and finish.enabled and finish.takes_answers

    def action(self, action_id: str) -> Action | None:
        """The declared action of that name, or ``None`` where the system lacks it."""
        return next((action for action in self.actions if action.id == action_id), None)

    def in_slot(self, slot: str) -> Action | None:
        """The first action bound to ``slot`` (finish, deny, reset, save, status, create)."""
        return next((action for action in self.actions if action.slot == slot), None)


class Group(IntEnum):
    """The four groups of the list, in the order in which they are shown."""

    OVERDUE = 0
    DUE = 1
    LATER = 2
    CLOSED = 3


DUE_WITHIN_SECONDS = 2 * 3600


def group_of(execution: Execution, now: datetime) -> Group:
    """Overdue: late or past its moment. Due: within two hours, or started, or without a moment."""
    if execution.status.phase.closed:
        return Group.CLOSED
    if execution.due is None:
        return Group.DUE
    seconds = (execution.due - now).total_seconds()
    if seconds < 0:
        return Group.OVERDUE
    if seconds <= DUE_WITHIN_SECONDS or execution.status.phase != "open":
        return Group.DUE
    return Group.LATER
