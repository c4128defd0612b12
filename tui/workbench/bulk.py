"""One deed on many executions: who may take part and why the others may not, and what is asked once for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from tui.model.action import Action, Delivery, Risk, Slot
from tui.model.errors import TaskError, Unauthorised
from tui.model.execution import Execution, Key, Record
from tui.model.field import Choice, Field, Value
from tui.model.message import Message
from tui.workbench.conflicts import AlreadyOnItsWay, StillWaiting
from tui.workbench.entry import EntryState
from tui.workbench.entry_rows import CLOSING
from tui.workbench.link import LinkState
from tui.workbench.reading import WORTH_RETRYING
from tui.workbench.side_by_side import for_each

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

MANY = frozenset({Slot.DENY, Slot.RESET, Slot.STATUS})
"""What may be done to many at once: nothing in it is about the answers of one."""

Told = Callable[[int, int], None]
"""Told how many of how many are looked at."""

_RISKS = (Risk.PLAIN, Risk.CONFIRM, Risk.TYPED)
_ABSENT = Message("This task has no such action.")
_SO_ALREADY = Message("It is so already, or this cannot be chosen for it.")


class Partaker(msgspec.Struct, frozen=True, kw_only=True):
    """One execution that takes part, as it was read right before, with its own declaration of the action."""

    record: Record
    action: Action

    @property
    def key(self) -> Key:
        """Whose turn it is."""
        return self.record.execution.key


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """One execution that does not take part. ``execution`` is ``None`` where nothing is known of it."""

    key: Key
    why: Message
    execution: Execution | None = None


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """A deed on ``partakers``, in the order of their keys; ``left_out`` may not, whatever is answered."""

    slot: Slot
    partakers: tuple[Partaker, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def action(self) -> Action:
        """The declaration to ask by, once for all: every input of any partaker, the greatest risk.

        Hidden inputs are each one's own. Of choices there are those of all; :meth:`split` tells whom one fits.
        There must be partakers.
        """
        actions = [partaker.action for partaker in self.partakers]
        first = actions[0]
        return msgspec.structs.replace(
            first,
            inputs=_merged(actions),
            risk=max((action.risk for action in actions), key=_RISKS.index),
            loses=next((action.loses for action in actions if action.loses is not None), None),
            slow=any(action.slow for action in actions),
        )

    def split(self, inputs: Mapping[str, Value]) -> tuple[tuple[Partaker, ...], tuple[LeftOut, ...]]:
        """Whom the answers fit, and everybody else with the reason."""
        fitting: list[Partaker] = []
        others = list(self.left_out)
        for partaker in self.partakers:
            if _fits(partaker.action, inputs):
                fitting.append(partaker)
            else:
                others.append(_without(partaker.record, _SO_ALREADY))
        return tuple(fitting), tuple(others)


def outcome_of(action: Action, inputs: Mapping[str, Value]) -> Message | None:
    """The state in which ``action`` leaves an execution, in words; ``None`` while that is not known."""
    if action.becomes is not None or action.slot is not Slot.STATUS:
        return action.becomes
    for field in action.inputs:
        for choice in field.choices:
            if choice.value == inputs.get(field.key):
                return Message(choice.label)
    return None


def turns(partakers: Sequence[Partaker], inputs: Mapping[str, Value]) -> list[tuple[Message, Message | None, int]]:
    """How many go from which state to which, most first."""
    counts: dict[tuple[str, str], list[Partaker]] = {}
    for partaker in partakers:
        new = outcome_of(partaker.action, inputs)
        name = partaker.record.execution.status.word.english(), new.english() if new is not None else ""
        counts.setdefault(name, []).append(partaker)
    found = [
        (some[0].record.execution.status.word, outcome_of(some[0].action, inputs), len(some))
        for some in counts.values()
    ]
    return sorted(found, key=lambda each: -each[2])


async def gather(bench: Workbench, keys: Sequence[Key], slot: Slot, told: Told | None = None) -> Bulk:
    """Read what is declared for each of ``keys`` now. What cannot be read is taken as last known, else left out.

    Raises ``Unauthorised``.
    """
    found: dict[Key, Record | LeftOut] = {}
    offline = bench.link_state.state is LinkState.OFFLINE

    async def read(key: Key) -> None:
        nonlocal offline
        found[key] = await _read(bench, key, offline=offline)
        offline = offline or bench.link_state.state is LinkState.OFFLINE
        if told is not None:
            told(len(found), len(keys))

    await for_each(keys, read)
    partakers: list[Partaker] = []
    others: list[LeftOut] = []
    for key in keys:
        one = found[key]
        who = _partaker(bench, one, slot) if isinstance(one, Record) else one
        if isinstance(who, Partaker):
            partakers.append(who)
        else:
            others.append(who)
    return Bulk(slot=slot, partakers=tuple(partakers), left_out=tuple(others))


async def _read(bench: Workbench, key: Key, *, offline: bool) -> Record | LeftOut:
    error: TaskError | None = None
    if not offline:
        try:
            return await bench.records.read(key)
        except Unauthorised:
            raise
        except TaskError as failed:
            error = failed
    if error is None or isinstance(error, WORTH_RETRYING):
        kept = bench.records.cached(key)
        if kept is not None:
            return kept
    unknown = Message("There is no link now, and what it allows was never read here.")
    why = error.reason if error is not None else unknown
    return LeftOut(key=key, why=why, execution=bench.live.get(key))


def _partaker(bench: Workbench, record: Record, slot: Slot) -> Partaker | LeftOut:
    action = record.in_slot(slot)
    if action is None:
        return _without(record, _ABSENT)
    if action.why_not is not None:
        return _without(record, action.why_not)
    waiting = [entry for entry in bench.outbox.of(record.execution.key) if entry.state is not EntryState.ATTENTION]
    if waiting and action.delivery is Delivery.ONLINE:
        return _without(record, StillWaiting.what)
    if action.slot in CLOSING and any(entry.request.slot in CLOSING for entry in waiting):
        return _without(record, AlreadyOnItsWay.what)
    return Partaker(record=record, action=action)


def _without(record: Record, why: Message) -> LeftOut:
    return LeftOut(key=record.execution.key, why=why, execution=record.execution)


def _merged(actions: Sequence[Action]) -> tuple[Field, ...]:
    """Each input once, by its key; needed where any of them needs it, with the choices of all."""
    fields: dict[str, Field] = {}
    for action in actions:
        for field in action.inputs:
            known = fields.get(field.key)
            if field.hidden:
                continue
            fields[field.key] = field if known is None else _joined(known, field)
    return tuple(fields.values())


def _joined(one: Field, other: Field) -> Field:
    choices: dict[str, Choice] = {choice.value: choice for choice in (*one.choices, *other.choices)}
    return msgspec.structs.replace(
        one,
        required=one.required or other.required,
        choices=_in_order(choices, one.choices, other.choices),
    )


def _in_order(choices: Mapping[str, Choice], *lists: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices by the numbers that are typed for them; where one has none, so that each list keeps its own
    order, as far as the lists agree on one."""
    if all(choice.number.isdecimal() for choice in choices.values()):
        return tuple(sorted(choices.values(), key=lambda choice: int(choice.number)))
    ordered: list[str] = []
    for known in lists:
        place = 0
        for choice in known:
            if choice.value in ordered:
                place = max(place, ordered.index(choice.value) + 1)
            else:
                ordered.insert(place, choice.value)
                place += 1
    return tuple(choices[value] for value in ordered)


def _fits(action: Action, inputs: Mapping[str, Value]) -> bool:
    """Whether every answer to a choice is one that this very execution offers."""
    for field in action.inputs:
        value = inputs.get(field.key)
        if field.choices and value is not None and all(choice.value != value for choice in field.choices):
            return False
    return True
