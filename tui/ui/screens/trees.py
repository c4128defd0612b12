"""The tree beside the list: what came before a record or belongs to it, read by levels, opened from there."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from tui.i18n import _, say
from tui.model.errors import TaskError
from tui.model.execution import Key
from tui.model.message import Message
from tui.model.node import Node
from tui.ui.actions import FORM, TREE
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.screens.seat import Seat, Shows


class Trees:
    """Fills the tree pane. Every await is followed by a look at what is shown by then."""

    def __init__(self, screen: Seat, opener: Shows) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._opener = opener
        self._of: Key | None = None
        self._depth = 1
        self.opened: Key | None = None
        """The record that was opened from the tree, from which the way leads back there."""

    def open(self) -> None:
        """Show what came before the selected record, or what belongs to it."""
        screen = self._screen
        screen.enter_pane(TREE)
        title = self._bench.capabilities.nodes_title
        screen.tree_pane.call(say(title) if title is not None else "")
        key = screen.list.selected_key if screen.detail.key is None else screen.detail.key
        if key is None:
            screen.tree_pane.fail(_("Select a task first."))
        elif key != self._of:
            self._of = key
            screen.tree_pane.set_nodes((), complete=False)
            # What belongs to a record is read as a whole; what came before it may have no end.
            self.load(1 if title is None else 0)

    def load(self, depth: int) -> None:
        """Read the nodes up to ``depth`` levels away; 0: all."""
        if self._of is not None:
            self._depth = depth
            start(self._screen.app, partial(self._load, self._of, depth), group="nodes", exclusive=True)

    def reload(self) -> None:
        """Read the nodes that are shown once more."""
        self.load(self._depth)

    def moved(self, changed: Collection[Key]) -> None:
        """These rows changed: the nodes of one of them, if they are seen, may stand otherwise now."""
        if self._of in changed and self._screen.tree_pane.display:
            self.reload()

    def forget(self) -> None:
        """Another bench: nothing of the old one is shown."""
        self._of = self.opened = None
        self._screen.tree_pane.call("")
        self._screen.tree_pane.set_nodes((), complete=True)

    def open_node(self, node: Node) -> None:
        """Open the record behind ``node`` in place."""
        start(self._screen.app, partial(self._open, node), group="record", exclusive=True)

    @property
    def leads_back(self) -> bool:
        """Whether the open record was opened from the tree."""
        return self.opened is not None and self.opened == self._screen.detail.key

    def back(self) -> None:
        """From a record to the tree, as it is by now."""
        self.opened = None
        self._screen.detail.clear()
        self._screen.enter_pane(TREE)
        self.reload()

    async def _load(self, key: Key, depth: int) -> None:
        tree = self._screen.tree_pane
        tree.loading_level = True
        try:
            record = self._bench.records.cached(key) or await self._bench.records.load(key)
            nodes = await self._bench.nodes(record, depth)
        except TaskError as error:
            if key == self._of:
                tree.fail(f"{say(error.reason)} {say(error.help)}")
            return
        if key == self._of:
            complete = depth == 0 or not nodes or max(node.level for node in nodes) < depth
            tree.set_nodes(nodes, complete=complete)

    def _place(self) -> tuple[object, ...]:
        """Where the person is: it changes with the pane, the record and everything typed."""
        screen = self._screen
        return screen.pane, screen.detail.key, self._opener.edits, screen.filter_bar.active

    async def _open(self, node: Node) -> None:
        screen = self._screen
        before = self._place()
        # What belongs to a record may be worked on like it; a step before it is only read.
        own = node.target if self._bench.capabilities.nodes_title is not None else None
        try:
            record = await (self._bench.records.load(own) if own else self._bench.node_record(node))
        except TaskError as error:
            screen.announce(f"{say(error.reason)} {say(error.help)}", bad=True)
            return
        if self._place() != before or not screen.is_current:
            screen.announce(Message("The earlier step came when you were elsewhere already, and is not shown."))
            return
        self.opened = own
        self._opener.show(record, previous=own is None)
        screen.enter_pane(FORM)
