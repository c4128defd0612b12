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
BOARD = "board"
REPORT = "report"
ALL = frozenset({LIST, FORM, TREE})
EVERYWHERE = ALL | {BOARD, REPORT}
ROWS = frozenset({LIST, BOARD})
"""Where there is a list of executions."""


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
        "help",
        ("f1",),
        Message("Help"),
        Message("What the keys do, and what this task is about."),
        EVERYWHERE,
        bar=4,
    ),
    Command(
        "open",
        ("enter",),
        Message("Open task"),
        Message("Open the selected task. In a form: take the answer and go on."),
        ROWS,
        bar=1,
        widget=True,
    ),
    Command(
        "save",
        ("f2",),
        Message("Save"),
        Message("Send what you have so far; that does not finish the task."),
        frozenset({FORM}),
        Slot.SAVE,
        bar=5,
    ),
    Command(
        "back",
        ("f3", "escape"),
        Message("Back"),
        Message("One step back: filter, dialog, task. Never leaves the application."),
        EVERYWHERE,
        bar=2,
    ),
    Command(
        "menu",
        ("f4",),
        Message("Menu"),
        Message("Everything that can be done here, by number."),
        EVERYWHERE,
        bar=3,
    ),
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
        frozenset({LIST, FORM, BOARD}),
        Slot.DENY,
        bar=7,
    ),
    Command(
        "details",
        ("ctrl+o",),
        Message("Details"),
        Message("Read what belongs to this task beside its questions."),
        frozenset({FORM}),
        bar=9,
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
        EVERYWHERE,
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
        ROWS,
    ),
    Command("next_day", ("]",), Message("Day after"), Message("Show the day after."), ROWS),
    Command("period", ("d",), Message("Period"), Message("Choose which days to show."), frozenset({LIST, REPORT})),
    Command("today", ("t",), Message("Today"), Message("Back to today."), ROWS),
    Command(
        "refresh", ("r",), Message("Read again"), Message("Ask the server now."), ROWS | {TREE, REPORT}, bar=12
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
        "create_part",
        (),
        Message("New part"),
        Message("Begin a task that belongs to this one."),
        frozenset({LIST, FORM}),
    ),
    Command(
        "status",
        ("s",),
        Message("Set status"),
        Message("Give the selected task another status."),
        ROWS,
        Slot.STATUS,
    ),
    Command(
        "reset",
        ("R",),
        Message("Reset"),
        Message("Open a finished or denied task again."),
        ROWS,
        Slot.RESET,
    ),
    Command("about", ("i",), Message("About"), Message("Description and rules of this task."), frozenset({LIST})),
    Command(
        "discard",
        ("x",),
        Message("Discard"),
        Message("Throw away what was typed for a closed task and cannot be sent any more."),
        frozenset({LIST}),
    ),
    Command("board", ("b",), Message("Board"), Message("The whole site at a glance, live."), ROWS, bar=10),
    Command(
        "all_profiles",
        ("B",),
        Message("All profiles"),
        Message("The board of all profiles, each with its own line to its server."),
        ROWS,
    ),
    Command(
        "one_profile",
        ("f",),
        Message("Profiles"),
        Message("On the board of all profiles: one of them alone, or all."),
        frozenset({BOARD}),
    ),
    Command("sort", ("o",), Message("Sort"), Message("Sort the list by any column."), frozenset({LIST})),
    Command(
        "group",
        ("g",),
        Message("Group"),
        Message("One section for each assignment, or as usual."),
        frozenset({LIST}),
    ),
    Command(
        "saved_filters",
        ("f",),
        Message("Saved filters"),
        Message("Take a filter that is kept in the config."),
        frozenset({LIST}),
    ),
    Command("find_id", ("#",), Message("Go to number"), Message("Go to a task by its number."), frozenset({LIST})),
    Command(
        "choose",
        ("space",),
        Message("Choose"),
        Message("Choose this task for one deed on many, and go on to the next."),
        ROWS,
    ),
    Command(
        "choose_range", ("v",), Message("Choose up to here"), Message("Choose all from the last one chosen."), ROWS
    ),
    Command("choose_all", ("A",), Message("Choose all"), Message("Choose every task shown, or none."), ROWS),
    Command("copy", ("y",), Message("Copy"), Message("Copy the chosen tasks as text."), ROWS | {REPORT}),
    Command(
        "report",
        ("h",),
        Message("Shift report"),
        Message("What was done, what was not and why: for the handover."),
        ROWS,
        bar=14,
    ),
    Command(
        "export",
        ("e",),
        Message("Export"),
        Message("Write the report to a file: Markdown, CSV or JSON."),
        frozenset({REPORT}),
    ),
    Command(
        "acknowledge",
        ("a",),
        Message("Acknowledge"),
        Message("Note on this device that somebody knows of it."),
        frozenset({BOARD}),
    ),
    Command(
        "shelve",
        ("z",),
        Message("Shelve"),
        Message("Do not show it until a moment; in the list of shelved tasks: show it again."),
        frozenset({BOARD}),
    ),
    Command(
        "shelved",
        ("Z",),
        Message("Shelved tasks"),
        Message("The shelved tasks instead of the overdue ones, and back."),
        frozenset({BOARD}),
    ),
    Command(
        "strips",
        ("g",),
        Message("Group"),
        Message("Strips by assignment, department or kind of task."),
        frozenset({BOARD}),
    ),
    Command(
        "mute",
        ("m",),
        Message("Bell"),
        Message("No bell for new overdue tasks, or a bell again."),
        frozenset({BOARD}),
    ),
    Command(
        "pause", ("p",), Message("Pause"), Message("Let the board stand still, or go on."), frozenset({BOARD})
    ),
    Command(
        "outbox",
        (),
        Message("Waiting items"),
        Message("What is on its way to the server, and what it did not accept."),
        ALL,
    ),
    Command(
        "sign_in",
        (),
        Message("Sign in"),
        Message("Sign in to this profile's server, step by step."),
        ALL,
    ),
    Command("theme", (), Message("Colours"), Message("Choose the colours of the screen."), ALL),
    Command("palette", ("ctrl+p",), Message("All commands"), Message("Find a command by its name."), ALL),
    Command(
        "quit",
        ("q",),
        Message("Leave"),
        Message("Leave at once. Nothing is lost."),
        ROWS,
        bar=13,
    ),
)

BY_ID = {command.id: command for command in COMMANDS}
