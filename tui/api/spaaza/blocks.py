"""A task in blocks to read: state, schedule, target, audience, log, and whatever else came (contract 10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tui.api.lenient import as_json, as_text
from tui.api.spaaza.moments import local, occurrence
from tui.api.spaaza.records import DONE, ERROR, EXPORT, INPROGRESS, READY, Task
from tui.api.spaaza.words import audience_lines, failure, log_line
from tui.model.execution import Block, Line, Tone
from tui.model.message import Message, verbatim

FIRST_LOG_LINES, MORE_LOG_LINES = 10, 50
LOG = "log"

_NEVER = Message("never")
_WHY = Message("Why it failed")
_UNSAID = Message("The server gives no reason.")
_TONES = {DONE: Tone.GOOD, ERROR: Tone.BAD}
_NAMES = {"export": Message("export"), "bulk issue rewards": Message("issue rewards to many customers")}
_REPEATS = {"daily": Message("every day"), "weekly": Message("every week"), "monthly": Message("every month")}
_LONGEST = 10_000


def blocks_of(task: Task, logs: Sequence[Any], now: datetime, zone: ZoneInfo) -> tuple[Block, ...]:
    """All blocks of ``task`` in their order; those with nothing in them are absent."""
    found = (
        Block(id="state", title=Message("State"), lines=_state(task, logs, zone)),
        Block(id="schedule", title=Message("Schedule"), lines=_schedule(task, now, zone)),
        Block(id="target", title=Message("Target"), lines=_target(task)),
        Block(id="audience", title=Message("Audience"), lines=audience_lines(task)),
        log_block(logs, 0, FIRST_LOG_LINES, zone),
        Block(id="other", title=Message("Other"), lines=_other(task), folded=True),
    )
    return tuple(block for block in found if block.lines)


def log_block(logs: Sequence[Any], offset: int, asked: int, zone: ZoneInfo) -> Block:
    """The lines of a log from ``offset`` on, of which ``asked`` were wanted."""
    more = str(offset + len(logs)) if len(logs) >= asked else ""
    return Block(id=LOG, title=Message("Log"), lines=tuple(log_line(entry, zone) for entry in logs), more=more)


def late_words(task: Task, now: datetime) -> Message | None:
    """Since when a task should have begun to run, where it has not."""
    if task.state.code != READY or task.once is None or task.once >= now or task.state.run:
        return None
    minutes = int((now - task.once).total_seconds() // 60)
    if minutes < 120:
        return Message("Planned {minutes} min ago, not run yet.", {"minutes": minutes})
    return Message("Planned {hours} h ago, not run yet.", {"hours": minutes // 60})


def why_failed(task: Task, logs: Sequence[Any]) -> Message | None:
    """Why the last run failed, in one line; ``None`` where it did not."""
    said = said_of_failure(task, logs)
    return (verbatim(said) if said else _UNSAID) if task.state.code == ERROR else None


def said_of_failure(task: Task, logs: Sequence[Any]) -> str:
    """The server's own words about the failure of the last run, one line of them; "" where it did not fail or
    nothing was said. Diagnostics stand in for a log."""
    said = (failure(logs) or task.debug).strip() if task.state.code == ERROR else ""
    return said.split("\n")[0][:_LONGEST]


def facts_of(task: Task, logs: Sequence[Any]) -> tuple[tuple[Message, str], ...]:
    """What a report tells of it too; the blocks tell it in full."""
    said = said_of_failure(task, logs)
    return ((_WHY, said),) if said else ()


def _state(task: Task, logs: Sequence[Any], zone: ZoneInfo) -> tuple[Line, ...]:
    state, why = task.state, why_failed(task, logs)
    last = Line(label=Message("Last run"), text=_when(state.last_run, zone) or _NEVER)
    lines = [Line(label=Message("Now"), text=state.status.word, tone=_TONES.get(state.code, Tone.PLAIN))]
    lines += [Line(label=_WHY, text=why, tone=Tone.BAD)] if why is not None else []
    lines.append(last)
    if state.ended and state.last_run is not None and state.modified is not None:
        seconds = int((state.modified - state.last_run).total_seconds())
        if seconds >= 0:
            lines.append(Line(label=Message("It took"), text=Message("about {seconds} s", {"seconds": seconds})))
    for label, moment in ((Message("Last change"), state.modified), (Message("Created"), state.created)):
        if moment is not None:
            lines.append(Line(label=label, text=verbatim(local(moment, zone))))
    lines.append(
        Line(text=Message("Times here are local ({zone}); the server has them in UTC.", {"zone": zone.key}))
    )
    return tuple(lines)


def _schedule(task: Task, now: datetime, zone: ZoneInfo) -> tuple[Line, ...]:
    lines = [Line(label=Message("Planned"), text=_when(task.once, zone) or _NEVER)]
    if task.repeat:
        lines.append(Line(label=Message("Repeats"), text=_REPEATS.get(task.repeat) or verbatim(task.repeat)))
        upcoming = occurrence(task.once, task.repeat, now) if task.once is not None else None
        if upcoming is not None and upcoming != task.once:
            moment = Message("{moment}, reckoned from its repetition", {"moment": local(upcoming, zone)})
            lines.append(Line(label=Message("Next run"), text=moment))
    late = late_words(task, now)
    if late is not None:
        lines.append(Line(text=late, tone=Tone.WARNING))
    return tuple(lines)


def _target(task: Task) -> tuple[Line, ...]:
    lines = [Line(label=Message("Action"), text=_NAMES.get(task.action) or verbatim(task.action))]
    rest = (
        (Message("Data"), task.index),
        (Message("Format"), task.format),
        (Message("Campaign"), task.campaign),
    )
    lines += [Line(label=label, text=verbatim(text)) for label, text in rest if text]
    if task.action == EXPORT and task.state.code in (READY, INPROGRESS):
        lines.append(Line(text=Message("The file can be fetched when it is done.")))
    return tuple(lines)


def _other(task: Task) -> tuple[Line, ...]:
    """What nobody here knows, and the diagnostic text."""
    debug = [Line(label=Message("Diagnostics"), text=verbatim(task.debug[:_LONGEST]))] if task.debug else []
    rest = [
        Line(label=verbatim(name), text=verbatim((as_text(value) or as_json(value))[:_LONGEST]))
        for name, value in task.other.items()
    ]
    return (*debug, *rest)


def _when(moment: datetime | None, zone: ZoneInfo) -> Message | None:
    return verbatim(local(moment, zone)) if moment is not None else None
