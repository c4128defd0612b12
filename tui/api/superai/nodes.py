"""The run's graph as nodes: each task once, under the last of those that it needs; its attempts are leaves.

All tasks are of level 1, the direct neighbours of their run; what hangs from what is said by ``parent``. Level 2
are the attempts of tasks that were tried more than once.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.api.superai.detail import Whole
from tui.api.superai.graph import Task
from tui.api.superai.progress import in_order
from tui.api.superai.states import status_of
from tui.api.superai.verdicts import line_of
from tui.api.superai.wire import SYSTEM, TASK, Attempt
from tui.model.execution import Key
from tui.model.message import Message, verbatim
from tui.model.node import Node

TASK_NODE, ATTEMPT_NODE = "task", "attempt"
NOT_REACHED = Message("Not reached yet")


def nodes_of(whole: Whole, depth: int) -> list[Node]:
    """The nodes up to ``depth`` levels (0: all), parents before their children."""
    latest = whole.latest
    hanging: dict[str, list[str]] = {}
    place = {name: at for at, name in enumerate(whole.graph.names)}
    for name in in_order(latest, whole.graph):
        task = whole.graph.task(name)
        parent = max(task.after, key=place.__getitem__) if task is not None and task.after else ""
        hanging.setdefault(parent, []).append(name)
    found: list[Node] = []
    left = [("", name) for name in reversed(hanging.get("", []))]
    seen: set[str] = set()
    while left:
        parent, name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        found += _nodes_of_task(whole, name, parent, latest.get(name), depth)
        left += [(name, child) for child in reversed(hanging.get(name, []))]
    # Whatever hangs in a circle is shown all the same.
    for name in in_order(latest, whole.graph):
        if name not in seen:
            found += _nodes_of_task(whole, name, "", latest.get(name), depth)
    return found


def _nodes_of_task(whole: Whole, name: str, parent: str, now: Attempt | None, depth: int) -> Iterator[Node]:
    profile, run = whole.row.key.profile, whole.run.id
    task = whole.graph.task(name)
    words: list[Message] = []
    if task is None:
        words.append(Message("not part of the flow"))
    if task is not None and len(task.after) > 1:
        words.append(Message("needs {n} more", {"n": len(task.after) - 1}))
    if (said := whole.verdict(name, now)) is not None:
        words.append(line_of(said.tag).text)
    same = sorted((one for one in whole.attempts if one.task == name), key=lambda one: one.index)
    if len(same) > 1:
        words.append(Message("{n} attempts", {"n": len(same)}))
    yield Node(
        id=name,
        root=run,
        level=1,
        kind=TASK_NODE,
        label=_label(task, now),
        target=_key(profile, now),
        target_kind=TASK_NODE if now is not None else "",
        target_id=now.id if now is not None else "",
        title=whole.graph.title(name),
        status=status_of(now.status) if now is not None else None,
        parent=parent,
        dimmed=now is None or now.stale,
        marks=tuple(words),
    )
    if len(same) > 1 and depth != 1:
        for one in same:
            yield _leaf(whole, one)


def _leaf(whole: Whole, one: Attempt) -> Node:
    return Node(
        id=f"{one.task}#{one.index}",
        root=whole.run.id,
        level=2,
        kind=ATTEMPT_NODE,
        label=Message("Attempt {n}", {"n": one.index + 1}),
        target=_key(whole.row.key.profile, one),
        target_kind=TASK_NODE,
        target_id=one.id,
        title=f"{whole.graph.title(one.task)} #{one.index + 1}",
        status=status_of(one.status),
        parent=one.task,
        dimmed=one.stale,
    )


def _key(profile: str, attempt: Attempt | None) -> Key | None:
    return Key(profile, SYSTEM, TASK + attempt.id) if attempt is not None else None


def _label(task: Task | None, now: Attempt | None) -> Message:
    if now is None:
        return NOT_REACHED
    if now.stale:
        return Message("Outdated")
    return verbatim(task.executor.replace("_", " ")) if task is not None and task.executor else Message("Task")
