"""What may be done with a task now (contract section 10). Finish, deny and reset do not exist here."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tui.api.spaaza.fields import builder
from tui.api.spaaza.records import EXPORT, INPROGRESS, Task
from tui.api.spaaza.runs import RUNNING, seen_run
from tui.api.spaaza.words import audience
from tui.model.action import Action, Delivery, Risk, Slot
from tui.model.field import Field
from tui.model.message import Message

EXECUTE, CREATE, DUPLICATE = "execute", "create", "duplicate"
SEEN = "seen_run"


def actions_of(task: Task, newest: int, now: datetime, zone: ZoneInfo) -> tuple[Action, ...]:
    """Run now, and duplicate."""
    return (_run_now(task), create_action(task, newest, now, zone))


def create_action(task: Task | None, newest: int, now: datetime, zone: ZoneInfo) -> Action:
    """The declaration of "new task"; with ``task`` as a copy of it."""
    return Action(
        id=CREATE if task is None else DUPLICATE,
        slot=Slot.CREATE,
        label=Message("New task") if task is None else Message("Duplicate as new"),
        inputs=builder(task, newest, now, zone),
        risk=Risk.CONFIRM,
        delivery=Delivery.ONCE,
    )


def _run_now(task: Task) -> Action:
    """The more a second run would do, the more is asked before the first."""
    if task.action != EXPORT:
        risk, loses = (
            Risk.TYPED,
            Message(
                "It goes to {audience}. Run twice, it may give everything twice.", {"audience": audience(task)}
            ),
        )
    elif task.everybody:
        risk, loses = Risk.CONFIRM, Message("It has no filter: everything is exported, the file may be large.")
    else:
        risk, loses = Risk.CONFIRM, None
    # It travels with the request, so that even after a restart a run can be told from the one before it.
    seen = Field(key=SEEN, label="", kind="hidden", hidden=True, default=seen_run(task.state))
    return Action(
        id=EXECUTE,
        slot=Slot.OTHER,
        label=Message("Run now"),
        inputs=(seen,),
        risk=risk,
        delivery=Delivery.ONLINE,
        why_not=RUNNING if task.state.code == INPROGRESS else None,
        loses=loses,
        proof=(task.ident or "") if risk is Risk.TYPED else "",
        slow=True,
    )
