"""The workbench: what lies between a key press and a remote system, for one profile and one person."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from tui.model.action import Action, Delivery, Receipt, Request
from tui.model.clock import Clock, CorrectedClock, system_clock
from tui.model.errors import NotTheServer, ServerFault, TaskError, Throttled, Unreachable
from tui.model.execution import Key, Record
from tui.model.field import Value
from tui.model.message import Message
from tui.model.node import Node
from tui.model.period import Period
from tui.model.system import Capabilities, Filters, Page, Sink, TaskSystem, Who
from tui.workbench.changes import Changes
from tui.workbench.desk import Desk
from tui.workbench.drafts import Drafts
from tui.workbench.entry import Entry
from tui.workbench.facts import Facts
from tui.workbench.feed import Feed
from tui.workbench.history import History
from tui.workbench.journal import Journal, JournalError
from tui.workbench.link import Link, LinkKeeper
from tui.workbench.lists import Lists
from tui.workbench.live import LONGEST_PAUSE, Live
from tui.workbench.outbox import Outbox
from tui.workbench.records import Records
from tui.workbench.sender import Sender
from tui.workbench.timing import Backoff, Jitter, Sleep, Waker, full_jitter
from tui.workbench.wire import Wire, as_task_error

Connect = Callable[[], Awaitable[TaskSystem]]
"""Makes a task system; may raise ``TaskError``, or any error that carries a ``message: Message``."""

GRACE_SECONDS = 1.0
"""For a request that is on its way when the workbench is closed. What takes longer is found by reading back."""

_WORTH_RETRYING = (Unreachable, ServerFault, Throttled, NotTheServer)
_log = logging.getLogger(__name__)


class Workbench:
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
        machine: Clock = system_clock,
        sleep: Sleep = asyncio.sleep,
        jitter: Jitter = full_jitter,
    ) -> None:
        self.desk = desk
        self.journal = journal
        self.clock = clock
        self._connect = connect
        self._keeper = LinkKeeper(clock)
        self._wire = Wire(self._keeper)
        self._facts = Facts(journal, desk.owner)
        self._connect_backoff = Backoff(jitter, LONGEST_PAUSE)
        self._connect_waker = Waker(sleep)
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self.notices: Feed[Message] = Feed()
        """Publishes every new ``notice`` after ``start``."""
        journal.on_notice = self._noticed
        self._capabilities: Capabilities | None = None
        self._who: Who | None = None
        self.drafts = Drafts(journal, desk.owner, clock)
        self.outbox = Outbox(journal, desk.owner, clock, who=desk.user, machine=machine)
        if not desk.user and self.who is not None:
            self.outbox.who = self.who.name
        self.records = Records(journal, desk.owner, self._wire)
        self.history = History(journal, desk.owner)
        self.live = Live(
            Lists(journal, desk.owner),
            self._wire,
            zone=desk.zone,
            refresh_seconds=desk.refresh_seconds,
            clock=clock,
            learn=clock.learn,
            sleep=sleep,
            jitter=jitter,
        )
        self.sender = Sender(
            self.outbox, self._wire, clock=clock, on_settled=self._read_again, sleep=sleep, jitter=jitter
        )
        self.live.on_online = self._online
        self.live.on_refresh = self._connect_waker.wake

    # -- life -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect, watch and send in the background."""
        if not self._tasks:
            self._loop = asyncio.get_running_loop()
            work = (self._connecting(), self.live.run(), self.sender.run(), self._tidy())
            self._tasks = [asyncio.ensure_future(self._guarded(each)) for each in work]

    async def close(self) -> None:
        """Stop, keep what is not kept yet, and give everything back. A request on its way gets a moment to end."""
        if self._tasks:
            await self.sender.stop(GRACE_SECONDS)
        tasks, self._tasks = self._tasks, []
        await self._stop(tasks)
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
        if self._who is None:
            self._who = self._facts.get("who", Who)
        return self._who

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

        ``title`` names it to a person; without one the execution's, for a creation what was chosen in ``inputs``.
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
            title=title or (execution.title if execution is not None else _chosen(action, inputs or {})),
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

    async def new_action(self, parent: Record | None = None) -> Action | None:
        """The declaration of "create"; without a line the one known last. ``None``: the system has none."""
        if parent is not None:
            return await self._wire.system.new_action(parent)
        try:
            action = await self._wire.system.new_action(None)
        except _WORTH_RETRYING:
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
        except _WORTH_RETRYING:
            known = self._facts.get(f"choices {source}", Page)
            if known is None:
                raise
            wanted = query.casefold()
            return Page(
                choices=tuple(choice for choice in known.choices if wanted in choice.label.casefold()),
                complete=False,
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

    async def download(self, ref: str, sink: Sink) -> int:
        """Write a file's bytes into ``sink``; how many."""
        return await self._wire.system.download(ref, sink)

    async def whoami(self) -> Who:
        """Whose token this is; without a line as last known."""
        try:
            who = await self._wire.system.whoami()
        except _WORTH_RETRYING:
            known = self._facts.get("who", Who)
            if known is None:
                raise
            return known
        self._facts.put("who", who)
        self._who = who
        self.outbox.who = self.desk.user or who.name
        return who

    # -- inside -----------------------------------------------------------------------------------------

    async def _connecting(self) -> None:
        while True:
            pause: float | None = None
            if not self._wire.connected:
                try:
                    await self._try_connect()
                    self._tasks.append(asyncio.ensure_future(self._ask_who()))
                except _WORTH_RETRYING:
                    pause = self._connect_backoff.next()
                except TaskError as error:
                    _log.info("this profile cannot be used: %s", error)
            await self._connect_waker.pause(pause)

    async def _try_connect(self) -> None:
        try:
            system = await self._connect()
        except Exception as error:
            known = as_task_error(error)
            if isinstance(known, _WORTH_RETRYING):
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

    def _online(self) -> None:
        if self.outbox.paused():
            self._tasks.append(asyncio.ensure_future(self._guarded(self._resume())))
        self.sender.wake()

    async def _resume(self) -> None:
        await self.outbox.resume()

    async def _tidy(self) -> None:
        await self.outbox.purge()
        await self.outbox.files.tidy()

    async def _read_again(self, key: Key) -> None:
        try:
            record = await self.records.load(key)
        except TaskError as error:
            _log.info("the record could not be read again: %s", error)
            self.live.refresh()
            return
        self.live.apply(record.execution)

    async def _ask_who(self) -> None:
        try:
            await self.whoami()
        except Exception as error:
            # A name is good to have, and nothing waits for it.
            _log.info("whose token this is could not be found out: %s", error)
        else:
            self._keeper.again()

    def _noticed(self, message: Message) -> None:
        """The journal calls this from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody watches any more
                self._loop.call_soon_threadsafe(self.notices.publish, message)

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except JournalError as error:
            _log.warning("the journal failed: %s", error)
        except Exception as error:
            _log.exception("a part of the workbench failed")
            self._keeper.failed(as_task_error(error))

    async def _stop(self, tasks: list[asyncio.Task[None]]) -> None:
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
    """The label of the first option that was chosen in ``inputs``, in the order in which they are asked for."""
    for field in action.inputs:
        for choice in field.choices:
            if choice.value == inputs.get(field.key):
                return choice.label
    return ""
