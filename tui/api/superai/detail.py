"""Records: a run with the task in it that waits for a person, and one attempt of a task (contract section 12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tui.api.lenient import as_json, as_object, as_text
from tui.api.superai.actions import Situation, actions_of_run, actions_of_task
from tui.api.superai.fields import form_of, written
from tui.api.superai.graph import Graph
from tui.api.superai.progress import focus_of, latest_of
from tui.api.superai.states import WAITS, status_of
from tui.api.superai.verdicts import REJECTED, Names, holds, is_verdict, line_of, reason_of, told, verdicts_on
from tui.api.superai.wire import SYSTEM, TASK, Attempt, Run, Tag
from tui.model.errors import TaskError
from tui.model.execution import Block, Download, Execution, Key, Line, Record, Tone
from tui.model.message import Message, verbatim

LONGEST = 20_000
"""Characters of one text of a block."""

ERROR_LINE = 200
"""Characters of an error's first line, where it is told in one."""

MOST_FILES = 50


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was read for one run. ``missing`` says what the server did not show; ``names`` knows people,
    ``zone`` is the wall time of what is told."""

    run: Run
    row: Execution
    graph: Graph
    attempts: tuple[Attempt, ...] = ()
    tags: tuple[Tag, ...] = ()
    description: str = ""
    missing: TaskError | None = None
    cancels: bool = True
    names: Names
    zone: ZoneInfo

    @property
    def latest(self) -> dict[str, Attempt]:
        """The attempt that counts of each task."""
        return latest_of(self.attempts)

    def verdict(self, task: str, now: Attempt | None) -> Tag | None:
        """What was said last of the output that ``task`` has ``now``."""
        found = verdicts_on(task, self.tags)
        return found[0] if found and holds(found[0], now) else None


def record_of_run(whole: Whole) -> Record:
    """The run; its form is that of the task which waits for a person."""
    latest = whole.latest
    task = focus_of(latest, whole.graph)
    situation = Situation(
        run=whole.run, graph=whole.graph, latest=latest, attempts=len(whole.attempts), task=task,
        cancels=whole.cancels,
    )  # fmt: skip
    blocks = [*_told(whole, task)]
    if task is not None:
        blocks += _blocks_of_task(whole, task)
    blocks += [_json_block("run-input", Message("Input of the run"), whole.run.raw.get("input")), _about(whole)]
    return _record(
        whole,
        whole.row,
        task,
        actions_of_run(situation),
        blocks,
        children=tuple(Key(whole.row.key.profile, SYSTEM, TASK + one.id) for one in latest.values()),
    )


def record_of_task(whole: Whole, task: Attempt) -> Record:
    """One attempt."""
    profile = whole.row.key.profile
    latest = whole.latest
    situation = Situation(run=whole.run, graph=whole.graph, latest=latest, attempts=len(whole.attempts), task=task)
    repeated = sum(one.task == task.task for one in whole.attempts)
    said = whole.verdict(task.task, task)
    row = Execution(
        key=Key(profile, SYSTEM, TASK + task.id),
        status=status_of("stale" if task.stale and task.status == "completed" else task.status),
        title=whole.graph.title(task.task) or task.task,
        place=whole.row.title,
        series=whole.row.series,
        parent=whole.run.id or None,
        template=whole.run.flow or None,
        actor=whole.names(task.by),
        touched=task.ended or task.started or task.created,
        revision=f"{task.updated}|{task.status}|{task.stale}",
        marks=(Message("{n} attempts", {"n": repeated}),) if repeated > 1 else (),
        verdict=line_of(said.tag) if said is not None else None,
    )
    blocks = [*_blocks_of_task(whole, task), _about(whole)]
    found = _record(whole, row, task, actions_of_task(situation), blocks, raw=task.raw)
    return msgspec.structs.replace(found, listed=False)


def _record(
    whole: Whole,
    row: Execution,
    task: Attempt | None,
    actions: Sequence[Any],
    blocks: Sequence[Block],
    *,
    children: tuple[Key, ...] = (),
    raw: dict[str, Any] | None = None,
) -> Record:
    node = whole.graph.task(task.task) if task is not None else None
    form = (
        form_of(task, node.schema if node is not None else None) if task is not None and _editable(task) else None
    )
    return Record(
        execution=row,
        fields=form.fields if form is not None else (),
        answers=form.answers if form is not None else {},
        actions=tuple(actions),
        description=whole.description,
        policies=(whole.missing.what,) if whole.missing is not None else (),
        facts=tuple(_facts(whole, task)),
        children=children,
        has_nodes=True,
        raw=raw if raw is not None else {**whole.run.raw, "task_executions": [one.raw for one in whole.attempts]},
        blocks=tuple(block for block in blocks if block.lines),
        downloads=tuple(_files(whole, task)),
        own_fields=True,
    )


def _editable(task: Attempt) -> bool:
    return task.status in (WAITS, "failed", "completed")


def _facts(whole: Whole, task: Attempt | None) -> Iterator[tuple[Message, str]]:
    """What a report tells of it too: why it stands where it stands, and how far it is. The rest is in blocks."""
    if task is not None:
        if (said := error_of(task)[0]) and task.status == "failed":
            yield Message("Error"), said.partition("\n")[0][:ERROR_LINE]
        verdict = whole.verdict(task.task, task)
        if verdict is not None and verdict.tag == REJECTED and reason_of(verdict):
            yield Message("Reason of the rejection"), reason_of(verdict)
    if whole.row.progress is not None:
        yield Message("Tasks done"), "{}/{}".format(*whole.row.progress)


def _about(whole: Whole) -> Block:
    """What tells the run from others, for whoever has to name it to somebody."""
    run = whole.run
    name = whole.names(run.by)
    lines = [Line(label=Message("Run"), text=verbatim(run.id))]
    if name is not None or run.by not in ("", "system"):
        who = verbatim(name) if name else Message("another person ({id})", {"id": run.by})
        lines.append(Line(label=Message("Last changed by"), text=who))
    lines.append(Line(label=Message("Version of the flow"), text=verbatim(str(run.version))))
    return Block(id="run", title=Message("About the run"), lines=tuple(lines), folded=True)


def _told(whole: Whole, task: Attempt | None) -> Iterator[Block]:
    """The tasks that failed, other than the one that is shown anyway."""
    lines = []
    for one in whole.latest.values():
        if one.status == "failed" and one is not task:
            label = verbatim(whole.graph.title(one.task))
            lines.append(Line(label=label, text=verbatim(error_of(one)[0] or "–"), tone=Tone.BAD))
    yield Block(id="failed", title=Message("Failed tasks"), lines=tuple(lines))


def _blocks_of_task(whole: Whole, task: Attempt) -> list[Block]:
    message, kind, traceback = error_of(task)
    lines = [Line(text=verbatim(text), tone=Tone.BAD) for text in (message, kind) if text]
    trace = _texts(traceback.split("\n")) if traceback else ()
    same = sorted((one for one in whole.attempts if one.task == task.task), key=lambda one: -one.index)
    tags = tuple(_tag_line(tag) for tag in whole.tags if tag.task == task.task and not is_verdict(tag))
    said = [told(one, task, whole.names, whole.zone) for one in verdicts_on(task.task, whole.tags)]
    tried = tuple(_attempt_line(one) for one in same) if len(same) > 1 else ()
    return [
        Block(id="review", title=Message("Review"), lines=tuple(chain.from_iterable(said))),
        Block(id="error", title=Message("Error"), lines=tuple(lines)),
        Block(id="traceback", title=Message("Traceback"), lines=trace, folded=True),
        Block(id="tags", title=Message("Tags"), lines=tags),
        Block(id="attempts", title=Message("Attempts"), lines=tried),
        _json_block("input", Message("Input of the task"), task.input),
        *([] if _editable(task) else [_json_block("output", Message("Output"), task.output, folded=False)]),
    ]


def error_of(task: Attempt) -> tuple[str, str, str]:
    """Message, type and traceback of an error, whatever it looks like."""
    error = task.error
    if error is None:
        return "", "", ""
    if not isinstance(error, dict):
        return (as_text(error) or as_json(error))[:LONGEST], "", ""
    message = as_text(error.get("message"))
    rest = as_object({name: part for name, part in error.items() if name not in ("message", "type", "traceback")})
    message = message or (as_json(rest) if rest else "")
    return message[:LONGEST], as_text(error.get("type")), as_text(error.get("traceback"))[:LONGEST]


def _tag_line(tag: Tag) -> Line:
    reason = as_text(as_object(tag.metadata).get("reason"))
    tone = Tone.WARNING if tag.tag == "pending" else Tone.PLAIN
    text = f"{tag.tag}: {reason}" if reason else tag.tag
    return Line(label=verbatim(tag.kind.replace("_", " ")), text=verbatim(text), tone=tone)


def _attempt_line(one: Attempt) -> Line:
    said = error_of(one)[0].partition("\n")[0][:200]
    word = status_of(one.status).word
    text = Message("{status}: {said}", {"status": word, "said": said}) if said else word
    return Line(
        label=verbatim(f"#{one.index + 1}"), text=text, tone=Tone.BAD if one.status == "failed" else Tone.PLAIN
    )


def _json_block(ident: str, title: Message, value: Any, *, folded: bool = True) -> Block:
    empty = value is None or value == {} or value == []
    text = value if isinstance(value, str) else written(value)
    return Block(id=ident, title=title, lines=() if empty else _texts(text[:LONGEST].split("\n")), folded=folded)


def _texts(lines: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(text=verbatim(line)) for line in lines)


def _files(whole: Whole, task: Attempt | None) -> Iterator[Download]:
    """The files that the outputs (of one task or of all) name by their storage address."""
    found: dict[str, None] = {}
    for one in whole.attempts if task is None else (task,):
        for value in (one.output, one.input):
            for uri in _uris(value):
                found.setdefault(uri)
    for uri in list(found)[:MOST_FILES]:
        yield Download(ref=uri, name=uri.rstrip("/").rpartition("/")[2] or uri)


def _uris(value: Any) -> Iterator[str]:
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str) and part.startswith("gs://") and len(part) < 2_000 and "\n" not in part:
            yield part
        elif isinstance(part, Mapping):
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)
