"""Intratool as a :class:`tui.model.system.TaskSystem`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tui.api import FieldCache
from tui.api.http import Answer as HttpAnswer
from tui.api.intratool import includes, pickers, readback
from tui.api.intratool.actions import Situation, actions_of, create_action
from tui.api.intratool.answers import answers_of, formatted
from tui.api.intratool.catalogue import REFUSALS, Catalogue
from tui.api.intratool.definitions import Definitions
from tui.api.intratool.includes import Includes
from tui.api.intratool.known_templates import KnownTemplates
from tui.api.intratool.plain import plain_text
from tui.api.intratool.policies import facts_of, policies_of
from tui.api.intratool.records import Person, TaskExecution
from tui.api.intratool.routes import Routes
from tui.api.intratool.seen import Sights
from tui.api.intratool.wire import LOCAL, NO_ID, SYSTEM, Names, Rows, digest
from tui.api.intratool.workflow import EXECUTION, Workflow, foreign_record
from tui.api.intratool.writes import Writes, file_questions, refuse_strange_files, uploads_of
from tui.api.lenient import as_id, as_text, is_number
from tui.api.read import read_object
from tui.api.sheet import same
from tui.api.times import WallTime
from tui.model.action import Action, Delivery, Receipt, Reconciled, Request, Verdict
from tui.model.clock import Clock
from tui.model.errors import Forbidden, NotFound, NotTheServer, Refused, ServerFault, TaskError, Unreachable
from tui.model.execution import Execution, Key, Record
from tui.model.message import Message
from tui.model.node import Node
from tui.model.period import Period
from tui.model.system import Capabilities, Filters, Listing, Page, Sink, Who

ANSWERS_HIDDEN = Message("The server does not show you the answers given so far.")
_FORMATTED = Message("“{field}” is formatted in the browser; what is changed here keeps its text alone.")
_THREAD_FROM = 1_000_000
_REMEMBERED = 200
_FRESH = 0.5
"""Seconds. Where reading what an execution asks takes longer, somebody may have answered meanwhile."""
_AROUND = timedelta(days=31)
"""How far from its moment executions of the same assignment are looked for."""

_CAPABILITIES = Capabilities(
    title="Intratool",
    count=True,
    nodes=True,
    create=True,
    children=True,
    points=True,
    due=True,
    notes=True,
    assignments=True,
)


class _Last(NamedTuple):
    """The last list answer, for comparing bytes."""

    question: tuple[str, str, str | None, int] = ("", "", None, -1)
    body: bytes = b""
    validator: str | None = None
    rows: Sequence[Execution] = ()


class IntratoolSystem:
    """One Intratool server, seen by the owner of one token."""

    def __init__(
        self, routes: Routes, *, profile: str, zone: ZoneInfo, cache: FieldCache | None, clock: Clock
    ) -> None:
        self._routes = routes
        self._profile = profile
        self._clock = clock
        self._wall = WallTime(zone)
        self._names = Names()
        self._rows = Rows(profile, self._wall, self._names)
        self._last = _Last()
        self._sights = Sights()
        self._includes = Includes(clock)
        self._catalogue = Catalogue(routes, self._names, clock)
        self._definitions = Definitions(routes, cache, clock)
        self._templates = KnownTemplates()
        self._workflow = Workflow(routes, profile, self._wall, clock)
        self._writes = Writes(routes, self._catalogue)
        self._forbidden: defaultdict[str, set[str]] = defaultdict(set)
        self._asks_files: dict[str, frozenset[str]] = {}
        self._who: Who | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What Intratool has."""
        return _CAPABILITIES

    @property
    def server_time(self) -> datetime | None:
        """The server's ``Date`` at its last answer."""
        return self._routes.transport.server_time

    async def list(self, period: Period, filters: Filters, validator: str | None = None) -> Listing:
        """The executions of ``period``, or of one assignment in it."""
        await self._load_names()
        question = (*self._bounds(period), filters.assignment, self._names.version)
        # A validator from before the names changed would freeze a list with outdated titles.
        asked = validator if self._last.question[3] in (-1, self._names.version) else None
        etag = None if asked is None or asked.startswith(LOCAL) else asked
        answer = await self._fetch_list(question, etag)
        await self._load_names()
        as_of = self._clock()
        if answer.not_modified:
            return Listing(rows=None, validator=validator, as_of=as_of)
        question = (*question[:3], self._names.version)
        last = self._last
        if question == last.question and await same(answer.content, last.body):
            fresh = answer.validator or last.validator
            known = validator is not None and validator in (last.validator, fresh)
            self._last = last._replace(validator=fresh)
            return Listing(rows=None if known else last.rows, validator=fresh, as_of=as_of)
        fresh = answer.validator or await _digest(answer.content)
        if asked is not None and asked == fresh:
            return Listing(rows=None, validator=fresh, as_of=as_of)
        rows = await self._read(answer.content)
        self._last = _Last((*question[:3], self._names.version), answer.content, fresh, rows)
        return Listing(rows=rows, validator=fresh, as_of=as_of)

    async def count(self) -> int | None:
        """The server's count of open work."""
        found = read_object(await self._routes.count_executions()).get("count")
        text = as_id(found)
        if text is None or not (text.isascii() and text.isdigit()):
            raise NotTheServer()
        return int(text)

    async def show(self, key: Key) -> Record:
        """One execution, with all that the server shows of it."""
        if key.id.startswith(NO_ID):
            raise NotFound()
        now, ask = asyncio.get_running_loop().time, partial(self._routes.show_execution, key.id)
        for _ in range(2):
            answer, told = await self._includes.fetch("show", includes.SHOW, ask), now()
            record = await self._record(read_object(answer, key.id))
            if now() - told < _FRESH:
                break
        self._asks_files.pop(key.id, None)
        self._asks_files[key.id] = file_questions(record)
        if len(self._asks_files) > _REMEMBERED:
            del self._asks_files[next(iter(self._asks_files))]
        return record

    async def new_action(self, parent: Record | None = None) -> Action | None:
        """The declaration of "create"; with ``parent`` as its child."""
        above = parent.execution if parent is not None else None
        known = bool(await self._catalogue.assignments() or (await self._sights.of(self._last.rows)).places)
        templates = await pickers.child_templates(self._catalogue, above.template if above is not None else None)
        return create_action(self._wall.to_wire(self._clock()), above, templates, known)

    async def perform(self, request: Request) -> Receipt:
        """Send one write, once, and check the answer."""
        if request.key_id.startswith(NO_ID):
            raise NotFound()
        if uploads_of(request):
            await self._refuse_strange_files(request)
        try:
            receipt = await self._writes.perform(request, self._template_of)
        except Forbidden:
            if request.delivery is Delivery.ONLINE:
                self._forbidden[request.key_id].add(request.action)
            raise
        except Refused as error:
            done = await self._done_before(request, error)
            if done is None:
                raise
            receipt = done
        self._forbidden.pop(request.key_id, None)
        return await self._with_files(request, receipt) if uploads_of(request) else receipt

    async def reconcile(self, request: Request) -> Reconciled:
        """Read back what became of ``request``."""
        if request.action == "create":
            return await self._find_created(request)
        record = await self.show(Key(self._profile, SYSTEM, request.key_id))
        shown = record.raw.get("task_progress_fields") is not None
        if uploads_of(request):
            return await asyncio.to_thread(readback.compare, request, record, shown)
        return readback.compare(request, record, shown)

    async def choices(self, source: str, query: str = "") -> Page:
        """The options of "assignments", "templates", "users" or "departments"."""
        return await pickers.page(self._catalogue, await self._sights.of(self._last.rows), source, query)

    async def nodes(self, key: Key, assignment: str, depth: int = 1) -> Sequence[Node]:
        """What came before the execution's assignment."""
        seen = await self._sights.of(self._last.rows)
        nodes = await self._workflow.nodes(assignment, depth, seen.by_id)
        return await self._workflow.told(nodes, self._row_behind)

    async def node_record(self, node: Node) -> Record:
        """The entity behind a node: a whole execution, or whatever else it is."""
        there = await self._workflow.find(node)
        scope = "node" if node.target_kind == EXECUTION else "foreign"
        relations, appends = (includes.SHOW, ("visibility_start_time",)) if scope == "node" else ((), ())
        answer = await self._includes.fetch(
            scope,
            relations,
            lambda granted: self._routes.previous_node_dispatchable(there.root, there.level, granted, appends),
        )
        raw = read_object(answer, node.target_id or None)
        if scope == "node":
            return await self._record(raw)
        return foreign_record(node, raw, self._profile)

    async def download(self, ref: str, sink: Sink) -> int:
        """Write the file ``ref`` (an ID, ``/files/...`` or its address at this server) into ``sink``."""
        path = ref.partition("/files/")[2] or ref.rpartition("/")[2]
        return await self._routes.file(path.partition("?")[0], sink)

    async def whoami(self) -> Who:
        """The owner of the token, where it is a JWT that names one."""
        self._who = self._who or await self._find_self()
        return self._who

    async def close(self) -> None:
        """Give back the connections."""
        await self._routes.transport.close()

    async def _read(self, body: bytes) -> Sequence[Execution]:
        """The rows, with the names of their departments where this user may see those."""
        rows, version = await self._rows.read(body), self._names.version
        if self._rows.nameless:
            self._rows.nameless = False
            await self._catalogue.departments()
        return rows if version == self._names.version else await self._rows.read(body)

    async def _fetch_list(self, question: tuple[str, str, str | None, int], etag: str | None) -> HttpAnswer:
        start, end, assignment, _ = question

        async def ask(relations: Sequence[str], limit: int = 0) -> HttpAnswer:
            if assignment is not None:
                return await self._routes.list_assignment_executions(
                    assignment, start, end, relations, etag, limit
                )
            return await self._routes.list_executions(start, end, relations, etag, limit)

        return await self._includes.fetch("list", includes.LIST, ask, lambda relations: ask(relations, 1))

    async def _row_behind(self, node: Node) -> Execution:
        answer = await self._includes.fetch(
            "node row",
            includes.LIST,
            lambda granted: self._routes.previous_node_dispatchable(node.root, node.level, granted),
        )
        raw = read_object(answer, node.target_id)
        return self._rows.of_record(TaskExecution.model_validate(raw), raw)

    async def _load_names(self) -> None:
        """Titles from the administration, where the list's includes were refused."""
        granted = {relation.partition(":")[0] for relation in self._includes.wanted("list", includes.LIST)}
        if "taskTemplate" not in granted:
            await self._catalogue.templates()
        if "taskAssignment" not in granted:
            await self._catalogue.assignments()
        if "lastActivityUser" not in granted:
            await self._catalogue.people()

    async def _record(self, raw: dict[str, Any]) -> Record:
        record = self._templates.execution(raw)
        execution = self._rows.of_record(record, raw)
        questions, origin = await self._definitions.of(record)
        fields = self._templates.fields(record, questions)
        by_key = {field.key: field for field in fields}
        progress = record.task_progress_fields or ()
        answers, strangers = answers_of(progress, questions, by_key)
        assignment = record.task_assignment
        if assignment is None and record.task_assignment_id is not None:
            assignment = await self._catalogue.assignment(record.task_assignment_id)
        now = self._clock()
        forbidden = frozenset(self._forbidden.get(execution.key.id, ()))
        situation = Situation(execution, assignment, (*fields, *strangers), now, self._wall, forbidden)
        told = [ANSWERS_HIDDEN] if record.task_progress_fields is None else []
        told += [
            Message(_FORMATTED.id, {"field": field.label}) for field in formatted(progress, questions, by_key)
        ]
        texts = (record.task_template and record.task_template.description, assignment and assignment.description)
        return Record(
            execution=execution,
            fields=(*fields, *strangers),
            answers=answers,
            actions=actions_of(situation),
            description="\n\n".join(plain_text(text) for text in texts if text),
            policies=(*policies_of(assignment, execution.due, now, self._wall), *told),
            facts=facts_of(record, self._wall, now),
            children=tuple(Key(self._profile, SYSTEM, child.id) for child in record.children or () if child.id),
            has_nodes=record.task_assignment_id is not None,
            fields_from=origin,
            raw=raw,
        )

    async def _refuse_strange_files(self, request: Request) -> None:
        """Whoever sends has read the record right before; to read it again here would let others come between."""
        if request.key_id not in self._asks_files:
            await self.show(Key(self._profile, SYSTEM, request.key_id))
        refuse_strange_files(request, self._asks_files[request.key_id])

    async def _done_before(self, request: Request, refusal: Refused) -> Receipt | None:
        """The receipt of a finish or denial that is refused because a first delivery of it had arrived."""
        mine = request.values or request.notes or request.inputs.get("deny_reason")
        if request.action not in ("finish", "deny") or refusal.fields or refusal.busy or not mine:
            return None
        try:
            found = await self.reconcile(request)
        except TaskError:
            return None
        return found.receipt if found.verdict is Verdict.APPLIED else None

    async def _template_of(self, assignment: str, moment: str) -> str | None:
        """The template of an assignment, from the last list or the assignment's own."""
        known = (await self._sights.of(self._last.rows)).templates.get(assignment)
        if known is not None:
            return known
        middle = self._wall.to_utc(moment) or self._clock()
        try:
            rows = await self._rows_of(assignment, middle - _AROUND, middle + _AROUND)
        except (ServerFault, NotTheServer) as error:
            # Nothing was created yet: what these say of a write must not be said here.
            later = Unreachable(error.said, what=error.what)
        except REFUSALS:
            return None
        else:
            seen = await Sights().of(rows)
            return seen.templates.get(assignment)
        raise later

    async def _rows_of(self, assignment: str, start: datetime, end: datetime) -> Sequence[Execution]:
        bounds = self._wall.to_wire(start), self._wall.to_wire(end)
        answer = await self._routes.list_assignment_executions(assignment, *bounds)
        return await Rows(self._profile, self._wall, self._names).read(answer.content)

    async def _with_files(self, request: Request, receipt: Receipt) -> Receipt:
        """A server may answer "success" to a form and store no file: look that it is there (contract gap 3)."""
        try:
            record = await self.show(Key(self._profile, SYSTEM, request.key_id))
        except NotFound:
            # Done, and out of this user's sight with it.
            return receipt
        except TaskError as error:
            unseen = Unreachable(error.said, what=error.what, maybe_done=True)
        else:
            return await asyncio.to_thread(readback.verified, request, receipt, record)
        raise unseen

    async def _find_created(self, request: Request) -> Reconciled:
        assignment = as_id(request.inputs.get("task_assignment_id"))
        moment = self._wall.to_utc(as_text(request.inputs.get("for_execution_date")))
        if assignment is None or moment is None:
            return Reconciled(verdict=Verdict.UNKNOWN)
        minute = timedelta(minutes=1)
        rows = await self._rows_of(assignment, moment - minute, moment + minute)
        template = as_id(request.inputs.get("task_template_id"))
        parent = as_id(request.inputs.get("parent_id"))
        found = [
            row
            for row in rows
            if row.due == moment
            and row.assignment == assignment
            and row.template is not None
            and (template is None or row.template == template)
            and (parent is None or row.parent == parent)
        ]
        me = (await self.whoami()).name if found else ""
        if me and len(found) == 1 and found[0].actor is None and is_number(found[0].key.id):
            # A list of one assignment names nobody.
            found = [(await self.show(found[0].key)).execution]
        return readback.created(found, me)

    async def _find_self(self) -> Who:
        subject = as_id(self._routes.transport.token_claims().get("sub"))
        if subject is None:
            return Who()
        try:
            raw = read_object(await self._routes.user(subject, ("role",)), subject)
        except REFUSALS:
            return Who(id=subject)
        person = Person.model_validate(raw)
        return Who(id=subject, name=person.name, role=as_text(person.role.get("name")))

    def _bounds(self, period: Period) -> tuple[str, str]:
        return self._wall.to_wire(period.start), self._wall.to_wire(period.end)


async def _digest(body: bytes) -> str:
    return digest(body) if len(body) < _THREAD_FROM else await asyncio.to_thread(digest, body)
