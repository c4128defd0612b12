"""The shift report: what was done, what was not and why, what is still open, and what waits to be sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta

import msgspec

from tui.form.codec import Context, codec_for
from tui.form.rules import decimal_of, limits_in_words, within_limits
from tui.model.execution import Answer, Execution, Key, Record
from tui.model.field import Field, no_answer
from tui.model.message import Message
from tui.model.period import Period
from tui.model.plain import by_number
from tui.model.status import Phase
from tui.workbench.changes import Changes
from tui.workbench.entry import Entry, EntryState
from tui.workbench.figures import STANDINGS, Count, belongs
from tui.workbench.tally import Standings

SECTIONS = ("open", "missed", "denied", "failed", "closed", "late", "done")
"""The lists of a report; each execution stands in one of them."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One execution in the report.

    ``facts`` are the record's labelled words (reasons, moments); ``late_by`` is set for unfinished work whose
    moment has passed; ``carried``: it was due before the period.
    """

    row: Execution
    facts: tuple[tuple[Message, str], ...] = ()
    late_by: timedelta | None = None
    carried: bool = False

    @property
    def reason(self) -> str:
        """Why it was denied, or late: what the record's facts give as a reason."""
        return "; ".join(text for label, text in self.facts if label.id.startswith("Reason"))


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One answer worth reading: with a note, or (``limits`` is set) with a number outside of its limits."""

    row: Execution
    field: str
    value: str
    note: str = ""
    limits: Message | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One write that the server does not have yet."""

    title: str
    key_id: str
    action: str
    state: EntryState
    created: datetime
    reason: Message | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """``as_of``: when the server told the list; ``made``: when the report was made (aware UTC).

    All lists are in the order in which the work was due. ``open``: unfinished; ``failed``: what somebody has to
    look at; ``closed``: what ended in another way (cancelled). ``unread``: of so many that somebody worked on the
    answers are not known here.
    """

    profile: str
    system: str
    title: str
    period: Period
    as_of: datetime | None
    made: datetime
    counts: tuple[Count, ...]
    points: float
    max_points: float
    open: tuple[Item, ...]
    missed: tuple[Item, ...]
    denied: tuple[Item, ...]
    failed: tuple[Item, ...]
    closed: tuple[Item, ...]
    late: tuple[Item, ...]
    done: tuple[Item, ...]
    notes: tuple[Remark, ...]
    limits: tuple[Remark, ...]
    waiting: tuple[Waiting, ...]
    unread: int

    @property
    def total(self) -> int:
        """How many executions it is about."""
        return sum(count.number for count in self.counts)


def matters(row: Execution, period: Period, now: datetime, worked: Set[Key] = frozenset()) -> bool:
    """Whether a report on ``period`` names ``row``: it belongs to it by its moment, or somebody worked on it or
    ended it within, whenever it was due. ``worked``: what the trail of this device tells of that."""
    if belongs(row, period, now) or row.key in worked:
        return True
    return row.touched is not None and has_answers(row) and period.holds(row.touched)


def has_answers(row: Execution) -> bool:
    """Whether its record may say more than the row: somebody has begun it, or ended it."""
    return row.status.phase is not Phase.OPEN


def compose(
    changes: Changes,
    records: Mapping[Key, Record],
    entries: Iterable[Entry],
    *,
    profile: str,
    system: str,
    title: str,
    context: Context,
    worked: Set[Key] = frozenset(),
) -> Report:
    """The report of the list's period, from its rows, the records that are known, and the outbox; ``worked`` as
    for :func:`matters`."""
    now = context.clock()
    rows = sorted(
        (row for row in changes.rows.values() if matters(row, changes.period, now, worked)),
        key=lambda row: (row.due is None, row.due or now, by_number(row.title), row.key.id),
    )
    groups: dict[str, list[Item]] = {name: [] for name in SECTIONS}
    notes: list[Remark] = []
    outside: list[Remark] = []
    for row in rows:
        record = records.get(row.key)
        groups[_group(row)].append(_item(row, record, changes.period, now))
        if record is not None:
            _remarks(row, record, context, notes, outside)
    inside = [row for row in rows if changes.period.holds(row.due)]
    return Report(
        profile=profile,
        system=system,
        title=title,
        period=changes.period,
        as_of=changes.as_of,
        made=now,
        counts=_counts(rows),
        points=round(sum(row.points or 0.0 for row in inside), 6),
        max_points=round(sum(row.max_points or 0.0 for row in inside), 6),
        notes=tuple(notes),
        limits=tuple(outside),
        waiting=tuple(_waiting(entry) for entry in entries if not entry.state.settled),
        unread=sum(has_answers(row) and row.key not in records for row in rows),
        **{name: tuple(items) for name, items in groups.items()},
    )


def _group(row: Execution) -> str:
    phase = row.status.phase
    if phase in (Phase.BROKEN, Phase.FAILED):
        return "failed"
    if not phase.closed:
        return "open"
    if phase is Phase.DONE:
        return "late" if row.status.late else "done"
    return {Phase.MISSED: "missed", Phase.DENIED: "denied"}.get(phase, "closed")


def _item(row: Execution, record: Record | None, period: Period, now: datetime) -> Item:
    late = not row.status.phase.closed and row.due is not None and row.due < now
    return Item(
        row=row,
        facts=record.facts if record is not None else (),
        late_by=now - row.due if late and row.due is not None else None,
        carried=row.due is not None and row.due < period.start,
    )


def _counts(rows: Sequence[Execution]) -> tuple[Count, ...]:
    standings = Standings()
    numbers: dict[int, int] = {}
    for row in rows:
        kind = standings.of(row.status)
        numbers[kind] = numbers.get(kind, 0) + 1
    return tuple(
        Count(status, numbers.get(kind, 0))
        for kind, status in enumerate(standings.shown)
        if kind < len(STANDINGS) or numbers.get(kind)
    )


def _remarks(row: Execution, record: Record, context: Context, notes: list[Remark], outside: list[Remark]) -> None:
    for field in record.fields:
        answer = record.answers.get(field.key)
        if answer is None:
            continue
        if answer.note.strip():
            notes.append(
                Remark(row=row, field=field.label, value=_shown(field, answer, context), note=answer.note)
            )
        if decimal_of(answer.value) is not None and not within_limits(field, answer.value):
            outside.append(
                Remark(
                    row=row,
                    field=field.label,
                    value=_shown(field, answer, context),
                    note=answer.note,
                    limits=limits_in_words(field, context.lang),
                )
            )


def _shown(field: Field, answer: Answer, context: Context) -> str:
    if no_answer(answer.value):
        return ""
    text = answer.text or codec_for(field).show(field, answer.value, context)
    return f"{text} {field.unit}" if field.unit and not text.endswith(field.unit) else text


def _waiting(entry: Entry) -> Waiting:
    request = entry.request
    return Waiting(
        title=request.title or request.key_id,
        key_id=request.key_id,
        action=request.slot,
        state=entry.state,
        created=entry.created,
        reason=entry.reason,
    )
