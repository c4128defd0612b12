"""Nodes: what came before an execution, or belongs to it, level by level."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tui.model.execution import Key, Tone
from tui.model.message import Message
from tui.model.status import Status


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a workflow. ``level`` counts away from the execution, 1 is its direct neighbour.

    ``root`` is what the tree hangs from at the server (for Intratool the assignment ID). ``target`` is the
    execution that the node opens, where it is one; otherwise ``node_record`` still tells what is known.
    ``parent`` is the ID of the node that this one hangs from ("" : from the root); a parent stands before its
    children. ``due``: when it was planned (aware UTC). ``dimmed``: what it holds is outdated. ``marks`` are a few
    words beside the label. ``tone``: how a node without a status reads.
    """

    id: str
    root: str
    level: int
    kind: str
    label: Message
    target: Key | None = None
    target_kind: str = ""
    target_id: str = ""
    title: str = ""
    status: Status | None = None
    due: datetime | None = None
    parent: str = ""
    dimmed: bool = False
    marks: tuple[Message, ...] = ()
    tone: Tone = Tone.PLAIN
