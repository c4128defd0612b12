"""What people said of an output: tags of the type ``review_status`` (contract sections 4 and 12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tui.api.lenient import as_json, as_object, as_objects, as_text
from tui.api.superai.graph import Graph
from tui.api.superai.wire import Attempt, Tag, tag_of
from tui.model.execution import Line, Tone
from tui.model.message import Message, verbatim

REVIEW = "review_status"
APPROVED, REJECTED = "approved", "rejected"
_WORDS = {
    APPROVED: (Message("Approved"), Message("Approved: {words}"), Tone.GOOD),
    REJECTED: (Message("Rejected"), Message("Rejected: {words}"), Tone.BAD),
}
_EVER = datetime.min.replace(tzinfo=UTC)

Names = Callable[[str], str | None]
"""The name of whoever has this ID, or the word of a program; ``None`` where it is not known."""


def tags_in(rows: Iterable[Any]) -> list[Tag]:
    """The active tags that the list of a run's tasks holds; each attempt of a task repeats them."""
    found: dict[tuple[str, str, str, str], Tag] = {}
    for row in rows:
        task = as_text(as_object(row).get("task_name"))
        for part in as_objects(as_object(row).get("tags")):
            tag = tag_of({"task_name": task, **part})
            if tag.active:
                found.setdefault((tag.task, tag.kind, tag.tag, as_json(tag.metadata)), tag)
    return list(found.values())


def is_verdict(tag: Tag) -> bool:
    """Whether it says that an output is right or wrong."""
    return tag.active and tag.kind == REVIEW and tag.tag in _WORDS


def verdicts_on(task: str, tags: Iterable[Tag]) -> list[Tag]:
    """The verdicts on a task, the newest first; of two from one moment the worse."""
    ours = [tag for tag in tags if tag.task == task and is_verdict(tag)]
    return sorted(ours, key=lambda tag: (tag.created or _EVER, tag.tag == REJECTED), reverse=True)


def holds(verdict: Tag, now: Attempt | None) -> bool:
    """Whether it was given on this output: a later attempt has another one."""
    if now is None or now.created is None or verdict.created is None:
        return True
    return verdict.created >= now.created


def verdict_of_run(
    names: Sequence[str], latest: Mapping[str, Attempt], focus: Attempt | None, tags: Sequence[Tag], graph: Graph
) -> Line | None:
    """What the row of a run wears: the verdict on the task that its title names, else which task was rejected,
    else, where nothing waits for anybody and what was approved is not outdated, that. ``names``: in order."""
    newest = {name: found[0] for name in names if (found := verdicts_on(name, tags))}
    said = {name: tag.tag for name, tag in newest.items() if holds(tag, latest.get(name))}
    if focus is not None and focus.task in said:
        return line_of(said[focus.task])
    wrong = next((name for name, word in said.items() if word == REJECTED), None)
    if wrong is not None:
        return line_of(REJECTED, graph.title(wrong))
    fresh = (name for name in said if name not in latest or not latest[name].stale)
    return line_of(APPROVED) if focus is None and any(fresh) else None


def line_of(word: str, more: str = "") -> Line:
    """A verdict, with what else there is to say: the task or the reason."""
    alone, with_more, tone = _WORDS[word]
    return Line(text=Message(with_more.id, {"words": more}) if more else alone, tone=tone)


def reason_of(verdict: Tag) -> str:
    """Why, as the person wrote it; "" for none."""
    return as_text(as_object(verdict.metadata).get("reason")).strip()


def told(verdict: Tag, now: Attempt | None, names: Names, zone: ZoneInfo) -> tuple[Line, ...]:
    """Verdict and reason, who and when (wall time of ``zone``), and whether it is about an earlier output."""
    by = as_text(as_object(verdict.metadata).get("by")) or verdict.by
    lines = [line_of(verdict.tag, reason_of(verdict))]
    if by not in ("", "system"):
        name = names(by)
        lines.append(Line(label=Message("By"), text=verbatim(name) if name else Message("another person")))
    if verdict.created is not None:
        when = f"{verdict.created.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append(Line(label=Message("When"), text=verbatim(when)))
    if not holds(verdict, now):
        lines.append(Line(text=Message("It was about an earlier attempt."), tone=Tone.WARNING))
    return tuple(lines)
