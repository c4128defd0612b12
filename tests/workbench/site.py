"""A small task system in memory: all of the protocol, with a server's truth and faults at will."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from tui.model.action import Action, Delivery, Receipt, Reconciled, Request, Slot, Verdict
from tui.model.errors import NotFound, Refused, TaskError
from tui.model.execution import Answer, Execution, Key, Record
from tui.model.field import Choice, Field, Value
from tui.model.message import Message, verbatim
from tui.model.node import Node
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.model.system import Capabilities, Filters, Listing, Page, Sink, Who
from tui.model.upload import became, is_upload

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)
PROFILE, SYSTEM = "kitchen", "memory"

SAVE = Action(id="save", slot=Slot.SAVE, label=Message("Save"), takes_answers=True)
FINISH = Action(id="finish", slot=Slot.FINISH, label=Message("Finish"), takes_answers=True)
DENY = Action(id="deny", slot=Slot.DENY, label=Message("Deny"))
RESET = Action(id="reset", slot=Slot.RESET, label=Message("Reset"), delivery=Delivery.ONLINE)
CREATE = Action(id="create", slot=Slot.CREATE, label=Message("New"), delivery=Delivery.ONCE)

_PHASES = {"open": Phase.OPEN, "in_progress": Phase.ACTIVE, "done": Phase.DONE, "denied": Phase.DENIED}


def key(key_id: str) -> Key:
    return Key(PROFILE, SYSTEM, key_id)


class Fault(msgspec.Struct, frozen=True):
    """``before``: raised instead of acting. ``after``: raised when it was done, as a lost answer."""

    before: Exception | None = None
    after: Exception | None = None


class Truth(msgspec.Struct):
    """What the server holds of one execution."""

    id: str
    title: str
    due: datetime
    status: str = "open"
    answers: dict[str, Answer] = {}
    revision: int = 0
    template: str | None = None


class Site:
    """The server: truth, what was done to it in order, and the faults to come, per method."""

    def __init__(self, executions: int = 3) -> None:
        self.truth = {
            str(number): Truth(id=str(number), title=f"Check {number}", due=START + timedelta(minutes=number))
            for number in range(1, executions + 1)
        }
        self.done: list[tuple[str, str, dict[str, Value]]] = []
        self.keys: list[str] = []
        self.calls: list[str] = []
        self.shown: list[str] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.always: dict[str, Exception] = {}
        self.refuse: dict[str, Exception] = {}
        self.validators = True
        self.gates: dict[str, asyncio.Event] = {}
        self.uploads: list[tuple[str, bytes]] = []
        """The files that came, with the names that they came under."""
        self.more_questions: list[str] = []
        self.fields_from: Message | None = None
        self.drops: set[str] = set()
        """The questions whose answers it takes, and keeps nothing of."""
        self.actor: str | None = None
        self.touched: datetime | None = None
        self._rows: dict[str, Execution] = {}

    def change(self, key_id: str, status: str | None = None, **answers: Value) -> None:
        """Somebody else did something."""
        truth = self.truth[key_id]
        truth.status = status or truth.status
        truth.answers = truth.answers | {name: Answer(value=value) for name, value in answers.items()}
        truth.revision += 1

    def row(self, truth: Truth) -> Execution:
        """The same object for as long as nothing changed."""
        row = Execution(
            key=key(truth.id),
            status=Status(truth.status, _PHASES.get(truth.status, Phase.UNKNOWN)),
            title=truth.title,
            due=truth.due,
            revision=str(truth.revision),
            template=truth.template,
            actor=self.actor,
            touched=self.touched,
        )
        if self._rows.get(truth.id) != row:
            self._rows[truth.id] = row
        return self._rows[truth.id]

    async def enter(self, method: str) -> Fault:
        self.calls.append(method)
        if (gate := self.gates.get(method)) is not None:
            await gate.wait()
        if method in self.always:
            raise self.always[method]
        fault = self.faults[method].pop(0) if self.faults[method] else Fault()
        if fault.before is not None:
            raise fault.before
        return fault


class MemorySystem:
    """One client of a :class:`Site`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.closed = False
        self.server_time: datetime | None = None
        self.capabilities = Capabilities(title="Memory", count=True, create=True, nodes=True)

    async def list(self, period: Period, filters: Filters, validator: str | None = None) -> Listing:
        fault = await self.site.enter("list")
        rows = [self.site.row(truth) for truth in self.site.truth.values() if period.holds(truth.due)]
        mark = "/".join(f"{row.key.id}-{row.revision}" for row in rows) if self.site.validators else None
        if fault.after is not None:
            raise fault.after
        unchanged = mark is not None and mark == validator
        return Listing(rows=None if unchanged else rows, validator=mark, as_of=START)

    async def count(self) -> int | None:
        await self.site.enter("count")
        return len(self.site.truth)

    async def show(self, key: Key) -> Record:
        await self.site.enter("show")
        self.site.shown.append(key.id)
        return self._record(key)

    async def new_action(self, parent: Record | None = None) -> Action | None:
        await self.site.enter("new_action")
        return CREATE

    async def perform(self, request: Request) -> Receipt:
        fault = await self.site.enter("perform")
        self.site.keys.append(request.idempotency_key)
        receipt = self._act(request)
        if fault.after is not None:
            raise fault.after
        return receipt

    async def reconcile(self, request: Request) -> Reconciled:
        await self.site.enter("reconcile")
        if request.slot is Slot.CREATE:
            title = request.inputs.get("title")
            for truth in self.site.truth.values():
                if truth.title == title:
                    return Reconciled(verdict=Verdict.APPLIED, receipt=Receipt(key_id=truth.id, status_raw="open"))
            return Reconciled(verdict=Verdict.NOT_APPLIED)
        truth = self._find(request.key_id)
        theirs = {name: answer.value for name, answer in truth.answers.items()}
        applied = all(
            theirs.get(name) != request.base.get(name) and became(value, theirs.get(name))
            if is_upload(value)
            else theirs.get(name) == value
            for name, value in request.values.items()
        )
        wanted = {"finish": "done", "deny": "denied", "save": "in_progress", "reset": "in_progress"}[
            request.action
        ]
        if applied and truth.status == wanted:
            return Reconciled(verdict=Verdict.APPLIED, receipt=Receipt(key_id=truth.id, status_raw=truth.status))
        untouched = all(theirs.get(name) == request.base.get(name) for name in request.values)
        if untouched or applied:
            return Reconciled(verdict=Verdict.NOT_APPLIED)
        return Reconciled(verdict=Verdict.CONFLICT, reason=verbatim("Somebody else answered."))

    async def choices(self, source: str, query: str = "") -> Page:
        await self.site.enter("choices")
        options = [Choice("1", "Anna"), Choice("2", "Bert")]
        return Page(choices=tuple(choice for choice in options if query.casefold() in choice.label.casefold()))

    async def nodes(self, key: Key, assignment: str, depth: int = 1) -> Sequence[Node]:
        await self.site.enter("nodes")
        return [Node(id="n1", root=assignment, level=1, kind="task", label=Message("Before"))]

    async def node_record(self, node: Node) -> Record:
        await self.site.enter("node_record")
        return self._record(key("1"))

    async def download(self, ref: str, sink: Sink) -> int:
        return sink.write(ref.encode())

    async def whoami(self) -> Who:
        await self.site.enter("whoami")
        return Who(id="7", name="Anna Ampel", role="worker")

    async def close(self) -> None:
        self.closed = True

    def _find(self, key_id: str) -> Truth:
        if key_id not in self.site.truth:
            raise NotFound("No query results for this execution.")
        return self.site.truth[key_id]

    def _record(self, wanted: Key) -> Record:
        truth = self._find(wanted.id)
        return Record(
            execution=self.site.row(truth),
            fields=(
                Field(key="a", label="Temperature", kind="number"),
                Field(key="b", label="Remark", kind="text"),
                Field(key="photo", label="Photo", kind="file"),
                Field(key="scan", label="Scan", kind="file"),
                *(Field(key=name, label=name, kind="text") for name in self.site.more_questions),
            ),
            fields_from=self.site.fields_from,
            answers=dict(truth.answers),
            actions=(SAVE, FINISH, DENY, RESET),
            policies=(Message("Until {when}", {"when": Message("noon")}),),
            raw={"id": truth.id},
        )

    def _act(self, request: Request) -> Receipt:
        if (refusal := self.site.refuse.get(request.key_id)) is not None:
            raise refusal
        if request.slot is Slot.CREATE:
            truth = Truth(id=f"new-{uuid.uuid4().hex[:6]}", title=str(request.inputs["title"]), due=START)
            self.site.truth[truth.id] = truth
            self.site.done.append(("create", truth.id, request.inputs))
            return Receipt(key_id=truth.id, status_raw="open")
        truth = self._find(request.key_id)
        if request.values.get("a") == "999":
            raise Refused("The given data was invalid.", fields={"a": ["At most 100."]})
        if request.slot is Slot.RESET:
            truth.answers = {}
        values = {
            name: self._store(value["path"]) if is_upload(value) else value
            for name, value in request.values.items()
        }
        for name, value in values.items():
            if name in self.site.drops:
                continue
            note = request.notes.get(name, truth.answers.get(name, Answer()).note)
            truth.answers = truth.answers | {name: Answer(value=value, note=note)}
        truth.status = {"save": "in_progress", "finish": "done", "deny": "denied", "reset": "in_progress"}[
            request.action
        ]
        truth.revision += 1
        self.site.done.append((request.action, truth.id, values))
        held = {name: value for name, value in values.items() if is_upload(request.values[name])}
        return Receipt(key_id=truth.id, status_raw=truth.status, held=held)

    def _store(self, path: str) -> str:
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise Refused(f"{Path(path).name} cannot be read.") from error
        self.site.uploads.append((Path(path).name, content))
        return f"/files/{len(self.site.uploads)}/{Path(path).name}"


