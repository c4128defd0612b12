"""Flows: which there are, and how each version of them is defined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tui.api.superai.graph import Graph, graph_of
from tui.api.superai.memory import Memory
from tui.api.superai.routes import Routes
from tui.api.superai.wire import Flow, array_of, flow_of, is_deleted
from tui.model.clock import Clock
from tui.model.errors import Forbidden, NotFound, NotTheServer, Refused, ServerFault

FRESH = timedelta(minutes=1)
REFUSALS = (Forbidden, NotFound, Refused, ServerFault, NotTheServer)
"""What keeps a definition from us; the run can be shown without it."""

MOST_FLOWS = 20
"""Flows whose runs are watched; each costs a request for every look."""

_PAGES = 10


class Catalogue:
    """Remembers flows for a minute, and definitions for ever: a version does not change."""

    def __init__(self, routes: Routes, memory: Memory, clock: Clock) -> None:
        self._routes = routes
        self._memory = memory
        self._clock = clock
        self._flows: dict[str, Flow] = {}
        self._read_at: datetime | None = None
        self._graphs: dict[tuple[str, int], Graph] = {}

    async def flows(self) -> Mapping[str, Flow]:
        """All flows of the organization by ID, in the order of the server."""
        now = self._clock()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            self._flows = await self._read()
            self._read_at = now
        return self._flows

    def forget(self) -> None:
        """Ask for the flows again at the next need."""
        self._read_at = None

    def flow(self, flow: str) -> Flow | None:
        """A flow as far as it is known."""
        return self._flows.get(flow)

    def name(self, flow: str) -> str:
        """The name of a flow as far as it is known."""
        known = self._flows.get(flow)
        return known.name if known is not None else ""

    async def graph(self, flow: str, version: int) -> Graph:
        """The graph of one version; empty where the server does not show it."""
        known = self._graphs.get((flow, version))
        if known is None:
            try:
                value = await self._memory.ask(
                    f"flow {flow} {version}", lambda etag: self._routes.flow(flow, version, etag)
                )
            except REFUSALS:
                return Graph()
            known = graph_of(flow_of(value))
            if known.tasks:
                self._graphs[flow, version] = known
        return known

    async def _read(self) -> dict[str, Flow]:
        found: dict[str, Flow] = {}
        value = await self._page(0)
        for page in range(2, _PAGES + 1):
            rows = array_of(value, "flows")
            if rows is None:
                raise NotTheServer()
            found |= {flow.id: flow for flow in map(flow_of, rows) if flow.id}
            gone = {flow_of(row).id for row in rows if is_deleted(row)}
            found = {key: flow for key, flow in found.items() if key not in gone}
            total = value.get("total") if isinstance(value, dict) else None
            if not rows or not isinstance(total, int) or len(found) + len(gone) >= total:
                break
            value = await self._page(page)
        return found

    async def _page(self, page: int) -> Any:
        return await self._memory.ask(f"flows {page}", lambda etag: self._routes.flows(page, etag))
