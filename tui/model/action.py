"""Actions: what may be done with an execution now, declared once by its system's adapter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from tui.model.field import Field, Value
from tui.model.message import Message

WHY = "shiftdeck.why"
"""What a dialog calls the reason that becomes ``Request.why``, beside the inputs of an action."""


class Slot(StrEnum):
    """The place of an action on keyboard and bar; the slot binds the key, not the system."""

    SAVE = "save"
    FINISH = "finish"
    DENY = "deny"
    RESET = "reset"
    STATUS = "status"
    CREATE = "create"
    OTHER = "other"


SLOT_WORDS: Mapping[str, Message] = {
    Slot.SAVE: Message("Save"),
    Slot.FINISH: Message("Finish"),
    Slot.DENY: Message("Deny"),
    Slot.CREATE: Message("New"),
    Slot.RESET: Message("Reset"),
    Slot.STATUS: Message("Set status"),
}
"""What is said of an action of which no more is known; one of a system's own has no such word."""


class Risk(StrEnum):
    """How much is asked back: nothing, one confirmation, or a typed one."""

    PLAIN = "plain"
    CONFIRM = "confirm"
    TYPED = "typed"


class Delivery(StrEnum):
    """Whether the request may wait and be repeated.

    QUEUED: kept until sent, repeatable after reading back. ONLINE: only while connected, never queued.
    ONCE: queued, but never repeated without a match found by reading back.
    """

    QUEUED = "queued"
    ONLINE = "online"
    ONCE = "once"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person can do. ``inputs`` are asked for in a dialog; ``why_not`` is set when it may not run.

    ``takes_answers``: the form's changed answers travel with it (save, finish). ``loses`` says in words what
    is lost, for the confirmation. ``never``: ``why_not`` holds for this execution at any time. ``proof`` is what
    a typed confirmation asks to be typed ("" leaves that to the screen). ``slow``: the answer may take minutes,
    and the person goes on meanwhile. ``becomes``: the state in which it leaves the execution, where that is the
    same every time. ``does`` says in one sentence what it is for, where the label leaves that open.
    """

    id: str
    slot: Slot
    label: Message
    inputs: tuple[Field, ...] = ()
    risk: Risk = Risk.PLAIN
    delivery: Delivery = Delivery.QUEUED
    takes_answers: bool = False
    why_not: Message | None = None
    never: bool = False
    loses: Message | None = None
    proof: str = ""
    slow: bool = False
    becomes: Message | None = None
    does: Message | None = None

    @property
    def enabled(self) -> bool:
        """Whether it may run now; if not, ``why_not`` says why."""
        return self.why_not is None

    @property
    def along(self) -> dict[str, Value]:
        """What travels along and nobody is asked for, by input key."""
        return {one.key: one.default for one in self.inputs if one.hidden and one.default is not None}


class Verb(msgspec.Struct, frozen=True):
    """What a system calls the action of a slot, and in one sentence what it is for."""

    label: Message
    does: Message


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One write, complete in itself so that it survives a restart.

    ``key_id`` is the execution's ID at its system ("" for a create). ``values`` and ``notes`` hold only what
    changed, ``base`` and ``base_notes`` what the server had for these keys when the person began; ``inputs``
    are the action's own fields (deny_reason, delayed_reason, status ...). ``expected`` is the raw status that
    the person saw. ``idempotency_key`` stays the same for every attempt. ``why`` is the person's reason where the
    system has no place for one: it is never sent, and stands in the history of this device. ``called`` is the
    action's own label in English ("" in requests of earlier versions), ``labels`` those of its inputs
    and answers by key.
    """

    profile: str
    system: str
    key_id: str
    action: str
    slot: Slot
    delivery: Delivery
    idempotency_key: str
    values: dict[str, Value] = {}
    notes: dict[str, str] = {}
    inputs: dict[str, Value] = {}
    base: dict[str, Value] = {}
    base_notes: dict[str, str] = {}
    expected: str = ""
    title: str = ""
    why: str = ""
    called: str = ""
    labels: dict[str, str] = {}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A checked answer to a :class:`Request`: the server's own words about this very execution.

    ``status_raw`` is "" where the answer says nothing about the state. ``held``: how the server names what was
    sent in another form (files), by field key, where it shows that.
    ``failed``: the server did what it was asked for, and it ended badly; why, in one line.
    """

    key_id: str
    status_raw: str
    data: dict[str, Any] = {}
    held: dict[str, Value] = {}
    failed: Message | None = None


class Verdict(StrEnum):
    """What reading back told about a request whose answer was lost."""

    APPLIED = "applied"
    NOT_APPLIED = "not_applied"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``TaskSystem.reconcile``: the verdict, the receipt if applied, the reason if not clear."""

    verdict: Verdict
    receipt: Receipt | None = None
    reason: Message | None = None
