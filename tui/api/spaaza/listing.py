"""The list: all pages, unchanged ones by their validator, narrowed to a period here (contract section 8).

The server filters by status, action and campaign, not by dates. A task is one row: at the moment of its run where
that lies in the period and nothing is planned in it after that, else at the first moment for which it is planned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from tui.api.http import Answer, read_json
from tui.api.lenient import as_json
from tui.api.spaaza.moments import before, occurrence
from tui.api.spaaza.records import DONE, EXPORT, READY, STATES, Task, read_task
from tui.api.spaaza.routes import Routes
from tui.api.spaaza.settings import Basis
from tui.model.errors import NotTheServer
from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.model.period import Period

SYSTEM = "spaaza"
PAGE = 100
MOST_PAGES = 1_000
NO_ID = "?"
"""Begins the key of a row that came without an ID."""

LOCAL = "local:"
PROJECTED = Message("reckoned")
MORE = Message("The server has still more tasks: those read are not all.")
_BY_DATE = {
    Basis.RAN: Message("Listed by the date of the last run"),
    Basis.CREATED: Message("Listed by the date of creation"),
}
_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode
_unfit = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_SECOND = timedelta(seconds=1)


class Place(NamedTuple):
    """Where a task stands in a period; ``reckoned``: from its repetition."""

    due: datetime | None
    reckoned: bool = False


class Pages:
    """Reads the tasks and remembers the last answer of every page."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self._bodies: dict[tuple[str, int], tuple[str, bytes]] = {}
        self._known: dict[bytes, Task] = {}
        self._size = PAGE
        self._size_known = False
        self.more = False
        """Whether the server has still more tasks than were read the last time."""

    async def read(self, filters: Mapping[str, str]) -> list[tuple[bytes, Task]]:
        """Every task once, with its bytes. Raises ``NotTheServer`` when an answer is no array.

        A page that is shorter than asked for is the last one, or all that this server gives at once: which of the
        two is found out with the first list, by asking for one page more.
        """
        found: list[tuple[bytes, Task]] = []
        seen: set[str] = set()
        fresh: dict[bytes, Task] = {}
        offset, probing = 0, False
        self.more = True
        for _ in range(MOST_PAGES):
            page = _raw_rows(await self._page(filters, offset))
            new = 0
            for data in page:
                task = fresh.get(data) or self._known.get(data) or _task(data)
                fresh[data] = task
                name = task.ident or data.decode("utf-8", "replace")
                if name not in seen:
                    seen.add(name)
                    found.append((data, task))
                    new += 1
            if probing and new:
                self._size = offset
            probing = bool(new) and len(page) < self._size and not self._size_known
            self._size_known = self._size_known or bool(page)
            if not new or (len(page) < self._size and not probing):
                self.more = False
                break
            offset += len(page)
        self._known = fresh
        return found

    async def _page(self, filters: Mapping[str, str], offset: int) -> bytes:
        key = (msgspec.json.encode(sorted(filters.items())).decode(), offset)
        known = self._bodies.get(key)
        answer = await self._routes.list_tasks(PAGE, offset, filters, known[0] if known is not None else None)
        if answer.not_modified and known is not None:
            return known[1]
        if answer.validator:
            self._bodies[key] = (answer.validator, answer.content)
            while len(self._bodies) > MOST_PAGES:
                del self._bodies[next(iter(self._bodies))]
        else:
            self._bodies.pop(key, None)
        return answer.content