def request(
    key_id: str = "1",
    action: Action = SAVE,
    *,
    idempotency_key: str = "",
    expected: str = "open",
    base: dict[str, Value] | None = None,
    inputs: dict[str, Value] | None = None,
    notes: dict[str, str] | None = None,
    **values: Value,
) -> Request:
    """A request about execution ``key_id``; the values are its answers."""
    return Request(
        profile=PROFILE,
        system=SYSTEM,
        key_id=key_id,
        action=action.id,
        slot=action.slot,
        delivery=action.delivery,
        idempotency_key=idempotency_key or str(uuid.uuid4()),
        values=values,
        notes=notes or {},
        inputs=inputs or {},
        base=base or {},
        expected=expected,
    )


class ManualTime:
    """A clock that moves only when told, with the sleep that belongs to it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self.slept: list[float] = []
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + timedelta(seconds=seconds), future))
        await future

    def pass_(self, seconds: float) -> None:
        """Let time go by; whoever slept long enough wakes."""
        self.now += timedelta(seconds=seconds)
        for moment, future in self._sleepers:
            if moment <= self.now and not future.done():
                future.set_result(None)
        self._sleepers = [(moment, future) for moment, future in self._sleepers if not future.done()]


__all__ = ["Fault", "ManualTime", "MemorySystem", "Site", "TaskError", "key", "request"]
