"""The workbench: what lies between a key press and a remote system, for one profile and one person."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable

from tui.form.edit import FieldEdit
from tui.model.action import Action, Delivery, Receipt, Request
from tui.model.clock import Clock, CorrectedClock, running_clock
from tui.model.errors import TaskError
from tui.model.execution import Key, Record
from tui.model.field import Value
from tui.model.message import Message
from tui.model.period import Period
from tui.model.system import Capabilities, Filters, TaskSystem, Who
from tui.workbench.adoption import Adopted
from tui.workbench.ahead import Ahead
from tui.workbench.changes import Changes
from tui.workbench.desk import Desk, service_of
from tui.workbench.drafts import Drafts, elsewhere
from tui.workbench.entry import Entry
from tui.workbench.facts import Facts
from tui.workbench.feed import Feed
from tui.workbench.history import History, labels_of
from tui.workbench.journal import Journal, JournalError
from tui.workbench.link import Link, LinkKeeper
from tui.workbench.lists import Lists
from tui.workbench.live import LONGEST_PAUSE, Live
from tui.workbench.outbox import Outbox
from tui.workbench.person import Person
from tui.workbench.reading import WORTH_RETRYING, Reading
from tui.workbench.records import Records
from tui.workbench.sender import Sender
from tui.workbench.timing import Backoff, Jitter, Sleep, Waker, full_jitter
from tui.workbench.wire import Wire, as_task_error

Connect = Callable[[], Awaitable[TaskSystem]]
"""Makes a task system; may raise ``TaskError``, or any error that carries a ``message: Message``."""

GRACE_SECONDS = 1.0
"""For a request that is on its way when the workbench is closed. What takes longer is found by reading back."""

_log = logging.getLogger(__name__)


class Workbench(Reading):
    """Usable from construction on: everything known from the journal works before and without a connection.

    ``start`` needs a running loop and returns at once. ``close`` closes the journal too.
    """

    def __init__(
        self,
        desk: Desk,
        journal: Journal,
        connect: Connect,
        clock: CorrectedClock,
        *,
        machine: Clock = running_clock,
        sleep: Sleep = asyncio.sleep,
        jitter: Jitter = full_jitter,
    ) -> None:
        self.desk = desk
        self.journal = journal
        self.clock = clock
        self._connect = connect
        self._keeper = LinkKeeper(clock)
        self._wire = Wire(self._keeper, clock.learn)
        self._facts = Facts(journal, desk.owner)
        self._connect_backoff = Backoff(jitter, LONGEST_PAUSE)
        self._connect_waker = Waker(sleep)
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.notices: Feed[Message] = Feed()
        """Publishes every new ``notice`` after ``start``, and what a person should be told once: a text that was
        typed in another window and gave way here, and what came over from an earlier token."""
        journal.on_notice = self._noticed
        self._capabilities: Capabilities | None = None
        self._furnish(machine, sleep, jitter)
        self.live.on_answer = self._answered
        self.live.on_refresh = self._connect_waker.wake

    def _furnish(self, machine: Clock, sleep: Sleep, jitter: Jitter) -> None:
        """The parts, on the desk."""
        desk, journal, clock = self.desk, self.journal, self.clock
        self.drafts = Drafts(journal, desk.owner, clock)
        self.drafts.on_replaced = self._replaced
        self.outbox = Outbox(journal, desk.owner, clock, who=desk.user, machine=machine)
        self._person = Person(
            desk,
            journal,
            self._wire,
            self.drafts,
            self.outbox,
            notices=self.notices,
            clock=clock,
            machine=machine,
            sleep=sleep,
        )
        self.history = History(journal, desk.owner)
        self.live = Live(
            Lists(journal, desk.owner),
            self._wire,
            zone=desk.zone,
            refresh_seconds=desk.refresh_seconds,
            clock=clock,
            sleep=sleep,
            jitter=jitter,
        )
        self.records = Records(journal, desk.owner, self._wire, clock=clock, zone=desk.zone, row_of=self.live.get)
        self.sender = Sender(
            self.outbox,
            self._wire,
            zone=desk.zone,
            clock=clock,
            on_settled=self._read_again,
            sleep=sleep,
            jitter=jitter,
        )
        # So that the list is asked for soon and often enough to hear when the token is good again.
        self.sender.on_paused = self.live.wake
        ahead = (desk.ahead_hours, self.live, self.records, self.sender, self._wire)
        self._ahead = Ahead(*ahead, zone=desk.zone, clock=clock, sleep=sleep)

    # -- life -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect, watch and send in the background."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            for work in (self._connecting, self.live.run, self.sender.run, self._tidy, self._ahead.run):
                self._begin(work)

    async def close(self) -> None:
        """Stop, keep what is not kept yet, and give everything back. A request on its way gets a moment to end."""
        if self._tasks:
            await self.sender.stop(GRACE_SECONDS)
        await self._stop(tuple(self._tasks))
        saving = self.live.save()
        self.live.close()
        self.link.close()
        self.outbox.changes.close()
        self.notices.close()
        if saving is not None:
            with contextlib.suppress(JournalError):
                await asyncio.wrap_future(saving)
        system = self._wire.detach()
        if system is not None:
            await self._part(system)
        await asyncio.to_thread(self.journal.close)

    async def open(self) -> None:
        """Connect once, now; raises the ``TaskError`` that prevents it. For commands that do not ``start``."""
        if not self._wire.connected:
            await self._try_connect()

    # -- what is known ----------------------------------------------------------------------------------

    @property
    def link(self) -> Feed[Link]:
        """Publishes every change of the line's state."""
        return self._keeper.changes

    @property
    def link_state(self) -> Link:
        """The line now."""
        return self._keeper.now

    @property
    def connected(self) -> bool:
        """Whether there is a system to ask (it may be unreachable at this moment)."""
        return self._wire.connected

    @property
    def capabilities(self) -> Capabilities:
        """What the system has: its own word when connected, else as last known, else the least."""
        if self._capabilities is None:
            known = self._facts.get("capabilities", Capabilities)
            self._capabilities = known or Capabilities(title=self.desk.title)
        return self._capabilities

    @property
    def notice(self) -> Message | None:
        """What a person should be told about the saved data."""
        return self.journal.notice

    @property
    def who(self) -> Who | None:
        """Whose token this is, as far as known; asked after each connection, and told by an item of ``link``."""
        return self._person.who

    def service_running(self) -> bool:
        """Whether a ``shiftdeck sync --watch`` is alive that sends what waits here. Waits for nobody."""
        return any(self.journal.claimed(service_of(place)) for place in {"", self.desk.place})

    def today(self) -> Period:
        """The calendar day of the site, by the server-corrected clock."""
        return Period.of_day(self.clock().astimezone(self.desk.zone).date(), self.desk.zone)

    def glimpse(self, period: Period | None = None, filters: Filters | None = None) -> Changes | None:
        """The last known list, straight from the journal, for the very first frame; needs no loop."""
        return self.live.glimpse(period, filters)

    # -- writing ----------------------------------------------------------------------------------------

    def make_request(
        self,
        record: Record | None,
        action: Action,
        *,
        values: dict[str, Value] | None = None,
        notes: dict[str, str] | None = None,
        inputs: dict[str, Value] | None = None,
        base: dict[str, Value] | None = None,
        base_notes: dict[str, str] | None = None,
        title: str = "",
    ) -> Request:
        """A complete request with a fresh idempotency key. ``record`` is ``None`` for a creation.

        ``title`` names it to a person; without one the execution's, for a creation its first answer.
        """
        execution = record.execution if record is not None and action.slot != "create" else None
        return Request(
            profile=self.desk.profile,
            system=self.desk.system,
            key_id=execution.key.id if execution is not None else "",
            action=action.id,
            slot=action.slot,
            delivery=action.delivery,
            idempotency_key=str(uuid.uuid4()),
            values=values or {},
            notes=notes or {},
            inputs=inputs or {},
            base=base or {},
            base_notes=base_notes or {},
            expected=execution.status.raw if execution is not None else "",
            labels=labels_of(record, action, values or {}),
            title=title or (execution.title if execution is not None else _chosen(action, inputs or {})),
            called=action.label.english(),
        )

    async def submit(self, request: Request) -> Entry | Receipt:
        """Hand over a write. QUEUED and ONCE: the entry, on disk, sent by itself. ONLINE: the checked receipt.

        Raises ``JournalError`` or, for a file, ``FileRefused`` (it could not be kept, and was not sent); for
        ONLINE any ``TaskError``.
        """
        if request.delivery is Delivery.ONLINE:
            return await self.sender.perform_now(request)
        return await self.outbox.add(request)

    # -- reading through --------------------------------------------------------------------------------

    async def whoami(self) -> Who:
        """Whose token this is; without a line as last known."""
        try:
            return await self._person.ask()
        except WORTH_RETRYING:
            if self.who is None:
                raise
            return self.who

    async def adopt(self) -> Adopted:
        """Take over what the same person made with an earlier token of this profile and server; raises
        ``TaskError``. ``start`` does it by itself."""
        return await self._person.adopt()

    # -- inside -----------------------------------------------------------------------------------------

    async def _connecting(self) -> None:
        while True:
            pause: float | None = None
            if not self._wire.connected:
                try:
                    await self._try_connect()
                    self._begin(self._person.settle)
                except WORTH_RETRYING:
                    pause = self._connect_backoff.next()
                except TaskError as error:
                    _log.info("this profile cannot be used: %s", error)
            await self._connect_waker.pause(pause)

    async def _try_connect(self) -> None:
        try:
            system = await self._connect()
        except Exception as error:
            known = as_task_error(error)
            if isinstance(known, WORTH_RETRYING):
                self._keeper.failed(known)
            else:
                # Asking for a token may ask a person: that is not repeated without one.
                self._keeper.refused(known)
            raise known from error
        self._connect_backoff.reset()
        self._wire.attach(system)
        self._capabilities = system.capabilities
        self._facts.put("capabilities", system.capabilities)
        await self.outbox.resume()
        self.live.wake()
        self.sender.wake()

    def _answered(self, again: bool) -> None:
        # Whoever may read the list has a good token, whatever else was heard meanwhile, here or in another window.
        if self.outbox.paused():
            self._begin(self._resume)
        if again:
            if self._loop is not None:
                self._begin(self._person.settle)
            self.sender.wake()

    async def _resume(self) -> None:
        await self.outbox.resume()

    async def _tidy(self) -> None:
        await asyncio.to_thread(self.journal.check)
        await self.outbox.files.tidy()
        changes = self.link.watch()
        if self.link_state.as_of is None:
            async for link in changes:
                if link.as_of is not None:
                    break
        # Only now: before the server told the time, a wrong clock would make everything old.
        await self.outbox.purge()

    async def _read_again(self, key: Key) -> Record | None:
        try:
            record = await self.records.load(key)
        except TaskError as error:
            _log.info("the record could not be read again: %s", error)
            self.live.refresh()
            return None
        if record.listed:
            self.live.apply(record.execution)
        else:
            # The list holds what it is a part of.
            self.live.refresh()
        return record

    def _replaced(self, key: Key, field_key: str, edit: FieldEdit) -> None:
        """The drafts call this from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._tell_replaced, key, field_key, edit)

    def _tell_replaced(self, key: Key, field_key: str, edit: FieldEdit) -> None:
        record = self.records.cached(key)
        labels = {field.key: field.label for field in record.fields} if record is not None else {}
        row = self.live.get(key)
        title = row.title if row is not None else record.execution.title if record is not None else key.id
        self.notices.publish(elsewhere(title, labels.get(field_key) or field_key, edit))

    def _noticed(self, message: Message) -> None:
        """The journal calls this from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody watches any more
                self._loop.call_soon_threadsafe(self.notices.publish, message)

    def _begin(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except JournalError as error:
            _log.warning("the journal failed: %s", error)
        except Exception as error:
            _log.exception("a part of the workbench failed")
            self._keeper.failed(as_task_error(error))

    async def _stop(self, tasks: tuple[asyncio.Task[None], ...]) -> None:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE_SECONDS)

    async def _part(self, system: TaskSystem) -> None:
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await system.close()
        except (TaskError, TimeoutError, OSError) as error:
            _log.info("the connection did not end in order: %s", error)


def _chosen(action: Action, inputs: dict[str, Value]) -> str:
    """The first of ``inputs`` that can be read, in the order in which they are asked for: a label, or a text."""
    for field in action.inputs:
        value = inputs.get(field.key)
        label = next((choice.label for choice in field.choices if choice.value == value), "")
        if label or (field.kind == "text" and isinstance(value, str) and value.strip()):
            return label or str(value).strip()
    return ""
