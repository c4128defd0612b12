"""The runs of a period as rows: per flow, paged until older than the period (contract sections 8 and 12).

How far a run is, is told by its tasks alone, and what people said of it by the tags that come with them. They are
asked for where something may have changed: while the run
is active, or when its stamp moved; and for a bounded number of runs at each look, the newest first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from hashlib import blake2b
from typing import TypeVar

from tui.api.http import Params
from tui.api.superai.catalogue import MOST_FLOWS, Catalogue
from tui.api.superai.graph import Graph
from tui.api.superai.memory import Memory
from tui.api.superai.progress import Standing, standing_of
from tui.api.superai.routes import Routes
from tui.api.superai.states import ACTIVE, status_of
from tui.api.superai.verdicts import tags_in
from tui.api.superai.wire import NO_ID, SYSTEM, Flow, Run, array_of, attempt_of, moment, run_of, wire_moment
from tui.model.errors import Forbidden, NotFound, NotTheServer, Refused, ServerFault
from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.model.period import Period

LOCAL = "local:"
PAGE_SIZE = 500
MOST_PAGES = 20
PARALLEL = 4
MOST_LOOKS = 60
"""Runs whose tasks are read at one look; the others follow at the next."""

_STANDINGS = 20_000
_From = TypeVar("_From")
_To = TypeVar("_To")
_Known = tuple[str, Standing]


class Runs:
    """Reads the runs of a period. Rows that say the same as before are the same objects.

    ``watched`` are the IDs of the flows whose runs are wanted; without any those of all flows.
    """

    def __init__(
        self, routes: Routes, catalogue: Catalogue, memory: Memory, profile: str, watched: Collection[str] = ()
    ) -> None:
        self._watched = watched
        self._routes = routes
        self._catalogue = catalogue
        self._memory = memory
        self._profile = profile
        self._takes_bounds = True
        self._standings: OrderedDict[str, _Known] = OrderedDict()
        self._rows: dict[Key, Execution] = {}
        self.notice: Message | None = None
        self.actor: Callable[[str], str | None] = lambda by: by or None

    async def read(self, period: Period, only: str | None) -> list[Execution]:
        """The runs that began in ``period``, newest first; of one flow, if ``only`` names it."""
        flows = await self._catalogue.flows()
        watched = self._watched if only is None else (only,)
        asked = [flow for flow in flows.values() if not watched or flow.id in watched]
        chosen, left = asked[:MOST_FLOWS], len(asked[MOST_FLOWS:])
        self.notice = Message("The runs of {n} more flows are not shown here.", {"n": left}) if left else None
        found = await _each(chosen, lambda flow: self._of_flow(flow, period))
        runs = [run for runs in found for run in runs if period.holds(run.created)]
        runs.sort(key=_age, reverse=True)
        await self._look_into(runs)
        rows = [self._same(self.row(run)) for run in runs]
        self._rows = {row.key: row for row in rows}
        return rows

    def row(self, run: Run) -> Execution:
        """A run as a row, with what is known of its tasks."""
        known = self._standings.get(run.id)
        standing = known[1] if known is not None else Standing()
        flow = self._catalogue.name(run.flow)
        number = f"#{run.number}" if run.number is not None else f"#{run.id[:8]}"
        return Execution(
            key=Key(self._profile, SYSTEM, run.id),
            status=status_of(run.status),
            title=f"{number} · {flow}" if flow else number,
            place=standing.at,
            series=flow,
            template=run.flow or None,
            actor=self.actor(run.by),
            touched=moment(run.updated),
            revision=stamp_of(run),
            progress=(standing.done, standing.all) if standing.all else None,
            marks=standing.marks,
            verdict=standing.verdict,
        )

    def learn(self, run: Run, standing: Standing) -> None:
        """How far ``run`` is, as somebody just read."""
        self._standings[run.id] = (stamp_of(run), standing)
        self._standings.move_to_end(run.id)
        while len(self._standings) > _STANDINGS:
            self._standings.popitem(last=False)

    def forget(self, run: str) -> None:
        """Look into ``run`` at the next reading: a tag need not move its stamp."""
        self._standings.pop(run, None)

    async def of_flow_since(self, flow: str, params: Params) -> list[Run]:
        """The newest runs of a flow, a page of them."""
        value = await self._memory.ask(f"runs {params}", lambda etag: self._routes.runs(params, etag))
        rows = array_of(value, "flow_executions", "items")
        if rows is None:
            raise NotTheServer()
        return [run for run in map(run_of, rows) if run.flow in ("", flow)]

    async def _of_flow(self, flow: Flow, period: Period) -> list[Run]:
        found: dict[str, Run] = {}
        for page in range(1, MOST_PAGES + 1):
            try:
                runs = await self._page(flow, period, page)
            except (Forbidden, NotFound):
                # The flow went away since the flows were read.
                self._catalogue.forget()
                break
            found |= {run.id: run for run in runs}
            oldest = min((run.created for run in runs if run.created is not None), default=None)
            if len(runs) < PAGE_SIZE or (oldest is not None and oldest < period.start):
                break
        else:
            self.notice = Message("There are more runs than these: choose a shorter period.")
        return list(found.values())

    async def _page(self, flow: Flow, period: Period, page: int) -> list[Run]:
        plain = (
            ("flow_id", flow.id),
            ("sort_field", "created_at"),
            ("sort_direction", "desc"),
            ("include_run_number", "true"),
            ("page", str(page)),
            ("page_size", str(PAGE_SIZE)),
        )
        if self._takes_bounds:
            bounds = (
                ("created_after", wire_moment(period.start)),
                ("created_before", wire_moment(period.end)),
            )
            try:
                return await self.of_flow_since(flow.id, (*plain, *bounds))
            except Refused:
                # The first generation has no such parameters: what lies outside is left out here.
                self._takes_bounds = False
        return await self.of_flow_since(flow.id, plain)

    async def _look_into(self, runs: Sequence[Run]) -> None:
        wanted = [run for run in runs if not run.id.startswith(NO_ID) and self._may_have_moved(run)]
        # What goes on is looked into first, then the newest.
        wanted.sort(key=lambda run: run.status not in ACTIVE)
        await _each(wanted[:MOST_LOOKS], self._stand)

    def _may_have_moved(self, run: Run) -> bool:
        known = self._standings.get(run.id)
        return known is None or known[0] != stamp_of(run) or run.status in ACTIVE

    async def _stand(self, run: Run) -> None:
        try:
            value = await self._memory.ask(f"tasks {run.id}", lambda etag: self._routes.tasks(run.id, etag))
        except (Forbidden, NotFound, Refused, ServerFault):
            # The run is shown without; whoever opens it is told why.
            return
        rows = array_of(value, "task_executions") or []
        graph: Graph = await self._catalogue.graph(run.flow, run.version)
        self.learn(run, standing_of([attempt_of(row) for row in rows], graph, tags_in(rows)))

    def _same(self, row: Execution) -> Execution:
        known = self._rows.get(row.key)
        return known if known is not None and known == row else row


def _age(run: Run) -> tuple[str, int, str]:
    return (wire_moment(run.created) if run.created else "", run.number or 0, run.id)


def stamp_of(run: Run) -> str:
    """Changes when the run does."""
    return f"{run.updated}|{run.status}|{run.version}"


def validator_of(rows: Sequence[Execution]) -> str:
    """A validator of our own: the platform answers a list with many answers."""
    found = blake2b(digest_size=16)
    for row in rows:
        marks = "|".join(mark.english() for mark in row.marks)
        said = row.verdict.text.english() if row.verdict is not None else ""
        told = (row.key.id, row.revision, row.title, row.place, row.actor, row.progress, marks, said)
        found.update(repr(told).encode("utf-8", "replace"))
    return LOCAL + found.hexdigest()


async def _each(items: Sequence[_From], work: Callable[[_From], Awaitable[_To]]) -> list[_To]:
    """``work`` for each, a few at a time, the results in the same order. The first error ends it."""
    gate = asyncio.Semaphore(PARALLEL)

    async def one(item: _From) -> _To:
        async with gate:
            return await work(item)

    tasks = [asyncio.ensure_future(one(item)) for item in items]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