class Rows:
    """Turns tasks into rows; unchanged bytes give the same object as long as the question is the same."""

    def __init__(self, profile: str, basis: Basis) -> None:
        self._profile = profile
        self._basis = basis
        self._period: Period | None = None
        self._known: dict[bytes, Execution] = {}

    def of(self, found: Sequence[tuple[bytes, Task]], period: Period, group: str | None) -> list[Execution]:
        """The rows of ``period``, perhaps of one group alone."""
        known = self._known if period == self._period else {}
        fresh: dict[bytes, Execution] = {}
        for data, task in found:
            place = place_of(task, self._basis, period)
            if place is not None and group in (None, task.group):
                fresh[data] = known.get(data) or self.row(task, place, data)
        self._period, self._known = period, fresh
        return list(fresh.values())

    def row(self, task: Task, place: Place | None = None, data: bytes = b"") -> Execution:
        """One row; without a place where it stands in the period of the last list, so that a record says the same
        as its row. ``data`` tells those without an ID apart."""
        if place is None and self._period is not None:
            place = place_of(task, self._basis, self._period)
        place = place or Place(_moment_of(task, self._basis))
        state = task.state
        return Execution(
            key=Key(self._profile, SYSTEM, task.ident or NO_ID + _short(data)),
            # A moment that is only reckoned says nothing of how it will go.
            status=STATES[READY] if place.reckoned else state.status,
            title=task.desc or Message("Task {number}", {"number": task.ident or "?"}).english(),
            place=task.kind,
            due=place.due,
            assignment=task.group,
            touched=state.modified,
            revision=f"{task.version}|{state.code}|{state.modified}",
            projected=place.reckoned,
            marks=(PROJECTED,) if place.reckoned else (),
        )


def place_of(task: Task, basis: Basis, period: Period) -> Place | None:
    """Where ``task`` stands in ``period``; ``None`` when it does not belong there."""
    if basis is not Basis.PLANNED:
        moment = _date_of(task, basis)
        return Place(moment) if moment is not None and period.holds(moment) else None
    once, state = task.once, task.state
    if once is None or not task.repeat:
        return Place(once) if period.holds(once) else None
    after = once if state.last_run is None else max(once, state.last_run + _SECOND)
    upcoming = occurrence(once, task.repeat, max(period.start, after))
    planned = upcoming is not None and period.holds(upcoming)
    ran = state.last_run is not None and state.code != READY and period.holds(_moment_of(task, basis))
    if ran and not (planned and state.code == DONE):
        # What failed or still runs matters more than the next time; what is done gives way to it.
        return Place(_moment_of(task, basis))
    return Place(upcoming, reckoned=upcoming != once) if planned else None


def notice_of(basis: Basis, *, more: bool) -> Message | None:
    """What whoever reads the list should know of it. ``more``: not everything was read."""
    return MORE if more else _BY_DATE.get(basis)


def filters_of(group: str | None) -> dict[str, str]:
    """What of a group's name the server itself can narrow by."""
    if group is None:
        return {}
    action, _, rest = group.partition("/")
    found = {"action": action}
    if action != EXPORT and rest.isascii() and rest.isdigit():
        found["campaign_id"] = rest
    return found


def digest(found: Sequence[tuple[bytes, Task]], *question: object) -> str:
    """A validator of our own: of what was asked and of every byte that came."""
    whole = blake2b(repr(question).encode(), digest_size=16)
    for data, _row in found:
        whole.update(data)
    return LOCAL + whole.hexdigest()


def _moment_of(task: Task, basis: Basis) -> datetime | None:
    """The date that the basis names; of a repeating task that has run, the moment for which that was planned."""
    once, state = task.once, task.state
    if basis is not Basis.PLANNED or once is None or state.last_run is None or state.code == READY:
        return _date_of(task, basis)
    return before(once, task.repeat, state.last_run) or once


def _date_of(task: Task, basis: Basis) -> datetime | None:
    return {Basis.PLANNED: task.once, Basis.RAN: task.state.last_run, Basis.CREATED: task.state.created}[basis]


def _raw_rows(body: bytes) -> list[bytes]:
    try:
        return [bytes(raw) for raw in _rows(body)]
    except _unfit:
        value = read_json(Answer(200, {}, body))
    if not isinstance(value, list):
        raise NotTheServer()
    return [as_json(row).encode("utf-8", "replace") for row in value]


def _task(data: bytes) -> Task:
    try:
        value: Any = read_json(Answer(200, {}, data))
    except NotTheServer:
        value = None
    return read_task(value)


def _short(data: bytes) -> str:
    return blake2b(data, digest_size=6).hexdigest()
