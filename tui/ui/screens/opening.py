"""Opening records: from the cache at once, then from the server; drafts go in and out here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tui.form.codec import Context
from tui.form.state import FieldEdit, FormState
from tui.i18n import _, language, say
from tui.model.action import Slot
from tui.model.errors import TaskError
from tui.model.execution import Key, Record
from tui.ui.actions import FORM, LIST, TREE
from tui.ui.moments import clock_text
from tui.ui.screens.outgoing import Outgoing
from tui.ui.screens.search import ChoiceSearch
from tui.ui.screens.standing import not_sent, standing_beside
from tui.ui.screens.trees import Trees
from tui.ui.text import clean
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew


BARRED_AGAIN = timedelta(seconds=60)

SAID_AFTER = 0.05
"""Seconds from an edit until it is said that the disk has it: the frame that shows the edit comes first."""


class Opener:
    """Fills the detail pane and the tree. Every await is followed by a look at what is shown by then."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen
        self._bench = screen.bench
        self.tree = Trees(screen, self)
        self._read_at: datetime | None = None
        self.edits = 0
        """How often something was typed."""
        self._on_disk: deque[tuple[Key, bool, Future[None]]] = deque()
        """What was put, oldest first, until it is said whether the disk has it."""
        self._saying: asyncio.TimerHandle | None = None
        self._next: Record | None = None
        """What is shown once the person has seen that the form is another one."""
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
        self.tree.opened = None
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
        elif self._is_another(record):
            self._ask_to_go_on(record)
            return
        elif not detail.same_form(record):
            state = detail.form.state
            position = state.position if state is not None else None
            self.show(record, position=position, scroll=detail.form.scroll_offset.y, carry=True)
        else:
            detail.renew(record)
        self._taken(record)

    def _taken(self, record: Record) -> None:
        self._forget_settled(record.execution.key)
        self._screen.offer_keys()
        self.lists.first()

    def _is_another(self, record: Record) -> bool:
        """Whether ``record`` asks nothing of what the form asks in which the person is typing."""
        state = self._screen.detail.form.state
        if self._screen.pane != FORM or state is None or not state.edits():
            return False
        return not state.entries.keys() & {field.key for field in record.fields}

    def _ask_to_go_on(self, record: Record) -> None:
        """Nothing changes under the hands: what is typed on would be an answer to another question."""
        from tui.ui.screens.dialog import GoneOn

        known, self._next = self._next, record
        if known is not None:
            return  # the dialog is there: it leads to the newest
        key = record.execution.key

        def seen(_result: None) -> None:
            latest, self._next = self._next, None
            if latest is not None and self._screen.detail.key == key:
                self.show(latest)
                self._taken(latest)

        lines = [
            _("This task has gone on meanwhile: what was asked here is over."),
            _("What was typed before is kept here; it is not sent."),
        ]
        GoneOn(clean(record.execution.title), lines).open(self._screen.app, seen)

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
            read_only=previous or not record.answerable,
        )
        if outgoing is not None:
            state.place_server_words(outgoing.refusal(state).fields)
        if scroll is None and draft is not None:
            scroll = draft.scroll
        detail = self._screen.detail
        self.lists.forget()
        detail.show(record, state, previous=previous, scroll=scroll, carry=carry)
        detail.say_closed(self._closed(record, previous=previous))
        detail.say_saved("" if previous else self._standing(record))
        self._screen.offer_keys()

    def _closed(self, record: Record, *, previous: bool) -> str:
        """Why a form is only to be read, and what helps; "" for one that can be answered."""
        if previous and self._bench.capabilities.nodes_title is not None:
            return _("Only to be read. {key} goes back.", key=self._key("back"))
        if previous:
            return _("An earlier step, only to be read. {key} goes back.", key=self._key("back"))
        if record.answerable or (record.blocks and not record.fields):
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

    def _standing(self, record: Record) -> str:
        """Where the answers are: on their way, a draft, or why this cannot be finished yet."""
        key, zone = record.execution.key, self._screen.zone
        if words := self._screen.acts.running.words(key):
            return words
        discards = self._key("discard")
        if words := standing_beside(self._bench, key, zone, closed=not record.answerable, discards=discards):
            return words
        if words := self._accepted_words(key):
            return words
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
            self._screen.detail.say_saved(self._accepted_words(key))

    def _accepted_words(self, key: Key) -> str:
        """That the server took the answers of ``key``, and first what it was not sent; "" where it did not."""
        if self._accepted is None or self._accepted[0] != key:
            return ""
        state = self._screen.detail.form.state
        left = len(Outgoing(self._bench, key).unsent(state)) if state is not None else 0
        return " · ".join([*([not_sent(left)] if left else []), self._accepted[1]])

    def say_standing(self, key: Key) -> None:
        """What waited for ``key`` was taken back: where its answers are now."""
        detail = self._screen.detail
        if detail.key == key and detail.record is not None and not detail.previous:
            detail.say_saved(self._standing(detail.record))

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
        if self.tree.leads_back:
            self.tree.back()
            return
        if detail.record is None:
            detail.clear()
        screen.enter_pane(LIST)
        selected = screen.list.selected_key
        if detail.key not in (None, selected):
            # The keys of the list mean the row under its cursor: nothing else stands beside it.
            row = screen.list.execution(selected) if selected is not None else None
            if row is not None:
                detail.preview(row)
            else:
                detail.clear()
            screen.offer_keys()

    def keep_place(self) -> None:
        """Keep the field and the scroll line; told at every field, for the line may drop at any moment."""
        detail = self._screen.detail
        state = detail.form.state
        if detail.key is not None and not detail.previous and state is not None and state.position:
            self._kept_at = self._cursor()
            self._bench.drafts.put_position(detail.key, state.position, detail.form.scroll_offset.y)

    def moved_on(self) -> None:
        """Keep the field, if it is another one, with the answer that led to it or the key that left it: when the
        move is told there may have been more keys, or none any more."""
        if self._kept_at != self._cursor():
            self.keep_place()

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
        self.edits += 1
        if edit is not None:
            self._accepted = None
        drafts = self._bench.drafts
        if edit is None:
            # While an entry on its way carries another answer, that it was taken back is an answer too.
            state = self._screen.detail.form.state
            edit = Outgoing(self._bench, key).taken_back(state, field_key)
            if edit is not None and state is not None:
                state.entries[field_key].awaited = (edit.base,)
        future = drafts.drop(key, [field_key]) if edit is None else drafts.put(key, field_key, edit)
        self.moved_on()
        self._on_disk.append((key, edit is None, future))
        if self._saying is None:
            self._say_soon()

    def _say_soon(self) -> None:
        # Not between a key and its frame: the word may come a moment after what it speaks of.
        self._saying = asyncio.get_running_loop().call_later(SAID_AFTER, self._say_stored)

    def _say_stored(self) -> None:
        self._saying = None
        while self._on_disk and self._on_disk[0][2].done():
            key, dropped, future = self._on_disk.popleft()
            self._stored(key, dropped, future.exception())
        if self._on_disk:
            self._say_soon()

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
            screen.detail.say_saved(self._accepted_words(key) or _("saved here {time}", time=now))
        if dropped or key not in screen.follower.unsent:
            # One more answer in a task that is marked already changes no mark: nothing is read for it.
            screen.follower.say_unsent()

    # -- what belongs to it -------------------------------------------------------------------------------

    def forget(self) -> None:
        """Another bench: nothing of the old one is shown."""
        self.tree.forget()
        self._screen.detail.clear()

    def moved(self, changed: Collection[Key]) -> None:
        """These rows changed: what is on the screen of them, or of a part of them, is read again."""
        detail = self._screen.detail
        key = detail.key
        above = detail.record.execution.parent if detail.record is not None else None
        if key is not None and (key in changed or (above and key._replace(id=above) in changed)):
            self.read_again(key)
        self.tree.moved(changed)
