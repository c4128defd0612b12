"""Every command of the application, declared once. Keys, key bar, help, menu and palette come from here.

What may be done with an execution is not declared here but by the record itself (``model.action``); a command
with a ``slot`` runs whatever action the record declares for that slot.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.action import Slot
from tui.model.message import Message

LIST = "list"
FORM = "form"
TREE = "tree"
ALL = frozenset({LIST, FORM, TREE})


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the keyboard can ask for.

    ``scopes`` says where its keys work; ``bar`` orders it on the key bar (lowest first, 0: not shown there);
    ``widget`` marks keys that the form itself handles and that stand here for help and remapping only.
    """

    id: str
    keys: tuple[str, ...]
    label: Message
    help: Message
    scopes: frozenset[str]
    slot: Slot | None = None
    bar: int = 0
    widget: bool = False


COMMANDS: tuple[Command, ...] = (
    Command(
        "help", ("f1",), Message("Help"), Message("What the keys do, and what this task is about."), ALL, bar=4
    ),
    Command(
        "open",
        ("enter",),
        Message("Open task"),
        Message("Open the selected task. In a form: take the answer and go on."),
        frozenset({LIST}),
        bar=1,
        widget=True,
    ),
    Command(
        "save",
        ("f2",),
        Message("Save"),
        Message("Send what you have so far; the task stays in progress."),
        frozenset({FORM}),
        Slot.SAVE,
        bar=5,
    ),
    Command(
        "back",
        ("f3", "escape"),
        Message("Back"),
        Message("One step back: filter, dialog, task. Never leaves the application."),
        ALL,
        bar=2,
    ),
    Command("menu", ("f4",), Message("Menu"), Message("Everything that can be done here, by number."), ALL, bar=3),
    Command(
        "note",
        ("f5",),
        Message("Note"),
        Message("Write a note to this answer."),
        frozenset({FORM}),
        bar=6,
        widget=True,
    ),
    Command(
        "deny",
        ("f6",),
        Message("Deny"),
        Message("Say that this task cannot be done, with the reason."),
        frozenset({LIST, FORM}),
        Slot.DENY,
        bar=7,
    ),
    Command(
        "previous",
        ("f7", "shift+tab"),
        Message("Field back"),
        Message("Go back to the answer before."),
        frozenset({FORM}),
        bar=10,
        widget=True,
    ),
    Command(
        "jump",
        ("f8",),
        Message("Jump"),
        Message("Go to any field by its number or its letters."),
        frozenset({FORM}),
        bar=8,
        widget=True,
    ),
    Command(
        "filter",
        ("f8", "/"),
        Message("Filter"),
        Message("Narrow the list by title, place, status or ID."),
        frozenset({LIST}),
        bar=5,
    ),
    Command(
        "accounts",
        ("f9",),
        Message("User"),
        Message("Leave, or go on as another user or profile."),
        ALL,
        bar=11,
    ),
    Command(
        "finish",
        ("f10",),
        Message("Finish"),
        Message("Look over every answer, then send."),
        frozenset({FORM}),
        Slot.FINISH,
        bar=1,
    ),
    Command(
        "previous_day",
        ("[",),
        Message("Day before"),
        Message("Show the day before."),
        frozenset({LIST}),
    ),
    Command("next_day", ("]",), Message("Day after"), Message("Show the day after."), frozenset({LIST})),
    Command("period", ("d",), Message("Period"), Message("Choose which days to show."), frozenset({LIST})),
    Command("today", ("t",), Message("Today"), Message("Back to today."), frozenset({LIST})),
    Command(
        "refresh", ("r",), Message("Read again"), Message("Ask the server now."), frozenset({LIST, TREE}), bar=12
    ),
    Command(
        "workflow",
        ("w",),
        Message("Workflow"),
        Message("What came before this task."),
        frozenset({LIST, TREE}),
        bar=9,
    ),
    Command(
        "create",
        ("n",),
        Message("New"),
        Message("Begin a task that is not planned."),
        frozenset({LIST}),
        Slot.CREATE,
        bar=8,
    ),
    Command(
        "status",
        ("s",),
        Message("Set status"),
        Message("Give the selected task another status."),
        frozenset({LIST}),
        Slot.STATUS,
    ),
    Command(
        "reset",
        ("R",),
        Message("Reset"),
        Message("Open a finished or denied task again."),
        frozenset({LIST}),
        Slot.RESET,
    ),
    Command("about", ("i",), Message("About"), Message("Description and rules of this task."), frozenset({LIST})),
    Command(
        "outbox",
        (),
        Message("Waiting items"),
        Message("What is on its way to the server, and what it did not accept."),
        ALL,
    ),
    Command("theme", (), Message("Colours"), Message("Choose the colours of the screen."), ALL),
    Command("palette", ("ctrl+p",), Message("All commands"), Message("Find a command by its name."), ALL),
    Command(
        "quit",
        ("q",),
        Message("Leave"),
        Message("Leave at once. Nothing is lost."),
        frozenset({LIST}),
        bar=13,
    ),
)

BY_ID = {command.id: command for command in COMMANDS}
