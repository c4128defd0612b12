"""The SuperAI Flow Platform as a :class:`tui.model.system.TaskSystem`: runs are executions, their tasks nodes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tui.api.lenient import as_object, as_text
from tui.api.read import read_object
from tui.api.secret import Secret
from tui.api.superai import readback
from tui.api.superai.actions import CANCEL, COMPLETE, CREATE, DELETE, REEXECUTE, VERBS, create_action
from tui.api.superai.catalogue import REFUSALS, Catalogue
from tui.api.superai.detail import Whole, record_of_run, record_of_task
from tui.api.superai.fields import written
from tui.api.superai.listing import Runs, validator_of
from tui.api.superai.memory import Memory
from tui.api.superai.nodes import NOT_REACHED, nodes_of
from tui.api.superai.progress import standing_of
from tui.api.superai.routes import Routes
from tui.api.superai.verdicts import tags_in
from tui.api.superai.wire import NO_ID, SYSTEM, TASK, Run, Tag, array_of, attempt_of, run_of, tag_of
from tui.api.superai.writes import VERDICTS, Writes, given_input
from tui.model.action import Action, Receipt, Reconciled, Request, Slot, Verdict
from tui.model.clock import Clock
from tui.model.errors import NotFound, NotTheServer, TaskError
from tui.model.execution import Block, Execution, Key, Line, Record
from tui.model.field import Choice
from tui.model.message import Message, verbatim
from tui.model.node import Node
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.model.system import Capabilities, Filters, Listing, Page, Sink, Who

_CAPABILITIES = Capabilities(
    title="SuperAI", nodes=True, create=True, due=False, progress=True, cancels=True, downloads=True,
    nodes_title=Message("Tasks of the run"), slots=(Slot.FINISH, Slot.DENY, Slot.RESET),
    verbs=VERBS,
)  # fmt: skip
_NEWEST = 50
_GRAIN = timedelta(seconds=2)
"""The server tells its time in whole seconds."""


class SuperAiSystem:
    """One organization on the platform, seen by the owner of one secret."""

    def __init__(
        self,
        routes: Routes,
        *,
        profile: str,
        zone: ZoneInfo,
        clock: Clock,
        watched: frozenset[str] = frozenset(),
    ) -> None:
        self._routes = routes
        self._profile = profile
        self._zone = zone
        self._clock = clock
        self._memory = Memory()
        self._catalogue = Catalogue(routes, self._memory, clock)
        self._runs = Runs(routes, self._catalogue, self._memory, profile, watched)
        self._runs.actor = self._actor
        self._writes = Writes(routes)
        self._sent: dict[str, datetime] = {}
        self._who: Who | None = None
        self._introduced = False

    @property
    def capabilities(self) -> Capabilities:
        """What the platform has."""
        return _CAPABILITIES

    @property
    def server_time(self) -> datetime | None:
        """The server's ``Date`` at its last answer."""
        return self._routes.transport.server_time

    async def list(self, period: Period, filters: Filters, validator: str | None = None) -> Listing:
        """The runs that began in ``period``; ``filters.assignment`` is the ID of a flow."""
        if not self._introduced:
            # Rows name the person by an ID: one's own is told from others' by the profile.
            await asyncio.gather(self._identity(), self._catalogue.flows())
            self._introduced = True
        rows = await self._runs.read(period, filters.assignment)
        fresh = validator_of(rows)
        known = fresh == validator
        return Listing(
            rows=None if known else rows, validator=fresh, as_of=self._clock(), notice=self._runs.notice
        )

    async def count(self) -> int | None:
        """The platform counts nothing."""
        return None

    async def show(self, key: Key) -> Record:
        """A run, or with ``task:`` before the ID one attempt of a task."""
        if key.id.startswith(NO_ID):
            raise NotFound()
        if not key.id.startswith(TASK):
            return record_of_run(await self._whole(await self._writes.run(key.id)))
        ident = key.id.removeprefix(TASK)
        task = attempt_of(read_object(await self._routes.task(ident), ident))
        return record_of_task(await self._whole_of(task.run), task)

    async def new_action(self, parent: Record | None = None) -> Action | None:
        """The declaration of "start a run"; with ``parent`` the same flow with the same input."""
        run = run_of(parent.raw) if parent is not None and parent.raw.get("flow_id") else None
        given = written(as_object(run.raw.get("input"))) if run is not None else ""
        return create_action(run, given, bool(await self._catalogue.flows()))

    async def perform(self, request: Request) -> Receipt:
        """Send one write, once, and check the answer."""
        if request.action == CREATE:
            self._sent[request.idempotency_key] = (self.server_time or self._clock()) - _GRAIN
        receipt = await self._writes.perform(request, await self._signature(request))
        if request.action in VERDICTS:
            self._runs.forget(as_text(request.inputs.get("flow_execution_id")))
        return receipt

    async def reconcile(self, request: Request) -> Reconciled:
        """Read back what became of ``request``."""
        action = request.action.partition(":")[0]
        if action == COMPLETE:
            return readback.of_completion(request, await self._writes.task_of(request))
        if action in VERDICTS:
            run = as_text(request.inputs.get("flow_execution_id"))
            return readback.of_verdict(request, action, await self._tags(run), await self._signature(request))
        if action == CREATE:
            return await self._find_started(request)
        if action not in (REEXECUTE, CANCEL, DELETE):
            return Reconciled(verdict=Verdict.UNKNOWN)
        try:
            run_now = await self._writes.run(request.key_id)
        except NotFound:
            if action != DELETE:
                raise
            receipt = Receipt(key_id=request.key_id, status_raw="deleted")
            return Reconciled(verdict=Verdict.APPLIED, receipt=receipt)
        if action == REEXECUTE:
            whole = await self._whole(run_now)
            return readback.of_execution(request, run_now, len(whole.attempts))
        if action == CANCEL:
            return readback.of_cancel(request, run_now)
        gone = run_now.status == "deleted"
        return readback.applied_to_run(request, run_now) if gone else Reconciled(verdict=Verdict.NOT_APPLIED)

    async def choices(self, source: str, query: str = "") -> Page:
        """The flows."""
        if source != "flows":
            return Page(choices=())
        wanted = query.strip().casefold()
        flows = (await self._catalogue.flows()).values()
        names = [Choice(flow.id, flow.name or flow.id) for flow in flows if wanted in flow.name.casefold()]
        return Page(choices=tuple(sorted(names, key=lambda choice: choice.label.casefold())))

    async def nodes(self, key: Key, assignment: str, depth: int = 1) -> Sequence[Node]:
        """The tasks of a run (level 1) and their attempts (level 2)."""
        if key.id.startswith(TASK):
            ident = key.id.removeprefix(TASK)
            run = attempt_of(read_object(await self._routes.task(ident), ident)).run
            return nodes_of(await self._whole_of(run), depth)
        return nodes_of(await self._whole_of(key.id), depth)

    async def node_record(self, node: Node) -> Record:
        """The attempt behind a node; of a task that was not reached what its definition says."""
        if node.target is not None:
            return await self.show(node.target)
        whole = await self._whole_of(node.root)
        task = whole.graph.task(node.id)
        if task is None:
            raise NotFound()
        lines = tuple(Line(text=verbatim(line)) for line in written(task.parameters).split("\n"))
        return Record(
            execution=Execution(
                key=Key(self._profile, SYSTEM, f"{TASK}{node.root}/{node.id}"),
                status=Status("not_reached", Phase.OPEN),
                title=task.title,
                place=whole.row.title,
                series=whole.row.series,
                parent=node.root,
            ),
            policies=(NOT_REACHED,),
            blocks=(Block(id="parameters", title=Message("Parameters"), lines=lines, folded=True),),
            own_fields=True,
            listed=False,
        )

    async def download(self, ref: str, sink: Sink) -> int:
        """Write the file of a storage address (``gs://...``) into ``sink``."""
        link = as_text(read_object(await self._routes.download_link(ref)).get("download_url"))
        if not link:
            raise NotTheServer()
        return await self._routes.fetch(Secret(link), sink)

    async def whoami(self) -> Who:
        """The owner of the secret."""
        if self._who is None:
            raw = read_object(await self._routes.me())
            raw = as_object(raw.get("profile")) or raw
            names = (as_text(raw.get(name)) for name in ("display_name", "full_name", "name", "email"))
            ident = as_text(raw.get("id")) or as_text(raw.get("user_id"))
            self._who = Who(
                id=ident, name=next((name for name in names if name), ""), role=as_text(raw.get("role"))
            )
        return self._who

    async def close(self) -> None:
        """Give back the connections."""
        await self._routes.transport.close()

    # -- inside ------------------------------------------------------------------------------------------------

    async def _whole_of(self, run: str) -> Whole:
        return await self._whole(await self._writes.run(run))

    async def _whole(self, run: Run) -> Whole:
        """The run with its tasks, tags and definition. Without its tasks it is no run; the rest may be missing."""
        tasks, tags, graph = await asyncio.gather(
            self._memory.ask(f"tasks {run.id}", lambda etag: self._routes.tasks(run.id, etag)),
            self._tags_or_why(run.id),
            self._catalogue.graph(run.flow, run.version),
        )
        rows = array_of(tasks, "task_executions")
        if rows is None:
            raise NotTheServer()
        attempts = tuple(attempt_of(row) for row in rows)
        if not self._catalogue.name(run.flow):
            await self._flows_if_shown()
        found, missing = tags
        if missing is not None:
            found = tags_in(rows)
        self._runs.learn(run, standing_of(attempts, graph, found))
        flow = self._catalogue.flow(run.flow)
        return Whole(
            run=run, row=self._runs.row(run), graph=graph, attempts=attempts, tags=tuple(found), missing=missing,
            description=flow.description if flow is not None else "", cancels=self._writes.cancels,
            names=self._actor, zone=self._zone,
        )  # fmt: skip

    async def _tags_or_why(self, run: str) -> tuple[Sequence[Tag], TaskError | None]:
        try:
            return await self._tags(run), None
        except REFUSALS as error:
            return (), error

    async def _tags(self, run: str) -> Sequence[Tag]:
        value = await self._memory.ask(f"tags {run}", lambda etag: self._routes.tags(run, etag))
        rows = array_of(value, "tags", "task_tags")
        if rows is None:
            raise NotTheServer()
        return [tag for tag in map(tag_of, rows) if tag.active]

    async def _flows_if_shown(self) -> None:
        try:
            await self._catalogue.flows()
        except REFUSALS:
            # A run can be read without the name of its flow.
            return

    async def _find_started(self, request: Request) -> Reconciled:
        flow = as_text(request.inputs.get("flow_id"))
        params = (
            ("flow_id", flow), ("sort_field", "created_at"), ("sort_direction", "desc"), ("page", "1"),
            ("page_size", str(_NEWEST)),
        )  # fmt: skip
        runs = await self._runs.of_flow_since(flow, params)
        who = await self._identity()
        mine = [run for run in runs if not who or run.by in ("", who)]
        sent_at = self._sent.get(request.idempotency_key)
        return readback.of_start(request, mine, sent_at, given_input(request))

    async def _signature(self, request: Request) -> str:
        """Who gives a verdict, where that is known; other writes need no name."""
        return await self._identity() if request.action in VERDICTS else ""

    async def _identity(self) -> str:
        try:
            return (await self.whoami()).id
        except REFUSALS:
            return ""

    def _actor(self, by: str) -> str | None:
        """Who changed something: people whose name is known, programs by their word, the system not at all."""
        if not by or by == "system":
            return None
        if self._who is not None and by == self._who.id:
            return self._who.name
        return None if _is_uuid(by) else by


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
