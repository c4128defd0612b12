"""What may be done with an execution now, and if not, why not, in words.

The server decides; this only spares a person the questions that it would refuse. Sources: contract sections 6.2
(transitions), 6.3 (policies), 6.4 (windows), gaps 6, 9 to 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tui.api.intratool.records import Assignment
from tui.api.intratool.states import SENDABLE, STATES, family
from tui.api.times import WallTime
from tui.model.action import Action, Delivery, Risk, Slot
from tui.model.execution import Execution
from tui.model.field import Choice, Field
from tui.model.message import Message
from tui.model.status import Phase

NOT_ALLOWED = Message("The server did not allow you this.")


class Situation(msgspec.Struct, frozen=True):
    """All that the rules look at: the row, its assignment where the server shows it, its questions, the moment."""

    execution: Execution
    assignment: Assignment | None
    fields: Sequence[Field]
    now: datetime
    wall: WallTime
    forbidden: frozenset[str] = frozenset()
    """IDs of actions that the server answered with 403 for this execution."""

    @property
    def late(self) -> bool:
        """Whether finishing now would be late."""
        if self.execution.status.late:
            return True
        if self.execution.due is None or (self.assignment and self.assignment.always_executable):
            return False
        return self.now > self.execution.due

    @property
    def answerable(self) -> bool:
        """Whether the checklist has any question that takes an answer."""
        return any(field.kind != "description" for field in self.fields)


def actions_of(here: Situation) -> tuple[Action, ...]:
    """Save, finish, deny, reset and status, in this order."""
    open_work = _why_not_work(here)
    found = (
        Action(
            id="progress", slot=Slot.SAVE, label=Message("Save progress"), takes_answers=True, why_not=open_work
        ),
        Action(
            id="finish",
            slot=Slot.FINISH,
            label=Message("Finish"),
            inputs=_finish_inputs(here),
            takes_answers=True,
            why_not=open_work,
        ),
        Action(
            id="deny",
            slot=Slot.DENY,
            label=Message("Deny"),
            inputs=(_reason_field(here),),
            risk=Risk.CONFIRM,
            why_not=_why_not_deny(here) or open_work,
            never=_why_not_deny(here) is not None,
            becomes=STATES["denied"].word,
        ),
        Action(
            id="reset",
            slot=Slot.RESET,
            label=Message("Reset"),
            risk=Risk.TYPED,
            delivery=Delivery.ONLINE,
            why_not=_why_not_reset(here),
            loses=Message(
                "The time it was finished, its reasons and its points are lost, perhaps also its answers."
            ),
            becomes=STATES["in_progress"].word,
        ),
        Action(
            id="status",
            slot=Slot.STATUS,
            label=Message("Set status"),
            inputs=(_status_field(here),),
            risk=Risk.CONFIRM,
            delivery=Delivery.ONLINE,
        ),
    )
    return tuple(
        msgspec.structs.replace(action, why_not=NOT_ALLOWED, never=True) if action.id in here.forbidden else action
        for action in found
    )


def _why_not_work(here: Situation) -> Message | None:
    phase = here.execution.status.phase
    if phase is Phase.DONE:
        return Message("It is finished; only a reset opens it again.")
    if phase is Phase.DENIED:
        return Message("It was denied; only a reset opens it again.")
    if phase is Phase.MISSED:
        return Message("It was missed; the time to do it has passed.")
    return _why_not_now(here)


def _why_not_now(here: Situation) -> Message | None:
    due, rules, wall = here.execution.due, here.assignment, here.wall
    if due is None or rules is None or rules.always_executable:
        return None
    opens = wall.moved(due, rules.executable_before_interval, -1)
    if opens is not None and here.now < opens:
        return Message("It may be started from {when} on.", {"when": wall.to_read(opens, here.now)})
    closes = wall.moved(due, rules.executable_after_interval, 1)
    if closes is None or here.now <= closes or here.execution.status.phase is not Phase.OPEN:
        return None
    if here.execution.touched is not None and here.execution.touched > closes:
        return None  # somebody opened it again after its time
    return Message("It could be done until {when}.", {"when": wall.to_read(closes, here.now)})


def _why_not_deny(here: Situation) -> Message | None:
    if here.assignment is not None and here.assignment.deny_allowed is False:
        return Message("This task may not be denied.")
    return None


def _why_not_reset(here: Situation) -> Message | None:
    phase = here.execution.status.phase
    if phase is Phase.OPEN:
        return Message("It has not been started; there is nothing to reset.")
    if phase is Phase.ACTIVE:
        return Message("It is started and not finished; there is nothing to reset.")
    return None


def _finish_inputs(here: Situation) -> tuple[Field, ...]:
    if not here.late:
        return ()
    label = Message("Why was it done late?").english()
    required = here.assignment is not None and here.assignment.delayed_reason_required is True
    return (Field(key="delayed_reason", label=label, kind="text", required=required),)


def _reason_field(here: Situation) -> Field:
    required = here.assignment is not None and here.assignment.deny_reason_required is True
    return Field(
        key="deny_reason", label=Message("Why can it not be done?").english(), kind="text", required=required
    )


def _status_field(here: Situation) -> Field:
    now = family(here.execution.status.raw)
    # The documented route sets "done" only where the template has no questions; finishing is for the others.
    # Denying takes the reason that this route has no place for, where one is required. A state has the same number
    # in every such question: those that cannot be chosen leave theirs free.
    barred = {"denied"} if here.assignment is not None and here.assignment.deny_reason_required is True else set()
    barred |= {now} | ({"done"} if here.answerable else set())
    choices = tuple(
        Choice(raw, STATES[raw].word.english(), number=str(number))
        for number, raw in enumerate(SENDABLE, 1)
        if raw not in barred
    )
    label = Message("New status").english()
    return Field(key="task_status_id", label=label, kind="choice", required=True, choices=choices)


def _end_of_quarter(now: str) -> str:
    """The next full quarter of an hour: what is due this very second would be late at once.

    Before midnight it is the last minute of the day: due tomorrow, it would not be in the list of today.
    """
    moment = datetime.fromisoformat(now)
    end = moment.replace(minute=moment.minute // 15 * 15, second=0) + timedelta(minutes=15)
    last = moment.replace(hour=23, minute=59, second=0)
    return (end if end.date() == moment.date() or moment >= last else last).isoformat(sep=" ")


def create_action(
    now: str, parent: Execution | None, templates: Sequence[Choice], assignments_known: bool
) -> Action:
    """The declaration of "new execution". ``now`` is wall time; of several ``templates`` one chooses."""
    choose_template = Field(
        key="task_template_id",
        label=Message("Checklist").english(),
        kind="choice",
        required=False,
        choices=tuple(templates),
    )
    parent_field = Field(
        key="parent_id",
        label=Message("Belongs to").english(),
        kind="hidden",
        hidden=True,
        default=parent.key.id if parent is not None else None,
    )
    assignment = Field(
        key="task_assignment_id",
        label=Message("Which task").english(),
        kind="entity",
        source="assignments",
        required=True,
        default=parent.assignment if parent is not None else None,
    )
    moment = Field(
        key="for_execution_date",
        label=Message("Due").english(),
        kind="datetime",
        format="Y-m-d H:i:s",
        required=True,
        default=_end_of_quarter(now) if now else now,
    )
    return Action(
        id="create",
        slot=Slot.CREATE,
        label=Message("New task"),
        inputs=(assignment, *((choose_template,) if len(templates) > 1 else ()), moment, parent_field),
        delivery=Delivery.ONCE,
        why_not=None if assignments_known else Message("The server shows you no assignments."),
        becomes=STATES["open"].word,
    )
