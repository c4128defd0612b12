"""Opening records: from the cache at once, then from the server; drafts go in and out here."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.form.codec import Context
from tui.form.state import FieldEdit, FormState
from tui.i18n import _, language, plural, say
from tui.model.action import Slot
from tui.model.errors import TaskError
from tui.model.execution import Key, Record
from tui.model.message import Message
from tui.model.node import Node
from tui.ui.actions import FORM, LIST, TREE
from tui.ui.moments import clock_text
from tui.ui.screens.leftovers import left_over
from tui.ui.screens.outgoing import Outgoing
from tui.ui.screens.search import ChoiceSearch
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.screens.main import MainScreen
    from tui.workbench.drafts import Draft


BARRED_AGAIN = timedelta(seconds=60)


class Opener:
    """Fills the detail pane and the tree. Every await is followed by a look at what is shown by then."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._tree_of: Key | None = None
        self._read_at: datetime | None = None
        self._edits = 0
        self._on_disk: deque[tuple[Key, bool, BaseException | None]] = deque()
        self._kept_at: tuple[Key | None, str | None] = (None, None)
        """The place of the cursor that was kept last."""
        self._accepted: tuple[Key, str] | None = None
        """Of which task the server took the answers, and the sentence on it, until the next edit."""
        self.lists = ChoiceSearch(self._bench, screen.detail.form, screen.detail.say_notice)

    # -- records ------------------------------------------------------------------------------------------

    def open(self, key: Key | None) -> None:
        """Show a record and give it the keys."""
        screen = self._screen
        if key is None:
            return
        execution = self._bench.live.rows.get(key)
        cached = self._bench.records.cached(key)
        shown = screen.detail.key == key and screen.detail.record is not None and not screen.detail.previous
        if not shown and cached is None and execution is None:
            return
        screen.ahead.end()
        ticket: object = None
        if shown:
            screen.enter_pane(FORM)
        elif cached is not None:
            self.show(cached)
            screen.enter_pane(FORM)
        elif execution is not None:
            screen.detail.expect(execution)
            screen.enter_pane(FORM)
            ticket = screen.ahead.begin(self.leave)
        self._read(key, ticket)

    def _read(self, key: Key, ticket: object = None) -> None:
        start(self._screen.app, partial(self._load, key, ticket), group="record", exclusive=True)

    async def _load(self, key: Key, ticket: object) -> None:
        detail, ahead = self._screen.detail, self._screen.ahead
        try:
            record = await self._bench.records.load(key)
        except TaskError as error:
            if detail.key == key and detail.record is None:
                detail.fail(error)
            return
        else:
            if detail.key == key:
                self._take(record)
                ahead.replay(ticket)
        finally:
            ahead.drop(ticket)

    def _take(self, record: Record) -> None:
        detail = self._screen.detail
        self._read_at = self._bench.clock()
        if detail.record is None:
            self.show(record)
        elif not detail.same_form(record):
            state = detail.form.state
            position = state.position if state is not None else None
            self.show(record, position=position, scroll=detail.form.scroll_offset.y, carry=True)
        else:
            detail.renew(record)
        self._forget_settled(record.execution.key)
        self._screen.offer_keys()
        self.lists.first()

    def _forget_settled(self, key: Key) -> None:
        """Drop what is kept of answers that are the server's again and no longer on their way."""
        draft, state = self._bench.drafts.load(key), self._screen.detail.form.state
        if draft is None or state is None or not draft.fields:
            return
        outgoing = Outgoing(self._bench, key)
        settled = []
        for name, kept in draft.fields.items():
            entry = state.entries.get(name)
            mine = None if entry is None or entry.dirty or outgoing.carries(name) else entry.edit()
            if mine is not None and (mine.text, mine.value, mine.note) == (kept.text, kept.value, kept.note):
                settled.append(name)
        if settled:
            self._bench.drafts.drop(key, settled)

    def tick(self, now: datetime) -> None:
        """What may be done changes with time: read again when the moment has come, or once a minute if barred."""
        record, read = self._screen.detail.record, self._read_at
        if record is None or read is None or self._screen.detail.previous:
            return
        due = record.execution.due
        passed = due is not None and read < due <= now
        barred = any(action.why_not is not None for action in record.actions)
        if passed or (barred and now - read >= BARRED_AGAIN and not record.execution.status.phase.closed):
            self._read_at = now
            self._read(record.execution.key)

    def show(
        self,
        record: Record,
        *,
        previous: bool = False,
        position: str | None = None,
        scroll: int | None = None,
        carry: bool = False,
    ) -> None:
        """Put a record and its draft on the screen; ``position`` and ``scroll`` where the person is already.

        ``carry``: it is the open record, and a note or jump that is open in it stays so.
        """
        key = record.execution.key
        draft = None if previous else self._bench.drafts.load(key)
        outgoing = None if previous else Outgoing(self._bench, key)
        state = FormState.from_record(
            record.fields,
            record.answers,
            draft.fields if draft else {},
            position or (draft.position if draft else None),
            ctx=self.context(),
            read_only=previous or record.execution.status.phase.closed,
        )
        if outgoing is not None:
            state.place_server_words(outgoing.refusal(state).fields)
        if scroll is None and draft is not None:
            scroll = draft.scroll
        detail = self._screen.detail
        self.lists.forget()
        detail.show(record, state, previous=previous, scroll=scroll, carry=carry)
        detail.say_closed(self._closed(record, previous=previous))
        detail.say_saved(self._standing(record, draft, outgoing) if outgoing is not None else "")
        self._screen.offer_keys()

    def _closed(self, record: Record, *, previous: bool) -> str:
        """Why a form is only to be read, and what helps; "" for one that can be answered."""
        if previous and self._bench.capabilities.nodes_title is not None:
            return _("Only to be read. {key} goes back.", key=self._key("back"))
        if previous:
            return _("An earlier step, only to be read. {key} goes back.", key=self._key("back"))
        if not record.execution.status.phase.closed or (record.blocks and not record.fields):
            return ""
        finish, reset = record.in_slot(Slot.FINISH), record.in_slot(Slot.RESET)
        why = say(finish.why_not) if finish is not None and finish.why_not is not None else ""
        why = why or _("It is closed and can only be read.")
        if reset is None:
            return why
        if reset.why_not is not None:
            return f"{why} {say(reset.label)}: {say(reset.why_not)}"
        return f"{why} " + _("{key} resets it.", key=self._key("reset"))

    def _key(self, command_id: str) -> str:
        return self._screen.keymap.label(command_id) or _("F4, the menu,")

    def _standing(self, record: Record, draft: Draft | None, outgoing: Outgoing) -> str:
        """Where the answers are: on their way, a draft, or why this cannot be finished yet."""
        standing = self._screen.acts.running.get(record.execution.key) or outgoing.standing()
        if standing:
            return standing
        left = left_over(self._bench, record.execution.key, closed=record.execution.status.phase.closed)
        if left:
            key = self._key("discard")
            return plural(
                "{n} answer not sent: {key} discards", "{n} answers not sent: {key} discards", left, key=key
            )
        if draft is not None and draft.fields and draft.touched is not None:
            return _("draft of {time} kept here", time=clock_text(draft.touched, self._screen.zone, seconds=True))
        if self._accepted is not None and self._accepted[0] == record.execution.key:
            return self._accepted[1]
        finish = record.in_slot(Slot.FINISH)
        if finish is not None and finish.why_not is not None and not record.execution.status.phase.closed:
            return say(finish.why_not)
        return ""

    def context(self) -> Context:
        """Language, zone and present moment for reading what is typed."""
        zone = self._screen.zone
        return Context(lang=language(), zone=zone, clock=self._bench.clock)

    def say_accepted(self, key: Key, words: str) -> None:
        """The server has taken the answers of ``key``: so it stands in the head until the next edit."""
        if self._screen.detail.key == key:
            self._accepted = key, words
            self._screen.detail.say_saved(words)

    def leave(self) -> None:
        """Back to the list; the place in the form is kept."""
        screen = self._screen
        detail = screen.detail
        if detail.leave_blocks():
            screen.offer_keys()
            return
        if detail.previous:
            detail.clear()
            screen.enter_pane(TREE)
            return
        self.keep_place()
        if detail.record is None:
            detail.clear()
        screen.enter_pane(LIST)

    def keep_place(self) -> None:
        """Keep the field and the scroll line; told at every field, for the line may drop at any moment."""
        detail = self._screen.detail
        state = detail.form.state
        if detail.key is not None and not detail.previous and state is not None and state.position:
            self._kept_at = self._cursor()
            self._bench.drafts.put_position(detail.key, state.position, detail.form.scroll_offset.y)

    def _cursor(self) -> tuple[Key | None, str | None]:
        state = self._screen.detail.form.state
        return self._screen.detail.key, state.position if state is not None else None

    def read_again(self, key: Key) -> None:
        """Something happened to this record: read it again if it is on the screen."""
        if self._screen.detail.key == key and not self._screen.detail.previous:
            self._read(key)

    # -- drafts -------------------------------------------------------------------------------------------

    def edited(self, field_key: str, edit: FieldEdit | None) -> None:
        """Put one answer on disk; only then does the screen say that it is saved. ``None``: nothing is left of it.

        Called by the form in the moment of the edit, so that it can never be kept for another record.
        """
        key = self._screen.detail.key
        if key is None or self._screen.detail.previous:
            return
        self._edits += 1
        if edit is not None:
            self._accepted = None
        drafts = self._bench.drafts
        if edit is None:
            # While an entry on its way carries another answer, that it was taken back is an answer too.
            edit = Outgoing(self._bench, key).taken_back(self._screen.detail.form.state, field_key)
        future = drafts.drop(key, [field_key]) if edit is None else drafts.put(key, field_key, edit)
        if self._kept_at != self._cursor():
            # With the answer, not when the move is told: in a burst that is long after it.
            self.keep_place()
        app = self._screen.app

        def done(result: Future[Any]) -> None:
            # A callback with arguments would have its signature looked up anew for every key.
            self._on_disk.append((key, edit is None, result.exception()))
            app.call_later(self._say_stored)

        future.add_done_callback(done)

    def _say_stored(self) -> None:
        while self._on_disk:
            self._stored(*self._on_disk.popleft())

    def _stored(self, key: Key, dropped: bool, error: BaseException | None) -> None:
        screen = self._screen
        if error is not None:
            message = getattr(error, "message", None)
            words = say(message) if message is not None else str(error)
            screen.detail.say_saved(_("NOT saved: {why}", why=words))
            screen.announce(_("Not saved on this device: {why}", why=words), bad=True)
            return
        if screen.detail.key == key:
            now = clock_text(self._bench.clock(), screen.zone, seconds=True)
            taken = self._accepted is not None and self._accepted[0] == key
            words = self._accepted[1] if taken and self._accepted is not None else ""
            screen.detail.say_saved(words or _("saved here {time}", time=now))
        if dropped or key not in screen.follower.unsent:
            # One more answer in a task that is marked already changes no mark: nothing is read for it.
            screen.follower.say_unsent()

    # -- workflow -----------------------------------------------------------------------------------------

    def open_tree(self) -> None:
        """Show what came before the selected record."""
        screen = self._screen
        screen.enter_pane(TREE)
        title = self._bench.capabilities.nodes_title
        screen.tree_pane.call(say(title) if title is not None else "")
        key = screen.list.selected_key if screen.detail.key is None else screen.detail.key
        if key is None:
            screen.tree_pane.fail(_("Select a task first."))
        elif key != self._tree_of:
            self._tree_of = key
            screen.tree_pane.set_nodes((), complete=False)
            self.load_nodes(1)

    def load_nodes(self, depth: int) -> None:
        """Read the nodes up to ``depth`` levels back."""
        key = self._tree_of
        if key is not None:
            start(self._screen.app, partial(self._nodes, key, depth), group="nodes", exclusive=True)

    async def _nodes(self, key: Key, depth: int) -> None:
        tree = self._screen.tree_pane
        tree.loading_level = True
        try:
            record = self._bench.records.cached(key) or await self._bench.records.load(key)
            nodes = await self._bench.nodes(record, depth)
        except TaskError as error:
            if key == self._tree_of:
                tree.fail(f"{say(error.reason)} {say(error.help)}")
            return
        if key == self._tree_of:
            tree.set_nodes(nodes, complete=not nodes or max(node.level for node in nodes) < depth)

    def forget(self) -> None:
        """Another bench: nothing of the old one is shown."""
        self._tree_of = None
        self._screen.tree_pane.call("")
        self._screen.detail.clear()
        self._screen.tree_pane.set_nodes((), complete=True)

    def reload_tree(self) -> None:
        """Read the nodes that are shown once more."""
        shown = self._screen.tree_pane.selected
        self.load_nodes(shown.level if shown is not None else 1)

    def open_node(self, node: Node) -> None:
        """Open the record of an earlier step in place."""
        start(self._screen.app, partial(self._node, node), group="record", exclusive=True)

    def _place(self) -> tuple[object, ...]:
        """Where the person is: it changes with the pane, the record and everything typed."""
        return self._screen.pane, self._screen.detail.key, self._edits, self._screen.filter_bar.active

    async def _node(self, node: Node) -> None:
        screen = self._screen
        before = self._place()
        try:
            record = await self._bench.node_record(node)
        except TaskError as error:
            screen.announce(f"{say(error.reason)} {say(error.help)}", bad=True)
            return
        if self._place() != before or not screen.is_current:
            screen.announce(Message("The earlier step came when you were elsewhere already, and is not shown."))
            return
        self.show(record, previous=True)
        self._screen.enter_pane(FORM)
