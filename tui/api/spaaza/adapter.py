"""Spaaza Services as a :class:`tui.model.system.TaskSystem`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tui.api.lenient import as_json, as_text
from tui.api.read import read_object
from tui.api.secret import Secret
from tui.api.spaaza import creating, runs, tree
from tui.api.spaaza.actions import CREATE, DUPLICATE, EXECUTE, SEEN, actions_of, create_action
from tui.api.spaaza.blocks import (
    FIRST_LOG_LINES,
    LOG,
    MORE_LOG_LINES,
    blocks_of,
    facts_of,
    late_words,
    log_block,
    why_failed,
)
from tui.api.spaaza.bodies import body_of
from tui.api.spaaza.fields import FORMATS, INDEXES
from tui.api.spaaza.listing import NO_ID, SYSTEM, Pages, Rows, digest, filters_of, notice_of
from tui.api.spaaza.records import ERROR, INPROGRESS, Task, read_task, whole
from tui.api.spaaza.routes import Routes
from tui.api.spaaza.settings import Settings
from tui.api.times import WallTime
from tui.model.action import Action, Receipt, Reconciled, Request, Verdict
from tui.model.clock import Clock
from tui.model.errors import Forbidden, NotFound, Refused, TaskError, Unauthorised
from tui.model.execution import Block, Download, Key, Record
from tui.model.message import Message
from tui.model.node import Node
from tui.model.period import Period
from tui.model.system import Capabilities, Filters, Listing, Page, Sink, SizedSink, Who

_CAPABILITIES = Capabilities(
    title="Spaaza Services",
    nodes=True,
    create=True,
    due=True,
    repeats=True,
    nodes_title=tree.TITLE,
    downloads=True,
    slots=(),
)
_NO_FILE = Message("There is no file yet: only an export that is done has one.")
_LOST_FILE = Message("The file is not there any more: run the task again.")
_RUN_MEANWHILE = Message("It was run meanwhile. Look at it as it is now, then decide again.")
_REMEMBERED = 100


class SpaazaSystem:
    """One Services host, seen by one token or session. ``who`` is the session's user, or names the token."""

    def __init__(
        self,
        routes: Routes,
        *,
        profile: str,
        zone: ZoneInfo,
        settings: Settings,
        clock: Clock,
        who: str = "",
        sleep: runs.Sleep = asyncio.sleep,
    ) -> None:
        self._routes = routes
        self._profile = profile
        self._zone = zone
        self._settings = settings
        self._clock = clock
        self._who = who
        self._wall = WallTime(zone)
        self._pages = Pages(routes)
        self._rows = Rows(profile, settings.basis)
        self._runs = runs.Runs(routes, settings.patience, sleep)
        self._tasks: dict[str, Task] = {}
        self._before: dict[str, str] = {}
        """The run that a task had before ours, by the request's idempotency key."""
        self._executing: set[str] = set()
        self._newest_line: dict[str, str] = {}

    @property
    def capabilities(self) -> Capabilities:
        """What Spaaza Services has."""
        return _CAPABILITIES

    @property
    def server_time(self) -> datetime | None:
        """The server's ``Date`` at its last answer."""
        return self._routes.transport.server_time

    async def list(self, period: Period, filters: Filters, validator: str | None = None) -> Listing:
        """The tasks of ``period`` by the profile's date; ``filters.assignment`` is a row's ``assignment``."""
        found = await self._pages.read(filters_of(filters.assignment))
        if filters.assignment is None:
            self._tasks = {task.ident: task for _, task in found if task.ident is not None}
        stamp = digest(found, period.start, period.end, filters.assignment)
        rows = None if stamp == validator else self._rows.of(found, period, filters.assignment)
        notice = notice_of(self._settings.basis, more=self._pages.more)
        return Listing(rows=rows, validator=stamp, as_of=self._clock(), notice=notice)

    async def count(self) -> int | None:
        """There is none."""
        return None

    async def show(self, key: Key) -> Record:
        """One task in blocks, with the newest lines of its log."""
        raw = await self._raw(key.id)
        return self._record(read_task(raw), _logs(raw))

    async def more(self, key: Key, ref: str) -> Block:
        """The lines of the log behind the first ``ref``."""
        offset = whole(ref) or 0
        logs = _logs(read_object(await self._routes.show_task(key.id, MORE_LOG_LINES, offset), key.id))
        if offset and logs and self._newest_line.get(key.id) == as_json(logs[0]):
            # A server that always begins at the newest line has no more to give than it gave.
            return log_block((), offset, MORE_LOG_LINES, self._zone)
        return log_block(logs, offset, MORE_LOG_LINES, self._zone)

    async def new_action(self, parent: Record | None = None) -> Action | None:
        """The declaration of "new task"; with ``parent`` as a copy of it."""
        task = read_task(parent.raw) if parent is not None else None
        return create_action(task, self._newest(), self._clock(), self._zone)

    async def perform(self, request: Request) -> Receipt:
        """Send one write, once, and check the answer. Running a task waits for its end."""
        if request.action in (CREATE, DUPLICATE):
            return await creating.create(self._routes, body_of(request, await self._chain(), self._wall))
        if request.action != EXECUTE:
            raise _refused(Message("Spaaza Services has no such action."))
        _known_id(request.key_id)
        if request.key_id in self._executing:
            raise _refused(runs.RUNNING)
        self._executing.add(request.key_id)
        try:
            return await self._ended(await self._execute(request))
        finally:
            self._executing.discard(request.key_id)

    def in_doubt(self, key: Key) -> bool:
        """Whether a run's answer was lost, and its end is being looked for."""
        return key.id in self._runs.doubtful

    async def reconcile(self, request: Request) -> Reconciled:
        """Find out by reading what became of ``request``."""
        if request.action in (CREATE, DUPLICATE):
            found = await self._pages.read({})
            body = body_of(request, await self._chain(), self._wall)
            return creating.found_again(request, body, (task for _, task in found))
        if request.action != EXECUTE:
            return Reconciled(verdict=Verdict.UNKNOWN)
        seen = self._before.get(request.idempotency_key) or as_text(request.inputs.get(SEEN))
        told = runs.verdict(await self._runs.look(request.key_id), seen)
        if told.receipt is None:
            return told
        return Reconciled(verdict=told.verdict, receipt=await self._ended(told.receipt))

    async def choices(self, source: str, query: str = "") -> Page:
        """No picker of this system has a list at the server."""
        return Page(choices=())

    async def nodes(self, key: Key, assignment: str, depth: int = 1) -> Sequence[Node]:
        """The grouped view around a task: its parts and its neighbours."""
        raw = await self._raw(key.id)
        if not self._tasks:
            self._tasks = {task.ident: task for _, task in await self._pages.read({}) if task.ident is not None}
        found = tree.nodes_of(
            read_task(raw), _logs(raw), list(self._tasks.values()), self._rows, self._clock(), self._zone
        )
        return [node for node in found if depth == 0 or node.level <= depth]

    async def node_record(self, node: Node) -> Record:
        """The task behind a node, or the part of a task that it is."""
        if node.target is not None:
            return await self.show(node.target)
        record = await self.show(Key(self._profile, SYSTEM, node.root))
        return tree.record_of(node, record.blocks, record)

    async def download(self, ref: str, sink: Sink) -> int:
        """Write the file of the task ``ref`` into ``sink``. Its link is asked for now and kept nowhere."""
        _known_id(ref)
        watched = _Watched(sink)
        for last_try in (False, True):
            link = await self._link(ref)
            try:
                return await self._routes.fetch(link, watched)
            except (Forbidden, NotFound, Unauthorised) as error:
                # A link is good for an hour at most: a fresh one may do.
                if last_try or watched.begun:
                    raise NotFound(error.said, what=_LOST_FILE) from None
        raise NotFound(what=_LOST_FILE)

    async def whoami(self) -> Who:
        """The session's user, or which token it is: whose it is, nobody tells."""
        return Who(id=self._who)

    async def close(self) -> None:
        """Give back the connections."""
        await self._routes.transport.close()

    async def _execute(self, request: Request) -> Receipt:
        """Run a task, if nobody has run it since the person saw it: a second run may give everything twice."""
        task = await self._runs.look(request.key_id)
        seen, shown = runs.seen_run(task.state), as_text(request.inputs.get(SEEN))
        if task.state.code == INPROGRESS:
            raise _refused(runs.RUNNING)
        if shown and shown != seen:
            raise _refused(_RUN_MEANWHILE)
        self._before[request.idempotency_key] = seen
        while len(self._before) > _REMEMBERED:
            del self._before[next(iter(self._before))]
        return await self._runs.execute(request.key_id, seen)

    async def _ended(self, receipt: Receipt) -> Receipt:
        """The receipt of a run, which says of a failed one why, as far as its log tells."""
        if receipt.status_raw != ERROR:
            return receipt
        try:
            raw = await self._raw(receipt.key_id)
            task, logs = read_task(raw), _logs(raw)
        except TaskError:
            task, logs = read_task(receipt.data), []
        why = why_failed(task, logs) or why_failed(read_task(receipt.data), ())
        return msgspec.structs.replace(receipt, failed=why)

    async def _raw(self, ident: str) -> dict[str, Any]:
        _known_id(ident)
        raw = read_object(await self._routes.show_task(ident, FIRST_LOG_LINES), ident)
        self._newest_line.pop(ident, None)
        self._newest_line[ident] = as_json(next(iter(_logs(raw)), None))
        if len(self._newest_line) > _REMEMBERED:
            del self._newest_line[next(iter(self._newest_line))]
        return raw

    def _record(self, task: Task, logs: Sequence[object]) -> Record:
        now = self._clock()
        late = late_words(task, now)
        name = f"{task.index if task.index in INDEXES else 'export'}-{task.ident}"
        extension = task.format if task.format in FORMATS else "txt"
        return Record(
            execution=self._rows.row(task),
            actions=actions_of(task, self._newest(), now, self._zone),
            policies=(late,) if late is not None else (),
            facts=facts_of(task, logs),
            has_nodes=True,
            raw=task.raw,
            blocks=blocks_of(task, logs, now, self._zone),
            downloads=(Download(ref=task.ident or "", name=f"{name}.{extension}"),) if task.downloadable else (),
            own_fields=True,
        )

    def _newest(self) -> int:
        return max((int(ident) for ident in self._tasks), default=0)

    async def _chain(self) -> int | None:
        """The retailer: as the profile says, else as the tasks say."""
        if self._settings.chain is not None:
            return self._settings.chain
        if not self._tasks:
            self._tasks = {task.ident: task for _, task in await self._pages.read({}) if task.ident is not None}
        chains = {task.chain for task in self._tasks.values() if task.chain}
        return whole(chains.pop()) if len(chains) == 1 else None

    async def _link(self, ref: str) -> Secret:
        try:
            answer = await self._routes.download_url(ref)
        except Refused as refusal:
            refusal.what = _NO_FILE
            raise
        return Secret(as_text(read_object(answer).get("url")))


class _Watched:
    """A sink that knows whether anything was written; it passes on what is told of the size."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.begun = False

    def expect(self, size: int | None, /) -> None:
        if isinstance(self._sink, SizedSink):
            self._sink.expect(size)

    def write(self, data: bytes, /) -> int:
        self.begun = True
        return self._sink.write(data)


def _logs(raw: dict[str, Any]) -> list[Any]:
    logs = raw.get(LOG + "s")
    return logs if isinstance(logs, list) else []


def _known_id(ident: str) -> None:
    if not ident or ident.startswith(NO_ID):
        raise NotFound()


def _refused(why: Message) -> Refused:
    refusal = Refused()
    refusal.what = why
    return refusal
