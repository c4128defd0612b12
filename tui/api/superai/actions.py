"""What may be done with a run or with one of its tasks, and if not, why not, in words (contract section 12)."""

from __future__ import annotations

import msgspec

from tui.api.superai.graph import Graph
from tui.api.superai.states import ACTIVE, ENDED, RUNS
from tui.api.superai.wire import Attempt, Run
from tui.model.action import Action, Delivery, Risk, Slot, Verb
from tui.model.field import Choice, Field
from tui.model.message import Message

COMPLETE, REJECT, APPROVE = "complete", "reject", "approve"
REEXECUTE, CANCEL, DELETE, CREATE = "reexecute", "cancel", "delete", "create"
KEEP, AGAIN = "keep", "again"
STALE, ALL = "stale", "all"

_COMPLETION = Verb(
    Message("Complete with this output"), Message("Ends the task with the output that is shown as its result.")
)
_CORRECTION = Verb(
    Message("Correct the output"),
    Message("The task is done. The output that is shown takes the place of its result."),
)
_REJECTION = Verb(
    Message("Reject"), Message("Only a note: the output is wrong, and why. The task itself stays as it is.")
)
_REPETITION = Verb(
    Message("Run again"), Message("All tasks run once more, or only what is outdated or unfinished.")
)
VERBS = {Slot.FINISH: _COMPLETION, Slot.DENY: _REJECTION, Slot.RESET: _REPETITION}
"""What the actions of a run are called before it was read."""


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that the rules look at. ``task`` is the attempt that the form shows, if it shows one."""

    run: Run
    graph: Graph
    latest: dict[str, Attempt]
    attempts: int
    task: Attempt | None
    cancels: bool = True

    @property
    def stale(self) -> int:
        """How many tasks hold something outdated or unfinished."""
        return sum(one.stale or one.status not in ENDED for one in self.latest.values())


def actions_of_run(here: Situation) -> tuple[Action, ...]:
    """Of its waiting task, then of the run itself."""
    found = actions_of_task(here) if here.task is not None else ()
    active = here.run.status in ACTIVE
    cancel = Action(
        id=CANCEL,
        slot=Slot.OTHER,
        label=Message("Cancel the run"),
        risk=Risk.CONFIRM,
        delivery=Delivery.ONLINE,
        why_not=None if active else Message("It has ended; there is nothing to cancel."),
        loses=Message("What has not ended yet is stopped and is not done."),
    )
    delete = Action(
        id=DELETE,
        slot=Slot.OTHER,
        label=Message("Delete the run"),
        risk=Risk.TYPED,
        delivery=Delivery.ONLINE,
        why_not=Message("It is not ended yet; cancel it first.") if active else None,
        loses=Message("The run disappears for everybody, and nobody can bring it back."),
    )
    return (*found, _reexecute(here), *((cancel,) if here.cancels else ()), delete)


def actions_of_task(here: Situation) -> tuple[Action, ...]:
    """Complete, reject and approve the task that is shown."""
    task = here.task
    if task is None:
        return ()
    finish = _CORRECTION if task.status == "completed" else _COMPLETION
    complete = Action(
        id=f"{COMPLETE}:{task.id}",
        slot=Slot.FINISH,
        label=finish.label,
        inputs=_afterwards(here, task),
        takes_answers=True,
        why_not=_why_not_complete(here, task),
        does=finish.does,
    )
    hidden = _hidden("flow_execution_id", task.run or here.run.id), _hidden("task_name", task.task)
    reason = Field(key="reason", label=Message("What is wrong with it?").english(), kind="text", required=True)
    reject = Action(
        id=REJECT,
        slot=Slot.DENY,
        label=_REJECTION.label,
        inputs=(reason, *hidden),
        risk=Risk.CONFIRM,
        does=_REJECTION.does,
    )
    approve = Action(
        id=APPROVE,
        slot=Slot.OTHER,
        label=Message("Approve"),
        inputs=hidden,
        risk=Risk.CONFIRM,
        does=Message("Only a note: the output is right. The task itself stays as it is."),
    )
    return complete, reject, approve


def create_action(parent: Run | None, given: str, flows_known: bool) -> Action:
    """The declaration of "start a run"; with ``parent`` of the same flow, with ``given`` as its input."""
    flow = Field(
        key="flow_id",
        label=Message("Which flow").english(),
        kind="entity",
        source="flows",
        required=True,
        default=parent.flow if parent is not None else None,
    )
    value = Field(
        key="input",
        label=Message("Input").english(),
        kind="json",
        help=Message("What the first task of the flow begins with, as a JSON object.").english(),
        default=given or "{}",
    )
    return Action(
        id=CREATE,
        slot=Slot.CREATE,
        label=Message("Start a run"),
        inputs=(flow, value),
        delivery=Delivery.ONCE,
        why_not=None if flows_known else Message("The server shows you no flows."),
    )


def seen_of(run: Run, attempts: int) -> str:
    """What a re-execution changes: how the run was when the person decided."""
    return f"{run.updated}|{run.version}|{attempts}"


def _reexecute(here: Situation) -> Action:
    stale = (Choice(STALE, Message("Outdated or unfinished").english()),)
    everything = Choice(ALL, Message("Everything anew").english())
    scope = Field(
        key="scope",
        label=Message("What is to run again?").english(),
        kind="choice",
        required=True,
        choices=(*(stale if here.stale else ()), everything),
    )
    return Action(
        id=REEXECUTE,
        slot=Slot.RESET,
        label=_REPETITION.label,
        inputs=(scope, _hidden("seen", seen_of(here.run, here.attempts))),
        risk=Risk.TYPED,
        delivery=Delivery.ONLINE,
        why_not=Message("It waits for its turn already.") if here.run.status in ("queued", "pending") else None,
        loses=Message(
            "What runs again loses its results, costs credits, and uses the newest version of the flow."
        ),
        does=_REPETITION.does,
    )


def _afterwards(here: Situation, task: Attempt) -> tuple[Field, ...]:
    """Asked only where something was made of the task's output already."""
    below = _below(here.graph, task.task)
    if not any(name in here.latest and here.latest[name].status in ENDED | {"failed"} for name in below):
        return ()
    choices = (
        Choice(KEEP, Message("Leave what came of it as it is, marked as outdated").english()),
        Choice(AGAIN, Message("Run what depends on it again").english()),
    )
    label = Message("And then?").english()
    return (Field(key="afterwards", label=label, kind="choice", required=True, choices=choices),)


def _below(graph: Graph, name: str) -> set[str]:
    found: set[str] = set()
    for task in graph.tasks:
        if name in task.after or found.intersection(task.after):
            found.add(task.name)
    return found


def _why_not_complete(here: Situation, task: Attempt) -> Message | None:
    if task.status == "deleted" or here.run.status == "deleted":
        return Message("It was deleted.")
    if here.latest.get(task.task, task).index > task.index:
        return Message("A later attempt took its place.")
    if task.status in RUNS:
        return Message("It is being worked on; wait until it has ended.")
    return None


def _hidden(key: str, value: str) -> Field:
    return Field(key=key, label=key, kind="hidden", hidden=True, default=value)
