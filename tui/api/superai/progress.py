"""How far a run is, told by its tasks (contract sections 5 and 12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tui.api.superai.graph import Graph
from tui.api.superai.states import RUNS, WAITS
from tui.api.superai.verdicts import verdict_of_run
from tui.api.superai.wire import Attempt, Tag
from tui.model.execution import Line
from tui.model.message import Message

DONE = frozenset({"completed", "skipped"})


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """``done`` of ``all`` tasks; ``at``: the task that matters most now; ``marks`` and ``verdict``: what the row
    wears."""

    done: int = 0
    all: int = 0
    at: str = ""
    marks: tuple[Message, ...] = ()
    verdict: Line | None = None


def standing_of(attempts: Sequence[Attempt], graph: Graph, tags: Sequence[Tag] = ()) -> Standing:
    """Where the run of these ``attempts`` stands; ``tags`` are its active ones."""
    latest = latest_of(attempts)
    names = set(graph.names) | set(latest)
    stale = sum(one.stale for one in latest.values())
    repeated = sum(one.index > 0 for one in latest.values())
    marks: list[Message] = []
    if stale:
        marks.append(Message("outdated: {n}", {"n": stale}))
    if repeated:
        most = max(one.index for one in latest.values()) + 1
        marks.append(Message("{n} attempts", {"n": most}))
    focus = focus_of(latest, graph) or _first(latest, graph, RUNS)
    return Standing(
        done=sum(one.status in DONE and not one.stale for one in latest.values()),
        all=len(names),
        at=graph.title(focus.task) if focus is not None else "",
        marks=tuple(marks),
        verdict=verdict_of_run(in_order(latest, graph), latest, focus, tags, graph),
    )


def latest_of(attempts: Iterable[Attempt]) -> dict[str, Attempt]:
    """The attempt that counts of each task: the one with the highest index."""
    found: dict[str, Attempt] = {}
    for one in attempts:
        if one.status != "deleted" and (one.task not in found or found[one.task].index < one.index):
            found[one.task] = one
    return found


def focus_of(latest: dict[str, Attempt], graph: Graph) -> Attempt | None:
    """The attempt that waits for a person: first one to be reviewed, then one that failed."""
    return _first(latest, graph, frozenset({WAITS})) or _first(latest, graph, frozenset({"failed"}))


def in_order(latest: dict[str, Attempt], graph: Graph) -> list[str]:
    """The names of all tasks: as defined, then those that the definition does not know."""
    return [*graph.names, *sorted(name for name in latest if graph.task(name) is None)]


def _first(latest: dict[str, Attempt], graph: Graph, words: frozenset[str]) -> Attempt | None:
    return next(
        (latest[name] for name in in_order(latest, graph) if name in latest and latest[name].status in words), None
    )
