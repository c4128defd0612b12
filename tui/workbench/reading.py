"""What is read through to the system, with what was known last where there is no line."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model.action import Action
from tui.model.errors import NotFound, NotTheServer, ServerFault, Throttled, Unreachable
from tui.model.execution import Block, Key, Record
from tui.model.node import Node
from tui.model.period import Period
from tui.model.system import Filters, Listing, MoreLines, Page, Sink, SlowWrites
from tui.workbench.facts import Facts
from tui.workbench.wire import Wire

WORTH_RETRYING = (Unreachable, ServerFault, Throttled, NotTheServer)
"""Errors of the line and of the server as a whole: later it may work."""


class Reading:
    """The reading half of a workbench. Every method may raise ``TaskError``."""

    _wire: Wire
    _facts: Facts

    async def list_of(self, period: Period) -> Listing:
        """All rows of ``period``, for once: the list that is kept up to date stays as it is."""
        return await self._wire.system.list(period, Filters())

    async def new_action(self, parent: Record | None = None) -> Action | None:
        """The declaration of "create"; without a line the one known last. ``None``: the system has none."""
        if parent is not None:
            return await self._wire.system.new_action(parent)
        try:
            action = await self._wire.system.new_action(None)
        except WORTH_RETRYING:
            known = self._facts.get("new action", Action)
            if known is None:
                raise
            return known
        if action is not None:
            self._facts.put("new action", action)
        return action

    async def choices(self, source: str, query: str = "") -> Page:
        """The options of a picker; without a line and without a query those known last."""
        try:
            page = await self._wire.system.choices(source, query)
        except WORTH_RETRYING:
            known = self._facts.get(f"choices {source}", Page)
            if known is None:
                raise
            wanted = query.casefold()
            return Page(
                choices=tuple(choice for choice in known.choices if wanted in choice.label.casefold()),
                complete=known.complete,
            )
        if not query:
            self._facts.put(f"choices {source}", page)
        return page

    async def nodes(self, record: Record, depth: int = 1) -> Sequence[Node]:
        """What came before, up to ``depth`` levels (0: all), nearest first."""
        execution = record.execution
        return await self._wire.system.nodes(execution.key, execution.assignment or "", depth)

    async def node_record(self, node: Node) -> Record:
        """The record behind a node."""
        return await self._wire.system.node_record(node)

    async def count(self) -> int | None:
        """The server's own count of open work."""
        return await self._wire.system.count()

    async def more(self, key: Key, ref: str) -> Block:
        """The lines of a block that follow ``ref``."""
        system = self._wire.system
        if not isinstance(system, MoreLines):
            raise NotFound()
        return await system.more(key, ref)

    def in_doubt(self, key: Key) -> bool:
        """Whether the answer to a long write of ``key`` was lost, and its outcome is being looked for."""
        if not self._wire.connected:
            return False
        system = self._wire.system
        return isinstance(system, SlowWrites) and system.in_doubt(key)

    async def download(self, ref: str, sink: Sink) -> int:
        """Write a file's bytes into ``sink``; how many."""
        return await self._wire.system.download(ref, sink)
