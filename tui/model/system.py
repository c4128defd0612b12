"""The one interface through which every task system is used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from tui.model.action import Action, Receipt, Reconciled, Request, Slot, Verb
from tui.model.execution import Block, Execution, Key, Record
from tui.model.field import Choice
from tui.model.message import Message
from tui.model.node import Node
from tui.model.period import Period


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a system has. What it lacks is absent on the screen, not greyed out.

    ``children``: an execution can be begun as a part of another one; ``cancels``: one can be cancelled;
    ``repeats``: one task stands in the lists of many days, and its record tells of the day that was listed last.
    ``nodes_title`` names the tree where it is no workflow; ``downloads``: records may have files to fetch.
    ``slots`` are those that an execution may ever have an action for, beside ``CREATE`` and ``OTHER``; ``verbs``
    are what these actions are called, where that is not the usual word: of a row nobody has read yet, too.
    """

    title: str
    count: bool = False
    nodes: bool = False
    create: bool = False
    children: bool = False
    points: bool = False
    due: bool = True
    repeats: bool = False
    notes: bool = False
    assignments: bool = False
    progress: bool = False
    cancels: bool = False
    nodes_title: Message | None = None
    downloads: bool = False
    slots: tuple[Slot, ...] = (Slot.SAVE, Slot.FINISH, Slot.DENY, Slot.RESET, Slot.STATUS)
    verbs: dict[Slot, Verb] = {}


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Narrowing that the server itself can do."""

    assignment: str | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to ``list``. ``rows`` is ``None`` when nothing changed since ``validator``. ``notice`` tells what
    the list does not hold, though it should.

    Rows whose bytes did not change since the last answer of the same system object are the *same objects*,
    so that a comparison may use ``is``.
    """

    rows: Sequence[Execution] | None
    validator: str | None = None
    as_of: datetime
    notice: Message | None = None


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of the token where that can be known; empty strings mean "unknown"."""

    id: str = ""
    name: str = ""
    role: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of choices for a picker."""

    choices: tuple[Choice, ...]
    complete: bool = True


class Sink(Protocol):
    """Takes the bytes of a download."""

    def write(self, data: bytes, /) -> int: ...


@runtime_checkable
class SizedSink(Sink, Protocol):
    """A sink that shows progress."""

    def expect(self, size: int | None, /) -> None:
        """Told once, before the first byte: how many will come; ``None`` where the server does not say."""
        ...


@runtime_checkable
class MoreLines(Protocol):
    """A system whose blocks go on (``Block.more``)."""

    async def more(self, key: Key, ref: str) -> Block:
        """The same block with the lines that follow ``ref``, and its own ``more`` if there are still others."""
        ...


@runtime_checkable
class SlowWrites(Protocol):
    """A system with writes whose answer may take minutes (``Action.slow``)."""

    def in_doubt(self, key: Key) -> bool:
        """Whether the answer to such a write was lost, and reading goes on until its outcome is known."""
        ...


class TaskSystem(Protocol):
    """A task system, seen from above. Every method may raise ``model.errors.TaskError``."""

    @property
    def capabilities(self) -> Capabilities:
        """What this system has."""
        ...

    @property
    def server_time(self) -> datetime | None:
        """The server's own clock at its last answer, aware UTC; ``None`` before the first."""
        ...

    async def list(self, period: Period, filters: Filters, validator: str | None = None) -> Listing:
        """The executions of ``period``; with the last ``validator`` an unchanged list costs nothing."""
        ...

    async def count(self) -> int | None:
        """The server's own count of open work; ``None`` where there is none."""
        ...

    async def show(self, key: Key) -> Record:
        """One execution with fields, answers and the actions that it allows now."""
        ...

    async def new_action(self, parent: Record | None = None) -> Action | None:
        """The declaration of "create", with its inputs; ``None`` where the system has no such thing."""
        ...

    async def perform(self, request: Request) -> Receipt:
        """Send one write, once. Returns only after the answer was checked for this very execution."""
        ...

    async def reconcile(self, request: Request) -> Reconciled:
        """Find out, by reading only, what became of a request whose answer was lost."""
        ...

    async def choices(self, source: str, query: str = "") -> Page:
        """The options of a picker (people, departments, assignments ...), narrowed by ``query``."""
        ...

    async def nodes(self, key: Key, assignment: str, depth: int = 1) -> Sequence[Node]:
        """What came before, up to ``depth`` levels (0: all), nearest first."""
        ...

    async def node_record(self, node: Node) -> Record:
        """The record behind a node."""
        ...

    async def download(self, ref: str, sink: Sink) -> int:
        """Write a file's bytes into ``sink`` (perhaps a :class:`SizedSink`); returns how many."""
        ...

    async def whoami(self) -> Who:
        """Whose token this is, where that can be known."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
